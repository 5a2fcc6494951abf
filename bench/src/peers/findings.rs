//! On which lines a program's report says that it found something.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// JSON lines of kingfisher.
    Kingfisher,
    /// A JSON array of gitleaks.
    Gitleaks,
    /// JSON of secretlint.
    Secretlint,
    /// JSON of detect-secrets.
    DetectSecrets,
    /// `FILE:LINE:…`, as grep prints.
    Grep,
}

#[derive(Deserialize)]
struct KingfisherLine {
    finding: Option<KingfisherFinding>,
}

#[derive(Deserialize)]
struct KingfisherFinding {
    line: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GitleaksFinding {
    start_line: u64,
}

#[derive(Deserialize)]
struct SecretlintFile {
    messages: Vec<SecretlintMessage>,
}

#[derive(Deserialize)]
struct SecretlintMessage {
    loc: SecretlintPlace,
}

#[derive(Deserialize)]
struct SecretlintPlace {
    start: SecretlintStart,
}

#[derive(Deserialize)]
struct SecretlintStart {
    line: u64,
}

#[derive(Deserialize)]
struct DetectSecrets {
    results: BTreeMap<String, Vec<DetectSecretsFinding>>,
}

#[derive(Deserialize)]
struct DetectSecretsFinding {
    line_number: u64,
}

impl Form {
    /// The line of each finding, counted from 1.
    ///
    /// # Errors
    /// Where the report has another form.
    pub fn lines(self, report: &str) -> Result<Vec<u64>> {
        let lines = match self {
            Self::Kingfisher => {
                let finding = |line| {
                    let line: KingfisherLine = serde_json::from_str(line)?;
                    Ok(line.finding.map(|finding| finding.line))
                };
                report
                    .lines()
                    .map(finding)
                    .filter_map(Result::transpose)
                    .collect()
            }
            Self::Gitleaks => serde_json::from_str(report)
                .map(|all: Vec<GitleaksFinding>| all.iter().map(|it| it.start_line).collect()),
            Self::Secretlint => serde_json::from_str(report).map(|files: Vec<SecretlintFile>| {
                let messages = files.iter().flat_map(|file| &file.messages);
                messages.map(|message| message.loc.start.line).collect()
            }),
            Self::DetectSecrets => serde_json::from_str(report).map(|report: DetectSecrets| {
                report
                    .results
                    .values()
                    .flatten()
                    .map(|it| it.line_number)
                    .collect()
            }),
            Self::Grep => Ok(report
                .lines()
                .filter_map(|line| line.split(':').nth(1)?.parse().ok())
                .collect()),
        };
        lines.context("its report has another form than expected")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read() {
        let cases = [
            (
                Form::Kingfisher,
                "{\"rule\":{},\"finding\":{\"line\":4}}\n{\"audit\":{}}\n{\"findings\":1}\n",
            ),
            (Form::Gitleaks, "[{\"StartLine\":4,\"EndLine\":5}]"),
            (
                Form::Secretlint,
                "[{\"messages\":[{\"loc\":{\"start\":{\"line\":4}}}]}]",
            ),
            (
                Form::DetectSecrets,
                "{\"results\":{\"a.log\":[{\"line_number\":4}]}}",
            ),
            (Form::Grep, "a.log:4:text: more\n"),
        ];
        for (form, report) in cases {
            assert_eq!(form.lines(report).expect("right"), [4], "{form:?}");
        }
        assert!(Form::Gitleaks.lines("{").is_err());
    }
}
