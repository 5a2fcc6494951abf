//! Awkward inputs: lines of JSON, broken ones among them.

use std::fmt::Write as _;

use hushgate_tests::vector::Records;
use proptest::{prelude::*, sample::Index};

use super::input::{Input, accepted, course, credential};

/// Values that are awkward inside JSON.
const VALUES: [&str; 25] = [
    "hunter2",
    "secret-value-9",
    "pa\"ss\\wo/rd",
    "nhunter",
    "u0041bc",
    "12345",
    "true",
    "5e3,\"",
    "foo\",\"bar",
    "é😀ü!",
    "a\":\"b",
    "registered",
    "ed]\"",
    "\"[re",
    "[ab\"]",
    "ed]xy",
    "red]\"",
    "]\":0",
    "b]\"}",
    "***\"",
    "ab[re",
    "\"***b",
    "line\none",
    "x\u{1}y\u{7f}z",
    "dead-beef",
];

const FRAGMENTS: [&str; 29] = [
    "a",
    "b",
    " ",
    "\\",
    "/",
    "n",
    "\n",
    "\t",
    "é",
    "😀",
    "\u{fffd}",
    "\u{1}",
    "foo_",
    "bar_",
    "[",
    "]",
    "[t-tail]",
    "***",
    "u0041",
    "{\"k\":\"v\"}",
    "12345",
    "ed]",
    "xy",
    "ab[",
    "foo_abcd",
    "baz_012",
    "qux-a--b",
    "bar_abc",
    "\"",
];

const SCALARS: [&str; 9] = [
    "0", "-1.50", "1e40", "5123456", "12345", "5e3", "true", "false", "null",
];

/// What stands between tokens.
const SPACES: [&str; 5] = ["", "", "", " ", "\t "];

/// A JSON value to be written in some way.
#[derive(Debug, Clone)]
enum Json {
    Scalar(usize),
    Text(Vec<Piece>),
    Array(Vec<Json>),
    Object(Vec<(Vec<Piece>, Json)>),
    /// JSON in a string.
    Nested(Box<Json>),
}

#[derive(Debug, Clone)]
enum Piece {
    Fragment(usize),
    Value(Index),
    PartOfValue(Index, Index),
    Credential(Index, bool, u64),
}

/// Values that a label and what stands behind or before it may spell, and one that is nothing but
/// found.
const SPELLED: [&str; 6] = ["hunter2", "ed]\"", "red]\"", "\"[re", "ed]xy", "t]\":"];

/// Of how many fragments, the last ones, a text consists that has to be `dense`: so that findings
/// stand side by side and at the ends of strings.
const FEW_FRAGMENTS: usize = 8;

fn piece(dense: bool) -> impl Strategy<Value = Piece> {
    let first = if dense {
        FRAGMENTS.len() - FEW_FRAGMENTS
    } else {
        0
    };
    prop_oneof![
        5 => (first..FRAGMENTS.len()).prop_map(Piece::Fragment),
        3 => any::<Index>().prop_map(Piece::Value),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(value, length)| Piece::PartOfValue(value, length)),
        1 => (any::<Index>(), any::<bool>(), any::<u64>()).prop_map(|(kind, right, seed)| Piece::Credential(kind, right, seed)),
    ]
}

fn pieces(dense: bool) -> impl Strategy<Value = Vec<Piece>> {
    prop::collection::vec(piece(dense), 0..5)
}

fn value(dense: bool) -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        1 => (0..SCALARS.len()).prop_map(Json::Scalar),
        4 => pieces(dense).prop_map(Json::Text),
    ];
    leaf.prop_recursive(5, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec((pieces(dense), inner.clone()), 0..4).prop_map(Json::Object),
            inner.prop_map(|inner| Json::Nested(Box::new(inner))),
        ]
    })
}

/// Lines: records, broken ones, and text.
pub fn json(lines: usize) -> impl Strategy<Value = Input> {
    prop_oneof![2 => of_lines(lines, false), 1 => of_lines(lines, true)]
}

