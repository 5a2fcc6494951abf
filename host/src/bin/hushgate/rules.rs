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
    fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => Failure::refused(
            format_args!("`{}` is not UTF-8", Name(path)),
            "save the bundle as UTF-8",
        ),
        _ => Failure::unreadable(path, &error),
    })
}

/// What to print for a gate that did not open with the bundle at `path`.
pub(crate) fn refused(error: GateError, path: Option<&Path>, text: Option<&str>) -> Failure {
    match (error, path, text) {
        (GateError::RulesRefused(diagnostics), Some(path), Some(text)) => {
            // A bundle holds rules and no credentials, so its lines may be shown; where nobody
            // looks at them, one line for each fault is easier to search.
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
        .and_then(|(text, above)| text.lines().nth(above as usize));
    if let Some(line) = line {
        let before = (diagnostic.column as usize).saturating_sub(1);
        // Tabs stay tabs, so that the caret stands below its byte.
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
