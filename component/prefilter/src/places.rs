//! Positions that passed, put down to be looked at together.
//!
//! # Why not one by one
//! With some hundred keywords several windows of each round pass by chance. A loop over them and a
//! test of each are branches that a processor guesses wrong every other time, which costs more
//! than the work. Here four are put down at a time, as many of them as there are count, and a
//! test moves a mark instead of branching.
//!
//! # Invariant
//! There are at most [`SPAN`] of them, rising, so they fit.

use core::fmt;

use crate::WIDTH;

/// How many positions are gathered at once, at most: their bytes stay in the nearest cache.
pub const SPAN: usize = 4096;

/// How many are put down at a time.
const GROUP: usize = 4;

/// Positions, rising.
///
/// # Example
/// ```
/// use hushgate_prefilter::{Fingerprint, Masks, Places, gather};
///
/// let log = b"exf_1 eyf_2 exf_3";
/// let mut places = Places::default();
/// let masks = Masks::build(&[b"exf_", b"eyf_"].map(Fingerprint::literal));
/// gather(&masks, log, 0, &mut places);
/// assert!(places.iter().eq([0, 6, 12]));
/// places.retain(log, |four| four.to_le_bytes() == *b"exf_");
/// assert!(places.iter().eq([0, 12]));
/// ```
pub struct Places {
    /// What the others are counted from.
    base: usize,
    from_base: Box<[u16; SPAN + GROUP]>,
    count: usize,
}

impl Places {
    /// Forgets all, and counts from `base`.
    pub(crate) fn restart(&mut self, base: usize) {
        self.base = base;
        self.count = 0;
    }

    /// Adds `position` and those behind it that have a bit in `found`.
    #[inline(always)]
    pub(crate) fn add(&mut self, mut found: u64, position: usize) {
        let first = position - self.base;
        let end = self.count + found.count_ones() as usize;
        let mut at = self.count;
        // Mostly there are fewer than a group of them, and whether there is one is not worth a branch.
        loop {
            let rest = self.from_base.get_mut(at..).unwrap_or_default();
            if let Some(group) = rest.first_chunk_mut::<GROUP>() {
                for place in group {
                    // Without a bit left, something is put down that does not count.
                    *place = (first + found.trailing_zeros() as usize) as u16;
                    found &= found.wrapping_sub(1);
                }
            }
            at += GROUP;
            if at >= end {
                break;
            }
        }
        self.count = end;
    }

    /// Keeps the positions for whose next four bytes, the first of them lowest, `keep` says so. They are
    /// positions in `haystack`; where it has fewer bytes, those that lack are zeros.
    #[inline(always)]
    pub fn retain(&mut self, haystack: &[u8], keep: impl Fn(u32) -> bool) {
        let rest = haystack.get(self.base..).unwrap_or_default();
        // In a whole block nothing has to be compared with its end.
        match rest.first_chunk::<{ SPAN + WIDTH }>() {
            Some(block) => self.retain_if(|place| {
                let four = block.get(usize::from(place) % SPAN..);
                keep(four.map_or(0, four_of))
            }),
            None => self.retain_if(|place| {
                let four = rest.get(usize::from(place)..);
                keep(four.map_or(0, four_of))
            }),
        }
    }

    #[inline(always)]
    fn retain_if(&mut self, keep: impl Fn(u16) -> bool) {
        let mut kept = 0;
        for index in 0..self.count.min(SPAN) {
            let place = self.from_base.get(index).copied().unwrap_or_default();
            if let Some(slot) = self.from_base.get_mut(kept % SPAN) {
                *slot = place;
            }
            kept += usize::from(keep(place));
        }
        self.count = kept;
    }

    /// The positions.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let places = self.from_base.get(..self.count).unwrap_or_default();
        places.iter().map(|&place| self.base + usize::from(place))
    }
}

/// The first four bytes, the first of them lowest, or 0.
#[inline(always)]
fn four_of(bytes: &[u8]) -> u32 {
    let four = bytes.first_chunk::<WIDTH>();
    four.map_or(0, |four| u32::from_le_bytes(*four))
}

impl Default for Places {
    fn default() -> Self {
        Self {
            base: 0,
            from_base: Box::new([0; SPAN + GROUP]),
            count: 0,
        }
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}
