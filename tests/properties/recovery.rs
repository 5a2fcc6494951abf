//! A sandbox that fails at any call: the stream goes on in another one as if nothing had been, or
//! the output says how much is missing. And the same on several threads.

use std::{convert::Infallible, num::NonZeroUsize};

use hushgate::{
    Bulk, BulkError, Confidence, Finding, Framing, Gate, GateError, Key, Limits, Registry,
};
use hushgate_tests::{
    expand::Event,
    lane::Step,
    vector::{Level, Records, Style},
    wasmtime::Wasmtime,
};
use proptest::{prelude::*, sample::Index, test_runner::TestCaseError};

use super::{
    bed::{KEY, check, holds, shown},
    guarantees::Suite,
    input::{Input, text},
    json::json,
};

/// More calls than any of these streams makes.
const FOR_EVER: u64 = 10_000;

/// What came of a stream.
struct Outcome {
    output: Vec<u8>,
    findings: Vec<Finding>,
    ended: Result<(), GateError>,
}

/// A stream and its gate. The values of a stream come and go, so each has a registry of its own.
struct Stream<'i> {
    input: &'i Input,
    registry: Registry,
    gate: Gate,
    /// How many calls there were before the stream began.
    opened: u64,
}

impl<'i> Stream<'i> {
    fn open(input: &'i Input, limits: &Limits) -> Result<Self, TestCaseError> {
        let registry = Registry::new();
        for value in &input.values {
            // The bundle's labels refuse no value that the built-in ones take.
            registry.add(value).map_err(failed)?;
        }
        let style = match input.style {
            Style::Label => hushgate::Style::Label,
            Style::Stars => hushgate::Style::Stars,
            Style::Fingerprint => hushgate::Style::Fingerprint(Key::new(KEY)),
            Style::Partial => hushgate::Style::Partial,
        };
        let gate = Gate::builder()
            .registry(&registry)
            .findings(true)
            .style(style)
            .min_confidence(match input.least {
                Level::Low => Confidence::Low,
                Level::Medium => Confidence::Medium,
                Level::High => Confidence::High,
            })
            .framing(match input.records {
                Records::None => Framing::Text,
                Records::Json => Framing::Json,
            })
            .limits(limits.clone())
            .open()
            .map_err(failed)?;
        Ok(Self {
            input,
            registry,
            gate,
            opened: limits.calls(),
        })
    }

    /// Redacts it to its end, whatever happens.
    fn run(&self) -> Result<Outcome, TestCaseError> {
        let mut redactor = self.gate.redactor().map_err(failed)?;
        let (mut output, mut findings) = (Vec::new(), Vec::new());
        for step in self.input.steps(&self.input.cuts) {
            let done = match step {
                Step::Push(chunk) => redactor.push(chunk, &mut output),
                Step::PushText(chunk) => redactor.push_text(chunk, &mut output),
                Step::Settle => redactor.settle(&mut output),
                Step::Add(value) => {
                    self.registry.add(value).map_err(failed)?;
                    Ok(())
                }
                Step::Remove(value) => {
                    prop_assert!(self.registry.remove(value));
                    Ok(())
                }
            };
            if let Err(error) = done {
                prop_assert_eq!(error.code(), "withheld");
            }
            findings.append(&mut redactor.findings());
        }
        let ended = redactor.finish(&mut output);
        findings.append(&mut redactor.findings());
        Ok(Outcome {
            output,
            findings,
            ended,
        })
    }
}

/// The undisturbed stream, the number of the call that opens it, and how many calls there were.
fn undisturbed(input: &Input) -> Result<(Outcome, u64, u64), TestCaseError> {
    let limits = Limits::default().trip([]);
    let stream = Stream::open(input, &limits)?;
    let outcome = stream.run()?;
    prop_assert!(outcome.ended.is_ok(), "{:?}", outcome.ended);
    Ok((outcome, stream.opened, limits.calls()))
}

fn failed(error: impl std::fmt::Display) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![2 => text(16), 1 => json(3)]
}

