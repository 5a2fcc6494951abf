//! The command line `hushgate`.
//!
//! Exit codes: 0 done, 1 findings, 2 bad usage or bad input, 3 the gate itself failed. A closed
//! pipe ends the program silently with 0, or with 1 where `--fail-on-findings` had findings. A signal
//! ends it as signals end programs.

mod allow;
mod cli;
mod console;
mod detectors;
mod failure;
mod generate;
mod input;
mod inspect;
mod name;
mod output;
mod progress;
mod redact;
mod report;
mod rules;
mod style;
mod syncing;
mod temporary;
mod values;
mod version;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::failure::{Exit, Failure};

fn main() -> ExitCode {
    let exit = match Cli::try_parse() {
        Ok(cli) => run(&cli.command).unwrap_or_else(|failure| failure.report()),
        Err(usage) if is_inspection() => inspect::usage(&usage),
        Err(usage) => console::usage(&usage),
    };
    exit.into()
}

/// Whether a value is to be looked at. Somebody may have put it among the arguments.
fn is_inspection() -> bool {
    std::env::args_os().nth(1).is_some_and(|it| it == "inspect")
}

fn run(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Redact(args) => redact::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Detectors { command } => detectors::run(command),
        Command::Version(args) => version::run(args),
        Command::Completions(args) => generate::completions(args),
        Command::Man(args) => generate::man(args),
    }
}
