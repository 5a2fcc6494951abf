//! `fuzz`: coverage-guided fuzzing of the engine, with libFuzzer and the stable compiler.
//!
//! Cargo is driven directly: what `cargo fuzz` would add are compiler flags and a nightly toolchain.
//! The flags are for the machine's own target alone, so build scripts are not instrumented, and
//! everything lies under `target/fuzz`. The checks are those of `hushgate_tests::fuzz`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::component::encode_flags;
use crate::stage::Stages;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;
use crate::{console, files, process};

/// The targets, as they are named in `fuzz/Cargo.toml` and in `hushgate_tests::fuzz`.
const TARGETS: [&str; 6] = [
    "stream",
    "records",
    "values",
    "detectors",
    "inspect",
    "check",
];

/// How coverage is counted. Comparisons are not traced: it costs more than half of the speed, and
/// what they would guess, tokens of the detectors, the inputs name.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "--cfg=fuzzing",
];

/// Longest input in bytes: an input makes a stream of up to twenty times its length.
const MOST_BYTES: u32 = 1024;
/// Most seconds for one input; ten thousand times what an ordinary one takes.
const MOST_SECONDS: u32 = 20;
/// Most memory in MiB.
const MOST_MEMORY: u32 = 2048;
/// Seconds that are spent on making a failing input smaller.
const REDUCING: u32 = 20;

/// What `fuzz` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long each target runs.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    minutes: u32,
    /// With AddressSanitizer: four times slower, and of use to the prefilter's unsafe code alone.
    #[arg(long)]
    asan: bool,
    /// Targets to run, one after the other; all of them where none is named.
    #[arg(value_parser = TARGETS)]
    targets: Vec<String>,
}

/// Builds the targets and runs each for some minutes.
///
/// # Errors
/// Where something does not build, or a target finds a fault.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages, args: &Args) -> Result<()> {
    let lab = Lab::of(workspace, args.asan)?;
    let targets: Vec<&str> = TARGETS
        .into_iter()
        .filter(|name| args.targets.is_empty() || args.targets.iter().any(|it| it == name))
        .collect();
    stages.run("build the fuzz targets", || lab.build(&targets))?;
    stages.run("inputs to begin with", || lab.write_seeds(&targets))?;
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    for target in targets {
        let seen = stages.run(format!("fuzz {target}"), || {
            lab.fuzz(target, args.minutes * 60)
        })?;
        rows.push(seen.row(target));
        if seen.outcome() != Verdict::Held {
            faults.push((target, seen));
        }
    }
    for line in console::table(&rows) {
        console::print(line);
    }
    if faults.is_empty() {
        return Ok(());
    }
    for (target, seen) in &faults {
        advise(&lab, target, seen);
    }
    bail!("{} of the targets found a fault", faults.len());
}

/// Says where the input lies, and what becomes of it.
fn advise(lab: &Lab<'_>, target: &str, seen: &Seen) {
    let Some(input) = &seen.input else { return };
    let shown = |path: &Path| {
        let short = path.strip_prefix(lab.workspace.root()).unwrap_or(path);
        short.display().to_string()
    };
    let smaller = lab.smaller(target);
    let input = if smaller.exists() { &smaller } else { input };
    console::print(format_args!(
        "{target}: the input is {}\n\
         1. copy it to fuzz/corpus/{target}/ under a name that says what it shows\n\
         2. cargo test --release -p hushgate-tests --no-default-features --test corpus\n   \
            fails with it on the stable compiler, and prints the stream as a case\n\
         3. make the case small, complete it, and put it into a file of tests/vectors/",
        shown(input)
    ));
}

/// What is needed to build and run.
struct Lab<'w> {
    workspace: &'w Workspace,
    folder: PathBuf,
    host: String,
    asan: bool,
}

