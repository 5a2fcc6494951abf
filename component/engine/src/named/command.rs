//! A password behind the option of a command that is known: `mysql -p…`, `sshpass -p …`.
//!
//! # Hazard
//! What stands between a command and its option may become a label, which is shorter or longer. So no label may
//! be there: what was too far away stays so.

use super::{
    Quote,
    front::is_word,
    reader::{Reader, Stop},
};

/// Most bytes from a command to its password.
const REACH: usize = 120;
/// Most bytes of a user, and of what follows a password up to the command that takes it.
const USER: usize = 48;

/// Marks, what stands in front of their passwords, and whether blanks may follow it. `redis-cli` and `podman`
/// are told by their ends: many other words begin as they do.
const COMMANDS: [(&str, &str, Behind); 21] = [
    ("mysql", "-p", Behind::Nothing),
    ("mongo", "-p", Behind::Blanks),
    ("sshpass", "-p", Behind::Any),
    ("dis-cli", "-a", Behind::Blanks),
    ("docker login", "-p", Behind::Blanks),
    ("odman login", "-p", Behind::Blanks),
    ("helm registry login", "-p", Behind::Blanks),
    ("az login", "-p", Behind::Blanks),
    ("oc login", "-p", Behind::Blanks),
    ("ldapsearch", "-w", Behind::Any),
    ("ldapmodify", "-w", Behind::Any),
    ("ldapadd", "-w", Behind::Any),
    ("ldapdelete", "-w", Behind::Any),
    ("ldapwhoami", "-w", Behind::Any),
    ("sqlcmd", "-P", Behind::Any),
    ("zip -p", "", Behind::Blanks),
    ("zip -r -p", "", Behind::Blanks),
    ("7z a", "-p", Behind::Nothing),
    ("7z x", "-p", Behind::Nothing),
    ("7z u", "-p", Behind::Nothing),
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
    match command {
        "oracle:thin:" => return in_thin(reader),
        "echo" | "chpasswd" => return for_users(reader, command),
        _ => {}
    }
    let known = COMMANDS.iter().find(|(known, ..)| *known == command);
    let (_, option, behind) = known.ok_or(Stop::Nothing)?;
    let begins = match command {
        "dis-cli" => reader.front().begins_command("re"),
        "odman login" => reader.front().begins_command("p"),
        _ if command.starts_with("zip") => ["", "un"]
            .iter()
            .any(|it| reader.front().begins_command(it)),
        _ => reader.front().begins_command(""),
    };
    if !begins {
        return Err(Stop::Nothing);
    }
    if option.is_empty() {
        let blanks = reader.blanks(false)?;
        // `-p` of zip is another option.
        let is_option = *behind == Behind::Blanks && blanks > 0 && reader.is_called_capital();
        return match reader.quote()? {
            Some(quote) if is_option || *behind == Behind::Any => Ok(quote),
            None if is_option => Ok(Quote::None),
            _ => Err(Stop::Nothing),
        };
    }
    // `mysqldump`
    let rest = reader.word()?;
    if !rest.is_empty() && command.contains(' ') {
        return Err(Stop::Nothing);
    }
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

/// `jdbc:oracle:thin:user/password@host`.
fn in_thin(reader: &mut Reader<'_>) -> Result<Quote, Stop> {
    let from = reader.place();
    loop {
        match reader.peek()? {
            b'/' if reader.place() > from => break,
            byte if is_word(byte) && reader.place() - from < USER => reader.skip(1),
            _ => return Err(Stop::Nothing),
        }
    }
    reader.skip(1);
    // `@//host` has no user.
    match reader.peek()? {
        b'/' => Err(Stop::Nothing),
        _ => Ok(Quote::Address),
    }
}

/// `echo user:password | chpasswd`, `chpasswd <<< user:password`.
fn for_users(reader: &mut Reader<'_>, command: &str) -> Result<Quote, Stop> {
    if !reader.front().begins_command("") || reader.blanks(false)? == 0 {
        return Err(Stop::Nothing);
    }
    if command == "chpasswd" {
        if !reader.take("<<<")? {
            return Err(Stop::Nothing);
        }
        reader.blanks(false)?;
    }
    let quote = reader.quote()?;
    let user = reader.place();
    while is_word(reader.peek()?) && reader.place() - user < USER {
        reader.skip(1);
    }
    if !reader.take(":")? || reader.place() == user + 1 {
        return Err(Stop::Nothing);
    }
    let quote = quote.unwrap_or(Quote::None);
    if command == "chpasswd" {
        return Ok(quote);
    }
    // What is echoed is a password if it is handed on to the command that sets some.
    let start = reader.place();
    let is_handed_on = reader.ahead(|reader| {
        let reach = quote.reach(reader.rest(), USER, reader.is_ended());
        if !reach.over {
            return match reach.length < USER {
                true => Err(Stop::More),
                false => Ok(false),
            };
        }
        reader.skip(reach.length);
        reader.quote()?;
        reader.blanks(false)?;
        if !reader.take("|")? {
            return Ok(false);
        }
        reader.blanks(false)?;
        reader.take("sudo ")?;
        reader.take("chpasswd")
    })?;
    reader.go_to(start);
    match is_handed_on {
        true => Ok(quote),
        false => Err(Stop::Nothing),
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
