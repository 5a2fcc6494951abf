//! Strings of a JSON document, each with the name that it has.
//!
//! What is read need not be valid: what a program prints is often cut off, or a literal of Python
//! or JavaScript. So brackets and strings are followed, and nothing is refused.

use std::ops::Range;

use super::super::buffer::Buffer;

/// An open bracket.
struct Open {
    array: bool,
    /// The name in front of it: that of its strings, if it is an array.
    name: Range<usize>,
}

/// Whether `text`, which has no blanks around it, looks like an object or an array with strings.
pub(super) fn is_document(text: &[u8]) -> bool {
    let brackets = matches!(text, [b'{', .., b'}'] | [b'[', .., b']']);
    brackets && text.iter().any(|byte| matches!(byte, b'"' | b'\''))
}

/// Calls `hit` with every string that is no name, and its name; that is empty where it has none.
pub(super) fn read(text: &[u8], mut hit: impl FnMut(&[u8], &[u8])) {
    let mut open: Vec<Open> = Vec::new();
    let mut name = 0..0;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' | b'\'' => {
                let string = at..end_of_string(text, at, byte);
                at = string.end + 1;
                let rest = text.get(at..).unwrap_or_default().trim_ascii_start();
                if rest.first() == Some(&b':') {
                    name = string;
                } else {
                    let said = |range: Range<usize>| unescaped(text.get(range).unwrap_or_default());
                    hit(&said(name.clone()), &said(string));
                }
            }
            b':' if name.is_empty() => name = name_before(text, at - 1),
            b'{' | b'[' => {
                let array = byte == b'[';
                open.push(Open {
                    array,
                    name: name.clone(),
                });
                if !array {
                    name = 0..0;
                }
            }
            b'}' | b']' | b',' => {
                if byte != b',' {
                    open.pop();
                }
                let within = open.last().filter(|open| open.array);
                name = within.map_or(0..0, |open| open.name.clone());
            }
            _ => {}
        }
    }
}

/// Where the string ends that begins at `at`, behind its `quote`.
fn end_of_string(text: &[u8], at: usize, quote: u8) -> usize {
    let mut index = at;
    while let Some(&byte) = text.get(index) {
        match byte {
            b'\\' => index += 2,
            _ if byte == quote => return index,
            _ => index += 1,
        }
    }
    text.len()
}

/// A name without quotes, as JavaScript has it.
fn name_before(text: &[u8], at: usize) -> Range<usize> {
    let before = text.get(..at).unwrap_or_default();
    let end = before.trim_ascii_end().len();
    let before = before.get(..end).unwrap_or_default();
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.$".contains(byte);
    end - before.iter().rev().take_while(is_name).count()..end
}

/// What a string says whose escapes are those of JSON, Python or JavaScript.
pub(super) fn unescaped(string: &[u8]) -> Buffer {
    let mut out = Buffer::default();
    let mut rest = string;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        let (plain, escape) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend(plain);
        rest = match escape {
            [_, b'u', rest @ ..] => character(rest, &mut out),
            [_, b'x', rest @ ..] => match number(rest, 2).and_then(|it| u8::try_from(it).ok()) {
                Some(byte) => {
                    out.push(byte);
                    rest.get(2..).unwrap_or_default()
                }
                None => rest,
            },
            [_, short, rest @ ..] => {
                out.push(match short {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    other => *other,
                });
                rest
            }
            _ => &[],
        };
    }
    out.extend(rest);
    out
}

/// The character behind `\u`; what stands behind it.
fn character<'t>(digits: &'t [u8], out: &mut Buffer) -> &'t [u8] {
    let Some(first) = number(digits, 4) else {
        return digits;
    };
    let rest = digits.get(4..).unwrap_or_default();
    let second = match rest {
        [b'\\', b'u', low @ ..] => number(low, 4).filter(|it| (0xdc00..0xe000).contains(it)),
        _ => None,
    };
    match (first, second) {
        (0xd800..0xdc00, Some(second)) => {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            out.extend_char(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            rest.get(6..).unwrap_or_default()
        }
        _ => {
            out.extend_char(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
            rest
        }
    }
}

/// The number that so many hexadecimal digits say.
fn number(digits: &[u8], count: usize) -> Option<u32> {
    let digit = |&byte: &u8| char::from(byte).to_digit(16);
    let mut digits = digits.get(..count)?.iter().map(digit);
    digits.try_fold(0, |sum, digit| Some(sum << 4 | digit?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<(String, String)> {
        let mut strings = Vec::new();
        let text_of = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        read(text.as_bytes(), |name, string| {
            strings.push((text_of(name), text_of(string)));
        });
        strings
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, string): &(&str, &str)| ((*name).to_owned(), (*string).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn strings_have_names() {
        let text = r#"{"a": "1", "b": {"c": ["2", "3", {"d": "4"}, "5"], "e": 6}, "f": "7"}"#;
        let expected = [
            ("a", "1"),
            ("c", "2"),
            ("c", "3"),
            ("d", "4"),
            ("c", "5"),
            ("f", "7"),
        ];
        assert_eq!(strings(text), pairs(&expected));
        assert_eq!(strings(r#"["a", "b"]"#), pairs(&[("", "a"), ("", "b")]));
        assert_eq!(
            strings("{'a': 'it\\'s', b: \"2\"}"),
            pairs(&[("a", "it's"), ("b", "2")])
        );
        assert_eq!(strings(r#"{"a": "cut o"#), pairs(&[("a", "cut o")]));
    }

    #[test]
    fn escapes() {
        let said = |text: &str| String::from_utf8(unescaped(text.as_bytes()).to_vec());
        for (text, expected) in [
            (r#"a\"b\\c\/d\n"#, "a\"b\\c/d\n"),
            (r"\u00e9\ud834\udd1ex\x41", "é𝄞xA"),
            (r"\ud834x", "\u{fffd}x"),
            (r"\u12", "12"),
            ("a\\", "a"),
        ] {
            assert_eq!(said(text).as_deref(), Ok(expected), "{text}");
        }
    }
}
