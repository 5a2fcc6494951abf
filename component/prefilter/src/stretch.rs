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

/// Calls `hit` in rising order for every percent sign, and for the start of each block of eight bytes
/// that, like the block in front of it, holds bytes of [`ENCODED`] alone; blocks are counted from
/// `from` on. So every stretch of at least [`LONG`] such bytes is reported.
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

#[cfg(test)]
mod tests {
    use super::*;

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
