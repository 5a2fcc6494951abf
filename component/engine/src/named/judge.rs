//! Whether a value is a credential, by what it looks like.

use hushgate_detector::document::ValueKind;
use hushgate_prefilter::{ByteSet, Class};

use super::{
    Quote,
    counts::Counts,
    login,
    texts::{self, Among},
};

/// Values are long in a log that is made of names: what is in few of them is looked for by runs of all else.
static NO_AT: Class = Class::new(&ByteSet::single(b'@').complement());
static NO_SLASH: Class = Class::new(&ByteSet::single(b'/').complement());

/// Shortest value that counts.
const LEAST: usize = 8;

/// Shortest password of small letters alone.
const PHRASE: usize = 12;

/// What is known of a value, the beginning of one or all of it, before it is judged.
#[derive(Clone, Copy)]
pub(super) struct Facts<'t> {
    pub(super) value: &'t [u8],
    pub(super) quote: Quote,
    pub(super) counts: Counts,
}

impl<'t> Facts<'t> {
    /// Those that the value itself gives.
    pub(super) fn of(value: &'t [u8], quote: Quote) -> Self {
        Self {
            value,
            quote,
            counts: Counts::of(value),
        }
    }

    /// Whether one of the texts is in it that say that a value is none.
    fn has_text(&self) -> bool {
        texts::first(self.value, Among::of(self.quote)).is_some()
    }
}

/// Whether a value is none for a reason that is found faster than what is in it is counted: it is short, or
/// it is no password and has no digit.
pub(super) fn is_hopeless(value: &[u8], kind: ValueKind) -> bool {
    match kind {
        ValueKind::Login | ValueKind::Lines => false,
        ValueKind::Password => value.len() < LEAST,
        ValueKind::Issued | ValueKind::Secret | ValueKind::Cookie => {
            value.len() < LEAST || value.len() < 4 * LEAST && !value.iter().any(u8::is_ascii_digit)
        }
    }
}

/// Whether a value is a credential. `issued` says that the name is that of an issuer's, so that what
/// looks like an identifier counts; `has_text` that one of the texts is in it that say that it is none;
/// `assigned` that it is what a variable of the environment is set to.
pub(super) fn is_credential(
    facts: &Facts<'_>,
    kind: ValueKind,
    has_text: impl FnOnce() -> bool,
    issued: impl FnOnce() -> bool,
    assigned: impl FnOnce() -> bool,
) -> bool {
    // What most values fail by comes first, and what costs as much as the value is long comes last: a log
    // may be made of names, and then every byte is judged many times.
    let value = facts.value;
    let looks = value.len() >= LEAST
        && match kind {
            ValueKind::Issued => looks_issued(facts),
            ValueKind::Secret | ValueKind::Cookie => looks_random(facts) || looks_issued(facts),
            ValueKind::Login => looks_chosen(facts),
            ValueKind::Password => looks_chosen(facts) || is_phrase(value) && assigned(),
            ValueKind::Lines => false,
        };
    looks
        && !begins_an_expression(facts)
        && !is_expression(facts)
        && !has_text()
        && !is_masked(facts)
        && !is_placeholder(value)
        && !is_name(value)
        && !is_address(facts)
        && !is_digest(value)
        && match kind {
            ValueKind::Issued => issued(),
            ValueKind::Secret => {
                (looks_random(facts) || issued()) && !is_variable(facts) && !is_resource(value)
            }
            ValueKind::Cookie | ValueKind::Password | ValueKind::Login | ValueKind::Lines => true,
        }
}

/// Whether one of several values is a credential. Behind one that may hold a label nothing counts: where that is
/// now something longer may have been.
pub(super) fn is_any(
    values: &[u8],
    quote: Quote,
    kind: ValueKind,
    issued: impl Fn() -> bool,
) -> bool {
    let mut parts = quote.parts(values);
    let may_hold_label = |value: &[u8]| {
        let is_frame = |byte: &u8| matches!(byte, b'[' | b'*') || !byte.is_ascii();
        value.iter().any(is_frame)
    };
    // One word in brackets is a mask, or a type, unless nobody would choose it.
    let is_one = quote == Quote::Bares && parts.clone().nth(1).is_none();
    let kind = if is_one { ValueKind::Secret } else { kind };
    let mut is_over = false;
    parts.any(|value| {
        let facts = Facts::of(value, quote.among().unwrap_or(quote));
        let is = !is_over && is_credential(&facts, kind, || facts.has_text(), &issued, || false);
        is_over |= may_hold_label(value);
        is
    })
}

