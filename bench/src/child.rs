//! Runs of other programs, with what they used.
//!
//! # Hazard
//! The kernel counts into a program's peak memory what the process had that started it, up to
//! the moment of `exec`. A process that holds haystacks of many megabytes would spoil the figure.
//! So [`run`] starts this program once more, which is small then, and [`relay`] starts the other
//! one from there.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use wait4::Wait4 as _;

use crate::measure::Sample;

/// The sub-command that this program understands as a call of [`relay`].
pub const RELAY: &str = "relay";

/// What a program used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// Processor time in seconds, all threads and children.
    pub cpu: f64,
    /// Seconds on the wall.
    pub wall: f64,
    /// Peak resident memory in bytes.
    pub memory: u64,
}

impl Usage {
    /// Its times.
    #[must_use]
    pub fn sample(&self) -> Sample {
        let time = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        Sample {
            cpu: time(self.cpu),
            wall: time(self.wall),
        }
    }
}

/// Runs a program in a folder and says what it used. Its output goes to the file `output`, or
/// nowhere.
///
/// # Errors
/// Where it cannot be started.
pub fn run(
    program: &Path,
    arguments: &[OsString],
    folder: &Path,
    output: Option<&Path>,
) -> Result<Usage> {
    let this = std::env::current_exe().context("this program does not know where it lies")?;
    let mut command = Command::new(this);
    command.arg(RELAY);
    if let Some(output) = output {
        command.arg("--output").arg(output);
    }
    command
        .arg("--")
        .arg(program)
        .args(arguments)
        .current_dir(folder);
    let answer = command
        .stdin(Stdio::null())
        .output()
        .context("cannot start myself again")?;
    if !answer.status.success() {
        let complaint = String::from_utf8_lossy(&answer.stderr);
        bail!("{}: {}", program.display(), complaint.trim());
    }
    serde_json::from_slice(&answer.stdout).context("an unknown answer of myself")
}

/// Runs a program from this process.
///
/// # Errors
/// Where it cannot be started.
pub fn relay(program: &OsStr, arguments: &[OsString], output: Option<&Path>) -> Result<Usage> {
    let output = match output {
        Some(path) => {
            let file = std::fs::File::create(path);
            Stdio::from(file.with_context(|| format!("cannot write {}", path.display()))?)
        }
        None => Stdio::null(),
    };
    let clock = Instant::now();
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let used = child.wait4().context("cannot wait for it")?;
    Ok(Usage {
        code: used.status.code(),
        cpu: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
        wall: clock.elapsed().as_secs_f64(),
        memory: used.rusage.maxrss,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_and_memory_are_told() {
        let arguments = ["-c", "exit 7"].map(OsString::from);
        let usage = relay(OsStr::new("sh"), &arguments, None).expect("there is a shell");
        assert_eq!(usage.code, Some(7));
        assert!(usage.memory > 100_000, "{}", usage.memory);
        assert!(relay(OsStr::new("/nonexistent"), &[], None).is_err());
    }
}
