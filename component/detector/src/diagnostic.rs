//! Remarks about a rule document, for people and machines.

use std::fmt;

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Works, but probably not as meant.
    Warning,
    /// Refused.
    Error,
}

/// One remark about a rule document.
///
/// Messages name rules, fields and places. A rule document should hold no credential, but somebody
/// may have pasted one: nothing of it is quoted but names, and those only where they are written
/// as names are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// Stable code in kebab case.
    pub code: &'static str,
    /// One line, lower case, no full stop.
    pub message: String,
    /// The rule it is about, or empty.
    pub subject: String,
    /// The file of a bundle that it is about, or empty.
    pub path: String,
    /// Line, counted from 1; 0 where no place is known.
    pub line: u32,
    /// Column in bytes, counted from 1; 0 where no place is known.
    pub column: u32,
    /// What to do about it, or empty.
    pub help: String,
}

impl Diagnostic {
    /// An error with a code and a message, at no place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: one_line(&message.into()),
            subject: String::new(),
            path: String::new(),
            line: 0,
            column: 0,
            help: String::new(),
        }
    }

    /// The same, less grave.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Names the file of a bundle that it is about.
    #[must_use]
    pub fn within(mut self, path: &str) -> Self {
        self.path = one_line(path);
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = one_line(&help.into());
        self
    }

    /// Names the rule it is about.
    #[must_use]
    pub fn subject(mut self, subject: &str) -> Self {
        self.subject = one_line(subject);
        self
    }

    /// Sets the place from a byte offset into `text`.
    #[must_use]
    pub fn at(mut self, text: &str, offset: usize) -> Self {
        let before = text
            .as_bytes()
            .get(..offset.min(text.len()))
            .unwrap_or_default();
        let line_start = before
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        let lines = before.iter().filter(|&&byte| byte == b'\n').count();
        self.line = u32::try_from(lines + 1).unwrap_or(u32::MAX);
        self.column = u32::try_from(before.len() - line_start + 1).unwrap_or(u32::MAX);
        self
    }
}

/// A text whose control characters are escaped. Names are quoted as the document has them, and a
/// terminal or a log must not be told what to do by one.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}:", self.path)?;
        }
        if self.line > 0 {
            write!(f, "{}:{}: ", self.line, self.column)?;
        }
        write!(f, "{}", self.message)?;
        if !self.subject.is_empty() {
            // In the files of a bundle not only detectors have names.
            let what = if self.path.is_empty() {
                "detector "
            } else {
                ""
            };
            write!(f, " ({what}`{}`)", self.subject)?;
        }
        if !self.help.is_empty() {
            write!(f, "; {}", self.help)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_write_lines_of_their_own() {
        let it = Diagnostic::error("x", "no field `a\nb`").subject("c\x1b[2J");
        let it = it.help("write `d\u{85}`");
        let shown = it.to_string();
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
        assert_eq!(
            (it.message, it.subject),
            (r"no field `a\nb`".into(), r"c\u{1b}[2J".into())
        );
    }

    #[test]
    fn a_place_is_a_line_and_a_column() {
        let text = "ab\ncd\n";
        let at = |offset| {
            let it = Diagnostic::error("x", "y").at(text, offset);
            (it.line, it.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(2), (1, 3));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(99), (3, 1));
    }
}
