//! Remarks about a rule set.

use std::fmt;

use crate::bindings::types;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Works, but probably not as meant.
    Warning,
    /// Refused.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One remark about a rule set.
///
/// It names rules, fields and places, and never quotes a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// Stable code in kebab case, such as `unknown-field`.
    pub code: String,
    /// One line, lower case, no full stop.
    pub message: String,
    /// The rule it is about, or empty.
    pub subject: String,
    /// Line in the text, counted from 1; 0 where no place is known.
    pub line: u32,
    /// Column in that line in bytes, counted from 1; 0 where no place is known.
    pub column: u32,
    /// What to do about it, or empty.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:{}: ", self.line, self.column)?;
        }
        f.write_str(&self.message)?;
        if !self.subject.is_empty() {
            write!(f, " (in `{}`)", self.subject)?;
        }
        if !self.help.is_empty() {
            write!(f, "; {}", self.help)?;
        }
        Ok(())
    }
}

impl From<types::Severity> for Severity {
    fn from(severity: types::Severity) -> Self {
        match severity {
            types::Severity::Note => Self::Note,
            types::Severity::Warning => Self::Warning,
            types::Severity::Error => Self::Error,
        }
    }
}

impl From<types::Diagnostic> for Diagnostic {
    fn from(diagnostic: types::Diagnostic) -> Self {
        Self {
            severity: diagnostic.severity.into(),
            code: diagnostic.code,
            message: diagnostic.message,
            subject: diagnostic.subject,
            line: diagnostic.line,
            column: diagnostic.column,
            help: diagnostic.help,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_reads_place_message_subject_help() {
        let mut diagnostic = Diagnostic {
            severity: Severity::Error,
            code: "unknown-field".into(),
            message: "unknown field `patern`".into(),
            subject: "exf-token".into(),
            line: 3,
            column: 7,
            help: "did you mean `pattern`?".into(),
        };
        assert_eq!(
            diagnostic.to_string(),
            "3:7: unknown field `patern` (in `exf-token`); did you mean `pattern`?"
        );
        diagnostic.line = 0;
        diagnostic.subject.clear();
        diagnostic.help.clear();
        assert_eq!(diagnostic.to_string(), "unknown field `patern`");
    }
}
