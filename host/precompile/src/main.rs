//! Compiles Hushgate's component ahead of time: `hushgate-precompile IN OUT TRIPLE`.
//!
//! The code is made for an explicit triple with fixed CPU features, never for the CPU that happens
//! to build it. The configuration is the very file that the host library uses: code that was
//! compiled under another one would be refused when it is loaded.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use wasmtime::error::Context;

#[path = "../../src/config.rs"]
mod config;

fn main() -> ExitCode {
    match arguments(std::env::args_os()) {
        Some((input, output, triple)) => match precompile(&input, &output, &triple) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&format!("error: {error:#}"), 1),
        },
        None => fail("usage: hushgate-precompile IN OUT TRIPLE", 2),
    }
}

fn arguments(mut given: impl Iterator<Item = OsString>) -> Option<(PathBuf, PathBuf, String)> {
    let _program = given.next()?;
    let (input, output, triple) = (given.next()?, given.next()?, given.next()?);
    if given.next().is_some() {
        return None;
    }
    Some((input.into(), output.into(), triple.into_string().ok()?))
}

fn precompile(input: &Path, output: &Path, triple: &str) -> wasmtime::Result<()> {
    let engine = wasmtime::Engine::new(&config::config(Some(triple))?)?;
    let component =
        std::fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
    let code = engine.precompile_component(&component)?;
    std::fs::write(output, code).with_context(|| format!("cannot write {}", output.display()))
}

fn fail(message: &str, code: u8) -> ExitCode {
    // The exit code tells as much where nobody reads the message.
    let _ = writeln!(std::io::stderr().lock(), "{message}");
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_arguments_are_taken_no_more_no_less() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert!(arguments(words("program a b c").into_iter()).is_some());
        assert!(arguments(words("program a b").into_iter()).is_none());
        assert!(arguments(words("program a b c d").into_iter()).is_none());
    }
}
