//! A password behind a user: `scheme://user:password@host`, `--user name:password`; and behind a command.
//!
//! What stands in front of `@` in an address is a password, whatever it looks like; it ends at the last
//! `@` in front of a path. Behind an option it is judged as others are, since a group may stand there too.

use hushgate_prefilter::{ByteSet, Class};

use super::{
    Quote,
    parse::Parsed,
    reader::{Reader, Stop},
};

/// The bytes of an address that are looked at for a user and a password.
const AUTHORITY: usize = 256;
/// Least bytes of a token in the place of a user.
const TOKEN: usize = 16;
/// Most bytes of a user behind an option.
const USER: usize = 48;

/// What a host, a port, a user and a password consist of. Without the bytes that labels are framed with.
pub(super) const IN_AUTHORITY: ByteSet = ByteSet::range(b'!', b'~').intersection(
    &ByteSet::single(b'/')
        .union(&ByteSet::single(b'?'))
        .union(&ByteSet::single(b'#'))
        .union(&ByteSet::single(b'"'))
        .union(&ByteSet::single(b'\''))
        .union(&ByteSet::single(b'`'))
        .union(&ByteSet::single(b'<'))
        .union(&ByteSet::single(b'>'))
        .union(&ByteSet::single(b'['))
        .union(&ByteSet::single(b']'))
        .union(&ByteSet::single(b'{'))
        .union(&ByteSet::single(b'}'))
        .union(&ByteSet::single(b'('))
        .union(&ByteSet::single(b')'))
        .union(&ByteSet::single(b'*'))
        .union(&ByteSet::single(b'\\'))
        .union(&ByteSet::single(b'|'))
        .union(&ByteSet::single(b','))
        .union(&ByteSet::single(b';'))
        .complement(),
);

static RUN: Class = Class::new(&IN_AUTHORITY);
static IN_FRONT_OF_AT: Class =
    Class::new(&IN_AUTHORITY.intersection(&ByteSet::single(b'@').complement()));

/// Whether an address without a login stands here, as nearly all are: the first byte that no host has is
/// there, and it is no `@`.
#[inline]
pub(super) fn is_bare(rest: &[u8]) -> bool {
    let length = IN_FRONT_OF_AT.run(rest);
    rest.get(length).is_some_and(|&byte| byte != b'@')
}

/// What the mark that ends at `behind` leads to.
pub(super) fn behind(text: &[u8], mark: &str, at: usize, behind: usize, ended: bool) -> Parsed {
    if mark.ends_with("://") {
        return in_address(text, behind, ended);
    }
    let mut reader = Reader::new(text, at, behind, ended);
    let read = match mark.trim_start().starts_with('-') {
        true => in_option(&mut reader, mark.ends_with(' ')),
        false => super::command::value(&mut reader, mark),
    };
    let place = reader.place();
    match read {
        Ok(quote) => Parsed::Value(place, quote),
        Err(Stop::More) => Parsed::Undecided(place),
        Err(Stop::Nothing) => Parsed::Nothing,
    }
}

/// `user:password@`, where an address has come as far as its scheme.
fn in_address(text: &[u8], behind: usize, ended: bool) -> Parsed {
    let rest = text.get(behind..).unwrap_or_default();
    let rest = rest.get(..AUTHORITY).unwrap_or(rest);
    let length = RUN.run(rest);
    // What is longer is judged by its beginning: a label may make it shorter.
    if length == rest.len() && length < AUTHORITY && !ended {
        return Parsed::Undecided(behind);
    }
    let authority = rest.get(..length).unwrap_or_default();
    let login = authority.iter().rposition(|&byte| byte == b'@');
    let login = login
        .and_then(|end| authority.get(..end))
        .unwrap_or_default();
    let Some(colon) = login.iter().position(|&byte| byte == b':') else {
        let front = text.get(..behind).unwrap_or_default();
        let is_web = front.ends_with(b"http://") || front.ends_with(b"https://");
        let host = authority.get(login.len()..).unwrap_or_default();
        // What errors are sent to is no secret.
        let is_public = host.windows(6).any(|part| part == b"sentry");
        return match is_web && login.len() >= TOKEN && !is_public {
            true => Parsed::Value(behind, Quote::Address),
            false => Parsed::Nothing,
        };
    };
    match login.get(colon + 1..).unwrap_or_default() {
        // A token in the place of the user.
        b"" | b"x-oauth-basic" => Parsed::Value(behind, Quote::Address),
        // Anybody may come in so; the password is a mail address or nothing.
        _ if is_anonymous(login.get(..colon).unwrap_or_default()) => Parsed::Nothing,
        // What stands for a user and a password in a text about addresses.
        password if is_sample(login.get(..colon).unwrap_or_default(), password) => Parsed::Nothing,
        // The same twice is what software is installed with.
        password if login.get(..colon) == Some(password) => Parsed::Nothing,
        _ => Parsed::Value(behind + colon + 1, Quote::Address),
    }
}

