//! Values that could be spelled with a part of a label.
//!
//! A label stands next to text. Where a value ends with the beginning of a label, or begins
//! with the end of one, the output could spell it though the input did not. Such values are
//! rare; they are found when they are added, so that ordinary redaction pays nothing.

use hushgate_prefilter::{ByteSet, Class};

use super::SEEN;
use crate::{redact::label, rules::Rules};

/// Bytes with which no label begins or ends.
static OTHERS: Class = {
    let mut frames = ByteSet::EMPTY;
    let mut rest = label::FRAME_BYTES.as_slice();
    while let [byte, others @ ..] = rest {
        frames.insert(*byte);
        rest = others;
    }
    Class::new(&frames.complement())
};

/// A place in a form at which a label's edge could stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edge {
    form: u32,
    at: usize,
    /// How much of the form must not be spelled: all of it, or the bytes that make a candidate.
    end: usize,
}

/// All such places.
#[derive(Debug, Default)]
pub(crate) struct Edges {
    /// `form[at..]` begins a label, or a label begins it.
    left: Vec<Edge>,
    /// `form[..at]` ends a label.
    right: Vec<Edge>,
    /// Length of the longest part that stands in front of a label.
    reach: usize,
}

/// What the bytes behind a label say.
pub(crate) enum Growth {
    /// Nothing follows that completes a value.
    None,
    /// This many bytes complete one.
    By(usize),
    /// More bytes are needed to know.
    Undecided,
}

impl Edges {
    pub(crate) fn add(&mut self, form: u32, bytes: &[u8], rules: &Rules) {
        if OTHERS.run(bytes) == bytes.len() {
            return;
        }
        let begins = |at: &usize| {
            bytes
                .get(*at)
                .is_some_and(|byte| label::FRAME_BYTES.contains(byte))
        };
        let inside: Vec<usize> = (1..bytes.len()).filter(begins).collect();
        for label in label::all(rules) {
            // A label begins with a frame byte, so only there can one stand in a value.
            for &at in &inside {
                // Where a candidate begins, a detector's match may end: a label must not make one
                // either.
                for end in [bytes.len(), SEEN] {
                    let tail = bytes.get(at..end).unwrap_or_default();
                    let meets = !tail.is_empty() && label.meets(tail);
                    self.add_left(Edge { form, at, end }, meets);
                }
            }
            for at in 1..bytes.len().min(label.len() + 1) {
                let edge = Edge {
                    form,
                    at,
                    end: bytes.len(),
                };
                let ends = label.ends_with(bytes.get(..at).unwrap_or_default());
                if ends && !self.right.contains(&edge) {
                    self.right.push(edge);
                }
            }
        }
    }

    fn add_left(&mut self, edge: Edge, meets: bool) {
        if meets && !self.left.contains(&edge) {
            self.left.push(edge);
            self.reach = self.reach.max(edge.at);
        }
    }

    pub(crate) fn remove(&mut self, form: u32) {
        self.left.retain(|edge| edge.form != form);
        self.right.retain(|edge| edge.form != form);
        self.reach = self.left.iter().map(|edge| edge.at).max().unwrap_or(0);
    }

    /// How much of the output has to be remembered.
    pub(crate) fn reach(&self) -> usize {
        self.reach
    }

    /// Whether `label` behind `before` would spell a value, or the beginning of one that goes
    /// on behind the label.
    pub(crate) fn spells(&self, values: &super::Values, before: &[u8], label: &[u8]) -> bool {
        if cfg!(sabotage = "label-may-spell-a-value") {
            return false;
        }
        self.left.iter().any(|edge| {
            let Some(form) = values.form(edge.form) else {
                return false;
            };
            let spelt = form.bytes().get(..edge.end).unwrap_or_default();
            let Some((head, tail)) = spelt.split_at_checked(edge.at) else {
                return false;
            };
            before.ends_with(head) && (label.starts_with(tail) || tail.starts_with(label))
        })
    }

    /// How far `after` completes a value that begins in `label`.
    pub(crate) fn growth(
        &self,
        values: &super::Values,
        label: &[u8],
        after: &[u8],
        ended: bool,
    ) -> Growth {
        if cfg!(sabotage = "span-does-not-grow") {
            return Growth::None;
        }
        let mut undecided = false;
        let mut longest = 0;
        for edge in &self.right {
            let Some(form) = values.form(edge.form) else {
                continue;
            };
            let Some((head, tail)) = form.bytes().split_at_checked(edge.at) else {
                continue;
            };
            if !label.ends_with(head) {
                continue;
            }
            if after.starts_with(tail) {
                longest = longest.max(tail.len());
            } else if tail.starts_with(after) && !ended {
                undecided = true;
            }
        }
        match longest {
            _ if undecided => Growth::Undecided,
            0 => Growth::None,
            by => Growth::By(by),
        }
    }
}
