//! What the fuzzer knows, without a fuzzer: each file under `fuzz/corpus/`, and what it begins with.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test reports by failing"
)]

mod support;

use std::{fs, path::PathBuf};

use hushgate_engine::rules::Rules;
use hushgate_tests::fuzz::{self, TARGETS, Target};

/// Larger files are to be made smaller first.
const LARGEST: usize = 1024;

fn files(target: &Target) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target.name);
    let entries = fs::read_dir(&folder).expect("each target has a folder");
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.expect("an entry of the folder").path();
            let bytes = fs::read(&path).expect("a file is readable");
            (path.display().to_string(), bytes)
        })
        .collect();
    files.sort();
    files
}

/// The checks hold for each input; how many there are.
fn replay(target: &Target, inputs: &[(String, Vec<u8>)]) -> usize {
    let mut failures = Vec::new();
    for (name, input) in inputs {
        if let Err(broken) = (target.check)(input) {
            failures.push(format!("{name}: {broken}"));
        }
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n\n"));
    inputs.len()
}

#[test]
fn the_committed_corpus_holds() {
    for target in &TARGETS {
        let files = files(target);
        assert!(!files.is_empty(), "{} has no corpus", target.name);
        let count = replay(target, &files);
        support::say(format_args!("corpus: {}: {count} files", target.name));
    }
}

#[test]
fn what_the_fuzzer_begins_with_holds() {
    for target in &TARGETS {
        let seeds = fuzz::seeds(target.name).expect("vectors and detectors are readable");
        let named = seeds.into_iter().enumerate();
        let named: Vec<_> = named
            .map(|(index, it)| (format!("seed {index}"), it))
            .collect();
        let count = replay(target, &named);
        assert!(count > 20, "{count} seeds for {}", target.name);
        support::say(format_args!("corpus: {}: {count} seeds", target.name));
    }
}

/// Files are small, and no scanner of this repository finds a credential in one.
#[test]
fn no_file_holds_a_credential() {
    let rules = Rules::standard();
    for (name, bytes) in TARGETS.iter().flat_map(files) {
        assert!(bytes.len() <= LARGEST, "{name} has {} bytes", bytes.len());
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(rules.redact(&text), text, "{name}");
    }
}
