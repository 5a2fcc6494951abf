//! Values to be found: from the environment and from files, never from arguments.

use std::env;
use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use hushgate::Registry;
use zeroize::Zeroizing;

use crate::cli::RedactArgs;
use crate::console;
use crate::failure::{Failure, refused_value};
use crate::name::{Name, Variable};

/// The longest list that is read, in bytes: far more than a registry takes.
const LONGEST_LIST: u64 = 64 << 20;

/// How much room there is for what comes from standard input, to begin with.
const ROOM: usize = 4 << 10;

/// Registers all that the arguments name.
///
/// # Errors
/// A file cannot be read, or a value cannot be registered. What is there but cannot be
/// registered must not pass in silence: somebody relies on it.
pub(crate) fn register(args: &RedactArgs, registry: &Registry) -> Result<(), Failure> {
    refuse_standard_input(args)?;
    for name in &args.register_env {
        register_env(name, registry)?;
    }
    for path in &args.register_file {
        register_file(path, registry)?;
    }
    for path in &args.register_list {
        register_list(path, registry)?;
    }
    Ok(())
}

/// Standard input is read once: by one option, or as what is to be redacted.
fn refuse_standard_input(args: &RedactArgs) -> Result<(), Failure> {
    let standard = |paths: &[PathBuf]| paths.iter().filter(|path| is_standard(path)).count();
    let readers = standard(&args.register_file) + standard(&args.register_list);
    if readers == 0 {
        return Ok(());
    }
    if readers > 1 {
        return Err(Failure::refused(
            "standard input cannot be read for more than one option",
            "name a file for the other one",
        ));
    }
    if args.files.is_empty() || standard(&args.files) > 0 {
        return Err(Failure::refused(
            "standard input cannot be both the values and the text",
            "name the files to redact, or a file for the values",
        ));
    }
    Ok(())
}

fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

fn register_env(name: &str, registry: &Registry) -> Result<(), Failure> {
    let variable = Variable {
        name,
        option: "--register-env",
    };
    variable.check("a secret")?;
    let Some(value) = env::var_os(name) else {
        console::warn(format_args!(
            "{variable} is not set; nothing is registered for it"
        ));
        return Ok(());
    };
    let value = Zeroizing::new(value.into_encoded_bytes());
    if value.is_empty() {
        console::warn(format_args!(
            "{variable} is empty; nothing is registered for it"
        ));
        return Ok(());
    }
    warn_of_blanks(&variable, &value);
    registry
        .add(&value)
        .map_err(|error| refused_value(variable, &error))
}

fn register_file(path: &Path, registry: &Registry) -> Result<(), Failure> {
    let content = read(path)?;
    if let Some(encoding) = wide(&content) {
        console::warn(format_args!(
            "`{}` begins as {encoding} does; its bytes are registered as they are",
            Name(path)
        ));
    }
    let value = without_newline(without_mark(&content));
    if value.is_empty() {
        console::warn(format_args!(
            "`{}` is empty; nothing is registered for it",
            Name(path)
        ));
        return Ok(());
    }
    warn_of_blanks(&format_args!("the value in `{}`", Name(path)), value);
    registry
        .add(value)
        .map_err(|error| refused_value(format_args!("the value in `{}`", Name(path)), &error))
}

fn register_list(path: &Path, registry: &Registry) -> Result<(), Failure> {
    let content = read(path)?;
    if let Some(encoding) = wide(&content) {
        return Err(Failure::refused(
            format_args!(
                "`{}` is {encoding}, and no line of it would be found",
                Name(path)
            ),
            "save it as UTF-8",
        ));
    }
    let mut registered = false;
    let mut blank = None;
    for (above, line) in without_mark(&content)
        .split_inclusive(|&byte| byte == b'\n')
        .enumerate()
    {
        let value = without_newline(line);
        if value.is_empty() {
            continue;
        }
        registered = true;
        if has_blanks(value) {
            blank.get_or_insert(above + 1);
        }
        registry.add(value).map_err(|error| {
            let line = above + 1;
            refused_value(format_args!("the value at {}:{line}", Name(path)), &error)
        })?;
    }
    if let Some(line) = blank {
        tell_of_blanks(&format_args!("the value at {}:{line}", Name(path)));
    }
    if !registered {
        console::warn(format_args!(
            "`{}` holds no value; nothing is registered for it",
            Name(path)
        ));
    }
    Ok(())
}

