//! Which beginnings forms have, counted.
//!
//! A candidate for a registered value is looked up here before anything else, so it is one load in a
//! table, and no search.
//!
//! # Hazard
//! The numbers are hashes of bytes that are secret, made for speed: from one the bytes can be guessed.
//! So a table that is outgrown is zeroed, as is the last one.

use std::fmt;

use zeroize::Zeroizing;

/// The least number of places; they are a power of two.
const LEAST: usize = 64;

/// How often each beginning was added.
pub(super) struct Heads {
    /// Hash and count. A place with the hash zero is free; one with the count zero was in use.
    places: Zeroizing<Vec<(u64, u32)>>,
    /// Places that are not free, or were not.
    used: usize,
}

impl Default for Heads {
    fn default() -> Self {
        Self {
            places: Zeroizing::new(vec![(0, 0); LEAST]),
            used: 0,
        }
    }
}

impl fmt::Debug for Heads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heads").finish_non_exhaustive()
    }
}

impl Heads {
    /// Adds a beginning.
    pub(super) fn add(&mut self, head: u128) {
        if 2 * (self.used + 1) > self.places.len() {
            self.grow();
        }
        self.insert(hash(head), 1);
    }

    /// Removes one that was added.
    pub(super) fn remove(&mut self, head: u128) {
        let at = self.place(hash(head));
        if let Some((_, count)) = self.places.get_mut(at) {
            *count = count.saturating_sub(1);
        }
    }

    /// Whether it was added more often than removed.
    #[inline]
    pub(super) fn contains(&self, head: u128) -> bool {
        let place = self.places.get(self.place(hash(head)));
        place.is_some_and(|(_, count)| *count > 0)
    }

    fn insert(&mut self, hash: u64, times: u32) {
        let at = self.place(hash);
        if let Some((known, count)) = self.places.get_mut(at) {
            self.used += usize::from(*known == 0);
            *known = hash;
            *count = count.saturating_add(times);
        }
    }

    /// Where a hash is, or where it would be.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        let mask = self.places.len() - 1;
        // The upper half fits where an address has 32 bits, as in the sandbox.
        let mut at = usize::try_from(hash >> 32).unwrap_or(0) & mask;
        // At most half of the places are taken, so a free one ends the search.
        while let Some((known, _)) = self.places.get(at)
            && *known != hash
            && *known != 0
        {
            at = (at + 1) & mask;
        }
        at
    }

    /// Makes room for as many again, without those that were removed.
    fn grow(&mut self) {
        let live = self.places.iter().filter(|(_, count)| *count > 0).count();
        let length = (4 * (live + 1)).next_power_of_two().max(LEAST);
        let places = Zeroizing::new(vec![(0, 0); length]);
        let outgrown = std::mem::replace(&mut self.places, places);
        self.used = 0;
        for &(hash, count) in outgrown.iter().filter(|(_, count)| *count > 0) {
            self.insert(hash, count);
        }
    }
}

/// Never zero, which stands for a free place. Two beginnings with one hash only cost time.
#[inline]
fn hash(head: u128) -> u64 {
    let fold = (head >> 64) as u64 ^ (head as u64).rotate_left(29);
    let hash = fold.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (hash ^ (hash >> 32)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_are_counted() {
        let mut heads = Heads::default();
        let many = |from: u128| (from..from + 5000).map(|it| (it << 40) | (it * it));
        many(1).chain(many(1)).for_each(|head| heads.add(head));
        assert!(many(1).all(|head| heads.contains(head)));
        assert!(!many(6000).any(|head| heads.contains(head)));
        many(1).for_each(|head| heads.remove(head));
        assert!(many(1).all(|head| heads.contains(head)));
        many(1).for_each(|head| heads.remove(head));
        assert!(!many(1).any(|head| heads.contains(head)));
        many(9000).for_each(|head| heads.add(head));
        assert!(many(9000).all(|head| heads.contains(head)));
        assert!(!many(1).any(|head| heads.contains(head)));
    }
}
