//! Whether what was matched is a placeholder: written where a credential would stand, and never drawn.
//!
//! # Promise
//! Of credentials whose characters are drawn evenly out of 16 or more, or out of the ten digits, less
//! than one in 10⁹ is taken for a placeholder.
//!
//! # Why it holds
//! Only what cannot be chance counts, and each of the bounds is computed in the tests. Letters and
//! digits are told apart, but not upper from lower case: that makes the symbols of an even alphabet
//! no likelier than one in 16, or in ten. Other signs are passed over, and so are the steps of a
//! pattern that leave less than 16 bytes to choose from: prefixes, numbers, separators. What may go over
//! several lines, as a private key does, is longer than any head and no draw: it is not judged.
//!
//! # Hazard
//! What is judged must not depend on what follows it, or redacting again could find what was
//! refused before, because a label stands behind it now. So only the bytes that have to come are
//! judged (the *head*), once, when the last of them is there.

use hushgate_detector::table::{Step, Table};

/// Of how many bytes a step's set is that is taken to be random.
const RANDOM: usize = 16;

/// Letters of either case, and digits.
const SYMBOLS: usize = 36;

/// How long a body of one, two, up to four different symbols is, at least, that is no chance. Five
/// and more are what people write who mean a credential.
const FEW: [usize; 4] = [9, 13, 17, 21];
const FEW_DIGITS: [usize; 4] = [11, 16, 22, 29];

/// How long one is of which a single symbol takes more than half.
const FLAT: usize = 36;
const FLAT_DIGITS: usize = 60;

/// How long one is in which three of four symbols repeat the one in front or go on from it.
const SERIES: usize = 24;
const SERIES_DIGITS: usize = 36;

/// Whether the first bytes of a match of these steps, all that have to come, are a placeholder.
pub(crate) fn is_placeholder(table: &Table, steps: &[Step], head: &[u8]) -> bool {
    let mut body = Body::default();
    let random = match cfg!(sabotage = "number-counts-as-drawn") {
        true => 2,
        false => RANDOM,
    };
    let mut rest = head;
    for step in steps {
        let set = table.set(step.set);
        let room = usize::try_from(step.max).unwrap_or(usize::MAX);
        let run = rest.iter().take(room);
        let taken = run.take_while(|&&byte| set.contains(byte)).count();
        let (run, behind) = rest.split_at_checked(taken).unwrap_or((rest, &[]));
        if set.len() >= random && !set.contains(b'\n') {
            run.iter().for_each(|&byte| body.add(byte));
        }
        rest = behind;
    }
    body.is_no_chance()
}

/// What is counted of the letters and digits of a match.
#[derive(Debug)]
struct Body {
    length: usize,
    counts: [usize; SYMBOLS],
    /// How many repeat the one in front or go on from it.
    series: usize,
    last: Option<usize>,
}

impl Default for Body {
    fn default() -> Self {
        Self {
            length: 0,
            counts: [0; SYMBOLS],
            series: 0,
            last: None,
        }
    }
}

impl Body {
    fn add(&mut self, byte: u8) {
        let Some(symbol) = symbol(byte) else {
            return;
        };
        if let Some(count) = self.counts.get_mut(symbol) {
            *count += 1;
        }
        self.length += 1;
        let goes_on = |last| symbol == last || symbol == last + 1;
        self.series += usize::from(self.last.is_some_and(goes_on));
        self.last = Some(symbol);
    }

    fn is_no_chance(&self) -> bool {
        let different = self.counts.iter().filter(|&&count| count > 0).count();
        let (_, letters) = self.counts.split_at_checked(10).unwrap_or_default();
        let (few, flat, series) = if letters.iter().all(|&count| count == 0) {
            (FEW_DIGITS, FLAT_DIGITS, SERIES_DIGITS)
        } else {
            (FEW, FLAT, SERIES)
        };
        let few = different.checked_sub(1).and_then(|at| few.get(at));
        let most = self.counts.iter().max().copied().unwrap_or(0);
        few.is_some_and(|&least| self.length >= least)
            || self.length >= flat && 2 * most > self.length
            || self.length >= series && 4 * self.series >= 3 * (self.length - 1)
    }
}

