//! Running the engine, and what must hold of what comes out.

use hushgate_engine::{
    redact::{Finding, Key, Options, Redactor, Style},
    rules::Rules,
    stream::Machine,
    values::Values,
};

use super::input::Input;

/// Output and findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The joined output.
    pub bytes: Vec<u8>,
    /// All findings.
    pub findings: Vec<Finding>,
}

/// The registry of an input's values; those that are refused are left out.
pub fn values(rules: &Rules, input: &Input) -> Values {
    let mut values = Values::new(rules);
    for value in &input.values {
        let _refused = values.add(value);
    }
    values
}

/// The values of an input that were registered.
pub fn registered<'i>(rules: &Rules, input: &'i Input) -> Vec<&'i [u8]> {
    let accepted = |value: &&Vec<u8>| Values::new(rules).add(value).is_ok();
    input
        .values
        .iter()
        .filter(accepted)
        .map(Vec::as_slice)
        .collect()
}

/// One of the styles, by number.
pub fn style(number: usize) -> Style {
    match number {
        0 => Style::Label,
        1 => Style::Stars,
        2 => Style::Fingerprint(Key::new(b"a key that is no secret").expect("long enough")),
        _ => Style::Partial,
    }
}

/// How many styles there are.
pub const STYLES: usize = 4;

pub fn options(style: &Style) -> Options {
    Options {
        style: style.clone(),
        report: true,
        ..Options::default()
    }
}

/// Redacts chunks, settling after some.
pub fn run(rules: &Rules, values: &Values, style: &Style, chunks: &[(&[u8], bool)]) -> Outcome {
    let mut redactor = Redactor::open(rules, &options(style)).expect("no detectors named");
    let mut bytes = Vec::new();
    for (chunk, settle) in chunks {
        redactor.push(values, chunk, &mut bytes);
        if *settle {
            redactor.settle(values, &mut bytes);
        }
    }
    redactor.finish(values, &mut bytes);
    Outcome {
        bytes,
        findings: redactor.findings(),
    }
}

/// Redacts chunks, going over to a new redactor after each one.
pub fn relay(
    rules: &Rules,
    values: &Values,
    style: &Style,
    input: &[u8],
    chunks: &[(&[u8], bool)],
) -> Outcome {
    let options = options(style);
    let mut redactor = Redactor::open(rules, &options).expect("no detectors named");
    let mut bytes = Vec::new();
    let mut findings = Vec::new();
    let mut read = 0;
    for (chunk, settle) in chunks {
        redactor.push(values, chunk, &mut bytes);
        if *settle {
            redactor.settle(values, &mut bytes);
        }
        read += chunk.len();
        findings.extend(redactor.findings());
        let checkpoint = redactor.checkpoint();
        redactor = Redactor::resume(rules, &options, &checkpoint.state).expect("our own state");
        let from = usize::try_from(checkpoint.offset).expect("within the input");
        let mut again = Vec::new();
        redactor.push(values, &input[from..read], &mut again);
        assert!(again.is_empty(), "released bytes came again: {again:?}");
    }
    redactor.finish(values, &mut bytes);
    findings.extend(redactor.findings());
    Outcome { bytes, findings }
}

/// Redacts chunks; `anew`, with another stream behind each one where the stream is fresh there.
///
/// Findings are moved to where they are in the whole input, as a host does that redacts parts of it
/// at the same time.
pub fn restart(
    rules: &Rules,
    values: &Values,
    options: &Options,
    input: &[u8],
    chunks: &[(&[u8], bool)],
    anew: bool,
) -> Outcome {
    let open = || Machine::open(rules, options).expect("no detectors named");
    let mut machine = open();
    let mut bytes = Vec::new();
    let mut findings = Vec::new();
    let (mut read, mut begun) = (0, 0);
    for (chunk, settle) in chunks {
        machine.push(values, chunk, &mut bytes);
        if *settle {
            machine.settle(values, &mut bytes);
        }
        read += chunk.len();
        if anew && machine.is_fresh() {
            assert_eq!(machine.held(), 0, "fresh, but there is input to come out");
            findings.extend(moved(machine.findings(), &input[..begun]));
            machine = open();
            begun = read;
        }
    }
    machine.finish(values, &mut bytes);
    findings.extend(moved(machine.findings(), &input[..begun]));
    Outcome { bytes, findings }
}

/// Findings of a stream that began behind `before`, as the whole stream has them.
fn moved(findings: Vec<Finding>, before: &[u8]) -> Vec<Finding> {
    let lines = before.iter().filter(|&&byte| byte == b'\n').count() as u64;
    let columns = before.iter().rev().take_while(|&&byte| byte != b'\n');
    let columns = columns.count() as u64;
    let offset = before.len() as u64;
    let findings = findings.into_iter().map(|mut finding| {
        finding.start += offset;
        finding.end += offset;
        if finding.position.line == 1 {
            finding.position.column += columns;
        }
        finding.position.line += lines;
        finding
    });
    findings.collect()
}
