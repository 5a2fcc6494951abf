//! The guarantees that hold for every stream, in every lane and every style, as text and as
//! records.

use hushgate_tests::{
    guarantees::{label_at, longest_word},
    lane::{self, Lane, Outcome, Relay, Session, Step},
    log::base64,
    vector::Style,
};
use proptest::{prelude::*, test_runner::TestCaseError};

use super::{
    bed::{Bed, STYLES, check, holds, register, shown},
    bundle::RULES,
    input::{Input, notations, text},
    json::json,
};

/// Most pieces of a text.
const PIECES: usize = 24;
/// Most lines of a stream of records.
const LINES: usize = 4;

/// Detectors with which a stream may be fresh inside a line: with all of them no stream is fresh
/// inside a word, as any could be a credential's beginning.
const FEW: &[&str] = &[
    "t-edge-behind",
    "t-varying",
    "t-tail",
    "t-dashed",
    "t-inner",
];

/// The properties in one lane.
pub struct Suite<'l, L> {
    pub lane: &'l L,
    /// How many inputs each property is tried with.
    pub cases: u32,
}

/// Text or records.
fn input(pieces: usize, lines: usize) -> impl Strategy<Value = Input> {
    prop_oneof![text(pieces), json(lines)]
}

fn same(one: &Outcome, other: &Outcome, how: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(shown(&one.output()), shown(&other.output()), "{}", how);
    prop_assert_eq!(&one.findings, &other.findings, "{}", how);
    Ok(())
}

