//! The scan with vectors of 16 bytes, written once for every instruction set.
//!
//! # Promise
//! [`scan()`] finds exactly the positions whose four bytes [`Masks::matches`] lets through, whatever
//! the length and the alignment of the input.
//!
//! # Why it holds
//! Lane `n` of a vector that was loaded `i` bytes behind position `p` is the byte `p + n + i`. So
//! four loads, each a byte further, put byte `i` of the window at `p + n` into lane `n` of the
//! `i`th vector; looking its two halves up in the tables of position `i`, and keeping the buckets
//! that all four have, is the definition of `matches` for sixteen windows at once. Looking each
//! block up once, and shifting the results of neighbours into one another, is as fast; it needs
//! a state between blocks, and overlapping loads need none.
//!
//! What is too short for a block at the end is copied in front of zeros, and lanes whose window
//! would reach into those are dropped.
//!
//! # Hazard
//! This folder is the only one with `unsafe` code. Two things could go wrong. Reading outside the
//! input: [`part`] takes references to arrays and does not compile where it would. Running
//! instructions that the processor does not have: a [`Vector`] can only be had from
//! [`Vector::load`], whose callers prove that it has them.

use crate::{
    Class, Masks,
    fingerprint::WIDTH,
    masks::{HALVES, Tables},
};

mod encoding;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) mod wasm32;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_64;

/// The number of bytes in a vector.
const LANES: usize = 16;
/// How far the last window of a block reaches beyond it.
const OVERHANG: usize = WIDTH - 1;
/// The number of blocks in a round of the main loop.
const BLOCKS: usize = 4;
/// The number of positions in a round of the main loop: a bit each in a word.
const STRIDE: usize = BLOCKS * LANES;

/// The bytes of sixteen windows.
type Block = [u8; LANES + OVERHANG];
/// The bytes of the windows of one round.
type Round = [u8; STRIDE + OVERHANG];

/// Sixteen bytes, and what the scan does with them.
///
/// INVARIANT: a value exists only where the processor has the instructions of its methods.
trait Vector: Copy {
    /// A copy of sixteen bytes.
    ///
    /// # Safety
    /// The processor has the instructions of this implementation.
    unsafe fn load(bytes: &[u8; LANES]) -> Self;

    /// The lower four bits of each byte.
    fn low_nibbles(self) -> Self;

    /// The upper four bits of each byte, as a number below 16.
    fn high_nibbles(self) -> Self;

    /// Bits 3 to 6 of each byte, as [`crate::cost::upper`].
    fn upper(self) -> Self;

    /// The entries of the table `self` for sixteen indices, each below 16.
    fn look_up(self, indices: Self) -> Self;

    /// The bits that both have.
    fn and(self, other: Self) -> Self;

    /// The bits that either has.
    fn or(self, other: Self) -> Self;

    /// A byte with all bits for each in which both are equal, and zero for the others.
    fn equal(self, other: Self) -> Self;

    /// Whether any byte is not zero.
    fn any(self) -> bool;

    /// A bit for each byte that is zero: bit `n` for byte `n`.
    fn vacant(self) -> u16;

    /// The highest bit of each byte: bit `n` for byte `n`.
    fn highest(self) -> u16;

    /// A bit for each byte that is not zero: bit `n` for byte `n`.
    #[inline(always)]
    fn occupied(self) -> u16 {
        !self.vacant()
    }
}

/// The tables of one position.
#[derive(Clone, Copy)]
struct Position<V> {
    low: [V; HALVES],
    high: [V; HALVES],
}

impl<V: Vector> Position<V> {
    /// The buckets that have each of sixteen pairs of nibbles in this position.
    #[inline(always)]
    fn buckets(&self, low: V, high: V) -> [V; HALVES] {
        let ([low_0, low_1], [high_0, high_1]) = (self.low, self.high);
        [
            low_0.look_up(low).and(high_0.look_up(high)),
            low_1.look_up(low).and(high_1.look_up(high)),
        ]
    }
}

/// The tables of all positions, in vectors.
#[derive(Clone, Copy)]
struct Positions<V>([Position<V>; WIDTH]);

impl<V: Vector> Positions<V> {
    /// # Safety
    /// As for [`Vector::load`].
    #[inline(always)]
    unsafe fn load(masks: &Masks) -> Self {
        let ([l0, l1, l2, l3], [h0, h1, h2, h3]): (&Tables, &Tables) = masks.parts();
        // SAFETY: the caller answers for the instructions.
        let vectors = |[a, b]: &[[u8; LANES]; HALVES]| unsafe { [V::load(a), V::load(b)] };
        Self(
            [(l0, h0), (l1, h1), (l2, h2), (l3, h3)].map(|(low, high)| Position {
                low: vectors(low),
                high: vectors(high),
            }),
        )
    }