/// Words for a password, and for any user.
const PASSWORDS: [&str; 10] = [
    "pass",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "pwd",
    "passwort",
    "wachtwoord",
    "contrasena",
    "motdepasse",
];
const USERS: [&str; 10] = [
    "user",
    "username",
    "usr",
    "myuser",
    "dbuser",
    "db_user",
    "login",
    "name",
    "benutzer",
    "gebruiker",
];

/// Whether these are words for a user and a password: the second one may be made of the first.
pub(super) fn is_sample(user: &[u8], password: &[u8]) -> bool {
    let is = |word: &[u8]| {
        PASSWORDS
            .iter()
            .any(|it| word.eq_ignore_ascii_case(it.as_bytes()))
    };
    let is_user = USERS
        .iter()
        .any(|it| user.eq_ignore_ascii_case(it.as_bytes()));
    let made = password.get(..user.len());
    let made = made.filter(|made| made.eq_ignore_ascii_case(user) && !user.is_empty());
    let made = made.and_then(|_| password.get(user.len()..));
    is_user && is(password) || made.is_some_and(is)
}

/// Whether a user is the one that stands for everybody.
fn is_anonymous(user: &[u8]) -> bool {
    let users = [b"anonymous".as_slice(), b"anoncvs", b"anonhg", b"anonsvn"];
    users.iter().any(|it| user.eq_ignore_ascii_case(it))
}

/// `user:password` behind an option. The reader stops where the value begins.
fn in_option(reader: &mut Reader<'_>, is_apart: bool) -> Result<Quote, Stop> {
    let blanks = reader.blanks(false)?;
    if blanks == 0 && !is_apart && !reader.take("=")? {
        return Err(Stop::Nothing);
    }
    let quote = reader.quote()?;
    let user = reader.place();
    if !reader.peek()?.is_ascii_alphanumeric() && reader.peek()? != b':' {
        return Err(Stop::Nothing);
    }
    let hold = |reader: &mut Reader<'_>, stop| {
        // All of it may be the value.
        reader.go_to(user);
        Err(stop)
    };
    loop {
        match reader.peek() {
            Ok(b':') => break,
            Ok(byte) if is_user(byte) && reader.place() - user < USER => reader.skip(1),
            Ok(_) => return Err(Stop::Nothing),
            Err(stop) => return hold(reader, stop),
        }
    }
    reader.skip(1);
    let inner = match (quote, reader.quote()) {
        (_, Err(stop)) => return hold(reader, stop),
        (None, Ok(inner)) => inner,
        // A key in the place of the user.
        (Some(quote), Ok(Some(_))) => {
            reader.go_to(user);
            return Ok(quote);
        }
        (Some(quote), Ok(None)) => Some(quote),
    };
    match reader.peek() {
        Err(stop) => hold(reader, stop),
        Ok(_) => Ok(inner.unwrap_or(Quote::None)),
    }
}

const fn is_user(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@' | b'+' | b'!' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, mark: &str) -> Option<String> {
        let mark = if mark == "://" { "s://" } else { mark };
        let at = text.find(mark)?;
        match behind(text.as_bytes(), mark, at, at + mark.len(), true) {
            Parsed::Value(start, _) => text.get(start..).map(str::to_owned),
            _ => None,
        }
    }

    #[test]
    fn addresses() {
        for (text, rest) in [
            ("https://u:pw@h/x@y", Some("pw@h/x@y")),
            ("redis://:pw@h:6379", Some("pw@h:6379")),
            ("ftp://u:p@w@h", Some("p@w@h")),
            (
                "git+https://1a2b:x-oauth-basic@h",
                Some("1a2b:x-oauth-basic@h"),
            ),
            ("https://1a2b:@h", Some("1a2b:@h")),
            ("https://pg:pg@h", None),
            ("https://user:pass@h", None),
            ("https://Fred:fredPassword@h", None),
            ("https://app:secret@h", Some("secret@h")),
            ("ftp://Anonymous:me@h", None),
            ("https://u@h:80/", None),
            ("https://h:80/a@b", None),
            ("https://h/u:p@w", None),
            ("https://{u}:{p}@h", None),
            ("https://u:[x]@h", None),
        ] {
            assert_eq!(
                value(&text.replacen("://", "s://", 1), "://").as_deref(),
                rest,
                "{text}"
            );
        }
        let early = behind(b"https://u:pw", "s://", 4, 8, false);
        assert_eq!(early, Parsed::Undecided(8));
    }

    #[test]
    fn options() {
        for (text, rest) in [
            ("curl -u a:b c", Some("b c")),
            ("curl -u 'a:b' c", Some("b' c")),
            ("curl -u a:'b' c", Some("b' c")),
            ("curl -u \"a:\" c", Some("a:\" c")),
            ("curl -u a c", None),
        ] {
            assert_eq!(value(text, " -u ").as_deref(), rest, "{text}");
        }
        assert_eq!(value("curl --user=a:b", "--user").as_deref(), Some("b"));
        assert_eq!(value("curl --users a:b", "--user").as_deref(), None);
    }
}
