//! Lane `cli`: the command line as shipped, a process of its own.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::Setup;
use crate::child::{self, Usage};
use crate::workspace;

/// The command line with the files that it is given.
#[derive(Debug)]
pub struct Cli {
    program: PathBuf,
    folder: PathBuf,
    arguments: Vec<OsString>,
}

/// A line of `--report`, as far as it is read.
#[derive(Debug, Deserialize)]
struct Finding {
    line: u64,
}

impl Cli {
    /// The command line that was built beside this program.
    ///
    /// # Errors
    /// Where it was not built, or a file cannot be written.
    pub fn open(setup: &Setup) -> Result<Self> {
        let name = format!("hushgate{}", std::env::consts::EXE_SUFFIX);
        let program = workspace::target().join("release").join(name);
        if !program.is_file() {
            bail!(
                "{} is missing; build it with `cargo build --release --bin hushgate`",
                program.display()
            );
        }
        let folder = workspace::scratch("bench")?;
        let mut arguments = vec![OsString::from("redact")];
        if !setup.registered.is_empty() {
            let path = folder.join("values.txt");
            write(&path, &setup.registered.join("\n"))?;
            arguments.extend([OsString::from("--register-list"), path.into()]);
        }
        if let Some(text) = &setup.bundle {
            let path = folder.join("bundle.toml");
            write(&path, text)?;
            arguments.extend([OsString::from("--bundle"), path.into()]);
        }
        if let Some(jobs) = setup.jobs {
            arguments.extend(["--jobs".into(), jobs.to_string().into()]);
        }
        Ok(Self {
            program,
            folder,
            arguments,
        })
    }

    /// Redacts a file into another one.
    ///
    /// # Errors
    /// Where the command line fails.
    pub fn redact(&self, input: &Path) -> Result<Usage> {
        let output = OsString::from(self.folder.join("redacted.log"));
        self.run(&[input.into(), "--output".into(), output])
    }

    /// Redacts a file to nowhere.
    ///
    /// # Errors
    /// Where the command line fails.
    pub fn discard(&self, input: &Path) -> Result<Usage> {
        self.run(&[input.into()])
    }

    /// Redacts a file and says on which lines findings begin.
    ///
    /// # Errors
    /// Where the command line fails, or its report has another form.
    pub fn findings(&self, input: &Path) -> Result<Vec<u64>> {
        let report = self.folder.join("report.jsonl");
        self.run(&[input.into(), "--report".into(), report.clone().into()])?;
        let text = fs::read_to_string(&report).context("the report cannot be read")?;
        let line = |line| serde_json::from_str(line).map(|finding: Finding| finding.line);
        text.lines()
            .map(line)
            .collect::<Result<_, _>>()
            .context("the report has another form")
    }

    fn run(&self, more: &[OsString]) -> Result<Usage> {
        let arguments = [self.arguments.as_slice(), more].concat();
        let usage = child::run(&self.program, &arguments, &self.folder, None)?;
        if usage.code != Some(0) {
            bail!("hushgate ended with {:?}", usage.code);
        }
        Ok(usage)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
