//! What is to be replaced in a document: found as text, in its strings, and in what is JSON
//! inside them.
//!
//! # Invariant
//! What is found depends on the document, the rules and the values alone. All that the ordinary
//! redactor finds in the document as a text of its own is among it.

use std::ops::Range;

use hushgate_detector::table::Table;
use zeroize::Zeroizing;

use super::{
    mark::Mark,
    text::Decoded,
    walk::{Kind, Walk, is_record},
};
use crate::{
    redact::{Framing, OpenError, Options, Redactor, tail::Tail},
    rules::Rules,
    values::Values,
};

/// How deep JSON is looked for inside strings of JSON.
pub(super) const MAX_NESTING: u32 = 3;

/// What stands between a key and its value where a detector asks for both: as in environments
/// and command lines, and as in YAML and headers.
const JOINTS: [&str; 2] = ["=", ": "];

/// Finds what is to be replaced.
pub(super) struct Searcher {
    redactor: Redactor,
    /// Some keyword may be found across a joint: then a key without a candidate in it may make
    /// one with its value.
    straddled: bool,
    scratch: Zeroizing<Vec<u8>>,
}

impl Searcher {
    pub(super) fn open(rules: &Rules, options: &Options) -> Result<Self, OpenError> {
        let options = Options {
            report: true,
            framing: Framing::Text,
            ..options.clone()
        };
        Ok(Self {
            redactor: Redactor::open(rules, &options)?.with_wordings(),
            straddled: straddled(rules.table()),
            scratch: Zeroizing::default(),
        })
    }

    /// The entries of the allowlist, by index, that something was let through for.
    pub(super) fn allowed(&self) -> Vec<usize> {
        self.redactor.allowed()
    }

    /// Whether nothing can be found in this line, as text or as a record: no match can begin in
    /// it, and no string of it says anything else than what stands there.
    pub(super) fn is_clean(&self, values: &Values, line: &[u8]) -> bool {
        !self.straddled && !line.contains(&b'\\') && !self.candidate(values, line)
    }

    /// Whether a match may begin in `bytes`; where none may, none does. One that does may go on behind
    /// them.
    fn candidate(&self, values: &Values, bytes: &[u8]) -> bool {
        let mut any = Tail::first_value(values, bytes) < bytes.len();
        any |= self.redactor.may_begin_in(values, bytes);
        if !any {
            values.scan(bytes, 0, bytes.len(), 0, |_| any = true);
        }
        any || self.redactor.any_encoded_in(values, bytes)
    }

    /// What the ordinary redactor finds in `text` as a stream of its own, and its output.
    pub(super) fn as_text(&mut self, values: &Values, text: &[u8]) -> (Vec<Mark>, &[u8]) {
        self.scratch.clear();
        self.redactor.push(values, text, &mut self.scratch);
        self.redactor.finish(values, &mut self.scratch);
        let findings = self.redactor.findings().into_iter();
        let marks = findings.zip(self.redactor.wordings());
        let marks = marks.map(|(finding, label)| Mark::of(finding, label));
        (marks.collect(), &self.scratch)
    }

    /// All that is to be replaced in a record, in no order, overlaps included.
    pub(super) fn in_record(&mut self, values: &Values, record: &str) -> Vec<Mark> {
        self.in_document(values, record, 0)
    }

    fn in_document(&mut self, values: &Values, document: &str, nesting: u32) -> Vec<Mark> {
        let mut marks = if self.candidate(values, document.as_bytes()) {
            self.as_text(values, document.as_bytes()).0
        } else {
            Vec::new()
        };
        if nesting <= MAX_NESTING && is_record(document) {
            self.in_strings(values, document, nesting, &mut marks);
        }
        marks
    }

