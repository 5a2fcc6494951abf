//! What is told to people.

use std::fmt::Display;
use std::io::Write as _;

/// Writes a line of progress to standard error.
pub fn say(line: impl Display) {
    // Nobody is there to be told that standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Writes a result to standard output.
pub fn print(text: impl Display) {
    // A closed pipe wants no more.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
