//! The allowlist of a bundle, and what is said of its entries.

use std::process::Command;

use crate::support::{Folder, assert_exit, feed, hushgate, stderr, stdout, text, token};

const KEY: &str = "0123456789abcdef";

fn redact() -> Command {
    let mut command = hushgate(["redact", "--fingerprint-key-env", "LOG_KEY"]);
    command.env("LOG_KEY", KEY);
    command
}

/// The members of this name in a report, of the lines that have it.
fn members(report: &str, name: &str) -> Vec<String> {
    let lines = report.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line[name].as_str().map(str::to_owned)
    });
    lines.flatten().collect()
}

#[test]
fn the_report_has_the_fingerprint_to_allow() {
    let folder = Folder::new();
    let log = folder.file("a.log", format!("{}\n", token()));
    let report = folder.path("report.jsonl");
    let output = redact()
        .arg("--report")
        .args([&report, &log])
        .output()
        .unwrap();
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "[github-pat]\n");
    let found = members(&text(&report), "fingerprint");
    let [fingerprint] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(fingerprint.len(), 32);
    // The label of the style begins with the same digits.
    assert!(fingerprint.starts_with("8ff62e"), "{fingerprint}");

    let bundle = folder.file(
        "ours.toml",
        format!(
            "[[allow]]\ndetector = 'github-pat'\nfingerprint = '{fingerprint}'\nreason = 'made up'\n"
        ),
    );
    let output = redact()
        .arg("--bundle")
        .args([&bundle, &log])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output), format!("{}\n", token()));
    assert_eq!(stderr(&output), "");

    // Without the key it does not apply, and that is told.
    let output = hushgate(["redact", "--bundle"])
        .args([&bundle, &log])
        .output()
        .unwrap();
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "[github-pat]\n");
    assert!(
        stderr(&output)
            .contains("ours.toml:1:1: the entry for `github-pat` by fingerprint needs the key"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn entries_that_do_nothing_are_told() {
    let folder = Folder::new();
    let bundle = folder.file(
        "ours.toml",
        "[[allow]]\ndetector = 'github-pat'\npattern = 'ghp_[0-9A-Za-z]{36}'\nreason = 'old'\n\
         expires = 2020-01-31\n\n\
         [[allow]]\ndetector = 'github-pat'\npath = 'tests/**'\nreason = 'fixtures'\n",
    );
    let log = folder.file("a.log", format!("{}\n", token()));
    let report = folder.path("report.jsonl");
    let output = hushgate(["redact", "--bundle"])
        .arg(&bundle)
        .arg("--report")
        .args([&report, &log])
        .output()
        .unwrap();
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "[github-pat]\n");
    let said = stderr(&output);
    assert!(
        said.contains("ours.toml:1:1: the entry for `github-pat` by pattern has expired"),
        "{said}"
    );
    assert!(
        said.contains("ours.toml:7:1: the entry for `github-pat` by path allowed nothing"),
        "{said}"
    );
    let report = text(&report);
    assert_eq!(
        members(&report, "notice"),
        ["allow-expired", "allow-unused"]
    );
    assert_eq!(members(&report, "rule"), ["github-pat"]);
    assert_eq!(members(&report, "reason"), ["old", "fixtures"]);

    let output = hushgate(["detectors", "check", "--json"])
        .arg(&bundle)
        .output()
        .unwrap();
    assert_exit(&output, 0);
    let verdicts: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(verdicts[0]["allowed"], 2);
    assert!(stderr(&output).contains("has expired"));
}

#[test]
fn paths_are_those_of_each_file() {
    let folder = Folder::new();
    let bundle = folder.file(
        "ours.toml",
        "[[allow]]\ndetector = 'github-pat'\npath = 'a*.log'\nreason = 'fixtures'\n",
    );
    let line = format!("{}\n", token());
    for name in ["a.log", "b.log"] {
        folder.file(name, &line);
    }
    for jobs in ["1", "2"] {
        let output = hushgate(["redact", "--jobs", jobs, "--bundle"])
            .arg(&bundle)
            .args(["b.log", "./a.log", "b.log"])
            .current_dir(folder.path(""))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(
            stdout(&output),
            format!("[github-pat]\n{line}[github-pat]\n")
        );
        assert_eq!(stderr(&output), "");
    }
    // Standard input has no path.
    let output = feed(
        hushgate(["redact", "--bundle"]).arg(&bundle),
        line.as_bytes(),
    );
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "[github-pat]\n");
    assert!(stderr(&output).contains("allowed nothing"));
}

#[test]
fn faulty_entries_are_refused() {
    let folder = Folder::new();
    for (entry, place, message) in [
        (
            "detector = 'github-pad'\npath = 'a'\nreason = 'b'\n",
            "2:12",
            "no detector has this id",
        ),
        (
            "detector = 'github-pat'\npath = 'a'\n",
            "1:1",
            "`reason` is missing",
        ),
        (
            "detector = 'github-pat'\npath = 'a'\npattern = 'abcd'\nreason = 'b'\n",
            "1:1",
            "both `pattern` and `path`",
        ),
        (
            "detector = 'github-pat'\npath = 'a'\nreason = 'b'\nexpires = 'soon'\n",
            "5:11",
            "`expires` is no day",
        ),
    ] {
        let bundle = folder.file("ours.toml", format!("[[allow]]\n{entry}"));
        let output = hushgate(["redact", "--bundle"])
            .arg(&bundle)
            .output()
            .unwrap();
        assert_exit(&output, 2);
        let said = stderr(&output);
        let expected = format!("ours.toml:{place}: ");
        assert!(said.contains(&expected) && said.contains(message), "{said}");
    }
}
