//! `test`: every test of every lane, and the closing lines of each runner.

use anyhow::{Result, bail};

use crate::stage::Stages;
use crate::workspace::Workspace;
use crate::{build, console, process, sabotage};

/// What `test` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Build the engine with one fault at a time instead, and expect a test to fail under each.
    ///
    /// The faults are listed in tests/faults.toml.
    #[arg(long)]
    sabotage: bool,
    /// Passed on to `cargo test`, such as the name of a test.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        conflicts_with = "sabotage"
    )]
    arguments: Vec<String>,
}

/// Builds everything and runs all tests.
///
/// # Errors
/// Where a build or a test fails, or a fault passes unseen.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages, args: &Args) -> Result<()> {
    if args.sabotage {
        return sabotage::run(workspace, stages);
    }
    build::run(workspace, stages)?;
    stages.run("build the tests", || {
        process::run(workspace.native("test").arg("--no-run"))
    })?;
    let mut runners = Runners::default();
    let passed = stages.run("run the tests", || {
        let mut command = workspace.native("test");
        command.arg("--no-fail-fast").args(&args.arguments);
        let status = process::watch(&mut command, |line| {
            console::say(line);
            runners.see(line);
        })?;
        process::succeeded(status, &process::describe(&command))
    });
    for line in runners.closing_lines() {
        console::print(line);
    }
    passed?;
    if runners.closing.is_empty() {
        bail!("no runner closed with a result: nothing was tested");
    }
    Ok(())
}

/// The runners of a test run, and how each of them closed.
#[derive(Debug, Default)]
pub(crate) struct Runners {
    current: String,
    closing: Vec<[String; 2]>,
    failed: Vec<String>,
}

impl Runners {
    /// Reads one line of cargo's or a runner's output.
    pub(crate) fn see(&mut self, line: &str) {
        let text = line.trim_start();
        if let Some(runner) = text.strip_prefix("Running ") {
            // `unittests src/lib.rs (target/release/deps/hushgate_engine-0123456789abcdef)`
            let (what, program) = runner.split_once(" (").unwrap_or((runner, ""));
            let program = program
                .trim_end_matches(')')
                .rsplit('/')
                .next()
                .unwrap_or_default();
            let krate = program
                .rsplit_once('-')
                .map_or(program, |(name, _hash)| name);
            self.current = format!("{krate}: {what}");
        } else if let Some(krate) = text.strip_prefix("Doc-tests ") {
            self.current = format!("{krate}: documentation");
        } else if let Some(result) = text.strip_prefix("test result: ") {
            self.closing.push([self.current.clone(), result.to_owned()]);
        } else if let Some(test) = text
            .strip_prefix("test ")
            .and_then(|test| test.strip_suffix(" ... FAILED"))
        {
            self.failed.push(test.to_owned());
        }
    }

    /// One line for each runner.
    pub(crate) fn closing_lines(&self) -> Vec<String> {
        console::table(&self.closing)
    }

    /// The tests that failed.
    pub(crate) fn failed(&self) -> &[String] {
        &self.failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runners_and_their_results_are_told_apart() {
        let mut runners = Runners::default();
        let output = "     Running unittests src/lib.rs (target/release/deps/one_lib-0a1b)\n\
                      test a ... ok\ntest b::c ... FAILED\n\
                      test result: FAILED. 1 passed; 1 failed; 0 ignored\n   \
                      Doc-tests one_lib\ntest result: ok. 3 passed; 0 failed; 0 ignored\n";
        output.lines().for_each(|line| runners.see(line));
        assert_eq!(runners.failed(), ["b::c"]);
        let [first, second] = <[String; 2]>::try_from(runners.closing_lines()).expect("two");
        assert!(
            first.contains("one_lib: unittests src/lib.rs  FAILED. 1 passed"),
            "{first}"
        );
        assert!(
            second.contains("one_lib: documentation         ok. 3 passed"),
            "{second}"
        );
    }
}
