//! How common tools write a text inside another notation: written anew for tests, as the tools
//! document it, so that the engine is not asked whether it agrees with itself.

use crate::awkward::{base64, inner_base64};

/// A way of writing a text; none where it cannot.
type Writer = fn(&[u8]) -> Option<Vec<u8>>;

/// The notation in which a text may stand behind other data.
const BASE64: &str = "base64";

/// The notations: a name, and what each makes of a text.
pub const NOTATIONS: [(&str, Writer); 14] = [
    ("as it is", |text| Some(text.to_vec())),
    (BASE64, |text| Some(inner_base64(text, 0))),
    ("base64 for URLs", |text| {
        let encoded = inner_base64(text, 0).into_iter();
        let other = |byte| match byte {
            b'+' => b'-',
            b'/' => b'_',
            same => same,
        };
        Some(encoded.map(other).collect())
    }),
    ("hexadecimal", |text| {
        Some(each(text, |byte| Some(format!("{byte:02x}"))))
    }),
    ("upper hexadecimal", |text| {
        Some(each(text, |byte| Some(format!("{byte:02X}"))))
    }),
    ("a part of a URL", |text| Some(percent(text, b"-._~"))),
    ("encodeURIComponent", |text| {
        Some(percent(text, b"-._~!'()*"))
    }),
    ("JSON", json),
    ("JSON in ASCII", ascii_json),
    ("JSON in base64", |text| Some(inner_base64(&json(text)?, 0))),
    ("HTML", |text| {
        Some(each(text, |byte| {
            let written = match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                b'\'' => "&#x27;",
                _ => return None,
            };
            Some(written.to_owned())
        }))
    }),
    ("a shell's quotes", |text| {
        let quote = |byte| (byte == b'\'').then(|| r"'\''".to_owned());
        Some(each(text, quote))
    }),
    ("quotes of YAML", |text| {
        let quote = |byte| (byte == b'\'').then(|| "''".to_owned());
        Some(each(text, quote))
    }),
    ("UTF-16 in base64", |text| {
        let units = str::from_utf8(text).ok()?.encode_utf16();
        let wide: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
        Some(inner_base64(&wide, 0))
    }),
];

/// A text in the notation with this number; none where it cannot be written so. In base64 it stands
/// behind `front` bytes of other data, up to two, and the padding is there.
#[must_use]
pub fn write(number: usize, text: &[u8], front: usize) -> Option<Vec<u8>> {
    let (name, writer) = NOTATIONS.get(number % NOTATIONS.len())?;
    if *name == BASE64 {
        let mut inner = vec![b'x'; front % 3];
        inner.extend_from_slice(text);
        return Some(base64(&inner));
    }
    writer(text)
}

/// What `rule` makes of each byte; none stands for the byte itself.
fn each(text: &[u8], rule: impl Fn(u8) -> Option<String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    for &byte in text {
        match rule(byte) {
            Some(written) => out.extend_from_slice(written.as_bytes()),
            None => out.push(byte),
        }
    }
    out
}

fn percent(text: &[u8], kept: &[u8]) -> Vec<u8> {
    each(text, |byte| {
        let plain = byte.is_ascii_alphanumeric() || kept.contains(&byte);
        (!plain).then(|| format!("%{byte:02X}"))
    })
}

/// What stands between the quotes, as serde_json writes it.
fn json(text: &[u8]) -> Option<Vec<u8>> {
    let written = serde_json::to_string(str::from_utf8(text).ok()?).ok()?;
    let inner = written.strip_prefix('"')?.strip_suffix('"')?;
    Some(inner.as_bytes().to_vec())
}

/// The same without a byte that is no printable ASCII, as Python writes it.
fn ascii_json(text: &[u8]) -> Option<Vec<u8>> {
    let written = json(text)?;
    let mut out = Vec::new();
    for character in str::from_utf8(&written).ok()?.chars() {
        if matches!(character, ' '..='~') {
            out.push(u8::try_from(character).ok()?);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right sides were printed by the tools.
    #[test]
    fn notations_are_those_of_the_tools() {
        let value = "pa\"ss'w/o\\rd&<é\n1".as_bytes();
        let written = |name: &str| {
            let (_, writer) = NOTATIONS
                .iter()
                .find(|it| it.0 == name)
                .expect("a notation");
            String::from_utf8(writer(value).expect("text")).expect("text")
        };
        for (name, expected) in [
            ("JSON", r#"pa\"ss'w/o\\rd&<é\n1"#),
            ("JSON in ASCII", r#"pa\"ss'w/o\\rd&<\u00e9\n1"#),
            ("a part of a URL", "pa%22ss%27w%2Fo%5Crd%26%3C%C3%A9%0A1"),
            ("encodeURIComponent", "pa%22ss'w%2Fo%5Crd%26%3C%C3%A9%0A1"),
            ("HTML", "pa&quot;ss&#x27;w/o\\rd&amp;&lt;é\n1"),
            ("a shell's quotes", "pa\"ss'\\''w/o\\rd&<é\n1"),
        ] {
            assert_eq!(written(name), expected);
        }
        assert_eq!(
            write(1, b"hunter2", 1).as_deref(),
            Some(&b"eGh1bnRlcjI="[..])
        );
    }
}
