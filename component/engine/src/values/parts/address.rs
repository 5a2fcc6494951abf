//! Passwords in addresses: `postgres://app:pa%40ss@db/x`.

use super::super::buffer::Buffer;

/// Longest password that is looked for where it holds what should have been escaped.
const MOST: usize = 256;

/// Calls `hit` with the password of each address in a text. Where a token stands in place of the
/// user, and behind it no password, it is the token.
pub(super) fn read(text: &[u8], mut hit: impl FnMut(&[u8])) {
    let mut rest = text;
    while let Some(at) = rest.windows(3).position(|it| it == b"://") {
        rest = rest.get(at + 3..).unwrap_or_default();
        let Some(info) = user_info(rest) else {
            continue;
        };
        rest = rest.get(info.len()..).unwrap_or_default();
        let Some(colon) = info.iter().position(|&byte| byte == b':') else {
            continue;
        };
        let (user, password) = info.split_at_checked(colon).unwrap_or_default();
        match password.get(1..).unwrap_or_default() {
            b"" | b"x-oauth-basic" => hit(user),
            password => hit(password),
        }
    }
}

/// What stands in front of the last `@` of an authority.
fn user_info(text: &[u8]) -> Option<&[u8]> {
    let outside = |byte: &u8| byte.is_ascii_whitespace() || b"\"'<>`".contains(byte);
    let length = |ends: &dyn Fn(&u8) -> bool| text.iter().position(ends).unwrap_or(text.len());
    let authority = text.get(..length(&|byte| outside(byte) || b"/?#".contains(byte)))?;
    let at = |text: &[u8]| text.iter().rposition(|&byte| byte == b'@');
    if let Some(at) = at(authority) {
        return authority.get(..at);
    }
    // `app:pa/ss@db`: no port has letters, so this is a password all the same.
    let colon = authority.iter().position(|&byte| byte == b':')?;
    let port = authority.get(colon + 1..)?;
    if port.is_empty() || port.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let near = text.get(..authority.len() + MOST).unwrap_or(text);
    let near = near.get(..near.iter().position(outside).unwrap_or(near.len()))?;
    near.get(..at(near)?)
}

/// What a percent-encoded text says, if it is one.
pub(super) fn decoded(text: &[u8]) -> Option<Buffer> {
    let mut out = Buffer::default();
    let mut rest = text;
    let mut changed = false;
    while let Some((&byte, behind)) = rest.split_first() {
        let digit = |index: usize| {
            behind
                .get(index)
                .and_then(|it| char::from(*it).to_digit(16))
        };
        rest = match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high << 4 | low).unwrap_or(byte));
                changed = true;
                behind.get(2..).unwrap_or_default()
            }
            _ => {
                out.push(byte);
                behind
            }
        };
    }
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        for (text, expected) in [
            ("postgres://app:pa%40ss@db/x", "pa%40ss"),
            ("redis://:hunter2@cache:6379/0", "hunter2"),
            ("https://user:p@ss@host", "p@ss"),
            ("mysql://app:pa/ss?x#y@db/x", "pa/ss?x#y"),
            ("https://some-token:@host/", "some-token"),
            ("https://some-token:x-oauth-basic@host/", "some-token"),
            ("jdbc:mysql://a:hunter2@[::1]:3306/x", "hunter2"),
        ] {
            let mut found = Vec::new();
            read(text.as_bytes(), |part| found.push(part.to_vec()));
            assert_eq!(found, [expected.as_bytes()], "{text}");
        }
        for text in [
            "https://host/",
            "https://host:8080/@scope/name",
            "https://host/a:b@c",
            "ssh://git@host/x",
            "https://host?mail=a:b@c",
        ] {
            read(text.as_bytes(), |_| panic!("{text}"));
        }
    }

    #[test]
    fn percent_encoding() {
        let decode = |text: &str| decoded(text.as_bytes()).map(|it| it.to_vec());
        assert_eq!(
            decode("pa%40ss%2f%C3%A9").as_deref(),
            Some("pa@ss/é".as_bytes())
        );
        assert_eq!(decode("100%"), None);
        assert_eq!(decode("%4"), None);
    }
}
