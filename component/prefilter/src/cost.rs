//! How often four bytes of an ordinary log would pass a bucket: an estimate to group by.
//!
//! # The model
//! A log is a mixture of kinds of text, and a window of four bytes usually lies in one of them.
//! Each kind gives every byte a weight; they add up to about [`SCALE`]. The estimate for a bucket
//! is the sum over the kinds of the product over the positions of the weights of all bytes that
//! pass there. One kind alone would take a run of four lower-case letters for as rare as four
//! letters scattered among digits, and would fill the buckets with the commonest English words.
//!
//! # Where the numbers come from
//! They are round figures by class of byte, with the usual order of letters in English for lower
//! case, and no statistics of any particular log. They need not be: they decide how many
//! candidates are checked in vain, never which are found.
//!
//! # Invariant
//! Everything is an integer, so that every machine groups alike. No byte weighs nothing, and an
//! estimate stays below 2^63.

use crate::fingerprint::WIDTH;

/// The number of kinds of text.
const KINDS: usize = 4;
/// What the weights of all bytes in one kind add up to, about. Four of them multiply to 56 bits,
/// which leaves six for the shares of the kinds.
const SCALE: u32 = 1 << 14;

/// A kind of text: how many of 1000 bytes are of which class.
struct Kind {
    /// How much of a log is of this kind, of 64.
    share: u64,
    /// Lower-case letters, as frequent as in English.
    english: u32,
    /// Lower-case letters, all as frequent.
    lower: u32,
    upper: u32,
    digits: u32,
    space: u32,
    /// The marks that the kind is full of, and how many there are of 1000.
    marks: (&'static [u8], u32),
}

const MIXTURE: [Kind; KINDS] = [
    // Prose, names, paths, field names.
    Kind {
        share: 34,
        english: 780,
        lower: 0,
        upper: 30,
        digits: 30,
        space: 90,
        marks: (b"_-./:,=\"", 70),
    },
    // Times, addresses, counts.
    Kind {
        share: 14,
        english: 0,
        lower: 50,
        upper: 20,
        digits: 640,
        space: 80,
        marks: (b".:-/,[]+\"", 210),
    },
    // Digests and other identifiers, hexadecimal or base64.
    Kind {
        share: 10,
        english: 0,
        lower: 400,
        upper: 180,
        digits: 360,
        space: 10,
        marks: (b"-_+/=", 50),
    },
    // Levels, methods, constants, and what lies between fields.
    Kind {
        share: 6,
        english: 80,
        lower: 0,
        upper: 450,
        digits: 70,
        space: 120,
        marks: (b"\"'{}[](),:;=<>|_-./", 280),
    },
];

/// How many of 1000 letters of English text are `a`, `b`, …
const ENGLISH: [u32; 26] = [
    82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 90, 28, 10, 24, 2,
    17, 2,
];

/// The weight of every byte in one kind of text.
#[expect(
    clippy::indexing_slicing,
    reason = "runs when the crate is compiled, and would fail there"
)]
const fn weights(kind: &Kind) -> [u32; 256] {
    // Control bytes and those outside ASCII are rare, and nothing is impossible.
    let mut weights = [1; 256];
    let mut index = 0;
    while index < 26 {
        let english = SCALE * kind.english / 1000 * ENGLISH[index] / 1000;
        weights[b'a' as usize + index] += english + SCALE * kind.lower / 1000 / 26;
        weights[b'A' as usize + index] += SCALE * kind.upper / 1000 / 26;
        index += 1;
    }
    index = 0;
    while index < 10 {
        weights[b'0' as usize + index] += SCALE * kind.digits / 1000 / 10;
        index += 1;
    }
    weights[b' ' as usize] += SCALE * kind.space / 1000;
    let (marks, share) = kind.marks;
    index = 0;
    while index < marks.len() {
        weights[marks[index] as usize] += SCALE * share / 1000 / marks.len() as u32;
        index += 1;
    }
    weights
}

/// Weights in all kinds of text.
type Mass = [u32; KINDS];

/// `SUMS[high][quarter][subset]`: the weights, added up, of the bytes whose [`upper`] bits are `high`
/// and whose low nibble is `4 * quarter + n` for a set bit `n` of `subset`.
static SUMS: [[[Mass; 16]; 4]; 16] = sums();

#[expect(
    clippy::indexing_slicing,
    reason = "runs when the crate is compiled, and would fail there"
)]
const fn sums() -> [[[Mass; 16]; 4]; 16] {
    let mut sums = [[[[0; KINDS]; 16]; 4]; 16];
    let mut kind = 0;
    while kind < KINDS {
        let weights = weights(&MIXTURE[kind]);
        let mut byte = 0;
        while byte < 256 {
            let (quarter, bit) = ((byte >> 2) & 3, byte & 3);
            let high = upper(byte as u8) as usize;
            let mut subset = 0;
            while subset < 16 {
                sums[high][quarter][subset][kind] += weights[byte] * ((subset as u32 >> bit) & 1);
                subset += 1;
            }
            byte += 1;
        }
        kind += 1;
    }
    sums
}

