//! Positions that passed, put down to be looked at together.
//!
//! # Why not one by one
//! With some hundred keywords several windows of each round pass by chance. A loop over them and a
//! test of each are branches that a processor guesses wrong every other time, which costs more
//! than the work. Here eight are put down at a time, as many of them as there are count, and a
//! test moves a mark instead of branching.
//!
//! # Invariant
//! There are at most [`SPAN`] of them, rising, so they fit.

use core::fmt;

/// How many positions are gathered at once, at most: their bytes stay in the nearest cache.
pub const SPAN: usize = 4096;

/// How many are put down at a time.
const GROUP: usize = 8;

/// Positions, rising.
///
/// # Example
/// ```
/// use hushgate_prefilter::{Fingerprint, Masks, Places, gather};
///
/// let log = b"exf_1 exf_2 exf_3";
/// let mut places = Places::default();
/// gather(&Masks::build(&[Fingerprint::literal(b"exf_")]), log, 0, &mut places);
/// places.retain(|at| log[at + 4] != b'2');
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
        while at < end {
            let rest = self.from_base.get_mut(at..).unwrap_or_default();
            if let Some(group) = rest.first_chunk_mut::<GROUP>() {
                for place in group {
                    // Without a bit left, something is put down that does not count.
                    *place = (first + found.trailing_zeros() as usize) as u16;
                    found &= found.wrapping_sub(1);
                }
            }
            at += GROUP;
        }
        self.count = end;
    }

    /// Keeps the positions for which `keep` says so. It is asked for each, in order.
    #[inline(always)]
    pub fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        let mut kept = 0;
        for index in 0..self.count.min(SPAN) {
            let place = self.from_base.get(index).copied().unwrap_or_default();
            if let Some(slot) = self.from_base.get_mut(kept) {
                *slot = place;
            }
            kept += usize::from(keep(self.base + usize::from(place)));
        }
        self.count = kept;
    }

    /// The positions.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let places = self.from_base.get(..self.count).unwrap_or_default();
        places.iter().map(|&place| self.base + usize::from(place))
    }
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
