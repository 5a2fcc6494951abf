//! Whether a value is a credential, by what it looks like.

use hushgate_detector::document::ValueKind;
use hushgate_prefilter::ByteSet;

use super::{Quote, words::Pairs};

/// Shortest value that counts.
const LEAST: usize = 8;

/// Texts that say that a value is none.
const PLACEHOLDERS: [&str; 21] = [
    "changeme",
    "change_me",
    "change-me",
    "changeit",
    "placeholder",
    "your_",
    "your-",
    "yourp",
    "insert",
    "replace",
    "redact",
    "dummy",
    "xxxx",
    "undefined",
    "null",
    "_here",
    "-here",
    "...",
    "abcdefghij",
    "anonymous",
    "notreal",
];

/// What they begin with.
const FIRST: ByteSet = {
    let mut first = ByteSet::new();
    let mut rest = PLACEHOLDERS.as_slice();
    while let [placeholder, others @ ..] = rest {
        if let Some(byte) = placeholder.as_bytes().first() {
            first.insert(*byte);
        }
        rest = others;
    }
    first
};

/// Whether `value`, the beginning of one or all of it, is a credential. `issued` says that the name is
/// that of an issuer's, so that what looks like an identifier counts.
pub(super) fn is_credential(
    value: &[u8],
    kind: ValueKind,
    quote: Quote,
    issued: impl FnOnce() -> bool,
) -> bool {
    // What most values fail by comes first: a log may be made of names, and then every byte is judged many
    // times.
    let looks = value.len() >= LEAST
        && match kind {
            ValueKind::Issued => looks_issued(value),
            ValueKind::Secret | ValueKind::Cookie => looks_random(value) || looks_issued(value),
            ValueKind::Password | ValueKind::Login => looks_chosen(value),
        };
    looks
        && value.iter().all(u8::is_ascii_graphic)
        && !is_masked(value)
        && !is_expression(value, quote)
        && !is_placeholder(value)
        && !is_name(value)
        && !is_address(value)
        && match kind {
            ValueKind::Issued => issued(),
            ValueKind::Secret => looks_random(value) || issued(),
            ValueKind::Cookie | ValueKind::Password | ValueKind::Login => true,
        }
}

/// Whether what stands between a user and `@` in an address is a credential: there it can be nothing
/// else, so anything counts that stands for itself.
pub(super) fn is_in_address(value: &[u8]) -> bool {
    // A token in the place of the user.
    let alone = [b":".as_slice(), b":x-oauth-basic"];
    if let Some(token) = alone.iter().find_map(|end| value.strip_suffix(*end)) {
        return is_credential(token, ValueKind::Issued, Quote::None, || true);
    }
    !value.is_empty()
        && value.iter().all(u8::is_ascii_graphic)
        && !is_masked(value)
        && !is_expression(value, Quote::None)
        && !is_template(value)
}

/// Whether a label or a mask is in it.
fn is_masked(value: &[u8]) -> bool {
    let mask = value.contains(&b'*') && value.windows(3).any(|three| three == b"***");
    let mut opened = value
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'[')
        .map(|(at, _)| value.get(at + 1..).unwrap_or_default());
    let label = opened.any(|rest| {
        let name = |byte: &&u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'*')
        };
        let length = rest.iter().take_while(name).count();
        matches!(rest.get(length), None | Some(b']'))
    });
    mask || label || !value.is_ascii()
}

/// What is in references, calls and templates.
const EXPRESSIONS: [&str; 9] = ["${", "{{", "$(", "%(", "<%", "#{", "::", "this.", "self."];

/// Bytes of which each of them has one.
const IN_EXPRESSIONS: ByteSet = ByteSet::single(b'{')
    .union(&ByteSet::single(b'('))
    .union(&ByteSet::single(b'%'))
    .union(&ByteSet::single(b':'))
    .union(&ByteSet::single(b'.'));

/// Whether it stands for another value: a reference, a call, a template.
fn is_expression(value: &[u8], quote: Quote) -> bool {
    let has = |text: &[u8]| value.windows(text.len()).any(|it| it == text);
    let may_have = value.iter().any(|byte| IN_EXPRESSIONS.contains(*byte));
    let first = value.first().copied().unwrap_or(0);
    matches!(
        first,
        b'$' | b'<' | b'{' | b'%' | b'/' | b'~' | b'(' | b'\\' | b'&' | b'@' | b':'
    ) || matches!(first, b'_' | b'.') && (digits(value) < 3 || has(b"/"))
        || may_have && EXPRESSIONS.iter().any(|it| has(it.as_bytes()))
        || quote == Quote::None && value.iter().any(|byte| matches!(byte, b'(' | b'{'))
        || quote == Quote::None && refers(value)
}

