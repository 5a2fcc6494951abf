//! Awkward inputs: text, with what happens in the middle of it.

use hushgate_engine::values::Values;
use hushgate_tests::{
    credential::prefixed_key,
    expand::Event,
    lane::Step,
    log::base64,
    random::Random,
    vector::{Level, Records, Style},
};
use proptest::{prelude::*, sample::Index};

use super::{
    bed::{Kind, LEVELS, STYLES, shown},
    bundle::{CREDENTIALS, RULES},
};

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

const FRAGMENTS: [&str; 106] = [
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
    "quux:ab_cd",
    "bar_abc",
    "bar_abcdxyz",
    "baz_000.0",
    "baz_0000cafe",
    "low_a",
    "low_abfoo_abcd",
    "crc_ab.",
    "crc_ab.9e83486d",
    "crc_ab.00000000",
    "00000000",
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
    "token=",
    "https://app:",
    "s://",
    "s://b:",
    "@host/",
    "@",
    " -u app:",
    "--user='app:",
    "Cookie: session=",
    "; sid=",
    "- name: token\n  value: ",
    "slack_token=",
    "login app password ",
    "PASSWORD '",
    "token",
    "token: \"",
    "_token = '",
    "\"secret\":\"",
    "api_key",
    "--token ",
    "<token>\n",
    "\\\"token\\\": \\\"",
    "\"",
    "'",
    "\\",
    "a1B2c3D4e5F6",
    "g7H8i9J0",
    "Bearer ",
    "-----BEGIN PRIVATE KEY-----\n",
    "w1| aB3exampleONLYexampleONLYexampleONLYexampleONLYexample0nlyEXAMPL\n",
    "w1| ",
    "aB3exampleONLYexampleONLYexampleONLYexampleONLYexample0nlyEXAMPL\n",
    "aB3exampleONLY==\n",
    "ok: 1\n",
    "-----END PRIVATE KEY-----\n",
    "n",
    "\\n",
    "\\u003d",
    "%3D",
    "=3D",
    "\x1b[",
    "31m",
    "\\033[0m",
    "\\e",
];

/// One awkward input.
#[derive(Clone)]
pub struct Input {
    /// Values that are registered throughout.
    pub values: Vec<Vec<u8>>,
    /// The input.
    pub bytes: Vec<u8>,
    /// Places at which it is cut.
    pub cuts: Vec<usize>,
    /// What happens behind so many bytes, in order: settles, and values that come and go.
    pub events: Vec<(usize, Event)>,
    /// What is written in place of findings.
    pub style: Style,
    /// The least confidence of what is replaced.
    pub least: Level,
    /// Whether there is a key of fingerprints, whatever the style.
    pub keyed: bool,
    /// What its lines are.
    pub records: Records,
    /// Whether what is text is pushed as text.
    pub as_text: bool,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values: Vec<String> = self.values.iter().map(|it| shown(it)).collect();
        let event = |(at, event): &(usize, Event)| match event {
            Event::Add(value) => format!("{at}: add {}", shown(value)),
            Event::Remove(value) => format!("{at}: remove {}", shown(value)),
            Event::Settle => format!("{at}: settle"),
        };
        f.debug_struct("Input")
            .field("values", &values)
            .field("bytes", &shown(&self.bytes))
            .field("cuts", &self.cuts)
            .field("events", &self.events.iter().map(event).collect::<Vec<_>>())
            .field("style", &self.style)
            .field("least", &self.least)
            .field("keyed", &self.keyed)
            .field("records", &self.records)
            .field("as_text", &self.as_text)
            .finish()
    }
}

/// What an input does beside its bytes: cuts, settles, values that come and go.
#[derive(Debug, Clone)]
pub struct Course {
    cuts: Vec<Index>,
    settles: Vec<Index>,
    changes: Vec<(Index, Index)>,
    style: usize,
    least: usize,
    keyed: bool,
    as_text: bool,
}

