//! Where a value ends.

use hushgate_prefilter::{ByteSet, Class};

use super::{login::IN_AUTHORITY, seen::Seen};

/// What a value stands in, and so what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quote {
    /// Nothing: white space, quotes, brackets and separators end it.
    None,
    Double,
    Single,
    Back,
    /// `\"`, as in a string inside a string.
    Escaped,
    /// As many backslashes as a string deeper inside has: the first of them ends it.
    Nested,
    /// An address: the last `@` in front of a path ends it.
    Address,
    /// Lines with something in front of each, see [`lines`](super::lines).
    Lines,
}

impl Quote {
    /// All of them, for states.
    pub(crate) const ALL: [Self; 8] = [
        Self::None,
        Self::Double,
        Self::Single,
        Self::Back,
        Self::Escaped,
        Self::Address,
        Self::Nested,
        Self::Lines,
    ];

    const fn byte(self) -> u8 {
        match self {
            Self::None | Self::Double | Self::Escaped | Self::Nested | Self::Lines => b'"',
            Self::Single => b'\'',
            Self::Back => b'`',
            Self::Address => b'@',
        }
    }
}

/// What a value without quotes consists of.
const BARE: ByteSet = ByteSet::range(b'!', b'~').intersection(&STOPS.complement());
const STOPS: ByteSet = ByteSet::single(b'"')
    .union(&ByteSet::single(b'\''))
    .union(&ByteSet::single(b'`'))
    .union(&ByteSet::single(b','))
    .union(&ByteSet::single(b';'))
    .union(&ByteSet::single(b')'))
    .union(&ByteSet::single(b'}'))
    .union(&ByteSet::single(b'['))
    .union(&ByteSet::single(b']'))
    .union(&ByteSet::single(b'*'))
    .union(&ByteSet::single(b'<'))
    .union(&ByteSet::single(b'>'))
    .union(&ByteSet::single(b'&'))
    .union(&ByteSet::single(b'|'))
    .union(&ByteSet::single(b'\\'));

/// What ends nothing in quotes.
const INSIDE: ByteSet = ByteSet::range(b'\n', b'\n')
    .union(&ByteSet::single(b'\r'))
    .union(&ByteSet::single(b'\\'))
    .union(&ByteSet::single(b'"'))
    .union(&ByteSet::single(b'\''))
    .union(&ByteSet::single(b'`'))
    .complement();

static BARE_RUN: Class = Class::new(&BARE);
static INSIDE_RUN: Class = Class::new(&INSIDE);
static AUTHORITY_RUN: Class = Class::new(&IN_AUTHORITY);

/// How a value goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Bytes that belong to it.
    pub(crate) length: usize,
    /// Whether it is certain that no more do.
    pub(crate) over: bool,
}

impl Quote {
    /// How far a value reaches in `rest`, at least `most` bytes if there are as many; in an address no
    /// further. `rest` begins with no second half of an escape.
    pub(crate) fn reach(self, rest: &[u8], most: usize, ended: bool) -> Reach {
        if self == Self::None {
            let near = rest.get(..most.saturating_add(1)).unwrap_or(rest);
            let length = BARE_RUN.run(near);
            return Reach {
                length,
                over: length < near.len() || ended && near.len() == rest.len(),
            };
        }
        if self == Self::Address {
            // Until the address goes on to its path, another `@` may come.
            let near = rest.get(..most).unwrap_or(rest);
            let all = AUTHORITY_RUN.run(near);
            let authority = near.get(..all).unwrap_or_default();
            return Reach {
                length: if cfg!(sabotage = "address-ends-at-its-first-sign") {
                    authority.iter().position(|&it| it == b'@').unwrap_or(0)
                } else {
                    authority.iter().rposition(|&it| it == b'@').unwrap_or(0)
                },
                over: ended || all < near.len() || near.len() == most,
            };
        }
        let mut length = 0;
        let over = loop {
            let left = rest.get(length..).unwrap_or_default();
            length += INSIDE_RUN.run(left);
            if length >= most {
                break false;
            }
            match rest.get(length..).unwrap_or_default() {
                [] => break ended,
                [b'\\', ..] if self == Self::Nested => break true,
                [b'\\'] if !ended => break false,
                [b'\\', b'"', ..] if self == Self::Escaped => break true,
                [b'\\', next, ..] if !matches!(next, b'\r' | b'\n') => length += 2,
                [byte, ..] if *byte != self.byte() && matches!(byte, b'"' | b'\'' | b'`') => {
                    length += 1
                }
                _ => break true,
            }
        };
        Reach { length, over }
    }
}

/// How many bytes of the value at the start of `rest`, which is at offset `start`, are judged: all, or the
/// first `most`; nothing where it is not known yet.
pub(super) fn judged(
    rest: &[u8],
    start: u64,
    quote: Quote,
    most: usize,
    ended: bool,
    seen: &mut Seen,
) -> Option<usize> {
    let reach = match quote {
        Quote::None => {
            let near = rest.len().min(most.saturating_add(1));
            let length = seen.run(&BARE_RUN, rest, start, near);
            Reach {
                length,
                over: length < near || ended && near == rest.len(),
            }
        }
        _ => quote.reach(rest, most, ended),
    };
    if reach.length >= most {
        return Some(most);
    }
    reach.over.then_some(reach.length)
}

/// Whether a value may end in front of this byte. `all` says that it does. A label may begin with what is
/// refused.
pub(super) fn may_end(quote: Quote, all: bool, next: Option<u8>) -> bool {
    let refused = |byte: u8| {
        let frame = matches!(byte, b'[' | b'*') || !byte.is_ascii();
        frame && !cfg!(sabotage = "value-ends-at-a-label")
    };
    match next {
        _ if !all => true,
        // A line that was cut off.
        None | Some(b'\r' | b'\n') if quote != Quote::Address => true,
        None => false,
        Some(b'\\') => matches!(quote, Quote::Escaped | Quote::Nested | Quote::None),
        Some(byte) if quote == Quote::None => !refused(byte),
        Some(byte) => byte == quote.byte(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_with_their_quotes() {
        for (text, quote, length) in [
            ("abc def", Quote::None, 3),
            ("abc\\ndef", Quote::None, 3),
            ("abc;d", Quote::None, 3),
            ("a'b`c\" x", Quote::Double, 5),
            ("a\\\"b\" x", Quote::Double, 4),
            ("a\\\\\" x", Quote::Double, 3),
            ("abc\\\" x", Quote::Escaped, 3),
            ("abc\" x", Quote::Escaped, 3),
            ("a'c\\\\\\\" x", Quote::Nested, 3),
            ("abc\nx", Quote::Single, 3),
            ("a@b@c/d@e", Quote::Address, 3),
        ] {
            let reach = quote.reach(text.as_bytes(), 256, false);
            assert_eq!(reach, Reach { length, over: true }, "{text}");
            for end in 0..length {
                let part = quote.reach(&text.as_bytes()[..end], 256, false);
                assert!(!part.over && part.length <= end, "{text} {end}");
            }
        }
    }
}
