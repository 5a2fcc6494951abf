//! Benches on lanes.

use std::fs;

use anyhow::{Context, Result, bail};
use hushgate_engine::rules::Rules;

use crate::credential::Credentials;
use crate::definition::{Bench, Lane, Model};
use crate::haystack::{Haystack, Truth};
use crate::lanes::{self, Redact as _, Setup, cli::Cli};
use crate::measure::{Sample, Spread, measure};
use crate::random::Random;
use crate::record::Measured;
use crate::workspace;

/// How often things are done.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Timed iterations, behind one that warms up and checks the findings.
    pub iterations: usize,
    /// Whether benches are made small. The findings that their definitions name do not hold then.
    pub quick: bool,
}

/// Decides the credentials that are looked at.
const INSPECTED: u64 = 0x7368_6170_6573;

/// How often each is looked at in one iteration.
const PASSES: u64 = 20;

/// By how much more often starts are timed: they are short, and vary.
const STARTS: usize = 4;

/// Runs a bench on one of its lanes.
///
/// # Errors
/// Where the lane fails, or finds something else than expected.
pub fn run(bench: &Bench, lane: Lane, effort: Effort) -> Result<Measured> {
    let bench = if effort.quick {
        bench.clone().quick()
    } else {
        bench.clone()
    };
    let outcome = match bench.model {
        Model::RedactStream => stream(&bench, lane, effort),
        Model::Oneshot => oneshot(&bench, effort),
        Model::Compile => Timed::repeat(effort.iterations, lanes::compile),
        Model::Instantiate => instantiate(&bench, effort),
        Model::Register => register(&bench, effort),
        Model::Inspect => inspect(&bench, effort),
        Model::Startup | Model::Cli => command_line(&bench, effort),
    };
    let timed = outcome.with_context(|| format!("bench `{}`, lane {}", bench.name, lane.name()))?;
    Ok(Measured {
        bench: bench.name,
        lane,
        model: bench.model,
        bytes: timed.truth.bytes,
        units: timed.units,
        findings: match bench.model {
            Model::Inspect => bench.findings,
            _ => timed.truth.planted.len() as u64,
        },
        detectors: timed.detectors,
        registered: bench.registered,
        iterations: timed.samples.len(),
        cpu: Spread::of(timed.samples.iter().map(|sample| sample.cpu)),
        wall: Spread::of(timed.samples.iter().map(|sample| sample.wall)),
        memory: timed.memory,
    })
}

/// The measurements of a bench.
#[derive(Debug, Default)]
struct Timed {
    samples: Vec<Sample>,
    truth: Truth,
    units: u64,
    detectors: usize,
    memory: Option<u64>,
}

impl Timed {
    /// Times work that has no input, behind one run that warms up.
    fn repeat(iterations: usize, mut work: impl FnMut() -> Result<()>) -> Result<Self> {
        work()?;
        let mut timed = Self {
            units: 1,
            ..Self::default()
        };
        for _ in 0..iterations {
            timed.samples.push(measure(&mut work)?.1);
        }
        Ok(timed)
    }
}

/// The haystack of a bench in memory.
fn collect(bench: &Bench, effort: Effort) -> Result<(Vec<u8>, Truth)> {
    let rules = Rules::standard();
    let registered = bench.values();
    let spec = bench.haystack.as_ref().context("there is no haystack")?;
    let (haystack, truth) = Haystack::new(spec, rules.table(), &registered)?.collect();
    check_definition(bench, &truth, effort)?;
    Ok((haystack, truth))
}

/// A definition names its findings so that readers see them, and a change of a maker is noticed.
fn check_definition(bench: &Bench, truth: &Truth, effort: Effort) -> Result<()> {
    let planted = truth.planted.len() as u64;
    if !effort.quick && planted != bench.findings {
        bail!(
            "the definition says {} findings, but the haystack has {planted}",
            bench.findings
        );
    }
    Ok(())
}

fn check_findings(truth: &Truth, found: u64) -> Result<()> {
    let planted = truth.planted.len() as u64;
    if found != planted {
        bail!("{found} findings where {planted} are expected");
    }
    Ok(())
}

