//! What is printed of the gate holds no secret: no `Debug` output, no error, whatever went in.

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::fmt::{Debug, Display};
    use std::num::NonZeroUsize;

    use hushgate::{Bulk, BulkError, Gate, GateError, Key, Limits, Registry, Style};

    /// Secrets that are made up; no two of them begin alike.
    const VALUE: &str = "correct-horse-battery";
    const KEY: &str = "Wn2TqYvKpLmRzXcB";
    const HELD: &str = "Jx7QdGsHfUaEoIbV";
    const PASTED: &str = "Zk9PwMtNyLrScFeD";

    /// Text, and bytes as lists of numbers and in hexadecimal, as `Debug` shows them.
    #[track_caller]
    fn assert_no_secret(what: &str, shown: &str) {
        for secret in [VALUE, KEY, HELD, PASTED] {
            let beginning = secret.get(..8).unwrap();
            let list = |number: fn(&u8) -> String| {
                let numbers: Vec<String> = beginning.as_bytes().iter().map(number).collect();
                numbers
            };
            let decimal = list(u8::to_string);
            let hex = list(|byte| format!("{byte:02x}"));
            for form in [
                beginning.to_owned(),
                decimal.join(", "),
                decimal.join(",\n    "),
                hex.concat(),
                hex.join(", "),
            ] {
                let plain = shown.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(!shown.contains(&form), "{what}: {shown}");
                assert!(!plain.contains(&form), "{what}: {shown}");
            }
        }
    }

    #[track_caller]
    fn assert_debug(what: &str, it: &impl Debug) {
        assert_no_secret(what, &format!("{it:?}"));
        assert_no_secret(what, &format!("{it:#?}"));
    }

    #[track_caller]
    fn assert_error(what: &str, it: &(impl Debug + Display)) {
        assert_debug(what, it);
        assert_no_secret(what, &it.to_string());
    }

    fn bundle(pattern: &str, example: &str) -> String {
        format!(
            "[[detector]]\nid = 'exf-token'\nsince = '0.1.0'\ndescription = 'Example.'\n\
             pattern = '{pattern}'\nkeywords = ['exf_']\nmax-len = 20\nlifetime = 'static'\n\
             source = 'https://docs.forge.example/tokens'\n\
             [[detector.example]]\n{example}\n\
             [[detector.counter-example]]\ntext = 'exf_helper'\nwhy = 'a name'\n"
        )
    }

    const PATTERN: &str = r"\bexf_[0-9A-Za-z]{16}\b";

    fn right_bundle() -> String {
        let example = format!("text = ['exf_', '{PASTED}']\nredacted = '[exf-token]'");
        bundle(PATTERN, &example)
    }

    fn builder(registry: &Registry) -> hushgate::GateBuilder {
        Gate::builder()
            .registry(registry)
            .bundle(right_bundle())
            .style(Style::Fingerprint(Key::new(KEY.as_bytes())))
            .findings(true)
    }

    fn registry() -> Registry {
        let registry = Registry::new();
        registry.add(VALUE.as_bytes()).unwrap();
        registry
    }

    #[test]
    fn what_is_open_shows_nothing_that_it_holds() {
        let registry = registry();
        assert_debug("Registry", &registry);
        assert_debug("Key", &Key::new(KEY.as_bytes()));
        assert_debug("Style", &Style::Fingerprint(Key::new(KEY.as_bytes())));
        let builder = builder(&registry);
        assert_debug("GateBuilder", &builder);
        let gate = builder.open().unwrap();
        assert_debug("Gate", &gate);
        assert_debug("Digests", gate.digests());
        for detector in gate.detectors().unwrap() {
            assert_debug("Detector", &detector);
        }

        // Half a value and half a token are held.
        let mut output = Vec::new();
        let mut redactor = gate.redactor().unwrap();
        let (head, rest) = VALUE.split_at(12);
        redactor.push(head.as_bytes(), &mut output).unwrap();
        assert_debug("Redactor", &redactor);
        redactor.push_text(rest, &mut output).unwrap();
        let token = ["ghp_", HELD].concat();
        redactor.push_text(&token, &mut output).unwrap();
        assert_debug("Redactor", &redactor);
        for finding in redactor.findings() {
            assert_debug("Finding", &finding);
        }

        let mut writer = gate.writer(Vec::new()).unwrap();
        std::io::Write::write_all(&mut writer, token.as_bytes()).unwrap();
        assert_debug("RedactingWriter", &writer);

        let records = [VALUE, "nothing"];
        for redacted in gate.redact_batch(&records).unwrap() {
            assert_debug("Redacted", &redacted);
        }

        let bulk = Bulk::new(&gate, NonZeroUsize::MIN);
        assert_debug("Bulk", &bulk);
        let input = format!("{VALUE} and more\n");
        bulk.redact(input.as_bytes(), |part| {
            assert_debug("Part", &part);
            Ok::<_, Infallible>(())
        })
        .unwrap();
    }

    #[test]
    fn errors_show_nothing_that_was_pushed() {
        let registry = registry();
        let count = |gate: &Gate, limits: &Limits| {
            let before = limits.calls();
            gate.redact(b"x").unwrap();
            limits.calls() - before
        };
        let limits = Limits::default().trip([]);
        let gate = builder(&registry).limits(limits.clone()).open().unwrap();
        let calls = limits.calls();
        assert!(count(&gate, &limits) > 1);
        for call in calls..calls + 12 {
            let limits = Limits::default().trip(call..call + 100);
            let gate = builder(&registry).limits(limits).open().unwrap();
            let input = format!("{VALUE} {} ", ["ghp_", HELD].concat());
            let Ok(mut redactor) = gate.redactor() else {
                continue;
            };
            let mut output = Vec::new();
            let mut errors: Vec<GateError> = Vec::new();
            errors.extend(redactor.push(input.as_bytes(), &mut output).err());
            assert_debug("Redactor", &redactor);
            errors.extend(redactor.finish(&mut output).err());
            errors.extend(gate.redact_batch(&[&input]).err());
            let bulk = Bulk::new(&gate, NonZeroUsize::MIN);
            let ended = bulk.redact(input.as_bytes(), |_| Ok::<_, Infallible>(()));
            for error in &errors {
                assert_error("GateError", error);
            }
            if let Err(error) = ended {
                assert_error("BulkError", &error);
            }
        }
        let refused = Bulk::new(&gate, NonZeroUsize::MIN);
        let refused: Result<(), BulkError<&str>> =
            refused.redact(VALUE.as_bytes(), |_| Err("full"));
        assert_error("BulkError", &refused.unwrap_err());
        for value in [&VALUE.as_bytes()[..3], &VALUE.as_bytes().repeat(4_000)] {
            assert_error("RegisterError", &registry.add(value).unwrap_err());
        }
    }

    /// A credential that somebody pasted into a bundle, in every place where there is text, and
    /// as something that the place does not take.
    #[test]
    fn a_refused_bundle_is_not_quoted() {
        let right = right_bundle();
        let mut tried = 0;
        let mut refused = |text: &str| {
            let opened = Gate::builder()
                .registry(&Registry::new())
                .bundle(text)
                .open();
            if let Err(error) = opened {
                tried += 1;
                assert_error("GateError", &error);
            }
        };
        let pasted = [
            PASTED.to_owned(),
            format!("'{PASTED}'"),
            format!("\"{PASTED}"),
            format!("['{PASTED}'"),
            format!("{{ {PASTED} = 1 }}"),
            format!("\n{PASTED}\n"),
            format!("\n{PASTED} = 1\n"),
            format!("\n[{PASTED}]\n"),
            format!("\\u{PASTED}"),
            format!(" {PASTED} "),
        ];
        // Instead of each value, and in front of each byte of the document.
        for (index, line) in right.lines().enumerate() {
            let Some((key, _)) = line.split_once(" = ") else {
                continue;
            };
            for pasted in &pasted {
                let mut lines: Vec<String> = right.lines().map(str::to_owned).collect();
                lines[index] = format!("{key} = {pasted}");
                refused(&lines.join("\n"));
            }
        }
        for at in (0..right.len()).filter(|&at| at % 3 == 0) {
            for pasted in &pasted {
                let (before, behind) = right.split_at(at);
                refused(&[before, pasted, behind].concat());
            }
        }
        for over in [PASTED.to_owned(), format!("body', '{PASTED}")] {
            let check = format!(
                "checksum = {{ algorithm = '{PASTED}', over = ['{over}'], equals = '{PASTED}' }}"
            );
            refused(&right.replace("lifetime", &format!("{check}\nlifetime")));
        }
        assert!(tried > 500, "{tried}");
    }
}
