//! The example organisation: it opens, its cases come out as written, and they cover all of its policies.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test reads files"
)]

use std::{fs, path::Path};

use hushgate_policy::{Organisation, archive, case, data::Place, lint};

fn texts(folder: &Path, inside: &str, into: &mut Vec<(String, String)>) {
    let mut names: Vec<_> = fs::read_dir(folder.join(inside))
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
        .collect();
    names.sort_by_key(|entry| entry.file_name());
    for entry in names {
        let name = entry.file_name().into_string().expect("UTF-8");
        let path = if inside.is_empty() {
            name
        } else {
            format!("{inside}/{name}")
        };
        if entry.path().is_dir() {
            texts(folder, &path, into);
        } else {
            into.push((path, fs::read_to_string(entry.path()).expect("a text")));
        }
    }
}

fn told<T: ToString>(remarks: &[T]) -> String {
    let lines: Vec<String> = remarks.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

fn example() -> (Organisation, Vec<(case::Case, Place)>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/acme");
    let mut all = Vec::new();
    texts(&folder, "", &mut all);
    let (tests, files): (Vec<_>, Vec<_>) =
        all.iter().partition(|(path, _)| path.starts_with("tests/"));
    let files: Vec<archive::File<'_>> = files
        .iter()
        .map(|(path, text)| archive::File { path, text })
        .collect();
    let text = archive::write(&files).expect("a bundle");
    let files = archive::read(&text).expect("a bundle");
    let organisation = match Organisation::open(&files) {
        Ok(organisation) => organisation,
        Err(faults) => panic!("{}", told(&faults)),
    };
    let cases = tests
        .iter()
        .flat_map(|(path, text)| match case::read(path, text) {
            Ok(cases) => cases,
            Err(faults) => panic!("{}", told(&faults)),
        });
    let cases = cases.collect();
    (organisation, cases)
}

#[test]
fn all_cases_come_out_as_written() {
    let (organisation, cases) = example();
    let report = case::run(&organisation, &cases);
    let mut faults = String::new();
    for outcome in report.outcomes.iter().filter(|it| !it.faults.is_empty()) {
        faults += &format!(
            "{}:{} {}: {:?}\n",
            outcome.place.path, outcome.place.line, outcome.name, outcome.faults
        );
    }
    assert_eq!(faults, "");
    assert!(report.outcomes.len() > 50);
}

#[test]
fn the_cases_cover_every_policy_and_condition() {
    let (organisation, cases) = example();
    let report = case::run(&organisation, &cases);
    let open: Vec<String> = report
        .coverage
        .iter()
        .filter(|it| it.count().0 < it.count().1)
        .map(|it| format!("{}: decided {}, {:#?}", it.policy, it.decided, it.clauses))
        .collect();
    assert!(open.is_empty(), "{}", open.join("\n"));
}

#[test]
fn nothing_in_it_looks_unmeant() {
    let (organisation, _) = example();
    let remarks: Vec<String> = lint(&organisation)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(remarks.is_empty(), "{}", remarks.join("\n"));
}
