//! One line with what was found in it replaced.
//!
//! # Invariant
//! Where the line is a record, so is what stands in its place, and nothing is found in that any
//! more, neither as text nor in its strings: so redacting it again changes nothing.
//!
//! # Why it holds
//! Replaced are whole characters of strings, and numbers and literals as a whole, by a string;
//! what lies between them stays, also where a match reaches over it. The outcome is searched
//! again. What is found in it is found where labels met text, and the spans grow over that; after
//! [`ROUNDS`] of this the whole record becomes one label, and where that is no end either, nothing
//! is written for it. A line that is broken, but would not be once it is redacted as text, and
//! would then say more than it did, becomes one label too.
//!
//! # Hazard
//! Across the ends of lines nothing is seen here. The ordinary redactor reads on behind this,
//! and what it finds there goes before validity.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    mark::{Mark, merge},
    search::{MAX_NESTING, Searcher},
    text::{Decoded, escaped},
    walk::{Kind, Walk, first_significant, is_opener, is_record, is_space, opens},
};
use crate::{
    redact::label::{self, Label},
    values::{Growth, Values},
};

/// How often spans may grow before the record is given up as a whole.
const ROUNDS: usize = 4;

/// What a span of a line is replaced by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Patch {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    /// Index of the mark that asked for it.
    mark: usize,
}

/// A line that is to be written otherwise than it came.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rewritten {
    /// In order, apart from each other.
    pub(super) patches: Vec<Patch>,
    /// In order, apart from each other; each patch lies in one of them.
    pub(super) marks: Vec<Mark>,
}

/// Byte order mark: no part of JSON, but some writers begin files with it.
const BOM: &str = "\u{feff}";

/// Its length in bytes.
pub(super) const BOM_LENGTH: usize = BOM.len();

/// What `line`, without its newline, is to be replaced by; nothing where it stays as it is or
/// is for the ordinary redactor alone.
pub(super) fn rewrite(searcher: &mut Searcher, values: &Values, line: &[u8]) -> Option<Rewritten> {
    let line = std::str::from_utf8(line).ok()?;
    let record = line.strip_prefix(BOM).unwrap_or(line);
    if !opens(record.as_bytes()) || searcher.is_clean(values, line.as_bytes()) {
        return None;
    }
    let mut rewriter = Rewriter { searcher, values };
    if !is_record(record) {
        let rewritten = rewriter.broken(record);
        return rewritten.map(|it| it.behind(line.len() - record.len()));
    }
    let rewritten = rewriter.record(record);
    if record.len() == line.len() {
        return rewritten;
    }
    let rewritten = rewritten.map(|it| it.behind(BOM_LENGTH));
    rewriter.behind_mark(line, rewritten)
}

impl Rewritten {
    /// The same in a line that has `skipped` bytes more in front.
    fn behind(mut self, skipped: usize) -> Self {
        let shift = |range: &mut Range<usize>| *range = range.start + skipped..range.end + skipped;
        self.patches.iter_mut().for_each(|it| shift(&mut it.range));
        self.marks.iter_mut().for_each(|it| shift(&mut it.range));
        self
    }
}

/// What the beginning of a line says about all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// White space alone: nothing yet.
    Open,
    /// It may be a record.
    Record,
    /// It is text, however it goes on.
    Text,
}

/// What a line says that begins with `start`.
pub(super) fn beginning(start: &[u8]) -> Beginning {
    let bom = BOM.as_bytes();
    if bom.starts_with(start) {
        return Beginning::Open;
    }
    go_on(start.strip_prefix(bom).unwrap_or(start))
}

/// What a line says that goes on with `rest` behind a beginning that is open and holds more than a
/// byte order mark.
pub(super) fn go_on(rest: &[u8]) -> Beginning {
    match first_significant(rest) {
        None => Beginning::Open,
        Some(byte) if is_opener(byte) => Beginning::Record,
        Some(_) => Beginning::Text,
    }
}

/// Every label would spell a registered value.
struct Unwritable;

struct Rewriter<'s> {
    searcher: &'s mut Searcher,
    values: &'s Values,
}

