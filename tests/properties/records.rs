//! The guarantees for streams of records.

use std::fmt::Write as _;
use std::sync::LazyLock;

use hushgate_engine::{
    records::Records,
    redact::{Finding, Framing, Options, Style},
    rules::Rules,
    values::Values,
};
use proptest::{prelude::*, sample::Index};
use serde_json::Value;

use super::{
    guarantees::{config, shown},
    input::{BUNDLE, credential},
    reference::{Outcome, STYLES, options, restart, run, style},
};

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::open(BUNDLE).expect("a correct bundle"));

/// Values that are awkward inside JSON.
const VALUES: [&str; 18] = [
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
    "line\none",
    "x\u{1}y\u{7f}z",
    "dead-beef",
];

const FRAGMENTS: [&str; 26] = [
    "a",
    "b",
    " ",
    "\"",
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
    "foo_abcd",
    "bar_",
    "bar_abc",
    "baz_012",
    "qux-a--b",
    "[",
    "]",
    "[t-tail]",
    "***",
    "u0041",
    "{\"k\":\"v\"}",
    "12345",
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
    Credential(Index, u64),
}

/// One stream of lines.
#[derive(Clone)]
struct Input {
    values: Vec<String>,
    bytes: Vec<u8>,
    cuts: Vec<usize>,
    settles: Vec<usize>,
    style: Style,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input")
            .field("values", &self.values)
            .field("bytes", &shown(&self.bytes))
            .field("cuts", &self.cuts)
            .field("settles", &self.settles)
            .field("style", &self.style)
            .finish()
    }
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        5 => (0..FRAGMENTS.len()).prop_map(Piece::Fragment),
        3 => any::<Index>().prop_map(Piece::Value),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(value, length)| Piece::PartOfValue(value, length)),
        1 => (any::<Index>(), any::<u64>()).prop_map(|(shape, seed)| Piece::Credential(shape, seed)),
    ]
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    prop::collection::vec(piece(), 0..5)
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        1 => (0..SCALARS.len()).prop_map(Json::Scalar),
        4 => pieces().prop_map(Json::Text),
    ];
    leaf.prop_recursive(5, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec((pieces(), inner.clone()), 0..4).prop_map(Json::Object),
            inner.prop_map(|inner| Json::Nested(Box::new(inner))),
        ]
    })
}

