//! What is known of a value, as JSON has it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use hushgate::{Inspection, Named, Severity, Shape, Violation};
use jiff::Timestamp;
use serde::Serialize;

use crate::failure::Exit;

/// What is known of a value.
#[derive(Serialize)]
pub(super) struct Answer {
    pub(super) shapes: Vec<Seen>,
    pub(super) around: Vec<&'static str>,
    /// Nothing where nothing was declared.
    pub(super) violations: Option<Vec<Wrong>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fingerprint: Option<String>,
    /// How a program ends that was asked about it.
    #[serde(skip)]
    pub(super) exit: Exit,
}

/// A shape.
#[derive(Serialize)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) issuer: String,
    pub(super) kind: &'static str,
    pub(super) confidence: String,
    pub(super) ground: &'static str,
    pub(super) lifetime: Option<String>,
    pub(super) principal: Option<&'static str>,
    pub(super) mode: Option<&'static str>,
    pub(super) checksum: String,
    pub(super) issued: Option<Timestamp>,
    pub(super) starts: Option<Timestamp>,
    pub(super) expires: Option<Timestamp>,
    pub(super) phase: &'static str,
    /// By property; those that say several things have a list.
    pub(super) facts: BTreeMap<&'static str, Texts>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Texts {
    One(String),
    Many(Vec<String>),
}

/// A violation.
#[derive(Serialize)]
pub(super) struct Wrong {
    pub(super) severity: String,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) property: Option<&'static str>,
    pub(super) help: String,
}

/// A declaration that has a name.
#[derive(Serialize)]
pub(super) struct Declared<'a> {
    name: &'a str,
    description: &'a str,
}

pub(super) fn names(names: &[Named]) -> Vec<Declared<'_>> {
    let all = names.iter();
    all.map(|it| Declared {
        name: &it.name,
        description: &it.description,
    })
    .collect()
}

impl Answer {
    pub(super) fn new(
        seen: Inspection,
        violations: Option<Vec<Violation>>,
        fingerprint: Option<String>,
    ) -> Self {
        let is_error = |it: &Violation| it.severity == Severity::Error;
        let exit = match violations.iter().flatten().any(is_error) {
            true => Exit::Findings,
            false => Exit::Done,
        };
        Self {
            exit,
            shapes: seen.shapes.into_iter().map(Seen::from).collect(),
            around: seen.around.into_iter().map(|it| it.name()).collect(),
            violations: violations.map(|all| all.into_iter().map(Wrong::from).collect()),
            fingerprint,
        }
    }
}

impl From<Shape> for Seen {
    fn from(it: Shape) -> Self {
        let moment = |it: SystemTime| Timestamp::try_from(it).ok();
        let mut facts: BTreeMap<&'static str, Texts> = BTreeMap::new();
        for fact in it.facts {
            let name = fact.property.name();
            let texts = match facts.remove(name) {
                None => Texts::One(fact.text),
                Some(Texts::One(first)) => Texts::Many(vec![first, fact.text]),
                Some(Texts::Many(mut texts)) => {
                    texts.push(fact.text);
                    Texts::Many(texts)
                }
            };
            facts.insert(name, texts);
        }
        Self {
            id: it.id,
            issuer: it.issuer,
            kind: it.kind.name(),
            confidence: it.confidence.to_string(),
            ground: it.ground.name(),
            lifetime: it.lifetime.map(|it| it.to_string()),
            principal: it.principal.map(|it| it.name()),
            mode: it.mode.map(|it| it.name()),
            checksum: it.checksum.to_string(),
            issued: it.issued.and_then(moment),
            starts: it.starts.and_then(moment),
            expires: it.expires.and_then(moment),
            phase: it.phase.name(),
            facts,
        }
    }
}

impl From<Violation> for Wrong {
    fn from(it: Violation) -> Self {
        Self {
            severity: it.severity.to_string(),
            code: it.code.name(),
            message: it.message,
            property: it.property.map(|it| it.name()),
            help: it.help,
        }
    }
}
