//! The small commands, and help.

use crate::support::{Folder, assert_exit, feed, hushgate, stderr, stdout, text, token};

#[test]
fn versions_for_people_and_machines() {
    let output = hushgate(["version", "--json"]).output().unwrap();
    assert_exit(&output, 0);
    let versions: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(versions["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(versions["component"], hushgate::component_digest());
    assert!(versions["rules"].as_str().unwrap().starts_with("sha256:"));

    let output = hushgate(["version"]).output().unwrap();
    assert_exit(&output, 0);
    assert!(stdout(&output).contains(hushgate::component_digest()));
}

#[test]
fn detectors_are_listed() {
    let output = hushgate(["detectors", "list"]).output().unwrap();
    assert_exit(&output, 0);
    assert!(
        stdout(&output)
            .lines()
            .any(|line| line.starts_with("github-pat "))
    );

    let output = hushgate(["detectors", "list", "--json"]).output().unwrap();
    assert_exit(&output, 0);
    let list: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    assert!(
        list.as_array()
            .unwrap()
            .iter()
            .any(|entry| entry["id"] == "github-pat")
    );
}

#[test]
fn detectors_are_shown() {
    let output = hushgate(["detectors", "show", "github-pat", "secret"])
        .output()
        .unwrap();
    assert_exit(&output, 0);
    let said = stdout(&output);
    for part in [
        "github-pat\n  GitHub personal access token",
        "\n  checksum    crc32-base62\n",
        "\n  confidence  medium\n",
        "\n  issuer      GitHub\n",
        "\n  kind        access-token\n",
        "\n  acts as     person\n",
        ", api_key,",
        "\n  since       0.1.0\n",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }

    let output = hushgate(["detectors", "show", "--json", "github-pat"])
        .output()
        .unwrap();
    assert_exit(&output, 0);
    let shown: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(shown[0]["confidence"], "high");
    assert_eq!(shown[0]["checksum"], "crc32-base62");
    assert_eq!(shown[0]["gate"], false);
    assert_eq!(shown[0]["issuer"], "GitHub");
    assert_eq!(shown[0]["kind"], "access-token");
    assert_eq!(shown[0]["principal"], "person");
    assert_eq!(shown[0]["mode"], serde_json::Value::Null);

    let output = hushgate(["detectors", "show", "github-pad"])
        .output()
        .unwrap();
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("did you mean `github-pat`?"));
}

/// A detector with one example, and one counter-example.
fn bundle(example: &str) -> String {
    format!(
        "[[detector]]\nid = 'exf-token'\nsince = '0.1.0'\ndescription = 'Example Forge token.'\n\
         pattern = '\\bexf_[0-9a-f]{{16}}\\b'\nkeywords = ['exf_']\nmax-len = 20\n\
         lifetime = 'static'\nsource = 'https://docs.forge.example/tokens'\n\
         [[detector.example]]\ntext = ['exf_', '{example}']\nredacted = '[exf-token]'\n\
         [[detector.counter-example]]\ntext = 'exf_helper'\nwhy = 'a name'\n"
    )
}

#[test]
fn own_detectors_are_checked() {
    let folder = Folder::new();
    let right = folder.file("right.toml", bundle("0123456789abcdef"));
    let wrong = folder.file("wrong.toml", bundle("0123456789abcde"));

    let output = hushgate(["detectors", "check"])
        .arg(&right)
        .output()
        .unwrap();
    assert_exit(&output, 0);
    let expected = "right.toml: 1 detector, every example comes out as it says\n";
    assert!(stdout(&output).ends_with(expected), "{}", stdout(&output));

    // What is wrong with one does not hide that another is right.
    let output = hushgate(["detectors", "check"])
        .args([&wrong, &right])
        .output()
        .unwrap();
    assert_exit(&output, 2);
    assert!(stdout(&output).ends_with(expected));
    let said = stderr(&output);
    assert!(
        said.contains("wrong.toml:10:1: example 1 is not redacted as it says")
            && !said.contains("0123456"),
        "{said}"
    );

    let output = hushgate(["detectors", "check", "--json"])
        .args([&wrong, &right])
        .output()
        .unwrap();
    assert_exit(&output, 2);
    let verdicts: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    let fault = &verdicts[0]["diagnostics"][0];
    assert_eq!(fault["code"], "wrong-example");
    assert_eq!(fault["detector"], "exf-token");
    assert_eq!([&fault["line"], &fault["column"]], [10, 1]);
    assert!(verdicts[0]["detectors"].is_null());
    assert_eq!(verdicts[1]["detectors"], 1);
    assert!(stderr(&output).is_empty());
}

#[test]
fn every_command_has_help_with_examples() {
    for command in [
        &["--help"][..],
        &["redact", "--help"],
        &["detectors", "--help"],
        &["detectors", "list", "--help"],
        &["detectors", "show", "--help"],
        &["detectors", "check", "--help"],
        &["version", "--help"],
        &["completions", "--help"],
        &["man", "--help"],
    ] {
        let output = hushgate(command).output().unwrap();
        assert_exit(&output, 0);
        assert!(stdout(&output).contains("Examples:"), "{command:?}");
        assert!(stdout(&output).is_ascii(), "colours go to terminals only");
    }
}

#[test]
fn what_is_not_sure_enough_stays() {
    let wrong = ["ghp_", "EXAMPLEnotchecked", "EXAMPLEnotchecked00"].concat();
    let log = format!("{} {wrong}\n", token());
    for (level, expected) in [
        ("high", format!("[github-pat] {wrong}\n")),
        ("medium", String::from("[github-pat] [github-pat]\n")),
        ("low", String::from("[github-pat] [github-pat]\n")),
    ] {
        let output = feed(
            &mut hushgate(["redact", "--min-confidence", level]),
            log.as_bytes(),
        );
        assert_exit(&output, 0);
        assert_eq!(stdout(&output), expected, "{level}");
    }
}

#[test]
fn redact_says_where_secrets_belong() {
    let output = hushgate(["redact", "--help"]).output().unwrap();
    let help = stdout(&output)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        help.contains("Values are never given as arguments"),
        "{help}"
    );
}

