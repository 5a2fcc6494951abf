//! String literals: Python's `repr` of text and of bytes, Go's `%q`, C, and what shells print in
//! `$'…'`.

use super::digits::hex_lower;
use super::{Buffer, Notation};

/// How bytes are written that are not ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum High {
    AsTheyAre,
    Hex,
    /// Control bytes too.
    Octal,
    /// By the number of the character, as Python's `ascii` does: `\xe9`, `\u20ac`.
    Number,
}

/// One kind of literal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Literal {
    quote: Option<u8>,
    high: High,
}

const fn literal(quote: Option<u8>, high: High) -> Literal {
    Literal { quote, high }
}

/// As Python prints what holds a double quote.
pub(super) const SINGLE: Literal = literal(Some(b'\''), High::AsTheyAre);

/// All kinds; the commonest two first.
pub(super) const ALL: [Literal; 12] = [
    literal(None, High::AsTheyAre),
    literal(None, High::Hex),
    literal(None, High::Octal),
    literal(None, High::Number),
    literal(Some(b'\''), High::AsTheyAre),
    literal(Some(b'\''), High::Hex),
    literal(Some(b'\''), High::Octal),
    literal(Some(b'\''), High::Number),
    literal(Some(b'"'), High::AsTheyAre),
    literal(Some(b'"'), High::Hex),
    literal(Some(b'"'), High::Octal),
    literal(Some(b'"'), High::Number),
];

impl Literal {
    fn byte(self, byte: u8, out: &mut Buffer) {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            _ if Some(byte) == self.quote => out.extend(&[b'\\', byte]),
            _ if byte.is_ascii_control() || !byte.is_ascii() && self.high != High::AsTheyAre => {
                out.push(b'\\');
                if self.high == High::Octal {
                    let digit = |shift: u8| b'0' + (byte >> shift & 7);
                    out.extend(&[digit(6), digit(3), digit(0)]);
                } else {
                    out.push(b'x');
                    out.extend(&hex_lower(byte));
                }
            }
            _ => out.push(byte),
        }
    }
}

impl Notation for Literal {
    fn write(&self, text: &[u8], out: &mut Buffer) -> bool {
        if self.high != High::Number {
            text.iter().for_each(|&byte| self.byte(byte, out));
            return true;
        }
        let Ok(text) = std::str::from_utf8(text) else {
            return false;
        };
        for character in text.chars() {
            match u8::try_from(character) {
                Ok(byte) if byte.is_ascii() => self.byte(byte, out),
                _ => number(character, out),
            }
        }
        true
    }
}

/// The number of a character, with as few digits as its size allows.
fn number(character: char, out: &mut Buffer) {
    let code = u32::from(character);
    let (mark, digits) = match code {
        0..=0xff => (b'x', 1),
        0x100..=0xffff => (b'u', 2),
        _ => (b'U', 4),
    };
    out.extend(&[b'\\', mark]);
    let bytes = code.to_be_bytes();
    let low = bytes.iter().skip(bytes.len() - digits);
    low.for_each(|&byte| out.extend(&hex_lower(byte)));
}