/// Whether what stands between a user and `@` in an address is a credential: there it can be nothing
/// else, so anything counts that stands for itself.
pub(super) fn is_in_address(value: &[u8]) -> bool {
    // A token in the place of the user.
    let alone = [b":".as_slice(), b":x-oauth-basic"];
    if let Some(token) = alone.iter().find_map(|end| value.strip_suffix(*end)) {
        let facts = Facts::of(token, Quote::None);
        return is_credential(
            &facts,
            ValueKind::Issued,
            || facts.has_text(),
            || true,
            || false,
        );
    }
    let facts = Facts::of(value, Quote::Address);
    !value.is_empty()
        && !begins_an_expression(&facts)
        && !facts.has_text()
        && !is_masked(&facts)
        && !is_template(&facts)
}

/// Whether a label is in it. Without quotes a value ends in front of one.
fn is_masked(facts: &Facts<'_>) -> bool {
    let value = facts.value;
    let mut opened = value
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'[')
        .map(|(at, _)| value.get(at + 1..).unwrap_or_default());
    // What others write in place of a value: `[FILTERED]`.
    let is_mask = match value {
        [b'[', inner @ .., b']'] => {
            let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            inner.iter().all(is_part)
        }
        _ => false,
    };
    is_mask
        || facts.quote != Quote::None
            && opened.any(|rest| {
                let name = |byte: &&u8| {
                    byte.is_ascii_lowercase()
                        || byte.is_ascii_digit()
                        || matches!(byte, b'-' | b':' | b'*')
                };
                let length = rest.iter().take_while(name).count();
                matches!(rest.get(length), None | Some(b']'))
            })
}

/// Whether what stands in the place of the user of an address, without a password, is a token.
pub(super) fn is_token_in_address(value: &[u8]) -> bool {
    let facts = Facts::of(value, Quote::None);
    !value.contains(&b'@')
        && !value.contains(&b'.')
        && looks_random(&facts)
        && is_credential(
            &facts,
            ValueKind::Issued,
            || facts.has_text(),
            || true,
            || false,
        )
}

/// What holds the values that programs and templates refer to.
const HOLDERS: [&str; 10] = [
    "process.env",
    "import.meta",
    "os.environ",
    "var.",
    "local.",
    "module.",
    "secrets.",
    "settings.",
    "config.",
    "env.",
];

/// Whether it begins as what stands for another value does: a reference, a call, a template. A sign may be the
/// first of a password too: the rest tells.
fn begins_an_expression(facts: &Facts<'_>) -> bool {
    let begins = |holder: &&str| facts.value.starts_with(holder.as_bytes());
    if facts.quote == Quote::None && HOLDERS.iter().any(begins) {
        return true;
    }
    let Some((&first, rest)) = facts.value.split_first() else {
        return false;
    };
    match first {
        b'%' if is_escaped(facts.value) => is_template_in(&unescaped(facts.value)),
        b'$' | b'<' | b'{' | b'%' | b'/' | b'~' | b'(' | b'\\' | b'&' | b'@' | b':' => {
            stands_for_another(first, rest) || !is_drawn(rest)
        }
        b'_' | b'.' => facts.counts.digits() < 3 || facts.value.contains(&b'/'),
        _ => false,
    }
}

/// Whether what was escaped is a template all the same: nobody escapes the sign of a reference, but for a tool that
/// takes it for the value.
fn is_template_in(value: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    match value {
        [b'$', b'{' | b'(', ..] | [b'<', .., b'>'] | [b'{', .., b'}'] => true,
        [b'$', rest @ ..] => rest.iter().all(is_name),
        _ => false,
    }
}

