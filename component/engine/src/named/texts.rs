//! Texts of which one inside a value says that it is none: it stands for another value, is a word for
//! one, or an address.
//!
//! # Promise
//! [`first`] goes over a value once, and stops at the first of them. Which it is does not depend on
//! where the value begins, so that a value that begins later in the same bytes need not look again.

use std::ops::Range;

use super::Quote;

/// What stands in a place of a value, in whatever case.
const PLACEHOLDERS: [&str; 22] = [
    "changeme",
    "change_me",
    "change-me",
    "changeit",
    "placeholder",
    "your_",
    "your-",
    "yourp",
    "insert",
    "replace",
    "redact",
    "dummy",
    "xxxx",
    "undefined",
    "null",
    "_here",
    "-here",
    "...",
    "abcdefghij",
    "anonymous",
    "anoncvs",
    "notreal",
];

/// What is in references, calls and templates.
const EXPRESSIONS: [&str; 9] = ["${", "{{", "$(", "%(", "<%", "#{", "::", "this.", "self."];

/// What is in addresses, and masks.
const OTHERS: [&str; 2] = ["://", "***"];

/// Most bytes of one of them.
pub(super) const MOST: usize = 11;

/// For each byte the lower five bits of those that may stand behind it in one of these texts, a bit each.
/// A byte that says all by itself has all of them.
static BEHIND: [u32; 256] = {
    let mut behind = [0; 256];
    let mut byte = 0_u8;
    let mut rest: &mut [u32] = &mut behind;
    while let Some((bits, others)) = rest.split_first_mut() {
        let small = byte.to_ascii_lowercase();
        let alone = !byte.is_ascii_graphic() || matches!(byte, b'$' | b'(' | b'{');
        *bits = match alone {
            true => u32::MAX,
            false => {
                seconds(&PLACEHOLDERS, small) | seconds(&EXPRESSIONS, byte) | seconds(&OTHERS, byte)
            }
        };
        byte = byte.wrapping_add(1);
        rest = others;
    }
    behind
};

const fn seconds(texts: &[&str], first: u8) -> u32 {
    let mut bits = 0;
    let mut rest = texts;
    while let [text, others @ ..] = rest {
        if let [one, other, ..] = text.as_bytes()
            && *one == first
        {
            bits |= 1 << (*other & 31);
        }
        rest = others;
    }
    bits
}

/// What a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    /// Quotes.
    Quoted,
    /// Nothing: then what calls and refers says so too.
    Bare,
    /// An address: as without quotes, but anything is a value there that stands for itself.
    Address,
}

impl Among {
    /// What a value in such quotes stands in.
    pub(super) const fn of(quote: Quote) -> Self {
        match quote {
            Quote::None | Quote::Bares | Quote::Commas | Quote::Dashes => Self::Bare,
            Quote::Address => Self::Address,
            Quote::Double
            | Quote::Single
            | Quote::Back
            | Quote::Escaped
            | Quote::Nested
            | Quote::Deep
            | Quote::Unicode
            | Quote::Text
            | Quote::Data
            | Quote::Entity
            | Quote::Line
            | Quote::Brace
            | Quote::Doubles
            | Quote::Singles
            | Quote::Escapes
            | Quote::Change
            | Quote::Lines => Self::Quoted,
        }
    }
}

/// The first of the texts in a value.
pub(super) fn first(value: &[u8], among: Among) -> Option<Range<usize>> {
    let may_begin = |at: usize| {
        let Some(behind) = value
            .get(at)
            .and_then(|&byte| BEHIND.get(usize::from(byte)))
        else {
            return false;
        };
        let next = value.get(at + 1);
        next.map_or(*behind == u32::MAX, |next| behind >> (next & 31) & 1 == 1)
    };
    (0..value.len()).filter(|&at| may_begin(at)).find_map(|at| {
        let rest = value.get(at..).unwrap_or_default();
        shortest(rest, among).map(|length| at..at + length)
    })
}

/// The length of the shortest that stands at the beginning.
fn shortest(rest: &[u8], among: Among) -> Option<usize> {
    let begins = |text: &&str| rest.starts_with(text.as_bytes());
    let stands = |text: &&str| {
        let here = rest.get(..text.len());
        here.is_some_and(|here| here.eq_ignore_ascii_case(text.as_bytes()))
    };
    match rest {
        [byte, ..] if !byte.is_ascii_graphic() => return Some(1),
        [b'(' | b'{', ..] if among != Among::Quoted => return Some(1),
        // A variable: chance makes three such letters of one in seven.
        [b'$', letters @ ..] if among != Among::Quoted && begins_variable(letters) => {
            return Some(4);
        }
        _ => {}
    }
    let placeholders = PLACEHOLDERS.iter().filter(|_| among != Among::Address);
    let placeholders = placeholders.filter(|text| stands(text));
    let others = EXPRESSIONS
        .iter()
        .chain(&OTHERS)
        .filter(|text| begins(text));
    others.chain(placeholders).map(|text| text.len()).min()
}

/// Whether letters are those of a name that begins: in one case, but for the first.
fn begins_variable(letters: &[u8]) -> bool {
    let small = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    match letters {
        [first, second, third, ..] => {
            let first_is_letter = first.is_ascii_alphabetic() || *first == b'_';
            first_is_letter && small(*second) && small(*third)
                || capital(*first) && capital(*second) && capital(*third)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_found_where_it_stands() {
        for text in PLACEHOLDERS.iter().chain(&EXPRESSIONS).chain(&OTHERS) {
            assert!(text.len() <= MOST && text.len() > 1, "{text}");
            let value = format!("q9=Q{text}9q");
            let place = first(value.as_bytes(), Among::Bare).expect(text);
            assert!(place.start == 4 && place.end <= 4 + text.len(), "{text}");
            assert_eq!(first(&value.as_bytes()[5..], Among::Quoted), None, "{text}");
            assert_eq!(first(&value.as_bytes()[..4], Among::Bare), None, "{text}");
        }
        assert_eq!(first(b"1CHANGEME", Among::Bare), Some(1..9));
        assert_eq!(first(b"1CHANGEME", Among::Address), None);
        assert_eq!(first(b"1THIS.", Among::Bare), None);
    }

    #[test]
    fn what_calls_or_refers_does_so_without_quotes() {
        for (value, length) in [
            ("a(", 1),
            ("a{", 1),
            ("a$bcd", 4),
            ("a$_BC", 4),
            ("a$Bcd", 4),
        ] {
            assert_eq!(
                first(value.as_bytes(), Among::Bare),
                Some(1..1 + length),
                "{value}"
            );
            assert_eq!(first(value.as_bytes(), Among::Quoted), None, "{value}");
        }
        for value in ["a b", "a\u{e9}", "a\n"] {
            assert_eq!(
                first(value.as_bytes(), Among::Quoted),
                Some(1..2),
                "{value}"
            );
        }
        for value in ["a$", "a$bc", "a$b1c", "a$bCd"] {
            assert_eq!(first(value.as_bytes(), Among::Bare), None, "{value}");
        }
    }
}
