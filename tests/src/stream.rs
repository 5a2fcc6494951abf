//! One stream, and what happens in it: what property tests and fuzz targets make up.
//!
//! A [`Subject`](crate::subject::Subject) runs it.

use std::fmt;

use hushgate_detector::document::Confidence;
use hushgate_engine::{
    redact::{Framing, Key, Options, Style},
    rules::Rules,
    values::Values,
};

/// How many styles there are.
pub const STYLES: usize = 4;

/// The key of fingerprints in made-up streams.
pub const KEY: &[u8] = b"a key that is no secret";

/// One of the styles, by number.
#[must_use]
pub fn style(number: usize) -> Style {
    match number % STYLES {
        0 => Style::Label,
        1 => Style::Stars,
        2 => Key::new(KEY).map_or(Style::Stars, Style::Fingerprint),
        _ => Style::Partial,
    }
}

/// A value that comes or goes in the middle of a stream.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// The input offset at which it does.
    pub at: usize,
    /// Whether it comes.
    pub add: bool,
    /// The value.
    pub value: Vec<u8>,
}

/// One stream, and what happens in it.
#[derive(Clone, Default)]
pub struct Stream {
    /// Values that are registered before the first byte; those that are refused are left out.
    pub values: Vec<Vec<u8>>,
    /// The input.
    pub bytes: Vec<u8>,
    /// Offsets at which it is cut.
    pub cuts: Vec<usize>,
    /// Offsets at which it is settled.
    pub settles: Vec<usize>,
    /// Values that come and go, in order. At one offset they do before it is settled.
    pub changes: Vec<Change>,
    /// What is written in place of findings.
    pub style: Style,
    /// What the stream consists of.
    pub framing: Framing,
    /// Ids of the detectors to apply; empty means all.
    pub detectors: Vec<String>,
    /// The least confidence of what is replaced.
    pub least: Confidence,
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self.values.iter().map(|it| shown(it)).collect();
        let change = |it: &Change| format!("{} {} {}", it.at, it.add, shown(&it.value));
        let changes: Vec<_> = self.changes.iter().map(change).collect();
        f.debug_struct("Stream")
            .field("values", &values)
            .field("bytes", &shown(&self.bytes))
            .field("cuts", &self.cuts)
            .field("settles", &self.settles)
            .field("changes", &changes)
            .field("style", &self.style)
            .field("framing", &self.framing)
            .field("detectors", &self.detectors)
            .field("least", &self.least)
            .finish()
    }
}

/// Bytes as a person reads them.
#[must_use]
pub fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// Where a stream is cut, beside the places at which something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cuts {
    /// Nowhere.
    Nowhere,
    /// Where it says.
    Given,
    /// At one place.
    At(usize),
    /// Everywhere.
    Everywhere,
}

/// A part of the input, and what happens behind it.
pub(crate) struct Chunk<'s> {
    pub(crate) bytes: &'s [u8],
    pub(crate) end: usize,
    pub(crate) changes: Vec<&'s Change>,
    pub(crate) settle: bool,
}

impl Stream {
    /// The same without settles.
    #[must_use]
    pub fn unsettled(&self) -> Self {
        Self {
            settles: Vec::new(),
            ..self.clone()
        }
    }

    pub(crate) fn options(&self) -> Options {
        Options {
            style: self.style.clone(),
            framing: self.framing,
            detectors: self.detectors.clone(),
            least: self.least,
            report: true,
            key: match &self.style {
                Style::Fingerprint(key) => Some(key.clone()),
                _ => None,
            },
            now: Some(0),
            path: None,
        }
    }

    /// The registry before the first byte.
    pub(crate) fn registry(&self, rules: &Rules) -> Values {
        let mut values = Values::new(rules);
        for value in &self.values {
            let _refused = values.add(value);
        }
        values
    }

    /// Offsets of its cuts that lie inside.
    #[must_use]
    pub fn within(&self) -> Vec<usize> {
        let inside = self.cuts.iter().filter(|&&at| at <= self.bytes.len());
        inside.copied().collect()
    }

    /// Where its chunks end, cut as it says.
    #[must_use]
    pub fn ends(&self) -> Vec<usize> {
        self.places(Cuts::Given)
    }

    fn places(&self, cuts: Cuts) -> Vec<usize> {
        let mut places = self.settles.clone();
        places.extend(self.changes.iter().map(|change| change.at));
        places.push(self.bytes.len());
        match cuts {
            Cuts::Nowhere => {}
            Cuts::Given => places.extend_from_slice(&self.cuts),
            Cuts::At(place) => places.push(place),
            Cuts::Everywhere => places.extend(1..self.bytes.len()),
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    pub(crate) fn chunks(&self, cuts: Cuts) -> Vec<Chunk<'_>> {
        let mut from = 0;
        let chunk = |end: usize| {
            let bytes = self.bytes.get(from..end).unwrap_or_default();
            from = end;
            Chunk {
                bytes,
                end,
                changes: self.changes.iter().filter(|it| it.at == end).collect(),
                settle: self.settles.contains(&end),
            }
        };
        self.places(cuts).into_iter().map(chunk).collect()
    }
}

/// How many newlines stand in `before`, and how many bytes behind the last of them.
#[must_use]
pub fn place(before: &[u8]) -> (u64, u64) {
    let lines = before.iter().filter(|&&byte| byte == b'\n').count();
    let columns = before.iter().rev().take_while(|&&byte| byte != b'\n');
    (lines as u64, columns.count() as u64)
}
