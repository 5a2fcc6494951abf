//! Values to be found: from the environment and from files, never from arguments.

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use hushgate::Registry;
use zeroize::Zeroizing;

use crate::cli::RedactArgs;
use crate::console;
use crate::failure::{Failure, refused_value};
use crate::name::Name;

/// The longest list that is read, in bytes: far more than a registry takes.
const LONGEST_LIST: u64 = 64 << 20;

/// Registers all that the arguments name.
///
/// # Errors
/// A file cannot be read, or a value cannot be registered. What is there but cannot be
/// registered must not pass in silence: somebody relies on it.
pub(crate) fn register(args: &RedactArgs, registry: &Registry) -> Result<(), Failure> {
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

fn register_env(name: &str, registry: &Registry) -> Result<(), Failure> {
    // Such a name cannot be set, and looking it up may panic.
    if name.is_empty() || name.contains(['=', '\0']) {
        return Err(Failure::refused(
            "the argument of `--register-env` is not the name of an environment variable",
            "give the name alone; a secret never goes on the command line",
        ));
    }
    let Some(value) = env::var_os(name) else {
        console::warn(format_args!(
            "environment variable `{name}` is not set; nothing is registered for it"
        ));
        return Ok(());
    };
    let value = Zeroizing::new(value.into_encoded_bytes());
    if value.is_empty() {
        console::warn(format_args!(
            "environment variable `{name}` is empty; nothing is registered for it"
        ));
        return Ok(());
    }
    registry
        .add(&value)
        .map_err(|error| refused_value(format_args!("environment variable `{name}`"), &error))
}

fn register_file(path: &Path, registry: &Registry) -> Result<(), Failure> {
    let content = read(path)?;
    let value = without_newline(without_mark(&content));
    if value.is_empty() {
        console::warn(format_args!(
            "`{}` is empty; nothing is registered for it",
            Name(path)
        ));
        return Ok(());
    }
    registry
        .add(value)
        .map_err(|error| refused_value(format_args!("the value in `{}`", Name(path)), &error))
}

fn register_list(path: &Path, registry: &Registry) -> Result<(), Failure> {
    let content = read(path)?;
    let mut registered = false;
    for (above, line) in without_mark(&content)
        .split_inclusive(|&byte| byte == b'\n')
        .enumerate()
    {
        let value = without_newline(line);
        if value.is_empty() {
            continue;
        }
        registered = true;
        registry.add(value).map_err(|error| {
            let line = above + 1;
            refused_value(format_args!("the value at {}:{line}", Name(path)), &error)
        })?;
    }
    if !registered {
        console::warn(format_args!(
            "`{}` holds no value; nothing is registered for it",
            Name(path)
        ));
    }
    Ok(())
}

/// Reads a file of secrets into one buffer of the right size: growing would leave copies behind.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let unreadable = |error| Failure::unreadable(path, &error);
    let size = fs::metadata(path).map_err(unreadable)?.len();
    let room = usize::try_from(size.min(LONGEST_LIST)).unwrap_or(0);
    let mut content = Zeroizing::new(Vec::with_capacity(room.saturating_add(1)));
    File::open(path)
        .and_then(|file| file.take(LONGEST_LIST + 1).read_to_end(&mut content))
        .map_err(unreadable)?;
    if content.len() as u64 > LONGEST_LIST {
        return Err(Failure::refused(
            format_args!("`{}` is longer than {LONGEST_LIST} bytes", Name(path)),
            "check that this is a file of secrets",
        ));
    }
    Ok(content)
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
    fn one_newline_is_stripped() {
        assert_eq!(without_newline(b"a\n"), b"a");
        assert_eq!(without_newline(b"a\r\n"), b"a");
        assert_eq!(without_newline(b"a\n\n"), b"a\n");
        assert_eq!(without_newline(b"a "), b"a ");
        assert_eq!(without_newline(b"a\r"), b"a\r");
        assert_eq!(without_newline(b""), b"");
    }
}
