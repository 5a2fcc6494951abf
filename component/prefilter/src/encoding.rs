//! The first pass for text that may be an encoding of something: places where base64 or hexadecimal
//! may say several bytes of ASCII in a row, and percent signs.
//!
//! # Promise
//! [`encodings`] reports, 64 places at a time and in rising order, those of three kinds:
//! [`Marks::groups`], [`Marks::pairs`] and [`Marks::percents`]. Of what begins in front of `from`
//! nothing is reported. The digits in between are not looked at: whoever asks checks the rest. The
//! vector scans and the scalar one report the same.
//!
//! # Why it holds
//! A place depends on three bits of each byte, [`FIRST`], [`SECOND`] and [`HIGH`], and on those of
//! bytes in front of it at fixed distances. The vector scans shift 64 bits at a time, and carry over
//! what the shifts need of the 64 before.
//!
//! # Speed
//! Two shuffles for sixteen bytes: about a quarter of what [`scan`](crate::scan) takes. Names, paths
//! and digests hardly ever pass.

use crate::ByteSet;

/// The bytes of base64 in either alphabet, and so of hexadecimal.
pub const ENCODED: ByteSet = ByteSet::range(b'0', b'9')
    .union(&ByteSet::range(b'A', b'Z'))
    .union(&ByteSet::range(b'a', b'z'))
    .union(&ByteSet::single(b'+'))
    .union(&ByteSet::single(b'/'))
    .union(&ByteSet::single(b'-'))
    .union(&ByteSet::single(b'_'));

/// Groups of base64 in a row that have to say ASCII.
pub const GROUPS: usize = 4;

/// Pairs of hexadecimal digits in a row that have to say printable ASCII.
pub const PAIRS: usize = 12;

/// Classes of the digits of base64 that say the highest bit of a group's first byte and leave it zero.
pub(crate) const FIRST: u8 = 0b0000_0111;
/// The same for the second byte.
pub(crate) const SECOND: u8 = 0b0111_1000;
/// The class of the first digits of printable ASCII in hexadecimal.
pub(crate) const HIGH: u8 = 0b1000_0000;

/// The lower and upper halves of the bytes of each class: all pairs of one and the other.
const CLASSES: [(u16, u16); 8] = [
    // `A` to `O`, `P` to `Z`, `a` to `f`.
    (0xfffe, 1 << 4),
    (0x07ff, 1 << 5),
    (0x007e, 1 << 6),
    // `0` to `3`, `A` to `H` and `Q` to `X`, `g` to `n`, `w` to `z`.
    (0x000f, 1 << 3),
    (0x01fe, 1 << 4 | 1 << 5),
    (0x7f80, 1 << 6),
    (0x0780, 1 << 7),
    // `2` to `7`.
    (0x00fc, 1 << 3),
];

/// For each lower half, and for each upper half, the classes that have it: a byte is of those that
/// both of its halves have.
pub(crate) const HALVES: [[u8; 16]; 2] = {
    let mut halves = [[0; 16]; 2];
    let mut class = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated at build time")]
    while class < CLASSES.len() {
        let (lower, upper) = CLASSES[class];
        let mut nibble = 0;
        while nibble < 16 {
            halves[0][nibble] |= ((lower >> nibble & 1) as u8) << class;
            halves[1][nibble] |= ((upper >> nibble & 1) as u8) << class;
            nibble += 1;
        }
        class += 1;
    }
    halves
};

/// The classes of each byte.
const OF: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated at build time")]
    while byte < 256 {
        classes[byte] = HALVES[0][byte & 15] & HALVES[1][byte >> 4];
        byte += 1;
    }
    classes
};

/// Places among 64 neighbouring bytes, a bit for each, the lowest for the first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// The second digit of a group of base64, where neither in that group nor in the
    /// [`GROUPS`]` - 1` in front of it the first byte has its highest bit, nor the second byte.
    pub groups: u64,
    /// The first digit of a pair of hexadecimal, where it and those of the [`PAIRS`]` - 1` pairs in
    /// front of it are of printable ASCII.
    pub pairs: u64,
    /// A percent sign.
    pub percents: u64,
}

