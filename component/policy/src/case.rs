//! Tests of policies, as data: requests with the answer that is expected, and what they cover.
//!
//! A policy is covered where it made a decision in some case; a condition where it held in one case that met the
//! policy's scope and failed in another. Guard-rails are tested by Hushgate and do not count.

use std::collections::{BTreeMap, BTreeSet};

use hushgate_detector::Diagnostic;
use serde::{Deserialize, Serialize};

use crate::{
    Action, Change, Decision, Delivery, Explanation, Organisation, Request, calendar,
    claims::Identity,
    data::{self, Located, Place},
    decide::worlds,
    explain::{View, clause, explain},
    limits, spelling,
};

/// The time of cases that state none: the first second of 2026.
const NOW: i64 = 1_767_225_600;

/// Who asks in a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Asker {
    /// The claims of a token.
    pub token: Option<serde_json::Value>,
    /// AWS's answer to GetCallerIdentity.
    pub caller: Option<serde_json::Value>,
    /// The name of a person.
    pub person: Option<String>,
    /// The groups that the person is in.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The name of a test principal.
    pub tester: Option<String>,
    /// The plane that the test principal plays in.
    pub plane: Option<String>,
}

/// What a case expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// It is allowed.
    Allow,
    /// It is denied.
    Deny,
}

/// A request and the answer that is expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Who asks.
    pub principal: Asker,
    /// What is to be done: `Obtain`, `Use`, `Rotate`, `Revoke` or `Register`.
    #[serde(default = "obtain")]
    pub action: String,
    /// Id of the purpose.
    pub purpose: String,
    /// Id of the credential; nothing for whichever serves the purpose.
    pub credential: Option<String>,
    /// The day, `YYYY-MM-DD`.
    pub day: Option<String>,
    /// For how many seconds.
    #[serde(default = "ttl")]
    pub ttl: u32,
    /// How it is to arrive: `memory`, `environment`, `file` or `argv`.
    #[serde(default = "memory")]
    pub delivery: String,
    /// Why.
    pub reason: Option<String>,
    /// Whether the rules for an emergency are asked for.
    #[serde(default)]
    pub emergency: bool,
    /// The answer.
    pub expect: Expected,
    /// Ids of all policies that make it so, in any order.
    pub policies: Option<Vec<String>>,
    /// The code of the refusal, such as `not-permitted`.
    pub refusal: Option<String>,
    /// The fact that would have to change, such as `principal.github.ref`; `none` where no single one would do.
    pub change: Option<String>,
    /// For how many seconds it is granted.
    pub granted: Option<u32>,
}

fn obtain() -> String {
    String::from("Obtain")
}

fn ttl() -> u32 {
    300
}

fn memory() -> String {
    String::from("memory")
}

/// How a case came out.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What is not as expected; nothing where all is.
    pub faults: Vec<String>,
    /// The answer, explained.
    pub explanation: Explanation,
}

/// What cases cover of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// Its `@id`.
    pub policy: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it made a decision in some case.
    pub decided: bool,
    /// Its conditions, and whether each held in some case, and failed in some.
    pub clauses: Vec<(String, bool, bool)>,
}

impl Covered {
    /// How much of it is covered, of how much.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let clauses = self
            .clauses
            .iter()
            .filter(|(_, held, failed)| *held && *failed)
            .count();
        (usize::from(self.decided) + clauses, 1 + self.clauses.len())
    }
}

/// How the cases of some files came out.
#[derive(Debug, Clone)]
pub struct Report {
    /// Each case, in the order of the files.
    pub outcomes: Vec<Outcome>,
    /// Each policy of the bundle, in its order.
    pub coverage: Vec<Covered>,
}

impl Report {
    /// How much of all policies is covered, of how much.
    #[must_use]
    pub fn coverage(&self) -> (usize, usize) {
        let counts = self.coverage.iter().map(Covered::count);
        counts.fold((0, 0), |(a, b), (c, d)| (a + c, b + d))
    }
}

/// The cases of a file.
///
/// # Errors
/// Every fault in it, with its place.
pub fn read(path: &str, text: &str) -> Result<Vec<(Case, Place)>, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let mut cases: Vec<Located<Case>> = Vec::new();
    match limits::check_toml(text) {
        Ok(()) => data::read_tables(path, text, "case", &mut cases, &mut faults),
        Err(fault) => faults.push(fault.within(path)),
    }
    match faults.is_empty() {
        true => Ok(cases.into_iter().map(|it| (it.item, it.place)).collect()),
        false => Err(faults),
    }
}

