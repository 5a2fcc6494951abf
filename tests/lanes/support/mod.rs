//! What the lanes' test targets share.

#![allow(dead_code, reason = "each target uses a part")]

use std::io::Write as _;

use hushgate_tests::{lane::Lane, runner, vector};

/// Says something in spite of the capture of a test's output: how much ran is to be seen.
pub fn say(line: impl std::fmt::Display) {
    writeln!(std::io::stderr().lock(), "{line}").expect("standard error takes a line");
}

/// Runs all vectors on a lane.
pub fn run_vectors<L: Lane>(lane: &L) {
    let files = vector::files().expect("the vectors are well formed");
    assert!(!files.is_empty(), "there are no vectors");
    let mut failures = Vec::new();
    for file in &files {
        let report = runner::run(lane, file).expect("the lane works");
        say(&report);
        failures.extend(report.failures);
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n\n"));
}
