//! Changes of one fact that could make a condition hold, or fail.
//!
//! They are guesses, made from what a condition compares; whether one turns a decision is tried by whoever asks.

use std::collections::BTreeSet;

use cedar_policy::{
    EvalResult,
    pst::{BinaryOp, Expr, PatternElem, UnaryOp},
};

use super::{Change, Subject, View, clause::path};
use crate::{Fact, data::Plane, decide::Delivery};

/// Most elements of a set that are guessed.
const MOST_ELEMENTS: usize = 32;

/// Changes that could make `expr` come out as `wanted`.
pub(super) fn candidates(view: &View<'_>, expr: &Expr, wanted: bool) -> Vec<Change> {
    match expr {
        Expr::UnaryOp {
            op: UnaryOp::Not,
            expr,
        } => candidates(view, expr, !wanted),
        Expr::UnaryOp {
            op: UnaryOp::IsEmpty,
            expr,
        } if wanted => to(view, expr, [Fact::Texts(BTreeSet::new())]),
        Expr::BinaryOp {
            op: BinaryOp::And | BinaryOp::Or,
            left,
            right,
        } => {
            // One change mends one side. Of an `&&` that has to hold, that is enough where the other holds, or
            // where it goes by the same fact; trying finds out.
            let mut all = candidates(view, left, wanted);
            all.extend(candidates(view, right, wanted));
            all
        }
        Expr::BinaryOp { op, left, right } => binary(view, *op, left, right, wanted),
        Expr::GetAttr { .. } => to(view, expr, [Fact::Flag(wanted)]),
        Expr::HasAttr { expr: inner, attrs } => {
            let whole = Expr::GetAttr {
                expr: inner.clone(),
                attr: attrs.head.clone(),
            };
            match (path(&whole), wanted) {
                (Some((Subject::Context, names)), true) if names == ["reason"] => {
                    to(view, &whole, [Fact::from("why it is needed")])
                }
                (Some(_), false) => absent(view, &whole),
                _ => Vec::new(),
            }
        }
        Expr::Like { expr, pattern } if wanted => {
            let text = pattern.iter().filter_map(|element| match element {
                PatternElem::Char(it) => Some(*it),
                PatternElem::Wildcard => None,
            });
            to(view, expr, [Fact::Text(text.collect())])
        }
        Expr::IfThenElse {
            cond,
            then_expr,
            else_expr,
        } => {
            let taken = match view.value(cond) {
                Some(EvalResult::Bool(false)) => else_expr,
                _ => then_expr,
            };
            let mut all = candidates(view, taken, wanted);
            for is in [true, false] {
                all.extend(candidates(view, cond, is));
            }
            all
        }
        _ => Vec::new(),
    }
}

fn binary(view: &View<'_>, op: BinaryOp, left: &Expr, right: &Expr, wanted: bool) -> Vec<Change> {
    let mut all = Vec::new();
    match op {
        BinaryOp::Eq | BinaryOp::NotEq => {
            for (side, other) in [(left, right), (right, left)] {
                let Some(value) = view.value(other).and_then(fact) else {
                    continue;
                };
                match wanted == (op == BinaryOp::Eq) {
                    true => all.extend(to(view, side, [value])),
                    false => all.extend(to(view, side, others(view, side, &value))),
                }
            }
        }
        BinaryOp::Less | BinaryOp::LessEq | BinaryOp::Greater | BinaryOp::GreaterEq => {
            for (side, other, op) in [(left, right, op), (right, left, mirrored(op))] {
                let Some(EvalResult::Long(bound)) = view.value(other) else {
                    continue;
                };
                let number = match (op, wanted) {
                    (BinaryOp::Less, true) | (BinaryOp::GreaterEq, false) => bound.checked_sub(1),
                    (BinaryOp::Greater, true) | (BinaryOp::LessEq, false) => bound.checked_add(1),
                    _ => Some(bound),
                };
                all.extend(to(view, side, number.map(Fact::Number)));
            }
        }
        BinaryOp::Contains => {
            if let Some(EvalResult::String(text)) = view.value(right) {
                all.extend(with(view, left, std::iter::once(text), wanted));
            }
            if let Some(EvalResult::Set(set)) = view.value(left) {
                let elements = set.iter().take(MOST_ELEMENTS).cloned().filter_map(fact);
                match wanted {
                    true => all.extend(to(view, right, elements)),
                    false => {
                        let known: Vec<Fact> = elements.collect();
                        let others = others(view, right, &Fact::Flag(false));
                        all.extend(to(
                            view,
                            right,
                            others.into_iter().filter(|it| !known.contains(it)),
                        ));
                    }
                }
            }
        }
        BinaryOp::ContainsAll | BinaryOp::ContainsAny => {
            let Some(EvalResult::Set(set)) = view.value(right) else {
                return all;
            };
            let texts = set.iter().filter_map(|it| match it {
                EvalResult::String(text) => Some(text.clone()),
                _ => None,
            });
            let texts: Vec<String> = texts.take(MOST_ELEMENTS).collect();
            // All of them do for both, and for `containsAny` one would: the last of the guesses.
            all.extend(with(view, left, texts.iter().cloned(), wanted));
            if op == BinaryOp::ContainsAny && wanted {
                all.extend(
                    texts
                        .into_iter()
                        .flat_map(|one| with(view, left, std::iter::once(one), true)),
                );
            }
        }
        _ => {}
    }
    all
}