impl Marks {
    /// Whether there is no place.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.groups | self.pairs | self.percents == 0
    }

    /// The first place.
    #[inline]
    #[must_use]
    pub const fn first(&self) -> Option<usize> {
        match self.groups | self.pairs | self.percents {
            0 => None,
            places => Some(places.trailing_zeros() as usize),
        }
    }

    /// Forgets the places before index `to`; the first byte is at index `position`.
    #[inline]
    pub const fn skip_to(&mut self, position: usize, to: usize) {
        let kept = match to.saturating_sub(position) {
            count @ 0..64 => u64::MAX << count,
            _ => 0,
        };
        self.groups &= kept;
        self.pairs &= kept;
        self.percents &= kept;
    }
}

/// Calls `hit` with the places at which base64 or hexadecimal may have said several bytes of ASCII in a
/// row, and with percent signs: for each 64 bytes from `from` on that hold one, with the index of
/// the first of these bytes. A place lies within what says it.
///
/// ```
/// use hushgate_prefilter::encodings;
///
/// // `printf 'a few words' | base64`
/// let log = b"a short line: 100% of YSBmZXcgd29yZHM=";
/// encodings(log, 0, |marks, position| {
///     assert_eq!(position, 0);
///     assert_eq!(marks.groups, 1 << 35);
///     assert_eq!(marks.percents, 1 << 17);
/// });
/// ```
#[inline]
pub fn encodings<F: FnMut(Marks, usize)>(haystack: &[u8], from: usize, hit: F) {
    crate::with_vectors!(encodings(haystack, from, hit));
}

/// The same, byte by byte.
#[inline]
pub(crate) fn one_by_one<F: FnMut(Marks, usize)>(haystack: &[u8], from: usize, mut hit: F) {
    let has = |classes: u8, class: u8| u64::from(classes & class != 0);
    // A bit for each of the last bytes, the lowest for the last one.
    let (mut first, mut groups, mut pairs) = (0_u64, 0_u64, 0_u64);
    let rest = haystack.get(from..).unwrap_or_default();
    for (number, block) in rest.chunks(64).enumerate() {
        let mut marks = Marks::default();
        for (place, &byte) in block.iter().enumerate() {
            #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
            let classes = OF[usize::from(byte)];
            groups = groups << 1 | first & has(classes, SECOND);
            first = has(classes, FIRST);
            pairs = pairs << 1 | has(classes, HIGH);
            marks.groups |= u64::from(has_all(groups, GROUPS, 4)) << place;
            marks.pairs |= u64::from(has_all(pairs, PAIRS, 2)) << place;
            marks.percents |= u64::from(byte == b'%') << place;
        }
        if !marks.is_empty() {
            hit(marks, from + 64 * number);
        }
    }
}

/// Whether the lowest bit, and of the others each one that is so many bits from the last, is set.
const fn has_all(bits: u64, count: usize, distance: usize) -> bool {
    let mut wanted = 0;
    let mut number = 0;
    while number < count {
        wanted |= 1 << (number * distance);
        number += 1;
    }
    bits & wanted == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    #[test]
    fn the_classes_are_the_bits_of_the_digits() {
        for byte in 0..=u8::MAX {
            // The digits 62 and 63 have all bits but one, which does not count here.
            let digit = DIGITS.iter().position(|&digit| digit == byte);
            let classes = OF[usize::from(byte)];
            let is = |bit| digit.is_some_and(|digit| digit & bit == 0);
            assert_eq!(classes & FIRST != 0, is(32), "{byte}");
            assert_eq!(classes & SECOND != 0, is(8), "{byte}");
            assert_eq!(classes & HIGH != 0, (b'2'..=b'7').contains(&byte), "{byte}");
        }
    }
}
