//! The scan without vector instructions.
//!
//! # Promise
//! It finds the very positions that the vector scans find, on every machine.
//!
//! # Why it holds
//! One word holds a bit for each of 4 positions and 16 buckets: bit `16 * n + b` is set while the
//! last `n + 1` bytes have the nibbles of bucket `b`. A byte moves each position's buckets on to
//! the next one, starts all of them anew, and keeps those that have its nibbles: a shift, an *or*
//! and an *and*, and no branch but the one on a hit. Nothing in front of `from` is looked at, so
//! no window that starts there can be found.

use crate::{Marks, Masks, cost::upper, fingerprint::WIDTH, masks::Tables};

/// Calls `hit` as [`scan`](crate::scan) does, with plain integer instructions.
///
/// # Example
/// ```
/// use hushgate_prefilter::{Fingerprint, Masks, scalar};
///
/// let masks = Masks::build(&[Fingerprint::literal(b"exf_")]);
/// let mut hits = Vec::new();
/// scalar::scan(&masks, b"exf_ and exf_", 1, |position| hits.push(position));
/// assert_eq!(hits, [9]);
/// ```
pub fn scan<F: FnMut(usize)>(masks: &Masks, haystack: &[u8], from: usize, mut hit: F) {
    words(masks, haystack, from, |_one, position| hit(position));
}

/// The same, with a word of one bit for each position.
pub(crate) fn words<F: FnMut(u64, usize)>(
    masks: &Masks,
    haystack: &[u8],
    from: usize,
    mut word: F,
) {
    let (low, high) = masks.parts();
    let (low, high) = (transpose(low), transpose(high));
    let mut alive = 0_u64;
    for (end, &byte) in haystack.iter().enumerate().skip(from) {
        alive = (alive << 16 | 0xffff) & of_nibble(&low, byte & 15) & of_nibble(&high, upper(byte));
        if alive >> 48 != 0 {
            word(1, end + 1 - WIDTH);
        }
    }
}

/// Calls `hit` as [`encodings`](crate::encodings) does, with plain integer instructions.
pub fn encodings<F: FnMut(Marks, usize)>(haystack: &[u8], from: usize, hit: F) {
    crate::encoding::one_by_one(haystack, from, hit);
}

/// For each nibble, the buckets that have it in each position, as a word.
fn transpose(tables: &Tables) -> [u64; 16] {
    let mut words = [0; 16];
    for (byte, entries) in tables.as_flattened().iter().enumerate() {
        for (word, entry) in words.iter_mut().zip(entries) {
            *word |= u64::from(*entry) << (8 * byte);
        }
    }
    words
}

#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "a nibble is below 16")]
fn of_nibble(words: &[u64; 16], nibble: u8) -> u64 {
    words[usize::from(nibble & 15)]
}
