//! How many bytes and neighbours of each kind a value has.
//!
//! # Why it is one number
//! The counts lie side by side in 64 bits, so that a byte adds to all of them at once, and those of a
//! value are the difference of two sums: values behind names that stand close together overlap, and the
//! bytes that they have in common are counted once.
//!
//! # Invariant
//! A difference is right if none of its counts has more than [`BITS`]. At most
//! [`NAMED_WINDOW`](hushgate_detector::table::NAMED_WINDOW) bytes of a value are counted.

use std::ops::Sub;

use hushgate_detector::table::NAMED_WINDOW;

use super::words::{self, Pairs};

/// Bits of each count.
const BITS: u32 = 9;
const _: () = assert!(NAMED_WINDOW < 1 << BITS);

const DIGITS: u64 = 1;
const LETTERS: u64 = DIGITS << BITS;
/// What is neither and joins no words.
const SYMBOLS: u64 = LETTERS << BITS;
/// What only base64 has beside them.
const DENSE: u64 = SYMBOLS << BITS;
/// Where letters and digits, or small and capital letters, take turns. In a name they do where a word
/// ends; in what is random, at every other place.
const TURNS: u64 = DENSE << BITS;
/// Pairs of letters.
const PAIRS: u64 = TURNS << BITS;
/// Those that words consist of.
const USUAL: u64 = PAIRS << BITS;

/// What each byte adds.
static BYTES: [u64; 256] = {
    let mut bytes = [0; 256];
    let mut rest: &mut [u64] = &mut bytes;
    let mut byte = 0_u8;
    while let Some((sum, others)) = rest.split_first_mut() {
        *sum = of_byte(byte);
        byte = byte.wrapping_add(1);
        rest = others;
    }
    bytes
};

const fn of_byte(byte: u8) -> u64 {
    let symbol = !matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'=' | b',');
    let dense = matches!(byte, b'+' | b'/' | b'=');
    match byte {
        b'0'..=b'9' => DIGITS,
        b'a'..=b'z' | b'A'..=b'Z' => LETTERS,
        _ => SYMBOLS * symbol as u64 + DENSE * dense as u64,
    }
}

/// What two neighbours add, but for whether words consist of them, by the kinds of both: four for each
/// kind of the first.
#[rustfmt::skip]
static KINDS: [u64; 16] = [
    0, 0, 0, 0,
    0, 0, TURNS, TURNS,
    // A capital letter behind a small one begins a word; a small one behind a capital one is no turn.
    0, TURNS, PAIRS, TURNS,
    0, TURNS, PAIRS, PAIRS,
];

const fn kind(byte: u8) -> usize {
    match byte {
        b'0'..=b'9' => 1,
        b'a'..=b'z' => 2,
        b'A'..=b'Z' => 3,
        _ => 0,
    }
}

/// The kind of each byte.
static KIND: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut rest: &mut [u8] = &mut kinds;
    let mut byte = 0_u8;
    while let Some((it, others)) = rest.split_first_mut() {
        *it = kind(byte) as u8;
        byte = byte.wrapping_add(1);
        rest = others;
    }
    kinds
};

/// The counts of a value, or of all bytes up to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts(u64);

/// Counts byte by byte.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counter {
    sum: Counts,
    /// The kind of the last byte, four times, and how words go on behind it.
    kind: u8,
    row: u32,
}

impl Counter {
    /// One that has counted so much up to this byte.
    pub(super) fn behind(before: Option<u8>, sum: Counts) -> Self {
        let byte = before.map_or(0, usize::from);
        Self {
            sum,
            kind: 4 * KIND.get(byte).copied().unwrap_or(0),
            row: words::row(before.unwrap_or(0)),
        }
    }

    /// Counts a byte, and it and the last one as neighbours; what all come to.
    #[inline]
    pub(super) fn count(&mut self, byte: u8) -> Counts {
        let at = usize::from(byte);
        let kind = KIND.get(at).copied().unwrap_or(0);
        let pair = KINDS.get(usize::from((self.kind | kind) & 15));
        let pair = pair.copied().unwrap_or(0);
        let usual = u64::from(self.row >> (byte & 31)) & (pair / PAIRS) & 1;
        let alone = BYTES.get(at).copied().unwrap_or(0);
        self.sum.0 = self.sum.0.wrapping_add(alone + pair + USUAL * usual);
        (self.kind, self.row) = (4 * kind, words::row(byte));
        self.sum
    }
}

impl Counts {
    /// Those of a value.
    pub(super) fn of(value: &[u8]) -> Self {
        let mut counter = Counter::behind(None, Self::default());
        let last = value.iter().map(|&byte| counter.count(byte)).last();
        last.unwrap_or_default()
    }

    /// What a byte adds as a neighbour of the one in front.
    pub(super) fn of_pair(one: u8, other: u8) -> Self {
        let mut counter = Counter::behind(Some(one), Self::default());
        let alone = BYTES.get(usize::from(other)).copied().unwrap_or(0);
        counter.count(other) - Self(alone)
    }

    const fn count(self, of: u64) -> usize {
        ((self.0 / of) & ((1 << BITS) - 1)) as usize
    }

    pub(super) const fn digits(self) -> usize {
        self.count(DIGITS)
    }

    pub(super) const fn letters(self) -> usize {
        self.count(LETTERS)
    }

    /// Bytes that are neither, and join no words.
    pub(super) const fn symbols(self) -> usize {
        self.count(SYMBOLS)
    }

    /// Bytes that only base64 has beside letters and digits.
    pub(super) const fn dense(self) -> usize {
        self.count(DENSE)
    }

    pub(super) const fn turns(self) -> usize {
        self.count(TURNS)
    }

    pub(super) const fn pairs(self) -> Pairs {
        Pairs {
            usual: self.count(USUAL),
            all: self.count(PAIRS),
        }
    }
}

impl Sub for Counts {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.wrapping_sub(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_counted() {
        let counts = Counts::of(b"ab1Cd-E+/_%9");
        assert_eq!((counts.digits(), counts.letters()), (2, 5));
        assert_eq!((counts.symbols(), counts.dense()), (2, 2));
        assert_eq!(counts.turns(), 2);
        let pairs = Pairs { usual: 1, all: 2 };
        assert_eq!(counts.pairs(), pairs);
    }

    #[test]
    fn a_window_of_one_kind_fits() {
        let most = NAMED_WINDOW as usize;
        for byte in [b'e', b'7', b'+', b'%'] {
            let counts = Counts::of(&vec![byte; most]);
            let all = counts.digits() + counts.letters() + counts.symbols();
            assert_eq!(all, most, "{byte}");
        }
        let counts = Counts::of(&b"a1".repeat(most / 2));
        assert_eq!(counts.turns(), most - 1);
    }
}
