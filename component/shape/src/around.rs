//! What stands around a credential that does not belong to it: a paste that took too much, a value that
//! was encoded once too often.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Something around a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Around {
    /// White space other than the end of a line.
    Space,
    /// The end of a line.
    Newline,
    /// Quotes on both sides.
    Quotes,
    /// The scheme of an `Authorization` header.
    Scheme,
    /// Base64 of all of it.
    Base64,
}

/// Both alphabets, with padding or without; the last bits may be any.
pub(crate) const BASE64: [GeneralPurpose; 2] = {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    [
        GeneralPurpose::new(&STANDARD, config),
        GeneralPurpose::new(&URL_SAFE, config),
    ]
};

/// Fewer characters are seldom base64, even if they could be.
const MIN_BASE64: usize = 16;

/// What base64 stands for, broken into lines or not.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text
        .chars()
        .filter(|char| !char.is_ascii_whitespace())
        .collect();
    BASE64.iter().find_map(|it| it.decode(&text).ok())
}

/// Schemes of authorization, in lower case.
const SCHEMES: [&str; 7] = [
    "authorization:",
    "x-api-key:",
    "bearer ",
    "token ",
    "basic ",
    "apikey ",
    "splunk ",
];

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// A value without what stands around it.
pub(crate) struct Stripped<'v> {
    /// What is left.
    pub(crate) inner: &'v str,
    /// The same with the scheme of a header in front: some forms are known by that.
    pub(crate) framed: &'v str,
    /// What is gone, from the outside to the inside.
    pub(crate) around: Vec<Around>,
}

/// Takes off what stands around a value.
pub(crate) fn strip(value: &str) -> Stripped<'_> {
    let mut around = Vec::new();
    let mut framed = None;
    let mut rest = value;
    loop {
        let trimmed = rest.trim_matches(is_blank);
        if trimmed.len() < rest.len() {
            let gone = || {
                let in_front = rest.len() - rest.trim_start_matches(is_blank).len();
                let head = rest.get(..in_front).unwrap_or_default();
                let tail = rest.get(rest.trim_end_matches(is_blank).len()..);
                head.chars().chain(tail.unwrap_or_default().chars())
            };
            let is_end = |char: char| matches!(char, '\n' | '\r');
            note(&mut around, Around::Newline, gone().any(is_end));
            note(&mut around, Around::Space, gone().any(|char| !is_end(char)));
            rest = trimmed;
        }
        let inner = QUOTES.iter().find_map(|&quote| {
            let inner = rest.strip_prefix(quote)?.strip_suffix(quote)?;
            (!inner.contains(quote)).then_some(inner)
        });
        if let Some(inner) = inner {
            note(&mut around, Around::Quotes, true);
            rest = inner;
            continue;
        }
        let behind = SCHEMES.iter().find_map(|scheme| {
            let head = rest.get(..scheme.len())?;
            head.eq_ignore_ascii_case(scheme)
                .then(|| rest.get(scheme.len()..))?
        });
        match behind {
            Some(behind) if !behind.trim().is_empty() => {
                note(&mut around, Around::Scheme, true);
                framed.get_or_insert(rest);
                rest = behind;
            }
            _ => {
                return Stripped {
                    inner: rest,
                    framed: framed.unwrap_or(rest),
                    around,
                };
            }
        }
    }
}

/// White space, and what nobody sees: marks of an encoding, and what pages put between words.
fn is_blank(char: char) -> bool {
    char.is_whitespace()
        || !cfg!(sabotage = "marks-of-an-encoding-stay")
            && matches!(char, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}')
}

fn note(around: &mut Vec<Around>, one: Around, stands: bool) {
    if stands && !around.contains(&one) {
        around.push(one);
    }
}

/// What a text is base64 of, if that is text, or else a key in DER.
pub(crate) fn unwrapped(text: &str) -> Option<String> {
    if text.len() < MIN_BASE64 || text.contains("-----") {
        return None;
    }
    let inner = String::from_utf8(base64(text)?).ok()?;
    let odd = |char: char| char.is_control() && !char.is_whitespace();
    (!inner.contains(odd)).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_goes() {
        use Around::{Newline, Quotes, Scheme, Space};
        for (value, inner, around) in [
            ("abc", "abc", vec![]),
            ("abc\n", "abc", vec![Newline]),
            (" 'abc'\r\n", "abc", vec![Newline, Space, Quotes]),
            ("Authorization: Bearer abc", "abc", vec![Scheme, Space]),
            ("\"abc", "\"abc", vec![]),
            ("'a'b'", "'a'b'", vec![]),
            ("Bearer ", "Bearer", vec![Space]),
            ("\u{FEFF}abc\n", "abc", vec![Newline, Space]),
            ("\u{200B}abc", "abc", vec![Space]),
            ("", "", vec![]),
        ] {
            let stripped = strip(value);
            assert_eq!(stripped.inner, inner, "{value:?}");
            assert_eq!(stripped.around, around, "{value:?}");
        }
        assert_eq!(strip("'Token token=abc'\n").framed, "Token token=abc");
    }

    #[test]
    fn what_is_no_text_inside_is_no_wrapping() {
        assert_eq!(
            unwrapped("Z2hwX0VYQU1QTEVvbmx5").as_deref(),
            Some("ghp_EXAMPLEonly")
        );
        assert_eq!(
            unwrapped("Z2hwX0VYQU1Q\nTEVvbmx5").as_deref(),
            Some("ghp_EXAMPLEonly")
        );
        assert_eq!(unwrapped("EXAMPLEonlyEXAMPLEonly"), None);
        assert_eq!(unwrapped("Z2hwXw=="), None, "too short to say");
    }
}
