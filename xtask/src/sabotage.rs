//! `test --sabotage`: tests that cannot fail are found by building faults in.
//!
//! Each fault of `tests/faults.toml` is compiled into the engine, one at a time, and the tests that
//! the fault names must fail. They must pass first without a fault, or their failing says nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process::Ended;
use crate::stage::Stages;
use crate::test::Runners;
use crate::workspace::Workspace;
use crate::{console, files, process};

/// The engine's build script turns its value into `--cfg sabotage="…"`.
const VARIABLE: &str = "HUSHGATE_SABOTAGE";

/// A fault may well make a test run for ever; that counts as caught.
const LIMIT: Duration = Duration::from_secs(600);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Faults {
    fault: Vec<Fault>,
}

/// One fault, and where it has to show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    /// Value of `cfg(sabotage = "…")`.
    name: String,
    /// What goes wrong, in one line.
    description: String,
    /// Packages whose tests are run.
    packages: Vec<String>,
    /// Test targets of these packages, `lib` for the unit tests; empty means all.
    #[serde(default)]
    tests: Vec<String>,
}

impl Fault {
    /// What `cargo test` is told so that it runs the fault's tests.
    fn selection(&self) -> Vec<String> {
        // Without features the lanes that need the component, and wasmtime with them, are left out:
        // a fault is built into the native engine alone.
        let mut arguments = vec!["--release".to_owned(), "--no-default-features".to_owned()];
        for package in &self.packages {
            arguments.extend(["--package".to_owned(), package.clone()]);
        }
        if self.tests.is_empty() {
            arguments.push("--tests".to_owned());
        }
        for test in &self.tests {
            match test.as_str() {
                "lib" => arguments.push("--lib".to_owned()),
                name => arguments.extend(["--test".to_owned(), name.to_owned()]),
            }
        }
        arguments
    }
}

/// How a fault fared.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// By these tests, or in the way that is told.
    Caught(String),
    Missed,
}

/// Builds each fault in and runs its tests.
///
/// # Errors
/// Where the tests fail without a fault, a fault does not build, or a fault is not caught.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let path = workspace.root().join("tests/faults.toml");
    let faults = parse(&files::read_text(&path)?).with_context(|| path.display().to_string())?;

    let selections: BTreeSet<_> = faults.iter().map(Fault::selection).collect();
    stages.run("without a fault", || {
        for selection in &selections {
            process::run(&mut cargo_test(workspace, selection, None))
                .context("the tests have to pass without a fault first")?;
        }
        Ok(())
    })?;

    let mut rows = Vec::new();
    let mut missed = Vec::new();
    for fault in &faults {
        let verdict = stages.run(format!("fault {}", fault.name), || {
            try_fault(workspace, fault)
        })?;
        let by = match verdict {
            Verdict::Caught(by) => by,
            Verdict::Missed => {
                missed.push(fault.name.as_str());
                "NOT CAUGHT".to_owned()
            }
        };
        rows.push([fault.name.clone(), fault.description.clone(), by]);
    }
    for line in console::table(&rows) {
        console::print(line);
    }
    if !missed.is_empty() {
        bail!("no test caught: {}", missed.join(", "));
    }
    console::print(format_args!("all {} faults were caught", rows.len()));
    Ok(())
}

fn parse(text: &str) -> Result<Vec<Fault>> {
    let faults = toml::from_str::<Faults>(text)?.fault;
    let mut seen = BTreeMap::new();
    for fault in &faults {
        if seen.insert(&fault.name, ()).is_some() {
            bail!("fault `{}` is listed twice", fault.name);
        }
        if fault.packages.is_empty() {
            bail!(
                "fault `{}` names no package whose tests have to fail",
                fault.name
            );
        }
    }
    if faults.is_empty() {
        bail!("it lists no fault");
    }
    Ok(faults)
}

fn try_fault(workspace: &Workspace, fault: &Fault) -> Result<Verdict> {
    // Apart from the run: a fault that does not build must not count as caught.
    process::run(cargo_test(workspace, &fault.selection(), Some(fault)).arg("--no-run"))
        .with_context(|| format!("fault `{}` does not build", fault.name))?;
    let path = workspace
        .target()
        .join("sabotage")
        .join(format!("{}.log", fault.name));
    let log = fs::File::create(&path)?;
    let mut command = cargo_test(workspace, &fault.selection(), Some(fault));
    command.arg("--no-fail-fast");
    let ended = process::run_within(&mut command, LIMIT, &log)?;
    let output = String::from_utf8_lossy(&files::read(&path)?).into_owned();
    Ok(judge(&ended, &output))
}

fn judge(ended: &Ended, output: &str) -> Verdict {
    let status = match ended {
        Ended::TimedOut => return Verdict::Caught("a test that did not end".to_owned()),
        Ended::Status(status) if status.success() => return Verdict::Missed,
        Ended::Status(status) => status,
    };
    let mut runners = Runners::default();
    output.lines().for_each(|line| runners.see(line));
    Verdict::Caught(match runners.failed() {
        // The runner itself was ended, by an abort for example.
        [] => format!("a runner that ended with {status}"),
        [only] => only.clone(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
    })
}

fn cargo_test(workspace: &Workspace, selection: &[String], fault: Option<&Fault>) -> Command {
    let mut command = workspace.cargo();
    command
        .arg("test")
        .args(selection)
        // The ordinary build stays as it is.
        .env("CARGO_TARGET_DIR", workspace.target().join("sabotage"))
        .env_remove(VARIABLE)
        // A fault's failing cases are not to be kept as regressions.
        .env("PROPTEST_FAILURE_PERSISTENCE", "off");
    if let Some(fault) = fault {
        command.env(VARIABLE, &fault.name);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[[fault]]\nname = \"short\"\ndescription = \"one byte short\"\n\
                        packages = [\"hushgate-engine\"]\ntests = [\"lib\", \"split\"]\n";

    #[test]
    fn a_fault_names_the_tests_that_have_to_fail() {
        let faults = parse(TEXT).expect("well formed");
        let arguments = faults.first().expect("one").selection();
        assert_eq!(
            arguments,
            [
                "--release",
                "--no-default-features",
                "--package",
                "hushgate-engine",
                "--lib",
                "--test",
                "split"
            ]
        );
    }

    #[test]
    fn a_list_that_would_test_nothing_is_refused() {
        assert!(parse("fault = []").is_err());
        assert!(parse(&TEXT.replace("\"hushgate-engine\"", "")).is_err());
        assert!(parse(&format!("{TEXT}{TEXT}")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_a_failing_run_counts_as_caught() {
        use std::os::unix::process::ExitStatusExt;
        use std::process::ExitStatus;
        let ended = |code: i32| Ended::Status(ExitStatus::from_raw(code << 8));
        assert_eq!(judge(&ended(0), ""), Verdict::Missed);
        let caught = judge(&ended(101), "test a::b ... FAILED\ntest c ... FAILED\n");
        assert_eq!(caught, Verdict::Caught("a::b and 1 more".to_owned()));
        assert!(matches!(judge(&ended(101), ""), Verdict::Caught(_)));
    }
}
