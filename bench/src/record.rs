//! What is kept of a run: JSON lines, first the machine, then what was measured.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::definition::{Lane, Model};
use crate::machine::Machine;
use crate::measure::Spread;

/// One line of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Entry {
    /// Where and what was measured.
    Machine(Machine),
    /// A bench on a lane.
    Bench(Measured),
    /// A program on the file that all peers are given.
    Peer(Peer),
}

/// A bench on a lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The bench's name.
    pub bench: String,
    /// The lane.
    pub lane: Lane,
    /// What was timed.
    pub model: Model,
    /// Bytes that go in during one iteration.
    pub bytes: u64,
    /// Calls, sandboxes or runs during one iteration.
    pub units: u64,
    /// Findings, as expected.
    pub findings: u64,
    /// Detectors at work; 0 where nobody asked.
    pub detectors: usize,
    /// Registered values.
    pub registered: usize,
    /// Iterations.
    pub iterations: usize,
    /// Processor seconds of one iteration.
    pub cpu: Spread,
    /// Seconds on the wall of one iteration.
    pub wall: Spread,
    /// Peak resident memory in bytes of a process of its own.
    pub memory: Option<u64>,
}

/// A program on the file that all peers are given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Peer {
    /// Its name.
    pub name: String,
    /// What it says its version is.
    pub version: String,
    /// Bytes of the file, or of its beginning where it is too slow for all of it.
    pub bytes: u64,
    /// Credentials in these bytes.
    pub planted: u64,
    /// How many of them it found.
    pub found: u64,
    /// How many of its findings are none.
    pub wrong: u64,
    /// Iterations.
    pub iterations: usize,
    /// Processor seconds of one run.
    pub cpu: Spread,
    /// Seconds on the wall of one run.
    pub wall: Spread,
    /// Peak resident memory in bytes.
    pub memory: u64,
}

/// Megabytes (10⁶ bytes) for each of some seconds; 0 where no time passed.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "sizes stay far below 2⁵²")]
pub fn megabytes_per(bytes: u64, seconds: f64) -> f64 {
    if seconds > 0.0 {
        bytes as f64 / 1e6 / seconds
    } else {
        0.0
    }
}

/// Writes a record.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(path: &Path, entries: &[Entry]) -> Result<()> {
    let lines = entries.iter().map(serde_json::to_string);
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    fs::write(path, lines.join("\n") + "\n")
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Reads a record.
///
/// # Errors
/// Where the file cannot be read or is no record.
pub fn read(path: &Path) -> Result<Vec<Entry>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let entry = |(index, line): (usize, &str)| {
        serde_json::from_str(line)
            .with_context(|| format!("{}, line {}", path.display(), index + 1))
    };
    text.lines().enumerate().map(entry).collect()
}

/// The newest record of a folder, by the time that it names itself.
///
/// # Errors
/// Where there is none, or one cannot be read.
pub fn newest(folder: &Path) -> Result<(PathBuf, Vec<Entry>)> {
    let list = || format!("cannot read {}", folder.display());
    let mut newest: Option<(u64, PathBuf, Vec<Entry>)> = None;
    for entry in fs::read_dir(folder).with_context(list)? {
        let path = entry.with_context(list)?.path();
        if path
            .extension()
            .is_none_or(|extension| extension != "jsonl")
        {
            continue;
        }
        let entries = read(&path)?;
        let Some(Entry::Machine(machine)) = entries.first() else {
            bail!("{} does not begin with the machine", path.display());
        };
        if newest
            .as_ref()
            .is_none_or(|(time, ..)| *time < machine.time)
        {
            newest = Some((machine.time, path, entries));
        }
    }
    let (_, path, entries) =
        newest.with_context(|| format!("{} holds no record", folder.display()))?;
    Ok((path, entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(time: u64) -> Entry {
        Entry::Machine(Machine {
            time,
            ..Machine::default()
        })
    }

    #[test]
    fn the_newest_record_is_read_back() {
        let folder = crate::workspace::scratch("bench/records-test").expect("writable");
        write(&folder.join("a.jsonl"), &[machine(2)]).expect("writable");
        write(&folder.join("b.jsonl"), &[machine(1)]).expect("writable");
        let (path, entries) = newest(&folder).expect("two records");
        assert!(path.ends_with("a.jsonl"));
        assert_eq!(entries, [machine(2)]);
        fs::remove_dir_all(folder).expect("ours");
    }

    #[test]
    fn speed_is_in_millions_of_bytes() {
        assert_eq!(megabytes_per(3_000_000, 2.0), 1.5);
        assert_eq!(megabytes_per(1, 0.0), 0.0);
    }
}
