//! The first pass for very many long literals: windows at every fourth position.
//!
//! Tables of nibbles let everything pass once some hundred literals are in them. A literal of
//! `WIDTH + 3` bytes, however, has a whole window of `WIDTH` bytes at one of four neighbouring
//! positions, and every fourth position of the input is one of them, wherever the literal stands.
//! So its first four windows are put into a Bloom filter, and a quarter of the positions is looked
//! up there: one load of eight bytes of the filter for four bytes of text.
//!
//! # Promise
//! No false negative: of the positions that are looked at, each whose window was added is
//! reported, in rising order, each once.
//!
//! # Hazard
//! A report is a hint. With 16 bits of the filter to a window, about one in a hundred windows
//! passes by chance; with 32, one in four hundred.

use core::ops::Range;

/// Distance of the positions that are looked at.
pub const STRIDE: usize = 4;

/// Positions looked up before the results are tested together.
const ROUND: usize = 8;

/// A Bloom filter over windows of up to eight bytes.
///
/// # Example
/// ```
/// use hushgate_prefilter::{Grams, STRIDE};
///
/// let secret = b"correct-horse-battery";
/// let mut grams = Grams::with_room_for(STRIDE);
/// for window in secret.windows(8).take(STRIDE) {
///     grams.add(window);
/// }
/// let log = b"login with correct-horse-battery ok";
/// let mut hits = Vec::new();
/// grams.scan::<8>(log, 0..log.len(), |position| hits.push(position));
/// assert_eq!(hits, [12]); // The window `orrect-h`.
/// ```
#[derive(Clone)]
pub struct Grams {
    words: Words,
    room: usize,
}

/// The words of a filter. Their number is part of the type, so that no look-up checks a bound.
#[derive(Clone)]
enum Words {
    /// Fits into the nearest cache.
    Small(Box<[u64; SMALL]>),
    /// Fits into the second cache.
    Medium(Box<[u64; MEDIUM]>),
    Large(Box<[u64; LARGE]>),
}

const SMALL: usize = 1 << 11;
const MEDIUM: usize = 1 << 15;
const LARGE: usize = 1 << 17;

impl Grams {
    /// An empty filter that stays selective up to this number of windows, or one of the greatest
    /// size there is.
    #[must_use]
    pub fn with_room_for(windows: usize) -> Self {
        // Two windows to a word; four where the filter outgrows the second cache.
        let (words, room) = if windows <= 2 * SMALL {
            (Words::Small(zeros()), 2 * SMALL)
        } else if windows <= 2 * MEDIUM {
            (Words::Medium(zeros()), 2 * MEDIUM)
        } else {
            (Words::Large(zeros()), 4 * LARGE)
        };
        Self { words, room }
    }

    /// How many windows it can hold and stay selective. One of the greatest size has room for
    /// all: it only becomes less selective.
    #[must_use]
    pub const fn room(&self) -> usize {
        match self.words {
            Words::Large(_) => usize::MAX,
            _ => self.room,
        }
    }

    /// Adds a window of four or eight bytes; of a longer one, the first eight count.
    pub fn add(&mut self, window: &[u8]) {
        let window = number(window);
        match &mut self.words {
            Words::Small(words) => add(words, window),
            Words::Medium(words) => add(words, window),
            Words::Large(words) => add(words, window),
        }
    }

    /// Whether the window may have been added.
    #[inline]
    #[must_use]
    pub fn contains(&self, window: &[u8]) -> bool {
        let window = number(window);
        let bits = match &self.words {
            Words::Small(words) => bits(words, window),
            Words::Medium(words) => bits(words, window),
            Words::Large(words) => bits(words, window),
        };
        bits & 1 != 0
    }

    /// Calls `hit` in rising order for every fourth position from the start of `range` on whose
    /// `WIDTH` bytes, four or eight, may have been added. `range` bounds the positions; a window
    /// may end behind it.
    #[inline]
    pub fn scan<const WIDTH: usize>(
        &self,
        haystack: &[u8],
        range: Range<usize>,
        hit: impl FnMut(usize),
    ) {
        match &self.words {
            Words::Small(words) => scan::<WIDTH, _>(words, haystack, range, hit),
            Words::Medium(words) => scan::<WIDTH, _>(words, haystack, range, hit),
            Words::Large(words) => scan::<WIDTH, _>(words, haystack, range, hit),
        }
    }
}

/// That many zeros, made where they will lie.
fn zeros<const WORDS: usize>() -> Box<[u64; WORDS]> {
    let zeros = vec![0; WORDS].into_boxed_slice().try_into();
    zeros.unwrap_or_else(|_| Box::new([0; WORDS]))
}

fn scan<const WIDTH: usize, const WORDS: usize>(
    words: &[u64; WORDS],
    haystack: &[u8],
    range: Range<usize>,
    mut hit: impl FnMut(usize),
) {
    const { assert!(WIDTH == 4 || WIDTH == 8) }
    let last = (haystack.len() + 1).saturating_sub(WIDTH).min(range.end);
    let mut position = range.start;
    while position < last {
        let rest = haystack.get(position..).unwrap_or_default();
        if position + ROUND * STRIDE <= last
            && let Some(round) = rest.first_chunk::<{ ROUND * STRIDE + 8 - STRIDE }>()
        {
            // Nearly always nothing passes, and one test tells.
            let any = windows::<WIDTH>(round)
                .into_iter()
                .fold(0, |any, window| any | bits(words, window));
            if any & 1 != 0 {
                let mut passed = passed::<WIDTH, _>(words, round);
                while passed != 0 {
                    hit(position + STRIDE * passed.trailing_zeros() as usize);
                    passed &= passed - 1;
                }
            }
            position += ROUND * STRIDE;
        } else {
            if bits(words, number(rest.get(..WIDTH).unwrap_or_default())) & 1 != 0 {
                hit(position);
            }
            position += STRIDE;
        }
    }
}

