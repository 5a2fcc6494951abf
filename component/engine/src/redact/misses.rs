//! Places at which a match would have ended if a label stood there.
//!
//! A finding may be shown in part: its first bytes, then a label. The label is an edge. What
//! stands in front of it and had no edge there in the input could be a match now, so that
//! redacting again would change something: with `glpat-` and 20 more bytes up to a `ghp_`, the
//! last four of them shown.
//!
//! # Invariant
//! Every candidate that failed though all that must come had come is noted with all the places at
//! which it could have ended. Places before the next finding are forgotten: whatever would have
//! ended there has ended there, since a match may end where a candidate begins.

use crate::detect::Live;

/// Ranges of places, first and last, in order and apart from each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Misses(Vec<(u64, u64)>);

impl Misses {
    /// Notes what failed among these, which are all decided.
    pub(super) fn note(&mut self, lives: &[Live]) {
        for live in lives {
            if let (None, Some(from)) = (live.accepted, live.complete)
                && !cfg!(sabotage = "near-miss-forgotten")
            {
                self.add(from, live.place);
            }
        }
    }

    /// Adds the places from `from` to `to`.
    pub(super) fn add(&mut self, from: u64, to: u64) {
        let (mut from, mut to) = (from, to);
        // Most come behind all others.
        let first = self.0.partition_point(|&(_, last)| last < from);
        let behind = self.0.partition_point(|&(other, _)| other <= to);
        if first < behind {
            for &(other, last) in self.0.get(first..behind).unwrap_or_default() {
                (from, to) = (from.min(other), to.max(last));
            }
        }
        self.0.splice(first..behind.max(first), [(from, to)]);
    }

    /// Whether a match could have ended at `place`.
    pub(super) fn hold(&self, place: u64) -> bool {
        let first = self.0.partition_point(|&(_, last)| last < place);
        self.0.get(first).is_some_and(|&(from, _)| from <= place)
    }

    /// Drops places before `place`.
    pub(super) fn forget(&mut self, place: u64) {
        if self.0.first().is_some_and(|&(_, last)| last < place) {
            self.0.retain(|&(_, last)| last >= place);
        }
    }

    /// All of them.
    pub(super) fn ranges(&self) -> &[(u64, u64)] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_joined() {
        let mut misses = Misses::default();
        for (from, to) in [(5, 7), (20, 20), (10, 12), (6, 8), (30, 40), (11, 11)] {
            misses.add(from, to);
        }
        assert_eq!(misses.ranges(), [(5, 8), (10, 12), (20, 20), (30, 40)]);
        misses.add(12, 29);
        assert_eq!(misses.ranges(), [(5, 8), (10, 29), (30, 40)]);
        let held: Vec<u64> = (0..50).filter(|&place| misses.hold(place)).collect();
        let expected: Vec<u64> = (5..=8).chain(10..=40).collect();
        assert_eq!(held, expected);
        misses.forget(29);
        assert_eq!(misses.ranges(), [(10, 29), (30, 40)]);
        misses.forget(30);
        assert_eq!(misses.ranges(), [(30, 40)]);
    }
}
