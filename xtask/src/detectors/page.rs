//! The text of the pages.

use std::fmt::Write as _;

use hushgate_detector::{
    document::{Confidence, Detector, ValueKind},
    table::{Algorithm, NAMED_WINDOW},
};

use super::{Issuer, POLICIES};

const GENERATED: &str =
    "<!-- Generated from policies/detectors/ by `cargo xtask check --fix`. Do not edit. -->";

/// So much of an example's output is shown in the index, in characters.
const SHOWN: usize = 60;

/// The table of all detectors.
pub(super) fn index(issuers: &[Issuer]) -> String {
    let count: usize = issuers.iter().map(|issuer| issuer.detectors.len()).sum();
    let mut text = format!(
        "# The built-in detectors\n\n{GENERATED}\n\n{count} detectors in {} files of \
         [{POLICIES}/](../../{POLICIES}). Each name links to the page of its issuer; \
         [detectors.md](../detectors.md) says what the columns mean, and \
         [not-covered.md](../not-covered.md) who has none.\n\n\
         | issuer | detector | finds | confidence | lifetime | since | output for an example |\n\
         |---|---|---|---|---|---|---|\n",
        issuers.len()
    );
    for issuer in issuers {
        for detector in &issuer.detectors {
            let name = &issuer.name;
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "| [{name}]({name}.md) | [`{id}`]({name}.md#{id}) | {} ([source]({})) | {} | {} | {} | {} |",
                cell(&detector.description),
                detector.source,
                confidence(detector.confidence),
                detector.lifetime.name(),
                detector.since,
                code(&shortened(detector)),
                id = detector.id,
            );
        }
    }
    text
}

/// The page of an issuer.
pub(super) fn issuer(issuer: &Issuer) -> String {
    let name = &issuer.name;
    let mut text = format!(
        "# {name}\n\n{GENERATED}\n\nFrom [{POLICIES}/{name}.toml](../../{POLICIES}/{name}.toml). \
         [All detectors](index.md)\n"
    );
    for detector in &issuer.detectors {
        section(&mut text, detector);
    }
    text
}

fn section(text: &mut String, detector: &Detector) {
    let _ = write!(
        text,
        "\n## {}\n\n{}\n\n| | |\n|---|---|\n",
        detector.id, detector.description
    );
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "| {name} | {value} |");
    };
    let nature = &detector.nature;
    if !nature.issuer.is_empty() {
        row("issuer", &nature.issuer);
    }
    row("kind", nature.kind.name());
    if let Some(principal) = nature.principal {
        row("acts as", principal.name());
    }
    if let Some(mode) = nature.mode {
        row("mode", mode.name());
    }
    row("confidence", confidence(detector.confidence));
    row("lifetime", detector.lifetime.name());
    if let Some(checksum) = checksum(detector) {
        let gate = match detector.gate {
            true => ", which must be right",
            false => "",
        };
        row("checksum", &format!("{}{gate}", code(checksum)));
    }
    if detector.names.is_empty() {
        let window = detector.pattern.window();
        row("certain after", &format!("{window} bytes"));
    } else {
        let names: Vec<String> = detector.names.iter().map(|name| code(name)).collect();
        row("names", &names.join(", "));
        row(
            "value",
            match detector.value {
                ValueKind::Secret => "`secret`: made by a machine",
                ValueKind::Password => "`password`: chosen by somebody",
                ValueKind::Issued => {
                    "`issued`: long and not of words, where an issuer is named in front"
                }
                ValueKind::Cookie => "`cookie`: that of a session",
                ValueKind::Login => "`login`: a password behind a user and `:`",
                ValueKind::Lines => "`lines`: the lines of a key, with something in front of each",
            },
        );
        row("certain after", &format!("{NAMED_WINDOW} bytes"));
    }
    row("since", &detector.since);
    row("source", &format!("<{}>", detector.source));
    if detector.names.is_empty() {
        let _ = write!(text, "\nPattern:\n\n{}", block(&detector.text));
    }
    text.push_str("\nExamples come out as\n\n");
    let outputs: Vec<String> = detector
        .examples
        .iter()
        .map(|example| visible(&example.redacted))
        .collect();
    text.push_str(&block(&outputs.join("\n")));
    text.push_str("\nLeft alone is\n\n");
    for example in &detector.counter_examples {
        let _ = writeln!(text, "- {}", prose(&example.why));
    }
}

fn checksum(detector: &Detector) -> Option<&'static str> {
    let check = detector.check?;
    let name = Algorithm::ALL.iter().find(|it| it.1 == check.algorithm);
    name.map(|(name, _)| *name)
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

