//! Which fingerprints should share a bucket, so that little of a sample passes by chance.
//!
//! # How
//! Simulated annealing: a fingerprint is moved to another bucket at random, and stays there if less
//! of the sample passes then, or by a chance that falls while time goes on. Merging and moving alone
//! ([`group`](crate::group)) ends where no single move helps, at twice as much.
//!
//! # Hazard
//! It takes a while, and what it finds is only as good as the sample is like other logs: take many
//! kinds. Positions in a run are too much alike; take windows at random.

use crate::{
    Buckets, Fingerprint, WIDTH,
    cost::{Nibbles, upper},
    masks::BUCKETS,
};

/// How warm it is at first, in windows for each of 1024 in the sample: a move that lets so many more
/// pass is made about once in three times.
const WARMTH: f64 = 0.3;

/// Finds buckets for fingerprints, in so many steps; some millions are enough for some hundred. The same
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

/// The halves of a window's bytes: the lower one and the upper one of each.
const PARTS: usize = 2 * WIDTH;
/// How many values a half has.
const VALUES: usize = 16;

/// A bit for each window of the sample.
type Bits = Vec<u64>;

/// Where everything is.
struct State {
    /// For each half and value the windows that have it.
    windows: [[Bits; VALUES]; PARTS],
    items: Vec<Nibbles>,
    /// The bucket of each item.
    homes: Vec<usize>,
    buckets: Vec<Bucket>,
    /// What a bucket that lost an item, and one that gained it, would have.
    after: [Bucket; 2],
}

/// What shares a bucket.
#[derive(Clone)]
struct Bucket {
    /// How many items have each value of each half.
    counts: [[u16; VALUES]; PARTS],
    /// For each half the windows whose value some item has.
    passing: [Bits; PARTS],
    /// How many windows pass.
    count: i64,
}

impl Bucket {
    fn new(words: usize) -> Self {
        Self {
            counts: [[0; VALUES]; PARTS],
            passing: std::array::from_fn(|_| vec![0; words]),
            count: 0,
        }
    }

    /// Becomes what `from` is with an item more or less.
    fn become_after(
        &mut self,
        from: &Self,
        windows: &[[Bits; VALUES]; PARTS],
        item: &Nibbles,
        joins: bool,
    ) {
        let parts = self.counts.iter_mut().zip(&mut self.passing);
        let parts = parts.zip(from.counts.iter().zip(&from.passing));
        let mut same = true;
        for (((counts, passing), (old, before)), (set, windows)) in
            parts.zip(parts_of(item).into_iter().zip(windows))
        {
            *counts = *old;
            passing.clone_from(before);
            let mut gone = false;
            for (value, (count, windows)) in counts.iter_mut().zip(windows).enumerate() {
                if set >> value & 1 == 0 {
                    continue;
                }
                if joins {
                    if *count == 0 {
                        same = false;
                        merge(passing, windows);
                    }
                    *count += 1;
                } else {
                    *count = count.saturating_sub(1);
                    gone |= *count == 0;
                }
            }
            if gone {
                same = false;
                passing.fill(0);
                let left = counts.iter().zip(windows);
                left.filter(|(count, _)| **count > 0)
                    .for_each(|(_, windows)| merge(passing, windows));
            }
        }
        self.count = if same { from.count } else { self.recount() };
    }

    fn recount(&self) -> i64 {
        let [a, b, c, d, e, f, g, h] = &self.passing;
        let four = |a: &[u64], b: &[u64], c: &[u64], d: &[u64]| -> Bits {
            let pairs = a.iter().zip(b).zip(c.iter().zip(d));
            pairs.map(|((a, b), (c, d))| a & b & c & d).collect()
        };
        let (first, second) = (four(a, b, c, d), four(e, f, g, h));
        let both = first.iter().zip(&second);
        both.map(|(a, b)| i64::from((a & b).count_ones())).sum()
    }
}

fn merge(into: &mut [u64], from: &[u64]) {
    into.iter_mut()
        .zip(from)
        .for_each(|(into, from)| *into |= from);
}

/// The values of each half.
fn parts_of(item: &Nibbles) -> [u16; PARTS] {
    let ([a, b, c, d], [e, f, g, h]) = (item.low, item.high);
    [a, b, c, d, e, f, g, h]
}

impl State {
    fn new(fingerprints: &[Fingerprint], sample: &[[u8; WIDTH]]) -> Self {
        let items: Vec<Nibbles> = fingerprints.iter().map(Nibbles::of).collect();
        let words = sample.len().div_ceil(64);
        let mut windows: [[Bits; VALUES]; PARTS] =
            std::array::from_fn(|_| std::array::from_fn(|_| vec![0; words]));
        for (index, window) in sample.iter().enumerate() {
            let [a, b, c, d] = *window;
            let lower = [a, b, c, d].map(|byte| byte & 15);
            let upper = [a, b, c, d].map(upper);
            let values = lower.into_iter().chain(upper);
            for (value, part) in values.zip(&mut windows) {
                let windows = part.get_mut(usize::from(value));
                if let Some(word) = windows.and_then(|windows| windows.get_mut(index / 64)) {
                    *word |= 1 << (index % 64);
                }
            }
        }
        let mut groups = crate::group::group(fingerprints);
        groups.resize(BUCKETS, Nibbles::EMPTY);
        let home = |item: &Nibbles| {
            let has = |group: &Nibbles| group.union(item) == *group;
            groups.iter().position(has).unwrap_or(0)
        };
        let homes: Vec<usize> = items.iter().map(home).collect();
        let mut after = [Bucket::new(words), Bucket::new(words)];
        let mut buckets = vec![Bucket::new(words); BUCKETS];
        for (item, &home) in items.iter().zip(&homes) {
            let [after, _] = &mut after;
            if let Some(bucket) = buckets.get_mut(home) {
                after.become_after(bucket, &windows, item, true);
                std::mem::swap(bucket, after);
            }
        }
        Self {
            windows,
            items,
            homes,
            buckets,
            after,
        }
    }

    /// Moves an item to a bucket if `is_taken` likes by how much more passes then.
    fn attempt(&mut self, item: usize, bucket: usize, is_taken: impl FnOnce(i64) -> bool) {
        let (Some(home), Some(nibbles)) = (self.homes.get_mut(item), self.items.get(item)) else {
            return;
        };
        let Ok([old, new]) = self.buckets.get_disjoint_mut([*home, bucket]) else {
            // It is there already.
            return;
        };
        let [left, joined] = &mut self.after;
        left.become_after(old, &self.windows, nibbles, false);
        joined.become_after(new, &self.windows, nibbles, true);
        if is_taken(left.count + joined.count - old.count - new.count) {
            std::mem::swap(old, left);
            std::mem::swap(new, joined);
            *home = bucket;
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
