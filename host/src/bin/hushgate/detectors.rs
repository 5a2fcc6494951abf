//! `hushgate detectors`: what is looked for, and whether a file of own detectors is right.

use std::fmt::Write as _;
use std::path::Path;

use hushgate::{Detector, Diagnostic, Gate, GateBuilder, GateError, Mode, Principal, Use};
use serde::Serialize;

use crate::cli::{CheckArgs, DetectorsCommand, ListArgs, ShowArgs};
use crate::failure::{Exit, Failure};
use crate::name::Name;
use crate::{allow, console, rules};

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    description: &'a str,
    issuer: &'a str,
    kind: &'a str,
    principal: Option<&'a str>,
    mode: Option<&'a str>,
    confidence: String,
    lifetime: String,
    checksum: Option<&'a str>,
    gate: bool,
    names: &'a [String],
    window: u32,
    since: &'a str,
    source: &'a str,
}

/// What is said of a file of detectors.
#[derive(Serialize)]
struct Verdict<'a> {
    file: String,
    /// How many there are; nothing where the file is refused.
    detectors: Option<usize>,
    /// How many entries its allowlist has.
    allowed: Option<usize>,
    diagnostics: Vec<Remark<'a>>,
}

#[derive(Serialize)]
struct Remark<'a> {
    severity: String,
    code: &'a str,
    message: &'a str,
    detector: &'a str,
    line: u32,
    column: u32,
    help: &'a str,
}

/// Runs one of the commands.
///
/// # Errors
/// A bundle is refused, or standard output cannot be written.
pub(crate) fn run(command: &DetectorsCommand) -> Result<Exit, Failure> {
    match command {
        DetectorsCommand::List(args) => list(args),
        DetectorsCommand::Show(args) => show(args),
        DetectorsCommand::Check(args) => check(args),
    }
}

/// Prints the detectors of the rule set.
fn list(args: &ListArgs) -> Result<Exit, Failure> {
    let detectors = open(Gate::builder(), args.bundle.as_deref())?.detectors()?;
    let text = if args.json {
        console::json(&detectors.iter().map(Entry::from).collect::<Vec<_>>())?
    } else {
        table(&detectors)
    };
    console::answer(text.as_bytes())
}

/// Prints all that is known of some detectors, in the order in which they are named.
fn show(args: &ShowArgs) -> Result<Exit, Failure> {
    // An id that is none is refused with the one that comes nearest.
    let builder = Gate::builder().detectors(&args.ids);
    let detectors = open(builder, args.bundle.as_deref())?.detectors()?;
    let named = args.ids.iter();
    let named = named.filter_map(|id| detectors.iter().find(|detector| detector.id == *id));
    let text = if args.json {
        console::json(&named.map(Entry::from).collect::<Vec<_>>())?
    } else {
        named.map(sheet).collect::<Vec<_>>().join("\n")
    };
    console::answer(text.as_bytes())
}

/// Checks files of own detectors, each by itself beside the built-in ones.
fn check(args: &CheckArgs) -> Result<Exit, Failure> {
    let built_in = Gate::open()?.detectors()?.len();
    let mut worst = Exit::Done;
    let mut said = String::new();
    let mut verdicts = Vec::new();
    for path in &args.files {
        let text = match rules::read_or_standard(path) {
            Ok(text) => text,
            Err(failure) => {
                worst = worst.max(failure.report());
                continue;
            }
        };
        match Gate::builder().bundle(&text).open() {
            Ok(gate) => {
                let detectors = gate.detectors()?.len().saturating_sub(built_in);
                let allowlist = gate.allowlist();
                // Writing to a string does not fail.
                let _ = writeln!(
                    said,
                    "{}: {detectors} detector{}, every example comes out as it says{}",
                    Name(path),
                    if detectors == 1 { "" } else { "s" },
                    match allowlist.len() {
                        0 => String::new(),
                        1 => String::from("; 1 entry of the allowlist"),
                        entries => format!("; {entries} entries of the allowlist"),
                    }
                );
                let expired = allowlist.iter().filter(|it| it.state == Use::Expired);
                expired.for_each(|entry| allow::warn(path, entry));
                verdicts.push((path, Some((detectors, allowlist.len())), Vec::new()));
            }
            Err(GateError::RulesRefused(diagnostics)) if args.json => {
                worst = worst.max(Exit::Refused);
                verdicts.push((path, None, diagnostics));
            }
            Err(error) => {
                let failure = rules::refused(error, Some(path), Some(&text));
                worst = worst.max(failure.report());
            }
        }
    }
    if args.json {
        let verdicts = verdicts.iter().map(|(path, counts, diagnostics)| Verdict {
            file: path.to_string_lossy().into_owned(),
            detectors: counts.map(|(detectors, _)| detectors),
            allowed: counts.map(|(_, allowed)| allowed),
            diagnostics: diagnostics.iter().map(Remark::from).collect(),
        });
        said = console::json(&verdicts.collect::<Vec<_>>())?;
    }
    Ok(worst.max(console::answer(said.as_bytes())?))
}

