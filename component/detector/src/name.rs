//! Names that give a value away, in whatever case and with whatever joins their words.
//!
//! `api_key` stands for `api_key`, `API_KEY`, `api-key`, `api.key`, `apiKey` and `APIKEY`.

use hushgate_prefilter::{ByteSet, Fingerprint, WIDTH};

/// Shortest and longest name in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = WIDTH - 1..=24;

/// What may stand between two words of a name.
pub const JOINTS: ByteSet = ByteSet::single(b'_')
    .union(&ByteSet::single(b'-'))
    .union(&ByteSet::single(b'.'));

/// Whether it is words of lower-case letters joined by `_`, and the first one has three at least.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let first = name.split('_').next().unwrap_or_default();
    LENGTHS.contains(&name.len()) && first.len() >= WIDTH - 1 && name.split('_').all(is_word)
}

/// Whether it is what stands in front of a user and a password: the end of a scheme and `://`, an option, or a
/// command, whose words are joined by blanks.
#[must_use]
pub fn is_mark(text: &str) -> bool {
    let option = text.trim_matches(' ');
    let letters = option.trim_start_matches('-');
    let is_option = LENGTHS.contains(&text.len())
        && text.len() >= WIDTH
        && option.len() - letters.len() == 1 + usize::from(letters.len() > 1)
        && !letters.is_empty()
        && letters.bytes().all(|byte| byte.is_ascii_lowercase());
    let scheme = text.strip_suffix("://").unwrap_or_default();
    let is_scheme = !scheme.is_empty()
        && text.len() <= *LENGTHS.end()
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_word = |word: &str| {
        let mut bytes = word.bytes();
        let is_part = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b':')
        };
        !word.is_empty() && bytes.all(is_part)
    };
    let is_command = LENGTHS.contains(&text.len())
        && text.len() >= WIDTH
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.split(' ').all(is_word);
    is_scheme || is_option || is_command
}

/// The bytes with which it may begin.
#[must_use]
pub fn fingerprint(name: &str) -> Fingerprint {
    let bytes = name.as_bytes();
    let letter =
        |byte: u8| ByteSet::single(byte).union(&ByteSet::single(byte.to_ascii_uppercase()));
    let mut sets = [ByteSet::FULL; WIDTH];
    for (index, set) in sets.iter_mut().enumerate() {
        *set = match bytes.get(index) {
            Some(b'_') => {
                let next = bytes.get(index + 1).copied().unwrap_or(b'_');
                JOINTS.union(&letter(next))
            }
            Some(&byte) => letter(byte),
            None => ByteSet::FULL,
        };
    }
    Fingerprint { sets }
}

/// What stands at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Something else.
    No,
    /// The name, as far as the text reaches.
    Begins,
    /// The name, of so many bytes.
    Whole(usize),
}

/// Whether a name stands at the start of `text`.
#[must_use]
pub fn at(name: &str, text: &[u8]) -> Stands {
    let mut place = 0;
    for byte in name.bytes() {
        let Some(found) = text.get(place) else {
            return Stands::Begins;
        };
        if byte == b'_' {
            // Words may stand together.
            place += usize::from(JOINTS.contains(*found));
        } else if found.eq_ignore_ascii_case(&byte) {
            place += 1;
        } else {
            return Stands::No;
        }
    }
    Stands::Whole(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_all_notations() {
        for text in [
            "api_key", "API_KEY", "api-key", "api.key", "apiKey", "APIKEY",
        ] {
            assert_eq!(at("api_key", text.as_bytes()), Stands::Whole(text.len()));
            for end in 0..text.len() {
                assert_eq!(at("api_key", &text.as_bytes()[..end]), Stands::Begins);
            }
            let first: &[u8; WIDTH] = text.as_bytes().first_chunk().expect("four bytes");
            let sets = fingerprint("api_key").sets;
            assert!(
                sets.iter()
                    .zip(first)
                    .all(|(set, byte)| set.contains(*byte))
            );
        }
        assert_eq!(at("api_key", b"api__key"), Stands::No);
        assert_eq!(at("api_key", b"apikez"), Stands::No);
        assert_eq!(at("token", b"tokens"), Stands::Whole(5));
    }

    #[test]
    fn what_a_name_is() {
        assert!(is_name("token") && is_name("api_key") && is_name("pwd"));
        assert!(is_mark("s://") && is_mark(" -u ") && is_mark("--user"));
        assert!(is_mark("redis-cli") && is_mark("docker login"));
        assert!(is_mark("zip -p") && is_mark("7z a") && is_mark("oracle:thin:"));
        for other in [
            "-u",
            "use",
            "docker  login",
            " - ",
            "---user",
            "--",
            "--user=",
            "//",
            "://",
        ] {
            assert!(!is_mark(other), "{other}");
        }
        for other in [
            "pw", "a_key", "Token", "api-key", "token_", "_token", "to1ken", "api__key",
        ] {
            assert!(!is_name(other), "{other}");
        }
    }
}