/// Reads a file of secrets, or a pipe.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let unreadable = |error| Failure::unreadable(path, &error);
    let content = if is_standard(path) {
        read_all(io::stdin().lock().take(LONGEST_LIST + 1), ROOM)
    } else {
        let size = fs::metadata(path).map_err(unreadable)?.len();
        let room = usize::try_from(size.min(LONGEST_LIST)).unwrap_or(0);
        File::open(path)
            .and_then(|file| read_all(file.take(LONGEST_LIST + 1), room.saturating_add(1)))
    };
    let content = content.map_err(unreadable)?;
    if content.len() as u64 > LONGEST_LIST {
        return Err(Failure::refused(
            format_args!("`{}` is longer than {LONGEST_LIST} bytes", Name(path)),
            "check that this is a file of secrets",
        ));
    }
    Ok(content)
}

/// All there is to read, in a buffer with `room` to begin with. Nobody knows how much comes out of
/// a pipe; a vector that grows by itself would leave copies behind, so each that is outgrown is wiped.
fn read_all(mut reader: impl Read, room: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(vec![0; room.max(1)]);
    let mut length = 0;
    loop {
        if length == content.len() {
            let mut wider = Zeroizing::new(vec![0; length.saturating_mul(2)]);
            for (to, from) in wider.iter_mut().zip(content.iter()) {
                *to = *from;
            }
            content = wider;
        }
        match reader.read(content.get_mut(length..).unwrap_or_default()) {
            Ok(0) => {
                content.truncate(length);
                return Ok(content);
            }
            Ok(read) => length = length.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The encoding that a byte order mark of two bytes names.
fn wide(content: &[u8]) -> Option<&'static str> {
    match content {
        [0xff, 0xfe, ..] => Some("UTF-16 (little-endian)"),
        [0xfe, 0xff, ..] => Some("UTF-16 (big-endian)"),
        _ => None,
    }
}

fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn has_blanks(value: &[u8]) -> bool {
    value.first().is_some_and(is_blank) || value.last().is_some_and(is_blank)
}

/// Says of a value with blanks around it that they are part of what is looked for.
fn warn_of_blanks(origin: &impl Display, value: &[u8]) {
    if has_blanks(value) {
        tell_of_blanks(origin);
    }
}

fn tell_of_blanks(origin: &impl Display) {
    console::warn(format_args!(
        "{origin} begins or ends with a blank, which belongs to it"
    ));
}

/// Editors put a byte order mark in front of a text; it is no part of a value.
fn without_mark(content: &[u8]) -> &[u8] {
    content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content)
}

fn without_newline(line: &[u8]) -> &[u8] {
    match line.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_read_to_its_end_whatever_room_there_was() {
        let text: Vec<u8> = (0..=u8::MAX).cycle().take(10_000).collect();
        for room in [0, 1, 7, 9_999, 10_000, 10_001] {
            assert_eq!(*read_all(text.as_slice(), room).unwrap(), text);
        }
        assert!(read_all(&b""[..], 0).unwrap().is_empty());
    }

    #[test]
    fn one_newline_is_stripped() {
        assert_eq!(without_newline(b"a\n"), b"a");
        assert_eq!(without_newline(b"a\r\n"), b"a");
        assert_eq!(without_newline(b"a\n\n"), b"a\n");
        assert_eq!(without_newline(b"a "), b"a ");
        assert_eq!(without_newline(b"a\r"), b"a\r");
        assert_eq!(without_newline(b""), b"");
    }
}
