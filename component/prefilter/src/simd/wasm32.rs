//! Vectors of WebAssembly's `simd128`, without the relaxed instructions, which some hosts refuse.

use core::arch::wasm32::{
    i8x16_bitmask, i8x16_eq, i8x16_splat, i8x16_swizzle, u16x8_shr, v128, v128_and, v128_any_true,
    v128_load, v128_or,
};

use super::{LANES, Vector};
use crate::{Class, Marks, Masks};

/// Calls `word` as [`super::scan()`] does.
pub(crate) fn words<F: FnMut(u64, usize)>(masks: &Masks, haystack: &[u8], from: usize, word: F) {
    // SAFETY: this module is built only with `simd128`, and a host that has not got it refuses the
    // whole WebAssembly module.
    unsafe { super::scan::<Simd128, F>(masks, haystack, from, word) }
}

/// Calls `hit` as [`crate::encodings`] does.
pub(crate) fn encodings<F: FnMut(Marks, usize)>(haystack: &[u8], from: usize, hit: F) {
    // SAFETY: as above.
    unsafe { super::encoding::encodings::<Simd128, F>(haystack, from, hit) }
}

/// How many bytes at the beginning are of the class.
pub(crate) fn run(class: &Class, bytes: &[u8]) -> usize {
    // SAFETY: as above.
    unsafe { super::run::<Simd128>(class, bytes) }
}

#[derive(Clone, Copy)]
struct Simd128(v128);

impl Vector for Simd128 {
    #[inline(always)]
    unsafe fn load(bytes: &[u8; LANES]) -> Self {
        // SAFETY: the reference is valid for 16 bytes, and this load needs no alignment.
        Self(unsafe { v128_load(bytes.as_ptr().cast()) })
    }

    #[inline(always)]
    fn low_nibbles(self) -> Self {
        Self(v128_and(self.0, i8x16_splat(0x0f)))
    }

    #[inline(always)]
    fn high_nibbles(self) -> Self {
        // Hosts on x86 have no shift of single bytes and would take more than these two steps.
        Self(v128_and(u16x8_shr(self.0, 4), i8x16_splat(0x0f)))
    }

    #[inline(always)]
    fn upper(self) -> Self {
        Self(v128_and(u16x8_shr(self.0, 3), i8x16_splat(0x0f)))
    }

    #[inline(always)]
    fn look_up(self, indices: Self) -> Self {
        Self(i8x16_swizzle(self.0, indices.0))
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(v128_and(self.0, other.0))
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(v128_or(self.0, other.0))
    }

    #[inline(always)]
    fn equal(self, other: Self) -> Self {
        Self(i8x16_eq(self.0, other.0))
    }

    #[inline(always)]
    fn any(self) -> bool {
        v128_any_true(self.0)
    }

    #[inline(always)]
    fn vacant(self) -> u16 {
        i8x16_bitmask(i8x16_eq(self.0, i8x16_splat(0)))
    }

    #[inline(always)]
    fn highest(self) -> u16 {
        i8x16_bitmask(self.0)
    }
}
