//! What is awkward: detectors that use every corner of the pattern language, and ways of writing
//! text that break what is written carelessly.

use std::fmt::Write as _;

use hushgate_detector::table::Table;

use crate::random::Random;

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
id = "t-far-marks"
since = "0.1.0"
description = "The keyword stands behind marks and letters, and ends with some."
pattern = '\b[0-9a-z_~.-]{3}7Q~[a-z~.-]{4,6}\b'
keywords = ["7Q~"]
max-len = 12
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "a.-7Q~d~fg"
redacted = "[t-far-marks]"
[[detector.counter-example]]
text = "ab7Q~d~fg"
why = "too short"

[[detector]]
id = "t-farther"
since = "0.1.0"
description = "The keyword stands far behind the start."
pattern = '\b[0-9A-Za-z+/]{42}9ZeA[A-D][0-9A-Za-z+/]{5}=\b'
keywords = ["9ZeA"]
max-len = 53
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "0918273645qowpeirutyALSKDJFHGZ+/mxncbvqpwo9ZeAB01+/a="
redacted = "[t-farther]"
[[detector.counter-example]]
text = "0918273645qowpeirutyALSKDJFHGZ+/mxncbvqpw9ZeAB01+/a="
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

[[detector]]
id = "t-checked"
since = "0.1.0"
description = "Is medium, and a step more or less by its checksum."
pattern = '\bcrc_(?<body>[0-9a-z]{2,4})\.(?<check>[0-9a-f]{8})\b'
keywords = ["crc_"]
max-len = 17
checksum = { algorithm = "crc32-hex", over = "body", equals = "check" }
confidence = "medium"
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "crc_ab.00000000"
redacted = "[t-checked]"
[[detector.counter-example]]
text = "crc_ab.0000000"
why = "too short"

[[detector]]
id = "t-low"
since = "0.1.0"
description = "Is low, and others begin inside it."
pattern = '\blow_[a-z_.]{2,12}'
keywords = ["low_"]
max-len = 16
confidence = "low"
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "low_ab"
redacted = "[t-low]"
[[detector.counter-example]]
text = "low_a"
why = "too short"

[[allow]]
detector = "t-varying"
pattern = 'bar_[a-m]{3,9}'
reason = "half of them"

[[allow]]
detector = "t-tail"
pattern = 'baz_[0-9]{3,}(?:\.[0-9]+)?'
reason = "no letters"

[[allow]]
detector = "t-reach"
fingerprint = "609db8f5efdab5ee83922f46f1c0e180" # quux:ab_cd
reason = "one of them"

[[allow]]
detector = "t-edge-behind"
pattern = 'foo_[a-m]{4}'
reason = "half of them"
expires = 2027-01-31

[[allow]]
detector = "t-rival"
pattern = 'baz_0[0-9.;]{5,12}'
reason = "no letters"

[[allow]]
detector = "secret"
pattern = '[0-9A-Za-z]{12}'
reason = "short ones"

[[allow]]
detector = "github-pat"
fingerprint = "3df291303bfe98a174b818cd8d9ad780"
reason = "one of them"
"#;

/// A string of a detector's own shape, made from a seed.
///
/// Of a repetition without a bound, or a long one, at most twelve bytes more than it needs. Empty
/// where there is no such shape.
#[must_use]
pub fn credential(table: &Table, shape: usize, seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    let mut out = Vec::new();
    let Some(shape) = table.shapes.get(shape) else {
        return out;
    };
    for step in table.steps_of(shape) {
        let bytes: Vec<u8> = table.set(step.set).iter().collect();
        let more = step.max.min(step.min.saturating_add(12)) - step.min;
        let count = step.min as usize + random.below(more as usize + 1);
        out.extend((0..count).filter_map(|_| random.pick(&bytes).copied()));
    }
    out
}

/// Standard base64 with padding.
#[must_use]
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |sum, &byte| (sum << 8) | u32::from(byte))
            << (8 * (3 - group.len()));
        for index in 0..4 {
            let sextet = (bits >> (18 - 6 * index)) & 63;
            let character = ALPHABET.get(sextet as usize).copied().unwrap_or(b'=');
            out.push(if index <= group.len() {
                character
            } else {
                b'='
            });
        }
    }
    out
}

/// What stands in base64 of something that holds `value` behind `before` bytes, less than three:
/// the characters that the value decides alone.
#[must_use]
pub fn inner_base64(value: &[u8], before: usize) -> Vec<u8> {
    let mut inner = vec![0; before];
    inner.extend_from_slice(value);
    let encoded = base64(&inner);
    let (from, to) = ((before * 8).div_ceil(6), inner.len() * 8 / 6);
    encoded.get(from..to).unwrap_or_default().to_vec()
}

/// A JSON string that says `text`, with escapes at random: none that need not be, some, or many.
pub fn json_string(text: &str, random: &mut Random) -> String {
    let mut out = String::from("\"");
    let often = random.below(4);
    for character in text.chars() {
        let short = match character {
            '"' => Some('"'),
            '\\' => Some('\\'),
            '/' if random.below(2) == 0 => Some('/'),
            '\n' => Some('n'),
            '\t' => Some('t'),
            _ => None,
        };
        let code = character < ' ' && short.is_none() || often > 1 && random.below(8) < often;
        match short {
            _ if code => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a `String` does not fail.
                    let _ = if random.below(2) == 0 {
                        write!(out, "\\u{unit:04X}")
                    } else {
                        write!(out, "\\u{unit:04x}")
                    };
                }
            }
            Some(short) => out.extend(['\\', short]),
            None => out.push(character),
        }
    }
    out.push('"');
    out
}
