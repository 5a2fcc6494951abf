//! Bytes as numbers: hexadecimal, with and without separators, and decimal lists.

use zeroize::Zeroizing;

use super::{Buffer, Notation};

/// One way of writing each byte as a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digits {
    base: Base,
    /// In front of each byte.
    before: &'static str,
    /// Between two.
    between: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Base {
    Lower,
    Upper,
    Decimal,
}

const fn digits(base: Base, before: &'static str, between: &'static str) -> Digits {
    Digits {
        base,
        before,
        between,
    }
}

/// Hexadecimal as it is written most.
pub(super) const HEX: Digits = digits(Base::Lower, "", "");

/// All ways.
pub(super) const ALL: [Digits; 15] = [
    HEX,
    digits(Base::Upper, "", ""),
    // OpenSSL, certificates.
    digits(Base::Lower, "", ":"),
    digits(Base::Upper, "", ":"),
    // Dumps, Node's buffers, Go's `% x`.
    digits(Base::Lower, "", " "),
    digits(Base::Upper, "", " "),
    // .NET's BitConverter.
    digits(Base::Lower, "", "-"),
    digits(Base::Upper, "", "-"),
    // String literals.
    digits(Base::Lower, "\\x", ""),
    digits(Base::Upper, "\\x", ""),
    // Lists of bytes: Go's `%v`, JSON of Node and Python, Python and Java.
    digits(Base::Decimal, "", " "),
    digits(Base::Decimal, "", ","),
    digits(Base::Decimal, "", ", "),
    // Program text, and what Rust prints of bytes.
    digits(Base::Lower, "0x", ", "),
    digits(Base::Lower, "", ", "),
];

impl Notation for Digits {
    fn write(&self, text: &[u8], out: &mut Buffer) -> bool {
        for (index, &byte) in text.iter().enumerate() {
            if index > 0 {
                out.extend(self.between.as_bytes());
            }
            out.extend(self.before.as_bytes());
            match self.base {
                Base::Lower => out.extend(&hex_lower(byte)),
                Base::Upper => out.extend(&hex_upper(byte)),
                Base::Decimal => decimal(byte.into(), out),
            }
        }
        true
    }
}

/// Two digits.
#[inline]
pub(super) fn hex_lower(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|digit| digit_of(digit, b'a'))
}

/// Two digits.
#[inline]
pub(super) fn hex_upper(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|digit| digit_of(digit, b'A'))
}

/// The digit of a number below 16; `ten` is that of ten.
#[inline]
const fn digit_of(number: u8, ten: u8) -> u8 {
    match number {
        0..10 => b'0' + number,
        _ => ten - 10 + number,
    }
}

/// As few digits as it takes.
pub(super) fn decimal(number: u32, out: &mut Buffer) {
    // From the last digit to the first; no number has more.
    let mut digits = Zeroizing::new([0; 10]);
    let (mut from, mut rest) = (digits.len(), number);
    for (index, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (rest % 10) as u8;
        (from, rest) = (index, rest / 10);
        if rest == 0 {
            break;
        }
    }
    out.extend(digits.get(from..).unwrap_or_default());
}

/// As few digits as it takes.
pub(super) fn hex_number(number: u32, upper: bool, out: &mut Buffer) {
    let digits = number
        .to_be_bytes()
        .map(if upper { hex_upper } else { hex_lower });
    let digits = digits.as_flattened();
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    let from = zeros.min(digits.len() - 1);
    out.extend(digits.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_zeros_in_front() {
        for (number, tens, sixteens) in [
            (0, "0", "0"),
            (9, "9", "9"),
            (10, "10", "a"),
            (255, "255", "ff"),
            (0x1_0000, "65536", "10000"),
            (0x10_FFFF, "1114111", "10ffff"),
        ] {
            let mut out = Buffer::default();
            decimal(number, &mut out);
            out.push(b' ');
            hex_number(number, false, &mut out);
            assert_eq!(&*out, format!("{tens} {sixteens}").as_bytes());
        }
    }
}
