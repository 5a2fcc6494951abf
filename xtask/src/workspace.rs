//! Where things lie, and cargo run there.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::component::GUEST;
use crate::process;

/// One checkout of the project and its target folder.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    packages: Vec<String>,
}

/// The part of `cargo metadata` that is read.
#[derive(Debug, Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
}

impl Workspace {
    /// The checkout that this program was started from.
    ///
    /// # Errors
    /// Where cargo cannot read the manifests.
    pub(crate) fn current() -> Result<Self> {
        // Set by `cargo run`. The path at compile time would be wrong in a folder that was moved.
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(
            || std::env::current_dir().context("there is no current folder"),
            |folder| Ok(PathBuf::from(folder)),
        )?;
        let answer = process::output(
            cargo()
                .args(["metadata", "--no-deps", "--format-version", "1"])
                .current_dir(folder),
        )?;
        let metadata: Metadata =
            serde_json::from_str(&answer).context("cargo metadata answers in an unknown form")?;
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            packages: metadata
                .packages
                .into_iter()
                .map(|package| package.name)
                .collect(),
        })
    }

    /// A copy of this checkout in another folder, with a target folder of its own.
    pub(crate) fn moved_to(&self, root: PathBuf) -> Self {
        Self {
            target: root.join("target"),
            root,
            packages: self.packages.clone(),
        }
    }

    /// The checkout's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The target folder.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Where finished components go.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Whether a package belongs to the workspace.
    pub(crate) fn has_package(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package == name)
    }

    /// Cargo, run in the checkout, building into its target folder.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = cargo();
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Cargo with a sub-command, for the packages that run on this machine.
    ///
    /// # Invariant
    /// Every native build selects all packages, even where it builds one program only. Cargo
    /// unites the features of what is selected: another selection would compile wasmtime again.
    pub(crate) fn native(&self, sub_command: &str) -> Command {
        let mut command = self.cargo();
        command.args([sub_command, "--release", "--workspace", "--exclude", GUEST]);
        command
    }
}

/// The cargo that started this program.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Where cargo keeps its downloads.
///
/// # Errors
/// Where neither `CARGO_HOME` nor `HOME` is set.
pub(crate) fn cargo_home() -> Result<PathBuf> {
    match std::env::var_os("CARGO_HOME") {
        Some(home) => Ok(PathBuf::from(home)),
        None => {
            let home = std::env::home_dir().context("neither CARGO_HOME nor HOME is set")?;
            Ok(home.join(".cargo"))
        }
    }
}
