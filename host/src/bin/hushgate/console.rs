//! Text for people and for scripts: standard output and standard error.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use clap::builder::styling::AnsiColor;

use crate::failure::{Exit, Failure};

/// Prints a line to standard error.
pub(crate) fn tell(line: fmt::Arguments<'_>) {
    // Where standard error is closed nobody can be told so; the exit code still says it.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Prints a warning to standard error.
pub(crate) fn warn(message: impl fmt::Display) {
    labelled("warning", AnsiColor::Yellow, message);
}

/// Prints an error to standard error.
pub(crate) fn error(message: impl fmt::Display) {
    labelled("error", AnsiColor::Red, message);
}

/// Prints a message behind a label, which looks like those that the parser of arguments writes.
fn labelled(label: &str, colour: AnsiColor, message: impl fmt::Display) {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if io::stderr().is_terminal() && !is_set("NO_COLOR") && !dumb {
        let style = colour.on_default().bold();
        tell(format_args!("{style}{label}:{style:#} {message}"));
    } else {
        tell(format_args!("{label}: {message}"));
    }
}

/// Prints all of a command's answer to standard output.
///
/// # Errors
/// Standard output cannot be written. A closed pipe is no error.
pub(crate) fn answer(text: &[u8]) -> Result<Exit, Failure> {
    let mut output = io::stdout().lock();
    match output.write_all(text).and_then(|()| output.flush()) {
        Ok(()) => Ok(Exit::Done),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => Err(Failure::unwritable("standard output", &error)),
    }
}

/// Prints help, or what is wrong with the arguments.
pub(crate) fn usage(usage: &clap::Error) -> Exit {
    let printed = match usage.print() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Refused,
        _ => Exit::Done,
    };
    if usage.use_stderr() {
        Exit::Refused
    } else {
        printed
    }
}

/// JSON for people and machines, with a newline behind it.
///
/// # Errors
/// Never for the types of this program; serde cannot know.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::unwritable("JSON", &error.into()))
}
