//! Bad usage and bad input: exit code 2, a reason, what to do about it, and no output.

use crate::support::{Folder, assert_exit, feed, hushgate, stderr, stdout, token};

#[track_caller]
fn assert_refused(arguments: &[&str], message: &str) {
    let output = hushgate(arguments).output().unwrap();
    assert_exit(&output, 2);
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains(message), "{}", stderr(&output));
}

#[test]
fn usage() {
    assert_refused(&[], "Usage: hushgate <COMMAND>");
    assert_refused(&["redcat"], "a similar subcommand exists: 'redact'");
    assert_refused(&["redact", "--styl", "stars"], "--style");
    assert_refused(
        &["redact", "--style", "dots"],
        "[possible values: label, stars, fingerprint, partial]",
    );
    assert_refused(&["redact", "--in-place"], "<FILE>");
    assert_refused(
        &["redact", "--in-place", "-o", "x", "y"],
        "cannot be used with",
    );
    assert_refused(
        &["redact", "--in-place", "-"],
        "standard input cannot be redacted in place",
    );
}

#[test]
fn unreadable_files() {
    let folder = Folder::new();
    let folder = folder.path("");
    let folder = folder.to_str().unwrap();
    assert_refused(
        &["redact", "no-such-file"],
        "error: cannot read `no-such-file`: no such file or directory\n  help: check the name",
    );
    assert_refused(
        &["redact", folder],
        "is a directory\n  help: name the files in it",
    );
    assert_refused(&["redact", "--in-place", folder], "is a directory");
}

#[cfg(unix)]
#[test]
fn a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::path::Path;

    let folder = Folder::new();
    let file = folder.file("secret.log", token());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&file).is_ok() {
        // Root reads everything, so somebody else has to try. They may not reach the program
        // where it was built.
        let program = folder.path("hushgate");
        // Copied by a process of its own: another test that starts one meanwhile would keep the
        // file open for writing for a moment, and what is open for writing cannot be run.
        let copied = std::process::Command::new("cp")
            .args([Path::new(env!("CARGO_BIN_EXE_hushgate")), &program])
            .status();
        assert!(copied.unwrap().success());
        let everybody = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&program, everybody.clone()).unwrap();
        std::fs::set_permissions(program.parent().unwrap(), everybody).unwrap();
        let mut command = std::process::Command::new(program);
        command.arg("redact").arg(&file).uid(65534).gid(65534);
        let output = command.output().unwrap();
        assert_exit(&output, 2);
        assert_eq!(stdout(&output), "");
        assert!(stderr(&output).contains("permission denied"));
        return;
    }
    assert_refused(&["redact", file.to_str().unwrap()], "permission denied");
}

#[test]
fn unwritable_files() {
    let folder = Folder::new();
    let file = folder.file("a.log", token());
    let input = file.to_str().unwrap();
    for target in [
        folder.path("no/such/folder"),
        file.join("below"),
        folder.path(""),
    ] {
        let target = target.to_str().unwrap();
        assert_refused(&["redact", "-o", target, input], "error: cannot write `");
        assert_refused(
            &["redact", "--report", target, input],
            "error: cannot write `",
        );
    }
}

#[test]
fn other_files_are_still_redacted() {
    let folder = Folder::new();
    let file = folder.file("a.log", token());
    let mut command = hushgate(["redact", "no-such-file"]);
    let output = command.arg(file).output().unwrap();
    assert_exit(&output, 2);
    assert_eq!(stdout(&output), "[github-pat]");
}

#[test]
fn an_unknown_detector() {
    assert_refused(
        &["redact", "--detectors", "gitlab-pat,githb-pat"],
        "error: there is no detector `githb-pat`\n  help: did you mean `github-pat`?",
    );
}

#[test]
fn a_detector_without_an_id() {
    for list in ["", "github-pat,", ",", " "] {
        assert_refused(
            &["redact", "--detectors", list],
            "error: `--detectors` names a detector without an id\n  help: check its commas, or",
        );
    }
}

#[test]
fn a_report_where_the_text_goes() {
    for options in [
        &["redact", "--report"][..],
        &["redact", "-o", "-", "--report"],
    ] {
        for report in ["-", "/dev/stdout"] {
            let mut arguments = options.to_vec();
            arguments.push(report);
            assert_refused(&arguments, "standard output carries the redacted text");
        }
    }
}

#[test]
fn a_bundle_that_is_no_toml() {
    let folder = Folder::new();
    let bundle = folder.file("rules.toml", "[[detector]]\nid = our-token\n");
    assert_refused(
        &["detectors", "list", "--bundle", bundle.to_str().unwrap()],
        "\n  help: correct the TOML here",
    );
}

#[test]
fn a_bundle_with_faults_is_named_by_place() {
    let folder = Folder::new();
    let bundle = folder.file(
        "rules.toml",
        "[[detector]]\nid = 'our-token'\npatern = 'x'\n",
    );
    let bundle = bundle.to_str().unwrap();
    for command in [["redact", "--bundle"], ["detectors", "list"]] {
        let mut command = hushgate(command);
        if command.get_args().last().unwrap() == "list" {
            command.arg("--bundle");
        }
        let output = feed(command.arg(bundle), token().as_bytes());
        assert_exit(&output, 2);
        assert_eq!(stdout(&output), "");
        let place = format!("error: {bundle}:3:");
        assert!(stderr(&output).contains(&place), "{}", stderr(&output));
        assert!(stderr(&output).contains("patern"), "{}", stderr(&output));
    }
}

#[test]
fn a_bundle_that_is_no_text() {
    let folder = Folder::new();
    let bundle = folder.file("rules.toml", b"\xff");
    assert_refused(
        &["redact", "--bundle", bundle.to_str().unwrap()],
        "is not UTF-8",
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_gate_that_cannot_work_writes_nothing() {
    let output = feed(&mut limited(40_000), token().as_bytes());
    assert_exit(&output, 3);
    assert_eq!(stdout(&output), "");
    assert!(
        stderr(&output).starts_with(
            "error: the address space is limited to 39 MiB, too little for a sandbox\n  help: raise"
        ),
        "{}",
        stderr(&output)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn scarce_address_space_is_enough() {
    // wasmtime would like 4 GiB for each sandbox.
    let output = feed(&mut limited(512 << 10), token().as_bytes());
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "[github-pat]");
    assert_eq!(stderr(&output), "");
}

/// `hushgate redact` with so many KiB of address space.
#[cfg(target_os = "linux")]
fn limited(space: u32) -> std::process::Command {
    let script = format!("ulimit -v {space} && exec \"$0\" redact");
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", &script, env!("CARGO_BIN_EXE_hushgate")])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    command
}

#[cfg(unix)]
#[test]
fn a_report_into_the_file_that_standard_output_leads_to() {
    let folder = Folder::new();
    let file = folder.file("a.log", token());
    for report in ["r", "./r"] {
        let script = format!(
            "cd '{}' && '{}' redact --report {report} a.log > r",
            file.parent().unwrap().display(),
            env!("CARGO_BIN_EXE_hushgate"),
        );
        let output = std::process::Command::new("sh")
            .arg("-c")
            .arg(script)
            .output()
            .unwrap();
        assert_exit(&output, 2);
        assert!(stderr(&output).contains("both the report and another file"));
    }
    let (new, same) = (folder.path("new"), folder.path("./new"));
    let (new, same) = (new.to_str().unwrap(), same.to_str().unwrap());
    assert_refused(
        &[
            "redact",
            "-o",
            new,
            "--report",
            same,
            file.to_str().unwrap(),
        ],
        "both the report and another file",
    );
}
