//! What encoded text says.
//!
//! # Invariant
//! The decoded beginning of a run is the beginning of what is decoded of all of it, so whoever finds
//! something in a part finds it in the whole.
//!
//! # Hazard
//! What is decoded may be a credential: it is wiped when dropped.

use std::ops::Range;

use hushgate_prefilter::{GROUPS, Marks, PAIRS, encodings};
use zeroize::Zeroizing;

/// What something says.
pub(super) type Decoded = Zeroizing<Vec<u8>>;

/// In how many ways a run is decoded at most.
const WAYS: usize = 2;

/// Stands for a byte that is no digit.
const NONE: u8 = 0xff;

/// The number that each byte stands for in base64, in either alphabet.
#[expect(clippy::indexing_slicing, reason = "evaluated at build time")]
const SEXTETS: [u8; 256] = {
    let mut table = digits(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

/// The number that each byte stands for in hexadecimal.
#[expect(clippy::indexing_slicing, reason = "evaluated at build time")]
const NIBBLES: [u8; 256] = {
    let (lower, mut table) = (digits(b"0123456789abcdef"), digits(b"0123456789ABCDEF"));
    let mut byte = b'a' as usize;
    while byte <= b'f' as usize {
        table[byte] = lower[byte];
        byte += 1;
    }
    table
};

#[expect(clippy::indexing_slicing, reason = "evaluated at build time")]
const fn digits(alphabet: &[u8]) -> [u8; 256] {
    let mut table = [NONE; 256];
    let mut number = 0;
    while number < alphabet.len() {
        table[alphabet[number] as usize] = number as u8;
        number += 1;
    }
    table
}

#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
const fn of(table: &[u8; 256], byte: u8) -> u8 {
    table[byte as usize]
}

/// The first digits of a group of base64 whose bytes are ASCII: bit 5 of the first is zero, bit 3 of
/// the second, bit 1 of the third. A bit for each of the three.
const PLAIN: [u8; 256] = {
    let mut plain = [0; 256];
    let mut byte = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated at build time")]
    while byte < 256 {
        let number = SEXTETS[byte];
        plain[byte] = (number & 32 == 0) as u8
            | ((number & 8 == 0) as u8) << 1
            | ((number & 2 == 0) as u8) << 2;
        byte += 1;
    }
    plain
};

/// Whether at `place`, which [`encodings`] reported, as many groups of base64 say ASCII as it asks for.
#[inline]
fn says_in_base64(text: &[u8], place: usize) -> bool {
    let says = |[a, b, c, _]: &[u8; 4]| {
        of(&PLAIN, *a) & of(&PLAIN, *b) >> 1 & of(&PLAIN, *c) >> 2 & 1 == 1
    };
    let whole = place
        .checked_sub(BEHIND_GROUPS)
        .and_then(|from| text.get(from..place + 2));
    let (groups, last) = whole.unwrap_or_default().as_chunks::<4>();
    let &[a, b, c] = last else {
        return false;
    };
    says(&[a, b, c, 0])
        && groups
            .iter()
            .all(|group| says(group) && of(&SEXTETS, group[3]) != NONE)
}

/// Where a place of [`encodings`] lies in what says ASCII in base64.
const BEHIND_GROUPS: usize = 4 * (GROUPS - 1) + 1;

/// The same in hexadecimal.
const BEHIND_PAIRS: usize = 2 * (PAIRS - 1);

/// The same for hexadecimal.
#[inline]
fn says_in_hex(text: &[u8], place: usize) -> bool {
    let whole = place
        .checked_sub(BEHIND_PAIRS)
        .and_then(|from| text.get(from..place + 2));
    // Control bytes stand in no credential but a few of several lines.
    let says = |&[high, low]: &[u8; 2]| matches!(high, b'2'..=b'7') && of(&NIBBLES, low) != NONE;
    whole.is_some_and(|whole| whole.as_chunks().0.iter().all(says))
}

/// Whether what stands at a place that [`encodings`] reported, for which this bit of the marks stands,
/// may say something.
#[inline]
pub(super) fn may_say(text: &[u8], place: usize, marks: Marks, bit: usize) -> bool {
    let is = |kind: u64| kind >> bit & 1 == 1;
    is(marks.groups) && says_in_base64(text, place)
        || is(marks.pairs) && says_in_hex(text, place)
        || is(marks.percents) && text.get(place..).is_some_and(is_escape)
}

/// What a run may say in base64 or hexadecimal; mostly nothing.
pub(super) fn word(run: &[u8]) -> impl Iterator<Item = Word> + '_ {
    let ways = Ways::of(run);
    let offsets = ways.base64.into_iter().flatten();
    let texts = offsets.map(|offset| Word {
        text: base64(run.get(offset..).unwrap_or_default()),
        start: offset,
        rate: (4, 3),
    });
    let parts = ways.hex.into_iter().map(|part| Word {
        start: part.start,
        text: hex(run.get(part).unwrap_or_default()),
        rate: (2, 1),
    });
    texts.chain(parts)
}

/// What a word says.
pub(super) struct Word {
    pub(super) text: Decoded,
    /// Where in the word that begins.
    start: usize,
    /// How many bytes of the word say how many bytes.
    rate: (usize, usize),
}

impl Word {
    /// Where in the word the byte at an index of the text stands.
    pub(super) fn source(&self, index: usize) -> usize {
        self.start + index * self.rate.0 / self.rate.1
    }
}

/// In which ways a run may say something, each in the order in which the run shows it.
#[derive(Default)]
struct Ways {
    /// Offsets from which on groups of base64 say ASCII.
    base64: [Option<usize>; WAYS],
    /// Parts whose pairs of digits do.
    hex: Vec<Range<usize>>,
}

impl Ways {
    fn of(run: &[u8]) -> Self {
        /// The lowest of the bits that are left, and what is left then.
        const fn next(bits: &mut u64) -> Option<usize> {
            let place = bits.trailing_zeros();
            *bits &= bits.wrapping_sub(1);
            match place {
                u64::BITS => None,
                place => Some(place as usize),
            }
        }
        /// Every fourth bit.
        const FOURTH: u64 = 0x1111_1111_1111_1111;

        let mut ways = Self::default();
        // The digits of hexadecimal that were looked at last, and a bit for each offset in them.
        let (mut digits, mut known) = (0..0, 0_u8);
        encodings(run, 0, |marks, position| {
            // Blocks have 64 bytes, so groups lie in each as in the first.
            let mut groups = marks.groups;
            for offset in ways.base64.into_iter().flatten() {
                groups &= !(FOURTH << ((offset + BEHIND_GROUPS) % 4));
            }
            while let Some(place) = next(&mut groups)
                && let Some(free) = ways.base64.iter_mut().find(|way| way.is_none())
            {
                if says_in_base64(run, position + place) {
                    let offset = (place + 4 - BEHIND_GROUPS % 4) % 4;
                    *free = Some(offset);
                    groups &= !(FOURTH << (place % 4));
                }
            }
            let mut pairs = marks.pairs;
            while let Some(place) = next(&mut pairs) {
                let place = position + place;
                if place >= digits.end {
                    digits = digits_around(run, place);
                    known = 0;
                }
                let offset = place.saturating_sub(digits.start) % 2;
                if known >> offset & 1 == 0 && says_in_hex(run, place) {
                    known |= 1 << offset;
                    ways.hex.push(digits.start + offset..digits.end);
                }
            }
        });
        ways
    }
}

/// The digits of hexadecimal around a place.
fn digits_around(run: &[u8], place: usize) -> Range<usize> {
    let (front, rest) = run.split_at_checked(place).unwrap_or_default();
    let is_digit = |byte: &&u8| of(&NIBBLES, **byte) != NONE;
    let before = front.iter().rev().take_while(is_digit).count();
    place - before..place + rest.iter().take_while(is_digit).count()
}

/// What a word says.
fn base64(text: &[u8]) -> Decoded {
    let number = |group: &[u8]| {
        let digits = group.iter().map(|&byte| u32::from(of(&SEXTETS, byte)));
        digits.fold(0, |number, digit| number << 6 | digit)
    };
    let (groups, rest) = text.as_chunks::<4>();
    let mut out = Zeroizing::new(Vec::with_capacity(3 * groups.len() + 2));
    out.resize(3 * groups.len(), 0);
    for (group, to) in groups.iter().zip(out.as_chunks_mut().0) {
        let [_, bytes @ ..] = number(group).to_be_bytes();
        *to = bytes;
    }
    // Two numbers left over decide one byte, three decide two.
    let [a, b, ..] = (number(rest) << (32 - 6 * rest.len().max(1))).to_be_bytes();
    out.extend_from_slice(
        [a, b]
            .get(..rest.len().saturating_sub(1))
            .unwrap_or_default(),
    );
    out
}

fn hex(digits: &[u8]) -> Decoded {
    let (pairs, _) = digits.as_chunks::<2>();
    let bytes = pairs
        .iter()
        .map(|&[high, low]| of(&NIBBLES, high) << 4 | of(&NIBBLES, low) & 15);
    Zeroizing::new(bytes.collect())
}

/// Whether an escape of percent-encoding stands at the start of `text`.
fn is_escape(text: &[u8]) -> bool {
    matches!(text, &[b'%', high, low, ..] if of(&NIBBLES, high) != NONE && of(&NIBBLES, low) != NONE)
}

/// Percent-encoded text, and what it says.
pub(super) struct Percent {
    pub(super) text: Decoded,
    /// For each escape, where in the text its byte stands.
    escapes: Vec<usize>,
}

impl Percent {
    /// What a run says; nothing where it has no escape.
    pub(super) fn of(run: &[u8]) -> Option<Self> {
        run.contains(&b'%').then_some(())?;
        let mut decoded = Self {
            text: Zeroizing::new(Vec::with_capacity(run.len())),
            escapes: Vec::new(),
        };
        let mut rest = run;
        while let Some((&byte, behind)) = rest.split_first() {
            rest = behind;
            if byte != b'%' {
                decoded.text.push(byte);
                continue;
            }
            match behind {
                // What is cut short says nothing yet.
                [] | [_] => break,
                [high, low, behind @ ..] => {
                    let (high, low) = (of(&NIBBLES, *high), of(&NIBBLES, *low));
                    if high == NONE || low == NONE {
                        decoded.text.push(byte);
                    } else {
                        decoded.escapes.push(decoded.text.len());
                        decoded.text.push(high << 4 | low);
                        rest = behind;
                    }
                }
            }
        }
        (!decoded.escapes.is_empty()).then_some(decoded)
    }

    /// Where in the run the byte at an index of the text stands.
    pub(super) fn source(&self, index: usize) -> usize {
        index + 2 * self.escapes.partition_point(|&escape| escape < index)
    }

    /// Whether an escape stands in this part of the text, or right in front of it: elsewhere the text
    /// says what stands there.
    pub(super) fn is_escaped(&self, part: &Range<usize>) -> bool {
        let from = part.start.saturating_sub(1);
        let first = self.escapes.partition_point(|&escape| escape < from);
        self.escapes
            .get(first)
            .is_some_and(|&escape| escape < part.end)
    }
}

#[cfg(test)]
#[expect(
    clippy::string_slice,
    reason = "a test may stop at what it did not expect"
)]
mod tests {
    use super::*;

