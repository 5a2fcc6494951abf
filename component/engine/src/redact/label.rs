//! What is written in place of a finding.
//!
//! # Invariant
//! The bytes with which labels are framed are in no detector's alphabet, so no match contains
//! a part of a label; and no detector matches what stands between them (`Rules::check_labels`).
//! A label in which a registered value stands, or which would spell one with the text before it,
//! is not written: another one is.

use std::borrow::Cow;

use hushgate_prefilter::ByteSet;

use super::key::DIGITS;
use crate::{rules::Rules, values::Values};

/// First and last bytes of all that may be written.
pub(crate) const FRAME_BYTES: [u8; 10] =
    [b'[', b']', b'*', 0xC2, 0xAB, 0xBB, 0xE2, 0xA7, 0xF0, 0x87];

/// Labels without a name. The shorter of them cannot hold a value, and they begin and end with
/// different bytes.
const NEUTRAL: [&str; 6] = ["[redacted]", "[*]", STARS, "«*»", "⟦*⟧", "𝄆*𝄇"];

const STARS: &str = "***";

/// What is written for a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Label {
    /// How the finding begins: text like that in front of it.
    pub(crate) shown: String,
    /// What stands for all the rest.
    pub(crate) text: Cow<'static, str>,
}

impl Label {
    pub(crate) fn named(name: &str) -> Self {
        Self {
            shown: String::new(),
            text: Cow::Owned(format!("[{name}]")),
        }
    }

    /// With [`DIGITS`] hex digits.
    pub(crate) fn fingerprint(name: &str, digits: &str) -> Self {
        Self {
            shown: String::new(),
            text: Cow::Owned(format!("[{name}:{digits}]")),
        }
    }

    /// Stars, behind what may be shown.
    pub(crate) fn stars(shown: &str) -> Self {
        Self {
            shown: shown.to_owned(),
            text: Cow::Borrowed(STARS),
        }
    }

    /// The same for a finding whose first bytes are written already, or stand elsewhere.
    pub(crate) fn without(mut self, bytes: u64) -> Self {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        self.shown = self.shown.get(bytes..).unwrap_or_default().to_owned();
        self
    }

    /// All of it.
    pub(crate) fn whole(&self) -> String {
        [self.shown.as_str(), &self.text].concat()
    }

    /// Whether it would spell a value behind `before`, or begin one that goes on behind it. What
    /// it shows is text that a label follows.
    pub(crate) fn spells(&self, values: &Values, before: &[u8]) -> bool {
        let edges = values.edges();
        if self.shown.is_empty() {
            return edges.spells(values, before, self.text.as_bytes());
        }
        let near = before.len().saturating_sub(edges.reach());
        let near = before.get(near..).unwrap_or_default();
        let before = [near, self.shown.as_bytes()].concat();
        edges.spells(values, &before, self.text.as_bytes())
    }

    /// What to try where it does not fit: another text, then without what it shows.
    fn alternatives(&self) -> impl Iterator<Item = Self> {
        let neutral = |shown: &str, text| Self {
            shown: shown.to_owned(),
            text: Cow::Borrowed(text),
        };
        let bare = Self {
            text: self.text.clone(),
            ..Self::default()
        };
        let shown = NEUTRAL.map(|text| neutral(&self.shown, text));
        shown
            .into_iter()
            .chain([bare])
            .chain(NEUTRAL.map(|text| neutral("", text)))
    }
}

/// A label of which some bytes may be any hex digits.
#[derive(Debug)]
pub(crate) struct Template(Vec<u8>);

/// Stands for a hex digit in a [`Template`]: no label has this byte.
const DIGIT: u8 = 0xFF;

impl Template {
    fn of(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }

