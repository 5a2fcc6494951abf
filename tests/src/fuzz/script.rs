//! The form of the corpus: a stream as a script of bytes.
//!
//! The first byte says how the stream is redacted. From then on a byte stands for itself, but for
//! those below 0x20, which are operations; TAB, LF and CR are themselves. So a script reads like the
//! stream that it makes, whatever bytes it consists of it makes one, and a change of a few bytes makes
//! a stream that differs by little: what a fuzzer needs.
//!
//! Operations put together what must not stand in a file, such as credentials of a detector's shape.
//! What they name (a value, a detector, a notation) is a number, taken modulo how many there are.

use hushgate_detector::document::Confidence;
use hushgate_engine::{redact::Framing, rules::Rules};

use crate::{
    awkward::{self, json_string},
    notation,
    random::Random,
    stream::{Change, STYLES, Stream, style},
};

/// Bits of the first byte that are the style's number.
pub const STYLE: u8 = 0b11;
/// Bit of the first byte: with the detectors of [`awkward::BUNDLE`].
pub const AWKWARD: u8 = 0b100;
/// Bit of the first byte: with few detectors.
pub const FEW: u8 = 0b1000;
/// Bit of the first byte: what is found with little confidence is replaced too.
pub const LOW: u8 = 0b1_0000;
/// Bit of the first byte, where that is not set: only what is found with much confidence is.
pub const HIGH: u8 = 0b10_0000;

/// Nothing: it keeps apart in a file what belongs together in the stream.
pub const NOTHING: u8 = 0x00;
/// A cut.
pub const CUT: u8 = 0x01;
/// A cut, and the stream is settled.
pub const SETTLE: u8 = 0x02;
/// A value that is registered from here on: what stands up to the next [`END`].
pub const VALUE: u8 = 0x03;
/// Ends a value, or a string.
pub const END: u8 = 0x04;
/// A value, by number.
pub const WHOLE: u8 = 0x05;
/// How a value begins: its number, and how many bytes.
pub const HEAD: u8 = 0x06;
/// How a value ends: its number, and how many bytes are left out.
pub const TAIL: u8 = 0x07;
/// A value in a notation: its number, the notation's, and what stands in front of it in there.
pub const WRITTEN: u8 = 0x08;
/// A credential of a detector's shape: the shape's number in two bytes, and a seed.
pub const CREDENTIAL: u8 = 0x0b;
/// The same, and how many bytes of it.
pub const BEGINNING: u8 = 0x0c;
/// The byte that follows, whatever it is.
pub const RAW: u8 = 0x0e;
/// A value that is removed here, by number.
pub const REMOVE: u8 = 0x0f;
/// A value that is registered again, by number.
pub const ADD: u8 = 0x10;
/// A label, by number.
pub const LABEL: u8 = 0x11;
/// What stands in front, again: how many bytes of it, and how often.
pub const REPEAT: u8 = 0x12;
/// A JSON string that says what stands up to the next [`END`]: the seed of its escapes.
pub const STRING: u8 = 0x13;

/// Most bytes of a stream, and of a value.
const MOST: usize = 20_000;
/// Most values.
const MOST_VALUES: usize = 6;
/// How deep strings and values may lie in each other.
const MOST_NESTED: usize = 6;

/// What stands for a value where none is registered.
const NO_VALUE: &[u8] = b"hunter2";

/// What labels look like that name no rule.
const LABELS: [&str; 10] = [
    "[registered]",
    "[redacted]",
    "[*]",
    "***",
    "«*»",
    "⟦*⟧",
    "𝄆*𝄇",
    "[registered:0a1b2c]",
    "[t-tail:0a1b2c]",
    "[",
];

/// Detectors that are applied alone.
const FEW_STANDARD: [&str; 3] = ["github-pat", "private-key", "jwt"];
const FEW_AWKWARD: [&str; 5] = [
    "t-edge-behind",
    "t-varying",
    "t-tail",
    "t-dashed",
    "t-inner",
];

