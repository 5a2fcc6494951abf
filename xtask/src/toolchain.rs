//! The Rust toolchain in use: read, never written to.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// The target that the component is built for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// What `rustc` says about itself.
#[derive(Debug, Clone)]
pub(crate) struct Toolchain {
    /// All of `rustc -vV`: two compilers that print the same read each other's libraries.
    pub(crate) version: String,
    /// Such as `1.95.0`.
    pub(crate) release: String,
    /// Commit of the compiler's sources; `unknown` in some distributions.
    pub(crate) commit: String,
    /// Triple of this machine.
    pub(crate) host: String,
    /// The toolchain's own folder.
    pub(crate) sysroot: PathBuf,
}

impl Toolchain {
    /// Asks the compiler that is in use in `folder`.
    ///
    /// # Errors
    /// Where there is none, or it answers in an unknown way.
    pub(crate) fn of(folder: &Path) -> Result<Self> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let ask = |question: &[&str]| {
            process::output(Command::new(&rustc).args(question).current_dir(folder))
        };
        let version = ask(&["-vV"])?;
        let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?.trim_end());
        Self::parse(version, sysroot)
    }

    fn parse(version: String, sysroot: PathBuf) -> Result<Self> {
        let field = |name: &str| {
            version
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                .map(str::to_owned)
                .with_context(|| format!("`rustc -vV` does not say its {name}"))
        };
        Ok(Self {
            release: field("release")?,
            commit: field("commit-hash")?,
            host: field("host")?,
            version,
            sysroot,
        })
    }

    /// Whether std for the component's target is part of this toolchain.
    pub(crate) fn has_wasm_std(&self) -> bool {
        has_std(&self.sysroot)
    }
}

/// Whether std for the component's target lies in a sysroot.
pub(crate) fn has_std(sysroot: &Path) -> bool {
    crate::files::list(&std_folder(sysroot)).is_ok_and(|paths| {
        paths.iter().any(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("libstd-"))
        })
    })
}

/// Where a sysroot keeps std for the component's target.
pub(crate) fn std_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(WASM).join("lib")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_is_understood() {
        let text = "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\ncommit-hash: 5980\n\
                    host: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n";
        let toolchain = Toolchain::parse(text.into(), "/nowhere".into()).expect("complete");
        assert_eq!(toolchain.release, "1.95.0");
        assert_eq!(toolchain.host, "x86_64-unknown-linux-gnu");
        assert!(!toolchain.has_wasm_std());
        assert!(Toolchain::parse("rustc 1.95.0".into(), "/nowhere".into()).is_err());
    }
}
