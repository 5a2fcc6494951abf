//! Where programs come from. They are installed only if asked for, and only under the target
//! folder.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::console::say;
use crate::workspace;

/// Where a program comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Install {
    /// The package manager.
    with: Manager,
    /// What it installs.
    packages: Vec<String>,
}

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Manager {
    Pip,
    Npm,
    Cargo,
}

/// The folder that they are installed into.
///
/// # Errors
/// Where it cannot be made.
pub(super) fn folder() -> Result<PathBuf> {
    workspace::scratch("peers")
}

impl Install {
    /// The command that a person types.
    #[must_use]
    pub fn command(&self) -> String {
        let packages = self.packages.join(" ");
        match self.with {
            Manager::Pip => format!("pip install {packages}"),
            Manager::Npm => format!("npm install --global {packages}"),
            Manager::Cargo => format!("cargo install --locked {packages}"),
        }
    }

    /// The program in our folder, or else on the search path.
    #[must_use]
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        let ours = folder().ok().map(|folder| folder.join(self.programs()));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = ours.into_iter().chain(std::env::split_paths(&path));
        folders
            .map(|folder| folder.join(program))
            .find(|path| path.is_file())
    }

    /// Where the manager puts programs, below our folder.
    fn programs(&self) -> &'static str {
        match self.with {
            Manager::Pip => "venv/bin",
            Manager::Npm => "node_modules/.bin",
            Manager::Cargo => "bin",
        }
    }

    /// Installs the packages into our folder; one that is there already costs little.
    ///
    /// # Errors
    /// Where the manager is missing or fails.
    pub fn run(&self) -> Result<()> {
        let folder = folder()?;
        let mut command = match self.with {
            Manager::Pip => {
                let venv = folder.join("venv");
                if !venv.is_dir() {
                    succeed(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
                }
                let mut pip = Command::new(venv.join("bin/python"));
                pip.args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                ]);
                pip
            }
            Manager::Npm => {
                let mut npm = Command::new("npm");
                npm.args(["install", "--silent", "--no-fund", "--no-audit", "--prefix"])
                    .arg(&folder);
                npm
            }
            Manager::Cargo => {
                let mut cargo =
                    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
                cargo
                    .args(["install", "--locked", "--quiet", "--root"])
                    .arg(&folder);
                cargo.env("CARGO_TARGET_DIR", folder.join("build"));
                cargo
            }
        };
        succeed(command.args(&self.packages))
    }
}

fn succeed(command: &mut Command) -> Result<()> {
    say(format_args!("{command:?}"));
    let status = command.status();
    let status = status.with_context(|| format!("cannot start {command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed: {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_its_command() {
        let install = Install {
            with: Manager::Pip,
            packages: vec!["kingfisher-bin".to_owned()],
        };
        assert_eq!(install.command(), "pip install kingfisher-bin");
        assert_eq!(install.find("a-program-that-is-nowhere"), None);
        assert!(install.find("sh").is_some());
    }
}
