//! Registered values: from the environment and from files.

use crate::support::{Folder, VALUE, assert_exit, feed, hushgate, stderr, stdout};

#[test]
fn a_value_from_the_environment() {
    let mut command = hushgate(["redact", "--register-env", "DB_PASSWORD"]);
    command.env("DB_PASSWORD", VALUE);
    let output = feed(&mut command, format!("login app:{VALUE}\n").as_bytes());
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "login app:[registered]\n");
}

#[test]
fn an_unset_or_empty_variable_warns() {
    let mut command = hushgate([
        "redact",
        "--register-env",
        "UNSET",
        "--register-env",
        "EMPTY",
    ]);
    command.env("EMPTY", "");
    let output = feed(&mut command, b"text\n");
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "text\n");
    assert_eq!(
        stderr(&output),
        "warning: environment variable `UNSET` is not set; nothing is registered for it\n\
         warning: environment variable `EMPTY` is empty; nothing is registered for it\n"
    );
}

#[test]
fn a_value_that_cannot_be_registered_stops_the_program() {
    let mut command = hushgate(["redact", "--register-env", "PIN"]);
    let output = feed(command.env("PIN", "123"), b"the pin is 123\n");
    assert_exit(&output, 2);
    assert_eq!(stdout(&output), "");
    assert!(
        stderr(&output)
            .starts_with("error: cannot register environment variable `PIN`: it is shorter"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_value_in_the_place_of_a_name_is_not_repeated() {
    // It cannot be a name.
    let secret = format!("{VALUE}=");
    let output = hushgate(["redact", "--register-env", &secret])
        .output()
        .unwrap();
    assert_exit(&output, 2);
    // It could be one: `--register-env "$DB_PASSWORD"`.
    let output = feed(
        &mut hushgate(["redact", "--register-env", VALUE]),
        b"text\n",
    );
    assert_exit(&output, 0);
    assert_eq!(
        stderr(&output),
        "warning: an environment variable that `--register-env` names is not set; nothing is \
         registered for it\n"
    );
    let key = ["--style", "fingerprint", "--fingerprint-key-env", VALUE];
    let output = feed(hushgate(["redact"]).args(key), b"text\n");
    assert_exit(&output, 2);
    assert!(
        stderr(&output)
            .contains("an environment variable that `--fingerprint-key-env` names is not set"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_file_is_one_value_without_its_last_newline() {
    let folder = Folder::new();
    let file = folder.file("secret", format!("{VALUE}\nsecond line of it\n"));
    let mut command = hushgate(["redact", "--register-file"]);
    let input = format!("{VALUE}\nsecond line of it, and {VALUE} alone.");
    let output = feed(command.arg(file), input.as_bytes());
    assert_eq!(stdout(&output), "[registered], and [registered] alone.");
}

#[test]
fn a_list_is_a_value_on_each_line() {
    let folder = Folder::new();
    let list = folder.file("secrets", format!("{VALUE}\r\n\nanother-secret-value"));
    let mut command = hushgate(["redact", "--register-list"]);
    let input = format!("{VALUE} another-secret-value\n");
    let output = feed(command.arg(list), input.as_bytes());
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "[registered] [registered]\n");
}

#[test]
fn a_fault_in_a_list_is_named_by_its_line() {
    let folder = Folder::new();
    let list = folder.file("secrets", format!("{VALUE}\nabc\n"));
    let mut command = hushgate(["redact", "--register-list"]);
    let output = feed(command.arg(&list), b"");
    assert_exit(&output, 2);
    let place = format!("{}:2", list.display());
    assert!(stderr(&output).contains(&place), "{}", stderr(&output));
}

#[test]
fn empty_files_of_secrets_warn() {
    let folder = Folder::new();
    let empty = folder.file("empty", "\n");
    for option in ["--register-file", "--register-list"] {
        let mut command = hushgate(["redact", option]);
        let output = feed(command.arg(&empty), b"text\n");
        assert_exit(&output, 0);
        assert!(
            stderr(&output).starts_with("warning: "),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn files_of_secrets_that_cannot_be_read_stop_the_program() {
    let folder = Folder::new();
    for option in ["--register-file", "--register-list"] {
        for path in [folder.path("missing"), folder.path("")] {
            let mut command = hushgate(["redact", option]);
            let output = feed(command.arg(&path), VALUE.as_bytes());
            assert_exit(&output, 2);
            assert_eq!(stdout(&output), "");
            assert!(stderr(&output).contains("help: "), "{}", stderr(&output));
        }
    }
}

#[test]
fn values_come_from_standard_input_where_that_is_no_input() {
    let folder = Folder::new();
    let log = folder.file("a.log", format!("login {VALUE}\n"));
    for option in ["--register-file", "--register-list"] {
        let output = feed(
            hushgate(["redact", option, "-"]).arg(&log),
            format!("{VALUE}\n").as_bytes(),
        );
        assert_exit(&output, 0);
        assert_eq!(stdout(&output), "login [registered]\n", "{option}");

        for arguments in [&[option, "-"][..], &[option, "-", "a.log", "-"]] {
            let output = feed(
                hushgate(["redact"])
                    .args(arguments)
                    .current_dir(folder.path("")),
                VALUE.as_bytes(),
            );
            assert_exit(&output, 2);
            let said = stderr(&output);
            assert!(said.contains("both the values and the text"), "{said}");
        }
    }
    let twice = ["redact", "--register-file", "-", "--register-list", "-"];
    let output = feed(hushgate(twice).arg(&log), VALUE.as_bytes());
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("more than one option"));
}

#[test]
fn lists_in_another_encoding_are_refused() {
    let folder = Folder::new();
    let log = folder.file("a.log", "text\n");
    let wide = |mark: [u8; 2]| [&mark[..], b"c\0o\0r\0"].concat();
    for (mark, name) in [
        ([0xff, 0xfe], "UTF-16 (little-endian)"),
        ([0xfe, 0xff], "UTF-16 (big-endian)"),
    ] {
        let list = folder.file("list", wide(mark));
        let output = hushgate(["redact", "--register-list"])
            .args([&list, &log])
            .output()
            .unwrap();
        assert_exit(&output, 2);
        assert!(stderr(&output).contains(name), "{}", stderr(&output));
        // As one value it may be what it is.
        let output = hushgate(["redact", "--register-file"])
            .args([&list, &log])
            .output()
            .unwrap();
        assert_exit(&output, 0);
        assert!(stderr(&output).contains(name), "{}", stderr(&output));
    }
}

#[test]
fn blanks_around_a_value_are_told() {
    let folder = Folder::new();
    let log = folder.file("a.log", format!("login {VALUE} \n"));
    let list = folder.file("list", format!("another-value\n{VALUE} \n"));
    let output = hushgate(["redact", "--register-list"])
        .args([&list, &log])
        .output()
        .unwrap();
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "login [registered]\n");
    assert!(stderr(&output).contains("list:2 begins or ends with a blank"));
    let value = folder.file("value", format!("{VALUE} \n"));
    let output = hushgate(["redact", "--register-file"])
        .args([&value, &log])
        .output()
        .unwrap();
    assert!(stderr(&output).contains("value` begins or ends with a blank"));
    let output = hushgate(["redact", "--register-env", "BLANK_SECRET"])
        .arg(&log)
        .env("BLANK_SECRET", format!(" {VALUE}"))
        .output()
        .unwrap();
    assert!(stderr(&output).contains("begins or ends with a blank"));
}
