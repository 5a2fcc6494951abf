//! Command lines: POSIX shells, Windows, PowerShell; and what quotes as they do, YAML and SQL.

use super::{Buffer, Notation};

/// One way of writing an argument.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shell {
    /// In single quotes, with this for each one in it.
    Single(&'static str),
    /// With this in front of each of these.
    Before(u8, &'static [u8]),
    /// With each of these twice.
    Twice(&'static [u8]),
}

/// How many of [`ALL`] are common enough to be looked for in JSON.
pub(super) const COMMON: usize = 3;

/// All ways.
pub(super) const ALL: [Shell; 11] = [
    // POSIX shells, in two ways.
    Shell::Single(r"'\''"),
    Shell::Single(r#"'"'"'"#),
    // Without quotes, as bash and zsh print it.
    Shell::Before(b'\\', b" !\"#$&'()*,;<>?[\\]^`{|}~"),
    // YAML, SQL, PowerShell and the expressions of CI runners; the same in double quotes.
    Shell::Single("''"),
    Shell::Twice(b"\""),
    Shell::Twice(b"%"),
    // In double quotes, also in those of interactive shells; on a command line of Windows.
    Shell::Before(b'\\', b"$`\"\\"),
    Shell::Before(b'\\', b"$`\"\\!"),
    Shell::Before(b'\\', b"\""),
    // PowerShell's double quotes; without quotes in cmd.
    Shell::Before(b'`', b"$`\""),
    Shell::Before(b'^', b"&<>()@^|\"!%"),
];

impl Notation for Shell {
    fn write(&self, text: &[u8], out: &mut Buffer) -> bool {
        for &byte in text {
            match self {
                Self::Single(written) if byte == b'\'' => out.extend(written.as_bytes()),
                Self::Before(mark, special) if special.contains(&byte) => {
                    out.extend(&[*mark, byte])
                }
                Self::Twice(special) if special.contains(&byte) => out.extend(&[byte, byte]),
                _ => out.push(byte),
            }
        }
        true
    }
}
