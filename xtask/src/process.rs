//! Running other programs: echoed, and with advice where one is missing.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::console;

/// Runs a command to its end; it writes straight to the terminal.
///
/// # Errors
/// Where it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = echo(command);
    // Standard output is kept for results, so that `cargo xtask … > file` holds nothing else.
    let status = command
        .stdout(io::stderr())
        .status()
        .map_err(|e| start_error(command, &e))?;
    succeeded(status, &line)
}

/// Runs a command quietly and returns its standard output.
///
/// # Errors
/// Where it cannot be started, does not succeed, or answers with something that is not UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let answer = command.output().map_err(|e| start_error(command, &e))?;
    if !answer.status.success() {
        let complaint = String::from_utf8_lossy(&answer.stderr);
        bail!(
            "`{}` failed ({}):\n{}",
            describe(command),
            answer.status,
            complaint.trim_end()
        );
    }
    String::from_utf8(answer.stdout).with_context(|| describe(command))
}

/// Runs a command and gives each line that it writes, in order, to `see`.
///
/// Both outputs share one pipe, so a runner's name stays in front of its results.
///
/// # Errors
/// Where it cannot be started or its output cannot be read. A failing status is no error here.
pub(crate) fn watch(command: &mut Command, mut see: impl FnMut(&str)) -> Result<ExitStatus> {
    echo(command);
    let (reader, writer) = io::pipe()?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let mut child = command.spawn().map_err(|e| start_error(command, &e))?;
    // The command keeps its ends of the pipe; without this the read below would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? != 0 {
        see(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    Ok(child.wait()?)
}

/// How a command with a time limit ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself.
    Status(ExitStatus),
    /// It was stopped when its time was over.
    TimedOut,
}

/// Runs a command with both outputs in `log`, and stops it when `limit` is over.
///
/// # Errors
/// Where it cannot be started or waited for.
pub(crate) fn run_within(
    command: &mut Command,
    limit: Duration,
    log: &std::fs::File,
) -> Result<Ended> {
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log.try_clone()?);
    let mut child = command.spawn().map_err(|e| start_error(command, &e))?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ended::Status(status));
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(Ended::TimedOut);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs `first | second`.
///
/// # Errors
/// Where one of them cannot be started or does not succeed.
pub(crate) fn pipe(first: &mut Command, second: &mut Command) -> Result<()> {
    console::say(format_args!(
        "  $ {} | {}",
        describe(first),
        describe(second)
    ));
    let (reader, writer) = io::pipe()?;
    let mut source = first
        .stdout(writer)
        .spawn()
        .map_err(|e| start_error(first, &e))?;
    first.stdout(Stdio::null());
    let mut sink = second
        .stdin(reader)
        .spawn()
        .map_err(|e| start_error(second, &e))?;
    second.stdin(Stdio::null());
    let (first_status, second_status) = (source.wait()?, sink.wait()?);
    succeeded(second_status, &describe(second))?;
    succeeded(first_status, &describe(first))
}

/// Fails unless a status is that of success.
///
/// # Errors
/// The command line and the status.
pub(crate) fn succeeded(status: ExitStatus, line: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    bail!("`{line}` failed ({status})")
}

/// The command as one would type it, without its environment.
pub(crate) fn describe(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .enumerate()
        .map(|(position, word)| {
            let word = word.to_string_lossy();
            // The full path of a program says less than its name.
            let word = if position == 0 {
                name(&word).to_owned()
            } else {
                word.into_owned()
            };
            if word.is_empty() || word.contains([' ', '"', '\'', '$', '\\']) {
                format!("'{}'", word.replace('\'', r"'\''"))
            } else {
                word
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn echo(command: &Command) -> String {
    let line = describe(command);
    console::say(format_args!("  $ {line}"));
    line
}

fn name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// Says why a program did not start, and how to get it where it is missing.
fn start_error(command: &Command, error: &io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    if error.kind() == ErrorKind::NotFound {
        anyhow!(
            "`{program}` is not installed; {}",
            remedy(command.get_program())
        )
    } else {
        anyhow!("cannot start `{program}`: {error}")
    }
}

fn remedy(program: &OsStr) -> &'static str {
    match name(&program.to_string_lossy()) {
        "git" => "install it with `apt-get install git`",
        "c++" | "g++" | "clang++" => "install one with `apt-get install g++`",
        "tar" => "install it with `apt-get install tar`",
        "dpkg-deb" => "install it with `apt-get install dpkg`",
        "apt-get" | "apt-cache" => {
            "building std from Debian's sources needs Debian; elsewhere use \
             `rustup target add wasm32-unknown-unknown`"
        }
        "cargo" | "rustc" | "rustup" => "install Rust as https://rustup.rs says",
        _ => "install it and try again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_typed() {
        let mut command = Command::new("/usr/bin/tool");
        command.args(["--flag", "two words", "it's"]);
        assert_eq!(describe(&command), r"tool --flag 'two words' 'it'\''s'");
    }

    #[test]
    fn both_outputs_arrive_in_order() {
        let mut seen = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; echo three; exit 3"]);
        let status = watch(&mut command, |line| seen.push(line.to_owned())).expect("sh runs");
        assert_eq!(seen, ["one", "two", "three"]);
        assert_eq!(status.code(), Some(3));
    }

    #[test]
    fn a_missing_tool_comes_with_its_remedy() {
        let mut command = Command::new("/nonexistent/git");
        let message = output(&mut command)
            .expect_err("it is not there")
            .to_string();
        assert!(message.contains("apt-get install git"), "{message}");
    }

    #[test]
    fn an_endless_command_is_stopped() {
        let log = tempfile::tempfile().expect("a temporary file");
        let mut command = Command::new("sleep");
        let ended = run_within(command.arg("60"), Duration::from_millis(50), &log);
        assert!(matches!(ended, Ok(Ended::TimedOut)));
    }

    #[test]
    fn a_pipe_fails_with_either_end() {
        let (mut good, mut bad) = (Command::new("true"), Command::new("false"));
        assert!(pipe(&mut good, &mut bad).is_err());
        assert!(pipe(&mut bad, &mut good).is_err());
        assert!(pipe(&mut good, &mut Command::new("true")).is_ok());
    }
}
