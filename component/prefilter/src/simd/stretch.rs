//! The pass of [`crate::stretches`], 64 bytes at a time.

use super::{LANES, STRIDE, Vector, part};
use crate::stretch::{HIGH, LOW, PERCENT, blocks, full_blocks};

/// Calls `hit` as [`crate::stretches`] does.
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn stretches<V: Vector, F: FnMut(usize)>(
    haystack: &[u8],
    from: usize,
    mut hit: F,
) {
    // SAFETY: the caller answers for the instructions.
    let [low, high, percent, encoded] = unsafe {
        [
            V::load(&LOW),
            V::load(&HIGH),
            V::load(&[PERCENT; LANES]),
            V::load(&[!PERCENT; LANES]),
        ]
    };
    let mut position = from;
    let mut rest = haystack.get(from..).unwrap_or_default();
    let mut full = false;
    while let Some(round) = rest.first_chunk::<STRIDE>() {
        // SAFETY: the caller answers for the instructions.
        let [a, b, c, d] = unsafe {
            [
                V::load(part::<0, LANES, _>(round)),
                V::load(part::<LANES, LANES, _>(round)),
                V::load(part::<{ 2 * LANES }, LANES, _>(round)),
                V::load(part::<{ 3 * LANES }, LANES, _>(round)),
            ]
        }
        .map(|bytes| {
            let low = low.look_up(bytes.low_nibbles());
            low.and(high.look_up(bytes.high_nibbles()))
        });
        let bits = |of: V| {
            let [a, b, c, d] = [a, b, c, d].map(|bytes| u64::from(bytes.and(of).occupied()));
            a | b << LANES | c << (2 * LANES) | d << (3 * LANES)
        };
        let (mut found, last) = full_blocks(bits(encoded), full);
        full = last;
        // Rare in most logs, and one test tells.
        if a.or(b).or(c.or(d)).and(percent).any() {
            found |= bits(percent);
        }
        while found != 0 {
            hit(position + found.trailing_zeros() as usize);
            found &= found - 1;
        }
        position += STRIDE;
        rest = rest.get(STRIDE..).unwrap_or_default();
    }
    blocks(rest, position, full, hit);
}
