//! Explanations: for a denial, the permits that came nearest, clause by clause, and one change that would
//! turn it.
//!
//! # Promise
//! A change that is reported was tried: with it and nothing else changed, the same decision allows. Where none is
//! reported, no single change of one fact that a failing clause compares would do.

mod change;
pub(crate) mod clause;

use std::fmt;

use cedar_policy::{Effect, Entities, Request as CedarRequest};

use crate::{
    Decision, Determining, Fact, Organisation, Refusal, Request,
    decide::{World, decide_world, determining, worlds},
    fact,
    policies::Rule,
};

/// Most permits that are told of.
const MOST_NEAR: usize = 3;
/// Most changes that are tried.
const MOST_TRIED: usize = 256;

/// Whose fact a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// What the request asks for.
    Context,
    /// Who asks.
    Principal,
    /// How the credential is declared.
    Credential,
    /// How the purpose is declared.
    Purpose,
}

impl Subject {
    /// Its name in policies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Principal => "principal",
            Self::Credential => "resource",
            Self::Purpose => "context.purpose",
        }
    }
}

/// One fact that would have to be another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose fact it is.
    pub subject: Subject,
    /// The names that lead to it.
    pub path: Vec<String>,
    /// What it is; nothing where there is none.
    pub from: Option<Fact>,
    /// What it would have to be; nothing where there must be none.
    pub to: Option<Fact>,
}

impl Change {
    /// The fact as policies name it, such as `principal.github.ref`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.subject.name(), self.path.join("."))
    }

    fn made(&self, world: &World) -> Option<World> {
        let mut world = world.clone();
        let record = match self.subject {
            Subject::Context => &mut world.context,
            Subject::Principal => &mut world.principal.facts,
            Subject::Credential => &mut world.credential,
            Subject::Purpose => &mut world.purpose,
        };
        fact::put(record, &self.path, self.to.clone()).then_some(world)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown =
            |fact: &Option<Fact>| fact.as_ref().map_or("absent".to_owned(), Fact::to_string);
        write!(
            f,
            "{} is {}, and needs to be {}",
            self.name(),
            shown(&self.from),
            shown(&self.to)
        )
    }
}

/// One condition of a policy that has to hold with all its others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The condition, as policies write it.
    pub text: String,
    /// Whether it holds; nothing where it cannot be evaluated.
    pub holds: Option<bool>,
    /// The facts that it reads, by name, and what they are; nothing where there is none.
    pub values: Vec<(String, Option<String>)>,
}

/// A permit that came near, or a forbid that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The policy.
    pub policy: Determining,
    /// Its conditions, those of its scope first.
    pub clauses: Vec<Clause>,
    /// What would satisfy it, or keep it from matching, if one change does that and turns the decision.
    pub change: Option<Change>,
}

/// Why a request was decided as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// For a denial: the forbids that matched, then the permits that came nearest.
    pub near: Vec<Near>,
    /// For a denial: the one change that turns it, of those that ask least of whoever asks.
    pub change: Option<Change>,
}

impl Explanation {
    /// That of a request that could not be made.
    pub(crate) fn none() -> Self {
        Self {
            decision: Decision::refused(Refusal::Failed, None),
            near: Vec::new(),
            change: None,
        }
    }
}

/// Decides on a request and explains the decision.
#[must_use]
pub fn explain(organisation: &Organisation, request: &Request) -> Explanation {
    let decision = crate::decide(organisation, request);
    let mut explanation = Explanation {
        decision,
        near: Vec::new(),
        change: None,
    };
    let explains = matches!(
        explanation.decision.refusal,
        Some(Refusal::NotPermitted | Refusal::Forbidden | Refusal::Failed)
    );
    if explains && let Ok(Some(world)) = worlds(organisation, request, |all| all.into_iter().next())
    {
        (explanation.near, explanation.change) = explain_world(organisation, &world);
    }
    explanation
}

