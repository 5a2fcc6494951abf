//! Whether a value is a credential, by what it looks like.

use hushgate_detector::document::ValueKind;

use super::Quote;

/// Shortest value that counts.
const LEAST: usize = 8;

/// Texts that say that a value is none.
const PLACEHOLDERS: [&str; 19] = [
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
    "....",
    "notreal",
];

/// Whether `value`, the beginning of one or all of it, is a credential.
pub(super) fn is_credential(value: &[u8], kind: ValueKind, quote: Quote) -> bool {
    if value.len() < LEAST
        || is_masked(value)
        || is_expression(value, quote)
        || is_placeholder(value)
    {
        return false;
    }
    if is_name(value) {
        return false;
    }
    let printable = value.iter().all(|byte| byte.is_ascii_graphic());
    match kind {
        ValueKind::Secret => printable && !is_address(value) && looks_random(value),
        ValueKind::Password => printable && !is_address(value) && looks_chosen(value),
    }
}

/// Whether a label or a mask is in it.
fn is_masked(value: &[u8]) -> bool {
    let mask = value.windows(3).any(|three| three == b"***");
    let label = value
        .iter()
        .position(|&byte| byte == b'[')
        .is_some_and(|at| {
            let rest = value.get(at + 1..).unwrap_or_default();
            let name = |byte: &&u8| {
                byte.is_ascii_lowercase()
                    || byte.is_ascii_digit()
                    || matches!(byte, b'-' | b':' | b'*')
            };
            let length = rest.iter().take_while(name).count();
            matches!(rest.get(length), None | Some(b']'))
        });
    mask || label || !value.is_ascii()
}

/// Whether it stands for another value: a reference, a call, a template.
fn is_expression(value: &[u8], quote: Quote) -> bool {
    let has = |text: &[u8]| value.windows(text.len()).any(|it| it == text);
    let first = value.first().copied().unwrap_or(0);
    matches!(
        first,
        b'$' | b'<' | b'{' | b'%' | b'/' | b'.' | b'~' | b'(' | b'\\' | b'&' | b'@' | b'_' | b':'
    ) || ["${", "{{", "$(", "%(", "<%", "#{", "::"]
        .iter()
        .any(|it| has(it.as_bytes()))
        || quote == Quote::None && value.iter().any(|byte| matches!(byte, b'(' | b'{' | b'$'))
}

fn is_placeholder(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let has = |text: &str| lower.windows(text.len()).any(|it| it == text.as_bytes());
    let mut seen = [false; 256];
    for byte in &lower {
        if let Some(flag) = seen.get_mut(usize::from(*byte)) {
            *flag = true;
        }
    }
    let distinct = seen.iter().filter(|flag| **flag).count();
    distinct < 5 || PLACEHOLDERS.iter().any(|it| has(it))
}

/// An address, a mail address, the name of a file.
fn is_address(value: &[u8]) -> bool {
    let has = |text: &[u8]| value.windows(text.len()).any(|it| it == text);
    let mail = value
        .iter()
        .position(|&byte| byte == b'@')
        .is_some_and(|at| value.get(at + 1..).unwrap_or_default().contains(&b'.'));
    let extension = value
        .iter()
        .rposition(|&byte| byte == b'.')
        .is_some_and(|at| {
            let end = value.get(at + 1..).unwrap_or_default();
            (2..=5).contains(&end.len()) && end.iter().all(u8::is_ascii_lowercase)
        });
    has(b"://") || mail || extension
}

/// A constant, or the address of a host.
fn is_name(value: &[u8]) -> bool {
    let constant = value.contains(&b'_')
        && value
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let port = value.iter().rposition(|&byte| byte == b':');
    let host = port.and_then(|at| value.split_at_checked(at));
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

fn looks_random(value: &[u8]) -> bool {
    let letters = value
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    // Names of types have a digit now and then.
    let is_dense = 6 * digits(value) >= value.len()
        || value.len() >= 32
        || value.iter().any(|byte| matches!(byte, b'+' | b'/' | b'='));
    let turns_in_all = if is_dense { 5 } else { 4 } * turns(value);
    digits(value) > 0 && letters > 0 && turns_in_all >= value.len() && value.len() >= 2 * LEAST - 4
}

fn looks_chosen(value: &[u8]) -> bool {
    let letters = value
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    let symbols = value.iter().filter(|byte| {
        !byte.is_ascii_alphanumeric()
            && !matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'=' | b',')
    });
    letters > 0 && (digits(value) > 0 || symbols.count() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(value: &str) -> bool {
        is_credential(value.as_bytes(), ValueKind::Secret, Quote::Double)
    }

    fn password(value: &str) -> bool {
        is_credential(value.as_bytes(), ValueKind::Password, Quote::Double)
    }

    #[test]
    fn what_looks_random() {
        for value in [
            "35750bc9408f302a2ef03c4f41247c0f2a2e9b2c",
            "Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB",
            "cs8i4shwhgnyza20",
            "dafa7817-e246-48f3-91a7-e87653d587b8",
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
            "rc0.15.0_20231217_1420-SNAPSHOT",
            "2026-11-24T10:00:00Z",
            "io.jsonwebtoken:jjwt-jackson-0.11.2",
            "${SOME_TOKEN_123456}",
            "<your-token-1a2b3c>",
            "[github-pat]",
            "ghp_***",
        ] {
            assert!(!secret(value), "{value}");
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
        ] {
            assert!(!password(value), "{value}");
        }
    }
}
