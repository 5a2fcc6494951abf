//! Inputs to begin with, made of the vectors and of the built-in detectors.

use std::{fs, path::PathBuf};

use hushgate_detector::document::Detector;

use super::script;
use crate::{
    Trouble,
    expand::{self, Event, Trial},
    policies,
    vector::{self, Action, Case, File, Level, Records, Style},
};

/// Longer inputs are left out: they are slow, and say nothing that a short one does not.
const LONG: usize = 1500;

/// Inputs for a target.
///
/// # Errors
/// The vectors or the detectors cannot be read.
pub fn seeds(target: &str) -> Result<Vec<Vec<u8>>, Trouble> {
    let files = vector::files()?;
    let mut seeds = match target {
        "stream" => of_cases(&files, |case| case.records == Records::None)?,
        "records" => of_cases(&files, |case| case.records == Records::Json)?,
        "values" => of_cases(&files, |case| !case.register.is_empty())?,
        "detectors" => {
            let mut seeds = documents(&files)?;
            seeds.extend(policies::detectors()?.iter().map(made_up));
            seeds
        }
        "inspect" => of_values(&files, b""),
        "check" => of_values(&files, &[0xFF, 6, 2, 3]),
        other => return Err(format!("there is no target `{other}`").into()),
    };
    seeds.retain(|seed| seed.len() <= LONG);
    Ok(seeds)
}

fn of_cases(files: &[File], which: impl Fn(&Case) -> bool) -> Result<Vec<Vec<u8>>, Trouble> {
    let cases = files.iter().flat_map(|file| &file.cases);
    let cases = cases
        .filter(|case| case.action == Action::Redact && case.register_numbered.is_none())
        .filter(|case| which(case));
    cases
        .map(|case| {
            Ok(script_of(
                &expand::trial(case)?,
                case.style,
                case.min_confidence,
                case.bundle.is_some(),
            ))
        })
        .collect()
}

/// The values that cases look at, behind what a target takes first.
fn of_values(files: &[File], head: &[u8]) -> Vec<Vec<u8>> {
    let cases = files.iter().flat_map(|file| &file.cases);
    let cases = cases.filter(|case| matches!(case.action, Action::Inspect | Action::Check));
    let values = cases.filter_map(|case| case.value.as_ref());
    // Longer ones are left out anyway.
    let values = values.filter(|value| value.0.len() <= LONG);
    values
        .map(|value| {
            let mut out = [head, b"@"].concat();
            literal(&mut out, &value.0);
            out
        })
        .collect()
}

/// A trial as a script.
fn script_of(trial: &Trial, style: Style, least: Level, bundle: bool) -> Vec<u8> {
    let number = match style {
        Style::Label => 0,
        Style::Stars => 1,
        Style::Fingerprint => 2,
        Style::Partial => 3,
    };
    let rules = if bundle { script::AWKWARD } else { 0 };
    let least = match least {
        Level::Low => script::LOW,
        Level::Medium => 0,
        Level::High => script::HIGH,
    };
    let mut out = vec![b'@' | number | rules | least];
    let mut known: Vec<&[u8]> = Vec::new();
    for value in &trial.values {
        add_value(&mut out, value, &mut known);
    }
    for (index, (chunk, events)) in trial.chunks.iter().enumerate() {
        if index > 0 {
            out.push(script::CUT);
        }
        literal(&mut out, chunk);
        for event in events {
            match event {
                Event::Settle => out.push(script::SETTLE),
                Event::Add(value) => add_value(&mut out, value, &mut known),
                Event::Remove(value) => {
                    let number = known.iter().position(|it| it == value).unwrap_or(0);
                    out.extend([script::REMOVE, number as u8]);
                }
            }
        }
    }
    out
}

fn add_value<'v>(out: &mut Vec<u8>, value: &'v [u8], known: &mut Vec<&'v [u8]>) {
    out.push(script::VALUE);
    literal(out, value);
    out.push(script::END);
    known.push(value);
}

/// Bytes that stand for themselves, kept apart so that no credential stands in the script.
fn literal(out: &mut Vec<u8>, bytes: &[u8]) {
    for part in bytes.chunks(3) {
        for &byte in part {
            if byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') {
                out.push(script::RAW);
            }
            out.push(byte);
        }
        if part.len() == 3 && part.iter().all(|byte| !byte.is_ascii_whitespace()) {
            out.push(script::NOTHING);
        }
    }
}

/// The bundles of the vectors, with the edits of each case, and the built-in rule documents.
fn documents(files: &[File]) -> Result<Vec<Vec<u8>>, Trouble> {
    let mut texts = Vec::new();
    for file in files {
        for case in file.cases.iter().filter(|case| case.bundle.is_some()) {
            texts.extend(expand::setup(file, case)?.bundle);
        }
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../policies/detectors");
    for entry in fs::read_dir(folder)? {
        texts.push(fs::read_to_string(entry?.path())?);
    }
    texts.sort();
    texts.dedup();
    let seed = |text: &String| {
        let mut out = vec![b'@'];
        for part in text.as_bytes().chunks(3) {
            out.extend_from_slice(part);
            out.push(script::NOTHING);
        }
        out
    };
    Ok(texts.iter().map(seed).collect())
}

/// The pattern of a detector, and its first keyword, for text of its shapes.
fn made_up(detector: &Detector) -> Vec<u8> {
    let mut out = b"A".to_vec();
    out.extend_from_slice(detector.text.as_bytes());
    out.push(b'\n');
    let text = detector.examples.first().map_or("", |it| it.text.as_str());
    let place = detector.places.first().copied().unwrap_or(0);
    let end = text.len().min(place + 4);
    out.extend_from_slice(text.as_bytes().get(place..end).unwrap_or_default());
    out.extend_from_slice(b"\n\n\x00\x01\x02 03DEP'ab;<\x80\x91\xa2\xb3");
    out
}