/// Whether a variable is in it: `$` and its name.
fn refers(value: &[u8]) -> bool {
    let is_start = |pair: &[u8]| match pair {
        [b'$', next] => next.is_ascii_alphabetic() || *next == b'_',
        _ => false,
    };
    value.contains(&b'$') && value.windows(2).any(is_start)
}

/// What stands for a password in addresses, without digits.
const PASSWORDS: [&str; 6] = ["your", "mypass", "_pass", "-pass", "replace", "anon"];

/// Words that stand for a password in addresses.
fn is_template(value: &[u8]) -> bool {
    let upper = value
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let lower = value.to_ascii_lowercase();
    let stands = |text: &&str| lower == text.as_bytes();
    let has = |text: &&str| lower.windows(text.len()).any(|it| it == text.as_bytes());
    let is_one = |pair: &[u8]| pair.first() == pair.last();
    upper
        || value.len() < 4
        || value.windows(2).all(is_one)
        || ["password", "passwd"].iter().any(stands)
        || digits(value) == 0 && PASSWORDS.iter().any(has)
}

fn is_placeholder(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let mut seen = [false; 256];
    for byte in &lower {
        if let Some(flag) = seen.get_mut(usize::from(*byte)) {
            *flag = true;
        }
    }
    let distinct = seen.iter().filter(|flag| **flag).count();
    // Each place once: a log may be made of names, and then every value is read by each of them.
    let stands = |at: usize| {
        let rest = lower.get(at..).unwrap_or_default();
        PLACEHOLDERS
            .iter()
            .any(|it| rest.starts_with(it.as_bytes()))
    };
    let mut places = lower.iter().enumerate();
    distinct < 5 || places.any(|(at, &byte)| FIRST.contains(byte) && stands(at))
}

/// An address, a mail address, the name of a file.
fn is_address(value: &[u8]) -> bool {
    let has = |text: &[u8]| value.windows(text.len()).any(|it| it == text);
    let mail = value
        .iter()
        .position(|&byte| byte == b'@')
        .is_some_and(|at| is_host(value.get(at + 1..).unwrap_or_default()));
    let extension = value
        .iter()
        .rposition(|&byte| byte == b'.')
        .is_some_and(|at| {
            let end = value.get(at + 1..).unwrap_or_default();
            (2..=5).contains(&end.len()) && end.iter().all(u8::is_ascii_lowercase)
        });
    value.contains(&b':') && has(b"://") || mail || extension || is_path(value)
}

/// The name of a host, with a dot in it; a port or a path may follow.
fn is_host(text: &[u8]) -> bool {
    let end = text.iter().position(|byte| matches!(byte, b':' | b'/'));
    let host = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    host.contains(&b'.') && host.iter().all(is_part)
}

/// Words with `/` between them.
fn is_path(value: &[u8]) -> bool {
    let slashes = value.iter().filter(|byte| **byte == b'/').count();
    slashes > 1 && Pairs::of(value).are_words()
}

/// A constant, or the address of a host.
fn is_name(value: &[u8]) -> bool {
    let constant = value.contains(&b'_')
        && value
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let path = value.iter().position(|&byte| byte == b'/');
    let place = value.get(..path.unwrap_or(value.len())).unwrap_or_default();
    let port = place.iter().rposition(|&byte| byte == b':');
    let host = port.and_then(|at| place.split_at_checked(at));
    let host = host.is_some_and(|(host, port)| {
        let is_part = |byte: &u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
        };
        host.iter().all(is_part) && port.len() > 1 && port.iter().skip(1).all(u8::is_ascii_digit)
    });
    let short_number = value.starts_with(b"0x") && value.len() < 40;
    constant || host || short_number
}

/// How often letters and digits, or small and capital letters, take turns. In a name they do where a
/// word ends; in what is random, at every other place.
fn turns(value: &[u8]) -> usize {
    let class = |byte: u8| match byte {
        b'0'..=b'9' => 1,
        b'a'..=b'z' => 2,
        b'A'..=b'Z' => 3,
        _ => 0,
    };
    let pairs = value.windows(2).filter_map(|pair| match pair {
        [one, other] => Some((class(*one), class(*other))),
        _ => None,
    });
    // A capital letter at the start of a word is none.
    pairs
        .filter(|&(one, other)| one != other && one != 0 && other != 0 && (one, other) != (3, 2))
        .count()
}

fn digits(value: &[u8]) -> usize {
    value.iter().filter(|byte| byte.is_ascii_digit()).count()
}

fn letters(value: &[u8]) -> usize {
    value
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count()
}

