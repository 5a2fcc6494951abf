//! The pass of [`crate::encodings`], 64 bytes at a time.

use super::{LANES, STRIDE, Vector, part};
use crate::encoding::{FIRST, GROUPS, HALVES, HIGH, Marks, PAIRS, SECOND};

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
pub(super) unsafe fn encodings<V: Vector, F: FnMut(Marks, usize)>(
    haystack: &[u8],
    from: usize,
    mut hit: F,
) {
    let mut carry = Carry::default();
    let mut position = from;
    let mut rest = haystack.get(from..).unwrap_or_default();
    let mut report = |marks: Marks, position: usize| {
        if !marks.is_empty() {
            hit(marks, position);
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

/// The places of one round.
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
unsafe fn round<V: Vector>(round: &[u8; STRIDE], carry: &mut Carry) -> Marks {
    let [lower, upper] = &HALVES;
    // SAFETY: the caller answers for the instructions.
    let [lower, upper, first, second, percent] = unsafe {
        [
            V::load(lower),
            V::load(upper),
            V::load(&[FIRST; LANES]),
            V::load(&[SECOND; LANES]),
            V::load(&[b'%'; LANES]),
        ]
    };
    // SAFETY: as above.
    let (a, b, c, d) = unsafe {
        (
            V::load(part::<0, LANES, _>(round)),
            V::load(part::<LANES, LANES, _>(round)),
            V::load(part::<{ 2 * LANES }, LANES, _>(round)),
            V::load(part::<{ 3 * LANES }, LANES, _>(round)),
        )
    };
    let percents = (
        a.equal(percent),
        b.equal(percent),
        c.equal(percent),
        d.equal(percent),
    );
    let classes = |bytes: V| {
        let lower = lower.look_up(bytes.low_nibbles());
        lower.and(upper.look_up(bytes.high_nibbles()))
    };
    let (a, b, c, d) = (classes(a), classes(b), classes(c), classes(d));
    // One step less for each vector than with what is there.
    let missing = |of: V| {
        word([
            a.and(of).vacant(),
            b.and(of).vacant(),
            c.and(of).vacant(),
            d.and(of).vacant(),
        ])
    };
    let groups = carry.groups(!missing(first), !missing(second));
    const { assert!(HIGH == 0x80) }
    let pairs = carry.pairs(word([a.highest(), b.highest(), c.highest(), d.highest()]));
    // Rare in most logs, and one test tells.
    let (a, b, c, d) = percents;
    let percents = if a.or(b).or(c.or(d)).any() {
        word([a.highest(), b.highest(), c.highest(), d.highest()])
    } else {
        0
    };
    Marks {
        groups,
        pairs,
        percents,
    }
}

/// The bits of one round, from those of its blocks.
#[inline(always)]
const fn word([a, b, c, d]: [u16; STRIDE / LANES]) -> u64 {
    // What maps an array would be a call of its own.
    a as u64 | (b as u64) << LANES | (c as u64) << (2 * LANES) | (d as u64) << (3 * LANES)
}
