//! A stream in the form of a vector, to be completed by a person.

use std::fmt::Write as _;

use hushgate_detector::document::Confidence;
use hushgate_engine::redact::{Framing, Style};

use crate::stream::{KEY, Stream};

/// Parts of at most so many bytes, so that no file holds a whole credential.
const PART: usize = 8;

/// A stream as a `[[case]]`, but for what must come of it; with the built-in rules, or with those of
/// [`awkward::BUNDLE`](crate::awkward::BUNDLE).
pub(super) fn case(stream: &Stream, standard: bool) -> String {
    let mut out = String::from("[[case]]\nname = \"\"\ndo = \"redact\"\nwhy = \"\"\n");
    // Writing to a `String` does not fail.
    let mut line = |field: &str, text: String| {
        let _ = writeln!(out, "{field} = {text}");
    };
    if !standard {
        line("bundle", "\"awkward\" # tests/src/awkward.rs".to_owned());
    }
    if !stream.detectors.is_empty() {
        line("detectors", format!("{:?}", stream.detectors));
    }
    match stream.style {
        Style::Label => {}
        Style::Stars => line("style", "\"stars\"".to_owned()),
        Style::Fingerprint(_) => {
            line("style", "\"fingerprint\"".to_owned());
            line("fingerprint-key", bytes(KEY));
        }
        Style::Partial => line("style", "\"partial\"".to_owned()),
    }
    match stream.least {
        Confidence::Low => line("min-confidence", "\"low\"".to_owned()),
        Confidence::Medium => {}
        Confidence::High => line("min-confidence", "\"high\"".to_owned()),
    }
    if stream.framing == Framing::Json {
        line("records", "\"json\"".to_owned());
    }
    let list = |all: Vec<String>| format!("[{}]", all.join(", "));
    if !stream.values.is_empty() {
        let values = stream.values.iter().map(|value| bytes(value));
        line("register", list(values.collect()));
    }
    let ends = stream.ends();
    let mut from = 0;
    let chunks = ends.iter().map(|&end| {
        let chunk = stream.bytes.get(from..end).unwrap_or_default();
        from = end;
        bytes(chunk)
    });
    line("chunks", list(chunks.collect()));
    let after = |at: usize| ends.iter().position(|&end| end == at).unwrap_or(0);
    if !stream.changes.is_empty() {
        let changes = stream.changes.iter().map(|change| {
            let what = if change.add { "add" } else { "remove" };
            let (after, value) = (after(change.at), bytes(&change.value));
            format!("{{ after = {after}, {what} = {value} }}")
        });
        line("changes", list(changes.collect()));
    }
    if !stream.settles.is_empty() {
        let settles = stream.settles.iter().map(|&at| after(at).to_string());
        line("settle-after", list(settles.collect()));
    }
    out
}

/// Bytes as a vector has them.
fn bytes(bytes: &[u8]) -> String {
    let part = |part: &[u8]| match str::from_utf8(part) {
        Ok(text) => quoted(text),
        Err(_) => {
            let hex: Vec<String> = part.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{{ hex = \"{}\" }}", hex.concat())
        }
    };
    if bytes.len() <= PART && str::from_utf8(bytes).is_ok() {
        return part(bytes);
    }
    let parts: Vec<String> = bytes.chunks(PART).map(part).collect();
    format!("[{}]", parts.join(", "))
}

/// A text as a string of TOML in which everything can be seen.
pub(super) fn quoted(text: &str) -> String {
    let seen = |character: char| match character {
        ' '..='~' => true,
        other => other.is_alphanumeric(),
    };
    if text.chars().all(|it| seen(it) && it != '\'') {
        return format!("'{text}'");
    }
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            other if seen(other) => out.push(other),
            other => {
                let _ = write!(out, "\\U{:08x}", u32::from(other));
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{expand, stream::Change, vector::File};

    #[test]
    fn a_stream_comes_back_from_its_case() {
        let stream = Stream {
            values: vec!["it's\x01\"\n\u{feff}".into()],
            bytes: b"\xff\x00 a long enough text of eleven words".to_vec(),
            cuts: vec![4, 4],
            settles: vec![7],
            changes: vec![Change {
                at: 9,
                add: true,
                value: b"value".to_vec(),
            }],
            ..Stream::default()
        };
        let text = format!("{}output = ''\n", case(&stream, true));
        let file: File = toml::from_str(&text).expect("well formed");
        let trial = expand::trial(&file.cases[0]).expect("complete");
        assert_eq!(trial.values, stream.values);
        assert_eq!(trial.input(), stream.bytes);
        let ends: Vec<usize> = trial.chunks.iter().map(|chunk| chunk.0.len()).collect();
        assert_eq!(ends, [4, 3, 2, 28]);
        assert_eq!(trial.chunks[1].1, [expand::Event::Settle]);
        assert_eq!(trial.chunks[2].1, [expand::Event::Add(b"value".to_vec())]);
    }
}
