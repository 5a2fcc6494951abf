//! Matches that are known, and stay: the allowlist of a bundle.
//!
//! # Promise
//! A match that an entry allows is treated as if it were none. What is allowed depends on the match's
//! bytes, the path and the time that the options state, and on where other candidates begin: not
//! on where the stream was cut. Redacting again allows it again.
//!
//! # Why it holds
//! The match of a rule is the longest of its shapes. So the shapes that began together wait for each
//! other ([`Live::guarded`]), with no end until all have one; then what the longest of them holds is looked up. All
//! of its bytes are kept until then, and a state begins it anew.
//!
//! A label may come to stand inside a match that stays, where another one begins in it. What is left of it in
//! front of the label would then be another credential, which nobody allowed. So nothing is
//! allowed in which a candidate begins behind the least length of a match of its rule.
//!
//! # Bounds
//! What has [`CONTEST`] bytes or more is never allowed: so no more is held for it than for a fingerprint.
//! Nor is what stands in encoded text, whose runs labels may cut anywhere; nor a registered value.

use std::cell::Cell;

use hushgate_detector::{
    document::allow::{Allow, AllowedBy},
    table::{NAMED_WINDOW, Table},
};
use sha2::{Digest as _, Sha256};

use super::{Key, Options, key::Fingerprint, open::CONTEST};
use crate::{
    detect::{Context, Live, LiveState, Matched},
    rules::Rules,
};

/// The entries that apply to a stream.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    rules: Option<Rules>,
    key: Option<Key>,
    /// Indices of entries, each with the index of its rule; sorted by that.
    entries: Vec<(u16, usize)>,
    /// For each entry of the bundle whether it allowed something.
    used: Vec<Cell<bool>>,
}

impl Allowed {
    /// The entries of a bundle's allowlist that apply under these options.
    pub(crate) fn new(rules: &Rules, options: &Options) -> Self {
        let all = rules.allowlist();
        if all.is_empty() {
            return Self::default();
        }
        let applies = |entry: &Allow| {
            let expired = cfg!(sabotage = "expired-entry-applies");
            let in_time = entry
                .expires
                .is_none_or(|end| options.now.is_some_and(|now| now < end));
            let here = match &entry.by {
                AllowedBy::Fingerprint(_) => options.key.is_some(),
                AllowedBy::Pattern(_) => true,
                AllowedBy::Path(glob) => options.path.as_ref().is_some_and(|it| glob.matches(it)),
            };
            (in_time || expired) && here
        };
        let entries = all.iter().enumerate();
        let entries = entries.filter(|(_, (_, entry))| applies(entry));
        let mut entries: Vec<_> = entries.map(|(index, (rule, _))| (*rule, index)).collect();
        entries.sort_unstable();
        Self {
            rules: Some(rules.clone()),
            key: options.key.clone(),
            entries,
            used: vec![Cell::new(false); all.len()],
        }
    }

    /// The entries, by index, that allowed something.
    pub(crate) fn used(&self) -> Vec<usize> {
        let used = self.used.iter().enumerate();
        used.filter(|(_, used)| used.get())
            .map(|(index, _)| index)
            .collect()
    }

    /// Whether some match of the rule with this index may be allowed.
    pub(crate) fn guards(&self, rule: u16) -> bool {
        let first = self.entries.partition_point(|(other, _)| *other < rule);
        self.entries
            .get(first)
            .is_some_and(|(other, _)| *other == rule)
    }

    /// Whether a value behind a name stays, of which so much was judged. What is longer does not.
    pub(crate) fn value(&self, rule: u16, judged: &[u8]) -> bool {
        self.guards(rule) && judged.len() < NAMED_WINDOW as usize && self.allows(rule, judged)
    }

    /// Decides which of these matches count that wait for it, as far as that is known.
    pub(crate) fn judge(&self, lives: &mut [Live], context: &Context<'_>) {
        if self.entries.is_empty() {
            return;
        }
        for together in lives.chunk_by_mut(|one, other| one.start == other.start) {
            let mut from = 0;
            while let Some(next) = together.iter().skip(from).position(|live| live.guarded) {
                from += next + 1;
                let rule = together
                    .get(from - 1)
                    .and_then(|live| rule_of(context.table, live));
                let Some(rule) = rule else { continue };
                let ours =
                    |live: &&mut Live| live.guarded && rule_of(context.table, live) == Some(rule);
                if let Some(counts) = self.counts(rule, together, context) {
                    let ours = together.iter_mut().filter(ours);
                    ours.for_each(|live| live.release(counts));
                }
            }
        }
    }

    /// Whether the match of a rule counts that began with these; nothing where that is not known yet.
    fn counts(&self, rule: u16, together: &[Live], context: &Context<'_>) -> Option<bool> {
        let ours = || {
            let ours = together.iter().filter(|live| live.guarded);
            ours.filter(|live| rule_of(context.table, live) == Some(rule))
        };
        if ours().any(|live| live.length() >= CONTEST) {
            return Some(true);
        }
        if ours().any(|live| live.state == LiveState::Running) {
            return None;
        }
        let start = together.first()?.start;
        let Some(end) = ours().filter_map(|live| live.hidden).max() else {
            return Some(true);
        };
        let shortest = start + least(context.table, rule);
        if shortest < end {
            if context.known < end {
                return None;
            }
            let inside = context.hits.last_start_in(shortest, end - 1);
            if inside.is_some() && !cfg!(sabotage = "allowed-although-cut") {
                return Some(true);
            }
        }
        let length = usize::try_from(end - start).unwrap_or(usize::MAX);
        let bytes = context.from(start).get(..length).unwrap_or_default();
        Some(!self.allows(rule, bytes))
    }

    /// Whether some entry allows a match of this rule; all that do are noted.
    fn allows(&self, rule: u16, bytes: &[u8]) -> bool {
        let Some(rules) = &self.rules else {
            return false;
        };
        let first = self.entries.partition_point(|(other, _)| *other < rule);
        let ours = self
            .entries
            .iter()
            .skip(first)
            .take_while(|(other, _)| *other == rule);
        let mut digest = None;
        let mut any = false;
        for &(_, index) in ours {
            let Some((_, entry)) = rules.allowlist().get(index) else {
                continue;
            };
            let allows = match &entry.by {
                AllowedBy::Path(_) => true,
                AllowedBy::Pattern(pattern) => pattern.covers(bytes),
                AllowedBy::Fingerprint(fingerprint) => self.key.as_ref().is_some_and(|key| {
                    let digest = digest
                        .get_or_insert_with(|| key.fingerprint(&Sha256::digest(bytes).into()));
                    same(digest, fingerprint)
                }),
            };
            if allows {
                any = true;
                if let Some(used) = self.used.get(index) {
                    used.set(true);
                }
            }
        }
        any
    }
}

/// The rule of a match of a shape.
fn rule_of(table: &Table, live: &Live) -> Option<u16> {
    let Matched::Shape(shape) = live.what else {
        return None;
    };
    table.shapes.get(usize::from(shape)).map(|shape| shape.rule)
}

/// The length of the shortest match of a rule.
fn least(table: &Table, rule: u16) -> u64 {
    let shapes = table.shapes.iter().filter(|shape| shape.rule == rule);
    let least = shapes.map(|shape| {
        let steps = table.matched(shape).iter();
        steps.map(|step| u64::from(step.min)).sum()
    });
    least.min().unwrap_or(0)
}

/// Compares in a time that does not depend on where they differ.
fn same(one: &Fingerprint, other: &Fingerprint) -> bool {
    let differ = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    differ == 0
}
