//! What is wrong with the arguments, where one of them may be the value itself.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::console;
use crate::failure::{Exit, Failure};

/// Prints help, or what is wrong with the arguments without what somebody wrote there.
pub(crate) fn usage(usage: &clap::Error) -> Exit {
    let argument = match usage.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.as_str(),
        _ => "",
    };
    let help =
        "`hushgate inspect --help` lists the options; a credential never goes on the command line";
    match usage.kind() {
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand if is_option(argument) => {
            Failure::refused(format_args!("there is no option `{argument}`"), help).report()
        }
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand | ErrorKind::InvalidUtf8 => {
            Failure::refused(
                "there is an argument too many, or one that is unknown",
                help,
            )
            .report()
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::TooManyValues => {
            // What it names is an option of this program, as it is declared.
            let message = format_args!("`{argument}` does not take what is given for it");
            Failure::refused(message, help).report()
        }
        _ => console::usage(usage),
    }
}

/// Whether an argument has the form that names of options have, and credentials have not.
fn is_option(argument: &str) -> bool {
    let name = argument.strip_prefix("--").unwrap_or_default();
    let is_word = |word: &str| {
        (1..=12).contains(&word.len()) && word.bytes().all(|it| it.is_ascii_lowercase())
    };
    name.len() <= 24 && name.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_credential_is_no_option() {
        assert!(is_option("--declard"));
        assert!(is_option("--fingerprint-env"));
        for text in [
            "--",
            "ghp",
            "--hunter2",
            "--a-B",
            "--correct-horse-battery-staple",
        ] {
            assert!(!is_option(text), "{text}");
        }
    }
}
