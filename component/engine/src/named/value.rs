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
    /// The rest of the line, as in the parts of a form.
    Line,
    /// `{`, as connection strings of ODBC have it.
    Brace,
    /// The first of several in quotes, with commas between them: all of them are one value.
    Doubles,
    Singles,
    Escapes,
    /// The first of several without quotes, in brackets.
    Bares,
    /// The same with nothing but a comma between them.
    Commas,
    /// The first line of a list of YAML.
    Dashes,
    /// What was, and behind an arrow what will be.
    Change,
}

impl Quote {
    /// All of them, for states.
    pub(crate) const ALL: [Self; 22] = [
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
        Self::Line,
        Self::Brace,
        Self::Doubles,
        Self::Singles,
        Self::Escapes,
        Self::Bares,
        Self::Commas,
        Self::Dashes,
        Self::Change,
    ];

    /// What each of several values stands in, and what they are then.
    pub(super) const fn among(self) -> Option<Self> {
        match self {
            Self::Doubles | Self::Change => Some(Self::Double),
            Self::Singles => Some(Self::Single),
            Self::Escapes => Some(Self::Escaped),
            Self::Bares | Self::Commas | Self::Dashes => Some(Self::None),
            _ => None,
        }
    }

    /// Whether it may be more than one value, with blanks between them.
    pub(crate) const fn has_several(self) -> bool {
        self.among().is_some()
    }

    /// Those in brackets of which the first stands in these.
    pub(super) const fn several(self) -> Self {
        match self {
            Self::Double => Self::Doubles,
            Self::Single => Self::Singles,
            Self::Escaped => Self::Escapes,
            Self::None => Self::Bares,
            other => other,
        }
    }