/// Whether what begins with this sign is a reference, a place or a template, whatever it is made of.
fn stands_for_another(sign: u8, rest: &[u8]) -> bool {
    let has = |byte: u8| rest.contains(&byte);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let names = |sign: u8| {
        rest.windows(2).any(|two| {
            two.first() == Some(&sign) && two.last().is_some_and(u8::is_ascii_alphabetic)
        })
    };
    match sign {
        // A variable, or several.
        b'$' => {
            let is_call = matches!(rest.first(), Some(b'{' | b'('));
            is_call || rest.iter().all(is_name) || names(b'$') || rest.starts_with(b"env:")
        }
        b'<' => has(b'>'),
        b'{' => has(b'}'),
        b'(' => has(b')'),
        b'%' => has(b'%') || has(b'('),
        b'~' => has(b'/'),
        // A path: what is in front of the next `/` is a word, or nothing.
        b'/' => {
            let part = rest.split(|byte| *byte == b'/').next();
            let part = part.unwrap_or_default();
            part.len() < LEAST || !is_drawn(part) || part.contains(&b'.')
        }
        // An entity of XML.
        b'&' => has(b';'),
        b'\\' => !matches!(rest.first(), Some(b'"' | b'u')),
        // Somebody, a package, a file.
        b'@' => has(b'/') || has(b'@') || has(b'.'),
        _ => false,
    }
}

/// Whether it has letters and digits that make no words, as what was drawn or made up for a password has.
fn is_drawn(value: &[u8]) -> bool {
    let counts = Counts::of(value);
    let turns = 4 * counts.turns() >= value.len();
    counts.digits() > 0
        && counts.letters() > 0
        && (counts.symbols() > 0 || turns && !counts.pairs().are_words())
}

/// Whether each `%` in it begins the escape of an address.
fn is_escaped(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b'%');
    parts.next();
    parts.all(|part| {
        let digits = part.get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// What it says, where each `%` in it begins an escape.
fn unescaped(value: &[u8]) -> Vec<u8> {
    let mut parts = value.split(|byte| *byte == b'%');
    let mut out = parts.next().unwrap_or_default().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or_default();
        let byte = digits.iter().fold(0, |byte: u8, digit| {
            let digit = char::from(*digit).to_digit(16).unwrap_or(0);
            byte << 4 | u8::try_from(digit).unwrap_or(0)
        });
        out.push(byte);
        out.extend_from_slice(rest);
    }
    out
}

/// Whether it is a tag of YAML, such as `!ImportValue`, or a regular expression.
fn is_expression(facts: &Facts<'_>) -> bool {
    let value = facts.value;
    let is_tag = || {
        let is_part = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'!' | b'/' | b':');
        facts.quote == Quote::None && value.first() == Some(&b'!') && value.iter().all(is_part)
    };
    let is_anchored = || value.first() == Some(&b'^') && value.last() == Some(&b'$');
    let is_in = |text: &&str| has(value, text);
    let is_bracket = |byte: &u8| matches!(byte, b'[' | b'(' | b'\\');
    let is_regular =
        || facts.quote != Quote::None && value.iter().any(is_bracket) && REGULAR.iter().any(is_in);
    facts.counts.symbols() > 0 && (is_tag() || is_anchored() || is_regular())
}

/// What is in regular expressions, and hardly ever in what was drawn or chosen.
const REGULAR: [&str; 9] = [
    "[a-z", "[A-Z", "[0-9", "[^", "(?:", "(?=", "(?!", "(?<", "\\s*",
];

/// What stands for a password in addresses, without digits.
const PASSWORDS: [&str; 6] = ["your", "mypass", "_pass", "-pass", "replace", "anon"];

/// Words that stand for a password in addresses.
fn is_template(facts: &Facts<'_>) -> bool {
    let value = facts.value;
    let upper = value
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let lower = value.to_ascii_lowercase();
    let stands = |text: &&str| lower == text.as_bytes();
    let is_in = |text: &&str| has(&lower, text);
    let is_one = |pair: &[u8]| pair.first() == pair.last();
    upper
        || value.len() < 4
        || value.windows(2).all(is_one)
        || ["password", "passwd"].iter().any(stands)
        || facts.counts.digits() == 0 && PASSWORDS.iter().any(is_in)
}

