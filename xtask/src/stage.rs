//! The stages of a command, and the table of their times that closes it.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::console;

/// The stages so far.
#[derive(Debug, Default)]
pub(crate) struct Stages {
    done: Vec<Stage>,
}

#[derive(Debug)]
struct Stage {
    name: String,
    took: Duration,
    passed: bool,
}

impl Stages {
    /// Runs one stage and notes how long it took, whether it passes or fails.
    pub(crate) fn run<T>(
        &mut self,
        name: impl Into<String>,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let name = name.into();
        console::say(format_args!("[{name}]"));
        let start = Instant::now();
        let outcome = work();
        self.done.push(Stage {
            name,
            took: start.elapsed(),
            passed: outcome.is_ok(),
        });
        outcome
    }

    /// Prints the table; nothing where no stage ran.
    pub(crate) fn report(&self) {
        if self.done.is_empty() {
            return;
        }
        let total = self.done.iter().map(|stage| stage.took).sum();
        let mut rows: Vec<[String; 3]> = self
            .done
            .iter()
            .map(|stage| {
                let verdict = if stage.passed { "" } else { "failed" };
                [stage.name.clone(), seconds(stage.took), verdict.to_owned()]
            })
            .collect();
        rows.push(["total".to_owned(), seconds(total), String::new()]);
        console::say("");
        for line in console::table(&rows) {
            console::say(line);
        }
    }
}

fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 {
        format!("{:>8.1} s", time.as_secs_f64())
    } else {
        format!("{:>4} m {:02} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_readable_and_aligned() {
        assert_eq!(seconds(Duration::from_millis(1_240)), "     1.2 s");
        assert_eq!(seconds(Duration::from_secs(185)), "   3 m 05 s");
    }

    #[test]
    fn a_failed_stage_is_kept_and_fails() {
        let mut stages = Stages::default();
        let outcome: Result<()> = stages.run("one", || anyhow::bail!("no"));
        assert!(outcome.is_err());
        assert!(stages.done.iter().all(|stage| !stage.passed));
    }
}