    fn said(run: &str) -> Vec<String> {
        let said = word(run.as_bytes());
        said.map(|it| it.text.escape_ascii().to_string()).collect()
    }

    #[test]
    fn what_words_say() {
        // Encoded by coreutils: `printf … | base64`, `xxd -p`.
        for (run, text) in [
            ("aGVyZSBpcyBhIGxvbmcgdGV4dA", "here is a long text"),
            ("aGVyZSBpcyBhIGxvbmcgdGV4dHM", "here is a long texts"),
            ("aGVyZSBpcyBhIGxvbmcgdGV4dHMu", "here is a long texts."),
            ("68657265206973206120746578742e", "here is a text."),
            ("68657265206973206120746578742E", "here is a text."),
        ] {
            assert_eq!(said(run), [text], "{run}");
            // Whatever stands in front: it belongs to another group.
            for before in ["/", "x/", "xy/", "xyz/"] {
                let found = said(&format!("{before}{run}"));
                assert!(found.iter().any(|it| it.ends_with(text)), "{before}{run}");
            }
        }
    }

    #[test]
    fn most_words_say_nothing() {
        for run in [
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "usr/lib/python3/dist-packages/requests/adapters",
            "kube-system/coredns-5d78c9869d-4xk9t",
            "component_engine_redact_machine_release",
        ] {
            assert_eq!(said(run), [""; 0], "{run}");
        }
    }

