//! `hushgate inspect`: values come from anywhere but the command line, and are told of without being shown.

use std::fs;

use serde_json::Value;

use crate::support::{Folder, assert_exit, feed, hushgate, stderr, stdout, token};

/// The moment of the tests.
const AT: &str = "--at=2026-11-25T14:30:00Z";

/// The private key of RFC 8410, in DER: a header and its 32 bytes.
const DER: &str = "302e020100300506032b657004220420\
                   d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .bytes()
        .map(|it| char::from(it).to_digit(16))
        .map(|it| it.unwrap() as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn for_people() {
    let output = feed(&mut hushgate(["inspect", AT]), token().as_bytes());
    assert_exit(&output, 0);
    let said = stdout(&output);
    for part in [
        "github-pat",
        "GitHub",
        "high: its checksum is right",
        "static",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("valid"), "{said}");
}

#[test]
fn for_programs() {
    let output = feed(&mut hushgate(["inspect", "--json", AT]), token().as_bytes());
    assert_exit(&output, 0);
    let said = json(stdout(&output));
    assert_eq!(said["shapes"][0]["id"], "github-pat");
    assert_eq!(said["shapes"][0]["checksum"], "right");
    assert_eq!(said["shapes"][0]["ground"], "checksum");
    assert_eq!(said["violations"], Value::Null, "nothing was declared");
    assert_eq!(said.get("fingerprint"), None);
}

#[test]
fn from_a_file_and_from_the_environment() {
    let folder = Folder::new();
    let path = folder.path("token");
    fs::write(&path, token() + "\n").unwrap();
    let from_file = hushgate(["inspect", "--json"]).arg(&path).output().unwrap();
    assert_exit(&from_file, 0);
    assert_eq!(json(stdout(&from_file))["around"], json(r#"["newline"]"#));
    let from_variable = hushgate(["inspect", "--json", "--env", "TOKEN"])
        .env("TOKEN", token())
        .output()
        .unwrap();
    assert_exit(&from_variable, 0);
    assert_eq!(
        json(stdout(&from_file))["shapes"],
        json(stdout(&from_variable))["shapes"]
    );
}

#[test]
fn a_key_in_der() {
    let folder = Folder::new();
    let path = folder.path("key.der");
    fs::write(&path, bytes(DER)).unwrap();
    let output = hushgate(["inspect", "--json"]).arg(&path).output().unwrap();
    assert_exit(&output, 0);
    let shape = &json(stdout(&output))["shapes"][0];
    assert_eq!(shape["id"], "private-key-base64");
    assert_eq!(shape["facts"]["algorithm"], "Ed25519");
    assert_eq!(shape["facts"]["encrypted"], "no");
}

#[test]
fn what_is_not_known_is_said_to_be_so() {
    let output = feed(&mut hushgate(["inspect"]), b"what is this");
    assert_exit(&output, 0);
    assert!(
        stdout(&output).starts_with("unknown"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_declaration_decides_on_the_exit_code() {
    for (name, input, code, said) in [
        (
            "github-token",
            token(),
            0,
            "nothing contradicts the declaration",
        ),
        ("github-token", token() + "\n", 1, "error[untidy]"),
        ("github-oidc", token(), 1, "error[wrong-shape]"),
        (
            "aws-session",
            "${AWS_KEY}".to_owned(),
            1,
            "error[placeholder]",
        ),
    ] {
        let mut command = hushgate(["inspect", AT, "--declared", name]);
        let output = feed(&mut command, input.as_bytes());
        assert_exit(&output, code);
        assert!(
            stdout(&output).contains(said),
            "{name}: {}",
            stdout(&output)
        );
    }
    let output = feed(
        &mut hushgate(["inspect", "--json", "--declared", "github-oidc"]),
        token().as_bytes(),
    );
    assert_exit(&output, 1);
    let first = &json(stdout(&output))["violations"][0];
    assert_eq!(first["code"], "wrong-shape");
    assert_eq!(first["severity"], "error");
}

#[test]
fn declarations_are_listed() {
    let output = hushgate(["inspect", "--declarations"]).output().unwrap();
    assert_exit(&output, 0);
    assert!(
        stdout(&output)
            .lines()
            .any(|it| it.starts_with("github-oidc "))
    );
    let output = hushgate(["inspect", "--declarations", "--json"])
        .output()
        .unwrap();
    assert_exit(&output, 0);
    assert_eq!(json(stdout(&output))[0]["name"], "github-oidc");
}

#[test]
fn many_at_once() {
    let lines = format!(
        "{{\"id\":1,\"value\":\"{0}\"}}\n\n{{\"id\":\"two\",\"value\":\"{0}\\n\",\"declared\":\"github-token\"}}\n",
        token()
    );
    let output = feed(&mut hushgate(["inspect", "--batch", AT]), lines.as_bytes());
    assert_exit(&output, 1);
    let answers: Vec<Value> = stdout(&output).lines().map(json).collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["id"], 1);
    assert_eq!(answers[0]["shapes"][0]["id"], "github-pat");
    assert_eq!(answers[1]["id"], "two");
    assert_eq!(answers[1]["violations"][0]["code"], "untidy");
}

/// One line that asks nothing takes the answers of the others away from nobody.
#[test]
fn lines_that_cannot_be_answered() {
    let long = format!("{}{}", token(), "a".repeat(1 << 20));
    let longest = format!("{}{}", token(), "a".repeat(8 << 20));
    let lines = [
        format!("{{\"id\":1,\"value\":\"{}\"}}", token()),
        format!("{{\"value\":\"{0}\",\"secret\":\"{0}\"}}", token()),
        format!("[\"{}\"]", token()),
        format!("{{\"id\":4,\"value\":\"x\",\"declared\":\"{}\"}}", token()),
        format!("{{\"id\":5,\"value\":\"{long}\"}}"),
        format!("{{\"id\":6,\"value\":\"{longest}\"}}"),
        format!("{{\"id\":7,\"value\":\"{}\"}}", token()),
        format!("{{\"value\":\"{}", token()),
    ];
    let input = lines.join("\n");
    let output = feed(&mut hushgate(["inspect", "--batch", AT]), input.as_bytes());
    assert_exit(&output, 2);
    let answers: Vec<Value> = stdout(&output).lines().map(json).collect();
    let codes: Vec<Option<&str>> = answers
        .iter()
        .map(|it| it["error"]["code"].as_str())
        .collect();
    let expected = [
        None,
        Some("no-question"),
        Some("no-question"),
        Some("unknown-declaration"),
        Some("too-long"),
        Some("too-long"),
        None,
        Some("no-question"),
    ];
    assert_eq!(codes, expected);
    assert_eq!(answers[3]["id"], 4);
    assert_eq!(answers[3]["error"]["line"], 4);
    assert_eq!(answers[6]["shapes"][0]["id"], "github-pat");
    let told: Vec<&str> = stderr(&output).lines().collect();
    assert_eq!(told.len(), 6, "{told:?}");
    assert!(told[0].starts_with("error: line 2: column "), "{told:?}");
}

#[test]
fn nothing_is_told_to_be_so() {
    for input in ["", " \r\n"] {
        let output = feed(&mut hushgate(["inspect"]), input.as_bytes());
        assert_exit(&output, 0);
        assert!(
            stdout(&output).starts_with("empty: "),
            "{}",
            stdout(&output)
        );
        let output = feed(
            &mut hushgate(["inspect", "--declared", "aws-session"]),
            input.as_bytes(),
        );
        assert_exit(&output, 1);
        assert!(
            stdout(&output).contains("error[empty]"),
            "{}",
            stdout(&output)
        );
    }
}

/// PowerShell writes files in UTF-16, and editors put a mark in front.
#[test]
fn marks_of_encodings() {
    let wide = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = format!("\u{feff}{}\r\n", token());
        text.encode_utf16().flat_map(unit).collect()
    };
    for input in [
        format!("\u{feff}{}\r\n", token()).into_bytes(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
    ] {
        let mut command = hushgate(["inspect", "--json", "--declared", "github-token"]);
        let output = feed(&mut command, &input);
        assert_exit(&output, 1);
        let said = json(stdout(&output));
        assert_eq!(said["shapes"][0]["id"], "github-pat");
        assert_eq!(said["around"], json(r#"["newline","space"]"#));
        assert_eq!(said["violations"][0]["code"], "untidy");
    }
}

/// What is as good as certain stands alone.
#[test]
fn beside_what_is_sure_there_is_no_guess() {
    let output = feed(&mut hushgate(["inspect"]), token().as_bytes());
    assert!(!stdout(&output).contains("perhaps"), "{}", stdout(&output));
}

#[test]
fn the_fingerprint_is_that_of_a_finding() {
    let key = "made-up key of 24 bytes.";
    let inspected = feed(
        hushgate(["inspect", "--json", "--fingerprint-key-env", "KEY"]).env("KEY", key),
        token().as_bytes(),
    );
    assert_exit(&inspected, 0);
    let folder = Folder::new();
    let report = folder.path("report");
    let mut command = hushgate(["redact", "--fingerprint-key-env", "KEY", "--report"]);
    let redacted = feed(command.arg(&report).env("KEY", key), token().as_bytes());
    assert_exit(&redacted, 0);
    let finding = json(fs::read_to_string(&report).unwrap().lines().next().unwrap());
    assert_eq!(
        json(stdout(&inspected))["fingerprint"],
        finding["fingerprint"]
    );
}

#[test]
fn what_is_refused_is_never_shown() {
    let long = format!("{}{}", token(), "a".repeat(1 << 20));
    let own = token();
    let option = format!("--{own}");
    for (arguments, input) in [
        (vec!["inspect"], &*long),
        (vec!["inspect", "--declared", "no-such"], &own),
        (vec!["inspect", "--env", "NOT_SET"], ""),
        (vec!["inspect", "--env", ""], ""),
        (vec!["inspect", "--env", &own], ""),
        (vec!["inspect", "--declared", &own], ""),
        (vec!["inspect", &own], ""),
        (vec!["inspect", "--at", &own], ""),
        (vec!["inspect", "-", &own], ""),
        (vec!["inspect", "--json", "-", &option], ""),
        (vec!["inspect", &option], ""),
        (vec!["inspect", "--batch", "--env", "PATH"], ""),
    ] {
        let output = feed(&mut hushgate(&arguments), input.as_bytes());
        assert_exit(&output, 2);
        let said = stderr(&output);
        assert!(said.starts_with("error: "), "{said}");
        assert!(stdout(&output).is_empty());
    }
}
