//! Cases on a lane, with a report.
//!
//! # Promise
//! Every case either ran or is in the report with the reason that the case records: there is no
//! other way of leaving one out.

use std::fmt;

use crate::{
    Trouble,
    expand::{self, Layout, Trial},
    lane::{self, Found, Lane, Outcome, Refusal, Session, Step},
    shape,
    vector::{self, Action, Case, File, Finding},
};

/// How the cases of a file fared on a lane.
#[derive(Debug)]
pub struct Report {
    lane: &'static str,
    file: String,
    cases: usize,
    streams: usize,
    skipped: Vec<(String, String)>,
    /// One entry for each case that failed.
    pub failures: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            lane,
            file,
            cases,
            streams,
            skipped,
            failures,
        } = self;
        write!(f, "{lane}: {file}: {cases} cases, {streams} streams")?;
        if !failures.is_empty() {
            write!(f, ", {} failed", failures.len())?;
        }
        for (case, reason) in skipped {
            write!(f, "\n{lane}: {file}: skipped `{case}`: {reason}")?;
        }
        Ok(())
    }
}

/// Runs all cases of a file.
///
/// # Errors
/// The lane itself failed.
pub fn run<L: Lane>(lane: &L, file: &File) -> Result<Report, Trouble> {
    let mut report = Report {
        lane: lane.name(),
        file: file.name.clone(),
        cases: 0,
        streams: 0,
        skipped: Vec::new(),
        failures: Vec::new(),
    };
    for case in &file.cases {
        if let Some(reason) = case.skip.get(lane.name()) {
            report.skipped.push((case.name.clone(), reason.clone()));
            continue;
        }
        report.cases += 1;
        match run_case(lane, file, case) {
            Ok(streams) => report.streams += streams,
            Err(failure) => {
                let place = format!("{}: {}: {}", lane.name(), file.name, case.name);
                report.failures.push(format!("{place}: {failure}"));
            }
        }
    }
    Ok(report)
}

/// Runs one case; how many streams that took.
fn run_case<L: Lane>(lane: &L, file: &File, case: &Case) -> Result<usize, Trouble> {
    let setup = expand::setup(file, case)?;
    match case.action {
        Action::Inspect => return shape::inspect(lane, setup.bundle.as_deref(), case).map(|()| 0),
        Action::Check => return shape::check(lane, setup.bundle.as_deref(), case).map(|()| 0),
        Action::Redact | Action::Register | Action::Open => {}
    }
    let opened = lane.open(&setup)?;
    match (case.action, opened) {
        (Action::Redact, Ok(mut session)) => {
            let tried = attempt(&mut session, &expand::trial(case)?)?;
            Ok(tried.streams)
        }
        (Action::Register, Ok(mut session)) => {
            set_values(&mut session, &expand::values(case))?;
            let value = case.value.as_ref().ok_or("`value` is missing")?;
            match session.add(&value.0)? {
                Ok(()) => Err("the value was registered".into()),
                Err(refusal) => refused(case, &refusal).map(|()| 0),
            }
        }
        (Action::Open, Err(refusal)) => refused(case, &refusal).map(|()| 0),
        (_, Ok(_)) => Err("it opened".into()),
        (_, Err(refusal)) => Err(format!("it did not open: {refusal:?}").into()),
    }
}

fn refused(case: &Case, refusal: &Refusal) -> Result<(), Trouble> {
    let expected = Refusal {
        code: case.error.clone().ok_or("`error` is missing")?,
        limit: case.limit,
        diagnostics: case.diagnostics.clone(),
    };
    if *refusal == expected {
        Ok(())
    } else {
        Err(format!("refused with\n{refusal:#?}\nexpected\n{expected:#?}").into())
    }
}

/// A trial that held.
#[derive(Debug)]
pub struct Tried {
    /// How many streams were redacted.
    pub streams: usize,
    /// What came of the first one.
    pub outcome: Outcome,
}

/// Runs a trial in every layout.
///
/// # Errors
/// What did not come out as expected, with the layout in which it did not.
pub fn attempt<S: Session>(session: &mut S, trial: &Trial) -> Result<Tried, Trouble> {
    let input = trial.input();
    set_values(session, &trial.values)?;
    let given = trial.given();
    let outcome = lane::run(session, &given.groups)?;
    check(trial, &given, &outcome)?;
    let allowed = session.allowed()?;
    if let Some(expected) = &trial.allowed
        && *expected != allowed
    {
        return Err(format!("allowed by {allowed:?}, expected {expected:?}").into());
    }
    if let Some(expected) = &trial.released
        && *expected != outcome.released
    {
        let shown = |all: &[Vec<u8>]| {
            let all: Vec<String> = all.iter().map(|it| it.escape_ascii().to_string()).collect();
            format!("{all:#?}")
        };
        let (expected, got) = (shown(expected), shown(&outcome.released));
        return Err(format!("released\n{got}\nexpected\n{expected}").into());
    }
    let mut streams = 1;
    for layout in trial.text().into_iter().chain(trial.layouts(&input)) {
        if trial.changes() {
            set_values(session, &trial.values)?;
        }
        let outcome = lane::run(session, &layout.groups)?;
        check(trial, &layout, &outcome)?;
        streams += 1;
    }
    if trial.twice {
        let again = lane::run(session, &[vec![Step::Push(&trial.output)]])?;
        if again.output() != trial.output || !again.findings.is_empty() {
            let message = difference("redacted again", &trial.output, &again.output());
            return Err(format!("{message}\nfindings: {:?}", again.findings).into());
        }
        streams += 1;
    }
    Ok(Tried { streams, outcome })
}

