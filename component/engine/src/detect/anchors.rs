//! Which anchors stand at a place, their proof included.
//!
//! The built-in table names for each anchor the sets of its shapes' first bytes. Here the same is
//! laid out for speed: one hash of three bytes finds all anchors that begin with them, and the bytes
//! of a proof that can only be one are compared sixteen at a time.
//!
//! # Invariant
//! [`Anchors::at`] reports the anchors of the table that have the four bytes and whose proof holds as
//! far as bytes are at hand, and no others.

use hushgate_detector::table::{ANY, Anchor, Table};
use hushgate_prefilter::{ByteSet, WIDTH};

/// Bytes that are compared at once: half of them in front of the anchor.
const WINDOW: usize = 16;
/// Those in front of the anchor.
const FRONT: usize = WINDOW / 2;

/// The anchors of a table.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    /// Index of the first group whose three bytes have this hash, plus one; 0 is empty.
    slots: Vec<u16>,
    groups: Vec<Group>,
    entries: Vec<Entry>,
    /// Bytes of proofs that are not compared at once.
    places: Vec<(u8, ByteSet)>,
    /// Bytes of what must stand in front of some match.
    context: ByteSet,
}

/// Anchors that begin with the same three bytes.
#[derive(Debug)]
struct Group {
    /// The first of them lowest.
    three: u32,
    /// Which fourth bytes they have.
    fourths: ByteSet,
    /// Where its part of `entries` begins and ends.
    entries: (u16, u16),
}

/// An anchor.
#[derive(Debug)]
struct Entry {
    /// The fourth byte, or [`ANY`].
    fourth: u8,
    /// Its index in the table.
    anchor: u16,
    offset: u8,
    ahead: u8,
    /// How many bytes its proof looks at.
    proven: u8,
    /// Where the window begins, counted from the start.
    window: u8,
    value: u128,
    mask: u128,
    /// Where its part of `places` begins and ends.
    places: (u32, u32),
}

/// An anchor that stands at a place.
pub(crate) struct Found {
    /// Its index in the table.
    pub(crate) anchor: u16,
    /// Index of the byte at which the first steps of its shapes would begin.
    pub(crate) start: usize,
    /// How many bytes stand in front of the match from there on.
    pub(crate) ahead: usize,
    /// Whether all bytes of the proof were at hand.
    pub(crate) proven: bool,
}

impl Anchors {
    pub(crate) fn new(table: &Table) -> Self {
        let mut order: Vec<(u32, usize)> = table
            .anchors
            .iter()
            .enumerate()
            .map(|(index, anchor)| (anchor.key & THREE, index))
            .collect();
        order.sort_unstable();
        let mut anchors = Self::default();
        for (three, index) in order {
            if let Some(anchor) = table.anchors.get(index) {
                anchors.add(table, three, index, anchor);
            }
        }
        anchors.slots = slots(&anchors.groups);
        anchors
    }

    /// Whether this byte may belong to what must stand in front of some match.
    pub(crate) fn may_be_context(&self, byte: u8) -> bool {
        self.context.contains(byte)
    }

    fn add(&mut self, table: &Table, three: u32, index: usize, anchor: &Anchor) {
        let context = table.proof(anchor).get(..usize::from(anchor.ahead));
        for set in context.unwrap_or_default() {
            self.context = self.context.union(set);
        }
        let offset = usize::from(anchor.offset);
        let window = offset.saturating_sub(FRONT);
        let (mut value, mut mask) = (0_u128, 0_u128);
        let from = self.places.len();
        for (place, set) in table.proof(anchor).iter().enumerate() {
            let lane = place.checked_sub(window).filter(|&lane| lane < WINDOW);
            match (only(set), lane) {
                (Some(byte), Some(lane)) => {
                    value |= u128::from(byte) << (8 * lane);
                    mask |= 0xFF << (8 * lane);
                }
                _ => self
                    .places
                    .push((u8::try_from(place).unwrap_or(u8::MAX), *set)),
            }
        }
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let [.., fourth] = anchor.key.to_le_bytes();
        let any = table.proof(anchor).get(offset + WIDTH - 1);
        let fourths = match fourth {
            ANY => any.copied().unwrap_or(ByteSet::FULL),
            byte => ByteSet::single(byte),
        };
        let entry = u16::try_from(self.entries.len()).unwrap_or(u16::MAX);
        match self.groups.last_mut().filter(|last| last.three == three) {
            Some(group) => {
                group.fourths = group.fourths.union(&fourths);
                group.entries.1 = entry + 1;
            }
            None => self.groups.push(Group {
                three,
                fourths,
                entries: (entry, entry + 1),
            }),
        }
        self.entries.push(Entry {
            fourth,
            anchor: u16::try_from(index).unwrap_or(u16::MAX),
            offset: anchor.offset,
            ahead: anchor.ahead,
            proven: anchor.proven,
            window: u8::try_from(window).unwrap_or(u8::MAX),
            value,
            mask,
            places: (number(from), number(self.places.len())),
        });
    }

    /// Calls `found` with the anchors at index `at` of `bytes`, whose four bytes from there on are
    /// `four`.
    #[inline(always)]
    pub(crate) fn at(
        &self,
        table: &Table,
        bytes: &[u8],
        at: usize,
        four: u32,
        mut found: impl FnMut(Found),
    ) {
        let fourth = four.to_le_bytes()[3];
        let Some(group) = self
            .group(four & THREE)
            .filter(|group| group.fourths.contains(fourth))
        else {
            return;
        };
        let (first, end) = group.entries;
        let entries = self.entries.get(usize::from(first)..usize::from(end));
        for entry in entries.unwrap_or_default() {
            if (entry.fourth == fourth || entry.fourth == ANY)
                && let Some(start) = at.checked_sub(usize::from(entry.offset))
                && let Some(proven) = self.holds(entry, table, bytes, start)
            {
                found(Found {
                    anchor: entry.anchor,
                    start,
                    ahead: usize::from(entry.ahead),
                    proven,
                });
            }
        }
    }

