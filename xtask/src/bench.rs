//! `bench`: the benches of `bench/`.

use std::process::Command;

use anyhow::{Result, bail};

use crate::stage::Stages;
use crate::workspace::Workspace;
use crate::{build, process};

const PACKAGE: &str = "hushgate-bench";

/// What `bench` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Passed on to the benches.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds everything and runs the benches.
///
/// # Errors
/// Where the workspace has no benches, or they fail.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages, args: &Args) -> Result<()> {
    if !workspace.has_package(PACKAGE) {
        bail!("the package `{PACKAGE}` is not part of this workspace, so there is nothing to run");
    }
    build::run(workspace, stages)?;
    stages.run("build the benches", || {
        let programs = ["--bin", PACKAGE, "--bin", "hushgate"];
        process::run(workspace.native("build").args(programs))
    })?;
    stages.run("benches", || {
        let program = format!("release/{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
        let mut benches = Command::new(workspace.target().join(program));
        // It takes its definitions from there; what `cargo run` set is the folder of this program.
        let folder = workspace.root().join("bench");
        process::run(
            benches
                .args(&args.arguments)
                .env("CARGO_MANIFEST_DIR", folder),
        )
    })
}
