//! Tunes the buckets of the first pass to logs.
//!
//! The sample is taken from haystacks with seeds of their own, and from text of this repository: a
//! real build log, prose, program text. None of it decides what is found; see
//! [`hushgate_prefilter::Buckets`].

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use hushgate_engine::rules::Rules;
use hushgate_prefilter::{WIDTH, tune};

use crate::console::print;
use crate::definition::{Density, Spec};
use crate::haystack::Haystack;
use crate::makers::Kind;
use crate::random::Random;
use crate::workspace;

/// The file that is written, in the checkout.
const FILE: &str = "component/engine/buckets.txt";

/// What stands at its beginning.
const HEAD: &str = "\
# Which four bytes share a bucket of the first pass: a bucket, and the lowest byte of each set with how
# many others it has. Written by `cargo xtask bench -- tune`; decides how fast logs are read, and never
# what is found. A line that is missing or too many does no harm.
";

const STEPS: u32 = 24_000_000;

/// Haystacks, and how many windows of each are taken.
const MADE: [(Kind, usize); 3] = [
    (Kind::Mixed, 16_000),
    (Kind::Kubernetes, 6_000),
    (Kind::Environment, 6_000),
];

/// Files and folders of the checkout with how they end, and how many windows of each are taken.
const READ: [(&str, &str, usize); 3] = [
    ("examples/build.log.in", "", 6_000),
    ("component", ".rs", 3_000),
    ("docs", ".md", 3_000),
];

/// Tunes, and writes what came of it.
///
/// # Errors
/// Where the sample cannot be read or the file not be written.
pub fn run() -> Result<()> {
    let rules = Rules::standard();
    let fingerprints = rules.table().fingerprints();
    let mut random = Random::new(1);
    let mut sample = Vec::new();
    for (maker, windows) in MADE {
        let spec = Spec {
            maker,
            seed: 1001,
            bytes: 1 << 20,
            credentials: Density::None,
            kinds: Vec::new(),
        };
        let (text, _) = Haystack::new(&spec, rules.table(), &[])?.collect();
        take(&text, windows, &mut random, &mut sample);
    }
    for (place, ending, windows) in READ {
        let mut text = Vec::new();
        read(&workspace::root().join(place), ending, &mut text)?;
        take(&text, windows, &mut random, &mut sample);
    }
    let before = passing(&sample, |window| rules.table().masks.matches(window));
    let buckets = tune(&fingerprints, &sample, STEPS);
    let masks = hushgate_prefilter::Masks::build_in(&fingerprints, &buckets);
    let after = passing(&sample, |window| masks.matches(window));
    let target = workspace::root().join(FILE);
    fs::write(&target, format!("{HEAD}{buckets}"))
        .with_context(|| format!("cannot write {}", target.display()))?;
    print(format_args!(
        "{FILE}: of 1024 windows {before:.1} passed and {after:.1} pass"
    ));
    Ok(())
}

/// How many of 1024 windows pass.
fn passing(sample: &[[u8; WIDTH]], passes: impl Fn([u8; WIDTH]) -> bool) -> f64 {
    let count = sample.iter().filter(|&&window| passes(window)).count();
    count as f64 * 1024.0 / sample.len().max(1) as f64
}

/// Adds windows of a text.
fn take(text: &[u8], windows: usize, random: &mut Random, sample: &mut Vec<[u8; WIDTH]>) {
    for _ in 0..windows {
        let at = random.below(text.len().saturating_sub(WIDTH));
        sample.extend(text.get(at..).and_then(<[u8]>::first_chunk::<WIDTH>));
    }
}

/// Reads a file, or the files of a folder that end so.
fn read(place: &Path, ending: &str, text: &mut Vec<u8>) -> Result<()> {
    let failed = || format!("cannot read {}", place.display());
    if place.is_dir() {
        let entries = fs::read_dir(place).with_context(failed)?;
        let mut entries = entries.collect::<std::io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            read(&entry.path(), ending, text)?;
        }
    } else if place.to_string_lossy().ends_with(ending) {
        text.extend(fs::read(place).with_context(failed)?);
    }
    Ok(())
}
