//! Signals that end the program: it leaves no unfinished file, and ends as signals end programs.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};

use crate::support::{Folder, text, token};

/// Numbers and names of the signals that end programs.
const SIGNALS: [(i32, &str); 4] = [(1, "HUP"), (2, "INT"), (3, "QUIT"), (15, "TERM")];

fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// The program with no signal ignored, whatever started the tests: what runs them in the background
/// may ignore some, and that is inherited.
fn heeding_signals() -> Command {
    let program = env!("CARGO_BIN_EXE_hushgate");
    if cfg!(target_os = "linux") {
        let mut command = Command::new("env");
        command.args(["--default-signal", program]);
        command
    } else {
        Command::new(program)
    }
}

fn temporary(folder: &Folder) -> usize {
    let names = folder.names();
    names
        .iter()
        .filter(|name| name.starts_with(".hushgate-"))
        .count()
}

#[test]
fn an_output_that_is_not_done_is_removed() {
    for (number, signal) in SIGNALS {
        let folder = Folder::new();
        let output = folder.file("out.log", "as it was");
        let mut child = heeding_signals()
            .args(["redact", "-o"])
            .arg(&output)
            .current_dir(folder.path(""))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // More than a pipe holds: when it is written, the program has begun to read.
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&vec![b'x'; 1 << 20]).unwrap();
        assert_eq!(temporary(&folder), 1, "{signal}");
        send(&child, signal);
        assert_eq!(child.wait().unwrap().signal(), Some(number), "{signal}");
        assert_eq!(text(&output), "as it was");
        assert_eq!(folder.names(), ["out.log"], "{signal}");
    }
}

#[test]
fn a_file_that_is_not_done_stays_as_it_was() {
    let folder = Folder::new();
    let content = format!("{}\n", token()).repeat(4_000);
    let file = folder.file("a.log", &content);
    let mut command = heeding_signals();
    command.args(["redact", "--in-place", "--report", "-"]);
    let mut child = command.arg(&file).stdout(Stdio::piped()).spawn().unwrap();
    // The report is more than a pipe holds, so the program is still busy behind its first byte.
    let mut report = child.stdout.take().unwrap();
    report.read_exact(&mut [0]).unwrap();
    assert_eq!(temporary(&folder), 1);
    send(&child, "TERM");
    assert_eq!(child.wait().unwrap().signal(), Some(15));
    assert_eq!(text(&file), content);
    assert_eq!(folder.names(), ["a.log"]);
}

#[test]
fn a_signal_that_is_ignored_stays_so() {
    let folder = Folder::new();
    let output = folder.path("out.log");
    // What `nohup` does.
    let script = "trap '' HUP && exec \"$0\" redact -o \"$1\"";
    let mut child = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_hushgate")])
        .arg(&output)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&vec![b'x'; 1 << 20]).unwrap();
    send(&child, "HUP");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(text(&output).len(), 1 << 20);
}

#[test]
fn a_report_that_is_not_done_stays_as_it_was() {
    let folder = Folder::new();
    let report = folder.file("report.jsonl", "as it was");
    let mut child = heeding_signals()
        .args(["redact", "--report"])
        .arg(&report)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines = format!("{}\n", token()).repeat(40_000);
    stdin.write_all(lines.as_bytes()).unwrap();
    assert_eq!(temporary(&folder), 1);
    send(&child, "TERM");
    assert_eq!(child.wait().unwrap().signal(), Some(15));
    assert_eq!(text(&report), "as it was");
    assert_eq!(folder.names(), ["report.jsonl"]);
}

#[test]
fn a_pipe_is_refused_in_place_and_not_waited_for() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let output = crate::support::hushgate(["redact", "--in-place"])
        .arg(&pipe)
        .output()
        .unwrap();
    crate::support::assert_exit(&output, 2);
    assert!(crate::support::stderr(&output).contains("is not a regular file"));
}