impl<'w> Lab<'w> {
    fn of(workspace: &'w Workspace, asan: bool) -> Result<Self> {
        let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
        // libFuzzer is C++.
        process::output(Command::new(compiler).arg("--version"))?;
        let toolchain = Toolchain::of(workspace.root())?;
        let libraries = toolchain.sysroot.join("lib/rustlib");
        let libraries = files::list(&libraries.join(&toolchain.host).join("lib"))?;
        let runtime = |path: &PathBuf| path.to_string_lossy().contains("_rt.asan.");
        if asan && !libraries.iter().any(runtime) {
            bail!(
                "this toolchain has no AddressSanitizer for {}",
                toolchain.host
            );
        }
        Ok(Self {
            workspace,
            folder: workspace.target().join("fuzz"),
            host: toolchain.host,
            asan,
        })
    }

    fn cargo(&self, sub_command: &str) -> Command {
        let mut command = self.workspace.cargo();
        command
            .args([sub_command, "--release"])
            .env("CARGO_TARGET_DIR", &self.folder);
        command
    }

    fn build(&self, targets: &[&str]) -> Result<()> {
        let mut flags = COVERAGE.map(str::to_owned).to_vec();
        if self.asan {
            flags.push("-Zsanitizer=address".to_owned());
        }
        let mut command = self.cargo("build");
        command
            .args(["--locked", "--manifest-path", "fuzz/Cargo.toml", "--target"])
            .arg(&self.host)
            .env("CARGO_ENCODED_RUSTFLAGS", encode_flags(&flags))
            // The stable compiler has the flags, and lets nobody use them by accident.
            .env("RUSTC_BOOTSTRAP", "1");
        for target in targets {
            command.args(["--bin", target]);
        }
        process::run(&mut command)
    }

    /// What is found lies here, beside what the vectors and the detectors give to begin with.
    fn corpus(&self, target: &str) -> PathBuf {
        self.folder.join("corpus").join(target)
    }

    fn artifacts(&self, target: &str) -> PathBuf {
        self.folder.join("artifacts").join(target)
    }

    /// Where the failing input lies once it was made smaller.
    fn smaller(&self, target: &str) -> PathBuf {
        self.artifacts(target).join("smaller")
    }

    fn write_seeds(&self, targets: &[&str]) -> Result<()> {
        let mut build = self.cargo("build");
        build.args(["-p", "hushgate-tests", "--no-default-features"]);
        process::run(build.args(["--example", "seeds"]))?;
        let program = self.folder.join("release/examples/seeds");
        for target in targets {
            let mut command = Command::new(&program);
            process::run(command.arg(target).arg(self.corpus(target)))?;
        }
        Ok(())
    }

    fn fuzzer(&self, target: &str) -> Command {
        let program = self.folder.join(&self.host).join("release").join(target);
        let mut command = Command::new(program);
        command
            .current_dir(self.workspace.root())
            .arg(format!("-timeout={MOST_SECONDS}"))
            .arg(format!("-rss_limit_mb={MOST_MEMORY}"))
            .env("RUST_BACKTRACE", "0")
            // Where memory came from would be noted at every allocation: half of the time.
            .env("ASAN_OPTIONS", "malloc_context_size=0:quarantine_size_mb=16");
        command
    }

    fn fuzz(&self, target: &str, seconds: u32) -> Result<Seen> {
        let artifacts = self.artifacts(target);
        files::remove_folder(&artifacts)?;
        fs::create_dir_all(&artifacts)?;
        let mut command = self.fuzzer(target);
        command
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={MOST_BYTES}"))
            .arg("-print_final_stats=1")
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            // The first folder takes what is new; the second one is read only.
            .arg(self.corpus(target))
            .arg(format!("fuzz/corpus/{target}"));
        let mut seen = Seen::default();
        let status = process::watch(&mut command, |line| {
            if seen.see(line) {
                console::say(line);
            }
        })?;
        seen.failed = !status.success();
        if seen.outcome() == Verdict::Wrong {
            self.reduce(target, &seen)?;
        }
        Ok(seen)
    }

    /// Makes a failing input smaller, as far as that goes in a few seconds.
    fn reduce(&self, target: &str, seen: &Seen) -> Result<()> {
        let Some(input) = &seen.input else {
            return Ok(());
        };
        let mut command = self.fuzzer(target);
        command
            .arg("-minimize_crash=1")
            .arg(format!("-max_total_time={REDUCING}"))
            .arg(format!(
                "-exact_artifact_path={}",
                self.smaller(target).display()
            ))
            .arg(input);
        process::watch(&mut command, |_| {}).map(drop)
    }
}

