//! Other programs on the same file, in the same run.
//!
//! # Promise
//! Each is judged by one rule: a credential counts as found where some finding lies on a line of
//! the record that holds it, a finding on any other line is wrong. Programs that take minutes for
//! the whole file are given its beginning, and the table says so.

mod findings;
mod install;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use hushgate_engine::rules::Rules;
use serde::Deserialize;

use crate::child::{self, Usage};
use crate::console::say;
use crate::definition::{Density, Spec};
use crate::haystack::{Haystack, Truth};
use crate::lanes::{Setup, cli::Cli};
use crate::makers::Kind;
use crate::measure::Spread;
use crate::record::Peer;
use crate::workspace;

pub use findings::Form;
pub use install::Install;

/// The name under which our own command line stands in the table.
pub const OURSELVES: &str = "hushgate";
/// Iterations of a program other than ours: the slowest take a minute each.
const ITERATIONS: usize = 3;

/// The file `peers.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Peers {
    /// Bytes of the file that all are given.
    pub bytes: u64,
    /// Seed of the file.
    pub seed: u64,
    /// Lines for each credential in the file.
    pub one_per: u64,
    /// Ids of the detectors whose credentials are in the file.
    pub kinds: Vec<String>,
    /// The programs.
    #[serde(rename = "peer")]
    pub peers: Vec<Program>,
}

/// A program.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Its name in the table.
    pub name: String,
    /// The file that is started.
    pub program: String,
    /// Arguments that make it print its version.
    pub version: Vec<String>,
    /// Arguments; `{input}` and `{report}` stand for files. Without `{report}` its output is the
    /// report.
    pub arguments: Vec<String>,
    /// Exit codes of a run that went well.
    pub exits: Vec<i32>,
    /// The report's form.
    pub form: Form,
    /// How many bytes of the file it is given; all where nothing is said.
    pub bytes: Option<u64>,
    /// Where it comes from.
    pub install: Install,
}

impl Peers {
    /// Reads `peers.toml`.
    ///
    /// # Errors
    /// Where it cannot be read or has another form.
    pub fn load() -> Result<Self> {
        let path = workspace::bench().join("peers.toml");
        let read = || format!("in {}", path.display());
        let text = fs::read_to_string(&path).with_context(read)?;
        toml::from_str(&text).with_context(read)
    }

    /// Times our command line and all programs that are installed. `quick` gives them 1 MiB, once.
    ///
    /// # Errors
    /// Where ours fails, or a program ends in a way that it should not.
    pub fn run(&self, install: bool, quick: bool, iterations: usize) -> Result<Vec<Peer>> {
        let spec = Spec {
            maker: Kind::Mixed,
            seed: self.seed,
            bytes: if quick {
                self.bytes.min(1 << 20)
            } else {
                self.bytes
            },
            credentials: Density::OnePer(if quick { 100 } else { self.one_per }),
            kinds: self.kinds.clone(),
        };
        // A folder of its own, since some programs look at what lies beside a file.
        let folder = workspace::scratch("bench/peers")?;
        let input = folder.join("mixed.log");
        let rules = Rules::standard();
        let truth = Haystack::new(&spec, rules.table(), &[])?.write(&input)?;

        let mut measured = vec![ourselves(&input, &truth, iterations)?];
        for program in &self.peers {
            if install {
                program.install.run()?;
            }
            let Some(path) = program.install.find(&program.program) else {
                say(format_args!(
                    "{} is missing; install it with `{}`, or pass --install-peers",
                    program.name,
                    program.install.command()
                ));
                continue;
            };
            say(format_args!("peer {}", program.name));
            let iterations = if quick { 1 } else { iterations.min(ITERATIONS) };
            let one = program.measure(&path, &folder, &input, &truth, iterations);
            measured.push(one.with_context(|| program.name.clone())?);
        }
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
        Ok(measured)
    }
}

fn ourselves(input: &Path, truth: &Truth, iterations: usize) -> Result<Peer> {
    // One job, as the others.
    let cli = Cli::open(&Setup {
        jobs: Some(1),
        ..Setup::default()
    })?;
    let lines = cli.findings(input)?;
    let usages = (0..iterations)
        .map(|_| cli.redact(input))
        .collect::<Result<Vec<_>>>()?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(peer(
        OURSELVES,
        version,
        truth.bytes,
        &score(truth, &lines),
        &usages,
    ))
}

impl Program {
    fn measure(
        &self,
        path: &Path,
        folder: &Path,
        input: &Path,
        truth: &Truth,
        iterations: usize,
    ) -> Result<Peer> {
        let (input, truth) = match self.bytes {
            Some(bytes) if bytes < truth.bytes => beginning(input, bytes, truth)?,
            _ => (input.to_path_buf(), truth.clone()),
        };
        let report = folder.join("report");
        let mut usages = Vec::new();
        for _ in 0..iterations {
            usages.push(self.once(path, folder, &input, &report)?);
        }
        let text = fs::read_to_string(&report).context("there is no report")?;
        let lines = self.form.lines(&text)?;
        Ok(peer(
            &self.name,
            self.version(path),
            truth.bytes,
            &score(&truth, &lines),
            &usages,
        ))
    }

