//! What a JSON string says, and where in its notation each part of that stands.
//!
//! # Invariant
//! Spans go from one side to the other outward: a span of either side that holds a part of an
//! escape, of a surrogate pair or of a UTF-8 sequence becomes one that holds all of it. So
//! what is cut out of a string leaves a string.

use std::ops::Range;

use zeroize::Zeroizing;

/// An escape, or a surrogate pair of two: the same character on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Escape {
    raw: usize,
    raw_end: usize,
    said: usize,
    said_end: usize,
}

/// A string's content in decoded form.
pub(super) struct Decoded {
    /// Offset of the content in its document.
    start: usize,
    text: Zeroizing<String>,
    escapes: Vec<Escape>,
}

/// Stands for a surrogate without its partner, as most readers have it.
const REPLACEMENT: char = '\u{fffd}';

impl Decoded {
    /// Decodes what stands between the quotes at `range`, which was walked.
    pub(super) fn of(document: &str, range: Range<usize>) -> Self {
        let start = range.start;
        let mut rest = document.get(range).unwrap_or_default();
        let mut decoded = Self {
            start,
            text: Zeroizing::new(String::with_capacity(rest.len())),
            escapes: Vec::new(),
        };
        let mut raw = start;
        while let Some(plain) = rest.find('\\') {
            let (before, escape) = rest.split_at_checked(plain).unwrap_or((rest, ""));
            decoded.text.push_str(before);
            raw += plain;
            let (character, length) = character(escape);
            let said = decoded.text.len();
            decoded.text.push(character);
            decoded.escapes.push(Escape {
                raw,
                raw_end: raw + length,
                said,
                said_end: decoded.text.len(),
            });
            raw += length;
            rest = escape.get(length..).unwrap_or_default();
        }
        decoded.text.push_str(rest);
        decoded
    }

    /// What the string says.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where in the document stands what is said at `said`.
    pub(super) fn raw(&self, said: Range<usize>) -> Range<usize> {
        let said = self.characters(said);
        let start = match self.escape_at(|escape| escape.said <= said.start) {
            Some(escape) if said.start < escape.said_end => escape.raw,
            Some(escape) => escape.raw_end + (said.start - escape.said_end),
            None => self.start + said.start,
        };
        let end = match self.escape_at(|escape| escape.said < said.end) {
            Some(escape) if said.end <= escape.said_end => escape.raw_end,
            Some(escape) => escape.raw_end + (said.end - escape.said_end),
            None => self.start + said.end,
        };
        start..end
    }

    /// What is said by the document's bytes at `raw`, as far as they lie in the string.
    pub(super) fn said(&self, raw: Range<usize>) -> Range<usize> {
        let start = match self.escape_at(|escape| escape.raw <= raw.start) {
            Some(escape) if raw.start < escape.raw_end => escape.said,
            Some(escape) => escape.said_end + (raw.start - escape.raw_end),
            None => raw.start.saturating_sub(self.start),
        };
        let end = match self.escape_at(|escape| escape.raw < raw.end) {
            Some(escape) if raw.end <= escape.raw_end => escape.said_end,
            Some(escape) => escape.said_end + (raw.end - escape.raw_end),
            None => raw.end.saturating_sub(self.start),
        };
        self.characters(start..end)
    }

    /// The same span, with whole characters.
    fn characters(&self, said: Range<usize>) -> Range<usize> {
        let end = said.end.min(self.text.len());
        let start = said.start.min(end);
        self.text.floor_char_boundary(start)..self.text.ceil_char_boundary(end)
    }

    /// The last escape that is `before` a place; escapes are in order on both sides.
    fn escape_at(&self, before: impl Fn(&Escape) -> bool) -> Option<Escape> {
        let behind = self.escapes.partition_point(before);
        self.escapes.get(behind.checked_sub(1)?).copied()
    }
}

/// The character that the escape at the beginning of `text` stands for, and its length.
fn character(text: &str) -> (char, usize) {
    let short = match text.as_bytes().get(1) {
        Some(b'u') => None,
        Some(b'b') => Some('\u{8}'),
        Some(b'f') => Some('\u{c}'),
        Some(b'n') => Some('\n'),
        Some(b'r') => Some('\r'),
        Some(b't') => Some('\t'),
        Some(&other) => Some(char::from(other)),
        None => Some('\\'),
    };
    if let Some(character) = short {
        return (character, text.len().min(2));
    }
    let first = unit(text).unwrap_or_default();
    if let Some(character) = char::from_u32(u32::from(first)) {
        return (character, text.len().min(6));
    }
    let second = text.get(6..).and_then(unit);
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    match pair {
        Some(character) if !cfg!(sabotage = "surrogate-pair-cut") => (character, 12),
        _ => (REPLACEMENT, text.len().min(6)),
    }
}

/// The unit of UTF-16 that `text` begins with as `\uXXXX`.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

/// `text` as it stands inside a JSON string. It holds labels, quotes and backslashes alone.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes `text` as if a quote stood in front of it.
    fn decoded(text: &str) -> Decoded {
        let document = format!("\"{text}\"");
        Decoded::of(&document, 1..document.len() - 1)
    }

    #[test]
    fn escapes_say_what_they_stand_for() {
        for (text, said) in [
            ("plain é😀", "plain é😀"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u0041\u00e9\u20AC", "Aé€"),
            (r"\ud83d\ude00 \uD83D\uDE00", "😀 😀"),
            (r"\ud83d", "\u{fffd}"),
            (r"\ud83dx", "\u{fffd}x"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\ude00\ud83d", "\u{fffd}\u{fffd}"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\u0000", "\0"),
            (r"a\\u0041", r"a\u0041"),
        ] {
            assert_eq!(decoded(text).text(), said, "{text}");
        }
    }

    #[test]
    fn spans_go_both_ways() {
        // Offsets in the document:  1  2      8 9          21 22
        let it = decoded(r"a\u0041b\ud83d\ude00c\/");
        assert_eq!(it.text(), "aAb😀c/");
        for (said, raw) in [
            (0..1, 1..2),
            (1..2, 2..8),
            (2..3, 8..9),
            (3..7, 9..21),
            (7..8, 21..22),
            (8..9, 22..24),
            (0..9, 1..24),
            (1..3, 2..9),
        ] {
            assert_eq!(it.raw(said.clone()), raw, "{said:?}");
            assert_eq!(it.said(raw.clone()), said, "{raw:?}");
        }
    }

    #[test]
    fn parts_of_a_character_grow_to_all_of_it() {
        let it = decoded(r"a\u0041b\ud83d\ude00é");
        assert_eq!(it.said(3..5), 1..2);
        assert_eq!(it.said(15..16), 3..7);
        assert_eq!(it.raw(4..5), 9..21);
        assert_eq!(it.raw(8..9), 21..23);
        assert_eq!(it.said(22..23), 7..9);
    }

    #[test]
    fn what_is_escaped_says_the_same() {
        let text = r#"[a] "b\" \\"#;
        assert_eq!(decoded(&escaped(text)).text(), text);
    }
}
