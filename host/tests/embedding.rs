//! The library as a program embeds it.

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use hushgate::{Gate, GateError, RegisterError, Registry, Style};

    fn token() -> String {
        ["ghp_", "EXAMPLEneverEXAMPLEissuedEXAMP0Fs62F"].concat()
    }

    fn gate() -> Gate {
        Gate::builder().registry(&Registry::new()).open().unwrap()
    }

    #[test]
    fn text_and_bytes_give_the_same() {
        let text = format!("a {} b\n", token());
        let redacted = gate().redact_text(&text).unwrap();
        assert_eq!(redacted, "a [github-pat] b\n");
        assert_eq!(gate().redact(text.as_bytes()).unwrap(), redacted.as_bytes());
    }

    #[test]
    fn long_input_is_cut_inside_and_comes_out_whole() {
        let line = format!("é a {} b\n", token());
        let text = line.repeat(10_000);
        let expected = "é a [github-pat] b\n".repeat(10_000);
        assert!(gate().redact_text(&text).unwrap() == expected);
        assert!(gate().redact(text.as_bytes()).unwrap() == expected.as_bytes());
    }

    #[test]
    fn findings_have_places_and_no_values() {
        let gate = Gate::builder()
            .registry(&Registry::new())
            .findings(true)
            .open()
            .unwrap();
        let mut redactor = gate.redactor().unwrap();
        let mut output = Vec::new();
        let text = format!("first line\nthen {}\n", token());
        redactor.push_text(&text, &mut output).unwrap();
        redactor.finish(&mut output).unwrap();
        let findings = redactor.findings();
        let [finding] = findings.as_slice() else {
            panic!("{findings:?}");
        };
        assert_eq!(finding.rule, "github-pat");
        assert_eq!(finding.span, 16..56);
        assert_eq!((finding.line, finding.column), (2, 6));
        assert!(!format!("{finding:?}").contains("EXAMPLE"));
        assert!(redactor.findings().is_empty());
    }

    #[test]
    fn one_redactor_serves_stream_after_stream() {
        let gate = gate();
        let mut redactor = gate.redactor().unwrap();
        for _ in 0..3 {
            let mut output = Vec::new();
            redactor.push_text(&token(), &mut output).unwrap();
            redactor.finish(&mut output).unwrap();
            assert_eq!(output, b"[github-pat]");
        }
    }

    #[test]
    fn stars_and_chosen_detectors() {
        let builder = || Gate::builder().registry(&Registry::new());
        let stars = builder().style(Style::Stars).open().unwrap();
        assert_eq!(stars.redact_text(&token()).unwrap(), "***");
        let other = builder().detectors(["gitlab-pat"]).open().unwrap();
        assert_eq!(other.redact_text(&token()).unwrap(), token());
        assert_eq!(
            builder().detectors(["githb-pat"]).open().unwrap_err(),
            GateError::UnknownDetector {
                id: "githb-pat".into(),
                nearest: Some("github-pat".into()),
            }
        );
    }

    #[test]
    fn a_refused_bundle_names_all_its_faults() {
        let error = Gate::builder()
            .bundle("[[detector]]\nid = 'Not An Id'\n")
            .open()
            .unwrap_err();
        let GateError::RulesRefused(faults) = &error else {
            panic!("{error:?}");
        };
        assert!(faults.len() > 1, "{faults:?}");
        assert!(faults.iter().all(|fault| !fault.code.is_empty()));
    }

    #[test]
    fn gates_of_one_rule_set_have_one_digest() {
        assert_eq!(gate().digests(), Gate::open().unwrap().digests());
        assert!(gate().digests().rules.starts_with("sha256:"));
        let detectors = gate().detectors().unwrap();
        assert!(detectors.is_sorted_by(|a, b| a.id < b.id));
        assert!(detectors.iter().any(|detector| detector.id == "github-pat"));
    }

    #[test]
    fn refused_values_say_why() {
        let registry = Registry::new();
        assert_eq!(
            registry.add(b"abc"),
            Err(RegisterError::TooShort { least: 4 })
        );
        assert_eq!(registry.add(b"    "), Err(RegisterError::Trivial));
        assert!(matches!(
            registry.add(&vec![b'x'; (64 << 10) + 1]),
            Err(RegisterError::TooLong { .. })
        ));
    }

    /// Takes a few bytes, then refuses once, as a socket does that would block.
    #[derive(Default)]
    struct Reluctant {
        taken: Vec<u8>,
        calls: usize,
    }

    impl Write for Reluctant {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.calls += 1;
            if self.calls.is_multiple_of(2) {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let count = bytes.len().min(5);
            self.taken.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_writer_that_fails_loses_nothing_and_repeats_nothing() {
        let text = format!("{} and more text\n", token()).repeat(3);
        let mut writer = gate().writer(Reluctant::default()).unwrap();
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            if let Ok(count) = writer.write(&rest[..rest.len().min(30)]) {
                rest = &rest[count..];
            }
        }
        while writer.finish().is_err() {}
        let expected = "[github-pat] and more text\n".repeat(3);
        assert_eq!(
            String::from_utf8(writer.into_inner().taken).unwrap(),
            expected
        );
    }

    #[test]
    fn flush_releases_a_prompt() {
        let mut writer = gate().writer(Vec::new()).unwrap();
        write!(writer, "Password: ").unwrap();
        writer.flush().unwrap();
        assert_eq!(writer.get_ref(), b"Password: ");
    }
}
