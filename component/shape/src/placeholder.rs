//! Whether a value stands for one that is still to be filled in.

/// Words that people write where a credential belongs, in lower case.
const WORDS: [&str; 21] = [
    "changeme",
    "change-me",
    "change_me",
    "replaceme",
    "replace-me",
    "replace_me",
    "placeholder",
    "example",
    "dummy",
    "redacted",
    "notasecret",
    "not-a-secret",
    "your-",
    "your_",
    "yourtoken",
    "yourkey",
    "insert",
    "todo",
    "fixme",
    "xxxxxx",
    "******",
];

/// Marks of templates and how they end.
const TEMPLATES: [(&str, &str); 7] = [
    ("${", "}"),
    ("{{", "}}"),
    ("<", ">"),
    ("%(", ")s"),
    ("$(", ")"),
    ("#{", "}"),
    ("[[", "]]"),
];

/// What masks are made of.
const MASKS: [char; 6] = ['*', 'x', '.', '_', '\u{2022}', '\u{25CF}'];

/// More bytes are no placeholder.
const MAX_LENGTH: usize = 256;
/// So many different characters are the least that a credential of this length or more has.
const LEAST_VARIETY: (usize, usize) = (12, 4);

/// Whether nobody would use this as a credential.
pub(crate) fn is_placeholder(value: &str) -> bool {
    if value.is_empty() || value.len() > MAX_LENGTH {
        return value.is_empty();
    }
    let lower = value.to_ascii_lowercase();
    let is_template = TEMPLATES
        .iter()
        .any(|(begin, end)| lower.contains(begin) && lower.ends_with(end));
    let variable = lower.strip_prefix('$').is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    // `***`, `xxx`, `•••`, `...`: what something was replaced with.
    let filled = value.chars().count() >= 3
        && MASKS
            .iter()
            .any(|mask| lower.chars().all(|char| char == *mask));
    let (length, least) = LEAST_VARIETY;
    let variety = lower.bytes().collect::<std::collections::BTreeSet<_>>();
    is_template
        || variable
        || filled
        || WORDS.iter().any(|word| lower.contains(word))
        || value.len() >= length && variety.len() < least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_would_use() {
        for value in [
            "",
            "changeme",
            "${DB_PASSWORD}",
            "$TOKEN",
            "{{ vault.token }}",
            "<your token here>",
            "xxxxxxxxxxxxxxxx",
            "000000000000",
            "YOUR_API_KEY",
            "***",
            "XXX",
            "\u{2022}\u{2022}\u{2022}\u{2022}",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in [
            "hunter2",
            "tr0ub4dor&3",
            "pa$$word!",
            "aaa",
            "**",
            "x*x",
            "$2a$10$abcdefgh",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
