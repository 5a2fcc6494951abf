//! Where a word begins behind an escape.
//!
//! Text is often written in text: a line end as `\n`, a sign as `%3D` or `\u003d`, a colour as `ESC[31m`. The last
//! letter or digit of that belongs to no word, so what follows begins one: `\nghp_…` holds a token though an `n`
//! stands in front.
//!
//! # Promise
//! [`is_edge`] depends on the last [`LOOK`] bytes in front alone; so these are kept of a stream. No escape holds a
//! byte with which a label ends, so none begins in one.
//!
//! # Why it is no guess
//! Whoever writes `\n` means it so, or a path of Windows: there a name would have to begin with all but the first
//! letter of a token. What an escape says must itself be none of a word: behind `\x41` the word goes on.

use super::is_word;

/// The longest escape of which the edge depends.
pub(crate) const LOOK: usize = 32;

/// The most bytes between the bracket and the letter of a colour.
const PARAMETERS: usize = 24;

/// What the sequences of terminals begin with, as it is and as it is written.
const ESCAPES: [&[u8]; 9] = [
    b"\x1b", b"\\x1b", b"\\x1B", b"\\u001b", b"\\u001B", b"\\033", b"\\e", b"^[", b"#033",
];

/// Whether a word may begin behind `front`, what stands there being known as far as [`LOOK`] bytes, or
/// nothing stands in front of it.
pub(crate) fn is_edge(front: &[u8]) -> bool {
    let Some((&last, rest)) = front.split_last() else {
        return true;
    };
    !is_word(last) || last != b'_' && !cfg!(sabotage = "escape-is-no-edge") && is_escape(last, rest)
}

/// Whether a stream may be cut behind this byte: no escape goes on there.
pub(crate) fn may_begin_behind(last: Option<u8>) -> bool {
    !last.is_some_and(|byte| {
        matches!(
            byte,
            b'\\' | b'%' | b'=' | b'^' | b'#' | b'(' | b'[' | b';' | b':' | 0x1b
        )
    })
}

/// Whether an escape may end behind `front`, of whose bytes some are known: `has` says whether a byte may be one of
/// them.
pub(crate) fn may_end_escape(has: impl Fn(u8) -> bool) -> bool {
    [b'\\', b'%', b'=', b'^', b'#', b'[', 0x1b]
        .into_iter()
        .any(has)
}

/// Whether `last`, a letter or digit, ends an escape with what stands in front of it.
fn is_escape(last: u8, front: &[u8]) -> bool {
    match last {
        b'n' | b't' | b'r' | b'b' | b'f' | b'v' | b'a' | b'e' | b'0' if front.ends_with(b"\\") => {
            true
        }
        b'm' | b'K' | b'J' | b'H' | b'G' | b'A'..=b'D' if is_sequence(front) => true,
        b'B' if front.strip_suffix(b"(").is_some_and(ends_with_escape) => true,
        b'I' | b'J' | b'M' if front.ends_with(b"^") => true,
        _ => code(last, front).is_some_and(|code| !u8::try_from(code).is_ok_and(is_word)),
    }
}

/// Whether it is the beginning of a sequence such as a colour, up to its letter. Where the escape itself was
/// taken out, a number says so.
fn is_sequence(front: &[u8]) -> bool {
    let is_parameter = |byte: &&u8| matches!(byte, b'0'..=b'9' | b';' | b':');
    let near = front.iter().rev().take(PARAMETERS);
    let length = near.take_while(is_parameter).count();
    let begin = front.get(..front.len() - length).unwrap_or_default();
    let begin = begin.strip_suffix(b"[");
    begin.is_some_and(|begin| length > 0 || ends_with_escape(begin))
}

fn ends_with_escape(front: &[u8]) -> bool {
    ESCAPES.iter().any(|escape| front.ends_with(escape))
}

/// What an escape by number says that ends with this digit.
fn code(last: u8, front: &[u8]) -> Option<u32> {
    let number = |digits: usize, base: u32| {
        let digits = front.get(front.len().checked_sub(digits - 1)?..)?.iter();
        digits.chain([&last]).try_fold(0, |number, &digit| {
            Some(number * base + char::from(digit).to_digit(base)?)
        })
    };
    let before = |digits: usize| {
        let length = front.len().checked_sub(digits - 1)?;
        front.get(..length)
    };
    let behind = |digits: usize, mark: &[u8]| before(digits).is_some_and(|it| it.ends_with(mark));
    let is_upper = || {
        let digits = front.last().into_iter().chain([&last]);
        digits.into_iter().all(|digit| !digit.is_ascii_lowercase())
    };
    if behind(2, b"\\x") || behind(2, b"%") || behind(2, b"=") && is_upper() {
        number(2, 16)
    } else if behind(4, b"\\u") || behind(4, b"%u") {
        number(4, 16)
    } else if behind(8, b"\\U") {
        number(8, 16)
    } else if behind(3, b"\\") {
        number(3, 8)
    } else if behind(2, b"#0") {
        number(2, 8)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_begins_behind_escapes() {
        for front in [
            "",
            " ",
            "a ",
            "\\n",
            "x\\n",
            "\\\\n",
            "\\t",
            "\\r",
            "\\u0022",
            "\\u003d",
            "\\x3D",
            "\\x3d",
            "a%3D",
            "%0a",
            "x=3D",
            "=0A",
            "%u003D",
            "\\U0000000a",
            "\\012",
            "\\0",
            "#012",
            "^I",
            "\x1b[31m",
            "\x1b[1;38;5;196m",
            "\x1b[m",
            "\x1b[0K",
            "[36;1m",
            "\\u001b[31m",
            "\\x1b[31m",
            "\\033[31m",
            "\\e[31m",
            "\\e[m",
            "\x1b(B",
            "\\u00e9",
            "%C3%A9",
        ] {
            assert!(is_edge(front.as_bytes()), "{front:?}");
        }
        for front in [
            "n", "an", "_", "\\_", "\\x41", "%41", "=41", "=3d", "\\u0041", "\\w", "3D", "x3D",
            "%3", "[m", "\\u03d", "[31", "31m", "[3x1m", "\\n_", "\\101", "[", "#999", "#101",
        ] {
            let is_sign =
                !front.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '_');
            assert_eq!(is_edge(front.as_bytes()), is_sign, "{front:?}");
        }
    }

    #[test]
    fn as_many_bytes_matter_as_are_kept() {
        let longest = ["\\u001b[", &"1;".repeat(12), "m"].concat();
        assert!(longest.len() <= LOOK);
        assert!(is_edge(longest.as_bytes()));
        let longer = ["\x1b[", &"1;".repeat(13), "m"].concat();
        assert!(!is_edge(longer.as_bytes()));
    }

    /// What escapes end with is no part of a label, and what is released behind them is judged alike.
    #[test]
    fn an_escape_is_whole_or_none() {
        for byte in 0..=u8::MAX {
            let text = [byte, b'n'];
            let escapes = is_edge(&text);
            assert!(!escapes || !may_begin_behind(Some(byte)), "{byte}");
        }
    }
}
