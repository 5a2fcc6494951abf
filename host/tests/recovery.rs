//! What happens when the sandbox fails: the stream goes on in a new one as if nothing had been,
//! or the output says how much is missing. Nothing unredacted comes out either way.
//!
//! `Limits::trip` makes numbered calls into the sandbox hit their deadline. The calls are real,
//! and so are their traps.

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::thread;

    use hushgate::{Finding, Gate, GateError, Key, Limits, Registry, Style};

    const REGISTERED: &str = "correct-horse-battery";

    /// The stream in pieces that cut through credentials.
    fn stream() -> Vec<Vec<u8>> {
        let token = ["ghp_", "EXAMPLEneverEXAMPLEissuedEXAMP0Fs62F"].concat();
        let text = format!(
            "GET /pull with {token}\nlogin app:{REGISTERED} then\nplain text\n\
             twice {token} {REGISTERED}{token}\nlast {REGISTERED}"
        );
        let mut pieces: Vec<Vec<u8>> = text.as_bytes().chunks(23).map(<[u8]>::to_vec).collect();
        pieces.push(b" \xff\x00 and bytes that are no text\n".to_vec());
        pieces
    }

    fn registry() -> Registry {
        let registry = Registry::new();
        registry.add(REGISTERED.as_bytes()).unwrap();
        registry
    }

    struct Run {
        output: Vec<u8>,
        findings: Vec<Finding>,
        ended: Result<(), GateError>,
    }

    /// Runs the stream; the middle of it is settled.
    fn run(gate: &Gate) -> Run {
        let mut redactor = gate.redactor().unwrap();
        let mut output = Vec::new();
        let mut findings = Vec::new();
        for (number, piece) in stream().iter().enumerate() {
            let pushed = match std::str::from_utf8(piece) {
                Ok(text) if number % 3 == 0 => redactor.push_text(text, &mut output),
                _ => redactor.push(piece, &mut output),
            };
            let settled = match pushed {
                Ok(()) if number == 4 => redactor.settle(&mut output),
                other => other,
            };
            if let Err(error) = settled {
                assert_eq!(error.code(), "withheld");
            }
            findings.append(&mut redactor.findings());
        }
        let ended = redactor.finish(&mut output);
        findings.append(&mut redactor.findings());
        Run {
            output,
            findings,
            ended,
        }
    }

    /// A gate whose calls are counted, how many opening it took, and the undisturbed run.
    fn undisturbed(registry: &Registry, style: &Style) -> (u64, u64, Run) {
        let limits = Limits::default().trip([]);
        let gate = gate(registry, limits.clone(), style);
        let opened = limits.calls();
        let run = run(&gate);
        run.ended.as_ref().unwrap();
        (opened, limits.calls(), run)
    }

    fn gate(registry: &Registry, limits: Limits, style: &Style) -> Gate {
        Gate::builder()
            .registry(registry)
            .style(style.clone())
            .findings(true)
            .limits(limits)
            .open()
            .unwrap()
    }

    fn assert_no_secret(output: &[u8]) {
        let output = String::from_utf8_lossy(output);
        assert!(!output.contains(REGISTERED), "{output}");
        assert!(!output.contains("EXAMPLEnever"), "{output}");
    }

    #[test]
    fn one_failure_anywhere_changes_nothing() {
        let registry = registry();
        let key = Key::new(b"a key that is no secret");
        for style in [Style::Label, Style::Fingerprint(key), Style::Partial] {
            let (opened, calls, expected) = undisturbed(&registry, &style);
            assert_no_secret(&expected.output);
            assert!(expected.findings.len() >= 5);
            assert!(calls > opened + 30, "{opened} {calls}");
            for call in opened..calls {
                let disturbed = run(&gate(&registry, Limits::default().trip([call]), &style));
                assert_eq!(disturbed.ended, Ok(()), "call {call}");
                assert_eq!(
                    String::from_utf8_lossy(&disturbed.output),
                    String::from_utf8_lossy(&expected.output),
                    "call {call}"
                );
                assert_eq!(disturbed.findings, expected.findings, "call {call}");
            }
        }
    }

    #[test]
    fn a_sandbox_that_stays_broken_withholds_the_rest() {
        let registry = registry();
        let (opened, calls, expected) = undisturbed(&registry, &Style::Label);
        let total: usize = stream().iter().map(Vec::len).sum();
        // The last call gives the sandbox back; nobody waits for it.
        for call in opened + 1..calls - 1 {
            let broken = run(&gate(
                &registry,
                Limits::default().trip(call..call + 100_000),
                &Style::Label,
            ));
            let Err(GateError::Withheld { bytes, .. }) = broken.ended else {
                panic!("call {call}: {:?}", broken.ended);
            };
            let text = String::from_utf8_lossy(&broken.output);
            let released = text.split("[hushgate: ").next().unwrap();
            let markers = text.strip_prefix(released).unwrap();
            let undisturbed = String::from_utf8_lossy(&expected.output);
            assert!(undisturbed.starts_with(released), "call {call}: {released}");
            let told: u64 = markers
                .lines()
                .map(|line| {
                    let count = line.strip_prefix("[hushgate: ").unwrap();
                    let count = count.strip_suffix(" bytes withheld]").unwrap();
                    count.parse::<u64>().unwrap()
                })
                .sum();
            assert_eq!(told, bytes, "call {call}: {markers}");
            assert!(bytes <= total as u64);
            assert_no_secret(&broken.output);
        }
    }

    #[test]
    fn a_stream_that_fails_at_once_is_withheld_whole() {
        let registry = registry();
        let (opened, ..) = undisturbed(&registry, &Style::Label);
        // The call behind the one that opens the stream.
        let limits = Limits::default().trip(opened + 1..100_000);
        let broken = run(&gate(&registry, limits, &Style::Label));
        let total: usize = stream().iter().map(Vec::len).sum();
        assert!(
            matches!(broken.ended, Err(GateError::Withheld { bytes, .. }) if bytes == total as u64)
        );
        let first = stream()[0].len();
        let expected = format!(
            "[hushgate: {first} bytes withheld]\n[hushgate: {} bytes withheld]\n",
            total - first
        );
        assert_eq!(String::from_utf8_lossy(&broken.output), expected);
    }

    #[test]
    fn a_failed_gate_serves_the_next_stream() {
        let registry = registry();
        let (opened, calls, expected) = undisturbed(&registry, &Style::Label);
        let gate = gate(
            &registry,
            Limits::default().trip(opened + 3..opened + 6),
            &Style::Label,
        );
        let mut broken = 0;
        for _ in 0..calls {
            let next = run(&gate);
            if next.ended.is_ok() {
                assert_eq!(next.output, expected.output);
                break;
            }
            broken += 1;
        }
        assert_eq!(broken, 1);
    }

    #[test]
    fn memory_has_a_cap() {
        let limits = Limits::default().memory(64 << 10);
        let error = Gate::builder().limits(limits).open().unwrap_err();
        assert_eq!(error.code(), "failed");
    }

    #[test]
    fn a_value_that_another_thread_registers_is_found_at_once() {
        let registry = Registry::new();
        let gate = Gate::builder().registry(&registry).open().unwrap();
        let mut writer = gate.writer(Vec::new()).unwrap();
        writeln!(writer, "before: {REGISTERED}").unwrap();
        thread::scope(|scope| {
            let add = || registry.add(REGISTERED.as_bytes());
            scope.spawn(add).join().unwrap().unwrap();
        });
        writeln!(writer, "after: {REGISTERED}").unwrap();
        assert!(registry.remove(REGISTERED.as_bytes()));
        writeln!(writer, "removed: {REGISTERED}").unwrap();
        writer.finish().unwrap();
        let expected =
            format!("before: {REGISTERED}\nafter: [registered]\nremoved: {REGISTERED}\n");
        assert_eq!(String::from_utf8(writer.into_inner()).unwrap(), expected);
    }

    #[test]
    fn an_instance_far_behind_the_registry_starts_anew() {
        let registry = registry();
        let gate = Gate::builder().registry(&registry).open().unwrap();
        let mut redactor = gate.redactor().unwrap();
        let mut output = Vec::new();
        redactor.push(b"before correct-ho", &mut output).unwrap();
        for _ in 0..3_000 {
            registry.add(b"a value that comes and goes").unwrap();
            registry.remove(b"a value that comes and goes");
        }
        redactor.push(b"rse-battery after\n", &mut output).unwrap();
        redactor.finish(&mut output).unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "before [registered] after\n"
        );
    }

    #[test]
    fn sandboxes_serve_many_threads() {
        let registry = registry();
        let expected = undisturbed(&registry, &Style::Label).2;
        let gate = gate(&registry, Limits::default().idle(2), &Style::Label);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        assert_eq!(run(&gate).output, expected.output);
                    }
                });
            }
        });
    }

    #[test]
    fn dropping_discards_what_is_held() {
        let registry = registry();
        let gate = Gate::builder().registry(&registry).open().unwrap();
        let mut redactor = gate.redactor().unwrap();
        let mut output = Vec::new();
        redactor.push(b"held: correct-ho", &mut output).unwrap();
        drop(redactor);
        let fresh = gate.redact(b"rse-battery\n").unwrap();
        assert_eq!(fresh, b"rse-battery\n");
        assert!(!String::from_utf8(output).unwrap().contains("correct"));
    }
}