impl<L: Lane> Suite<'_, L> {
    /// Where the input is cut changes neither output nor findings, for equal settles and equal
    /// changes of the registry.
    pub fn split_invariance(&self) {
        let bed = Bed::new(self.lane);
        check(self.cases, input(PIECES, LINES), |input| {
            let whole = bed.run(&input, &[])?;
            same(&whole, &bed.run(&input, &input.cuts)?, "cut")
        });
    }

    /// The same for each two-way cut, and for one byte at a time.
    pub fn split_invariance_everywhere(&self) {
        let bed = Bed::new(self.lane);
        check(self.cases / 4, input(PIECES / 2, 2), |input| {
            let all: Vec<usize> = (1..input.bytes.len()).collect();
            let cuts = all.iter().map(std::slice::from_ref).chain([all.as_slice()]);
            let (whole, others) = bed.with(input.kind(), &input.values, |session| {
                let mut run = |cuts: &[usize]| {
                    if input.changes() {
                        register(session, &input.values)?;
                    }
                    lane::run(session, &[input.steps(cuts)])
                };
                let whole = run(&[])?;
                let others = cuts.map(run).collect::<Result<Vec<_>, _>>()?;
                Ok((whole, others))
            })?;
            for (other, at) in others.iter().zip(1..) {
                same(&whole, other, &format!("cut at {at}"))?;
            }
            Ok(())
        });
    }

    /// No value that is registered throughout is in the output, in any notation in which it is
    /// looked for; nor one that was registered on the way, behind that place.
    pub fn no_leak(&self) {
        let bed = Bed::new(self.lane);
        check(self.cases, input(PIECES, LINES), |input| {
            let output = bed.run(&input, &input.cuts)?.output();
            for value in &input.values {
                prop_assert!(
                    !holds(&output, value),
                    "{} in {}",
                    shown(value),
                    shown(&output)
                );
            }
            // What becomes text only where a record is broken is not looked at as both.
            let input = input.still();
            let output = bed.run(&input, &[])?.output();
            for value in input.values.iter().filter(|value| value.len() >= 8) {
                for form in notations(value).iter().chain(&encoded(value)) {
                    prop_assert!(
                        !holds(&output, form),
                        "{} in {}",
                        shown(form),
                        shown(&output)
                    );
                }
            }
            Ok(())
        });
    }

    /// A value that is registered on the way is found from the next byte on.
    pub fn registered_on_the_way(&self) {
        let bed = Bed::new(self.lane);
        let inputs = (input(PIECES, LINES), input(PIECES, LINES));
        check(self.cases / 2, inputs, |(before, input)| {
            let Some((value, known)) = input.values.split_first() else {
                return Ok(());
            };
            // A line's end, so that what stands before is decided or a record of its own.
            let before = [before.bytes.as_slice(), b"\n"].concat();
            let (released, rest) = bed.with(input.kind(), known, |session| {
                let (mut released, mut rest) = (Vec::new(), Vec::new());
                session.push(&before, &mut released)?;
                lane::register(session, value)?;
                session.push(&input.bytes, &mut rest)?;
                session.finish(&mut rest)?;
                session.findings()?;
                Ok((released, rest))
            })?;
            // What was held may begin the value, and is not known to be read behind it.
            let held = before.len().saturating_sub(released.len());
            let read_behind = rest.get(held.min(rest.len())..).unwrap_or_default();
            prop_assert!(
                !holds(read_behind, value),
                "{} in {} behind {}",
                shown(value),
                shown(&rest),
                shown(&released)
            );
            Ok(())
        });
    }

    /// Redacting the output again changes nothing, in whatever style.
    pub fn idempotence(&self) {
        let bed = Bed::new(self.lane);
        let inputs = (text(PIECES), prop::sample::select(STYLES.to_vec()));
        check(self.cases, inputs, |(input, again)| {
            let input = input.with_settles_only();
            redacted_again(&bed, &input, again)
        });
    }

    /// The same for records. Where labels meet text on two levels of notation at once, few inputs
    /// show it: so there are more of them.
    pub fn records_idempotence(&self) {
        let bed = Bed::new(self.lane);
        let inputs = (json(LINES), prop::sample::select(STYLES.to_vec()));
        check(self.cases * 5, inputs, |(input, again)| {
            let mut input = input.still();
            // What joins lines may make a record of them, which was decided as text.
            input.values.retain(|value| !value.contains(&b'\n'));
            redacted_again(&bed, &input, again)
        });
    }

    /// Bytes outside findings are unchanged, and places are right.
    pub fn fidelity(&self) {
        let bed = Bed::new(self.lane);
        check(self.cases, text(PIECES), |input| {
            let input = input.still();
            let outcome = bed.run(&input, &input.cuts)?;
            let output = outcome.output();
            let mut rest = output.as_slice();
            let mut at = 0;
            for finding in &outcome.findings {
                let [start, end] = finding.span.map(|offset| offset as usize);
                prop_assert!(at <= start && start < end && end <= input.bytes.len());
                let gap = &input.bytes[at..start];
                prop_assert!(
                    rest.starts_with(gap),
                    "gap {} in {}",
                    shown(gap),
                    shown(rest)
                );
                rest = &rest[gap.len()..];
                let found = &input.bytes[start..end];
                let label = written_at(rest, found, input.style, &finding.rule);
                prop_assert!(label.is_some(), "no label at {}", shown(rest));
                rest = &rest[label.unwrap_or(0)..];
                at = end;
                let place = place(&input.bytes[..start]);
                prop_assert_eq!((finding.line, finding.column), place);
            }
            prop_assert_eq!(shown(rest), shown(&input.bytes[at..]));
            Ok(())
        });
    }

    /// Where a stream is fresh, another one that begins there goes on as if it were the same.
    pub fn fresh_streams(&self) {
        let bed = Bed::new(self.lane);
        let inputs = (input(PIECES, LINES), any::<bool>(), any::<bool>());
        check(self.cases, inputs, |(input, few, single)| {
            let mut input = input.with_settles_only();
            input.as_text = false;
            let mut kind = input.kind();
            if few {
                kind.detectors = FEW;
            }
            let all: Vec<usize> = (1..input.bytes.len()).collect();
            let steps = input.steps(if single { &all } else { &input.cuts });
            let undisturbed = bed.with(kind, &input.values, |session| {
                lane::run(session, std::slice::from_ref(&steps))
            })?;
            let restarted = bed.with(kind, &input.values, |session| {
                let (mut output, mut findings) = (Vec::new(), Vec::new());
                let (mut read, mut begun) = (0, 0);
                for step in &steps {
                    match *step {
                        Step::Push(chunk) => {
                            session.push(chunk, &mut output)?;
                            read += chunk.len();
                        }
                        _ => session.settle(&mut output)?,
                    }
                    if session.is_fresh()? {
                        let mut held = Vec::new();
                        session.finish(&mut held)?;
                        if !held.is_empty() {
                            return Err("fresh, but there is input to come out".into());
                        }
                        findings.extend(moved(session.findings()?, &input.bytes[..begun]));
                        begun = read;
                    }
                }
                session.finish(&mut output)?;
                findings.extend(moved(session.findings()?, &input.bytes[..begun]));
                let released = vec![output];
                Ok(Outcome { released, findings })
            })?;
            same(&undisturbed, &restarted, "begun anew")
        });
    }
}

