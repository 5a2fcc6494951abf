//! XML and HTML.

use super::digits::{decimal, hex_number};
use super::{Buffer, Notation};

/// How characters are written that are not ASCII.
#[derive(Debug, Clone, Copy)]
enum Wide {
    AsTheyAre,
    Decimal,
    Hex { upper: bool },
}

/// One way of writing a text in markup.
#[derive(Debug, Clone, Copy)]
pub(super) struct Markup {
    double: &'static str,
    single: &'static str,
    wide: Wide,
}

const QUOTES: [(&str, &str); 8] = [
    ("&quot;", "&apos;"),
    ("&quot;", "&#x27;"),
    ("&quot;", "&#39;"),
    ("&quot;", "&#039;"),
    ("&#34;", "&#39;"),
    ("&quot;", "'"),
    ("\"", "&apos;"),
    ("\"", "'"),
];

/// All ways in which a tool escapes what it has to.
pub(super) fn all() -> impl Iterator<Item = Markup> {
    let wides = [
        Wide::AsTheyAre,
        Wide::Decimal,
        Wide::Hex { upper: false },
        Wide::Hex { upper: true },
    ];
    QUOTES.into_iter().flat_map(move |(double, single)| {
        wides.into_iter().map(move |wide| Markup {
            double,
            single,
            wide,
        })
    })
}

impl Notation for Markup {
    fn write(&self, text: &[u8], out: &mut Buffer) -> bool {
        if matches!(self.wide, Wide::AsTheyAre) {
            text.iter().for_each(|&byte| match self.named(byte) {
                Some(name) => out.extend(name.as_bytes()),
                None => out.push(byte),
            });
            return true;
        }
        let Ok(text) = std::str::from_utf8(text) else {
            return false;
        };
        for character in text.chars() {
            let named = u8::try_from(character).ok().and_then(|it| self.named(it));
            match (named, self.wide) {
                (Some(name), _) => out.extend(name.as_bytes()),
                (None, Wide::Hex { upper }) if !character.is_ascii() => {
                    number(character, Some(upper), out);
                }
                (None, Wide::Decimal) if !character.is_ascii() => number(character, None, out),
                (None, _) => out.extend_char(character),
            }
        }
        true
    }
}

impl Markup {
    fn named(&self, byte: u8) -> Option<&'static str> {
        match byte {
            b'&' => Some("&amp;"),
            b'<' => Some("&lt;"),
            b'>' => Some("&gt;"),
            b'"' => Some(self.double),
            b'\'' => Some(self.single),
            _ => None,
        }
    }
}

/// Every character by its number, as mail addresses are hidden from robots.
#[derive(Debug, Clone, Copy)]
pub(super) enum Numbers {
    /// `&#104;`
    Decimal,
    /// `&#x68;`
    Hex { upper: bool },
}

/// All ways of writing the numbers.
pub(super) const NUMBERS: [Numbers; 3] = [
    Numbers::Decimal,
    Numbers::Hex { upper: false },
    Numbers::Hex { upper: true },
];

impl Notation for Numbers {
    fn write(&self, text: &[u8], out: &mut Buffer) -> bool {
        let Ok(text) = std::str::from_utf8(text) else {
            return false;
        };
        for character in text.chars() {
            match self {
                Self::Decimal => number(character, None, out),
                Self::Hex { upper } => number(character, Some(*upper), out),
            }
        }
        true
    }
}

/// A reference by number, in hexadecimal with digits of one case where that is asked for.
fn number(character: char, hex: Option<bool>, out: &mut Buffer) {
    out.extend(b"&#");
    let code = u32::from(character);
    match hex {
        None => decimal(code, out),
        Some(upper) => {
            out.push(b'x');
            hex_number(code, upper, out);
        }
    }
    out.push(b';');
}