    /// A byte for each of the sixteen windows that start in a block: zero if it does not pass.
    ///
    /// # Safety
    /// As for [`Vector::load`].
    #[inline(always)]
    unsafe fn windows(&self, block: &Block) -> V {
        let [first, second, third, fourth] = &self.0;
        // SAFETY: the caller answers for the instructions.
        let (a, b, c, d) = unsafe {
            (
                V::load(part::<0, LANES, _>(block)),
                V::load(part::<1, LANES, _>(block)),
                V::load(part::<2, LANES, _>(block)),
                V::load(part::<3, LANES, _>(block)),
            )
        };
        let [a0, a1] = first.buckets(a.low_nibbles(), a.upper());
        let [b0, b1] = second.buckets(b.low_nibbles(), b.upper());
        let [c0, c1] = third.buckets(c.low_nibbles(), c.upper());
        let [d0, d1] = fourth.buckets(d.low_nibbles(), d.upper());
        a0.and(b0).and(c0.and(d0)).or(a1.and(b1).and(c1.and(d1)))
    }
}

/// Calls `word` with a bit for each window that passes, sixteen windows or more at a time, and the
/// position of the first of them.
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
unsafe fn scan<V: Vector, F: FnMut(u64, usize)>(
    masks: &Masks,
    haystack: &[u8],
    from: usize,
    mut word: F,
) {
    // SAFETY: the caller answers for the instructions.
    let positions = unsafe { Positions::<V>::load(masks) };
    let mut position = from;
    let mut rest = haystack.get(from..).unwrap_or_default();

    while let Some(round) = rest.first_chunk::<{ STRIDE + OVERHANG }>() {
        // SAFETY: the caller answers for the instructions.
        let found = unsafe { self::round(&positions, round) };
        word(found, position);
        position += STRIDE;
        rest = rest.get(STRIDE..).unwrap_or_default();
    }
    while let Some(block) = rest.first_chunk::<{ LANES + OVERHANG }>() {
        // SAFETY: the caller answers for the instructions.
        let found = unsafe { positions.windows(block) };
        word(found.occupied().into(), position);
        position += LANES;
        rest = rest.get(LANES..).unwrap_or_default();
    }
    let windows = rest.len().saturating_sub(OVERHANG);
    if windows > 0 {
        let mut block: Block = [0; LANES + OVERHANG];
        block
            .iter_mut()
            .zip(rest)
            .for_each(|(to, from)| *to = *from);
        // SAFETY: the caller answers for the instructions.
        let found = unsafe { positions.windows(&block) };
        // `rest` is shorter than a block, so fewer windows than lanes start in it.
        word(u64::from(found.occupied()) & ((1 << windows) - 1), position);
    }
}

/// How many bytes at the beginning are of the class.
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
unsafe fn run<V: Vector>(class: &Class, bytes: &[u8]) -> usize {
    let ([low_0, low_1], [high_0, high_1]) = class.parts();
    // SAFETY: the caller answers for the instructions.
    let position = unsafe {
        Position {
            low: [V::load(low_0), V::load(low_1)],
            high: [V::load(high_0), V::load(high_1)],
        }
    };
    let mut rest = bytes;
    while let Some(block) = rest.first_chunk::<LANES>() {
        // SAFETY: the caller answers for the instructions.
        let vector = unsafe { V::load(block) };
        let [first, second] = position.buckets(vector.low_nibbles(), vector.high_nibbles());
        let inside = first.or(second).occupied();
        if inside != u16::MAX {
            return bytes.len() - rest.len() + inside.trailing_ones() as usize;
        }
        rest = rest.get(LANES..).unwrap_or_default();
    }
    bytes.len() - rest.len() + class.run_of_few(rest)
}

/// A bit for each window that passes, of those that start in one round.
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
unsafe fn round<V: Vector>(positions: &Positions<V>, round: &Round) -> u64 {
    // SAFETY: the caller answers for the instructions.
    let [a, b, c, d] = unsafe {
        [
            positions.windows(part::<0, _, _>(round)),
            positions.windows(part::<LANES, _, _>(round)),
            positions.windows(part::<{ 2 * LANES }, _, _>(round)),
            positions.windows(part::<{ 3 * LANES }, _, _>(round)),
        ]
    };
    let [a, b, c, d] = [a, b, c, d].map(|found| u64::from(found.occupied()));
    a | b << LANES | c << (2 * LANES) | d << (3 * LANES)
}

/// The `N` bytes from `AT` on.
#[inline(always)]
const fn part<const AT: usize, const N: usize, const M: usize>(bytes: &[u8; M]) -> &[u8; N] {
    const { assert!(AT + N <= M) }
    // SAFETY: the part lies within the array, which the line above proves at compile time; arrays
    // of bytes have no padding and need no alignment; the result borrows `bytes`.
    unsafe { &*bytes.as_ptr().add(AT).cast::<[u8; N]>() }
}