fn set_values<S: Session>(session: &mut S, values: &[Vec<u8>]) -> Result<(), Trouble> {
    session.clear()?;
    values
        .iter()
        .try_for_each(|value| lane::register(session, value))
}

fn check(trial: &Trial, layout: &Layout<'_>, outcome: &Outcome) -> Result<(), Trouble> {
    let output = outcome.output();
    if output != trial.output {
        return Err(difference(&layout.name, &trial.output, &output).into());
    }
    // What the expected output itself must not hold: a slip in a vector shows here.
    if !trial.changes()
        && let Some(value) = trial.values.iter().find(|value| holds(&output, value))
    {
        return Err(format!("the output holds `{}`", value.escape_ascii()).into());
    }
    let Some(expected) = &trial.findings else {
        return Ok(());
    };
    let same = expected.len() == outcome.findings.len()
        && expected
            .iter()
            .zip(&outcome.findings)
            .all(|(one, other)| fits(one, other));
    if same {
        Ok(())
    } else {
        let found = &outcome.findings;
        Err(format!(
            "{}: findings\n{found:#?}\nexpected\n{expected:#?}",
            layout.name
        )
        .into())
    }
}

/// Whether `value` stands in `text`; an empty one stands in none.
#[must_use]
pub fn holds(text: &[u8], value: &[u8]) -> bool {
    !value.is_empty() && find(text, value).is_some()
}

/// Where `value` first stands in `text`.
#[must_use]
pub fn find(text: &[u8], value: &[u8]) -> Option<usize> {
    // Long inputs of one repeated byte would make `windows` quadratic.
    let Some((&first, _)) = value.split_first() else {
        return Some(0);
    };
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        at += rest.iter().position(|&byte| byte == first)?;
        if text.get(at..)?.starts_with(value) {
            return Some(at);
        }
        at += 1;
    }
}

/// Whether a finding is the one that a case states.
fn fits(expected: &vector::Finding, found: &Found) -> bool {
    let Finding {
        rule,
        span,
        line,
        column,
        confidence,
        checksum,
        fingerprint,
    } = expected;
    let same = fingerprint.is_none() || *fingerprint == found.fingerprint;
    same && *rule == found.rule
        && *span == found.span
        && line.is_none_or(|line| line == found.line)
        && column.is_none_or(|column| column == found.column)
        && confidence
            .as_deref()
            .is_none_or(|it| it == found.confidence)
        && checksum.as_deref().is_none_or(|it| it == found.checksum)
}

/// Bytes that are shown before and behind a difference.
const SHOWN: usize = 200;

/// Where two outputs part.
#[must_use]
pub fn difference(name: &str, expected: &[u8], got: &[u8]) -> String {
    let same = expected
        .iter()
        .zip(got)
        .take_while(|(one, other)| one == other)
        .count();
    let from = same.saturating_sub(SHOWN);
    let part = |bytes: &[u8]| {
        let to = bytes.len().min(same + SHOWN);
        bytes
            .get(from..to)
            .unwrap_or_default()
            .escape_ascii()
            .to_string()
    };
    format!(
        "{name}: differs at byte {same} of {}, shown from {from}\nexpected `{}`\n     got `{}`",
        got.len(),
        part(expected),
        part(got)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::Native;

    fn file(text: &str) -> File {
        toml::from_str(text).expect("well formed")
    }

    /// The runner must be able to fail.
    #[test]
    fn a_wrong_expectation_fails() {
        let right = "[[case]]\nname = 'x'\ndo = 'redact'\nregister = ['hunter2']\n\
                     chunks = ['a hunter2']\noutput = 'a [registered]'\n\
                     findings = [{ rule = 'registered', span = [2, 9], column = 3 }]\n";
        let failures = |text: &str| run(&Native, &file(text)).expect("the lane works").failures;
        assert!(failures(right).is_empty(), "{:?}", failures(right));
        for (from, to) in [
            ("[registered]'", "[registered] '"),
            ("column = 3", "column = 4"),
            ("[2, 9]", "[2, 8]"),
            ("rule = 'reg", "rule = 'veg"),
            ("do = 'redact'", "do = 'redact'\nvalue = 'x'"),
            (
                "do = 'redact'",
                "do = 'redact'\nreleased = ['a [registered]', '']",
            ),
            ("do = 'redact'", "do = 'redact'\ndetectors = ['no-such']"),
            ("do = 'redact'", "do = 'open'\nerror = 'unknown-detector'"),
            (
                "do = 'redact'",
                "do = 'register'\nvalue = 'hunter3'\nerror = 'trivial'",
            ),
        ] {
            let wrong = right.replace(from, to);
            assert_eq!(failures(&wrong).len(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_skipped_case_is_named_with_its_reason() {
        let text = "[[case]]\nname = 'x'\ndo = 'redact'\nskip = { native = 'a reason' }\n";
        let report = run(&Native, &file(text)).expect("the lane works");
        assert!(
            report.to_string().ends_with("skipped `x`: a reason"),
            "{report}"
        );
    }
}
