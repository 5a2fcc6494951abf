//! Where a value comes from: never from an argument, which other users of the machine could read.

use std::env;
use std::fs;
use std::io::{IsTerminal as _, Read, stdin};
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use zeroize::Zeroizing;

use crate::cli::InspectArgs;
use crate::console;
use crate::failure::Failure;
use crate::input::Input;
use crate::name::Variable;

/// The most bytes that are read: one more than may be looked at.
const MOST: u64 = (1 << 20) + 1;

/// The value that the arguments name, as text.
///
/// # Errors
/// It cannot be read.
pub(super) fn read(args: &InspectArgs) -> Result<Zeroizing<String>, Failure> {
    let bytes = match &args.env {
        Some(name) => variable(name)?,
        None => file(args.file.as_deref().unwrap_or(Path::new("-")))?,
    };
    Ok(text(bytes))
}

fn variable(name: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let variable = Variable {
        name,
        option: "--env",
    };
    variable.check("a credential")?;
    let value = env::var_os(name).ok_or_else(|| {
        Failure::refused(
            format_args!("{variable} is not set"),
            "check its name, and whether it is exported",
        )
    })?;
    Ok(Zeroizing::new(value.into_encoded_bytes()))
}

/// Opens the file that an argument names. Where there is none, the argument may be the value itself,
/// so that it is not shown.
pub(super) fn open(path: &Path) -> Result<Input, Failure> {
    if path != Path::new("-") && fs::metadata(path).is_err() {
        return Err(Failure::refused(
            "there is no file that can be read under the name that is given",
            "name a file; a credential never goes on the command line",
        ));
    }
    if path == Path::new("-") && stdin().is_terminal() {
        console::tell(format_args!(
            "reading from the terminal, where what is typed can be seen; end with Ctrl-D, or name a file"
        ));
    }
    Input::open(path)
}

fn file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut input = open(path)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    let read = input.reader().take(MOST).read_to_end(&mut bytes);
    read.map_err(|error| Failure::unreadable(path, &error))?;
    Ok(bytes)
}

/// Bytes as text: UTF-16 with its mark, as PowerShell writes files, and what is no text, such as a key
/// in DER, in base64.
fn text(bytes: Zeroizing<Vec<u8>>) -> Zeroizing<String> {
    let wide: Option<fn([u8; 2]) -> u16> = match bytes.get(..2) {
        Some([0xFF, 0xFE]) => Some(u16::from_le_bytes),
        Some([0xFE, 0xFF]) => Some(u16::from_be_bytes),
        _ => None,
    };
    if let Some(unit) = wide {
        let (pairs, rest) = bytes.as_chunks();
        let chars = char::decode_utf16(pairs.iter().copied().map(unit));
        // No longer than in three bytes for each unit, so that no copy stays behind.
        let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
        let is_text = chars
            .into_iter()
            .all(|char| char.map(|it| text.push(it)).is_ok());
        if is_text && rest.is_empty() {
            return text;
        }
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Zeroizing::new(text.to_owned()),
        Err(_) => Zeroizing::new(BASE64_STANDARD.encode(&*bytes)),
    }
}
