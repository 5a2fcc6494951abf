//! JSON strings, as libraries write them.

use super::digits::{hex_lower, hex_upper};
use super::{Buffer, Notation};

/// What is written as `\uXXXX` beside control characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escaped {
    /// Nothing: JavaScript, jq.
    Nothing,
    /// What is not ASCII: Python, Ruby.
    Wide,
    /// What HTML would read: Go, Rails.
    Html,
    /// What HTML would read, and `=` and `'`: Gson.
    HtmlAndEquals,
    /// Everything but letters, digits and some punctuation: .NET.
    Careful,
    /// Everything, as minifiers and obfuscators do.
    All,
}

/// One way of writing a JSON string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Json {
    escaped: Escaped,
    /// `/` as `\/`: PHP, older encoders.
    slash: bool,
    upper: bool,
}

const fn json(escaped: Escaped, slash: bool, upper: bool) -> Json {
    Json {
        escaped,
        slash,
        upper,
    }
}

/// As JavaScript and jq write it: only what has to be escaped.
pub(super) const PLAIN: Json = json(Escaped::Nothing, false, false);

/// How many of [`ALL`] are common enough to be looked for inside others.
pub(super) const COMMON: usize = 6;

/// Those that leave what needs no escape readable, the commonest first.
pub(super) const ALL: [Json; 13] = [
    PLAIN,
    json(Escaped::Wide, false, false),
    json(Escaped::Html, false, false),
    json(Escaped::Nothing, true, false),
    json(Escaped::Wide, true, false),
    json(Escaped::Careful, false, true),
    json(Escaped::HtmlAndEquals, false, false),
    json(Escaped::Careful, false, false),
    json(Escaped::Nothing, false, true),
    json(Escaped::Wide, false, true),
    json(Escaped::Html, false, true),
    json(Escaped::Nothing, true, true),
    json(Escaped::Wide, true, true),
];

/// Those in which nothing stays readable.
pub(super) const UNREADABLE: [Json; 2] = [
    json(Escaped::All, false, false),
    json(Escaped::All, false, true),
];

impl Json {
    fn unicode(self, character: char) -> bool {
        let html = matches!(character, '<' | '>' | '&');
        // DEL need not be escaped: Python and jq do, most others do not.
        let wide = !matches!(character, ' '..='~');
        character < ' '
            || match self.escaped {
                Escaped::Nothing => false,
                Escaped::Wide => wide,
                Escaped::Html => html,
                Escaped::HtmlAndEquals => html || matches!(character, '=' | '\''),
                Escaped::Careful => wide || html || matches!(character, '"' | '\'' | '+' | '`'),
                Escaped::All => true,
            }
    }

    fn units(self, character: char, out: &mut Buffer) {
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.extend(b"\\u");
            for byte in unit.to_be_bytes() {
                out.extend(&if self.upper {
                    hex_upper(byte)
                } else {
                    hex_lower(byte)
                });
            }
        }
    }
}

impl Notation for Json {
    fn write(&self, text: &[u8], out: &mut Buffer) -> bool {
        let Ok(text) = std::str::from_utf8(text) else {
            return false;
        };
        for character in text.chars() {
            let short = match character {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\u{8}' => "\\b",
                '\u{c}' => "\\f",
                '/' if self.slash => "\\/",
                _ => "",
            };
            let careful = self.escaped == Escaped::Careful && character == '"';
            if self.escaped == Escaped::All
                || careful
                || short.is_empty() && self.unicode(character)
            {
                self.units(character, out);
            } else if short.is_empty() {
                out.extend_char(character);
            } else {
                out.extend(short.as_bytes());
            }
        }
        true
    }
}