/// What came near in a world that is denied, and what turns it.
pub(crate) fn explain_world(
    organisation: &Organisation,
    world: &World,
) -> (Vec<Near>, Option<Change>) {
    let Some(view) = View::of(world) else {
        return (Vec::new(), None);
    };
    let decision = decide_world(organisation, world);
    let matched = |rule: &&Rule| {
        let known = decision.determining.iter().any(|it| it.id == rule.id());
        known || decision.failures.iter().any(|it| it.policy == rule.id())
    };
    let rules = &organisation.policies.rules;
    let mut forbids: Vec<Ranked<'_>> = Vec::new();
    let mut permits: Vec<Ranked<'_>> = Vec::new();
    for rule in rules {
        let clauses = clause::of(&rule.policy);
        let failing = clauses
            .iter()
            .filter(|it| view.holds(it) != Some(true))
            .count();
        let scope = clauses
            .iter()
            .filter(|it| it.is_scope && view.holds(it) != Some(true))
            .count();
        let ranked = Ranked {
            rule,
            clauses,
            rank: (scope, failing),
        };
        match rule.policy.effect() {
            Effect::Permit => permits.push(ranked),
            Effect::Forbid if matched(&rule) => forbids.push(ranked),
            Effect::Forbid => {}
        }
    }
    permits.sort_by_key(|it| (it.rank, it.rule.id().to_owned()));
    // Permits of other purposes say nothing where some are of this one.
    let least = permits.first().map_or(0, |it| it.rank.0);
    permits.retain(|it| it.rank.0 <= least);
    let mut turner = Turner {
        organisation,
        world,
        view: &view,
        tried: 0,
    };
    let mut near = Vec::new();
    let mut turns: Vec<Change> = Vec::new();
    for (index, ranked) in forbids.iter().chain(&permits).enumerate() {
        let all = turner.turns(ranked, index >= forbids.len());
        if index < forbids.len() + MOST_NEAR {
            near.push(Near {
                policy: determining(ranked.rule),
                clauses: ranked.clauses.iter().map(|it| view.shown(it)).collect(),
                change: all.first().cloned(),
            });
        }
        turns.extend(all);
    }
    turns.sort_by_key(|it| it.subject);
    (near, turns.into_iter().next())
}

struct Ranked<'o> {
    rule: &'o Rule,
    clauses: Vec<clause::Conjunct>,
    /// How many of its scope's conditions fail, and how many in all.
    rank: (usize, usize),
}

struct Turner<'w> {
    organisation: &'w Organisation,
    world: &'w World,
    view: &'w View<'w>,
    tried: usize,
}

impl Turner<'_> {
    /// Changes that make a policy's conditions hold, or one of them fail, and turn the decision.
    fn turns(&mut self, ranked: &Ranked<'_>, hold: bool) -> Vec<Change> {
        let clauses = ranked
            .clauses
            .iter()
            .filter(|it| !hold || self.view.holds(it) != Some(true));
        let mut changes: Vec<Change> = clauses
            .flat_map(|it| change::candidates(self.view, &it.expr, it.wanted == hold))
            .collect();
        changes.sort_by_key(|it| it.subject);
        changes.dedup();
        changes.retain(|change| {
            self.tried += 1;
            let turned = || {
                let world = change.made(self.world)?;
                Some(decide_world(self.organisation, &world).is_allowed())
            };
            self.tried <= MOST_TRIED && turned() == Some(true)
        });
        changes
    }
}

/// A world as expressions see it.
pub(crate) struct View<'w> {
    world: &'w World,
    request: CedarRequest,
    entities: Entities,
}

impl<'w> View<'w> {
    pub(crate) fn of(world: &'w World) -> Option<Self> {
        let asked = world.asked()?;
        Some(Self {
            world,
            request: asked.request,
            entities: asked.entities,
        })
    }

    /// Whether a conjunct holds; nothing where it cannot be evaluated.
    pub(crate) fn holds(&self, conjunct: &clause::Conjunct) -> Option<bool> {
        match self.value(&conjunct.expr)? {
            cedar_policy::EvalResult::Bool(is) => Some(is == conjunct.wanted),
            _ => None,
        }
    }

    fn value(&self, expr: &cedar_policy::pst::Expr) -> Option<cedar_policy::EvalResult> {
        let expr = cedar_policy_core::ast::Expr::from(expr.clone());
        cedar_policy::eval_expression(&self.request, &self.entities, &expr.into()).ok()
    }

    fn fact(&self, subject: Subject, path: &[String]) -> Option<&Fact> {
        let record = match subject {
            Subject::Context => &self.world.context,
            Subject::Principal => &self.world.principal.facts,
            Subject::Credential => &self.world.credential,
            Subject::Purpose => &self.world.purpose,
        };
        fact::at(record, path)
    }

    fn shown(&self, conjunct: &clause::Conjunct) -> Clause {
        let mut paths = Vec::new();
        clause::paths(&conjunct.expr, &mut paths);
        let values = paths.into_iter().map(|(subject, path)| {
            let value = self.fact(subject, &path).map(Fact::to_string);
            (format!("{}.{}", subject.name(), path.join(".")), value)
        });
        Clause {
            text: conjunct.text(),
            holds: self.holds(conjunct),
            values: values.collect(),
        }
    }
}
