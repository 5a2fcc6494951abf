//! The one door to Hushgate's set-up, build, tests and checks.
//!
//! `cargo xtask <command>`: each command first does whatever set-up it needs, says what it runs,
//! and costs next to nothing when nothing has changed. The times of its stages are printed last.
//!
//! What a command makes lies under `target/` and `dist/`; the toolchain and the machine are never
//! written to.

mod bench;
mod build;
mod check;
mod component;
mod console;
mod contract;
mod demo;
mod detectors;
mod files;
mod fuzz;
mod precompile;
mod process;
mod repro;
mod sabotage;
mod setup;
mod stage;
mod sysroot;
mod test;
mod toolchain;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::stage::Stages;
use crate::workspace::Workspace;

/// Set-up, build, tests and checks of Hushgate.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Provide std for wasm32-unknown-unknown, in a sysroot of our own under target/.
    ///
    /// Takes the target from the toolchain where it is installed, else from rustup's server, else
    /// builds it from Debian's rust-src package. HUSHGATE_WASM_STD=rustup or =source allows one of
    /// them alone.
    Setup,
    /// Build dist/gate.wasm and dist/gate-scalar.wasm, and precompile the first for this machine.
    Build,
    /// Build everything and redact the example log: the quickest way to see the gate at work.
    Demo,
    /// Build everything and run every test of every lane.
    Test(test::Args),
    /// Formatting, lints, documentation, dependencies, and the pages that are generated.
    Check(check::Args),
    /// Run the benches.
    Bench(bench::Args),
    /// Score files of foreign examples: how much is found, and how much is touched wrongly.
    Cases(bench::CasesArgs),
    /// Fuzz the engine: inputs that coverage guides, against the guarantees.
    Fuzz(fuzz::Args),
    /// Build the component twice from nothing, in two folders, and compare all digests.
    Repro,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut stages = Stages::default();
    let outcome = Workspace::current().and_then(|workspace| match &cli.command {
        Command::Setup => setup::run(&workspace, &mut stages),
        Command::Build => build::run(&workspace, &mut stages).map(drop),
        Command::Demo => demo::run(&workspace, &mut stages),
        Command::Test(args) => test::run(&workspace, &mut stages, args),
        Command::Check(args) => check::run(&workspace, &mut stages, args),
        Command::Bench(args) => bench::run(&workspace, &mut stages, args),
        Command::Cases(args) => bench::cases(&workspace, &mut stages, args),
        Command::Fuzz(args) => fuzz::run(&workspace, &mut stages, args),
        Command::Repro => repro::run(&workspace, &mut stages),
    });
    stages.report();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::say(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
