//! How a command ends, and what it says when it ends badly.
//!
//! # Hazard
//! Messages name files, options and places, never what is in them: a registered value or a line
//! of a log must not get into another log by way of an error.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use hushgate::{GateError, RegisterError};

use crate::console;
use crate::name::Name;

/// How a command ends. The greater of two ends is the graver one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done; nothing to object to.
    Done = 0,
    /// Done, and there were findings.
    Findings = 1,
    /// Bad usage or bad input.
    Refused = 2,
    /// The gate itself failed; nothing unredacted was written.
    Failed = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command cannot do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    messages: Vec<String>,
}

impl Failure {
    /// Bad usage or bad input. `help` says what to do about it.
    pub(crate) fn refused(message: impl fmt::Display, help: impl fmt::Display) -> Self {
        Self::new(Exit::Refused, message, help)
    }

    /// Several faults of one input, each as it is to be printed.
    pub(crate) fn refused_for(messages: Vec<String>) -> Self {
        Self {
            exit: Exit::Refused,
            messages,
        }
    }

    /// A file that cannot be read.
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        let path = Name(path);
        let help = match error.kind() {
            io::ErrorKind::NotFound => "check the name of the file",
            io::ErrorKind::PermissionDenied => "check the permissions of the file and its folders",
            io::ErrorKind::IsADirectory => "name the files in it instead",
            _ => "check that the file can be read",
        };
        Self::refused(
            format_args!("cannot read `{path}`: {}", reason(error)),
            help,
        )
    }

    /// An output that cannot be written.
    pub(crate) fn unwritable(name: impl fmt::Display, error: &io::Error) -> Self {
        let help = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                "check that its folder exists"
            }
            _ => "check its permissions and those of its folder",
        };
        Self::refused(format_args!("cannot write {name}: {}", reason(error)), help)
    }

    /// Prints the failure; how the program ends.
    pub(crate) fn report(&self) -> Exit {
        for message in &self.messages {
            console::error(message);
        }
        self.exit
    }

    fn new(exit: Exit, message: impl fmt::Display, help: impl fmt::Display) -> Self {
        Self {
            exit,
            messages: vec![format!("{message}\n  help: {help}")],
        }
    }
}

impl From<GateError> for Failure {
    fn from(error: GateError) -> Self {
        let exit = match &error {
            GateError::RulesRefused(_)
            | GateError::UnknownDetector { .. }
            | GateError::KeyTooShort { .. }
            | GateError::ValueRefused(_) => Exit::Refused,
            _ => Exit::Failed,
        };
        let help = match &error {
            GateError::UnknownDetector {
                nearest: Some(nearest),
                ..
            } => format!("did you mean `{nearest}`? `hushgate detectors list` names all of them"),
            GateError::UnknownDetector { .. } => {
                String::from("`hushgate detectors list` names all of them")
            }
            GateError::RulesRefused(_) => String::from("correct the bundle"),
            GateError::KeyTooShort { .. } => {
                String::from("use a longer key, such as `openssl rand -hex 32` prints")
            }
            GateError::ValueRefused(error) => value_help(error).to_owned(),
            GateError::NoRoom { .. } => String::from(
                "raise the limit (`ulimit -v`): 512 MiB are enough, and without a limit the gate \
                 is faster",
            ),
            _ => String::from("nothing unredacted was written; please report this"),
        };
        Self::new(exit, error, help)
    }
}

/// A value that cannot be registered. `origin` says where it came from.
pub(crate) fn refused_value(origin: impl fmt::Display, error: &RegisterError) -> Failure {
    let exit = match error {
        RegisterError::Failed { .. } => Exit::Failed,
        _ => Exit::Refused,
    };
    Failure::new(
        exit,
        format_args!("cannot register {origin}: {error}"),
        value_help(error),
    )
}

fn value_help(error: &RegisterError) -> &'static str {
    match error {
        RegisterError::TooShort { .. } => "use a longer secret, or leave this one out",
        RegisterError::Trivial => {
            "leave it out, or register the part of it behind what is repeated"
        }
        RegisterError::TooLong { .. } => {
            "check that this is a secret; a long one is found by a part of it"
        }
        RegisterError::TooMany { .. } | RegisterError::TooMuch { .. } => {
            "register only the secrets that this log can contain"
        }
        _ => "`hushgate version` says whether the gate works here; nothing was written",
    }
}

/// The reason without the number that the standard library puts behind it.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" (os error ") {
        Some((reason, _)) => reason.to_lowercase(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_graver_end_wins() {
        assert!(Exit::Failed > Exit::Refused && Exit::Refused > Exit::Findings);
        assert!(Exit::Findings > Exit::Done);
    }

    #[test]
    fn reasons_carry_no_numbers() {
        let error = io::Error::from_raw_os_error(2);
        assert_eq!(reason(&error), "no such file or directory");
    }

    #[test]
    fn a_failed_gate_and_a_refused_rule_differ() {
        let failed = GateError::Failed {
            cause: "out of memory".into(),
        };
        assert_eq!(Failure::from(failed).exit, Exit::Failed);
        assert_eq!(
            Failure::from(GateError::RulesRefused(Vec::new())).exit,
            Exit::Refused
        );
    }
}