impl Rewriter<'_> {
    fn record(&mut self, record: &str) -> Option<Rewritten> {
        let mut marks = merge(self.searcher.in_record(self.values, record));
        if marks.is_empty() {
            return None;
        }
        for _ in 0..ROUNDS {
            let Ok(patches) = self.patches(record, &marks) else {
                break;
            };
            let outcome = Zeroizing::new(patched(record, &patches));
            if !is_record(&outcome) {
                break;
            }
            let found = self.searcher.in_record(self.values, &outcome);
            if found.is_empty() || cfg!(sabotage = "record-not-searched-again") {
                let marks = widened(marks, &patches);
                return Some(Rewritten { patches, marks });
            }
            let found = found.into_iter().map(|mark| Mark {
                range: before_patches(&patches, mark.range.clone()),
                ..mark
            });
            let grown = merge(marks.iter().cloned().chain(found).collect());
            if grown == marks {
                break;
            }
            marks = grown;
        }
        self.whole(record, marks)
    }

    /// A line that is no record. It stays one for the ordinary redactor, unless what that makes
    /// of it is a record in which something is found.
    fn broken(&mut self, line: &str) -> Option<Rewritten> {
        let (marks, output) = self.searcher.as_text(self.values, line.as_bytes());
        if marks.is_empty() {
            return None;
        }
        let output = Zeroizing::new(std::str::from_utf8(output).ok()?.to_owned());
        if !is_record(&output) || self.searcher.in_record(self.values, &output).is_empty() {
            return None;
        }
        self.whole(line, merge(marks))
    }

    /// A record behind a byte order mark. A label in front of it would be no JSON, so where something
    /// is found that begins in the mark, both become one label.
    fn behind_mark(&mut self, line: &str, rewritten: Option<Rewritten>) -> Option<Rewritten> {
        let patches = rewritten.as_ref().map_or(&[][..], |it| &it.patches);
        let outcome = Zeroizing::new(patched(line, patches));
        let (found, _) = self.searcher.as_text(self.values, outcome.as_bytes());
        if found.is_empty() || cfg!(sabotage = "byte-order-mark-ignored") {
            return rewritten;
        }
        self.whole(line, found)
    }

    /// The record as one label, or nothing where that would be found again.
    fn whole(&mut self, record: &str, marks: Vec<Mark>) -> Option<Rewritten> {
        let mut mark = marks.into_iter().next()?;
        let end = record.trim_end_matches([' ', '\t', '\r']).len();
        let start = record.bytes().take_while(|&byte| is_space(byte)).count();
        mark.range = start..end;
        let label = self.label(&mark.label, &[QUOTED]).unwrap_or_default();
        let mut patch = Patch {
            range: mark.range.clone(),
            text: format!("\"{label}\""),
            mark: 0,
        };
        let outcome = patched(record, std::slice::from_ref(&patch));
        if label.is_empty() || !self.searcher.in_record(self.values, &outcome).is_empty() {
            patch.text.clear();
        }
        Some(Rewritten {
            patches: vec![patch],
            marks: vec![mark],
        })
    }

    /// What is to be written for these marks, which are in order and apart from each other.
    fn patches(&self, record: &str, marks: &[Mark]) -> Result<Vec<Patch>, Unwritable> {
        let spots: Vec<Spot> = marks
            .iter()
            .enumerate()
            .map(|(index, mark)| Spot {
                range: mark.range.clone(),
                mark: index,
                begins: true,
            })
            .collect();
        self.in_document(record, marks, &spots, 0)
    }

    fn in_document(
        &self,
        document: &str,
        marks: &[Mark],
        mut spots: &[Spot],
        nesting: u32,
    ) -> Result<Vec<Patch>, Unwritable> {
        let mut patches = Vec::new();
        for token in Walk::new(document.as_bytes()).map_while(Result::ok) {
            let Range { start, end } = token.range;
            let passed = spots
                .iter()
                .take_while(|spot| spot.range.end <= start)
                .count();
            spots = spots.get(passed..).unwrap_or_default();
            let inside = spots
                .iter()
                .take_while(|spot| spot.range.start < end)
                .count();
            let inside = spots.get(..inside).unwrap_or_default();
            let Some(first) = inside.first() else {
                continue;
            };
            if token.kind == Kind::Scalar {
                let begins = first.begins && first.range.start >= start;
                let label = self.name(marks, first.mark, begins, &[QUOTED])?;
                patches.push(Patch {
                    range: start..end,
                    text: format!("\"{label}\""),
                    mark: first.mark,
                });
            } else {
                self.in_string(document, start..end, marks, inside, nesting, &mut patches)?;
            }
        }
        Ok(patches)
    }

    fn in_string(
        &self,
        document: &str,
        content: Range<usize>,
        marks: &[Mark],
        spots: &[Spot],
        nesting: u32,
        patches: &mut Vec<Patch>,
    ) -> Result<(), Unwritable> {
        let decoded = Decoded::of(document, content.clone());
        let spots: Vec<Spot> = spots
            .iter()
            .map(|spot| {
                let start = spot.range.start.max(content.start);
                let end = spot.range.end.min(content.end);
                Spot {
                    range: decoded.said(start..end),
                    mark: spot.mark,
                    begins: spot.begins && spot.range.start >= content.start,
                }
            })
            .collect();
        let nested = if nesting < MAX_NESTING && is_record(decoded.text()) {
            self.in_document(decoded.text(), marks, &spots, nesting + 1)?
        } else {
            Vec::new()
        };
        let inner = if nested.is_empty() {
            self.in_text(document, &decoded, marks, &spots)?
        } else {
            nested
        };
        patches.extend(inner.into_iter().map(|patch| Patch {
            range: decoded.raw(patch.range.clone()),
            text: escaped(&patch.text),
            ..patch
        }));
        Ok(())
    }

    fn in_text(
        &self,
        document: &str,
        decoded: &Decoded,
        marks: &[Mark],
        spots: &[Spot],
    ) -> Result<Vec<Patch>, Unwritable> {
        let mut patches: Vec<Patch> = Vec::with_capacity(spots.len());
        for Spot {
            range,
            mark,
            begins,
        } in spots
        {
            match patches.last_mut() {
                // Two marks had a part of one character each.
                Some(last) if range.start < last.range.end => {
                    last.range.end = last.range.end.max(range.end);
                }
                _ => {
                    let said = around(decoded.text(), range);
                    let written = around(document, &decoded.raw(range.clone()));
                    patches.push(Patch {
                        range: range.clone(),
                        text: self.name(marks, *mark, *begins, &[said, written])?,
                        mark: *mark,
                    });
                }
            }
        }
        Ok(patches)
    }

    fn name(
        &self,
        marks: &[Mark],
        index: usize,
        begins: bool,
        places: &[Place<'_>],
    ) -> Result<String, Unwritable> {
        let label = &marks.get(index).ok_or(Unwritable)?.label;
        let label = if begins {
            label.clone()
        } else {
            label.clone().without(u64::MAX)
        };
        self.label(&label, places).ok_or(Unwritable)
    }

    /// A label that spells no value in any of the places in which it is read, if there is one;
    /// otherwise one that begins none there, and the span has to grow.
    fn label(&self, preferred: &Label, places: &[Place<'_>]) -> Option<String> {
        let values = self.values;
        let begins = |label: &Label| {
            places
                .iter()
                .any(|place| label.spells(values, place.before))
        };
        let grows = |label: &Label| {
            let text = label.text.as_bytes();
            let growth = |place: &Place<'_>| values.edges().growth(values, text, place.after, true);
            places
                .iter()
                .any(|place| !matches!(growth(place), Growth::None))
        };
        label::fitting(preferred.clone(), values, |it| !begins(it) && !grows(it))
            .or_else(|| label::fitting(preferred.clone(), values, |it| !begins(it)))
            .map(|label| label.whole())
    }
}

/// What stands around a label.
#[derive(Clone, Copy)]
struct Place<'t> {
    before: &'t [u8],
    after: &'t [u8],
}

