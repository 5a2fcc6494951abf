//! What is to be replaced in a document, before it is decided how.

use std::{cmp::Reverse, ops::Range};

use hushgate_detector::document::Confidence;

use crate::{
    detect::Checksum,
    redact::{Finding, label::Label},
    rules::REGISTERED,
};

/// A span of a document, and why it is to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    /// The detector's id, or `registered`.
    pub(super) rule: String,
    pub(super) confidence: Confidence,
    pub(super) checksum: Checksum,
    pub(super) fingerprint: Option<String>,
    /// What is to be written for it.
    pub(super) label: Label,
}

impl Mark {
    pub(super) fn of(finding: Finding, label: Label) -> Self {
        let offset = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
        Self {
            range: offset(finding.start)..offset(finding.end),
            rule: finding.rule,
            confidence: finding.confidence,
            checksum: finding.checksum,
            fingerprint: finding.fingerprint,
            label,
        }
    }

    pub(super) fn is_registered(&self) -> bool {
        self.rule == REGISTERED
    }

    /// Of marks that overlap, the one with the least key gives the label: the earliest, then the
    /// longest, then the one of higher priority.
    fn key(&self) -> (usize, Reverse<usize>, bool, &str) {
        let Range { start, end } = self.range;
        (start, Reverse(end), !self.is_registered(), &self.rule)
    }
}

/// Sorts marks, and makes one of those that overlap. Of equal ones the last is taken: what was
/// found deeper was read as it is meant, so its fingerprint is the one that it has elsewhere.
pub(super) fn merge(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.reverse();
    marks.sort_by(|one, other| one.key().cmp(&other.key()));
    let mut merged: Vec<Mark> = Vec::with_capacity(marks.len());
    for mark in marks {
        match merged.last_mut() {
            Some(last) if mark.range.start < last.range.end => {
                last.range.end = last.range.end.max(mark.range.end);
            }
            _ => merged.push(mark),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(range: Range<usize>, rule: &str) -> Mark {
        Mark {
            range,
            rule: rule.to_owned(),
            confidence: Confidence::High,
            checksum: Checksum::Absent,
            fingerprint: None,
            label: Label::named(rule),
        }
    }

    #[test]
    fn overlapping_marks_become_one() {
        let marks = [
            mark(7..9, "d"),
            mark(4..6, "c"),
            mark(0..3, "b"),
            mark(2..5, "a"),
            mark(9..10, "e"),
            mark(7..9, REGISTERED),
            mark(7..8, "c"),
        ];
        let merged = merge(marks.to_vec());
        let expected = [mark(0..6, "b"), mark(7..9, REGISTERED), mark(9..10, "e")];
        assert_eq!(merged, expected);
    }

    #[test]
    fn of_equal_marks_the_last_gives_the_label() {
        let with_digits = |digits: &str| Mark {
            label: Label::fingerprint("a", digits),
            ..mark(0..3, "a")
        };
        let merged = merge(vec![with_digits("00000a"), with_digits("00000b")]);
        assert_eq!(merged, [with_digits("00000b")]);
    }
}
