//! Which fingerprints share a bucket.
//!
//! # Promise
//! Every fingerprint that something can fit is in a bucket, and the same fingerprints in the
//! same order end in the same buckets on every machine.
//!
//! # Why it is good enough
//! Each fingerprint starts as a group of its own; the two groups whose union adds least to the
//! estimate of [`cost`](crate::cost) are merged, until there is a bucket for each. Then single
//! fingerprints move to where they cost less, as the early merges could not know the late ones.
//! The merges usually take a time that grows with the square of the number of fingerprints.

use crate::{Fingerprint, cost::Nibbles, masks::BUCKETS};

/// How often the moves go through all fingerprints. Later rounds find next to nothing.
const ROUNDS: usize = 8;

/// The nibbles of at most [`BUCKETS`] buckets that let all fingerprints through.
pub(crate) fn group(fingerprints: &[Fingerprint]) -> Vec<Nibbles> {
    let mut items: Vec<Nibbles> = Vec::with_capacity(fingerprints.len());
    for fingerprint in fingerprints.iter().filter(|it| it.is_possible()) {
        let nibbles = Nibbles::of(fingerprint);
        if !items.contains(&nibbles) {
            items.push(nibbles);
        }
    }
    let mut groups = merge(&items);
    for _ in 0..ROUNDS {
        if !relocate(&items, &mut groups) {
            break;
        }
    }
    groups.into_iter().map(|group| group.nibbles).collect()
}

/// The bucket to which `added` adds the least cost; the first of equals.
pub(crate) fn cheapest<'a>(buckets: impl Iterator<Item = &'a Nibbles>, added: &Nibbles) -> usize {
    let growth = |bucket: &Nibbles| bucket.union(added).cost() - bucket.cost();
    let costs = buckets.map(growth).enumerate();
    costs
        .min_by_key(|&(_, growth)| growth)
        .map_or(0, |(bucket, _)| bucket)
}

/// Fingerprints that share a bucket.
struct Group {
    /// The first of its members: names the group while others come and go.
    id: usize,
    /// Indices of the fingerprints.
    members: Vec<usize>,
    nibbles: Nibbles,
    /// What `nibbles` cost.
    cost: i64,
    /// The group behind this one that is cheapest to merge with.
    partner: Option<Partner>,
}

/// A group to merge with, and what that adds to the cost of both.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Partner {
    growth: i64,
    id: usize,
}

impl Group {
    fn of(item: usize, nibbles: Nibbles) -> Self {
        Self {
            id: item,
            members: vec![item],
            nibbles,
            cost: nibbles.cost(),
            partner: None,
        }
    }

    /// What merging with `other` would add. In this order, nothing overflows.
    fn growth(&self, other: &Self) -> i64 {
        self.nibbles.union(&other.nibbles).cost() - self.cost - other.cost
    }

    fn partner(&self, other: &Self) -> Partner {
        Partner {
            growth: self.growth(other),
            id: other.id,
        }
    }

    /// Finds the partner among the groups behind this one.
    fn seek(&mut self, later: &[Self]) {
        self.partner = later.iter().map(|other| self.partner(other)).min();
    }

    fn absorb(&mut self, other: Self) {
        self.members.extend(other.members);
        self.nibbles = self.nibbles.union(&other.nibbles);
        self.cost = self.nibbles.cost();
    }
}

/// Merges the cheapest pair of groups until there is a bucket for each.
fn merge(items: &[Nibbles]) -> Vec<Group> {
    let mut groups: Vec<Group> = items
        .iter()
        .enumerate()
        .map(|(item, nibbles)| Group::of(item, *nibbles))
        .collect();
    if groups.len() <= BUCKETS {
        return groups;
    }
    let mut rest = groups.as_mut_slice();
    while let Some((group, later)) = rest.split_first_mut() {
        group.seek(later);
        rest = later;
    }
    while groups.len() > BUCKETS {
        let partners = groups
            .iter()
            .enumerate()
            .filter_map(|(index, it)| Some((it.partner?, index)));
        let Some((Partner { id: gone, .. }, kept)) = partners.min() else {
            break;
        };
        let Some(other) = groups.iter().position(|it| it.id == gone) else {
            break;
        };
        let other = groups.remove(other);
        if let Some(group) = groups.get_mut(kept) {
            group.absorb(other);
        }
        refresh(&mut groups, kept, gone);
    }
    groups
}

