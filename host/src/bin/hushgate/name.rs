//! Names of files and environment variables, as messages show them.

use std::fmt::{self, Write};
use std::path::Path;

use crate::failure::Failure;

/// A path that shows on one line and says which bytes it has: what is no text, or would move the
/// cursor of a terminal, is escaped.
pub(crate) struct Name<'a>(pub(crate) &'a Path);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.as_os_str().as_encoded_bytes().utf8_chunks() {
            for letter in chunk.valid().chars() {
                if letter.is_control() {
                    write!(f, "{}", letter.escape_default())?;
                } else {
                    f.write_char(letter)?;
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

/// An environment variable. Its name is shown only where it is written as such names are: in
/// `--register-env "$DB_PASSWORD"` the shell has put a secret in the place of the name.
pub(crate) struct Variable<'a> {
    pub(crate) name: &'a str,
    /// The option that names it.
    pub(crate) option: &'static str,
}

impl Variable<'_> {
    /// Refuses what can be no name: it cannot be set, and looking it up may panic. `what` is in such
    /// a variable.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn check(&self, what: &str) -> Result<(), Failure> {
        let Self { name, option } = self;
        if !name.is_empty() && !name.contains(['=', '\0']) {
            return Ok(());
        }
        Err(Failure::refused(
            format_args!("the argument of `{option}` is not the name of an environment variable"),
            format_args!("give the name alone; {what} never goes on the command line"),
        ))
    }
}

impl fmt::Display for Variable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, option } = self;
        let is_usual = |byte: u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
        if name.bytes().all(is_usual) {
            write!(f, "environment variable `{name}`")
        } else {
            write!(f, "an environment variable that `{option}` names")
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn what_is_no_usual_name_of_a_variable_is_not_shown() {
        let shown = |name| {
            let option = "--register-env";
            Variable { name, option }.to_string()
        };
        assert_eq!(
            shown("DB_PASSWORD_2"),
            "environment variable `DB_PASSWORD_2`"
        );
        for secret in ["correct-horse", "hunter2", "Aa1"] {
            assert!(!shown(secret).contains(secret));
        }
    }

    #[test]
    fn a_name_is_one_line_of_text() {
        let name = |bytes: &[u8]| Name(Path::new(OsStr::from_bytes(bytes))).to_string();
        assert_eq!(name("a b/\u{e9}.log".as_bytes()), "a b/\u{e9}.log");
        assert_eq!(name(b"a\nb\x1b[2J"), "a\\nb\\u{1b}[2J");
        assert_eq!(name(b"caf\xe9.log"), "caf\\xe9.log");
    }
}