    #[inline(always)]
    fn group(&self, three: u32) -> Option<&Group> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = slot_of(three, self.slots.len());
        // At most half of the slots are taken, so an empty one ends the search.
        loop {
            let index = usize::from(*self.slots.get(slot)?).checked_sub(1)?;
            let group = self.groups.get(index)?;
            if group.three == three {
                return Some(group);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Whether the proof holds as far as there are bytes, and if so whether there are enough.
    #[inline(always)]
    fn holds(&self, entry: &Entry, table: &Table, bytes: &[u8], start: usize) -> Option<bool> {
        let rest = bytes.get(start..)?;
        let window = rest.get(usize::from(entry.window)..);
        let window = window.and_then(<[u8]>::first_chunk::<WINDOW>);
        let whole = rest.len() >= usize::from(entry.proven);
        let (Some(window), true) = (window, whole) else {
            let anchor = table.anchors.get(usize::from(entry.anchor))?;
            let holds = rest
                .iter()
                .zip(table.proof(anchor))
                .all(|(&byte, set)| set.contains(byte));
            return holds.then_some(whole);
        };
        if (u128::from_le_bytes(*window) ^ entry.value) & entry.mask != 0 {
            return None;
        }
        let (from, to) = entry.places;
        let places = self.places.get(from as usize..to as usize)?;
        let holds = places.iter().all(|(place, set)| {
            let byte = rest.get(usize::from(*place));
            byte.is_some_and(|&byte| set.contains(byte))
        });
        holds.then_some(true)
    }
}

/// The first three bytes of a key.
const THREE: u32 = 0x00FF_FFFF;

/// The byte of a set that has no other.
fn only(set: &ByteSet) -> Option<u8> {
    // Without counting bits, which takes many steps on some machines.
    let mut only = None;
    for (word, first) in set.words().into_iter().zip([0_u8, 64, 128, 192]) {
        if word != 0 {
            if only.is_some() || !word.is_power_of_two() {
                return None;
            }
            only = Some(first + word.trailing_zeros() as u8);
        }
    }
    only
}

/// Where the search for three bytes begins; `slots` is a power of two, and not one.
#[inline(always)]
fn slot_of(three: u32, slots: usize) -> usize {
    (three.wrapping_mul(0x9E37_79B1) >> (32 - slots.trailing_zeros())) as usize
}

fn slots(groups: &[Group]) -> Vec<u16> {
    if groups.is_empty() {
        return Vec::new();
    }
    let size = (groups.len() * 2 + 2).next_power_of_two();
    let mut slots = vec![0_u16; size];
    for (index, group) in groups.iter().enumerate() {
        let mut slot = slot_of(group.three, size);
        while slots.get(slot).is_some_and(|&taken| taken != 0) {
            slot = (slot + 1) & (size - 1);
        }
        if let Some(free) = slots.get_mut(slot) {
            *free = u16::try_from(index + 1).unwrap_or(u16::MAX);
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn a_set_of_one_byte_is_told_from_others() {
        for byte in 0..=u8::MAX {
            assert_eq!(only(&ByteSet::single(byte)), Some(byte));
            let two = ByteSet::from_iter([byte, byte.wrapping_add(64)]);
            assert_eq!(only(&two), None);
        }
        assert_eq!(only(&ByteSet::EMPTY), None);
    }

    /// What the table itself says of a place.
    fn expected(table: &Table, bytes: &[u8], at: usize, four: u32) -> Vec<(u16, usize, bool)> {
        let any = four | u32::from(ANY) << 24;
        let anchors = table.anchors_of(four).chain(table.anchors_of(any));
        let mut expected: Vec<_> = anchors
            .filter_map(|(index, anchor)| {
                let start = at.checked_sub(usize::from(anchor.offset))?;
                let (rest, proof) = (&bytes[start..], table.proof(anchor));
                let holds = rest.iter().zip(proof).all(|(&it, set)| set.contains(it));
                holds.then_some((index as u16, start, rest.len() >= proof.len()))
            })
            .collect();
        expected.sort_unstable();
        expected
    }

    #[test]
    fn the_anchors_of_the_table_are_found() {
        let rules = Rules::standard();
        let table = rules.table();
        let anchors = Anchors::new(table);
        let mut all = 0;
        for anchor in table.anchors.iter() {
            // The first and the last byte of each set, and one byte wrong.
            let proof = table.proof(anchor);
            let least: Vec<u8> = proof.iter().filter_map(|set| set.iter().next()).collect();
            let most: Vec<u8> = proof.iter().filter_map(|set| set.iter().last()).collect();
            for text in [least, most] {
                for wrong in 0..=text.len() {
                    for length in [text.len(), text.len() - 1, text.len() + 20] {
                        let mut bytes = text.clone();
                        bytes.resize(length, b'~');
                        if let Some(byte) = bytes.get_mut(wrong).filter(|_| wrong < text.len()) {
                            *byte = b'~';
                        }
                        let at = usize::from(anchor.offset);
                        let Some(four) = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>) else {
                            continue;
                        };
                        let four = u32::from_le_bytes(*four);
                        let mut found = Vec::new();
                        anchors.at(table, &bytes, at, four, |it| {
                            found.push((it.anchor, it.start, it.proven));
                        });
                        found.sort_unstable();
                        assert_eq!(found, expected(table, &bytes, at, four));
                        all += found.len();
                    }
                }
            }
        }
        assert!(all > 1000, "{all}");
    }
}
