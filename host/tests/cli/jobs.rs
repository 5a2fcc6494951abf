//! Long files on several threads.

use std::fs::{self, File};
use std::path::Path;

use crate::support::{Folder, assert_exit, hushgate, stderr, stdout, text, token};

/// More than is redacted on several threads without being asked, with credentials everywhere, one of
/// them in 40,000 lines.
fn long_log() -> String {
    let name = ["PRIVATE", " KEY-----"].concat();
    let mut log = String::new();
    for line in 0..90_000 {
        log.push_str(&format!(
            "{line} an ordinary line of a log that goes on for a while\n"
        ));
        match line % 1_000 {
            0 => log.push_str(&format!("with {}\n", token())),
            500 if line < 50_000 => log.push_str(&"x".repeat(line)),
            _ => {}
        }
        if line == 60_000 {
            log.push_str(&format!("-----BEGIN {name}\n"));
            log.push_str(&"MIIEexample/+0123456789012345678901234567890123456789\n".repeat(40_000));
            log.push_str(&format!("-----END {name}\n"));
        }
    }
    assert!(log.len() > 8 << 20);
    log
}

fn redact(folder: &Folder, options: &[&str], input: &Path) -> (Vec<u8>, String) {
    let (output, report) = (folder.path("out"), folder.path("report"));
    let mut command = hushgate(["redact"]);
    command.args(options).arg("-o").arg(&output);
    let done = command.arg("--report").arg(&report).arg(input).output();
    assert_exit(&done.unwrap(), 0);
    (fs::read(output).unwrap(), text(&report))
}

#[test]
fn the_output_is_the_same_on_any_number_of_threads() {
    let folder = Folder::new();
    let input = folder.file("a.log", long_log());
    for records in ["none", "json"] {
        let (expected, report) = redact(&folder, &["--records", records, "--jobs", "1"], &input);
        assert!(report.lines().count() > 90);
        for options in [&["--jobs", "2"][..], &["-j", "3"], &["-j8"], &[]] {
            let options = [&["--records", records], options].concat();
            let (output, found) = redact(&folder, &options, &input);
            assert!(output == expected, "{options:?}");
            assert!(found == report, "{options:?}");
        }
    }
}

#[test]
fn all_ways_in_and_out() {
    let folder = Folder::new();
    let input = folder.file("a.log", long_log());
    let (expected, _) = redact(&folder, &["--jobs", "1"], &input);

    let mut command = hushgate(["redact", "--jobs", "2"]);
    let redirected = command.stdin(File::open(&input).unwrap()).output().unwrap();
    assert_exit(&redirected, 0);
    assert!(redirected.stdout == expected);

    let mut command = hushgate(["redact", "-i", "--jobs", "2"]);
    assert_exit(&command.arg(&input).output().unwrap(), 0);
    assert!(fs::read(&input).unwrap() == expected);
    assert_eq!(folder.names(), ["a.log", "out", "report"]);
}

#[test]
fn one_that_reads_no_further_ends_it_silently() {
    let folder = Folder::new();
    let input = folder.file("a.log", long_log());
    let mut child = hushgate(["redact", "--jobs", "3"])
        .arg(input)
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_exit(&output, 0);
    assert_eq!(stderr(&output), "");
}

#[test]
fn no_threads_are_refused() {
    for jobs in ["0", "-1", "x", "1000"] {
        let jobs = format!("--jobs={jobs}");
        let output = hushgate(["redact", &jobs]).output().unwrap();
        assert_exit(&output, 2);
        assert_eq!(stdout(&output), "");
        assert!(
            stderr(&output).contains("--jobs <N>"),
            "{}",
            stderr(&output)
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_on_all_threads_that_are_taken_unasked() {
    use std::io::Read;

    let folder = Folder::new();
    let input = folder.path("a.log");
    // One line, twice what the program may take.
    File::create(&input).unwrap().set_len(128 << 20).unwrap();
    let mut child = hushgate(["redact", "--jobs", "8"])
        .arg(input)
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut half = vec![0; 64 << 20];
    stdout.read_exact(&mut half).unwrap();
    // It waits for somebody to read on.
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    drop(stdout);
    child.wait().unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak: u64 = peak.trim().strip_suffix(" kB").unwrap().parse().unwrap();
    assert!(peak < 64 << 10, "{peak} KiB");
}
