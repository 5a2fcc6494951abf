//! Which names say that a value is secret, and which values say nothing whatever their name.
//!
//! The lists are closed, so that what is masked can be told without trying it out.

/// What a name says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It is a credential.
    Secret,
    /// It is a user and a password in base64.
    Login,
    /// It is what an `Authorization` header holds.
    Header,
    /// It may hold some.
    Other,
}

/// How names of credentials end, in small letters and without `_`, `-`, `.` and blanks:
/// `DB_PASSWORD`, `clientSecret`, `aws_secret_access_key`, `X-Api-Key`.
///
/// Names of what is public are not among them: `private_key_id` and `client_id` name a key or a
/// client, and logs need them to find out which one has to be rotated. Nor are plain `key` and
/// `id`, which name everything.
const ENDINGS: [&[u8]; 36] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"passcode",
    b"secret",
    b"secrets",
    b"token",
    b"tokens",
    b"passwords",
    b"credential",
    b"apikey",
    b"apikeys",
    b"appkey",
    b"accesskey",
    b"secretkey",
    b"secretaccesskey",
    b"privatekey",
    b"accountkey",
    b"storagekey",
    b"sharedkey",
    b"signingkey",
    b"signaturekey",
    b"encryptionkey",
    b"masterkey",
    b"authkey",
    b"servicekey",
    b"subscriptionkey",
    b"functionkey",
    b"integrationkey",
    b"licensekey",
    b"deploykey",
    b"webhookkey",
    b"sharedaccesssignature",
    b"xamzsignature",
    b"clientassertion",
    b"secretstring",
];

/// Whole names, or their last word, where an ending would be found in ordinary words too.
const WORDS: [&[u8]; 7] = [b"pass", b"pwd", b"pw", b"pat", b"sig", b"psk", b"jwt"];

/// Words that values say so often that they would mask ordinary text: kinds, switches,
/// placeholders, and passwords that everybody knows.
const NOTHING: [&[u8]; 62] = [
    b"access",
    b"admin",
    b"administrator",
    b"anonymous",
    b"array",
    b"auto",
    b"basic",
    b"bearer",
    b"bool",
    b"boolean",
    b"bytes",
    b"changeit",
    b"changeme",
    b"client",
    b"default",
    b"demo",
    b"development",
    b"disabled",
    b"dummy",
    b"empty",
    b"enabled",
    b"encrypted",
    b"environment",
    b"example",
    b"external",
    b"false",
    b"file",
    b"guest",
    b"hidden",
    b"integer",
    b"internal",
    b"localhost",
    b"login",
    b"manual",
    b"masked",
    b"mysql",
    b"nil",
    b"none",
    b"null",
    b"number",
    b"object",
    b"optional",
    b"passwd",
    b"password",
    b"plain",
    b"postgres",
    b"private",
    b"production",
    b"public",
    b"redacted",
    b"required",
    b"root",
    b"secret",
    b"staging",
    b"string",
    b"test",
    b"text",
    b"token",
    b"true",
    b"undefined",
    b"user",
    b"username",
];

/// What `name` says about `value`.
pub(super) fn meaning(name: &[u8], value: &[u8]) -> Meaning {
    // The shell's working directory, in a list of all variables.
    let directory = matches!(value, [b'/', ..] | [_, b':', b'\\' | b'/', ..]);
    if matches!(name, b"PWD" | b"OLDPWD") && directory {
        return Meaning::Other;
    }
    if ends_with_word(name, b"auth") {
        return Meaning::Login;
    }
    if ends_with(name, b"authorization") {
        return Meaning::Header;
    }
    let secret = ENDINGS.iter().any(|ending| ends_with(name, ending))
        || WORDS.iter().any(|word| ends_with_word(name, word));
    if secret {
        Meaning::Secret
    } else {
        Meaning::Other
    }
}

/// The bytes of a name that count, from its end.
fn letters(name: &[u8]) -> impl Iterator<Item = (usize, u8)> {
    let counts = |byte: &u8| byte.is_ascii_alphanumeric();
    let letters = name.iter().enumerate().rev();
    letters
        .filter(move |(_, byte)| counts(byte))
        .map(|(index, byte)| (index, byte.to_ascii_lowercase()))
}

