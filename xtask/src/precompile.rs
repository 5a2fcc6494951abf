//! Machine code for the component, made ahead of time for this machine's triple.
//!
//! wasmtime lives in a program of its own, so that this one compiles in seconds; that program
//! shares the configuration with the library that loads what it makes.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{files, process};

const PROGRAM: &str = "hushgate-precompile";

/// Compiles `host/gate.wasm` to `host/gate.<triple>.cwasm`, unless that was done with the same
/// compiler and the same component.
///
/// # Errors
/// Where the compiler does not build, or the component does not compile.
pub(crate) fn run(workspace: &Workspace, triple: &str) -> Result<()> {
    process::run(workspace.native("build").args(["--bin", PROGRAM]))?;
    let program = workspace
        .target()
        .join("release")
        .join(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX));
    let input = workspace.root().join("host/gate.wasm");
    let output = workspace.root().join(format!("host/gate.{triple}.cwasm"));

    let stamp = workspace
        .target()
        .join("stamps")
        .join(format!("precompile-{triple}"));
    let key = files::sha256_of(&[
        &files::read(&program)?,
        &files::read(&input)?,
        triple.as_bytes(),
    ]);
    let made = |key: &str| -> Result<String> {
        Ok(format!("{key} {}\n", files::sha256(&files::read(&output)?)))
    };
    // The library's build script takes machine code that is older than its component for stale.
    if is_newer(&output, &input) && files::read_text(&stamp).ok() == Some(made(&key)?) {
        return Ok(());
    }
    process::run(Command::new(&program).args([&input, &output]).arg(triple))?;
    files::write_if_changed(&stamp, made(&key)?.as_bytes())?;
    Ok(())
}

/// Whether a file exists and was not written before another one.
fn is_newer(file: &Path, other: &Path) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|data| data.modified());
    matches!((changed(file), changed(other)), (Ok(file), Ok(other)) if file >= other)
}
