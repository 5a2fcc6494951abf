//! Where a value comes from: never from an argument, which other users of the machine could read.

use std::env;
use std::fs;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::InspectArgs;
use crate::failure::Failure;
use crate::input::Input;
use crate::name::Variable;

/// The most bytes that are read: one more than may be looked at.
const MOST: u64 = (1 << 20) + 1;

/// The alphabet of base64.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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
    // Such a name cannot be set, and looking it up may panic.
    if name.is_empty() || name.contains(['=', '\0']) {
        return Err(Failure::refused(
            "the argument of `--env` is not the name of an environment variable",
            "give the name alone; a credential never goes on the command line",
        ));
    }
    let value = env::var_os(name).ok_or_else(|| {
        let option = "--env";
        Failure::refused(
            format_args!("{} is not set", Variable { name, option }),
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
    Input::open(path)
}

fn file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut input = open(path)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    let read = input.reader().take(MOST).read_to_end(&mut bytes);
    read.map_err(|error| Failure::unreadable(path, &error))?;
    Ok(bytes)
}

/// Bytes that are no text, such as a key in DER, in base64.
fn text(bytes: Zeroizing<Vec<u8>>) -> Zeroizing<String> {
    match std::str::from_utf8(&bytes) {
        Ok(text) => Zeroizing::new(text.to_owned()),
        Err(_) => Zeroizing::new(base64(&bytes)),
    }
}

fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let digit = DIGITS.get(digit as usize).copied().unwrap_or(b'=');
            let is_there = place <= group.len();
            out.push(char::from(if is_there { digit } else { b'=' }));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn as_rfc_4648_has_it() {
        for (text, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }
}
