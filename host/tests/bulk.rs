//! Several threads give what one gives: the same bytes, the same findings, the same failures.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::convert::Infallible;
    use std::io::{self, Read};
    use std::num::NonZeroUsize;

    use hushgate::{Bulk, BulkError, Finding, Framing, Gate, GateError, Limits, Registry};

    const REGISTERED: &str = "correct-horse-battery";
    const OF_TWO_LINES: &str = "first line of it\nand second one";

    /// Pieces so short that cuts lie everywhere, and the one of the real thing.
    const PIECES: [usize; 5] = [1, 7, 64, 1000, 512 << 10];
    const THREADS: [usize; 4] = [1, 2, 3, 8];

    /// Numbers that look random and are the same in each run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, bound: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 >> 11).unwrap() % bound
        }
    }

    fn token() -> String {
        ["ghp_", "EXAMPLEneverEXAMPLEissuedEXAMP0Fs62F"].concat()
    }

    /// A private key block of so many lines; one that never ends where `whole` is not.
    fn block(lines: usize, whole: bool) -> String {
        let name = ["RSA PRIVATE", " KEY-----"].concat();
        let mut block = format!("-----BEGIN {name}\n");
        for line in 0..lines {
            block.push_str(&format!("MIIEexample{line:053}\n"));
        }
        if whole {
            block.push_str(&format!("-----END {name}\n"));
        }
        block
    }

    /// Lines with all that is awkward at a cut.
    fn log(seed: u64, parts: usize) -> Vec<u8> {
        let mut numbers = Numbers(seed);
        let mut log = Vec::new();
        for _ in 0..parts {
            match numbers.below(14) {
                0 => log.extend(token().into_bytes()),
                1 => log.extend(REGISTERED.bytes()),
                2 => log.extend(OF_TWO_LINES.bytes()),
                3 => log.extend(OF_TWO_LINES.bytes().take(numbers.below(30))),
                4 => {
                    let lines = numbers.below(40);
                    log.extend(block(lines, numbers.below(3) > 0).into_bytes());
                }
                5 => log.extend("x".repeat(numbers.below(300)).into_bytes()),
                6 => log.extend(b"\xff\xfe\x00 bytes that are no text "),
                7 => {
                    let key = format!(
                        "{{\"key\":\"\\u0063{}\",\"n\":1.50}}\n",
                        REGISTERED.trim_start_matches('c')
                    );
                    log.extend(key.into_bytes());
                }
                8 => log.extend(format!("{{\"t\":[\"{}\"]}}", token()).into_bytes()),
                9 => log.extend(b"\n\n"),
                _ => log.extend(b"an ordinary line of a log, with a number: 17\n"),
            }
            if numbers.below(3) == 0 {
                log.push(b" \n=,"[numbers.below(4)]);
            }
        }
        log
    }

    fn gate(framing: Framing, limits: Limits) -> Gate {
        let registry = Registry::new();
        registry.add(REGISTERED.as_bytes()).unwrap();
        registry.add(OF_TWO_LINES.as_bytes()).unwrap();
        // A value that the end of a label could begin.
        registry.add(b"]=x").unwrap_err();
        registry.add(b"pat]=x").unwrap();
        Gate::builder()
            .registry(&registry)
            .framing(framing)
            .limits(limits)
            .findings(true)
            .open()
            .unwrap()
    }

    type Outcome = (Vec<u8>, Vec<Finding>);

    fn single(gate: &Gate, input: &[u8]) -> Outcome {
        let mut redactor = gate.redactor().unwrap();
        let mut output = Vec::new();
        redactor.push(input, &mut output).unwrap();
        redactor.finish(&mut output).unwrap();
        (output, redactor.findings())
    }

    fn bulk(gate: &Gate, threads: usize, piece: usize) -> Bulk {
        Bulk::new(gate, NonZeroUsize::new(threads).unwrap()).piece(piece)
    }

    fn several(
        bulk: &Bulk,
        input: impl Read + Send,
    ) -> (Outcome, usize, Result<(), BulkError<Infallible>>) {
        let (mut output, mut findings, mut read) = (Vec::new(), Vec::new(), 0);
        let ended = bulk.redact(input, |part| {
            output.extend_from_slice(part.output);
            findings.extend_from_slice(part.findings);
            read += part.read;
            Ok(())
        });
        ((output, findings), read, ended)
    }

    #[track_caller]
    fn assert_same(gate: &Gate, input: &[u8], threads: usize, piece: usize) {
        let (expected, expected_findings) = single(gate, input);
        let ((output, findings), read, ended) = several(&bulk(gate, threads, piece), input);
        ended.unwrap();
        assert_eq!(read, input.len());
        assert_eq!(
            String::from_utf8_lossy(&output),
            String::from_utf8_lossy(&expected),
            "{threads} threads, pieces of {piece}"
        );
        assert!(output == expected);
        assert_eq!(
            findings, expected_findings,
            "{threads} threads, pieces of {piece}"
        );
    }

    #[test]
    fn several_threads_give_what_one_gives() {
        for framing in [Framing::Text, Framing::Json] {
            let gate = gate(framing, Limits::default());
            for seed in 1..=6 {
                let input = log(seed * 0x9E37_79B9, 40);
                assert!(!single(&gate, &input).1.is_empty());
                for threads in THREADS {
                    // Single bytes take long, and are the same for any number of threads.
                    for piece in PIECES
                        .into_iter()
                        .filter(|&piece| piece > 1 || threads == 2)
                    {
                        assert_same(&gate, &input, threads, piece);
                    }
                }
            }
        }
    }

    #[test]
    fn each_place_of_a_credential_may_be_cut() {
        let gate = gate(Framing::Text, Limits::default());
        let block = block(3, true);
        for value in [&token(), REGISTERED, OF_TWO_LINES, &block] {
            for before in 0..64 {
                let input = format!("{}{value} and behind it\n", " ".repeat(before)).repeat(3);
                assert_same(&gate, input.as_bytes(), 3, 64);
            }
        }
    }

    #[test]
    fn a_line_without_end_is_one_stream() {
        let mut input = vec![b'x'; 300_000];
        input.extend(format!(" {} ", token()).into_bytes());
        input.extend([b'y'; 300_000]);
        for framing in [Framing::Text, Framing::Json] {
            assert_same(&gate(framing, Limits::default()), &input, 2, 10_000);
        }
    }

    #[test]
    fn long_inputs_in_pieces_of_the_usual_length() {
        let gate = gate(Framing::Text, Limits::default());
        let input = log(99, 60_000);
        assert!(input.len() > 5 << 20, "{}", input.len());
        for threads in [2, 5] {
            assert_same(&gate, &input, threads, 512 << 10);
        }
    }

    #[test]
    fn nothing_comes_of_nothing() {
        let gate = gate(Framing::Text, Limits::default());
        for threads in THREADS {
            assert_same(&gate, b"", threads, 64);
        }
    }

    #[test]
    fn a_sandbox_that_fails_once_changes_nothing() {
        let input = log(5, 40);
        let limits = Limits::default().trip([]);
        let expected = single(&gate(Framing::Text, limits.clone()), &input);
        let opened = limits.calls();
        for call in (0..200).step_by(3) {
            let limits = Limits::default().trip([opened + call]);
            let gate = gate(Framing::Text, limits);
            let (outcome, _, ended) = several(&bulk(&gate, 2, 64), &input[..]);
            ended.unwrap();
            assert!(outcome == expected, "call {call}");
        }
    }

    #[test]
    fn a_sandbox_that_stays_broken_withholds_the_rest() {
        let input = log(5, 40);
        let limits = Limits::default().trip([]);
        let (expected, _) = single(&gate(Framing::Text, limits.clone()), &input);
        let expected = String::from_utf8_lossy(&expected);
        let calls = limits.calls();
        let mut codes = BTreeSet::new();
        for (first, threads) in (calls..calls + 100).flat_map(|call| [(call, 1), (call, 3)]) {
            let gate = gate(Framing::Text, Limits::default().trip(first..1_000_000));
            let (mut output, mut last_read) = (Vec::new(), 0);
            let ended = bulk(&gate, threads, 64).redact(&input[..], |part| {
                output.extend_from_slice(part.output);
                last_read = part.read;
                Ok::<_, Infallible>(())
            });
            let Err(BulkError::Gate(error)) = ended else {
                panic!("call {first} on {threads} threads: {ended:?}");
            };
            let output = String::from_utf8_lossy(&output);
            let (released, marker) = output.split_once("[hushgate: ").unwrap_or_else(|| {
                panic!("call {first} on {threads} threads: no marker in {output}")
            });
            let told = marker.strip_suffix(" bytes withheld]\n").unwrap();
            let told: u64 = told.parse().unwrap();
            match error {
                GateError::Withheld { bytes, .. } => assert_eq!(told, bytes),
                // No sandbox could be set up for the piece: all of it is missing.
                GateError::Failed { .. } => assert_eq!(told, last_read as u64),
                other => panic!("{other:?}"),
            }
            codes.insert(error.code());
            assert!(
                expected.starts_with(released),
                "call {first} on {threads} threads: {released}"
            );
            assert!(!output.contains(REGISTERED), "{output}");
        }
        assert_eq!(codes.len(), 2, "{codes:?}");
    }

    /// Fails behind so many bytes.
    struct Torn<'i>(&'i [u8]);

    impl Read for Torn<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::ErrorKind::ConnectionReset.into()),
                read => Ok(read),
            }
        }
    }

    #[test]
    fn what_was_read_before_the_input_failed_is_handed_over() {
        let gate = gate(Framing::Text, Limits::default());
        let lines = "an ordinary line\n".repeat(50);
        let input = format!("{lines}{} and ghp_", token());
        for threads in THREADS {
            let ((output, findings), read, ended) =
                several(&bulk(&gate, threads, 64), Torn(input.as_bytes()));
            assert!(matches!(ended, Err(BulkError::Input(_))), "{ended:?}");
            assert_eq!(read, input.len());
            assert_eq!(
                String::from_utf8(output).unwrap(),
                format!("{lines}[github-pat] and "),
                "the rest may be half a credential"
            );
            assert_eq!(findings.len(), 1);
        }
    }

    #[test]
    fn an_output_that_fails_ends_it() {
        let gate = gate(Framing::Text, Limits::default());
        for threads in THREADS {
            let mut parts = 0;
            let ended = bulk(&gate, threads, 64).redact(io::repeat(b'\n'), |_| {
                parts += 1;
                if parts == 5 { Err("full") } else { Ok(()) }
            });
            assert!(matches!(ended, Err(BulkError::Output("full"))), "{ended:?}");
        }
    }
}