/// `8-4-4-4-12` hexadecimal digits.
fn is_uuid(value: &[u8]) -> bool {
    let is_place = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    value.len() == 36 && value.iter().enumerate().all(is_place)
}

fn looks_random(value: &[u8]) -> bool {
    if value.len() < 2 * LEAST - 4 || digits(value) == 0 || letters(value) == 0 {
        return false;
    }
    let pairs = Pairs::of(value);
    // Names of types have a digit now and then.
    let is_dense = 6 * digits(value) >= value.len()
        || value.len() >= 32
        || value.iter().any(|byte| matches!(byte, b'+' | b'/' | b'='));
    let turns_in_all = if is_dense { 5 } else { 4 } * turns(value);
    let is_long = value.len() >= 2 * LEAST;
    turns_in_all >= value.len() || is_long && pairs.are_chance() || is_uuid(value)
}

/// What an issuer's name in front makes a credential: anything long that does not consist of words.
fn looks_issued(value: &[u8]) -> bool {
    let few = 4 * digits(value) < value.len();
    value.len() >= 2 * LEAST - 4 && digits(value) > 0 && !(few && Pairs::of(value).are_words())
}

fn looks_chosen(value: &[u8]) -> bool {
    let is_symbol = |byte: &u8| {
        !byte.is_ascii_alphanumeric()
            && !matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'=' | b',')
    };
    let is_mixed = digits(value) > 0 || value.iter().any(is_symbol);
    letters(value) > 0 && (is_mixed || value.len() >= 12 && Pairs::of(value).are_chance())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(value: &str) -> bool {
        is_credential(value.as_bytes(), ValueKind::Secret, Quote::Double, || false)
    }

    fn password(value: &str) -> bool {
        is_credential(value.as_bytes(), ValueKind::Password, Quote::Double, || {
            false
        })
    }

    #[test]
    fn what_looks_random() {
        for value in [
            "35750bc9408f302a2ef03c4f41247c0f2a2e9b2c",
            "Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB",
            "cs8i4shwhgnyza20",
            "dafa7817-e246-48f3-91a7-e87653d587b8",
            "hnvwqpzkdtrx4gbnmw",
            ".4Q7T~39R8KWQnFm2cLdX4v",
            "x4T9~bRnzd5@=-.a8/hgQ2",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ] {
            assert!(secret(value), "{value}");
        }
        for value in [
            "ultraPictureBox1",
            "Befaehigung_P2",
            "DOC_Vector_5_32",
            "NEXUS-GPT4-API-KEY",
            "id-Gost28147-89-None-KeyMeshing",
            "self._password",
            "https://login.example.com/oauth2/v1",
            "env/cert-2024.pem",
            ".cache/v12/a1b2c3d4",
            "x1y2z3@mail4.example.com",
            "rc0.15.0_20231217_1420-SNAPSHOT",
            "2026-11-24T10:00:00Z",
            "io.jsonwebtoken:jjwt-jackson-0.11.2",
            "${SOME_TOKEN_123456}",
            "<your-token-1a2b3c>",
            "[github-pat]",
            "[[secret:1a2b3c]Q4x7",
            "ghp_***",
        ] {
            assert!(!secret(value), "{value}");
        }
    }

    #[test]
    fn what_looks_issued() {
        for value in [
            "1180442239751406",
            "6094beda:cfd38141",
            "ABCASBXYN3QRHDEZTXJH",
        ] {
            let kind = ValueKind::Secret;
            assert!(
                is_credential(value.as_bytes(), kind, Quote::None, || true),
                "{value}"
            );
            assert!(!secret(value) || value.len() > 17, "{value}");
        }
        for value in ["slack-token-v2", "not-set-yet-1", "github_token_1"] {
            let kind = ValueKind::Secret;
            assert!(
                !is_credential(value.as_bytes(), kind, Quote::None, || true),
                "{value}"
            );
        }
    }

    #[test]
    fn what_stands_in_addresses() {
        for value in ["pass", "s3cr3t", "m0n1t0r!ng", "postgres"] {
            assert!(is_in_address(value.as_bytes()), "{value}");
        }
        for value in [
            "", "PASSWORD", "password", "$PASS", "${PASS}", "<pass>", "%s", "***", "[x]", "xxxx",
        ] {
            assert!(!is_in_address(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn what_looks_chosen() {
        for value in ["P@ssw0rd", "thisIsDog11", "hunter2-hunter2", "s3cr3tP4ss"] {
            assert!(password(value), "{value}");
        }
        for value in [
            "required",
            "Password",
            "reset-password",
            "[password]",
            "***",
            "short1",
            "user@example.com",
            "projects/12/secrets/app/versions/1",
            "this._name+=M",
        ] {
            assert!(!password(value), "{value}");
        }
    }
}
