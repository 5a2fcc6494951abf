//! Styles: what is written in place of findings, and the key of fingerprints.

use crate::support::{VALUE, assert_exit, feed, hushgate, stderr, stdout, token};

const KEY: &str = "0123456789abcdef";

/// Redacts a line with a token and a value.
fn styled(arguments: &[&str]) -> std::process::Output {
    let mut command = hushgate(["redact", "--register-env", "DB_PASSWORD"]);
    command.args(arguments);
    command.env("DB_PASSWORD", VALUE).env("LOG_KEY", KEY);
    feed(&mut command, format!("{} {VALUE}\n", token()).as_bytes())
}

#[test]
fn every_style_has_its_own_words() {
    for (arguments, expected) in [
        (&[][..], "[github-pat] [registered]\n"),
        (&["--style", "label"], "[github-pat] [registered]\n"),
        (&["--style", "stars"], "*** ***\n"),
        (&["--style", "partial"], "ghp_*** ***\n"),
        (
            &["--style", "fingerprint", "--fingerprint-key-env", "LOG_KEY"],
            "[github-pat:8ff62e] [registered:f4b665]\n",
        ),
    ] {
        let output = styled(arguments);
        assert_exit(&output, 0);
        assert_eq!(stdout(&output), expected);
        assert_eq!(stderr(&output), "");
    }
}

#[track_caller]
fn assert_refused(arguments: &[&str], words: &[&str]) {
    let mut command = hushgate(["redact"]);
    command.args(arguments);
    command
        .env("LOG_KEY", KEY)
        .env("EMPTY", "")
        .env("SHORT", "fifteen bytes !");
    let output = feed(&mut command, b"text\n");
    assert_exit(&output, 2);
    assert_eq!(stdout(&output), "");
    let said = stderr(&output);
    assert!(
        said.starts_with("error: ") && said.contains("help: "),
        "{said}"
    );
    for word in words {
        assert!(said.contains(word), "{said}");
    }
    assert!(!said.contains(KEY) && !said.contains("fifteen"), "{said}");
}

#[test]
fn fingerprints_need_a_key_and_a_key_needs_fingerprints() {
    assert_refused(&["--style", "fingerprint"], &["--fingerprint-key-env NAME"]);
    for style in [&[][..], &["--style", "stars"], &["--style", "partial"]] {
        let arguments = [style, &["--fingerprint-key-env", "LOG_KEY"]].concat();
        assert_refused(&arguments, &["without `--style fingerprint`"]);
    }
}

#[test]
fn a_key_that_is_missing_or_too_short_stops_the_program() {
    for (name, word) in [
        ("UNSET", "`UNSET` is not set"),
        ("EMPTY", "`EMPTY` is empty"),
        ("SHORT", "shorter than 16 bytes"),
        ("", "not the name of an environment variable"),
    ] {
        let arguments = ["--style", "fingerprint", "--fingerprint-key-env", name];
        assert_refused(&arguments, &[word]);
    }
    // A key in the place of its name is not repeated.
    let key = format!("{KEY}=");
    let arguments = ["--style", "fingerprint", "--fingerprint-key-env", &key];
    assert_refused(&arguments, &["never goes on the command line"]);
}
