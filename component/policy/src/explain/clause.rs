//! The conditions of a policy, each of which has to hold.
//!
//! `when { a && b }` and `unless { a || b }` are two conditions each. What else is joined stays one.

use std::sync::Arc;

use cedar_policy::{
    ActionConstraint, EntityTypeName, EntityUid, Policy, PrincipalConstraint, ResourceConstraint,
    pst::{BinaryOp, Clause, EntityType, EntityUID, Expr, Literal, UnaryOp, Var},
};

use super::Subject;

/// A condition that has to be `wanted`.
#[derive(Debug, Clone)]
pub(crate) struct Conjunct {
    pub(crate) expr: Arc<Expr>,
    pub(crate) wanted: bool,
    pub(crate) is_scope: bool,
}

impl Conjunct {
    pub(crate) fn text(&self) -> String {
        match self.wanted {
            true => self.expr.to_string(),
            false => format!("!({})", self.expr),
        }
    }
}

/// The conditions of a policy, those of its scope first.
pub(crate) fn of(policy: &Policy) -> Vec<Conjunct> {
    let mut all: Vec<Conjunct> = scope(policy)
        .into_iter()
        .map(|expr| Conjunct {
            expr: Arc::new(expr),
            wanted: true,
            is_scope: true,
        })
        .collect();
    // A policy that has no such form was refused when the bundle was opened.
    if let Ok(policy) = policy.to_pst() {
        for clause in policy.body().clauses() {
            match clause {
                Clause::When(expr) => split(expr, true, &mut all),
                Clause::Unless(expr) => split(expr, false, &mut all),
            }
        }
    }
    all
}

fn split(expr: &Arc<Expr>, wanted: bool, into: &mut Vec<Conjunct>) {
    match &**expr {
        Expr::BinaryOp {
            op: BinaryOp::And,
            left,
            right,
        } if wanted => {
            split(left, wanted, into);
            split(right, wanted, into);
        }
        Expr::BinaryOp {
            op: BinaryOp::Or,
            left,
            right,
        } if !wanted => {
            split(left, wanted, into);
            split(right, wanted, into);
        }
        Expr::UnaryOp {
            op: UnaryOp::Not,
            expr,
        } => split(expr, !wanted, into),
        _ => into.push(Conjunct {
            expr: Arc::clone(expr),
            wanted,
            is_scope: false,
        }),
    }
}

fn scope(policy: &Policy) -> Vec<Expr> {
    let mut all = Vec::new();
    match policy.principal_constraint() {
        PrincipalConstraint::Any => {}
        PrincipalConstraint::Eq(uid) => all.push(compared(Var::Principal, BinaryOp::Eq, &uid)),
        PrincipalConstraint::In(uid) => all.push(compared(Var::Principal, BinaryOp::In, &uid)),
        PrincipalConstraint::Is(name) => all.push(typed(Var::Principal, &name)),
        PrincipalConstraint::IsIn(name, uid) => {
            all.push(typed(Var::Principal, &name));
            all.push(compared(Var::Principal, BinaryOp::In, &uid));
        }
    }
    match policy.action_constraint() {
        ActionConstraint::Any => {}
        ActionConstraint::Eq(uid) => all.push(compared(Var::Action, BinaryOp::Eq, &uid)),
        ActionConstraint::In(uids) => all.push(Expr::BinaryOp {
            op: BinaryOp::In,
            left: Arc::new(Expr::Var(Var::Action)),
            right: Arc::new(Expr::Set(
                uids.iter().map(|uid| Arc::new(literal(uid))).collect(),
            )),
        }),
    }
    match policy.resource_constraint() {
        ResourceConstraint::Any => {}
        ResourceConstraint::Eq(uid) => all.push(compared(Var::Resource, BinaryOp::Eq, &uid)),
        ResourceConstraint::In(uid) => all.push(compared(Var::Resource, BinaryOp::In, &uid)),
        ResourceConstraint::Is(name) => all.push(typed(Var::Resource, &name)),
        ResourceConstraint::IsIn(name, uid) => {
            all.push(typed(Var::Resource, &name));
            all.push(compared(Var::Resource, BinaryOp::In, &uid));
        }
    }
    all
}

fn compared(var: Var, op: BinaryOp, uid: &EntityUid) -> Expr {
    Expr::BinaryOp {
        op,
        left: Arc::new(Expr::Var(var)),
        right: Arc::new(literal(uid)),
    }
}

fn literal(uid: &EntityUid) -> Expr {
    let uid: &cedar_policy_core::ast::EntityUID = uid.as_ref();
    Expr::Literal(Literal::EntityUID(EntityUID::from(uid.clone())))
}

fn typed(var: Var, name: &EntityTypeName) -> Expr {
    let name: &cedar_policy_core::ast::EntityType = name.as_ref();
    Expr::Is {
        expr: Arc::new(Expr::Var(var)),
        entity_type: EntityType::from(name.clone()),
        in_expr: None,
    }
}

/// The fact that an expression names, if it names one.
pub(crate) fn path(expr: &Expr) -> Option<(Subject, Vec<String>)> {
    match expr {
        Expr::GetAttr { expr, attr } => match &**expr {
            Expr::Var(Var::Principal) => Some((Subject::Principal, vec![attr.to_string()])),
            Expr::Var(Var::Resource) => Some((Subject::Credential, vec![attr.to_string()])),
            Expr::Var(Var::Context) => Some((Subject::Context, vec![attr.to_string()])),
            inner => {
                let (subject, mut names) = path(inner)?;
                if subject == Subject::Context && names == ["purpose"] {
                    return Some((Subject::Purpose, vec![attr.to_string()]));
                }
                names.push(attr.to_string());
                Some((subject, names))
            }
        },
        _ => None,
    }
}

/// The facts that an expression reads, in their order, each once.
pub(crate) fn paths(expr: &Expr, into: &mut Vec<(Subject, Vec<String>)>) {
    if let Some(path) = path(expr) {
        if path != (Subject::Context, vec![String::from("purpose")]) && !into.contains(&path) {
            into.push(path);
        }
        return;
    }
    match expr {
        Expr::UnaryOp { expr, .. }
        | Expr::GetAttr { expr, .. }
        | Expr::Like { expr, .. }
        | Expr::Is { expr, .. } => paths(expr, into),
        Expr::HasAttr { expr, attrs } => {
            let whole = Expr::GetAttr {
                expr: Arc::clone(expr),
                attr: attrs.head.clone(),
            };
            paths(&whole, into);
        }
        Expr::BinaryOp { left, right, .. } => {
            paths(left, into);
            paths(right, into);
        }
        Expr::IfThenElse {
            cond,
            then_expr,
            else_expr,
        } => {
            for part in [cond, then_expr, else_expr] {
                paths(part, into);
            }
        }
        Expr::Set(parts) => parts.iter().for_each(|part| paths(part, into)),
        Expr::Record(parts) => parts.values().for_each(|part| paths(part, into)),
        _ => {}
    }
}