fn ends_with(name: &[u8], ending: &[u8]) -> bool {
    start_of(name, ending).is_some()
}

/// Where the ending begins in the name.
fn start_of(name: &[u8], ending: &[u8]) -> Option<usize> {
    let mut letters = letters(name);
    let mut start = None;
    for &wanted in ending.iter().rev() {
        let (index, byte) = letters.next()?;
        if byte != wanted {
            return None;
        }
        start = Some(index);
    }
    start
}

/// Whether it ends so, and a word begins there: `DB_PASS`, `dbPass`, and not `bypass`.
fn ends_with_word(name: &[u8], ending: &[u8]) -> bool {
    let Some(start) = start_of(name, ending) else {
        return false;
    };
    let at = |index: usize| name.get(index).copied().unwrap_or(b' ');
    let before = start.checked_sub(1).map_or(b' ', at);
    let capital = at(start).is_ascii_uppercase() && before.is_ascii_lowercase();
    !before.is_ascii_alphabetic() || capital
}

/// Whether a part would mask ordinary text: a word of the list, a short number, or a reference to
/// what is kept elsewhere.
pub(super) fn says_nothing(part: &[u8]) -> bool {
    let word = NOTHING.iter().any(|word| part.eq_ignore_ascii_case(word));
    let number = part.len() < super::MIN_DERIVED && part.iter().all(u8::is_ascii_digit);
    let references: [(&[u8], &[u8]); 4] =
        [(b"${", b"}"), (b"$(", b")"), (b"{{", b"}}"), (b"<%", b"%>")];
    let reference =
        |(open, close): &(&[u8], &[u8])| part.starts_with(open) && part.ends_with(close);
    word || number || references.iter().any(reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials() {
        for name in [
            "password",
            "DB_PASSWORD",
            "PGPASSWORD",
            "dbPassword",
            "Pwd",
            "DB_PASS",
            "smtpPass",
            "client_secret",
            "clientSecret",
            "aws_secret_access_key",
            "SecretAccessKey",
            "SessionToken",
            "X-Api-Key",
            "AccountKey",
            "SharedAccessKey",
            "private_key",
            "//registry.npmjs.org/:_authToken",
            "refresh_token",
            "sig",
            "GH_PAT",
            "tokens",
        ] {
            assert_eq!(meaning(name.as_bytes(), b"x"), Meaning::Secret, "{name}");
        }
        for name in [
            "",
            "key",
            "id",
            "user",
            "client_email",
            "project_id",
            "private_key_id",
            "client_id",
            "token_uri",
            "token_type",
            "auth_uri",
            "type",
            "bypass",
            "compat",
            "design",
            "password_file",
            "secret_name",
            "aws_access_key_id",
            "public_key",
            "UserId",
        ] {
            assert_eq!(meaning(name.as_bytes(), b"x"), Meaning::Other, "{name}");
        }
        assert_eq!(meaning(b"auth", b"x"), Meaning::Login);
        assert_eq!(meaning(b"Authorization", b"x"), Meaning::Header);
        assert_eq!(meaning(b"Proxy-Authorization", b"x"), Meaning::Header);
        assert_eq!(meaning(b"PWD", b"/home/bob"), Meaning::Other);
        assert_eq!(meaning(b"PWD", b"hunter2"), Meaning::Secret);
    }

    #[test]
    fn what_says_nothing() {
        for part in [
            "true",
            "NULL",
            "localhost",
            "Password",
            "3600",
            "${DB_PASSWORD}",
            "{{ it }}",
        ] {
            assert!(says_nothing(part.as_bytes()), "{part}");
        }
        for part in ["hunter2", "12345678", "truest", "$ecret", "{pass}"] {
            assert!(!says_nothing(part.as_bytes()), "{part}");
        }
        assert!(NOTHING.is_sorted(), "so that it can be read");
    }
}
