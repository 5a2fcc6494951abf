//! `demo`: the example log, redacted by the command line through the component.
//!
//! # Hazard
//! The example's credentials are made up, but what is shown here would be shown for real ones too:
//! only lines of the redacted output are printed, and the report, which holds no values.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::stage::Stages;
use crate::workspace::Workspace;
use crate::{build, console, files, process};

/// Credentials in the repository's copy are broken by this, so that no scanner meets a whole one.
const BREAK: &str = "{+}";

/// The value that the demo registers, as a CI job would from its environment.
const REGISTERED: (&str, &str) = (
    "DEMO_DB_PASSWORD",
    concat!("correct-horse-", "EXAMPLE-battery"),
);

/// At most this many redacted lines are shown.
const SHOWN: usize = 24;

/// A line that is shown ends here, in characters.
const WIDTH: usize = 110;

/// One line of the report.
#[derive(Debug, Deserialize)]
struct Finding {
    rule: String,
    line: u64,
    column: u64,
    span: [usize; 2],
    confidence: String,
}

/// Builds everything, redacts the example log, and prints what was found and where.
///
/// # Errors
/// Where a stage fails, or nothing was found.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    build::run(workspace, stages)?;
    stages.run("command line", || {
        process::run(workspace.native("build").args(["--bin", "hushgate"]))
    })?;

    let template = files::read_text(&workspace.root().join("examples/build.log.in"))?;
    let input = template.replace(BREAK, "");
    let folder = workspace.target().join("demo");
    let [log, clean, report] =
        ["build.log", "build.redacted.log", "report.jsonl"].map(|name| folder.join(name));
    files::write_if_changed(&log, input.as_bytes())?;
    stages.run("redact", || {
        let program = workspace
            .target()
            .join(format!("release/hushgate{}", std::env::consts::EXE_SUFFIX));
        let (name, value) = REGISTERED;
        process::run(
            std::process::Command::new(program)
                .args(["redact", "--register-env", name, "--report"])
                .args([&report, &"--output".into(), &clean, &log])
                .env(name, value),
        )
    })?;

    let findings = parse(&files::read_text(&report)?)?;
    if findings.is_empty() {
        bail!("nothing was found in the example log");
    }
    let output = String::from_utf8_lossy(&files::read(&clean)?).into_owned();
    show_lines(&findings, &input, &output);
    show_findings(&findings);
    for (what, path) in [("read", log), ("wrote", clean), ("report", report)] {
        console::print(format_args!("{what:7} {}", path.display()));
    }
    Ok(())
}

fn parse(report: &str) -> Result<Vec<Finding>> {
    (1..)
        .zip(report.lines())
        .map(|(number, line)| {
            serde_json::from_str(line).with_context(|| format!("line {number} of the report"))
        })
        .collect()
}

/// Prints the redacted lines, each once.
fn show_lines(findings: &[Finding], input: &str, output: &str) {
    let numbers = output_lines(findings, input);
    let lines: Vec<&str> = output.lines().collect();
    console::print("Redacted lines of the output:\n");
    for number in numbers.iter().take(SHOWN) {
        let line = lines
            .get(number.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        let end = line.char_indices().nth(WIDTH).map(|(end, _)| end);
        let (line, more) = match end.and_then(|end| line.get(..end)) {
            Some(beginning) => (beginning, " …"),
            None => (line, ""),
        };
        console::print(format_args!("{number:>6}  {line}{more}"));
    }
    if let Some(rest) = numbers.len().checked_sub(SHOWN).filter(|rest| *rest > 0) {
        console::print(format_args!("        … and {rest} more"));
    }
}

/// The lines of the output that hold a label.
///
/// A finding that spans lines, such as a private key, leaves one line where there were many: what
/// lies behind it moves up.
fn output_lines(findings: &[Finding], input: &str) -> BTreeSet<usize> {
    let mut swallowed = 0;
    findings
        .iter()
        .map(|finding| {
            let [start, end] = finding.span;
            let line = usize::try_from(finding.line).unwrap_or(usize::MAX) - swallowed;
            let inside = input.as_bytes().get(start..end).unwrap_or_default();
            swallowed += inside.iter().filter(|byte| **byte == b'\n').count();
            line
        })
        .collect()
}

/// Prints what was found where, one row for each rule.
fn show_findings(findings: &[Finding]) {
    let mut rules: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for finding in findings {
        rules
            .entry((&finding.rule, &finding.confidence))
            .or_default()
            .push(format!("{}:{}", finding.line, finding.column));
    }
    let heading = ["rule", "confidence", "found", "line:column in the input"];
    let mut rows = vec![heading.map(str::to_owned)];
    rows.extend(rules.into_iter().map(|((rule, confidence), places)| {
        let count = places.len().to_string();
        [
            rule.to_owned(),
            confidence.to_owned(),
            count,
            in_brief(&places),
        ]
    }));
    console::print(format_args!("\n{} findings:\n", findings.len()));
    for line in console::table(&rows) {
        console::print(line);
    }
    console::print("");
}

fn in_brief(places: &[String]) -> String {
    const LISTED: usize = 6;
    let listed = places
        .iter()
        .take(LISTED)
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    if places.len() > LISTED {
        format!("{listed} …")
    } else {
        listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_behind_a_finding_over_several_lines_move_up() {
        let input = "a\nKEY1\nKEY2\nKEY3\nb\nTOKEN\n";
        let report = "{\"rule\":\"pem\",\"file\":\"f\",\"line\":2,\"column\":1,\"span\":[2,16],\
                      \"confidence\":\"high\",\"checksum\":\"absent\"}\n\
                      {\"rule\":\"pat\",\"file\":\"f\",\"line\":6,\"column\":1,\"span\":[19,24],\
                      \"confidence\":\"high\",\"checksum\":\"right\"}\n";
        let findings = parse(report).expect("well formed");
        assert_eq!(output_lines(&findings, input), BTreeSet::from([2, 4]));
    }

    #[test]
    fn a_broken_report_is_named() {
        let error = parse("{}").expect_err("no field is there");
        assert!(error.to_string().contains("line 1"));
    }
}
