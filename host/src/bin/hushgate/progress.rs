//! A progress bar for long files, where somebody watches.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

use crate::input::Input;

/// Shorter files are done before anybody could read the bar.
const SHORTEST: u64 = 64 << 20;

/// Bytes and findings so far, or nothing where nobody watches.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    findings: u64,
}

impl Progress {
    /// A bar for `input`, if it is long and standard error is a terminal. A bar would tear
    /// output that goes to the same terminal.
    pub(crate) fn of(input: &Input, to_standard_output: bool) -> Self {
        let size = input.length().filter(|size| *size >= SHORTEST);
        let torn = to_standard_output && io::stdout().is_terminal();
        let bar = size
            .filter(|_| io::stderr().is_terminal() && !torn)
            .map(|size| {
                let bar = ProgressBar::new(size);
                let template = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec}, {msg}";
                if let Ok(style) = ProgressStyle::with_template(template) {
                    bar.set_style(style);
                }
                bar
            });
        Self { bar, findings: 0 }
    }

    /// Counts what one read brought.
    pub(crate) fn advance(&mut self, bytes: usize, findings: usize) {
        if let Some(bar) = &self.bar {
            self.findings = self.findings.saturating_add(findings as u64);
            bar.set_message(format!("{} findings", self.findings));
            bar.inc(bytes as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
