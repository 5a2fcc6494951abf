//! What an `Authorization` header holds, and text in base64.

use super::super::buffer::Buffer;

/// How a header says who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// A user and a password in base64.
    Basic,
    /// Whoever has it.
    Bearer,
}

/// Names of schemes in front of a credential, in small letters.
const SCHEMES: [(&[u8], Scheme); 6] = [
    (b"basic", Scheme::Basic),
    (b"bearer", Scheme::Bearer),
    (b"token", Scheme::Bearer),
    (b"apikey", Scheme::Bearer),
    (b"bot", Scheme::Bearer),
    (b"ssws", Scheme::Bearer),
];

/// Scheme and credentials, where `text` is nothing but these.
pub(super) fn scheme(text: &[u8]) -> Option<(Scheme, &[u8])> {
    let at = text.iter().position(u8::is_ascii_whitespace)?;
    let (name, rest) = text.split_at_checked(at)?;
    let credentials = rest.trim_ascii();
    let known = |(word, _): &&(&[u8], Scheme)| name.eq_ignore_ascii_case(word);
    let (_, scheme) = SCHEMES.iter().find(known)?;
    let one_word = !credentials.iter().any(u8::is_ascii_whitespace);
    one_word.then_some((*scheme, credentials))
}

/// The text that `encoded` is base64 of, in either alphabet, with or without padding and line
/// breaks; nothing where that is no text. What looks like base64 by chance is no text either.
pub(super) fn decoded(encoded: &[u8]) -> Option<Buffer> {
    let mut out = Buffer::default();
    let mut bits = 0_u32;
    let mut count = 0_u32;
    let mut padded = false;
    for &byte in encoded {
        let sextet = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                padded = true;
                continue;
            }
            b'\n' | b'\r' => continue,
            _ => return None,
        };
        if padded {
            return None;
        }
        bits = bits << 6 | u32::from(sextet);
        count += 6;
        if count >= 8 {
            count -= 8;
            let byte = u8::try_from(bits >> count & 0xff).unwrap_or(0);
            out.push(byte);
        }
    }
    // A last character that begins a byte which is not there.
    let whole = count < 6 && bits & ((1 << count) - 1) == 0;
    let text = std::str::from_utf8(&out).ok()?;
    let plain =
        |character: char| !character.is_control() || matches!(character, '\t' | '\n' | '\r');
    (whole && text.chars().all(plain)).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_base64() {
        // By coreutils' base64.
        for (encoded, text) in [
            ("Ym9iOmh1bnRlcjItOQ==", "bob:hunter2-9"),
            ("Ym9iOmh1bnRlcjItOQ", "bob:hunter2-9"),
            ("Ym9iOmh1\nbnRlcjItOQ==\n", "bob:hunter2-9"),
            ("w6k/Pz8/fn5+", "é????~~~"),
            ("w6k_Pz8_fn5-", "é????~~~"),
        ] {
            let decoded = decoded(encoded.as_bytes()).expect(encoded);
            assert_eq!(&*decoded, text.as_bytes(), "{encoded}");
        }
        for other in [
            "hunter2-hunter2",
            "Ym9iOmh1bnRlcjItO",
            "Ym9i=Omh1",
            "Ym9i Omh1",
            "AAECAw==",
        ] {
            assert!(decoded(other.as_bytes()).is_none(), "{other}");
        }
    }

    #[test]
    fn schemes() {
        assert_eq!(scheme(b"bearer abc"), Some((Scheme::Bearer, &b"abc"[..])));
        assert_eq!(scheme(b"Basic  YTpi"), Some((Scheme::Basic, &b"YTpi"[..])));
        assert_eq!(scheme(b"token ring network"), None);
        assert_eq!(scheme(b"Bearer"), None);
    }
}