/// The output of the first example, around the label where it is long.
fn shortened(detector: &Detector) -> String {
    let Some(example) = detector.examples.first() else {
        return String::new();
    };
    let label = format!("[{}]", detector.id);
    let line = example.redacted.lines().find(|line| line.contains(&label));
    let line = visible(line.unwrap_or(&example.redacted).trim());
    if line.chars().count() <= SHOWN {
        return line;
    }
    let (before, behind) = line.split_once(&label).unwrap_or((&line, ""));
    let room = SHOWN.saturating_sub(label.len()) / 2;
    let before: Vec<char> = before.chars().collect();
    let skipped = before.len().saturating_sub(room);
    let mut text = String::from(if skipped > 0 { "\u{2026}" } else { "" });
    text.extend(before.iter().skip(skipped));
    text.push_str(&label);
    text.extend(behind.chars().take(room));
    if behind.chars().count() > room {
        text.push('\u{2026}');
    }
    text
}

/// Control characters as escapes, so that a page is one that can be read anywhere. The newline at
/// the end is no part of what is shown.
fn visible(text: &str) -> String {
    let mut shown = String::new();
    for letter in text.trim_end_matches(['\n', '\r']).chars() {
        match letter {
            '\n' => shown.push(letter),
            control if control.is_control() => shown.extend(control.escape_default()),
            other => shown.push(other),
        }
    }
    shown
}

/// Text in a fence that is longer than any in it.
fn block(text: &str) -> String {
    let mut fence = String::from("```");
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}text\n{text}\n{fence}\n")
}

/// Text as code in a cell of a table.
fn code(text: &str) -> String {
    let fence = if text.contains('`') { "``" } else { "`" };
    // Blanks at the edges belong to the fence.
    let edge = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{edge}{}{edge}{fence}", cell(text))
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Text whose signs mean nothing to Markdown.
fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        if matches!(letter, '*' | '_' | '`' | '<' | '[' | ']' | '\\') {
            escaped.push('\\');
        }
        escaped.push(if letter == '\n' { ' ' } else { letter });
    }
    escaped
}

#[cfg(test)]
mod tests {
    use hushgate_detector::document::Document;

    use super::*;

    const DOCUMENT: &str = r#"
[[detector]]
id = "exf-token"
since = "0.1.0"
description = "Example Forge token: acts as its user."
pattern = 'exf_(?:a|b)[0-9]{8}'
keywords = ["exf_"]
max-len = 13
confidence = "medium"
lifetime = "static"
source = "https://docs.forge.example/tokens"

[[detector.example]]
text = ["a|b exf_a", "01234567", "\u001b[0m\n"]
redacted = "a|b [exf-token]\u001b[0m\n"

[[detector.counter-example]]
text = ["exf_a", "0123456"]
why = "one digit of `exf_*` is missing"
"#;

    fn forge() -> Issuer {
        Issuer {
            name: String::from("forge"),
            detectors: Document::parse(DOCUMENT).expect("correct").detectors,
        }
    }

    #[test]
    fn an_issuer_has_a_page_without_credentials() {
        let page = issuer(&forge());
        for part in [
            "\n## exf-token\n\nExample Forge token: acts as its user.\n",
            "\n| confidence | medium |\n| lifetime | static |\n",
            "\n```text\nexf_(?:a|b)[0-9]{8}\n```\n",
            "\n```text\na|b [exf-token]\\u{1b}[0m\n```\n",
            "\n- one digit of \\`exf\\_\\*\\` is missing\n",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(!page.contains("0123456"), "{page}");
    }

    #[test]
    fn the_index_names_all_and_stays_a_table() {
        let page = index(&[forge()]);
        let row = page.lines().last().expect("a row");
        assert_eq!(row.replace("\\|", "").matches('|').count(), 8, "{row}");
        assert!(
            row.contains("[`exf-token`](forge.md#exf-token)")
                && row.contains("`a\\|b [exf-token]\\u{1b}[0m`"),
            "{row}"
        );
    }

    #[test]
    fn long_output_is_shown_around_its_label() {
        let mut forge = forge();
        let detector = forge.detectors.first_mut().expect("one");
        let example = detector.examples.first_mut().expect("one");
        example.redacted = ["x".repeat(80), "[exf-token]".to_owned(), "y".repeat(80)].concat();
        let shown = shortened(detector);
        assert!(shown.contains("x[exf-token]y") && shown.chars().count() <= SHOWN + 2);
        assert!(shown.starts_with('\u{2026}') && shown.ends_with('\u{2026}'));
    }
}