/// Brings the partners up to date after the group at `kept` absorbed the one named `gone`.
fn refresh(groups: &mut [Group], kept: usize, gone: usize) {
    let Some(id) = groups.get(kept).map(|it| it.id) else {
        return;
    };
    let mut index = 0;
    let mut rest = groups;
    while let Some((group, later)) = rest.split_first_mut() {
        let stale = group.partner.is_some_and(|it| it.id == gone || it.id == id);
        if index == kept || stale {
            group.seek(later);
        } else if let Some(merged) = kept.checked_sub(index + 1).and_then(|it| later.get(it)) {
            let merged = group.partner(merged);
            group.partner = group.partner.filter(|it| *it < merged).or(Some(merged));
        }
        index += 1;
        rest = later;
    }
}

/// Moves each fingerprint to the bucket where it costs least. Returns whether any moved.
fn relocate(items: &[Nibbles], groups: &mut [Group]) -> bool {
    let mut moved = false;
    for (item, added) in items.iter().enumerate() {
        let Some(home) = groups.iter().position(|it| it.members.contains(&item)) else {
            continue;
        };
        if let Some(group) = groups.get_mut(home) {
            group.members.retain(|&member| member != item);
            let others = group.members.iter().filter_map(|&member| items.get(member));
            group.nibbles = others.fold(Nibbles::EMPTY, |all, it| all.union(it));
        }
        let best = cheapest(groups.iter().map(|it| &it.nibbles), added);
        if let Some(group) = groups.get_mut(best) {
            group.members.push(item);
            group.nibbles = group.nibbles.union(added);
        }
        moved |= best != home;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::{BUCKETS, group};
    use crate::{ByteSet, Fingerprint, cost::Nibbles};

    /// Made-up keywords: `count` of them, of letters with an underscore or a dash among them.
    fn keywords(count: u32) -> Vec<Fingerprint> {
        let mut state = 1_u32;
        let mut next = |bound: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % bound
        };
        (0..count)
            .map(|_| {
                Fingerprint::literal(
                    &[(); 4].map(|()| b"abcdefghijklmnopqrstuvwxyz_-"[next(28) as usize]),
                )
            })
            .collect()
    }

    fn covers(bucket: &Nibbles, fingerprint: &Fingerprint) -> bool {
        bucket.union(&Nibbles::of(fingerprint)) == *bucket
    }

    #[test]
    fn each_fingerprint_has_a_bucket() {
        for count in [0, 1, 15, 16, 17, 18, 100, 300] {
            let fingerprints = keywords(count);
            let buckets = group(&fingerprints);
            assert!(buckets.len() <= BUCKETS);
            assert!(
                fingerprints
                    .iter()
                    .all(|it| buckets.iter().any(|bucket| covers(bucket, it)))
            );
        }
    }

    #[test]
    fn few_stay_apart_and_equal_ones_share() {
        let fingerprints = keywords(16);
        let twice: Vec<_> = fingerprints.iter().chain(&fingerprints).copied().collect();
        assert_eq!(group(&fingerprints).len(), 16);
        assert!(group(&twice) == group(&fingerprints));
    }

    #[test]
    fn similar_fingerprints_share() {
        // Sixteen unlike pairs that differ in one low nibble each.
        let fingerprints: Vec<_> = (0..16)
            .flat_map(|n| [[n << 4, n, !n, b'4'], [n << 4, n, !n, b'5']])
            .map(|bytes| Fingerprint::literal(&bytes))
            .collect();
        let buckets = group(&fingerprints);
        assert_eq!(buckets.len(), 16);
        for pair in fingerprints.chunks(2) {
            assert!(
                buckets
                    .iter()
                    .any(|bucket| pair.iter().all(|it| covers(bucket, it)))
            );
        }
    }

    #[test]
    fn common_text_does_not_join_what_is_rare() {
        let mut fingerprints = keywords(40);
        let any = Fingerprint {
            sets: [ByteSet::FULL; 4],
        };
        fingerprints.push(any);
        let buckets = group(&fingerprints);
        let full = buckets.iter().filter(|bucket| covers(bucket, &any)).count();
        assert_eq!(full, 1);
    }
}
