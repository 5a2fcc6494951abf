//! Own rules: bundle files, and what is wrong with them.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;

use hushgate::{Diagnostic, GateError, Severity};

use crate::console;
use crate::failure::Failure;
use crate::name::Name;

/// Reads a bundle.
///
/// # Errors
/// The file cannot be read, or is no UTF-8.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| unread(path, &error))
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::InvalidData => Failure::refused(
            format_args!("`{}` is not UTF-8", Name(path)),
            "save the bundle as UTF-8",
        ),
        _ => Failure::unreadable(path, error),
    }
}

/// Reads a bundle, of which `-` is the one on standard input.
///
/// # Errors
/// As for [`read`].
pub(crate) fn read_or_standard(path: &Path) -> Result<String, Failure> {
    if path != Path::new("-") {
        return read(path);
    }
    let text = io::read_to_string(io::stdin().lock());
    text.map_err(|error| unread(path, &error))
}

/// What to print for a gate that did not open with the bundle at `path`.
pub(crate) fn refused(error: GateError, path: Option<&Path>, text: Option<&str>) -> Failure {
    match (error, path, text) {
        (GateError::RulesRefused(diagnostics), Some(path), Some(text)) => {
            // Where nobody looks at them, one line for each fault is easier to search.
            let text = io::stderr().is_terminal().then_some(text);
            let (errors, remarks): (Vec<_>, Vec<_>) = diagnostics
                .iter()
                .partition(|diagnostic| diagnostic.severity == Severity::Error);
            for remark in remarks {
                let severity = remark.severity;
                console::tell(format_args!("{severity}: {}", render(remark, path, text)));
            }
            let errors = errors.into_iter();
            Failure::refused_for(errors.map(|error| render(error, path, text)).collect())
        }
        (error, ..) => error.into(),
    }
}

/// `rules.toml:3:7: message (in `rule`)`, the line with a caret where `text` is given, and help.
fn render(diagnostic: &Diagnostic, path: &Path, text: Option<&str>) -> String {
    let mut rendered = Name(path).to_string();
    if diagnostic.line > 0 {
        rendered.push_str(&format!(":{}:{}", diagnostic.line, diagnostic.column));
    }
    rendered.push_str(&format!(": {}", diagnostic.message));
    if !diagnostic.subject.is_empty() {
        rendered.push_str(&format!(" (in `{}`)", diagnostic.subject));
    }
    let line = text
        .zip(diagnostic.line.checked_sub(1))
        .and_then(|(text, above)| text.lines().nth(above as usize))
        .and_then(showable);
    if let Some(line) = &line {
        let before = (diagnostic.column as usize).saturating_sub(1);
        // Tabs stay tabs, so that the caret stands below its byte, or below the end of what is shown.
        let indent: String = line
            .char_indices()
            .take_while(|(at, _)| *at < before)
            .map(|(_, letter)| if letter == '\t' { '\t' } else { ' ' })
            .collect();
        let number = diagnostic.line.to_string();
        let margin = " ".repeat(number.len());
        rendered.push_str(&format!(
            "\n {margin} |\n {number} | {line}\n {margin} | {indent}^"
        ));
    }
    if !diagnostic.help.is_empty() {
        rendered.push_str(&format!("\n  help: {}", diagnostic.help));
    }
    rendered
}

/// Fields whose values say how a rule works.
const RULES: [&str; 11] = [
    "id",
    "since",
    "pattern",
    "keywords",
    "max-len",
    "checksum",
    "gate",
    "confidence",
    "lifetime",
    "detector",
    "expires",
];

/// What may be shown of a line of a bundle: all of it where it says how a rule works, of any other
/// its key. Texts of examples may be credentials that work, pasted by mistake.
fn showable(line: &str) -> Option<String> {
    let is_quoted = line.contains(['"', '\'']);
    if line.trim_start().starts_with("[[") && !is_quoted {
        return Some(line.to_owned());
    }
    let (before, _) = line.split_once('=')?;
    let key = before.trim();
    if RULES.contains(&key) {
        return Some(line.to_owned());
    }
    let is_name = key.len() <= 24
        && key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_name.then(|| format!("{before}= \u{2026}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_not_shown() {
        let shown = |line| showable(line);
        for line in [
            "pattern = '\\bexf_[a-z]{4}'",
            "\tid = \"exf-token\"",
            "[[detector.example]]",
        ] {
            assert_eq!(shown(line).as_deref(), Some(line));
        }
        for (line, expected) in [
            ("text = ['exf_', 'pasted']", Some("text = \u{2026}")),
            ("redacted = pasted", Some("redacted = \u{2026}")),
            ("patern = 'exf_pasted'", Some("patern = \u{2026}")),
            ("  'pasted', 'too'", None),
            ("exf_Pasted = 1", None),
            ("pasted", None),
            ("[['pasted']]", None),
        ] {
            assert_eq!(shown(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn a_caret_stands_below_the_place() {
        let text = "[[detector]]\nid = 'our-token'\npatern = 'pasted'\n";
        let error = hushgate::Gate::builder().bundle(text).open();
        let Err(GateError::RulesRefused(diagnostics)) = error else {
            panic!("{error:?}");
        };
        let shown = render(&diagnostics[0], Path::new("b.toml"), Some(text));
        assert!(
            shown.starts_with("b.toml:3:1: unknown field `patern` (in `our-token`)\n   |\n 3 | patern = \u{2026}\n   | ^\n"),
            "{shown}"
        );
        assert!(!shown.contains("pasted"), "{shown}");
    }
}