#[test]
fn completions_for_each_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = hushgate(["completions", shell]).output().unwrap();
        assert_exit(&output, 0);
        assert!(stdout(&output).contains("fail-on-findings"), "{shell}");
    }
}

#[test]
fn man_pages() {
    let output = hushgate(["man"]).output().unwrap();
    assert_exit(&output, 0);
    assert!(stdout(&output).contains(".TH hushgate 1"));

    let folder = Folder::new();
    let output = hushgate(["man"]).arg(folder.path("")).output().unwrap();
    assert_exit(&output, 0);
    let pages = [
        "hushgate-completions.1",
        "hushgate-detectors-check.1",
        "hushgate-detectors-list.1",
        "hushgate-detectors-show.1",
        "hushgate-detectors.1",
        "hushgate-inspect.1",
        "hushgate-man.1",
        "hushgate-redact.1",
        "hushgate-version.1",
        "hushgate.1",
    ];
    assert_eq!(folder.names(), pages);
    for page in pages {
        let text = text(&folder.path(page));
        // Every page that is named is there.
        for word in text.split_whitespace() {
            if let Some(name) = word.strip_suffix("(1)") {
                let file = format!("{}.1", name.replace('\\', ""));
                assert!(pages.contains(&file.as_str()), "{page} names {name}");
            }
        }
        // Lines of examples stay lines.
        let (_, examples) = text.split_once("EXAMPLES\n.nf\n").unwrap();
        assert!(examples.lines().next().unwrap().len() > 10, "{page}");
        assert!(text.contains("hushgate 0.1.0"), "{page}");
    }
    let redact = text(&folder.path("hushgate-redact.1"));
    assert!(redact.contains("[OPTIONS] [FILE]"), "{redact}");
    assert!(redact.contains(".SH \"EXIT CODES\""), "{redact}");

    let output = hushgate(["man", "no/such/folder"]).output().unwrap();
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("cannot write to `no/such/folder`"));
}
