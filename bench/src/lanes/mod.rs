//! Ways of running the rules.

pub mod cli;
mod native;
mod sandbox;

use anyhow::{Result, bail};

pub use native::Native;
pub use sandbox::{INSTANCES, Sandbox, compile, instantiate, unpooled};

use crate::definition::{Bench, Lane};
use crate::synthetic;

/// What a bench needs beside its haystack.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Values to be registered.
    pub registered: Vec<String>,
    /// Detectors to be added.
    pub bundle: Option<String>,
    /// On how many threads the command line works.
    pub jobs: Option<u16>,
}

impl Setup {
    /// What a definition asks for.
    #[must_use]
    pub fn of(bench: &Bench) -> Self {
        Self {
            registered: bench.values(),
            bundle: (bench.extra_detectors > 0).then(|| synthetic::bundle(bench.extra_detectors)),
            jobs: bench.jobs,
        }
    }
}

/// What a pass over a haystack brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Findings; 0 where they were not asked for.
    pub findings: u64,
    /// Bytes that came out.
    pub output: u64,
}

/// A way of redacting a haystack within this process.
pub trait Redact {
    /// Feeds a haystack to one redactor in pieces of `chunk` bytes. Findings are collected only
    /// if `report` says so, as in production.
    ///
    /// # Errors
    /// Where the lane fails.
    fn stream(&mut self, haystack: &[u8], chunk: usize, report: bool) -> Result<Outcome>;

    /// How many detectors are at work.
    ///
    /// # Errors
    /// Where the lane fails.
    fn detectors(&self) -> Result<usize>;
}

/// A lane that redacts within this process.
///
/// # Errors
/// Where it cannot be set up, or `lane` is none of these.
pub fn redact(lane: Lane, setup: &Setup) -> Result<Box<dyn Redact>> {
    Ok(match lane {
        Lane::Native => Box::new(Native::open(setup)?),
        Lane::Wasmtime => Box::new(Sandbox::open(setup)?),
        Lane::Cli => bail!("the command line does not run within this process"),
    })
}