    #[test]
    fn a_part_says_a_part() {
        let run = "aGVyZSBpcyBhIGxvbmcgdGV4dCB3aXRoIDY4NjU3MjY1MjA2OTczMjA2MTIwNzQ2NTc4NzQyZQ";
        let whole = said(run);
        for end in 0..run.len() {
            for part in said(&run[..end]) {
                assert!(
                    whole.iter().any(|it| it.starts_with(&part)),
                    "{end}: {part}"
                );
            }
        }
        let run = "a%20b%2Fc%zz%41%4";
        for end in 0..=run.len() {
            let part = Percent::of(&run.as_bytes()[..end]).map(|it| it.text);
            let part = part.as_deref().map_or(&b""[..], |it| it);
            assert!(b"a b/c%zzA".starts_with(part), "{end}");
        }
    }

    #[test]
    fn escapes_are_told_from_what_stands_there() {
        let it = Percent::of(b"ab%20cd%2Fef").expect("escapes");
        assert_eq!(*it.text, b"ab cd/ef");
        for (part, escaped) in [
            (0..2, false),
            (0..3, true),
            (3..5, true),
            (4..5, false),
            (6..8, true),
            (7..8, false),
        ] {
            assert_eq!(it.is_escaped(&part), escaped, "{part:?}");
        }
        let places: Vec<usize> = (0..8).map(|index| it.source(index)).collect();
        assert_eq!(places, [0, 1, 2, 5, 6, 7, 10, 11]);
        assert!(Percent::of(b"100%").is_none());
        assert!(Percent::of(b"plain").is_none());
    }
}