/// Hardly any two bytes differ.
fn is_placeholder(value: &[u8]) -> bool {
    let mut known = ByteSet::new();
    let mut new = value.iter().filter(|byte| {
        let byte = byte.to_ascii_lowercase();
        let is_new = !known.contains(byte);
        known.insert(byte);
        is_new
    });
    // The first few bytes say so of most values.
    new.nth(4).is_none()
}

/// A mail address, the name of a file.
fn is_address(facts: &Facts<'_>) -> bool {
    let value = facts.value;
    let host = value.get(NO_AT.run(value) + 1..);
    let mail = host.is_some_and(is_host);
    let letters = value.iter().rev().take(6);
    let letters = letters.take_while(|byte| byte.is_ascii_lowercase()).count();
    let before = value.len().checked_sub(letters + 1);
    let extension =
        (2..=5).contains(&letters) && before.and_then(|at| value.get(at)) == Some(&b'.');
    mail || extension || is_path(facts)
}

/// The name of a host, with a dot in it; a port or a path may follow.
fn is_host(text: &[u8]) -> bool {
    let end = text.iter().position(|byte| matches!(byte, b':' | b'/'));
    let host = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    host.contains(&b'.') && host.iter().all(is_part)
}

/// Words with `/` between them.
fn is_path(facts: &Facts<'_>) -> bool {
    let value = facts.value;
    let has_two = || {
        let behind = value.get(NO_SLASH.run(value) + 1..).unwrap_or_default();
        NO_SLASH.run(behind) < behind.len()
    };
    facts.counts.pairs().are_words() && has_two()
}

/// A constant, or the address of a host.
fn is_name(value: &[u8]) -> bool {
    let constant = value.contains(&b'_')
        && value
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let is_part = |byte: &&u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
    };
    let name = value.iter().take_while(is_part).count();
    let behind = value.get(name..).unwrap_or_default();
    let host = behind.strip_prefix(b":").is_some_and(|rest| {
        let port = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        port > 0 && matches!(rest.get(port), None | Some(b'/'))
    });
    // Longer ones are addresses of accounts, up to 20 bytes in hexadecimal.
    let short_number = value.starts_with(b"0x") && value.len() <= 42;
    constant || host || short_number
}

/// What names of variables end with that hold a credential.
const ENDS_OF_VARIABLES: [&str; 7] = [
    "key",
    "token",
    "secret",
    "password",
    "passwd",
    "credential",
    "credentials",
];

/// The name of a variable: it is called what it holds, as in `PrivateKey: testP256PrivateKey`.
fn is_variable(facts: &Facts<'_>) -> bool {
    let value = facts.value;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let number = value.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let name = value
        .get(..value.len() - number.count())
        .unwrap_or_default();
    let ends_so = |end: &&str| {
        let from = name.len().saturating_sub(end.len());
        let here = name.get(from..).unwrap_or_default();
        here.eq_ignore_ascii_case(end.as_bytes())
    };
    matches!(facts.quote, Quote::None | Quote::Text)
        && value.len() < 4 * LEAST
        && !value.first().is_some_and(u8::is_ascii_digit)
        && value.iter().all(is_part)
        && ENDS_OF_VARIABLES.iter().any(ends_so)
}

/// What stands in front of a digest: the value itself is not there.
const DIGESTS: [&str; 6] = [
    "hmac-sha256:",
    "sha256:",
    "sha512:",
    "sha384:",
    "sha1:",
    "md5:",
];

fn is_digest(value: &[u8]) -> bool {
    DIGESTS
        .iter()
        .any(|algorithm| value.starts_with(algorithm.as_bytes()))
}

/// What AWS calls its resources by: an instance, a volume, a network.
const RESOURCES: [&str; 10] = [
    "i", "ami", "vol", "snap", "sg", "subnet", "vpc", "eni", "lt", "acl",
];