    fn in_strings(&mut self, values: &Values, document: &str, nesting: u32, marks: &mut Vec<Mark>) {
        let mut key: Option<Range<usize>> = None;
        for token in Walk::new(document.as_bytes()).map_while(Result::ok) {
            let raw = document.get(token.range.clone()).unwrap_or_default();
            match token.kind {
                Kind::Scalar => key = None,
                Kind::Key => {
                    self.in_string(values, document, &token.range, nesting, marks);
                    let context = self.straddled
                        || raw.contains('\\')
                        || self.candidate(values, raw.as_bytes());
                    key = context.then_some(token.range);
                }
                Kind::Text => {
                    self.in_string(values, document, &token.range, nesting, marks);
                    let joined =
                        |key: &Range<usize>| is_member(document, key.end, token.range.start);
                    if let Some(key) = key.take().filter(joined) {
                        self.in_member(values, document, key, token.range, marks);
                    }
                }
            }
        }
    }

    fn in_string(
        &mut self,
        values: &Values,
        document: &str,
        range: &Range<usize>,
        nesting: u32,
        marks: &mut Vec<Mark>,
    ) {
        let raw = document.get(range.clone()).unwrap_or_default();
        if raw.contains('\\') {
            let decoded = Decoded::of(document, range.clone());
            let inner = self.in_document(values, decoded.text(), nesting + 1);
            marks.extend(inner.into_iter().map(|mark| Mark {
                range: decoded.raw(mark.range.clone()),
                ..mark
            }));
        } else if self.candidate(values, raw.as_bytes()) {
            // Without escapes there is no string inside this one.
            let inner = self.as_text(values, raw.as_bytes()).0;
            marks.extend(inner.into_iter().map(|mark| Mark {
                range: mark.range.start + range.start..mark.range.end + range.start,
                ..mark
            }));
        }
    }

    /// What a detector finds in a value only together with its key. The key stays.
    fn in_member(
        &mut self,
        values: &Values,
        document: &str,
        key: Range<usize>,
        value: Range<usize>,
        marks: &mut Vec<Mark>,
    ) {
        let key = Decoded::of(document, key);
        let value = Decoded::of(document, value);
        for joint in JOINTS {
            let joined = Zeroizing::new([key.text(), joint, value.text()].concat());
            let before = joined.len() - value.text().len();
            for mark in self.as_text(values, joined.as_bytes()).0 {
                // Registered values are what they are, with no text around them.
                if mark.range.end > before && !mark.is_registered() {
                    let start = mark.range.start.saturating_sub(before);
                    let range = value.raw(start..mark.range.end - before);
                    // What it shows of the key stands there already.
                    let in_key = if cfg!(sabotage = "key-is-shown-twice") {
                        0
                    } else {
                        before.saturating_sub(mark.range.start)
                    };
                    let label = mark.label.without(in_key as u64);
                    marks.push(Mark {
                        range,
                        rule: mark.rule,
                        confidence: mark.confidence,
                        checksum: mark.checksum,
                        fingerprint: mark.fingerprint,
                        label,
                    });
                }
            }
        }
    }
}

/// Whether a string that begins at `value` is itself the value of the key that ends at `key`, and
/// no bracket was opened between them.
fn is_member(document: &str, key: usize, value: usize) -> bool {
    let between = document.get(key..value).unwrap_or_default();
    !between.contains(['[', '{'])
}

/// Whether the four bytes by which some keyword is found may lie across a joint.
fn straddled(table: &Table) -> bool {
    table.anchors.iter().any(|anchor| {
        let four = table.fingerprint(anchor).sets;
        JOINTS.iter().any(|joint| {
            let joint = joint.as_bytes();
            // Every window that holds a byte of the joint; what is beside it is any byte.
            (1..four.len() + joint.len()).any(|shift| {
                four.iter().enumerate().all(|(place, set)| {
                    let byte = (place + joint.len()).checked_sub(shift);
                    let byte = byte.and_then(|byte| joint.get(byte));
                    byte.is_none_or(|&byte| set.contains(byte))
                })
            })
        })
    })
}

#[cfg(test)]
#[expect(
    clippy::string_slice,
    reason = "a test may stop at what it did not expect"
)]
mod tests {
    use super::*;

