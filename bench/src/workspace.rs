//! Where things lie.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder of this crate.
#[must_use]
pub fn bench() -> PathBuf {
    // Set by `cargo run` and `cargo test`. The path at compile time is for a program that is
    // started by hand.
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

/// The folder of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    bench()
        .parent()
        .map_or_else(PathBuf::new, Path::to_path_buf)
}

/// A folder of ours under the target folder, made where it is missing.
///
/// # Errors
/// Where it cannot be made.
pub fn scratch(name: &str) -> Result<PathBuf> {
    let folder = target().join(name);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    Ok(folder)
}

/// The target folder, which the command line of Hushgate is built into.
#[must_use]
pub fn target() -> PathBuf {
    // `target/release/hushgate-bench`, or `target/release/deps/…` in tests.
    let program = std::env::current_exe().unwrap_or_default();
    let found = program
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    found.map_or_else(|| root().join("target"), Path::to_path_buf)
}