/// The fact that `expr` names with these texts added, or taken away.
fn with(
    view: &View<'_>,
    expr: &Expr,
    texts: impl Iterator<Item = String>,
    added: bool,
) -> Vec<Change> {
    let Some((subject, names)) = path(expr) else {
        return Vec::new();
    };
    let Some(Fact::Texts(mut set)) = view.fact(subject, &names).cloned() else {
        return Vec::new();
    };
    for text in texts {
        match added {
            true => set.insert(text),
            false => set.remove(&text),
        };
    }
    to(view, expr, [Fact::Texts(set)])
}

/// What a fact could be beside `value`: only where all that it can be is known.
fn others(view: &View<'_>, expr: &Expr, value: &Fact) -> Vec<Fact> {
    let known = |names: &[&'static str]| -> Vec<Fact> {
        names
            .iter()
            .map(|&name| Fact::from(name))
            .filter(|it| it != value)
            .collect()
    };
    let Some((subject, names)) = path(expr) else {
        return Vec::new();
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match (subject, &*names) {
        (Subject::Context, ["delivery"]) => known(&Delivery::ALL.map(|(name, _)| name)),
        (Subject::Principal | Subject::Credential, ["plane"]) => {
            known(&Plane::ALL.map(|(name, _)| name))
        }
        (Subject::Credential, ["lifetime"]) => known(&["session", "short", "long", "static"]),
        (Subject::Credential, ["principal"]) => known(&["workload", "application", "person"]),
        _ => match (
            value,
            view.fact(
                subject,
                &names.iter().map(|&it| it.to_owned()).collect::<Vec<_>>(),
            ),
        ) {
            (Fact::Flag(_), Some(Fact::Flag(is))) => vec![Fact::Flag(!is)],
            (Fact::Number(number), _) => number
                .checked_sub(1)
                .map(Fact::Number)
                .into_iter()
                .collect(),
            _ => Vec::new(),
        },
    }
}

/// Changes of the fact that `expr` names to each of these.
fn to(view: &View<'_>, expr: &Expr, facts: impl IntoIterator<Item = Fact>) -> Vec<Change> {
    let Some((subject, path)) = path(expr) else {
        return Vec::new();
    };
    // Nobody chooses what time it is, and what is compared with a purpose is another purpose.
    if subject == Subject::Context && matches!(&*path, [name] if name == "now" || name == "purpose")
    {
        return Vec::new();
    }
    let from = view.fact(subject, &path).cloned();
    let facts = facts.into_iter().filter(|fact| from.as_ref() != Some(fact));
    facts
        .filter(|fact| is_possible(subject, &path, fact))
        .map(|fact| Change {
            subject,
            path: path.clone(),
            from: from.clone(),
            to: Some(fact),
        })
        .collect()
}

/// Whether a request could say so.
fn is_possible(subject: Subject, path: &[String], fact: &Fact) -> bool {
    match (subject, path, fact) {
        (Subject::Context, [name], Fact::Number(number)) if name == "ttl" => {
            (1..=i64::from(u32::MAX)).contains(number)
        }
        (Subject::Context, [name], Fact::Text(text)) if name == "delivery" => {
            Delivery::ALL.iter().any(|(known, _)| known == text)
        }
        _ => true,
    }
}

fn absent(view: &View<'_>, expr: &Expr) -> Vec<Change> {
    let Some((subject, path)) = path(expr) else {
        return Vec::new();
    };
    match view.fact(subject, &path).cloned() {
        Some(from) => vec![Change {
            subject,
            path,
            from: Some(from),
            to: None,
        }],
        None => Vec::new(),
    }
}

fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEq => BinaryOp::GreaterEq,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEq => BinaryOp::LessEq,
        other => other,
    }
}

fn fact(value: EvalResult) -> Option<Fact> {
    match value {
        EvalResult::Bool(flag) => Some(Fact::Flag(flag)),
        EvalResult::Long(number) => Some(Fact::Number(number)),
        EvalResult::String(text) => Some(Fact::Text(text)),
        EvalResult::Set(set) => {
            let texts: Option<BTreeSet<String>> = set
                .iter()
                .map(|it| match it {
                    EvalResult::String(text) => Some(text.clone()),
                    _ => None,
                })
                .collect();
            texts.map(Fact::Texts)
        }
        _ => None,
    }
}
