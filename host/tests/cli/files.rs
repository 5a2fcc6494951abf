//! Files: read, replaced and reported on.

use std::fs;

use crate::support::{Folder, assert_exit, feed, hushgate, stderr, stdout, text, token};

#[test]
fn files_are_joined_and_each_is_a_stream_of_its_own() {
    let folder = Folder::new();
    let token = token();
    let (head, tail) = token.split_at(20);
    let first = folder.file("first.log", format!("{token}\n{head}"));
    let second = folder.file("second.log", format!("{tail} {token}\n"));
    let mut command = hushgate(["redact"]);
    let output = command.args([&first, &second]).output().unwrap();
    let expected = format!("[github-pat]\n{head}{tail} [github-pat]\n");
    assert_eq!(stdout(&output), expected);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_dash_is_standard_input() {
    let folder = Folder::new();
    let file = folder.file("a.log", "from a file\n");
    let mut command = hushgate(["redact"]);
    command.arg(file).arg("-");
    let output = feed(&mut command, b"from a pipe\n");
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "from a file\nfrom a pipe\n");
}

#[test]
fn an_output_file_is_made_whole_or_not_at_all() {
    let folder = Folder::new();
    let input = folder.file("in.log", format!("a {}\n", token()));
    let target = folder.file("out.log", "as it was\n");
    let missing = folder.path("missing.log");

    let mut command = hushgate(["redact", "-o"]);
    let failed = command
        .arg(&target)
        .args([&input, &missing])
        .output()
        .unwrap();
    assert_exit(&failed, 2);
    assert_eq!(text(&target), "as it was\n");

    let mut command = hushgate(["redact", "-o"]);
    let done = command.arg(&target).arg(&input).output().unwrap();
    assert_exit(&done, 0);
    assert_eq!(text(&target), "a [github-pat]\n");
    assert_eq!(stdout(&done), "");
    assert_eq!(folder.names(), ["in.log", "out.log"]);
}

#[test]
fn the_output_may_be_the_input() {
    let folder = Folder::new();
    let file = folder.file("a.log", format!("a {}\n", token()));
    let mut command = hushgate(["redact", "--output"]);
    assert_exit(&command.arg(&file).arg(&file).output().unwrap(), 0);
    assert_eq!(text(&file), "a [github-pat]\n");
}

#[test]
fn the_report_names_places_and_no_values() {
    let folder = Folder::new();
    let first = folder.file("first.log", format!("a\n b {}\n", token()));
    let report = folder.path("report.jsonl");
    let mut command = hushgate(["redact", "--report"]);
    command.arg(&report).arg(&first).arg("-");
    let output = feed(&mut command, token().as_bytes());
    assert_exit(&output, 0);
    let report = text(&report);
    assert!(!report.contains("EXAMPLE"), "{report}");
    let lines: Vec<serde_json::Value> = report
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let expected = |file: &str, line, column, start| {
        serde_json::json!({
            "rule": "github-pat",
            "file": file,
            "line": line,
            "column": column,
            "span": [start, start + 40],
            "confidence": "high",
            "checksum": "right",
        })
    };
    let name = first.to_str().unwrap();
    assert_eq!(lines, [expected(name, 2, 4, 5), expected("-", 1, 1, 0)]);
}

#[test]
fn a_report_never_overwrites_another_file() {
    let folder = Folder::new();
    let file = folder.file("a.log", "content\n");
    let mut command = hushgate(["redact", "--report"]);
    let output = command.arg(&file).arg(&file).output().unwrap();
    assert_exit(&output, 2);
    assert_eq!(text(&file), "content\n");
}

#[test]
fn what_is_clean_is_not_touched_in_place() {
    let folder = Folder::new();
    let clean = folder.file("clean.log", "nothing here\n");
    let before = fs::metadata(&clean).unwrap();
    let mut command = hushgate(["redact", "--in-place"]);
    assert_exit(&command.arg(&clean).output().unwrap(), 0);
    let after = fs::metadata(&clean).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
    assert_eq!(folder.names(), ["clean.log"]);
}

#[test]
fn in_place_goes_on_behind_a_file_that_fails() {
    let folder = Folder::new();
    let missing = folder.path("missing.log");
    let file = folder.file("a.log", token());
    let mut command = hushgate(["redact", "-i", "--fail-on-findings"]);
    let output = command.arg(&missing).arg(&file).output().unwrap();
    assert_exit(&output, 2);
    assert_eq!(text(&file), "[github-pat]");
    assert_eq!(stderr(&output).matches("error:").count(), 1);
}