    /// What stands between two of several: the quote in front, the sign, and whether blanks may stand around it.
    const fn between(self) -> (&'static str, &'static str, bool) {
        match self {
            Self::Doubles => ("\"", ",", true),
            Self::Change => ("\"", "->", true),
            Self::Singles => ("'", ",", true),
            Self::Escapes => ("\\\"", ",", true),
            Self::Bares => ("", ",", true),
            Self::Commas => ("", ",", false),
            _ => ("", "", false),
        }
    }

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
            Self::Doubles | Self::Escapes | Self::Change => b'"',
            Self::Singles => b'\'',
            Self::Bares | Self::Commas | Self::Dashes | Self::Line => b'\n',
            Self::Brace => b'}',
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
const IN_MARKUP: ByteSet = ByteSet::range(b'!', b'~').intersection(
    &ByteSet::single(b'<')
        .union(&ByteSet::single(b'&'))
        .complement(),
);
/// What ends nothing in the data of XML.
const IN_DATA: ByteSet = ByteSet::range(b'\n', b'\n')
    .union(&ByteSet::single(b'\r'))
    .union(&ByteSet::single(b']'))
    .complement();

/// What ends nothing in a line, and in braces.
const IN_LINE: ByteSet = ByteSet::single(b'\n')
    .union(&ByteSet::single(b'\r'))
    .complement();
const IN_BRACES: ByteSet = IN_LINE.intersection(&ByteSet::single(b'}').complement());

static LINE_RUN: Class = Class::new(&IN_LINE);
static BRACE_RUN: Class = Class::new(&IN_BRACES);
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
        if let Some(inner) = self.among() {
            return self.reach_all(inner, rest, most, ended);
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

    /// Several values, one by one.
    pub(super) fn parts(self, values: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
        let inner = self.among().unwrap_or(self);
        let mut rest = Some(values);
        std::iter::from_fn(move || {
            let left = rest.take()?;
            let reach = inner.reach(left, usize::MAX - 1, true);
            let (value, behind) = left.split_at_checked(reach.length)?;
            let joint = Joint::new(behind, true).length(self).unwrap_or(0);
            rest = behind.get(joint..).filter(|_| joint > 0);
            Some(value)
        })
    }

    /// How far several values reach, with what stands between them.
    fn reach_all(self, inner: Self, rest: &[u8], most: usize, ended: bool) -> Reach {
        let mut length = 0;
        let over = loop {
            let left = rest.get(length..).unwrap_or_default();
            let reach = inner.reach(left, most.saturating_sub(length), ended);
            length += reach.length;
            if !reach.over || length >= most {
                break reach.over;
            }
            let left = rest.get(length..).unwrap_or_default();
            match Joint::new(left, ended).length(self) {
                None => break false,
                Some(0) => break true,
                Some(joint) => length += joint,
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
            Self::Line => Some((&LINE_RUN, &[])),
            Self::Brace => Some((&BRACE_RUN, &[])),
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

/// Most bytes between two of several values.
const JOINT: usize = 64;

/// Reads what stands between two of several values.
struct Joint<'t> {
    rest: &'t [u8],
    place: usize,
    ended: bool,
}

impl<'t> Joint<'t> {
    const fn new(rest: &'t [u8], ended: bool) -> Self {
        Self {
            rest,
            place: 0,
            ended,
        }
    }

    /// The bytes from the end of one value up to the next one; none where no other follows, nothing where that is
    /// not known yet.
    fn length(mut self, several: Quote) -> Option<usize> {
        let follows = match several {
            Quote::Dashes => self.dash()?,
            _ => {
                let (quote, sign, blanks) = several.between();
                self.take(quote)?
                    && (!blanks || self.blanks(true)?)
                    && self.take(sign)?
                    && (!blanks || self.blanks(true)?)
                    && self.take(quote)?
            }
        };
        let begins = follows && {
            let next = self.rest.get(self.place);
            if next.is_none() && !self.ended {
                return None;
            }
            next.is_some_and(u8::is_ascii_graphic)
        };
        Some(if begins { self.place } else { 0 })
    }

    /// The end of a line and `- `, with quotes around the values or without.
    fn dash(&mut self) -> Option<bool> {
        if !self.take("\"")? {
            self.take("'")?;
        }
        self.blanks(false)?;
        self.take("\r")?;
        if !self.take("\n")? || !self.blanks(false)? || !self.take("- ")? {
            return Some(false);
        }
        if !self.take("\"")? {
            self.take("'")?;
        }
        Some(true)
    }

    /// Passes over a text, if it stands there.
    fn take(&mut self, text: &str) -> Option<bool> {
        let rest = self.rest.get(self.place..).unwrap_or_default();
        let text = text.as_bytes();
        if rest.len() < text.len() && text.starts_with(rest) && !self.ended {
            return None;
        }
        let is = rest.starts_with(text);
        self.place += if is { text.len() } else { 0 };
        Some(is)
    }

    /// Passes over blanks, and ends of lines where they count as such; whether they are few.
    fn blanks(&mut self, lines: bool) -> Option<bool> {
        let rest = self.rest.get(self.place..).unwrap_or_default();
        let is_blank =
            |byte: &&u8| matches!(byte, b' ' | b'\t') || lines && matches!(byte, b'\r' | b'\n');
        let length = rest.iter().take(JOINT).take_while(is_blank).count();
        if length == rest.len() && !self.ended {
            return None;
        }
        self.place += length;
        Some(length < JOINT)
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
        Some(b'\\') => {
            let inner = quote.among().unwrap_or(quote);
            inner.depth() > 0 || inner == Quote::None
        }
        Some(b' ' | b'\t' | b'&') if quote == Quote::Text => true,
        Some(byte) if quote.among().unwrap_or(quote) == Quote::None => !refused(byte),
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
            ("a b\r\n", Quote::Line, 3),
            ("a;b} x", Quote::Brace, 3),
            (r#"a", "b,c" , "d"] x"#, Quote::Doubles, 14),
            (r#"a","b": 1"#, Quote::Doubles, 5),
            ("a',\n 'b']", Quote::Singles, 7),
            (r#"a\",\"b\"]"#, Quote::Escapes, 7),
            ("a, b]", Quote::Bares, 4),
            ("a,b, c", Quote::Commas, 3),
            ("a'\n  - \"b\"\nc:", Quote::Dashes, 9),
            ("a\r\n- b # x", Quote::Dashes, 6),
            (r#"a" -> "b" x"#, Quote::Change, 8),
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
