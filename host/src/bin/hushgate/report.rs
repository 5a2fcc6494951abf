//! The report: one JSON object for each finding, and for each entry of the allowlist that does not
//! apply; and never a value.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use hushgate::{Allowed, Finding};
use serde::Serialize;

use crate::allow;
use crate::failure::Failure;
use crate::name::Name;
use crate::output;

/// An open report.
pub(crate) struct Report {
    writer: BufWriter<Box<dyn Write>>,
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
    /// Makes the file, or empties it; `-` is standard output.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let (writer, name) = if output::is_standard(path) {
            (output::standard_output(), String::from("standard output"))
        } else {
            let name = format!("`{}`", Name(path));
            let file = File::create(path).map_err(|error| Failure::unwritable(&name, &error))?;
            (Box::new(file) as Box<dyn Write>, name)
        };
        Ok(Self {
            writer: BufWriter::new(writer),
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
        serde_json::to_writer(&mut self.writer, line)
            .map_err(Into::into)
            .and_then(|()| self.writer.write_all(b"\n"))
            .map_err(|error| Failure::unwritable(&self.name, &error))
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.writer
            .flush()
            .map_err(|error| Failure::unwritable(&self.name, &error))
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