/// A string that is a label alone.
const QUOTED: Place<'static> = Place {
    before: b"\"",
    after: b"\"",
};

fn around<'t>(text: &'t str, range: &Range<usize>) -> Place<'t> {
    let text = text.as_bytes();
    Place {
        before: text.get(..range.start).unwrap_or_default(),
        after: text.get(range.end..).unwrap_or_default(),
    }
}

/// The part of a mark that lies in the document at hand.
struct Spot {
    range: Range<usize>,
    mark: usize,
    /// Whether the mark begins with it, so that what it shows stands here.
    begins: bool,
}

/// `text` with its patches.
pub(super) fn patched(text: &str, patches: &[Patch]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for patch in patches {
        out.push_str(text.get(at..patch.range.start).unwrap_or_default());
        out.push_str(&patch.text);
        at = patch.range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Where in the text without patches a span of the patched text lies; all of a patch that it
/// holds a part of.
fn before_patches(patches: &[Patch], span: Range<usize>) -> Range<usize> {
    let mut range = None::<Range<usize>>;
    let mut hold = |part: Range<usize>| {
        let known = range.get_or_insert(part.clone());
        *known = known.start.min(part.start)..known.end.max(part.end);
    };
    // Where what is copied behind the last patch begins, on both sides.
    let (mut plain, mut written) = (0, 0);
    for patch in patches {
        let behind = written + (patch.range.start - plain);
        let end = behind + patch.text.len();
        if span.start < behind && span.end > written {
            let part = span.start.max(written)..span.end.min(behind);
            hold(part.start - written + plain..part.end - written + plain);
        }
        if span.start < end && span.end > behind {
            hold(patch.range.clone());
        }
        (plain, written) = (patch.range.end, end);
    }
    if span.end > written {
        hold(span.start.max(written) - written + plain..span.end - written + plain);
    }
    range.unwrap_or(plain..plain)
}

/// The marks, each grown over what was replaced on its account.
fn widened(mut marks: Vec<Mark>, patches: &[Patch]) -> Vec<Mark> {
    for patch in patches {
        if let Some(mark) = marks.get_mut(patch.mark) {
            let start = mark.range.start.min(patch.range.start);
            mark.range = start..mark.range.end.max(patch.range.end);
        }
    }
    merge(marks)
}
