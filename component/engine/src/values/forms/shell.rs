//! Command lines: POSIX shells, Windows, PowerShell; and what quotes as they do, YAML and SQL.

use super::{Buffer, Notation};

/// One way of writing an argument.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shell {
    /// In single quotes, with this for each one in it.
    Single(&'static str),
    /// With this in front of each of these.
    Before(u8, &'static [u8]),
    /// As `printf %q` of bash writes it: `~` has a backslash where a home could begin. One in front of the first
    /// byte says nothing of it.
    Bash,
    /// In single quotes, with those in it together in double quotes.
    Grouped,
    /// With each of these twice.
    Twice(&'static [u8]),
}

/// In front of these bash writes a backslash wherever they stand.
const BASH: &[u8] = b" !\"$&'()*,;<>?[\\]^`{|}";

/// How many of [`ALL`] are common enough to be looked for in JSON.
pub(super) const COMMON: usize = 3;

/// All ways.
pub(super) const ALL: [Shell; 15] = [
    // POSIX shells, in two ways.
    Shell::Single(r"'\''"),
    Shell::Single(r#"'"'"'"#),
    // Without quotes, as bash prints it, and `(q)` of zsh, alone and at a prompt.
    Shell::Bash,
    Shell::Before(b'\\', b" \"#$&'()*;<>?[\\]^`{|}"),
    Shell::Before(b'\\', b" !\"#$&'()*;<>?[\\]^`{|}"),
    // `export -p` of dash.
    Shell::Grouped,
    // Without quotes, as who takes no chances.
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
        let (mut before, mut rest) = (None, text);
        while let Some((&byte, behind)) = rest.split_first() {
            rest = behind;
            match self {
                Self::Bash
                    if BASH.contains(&byte)
                        || byte == b'~' && matches!(before, Some(b'=' | b':')) =>
                {
                    out.extend(&[b'\\', byte]);
                }
                Self::Grouped if byte == b'\'' => {
                    let more = rest.iter().take_while(|&&byte| byte == b'\'').count();
                    out.extend(b"'\"'");
                    out.extend(rest.get(..more).unwrap_or_default());
                    out.extend(b"\"'");
                    rest = rest.get(more..).unwrap_or_default();
                }
                Self::Single(written) if byte == b'\'' => out.extend(written.as_bytes()),
                Self::Before(mark, special) if special.contains(&byte) => {
                    out.extend(&[*mark, byte])
                }
                Self::Twice(special) if special.contains(&byte) => out.extend(&[byte, byte]),
                _ => out.push(byte),
            }
            before = Some(byte);
        }
        true
    }
}
