//! Whether a match could begin in the last few bytes, before the scan can see it.
//!
use hushgate_detector::table::{Shape, Table};
use hushgate_prefilter::ByteSet;

use crate::values::{SEEN, Values};

/// The beginnings of anchors that stand at the very start of their shape, and the shapes whose
/// anchor stands farther in.
#[derive(Debug)]
pub(crate) struct Tail {
    /// First one to three bytes of anchors at the start: `(bytes, length)` packed, sorted; and
    /// whether all shapes behind them need a word's edge in front.
    near: Vec<(u32, bool)>,
    /// First bytes of `near`, for a quick no.
    first: ByteSet,
    /// Beginnings of shapes whose anchor stands farther in, sorted by their first sets.
    far: Vec<Far>,
    /// For each byte, the indices of those of `far` that may begin with it: of those that need a word's
    /// edge, and of the others.
    far_by_first: Vec<[Vec<u16>; 2]>,
    /// The bytes that stand in some beginning: one that does not ends them all.
    inner: ByteSet,
    /// The greatest number of bytes of a beginning.
    reach: usize,
}

/// The beginning of a shape whose anchor stands farther in.
#[derive(Debug, PartialEq, Eq)]
struct Far {
    /// What it consists of, up to where its anchor is seen.
    sets: Vec<ByteSet>,
    /// Whether it needs a word's edge in front.
    lead: bool,
}

impl Far {
    fn begins(&self, rest: &[u8]) -> bool {
        let fits = |(&byte, set): (&u8, &ByteSet)| set.contains(byte);
        rest.len() <= self.sets.len() && rest.iter().zip(&self.sets).all(fits)
    }
}

/// Bytes of an anchor.
const ANCHOR: usize = 4;

fn pack(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |sum, &byte| (sum << 8) | u32::from(byte))
        | ((bytes.len() as u32) << 24)
}

impl Tail {
    /// For those shapes of a table that are looked for.
    pub(crate) fn new(table: &Table, applied: impl Fn(&Shape) -> bool) -> Self {
        let mut near: Vec<(u32, bool)> = Vec::new();
        let mut far: Vec<Far> = Vec::new();
        let mut inner = ByteSet::new();
        for anchor in table.anchors.iter() {
            let members = table.members_of(anchor).iter();
            let shapes = members.filter_map(|&member| table.shapes.get(usize::from(member)));
            let mut shapes = shapes.filter(|shape| applied(shape)).peekable();
            // Where something must stand in front, the anchor does, and that is not held back.
            if shapes.peek().is_none() || anchor.ahead > 0 {
                continue;
            }
            let lead = shapes.all(|shape| shape.lead);
            let offset = usize::from(anchor.offset);
            if offset > 0 {
                let proof = table.proof(anchor);
                let sets = proof.get(..offset + ANCHOR - 1).unwrap_or(proof).to_vec();
                inner = sets.iter().fold(inner, |inner, set| inner.union(set));
                let beginning = Far { sets, lead };
                if !far.contains(&beginning) {
                    far.push(beginning);
                }
                continue;
            }
            let [a, b, c, _] = anchor.key.to_le_bytes();
            for length in 1..ANCHOR {
                let bytes = [a, b, c];
                near.push((pack(bytes.get(..length).unwrap_or_default()), lead));
            }
            inner = [a, b, c]
                .into_iter()
                .fold(inner, |inner, byte| inner.union(&ByteSet::single(byte)));
        }
        // Sorted with `false` first: one that needs no edge decides for its prefix.
        near.sort_unstable();
        near.dedup_by_key(|(bytes, _)| *bytes);
        let firsts = near.iter().filter(|(bytes, _)| bytes >> 24 == 1);
        let first = firsts.fold(ByteSet::new(), |first, (bytes, _)| {
            first.union(&ByteSet::single(bytes.to_le_bytes()[0]))
        });
        let may_begin = |byte: u8| {
            let with = |far: &Far| far.sets.first().is_some_and(|set| set.contains(byte));
            [true, false].map(|lead| {
                let indices = (0_u16..).zip(&far);
                let indices = indices.filter(|(_, far)| far.lead == lead && with(far));
                indices.map(|(index, _)| index).collect()
            })
        };
        Self {
            far_by_first: (0..=u8::MAX).map(may_begin).collect(),
            reach: far.iter().map(|far| far.sets.len()).max().unwrap_or(0),
            near,
            first,
            far,
            inner,
        }
    }

    /// The first index at which a match may begin though the scan has not seen it; the length of
    /// `bytes` where there is none. `edge` says whether a word's edge in front of an index may
    /// still come about.
    pub(crate) fn first_possible(
        &self,
        values: &Values,
        bytes: &[u8],
        edge: impl Fn(usize) -> bool,
    ) -> usize {
        let reach = self.reach.max(ANCHOR - 1);
        let inner = bytes.iter().rev().take(reach);
        let run = inner.take_while(|&&byte| self.inner.contains(byte)).count();
        (bytes.len() - run..bytes.len())
            .find(|&index| {
                let rest = bytes.get(index..).unwrap_or_default();
                self.near(rest, || edge(index)) || self.far(rest, || edge(index))
            })
            .unwrap_or(bytes.len())
            .min(Self::first_value(values, bytes))
    }

    /// The first index at which more than `shown` bytes of the beginning of a shape stand whose
    /// keyword is still to come; the length of `bytes` where there is none.
    pub(crate) fn first_far(
        &self,
        bytes: &[u8],
        shown: usize,
        edge: impl Fn(usize) -> bool,
    ) -> usize {
        let from = bytes.len().saturating_sub(self.reach);
        let to = bytes.len().saturating_sub(shown);
        (from..to)
            .find(|&index| {
                let rest = bytes.get(index..).unwrap_or_default();
                self.far(rest, || edge(index)) && !cfg!(sabotage = "settle-before-a-keyword")
            })
            .unwrap_or(bytes.len())
    }

    /// The same for registered values alone.
    pub(crate) fn first_value(values: &Values, bytes: &[u8]) -> usize {
        let most = if cfg!(sabotage = "hold-back-one-short") {
            SEEN - 2
        } else {
            SEEN - 1
        };
        if values.is_empty() {
            return bytes.len();
        }
        (bytes.len().saturating_sub(most)..bytes.len())
            .find(|&index| values.has_prefix(bytes.get(index..).unwrap_or_default()))
            .unwrap_or(bytes.len())
    }

    fn near(&self, rest: &[u8], edge: impl Fn() -> bool) -> bool {
        if rest.len() >= ANCHOR || !rest.first().is_some_and(|&byte| self.first.contains(byte)) {
            return false;
        }
        let at = self
            .near
            .binary_search_by_key(&pack(rest), |(bytes, _)| *bytes);
        at.ok()
            .and_then(|at| self.near.get(at))
            .is_some_and(|(_, lead)| !lead || edge())
    }

    fn far(&self, rest: &[u8], edge: impl Fn() -> bool) -> bool {
        let first = rest.first().map_or(0, |&byte| usize::from(byte));
        let begins = |index: &u16| {
            let far = self.far.get(usize::from(*index));
            far.is_some_and(|far| far.begins(rest))
        };
        // Inside a word most are ruled out at once.
        self.far_by_first.get(first).is_some_and(|[lead, free]| {
            free.iter().any(begins) || !lead.is_empty() && edge() && lead.iter().any(begins)
        })
    }
}
