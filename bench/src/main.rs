//! The benches' command line; see `README.md` beside it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Parser, Subcommand};

use hushgate_bench::cases::{self, CasesArgs};
use hushgate_bench::console::{print, say};
use hushgate_bench::definition::{self, Lane};
use hushgate_bench::machine::Machine;
use hushgate_bench::peers::Peers;
use hushgate_bench::record::{self, Entry};
use hushgate_bench::report::Targets;
use hushgate_bench::runner::{self, Effort};
use hushgate_bench::{child, report, tune, workspace};

/// Times Hushgate, and checks what it finds meanwhile.
#[derive(Debug, Parser)]
#[command(
    name = "hushgate-bench",
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write docs/performance.md from the newest record
    Report {
        /// Only check that it is up to date
        #[arg(long)]
        check: bool,
    },
    /// Score files of foreign examples: what is found, and what is touched wrongly
    Cases(CasesArgs),
    /// Tune the buckets of the first pass to logs; takes three minutes
    Tune,
    /// Run a program and print what it used; this program calls itself so
    #[command(name = child::RELAY, hide = true)]
    Relay {
        #[arg(long)]
        output: Option<PathBuf>,
        #[arg(required = true, last = true)]
        command: Vec<OsString>,
    },
}

#[derive(Debug, Args)]
struct RunArgs {
    /// Run only benches with this in their name
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Run only this lane
    #[arg(long, value_enum)]
    lane: Option<Lane>,

    /// Small haystacks and one iteration: checks findings, says nothing about speed
    #[arg(long)]
    quick: bool,

    /// Timed iterations, behind one that warms up
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    iterations: u16,

    /// Also time other programs, where they are installed
    #[arg(long)]
    peers: bool,

    /// Install the other programs under target/peers first
    #[arg(long, requires = "peers")]
    install_peers: bool,

    /// Time the other programs and no bench
    #[arg(long, requires = "peers", conflicts_with_all = ["filter", "lane"])]
    only_peers: bool,

    /// Keep the whole run as bench/records/NAME.jsonl, from which the report is made
    #[arg(long, value_name = "NAME", conflicts_with_all = ["filter", "lane", "quick", "only_peers"])]
    record: Option<String>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match &cli.command {
        None => run(&cli.run),
        Some(Command::Report { check }) => report::run(*check),
        Some(Command::Cases(args)) => cases::run(args),
        Some(Command::Tune) => tune::run(),
        Some(Command::Relay { output, command }) => relay(command, output.as_deref()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &RunArgs) -> Result<()> {
    let mut entries = vec![Entry::Machine(Machine::now()?)];
    if !args.only_peers {
        benches(args, &mut entries)?;
    }
    if args.peers {
        let peers = Peers::load()?;
        let iterations = if args.quick {
            1
        } else {
            usize::from(args.iterations)
        };
        let measured = peers.run(args.install_peers, args.quick, iterations)?;
        print(report::peer_table(&measured.iter().collect::<Vec<_>>()));
        entries.extend(measured.into_iter().map(Entry::Peer));
    }
    let path = match &args.record {
        Some(name) => workspace::bench()
            .join("records")
            .join(format!("{name}.jsonl")),
        None => workspace::scratch("bench")?.join("latest.jsonl"),
    };
    record::write(&path, &entries)?;
    say(format_args!("recorded in {}", path.display()));
    Ok(())
}

fn benches(args: &RunArgs, entries: &mut Vec<Entry>) -> Result<()> {
    let iterations = if args.quick {
        1
    } else {
        usize::from(args.iterations)
    };
    let effort = Effort {
        iterations,
        quick: args.quick,
    };
    let mut measured = Vec::new();
    let groups = definition::load(&workspace::bench().join("definitions"))?;
    let all: Vec<_> = groups.iter().flat_map(|group| &group.benches).collect();
    for &bench in &all {
        if args
            .filter
            .as_ref()
            .is_some_and(|text| !bench.name.contains(text))
        {
            continue;
        }
        for &lane in &bench.lanes {
            if args.lane.is_none_or(|only| only == lane) {
                say(format_args!("{} {}", bench.name, lane.name()));
                measured.push(runner::run(bench, lane, effort)?);
            }
        }
    }
    if measured.is_empty() {
        bail!("no bench fits; `ls bench/definitions` shows where they are named");
    }
    let shown: Vec<_> = measured.iter().collect();
    let targets = Targets {
        benches: &all,
        measured: &shown,
    };
    print(report::bench_table(&shown, &targets));
    entries.extend(measured.into_iter().map(Entry::Bench));
    Ok(())
}

fn relay(command: &[OsString], output: Option<&std::path::Path>) -> Result<()> {
    let Some((program, arguments)) = command.split_first() else {
        bail!("no program is named");
    };
    print(serde_json::to_string(&child::relay(
        program, arguments, output,
    )?)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn options_fit_together() {
        super::Cli::command().debug_assert();
    }
}
