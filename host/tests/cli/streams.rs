//! Standard input and output.

use std::io::{Read, Write};
use std::process::Stdio;

use crate::support::{Folder, assert_exit, feed, hushgate, stderr, stdout, token};

#[test]
fn a_stream_comes_out_redacted_and_quietly() {
    let input = format!("GET /pull with {}\nplain \u{e9}\n", token());
    let output = feed(&mut hushgate(["redact"]), input.as_bytes());
    assert_exit(&output, 0);
    assert_eq!(
        stdout(&output),
        "GET /pull with [github-pat]\nplain \u{e9}\n"
    );
    assert_eq!(stderr(&output), "");
}

#[test]
fn bytes_that_are_no_text_pass() {
    let input: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let output = feed(&mut hushgate(["redact"]), &input);
    assert_exit(&output, 0);
    assert!(output.stdout == input);
}

#[test]
fn an_empty_stream_stays_empty() {
    let output = feed(&mut hushgate(["redact"]), b"");
    assert_exit(&output, 0);
    assert!(output.stdout.is_empty());
}

#[test]
fn stars_instead_of_labels() {
    let output = feed(
        &mut hushgate(["redact", "--style", "stars"]),
        token().as_bytes(),
    );
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "***");
}

#[test]
fn own_rules_beside_the_built_in_ones() {
    let folder = Folder::new();
    let bundle = folder.file(
        "rules.toml",
        r#"
            [[detector]]
            id = "exf-session-token"
            since = "0.1.0"
            description = "Example Forge session token: acts as one user until it expires."
            pattern = '\bexf_(?<body>[0-9A-Za-z]{30})(?<check>[0-9A-Za-z]{6})\b'
            keywords = ["exf_"]
            max-len = 40
            checksum = { algorithm = "crc32-base62", over = "body", equals = "check" }
            lifetime = "session"
            source = "https://docs.forge.example/tokens#format"

            [[detector.example]]
            text = ["token=exf_", "EXAMPLEonlyEXAMPLEonlyEXAMPLE0", "1YEiuC", " ok"]
            redacted = "token=[exf-session-token] ok"

            [[detector.counter-example]]
            text = ["exf_", "helper_function_that_is_thirty_six_"]
            why = "an identifier: underscores are outside the alphabet"
        "#,
    );
    let own = ["exf_", "EXAMPLEonlyEXAMPLEonlyEXAMPLE01YEiuC"].concat();
    let mut command = hushgate(["redact", "--bundle"]);
    let output = feed(
        command.arg(bundle),
        format!("{own} {}\n", token()).as_bytes(),
    );
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "[exf-session-token] [github-pat]\n");
}

#[test]
fn findings_fail_only_on_request() {
    let found = feed(
        &mut hushgate(["redact", "--fail-on-findings"]),
        token().as_bytes(),
    );
    assert_exit(&found, 1);
    assert_eq!(stdout(&found), "[github-pat]");
    let clean = feed(&mut hushgate(["redact", "--fail-on-findings"]), b"clean\n");
    assert_exit(&clean, 0);
}

#[test]
fn a_prompt_is_shown_before_the_input_ends() {
    let mut child = hushgate(["redact", "--line-buffered"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut shown = [0; 10];
    stdin.write_all(b"Password: ").unwrap();
    // Returns when the prompt is there: the input is still open.
    stdout.read_exact(&mut shown).unwrap();
    assert_eq!(&shown, b"Password: ");
    // Settling has not made the stream forget what came before.
    let (head, tail) = ("ghp_EXAMPLEnever", "EXAMPLEissuedEXAMP0Fs62F\n");
    stdin.write_all(format!("ok\n{head}").as_bytes()).unwrap();
    stdout.read_exact(&mut shown[..3]).unwrap();
    assert_eq!(&shown[..3], b"ok\n");
    stdin.write_all(tail.as_bytes()).unwrap();
    drop(stdin);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "[github-pat]\n");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_closed_pipe_ends_the_program_silently() {
    let mut child = hushgate(["redact"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    // Far more than any pipe holds: it ends when the program stops reading.
    let line = [b'x'; 1 << 16];
    while stdin.write_all(&line).is_ok() {}
    let output = child.wait_with_output().unwrap();
    assert_exit(&output, 0);
    assert_eq!(stderr(&output), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_reported() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = feed(hushgate(["redact"]).stdout(full), token().as_bytes());
    assert_exit(&output, 2);
    assert!(
        stderr(&output).starts_with("error: cannot write standard output: no space left"),
        "{}",
        stderr(&output)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_whatever_the_input() {
    use std::fs;

    // One line of 192 MiB: three times what the program may take.
    let mut child = hushgate(["redact"]).stdin(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
    let zeros = vec![0; 1 << 20];
    for _ in 0..192 {
        stdin.write_all(&zeros).unwrap();
    }
    let status = fs::read_to_string(status).unwrap();
    drop(stdin);
    assert_eq!(reader.join().unwrap().unwrap(), 192 << 20);
    assert_exit(&child.wait_with_output().unwrap(), 0);
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak: u64 = peak.trim().strip_suffix(" kB").unwrap().parse().unwrap();
    assert!(peak < 64 << 10, "{peak} KiB");
}

#[test]
fn records_stay_json() {
    let mut command = hushgate(["redact", "--records", "json", "--register-env", "PASSWORD"]);
    command.env("PASSWORD", "correct-horse-battery");
    let input = "{\"a\":\"\\u0063orrect-horse-battery\",\"n\":1.50}\nplain\n";
    let output = feed(&mut command, input.as_bytes());
    assert_exit(&output, 0);
    assert_eq!(
        stdout(&output),
        "{\"a\":\"[registered]\",\"n\":1.50}\nplain\n"
    );
}