impl<L: Lane<Session: Relay>> Suite<'_, L> {
    /// Another redactor goes on from a checkpoint as if nothing had happened.
    pub fn checkpoints(&self) {
        let bed = Bed::new(self.lane);
        check(self.cases, input(PIECES, LINES), |input| {
            let input = input.with_settles_only();
            let undisturbed = bed.run(&input, &input.cuts)?;
            let relayed = bed.with(input.kind(), &input.values, |session| {
                let (mut output, mut findings) = (Vec::new(), Vec::new());
                let mut read = 0;
                for step in input.steps(&input.cuts) {
                    match step {
                        Step::Push(chunk) => session.push(chunk, &mut output)?,
                        Step::PushText(chunk) => session.push_text(chunk, &mut output)?,
                        _ => session.settle(&mut output)?,
                    }
                    if let Step::Push(chunk) = step {
                        read += chunk.len();
                    } else if let Step::PushText(chunk) = step {
                        read += chunk.len();
                    }
                    // Twice: what was read again must be no more than what is to be.
                    for _ in 0..2 {
                        findings.extend(session.findings()?);
                        let mut again = Vec::new();
                        session.relay(&input.bytes[..read], &mut again)?;
                        if !again.is_empty() {
                            return Err(format!("released again: {}", shown(&again)).into());
                        }
                    }
                }
                session.finish(&mut output)?;
                findings.extend(session.findings()?);
                let released = vec![output];
                Ok(Outcome { released, findings })
            })?;
            same(&undisturbed, &relayed, "relayed")
        });
    }

    /// What has to be kept, and so what is held back, is bounded by what a match may need.
    pub fn kept_bytes_are_bounded(&self) {
        let bed = Bed::new(self.lane);
        let windows = RULES.detectors().iter().map(|rule| rule.window as usize);
        let window = windows.max().unwrap_or(0);
        check(self.cases / 2, text(PIECES), |input| {
            let input = input.still();
            let longest = input.values.iter().map(Vec::len).max().unwrap_or(0);
            // A form may be six times as long as its value, and then encoded.
            let values = longest * 9 + 16;
            // A fingerprint is made of as much of a match.
            let window = if input.kind().keyed { 8192 } else { window };
            // And a word may be the encoding of something, right behind a match that waits for it.
            let word = longest_word(&input.bytes);
            let most = values.max(window) + word + 80;
            bed.with(input.kind(), &input.values, |session| {
                let mut out = Vec::new();
                for (byte, read) in input.bytes.chunks(1).zip(1..) {
                    session.push(byte, &mut out)?;
                    let kept = read - session.checkpoint()? as usize;
                    if kept > most {
                        return Err(format!("{kept} bytes are kept, more than {most}").into());
                    }
                }
                session.finish(&mut out)?;
                session.findings()?;
                Ok(())
            })
        });
    }
}

fn redacted_again<L: Lane>(
    bed: &Bed<'_, L>,
    input: &Input,
    again: Style,
) -> Result<(), TestCaseError> {
    let once = bed.run(input, &input.cuts)?.output();
    let mut kind = input.kind();
    kind.style = again;
    let twice = bed.whole(kind, &input.values, &once)?;
    prop_assert_eq!(shown(&once), shown(&twice.output()));
    prop_assert!(twice.findings.is_empty(), "{:?}", twice.findings);
    Ok(())
}

/// What stands in the output for a value in base64, in each of its three alignments: what the
/// value alone decides.
fn encoded(value: &[u8]) -> Vec<Vec<u8>> {
    let alignments = [(0, 0), (1, 2), (2, 3)]
        .into_iter()
        .flat_map(|(before, from)| {
            let inner = [&[0, 0][..before], value].concat();
            let to = inner.len() * 8 / 6;
            [false, true].map(|url_safe| base64(&inner, url_safe)[from..to].to_vec())
        });
    alignments.collect()
}

/// Line and column behind `before`.
pub fn place(before: &[u8]) -> (u64, u64) {
    let lines = before.iter().filter(|&&byte| byte == b'\n').count() as u64;
    let column = before.iter().rev().take_while(|&&byte| byte != b'\n');
    (lines + 1, column.count() as u64 + 1)
}

/// Findings of a stream that began behind `before`, as the whole stream has them.
fn moved(findings: Vec<lane::Found>, before: &[u8]) -> impl Iterator<Item = lane::Found> {
    let (line, column) = place(before);
    let offset = before.len() as u64;
    findings.into_iter().map(move |mut finding| {
        finding.span = finding.span.map(|it| it + offset);
        if finding.line == 1 {
            finding.column += column - 1;
        }
        finding.line += line - 1;
        finding
    })
}

/// The length of what is written for `found` at the beginning of `text`, if it is that.
fn written_at(text: &[u8], found: &[u8], style: Style, rule: &str) -> Option<usize> {
    if style != Style::Partial {
        return label_at(text, rule);
    }
    // What is shown is how the finding begins.
    let begins = text
        .iter()
        .zip(found)
        .take_while(|(one, other)| one == other);
    let begins = begins.count().min(16);
    (0..=begins).find_map(|at| Some(at + label_at(&text[at..], rule)?))
}
