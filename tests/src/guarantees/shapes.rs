//! What must hold of whatever is said of a value.
//!
//! - Nothing that is printed repeats the value: no message, no `Debug` output. Facts do not repeat all
//!   of it.
//! - Answers are small, in order, and the same whatever white space stands around the value.
//! - What a value is said to be is no violation of a declaration that says the same.

use hushgate_detector::document::Confidence;
use hushgate_engine::{detect::Checksum, rules::Rules};
use hushgate_shape::{
    Code, Declaration, Expected, Ground, Inspection, Property, Shape, Violation, check, inspect,
};

use super::hold;
use crate::{Trouble, runner::holds};

/// So many bytes of a value in a text are no accident.
const TELLING: usize = 12;
/// Longest text of a fact, and most facts, as the contract has them.
const LONGEST: usize = 512;
const MOST: usize = 64;

/// Shapes that no detector has, as the contract lists them.
const OTHERS: [&str; 16] = [
    "certificate",
    "public-key",
    "ssh-public-key",
    "pgp-public-key",
    "connection-string",
    "signed-url",
    "gcp-service-account-key",
    "gcp-user-credentials",
    "aws-credentials",
    "azure-service-principal",
    "azure-service-key",
    "azure-annotated-key",
    "azure-devops-pat",
    "aws-unique-id",
    "jwk",
    "private-key",
];

/// All that must hold of what a value is said to be.
///
/// # Errors
/// What does not hold. It says which shape, not which value.
pub fn inspected(rules: &Rules, value: &str) -> Result<Inspection, Trouble> {
    let seen = inspect(rules, value)?;
    // Moments are told as numbers, which may stand in the value in the same way.
    let mut shown = seen.clone();
    for shape in &mut shown.shapes {
        (shape.issued, shape.starts, shape.expires) = (None, None, None);
    }
    silent(value, &format!("{shown:?}"))?;
    let order = seen.shapes.iter().map(|it| it.confidence);
    hold!(
        order.is_sorted_by(|one, next| one >= next),
        "the surest is not first"
    );
    for shape in &seen.shapes {
        let id = &*shape.id;
        let known = rules.detectors().iter().any(|rule| rule.id == id) || OTHERS.contains(&id);
        hold!(known, "`{id}` is no shape of the contract");
        consistent(shape)?;
        let odd = |text: &str| text.is_empty() || text.len() > LONGEST;
        let facts = shape.facts.iter().map(|it| &*it.text);
        hold!(
            shape.facts.len() <= MOST
                && facts
                    .clone()
                    .all(|it| !odd(it) && !it.contains(char::is_control)),
            "`{id}` has an odd fact"
        );
        hold!(
            !facts.clone().any(|it| it == value.trim()),
            "a fact of `{id}` is all of the value"
        );
    }
    let tidy = inspect(rules, &format!(" \t{value}\r\n"))?;
    let ids =
        |seen: &Inspection| -> Vec<String> { seen.shapes.iter().map(|it| it.id.clone()).collect() };
    hold!(
        ids(&tidy) == ids(&seen),
        "white space around it makes it something else: {:?}, {:?}",
        ids(&seen),
        ids(&tidy)
    );
    Ok(seen)
}

/// A ground goes with a confidence and a checksum.
fn consistent(shape: &Shape) -> Result<(), Trouble> {
    let fits = match shape.ground {
        Ground::Checksum => shape.checksum == Checksum::Right,
        Ground::WrongChecksum => {
            shape.checksum == Checksum::Wrong && shape.confidence < Confidence::High
        }
        Ground::Structure => shape.confidence == Confidence::High,
        Ground::Bare | Ground::Broken => shape.confidence == Confidence::Low,
        Ground::Form => shape.confidence == Confidence::High,
        Ground::Common => shape.confidence < Confidence::High,
    };
    hold!(fits, "the ground of `{}` does not fit", shape.id);
    Ok(())
}

/// All that must hold of what is said against a value.
///
/// # Errors
/// What does not hold.
pub fn checked(
    rules: &Rules,
    value: &str,
    declared: &Declaration,
    now: i64,
) -> Result<Vec<Violation>, Trouble> {
    let found = check(rules, value, declared, now)?;
    // What is declared may be what is there.
    let own = format!("{declared:?}");
    for violation in &found {
        let words = format!("{violation:?}");
        if !telling(value, &own) {
            silent(value, &words)?;
        }
        let line = &violation.message;
        hold!(
            !line.is_empty() && !line.ends_with('.') && !line.contains(char::is_control),
            "`{}` is told in an odd line",
            violation.code.name()
        );
    }
    hold!(
        found.iter().is_sorted_by(|a, b| a.severity >= b.severity),
        "the gravest is not first"
    );
    Ok(found)
}

/// What a value is said to be, declared, is contradicted in nothing that it is.
///
/// # Errors
/// It is.
pub fn as_said(rules: &Rules, value: &str, now: i64) -> Result<(), Trouble> {
    let seen = inspect(rules, value)?;
    let Some(first) = seen.shapes.first() else {
        return Ok(());
    };
    // A text fits itself, even if there are stars in it.
    let said = |property: Property| first.facts(property).map(str::to_owned).collect();
    let expected = first.facts.iter().map(|fact| Expected {
        property: fact.property,
        texts: said(fact.property),
    });
    let declared = Declaration {
        shapes: vec![first.id.clone()],
        kinds: vec![first.kind],
        issuer: Some(first.issuer.clone()),
        lifetime: first.lifetime,
        principal: first.principal,
        mode: first.mode,
        seconds: None,
        expected: expected.collect(),
    };
    for violation in check(rules, value, &declared, now)? {
        let is_of_form = matches!(
            violation.code,
            Code::Empty
                | Code::Placeholder
                | Code::Untidy
                | Code::Encoded
                | Code::EncodedTwice
                | Code::Expired
                | Code::Early
                | Code::WrongChecksum
                | Code::Broken
        );
        hold!(
            is_of_form,
            "`{}` is said to be itself, and then `{}`",
            first.id,
            violation.code.name()
        );
    }
    Ok(())
}

/// Nothing of a value stands in a text.
fn silent(value: &str, text: &str) -> Result<(), Trouble> {
    hold!(!telling(value, text), "a part of the value is told");
    Ok(())
}

/// Whether enough of a value stands in a text to tell something of it.
fn telling(value: &str, text: &str) -> bool {
    let bytes = value.as_bytes();
    let is_varied = |part: &[u8]| part.iter().any(|it| part.first() != Some(it));
    // A text is short; every part of a long value that could stand in it begins within its length.
    let steps = bytes.windows(TELLING).step_by(TELLING / 2);
    let steps = steps.take(4 * LONGEST).filter(|it| is_varied(it));
    steps
        .filter(|part| !ordinary(part))
        .any(|part| holds(text.as_bytes(), part))
}

/// Words and signs that answers are made of may stand in a value as well.
fn ordinary(part: &[u8]) -> bool {
    let marks = part
        .iter()
        .filter(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    marks.count() < 4
}