/// The second of the two numbers that a byte is looked up by: bits 3 to 6.
///
/// Bit 3 is in the low nibble too. So pairs of numbers that contradict each other belong to no byte, and
/// a bucket passes fewer mixtures of its bytes than with the high nibble. What that leaves out, bit 7, is
/// zero in most of a log.
pub(crate) const fn upper(byte: u8) -> u8 {
    (byte >> 3) & 15
}

/// The nibbles that a bucket has, a bit per nibble, for each position.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nibbles {
    pub(crate) low: [u16; WIDTH],
    pub(crate) high: [u16; WIDTH],
}

impl Nibbles {
    /// Nothing passes.
    pub(crate) const EMPTY: Self = Self {
        low: [0; WIDTH],
        high: [0; WIDTH],
    };

    /// The nibbles of either.
    pub(crate) fn union(&self, other: &Self) -> Self {
        let or = |ours: [u16; WIDTH], theirs: [u16; WIDTH]| {
            let ([a, b, c, d], [e, f, g, h]) = (ours, theirs);
            [a | e, b | f, c | g, d | h]
        };
        Self {
            low: or(self.low, other.low),
            high: or(self.high, other.high),
        }
    }

    /// How often a window of an ordinary log passes, in parts of about 2^62.
    pub(crate) fn cost(&self) -> i64 {
        let mut product = [1_u64; KINDS];
        for (low, high) in self.low.into_iter().zip(self.high) {
            for (product, mass) in product.iter_mut().zip(mass(low, high)) {
                *product *= u64::from(mass);
            }
        }
        let shares = MIXTURE.each_ref().map(|kind| kind.share);
        let cost: u64 = product
            .into_iter()
            .zip(shares)
            .map(|(product, share)| product * share)
            .sum();
        cost.cast_signed()
    }
}

/// The weight of all bytes with these low and high nibbles.
#[expect(
    clippy::indexing_slicing,
    reason = "all indices are below 16 by their masks"
)]
fn mass(low: u16, high: u16) -> Mass {
    let mut sum = [0; KINDS];
    let mut rest = high;
    while rest != 0 {
        let [a, b, c, d] = &SUMS[(rest.trailing_zeros() & 15) as usize];
        for (quarter, shift) in [(a, 0), (b, 4), (c, 8), (d, 12)] {
            let addend = &quarter[usize::from((low >> shift) & 15)];
            for (sum, addend) in sum.iter_mut().zip(addend) {
                *sum += addend;
            }
        }
        rest &= rest - 1;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{KINDS, MIXTURE, Nibbles, SCALE, mass, upper, weights};
    use crate::Fingerprint;

    #[test]
    fn shares_are_whole() {
        assert_eq!(MIXTURE.iter().map(|kind| kind.share).sum::<u64>(), 64);
        for kind in &MIXTURE {
            let sum = kind.english + kind.lower + kind.upper + kind.digits + kind.space;
            assert_eq!(sum + kind.marks.1, 1000);
        }
        assert_eq!(super::ENGLISH.iter().sum::<u32>(), 1000);
    }

    #[test]
    fn mass_adds_up_the_weights() {
        let tables = MIXTURE.each_ref().map(weights);
        for (low, high) in [
            (0, 0),
            (1, 1),
            (0x8001, 0x0050),
            (0xffff, 0xffff),
            (0x1234, 0xfedc),
        ] {
            let mut expected = [0; KINDS];
            for byte in 0..256_usize {
                if (low >> (byte & 15)) & (high >> upper(byte as u8)) & 1 == 1 {
                    for (expected, table) in expected.iter_mut().zip(&tables) {
                        *expected += table[byte];
                    }
                }
            }
            assert_eq!(mass(low, high), expected);
        }
    }

    #[test]
    fn weights_add_up_to_the_scale() {
        for sum in mass(u16::MAX, u16::MAX) {
            assert!(sum <= SCALE + 256 && sum > SCALE * 98 / 100, "{sum}");
        }
    }

    #[test]
    fn estimates_do_not_overflow() {
        let all = Nibbles {
            low: [u16::MAX; 4],
            high: [u16::MAX; 4],
        };
        assert!(all.cost() > 1 << 61);
        assert_eq!(Nibbles::EMPTY.cost(), 0);
    }

    #[test]
    fn rarer_text_costs_less() {
        let cost = |bytes| Nibbles::of(&Fingerprint::literal(bytes)).cost();
        assert!(cost(b"ghp_") < cost(b"them"));
        assert!(cost(b"AKIA") < cost(b"2026"));
        assert!(cost(b"\0\xff\0\xff") < cost(b"AKIA"));
        assert!(cost(b"\0\xff\0\xff") > 0);
    }
}
