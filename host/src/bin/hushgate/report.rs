//! The report: one JSON object for each finding, and for each entry of the allowlist that does not
//! apply; and never a value.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use hushgate::{Allowed, Finding};
use serde::Serialize;

use crate::allow;
use crate::failure::Failure;
use crate::name::Name;
use crate::output::{self, Output, WriteError};

/// How much is written at once.
const BUFFER: usize = 64 << 10;

/// An open report.
pub(crate) struct Report {
    output: Output,
    /// Lines that are not written yet.
    lines: Vec<u8>,
    name: String,
}

#[derive(Serialize)]
struct Line<'a> {
    rule: &'a str,
    file: &'a str,
    /// The bytes of a name that is no UTF-8, in hexadecimal; `file` shows it with replacements.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_bytes: Option<&'a str>,
    line: u64,
    column: u64,
    span: [u64; 2],
    confidence: String,
    checksum: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'a str>,
}

/// What is to be said of an entry of the allowlist.
#[derive(Serialize)]
struct Remark<'a> {
    notice: &'a str,
    detector: &'a str,
    by: String,
    reason: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
}

impl Report {
    /// Opens it; `-` is standard output. A file is replaced at once by [`finish`](Self::finish), so that
    /// nobody takes a part of a report for all of it; or, where each line is to be `shown` at once,
    /// emptied now.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn create(path: &Path, shown: bool) -> Result<Self, Failure> {
        let (output, name) = if output::is_standard(path) {
            (Output::standard(), String::from("standard output"))
        } else {
            let output = match shown {
                true => Output::growing(path)?,
                false => Output::replacing(path)?,
            };
            (output, format!("`{}`", Name(path)))
        };
        Ok(Self {
            output,
            lines: Vec::new(),
            name,
        })
    }

    /// Notes findings in the input that is called `file`.
    ///
    /// # Errors
    /// They cannot be written.
    pub(crate) fn add(&mut self, file: &Path, findings: &[Finding]) -> Result<(), Failure> {
        let bytes = match file.to_str() {
            Some(_) => None,
            None => Some(hexadecimal(file.as_os_str().as_encoded_bytes())),
        };
        let file = file.to_string_lossy();
        for finding in findings {
            let line = Line {
                rule: &finding.rule,
                file: &file,
                file_bytes: bytes.as_deref(),
                line: finding.line,
                column: finding.column,
                span: [finding.span.start, finding.span.end],
                confidence: finding.confidence.to_string(),
                checksum: finding.checksum.to_string(),
                fingerprint: finding.fingerprint.as_deref(),
            };
            self.line(&line)?;
        }
        Ok(())
    }

    /// Notes what is to be said of an entry of the allowlist of a bundle, if there is anything.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn remark(&mut self, bundle: &Path, entry: &Allowed) -> Result<(), Failure> {
        let Some((notice, _)) = allow::remark(entry) else {
            return Ok(());
        };
        self.line(&Remark {
            notice,
            detector: &entry.detector,
            by: entry.by.to_string(),
            reason: &entry.reason,
            file: &bundle.to_string_lossy(),
            line: entry.line,
            column: entry.column,
        })
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.lines, line)
            .map_err(|error| Failure::unwritable(&self.name, &error.into()))?;
        self.lines.push(b'\n');
        if self.lines.len() < BUFFER {
            return Ok(());
        }
        self.write()
    }

    fn write(&mut self) -> Result<(), Failure> {
        let written = self.output.write(&self.lines);
        self.lines.clear();
        written.map_err(|error| failed(&self.name, error))
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.write()?;
        let flushed = self.output.flush();
        flushed.map_err(|error| failed(&self.name, error))
    }

    /// Ends the report: a file is there now.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.write()?;
        let Self { output, name, .. } = self;
        output.finish().map_err(|error| failed(&name, error))
    }
}

/// A report that nobody reads any more is one that is missing.
fn failed(name: &str, error: WriteError) -> Failure {
    match error {
        WriteError::Closed => Failure::unwritable(name, &io::ErrorKind::BrokenPipe.into()),
        WriteError::Failure(failure) => failure,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
