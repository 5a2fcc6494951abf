//! `bench` and `cases`: the benches of `bench/`, and the score over foreign examples.

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

/// What `cases` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct CasesArgs {
    /// Files of cases, and options: `--all` shows every rule, `--show RULE` the texts that went
    /// wrong.
    #[arg(
        required = true,
        value_name = "FILE",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    arguments: Vec<String>,
}

/// Builds everything and runs the benches.
///
/// # Errors
/// Where the workspace has no benches, or they fail.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages, args: &Args) -> Result<()> {
    let mut benches = program(workspace, stages, &["hushgate"])?;
    stages.run("benches", || process::run(benches.args(&args.arguments)))
}

/// Scores files of foreign examples: what is found of each rule's secrets, and what is touched
/// wrongly.
///
/// # Errors
/// Where the workspace has no benches, or a file cannot be read.
pub(crate) fn cases(workspace: &Workspace, stages: &mut Stages, args: &CasesArgs) -> Result<()> {
    let mut benches = program(workspace, stages, &[])?;
    stages.run("cases", || {
        process::run(benches.arg("cases").args(&args.arguments))
    })
}

/// The program that runs the benches, built together with other programs.
fn program(workspace: &Workspace, stages: &mut Stages, others: &[&str]) -> Result<Command> {
    if !workspace.has_package(PACKAGE) {
        bail!("the package `{PACKAGE}` is not part of this workspace, so there is nothing to run");
    }
    build::run(workspace, stages)?;
    stages.run("build the benches", || {
        let mut build = workspace.native("build");
        for name in [PACKAGE].iter().chain(others) {
            build.args(["--bin", name]);
        }
        process::run(&mut build)
    })?;
    let name = format!("release/{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
    let mut program = Command::new(workspace.target().join(name));
    // It takes its definitions from there; what `cargo run` set is the folder of this program.
    program.env("CARGO_MANIFEST_DIR", workspace.root().join("bench"));
    Ok(program)
}
