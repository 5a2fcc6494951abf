//! The pass of [`crate::encodings`], 64 bytes at a time.

use super::{LANES, STRIDE, Vector, part};
use crate::encoding::{FIRST, GROUPS, HALVES, HIGH, PAIRS, SECOND};

/// Words of 64 bits, one after the other, of which the last one is kept.
#[derive(Clone, Copy, Default)]
struct Words(u64);

impl Words {
    /// The bits of which `word` is the next word, each moved `by` places up; `by` is from 1 to 63.
    #[inline(always)]
    const fn moved(self, word: u64, by: u32) -> u64 {
        word << by | self.0 >> (u64::BITS - by)
    }
}

/// What one round needs to know of the one before.
#[derive(Clone, Copy, Default)]
struct Carry {
    first: Words,
    groups: Words,
    two_groups: Words,
    pairs: Words,
    two_pairs: Words,
    four_pairs: Words,
}

impl Carry {
    /// Where as many groups as are asked for end.
    #[inline(always)]
    const fn groups(&mut self, first: u64, second: u64) -> u64 {
        const { assert!(GROUPS == 4) }
        let groups = self.first.moved(first, 1) & second;
        let two = groups & self.groups.moved(groups, 4);
        let four = two & self.two_groups.moved(two, 8);
        self.first = Words(first);
        self.groups = Words(groups);
        self.two_groups = Words(two);
        four
    }

    /// Where as many pairs as are asked for end.
    #[inline(always)]
    const fn pairs(&mut self, pairs: u64) -> u64 {
        const { assert!(PAIRS == 12) }
        let two = pairs & self.pairs.moved(pairs, 2);
        let four = two & self.two_pairs.moved(two, 4);
        let twelve = four & self.four_pairs.moved(four, 8) & self.four_pairs.moved(four, 16);
        self.pairs = Words(pairs);
        self.two_pairs = Words(two);
        self.four_pairs = Words(four);
        twelve
    }
}

/// Calls `hit` as [`crate::encodings`] does.
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn encodings<V: Vector, F: FnMut(usize)>(
    haystack: &[u8],
    from: usize,
    mut hit: F,
) {
    let mut carry = Carry::default();
    let mut position = from;
    let mut rest = haystack.get(from..).unwrap_or_default();
    let mut report = |mut found: u64, position: usize| {
        while found != 0 {
            hit(position + found.trailing_zeros() as usize);
            found &= found - 1;
        }
    };
    while let Some(round) = rest.first_chunk::<STRIDE>() {
        // SAFETY: the caller answers for the instructions.
        report(unsafe { self::round::<V>(round, &mut carry) }, position);
        position += STRIDE;
        rest = rest.get(STRIDE..).unwrap_or_default();
    }
    if !rest.is_empty() {
        // Zeros are of no class: nothing is found in what is added.
        let mut round = [0; STRIDE];
        round
            .iter_mut()
            .zip(rest)
            .for_each(|(to, from)| *to = *from);
        // SAFETY: the caller answers for the instructions.
        report(unsafe { self::round::<V>(&round, &mut carry) }, position);
    }
}

/// A bit for each place of one round.
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
unsafe fn round<V: Vector>(round: &[u8; STRIDE], carry: &mut Carry) -> u64 {
    let [lower, upper] = &HALVES;
    // SAFETY: the caller answers for the instructions.
    let [lower, upper, first, second, high, percent] = unsafe {
        [
            V::load(lower),
            V::load(upper),
            V::load(&[FIRST; LANES]),
            V::load(&[SECOND; LANES]),
            V::load(&[HIGH; LANES]),
            V::load(&[b'%'; LANES]),
        ]
    };
    // SAFETY: as above.
    let bytes = unsafe {
        [
            V::load(part::<0, LANES, _>(round)),
            V::load(part::<LANES, LANES, _>(round)),
            V::load(part::<{ 2 * LANES }, LANES, _>(round)),
            V::load(part::<{ 3 * LANES }, LANES, _>(round)),
        ]
    };
    let classes = bytes.map(|bytes| {
        let lower = lower.look_up(bytes.low_nibbles());
        lower.and(upper.look_up(bytes.high_nibbles()))
    });
    let bits = |of: V| word(classes.map(|classes| classes.and(of)));
    let found = carry.groups(bits(first), bits(second)) | carry.pairs(bits(high));
    let percents = bytes.map(|bytes| bytes.equal(percent));
    // Rare in most logs, and one test tells.
    let [a, b, c, d] = percents;
    if a.or(b).or(c.or(d)).any() {
        found | word(percents)
    } else {
        found
    }
}

/// A bit for each byte that is not zero.
#[inline(always)]
fn word<V: Vector>(blocks: [V; STRIDE / LANES]) -> u64 {
    let [a, b, c, d] = blocks.map(|block| u64::from(block.occupied()));
    a | b << LANES | c << (2 * LANES) | d << (3 * LANES)
}