/// How a target fared.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// No fault was found.
    Held,
    /// An input came to something wrong.
    Wrong,
    /// An input took too long, or too much memory; or the fuzzer itself failed.
    Stopped,
}

/// What a fuzzer said.
#[derive(Debug, Default)]
struct Seen {
    failed: bool,
    executions: String,
    coverage: String,
    /// The input that failed.
    input: Option<PathBuf>,
    /// Whether what comes now describes a fault.
    describing: bool,
}

impl Seen {
    /// Reads one line; whether people should see it.
    fn see(&mut self, line: &str) -> bool {
        if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
            count.trim().clone_into(&mut self.executions);
        }
        if let Some((_, path)) = line.split_once("Test unit written to ") {
            self.input = Some(PathBuf::from(path));
        }
        let status = line.starts_with('#');
        let mut words = line.split_whitespace();
        if status && words.any(|word| word == "cov:") {
            words
                .next()
                .unwrap_or_default()
                .clone_into(&mut self.coverage);
        }
        if line.contains(" panicked at ") || line.contains("ERROR: ") {
            self.describing = true;
        } else if line.starts_with("note: ") || line.starts_with("SUMMARY: ") {
            self.describing = false;
        }
        self.describing || status && line.contains("pulse")
    }

    fn outcome(&self) -> Verdict {
        let input = self.input.as_deref().and_then(Path::file_name);
        let input = input.unwrap_or_default().to_string_lossy();
        if !self.failed {
            Verdict::Held
        } else if input.starts_with("crash-") {
            Verdict::Wrong
        } else {
            Verdict::Stopped
        }
    }

    fn row(&self, target: &str) -> [String; 4] {
        let input = self.input.as_deref().and_then(Path::file_name);
        let outcome = match (self.outcome(), input) {
            (Verdict::Held, _) => "no fault".to_owned(),
            (_, Some(input)) => format!("FAILED: {}", input.display()),
            (_, None) => "FAILED: the fuzzer itself".to_owned(),
        };
        [
            target.to_owned(),
            format!("{} executions", self.executions),
            format!("{} edges", self.coverage),
            outcome,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_a_fault() {
        let mut seen = Seen::default();
        assert!(!seen.see("#40\tNEW    cov: 300 ft: 41 corp: 4/9b lim: 4 exec/s: 0 rss: 40Mb"));
        assert!(seen.see("#64\tpulse  cov: 311 ft: 41 corp: 4/9b lim: 4 exec/s: 0 rss: 40Mb"));
        assert!(!seen.see("stat::number_of_executed_units: 80"));
        assert_eq!(
            seen.row("stream"),
            ["stream", "80 executions", "311 edges", "no fault"]
        );
    }

    #[test]
    fn a_fault_is_shown_and_its_input_named() {
        let mut seen = Seen {
            failed: true,
            ..Seen::default()
        };
        let shown: Vec<bool> = [
            "thread '<unnamed>' (7) panicked at fuzz_targets/stream.rs:7:9:",
            "cut everywhere: differs at byte 4",
            "note: run with `RUST_BACKTRACE=1`",
            "    #1 0x55 in main",
            "SUMMARY: libFuzzer: deadly signal",
            "artifact_prefix='a/'; Test unit written to a/crash-0b",
        ]
        .map(|line| seen.see(line))
        .to_vec();
        assert_eq!(shown, [true, true, false, false, false, false]);
        assert_eq!(seen.outcome(), Verdict::Wrong);
        assert_eq!(seen.input.as_deref(), Some(Path::new("a/crash-0b")));
    }

    #[test]
    fn whatever_ends_a_fuzzer_early_is_a_fault() {
        let stopped = |input: Option<&str>| Seen {
            failed: true,
            input: input.map(PathBuf::from),
            ..Seen::default()
        };
        assert_eq!(stopped(None).outcome(), Verdict::Stopped);
        assert_eq!(stopped(Some("a/timeout-0b")).outcome(), Verdict::Stopped);
    }
}
