//! What more is promised of records.

use hushgate_engine::redact::{Finding, Framing};
use serde_json::Value;

use super::{hold, located};
use crate::{
    Trouble, runner,
    stream::{Cuts, Stream, shown},
    subject::{Outcome, Subject},
};

/// How deep JSON inside strings is searched.
const NESTING: usize = 3;

/// All that a record says: its strings and keys, and those of JSON inside them.
pub fn strings(value: &Value, out: &mut Vec<String>) {
    nested(value, 0, out);
}

fn nested(value: &Value, nesting: usize, out: &mut Vec<String>) {
    let mut text = |string: &str| {
        out.push(string.to_owned());
        if nesting < NESTING
            && let Ok(inner) = serde_json::from_str::<Value>(string)
            && !matches!(inner, Value::Number(_))
        {
            nested(&inner, nesting + 1, out);
        }
    };
    match value {
        Value::String(string) => text(string),
        Value::Array(items) => items.iter().for_each(|item| nested(item, nesting, out)),
        Value::Object(members) => {
            for (key, value) in members {
                nested(&Value::String(key.clone()), nesting, out);
                nested(value, nesting, out);
            }
        }
        _ => {}
    }
}

/// The record that a line is, as another parser sees it.
#[must_use]
pub fn parsed(line: &[u8]) -> Option<Value> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    serde_json::from_slice::<Value>(line)
        .ok()
        .filter(|value| value.is_array() || value.is_object())
}

/// The lines of a text, with their ends.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n')
}

/// Whether lines of the input were joined by a match that reaches over their ends.
pub(super) fn joined(input: &[u8], output: &[u8]) -> bool {
    lines(input).count() != lines(output).count()
}

/// A record stays one, and no string of it says a registered value.
///
/// # Errors
/// Which record does not.
pub fn stay_records(subject: &Subject<'_>) -> Result<(), Trouble> {
    let stream = subject.stream;
    let outcome = subject.run(Cuts::Nowhere)?;
    let output = &outcome.bytes;
    if joined(&stream.bytes, output) {
        // Only what is found in the text as a whole joins lines.
        let across = subject.registered().any(|value| value.contains(&b'\n'));
        let text = as_text(stream);
        let text = subject.on(&text).run(Cuts::Nowhere)?;
        hold!(
            across || !stream.changes.is_empty() || joined(&stream.bytes, &text.bytes),
            "lines were joined in {}",
            shown(output)
        );
        return Ok(());
    }
    let values: Vec<&str> = subject
        .registered()
        .filter_map(|value| str::from_utf8(value).ok())
        .collect();
    let mut start = 0;
    for (before, after) in lines(&stream.bytes).zip(lines(output)) {
        let end = start + before.len();
        hold!(
            before == after || overlaps(&outcome.findings, start, end),
            "{} became {} without a finding",
            shown(before),
            shown(after)
        );
        start = end;
        if parsed(before).is_none() {
            continue;
        }
        let record = parsed(after);
        hold!(
            record.is_some() || after.trim_ascii().starts_with(b"\""),
            "{} became {}",
            shown(before),
            shown(after)
        );
        let mut said = Vec::new();
        strings(&record.unwrap_or_default(), &mut said);
        let says = |value: &&str| said.iter().any(|said| said.contains(*value));
        if let Some(value) = values.iter().find(|value| says(value)) {
            return Err(format!("{value} is said by {}", shown(after)).into());
        }
    }
    Ok(())
}

fn overlaps(findings: &[Finding], start: usize, end: usize) -> bool {
    findings
        .iter()
        .any(|it| it.start < end as u64 && it.end > start as u64)
}

/// Bytes outside findings stay as they are and in order, and positions are right.
///
/// # Errors
/// What is otherwise.
pub fn fidelity(subject: &Subject<'_>) -> Result<(), Trouble> {
    let outcome = subject.run(Cuts::Given)?;
    let Outcome { bytes, findings } = &*outcome;
    let input = &subject.stream.bytes;
    let mut rest = bytes.as_slice();
    let mut at = 0;
    for finding in findings {
        let (gap, _) = located(input, &mut at, finding)?;
        // Between two findings stands what was written for the first one.
        let behind = runner::find(rest, gap).and_then(|found| rest.get(found + gap.len()..));
        rest = behind.ok_or_else(|| format!("{} is not in {}", shown(gap), shown(rest)))?;
    }
    let tail = input.get(at..).unwrap_or_default();
    hold!(
        rest.ends_with(tail),
        "{} does not end with {}",
        shown(rest),
        shown(tail)
    );
    hold!(
        findings.is_empty() == (bytes == input),
        "{} findings, and {}",
        findings.len(),
        shown(bytes)
    );
    Ok(())
}

/// What is found in a record as text is found. Nothing is said of several lines.
///
/// # Errors
/// What is not found.
pub fn find_what_text_finds(subject: &Subject<'_>) -> Result<(), Trouble> {
    let stream = subject.stream.unsettled();
    if lines(&stream.bytes).count() > 1 || !stream.changes.is_empty() {
        return Ok(());
    }
    let text = as_text(&stream);
    let text = subject.on(&text).run(Cuts::Nowhere)?;
    let records = subject.on(&stream).run(Cuts::Nowhere)?;
    for finding in &text.findings {
        let held = |it: &Finding| it.start <= finding.start && finding.end <= it.end;
        hold!(
            records.findings.iter().any(held),
            "{finding:?} is not in {:?}",
            records.findings
        );
    }
    Ok(())
}

fn as_text(stream: &Stream) -> Stream {
    Stream {
        framing: Framing::Text,
        ..stream.clone()
    }
}