    const BUNDLE: &str = r#"
[[detector]]
id = "t-context"
since = "0.1.0"
description = "Known by its name alone."
pattern = '\bFORGE_TOKEN(?:=|: )[a-z]{8}\b'
keywords = ["FORGE_TOKEN"]
max-len = 21
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "FORGE_TOKEN=abcdefgh"
redacted = "[t-context]"
[[detector.counter-example]]
text = "FORGE_TOKEN=abc"
why = "too short"
"#;

    fn spans(record: &str, value: &str) -> Vec<(Range<usize>, String)> {
        let rules = Rules::open(BUNDLE).expect("a correct bundle");
        let mut values = Values::new(&rules);
        values.add(value.as_bytes()).expect("a fair value");
        let mut searcher = Searcher::open(&rules, &Options::default()).expect("no detectors named");
        let marks = super::super::mark::merge(searcher.in_record(&values, record));
        marks
            .into_iter()
            .map(|mark| (mark.range, mark.rule))
            .collect()
    }

    fn found(record: &str, value: &str) -> Vec<String> {
        let spans = spans(record, value);
        spans
            .into_iter()
            .map(|(range, _)| record[range].to_owned())
            .collect()
    }

    #[test]
    fn strings_are_searched_in_decoded_form() {
        for (record, what) in [
            (r#"{"a":"x hunter2-hunter2"}"#, "hunter2-hunter2"),
            (
                r#"["\u0068unter2-hunter\u0032"]"#,
                r"\u0068unter2-hunter\u0032",
            ),
            (r#"{"\u0068unter2-hunter2":1}"#, r"\u0068unter2-hunter2"),
            (r#""\u0068unter2-hunter2""#, r"\u0068unter2-hunter2"),
            (
                r#"["[\"\\u0068unter2-hunter2\"]"]"#,
                r"\\u0068unter2-hunter2",
            ),
        ] {
            assert_eq!(found(record, "hunter2-hunter2"), [what], "{record}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let mut record = r#"["\u0068unter2 and more"]"#.to_owned();
        for nesting in 0..=MAX_NESTING + 1 {
            let expected = usize::from(nesting <= MAX_NESTING);
            assert_eq!(found(&record, "hunter2").len(), expected, "{nesting}");
            let escaped = record.replace('\\', r"\\").replace('"', r#"\""#);
            record = format!("[\"{escaped}\"]");
        }
    }

    #[test]
    fn keys_are_context() {
        for (record, what) in [
            (r#"{"FORGE_TOKEN":"abcdefgh"}"#, vec!["abcdefgh"]),
            (r#"{"FORGE_TOKEN" : "abcdefgh and more"}"#, vec!["abcdefgh"]),
            (
                r#"{"\u0046ORGE_TOKEN":"\u0061bcdefgh"}"#,
                vec![r"\u0061bcdefgh"],
            ),
            (r#"{"FORGE_TOKEN":1,"a":"abcdefgh"}"#, vec![]),
            (r#"{"FORGE_TOKEN":["abcdefgh"]}"#, vec![]),
            (
                r#"{"a":"FORGE_TOKEN=abcdefgh"}"#,
                vec!["FORGE_TOKEN=abcdefgh"],
            ),
        ] {
            assert_eq!(found(record, "no-such-value"), what, "{record}");
        }
    }

    #[test]
    fn clean_lines_have_neither_candidates_nor_escapes() {
        let rules = Rules::standard();
        let mut values = Values::new(&rules);
        values.add(b"hunter2").expect("a fair value");
        let searcher = Searcher::open(&rules, &Options::default()).expect("no detectors named");
        assert!(
            !searcher.straddled,
            "a built-in keyword lies across a joint"
        );
        assert!(searcher.is_clean(&values, br#"{"level":"info"}"#));
        assert!(!searcher.is_clean(&values, br#"{"level":"hunter2"}"#));
        assert!(!searcher.is_clean(&values, b"[7]\nhunt"));
        assert!(!searcher.is_clean(&values, br#"{"level":"\u0068"}"#));
    }
}
