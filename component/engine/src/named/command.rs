//! A password behind the option of a command that is known: `mysql -p…`, `sshpass -p …`.
//!
//! # Hazard
//! What stands between a command and its option may become a label, which is shorter or longer. So no label may
//! be there: what was too far away stays so.

use super::{
    Quote,
    parse::REACH,
    reader::{Reader, Stop},
};

/// Marks, what stands in front of their passwords, and whether blanks may follow it. `redis-cli` is told by its
/// end: many other words begin as it does.
const COMMANDS: [(&str, &str, Behind); 5] = [
    ("mysql", "-p", Behind::Nothing),
    ("sshpass", "-p", Behind::Any),
    ("dis-cli", "-a", Behind::Blanks),
    ("docker login", "-p", Behind::Blanks),
    ("identified by", "", Behind::Any),
];

/// What stands between an option and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    Nothing,
    Blanks,
    Any,
}

/// The value behind a command. The reader stops where it begins.
pub(super) fn value(reader: &mut Reader<'_>, command: &str) -> Result<Quote, Stop> {
    let known = COMMANDS.iter().find(|(known, ..)| *known == command);
    let (_, option, behind) = known.ok_or(Stop::Nothing)?;
    let beginning = if command == "dis-cli" { "re" } else { "" };
    if !reader.front().begins_command(beginning) {
        return Err(Stop::Nothing);
    }
    if option.is_empty() {
        reader.blanks(false)?;
        return reader.quote()?.ok_or(Stop::Nothing);
    }
    // `mysqldump`
    reader.word()?;
    loop {
        if reader.blanks(false)? == 0 {
            return Err(Stop::Nothing);
        }
        if reader.take(option)? {
            let blanks = reader.blanks(false)?;
            let fits = match behind {
                Behind::Nothing => blanks == 0,
                Behind::Blanks => blanks > 0,
                Behind::Any => true,
            };
            return match fits {
                true => Ok(reader.quote()?.unwrap_or(Quote::None)),
                false => Err(Stop::Nothing),
            };
        }
        argument(reader)?;
    }
}

/// Passes over an argument.
fn argument(reader: &mut Reader<'_>) -> Result<(), Stop> {
    loop {
        match reader.peek()? {
            b' ' | b'\t' => return Ok(()),
            b'[' | b']' | b'*' | b'|' | b';' => return Err(Stop::Nothing),
            byte if byte.is_ascii_graphic() && reader.since_name() <= REACH => reader.skip(1),
            _ => return Err(Stop::Nothing),
        }
    }
}
