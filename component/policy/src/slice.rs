//! Which policies a request can meet, by their scopes alone.
//!
//! # Invariant
//! A policy is left out only where its scope cannot hold for the request, whatever its conditions say: Cedar looks
//! at no condition of such a policy. So decision, reasons and errors are those of all policies together; a
//! property test compares them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use cedar_policy::{
    ActionConstraint, EntityTypeName, EntityUid, PolicySet, PrincipalConstraint, ResourceConstraint,
};

use crate::policies::{Policies, Rule};

/// Most slices that are kept; then all are made anew.
const MAX_KEPT: usize = 4096;

/// What slices go by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) principal: EntityTypeName,
    pub(crate) action: EntityUid,
    pub(crate) credential: EntityUid,
    pub(crate) purpose: EntityUid,
}

/// Policies by what their scopes ask of a resource, and the slices that were asked for.
pub(crate) struct Slices {
    by_resource: HashMap<EntityUid, Vec<usize>>,
    /// Those that ask for no resource.
    open: Vec<usize>,
    kept: RefCell<HashMap<Key, Rc<PolicySet>>>,
}

impl Slices {
    pub(crate) fn new(policies: &Policies) -> Self {
        let mut by_resource: HashMap<EntityUid, Vec<usize>> = HashMap::new();
        let mut open = Vec::new();
        for (index, rule) in policies.rules.iter().enumerate() {
            match rule.policy.resource_constraint() {
                ResourceConstraint::Any | ResourceConstraint::Is(_) => open.push(index),
                ResourceConstraint::In(uid)
                | ResourceConstraint::Eq(uid)
                | ResourceConstraint::IsIn(_, uid) => {
                    by_resource.entry(uid).or_default().push(index);
                }
            }
        }
        Self {
            by_resource,
            open,
            kept: RefCell::default(),
        }
    }

    /// The policies that a request of this kind can meet.
    pub(crate) fn of(&self, policies: &Policies, key: &Key) -> Rc<PolicySet> {
        if let Some(known) = self.kept.borrow().get(key) {
            return Rc::clone(known);
        }
        let rules = self.rules(policies, key);
        let set = PolicySet::from_policies(rules.map(|rule| rule.policy.clone()));
        // Ids are different, which is all that can go wrong; and no policy allows nothing.
        let set = Rc::new(set.unwrap_or_default());
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(key.clone(), Rc::clone(&set));
        set
    }

    /// The policies of a slice, in their order.
    pub(crate) fn rules<'p>(
        &self,
        policies: &'p Policies,
        key: &Key,
    ) -> impl Iterator<Item = &'p Rule> + use<'p> {
        let asked = [&key.purpose, &key.credential];
        let asked = asked
            .into_iter()
            .filter_map(|uid| self.by_resource.get(uid));
        let mut indices: Vec<usize> = asked.flatten().chain(&self.open).copied().collect();
        indices.sort_unstable();
        indices.retain(|&index| {
            policies
                .rules
                .get(index)
                .is_some_and(|rule| fits(rule, key))
        });
        indices
            .into_iter()
            .filter_map(|index| policies.rules.get(index))
    }
}

/// Whether the scope of a policy can hold.
fn fits(rule: &Rule, key: &Key) -> bool {
    let principal = match rule.policy.principal_constraint() {
        PrincipalConstraint::Any => true,
        // Which principal it is does not enter the key: the scope itself decides.
        PrincipalConstraint::In(uid) | PrincipalConstraint::Eq(uid) => {
            uid.type_name() == &key.principal
        }
        PrincipalConstraint::Is(name) | PrincipalConstraint::IsIn(name, _) => name == key.principal,
    };
    let action = match rule.policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::In(uids) => uids.contains(&key.action),
        ActionConstraint::Eq(uid) => uid == key.action,
    };
    let resource = match rule.policy.resource_constraint() {
        ResourceConstraint::Any => true,
        ResourceConstraint::Is(name) => &name == key.credential.type_name(),
        ResourceConstraint::Eq(uid) => uid == key.credential,
        ResourceConstraint::In(uid) => uid == key.credential || uid == key.purpose,
        ResourceConstraint::IsIn(name, uid) => {
            &name == key.credential.type_name() && (uid == key.credential || uid == key.purpose)
        }
    };
    principal && action && resource
}
