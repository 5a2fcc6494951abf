//! What is written in place of findings; the key of fingerprints comes from the environment.

use std::env;

use hushgate::{Key, Style};
use zeroize::Zeroizing;

use crate::cli::{self, RedactArgs};
use crate::failure::Failure;
use crate::name::Variable;

/// The style that the arguments ask for, and the key of fingerprints where they name one.
///
/// # Errors
/// Fingerprints are asked for without a key, or a key without anything that needs it; or there is
/// nothing in the variable. Without a key nobody would notice that lines cannot be joined, so this is
/// no mere warning.
pub(crate) fn of(args: &RedactArgs) -> Result<(Style, Option<Key>), Failure> {
    let key = args.fingerprint_key_env.as_deref().map(key).transpose()?;
    let style = match (args.style, &key) {
        (cli::Style::Fingerprint, Some(key)) => Style::Fingerprint(key.clone()),
        (cli::Style::Fingerprint, None) => {
            return Err(Failure::refused(
                "`--style fingerprint` needs a key",
                "put one into an environment variable and name it: `--fingerprint-key-env NAME`",
            ));
        }
        (_, Some(_)) if args.report.is_none() && args.bundle.is_none() => {
            return Err(Failure::refused(
                "`--fingerprint-key-env` without `--style fingerprint`, `--report` or `--bundle`",
                "add one of them, or leave the key out",
            ));
        }
        (cli::Style::Label, _) => Style::Label,
        (cli::Style::Stars, _) => Style::Stars,
        (cli::Style::Partial, _) => Style::Partial,
    };
    Ok((style, key))
}

/// The key of fingerprints in an environment variable.
///
/// # Errors
/// There is none in it.
pub(crate) fn key(name: &str) -> Result<Key, Failure> {
    let variable = Variable {
        name,
        option: "--fingerprint-key-env",
    };
    variable.check("a key")?;
    let key = env::var_os(name).map(|key| Zeroizing::new(key.into_encoded_bytes()));
    match key {
        Some(key) if !key.is_empty() => Ok(Key::new(&key)),
        unset => Err(Failure::refused(
            format_args!(
                "{variable} is {}",
                if unset.is_some() { "empty" } else { "not set" }
            ),
            "put the key of fingerprints into it; `openssl rand -hex 32` makes one",
        )),
    }
}
