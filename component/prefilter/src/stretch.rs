//! The first pass for text that may be an encoding of something: long stretches of the bytes that
//! base64, hexadecimal and names are made of, and percent signs.
//!
//! # Promise
//! [`stretches`] reports, in rising order and each once: every percent sign, and, of the input from
//! `from` on cut into blocks of eight bytes, the start of each block that, like the block in front
//! of it, holds bytes of [`ENCODED`] alone. So every stretch of at least [`LONG`] such bytes is
//! reported at one place or more, wherever it stands. The vector scans and the scalar one report the
//! same.
//!
//! # Why it holds
//! Of [`LONG`] neighbouring bytes some two neighbouring blocks lie inside: at most seven bytes stand
//! in front of the first block.
//!
//! # Speed
//! It reads each byte once and needs two shuffles for sixteen of them: about a fifth of what
//! [`scan`](crate::scan) takes.

use crate::ByteSet;

/// The bytes of base64 in either alphabet, and so of hexadecimal.
pub const ENCODED: ByteSet = ByteSet::range(b'0', b'9')
    .union(&ByteSet::range(b'A', b'Z'))
    .union(&ByteSet::range(b'a', b'z'))
    .union(&ByteSet::single(b'+'))
    .union(&ByteSet::single(b'/'))
    .union(&ByteSet::single(b'-'))
    .union(&ByteSet::single(b'_'));

/// Bytes of a block.
const BLOCK: usize = 8;

/// Every stretch of at least so many bytes is reported.
pub const LONG: usize = 3 * BLOCK - 1;

/// For each nibble, the classes of bytes that have it as their lower half. Two tables tell a set of
/// bytes if it is a union of at most eight rectangles of lower and upper halves.
pub(crate) const LOW: [u8; 16] = table(false);
/// The same for the upper half.
pub(crate) const HIGH: [u8; 16] = table(true);
/// The class of the percent sign. All others are of encodings.
pub(crate) const PERCENT: u8 = 0x80;

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

/// Calls `hit` as the [module documentation](self) says.
///
/// ```
/// use hushgate_prefilter::stretches;
///
/// let mut hits = Vec::new();
/// let log = b"a short line: 100% of QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=";
/// stretches(log, 0, |position| hits.push(position));
/// assert_eq!(hits, [17, 32, 40, 48]);
/// ```
#[inline]
pub fn stretches<F: FnMut(usize)>(haystack: &[u8], from: usize, hit: F) {
    crate::with_vectors!(stretches(haystack, from, hit));
}

/// The definition: `full` says whether the block in front is full of encoded bytes.
pub(crate) fn blocks<F: FnMut(usize)>(rest: &[u8], from: usize, mut full: bool, mut hit: F) {
    for (number, block) in rest.chunks(BLOCK).enumerate() {
        let start = from + number * BLOCK;
        let is_full = block.len() == BLOCK && block.iter().all(|&byte| ENCODED.contains(byte));
        if is_full {
            if full {
                hit(start);
            }
        } else {
            let percents = block.iter().enumerate().filter(|(_, byte)| **byte == b'%');
            percents.for_each(|(index, _)| hit(start + index));
        }
        full = is_full;
    }
}

/// Of the bits of 64 bytes that are encoded, those at the start of blocks that are full, as is the
/// block in front of them; and whether the last one is full.
#[inline(always)]
pub(crate) const fn full_blocks(encoded: u64, before: bool) -> (u64, bool) {
    let full = encoded & encoded >> 1;
    let full = full & full >> 2;
    let full = full & full >> 4 & 0x0101_0101_0101_0101;
    (full & (full << 8 | before as u64), full >> 56 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_tell_the_set() {
        for byte in 0..=u8::MAX {
            let class = LOW[usize::from(byte & 15)] & HIGH[usize::from(byte >> 4)];
            assert_eq!(class & PERCENT != 0, byte == b'%', "{byte}");
            assert_eq!(class & !PERCENT != 0, ENCODED.contains(byte), "{byte}");
        }
    }

    #[test]
    fn every_long_stretch_is_reported() {
        for before in 0..100 {
            let haystack = [vec![b' '; before], vec![b'x'; LONG], vec![b' '; 70]].concat();
            let mut hits = 0;
            stretches(&haystack, 0, |at| {
                assert!((before..before + LONG).contains(&at));
                hits += 1;
            });
            assert!(hits > 0, "{before}");
        }
    }
}