fn stream(bench: &Bench, lane: Lane, effort: Effort) -> Result<Timed> {
    let (haystack, truth) = collect(bench, effort)?;
    let mut redact = lanes::redact(lane, &Setup::of(bench))?;
    let first = redact.stream(&haystack, bench.chunk, true)?;
    check_findings(&truth, first.findings)?;
    let mut samples = Vec::new();
    for _ in 0..effort.iterations {
        let (outcome, sample) = measure(|| redact.stream(&haystack, bench.chunk, false))?;
        if outcome.output != first.output {
            bail!(
                "{} bytes came out, and {} before",
                outcome.output,
                first.output
            );
        }
        samples.push(sample);
    }
    let units = haystack.chunks(bench.chunk).len() as u64;
    Ok(Timed {
        samples,
        truth,
        units,
        detectors: redact.detectors()?,
        memory: None,
    })
}

fn oneshot(bench: &Bench, effort: Effort) -> Result<Timed> {
    let (haystack, truth) = collect(bench, effort)?;
    let sandbox = lanes::Sandbox::open(&Setup::of(bench))?;
    check_findings(&truth, sandbox.oneshot(&haystack, bench.chunk)?)?;
    let mut samples = Vec::new();
    for _ in 0..effort.iterations {
        samples.push(measure(|| sandbox.oneshot(&haystack, bench.chunk))?.1);
    }
    let units = haystack.chunks(bench.chunk).len() as u64;
    Ok(Timed {
        samples,
        truth,
        units,
        detectors: sandbox.detectors()?,
        memory: None,
    })
}

fn instantiate(bench: &Bench, effort: Effort) -> Result<Timed> {
    let gate = lanes::unpooled(&Setup::of(bench))?;
    let timed = Timed::repeat(effort.iterations, || lanes::instantiate(&gate))?;
    Ok(Timed {
        units: lanes::INSTANCES,
        detectors: gate.detectors()?.len(),
        ..timed
    })
}

fn register(bench: &Bench, effort: Effort) -> Result<Timed> {
    let setup = Setup::of(bench);
    let work = || lanes::unpooled(&setup).map(drop);
    Ok(Timed {
        units: setup.registered.len() as u64,
        ..Timed::repeat(effort.iterations, work)?
    })
}

/// Looks at a credential of each kind. What is taken for one with more than low confidence counts as found.
fn inspect(bench: &Bench, effort: Effort) -> Result<Timed> {
    let rules = Rules::standard();
    let credentials = Credentials::new(rules.table(), &[])?;
    let values = credentials.of_each_kind(&mut Random::new(INSPECTED));
    let sandbox = lanes::Sandbox::open(&Setup::of(bench))?;
    let known = sandbox.inspect(&values)?;
    if known != bench.findings {
        bail!("{known} findings where {} are expected", bench.findings);
    }
    let mut samples = Vec::new();
    for _ in 0..effort.iterations {
        let pass = || (0..PASSES).try_for_each(|_| sandbox.inspect(&values).map(drop));
        samples.push(measure(pass)?.1);
    }
    Ok(Timed {
        samples,
        units: PASSES * values.len() as u64,
        detectors: sandbox.detectors()?,
        ..Timed::default()
    })
}

fn command_line(bench: &Bench, effort: Effort) -> Result<Timed> {
    let setup = Setup::of(bench);
    let cli = Cli::open(&setup)?;
    let rules = Rules::standard();
    let spec = bench.haystack.as_ref().context("there is no haystack")?;
    let input = workspace::scratch("bench")?.join(format!("{}.log", bench.name));
    let truth = Haystack::new(spec, rules.table(), &setup.registered)?.write(&input)?;
    check_definition(bench, &truth, effort)?;
    check_findings(&truth, cli.findings(&input)?.len() as u64)?;

    let is_start = bench.model == Model::Startup;
    let iterations = if is_start {
        effort.iterations * STARTS
    } else {
        effort.iterations
    };
    let mut timed = Timed {
        truth,
        units: 1,
        ..Timed::default()
    };
    for _ in 0..iterations {
        let usage = if is_start {
            cli.discard(&input)?
        } else {
            cli.redact(&input)?
        };
        timed.samples.push(usage.sample());
        timed.memory = timed.memory.max(Some(usage.memory));
    }
    fs::remove_file(&input).with_context(|| format!("cannot remove {}", input.display()))?;
    timed.detectors = rules.detectors().len() + bench.extra_detectors;
    Ok(timed)
}