pub fn course() -> impl Strategy<Value = Course> {
    let places = |most| prop::collection::vec(any::<Index>(), 0..most);
    let changes = prop::collection::vec((any::<Index>(), any::<Index>()), 0..4);
    (
        places(12),
        places(3),
        changes,
        0..STYLES.len(),
        0..LEVELS.len(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(cuts, settles, changes, style, least, keyed, as_text)| Course {
                cuts,
                settles,
                changes,
                style,
                least,
                keyed,
                as_text,
            },
        )
}

impl Input {
    /// An input of these bytes; `comers` are the values that come and go.
    pub fn new(
        values: Vec<Vec<u8>>,
        comers: &[Vec<u8>],
        bytes: Vec<u8>,
        records: Records,
        course: Course,
    ) -> Self {
        let place = |index: Index| index.index(bytes.len() + 1);
        let mut events: Vec<(usize, Event)> = Vec::new();
        if !comers.is_empty() {
            let mut changes: Vec<(usize, usize)> = course
                .changes
                .iter()
                .map(|(at, which)| (place(*at), which.index(comers.len())))
                .collect();
            changes.sort_by_key(|(at, _)| *at);
            let mut there = vec![false; comers.len()];
            for (at, which) in changes {
                let value = comers[which].clone();
                events.push((
                    at,
                    if there[which] {
                        Event::Remove(value)
                    } else {
                        Event::Add(value)
                    },
                ));
                there[which] = !there[which];
            }
        }
        events.extend(course.settles.iter().map(|&at| (place(at), Event::Settle)));
        events.sort_by_key(|(at, _)| *at);
        Self {
            cuts: course.cuts.into_iter().map(place).collect(),
            values,
            bytes,
            events,
            style: STYLES[course.style],
            least: LEVELS[course.least],
            keyed: course.keyed,
            records,
            as_text: course.as_text,
        }
    }

    /// How its redactor is opened.
    pub fn kind(&self) -> Kind {
        Kind {
            style: self.style,
            least: self.least,
            // What was allowed has to be so again, in whatever style.
            keyed: self.keyed || self.style == Style::Fingerprint,
            records: self.records,
            detectors: &[],
        }
    }

    /// The same without what happens in its middle.
    pub fn still(mut self) -> Self {
        self.events.clear();
        self
    }

    /// The same with settles alone.
    pub fn with_settles_only(mut self) -> Self {
        self.events.retain(|(_, event)| *event == Event::Settle);
        self
    }

    /// Whether values come or go.
    pub fn changes(&self) -> bool {
        self.events.iter().any(|(_, event)| *event != Event::Settle)
    }

    /// Its steps when it is cut at these places, and where something happens.
    pub fn steps(&self, cuts: &[usize]) -> Vec<Step<'_>> {
        let events = self.events.iter().map(|(at, _)| *at);
        let mut places: Vec<usize> = cuts.iter().copied().chain(events).collect();
        places.push(self.bytes.len());
        places.sort_unstable();
        places.dedup();
        let mut from = 0;
        let mut steps = Vec::new();
        for to in places {
            let chunk = &self.bytes[from..to];
            if !chunk.is_empty() {
                steps.push(match std::str::from_utf8(chunk) {
                    Ok(text) if self.as_text => Step::PushText(text),
                    _ => Step::Push(chunk),
                });
            }
            for (_, event) in self.events.iter().filter(|(at, _)| *at == to) {
                steps.push(match event {
                    Event::Add(value) => Step::Add(value),
                    Event::Remove(value) => Step::Remove(value),
                    Event::Settle => Step::Settle,
                });
            }
            from = to;
        }
        steps
    }
}

/// Those of `values` that can be registered, each once.
pub fn accepted(values: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut registry = Values::new(&RULES);
    let mut accepted: Vec<Vec<u8>> = Vec::with_capacity(values.len());
    for value in values {
        if !accepted.contains(&value) && registry.add(&value).is_ok() {
            accepted.push(value);
        }
    }
    accepted
}

/// A credential of some kind, with a right checksum or a wrong one.
pub fn credential(kind: Index, right: bool, seed: u64) -> Vec<u8> {
    let kind = kind.index(CREDENTIALS.kinds().len());
    CREDENTIALS.make(kind, right, &mut Random::new(seed))
}

#[derive(Debug, Clone)]
enum Piece {
    Fragment(usize),
    Value(Index),
    PartOfValue(Index, Index, bool),
    Written(Index, usize, usize, usize),
    Credential(Index, bool, u64),
    PartOfCredential(Index, u64, Index),
    Placeholder(Index, u64),
    PrefixedKey(u64),
    Bytes(Vec<u8>),
    /// Written in these notations, one after the other, and cut short by so many bytes on either
    /// side.
    Encoded(Vec<Piece>, Vec<usize>, usize, usize),
}

fn piece() -> impl Strategy<Value = Piece> {
    let cut = || prop_oneof![4 => Just(0), 1 => 0..12_usize];
    let encoded = (
        prop::collection::vec(plain_piece(), 1..4),
        prop::collection::vec(0..NOTATIONS, 1..4),
        cut(),
        cut(),
    );
    prop_oneof![
        16 => plain_piece(),
        3 => encoded.prop_map(|(it, ways, front, behind)| Piece::Encoded(it, ways, front, behind)),
    ]
}

