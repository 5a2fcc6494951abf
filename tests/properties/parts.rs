//! No secret part of a registered value comes through, however it is written.
//!
//! Structures and notations are written here as their tools write them, without the engine's help.

use std::sync::LazyLock;

use hushgate_engine::{
    redact::{Options, Redactor},
    rules::Rules,
    values::Values,
};
use hushgate_tests::log::base64;
use proptest::{prelude::*, sample::Index, test_runner::Config};

use super::bed::{cases, shown};

static RULES: LazyLock<Rules> = LazyLock::new(Rules::standard);

/// Names that say that a value is secret.
const NAMES: [&str; 8] = [
    "password",
    "DB_PASSWORD",
    "clientSecret",
    "aws_secret_access_key",
    "X-Api-Key",
    "PGPASSWORD",
    "refresh_token",
    "smtpPass",
];

/// What comes out of these chunks.
fn redacted(values: &Values, chunks: &[&[u8]]) -> Vec<u8> {
    let mut redactor = Redactor::open(&RULES, &Options::default()).expect("no detectors named");
    let mut output = Vec::new();
    for chunk in chunks {
        redactor.push(values, chunk, &mut output);
    }
    redactor.finish(values, &mut output);
    output
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

fn percent(text: &str) -> String {
    let byte = |&byte: &u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.as_bytes().iter().map(byte).collect()
}

/// A Python literal in single quotes.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8(base64(bytes.as_ref(), false)).expect("ASCII")
}

fn is_word(text: &str) -> bool {
    !text.contains(char::is_whitespace)
}

/// Structures that hold a secret; nothing where the structure cannot hold this one.
type Structure = fn(&str, &str) -> Option<String>;

const STRUCTURES: [(&str, Structure); 17] = [
    ("itself", |_, it| Some(it.to_owned())),
    ("JSON", |name, it| {
        Some(format!(
            "{{\"user\": \"bob\", {}: {}, \"n\": 1}}",
            json(name),
            json(it)
        ))
    }),
    ("array", |name, it| {
        Some(format!(
            "{{\"a\": {{{}: [\"alice-1\", {}]}}}}",
            json(name),
            json(it)
        ))
    }),
    ("JSON in JSON", |name, it| {
        let inner = format!("{{{}:{}}}", json(name), json(it));
        Some(format!("[{{\"log\": {}}}]", json(&inner)))
    }),
    ("JSON in base64", |name, it| {
        Some(encoded(format!("{{{}: {}}}", json(name), json(it))))
    }),
    ("Python", |name, it| {
        Some(format!(
            "{{'user': 'bob', {}: {}}}",
            literal(name),
            literal(it)
        ))
    }),
    ("variables", |name, it| {
        Some(format!("HOST=db.example\nexport {name}={it}\nDEBUG=1\n"))
    }),
    ("quoted", |name, it| {
        Some(format!("A=1\n{name} = {}\n", json(it)))
    }),
    ("YAML", |name, it| {
        Some(format!("user: bob\n{name}: {it}\n"))
    }),
    ("address", |_, it| {
        Some(format!("postgres://app:{}@db.example:5432/x", percent(it)))
    }),
    ("address in a variable", |_, it| {
        Some(format!("URL=\"amqp://app:{}@mq/x?y=1\"\n", percent(it)))
    }),
    ("ODBC", |_, it| {
        Some(format!(
            "Driver={{Some Driver}};Uid=app;Pwd={{{it}}};Encrypt=yes"
        ))
    }),
    ("ADO", |_, it| {
        let quote = ['"', '\''].into_iter().find(|&quote| !it.contains(quote))?;
        Some(format!("Server=db;Password={quote}{it}{quote};User ID=app"))
    }),
    ("bearer", |_, it| {
        is_word(it).then(|| format!("Authorization: Bearer {it}"))
    }),
    ("basic", |_, it| {
        Some(format!("Basic {}", encoded(format!("bob:{it}"))))
    }),
    ("netrc", |_, it| {
        is_word(it).then(|| format!("machine h.example login bob password {it}\n"))
    }),
    ("container tools", |_, it| {
        let auth = encoded(format!("bob:{it}"));
        Some(format!(
            "{{\"auths\": {{\"r.example\": {{\"auth\": \"{auth}\"}}}}}}"
        ))
    }),
];

