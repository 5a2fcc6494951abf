//! What all credentials of a kind begin with: the part of a finding that may be shown.
//!
//! # Promise
//! What is shown stands in every credential of the kind, so it says which kind it is and nothing
//! of the secret. It holds no quote, backslash or control byte, so it can stand in a JSON string;
//! and no detector matches in it.
//!
//! # Why it holds
//! Only bytes are taken that the shape fixes, one value each. Which of a rule's shapes matches
//! may depend on bytes to come; what all shapes have in common that may match, as far as the
//! bytes say that every match has, does not.

use std::collections::BTreeMap;

use hushgate_detector::table::{Shape, Step, Table};
use hushgate_prefilter::ByteSet;

use super::open::{Namer, Open};
use crate::detect::{Live, Matched, Within};

/// The most that is shown, in bytes: enough for the longest prefixes that issuers use.
const LONGEST: usize = 16;

/// The beginnings of the shapes of rules that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Prefixes(BTreeMap<u16, Vec<Prefix>>);

/// The beginning of a shape's matches.
#[derive(Debug)]
struct Prefix {
    text: String,
    /// Bytes of the shortest match.
    least: usize,
}

impl Prefixes {
    /// What may be shown of a finding that `namer` gives the label; `bytes` is the input from its
    /// start on. Which of the shapes are still in the running depends on how much is at hand, so all
    /// of them count.
    pub(crate) fn of(&mut self, table: &Table, open: &Open, namer: Namer, bytes: &[u8]) -> &str {
        let is_encoded = |live: &Live| {
            matches!(live.what, Matched::Wrapping(..)) && Namer::of(table, live) == namer
        };
        let Namer::Rule(rule) = namer else {
            return "";
        };
        if open.lives.iter().any(is_encoded) {
            // What it begins with is encoded too.
            return "";
        }
        let prefixes = self.0.entry(rule).or_insert_with(|| {
            let shapes = table.shapes.iter().filter(|shape| shape.rule == rule);
            shapes.map(|shape| Prefix::of(table, shape)).collect()
        });
        // As many bytes are at hand, wherever the input was cut.
        let known = prefixes.iter().map(|it| it.least).min().unwrap_or(0);
        let known = bytes.get(..known).unwrap_or(bytes);
        let possible = prefixes
            .iter()
            .map(|prefix| prefix.text.as_str())
            .filter(|text| text.bytes().zip(known).all(|(one, other)| one == *other));
        possible.reduce(common).unwrap_or_default()
    }
}

/// What two texts of ASCII begin with.
fn common<'t>(one: &'t str, other: &str) -> &'t str {
    let alike = one.bytes().zip(other.bytes());
    let length = alike.take_while(|(one, other)| one == other).count();
    one.get(..length).unwrap_or_default()
}

impl Prefix {
    fn of(table: &Table, shape: &Shape) -> Self {
        let steps = table.matched(shape);
        let least = steps
            .iter()
            .fold(0_u32, |sum, step| sum.saturating_add(step.min));
        let mut prefix = fixed(table, steps);
        let within = Within::new(table, |_| !cfg!(sabotage = "match-in-what-is-shown"));
        let matches = |prefix: &[u8]| {
            let sets: Vec<ByteSet> = prefix.iter().copied().map(ByteSet::single).collect();
            within.rule_in(&sets).is_some()
        };
        let least = usize::try_from(least).unwrap_or(usize::MAX);
        // What stands in front of a match is still there, so all of it would match again.
        while prefix.len() >= least || matches(&prefix) {
            if prefix.pop().is_none() {
                break;
            }
        }
        Self {
            // Nothing but ASCII was taken.
            text: String::from_utf8(prefix).unwrap_or_default(),
            least,
        }
    }
}

/// The bytes at the beginning that are the same in all matches.
fn fixed(table: &Table, steps: &[Step]) -> Vec<u8> {
    let mut prefix = Vec::new();
    for step in steps {
        let set = table.set(step.set);
        let alone = set.len() == 1 || cfg!(sabotage = "secret-is-shown");
        let byte = set.iter().next().filter(|&byte| alone && showable(byte));
        let Some(byte) = byte else {
            break;
        };
        let room = LONGEST - prefix.len();
        let least = usize::try_from(step.min).unwrap_or(room);
        prefix.extend(std::iter::repeat_n(byte, least.min(room)));
        if step.min != step.max || prefix.len() == LONGEST {
            break;
        }
    }
    prefix
}

/// Whether a byte stands for itself in a JSON string.
fn showable(byte: u8) -> bool {
    (byte == b' ' || byte.is_ascii_graphic()) && !matches!(byte, b'"' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    /// What is shown of a text if this rule matches in it.
    fn shown(rules: &Rules, id: &str, text: &str) -> String {
        let table = rules.table();
        let rule = table.rules.iter().position(|rule| rule.id == id);
        let rule = rule.and_then(|rule| u16::try_from(rule).ok());
        let rule = rule.expect("a detector");
        let open = Open::new(0, Vec::new());
        let mut prefixes = Prefixes::default();
        let shown = prefixes.of(table, &open, Namer::Rule(rule), text.as_bytes());
        shown.to_owned()
    }

    #[test]
    fn kinds_are_named_and_no_secret_is_shown() {
        let rules = Rules::standard();
        for (id, text, expected) in [
            ("github-pat", "ghp_EXAMPLE", "ghp_"),
            ("aws-access-key-id", "AKIAEXAMPLE", "AKIA"),
            ("gitlab-pat", "glpat-EXAMPLE", "glpat-"),
            ("doppler-personal-token", "dp.pt.EXAMPLE", "dp.pt."),
            (
                "discord-webhook",
                "discord.com/api/webhooks/1",
                "discord.com/api/",
            ),
            (
                "discord-webhook",
                "discordapp.com/api/webhooks/1",
                "discordapp.com/a",
            ),
            (
                "slack-webhook",
                "hooks.slack.com/services/T",
                "hooks.slack.com/",
            ),
            // With `t1_` behind it, or without: then it is a part of the secret.
            ("gitlab-runner-token", "glrt-t1_EXAMPLE", "glrt-"),
            ("gitlab-runner-token", "glrt-EXAMPLE", "glrt-"),
            ("gitlab-runner-token", "glrtr-EXAMPLE", "glrtr-"),
            (
                "private-key",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVA",
            ),
            ("jwt", "eyJhbGciOiJ", "eyJhbGciO"),
            ("azure-client-secret", "abc8Q~EXAMPLE", ""),
            ("telegram-bot-token", "12345678:AA", ""),
        ] {
            assert_eq!(shown(&rules, id, text), expected, "{id}: {text}");
        }
    }

    #[test]
    fn nothing_matches_in_what_is_shown() {
        let rules = Rules::standard();
        for shape in rules.table().shapes.iter() {
            let Prefix { text, .. } = Prefix::of(rules.table(), shape);
            assert!(text.len() <= LONGEST && text.bytes().all(showable));
            assert_eq!(rules.redact(&text), text);
        }
    }
}
