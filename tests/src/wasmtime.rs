//! Lane `wasmtime`: the component, through the host library.

use std::{
    collections::BTreeSet,
    time::{Duration, UNIX_EPOCH},
};

use hushgate::{
    Checksum, Confidence, Gate, GateError, Key, Redactor, RegisterError, Registry, Use,
};

use crate::{
    Trouble,
    lane::{Found, Lane, Refusal, Session, Setup},
    vector::{Diagnostic, Level, Records, Style},
};

/// The lane. It keeps one gate open, so that the component stays loaded.
#[derive(Debug)]
pub struct Wasmtime {
    _open: Gate,
}

impl Wasmtime {
    /// Loads the component.
    ///
    /// # Errors
    /// It cannot be loaded.
    pub fn load() -> Result<Self, Trouble> {
        let open = Gate::builder().registry(&Registry::new()).open()?;
        Ok(Self { _open: open })
    }
}

impl Lane for Wasmtime {
    type Session = WasmtimeSession;

    fn name(&self) -> &'static str {
        "wasmtime"
    }

    fn open(&self, setup: &Setup) -> Result<Result<WasmtimeSession, Refusal>, Trouble> {
        let registry = Registry::new();
        let mut builder = Gate::builder()
            .registry(&registry)
            .detectors(&setup.detectors)
            .findings(true)
            .style(match setup.style {
                Style::Label => hushgate::Style::Label,
                Style::Stars => hushgate::Style::Stars,
                Style::Fingerprint => {
                    hushgate::Style::Fingerprint(Key::new(setup.key.as_deref().unwrap_or_default()))
                }
                Style::Partial => hushgate::Style::Partial,
            })
            .min_confidence(match setup.least {
                Level::Low => Confidence::Low,
                Level::Medium => Confidence::Medium,
                Level::High => Confidence::High,
            })
            .framing(match setup.records {
                Records::None => hushgate::Framing::Text,
                Records::Json => hushgate::Framing::Json,
            });
        if let Some(bundle) = &setup.bundle {
            builder = builder.bundle(bundle);
        }
        if let Some(key) = &setup.key {
            builder = builder.fingerprint_key(Key::new(key));
        }
        // No time is one that no entry outlives.
        let now = setup.now.unwrap_or(u64::from(u32::MAX) << 8);
        builder = builder.now(UNIX_EPOCH + Duration::from_secs(now));
        match builder.open() {
            Ok(gate) => Ok(Ok(WasmtimeSession {
                redactor: match &setup.path {
                    Some(path) => gate.at(path).redactor()?,
                    None => gate.redactor()?,
                },
                gate,
                registry,
                values: BTreeSet::new(),
            })),
            Err(error) => refusal(error).map(Err),
        }
    }
}

fn refusal(error: GateError) -> Result<Refusal, Trouble> {
    let code = error.code().to_owned();
    let mut limit = None;
    let diagnostics = match error {
        GateError::RulesRefused(faults) => faults,
        GateError::UnknownDetector { .. } => Vec::new(),
        GateError::KeyTooShort { least } => {
            limit = Some(u64::from(least));
            Vec::new()
        }
        other => return Err(other.into()),
    };
    let diagnostics = diagnostics.into_iter().map(|fault| Diagnostic {
        code: fault.code,
        subject: fault.subject,
        line: fault.line,
        column: fault.column,
    });
    Ok(Refusal {
        code,
        limit,
        diagnostics: diagnostics.collect(),
    })
}

/// A redactor of the host library.
pub struct WasmtimeSession {
    gate: Gate,
    redactor: Redactor,
    registry: Registry,
    values: BTreeSet<Vec<u8>>,
}

impl Session for WasmtimeSession {
    fn add(&mut self, value: &[u8]) -> Result<Result<(), Refusal>, Trouble> {
        let error = match self.registry.add(value) {
            Ok(()) => {
                self.values.insert(value.to_vec());
                return Ok(Ok(()));
            }
            Err(error) => error,
        };
        let limit = match error {
            RegisterError::TooShort { least } => Some(least),
            RegisterError::TooLong { most }
            | RegisterError::TooMany { most }
            | RegisterError::TooMuch { most } => Some(most),
            RegisterError::Trivial => None,
            other => return Err(other.into()),
        };
        Ok(Err(Refusal {
            code: error.code().to_owned(),
            limit: limit.map(u64::from),
            diagnostics: Vec::new(),
        }))
    }

    fn remove(&mut self, value: &[u8]) -> Result<bool, Trouble> {
        self.values.remove(value);
        Ok(self.registry.remove(value))
    }

    fn clear(&mut self) -> Result<(), Trouble> {
        for value in std::mem::take(&mut self.values) {
            self.registry.remove(&value);
        }
        Ok(())
    }

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble> {
        Ok(self.redactor.push(chunk, out)?)
    }

    fn push_text(&mut self, chunk: &str, out: &mut Vec<u8>) -> Result<(), Trouble> {
        Ok(self.redactor.push_text(chunk, out)?)
    }

    fn settle(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble> {
        Ok(self.redactor.settle(out)?)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble> {
        Ok(self.redactor.finish(out)?)
    }

    fn findings(&mut self) -> Result<Vec<Found>, Trouble> {
        Ok(self.redactor.findings().into_iter().map(found).collect())
    }

    fn allowed(&mut self) -> Result<Vec<u32>, Trouble> {
        let entries = (0..).zip(self.gate.allowlist());
        let used = entries.filter(|(_, entry)| entry.state == Use::Used);
        Ok(used.map(|(index, _)| index).collect())
    }

    fn is_fresh(&mut self) -> Result<bool, Trouble> {
        Ok(self.redactor.is_fresh())
    }
}

fn found(finding: hushgate::Finding) -> Found {
    Found {
        rule: finding.rule,
        span: [finding.span.start, finding.span.end],
        line: finding.line,
        column: finding.column,
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