impl Suite<'_, Wasmtime> {
    /// One failure, at whatever call, changes neither output nor findings.
    pub fn recovery(&self) {
        check(self.cases, (input(), any::<Index>()), |(input, at)| {
            let (expected, opened, calls) = undisturbed(&input)?;
            let call = opened + at.index((calls - opened) as usize) as u64;
            let limits = Limits::default().trip([call]);
            let got = Stream::open(&input, &limits)?.run()?;
            prop_assert!(got.ended.is_ok(), "call {}: {:?}", call, got.ended);
            prop_assert_eq!(
                shown(&expected.output),
                shown(&got.output),
                "call {} of {} to {}",
                call,
                opened,
                calls
            );
            prop_assert_eq!(expected.findings, got.findings, "call {}", call);
            Ok(())
        });
    }

    /// A sandbox that works no more from some call on: what came out until then is the beginning
    /// of the undisturbed output, and markers say how much is missing.
    pub fn withheld(&self) {
        check(self.cases, (input(), any::<Index>()), |(input, at)| {
            let (expected, opened, calls) = undisturbed(&input)?;
            // Behind the call that opens the stream, and before the one that gives it back.
            let from = opened + 1;
            let call = from + at.index((calls - from).max(1) as usize) as u64;
            let limits = Limits::default().trip(call..call + FOR_EVER);
            let got = Stream::open(&input, &limits)?.run()?;
            let Err(GateError::Withheld { bytes, .. }) = got.ended else {
                // The last calls ask for findings of a stream that is over.
                prop_assert!(got.output == expected.output);
                return Ok(());
            };
            prop_assert!(bytes <= input.bytes.len() as u64);
            for value in &input.values {
                prop_assert!(!holds(&got.output, value), "{}", shown(&got.output));
            }
            let may_stand = |byte: &u8| b"[hushgate: bytes withheld]\n0123456789".contains(byte);
            let may_end = |value: &Vec<u8>| value.contains(&b'[');
            let added = input.events.iter().filter_map(|(_, event)| match event {
                Event::Add(value) => Some(value),
                _ => None,
            });
            let mut values = input.values.iter().chain(added);
            if values.any(|it| it.iter().all(may_stand) || may_end(it)) {
                // No value stands in a marker or ends in one, so there may be a shorter one or none.
                return Ok(());
            }
            let (released, told) = parted(&got.output);
            prop_assert_eq!(told, bytes, "{}", shown(&got.output));
            prop_assert!(
                expected.output.starts_with(released),
                "{} is not how {} begins",
                shown(released),
                shown(&expected.output)
            );
            Ok(())
        });
    }

    /// Several threads give what one gives, also where a sandbox fails.
    pub fn several_threads(&self) {
        let inputs = (input(), 1..200_usize, 1..4_usize, any::<Index>());
        check(self.cases / 2, inputs, |(input, piece, threads, at)| {
            let mut input = input.still();
            input.bytes = input.bytes.repeat(3);
            let (expected, opened, calls) = undisturbed(&input)?;
            let call = opened + at.index((calls - opened) as usize) as u64;
            let stream = Stream::open(&input, &Limits::default().trip([call]))?;
            let threads = NonZeroUsize::new(threads).expect("one or more");
            let bulk = Bulk::new(&stream.gate, threads).piece(piece);
            let (mut output, mut findings) = (Vec::new(), Vec::new());
            let ended: Result<(), BulkError<Infallible>> =
                bulk.redact(input.bytes.as_slice(), |part| {
                    output.extend_from_slice(part.output);
                    findings.extend_from_slice(part.findings);
                    Ok(())
                });
            ended.map_err(failed)?;
            prop_assert_eq!(shown(&expected.output), shown(&output));
            prop_assert_eq!(expected.findings, findings);
            Ok(())
        });
    }
}

/// What stands in front of the markers, and the sum of the bytes of which they tell.
fn parted(output: &[u8]) -> (&[u8], u64) {
    const BEGIN: &[u8] = b"[hushgate: ";
    let at = output
        .windows(BEGIN.len())
        .position(|it| it == BEGIN)
        .unwrap_or(output.len());
    let (released, markers) = output.split_at(at);
    let markers = std::str::from_utf8(markers).expect("markers are text");
    let told = markers.lines().map(|line| {
        let number = line
            .strip_prefix("[hushgate: ")
            .and_then(|line| line.strip_suffix(" bytes withheld]"));
        number.expect("a marker").parse::<u64>().expect("a number")
    });
    (released, told.sum())
}
