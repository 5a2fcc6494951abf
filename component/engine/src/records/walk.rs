//! The strings and other scalars of a JSON text, by place.
//!
//! # Promise
//! What is walked to its end is valid by RFC 8259, and what is not is broken, wherever the fault
//! stands. The walk goes through the bytes once, forward, and allocates nothing.
//!
//! # Why it holds
//! The whole state is what may come next and one bit for each open bracket. Brackets nest no
//! deeper than [`MAX_DEPTH`]; deeper text is broken, as the RFC permits.
//!
//! # Hazard
//! That the bytes are valid UTF-8 is for the caller to know: here only ASCII is looked at. Tokens
//! in front of a fault are handed out before the fault is met.

use std::ops::Range;

/// Deepest nesting of arrays and objects.
pub(super) const MAX_DEPTH: u32 = 128;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The name of a member.
    Key,
    /// A string that is a value.
    Text,
    /// A number, `true`, `false` or `null`.
    Scalar,
}

/// A key or a value that is neither array nor object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Its bytes; those of a string without the quotes.
    pub(super) range: Range<usize>,
}

/// The text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// Behind `[`.
    ValueOrEnd,
    Key,
    /// Behind `{`.
    KeyOrEnd,
    Colon,
    /// Behind a value.
    CommaOrEnd,
}

/// A walk through a JSON text.
pub(super) struct Walk<'j> {
    bytes: &'j [u8],
    at: usize,
    expect: Expect,
    depth: u32,
    /// One bit for each open bracket, the innermost lowest: 1 for an object.
    objects: u128,
}

/// Whether `text` is one JSON array, object or string, the white space around it aside.
pub(super) fn is_record(text: &str) -> bool {
    opens(text.as_bytes()) && Walk::new(text.as_bytes()).all(|token| token.is_ok())
}

/// Whether the first byte that is no white space begins an array, an object or a string.
pub(super) fn opens(bytes: &[u8]) -> bool {
    first_significant(bytes).is_some_and(is_opener)
}

/// Whether an array, an object or a string begins with this byte.
pub(super) fn is_opener(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | b'"')
}

/// The first byte that is no white space.
pub(super) fn first_significant(bytes: &[u8]) -> Option<u8> {
    bytes.iter().copied().find(|&byte| !is_space(byte))
}

/// White space of JSON.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

