//! The examples of the built-in detectors as trials.

use std::{fs, path::PathBuf};

use hushgate_detector::document::{Detector, Document};

use crate::{Trouble, expand::Trial};

/// All built-in detectors, read from their files.
///
/// # Errors
/// A file cannot be read, or is faulty.
pub fn detectors() -> Result<Vec<Detector>, Trouble> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../policies/detectors");
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    let mut detectors = Vec::new();
    for path in paths {
        let document = Document::parse(&fs::read_to_string(&path)?)
            .map_err(|faults| format!("{}: {faults:?}", path.display()))?;
        detectors.extend(document.detectors);
    }
    Ok(detectors)
}

/// An example, or a counter-example, of a detector.
#[derive(Debug)]
pub struct Sample {
    /// The detector.
    pub id: String,
    /// The text as a trial.
    pub trial: Trial,
    /// Whether it is an example.
    pub example: bool,
    /// What the checksum of the finding says, where that is stated.
    pub checksum: Option<&'static str>,
}

/// All examples and counter-examples.
#[must_use]
pub fn samples(detectors: &[Detector]) -> Vec<Sample> {
    let mut samples = Vec::new();
    for detector in detectors {
        let id = &detector.id;
        for (index, example) in detector.examples.iter().enumerate() {
            let name = format!("{id}, example {}", index + 1);
            let (text, redacted) = (example.text.as_bytes(), example.redacted.as_bytes());
            samples.push(Sample {
                id: id.clone(),
                trial: Trial::whole(&name, text, redacted),
                example: true,
                checksum: example
                    .checksum
                    .map(|right| if right { "right" } else { "wrong" }),
            });
        }
        for (index, example) in detector.counter_examples.iter().enumerate() {
            let name = format!("{id}, counter-example {}", index + 1);
            let text = example.text.as_bytes();
            let mut trial = Trial::whole(&name, text, text);
            trial.findings = Some(Vec::new());
            samples.push(Sample {
                id: id.clone(),
                trial,
                example: false,
                checksum: None,
            });
        }
    }
    samples
}
