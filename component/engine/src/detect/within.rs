//! Whether a detector could match inside a short text of which not every byte is known.
//!
//! # Promise
//! No false negative: where some text of this form holds a match, whatever stands around it and
//! whatever values are registered, a rule is named.
//!
//! # Why it holds
//! Runs of every length are followed, also those that a greedy run would pass by. Edges behind a
//! match count as met, since a match may end where any other candidate begins; so do checksums.

use hushgate_detector::table::{Step, Table};
use hushgate_prefilter::ByteSet;

use super::{LOOK, is_word, may_end_escape};

/// The shapes of some rules, by what they may begin with.
pub(crate) struct Within<'t> {
    table: &'t Table,
    /// For each byte the indices of the shapes.
    beginning: Vec<Vec<u16>>,
}

impl<'t> Within<'t> {
    /// Those rules of a table that `of` names.
    pub(crate) fn new(table: &'t Table, of: impl Fn(u16) -> bool) -> Self {
        let mut beginning = vec![Vec::new(); 256];
        for (index, shape) in (0..).zip(table.shapes.iter()) {
            let first = match table.steps_of(shape).first() {
                _ if !of(shape.rule) => ByteSet::new(),
                Some(step) if step.min > 0 => *table.set(step.set),
                _ => ByteSet::FULL,
            };
            for byte in first.iter() {
                if let Some(shapes) = beginning.get_mut(usize::from(byte)) {
                    shapes.push(index);
                }
            }
        }
        Self { table, beginning }
    }

    /// A rule of which a match may stand in a text whose bytes are of these sets, and that stands
    /// where a word begins.
    pub(crate) fn rule_in(&self, text: &[ByteSet]) -> Option<u16> {
        (0..text.len()).find_map(|at| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            let near = text.get(at.saturating_sub(LOOK)..at).unwrap_or_default();
            let is_escaped = may_end_escape(|byte| near.iter().any(|set| set.contains(byte)));
            let inside_word = before.is_some_and(|set| set.iter().all(is_word)) && !is_escaped;
            let rest = text.get(at..).unwrap_or_default();
            let bytes = rest.first().into_iter().flat_map(ByteSet::iter);
            let shapes = bytes.filter_map(|byte| self.beginning.get(usize::from(byte)));
            let mut shapes = shapes
                .flatten()
                .filter_map(|&index| self.table.shapes.get(usize::from(index)))
                .filter(|shape| !(inside_word && shape.lead))
                .filter(|shape| may_match(self.table, self.table.steps_of(shape), rest));
            shapes.next().map(|shape| shape.rule)
        })
    }
}

/// Whether a match of these steps may stand at the beginning of the text.
fn may_match(table: &Table, steps: &[Step], text: &[ByteSet]) -> bool {
    let mut places = vec![0];
    for step in steps {
        let set = table.set(step.set);
        let least = usize::try_from(step.min).unwrap_or(usize::MAX);
        let most = usize::try_from(step.max).unwrap_or(usize::MAX);
        let mut next = Vec::new();
        for &place in &places {
            let rest = text.get(place..).unwrap_or_default().iter().take(most);
            let run = rest.take_while(|it| !it.is_disjoint(set)).count();
            for length in least..=run {
                if !next.contains(&(place + length)) {
                    next.push(place + length);
                }
            }
        }
        places = next;
    }
    !places.is_empty()
}

#[cfg(test)]
mod tests {
    use hushgate_detector::document::Document;

    use super::*;

    const DETECTORS: &str = r#"
[[detector]]
id = "t-plain"
since = "0.1.0"
description = "May begin inside a word."
pattern = 'foo_[0-9a-f]{4,8}\b'
keywords = ["foo_"]
max-len = 12
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "foo_0123"
redacted = "[t-plain]"
[[detector.counter-example]]
text = "foo_012"
why = "too short"

[[detector]]
id = "t-edge"
since = "0.1.0"
description = "Begins where a word does."
pattern = '\bbar_[0-9a-f]{3}(?:\.[a-z])?\b'
keywords = ["bar_"]
max-len = 9
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "bar_012"
redacted = "[t-edge]"
[[detector.counter-example]]
text = "bar_01"
why = "too short"
"#;

    /// The rule that may match in `text`, of which `?` is any hex digit.
    fn found(text: &str) -> Option<String> {
        let document = Document::parse(DETECTORS).expect("a correct document");
        let table = Table::build(&document.detectors);
        let digit = ByteSet::range(b'0', b'9').union(&ByteSet::range(b'a', b'f'));
        let sets = text.bytes().map(|byte| match byte {
            b'?' => digit,
            byte => ByteSet::single(byte),
        });
        let sets: Vec<ByteSet> = sets.collect();
        let rule = Within::new(&table, |_| true).rule_in(&sets)?;
        let rule = table.rules.get(usize::from(rule));
        rule.map(|rule| rule.id.to_string())
    }

    #[test]
    fn matches_may_stand_anywhere() {
        for text in [
            "foo_0123",
            "foo_????",
            "xfoo_????",
            "x foo_??????????",
            "foo_????z",
        ] {
            assert_eq!(found(text).as_deref(), Some("t-plain"), "{text}");
        }
        for text in ["", "foo", "foo_", "foo_???", "foo_???z", "f00_????"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn a_word_in_front_is_no_edge() {
        for text in ["bar_???", "x:bar_???", "bar_???.x", "bar_???.", "bar_???x"] {
            assert_eq!(found(text).as_deref(), Some("t-edge"), "{text}");
        }
        for text in ["xbar_???", "?bar_???", "bar_??"] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