impl<'j> Walk<'j> {
    pub(super) fn new(bytes: &'j [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            expect: Expect::Value,
            depth: 0,
            objects: 0,
        }
    }

    fn step(&mut self) -> Result<Option<Token>, Broken> {
        loop {
            self.skip_while(is_space);
            let Some(&byte) = self.bytes.get(self.at) else {
                let whole = self.expect == Expect::CommaOrEnd && self.depth == 0;
                return if whole { Ok(None) } else { Err(Broken) };
            };
            match (self.expect, byte) {
                (Expect::Value | Expect::ValueOrEnd, b'{' | b'[') => self.open(byte == b'{')?,
                (Expect::ValueOrEnd | Expect::CommaOrEnd, b']') => self.close(false)?,
                (Expect::KeyOrEnd | Expect::CommaOrEnd, b'}') => self.close(true)?,
                (Expect::Key | Expect::KeyOrEnd, b'"') => {
                    self.expect = Expect::Colon;
                    return self.string(Kind::Key).map(Some);
                }
                (Expect::Colon, b':') => {
                    self.at += 1;
                    self.expect = Expect::Value;
                }
                (Expect::CommaOrEnd, b',') if self.depth > 0 => {
                    self.at += 1;
                    self.expect = if self.objects & 1 == 1 {
                        Expect::Key
                    } else {
                        Expect::Value
                    };
                }
                (Expect::Value | Expect::ValueOrEnd, _) => {
                    self.expect = Expect::CommaOrEnd;
                    return match byte {
                        b'"' => self.string(Kind::Text),
                        _ => self.scalar(byte),
                    }
                    .map(Some);
                }
                _ => return Err(Broken),
            }
        }
    }

    fn open(&mut self, object: bool) -> Result<(), Broken> {
        if self.depth == MAX_DEPTH {
            return Err(Broken);
        }
        self.at += 1;
        self.depth += 1;
        self.objects = (self.objects << 1) | u128::from(object);
        self.expect = if object {
            Expect::KeyOrEnd
        } else {
            Expect::ValueOrEnd
        };
        Ok(())
    }

    fn close(&mut self, object: bool) -> Result<(), Broken> {
        if self.depth == 0 || (self.objects & 1 == 1) != object {
            return Err(Broken);
        }
        self.at += 1;
        self.depth -= 1;
        self.objects >>= 1;
        self.expect = Expect::CommaOrEnd;
        Ok(())
    }

    /// The string whose opening quote stands here.
    fn string(&mut self, kind: Kind) -> Result<Token, Broken> {
        let start = self.at + 1;
        self.at = start;
        loop {
            self.skip_while(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
            match self.take() {
                Some(b'"') => {
                    let range = start..self.at - 1;
                    return Ok(Token { kind, range });
                }
                Some(b'\\') => match self.take() {
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
                    Some(b'u') => {
                        for _ in 0..4 {
                            let digit = self.take().filter(u8::is_ascii_hexdigit);
                            digit.ok_or(Broken)?;
                        }
                    }
                    _ => return Err(Broken),
                },
                _ => return Err(Broken),
            }
        }
    }

    /// The number or literal that stands here.
    fn scalar(&mut self, first: u8) -> Result<Token, Broken> {
        let start = self.at;
        match first {
            b't' => self.literal(b"true")?,
            b'f' => self.literal(b"false")?,
            b'n' => self.literal(b"null")?,
            _ => self.number()?,
        }
        Ok(Token {
            kind: Kind::Scalar,
            range: start..self.at,
        })
    }

    fn literal(&mut self, word: &[u8]) -> Result<(), Broken> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(Broken);
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<(), Broken> {
        self.take_if(|byte| byte == b'-');
        if !self.take_if(|byte| byte == b'0') {
            self.digits()?;
        }
        if self.take_if(|byte| byte == b'.') {
            self.digits()?;
        }
        if self.take_if(|byte| matches!(byte, b'e' | b'E')) {
            self.take_if(|byte| matches!(byte, b'+' | b'-'));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Broken> {
        let start = self.at;
        self.skip_while(|byte| byte.is_ascii_digit());
        if self.at == start {
            Err(Broken)
        } else {
            Ok(())
        }
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn take_if(&mut self, fits: impl Fn(u8) -> bool) -> bool {
        let taken = self.bytes.get(self.at).is_some_and(|&byte| fits(byte));
        self.at += usize::from(taken);
        taken
    }

    fn skip_while(&mut self, fits: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|&&byte| fits(byte)).count();
    }
}

/// Ends behind the first fault.
impl Iterator for Walk<'_> {
    type Item = Result<Token, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            // What follows a fault is not looked at: an empty rest that may end here.
            (self.bytes, self.at, self.depth) = (&[], 0, 0);
            self.expect = Expect::CommaOrEnd;
        }
        step.transpose()
    }
}

