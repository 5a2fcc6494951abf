//! Lane `wasmtime-scalar`: the component for hosts without SIMD, called as any embedder would
//! call it, without the host library.

use std::{collections::BTreeSet, fs, path::PathBuf};

use wasmtime::{
    Engine, Store,
    component::{Component, Linker, ResourceAny},
};

use crate::{
    Trouble,
    lane::{self, Found, Lane, Refusal, Relay, Session, Setup},
    shape::{Answer, Declaration, Question, Seen, Violation},
    vector::{Diagnostic, Level, Records, Style},
};

mod asked;

mod bindings {
    #![allow(missing_docs, clippy::all, reason = "generated")]
    wasmtime::component::bindgen!({ path: "../wit", world: "gate" });
}

use bindings::{
    Gate, GatePre,
    exports::hushgate::gate::{redact, types},
};

/// The lane.
pub struct Scalar {
    engine: Engine,
    component: GatePre<()>,
}

impl Scalar {
    /// Compiles `dist/gate-scalar.wasm`.
    ///
    /// # Errors
    /// It is not there, or is no component of this contract.
    pub fn load() -> Result<Self, Trouble> {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../dist/gate-scalar.wasm");
        let bytes = fs::read(&path).map_err(|error| {
            format!("{}: {error}: `cargo xtask build` makes it", path.display())
        })?;
        let engine = Engine::default();
        let component = Component::from_binary(&engine, &bytes)?;
        let component = Linker::new(&engine).instantiate_pre(&component)?;
        Ok(Self {
            component: GatePre::new(component)?,
            engine,
        })
    }
}

impl Lane for Scalar {
    type Session = ScalarSession;

    fn name(&self) -> &'static str {
        "wasmtime-scalar"
    }

    fn open(&self, setup: &Setup) -> Result<Result<ScalarSession, Refusal>, Trouble> {
        let mut store = Store::new(&self.engine, ());
        let gate = self.component.instantiate(&mut store)?;
        let bundle = gate.hushgate_gate_bundle().bundle();
        let rules = match &setup.bundle {
            None => bundle.call_constructor(&mut store)?,
            Some(text) => match bundle.call_open(&mut store, text)? {
                Ok(rules) => rules,
                Err(faults) => {
                    return Ok(Err(Refusal {
                        code: "rules-refused".to_owned(),
                        diagnostics: faults.into_iter().map(diagnostic).collect(),
                        ..Refusal::default()
                    }));
                }
            },
        };
        let options = redact::Options {
            style: match setup.style {
                Style::Label => redact::Style::Label,
                Style::Stars => redact::Style::Stars,
                Style::Fingerprint => {
                    redact::Style::Fingerprint(setup.key.clone().unwrap_or_default())
                }
                Style::Partial => redact::Style::Partial,
            },
            framing: match setup.records {
                Records::None => redact::Framing::Text,
                Records::Json => redact::Framing::Json,
            },
            detectors: setup.detectors.clone(),
            least: match setup.least {
                Level::Low => types::Confidence::Low,
                Level::Medium => types::Confidence::Medium,
                Level::High => types::Confidence::High,
            },
            report: true,
            key: setup.key.clone(),
            now: setup.now,
            path: setup.path.clone(),
        };
        let guest = gate.hushgate_gate_redact();
        let registry = guest.registry().call_constructor(&mut store, rules)?;
        let opened = guest
            .redactor()
            .call_open(&mut store, rules, registry, &options)?;
        Ok(match opened {
            Ok(redactor) => Ok(ScalarSession {
                store,
                gate,
                rules,
                registry,
                options,
                redactor,
                values: BTreeSet::new(),
                text: true,
            }),
            Err(error) => Err(refusal(error)),
        })
    }

    fn inspect(&self, question: &Question<'_>) -> Answer<Seen> {
        asked::inspect(self.instance()?, question)
    }

    fn check(&self, question: &Question<'_>, declared: &Declaration) -> Answer<Vec<Violation>> {
        asked::check(self.instance()?, question, declared)
    }

    fn declaration(&self, name: &str) -> Result<Option<Declaration>, Trouble> {
        asked::declaration(self.instance()?, name)
    }
}

impl Scalar {
    fn instance(&self) -> Result<asked::Asked, Trouble> {
        let mut store = Store::new(&self.engine, ());
        let instance = self.component.instance_pre().instantiate(&mut store)?;
        Ok(asked::Asked { store, instance })
    }
}

fn refusal(error: redact::OpenError) -> Refusal {
    let (code, limit) = match error {
        redact::OpenError::UnknownDetector(_) => ("unknown-detector", None),
        redact::OpenError::ForeignState => ("foreign-state", None),
        redact::OpenError::KeyTooShort(least) => ("key-too-short", Some(least)),
    };
    Refusal {
        code: code.to_owned(),
        limit: limit.map(u64::from),
        diagnostics: Vec::new(),
    }
}

fn diagnostic(fault: types::Diagnostic) -> Diagnostic {
    Diagnostic {
        code: fault.code,
        subject: fault.subject,
        line: fault.line,
        column: fault.column,
    }
}

/// A redactor in an instance of its own.
pub struct ScalarSession {
    store: Store<()>,
    gate: Gate,
    rules: ResourceAny,
    registry: ResourceAny,
    options: redact::Options,
    redactor: ResourceAny,
    values: BTreeSet<Vec<u8>>,
    /// Whether all input of this stream came as text.
    text: bool,
}