fn of_lines(lines: usize, dense: bool) -> impl Strategy<Value = Input> {
    let values = if dense {
        SPELLED.to_vec()
    } else {
        VALUES.to_vec()
    };
    let values = prop::collection::vec(prop::sample::select(values), 0..7);
    let line = (value(dense), any::<u64>(), 0..12_u8);
    let lines = prop::collection::vec(line, 1..=lines);
    (values, 0..3_usize, lines, course()).prop_map(|(values, comers, lines, course)| {
        let values = values.into_iter().map(|it| it.as_bytes().to_vec());
        let mut values = accepted(values.collect());
        let texts: Vec<String> = values
            .iter()
            .map(|it| String::from_utf8_lossy(it).into_owned())
            .collect();
        let mut bytes = Vec::new();
        for (json, seed, kind) in lines {
            bytes.extend(line_of(&json, seed, kind, &texts));
        }
        let comers = values.split_off(values.len().saturating_sub(comers));
        Input::new(values, &comers, bytes, Records::Json, course)
    })
}

fn line_of(json: &Json, seed: u64, kind: u8, values: &[String]) -> Vec<u8> {
    let mut writer = Writer {
        seed: seed | 1,
        values,
    };
    let container = matches!(json, Json::Array(_) | Json::Object(_));
    let mut line = writer.json(json);
    if !container {
        line = format!("[{line}]");
    }
    let mut line = line.into_bytes();
    match kind {
        0 => line.truncate(writer.next(line.len() + 1)),
        1 => line.insert(writer.next(line.len() + 1), b'\\'),
        2 => line.insert(0, b'x'),
        3 => line.insert(writer.next(line.len() + 1), 0xFF),
        4 => line.push(b'\r'),
        5 => drop(line.splice(0..0, "\u{feff}".bytes())),
        _ => {}
    }
    line.push(b'\n');
    line
}

/// Writes JSON with escapes, spaces and case at random.
struct Writer<'v> {
    seed: u64,
    values: &'v [String],
}

impl Writer<'_> {
    fn next(&mut self, bound: usize) -> usize {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        (self.seed % bound.max(1) as u64) as usize
    }

    fn space(&mut self) -> &'static str {
        SPACES[self.next(SPACES.len())]
    }

    fn json(&mut self, json: &Json) -> String {
        match json {
            Json::Scalar(index) => SCALARS[*index].to_owned(),
            Json::Text(pieces) => {
                let text = self.text(pieces);
                self.string(&text)
            }
            Json::Nested(inner) => {
                let text = self.json(inner);
                self.string(&text)
            }
            Json::Array(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| [self.space(), &self.json(item), self.space()].concat())
                    .collect();
                format!("[{}]", items.join(","))
            }
            Json::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(key, value)| {
                        let key = self.text(key);
                        let key = self.string(&key);
                        [
                            self.space(),
                            &key,
                            self.space(),
                            ":",
                            self.space(),
                            &self.json(value),
                        ]
                        .concat()
                    })
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }

    fn text(&mut self, pieces: &[Piece]) -> String {
        let mut text = String::new();
        for piece in pieces {
            let value = |index: &Index| {
                if self.values.is_empty() {
                    "hunter2"
                } else {
                    index.get(self.values)
                }
            };
            match piece {
                Piece::Fragment(index) => text.push_str(FRAGMENTS[*index]),
                Piece::Value(index) => text.push_str(value(index)),
                Piece::PartOfValue(index, length) => {
                    let value = value(index);
                    text.push_str(&value[..value.floor_char_boundary(length.index(value.len()))]);
                }
                Piece::Credential(kind, right, seed) => {
                    let bytes = credential(*kind, *right, *seed);
                    text.push_str(&String::from_utf8_lossy(&bytes));
                }
            }
        }
        text
    }

    fn string(&mut self, text: &str) -> String {
        let mut out = String::from("\"");
        let often = self.next(4);
        for character in text.chars() {
            let short = match character {
                '"' => Some('"'),
                '\\' => Some('\\'),
                '/' if self.next(2) == 0 => Some('/'),
                '\n' => Some('n'),
                '\t' => Some('t'),
                _ => None,
            };
            let code = character < ' ' && short.is_none() || often > 1 && self.next(8) < often;
            match short {
                _ if code => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        let upper = self.next(2) == 0;
                        let written = if upper {
                            write!(out, "\\u{unit:04X}")
                        } else {
                            write!(out, "\\u{unit:04x}")
                        };
                        written.expect("writing to a string");
                    }
                }
                Some(short) => out.extend(['\\', short]),
                None => out.push(character),
            }
        }
        out.push('"');
        out
    }
}
