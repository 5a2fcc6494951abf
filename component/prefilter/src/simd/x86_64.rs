//! Vectors of SSSE3 and SSE4.1, which every x86-64 processor since 2008 has.

use core::arch::x86_64::{
    __m128i, _mm_and_si128, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128,
    _mm_set1_epi8, _mm_setzero_si128, _mm_shuffle_epi8, _mm_srli_epi16, _mm_testz_si128,
};

use super::{LANES, Vector};
use crate::{Class, Marks, Masks};

/// Whether the processor has the instructions of [`words`].
#[inline]
pub(crate) fn is_available() -> bool {
    // The standard library asks the processor once and remembers.
    is_x86_feature_detected!("ssse3") && is_x86_feature_detected!("sse4.1")
}

/// Calls `word` as [`super::scan()`] does.
///
/// # Safety
/// [`is_available`] returned true.
#[target_feature(enable = "ssse3,sse4.1")]
pub(crate) unsafe fn words<F: FnMut(u64, usize)>(
    masks: &Masks,
    haystack: &[u8],
    from: usize,
    word: F,
) {
    // SAFETY: this function has the features that `Sse` asks for.
    unsafe { super::scan::<Sse, F>(masks, haystack, from, word) }
}

/// Calls `hit` as [`crate::encodings`] does.
///
/// # Safety
/// [`is_available`] returned true.
#[target_feature(enable = "ssse3,sse4.1")]
pub(crate) unsafe fn encodings<F: FnMut(Marks, usize)>(haystack: &[u8], from: usize, hit: F) {
    // SAFETY: this function has the features that `Sse` asks for.
    unsafe { super::encoding::encodings::<Sse, F>(haystack, from, hit) }
}

/// How many bytes at the beginning are of the class.
///
/// # Safety
/// [`is_available`] returned true.
#[target_feature(enable = "ssse3,sse4.1")]
pub(crate) unsafe fn run(class: &Class, bytes: &[u8]) -> usize {
    // SAFETY: this function has the features that `Sse` asks for.
    unsafe { super::run::<Sse>(class, bytes) }
}

/// INVARIANT: exists only where the processor has SSSE3 and SSE4.1; see [`Vector::load`].
#[derive(Clone, Copy)]
struct Sse(__m128i);

// Every method is inlined into its callers, so the intrinsics are too.
impl Vector for Sse {
    #[inline(always)]
    unsafe fn load(bytes: &[u8; LANES]) -> Self {
        // SAFETY: the reference is valid for 16 bytes, and this load needs no alignment.
        Self(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
    }

    #[inline(always)]
    fn low_nibbles(self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_and_si128(self.0, _mm_set1_epi8(0x0f)) })
    }

    #[inline(always)]
    fn high_nibbles(self) -> Self {
        // There is no shift of single bytes; the mask drops what came from the neighbour.
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_and_si128(_mm_srli_epi16::<4>(self.0), _mm_set1_epi8(0x0f)) })
    }

    #[inline(always)]
    fn upper(self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_and_si128(_mm_srli_epi16::<3>(self.0), _mm_set1_epi8(0x0f)) })
    }

    #[inline(always)]
    fn look_up(self, indices: Self) -> Self {
        // SAFETY: `self` exists, so the processor has SSSE3.
        Self(unsafe { _mm_shuffle_epi8(self.0, indices.0) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_and_si128(self.0, other.0) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_or_si128(self.0, other.0) })
    }

    #[inline(always)]
    fn equal(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_cmpeq_epi8(self.0, other.0) })
    }

    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: `self` exists, so the processor has SSE4.1.
        unsafe { _mm_testz_si128(self.0, self.0) == 0 }
    }

    #[inline(always)]
    fn vacant(self) -> u16 {
        // SAFETY: SSE2 is part of x86-64.
        let vacant = unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(self.0, _mm_setzero_si128())) };
        // Sixteen bytes give sixteen bits; the upper half is zero.
        vacant as u16
    }

    #[inline(always)]
    fn highest(self) -> u16 {
        // SAFETY: SSE2 is part of x86-64.
        let highest = unsafe { _mm_movemask_epi8(self.0) };
        // As above.
        highest as u16
    }
}
