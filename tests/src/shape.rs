//! What a lane says of a value, in the words that every lane shares, and what a case expects of it.
//!
//! # Promise
//! A case states the shapes that are surer than `low`, all of them and in order; more than it states is
//! a failure too. Of a shape only what is stated is compared, but its facts are compared as a whole.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    Trouble,
    lane::{Lane, Refusal},
    runner::find,
    vector::{Case, Declared, Expectation, Fault, Text},
};

/// What is known of a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// What it may be, the surest first.
    pub shapes: Vec<Read>,
    /// What stands around it.
    pub around: Vec<String>,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// A detector, or the name of a shape that no detector has.
    pub id: String,
    /// Who issues it; empty where that is not known.
    pub issuer: String,
    /// What it is used as.
    pub kind: String,
    /// How long such a credential lives.
    pub lifetime: Option<String>,
    /// Who acts by it.
    pub principal: Option<String>,
    /// Whether something real depends on it.
    pub mode: Option<String>,
    /// What its checksum says.
    pub checksum: String,
    /// How sure it is.
    pub confidence: String,
    /// Why.
    pub ground: String,
    /// When it was made, in seconds since 1970.
    pub issued: Option<i64>,
    /// From when on it works.
    pub starts: Option<i64>,
    /// Until when it works.
    pub expires: Option<i64>,
    /// How it stands to the moment that was given.
    pub phase: String,
    /// What can be read in it: a property and a text each.
    pub facts: Vec<(String, String)>,
}

/// Where a value is not what was declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Violation {
    /// What is wrong.
    pub code: String,
    /// How grave it is.
    pub severity: String,
    /// One line.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The property it is about.
    pub property: Option<String>,
}

/// What a value is declared to be. What is left out is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Declaration {
    /// Ids of shapes it may have.
    pub shapes: Vec<String>,
    /// Kinds it may be.
    pub kinds: Vec<String>,
    /// Who issues it.
    pub issuer: Option<String>,
    /// The longest lifetime it may have.
    pub lifetime: Option<String>,
    /// Who acts by it.
    pub principal: Option<String>,
    /// Whether something real may depend on it.
    pub mode: Option<String>,
    /// The most seconds it may live.
    pub seconds: Option<u64>,
    /// What it must say, by property.
    pub expected: BTreeMap<String, Vec<String>>,
}

/// A value, and what is needed to look at it.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// Rules beside the built-in ones.
    pub bundle: Option<&'q str>,
    /// The value.
    pub value: &'q str,
    /// Seconds since 1970.
    pub now: i64,
}

/// An answer, or why there is none.
pub type Answer<T> = Result<Result<T, Refusal>, Trouble>;

/// The enum case with this name in a list of names.
///
/// # Errors
/// There is none.
pub fn named<T: Copy>(all: &[(&str, T)], name: &str) -> Result<T, Trouble> {
    let found = all.iter().find(|(known, _)| *known == name);
    let found = found.map(|(_, it)| *it);
    found.ok_or_else(|| format!("`{name}` is none of the contract's words").into())
}

/// Runs a case that inspects.
///
/// # Errors
/// The answer is another one, or the lane failed.
pub fn inspect<L: Lane>(lane: &L, bundle: Option<&str>, case: &Case) -> Result<(), Trouble> {
    let value = value(case)?;
    let answer = lane.inspect(&Question {
        bundle,
        value,
        now: moment(case)?,
    })?;
    let Some(seen) = answered(case, answer)? else {
        return Ok(());
    };
    let texts = seen.shapes.iter().flat_map(|it| &it.facts);
    silent(case, texts.map(|(_, text)| &**text))?;
    let sure = |it: &&Read| it.confidence != "low";
    let complete = seen.shapes.iter().filter(sure).count() <= case.shapes.len();
    let same = complete
        && case.shapes.len() <= seen.shapes.len()
        && case.shapes.iter().zip(&seen.shapes).all(fits)
        && case.around == seen.around;
    if same {
        return Ok(());
    }
    let (shapes, around) = (&case.shapes, &case.around);
    Err(format!("seen\n{seen:#?}\nexpected\n{shapes:#?}\naround {around:?}").into())
}

