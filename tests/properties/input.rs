//! Awkward inputs.

use hushgate_detector::table::Table;
use hushgate_engine::{redact::Style, rules::Rules};
use proptest::{prelude::*, sample::Index};

use super::reference::{STYLES, style};

/// Detectors whose patterns use every corner of the language.
pub const BUNDLE: &str = r#"
[[detector]]
id = "t-edge-behind"
since = "0.1.0"
description = "No edge in front, one behind."
pattern = 'foo_[a-z]{4}\b'
keywords = ["foo_"]
max-len = 8
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "foo_abcd"
redacted = "[t-edge-behind]"
[[detector.counter-example]]
text = "foo_abcde"
why = "too long"

[[detector]]
id = "t-varying"
since = "0.1.0"
description = "A run of varying length with edges."
pattern = '\bbar_[a-z]{3,9}\b'
keywords = ["bar_"]
max-len = 13
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "bar_abcd"
redacted = "[t-varying]"
[[detector.counter-example]]
text = "bar_abcdefghij"
why = "too long"

[[detector]]
id = "t-tail"
since = "0.1.0"
description = "An unbounded tail, and more behind it."
pattern = 'baz_[0-9a-f]{3,}(?:\.[0-9a-f]+(?:;end)?)?'
keywords = ["baz_"]
max-len = 7
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "baz_0123.45;end"
redacted = "[t-tail]"
[[detector.counter-example]]
text = "baz_01"
why = "too short"

[[detector]]
id = "t-far"
since = "0.1.0"
description = "The keyword stands behind a set."
pattern = '\b[a-z]{3}8Q~[a-z]{4}\b'
keywords = ["8Q~"]
max-len = 10
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "abc8Q~defg"
redacted = "[t-far]"
[[detector.counter-example]]
text = "ab8Q~defg"
why = "too short"

[[detector]]
id = "t-dashed"
since = "0.1.0"
description = "May end with a byte that is no word byte."
pattern = '\bqux-[a-z-]{4}\b'
keywords = ["qux-"]
max-len = 8
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "qux-ab-c"
redacted = "[t-dashed]"
[[detector.counter-example]]
text = "qux-abcde"
why = "too long"

[[detector]]
id = "t-inner"
since = "0.1.0"
description = "May begin inside the tail of another one and go on behind it."
pattern = 'cafe[!-&]{6}'
keywords = ["cafe"]
max-len = 10
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "cafe!!!!!!"
redacted = "[t-inner]"
[[detector.counter-example]]
text = "cafe!!!!!"
why = "too short"

[[detector]]
id = "t-reach"
since = "0.1.0"
description = "Ends at an edge, with what another one begins with in it."
pattern = 'quux:[a-z_]{4,9}\b'
keywords = ["quux:"]
max-len = 14
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "quux:ab_cd"
redacted = "[t-reach]"
[[detector.counter-example]]
text = "quux:abcd_efghi_"
why = "too long"

[[detector]]
id = "t-long-head"
since = "0.1.0"
description = "Begins with what another one matches, and more."
pattern = 'kind_of_abcd_(?:live|live-old)_[0-9]{4,}'
keywords = ["kind_of_"]
max-len = 26
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "kind_of_abcd_live_0123"
redacted = "[t-long-head]"
[[detector.counter-example]]
text = "kind_of_abc"
why = "too short"

[[detector]]
id = "t-in-head"
since = "0.1.0"
description = "Is how another one begins."
pattern = 'of_abc[a-z_]{2}'
keywords = ["of_abc"]
max-len = 8
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "of_abcde"
redacted = "[t-in-head]"
[[detector.counter-example]]
text = "of_abc12"
why = "no letters"

[[detector]]
id = "t-rival"
since = "0.1.0"
description = "Begins like another one and may be longer."
pattern = 'baz_0[0-9a-f.;]{5,12}'
keywords = ["baz_"]
max-len = 17
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "baz_0;;;;;"
redacted = "[t-rival]"
[[detector.counter-example]]
text = "baz_0;;;;"
why = "too short"
"#;

/// Values that overlap each other, the labels and the detectors' forms.
const VALUES: [&str; 29] = [
    "hunter2",
    "aab",
    "aabb",
    "abab",
    "xyxyxyxy",
    "pat]xy",
    "t]aa",
    "][re",
    "aaa[",
    "ter2AKIA",
    "registered",
    "foo_",
    "baz_01",
    "ed]",
    "tered]b",
    "[registered]",
    "bar_abc",
    "secret-value-9",
    "]ab*",
    "b***",
    "***a",
    "abcd!xyz",
    "x[t-tail]y",
    "z_***",
    "xbaz_*",
    "baz_***x",
    "a1]x",
    "t-tail:0",
    "[t-tail:",
];

