//! How common tools write a text inside another notation.

use std::fmt::Write as _;

/// What one notation makes of a text; `None` stands for "as it is".
fn escaped(text: &[u8], mut rule: impl FnMut(u8) -> Option<String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    for &byte in text {
        match rule(byte) {
            Some(written) => out.extend_from_slice(written.as_bytes()),
            None => out.push(byte),
        }
    }
    out
}

/// The same, character by character; bytes that are no UTF-8 are left out of the notation.
fn escaped_text(text: &[u8], mut rule: impl FnMut(char) -> Option<String>) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for character in text.chars() {
        match rule(character) {
            Some(written) => out.push_str(&written),
            None => out.push(character),
        }
    }
    Some(out.into_bytes())
}

/// `/` as `\/`.
pub(super) fn slashes(text: &[u8]) -> Vec<u8> {
    escaped(text, |byte| (byte == b'/').then(|| r"\/".to_owned()))
}

/// JSON strings, as written by different libraries.
pub(super) fn json(text: &[u8]) -> Vec<Vec<u8>> {
    let short = |character: char| match character {
        '"' => Some("\\\"".to_owned()),
        '\\' => Some("\\\\".to_owned()),
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        '\t' => Some("\\t".to_owned()),
        '\u{8}' => Some("\\b".to_owned()),
        '\u{c}' => Some("\\f".to_owned()),
        _ => None,
    };
    let mut forms = Vec::new();
    for upper in [false, true] {
        let unicode = |character: char| units(character, upper);
        let control = |character: char| character.is_ascii_control().then(|| unicode(character));
        let ascii = |character: char| (!character.is_ascii()).then(|| unicode(character));
        // Go and Ruby on Rails also escape what HTML would read.
        let html =
            |character: char| matches!(character, '<' | '>' | '&').then(|| unicode(character));
        let slash = |character: char| (character == '/').then(|| "\\/".to_owned());
        forms.extend(escaped_text(text, |it| short(it).or_else(|| control(it))));
        forms.extend(escaped_text(text, |it| {
            short(it).or_else(|| control(it)).or_else(|| ascii(it))
        }));
        forms.extend(escaped_text(text, |it| {
            short(it).or_else(|| control(it)).or_else(|| html(it))
        }));
        forms.extend(escaped_text(text, |it| {
            short(it).or_else(|| control(it)).or_else(|| slash(it))
        }));
        forms.extend(escaped_text(text, |it| {
            short(it)
                .or_else(|| control(it))
                .or_else(|| slash(it))
                .or_else(|| ascii(it))
        }));
        // Everything escaped, as minifiers and obfuscators do.
        forms.extend(escaped_text(text, |it| Some(unicode(it))));
    }
    forms
}

/// UTF-16 units as `\uXXXX`.
fn units(character: char, upper: bool) -> String {
    let mut out = String::new();
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a `String` does not fail.
        let _ = if upper {
            write!(out, "\\u{unit:04X}")
        } else {
            write!(out, "\\u{unit:04x}")
        };
    }
    out
}

/// All other notations.
pub(super) fn all(text: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![hex(text, false), hex(text, true)];
    percent(text, &mut forms);
    markup(text, &mut forms);
    shell(text, &mut forms);
    literal(text, &mut forms);
    forms
}

/// The commonest of them.
pub(super) fn common(text: &[u8]) -> Vec<Vec<u8>> {
    let mut escapes = Vec::new();
    literal(text, &mut escapes);
    let mut forms = vec![hex(text, false)];
    forms.extend(escapes.into_iter().take(2));
    let mut percents = Vec::new();
    percent(text, &mut percents);
    forms.extend(percents.into_iter().take(1));
    forms
}

fn hex(text: &[u8], upper: bool) -> Vec<u8> {
    escaped(text, |byte| {
        Some(if upper {
            format!("{byte:02X}")
        } else {
            format!("{byte:02x}")
        })
    })
}