/// The number of a letter or digit, as in base 36.
fn symbol(byte: u8) -> Option<usize> {
    char::from(byte).to_digit(36)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_no_chance(text: &str) -> bool {
        let mut body = Body::default();
        text.bytes().for_each(|byte| body.add(byte));
        body.is_no_chance()
    }

    #[test]
    fn what_is_a_placeholder() {
        for text in [
            "xxxxxxxxx",
            "XXXX-XXXX-XXXX",
            "Xx_xX-XxXxX",
            "00000000000",
            "0a0a0a0a0a0a0",
            "deafdeafdeafdeafdeafd",
            "1231231231231231231231",
            "abcdefghijklmnopqrstuvwxyz",
            "0123456789abcdef01234567",
            "aBcDeFgHiJkLmNoP1234567890",
            "111122223333444455556666777788889999",
            "xxxxxxxxxxxxxxxx_your_token_here_xxxxxxxx",
        ] {
            assert!(is_no_chance(text), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "xxxxxxxx",
            "0000000000",
            "0a0a0a0a0a0a",
            "deafdeafdeafdeafdeaf",
            "abcdefghijklmnopqrstuvw",
            "cafebabecafebabecafebabecafebabe",
            "EXAMPLEonlyEXAMPLEonlyEXAMPLEonly000",
            "d34db33fd34db33fd34db33fd34db33f",
            "________________________",
            "7fe3a0c4b1d9e8527fe3a0c4b1d9e852",
        ] {
            assert!(!is_no_chance(text), "{text}");
        }
    }

    /// `from` over `of`.
    fn choose(from: u32, of: u32) -> f64 {
        (0..of).fold(1.0, |all, at| {
            all * f64::from(from - at) / f64::from(at + 1)
        })
    }

    /// The chance of at least `least` hits in `tries` of which each hits with the chance `each`.
    fn tail(tries: u32, least: u32, each: f64) -> f64 {
        let exactly = |hits| {
            let (hits, misses): (u32, u32) = (hits, tries - hits);
            choose(tries, hits) * each.powf(hits.into()) * (1.0 - each).powf(misses.into())
        };
        (least..=tries).map(exactly).sum()
    }

    /// Whatever the length and the case, all kinds of chance together: fewer symbols than others,
    /// one too many, too many neighbours.
    #[test]
    fn less_than_one_in_a_thousand_million_is_refused() {
        // How many symbols, how likely the likeliest is, how many there are of those.
        let alphabets = [
            (10, 0.1),
            (16, 1.0 / 16.0),
            (26, 1.0 / 26.0),
            (32, 1.0 / 32.0),
            (36, 1.0 / 36.0),
            (36, 2.0 / 62.0),
        ];
        for (symbols, each) in alphabets {
            let (few, flat, series) = match symbols {
                10 => (FEW_DIGITS, FLAT_DIGITS, SERIES_DIGITS),
                _ => (FEW, FLAT, SERIES),
            };
            for length in 1..600 {
                let tries = f64::from(length);
                let few = (1..)
                    .zip(few)
                    .filter(|&(_, least)| length as usize >= least);
                let few = few.map(|(different, _)| {
                    choose(symbols, different) * (f64::from(different) * each).powf(tries)
                });
                let mut chance: f64 = few.sum();
                if length as usize >= flat {
                    chance += f64::from(symbols) * tail(length, length / 2 + 1, each);
                }
                if length as usize >= series {
                    chance += tail(length - 1, (3 * (length - 1)).div_ceil(4), 2.0 * each);
                }
                assert!(chance < 1e-9, "{symbols} {length}: {chance:e}");
            }
        }
    }
}