/// Reads a script: the stream it makes, under one of two rule sets.
#[must_use]
pub fn read<'r>(
    script: &[u8],
    framing: Framing,
    standard: &'r Rules,
    awkward: &'r Rules,
) -> (&'r Rules, Stream) {
    let (first, rest) = script.split_first().unwrap_or((&0, &[]));
    let with_awkward = first & AWKWARD != 0;
    let rules = if with_awkward { awkward } else { standard };
    let few: &[&str] = match (first & FEW != 0, with_awkward) {
        (false, _) => &[],
        (true, false) => &FEW_STANDARD,
        (true, true) => &FEW_AWKWARD,
    };
    let known = |id: &&&str| rules.detectors().iter().any(|rule| rule.id == **id);
    let mut reader = Reader {
        rest,
        rules,
        known: Vec::new(),
        stream: Stream {
            style: style(usize::from(first & STYLE) % STYLES),
            framing,
            least: match (first & LOW != 0, first & HIGH != 0) {
                (true, _) => Confidence::Low,
                (false, true) => Confidence::High,
                (false, false) => Confidence::Medium,
            },
            detectors: few.iter().filter(known).map(ToString::to_string).collect(),
            ..Stream::default()
        },
    };
    let mut bytes = Vec::new();
    while !reader.rest.is_empty() {
        // An end that ends nothing is passed over.
        reader.pieces(&mut bytes, 0);
    }
    reader.stream.bytes = bytes;
    (rules, reader.stream)
}

struct Reader<'s, 'r> {
    rest: &'s [u8],
    rules: &'r Rules,
    /// The values so far, by number.
    known: Vec<Vec<u8>>,
    stream: Stream,
}