/// The name of a resource, with words in front: `instance-profile-i-` and 8 or 17 hexadecimal digits.
fn is_resource(value: &[u8]) -> bool {
    let mut parts = value.rsplit(|byte| *byte == b'-');
    let id = parts.next().unwrap_or_default();
    let kind = parts.next().unwrap_or_default();
    matches!(id.len(), 8 | 17)
        && id.iter().all(u8::is_ascii_hexdigit)
        && RESOURCES.iter().any(|it| kind == it.as_bytes())
        && parts.all(|part| part.iter().all(u8::is_ascii_lowercase))
}

/// What a value of base64 says of a login, as `Basic` and the settings of container tools have it; nothing where it
/// says none. A user is all that is between others: `\0user\0password`.
fn login_in(value: &[u8]) -> Option<bool> {
    let end = value.iter().rev().take_while(|byte| **byte == b'=').count();
    let digits = value.get(..value.len() - end).unwrap_or_default();
    let mut text = Vec::with_capacity(value.len());
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for byte in group {
            bits = bits << 6 | digit(*byte)?;
        }
        let bytes = match group.len() {
            4 => 3,
            3 => 2,
            2 => 1,
            _ => return None,
        };
        let bits = bits << (6 * (4 - group.len()));
        let [_, all @ ..] = bits.to_be_bytes();
        text.extend(all.iter().take(bytes));
    }
    let text = String::from_utf8(text).ok()?;
    let (user, password) = match text.strip_prefix('\0') {
        Some(text) => text.split_once('\0')?,
        None => text.split_once(':')?,
    };
    if text
        .trim_start_matches('\0')
        .contains(|it: char| it.is_control() && it != '\0')
    {
        return None;
    }
    let (user, password) = (user.as_bytes(), password.as_bytes());
    // A key in the place of the user is judged by how it looks.
    if password.is_empty() {
        return None;
    }
    Some(!login::is_sample(user, password) && is_in_address(password))
}

/// What a digit of base64 stands for, in either alphabet.
fn digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// Whether a login in base64 is behind this name and what follows it, and then whether it is a credential.
pub(super) fn in_base64(name: &str, front: &[u8], value: &[u8]) -> Option<bool> {
    let schemes = [b"basic".as_slice(), b"plain"];
    let blanks = front.iter().rev().take_while(|byte| **byte == b' ').count();
    let front = front.get(..front.len() - blanks).unwrap_or_default();
    let is_behind = |scheme: &&[u8]| {
        let from = front.len().saturating_sub(scheme.len());
        let here = front.get(from..).unwrap_or_default();
        here.eq_ignore_ascii_case(scheme)
    };
    let is_named = matches!(name, "auth" | "authorization" | "credentials");
    (is_named || blanks > 0 && schemes.iter().any(is_behind))
        .then(|| login_in(value))
        .flatten()
}

/// `8-4-4-4-12` hexadecimal digits.
fn is_uuid(value: &[u8]) -> bool {
    let is_place = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    value.len() == 36 && value.iter().enumerate().all(is_place)
}

fn looks_random(facts: &Facts<'_>) -> bool {
    let (value, counts) = (facts.value, facts.counts);
    if value.len() < 2 * LEAST - 4 || counts.digits() == 0 || counts.letters() == 0 {
        return false;
    }
    // Names of types have a digit now and then.
    let is_dense = 6 * counts.digits() >= value.len() || value.len() >= 32 || counts.dense() > 0;
    let turns_in_all = if is_dense { 5 } else { 4 } * counts.turns();
    let is_long = value.len() >= 2 * LEAST;
    turns_in_all >= value.len() || is_long && counts.pairs().are_chance() || is_uuid(value)
}

/// What an issuer's name in front makes a credential: anything long that does not consist of words.
fn looks_issued(facts: &Facts<'_>) -> bool {
    let (length, counts) = (facts.value.len(), facts.counts);
    let few = 4 * counts.digits() < length;
    length >= 2 * LEAST - 4 && counts.digits() > 0 && !(few && counts.pairs().are_words())
}

fn looks_chosen(facts: &Facts<'_>) -> bool {
    let counts = facts.counts;
    let is_mixed = counts.digits() > 0 || counts.symbols() > 0 || is_padded(facts);
    let is_long = facts.value.len() >= 12;
    counts.letters() > 0 && (is_mixed || is_long && counts.pairs().are_chance())
}