    fn once(&self, path: &Path, folder: &Path, input: &Path, report: &Path) -> Result<Usage> {
        let fill = |argument: &String| match argument.as_str() {
            "{input}" => input.as_os_str().to_owned(),
            "{report}" => report.as_os_str().to_owned(),
            other => OsString::from(other),
        };
        let arguments: Vec<_> = self.arguments.iter().map(fill).collect();
        let prints = !self.arguments.iter().any(|argument| argument == "{report}");
        // A module of Node is looked for from the folder that the program runs in.
        let folder = if prints {
            folder.to_path_buf()
        } else {
            install::folder()?
        };
        let usage = child::run(path, &arguments, &folder, prints.then_some(report))?;
        if !usage.code.is_some_and(|code| self.exits.contains(&code)) {
            bail!("it ended with {:?}", usage.code);
        }
        Ok(usage)
    }

    fn version(&self, path: &Path) -> String {
        let answer = Command::new(path).args(&self.version).output();
        let text = answer.map(|answer| String::from_utf8_lossy(&answer.stdout).into_owned());
        let text = text.unwrap_or_default();
        let digits = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
        text.split([' ', '\n', 'v'])
            .find(digits)
            .unwrap_or("unknown")
            .to_owned()
    }
}

/// What a report is worth.
struct Score {
    planted: u64,
    found: u64,
    wrong: u64,
}

fn score(truth: &Truth, lines: &[u64]) -> Score {
    let hit =
        |place: &&std::ops::RangeInclusive<u64>| lines.iter().any(|line| place.contains(line));
    let stray = |line: &&u64| !truth.planted.iter().any(|place| place.contains(line));
    Score {
        planted: truth.planted.len() as u64,
        found: truth.planted.iter().filter(hit).count() as u64,
        wrong: lines.iter().filter(stray).count() as u64,
    }
}

fn peer(name: &str, version: String, bytes: u64, score: &Score, usages: &[Usage]) -> Peer {
    let samples: Vec<_> = usages.iter().map(Usage::sample).collect();
    Peer {
        name: name.to_owned(),
        version,
        bytes,
        planted: score.planted,
        found: score.found,
        wrong: score.wrong,
        iterations: usages.len(),
        cpu: Spread::of(samples.iter().map(|sample| sample.cpu)),
        wall: Spread::of(samples.iter().map(|sample| sample.wall)),
        memory: usages.iter().map(|usage| usage.memory).max().unwrap_or(0),
    }
}

/// The first lines of a file in a file of their own, with what is known of them.
fn beginning(input: &Path, bytes: u64, truth: &Truth) -> Result<(PathBuf, Truth)> {
    let path = input.with_extension("beginning.log");
    let mut text = Vec::new();
    File::open(input)?.take(bytes).read_to_end(&mut text)?;
    let whole = text
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |last| last + 1);
    text.truncate(whole);
    let lines = text.iter().filter(|&&byte| byte == b'\n').count() as u64;
    io::copy(&mut text.as_slice(), &mut File::create(&path)?)?;
    let planted = truth
        .planted
        .iter()
        .filter(|place| *place.end() <= lines)
        .cloned()
        .collect();
    Ok((
        path,
        Truth {
            bytes: text.len() as u64,
            lines,
            planted,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_are_defined_rightly() {
        let peers = Peers::load().expect("right");
        assert_eq!(peers.peers.len(), 5);
        let rules = Rules::standard();
        for id in &peers.kinds {
            assert!(
                rules.detectors().iter().any(|rule| rule.id == id.as_str()),
                "{id}"
            );
        }
    }

    #[test]
    fn found_and_wrong_are_told_apart() {
        let truth = Truth {
            bytes: 0,
            lines: 9,
            planted: vec![2..=2, 4..=6, 8..=8],
        };
        let score = score(&truth, &[2, 2, 5, 7]);
        assert_eq!((score.planted, score.found, score.wrong), (3, 2, 1));
    }

    #[test]
    fn a_beginning_ends_with_a_line() {
        let path = workspace::scratch("bench")
            .expect("writable")
            .join("beginning-test.log");
        fs::write(&path, "a\nbb\nccc\n").expect("writable");
        let truth = Truth {
            bytes: 9,
            lines: 3,
            planted: vec![2..=2, 3..=3],
        };
        let (shorter, truth) = beginning(&path, 7, &truth).expect("readable");
        assert_eq!(fs::read(&shorter).expect("readable"), b"a\nbb\n");
        assert_eq!(
            truth,
            Truth {
                bytes: 5,
                lines: 2,
                planted: vec![2..=2]
            }
        );
        fs::remove_file(path).expect("ours");
        fs::remove_file(shorter).expect("ours");
    }
}
