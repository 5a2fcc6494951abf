//! The rest of a word behind a name: a closed list, since most others make it the name of another thing.

/// Whether these small letters may stand behind a name; any others make it that of another thing, as in
/// `token_url`.
pub(super) const fn may_stand_behind(letters: &[u8]) -> bool {
    matches!(
        letters,
        b"" | b"s"
            | b"key"
            | b"keys"
            | b"token"
            | b"tokens"
            | b"secret"
            | b"secrets"
            | b"value"
            | b"val"
            | b"string"
            | b"str"
            | b"text"
            | b"base"
            | b"keybase"
            | b"raw"
            | b"plain"
            | b"plaintext"
            | b"prod"
            | b"production"
            | b"staging"
            | b"dev"
            | b"development"
            | b"test"
            | b"live"
            | b"main"
            | b"default"
            | b"admin"
            | b"root"
            | b"user"
            | b"password"
            | b"pass"
            | b"old"
            | b"new"
            | b"basic"
    )
}

/// Whether those words may begin with these two letters, which rule out most others; what is no letter says
/// nothing.
pub(super) const fn may_begin_behind(first: u8, second: u8) -> bool {
    let (first, second) = (first.to_ascii_lowercase(), second.to_ascii_lowercase());
    let is_letter = second.is_ascii_lowercase();
    match first {
        b'a' => matches!(second, b'd') || !is_letter,
        b'b' | b'm' => matches!(second, b'a') || !is_letter,
        b'd' | b'k' | b'n' => matches!(second, b'e') || !is_letter,
        b'l' => matches!(second, b'i') || !is_letter,
        b'o' => matches!(second, b'l') || !is_letter,
        b'p' => matches!(second, b'a' | b'l' | b'r') || !is_letter,
        b'r' => matches!(second, b'a' | b'o') || !is_letter,
        b't' => matches!(second, b'e' | b'o') || !is_letter,
        b'u' => matches!(second, b's') || !is_letter,
        b'v' => matches!(second, b'a') || !is_letter,
        first => first == b's' || !first.is_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_may_stand_behind_begin_so() {
        for word in [
            "s", "key", "keybase", "token", "secrets", "value", "val", "str", "text", "base",
            "raw", "plain", "prod", "staging", "dev", "test", "live", "main", "default", "admin",
            "root", "user", "pass", "old", "new", "basic",
        ] {
            assert!(may_stand_behind(word.as_bytes()), "{word}");
            let (first, second) = (word.as_bytes()[0], word.as_bytes().get(1));
            for second in second.into_iter().chain(b"_=\0") {
                assert!(may_begin_behind(first, *second), "{word} {second}");
                assert!(may_begin_behind(first.to_ascii_uppercase(), *second));
            }
        }
        for [first, second] in [b"or", b"wo", b"iz", b"ul"] {
            assert!(!may_begin_behind(*first, *second));
        }
        assert!(may_begin_behind(b'=', b'w') && may_begin_behind(b'_', b'u'));
    }
}
