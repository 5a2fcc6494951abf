//! Every example and counter-example of every built-in detector, in each lane: whole, cut at
//! every byte, one byte at a time, and redacted again.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test reports by failing"
)]

mod support;

use hushgate_tests::{
    lane::{Lane, Setup},
    native::Native,
    policies, runner,
    vector::Level,
};

fn run<L: Lane>(lane: &L) {
    let detectors = policies::detectors().expect("the rule documents are right");
    let samples = policies::samples(&detectors);
    // One redactor for all of them: the end of a stream must leave nothing behind.
    let setup = Setup {
        least: Level::Low,
        ..Setup::default()
    };
    let opened = lane.open(&setup).expect("the lane works");
    let mut session = opened.expect("the built-in rules open");
    let mut failures = Vec::new();
    let mut streams = 0;
    for sample in &samples {
        let tried = match runner::attempt(&mut session, &sample.trial) {
            Ok(tried) => tried,
            Err(failure) => {
                failures.push(format!("{}: {}: {failure}", lane.name(), sample.trial.name));
                continue;
            }
        };
        streams += tried.streams;
        let findings = &tried.outcome.findings;
        let own = findings.iter().any(|found| {
            found.rule == sample.id
                && sample
                    .checksum
                    .is_none_or(|stated| stated == found.checksum)
        });
        if sample.example && !own {
            failures.push(format!(
                "{}: {}: no finding of its own{} in {findings:#?}",
                lane.name(),
                sample.trial.name,
                sample
                    .checksum
                    .map_or(String::new(), |it| format!(" with a {it} checksum")),
            ));
        }
    }
    support::say(format_args!(
        "{}: {} detectors, {} examples and counter-examples, {streams} streams",
        lane.name(),
        detectors.len(),
        samples.len()
    ));
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n\n"));
}

#[test]
fn native() {
    run(&Native);
}

#[cfg(feature = "component")]
#[test]
fn wasmtime() {
    run(&hushgate_tests::wasmtime::Wasmtime::load().expect("the component loads"));
}

#[cfg(feature = "component")]
#[test]
fn wasmtime_scalar() {
    run(&hushgate_tests::scalar::Scalar::load().expect("dist/gate-scalar.wasm loads"));
}
