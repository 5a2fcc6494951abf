//! Lane `native`: the engine, without a sandbox.

use hushgate_detector::document::Confidence;
use hushgate_engine::{
    detect::Checksum,
    redact::{self, OpenError, Options},
    rules::Rules,
    stream::Machine,
    values::{ValueError, Values},
};

use crate::{
    Trouble,
    lane::{self, Found, Lane, Refusal, Relay, Session, Setup},
    vector::{Diagnostic, Level, Records, Style},
};

/// The lane.
#[derive(Debug)]
pub struct Native;

impl Lane for Native {
    type Session = NativeSession;

    fn name(&self) -> &'static str {
        "native"
    }

    fn open(&self, setup: &Setup) -> Result<Result<NativeSession, Refusal>, Trouble> {
        let rules = match setup.bundle.as_deref().map(Rules::open) {
            None => Rules::standard(),
            Some(Ok(rules)) => rules,
            Some(Err(faults)) => {
                return Ok(Err(Refusal {
                    code: "rules-refused".to_owned(),
                    diagnostics: faults.into_iter().map(diagnostic).collect(),
                    ..Refusal::default()
                }));
            }
        };
        let key = match setup.key.as_deref().map(redact::Key::new).transpose() {
            Ok(key) => key,
            Err(error) => return Ok(Err(refusal(error))),
        };
        let style = match (setup.style, &key) {
            (Style::Label, _) => redact::Style::Label,
            (Style::Stars, _) => redact::Style::Stars,
            (Style::Fingerprint, Some(key)) => redact::Style::Fingerprint(key.clone()),
            (Style::Fingerprint, None) => return Err("a fingerprint without a key".into()),
            (Style::Partial, _) => redact::Style::Partial,
        };
        let options = Options {
            style,
            framing: match setup.records {
                Records::None => redact::Framing::Text,
                Records::Json => redact::Framing::Json,
            },
            detectors: setup.detectors.clone(),
            least: match setup.least {
                Level::Low => Confidence::Low,
                Level::Medium => Confidence::Medium,
                Level::High => Confidence::High,
            },
            report: true,
            key,
            now: setup.now,
            path: setup.path.clone(),
        };
        Ok(match Machine::open(&rules, &options) {
            Ok(redactor) => Ok(NativeSession {
                values: Values::new(&rules),
                rules,
                options,
                redactor,
            }),
            Err(error) => Err(refusal(error)),
        })
    }
}

fn refusal(error: OpenError) -> Refusal {
    let (code, limit) = match error {
        OpenError::UnknownDetector(_) => ("unknown-detector", None),
        OpenError::ForeignState => ("foreign-state", None),
        OpenError::KeyTooShort { least } => ("key-too-short", Some(least as u64)),
    };
    Refusal {
        code: code.to_owned(),
        limit,
        diagnostics: Vec::new(),
    }
}

fn diagnostic(fault: hushgate_detector::Diagnostic) -> Diagnostic {
    Diagnostic {
        code: fault.code.to_owned(),
        subject: fault.subject,
        line: fault.line,
        column: fault.column,
    }
}

/// A redactor of the engine.
#[derive(Debug)]
pub struct NativeSession {
    rules: Rules,
    options: Options,
    values: Values,
    redactor: Machine,
}

impl Session for NativeSession {
    fn add(&mut self, value: &[u8]) -> Result<Result<(), Refusal>, Trouble> {
        Ok(self.values.add(value).map_err(|error| {
            let (code, limit) = match error {
                ValueError::TooShort { least } => ("too-short", Some(least)),
                ValueError::TooLong { most } => ("too-long", Some(most)),
                ValueError::TooMany { most } => ("too-many", Some(most)),
                ValueError::TooMuch { most } => ("too-much", Some(most)),
                ValueError::Trivial => ("trivial", None),
            };
            Refusal {
                code: code.to_owned(),
                limit: limit.map(|limit| limit as u64),
                diagnostics: Vec::new(),
            }
        }))
    }

    fn remove(&mut self, value: &[u8]) -> Result<bool, Trouble> {
        Ok(self.values.remove(value))
    }

    fn clear(&mut self) -> Result<(), Trouble> {
        self.values = Values::new(&self.rules);
        Ok(())
    }

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble> {
        self.redactor.push(&self.values, chunk, out);
        Ok(())
    }

    fn push_text(&mut self, chunk: &str, out: &mut Vec<u8>) -> Result<(), Trouble> {
        self.push(chunk.as_bytes(), out)
    }

    fn settle(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble> {
        self.redactor.settle(&self.values, out);
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble> {
        self.redactor.finish(&self.values, out);
        Ok(())
    }

    fn findings(&mut self) -> Result<Vec<Found>, Trouble> {
        Ok(self.redactor.findings().into_iter().map(found).collect())
    }

    fn allowed(&mut self) -> Result<Vec<u32>, Trouble> {
        let allowed = self.redactor.allowed().into_iter();
        Ok(allowed.map(u32::try_from).collect::<Result<_, _>>()?)
    }

    fn is_fresh(&mut self) -> Result<bool, Trouble> {
        Ok(self.redactor.is_fresh())
    }
}

impl Relay for NativeSession {
    fn checkpoint(&mut self) -> Result<u64, Trouble> {
        Ok(self.redactor.checkpoint().offset)
    }

    fn relay(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble> {
        let checkpoint = self.redactor.checkpoint();
        self.redactor = Machine::resume(&self.rules, &self.options, &checkpoint.state)?;
        self.push(lane::behind(input, checkpoint.offset)?, out)
    }
}

fn found(finding: redact::Finding) -> Found {
    Found {
        rule: finding.rule,
        span: [finding.start, finding.end],
        line: finding.position.line,
        column: finding.position.column,
        confidence: match finding.confidence {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        },
        checksum: match finding.checksum {
            Checksum::Absent => "absent",
            Checksum::Right => "right",
            Checksum::Wrong => "wrong",
        },
        fingerprint: finding.fingerprint,
    }
}