#[cfg(test)]
#[expect(
    clippy::string_slice,
    reason = "a test may stop at what it did not expect"
)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<Vec<String>, Broken> {
        let tokens = Walk::new(text.as_bytes()).map(|token| {
            let Token { kind, range } = token?;
            let mark = match kind {
                Kind::Key => "k",
                Kind::Text => "t",
                Kind::Scalar => "s",
            };
            Ok(format!("{mark}{}", &text[range]))
        });
        tokens.collect()
    }

    #[test]
    fn keys_strings_and_scalars_come_in_order() {
        let text = r#" {"a":"b", "c" : [1,true,{"d":null}],"a":"","e\"f":[[],{}]} "#;
        let expected = [
            "ka", "tb", "kc", "s1", "strue", "kd", "snull", "ka", "t", r#"ke\"f"#,
        ];
        assert_eq!(shown(text).unwrap(), expected);
    }

    #[test]
    fn valid_texts() {
        for text in [
            "{}",
            "[]",
            "[ ]",
            "{ }",
            "\"\"",
            "[\"\"]",
            "\t[\r\n]\n ",
            "0",
            "[0]",
            "[-0]",
            "[-0.0]",
            "[10]",
            "[1.5]",
            "[1e5]",
            "[1E+5]",
            "[1e-05]",
            "[0e0]",
            "[123456789012345678901234567890.000000000000000000001e999999]",
            "[true,false,null]",
            r#"["\"\\\/\b\f\n\r\t\u0041\uD83D\uDE00"]"#,
            r#"["\ud800"]"#,
            r#"["\udc00\ud800"]"#,
            "[\"\u{7f}\u{2028}\u{fffd}😀\"]",
            r#"{"":0,"":0}"#,
            r#"{"a":{"a":[{"a":[]}]}}"#,
        ] {
            assert!(shown(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn broken_texts() {
        for text in [
            "",
            " ",
            "{",
            "[",
            "]",
            "}",
            "[}",
            "{]",
            "[[]",
            "[]]",
            "{}{}",
            "[] []",
            "[],",
            "[,]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1,,2]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\"::1}",
            "{a:1}",
            "{1:1}",
            "{'a':1}",
            "[\"a\":1]",
            "{[]:1}",
            "{\"a\":1]",
            "[01]",
            "[-]",
            "[-01]",
            "[+1]",
            "[.5]",
            "[1.]",
            "[1.e5]",
            "[1e]",
            "[1e+]",
            "[0x1]",
            "[1_000]",
            "[NaN]",
            "[Infinity]",
            "[-Infinity]",
            "[True]",
            "[nul]",
            "[nulls]",
            "[\"a]",
            "[\"\\\"]",
            "[\"\\x41\"]",
            "[\"\\u41\"]",
            "[\"\\u00g0\"]",
            "[\"\\U0041\"]",
            "[\"\\'\"]",
            "[\"\\\"",
            "[\"\t\"]",
            "[\"\n\"]",
            "[\"\u{0}\"]",
            "[1]\u{0}",
            "[1]//",
            "/**/[1]",
            "\u{feff}[1]",
            "[\u{a0}1]",
            "[\u{c}1]",
        ] {
            assert_eq!(shown(text), Err(Broken), "{text:?}");
        }
    }

    #[test]
    fn every_prefix_of_a_record_is_broken() {
        let text = r#"{"a":["\u00e9",-1.5e3,{"b":null}]}"#;
        for end in 0..text.len() {
            assert!(!is_record(&text[..end]), "{}", &text[..end]);
        }
        assert!(is_record(text));
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(is_record(&nested(128)));
        assert!(!is_record(&nested(129)));
        let objects = |depth: usize| "{\"k\":".repeat(depth) + "1" + &"}".repeat(depth);
        assert!(is_record(&objects(128)));
        assert!(!is_record(&objects(129)));
        // Closing forgets: siblings may be as deep again.
        let deep = nested(127);
        assert!(is_record(&format!("[{deep},{deep}]")));
        assert!(!is_record(&"[".repeat(100_000)));
    }

    #[test]
    fn a_walk_ends_behind_its_fault() {
        let mut walk = Walk::new(b"[1,}");
        assert!(walk.next().is_some_and(|token| token.is_ok()));
        assert_eq!(walk.next(), Some(Err(Broken)));
        assert_eq!(walk.next(), None);
    }

    #[test]
    fn numbers_and_literals_alone_are_no_records() {
        for text in ["1", "true", "null", "-5", " 7 "] {
            assert!(!is_record(text), "{text}");
        }
        assert!(is_record(" \"text\" "));
    }
}