const FRAGMENTS: [&str; 51] = [
    "a",
    "b",
    "x",
    "y",
    "xy",
    "aa",
    "aaa",
    "ab",
    "hun",
    "hunter",
    "2",
    "_",
    "-",
    " ",
    "\n",
    ".",
    ";",
    ";end",
    "=",
    "foo_",
    "foo_abcd",
    "bar_",
    "bar_abc",
    "bar_abcdefghij",
    "baz_0",
    "baz_012",
    "8Q~",
    "abc8Q~defg",
    "abc8Q~def",
    "qux-",
    "qux-a--b",
    "]",
    "[",
    "[t-tail]",
    "[registered]",
    "***",
    "s",
    "é",
    "AKIA",
    "baz_0123abcd",
    "!xyz",
    "baz_012cafe!!!!!!",
    "cafe!!!",
    "0;;;;;;",
    "quux:",
    "quux:baz_012x",
    "quux:ab",
    "kind_of_abcd_live_0123",
    "kind_of_abcd_",
    "[t-tail:0a1b2c]",
    "baz_***",
];

/// One awkward input.
#[derive(Clone)]
pub struct Input {
    /// Registered values.
    pub values: Vec<Vec<u8>>,
    /// The input.
    pub bytes: Vec<u8>,
    /// Places at which it is cut.
    pub cuts: Vec<usize>,
    /// Places at which it is settled.
    pub settles: Vec<usize>,
    /// What is written in place of findings.
    pub style: Style,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
        f.debug_struct("Input")
            .field(
                "values",
                &self.values.iter().map(|it| shown(it)).collect::<Vec<_>>(),
            )
            .field("bytes", &shown(&self.bytes))
            .field("cuts", &self.cuts)
            .field("settles", &self.settles)
            .field("style", &self.style)
            .finish()
    }
}

impl Input {
    /// The chunks between the cuts, and whether each is settled after.
    pub fn chunks(&self) -> Vec<(&[u8], bool)> {
        let mut places: Vec<usize> = self.cuts.iter().chain(&self.settles).copied().collect();
        places.push(self.bytes.len());
        places.sort_unstable();
        places.dedup();
        let mut from = 0;
        let mut chunks = Vec::new();
        for to in places {
            chunks.push((&self.bytes[from..to], self.settles.contains(&to)));
            from = to;
        }
        chunks
    }
}

#[derive(Debug, Clone)]
enum Piece {
    Fragment(usize),
    Value(Index),
    PartOfValue(Index, Index, bool),
    Base64(Index, usize, usize),
    Credential(Index, u64),
    PartOfCredential(Index, u64, Index),
    Bytes(Vec<u8>),
    /// Encoded in these ways, one after the other, and cut short by so many bytes on either side.
    Encoded(Vec<Piece>, Vec<Encoding>, usize, usize),
}

/// A way to encode text.
#[derive(Debug, Clone, Copy)]
enum Encoding {
    Base64,
    Hex,
    /// All bytes, or those alone that have to be.
    Percent(bool),
}

fn piece() -> impl Strategy<Value = Piece> {
    let encoding = prop_oneof![
        2 => Just(Encoding::Base64),
        1 => Just(Encoding::Hex),
        1 => any::<bool>().prop_map(Encoding::Percent),
    ];
    let encoded = (
        prop::collection::vec(plain_piece(), 1..5),
        prop::collection::vec(encoding, 1..4),
        prop_oneof![4 => Just(0), 1 => 0..12_usize],
        prop_oneof![4 => Just(0), 1 => 0..12_usize],
    );
    prop_oneof![
        16 => plain_piece(),
        3 => encoded.prop_map(|(it, ways, front, behind)| Piece::Encoded(it, ways, front, behind)),
    ]
}

fn plain_piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        6 => (0..FRAGMENTS.len()).prop_map(Piece::Fragment),
        4 => any::<Index>().prop_map(Piece::Value),
        2 => (any::<Index>(), any::<Index>(), any::<bool>()).prop_map(|(v, n, head)| Piece::PartOfValue(v, n, head)),
        1 => (any::<Index>(), 0..3_usize, 0..3_usize).prop_map(|(v, a, b)| Piece::Base64(v, a, b)),
        3 => (any::<Index>(), any::<u64>()).prop_map(|(s, seed)| Piece::Credential(s, seed)),
        1 => (any::<Index>(), any::<u64>(), any::<Index>()).prop_map(|(s, seed, n)| Piece::PartOfCredential(s, seed, n)),
        1 => prop::collection::vec(any::<u8>(), 0..6).prop_map(Piece::Bytes),
    ]
}

