//! `hushgate detectors list`.

use hushgate::{Detector, Gate};
use serde::Serialize;

use crate::cli::ListArgs;
use crate::failure::{Exit, Failure};
use crate::{console, rules};

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    description: &'a str,
    lifetime: String,
    window: u32,
    source: &'a str,
}

/// Prints the detectors of the rule set.
///
/// # Errors
/// The bundle is refused, or standard output cannot be written.
pub(crate) fn list(args: &ListArgs) -> Result<Exit, Failure> {
    let bundle = args.bundle.as_deref().map(rules::read).transpose()?;
    let mut builder = Gate::builder();
    if let Some(text) = &bundle {
        builder = builder.bundle(text);
    }
    let detectors = builder
        .open()
        .map_err(|error| rules::refused(error, args.bundle.as_deref(), bundle.as_deref()))?
        .detectors()?;
    let text = if args.json {
        console::json(&detectors.iter().map(Entry::from).collect::<Vec<_>>())?
    } else {
        table(&detectors)
    };
    console::answer(text.as_bytes())
}

fn table(detectors: &[Detector]) -> String {
    let ids = detectors.iter().map(|detector| detector.id.len());
    let width = ids.max().unwrap_or_default();
    let line = |detector: &Detector| {
        let lifetime = detector.lifetime.to_string();
        format!(
            "{:width$}  {lifetime:7}  {}\n",
            detector.id, detector.description
        )
    };
    detectors.iter().map(line).collect()
}

impl<'a> From<&'a Detector> for Entry<'a> {
    fn from(detector: &'a Detector) -> Self {
        Self {
            id: &detector.id,
            description: &detector.description,
            lifetime: detector.lifetime.to_string(),
            window: detector.window,
            source: &detector.source,
        }
    }
}