    /// The label of a rule with a fingerprint.
    pub(crate) fn fingerprint(name: &str) -> Self {
        let digits = if cfg!(sabotage = "label-digits-forgotten") {
            b"000000"
        } else {
            &[DIGIT; DIGITS]
        };
        Self([b"[", name.as_bytes(), b":", digits, b"]"].concat())
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it may begin with `bytes`, or `bytes` with it.
    pub(crate) fn meets(&self, bytes: &[u8]) -> bool {
        self.0.iter().zip(bytes).all(fits)
    }

    /// Whether it may end with `bytes`.
    pub(crate) fn ends_with(&self, bytes: &[u8]) -> bool {
        bytes.len() <= self.len() && self.0.iter().rev().zip(bytes.iter().rev()).all(fits)
    }

    /// The bytes between its first and its last one.
    pub(crate) fn inside(&self) -> Vec<ByteSet> {
        let inside = self.0.get(1..self.len().saturating_sub(1));
        let set = |&byte: &u8| match byte {
            DIGIT => ByteSet::range(b'0', b'9').union(&ByteSet::range(b'a', b'f')),
            byte => ByteSet::single(byte),
        };
        inside.unwrap_or_default().iter().map(set).collect()
    }
}

fn fits((&label, &byte): (&u8, &u8)) -> bool {
    label == byte || label == DIGIT && matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Every label that redactors of these rules may write, whatever their style.
pub(crate) fn all(rules: &Rules) -> impl Iterator<Item = Template> {
    let named = |name| {
        [
            Template::of(&format!("[{name}]")),
            Template::fingerprint(name),
        ]
    };
    rules
        .names()
        .flat_map(named)
        .chain(NEUTRAL.into_iter().map(Template::of))
}

/// What is written for a finding behind `before`; none where every label would spell a value.
pub(crate) fn choose(preferred: Label, values: &Values, before: &[u8]) -> Option<Label> {
    fitting(preferred, values, |label| !label.spells(values, before))
}

/// The first label for a finding in which no value stands and that fits.
pub(crate) fn fitting(
    preferred: Label,
    values: &Values,
    fits: impl Fn(&Label) -> bool,
) -> Option<Label> {
    let free = |label: &Label| {
        let held = if label.shown.is_empty() {
            values.any_in(label.text.as_bytes())
        } else {
            values.any_in(label.whole().as_bytes())
        };
        !held
    };
    let fits = |label: &Label| free(label) && fits(label);
    if fits(&preferred) {
        return Some(preferred);
    }
    preferred.alternatives().find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_begins_and_ends_with_frame_bytes() {
        for Template(bytes) in all(&Rules::standard()) {
            for edge in [bytes.first(), bytes.last()] {
                assert!(
                    edge.is_some_and(|byte| FRAME_BYTES.contains(byte)),
                    "{bytes:?}"
                );
            }
        }
    }

    fn chosen(preferred: &Label, values: &Values, before: &[u8]) -> Option<String> {
        choose(preferred.clone(), values, before).map(|label| label.whole())
    }

    #[test]
    fn a_label_never_holds_a_value() {
        let mut values = Values::new(&Rules::standard());
        let label =
            |values: &Values, before: &[u8]| chosen(&Label::named("github-pat"), values, before);
        assert_eq!(label(&values, b"x").as_deref(), Some("[github-pat]"));
        values.add(b"github").expect("long enough");
        assert_eq!(label(&values, b"x").as_deref(), Some("[redacted]"));
        values.add(b"redacted").expect("long enough");
        assert_eq!(label(&values, b"x").as_deref(), Some("[*]"));
        values.add(b"aaa[").expect("long enough");
        assert_eq!(label(&values, b"aaa").as_deref(), Some("***"));
        assert_eq!(label(&values, b"aa").as_deref(), Some("[*]"));
    }

    #[test]
    fn digits_of_a_fingerprint_spell_no_value() {
        let mut values = Values::new(&Rules::standard());
        let label = |values: &Values, before: &[u8]| {
            chosen(&Label::fingerprint("github-pat", "9f2c41"), values, before)
        };
        assert_eq!(label(&values, b"x").as_deref(), Some("[github-pat:9f2c41]"));
        values
            .add(b"as it says: [github-pat:9f")
            .expect("long enough");
        values
            .add(b"or this one: [github-pat:aa")
            .expect("long enough");
        assert_eq!(
            label(&values, b"as it says: ").as_deref(),
            Some("[redacted]")
        );
        assert_eq!(
            label(&values, b"or this one: ").as_deref(),
            Some("[github-pat:9f2c41]")
        );
        values.add(b"f2c41").expect("long enough");
        assert_eq!(label(&values, b"x").as_deref(), Some("[redacted]"));
    }

    #[test]
    fn what_is_shown_spells_no_value_either() {
        let mut values = Values::new(&Rules::standard());
        let ghp = Label::stars("ghp_");
        assert_eq!(chosen(&ghp, &values, b"x").as_deref(), Some("ghp_***"));
        values.add(b"xghp_*").expect("long enough");
        assert_eq!(
            chosen(&ghp, &values, b"x").as_deref(),
            Some("ghp_[redacted]")
        );
        assert_eq!(chosen(&ghp, &values, b"y").as_deref(), Some("ghp_***"));
        values.add(b"p_**").expect("long enough");
        assert_eq!(
            chosen(&ghp, &values, b"y").as_deref(),
            Some("ghp_[redacted]")
        );
        values.add(b"ghp_").expect("long enough");
        assert_eq!(chosen(&ghp, &values, b"y").as_deref(), Some("***"));
        assert_eq!(
            chosen(&ghp.clone().without(2), &values, b"ygh").as_deref(),
            Some("p_[redacted]")
        );
    }
}