/// A secret as a tool writes it; what must not come through, where that is not all of it.
fn written(notation: usize, secret: &str, beside: usize) -> (String, Option<String>) {
    let bytes = secret.as_bytes();
    let hex = |between: &str| {
        let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.join(between)
    };
    let whole = |text: String| (text, None);
    let inner = |text: String| text[1..text.len() - 1].to_owned();
    match notation {
        0 => whole(secret.to_owned()),
        1 => whole(inner(json(secret))),
        2 => whole(inner(json(&inner(json(secret))))),
        3 => whole(inner(literal(secret))),
        4 => whole(percent(secret)),
        5 => whole(percent(&inner(json(secret)))),
        6 => whole(hex("")),
        7 => whole(hex(":").to_uppercase()),
        8 => whole(hex(" ")),
        9 => whole(hex("-")),
        10 => whole(format!("{bytes:?}")),
        11 => whole(
            secret
                .chars()
                .map(|it| format!("&#{};", u32::from(it)))
                .collect(),
        ),
        12 => whole(
            secret
                .chars()
                .map(|it| format!("&#x{:x};", u32::from(it)))
                .collect(),
        ),
        13 => {
            let text = secret
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            whole(text.replace('"', "&quot;").replace('\'', "&#39;"))
        }
        14 => whole(secret.replace('\'', r"'\''")),
        15 => {
            let lines = encoded(secret);
            let lines: Vec<&str> = lines
                .as_bytes()
                .chunks(76)
                .map(|line| std::str::from_utf8(line).expect("ASCII"))
                .collect();
            whole(lines.join("\n"))
        }
        _ => {
            let text = match notation {
                16 => secret.to_owned(),
                17 => inner(json(secret)),
                _ => secret
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .map(char::from)
                    .collect(),
            };
            let text: Vec<u8> = match notation {
                18 => text
                    .chars()
                    .map(|it| u8::try_from(it).expect("a byte"))
                    .collect(),
                _ => text.into_bytes(),
            };
            // Behind other data only what the secret decides alone.
            let all = encoded([&b"xy"[..beside], &text, &b"zz"[..beside]].concat());
            let decided = [0, 2, 3][beside]..(beside + text.len()) * 8 / 6;
            (all.clone(), Some(all[decided].to_owned()))
        }
    }
}

const NOTATIONS: usize = 19;

fn secret() -> impl Strategy<Value = String> {
    let awkward = "-_!$&/@#%+=:;,.\"'\\ <>|~*é€";
    let middle = prop_oneof![
        3 => prop::char::range('a', 'z'),
        2 => prop::char::range('0', '9'),
        2 => prop::sample::select(awkward.chars().collect::<Vec<_>>()),
    ];
    let middle = prop_oneof![
        4 => prop::collection::vec(middle.clone(), 8..40),
        1 => prop::collection::vec(middle, 40..120),
    ];
    // No blanks at the ends, which a file would lose.
    ("[A-Z]", middle, "[0-9]")
        .prop_map(|(first, middle, last)| first + &middle.into_iter().collect::<String>() + &last)
}

proptest! {
    #![proptest_config(Config {
        cases: cases() / 4,
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn no_part_leaks(
        secret in secret(),
        name in prop::sample::select(NAMES.to_vec()),
        structure in 0..STRUCTURES.len(),
        notation in 0..NOTATIONS,
        beside in 0..3_usize,
        cut in any::<Index>(),
    ) {
        let (structure, write) = STRUCTURES[structure];
        let Some(value) = write(name, &secret) else {
            return Ok(());
        };
        let mut values = Values::new(&RULES);
        values.add(value.as_bytes()).expect("long enough");
        let (text, decided) = written(notation, &secret, beside);
        let text_around = format!("2026-11-20 <{text}> ok");
        let (head, rest) = text_around.as_bytes().split_at(cut.index(text_around.len()));
        let output = redacted(&values, &[head, rest]);
        let secret = decided.unwrap_or(text);
        let leaks = output.windows(secret.len()).any(|it| it == secret.as_bytes());
        prop_assert!(!leaks, "{structure}: {value:?}: {secret:?} in {}", shown(&output));
        let readable = output.starts_with(b"2026-11-20 <") && output.ends_with(b"> ok");
        prop_assert!(readable, "{}", shown(&output));
    }

    /// When the value goes, so do its parts.
    #[test]
    fn parts_go_with_their_value(
        secret in secret(),
        name in prop::sample::select(NAMES.to_vec()),
        first in 0..STRUCTURES.len(),
        second in 0..STRUCTURES.len(),
    ) {
        let write = |structure: usize| STRUCTURES[structure].1(name, &secret);
        let (Some(one), Some(other)) = (write(first), write(second)) else {
            return Ok(());
        };
        let mut values = Values::new(&RULES);
        let found = |values: &Values| {
            let output = redacted(values, &[secret.as_bytes()]);
            output != secret.as_bytes()
        };
        values.add(one.as_bytes()).expect("long enough");
        values.add(other.as_bytes()).expect("long enough");
        prop_assert!(found(&values));
        values.remove(one.as_bytes());
        prop_assert_eq!(found(&values), one != other);
        values.remove(other.as_bytes());
        prop_assert!(!found(&values));
    }

    /// Whatever is registered, registering it ends, and undoing it undoes all of it.
    #[test]
    fn anything_can_be_registered(pieces in prop::collection::vec((0..STRUCTURES.len(), "[ -~\n]{0,9}"), 0..6)) {
        let pieces = pieces.iter().map(|(structure, text)| {
            STRUCTURES[*structure].1("password", text).unwrap_or_default() + text
        });
        let value: String = pieces.collect();
        let mut values = Values::new(&RULES);
        if values.add(value.as_bytes()).is_ok() {
            let output = redacted(&values, &[value.as_bytes()]);
            prop_assert!(!output.windows(value.len()).any(|it| it == value.as_bytes()));
            values.remove(value.as_bytes());
        }
        prop_assert!(values.is_empty());
        let output = redacted(&values, &[b"Password=hunter2 {}"]);
        prop_assert_eq!(shown(&output), "Password=hunter2 {}");
    }
}