fn plain_piece() -> impl Strategy<Value = Piece> {
    let index = any::<Index>;
    prop_oneof![
        6 => (0..FRAGMENTS.len()).prop_map(Piece::Fragment),
        4 => index().prop_map(Piece::Value),
        2 => (index(), index(), any::<bool>()).prop_map(|(v, n, head)| Piece::PartOfValue(v, n, head)),
        2 => (index(), 0..NOTATIONS, 0..3_usize, 0..3_usize).prop_map(|(v, n, a, b)| Piece::Written(v, n, a, b)),
        3 => (index(), any::<bool>(), any::<u64>()).prop_map(|(kind, right, seed)| Piece::Credential(kind, right, seed)),
        1 => (index(), any::<u64>(), index()).prop_map(|(kind, seed, n)| Piece::PartOfCredential(kind, seed, n)),
        1 => (index(), any::<u64>()).prop_map(|(kind, seed)| Piece::Placeholder(kind, seed)),
        1 => any::<u64>().prop_map(Piece::PrefixedKey),
        1 => prop::collection::vec(any::<u8>(), 0..6).prop_map(Piece::Bytes),
    ]
}

/// Text of up to so many pieces.
pub fn text(pieces: usize) -> impl Strategy<Value = Input> {
    let small = prop::collection::vec(prop::sample::select(b"ab[]*-".to_vec()), 4..7);
    let value = prop_oneof![
        4 => prop::sample::select(VALUES.to_vec()).prop_map(|it| it.as_bytes().to_vec()),
        1 => small,
        1 => prop::collection::vec(any::<u8>(), 4..20),
    ];
    let values = prop::collection::vec(value, 0..6);
    let pieces = prop::collection::vec(piece(), 0..pieces);
    (values, 0..3_usize, pieces, course()).prop_map(|(values, comers, pieces, course)| {
        let mut values = accepted(values);
        let mut bytes = Vec::new();
        for piece in &pieces {
            append(&mut bytes, piece, &values);
        }
        let comers = values.split_off(values.len().saturating_sub(comers));
        Input::new(values, &comers, bytes, Records::None, course)
    })
}

fn append(out: &mut Vec<u8>, piece: &Piece, values: &[Vec<u8>]) {
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
        Piece::Written(index, notation, before, behind) => {
            let value = value(index);
            let inner = [&b"xx"[..*before], value, &b"yy"[..*behind]].concat();
            out.extend(match notation {
                0 | 1 => written(&inner, *notation),
                _ => written(value, *notation),
            });
        }
        Piece::Credential(kind, right, seed) => out.extend(credential(*kind, *right, *seed)),
        Piece::PartOfCredential(kind, seed, length) => {
            let whole = credential(*kind, true, *seed);
            out.extend_from_slice(&whole[..length.index(whole.len().max(1))]);
        }
        Piece::Placeholder(kind, seed) => {
            let kind = kind.index(CREDENTIALS.kinds().len());
            out.extend(CREDENTIALS.placeholder(kind, &mut Random::new(*seed)));
        }
        Piece::PrefixedKey(seed) => out.extend(prefixed_key(&mut Random::new(*seed))),
        Piece::Bytes(bytes) => out.extend_from_slice(bytes),
        Piece::Encoded(pieces, ways, front, behind) => {
            let mut inner = Vec::new();
            pieces
                .iter()
                .for_each(|piece| append(&mut inner, piece, values));
            let inner = ways.iter().fold(inner, |inner, &way| written(&inner, way));
            let end = inner.len().saturating_sub(*behind);
            out.extend_from_slice(inner.get(*front..end).unwrap_or_default());
        }
    }
}

fn written(text: &[u8], notation: usize) -> Vec<u8> {
    match notation {
        0 => base64(text, false),
        1 => base64(text, true),
        _ => notations(text)[notation - 2].clone(),
    }
}

/// In how many notations values are written, base64 in two alphabets among them.
const NOTATIONS: usize = 5;

/// A value as tools write it that leave nothing of it: in hexadecimal, and percent-encoded.
pub fn notations(value: &[u8]) -> [Vec<u8>; 3] {
    let hex = |byte: &u8| format!("{byte:02x}");
    let percent = |byte: &u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
            char::from(*byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    let lower: String = value.iter().map(hex).collect();
    [
        lower.to_uppercase().into_bytes(),
        lower.into_bytes(),
        value.iter().map(percent).collect::<String>().into_bytes(),
    ]
}