impl Reader<'_, '_> {
    fn next(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn number(&mut self) -> usize {
        self.next().map_or(0, usize::from)
    }

    fn value(&mut self) -> Vec<u8> {
        let number = self.number();
        let index = number % self.known.len().max(1);
        self.known.get(index).map_or(NO_VALUE, Vec::as_slice).into()
    }

    fn credential(&mut self) -> Vec<u8> {
        let table = self.rules.table();
        let number = self.number() + 256 * self.number();
        let shape = number % table.shapes.len().max(1);
        awkward::credential(table, shape, self.number() as u64)
    }

    fn label(&mut self) -> Vec<u8> {
        let number = self.number();
        if let Some(label) = LABELS.get(number) {
            return label.as_bytes().to_vec();
        }
        let rules = self.rules.detectors();
        let index = (number - LABELS.len()) % rules.len().max(1);
        let id = rules.get(index).map_or("", |rule| rule.id.as_ref());
        format!("[{id}]").into_bytes()
    }

    /// Reads up to an end, or to the script's.
    fn pieces(&mut self, out: &mut Vec<u8>, nested: usize) {
        while let Some(byte) = self.next() {
            if byte == END {
                return;
            }
            let piece = self.piece(byte, out, nested);
            if out.len() + piece.len() <= MOST {
                out.extend_from_slice(&piece);
            }
        }
    }

    /// What an operation, or a byte that stands for itself, adds to `out`.
    fn piece(&mut self, byte: u8, out: &[u8], nested: usize) -> Vec<u8> {
        match byte {
            NOTHING => {}
            CUT if nested == 0 => self.stream.cuts.push(out.len()),
            SETTLE if nested == 0 => self.stream.settles.push(out.len()),
            VALUE | STRING if nested == MOST_NESTED => {}
            VALUE => {
                let mut value = Vec::new();
                self.pieces(&mut value, nested + 1);
                if nested == 0 && self.known.len() < MOST_VALUES {
                    self.known.push(value.clone());
                    self.register(value, out.len());
                }
            }
            WHOLE => return self.value(),
            HEAD => {
                let (value, length) = (self.value(), self.number());
                let length = length % (value.len() + 1);
                return value.get(..length).unwrap_or_default().to_vec();
            }
            TAIL => {
                let (value, length) = (self.value(), self.number());
                let length = length % (value.len() + 1);
                return value.get(length..).unwrap_or_default().to_vec();
            }
            WRITTEN => {
                let (value, notation, front) = (self.value(), self.number(), self.number());
                return notation::write(notation, &value, front).unwrap_or(value);
            }
            CREDENTIAL => return self.credential(),
            BEGINNING => {
                let (whole, length) = (self.credential(), self.number());
                let length = length % (whole.len() + 1);
                return whole.get(..length).unwrap_or_default().to_vec();
            }
            RAW => return self.next().into_iter().collect(),
            REMOVE if nested == 0 => {
                let value = self.value();
                self.change(out.len(), false, value);
            }
            ADD if nested == 0 => {
                let value = self.value();
                self.change(out.len(), true, value);
            }
            LABEL => return self.label(),
            REPEAT => {
                let (length, times) = (self.number(), self.number());
                let from = out.len().saturating_sub(length);
                let part = out.get(from..).unwrap_or_default();
                let times = times.min(MOST / part.len().max(1));
                return part.repeat(times);
            }
            STRING => {
                let mut random = Random::new(self.number() as u64);
                let mut said = Vec::new();
                self.pieces(&mut said, nested + 1);
                return json_string(&String::from_utf8_lossy(&said), &mut random).into_bytes();
            }
            // Inside a value nothing happens.
            CUT | SETTLE => {}
            REMOVE | ADD => drop(self.next()),
            other => return vec![other],
        }
        Vec::new()
    }

    fn register(&mut self, value: Vec<u8>, at: usize) {
        if at == 0 && self.stream.changes.is_empty() {
            self.stream.values.push(value);
        } else {
            self.change(at, true, value);
        }
    }

    fn change(&mut self, at: usize, add: bool, value: Vec<u8>) {
        self.stream.changes.push(Change { at, add, value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(script: &[u8]) -> Stream {
        let rules = Rules::standard();
        read(script, Framing::Text, &rules, &rules).1
    }

    #[test]
    fn a_byte_stands_for_itself_or_is_an_operation() {
        let it = stream(b"@\x03hun\0ter2\x04a\x01b\x02\x05\x07\x0e\x01\x06\0\x03\t\n\x08\0\x03\0");
        assert_eq!(it.values, [b"hunter2"]);
        assert_eq!(it.bytes, b"abhunter2\x01hun\t\n68756e74657232");
        assert_eq!((it.cuts, it.settles), (vec![1], vec![2]));
        assert!(it.changes.is_empty());
    }

    #[test]
    fn values_come_and_go() {
        let it = stream(b"@ab\x03value\x04c\x0f\0\x10\0");
        let changes: Vec<_> = it.changes.iter().map(|it| (it.at, it.add)).collect();
        assert_eq!(changes, [(2, true), (3, false), (3, true)]);
    }

    #[test]
    fn strings_lie_in_strings() {
        let it = stream(b"@\x13\x05a\x13\x06b\"\x04\x04\x04");
        let outer: String = serde_json::from_slice(&it.bytes).expect("a string");
        let inner = outer.strip_prefix('a').expect("what stands in front");
        assert_eq!(
            serde_json::from_str::<String>(inner).expect("another"),
            "b\""
        );
    }

    #[test]
    fn whatever_bytes_make_a_stream_of_bounded_length() {
        let mut random = Random::new(1);
        for _ in 0..200 {
            let script: Vec<u8> = (0..300).map(|_| random.below(256) as u8).collect();
            let few: Vec<u8> = script.iter().map(|byte| byte % 0x20).collect();
            for script in [script, few] {
                let it = stream(&script);
                assert!(it.bytes.len() <= MOST);
                assert!(it.changes.iter().all(|change| change.at <= it.bytes.len()));
            }
        }
    }
}
