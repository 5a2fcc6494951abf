//! Names of files, as messages show them.

use std::fmt::{self, Write};
use std::path::Path;

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

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn a_name_is_one_line_of_text() {
        let name = |bytes: &[u8]| Name(Path::new(OsStr::from_bytes(bytes))).to_string();
        assert_eq!(name("a b/\u{e9}.log".as_bytes()), "a b/\u{e9}.log");
        assert_eq!(name(b"a\nb\x1b[2J"), "a\\nb\\u{1b}[2J");
        assert_eq!(name(b"caf\xe9.log"), "caf\\xe9.log");
    }
}