fn percent(text: &[u8], forms: &mut Vec<Vec<u8>>) {
    // What stays as it is: RFC 3986; encodeURIComponent; with the slash, as in paths; with all
    // that a query may hold; nothing at all.
    let kept: [&[u8]; 5] = [
        b"-._~",
        b"-._~!'()*",
        b"-._~/",
        b"-._~!'()*;/?:@&=+$,#",
        b"",
    ];
    for kept in kept {
        for upper in [true, false] {
            let plain =
                |byte: u8| !kept.is_empty() && byte.is_ascii_alphanumeric() || kept.contains(&byte);
            let code = |byte: u8| {
                if upper {
                    format!("%{byte:02X}")
                } else {
                    format!("%{byte:02x}")
                }
            };
            forms.push(escaped(text, |byte| (!plain(byte)).then(|| code(byte))));
            forms.push(escaped(text, |byte| match byte {
                b' ' => Some("+".to_owned()),
                byte => (!plain(byte)).then(|| code(byte)),
            }));
        }
    }
}

fn markup(text: &[u8], forms: &mut Vec<Vec<u8>>) {
    for (double, single) in [
        ("&quot;", "&apos;"),
        ("&quot;", "&#x27;"),
        ("&quot;", "&#39;"),
        ("&#34;", "&#39;"),
        ("&quot;", "'"),
        ("\"", "'"),
    ] {
        forms.push(escaped(text, |byte| match byte {
            b'&' => Some("&amp;".to_owned()),
            b'<' => Some("&lt;".to_owned()),
            b'>' => Some("&gt;".to_owned()),
            b'"' => Some(double.to_owned()),
            b'\'' => Some(single.to_owned()),
            _ => None,
        }));
    }
}

fn shell(text: &[u8], forms: &mut Vec<Vec<u8>>) {
    let quote = |written: &'static str| move |byte: u8| (byte == b'\'').then(|| written.to_owned());
    // In single quotes: POSIX shells in two ways; doubled, as YAML, SQL and PowerShell do.
    forms.push(escaped(text, quote(r"'\''")));
    forms.push(escaped(text, quote(r#"'"'"'"#)));
    forms.push(escaped(text, quote("''")));
    let before = |special: &'static [u8]| {
        move |byte: u8| {
            special
                .contains(&byte)
                .then(|| format!("\\{}", char::from(byte)))
        }
    };
    // In double quotes; on a command line of Windows; without quotes.
    forms.push(escaped(text, before(b"$`\"\\")));
    forms.push(escaped(text, before(b"\"")));
    forms.push(escaped(text, before(b" !\"#$&'()*,;<>?[\\]^`{|}~")));
    // PowerShell's double quotes.
    forms.push(escaped(text, |byte| {
        b"$`\""
            .contains(&byte)
            .then(|| format!("`{}", char::from(byte)))
    }));
}

/// String literals: Python's `repr` of text and of bytes, Go's `%q` and its kin.
fn literal(text: &[u8], forms: &mut Vec<Vec<u8>>) {
    let short = |byte: u8| match byte {
        b'\\' => Some("\\\\".to_owned()),
        b'\n' => Some("\\n".to_owned()),
        b'\r' => Some("\\r".to_owned()),
        b'\t' => Some("\\t".to_owned()),
        _ => None,
    };
    for quote in [None, Some(b'\''), Some(b'"')] {
        let quoted = |byte: u8| (Some(byte) == quote).then(|| format!("\\{}", char::from(byte)));
        let control = |byte: u8| byte.is_ascii_control().then(|| format!("\\x{byte:02x}"));
        let high = |byte: u8| (!byte.is_ascii()).then(|| format!("\\x{byte:02x}"));
        let octal = |byte: u8| {
            (!byte.is_ascii() || byte.is_ascii_control()).then(|| format!("\\{byte:03o}"))
        };
        forms.push(escaped(text, |byte| {
            short(byte)
                .or_else(|| quoted(byte))
                .or_else(|| control(byte))
        }));
        forms.push(escaped(text, |byte| {
            short(byte)
                .or_else(|| quoted(byte))
                .or_else(|| control(byte))
                .or_else(|| high(byte))
        }));
        forms.push(escaped(text, |byte| {
            short(byte).or_else(|| quoted(byte)).or_else(|| octal(byte))
        }));
    }
    // Every byte in hex, as dumps and obfuscators write it.
    for upper in [false, true] {
        forms.push(escaped(text, |byte| {
            Some(if upper {
                format!("\\x{byte:02X}")
            } else {
                format!("\\x{byte:02x}")
            })
        }));
    }
}
