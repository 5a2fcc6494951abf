//! Streams of JSON records, and batches of them.

#[cfg(test)]
mod tests {
    use hushgate::{Finding, Framing, Gate, GateError, Limits, Registry};

    const REGISTERED: &str = "correct-horse-battery";
    /// The same as a writer may escape it.
    const ESCAPED: &str = r"\u0063orrect-horse-batter\u0079";

    fn registry() -> Registry {
        let registry = Registry::new();
        registry.add(REGISTERED.as_bytes()).unwrap();
        registry
    }

    fn gate(limits: Limits) -> Gate {
        Gate::builder()
            .registry(&registry())
            .framing(Framing::Json)
            .findings(true)
            .limits(limits)
            .open()
            .unwrap()
    }

    fn stream() -> Vec<u8> {
        let text = format!(
            "{{\"a\":\"{ESCAPED}\",\"n\":1.50}}\nplain {REGISTERED}\n[\"{REGISTERED}\", \
             \"{ESCAPED}\"]\n{{\"open\":\"{ESCAPED}\"}}"
        );
        text.into_bytes()
    }

    fn run(gate: &Gate) -> (String, Vec<Finding>, Result<(), GateError>) {
        let mut redactor = gate.redactor().unwrap();
        let mut output = Vec::new();
        for piece in stream().chunks(19) {
            if let Err(error) = redactor.push(piece, &mut output) {
                assert_eq!(error.code(), "withheld");
            }
        }
        let ended = redactor.finish(&mut output);
        let findings = redactor.findings();
        (String::from_utf8(output).unwrap(), findings, ended)
    }

    #[test]
    fn records_stay_records() {
        let (output, findings, ended) = run(&gate(Limits::default()));
        assert_eq!(ended, Ok(()));
        assert_eq!(
            output,
            "{\"a\":\"[registered]\",\"n\":1.50}\nplain [registered]\n[\"[registered]\", \
             \"[registered]\"]\n{\"open\":\"[registered]\"}"
        );
        let lines: Vec<u64> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 2, 3, 3, 4]);
    }

    #[test]
    fn one_failure_anywhere_changes_nothing() {
        let limits = Limits::default().trip([]);
        let counted = gate(limits.clone());
        let opened = limits.calls();
        let expected = run(&counted);
        for call in opened..limits.calls() {
            let disturbed = run(&gate(Limits::default().trip([call])));
            assert_eq!(disturbed, expected, "call {call}");
        }
    }

    #[test]
    fn a_long_record_in_small_pieces() {
        let filler = "x".repeat(900_000);
        let record = format!("{{\"a\":\"{ESCAPED}\",\"b\":\"{filler}\"}}\n");
        let mut redactor = gate(Limits::default()).redactor().unwrap();
        let mut output = Vec::new();
        for piece in record.as_bytes().chunks(300) {
            redactor.push(piece, &mut output).unwrap();
        }
        redactor.finish(&mut output).unwrap();
        let expected = format!("{{\"a\":\"[registered]\",\"b\":\"{filler}\"}}\n");
        assert!(output == expected.as_bytes());
    }

    #[test]
    fn a_batch_is_a_stream_for_each_record() {
        let record = format!("[\"{ESCAPED}\"]");
        let broken = format!("[\"{REGISTERED}");
        let many = vec![record.as_str(); 10_000];
        let records = [&["", "{}", &broken], many.as_slice(), &[&broken]].concat();
        for limits in [Limits::default(), Limits::default().trip([7])] {
            let redacted = gate(limits).redact_batch(&records).unwrap();
            assert_eq!(redacted.len(), records.len());
            let outputs = redacted.iter().map(|one| one.output.as_slice());
            let mut expected = vec![&b""[..], b"{}", b"[\"[registered]"];
            expected.extend(vec![&b"[\"[registered]\"]"[..]; 10_000]);
            expected.push(b"[\"[registered]");
            assert!(outputs.eq(expected));
            let found = |at: usize| redacted[at].findings.iter().map(|one| one.span.start);
            assert!(found(0).eq([]) && found(1).eq([]));
            assert!(found(3).eq([2]) && found(10_002).eq([2]));
        }
    }

    #[test]
    fn a_batch_that_fails_releases_nothing() {
        let limits = Limits::default().trip([]);
        let counted = gate(limits.clone());
        let opened = limits.calls();
        counted.redact_batch(&["[1]"]).unwrap();
        assert!(limits.calls() > opened);
        let broken = gate(Limits::default().trip(opened..opened + 1000));
        let error = broken.redact_batch(&[REGISTERED]).unwrap_err();
        assert!(!error.to_string().contains(REGISTERED), "{error}");
    }

    /// Whoever writes the log decides how many findings there are, and where.
    #[test]
    fn time_is_linear_in_what_is_found() {
        let registry = Registry::new();
        registry.add(b"hunter2-hunter2").unwrap();
        let gate = Gate::builder()
            .registry(&registry)
            .framing(Framing::Json)
            .findings(true)
            .open()
            .unwrap();
        let lines = |value: &str| format!("[\"{value}\"]\n{value}\n").repeat(60_000);
        // With the square of it, one call would take minutes and be stopped.
        let redacted = gate.redact_batch(&[&lines("hunter2-hunter2")]).unwrap();
        assert_eq!(redacted[0].findings.len(), 120_000);
        assert!(redacted[0].output == lines("[registered]").as_bytes());
    }
}