/// Runs a case that checks.
///
/// # Errors
/// The answer is another one, or the lane failed.
pub fn check<L: Lane>(lane: &L, bundle: Option<&str>, case: &Case) -> Result<(), Trouble> {
    let declared = match case.declared.as_ref().ok_or("`declared` is missing")? {
        Declared::Fields(declaration) => declaration.clone(),
        Declared::Name(name) => {
            let named = lane.declaration(name)?;
            named.ok_or_else(|| format!("no declaration has the name `{name}`"))?
        }
    };
    let question = Question {
        bundle,
        value: value(case)?,
        now: moment(case)?,
    };
    let answer = lane.check(&question, &declared)?;
    let Some(violations) = answered(case, answer)? else {
        return Ok(());
    };
    let texts = violations.iter().flat_map(|it| [&*it.message, &*it.help]);
    silent(case, texts.clone())?;
    if let Some(odd) = texts.clone().find(|text| !is_one_line(text)) {
        return Err(format!("this is not one plain line: {odd:?}").into());
    }
    let same = case.violations.len() == violations.len()
        && case.violations.iter().zip(&violations).all(is_violation);
    if same {
        return Ok(());
    }
    let expected = &case.violations;
    Err(format!("violations\n{violations:#?}\nexpected\n{expected:#?}").into())
}

fn value(case: &Case) -> Result<&str, Trouble> {
    case.value.as_ref().ok_or("`value` is missing")?.text()
}

fn moment(case: &Case) -> Result<i64, Trouble> {
    Ok(i64::try_from(case.now.unwrap_or(0))?)
}

/// The answer, or nothing where it had to be refused and was.
fn answered<T>(case: &Case, answer: Result<T, Refusal>) -> Result<Option<T>, Trouble> {
    let expected = case.error.as_ref().map(|code| Refusal {
        code: code.clone(),
        limit: case.limit,
        diagnostics: Vec::new(),
    });
    match (answer, expected) {
        (Ok(answer), None) => Ok(Some(answer)),
        (Err(refusal), Some(expected)) if refusal == expected => Ok(None),
        (Err(refusal), _) => Err(format!("refused with {refusal:?}").into()),
        (Ok(_), Some(expected)) => Err(format!("not refused with {expected:?}").into()),
    }
}

/// Texts that name no control character and end without a full stop.
fn is_one_line(text: &str) -> bool {
    !text.is_empty() && !text.ends_with('.') && !text.contains(char::is_control)
}

/// No answer says what the case calls secret.
fn silent<'t>(
    case: &Case,
    mut texts: impl Iterator<Item = &'t str> + Clone,
) -> Result<(), Trouble> {
    for secret in &case.secret {
        let says = |text: &str| find(text.as_bytes(), &secret.0).is_some();
        if secret.0.is_empty() || !says(value(case)?) {
            return Err("a `secret` is no part of the value".into());
        }
        if texts.clone().any(says) {
            return Err("the answer repeats a `secret`".into());
        }
    }
    // What is longer than a fact may be was cut by nobody.
    match texts.find(|text| text.len() > 512 || text.contains(char::is_control)) {
        Some(text) => Err(format!("a text of {} bytes is no fact", text.len()).into()),
        None => Ok(()),
    }
}

/// Whether a shape is the one that a case states.
fn fits((expected, seen): (&Expectation, &Read)) -> bool {
    let is = |expected: &Option<String>, seen: &str| {
        expected.as_deref().is_none_or(|expected| expected == seen)
    };
    let may_be = |expected: &Option<String>, seen: &Option<String>| {
        is(expected, seen.as_deref().unwrap_or("none"))
    };
    let at = |expected: Option<i64>, seen: Option<i64>| expected.is_none() || expected == seen;
    expected.id == seen.id
        && is(&expected.issuer, &seen.issuer)
        && is(&expected.kind, &seen.kind)
        && may_be(&expected.lifetime, &seen.lifetime)
        && may_be(&expected.principal, &seen.principal)
        && may_be(&expected.mode, &seen.mode)
        && is(&expected.checksum, &seen.checksum)
        && is(&expected.confidence, &seen.confidence)
        && is(&expected.ground, &seen.ground)
        && is(&expected.phase, &seen.phase)
        && at(expected.issued, seen.issued)
        && at(expected.starts, seen.starts)
        && at(expected.expires, seen.expires)
        && expected
            .facts
            .as_ref()
            .is_none_or(|facts| *facts == told(seen))
}

/// The facts of a shape by property, as cases write them.
#[must_use]
pub fn told(seen: &Read) -> BTreeMap<String, Text> {
    let mut facts: BTreeMap<String, Text> = BTreeMap::new();
    for (property, text) in &seen.facts {
        let entry = facts.entry(property.clone()).or_default();
        entry.0.push(text.clone());
    }
    facts
}

fn is_violation((expected, found): (&Fault, &Violation)) -> bool {
    let severity = expected.severity.as_ref();
    expected.code == found.code
        && expected.property == found.property
        && severity.is_none_or(|severity| *severity == found.severity)
}
