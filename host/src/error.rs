//! Why the gate refused or failed.
//!
//! No error carries input bytes, registered values or keys.

use crate::bindings::redact;
use crate::diagnostic::{Diagnostic, Severity};

/// Why a gate did not open, or did not redact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// The rule set has faults; all of them are listed.
    #[error("the rule set is refused: {}", summary(.0))]
    RulesRefused(Vec<Diagnostic>),
    /// No detector of the rule set has this id.
    #[error("there is no detector `{id}`")]
    UnknownDetector {
        /// The id that was asked for.
        id: String,
        /// The id that is spelled most like it, where one is near.
        nearest: Option<String>,
    },
    /// The key of fingerprints is too short.
    #[error("the fingerprint key is shorter than {least} bytes")]
    KeyTooShort {
        /// The least length in bytes.
        least: u32,
    },
    /// A value of the registry is refused under this gate's rule set.
    #[error("a registered value is refused: {0}")]
    ValueRefused(#[from] RegisterError),
    /// The sandbox failed twice on the same input. What it had not released was withheld, and
    /// the stream can only be ended.
    #[error("the gate failed ({cause}); {bytes} bytes of input are withheld")]
    Withheld {
        /// How many bytes of input were not released.
        bytes: u64,
        /// What happened in the sandbox.
        cause: String,
    },
    /// This process may use too little address space for a sandbox.
    #[error("the address space is limited to {} MiB, too little for a sandbox", limit >> 20)]
    NoRoom {
        /// How much it may use, in bytes.
        limit: u64,
    },
    /// The sandbox could not be set up, or stopped while no input was in it.
    #[error("the gate failed ({cause})")]
    Failed {
        /// What happened.
        cause: String,
    },
}

impl GateError {
    /// The stable code of the error, in kebab case.
    ///
    /// ```
    /// use hushgate::Gate;
    ///
    /// let error = Gate::builder().detectors(["no-such-detector"]).open().unwrap_err();
    /// assert_eq!(error.code(), "unknown-detector");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::RulesRefused(_) => "rules-refused",
            Self::UnknownDetector { .. } => "unknown-detector",
            Self::KeyTooShort { .. } => "key-too-short",
            Self::ValueRefused(_) => "value-refused",
            Self::Withheld { .. } => "withheld",
            Self::NoRoom { .. } => "no-room",
            Self::Failed { .. } => "failed",
        }
    }
}

/// The first fault, and how many more there are.
fn summary(diagnostics: &[Diagnostic]) -> String {
    let mut errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    let first = errors
        .next()
        .map_or_else(|| String::from("no reason given"), Diagnostic::to_string);
    match errors.count() {
        0 => first,
        more => format!("{first} (and {more} more)"),
    }
}

/// Why a value was not registered. No variant carries the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// It would mask ordinary text.
    #[error("it is shorter than {least} bytes and would mask ordinary text")]
    TooShort {
        /// The least length in bytes.
        least: u32,
    },
    /// It is too long.
    #[error("it is longer than {most} bytes")]
    TooLong {
        /// The greatest length in bytes.
        most: u32,
    },
    /// There would be more values, or values and parts, than there may be.
    #[error("there would be more than {most} values and parts of values")]
    TooMany {
        /// The greatest number of values.
        most: u32,
    },
    /// All values together would take too much room.
    #[error("all values together would exceed {most} bytes")]
    TooMuch {
        /// The greatest sum of lengths in bytes, those of parts included.
        most: u32,
    },
    /// It is made of white space or punctuation alone, or its beginning repeats itself more than 64 times.
    #[error(
        "it is white space or punctuation alone, or begins with more than 64 repetitions, and would mask ordinary text"
    )]
    Trivial,
    /// The sandbox that checks values failed.
    #[error("the gate failed ({cause})")]
    Failed {
        /// What happened.
        cause: String,
    },
}

impl RegisterError {
    /// The stable code of the error, in kebab case.
    ///
    /// ```
    /// use hushgate::Registry;
    ///
    /// assert_eq!(Registry::new().add(b"abc").unwrap_err().code(), "too-short");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too-short",
            Self::TooLong { .. } => "too-long",
            Self::TooMany { .. } => "too-many",
            Self::TooMuch { .. } => "too-much",
            Self::Trivial => "trivial",
            Self::Failed { .. } => "failed",
        }
    }
}

impl From<redact::RegisterError> for RegisterError {
    fn from(error: redact::RegisterError) -> Self {
        match error {
            redact::RegisterError::TooShort(least) => Self::TooShort { least },
            redact::RegisterError::TooLong(most) => Self::TooLong { most },
            redact::RegisterError::TooMany(most) => Self::TooMany { most },
            redact::RegisterError::TooMuch(most) => Self::TooMuch { most },
            redact::RegisterError::Trivial => Self::Trivial,
        }
    }
}

/// Why a sandbox cannot go on. Whoever meets it throws the instance away.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The call trapped: a fault in the component, its deadline or its memory cap.
    Trap(String),
    /// The instance is too far behind the registry to catch up.
    Stale,
    /// A registered value is refused by this instance's rule set.
    Value(RegisterError),
    /// The process may use this many bytes of address space, too few for a sandbox.
    Room(u64),
}

impl Fault {
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Trap(cause) => cause.clone(),
            Self::Stale => String::from("too many changes of the registry at once"),
            Self::Value(error) => format!("a registered value is refused: {error}"),
            Self::Room(limit) => {
                format!("the address space is limited to {} MiB", limit >> 20)
            }
        }
    }
}

impl From<wasmtime::Error> for Fault {
    fn from(error: wasmtime::Error) -> Self {
        // The root alone: contexts may name functions, never input.
        Self::Trap(error.root_cause().to_string())
    }
}

impl From<Fault> for GateError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Value(error) => Self::ValueRefused(error),
            Fault::Room(limit) => Self::NoRoom { limit },
            other => Self::Failed {
                cause: other.cause(),
            },
        }
    }
}

impl From<Fault> for RegisterError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Value(error) => error,
            other => Self::Failed {
                cause: other.cause(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnostic(severity: Severity, message: &str) -> Diagnostic {
        Diagnostic {
            severity,
            code: "some-code".into(),
            message: message.into(),
            subject: String::new(),
            line: 2,
            column: 1,
            help: String::new(),
        }
    }

    #[test]
    fn a_refusal_shows_the_first_error_and_counts_the_rest() {
        let error = GateError::RulesRefused(vec![
            diagnostic(Severity::Warning, "odd"),
            diagnostic(Severity::Error, "no source"),
            diagnostic(Severity::Error, "no example"),
        ]);
        assert_eq!(
            error.to_string(),
            "the rule set is refused: 2:1: no source (and 1 more)"
        );
        assert_eq!(error.code(), "rules-refused");
    }

    #[test]
    fn a_fault_of_a_value_keeps_its_reason() {
        let fault = Fault::Value(RegisterError::TooShort { least: 4 });
        assert_eq!(
            GateError::from(fault),
            GateError::ValueRefused(RegisterError::TooShort { least: 4 })
        );
    }
}
