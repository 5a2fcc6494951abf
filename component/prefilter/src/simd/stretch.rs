//! The pass of [`crate::stretches`], 64 bytes at a time.

use super::{LANES, STRIDE, Vector, part};
use crate::stretch::blocks;

/// For each nibble, the classes of bytes that have it as their lower half. Two tables tell a set of
/// bytes if it is a union of at most eight rectangles of lower and upper halves.
const LOW: [u8; 16] = table(false);
/// The same for the upper half.
const HIGH: [u8; 16] = table(true);
/// The class of the percent sign. All others are of encodings.
const PERCENT: u8 = 0x80;

const fn table(high: bool) -> [u8; 16] {
    // Lower and upper halves of each class, a bit for each.
    const CLASSES: [(u8, u16, u16); 6] = [
        (0x01, 1 << 0xb | 1 << 0xd | 1 << 0xf, 1 << 2),
        (0x02, 0x03ff, 1 << 3),
        (0x04, 0xfffe, 1 << 4 | 1 << 6),
        (0x08, 0x07ff | 1 << 0xf, 1 << 5),
        (0x10, 0x07ff, 1 << 7),
        (PERCENT, 1 << 5, 1 << 2),
    ];
    let mut table = [0; 16];
    let mut class = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated at build time")]
    while class < CLASSES.len() {
        let (bit, lows, highs) = CLASSES[class];
        let mut nibble = 0;
        while nibble < 16 {
            if (if high { highs } else { lows }) >> nibble & 1 == 1 {
                table[nibble] |= bit;
            }
            nibble += 1;
        }
        class += 1;
    }
    table
}

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

/// Of the bits of 64 bytes that are encoded, those at the start of blocks that are full, as is the
/// block in front of them; and whether the last one is full.
#[inline(always)]
const fn full_blocks(encoded: u64, before: bool) -> (u64, bool) {
    let full = encoded & encoded >> 1;
    let full = full & full >> 2;
    let full = full & full >> 4 & 0x0101_0101_0101_0101;
    (full & (full << 8 | before as u64), full >> 56 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ENCODED;

    #[test]
    fn the_tables_tell_the_set() {
        for byte in 0..=u8::MAX {
            let class = LOW[usize::from(byte & 15)] & HIGH[usize::from(byte >> 4)];
            assert_eq!(class & PERCENT != 0, byte == b'%', "{byte}");
            assert_eq!(class & !PERCENT != 0, ENCODED.contains(byte), "{byte}");
        }
    }
}