/// A bit for each window of a round that passes. Apart from the loop, which would otherwise keep
/// all that this needs.
#[cold]
#[inline(never)]
fn passed<const WIDTH: usize, const WORDS: usize>(
    words: &[u64; WORDS],
    round: &[u8; ROUND * STRIDE + 8 - STRIDE],
) -> u64 {
    let windows = windows::<WIDTH>(round).into_iter();
    windows
        .rev()
        .fold(0, |passed, window| passed << 1 | (bits(words, window) & 1))
}

/// Notes a window. Both its bits lie in one word, so that one load tells.
#[expect(
    clippy::indexing_slicing,
    reason = "a place is below the number of words"
)]
fn add<const WORDS: usize>(words: &mut [u64; WORDS], window: u64) {
    let hash = hash(window);
    words[place::<WORDS>(hash)] |= 1 << ((hash >> 28) & 63) | 1 << ((hash >> 34) & 63);
}

/// The lowest bit says whether the window may have been added; the others say nothing.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "a place is below the number of words"
)]
fn bits<const WORDS: usize>(words: &[u64; WORDS], window: u64) -> u64 {
    let hash = hash(window);
    let word = words[place::<WORDS>(hash)];
    (word >> ((hash >> 28) & 63)) & (word >> ((hash >> 34) & 63))
}

/// The word of a window: the highest bits of its hash.
#[inline(always)]
const fn place<const WORDS: usize>(hash: u64) -> usize {
    const { assert!(WORDS.is_power_of_two()) }
    (hash >> (u64::BITS - WORDS.trailing_zeros())) as usize
}

/// Its highest bits choose a word, two times six others the bits in it.
#[inline(always)]
const fn hash(window: u64) -> u64 {
    window.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl core::fmt::Debug for Grams {
    /// The filter says something of registered values, so no bit of it is shown.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Grams")
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}

/// A window as a number, the first byte lowest.
#[inline(always)]
fn number(window: &[u8]) -> u64 {
    match window.first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => window
            .iter()
            .rev()
            .fold(0, |number, &byte| number << 8 | u64::from(byte)),
    }
}

/// The windows of one round.
#[inline(always)]
fn windows<const WIDTH: usize>(round: &[u8; ROUND * STRIDE + 8 - STRIDE]) -> [u64; ROUND] {
    core::array::from_fn(|index| {
        // All lengths are constants, so nothing of this is decided at run time.
        let rest = round.get(index * STRIDE..).unwrap_or_default();
        let eight = rest
            .first_chunk::<8>()
            .map_or(0, |eight| u64::from_le_bytes(*eight));
        if WIDTH == 4 {
            eight & u64::from(u32::MAX)
        } else {
            eight
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Grams, STRIDE};

    fn hits<const WIDTH: usize>(grams: &Grams, haystack: &[u8], from: usize) -> Vec<usize> {
        let mut hits = Vec::new();
        grams.scan::<WIDTH>(haystack, from..haystack.len(), |at| hits.push(at));
        hits
    }

    #[test]
    fn a_literal_is_found_wherever_it_stands() {
        let literal = b"hunter2-hunter2";
        let mut long = Grams::with_room_for(STRIDE);
        let mut short = Grams::with_room_for(STRIDE);
        for at in 0..STRIDE {
            long.add(&literal[at..at + 8]);
            short.add(&literal[at..at + 4]);
        }
        for length in [11, 15, 40, 100, 300] {
            for at in 0..=length - 11 {
                let mut haystack = vec![b'.'; length];
                let end = (at + literal.len()).min(length);
                haystack[at..end].copy_from_slice(&literal[..end - at]);
                let near = |hits: &[usize]| hits.iter().any(|hit| (at..at + STRIDE).contains(hit));
                assert!(near(&hits::<8>(&long, &haystack, 0)), "{length} {at}");
                assert!(near(&hits::<4>(&short, &haystack, 0)), "{length} {at}");
            }
        }
    }

    #[test]
    fn only_every_fourth_position_is_looked_at() {
        let mut grams = Grams::with_room_for(1);
        grams.add(b"abcd");
        let haystack = b"abcdabcdabcdabcd".repeat(8);
        for from in 0..=4 {
            let expected: Vec<usize> = (0..haystack.len())
                .step_by(4)
                .filter(|at| from % 4 == 0 && *at >= from)
                .collect();
            assert_eq!(hits::<4>(&grams, &haystack, from), expected);
        }
        let mut some = Vec::new();
        grams.scan::<4>(&haystack, 4..12, |at| some.push(at));
        assert_eq!(some, [4, 8]);
    }

    #[test]
    fn little_passes_by_chance() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            (state >> 16).to_le_bytes()
        };
        let mut grams = Grams::with_room_for(40_000);
        for _ in 0..40_000 {
            grams.add(&next());
        }
        let passed = (0..10_000).filter(|_| grams.contains(&next())).count();
        assert!(passed < 200, "{passed} of 10,000");
    }

    #[test]
    fn debug_tells_no_byte() {
        let mut grams = Grams::with_room_for(1);
        grams.add(b"hunter2-");
        assert_eq!(format!("{grams:?}"), "Grams { room: 4096, .. }");
    }
}