impl ScalarSession {
    /// Takes what was released, in the form that the contract names.
    fn take(&self, released: redact::Released, out: &mut Vec<u8>) -> Result<(), Trouble> {
        match released {
            redact::Released::Text(text) if self.text => out.extend_from_slice(text.as_bytes()),
            redact::Released::Text(_) => return Err("text, though bytes were pushed".into()),
            redact::Released::Bytes(bytes) => {
                if self.text && str::from_utf8(&bytes).is_ok() {
                    return Err("bytes, though only text was pushed and they are text".into());
                }
                out.extend_from_slice(&bytes);
            }
        }
        Ok(())
    }
}

impl Session for ScalarSession {
    fn add(&mut self, value: &[u8]) -> Result<Result<(), Refusal>, Trouble> {
        let guest = self.gate.hushgate_gate_redact().registry();
        let error = match guest.call_add(&mut self.store, self.registry, value)? {
            Ok(()) => {
                self.values.insert(value.to_vec());
                return Ok(Ok(()));
            }
            Err(error) => error,
        };
        let (code, limit) = match error {
            redact::RegisterError::TooShort(least) => ("too-short", Some(least)),
            redact::RegisterError::TooLong(most) => ("too-long", Some(most)),
            redact::RegisterError::TooMany(most) => ("too-many", Some(most)),
            redact::RegisterError::TooMuch(most) => ("too-much", Some(most)),
            redact::RegisterError::Trivial => ("trivial", None),
        };
        Ok(Err(Refusal {
            code: code.to_owned(),
            limit: limit.map(u64::from),
            diagnostics: Vec::new(),
        }))
    }

    fn remove(&mut self, value: &[u8]) -> Result<bool, Trouble> {
        self.values.remove(value);
        let guest = self.gate.hushgate_gate_redact().registry();
        Ok(guest.call_remove(&mut self.store, self.registry, value)?)
    }

    fn clear(&mut self) -> Result<(), Trouble> {
        for value in std::mem::take(&mut self.values) {
            self.remove(&value)?;
        }
        Ok(())
    }

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble> {
        self.text = false;
        let guest = self.gate.hushgate_gate_redact().redactor();
        let released = guest.call_push(&mut self.store, self.redactor, chunk)?;
        self.take(released, out)
    }

    fn push_text(&mut self, chunk: &str, out: &mut Vec<u8>) -> Result<(), Trouble> {
        let guest = self.gate.hushgate_gate_redact().redactor();
        let released = guest.call_push_text(&mut self.store, self.redactor, chunk)?;
        self.take(released, out)
    }

    fn settle(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble> {
        let guest = self.gate.hushgate_gate_redact().redactor();
        let released = guest.call_settle(&mut self.store, self.redactor)?;
        self.take(released, out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble> {
        let guest = self.gate.hushgate_gate_redact().redactor();
        let released = guest.call_finish(&mut self.store, self.redactor)?;
        self.take(released, out)?;
        self.text = true;
        Ok(())
    }

    fn findings(&mut self) -> Result<Vec<Found>, Trouble> {
        let guest = self.gate.hushgate_gate_redact().redactor();
        let findings = guest.call_findings(&mut self.store, self.redactor)?;
        Ok(findings.into_iter().map(found).collect())
    }

    fn allowed(&mut self) -> Result<Vec<u32>, Trouble> {
        let guest = self.gate.hushgate_gate_redact().redactor();
        Ok(guest.call_allowed(&mut self.store, self.redactor)?)
    }

    fn is_fresh(&mut self) -> Result<bool, Trouble> {
        let guest = self.gate.hushgate_gate_redact().redactor();
        Ok(guest.call_fresh(&mut self.store, self.redactor)?)
    }
}

impl Relay for ScalarSession {
    fn checkpoint(&mut self) -> Result<u64, Trouble> {
        let guest = self.gate.hushgate_gate_redact().redactor();
        Ok(guest
            .call_checkpoint(&mut self.store, self.redactor)?
            .offset)
    }

    fn relay(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble> {
        let guest = self.gate.hushgate_gate_redact().redactor();
        let (rules, registry, options) = (self.rules, self.registry, &self.options);
        let checkpoint = guest.call_checkpoint(&mut self.store, self.redactor)?;
        let state = &checkpoint.state;
        let next = guest.call_resume(&mut self.store, rules, registry, options, state)?;
        let next = next.map_err(|error| refusal(error).code)?;
        let last = std::mem::replace(&mut self.redactor, next);
        last.resource_drop(&mut self.store)?;
        self.push(lane::behind(input, checkpoint.offset)?, out)
    }
}

fn found(finding: redact::Finding) -> Found {
    Found {
        rule: finding.rule,
        span: [finding.span.start, finding.span.end],
        line: finding.line,
        column: finding.column,
        confidence: match finding.confidence {
            types::Confidence::Low => "low",
            types::Confidence::Medium => "medium",
            types::Confidence::High => "high",
        },
        checksum: match finding.checksum {
            types::Checksum::Absent => "absent",
            types::Checksum::Right => "right",
            types::Checksum::Wrong => "wrong",
        },
        fingerprint: finding.fingerprint,
    }
}
