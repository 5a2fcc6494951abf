//! The first pass over a log: where may one of several hundred keywords start?
//!
//! [`scan`] reads the input once and calls back for every position whose next four bytes may
//! begin a keyword. The caller checks those few places exactly; all other text costs this pass
//! alone. It goes by the name of Teddy: four bytes are looked up, half by half and sixteen
//! windows at a time, in tables of 16 buckets ([`Masks`]), and a window passes when some bucket
//! has all four. A [`Fingerprint`] says which four bytes to look for, each of a [`ByteSet`].
//!
//! # Promise
//! No false negative: every position whose four bytes fit a fingerprint is reported, in rising
//! order, each once. Which others are reported depends on the masks alone: the vector scans and
//! the [`scalar`] one find the same, on every machine.
//!
//! # Why it holds
//! [`Masks::matches`] defines what passes, and tables only ever gain bits. Property tests compare
//! each scan with it.
//!
//! # Hazard
//! A window is four whole bytes. The last three positions of a chunk are not looked at: carry
//! them over into the next chunk, and look for short keywords there by other means at the end of
//! the input. And a hit is no more than a hint: check it.
//!
//! # Speed
//! With the built-in detectors in the tables, 26 positions of each KiB of a mixed log and 17 of
//! environments pass where the buckets were tuned to such logs. With 30 to 50, over 64 KiB chunks on one core of a busy AMD EPYC, the scan reads about 2.3 GB/s natively
//! and 1.4 in a WebAssembly sandbox; the scalar scan 0.7 and 0.5.
//!
//! # Example
//! ```
//! use hushgate_prefilter::{Fingerprint, Masks, scan};
//!
//! let masks = Masks::build(&[Fingerprint::literal(b"exf_"), Fingerprint::literal(b"sk-l")]);
//! let log = b"GET /?key=sk-live 200 exf_4711";
//! let mut hits = Vec::new();
//! scan(&masks, log, 0, |position| hits.push(position));
//! assert_eq!(hits, [10, 22]);
//! ```

#![deny(unsafe_code)]

/// Calls a pass in the form that serves this machine best: with vectors where it has them, and by
/// its scalar form elsewhere.
macro_rules! with_vectors {
    ($pass:ident($($argument:expr),*)) => {{
        #[cfg(target_arch = "x86_64")]
        {
            if $crate::simd::x86_64::is_available() {
                #[expect(unsafe_code, reason = "the call is sound just here")]
                // SAFETY: the processor was asked in the line above.
                unsafe {
                    $crate::simd::x86_64::$pass($($argument),*);
                }
            } else {
                $crate::scalar::$pass($($argument),*);
            }
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        $crate::simd::wasm32::$pass($($argument),*);
        #[cfg(not(any(
            target_arch = "x86_64",
            all(target_arch = "wasm32", target_feature = "simd128")
        )))]
        $crate::scalar::$pass($($argument),*);
    }};
}
use with_vectors;

mod buckets;
mod class;
mod cost;
mod encoding;
mod fingerprint;
mod grams;
mod group;
mod masks;
mod places;
pub mod scalar;
mod set;
#[cfg(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
))]
#[expect(
    unsafe_code,
    reason = "vector instructions; every block says why it is sound"
)]
mod simd;
mod tune;

pub use buckets::Buckets;
pub use class::Class;
pub use encoding::{ENCODED, GROUPS, Marks, PAIRS, encodings};
pub use fingerprint::{Fingerprint, WIDTH};
pub use grams::{Grams, STRIDE};
pub use masks::{Masks, Tables};
pub use places::{Places, SPAN};
pub use set::ByteSet;
pub use tune::tune;

/// Calls `hit(position)` in rising order for every position with `from <= position` and
/// `position + 4 <= haystack.len()` whose four bytes the masks let through.
///
/// Nothing in front of `from` is looked at.
///
/// # Example
/// ```
/// use hushgate_prefilter::{Fingerprint, Masks, scan};
///
/// let masks = Masks::build(&[Fingerprint::literal(b"exf_")]);
/// let mut hits = Vec::new();
/// scan(&masks, b"exf_ exf_ exf", 1, |position| hits.push(position));
/// assert_eq!(hits, [5]);
/// ```
#[inline]
pub fn scan<F: FnMut(usize)>(masks: &Masks, haystack: &[u8], from: usize, mut hit: F) {
    words(masks, haystack, from, |mut found, position| {
        while found != 0 {
            hit(position + found.trailing_zeros() as usize);
            found &= found - 1;
        }
    });
}

/// Puts all positions that [`scan`] would call back for into `places`, in place of what was there;
/// of a long haystack, those of the first [`SPAN`] positions from `from` on.
///
/// It is faster than a call for each where many pass by chance: what comes next can be done for all
/// of them, without a branch that no processor foresees.
///
/// ```
/// use hushgate_prefilter::{Fingerprint, Masks, Places, gather};
///
/// let masks = Masks::build(&[Fingerprint::literal(b"exf_")]);
/// let mut places = Places::default();
/// gather(&masks, b"exf_ exf_ exf", 1, &mut places);
/// assert!(places.iter().eq([5]));
/// ```
#[inline]
pub fn gather(masks: &Masks, haystack: &[u8], from: usize, places: &mut Places) {
    let end = from.saturating_add(SPAN + WIDTH - 1).min(haystack.len());
    let haystack = haystack.get(..end).unwrap_or_default();
    places.restart(from);
    words(masks, haystack, from, |found, position| {
        places.add(found, position);
    });
}

/// Calls `word` with a bit for each of 64 positions or fewer, the lowest for the position that
/// comes with it; rising. Perhaps none passes: whether one does is mostly chance, and not worth a branch.
#[inline]
fn words<F: FnMut(u64, usize)>(masks: &Masks, haystack: &[u8], from: usize, word: F) {
    with_vectors!(words(masks, haystack, from, word));
}