/// What is in words for a password, and in what a variable holds in its place.
const NO_PHRASES: [&str; 16] = [
    "pass", "secret", "token", "value", "requir", "default", "example", "none", "empty", "env",
    "prompt", "file", "input", "test", "valid", "your",
];

/// Words that somebody put together for a password, it seems: nothing but small letters.
fn is_phrase(value: &[u8]) -> bool {
    (PHRASE..4 * PHRASE).contains(&value.len())
        && value.iter().all(u8::is_ascii_lowercase)
        && !NO_PHRASES.iter().any(|word| has(value, word))
}

/// Whether it is base64 to its end, as the values of a Kubernetes secret are.
fn is_padded(facts: &Facts<'_>) -> bool {
    let value = facts.value;
    let (small, capital) = (u8::is_ascii_lowercase, u8::is_ascii_uppercase);
    value.len().is_multiple_of(4)
        && value.last() == Some(&b'=')
        && value.iter().any(small)
        && value.iter().any(capital)
        && !facts.counts.pairs().are_words()
}

/// Whether a text is in a value.
fn has(value: &[u8], text: &str) -> bool {
    value.windows(text.len()).any(|it| it == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(value: &str, kind: ValueKind, quote: Quote, issued: bool) -> bool {
        let facts = Facts::of(value.as_bytes(), quote);
        is_credential(&facts, kind, || facts.has_text(), || issued, || false)
    }

    fn secret(value: &str) -> bool {
        judged(value, ValueKind::Secret, Quote::Double, false)
    }

    fn password(value: &str) -> bool {
        let quotes = [Quote::Double, Quote::None];
        quotes
            .into_iter()
            .all(|quote| judged(value, ValueKind::Password, quote, false))
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
            "[FILTERED_VALUE_2]",
            "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
            "[[secret:1a2b3c]Q4x7",
            "ghp_***",
        ] {
            assert!(!secret(value), "{value}");
        }
    }

    #[test]
    fn what_is_called_what_it_holds() {
        for value in ["testP256PrivateKey", "x25519_b64_secret", "k3y2a1Token2"] {
            let (kind, bare) = (ValueKind::Secret, Quote::None);
            assert!(!judged(value, kind, bare, true), "{value}");
            assert!(judged(value, kind, Quote::Double, true), "{value}");
        }
        assert!(judged(
            "4k3y2a1b5token",
            ValueKind::Secret,
            Quote::None,
            false
        ));
    }

    #[test]
    fn what_looks_issued() {
        for value in [
            "1180442239751406",
            "6094beda:cfd38141",
            "ABCASBXYN3QRHDEZTXJH",
        ] {
            let kind = ValueKind::Secret;
            assert!(judged(value, kind, Quote::None, true), "{value}");
            assert!(!secret(value) || value.len() > 17, "{value}");
        }
        for value in ["slack-token-v2", "not-set-yet-1", "github_token_1"] {
            let kind = ValueKind::Secret;
            assert!(!judged(value, kind, Quote::None, true), "{value}");
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
    fn what_looks_like_a_phrase() {
        assert!(is_phrase(b"correcthorsebattery"));
        for value in [
            "swordfish",
            "correctHorseBattery",
            "correct-horse-battery",
            "getpassword",
            "notrequiredhere",
        ] {
            assert!(!is_phrase(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn what_looks_chosen() {
        for value in [
            "P@ssw0rd",
            "thisIsDog11",
            "hunter2-hunter2",
            "s3cr3tP4ss",
            "aHVudGVyQg==",
        ] {
            assert!(password(value), "{value}");
        }
        for value in [
            "required",
            "Password",
            "reset-password",
            "[password]",
            "[FILTERED]",
            "[Masked_2]",
            "***",
            "short1",
            "user@example.com",
            "projects/12/secrets/app/versions/1",
            "this._name+=M",
            "passwordfor=",
            "anoncvs1",
            "process.env.DB_PASSWORD_1",
            "^[a-z0-9_-]{8,}$",
            "(?<password>\\\\w{8,})",
        ] {
            assert!(!password(value), "{value}");
        }
    }
}
