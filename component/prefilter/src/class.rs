//! How far a run of bytes of one set reaches, sixteen bytes at a time.
//!
//! # Promise
//! [`Class::run`] is the number of bytes at the beginning that are in the set, on every machine.
//!
//! # Why it holds
//! The tables are those of the scan with one position and sixteen buckets, one for each high nibble: a
//! low nibble has the buckets of the high nibbles with which it makes a byte of the set, and a high
//! nibble has its own. So a byte has a bucket if and only if it is in the set.

use core::fmt;

use crate::{ByteSet, masks::HALVES};

/// A set of bytes, laid out for measuring runs.
///
/// # Example
/// ```
/// use hushgate_prefilter::{ByteSet, Class};
///
/// let digits = Class::new(&ByteSet::range(b'0', b'9'));
/// assert_eq!(digits.run(b"2026-11-24"), 4);
/// assert_eq!(digits.run(b"20261124"), 8);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[repr(align(64))]
pub struct Class {
    low: [[u8; 16]; HALVES],
    high: [[u8; 16]; HALVES],
    set: ByteSet,
}

impl Class {
    /// The class of the bytes of a set.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "halves of a byte are below 16")]
    pub const fn new(set: &ByteSet) -> Self {
        let mut class = Self {
            low: [[0; 16]; HALVES],
            high: [[0; 16]; HALVES],
            set: *set,
        };
        let mut byte = 0_usize;
        while byte <= u8::MAX as usize {
            let (low, high) = (byte & 15, byte >> 4);
            let (half, bucket) = (high / 8, 1 << (high % 8));
            class.high[half][high] = bucket;
            if set.contains(byte as u8) {
                class.low[half][low] |= bucket;
            }
            byte += 1;
        }
        class
    }

    /// How many bytes at the beginning are in the set.
    #[inline]
    #[must_use]
    pub fn run(&self, bytes: &[u8]) -> usize {
        #[cfg(target_arch = "x86_64")]
        if crate::simd::x86_64::is_available() {
            #[expect(unsafe_code, reason = "the call is sound just here")]
            // SAFETY: the processor was asked in the line above.
            return unsafe { crate::simd::x86_64::run(self, bytes) };
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return crate::simd::wasm32::run(self, bytes);
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        self.run_of_few(bytes)
    }

    /// The same, byte by byte.
    #[inline]
    pub(crate) fn run_of_few(&self, bytes: &[u8]) -> usize {
        let end = bytes.iter().position(|&byte| !self.set.contains(byte));
        end.unwrap_or(bytes.len())
    }

    /// The tables of low nibbles and of high nibbles.
    #[cfg(any(
        target_arch = "x86_64",
        all(target_arch = "wasm32", target_feature = "simd128")
    ))]
    pub(crate) const fn parts(&self) -> (&[[u8; 16]; HALVES], &[[u8; 16]; HALVES]) {
        (&self.low, &self.high)
    }
}

impl fmt::Debug for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Class").field(&self.set).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Class;
    use crate::ByteSet;

    #[test]
    fn each_byte_is_judged_by_the_set() {
        let sets = [
            ByteSet::EMPTY,
            ByteSet::FULL,
            ByteSet::single(0),
            ByteSet::single(255),
            ByteSet::range(b'0', b'9').union(&ByteSet::range(b'a', b'f')),
            ByteSet::range(b'!', b'~').complement(),
        ];
        for set in sets {
            let class = Class::new(&set);
            for byte in 0..=u8::MAX {
                for length in [1, 15, 16, 17, 40] {
                    let expected = if set.contains(byte) { length } else { 0 };
                    assert_eq!(class.run(&vec![byte; length]), expected, "{byte}");
                }
            }
        }
    }

    #[test]
    fn the_first_other_byte_ends_a_run() {
        let class = Class::new(&ByteSet::range(b'a', b'z'));
        for length in 0..70 {
            for other in 0..length {
                let mut bytes = vec![b'm'; length];
                bytes[other] = b'-';
                assert_eq!(class.run(&bytes), other, "{length}");
                bytes[length - 1] = b'-';
                assert_eq!(class.run(&bytes), other.min(length - 1), "{length}");
            }
        }
    }
}