impl Case {
    /// The request that it makes.
    ///
    /// # Errors
    /// What it says that no request can say.
    pub fn request(&self) -> Result<Request, String> {
        let one_of = |what: &str, name: &str, known: &[&str]| {
            format!("`{name}` is no {what}; {}", spelling::help(name, known))
        };
        let action = Action::ALL.iter().find(|(name, _)| *name == self.action);
        let (_, action) = action
            .ok_or_else(|| one_of("action", &self.action, &Action::ALL.map(|(name, _)| name)))?;
        let delivery = Delivery::ALL
            .iter()
            .find(|(name, _)| *name == self.delivery);
        let (_, delivery) = delivery.ok_or_else(|| {
            one_of(
                "delivery",
                &self.delivery,
                &Delivery::ALL.map(|(name, _)| name),
            )
        })?;
        let now = match &self.day {
            None => NOW,
            Some(day) => calendar::first_second(day).ok_or("`day` is no date: write YYYY-MM-DD")?,
        };
        let asker = &self.principal;
        let identity = match (&asker.token, &asker.caller, &asker.person, &asker.tester) {
            (Some(claims), None, None, None) => Identity::Token(claims.to_string()),
            (None, Some(claims), None, None) => Identity::Caller(claims.to_string()),
            (None, None, Some(name), None) => Identity::Person {
                name: name.clone(),
                groups: asker.groups.clone(),
            },
            (None, None, None, Some(name)) => Identity::Tester {
                name: name.clone(),
                plane: asker.plane.clone().unwrap_or_default(),
            },
            _ => {
                return Err(
                    "`principal` is not one of `token`, `caller`, `person` and `tester`".into(),
                );
            }
        };
        Ok(Request {
            identity,
            action: *action,
            purpose: self.purpose.clone(),
            credential: self.credential.clone(),
            now,
            ttl: self.ttl,
            delivery: *delivery,
            reason: self.reason.clone(),
            emergency: self.emergency,
        })
    }

    /// What is not as expected.
    fn faults(&self, explanation: &Explanation) -> Vec<String> {
        let decision = &explanation.decision;
        let mut faults = Vec::new();
        let expected = self.expect == Expected::Allow;
        if decision.is_allowed() != expected {
            let (is, why) = match decision.refusal {
                None => ("allowed", String::new()),
                Some(refusal) => ("denied", format!(": {}", refusal.code())),
            };
            faults.push(format!("it is {is}{why}"));
        }
        let ids: BTreeSet<&str> = decision.determining.iter().map(|it| &*it.id).collect();
        if let Some(policies) = &self.policies {
            let wanted: BTreeSet<&str> = policies.iter().map(String::as_str).collect();
            if wanted != ids {
                faults.push(format!("the policies that decide are {ids:?}"));
            }
        }
        let code = decision.refusal.map_or("", crate::Refusal::code);
        if self.refusal.as_deref().is_some_and(|wanted| wanted != code) {
            faults.push(format!("the refusal is `{code}`"));
        }
        if let Some(wanted) = &self.change {
            let is = explanation
                .change
                .as_ref()
                .map_or("none".to_owned(), Change::name);
            if *wanted != is {
                faults.push(format!("the change is `{is}`"));
            }
        }
        let granted = decision.obligations.as_ref().map(|it| it.ttl);
        if self.granted.is_some() && self.granted != granted {
            faults.push(format!(
                "it is granted for {} s",
                granted.unwrap_or_default()
            ));
        }
        faults
    }
}

/// Runs cases.
#[must_use]
pub fn run(organisation: &Organisation, cases: &[(Case, Place)]) -> Report {
    let mut seen = Seen::new(organisation);
    let outcomes = cases.iter().map(|(case, place)| {
        let (faults, explanation) = match case.request() {
            Ok(request) => {
                let explanation = explain(organisation, &request);
                seen.note(organisation, &request, &explanation.decision);
                (case.faults(&explanation), explanation)
            }
            Err(fault) => (vec![fault], Explanation::none()),
        };
        Outcome {
            name: case.name.clone(),
            place: place.clone(),
            faults,
            explanation,
        }
    });
    Report {
        outcomes: outcomes.collect(),
        coverage: seen.coverage(),
    }
}

/// What cases met.
struct Seen {
    policies: BTreeMap<usize, (Covered, Vec<clause::Conjunct>)>,
}

impl Seen {
    fn new(organisation: &Organisation) -> Self {
        let rules = organisation.policies.rules.iter().enumerate();
        let own = rules.filter(|(_, rule)| !rule.is_guardrail());
        let policies = own.map(|(index, rule)| {
            let conjuncts = clause::of(&rule.policy);
            let clauses = conjuncts.iter().filter(|it| !it.is_scope);
            let covered = Covered {
                policy: rule.id().to_owned(),
                place: rule.place.clone(),
                decided: false,
                clauses: clauses.map(|it| (it.text(), false, false)).collect(),
            };
            (index, (covered, conjuncts))
        });
        Self {
            policies: policies.collect(),
        }
    }

    fn note(&mut self, organisation: &Organisation, request: &Request, decision: &Decision) {
        let all = worlds(organisation, request, |all| all).unwrap_or_default();
        for world in &all {
            let Some(view) = View::of(world) else {
                continue;
            };
            for (covered, conjuncts) in self.policies.values_mut() {
                covered.decided |= decision
                    .determining
                    .iter()
                    .any(|it| it.id == covered.policy);
                let (scope, clauses): (Vec<_>, Vec<_>) =
                    conjuncts.iter().partition(|it| it.is_scope);
                if scope.iter().all(|it| view.holds(it) == Some(true)) {
                    for (conjunct, (_, held, failed)) in clauses.iter().zip(&mut covered.clauses) {
                        let holds = view.holds(conjunct) == Some(true);
                        *held |= holds;
                        *failed |= !holds;
                    }
                }
            }
        }
    }

    fn coverage(self) -> Vec<Covered> {
        self.policies
            .into_values()
            .map(|(covered, _)| covered)
            .collect()
    }
}
