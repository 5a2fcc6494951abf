//! Which fingerprints should share a bucket, so that little of a sample passes by chance.
//!
//! # How
//! Simulated annealing: a fingerprint is moved to another bucket at random, and stays there if less
//! of the sample passes then, or by a chance that falls while time goes on. Merging and moving alone
//! ([`group`](crate::group)) ends where no single move helps, at twice as much.
//!
//! # Hazard
//! It takes minutes, and what it finds is only as good as the sample is like other logs: take many
//! kinds. Positions in a run are too much alike; take windows at random.

use crate::{
    Buckets, Fingerprint, WIDTH,
    cost::{Nibbles, upper},
    masks::BUCKETS,
};

/// How warm it is at first, in windows for each of 1024 in the sample: a move that lets so many more
/// pass is made about once in three times.
const WARMTH: f64 = 0.3;

/// Finds buckets for fingerprints, in so many steps; 200,000 are enough for some hundred. The same
/// arguments give the same on one machine.
#[must_use]
pub fn tune(fingerprints: &[Fingerprint], sample: &[[u8; WIDTH]], steps: u32) -> Buckets {
    let mut state = State::new(fingerprints, sample);
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    for step in 0..steps {
        let left = 1.0 - f64::from(step) / f64::from(steps);
        let heat = WARMTH * sample.len() as f64 / 1024.0 * left * left;
        let item = chance.below(state.items.len());
        let bucket = chance.below(BUCKETS);
        state.attempt(item, bucket, |growth| {
            growth <= 0 || chance.share() < (-(growth as f64) / heat.max(1e-3)).exp()
        });
    }
    let mut buckets = Buckets::default();
    for (fingerprint, &home) in fingerprints.iter().zip(&state.homes) {
        buckets.note(fingerprint, home);
    }
    buckets
}

/// Where everything is.
struct State<'s> {
    sample: &'s [[u8; WIDTH]],
    items: Vec<Nibbles>,
    /// The bucket of each item.
    homes: Vec<usize>,
    /// What each bucket has, and how many windows of the sample pass it.
    buckets: Vec<(Nibbles, i64)>,
}

impl<'s> State<'s> {
    fn new(fingerprints: &[Fingerprint], sample: &'s [[u8; WIDTH]]) -> Self {
        let items: Vec<Nibbles> = fingerprints.iter().map(Nibbles::of).collect();
        let mut groups = crate::group::group(fingerprints);
        groups.resize(BUCKETS, Nibbles::EMPTY);
        let home = |item: &Nibbles| {
            let has = |group: &Nibbles| group.union(item) == *group;
            groups.iter().position(has).unwrap_or(0)
        };
        let homes = items.iter().map(home).collect();
        let mut state = Self {
            sample,
            items,
            homes,
            buckets: Vec::new(),
        };
        let counted = |bucket| {
            let nibbles = state.without(bucket, usize::MAX);
            (nibbles, state.count(&nibbles))
        };
        state.buckets = (0..BUCKETS).map(counted).collect();
        state
    }

    /// What is in a bucket besides an item.
    fn without(&self, bucket: usize, item: usize) -> Nibbles {
        let others = self.homes.iter().zip(&self.items).enumerate();
        others
            .filter(|&(index, (&home, _))| home == bucket && index != item)
            .fold(Nibbles::EMPTY, |all, (_, (_, item))| all.union(item))
    }

    /// How many windows pass.
    fn count(&self, nibbles: &Nibbles) -> i64 {
        let passes = |window: &&[u8; WIDTH]| {
            let places = nibbles.low.iter().zip(&nibbles.high).zip(**window);
            places.fold(true, |all, ((low, high), byte)| {
                all & (low >> (byte & 15) & high >> upper(byte) & 1 == 1)
            })
        };
        self.sample.iter().filter(passes).count() as i64
    }

    /// Moves an item to a bucket if `is_taken` likes by how much more passes then.
    fn attempt(&mut self, item: usize, bucket: usize, is_taken: impl FnOnce(i64) -> bool) {
        let (Some(&home), Some(nibbles)) = (self.homes.get(item), self.items.get(item)) else {
            return;
        };
        let (Some(&old), Some(&new)) = (self.buckets.get(home), self.buckets.get(bucket)) else {
            return;
        };
        if home == bucket {
            return;
        }
        let recount = |nibbles: Nibbles, known: (Nibbles, i64)| match nibbles == known.0 {
            true => known,
            false => (nibbles, self.count(&nibbles)),
        };
        let left = recount(self.without(home, item), old);
        let joined = recount(new.0.union(nibbles), new);
        if is_taken(left.1 + joined.1 - old.1 - new.1) {
            for (index, value) in [(home, left), (bucket, joined)] {
                if let Some(slot) = self.buckets.get_mut(index) {
                    *slot = value;
                }
            }
            if let Some(home) = self.homes.get_mut(item) {
                *home = bucket;
            }
        }
    }
}

/// A small generator of numbers that look random (xorshift64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 16) as usize % end.max(1)
    }

    /// A number from 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 32) as f64 / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::tune;
    use crate::{Buckets, Fingerprint, Masks};

    #[test]
    fn less_of_the_sample_passes() {
        let words: Vec<[u8; 4]> = (0..60_u32)
            .map(|n| {
                let letter =
                    |shift: u32| b'a' + (n.wrapping_mul(2_654_435_761) >> shift) as u8 % 26;
                [letter(3), letter(9), letter(15), letter(21)]
            })
            .collect();
        let fingerprints: Vec<_> = words.iter().map(Fingerprint::literal).collect();
        let text = b"the quick brown fox jumps over the lazy dog and nobody minds it at all ";
        let sample: Vec<[u8; 4]> = text
            .windows(4)
            .filter_map(|window| window.try_into().ok())
            .collect();
        let tuned = tune(&fingerprints, &sample, 4000);
        let passed = |buckets: &Buckets| {
            let masks = Masks::build_in(&fingerprints, buckets);
            assert!(words.iter().all(|&word| masks.matches(word)));
            sample.iter().filter(|&&it| masks.matches(it)).count()
        };
        assert!(passed(&tuned) < passed(&Buckets::default()).max(1));
    }
}
