//! Compiles the built-in detectors to statics, and passes on a fault to build in.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a build script reads files, and reports by failing"
)]

use std::{env, fs, path::Path};

use hushgate_detector::{document::Document, emit, table::Table};
use hushgate_prefilter::Buckets;

fn main() {
    println!("cargo:rerun-if-env-changed=HUSHGATE_SABOTAGE");
    if let Ok(fault) = env::var("HUSHGATE_SABOTAGE")
        && !fault.is_empty()
    {
        println!("cargo:rustc-cfg=sabotage=\"{fault}\"");
    }

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/detectors");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("policies/detectors is readable")
        .map(|entry| entry.expect("an entry of policies/detectors").path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    files.sort();

    let mut detectors = Vec::new();
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
        let text = fs::read_to_string(file).expect("a rule document is readable");
        match Document::parse(&text) {
            Ok(document) => detectors.extend(document.detectors),
            Err(faults) => {
                let lines: Vec<_> = faults
                    .iter()
                    .map(|it| format!("{}:{it}", file.display()))
                    .collect();
                panic!("a built-in rule document is faulty\n{}", lines.join("\n"));
            }
        }
    }
    let mut ids: Vec<_> = detectors.iter().map(|it| it.id.clone()).collect();
    ids.sort();
    for pair in ids.windows(2) {
        if let [one, other] = pair {
            assert!(one != other, "two built-in detectors have the id `{one}`");
        }
    }

    let mut out = String::new();
    let buckets = Path::new(env!("CARGO_MANIFEST_DIR")).join("buckets.txt");
    println!("cargo:rerun-if-changed={}", buckets.display());
    let buckets = fs::read_to_string(buckets).expect("buckets.txt is readable");
    let buckets =
        Buckets::parse(&buckets).expect("buckets.txt has a bucket and a name on each line");
    emit::table(&mut out, "TABLE", &Table::build_in(&detectors, &buckets))
        .expect("writing to a string");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("table.rs");
    fs::write(target, out).expect("OUT_DIR is writable");
}