/// Opens a gate with the bundle at `path`, if there is one.
fn open(builder: GateBuilder, path: Option<&Path>) -> Result<Gate, Failure> {
    let bundle = path.map(rules::read).transpose()?;
    let builder = match &bundle {
        Some(text) => builder.bundle(text),
        None => builder,
    };
    builder
        .open()
        .map_err(|error| rules::refused(error, path, bundle.as_deref()))
}

fn table(detectors: &[Detector]) -> String {
    let ids = detectors.iter().map(|detector| detector.id.len());
    let width = ids.max().unwrap_or_default();
    let line = |detector: &Detector| {
        let lifetime = detector.lifetime.to_string();
        let confidence = detector.confidence.to_string();
        format!(
            "{:width$}  {confidence:6}  {lifetime:7}  {}\n",
            detector.id, detector.description
        )
    };
    detectors.iter().map(line).collect()
}

/// All that is known of a detector, for people.
fn sheet(detector: &Detector) -> String {
    let mut text = format!("{}\n  {}\n\n", detector.id, detector.description);
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:10}  {value}");
    };
    row("label", &format!("[{}]", detector.id));
    if !detector.issuer.is_empty() {
        row("issuer", &detector.issuer);
    }
    row("kind", detector.kind.name());
    if let Some(principal) = detector.principal {
        row("acts as", principal.name());
    }
    if let Some(mode) = detector.mode {
        row("mode", mode.name());
    }
    row("confidence", &detector.confidence.to_string());
    row("lifetime", &detector.lifetime.to_string());
    match (detector.checksum, detector.gate) {
        (None, _) => {}
        (Some(checksum), false) => row("checksum", checksum),
        (Some(checksum), true) => row("checksum", &format!("{checksum}, which must be right")),
    }
    if !detector.names.is_empty() {
        row("names", &detector.names.join(", "));
    }
    row("held", &format!("{} bytes at most", detector.window));
    row("since", &detector.since);
    row("source", &detector.source);
    text
}

impl<'a> From<&'a Detector> for Entry<'a> {
    fn from(detector: &'a Detector) -> Self {
        Self {
            id: &detector.id,
            description: &detector.description,
            issuer: &detector.issuer,
            kind: detector.kind.name(),
            principal: detector.principal.map(Principal::name),
            mode: detector.mode.map(Mode::name),
            confidence: detector.confidence.to_string(),
            lifetime: detector.lifetime.to_string(),
            checksum: detector.checksum,
            gate: detector.gate,
            names: &detector.names,
            window: detector.window,
            since: &detector.since,
            source: &detector.source,
        }
    }
}

impl<'a> From<&'a Diagnostic> for Remark<'a> {
    fn from(diagnostic: &'a Diagnostic) -> Self {
        Self {
            severity: diagnostic.severity.to_string(),
            code: &diagnostic.code,
            message: &diagnostic.message,
            detector: &diagnostic.subject,
            line: diagnostic.line,
            column: diagnostic.column,
            help: &diagnostic.help,
        }
    }
}
