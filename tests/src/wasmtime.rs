//! Lane `wasmtime`: the component, through the host library.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use hushgate::{
    Checksum, Confidence, Expected, Gate, GateError, InspectError, Key, Kind, Lifetime, Mode,
    Principal, Property, Redactor, RegisterError, Registry, Severity, Use,
};

use crate::{
    Trouble,
    lane::{Found, Lane, Refusal, Session, Setup},
    shape::{self, Answer, Declaration, Question, Read, Seen, Violation},
    vector::{Diagnostic, Level, Records, Style},
};

/// The lane. It keeps one gate open, so that the component stays loaded.
#[derive(Debug)]
pub struct Wasmtime {
    open: Gate,
}

impl Wasmtime {
    /// Loads the component.
    ///
    /// # Errors
    /// It cannot be loaded.
    pub fn load() -> Result<Self, Trouble> {
        let open = Gate::builder().registry(&Registry::new()).open()?;
        Ok(Self { open })
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

    fn inspect(&self, question: &Question<'_>) -> Answer<Seen> {
        let gate = self.gate(question)?;
        match gate.inspect(question.value, moment(question.now)?) {
            Ok(seen) => Ok(Ok(Seen {
                shapes: seen
                    .shapes
                    .into_iter()
                    .map(read)
                    .collect::<Result<_, _>>()?,
                around: seen.around.iter().map(ToString::to_string).collect(),
            })),
            Err(error) => too_long(error).map(Err),
        }
    }

    fn check(&self, question: &Question<'_>, declared: &Declaration) -> Answer<Vec<Violation>> {
        let gate = self.gate(question)?;
        let declared = of_declaration(declared)?;
        match gate.check(question.value, &declared, moment(question.now)?) {
            Ok(found) => Ok(Ok(found.into_iter().map(violation).collect())),
            Err(error) => too_long(error).map(Err),
        }
    }

    fn declaration(&self, name: &str) -> Result<Option<Declaration>, Trouble> {
        let mut all = self.open.declarations()?.into_iter();
        Ok(all
            .find(|it| it.name == name)
            .map(|it| declaration(it.declaration)))
    }
}

impl Wasmtime {
    fn gate(&self, question: &Question<'_>) -> Result<Gate, Trouble> {
        match question.bundle {
            None => Ok(self.open.clone()),
            Some(bundle) => Ok(Gate::builder().bundle(bundle).open()?),
        }
    }
}

fn moment(seconds: i64) -> Result<SystemTime, Trouble> {
    Ok(UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds)?))
}

fn seconds(moment: SystemTime) -> Result<i64, Trouble> {
    Ok(match moment.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs())?,
        Err(before) => -i64::try_from(before.duration().as_secs())?,
    })
}

fn too_long(error: InspectError) -> Result<Refusal, Trouble> {
    match error {
        InspectError::TooLong { most } => Ok(Refusal {
            code: error.code().to_owned(),
            limit: Some(u64::from(most)),
            diagnostics: Vec::new(),
        }),
        other => Err(other.into()),
    }
}

fn read(it: hushgate::Shape) -> Result<Read, Trouble> {
    let at = |moment: Option<SystemTime>| moment.map(seconds).transpose();
    Ok(Read {
        id: it.id,
        issuer: it.issuer,
        kind: it.kind.to_string(),
        lifetime: it.lifetime.map(|it| it.to_string()),
        principal: it.principal.map(|it| it.to_string()),
        mode: it.mode.map(|it| it.to_string()),
        checksum: checksum(it.checksum).to_owned(),
        confidence: confidence(it.confidence).to_owned(),
        ground: it.ground.to_string(),
        issued: at(it.issued)?,
        starts: at(it.starts)?,
        expires: at(it.expires)?,
        phase: it.phase.to_string(),
        facts: it
            .facts
            .into_iter()
            .map(|it| (it.property.to_string(), it.text))
            .collect(),
    })
}

fn violation(it: hushgate::Violation) -> Violation {
    Violation {
        code: it.code.to_string(),
        severity: match it.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            _ => "error",
        }
        .to_owned(),
        message: it.message,
        help: it.help,
        property: it.property.map(|it| it.to_string()),
    }
}

/// The word of the contract with this name.
fn word<T: Copy + ToString>(all: &[T], name: &str) -> Result<T, Trouble> {
    let names: Vec<(String, T)> = all.iter().map(|it| (it.to_string(), *it)).collect();
    let names: Vec<(&str, T)> = names.iter().map(|(name, it)| (&**name, *it)).collect();
    shape::named(&names, name)
}

fn of_declaration(it: &Declaration) -> Result<hushgate::Declaration, Trouble> {
    let lifetimes = [
        Lifetime::Session,
        Lifetime::Short,
        Lifetime::Long,
        Lifetime::Static,
    ];
    let kinds = it.kinds.iter().map(|kind| word(Kind::ALL, kind));
    let expected = it.expected.iter().map(|(property, texts)| {
        Ok(Expected {
            property: word(Property::ALL, property)?,
            texts: texts.clone(),
        })
    });
    let (lifetime, principal) = (it.lifetime.as_ref(), it.principal.as_ref());
    Ok(hushgate::Declaration {
        shapes: it.shapes.clone(),
        kinds: kinds.collect::<Result<_, _>>()?,
        issuer: it.issuer.clone(),
        lifetime: lifetime.map(|it| word(&lifetimes, it)).transpose()?,
        principal: principal.map(|it| word(Principal::ALL, it)).transpose()?,
        mode: it.mode.as_ref().map(|it| word(Mode::ALL, it)).transpose()?,
        seconds: it.seconds,
        expected: expected.collect::<Result<_, Trouble>>()?,
    })
}

fn declaration(it: hushgate::Declaration) -> Declaration {
    let expected = it.expected.into_iter();
    Declaration {
        shapes: it.shapes,
        kinds: it.kinds.iter().map(ToString::to_string).collect(),
        issuer: it.issuer,
        lifetime: it.lifetime.map(|it| it.to_string()),
        principal: it.principal.map(|it| it.to_string()),
        mode: it.mode.map(|it| it.to_string()),
        seconds: it.seconds,
        expected: expected
            .map(|it| (it.property.to_string(), it.texts))
            .collect(),
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
        confidence: confidence(finding.confidence),
        checksum: checksum(finding.checksum),
        fingerprint: finding.fingerprint,
    }
}

fn confidence(it: Confidence) -> &'static str {
    match it {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

fn checksum(it: Checksum) -> &'static str {
    match it {
        Checksum::Absent => "absent",
        Checksum::Right => "right",
        Checksum::Wrong => "wrong",
    }
}