/// Inputs for these rules.
pub fn input(rules: &Rules) -> impl Strategy<Value = Input> + use<> {
    let rules = rules.clone();
    let small = prop::collection::vec(prop::sample::select(b"ab[]*-".to_vec()), 4..7);
    let value = prop_oneof![
        4 => prop::sample::select(VALUES.to_vec()).prop_map(|it| it.as_bytes().to_vec()),
        1 => small,
        1 => prop::collection::vec(any::<u8>(), 4..20),
    ];
    let values = prop::collection::vec(value, 0..5);
    let pieces = prop::collection::vec(piece(), 0..24);
    let places = || prop::collection::vec(any::<Index>(), 0..12);
    (
        values,
        pieces,
        places(),
        prop::collection::vec(any::<Index>(), 0..3),
        0..STYLES,
    )
        .prop_map(move |(values, pieces, cuts, settles, number)| {
            let mut bytes = Vec::new();
            for piece in &pieces {
                append(&mut bytes, piece, &values, rules.table());
            }
            let place = |index: Index| index.index(bytes.len() + 1);
            let cuts = cuts.into_iter().map(place).collect();
            let settles = settles.into_iter().map(place).collect();
            Input {
                values,
                bytes,
                cuts,
                settles,
                style: style(number),
            }
        })
}

fn append(out: &mut Vec<u8>, piece: &Piece, values: &[Vec<u8>], table: &Table) {
    let value = |index: &Index| {
        if values.is_empty() {
            &b"hunter2"[..]
        } else {
            index.get(values)
        }
    };
    match piece {
        Piece::Fragment(index) => out.extend_from_slice(FRAGMENTS[*index].as_bytes()),
        Piece::Value(index) => out.extend_from_slice(value(index)),
        Piece::PartOfValue(index, length, head) => {
            let value = value(index);
            let length = length.index(value.len());
            out.extend_from_slice(if *head {
                &value[..length]
            } else {
                &value[length..]
            });
        }
        Piece::Base64(index, before, behind) => {
            let mut inner = vec![b'x'; *before];
            inner.extend_from_slice(value(index));
            inner.extend(std::iter::repeat_n(b'y', *behind));
            out.extend(base64(&inner));
        }
        Piece::Credential(index, seed) => {
            out.extend(credential(table, index.index(table.shapes.len()), *seed))
        }
        Piece::PartOfCredential(index, seed, length) => {
            let whole = credential(table, index.index(table.shapes.len()), *seed);
            out.extend_from_slice(&whole[..length.index(whole.len())]);
        }
        Piece::Bytes(bytes) => out.extend_from_slice(bytes),
        Piece::Encoded(pieces, ways, front, behind) => {
            let mut inner = Vec::new();
            for piece in pieces {
                append(&mut inner, piece, values, table);
            }
            for way in ways {
                inner = encoded(&inner, *way);
            }
            let end = inner.len().saturating_sub(*behind);
            out.extend_from_slice(inner.get(*front..end).unwrap_or_default());
        }
    }
}

/// A string of a detector's own shape, made from a seed.
pub fn credential(table: &Table, shape: usize, mut seed: u64) -> Vec<u8> {
    let mut next = move |bound: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed = seed.max(1);
        seed % bound
    };
    let mut out = Vec::new();
    for step in table.steps_of(&table.shapes[shape]) {
        let bytes: Vec<u8> = table.set(step.set).iter().collect();
        let most = step.max.min(step.min + 12);
        let count = u64::from(step.min) + next(u64::from(most - step.min) + 1);
        out.extend((0..count).map(|_| bytes[next(bytes.len() as u64) as usize]));
    }
    out
}

fn encoded(bytes: &[u8], way: Encoding) -> Vec<u8> {
    let hex = |byte: u8| format!("{byte:02x}").into_bytes();
    let bytes = bytes.iter();
    match way {
        Encoding::Base64 => base64(bytes.as_slice()),
        Encoding::Hex => bytes.flat_map(|&byte| hex(byte)).collect(),
        Encoding::Percent(all) => bytes
            .flat_map(|&byte| match byte {
                _ if !all && (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) => {
                    vec![byte]
                }
                _ => [b"%".to_vec(), hex(byte)].concat(),
            })
            .collect(),
    }
}

/// Standard base64 with padding.
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |sum, &byte| (sum << 8) | u32::from(byte))
            << (8 * (3 - group.len()));
        for index in 0..4 {
            let sextet = (bits >> (18 - 6 * index)) & 63;
            out.push(if index <= group.len() {
                ALPHABET[sextet as usize]
            } else {
                b'='
            });
        }
    }
    out
}