#[test]
fn a_dash_is_standard_output() {
    let folder = Folder::new();
    let file = folder.file("a.log", token());
    let mut command = hushgate(["redact", "-o", "-"]);
    let output = command.arg(&file).output().unwrap();
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "[github-pat]");
    assert_eq!(folder.names(), ["a.log"]);

    let mut command = hushgate(["redact", "--in-place", "--report", "-"]);
    let output = command.arg(&file).output().unwrap();
    assert_exit(&output, 0);
    let finding: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(finding["rule"], "github-pat");
    assert_eq!(text(&file), "[github-pat]");
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::fs::{self, Permissions};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::Path;

    use crate::support::{Folder, assert_exit, hushgate, stderr, stdout, text, token};

    #[test]
    fn what_a_link_points_to_is_made() {
        let folder = Folder::new();
        let input = folder.file("in.log", token());
        fs::create_dir(folder.path("logs")).unwrap();
        symlink("logs/second.log", folder.path("first.log")).unwrap();
        symlink("out.log", folder.path("logs/second.log")).unwrap();
        let mut command = hushgate(["redact", "-o"]);
        let output = command.arg(folder.path("first.log")).arg(input).output();
        assert_exit(&output.unwrap(), 0);
        assert_eq!(text(&folder.path("logs/out.log")), "[github-pat]");
        for link in ["first.log", "logs/second.log"] {
            let metadata = fs::symlink_metadata(folder.path(link)).unwrap();
            assert!(metadata.is_symlink(), "{link}");
        }
    }

    #[test]
    fn other_names_of_a_file_are_warned_of() {
        let folder = Folder::new();
        let file = folder.file("a.log", token());
        fs::hard_link(&file, folder.path("b.log")).unwrap();
        let number = fs::metadata(&file).unwrap().ino();
        let in_place = || {
            hushgate(["redact", "--in-place"])
                .arg(&file)
                .output()
                .unwrap()
        };
        let output = in_place();
        assert_exit(&output, 0);
        assert!(
            stderr(&output).starts_with("warning: ") && stderr(&output).contains("hard links"),
            "{}",
            stderr(&output)
        );
        assert!(stderr(&output).contains(&number.to_string()));
        assert_eq!(text(&folder.path("b.log")), token());
        assert_eq!(stderr(&in_place()), "", "the new file has one name");
    }

    #[test]
    fn standard_output_by_its_names_is_appended_to() {
        let folder = Folder::new();
        let file = folder.file("in.log", token());
        for name in ["/dev/stdout", "/dev/fd/1"] {
            let log = folder.file("log", "before ");
            let append = fs::File::options().append(true).open(&log).unwrap();
            let mut command = hushgate(["redact", "-o", name]);
            let output = command.arg(&file).stdout(append).output().unwrap();
            assert_exit(&output, 0);
            assert_eq!(text(&log), "before [github-pat]");
        }
    }

    #[test]
    fn a_name_that_is_no_text_is_reported_as_it_is() {
        let folder = Folder::new();
        let file = folder
            .path("")
            .join(Path::new(OsStr::from_bytes(b"caf\xe9.log")));
        fs::write(&file, token()).unwrap();
        let report = folder.path("report");
        let mut command = hushgate(["redact", "--report"]);
        assert_exit(&command.arg(&report).arg(&file).output().unwrap(), 0);
        let finding: serde_json::Value = serde_json::from_str(&text(&report)).unwrap();
        let bytes: String = file
            .as_os_str()
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(finding["file_bytes"], bytes);
        assert_eq!(finding["file"], file.to_string_lossy().into_owned());

        fs::remove_file(&file).unwrap();
        let output = hushgate(["redact"]).arg(&file).output().unwrap();
        assert_exit(&output, 2);
        assert!(
            stderr(&output).contains("caf\\xe9.log`"),
            "{}",
            stderr(&output)
        );
        assert_eq!(stdout(&output), "");
    }

    #[test]
    fn in_place_keeps_the_mode_and_follows_links() {
        let folder = Folder::new();
        let file = folder.file("a.log", format!("a {}\n", token()));
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        let before = fs::metadata(&file).unwrap();
        let link = folder.path("link.log");
        symlink("a.log", &link).unwrap();

        let mut command = hushgate(["redact", "--in-place"]);
        assert_exit(&command.arg(&link).output().unwrap(), 0);

        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(text(&file), "a [github-pat]\n");
        let after = fs::metadata(&file).unwrap();
        assert_eq!(after.mode() & 0o7777, 0o640);
        assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
        assert_eq!(folder.names(), ["a.log", "link.log"]);
    }

    #[test]
    fn a_new_file_gets_the_mode_of_any_new_file() {
        let folder = Folder::new();
        let other = folder.file("other", "");
        let target = folder.path("out.log");
        let mut command = hushgate(["redact", "-o"]);
        assert_exit(&command.arg(&target).output().unwrap(), 0);
        let mode = |path| fs::metadata(path).unwrap().mode();
        assert_eq!(mode(&target), mode(&other));
    }

    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        let folder = Folder::new();
        let file = folder.file("a.log", "content\n");
        let mut command = hushgate(["redact", "-o", "/dev/null"]);
        assert_exit(&command.arg(&file).output().unwrap(), 0);
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn devices_are_not_redacted_in_place() {
        let output = hushgate(["redact", "--in-place", "/dev/null"])
            .output()
            .unwrap();
        assert_exit(&output, 2);
        assert!(
            stderr(&output).contains("not a regular file"),
            "{}",
            stderr(&output)
        );
    }

    #[test]
    fn a_file_is_not_appended_to_itself() {
        let folder = Folder::new();
        let file = folder.file("a.log", "content\n");
        let append = fs::File::options().append(true).open(&file).unwrap();
        let mut command = hushgate(["redact"]);
        let output = command.arg(&file).stdout(append).output().unwrap();
        assert_exit(&output, 2);
        assert_eq!(text(&file), "content\n");
    }
}