/// Lines: records, broken ones, and text.
fn input(lines: usize) -> impl Strategy<Value = Input> {
    let values = prop::collection::vec(prop::sample::select(VALUES.to_vec()), 0..5);
    let line = (json(), any::<u64>(), 0..12_u8);
    let places = || prop::collection::vec(any::<Index>(), 0..10);
    let settles = prop::collection::vec(any::<Index>(), 0..3);
    (
        values,
        prop::collection::vec(line, 1..=lines),
        places(),
        settles,
        0..STYLES,
    )
        .prop_map(|(values, lines, cuts, settles, number)| {
            let values: Vec<String> = values.into_iter().map(str::to_owned).collect();
            let mut bytes = Vec::new();
            for (json, seed, kind) in lines {
                bytes.extend(line_of(&json, seed, kind, &values));
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
                Piece::Credential(index, seed) => {
                    let table = RULES.table();
                    let bytes = credential(table, index.index(table.shapes.len()), *seed | 1);
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

fn registry(input: &Input) -> Values {
    let mut values = Values::new(&RULES);
    for value in &input.values {
        let _refused = values.add(value.as_bytes());
    }
    values
}

fn json_options(style: &Style) -> Options {
    Options {
        framing: Framing::Json,
        ..options(style)
    }
}

fn records(style: &Style) -> Records {
    Records::open(&RULES, &json_options(style)).expect("no detectors named")
}

fn run_records(values: &Values, style: &Style, chunks: &[(&[u8], bool)]) -> Outcome {
    let mut redactor = records(style);
    let mut bytes = Vec::new();
    for (chunk, settle) in chunks {
        redactor.push(values, chunk, &mut bytes);
        if *settle {
            redactor.settle(values, &mut bytes);
        }
    }
    redactor.finish(values, &mut bytes);
    Outcome {
        bytes,
        findings: redactor.findings(),
    }
}

fn whole(values: &Values, input: &Input) -> Outcome {
    run_records(values, &input.style, &[(&input.bytes, false)])
}

impl Input {
    fn chunks(&self, cuts: bool) -> Vec<(&[u8], bool)> {
        let mut places: Vec<usize> = self.settles.clone();
        if cuts {
            places.extend(&self.cuts);
        }
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

/// All strings and keys of a value, and those of JSON inside them.
fn strings(value: &Value, nesting: u32, out: &mut Vec<String>) {
    let mut text = |text: &str| {
        out.push(text.to_owned());
        if nesting < 3
            && let Ok(inner) = serde_json::from_str::<Value>(text)
            && !matches!(inner, Value::Number(_))
        {
            strings(&inner, nesting + 1, out);
        }
    };
    match value {
        Value::String(string) => text(string),
        Value::Array(items) => items.iter().for_each(|item| strings(item, nesting, out)),
        Value::Object(members) => {
            for (key, value) in members {
                strings(&Value::String(key.clone()), nesting, out);
                strings(value, nesting, out);
            }
        }
        _ => {}
    }
}

fn parsed(line: &[u8]) -> Option<Value> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    serde_json::from_slice::<Value>(line)
        .ok()
        .filter(|value| value.is_array() || value.is_object())
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n')
}

/// Whether some value joins lines: then a match may, and the lines it joins are no records.
fn joins_lines(input: &Input) -> bool {
    input.values.iter().any(|value| value.contains('\n'))
}

proptest! {
    #![proptest_config(config())]

    /// Where the input is cut changes neither output nor findings.
    #[test]
    fn records_split_invariance(input in input(4)) {
        let values = registry(&input);
        let settled = run_records(&values, &input.style, &input.chunks(false));
        let cut = run_records(&values, &input.style, &input.chunks(true));
        prop_assert_eq!(shown(&settled.bytes), shown(&cut.bytes));
        prop_assert_eq!(settled.findings, cut.findings);
        let whole = whole(&values, &input);
        let single: Vec<_> = input.bytes.chunks(1).map(|it| (it, false)).collect();
        let cut = run_records(&values, &input.style, &single);
        prop_assert_eq!(shown(&whole.bytes), shown(&cut.bytes));
        prop_assert_eq!(whole.findings, cut.findings);
    }

    /// A record stays one, and no string of it says a registered value.
    #[test]
    fn records_stay_records(input in input(3)) {
        let values = registry(&input);
        let output = whole(&values, &input).bytes;
        let accepted = |value: &&String| Values::new(&RULES).add(value.as_bytes()).is_ok();
        for value in input.values.iter().filter(accepted) {
            prop_assert!(!shown(&output).contains(&shown(value.as_bytes())), "{} in {}", value, shown(&output));
        }
        if lines(&input.bytes).count() != lines(&output).count() {
            // Only what is found in the text as a whole joins lines.
            let text = run(&RULES, &values, &input.style, &[(&input.bytes, false)]).bytes;
            prop_assert!(joins_lines(&input) || lines(&text).count() < lines(&input.bytes).count(), "{}", shown(&output));
            return Ok(());
        }
        for (before, after) in lines(&input.bytes).zip(lines(&output)) {
            if parsed(before).is_none() {
                continue;
            }
            prop_assert!(parsed(after).is_some() || after.trim_ascii().starts_with(b"\""), "{} became {}", shown(before), shown(after));
            let mut said = Vec::new();
            strings(&parsed(after).unwrap_or_default(), 0, &mut said);
            for value in input.values.iter().filter(accepted) {
                prop_assert!(!said.iter().any(|said| said.contains(value.as_str())), "{} said by {}", value, shown(after));
            }
        }
    }

    /// Redacting the output again changes nothing, in whatever style.
    #[test]
    fn records_idempotence(mut input in input(3), again in 0..STYLES) {
        // What joins lines may make a record of them, which was decided as text.
        input.values.retain(|value| !value.contains('\n'));
        let values = registry(&input);
        let once = whole(&values, &input);
        let twice = run_records(&values, &style(again), &[(&once.bytes, false)]);
        prop_assert_eq!(shown(&once.bytes), shown(&twice.bytes));
        prop_assert!(twice.findings.is_empty(), "{:?} in {}", twice.findings, shown(&once.bytes));
    }

    /// Bytes outside findings stay as they are and in order, and positions are right.
    #[test]
    fn records_fidelity(input in input(3)) {
        let values = registry(&input);
        let outcome = whole(&values, &input);
        let mut rest = outcome.bytes.as_slice();
        let mut at = 0;
        for Finding { start, end, position, .. } in &outcome.findings {
            let (start, end) = (*start as usize, *end as usize);
            prop_assert!(at <= start && start < end && end <= input.bytes.len(), "{:?}", outcome.findings);
            let gap = &input.bytes[at..start];
            // Between two findings stands what was written for the first one.
            let found = rest.windows(gap.len().max(1)).position(|it| gap.is_empty() || it == gap);
            prop_assert!(found.is_some() || gap.is_empty(), "{} is not in {}", shown(gap), shown(rest));
            rest = &rest[found.unwrap_or(0) + gap.len()..];
            at = end;
            let before = &input.bytes[..start];
            let line = before.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
            let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() as u64 + 1;
            prop_assert_eq!((position.line, position.column), (line, column));
        }
        prop_assert!(rest.ends_with(&input.bytes[at..]), "{} does not end with {}", shown(rest), shown(&input.bytes[at..]));
        prop_assert_eq!(outcome.findings.is_empty(), outcome.bytes == input.bytes);
    }

    /// What is found in each record as text is found.
    #[test]
    fn records_find_what_text_finds(input in input(1)) {
        let values = registry(&input);
        let text = run(&RULES, &values, &input.style, &[(&input.bytes, false)]);
        let outcome = whole(&values, &input);
        for finding in &text.findings {
            let held = outcome.findings.iter().any(|it| it.start <= finding.start && finding.end <= it.end);
            prop_assert!(held, "{:?} is not in {:?}", finding, outcome.findings);
        }
    }

    /// Where a stream is fresh, another one that begins there goes on as if it were the same.
    #[test]
    fn fresh_records(input in input(4)) {
        let values = registry(&input);
        let single: Vec<_> = input.bytes.chunks(1).map(|it| (it, false)).collect();
        for chunks in [input.chunks(true), single] {
            let options = json_options(&input.style);
            let run = |anew| restart(&RULES, &values, &options, &input.bytes, &chunks, anew);
            let (undisturbed, restarted) = (run(false), run(true));
            prop_assert_eq!(shown(&undisturbed.bytes), shown(&restarted.bytes));
            prop_assert_eq!(undisturbed.findings, restarted.findings);
        }
    }

    /// Another instance goes on from a checkpoint as if nothing had happened.
    #[test]
    fn records_checkpoints(input in input(4)) {
        let values = registry(&input);
        let undisturbed = run_records(&values, &input.style, &input.chunks(true));
        let mut redactor = records(&input.style);
        let (mut bytes, mut findings, mut read) = (Vec::new(), Vec::new(), 0);
        for (chunk, settle) in input.chunks(true) {
            redactor.push(&values, chunk, &mut bytes);
            if settle {
                redactor.settle(&values, &mut bytes);
            }
            read += chunk.len();
            findings.extend(redactor.findings());
            let checkpoint = redactor.checkpoint();
            redactor = Records::resume(&RULES, &json_options(&input.style), &checkpoint.state).expect("our own state");
            let from = usize::try_from(checkpoint.offset).expect("within the input");
            let mut again = Vec::new();
            // In two parts, with a change of instance between them.
            let middle = from + (read - from) / 2;
            redactor.push(&values, &input.bytes[from..middle], &mut again);
            let checkpoint = redactor.checkpoint();
            redactor = Records::resume(&RULES, &json_options(&input.style), &checkpoint.state).expect("our own state");
            let from = usize::try_from(checkpoint.offset).expect("within the input");
            redactor.push(&values, &input.bytes[from..read], &mut again);
            prop_assert!(again.is_empty(), "released bytes came again: {}", shown(&again));
        }
        redactor.finish(&values, &mut bytes);
        findings.extend(redactor.findings());
        prop_assert_eq!(shown(&undisturbed.bytes), shown(&bytes));
        prop_assert_eq!(undisturbed.findings, findings);
    }
}
