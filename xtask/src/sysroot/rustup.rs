//! Std from rustup's server, by way of a rustup home of our own.
//!
//! `rustup target add` would write into the user's toolchain. A second home costs a larger
//! download, once, and is thrown away as soon as std is taken from it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::toolchain::{self, Toolchain, WASM};
use crate::{files, process};

/// Puts std into `std_folder`, using `home` for the rest.
///
/// # Errors
/// Where rustup is missing, its server is out of reach, or it serves another compiler.
pub(super) fn fetch(toolchain: &Toolchain, home: &Path, std_folder: &Path) -> Result<()> {
    let release = &toolchain.release;
    if release.contains('-') {
        bail!("rustc {release} is no stable release, which rustup could fetch by its version");
    }
    process::run(
        Command::new("rustup")
            .args(["toolchain", "install", release, "--profile", "minimal"])
            .args(["--target", WASM, "--no-self-update"])
            .env("RUSTUP_HOME", home)
            .env("RUSTUP_MAX_RETRIES", "1")
            .env_remove("RUSTUP_TOOLCHAIN"),
    )?;
    let theirs = home
        .join("toolchains")
        .join(format!("{release}-{}", toolchain.host));
    let version = process::output(Command::new(theirs.join("bin/rustc")).arg("-vV"))?;
    if version != toolchain.version {
        bail!(
            "rustup serves another compiler:\n{version}than the one in use:\n{}",
            toolchain.version
        );
    }
    for library in files::list(&toolchain::std_folder(&theirs))? {
        let name = library.file_name().context("a library has no name")?;
        fs::rename(&library, std_folder.join(name))?;
    }
    Ok(())
}
