//! Lane `wasmtime`: the component through the host library as shipped, its deadline on.

use std::time::SystemTime;

use anyhow::{Context, Result};
use hushgate::{Confidence, Gate, GateBuilder, Limits, Registry};
use wasmtime::Engine;
use wasmtime::component::Component;

use super::{Outcome, Redact, Setup};

#[path = "../../../host/src/config.rs"]
mod config;

/// Sandboxes that one iteration of [`instantiate`] sets up.
pub const INSTANCES: u64 = 200;

/// The host library.
#[derive(Debug)]
pub struct Sandbox {
    /// Keeps no findings.
    plain: Gate,
    /// Keeps findings.
    reporting: Gate,
}

impl Sandbox {
    /// The host library with rules and values.
    ///
    /// # Errors
    /// Where it refuses one of them.
    pub fn open(setup: &Setup) -> Result<Self> {
        let registry = Registry::new();
        for value in &setup.registered {
            registry.add(value.as_bytes())?;
        }
        let builder = || -> GateBuilder {
            let builder = Gate::builder().registry(&registry);
            match &setup.bundle {
                None => builder,
                Some(text) => builder.bundle(text),
            }
        };
        Ok(Self {
            plain: builder().open()?,
            reporting: builder().findings(true).open()?,
        })
    }

    /// Redacts each piece by a call of its own; the number of pieces that came out changed.
    ///
    /// # Errors
    /// Where the gate fails.
    pub fn oneshot(&self, haystack: &[u8], chunk: usize) -> Result<u64> {
        let mut changed = 0;
        for piece in haystack.chunks(chunk) {
            changed += u64::from(self.plain.redact(piece)? != piece);
        }
        Ok(changed)
    }
}

impl Sandbox {
    /// Looks at each value by a call of its own; how many are taken for something with more than low
    /// confidence.
    ///
    /// # Errors
    /// Where the gate fails.
    pub fn inspect(&self, values: &[String]) -> Result<u64> {
        let mut known = 0;
        for value in values {
            let seen = self.plain.inspect(value, SystemTime::UNIX_EPOCH)?;
            let first = seen.shapes.first();
            known += u64::from(first.is_some_and(|it| it.confidence > Confidence::Low));
        }
        Ok(known)
    }
}

impl Redact for Sandbox {
    fn stream(&mut self, haystack: &[u8], chunk: usize, report: bool) -> Result<Outcome> {
        let gate = if report { &self.reporting } else { &self.plain };
        let mut redactor = gate.redactor()?;
        let mut outcome = Outcome::default();
        let mut out = Vec::new();
        for piece in haystack.chunks(chunk) {
            out.clear();
            redactor.push(piece, &mut out)?;
            outcome.output += out.len() as u64;
            outcome.findings += redactor.findings().len() as u64;
        }
        out.clear();
        redactor.finish(&mut out)?;
        outcome.output += out.len() as u64;
        outcome.findings += redactor.findings().len() as u64;
        Ok(outcome)
    }

    fn detectors(&self) -> Result<usize> {
        Ok(self.plain.detectors()?.len())
    }
}

/// Compiles the component for this machine, as a host does that has no precompiled code.
///
/// # Errors
/// Where wasmtime refuses it.
pub fn compile() -> Result<()> {
    let compiled = || -> wasmtime::Result<Component> {
        let engine = Engine::new(&config::config(None)?)?;
        Component::from_binary(&engine, hushgate::component())
    };
    compiled()
        .map_err(|error| anyhow::anyhow!("{error:#}"))
        .context("wasmtime refuses it")?;
    Ok(())
}

/// A gate that never reuses a sandbox.
///
/// # Errors
/// Where it cannot be opened.
pub fn unpooled(setup: &Setup) -> Result<Gate> {
    let registry = Registry::new();
    for value in &setup.registered {
        registry.add(value.as_bytes())?;
    }
    let mut builder = Gate::builder()
        .registry(&registry)
        .limits(Limits::default().idle(0));
    if let Some(text) = &setup.bundle {
        builder = builder.bundle(text);
    }
    Ok(builder.open()?)
}

/// Sets up sandboxes with an open stream, one after the other.
///
/// # Errors
/// Where one cannot be set up.
pub fn instantiate(gate: &Gate) -> Result<()> {
    for _ in 0..INSTANCES {
        drop(gate.redactor()?);
    }
    Ok(())
}
