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
    /// `\\\"`, as in a string inside such a string.
    Nested,
    /// An address: the last `@` in front of a path ends it.
    Address,
    /// Lines with something in front of each, see [`lines`](super::lines).
    Lines,
    /// Seven backslashes and `"`: a string one deeper still.
    Deep,
    /// `\u0022`, as some write `\"`.
    Unicode,
    /// The text of an element of XML: white space and the next tag end it, also one whose signs are entities.
    Text,
    /// `<![CDATA[`: `]]>` ends it.
    Data,
    /// `&quot;`, which ends it too.
    Entity,
}

impl Quote {
    /// All of them, for states.
    pub(crate) const ALL: [Self; 13] = [
        Self::None,
        Self::Double,
        Self::Single,
        Self::Back,
        Self::Escaped,
        Self::Address,
        Self::Nested,
        Self::Lines,
        Self::Deep,
        Self::Unicode,
        Self::Text,
        Self::Data,
        Self::Entity,
    ];

    /// How many strings lie around what is in such quotes: each doubles the backslashes.
    const fn depth(self) -> u32 {
        match self {
            Self::Escaped | Self::Unicode => 1,
            Self::Nested => 2,
            Self::Deep => 3,
            _ => 0,
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::None | Self::Double | Self::Escaped | Self::Nested | Self::Deep => b'"',
            Self::Unicode | Self::Lines => b'"',
            Self::Text => b'<',
            Self::Data => b']',
            Self::Entity => b'&',
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

/// What ends nothing in XML.
const IN_MARKUP: ByteSet = ByteSet::range(b'!', b'~')
    .intersection(&ByteSet::single(b'<').union(&ByteSet::single(b'&')).complement());
/// What ends nothing in the data of XML.
const IN_DATA: ByteSet = ByteSet::range(b'\n', b'\n')
    .union(&ByteSet::single(b'\r'))
    .union(&ByteSet::single(b']'))
    .complement();

static MARKUP_RUN: Class = Class::new(&IN_MARKUP);
static DATA_RUN: Class = Class::new(&IN_DATA);
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
        if let Some((run, ends)) = self.markup() {
            return markup(run, ends, rest, most, ended);
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
                rest @ [b'\\', ..] => match self.escape(rest, ended) {
                    Some(0) => break true,
                    Some(escape) => length += escape,
                    None => break false,
                },
                [byte, ..] if *byte != self.byte() && matches!(byte, b'"' | b'\'' | b'`') => {
                    length += 1
                }
                _ => break true,
            }
        };
        Reach { length, over }
    }

    /// What ends nothing in XML in such quotes, and the texts that end it.
    fn markup(self) -> Option<(&'static Class, &'static [&'static str])> {
        match self {
            Self::Text => Some((&MARKUP_RUN, &["&lt;/"])),
            Self::Data => Some((&DATA_RUN, &["]]>"])),
            Self::Entity => Some((&MARKUP_RUN, &["&quot;", "&#34;"])),
            _ => None,
        }
    }

    /// The length of the escape that `rest` begins with; none where it ends the value, nothing where that is not
    /// known yet.
    ///
    /// Inside a string inside a string, an escaped quote has more backslashes than the quote that ends it: where
    /// that one is `\"`, `\\\"` is part of the value.
    fn escape(self, rest: &[u8], ended: bool) -> Option<usize> {
        // As many stand for a backslash inside.
        let unit = 2_usize << self.depth();
        let signs = rest.iter().take(unit);
        let signs = signs.take_while(|&&byte| byte == b'\\').count();
        let behind = rest.get(signs..).unwrap_or_default();
        let end = if signs + 1 == unit { unit } else { 0 };
        Some(match behind {
            [] if !ended => return None,
            // A literal of Python around JSON has two backslashes in front of a quote in the value.
            [b'"'] if signs == unit && self == Self::Double && !ended => return None,
            [b'"', next, ..] if signs == unit && self == Self::Double => {
                signs + usize::from(next.is_ascii_alphanumeric())
            }
            _ if signs == unit => unit,
            [] | [b'\r' | b'\n', ..] => 0,
            [_, ..] if self.depth() == 0 => signs + 1,
            [b'"', ..] => end,
            [b'u', ..] if self == Self::Unicode => {
                let digits = b"u0022";
                if behind.starts_with(digits) {
                    match end {
                        0 => 0,
                        _ => signs + digits.len(),
                    }
                } else if digits.starts_with(behind) && !ended {
                    return None;
                } else {
                    signs
                }
            }
            _ => signs,
        })
    }
}

/// How far a value of XML reaches that one of these texts ends, or a byte that is not of the run and none of them
/// begins with.
fn markup(run: &Class, ends: &[&str], rest: &[u8], most: usize, ended: bool) -> Reach {
    let mut length = 0;
    let over = loop {
        let left = rest.get(length..).unwrap_or_default();
        length += run.run(left);
        let left = rest.get(length..).unwrap_or_default();
        if length >= most {
            break false;
        }
        let Some(&sign) = left.first() else {
            break ended;
        };
        if !ends.iter().any(|end| end.as_bytes().first() == Some(&sign)) {
            break true;
        }
        if ends.iter().any(|end| left.starts_with(end.as_bytes())) {
            break true;
        }
        if !ended && ends.iter().any(|end| end.as_bytes().starts_with(left)) {
            break false;
        }
        length += 1;
    };
    Reach { length, over }
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
        Some(b'\\') => quote.depth() > 0 || quote == Quote::None,
        Some(b' ' | b'\t' | b'&') if quote == Quote::Text => true,
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
            ("a&b;c!</x", Quote::Text, 6),
            ("a&b;c!&lt;/x", Quote::Text, 6),
            ("a]b]]c]]]> x", Quote::Data, 7),
            ("a&b&amp;c&quot; x", Quote::Entity, 9),
            ("a&b&#34; x", Quote::Entity, 3),
            (r#"a\\\"b\" x"#, Quote::Escaped, 6),
            (r#"a\\\\\" x"#, Quote::Escaped, 5),
            (r#"a\\nb\" x"#, Quote::Escaped, 5),
            (r#"a\\" x"#, Quote::Escaped, 1),
            (r#"a\\\\\\\"b\\\" x"#, Quote::Nested, 10),
            (r#"a\\\\\\\\\\\" x"#, Quote::Nested, 9),
            (r#"a\\\" x"#, Quote::Deep, 1),
            (r"a\\\u0022b\u0022 x", Quote::Unicode, 10),
            (r#"a\u0026b\" x"#, Quote::Unicode, 8),
            (r#"a\\"b" x"#, Quote::Double, 5),
            ("abc\nx", Quote::Single, 3),
            ("a@b@c/d@e", Quote::Address, 3),
        ] {
            let reach = quote.reach(text.as_bytes(), 256, false);
            assert_eq!(reach, Reach { length, over: true }, "{text}");
            for end in 0..length {
                let part = quote.reach(&text.as_bytes()[..end], 256, false);
                assert!(!part.over && part.length <= end, "{text} {end}");
                let next = quote.reach(&text.as_bytes()[part.length..], 256, false);
                assert_eq!(part.length + next.length, length, "{text} {end}");
            }
        }
    }
}
