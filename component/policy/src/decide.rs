//! Decisions: from a request to allow or deny, with the policies that made it so.
//!
//! # Promise
//! What is not permitted is denied; what a guard-rail or another `forbid` matches is denied; and where a policy
//! could not be evaluated the answer is a denial that says so. No input leads to anything else.

use std::collections::BTreeSet;

use cedar_policy::{
    Authorizer, Context, Decision as Cedar, Effect, Entities, EntityUid, Request as CedarRequest,
    Response,
};

use crate::{
    claims::{self, Identity, Met, Principal, Unknown},
    data::Place,
    fact::{Fact, Record},
    organisation::{Held, Organisation, Reason, entity, uid},
    policies::Rule,
    slice::Key,
};

/// What is to be done with a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Get it, or a lease on it.
    Obtain,
    /// Do something with one that is at hand.
    Use,
    /// Make its next version.
    Rotate,
    /// Make it useless.
    Revoke,
    /// Put one under the gate's care.
    Register,
}

impl Action {
    /// Their names in policies.
    pub const ALL: [(&'static str, Self); 5] = [
        ("Obtain", Self::Obtain),
        ("Use", Self::Use),
        ("Rotate", Self::Rotate),
        ("Revoke", Self::Revoke),
        ("Register", Self::Register),
    ];

    /// Its name in policies.
    #[must_use]
    pub fn name(self) -> &'static str {
        crate::data::name_of(&Self::ALL, self)
    }
}

/// How a credential reaches whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delivery {
    /// As a value in the memory of the process.
    Memory,
    /// In a variable of its environment.
    Environment,
    /// In a file.
    File,
    /// In the arguments of a command.
    Argv,
}

impl Delivery {
    /// Their names in policies.
    pub const ALL: [(&'static str, Self); 4] = [
        ("memory", Self::Memory),
        ("environment", Self::Environment),
        ("file", Self::File),
        ("argv", Self::Argv),
    ];

    /// Its name in policies.
    #[must_use]
    pub fn name(self) -> &'static str {
        crate::data::name_of(&Self::ALL, self)
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub identity: Identity,
    /// What is to be done.
    pub action: Action,
    /// Id of the purpose.
    pub purpose: String,
    /// Id of the credential; nothing for whichever serves the purpose.
    pub credential: Option<String>,
    /// Seconds since 1970.
    pub now: i64,
    /// For how many seconds.
    pub ttl: u32,
    /// How it is to arrive.
    pub delivery: Delivery,
    /// Why.
    pub reason: Option<String>,
    /// Whether the rules for an emergency are asked for.
    pub emergency: bool,
}

/// Why a request is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No policy permits it.
    NotPermitted,
    /// A policy forbids it.
    Forbidden,
    /// A policy could not be evaluated.
    Failed,
    /// The purpose is not declared.
    UnknownPurpose,
    /// The credential is not declared.
    UnknownCredential,
    /// The credential does not serve the purpose.
    OtherPurpose,
    /// No credential serves the purpose.
    NoCredential,
    /// Nobody is known to ask.
    Unidentified(Unknown),
}

impl Refusal {
    /// Its stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotPermitted => "not-permitted",
            Self::Forbidden => "forbidden",
            Self::Failed => "failed",
            Self::UnknownPurpose => "unknown-purpose",
            Self::UnknownCredential => "unknown-credential",
            Self::OtherPurpose => "other-purpose",
            Self::NoCredential => "no-credential",
            Self::Unidentified(Unknown::Unreadable) => "unreadable-claims",
            Self::Unidentified(Unknown::UntrustedIssuer) => "untrusted-issuer",
            Self::Unidentified(Unknown::OtherAudience) => "other-audience",
            Self::Unidentified(Unknown::OtherClaims) => "other-claims",
            Self::Unidentified(Unknown::MissingClaim) => "missing-claim",
        }
    }
}

/// A policy that made a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Determining {
    /// Its `@id`.
    pub id: String,
    /// Whether it permits; otherwise it forbids.
    pub permits: bool,
    /// Its `@reason`, or empty.
    pub reason: String,
    /// Its `@advice`, or empty.
    pub advice: String,
    /// Where it stands.
    pub place: Place,
}

/// What whoever hands the credential out has to keep to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligations {
    /// For how many seconds it is granted, at most.
    pub ttl: u32,
    /// How it may arrive.
    pub delivery: Delivery,
    /// Whether the audit line has to have the claims.
    pub full_audit: bool,
    /// Whom to alert; empty for nobody.
    pub alerts: Vec<String>,
    /// The name of the session in the issuer's own trail, 2 to 64 characters.
    pub session: String,
    /// What the issuer is told to narrow the session to; empty for all that the credential may.
    pub session_policy: String,
}

/// A policy that could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its `@id`.
    pub policy: String,
    /// What went wrong.
    pub message: String,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Why it is denied; nothing where it is allowed.
    pub refusal: Option<Refusal>,
    /// The credential that was decided on, if one was.
    pub credential: Option<String>,
    /// Who asked, if that is known.
    pub principal: Option<Principal>,
    /// The policies that made it so, in the order of their ids.
    pub determining: Vec<Determining>,
    /// What has to be kept to, where it is allowed.
    pub obligations: Option<Obligations>,
    /// The policies that could not be evaluated.
    pub failures: Vec<Failure>,
    /// Where nobody is known to ask: how the trust rules met the claims.
    pub met: Vec<Met>,
}

impl Decision {
    /// Whether the request is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.refusal.is_none()
    }

    pub(crate) fn refused(refusal: Refusal, principal: Option<Principal>) -> Self {
        Self {
            refusal: Some(refusal),
            credential: None,
            principal,
            determining: Vec::new(),
            obligations: None,
            failures: Vec::new(),
            met: Vec::new(),
        }
    }
}

/// All that policies can read for one request and one credential.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) principal: Principal,
    pub(crate) action: Action,
    pub(crate) credential: Record,
    pub(crate) credential_uid: EntityUid,
    pub(crate) purpose: Record,
    pub(crate) purpose_uid: EntityUid,
    pub(crate) context: Record,
}

/// A request in Cedar's form.
pub(crate) struct Asked {
    pub(crate) request: CedarRequest,
    pub(crate) entities: Entities,
    pub(crate) key: Key,
}

impl World {
    pub(crate) fn new(
        principal: Principal,
        request: &Request,
        held: &Held,
        reason: &Reason,
    ) -> Self {
        let mut context = Record::from([
            ("now".into(), Fact::Number(request.now)),
            ("ttl".into(), Fact::Number(request.ttl.into())),
            ("delivery".into(), request.delivery.name().into()),
            ("emergency".into(), Fact::Flag(request.emergency)),
        ]);
        if let Some(reason) = &request.reason {
            context.insert("reason".into(), Fact::Text(reason.clone()));
        }
        Self {
            principal,
            action: request.action,
            credential: held.facts.clone(),
            credential_uid: held.uid.clone(),
            purpose: reason.facts.clone(),
            purpose_uid: reason.uid.clone(),
            context,
        }
    }

    /// The same in Cedar's form; nothing where it cannot be said there, so that nothing is allowed.
    pub(crate) fn asked(&self) -> Option<Asked> {
        let principal = uid(self.principal.kind.name(), &self.principal.id);
        let action = uid("Action", self.action.name());
        let purpose = cedar_policy::RestrictedExpression::new_entity_uid(self.purpose_uid.clone());
        let pairs = self
            .context
            .iter()
            .map(|(name, fact)| (name.clone(), fact.expression()));
        let pairs = pairs.chain([(String::from("purpose"), purpose)]);
        let context = Context::from_pairs(pairs).ok()?;
        let entities = [
            entity(&principal, &self.principal.facts, None),
            entity(
                &self.credential_uid,
                &self.credential,
                Some(&self.purpose_uid),
            ),
            entity(&self.purpose_uid, &self.purpose, None),
        ];
        Some(Asked {
            key: Key {
                principal: principal.type_name().clone(),
                action: action.clone(),
                credential: self.credential_uid.clone(),
                purpose: self.purpose_uid.clone(),
            },
            entities: Entities::from_entities(entities, None).ok()?,
            request: CedarRequest::new(
                principal,
                action,
                self.credential_uid.clone(),
                context,
                None,
            )
            .ok()?,
        })
    }
}

/// Decides on a request.
#[must_use]
pub fn decide(organisation: &Organisation, request: &Request) -> Decision {
    worlds(organisation, request, |worlds| {
        let mut denied: Option<Decision> = None;
        for world in worlds {
            let decision = decide_world(organisation, &world);
            if decision.is_allowed() {
                return decision;
            }
            denied.get_or_insert(decision);
        }
        denied.unwrap_or_else(|| Decision::refused(Refusal::NoCredential, None))
    })
    .unwrap_or_else(|refused| refused)
}

/// Runs `act` with what policies can read of a request, once for each credential that it can be about, the
/// likeliest first.
pub(crate) fn worlds<T>(
    organisation: &Organisation,
    request: &Request,
    act: impl FnOnce(Vec<World>) -> T,
) -> Result<T, Decision> {
    let principal = match claims::principal(&organisation.trust, &request.identity) {
        Ok(principal) => principal,
        Err((unknown, met)) => {
            let mut refused = Decision::refused(Refusal::Unidentified(unknown), None);
            refused.met = met;
            return Err(refused);
        }
    };
    let refused = |refusal| Err(Decision::refused(refusal, Some(principal.clone())));
    let Some(reason) = organisation.purposes.get(&request.purpose) else {
        return refused(Refusal::UnknownPurpose);
    };
    let world = |held| World::new(principal.clone(), request, held, reason);
    if let Some(id) = &request.credential {
        let Some(held) = organisation.credentials.get(id) else {
            return refused(Refusal::UnknownCredential);
        };
        if !held.credential.purposes.contains(&request.purpose) {
            return refused(Refusal::OtherPurpose);
        }
        return Ok(act(vec![world(held)]));
    }
    let plane = principal.facts.get("plane");
    let mut serving: Vec<&Held> = organisation.serving(&request.purpose).collect();
    // Stable: what is of the principal's plane comes first, else by id.
    serving.sort_by_key(|held| held.facts.get("plane") != plane);
    match serving.is_empty() {
        true => refused(Refusal::NoCredential),
        false => Ok(act(serving.into_iter().map(world).collect())),
    }
}

/// The entities that policies read for a request, as Cedar sees them: for tests that compare with Cedar itself.
#[must_use]
pub fn entities(
    organisation: &Organisation,
    request: &Request,
) -> Option<Vec<cedar_policy::Entity>> {
    let world = worlds(organisation, request, |all| all.into_iter().next()).ok()??;
    Some(world.asked()?.entities.into_iter().collect())
}

/// Decides with all that policies can read at hand.
pub(crate) fn decide_world(organisation: &Organisation, world: &World) -> Decision {
    let mut decision = Decision::refused(Refusal::Failed, Some(world.principal.clone()));
    decision.credential = Some(world.credential_uid.id().unescaped().to_owned());
    let Some(asked) = world.asked() else {
        return decision;
    };
    let set = organisation.slices.of(&organisation.policies, &asked.key);
    let response = Authorizer::new().is_authorized(&asked.request, &set, &asked.entities);
    settle(organisation, world, &response, &mut decision);
    decision
}

fn settle(
    organisation: &Organisation,
    world: &World,
    response: &Response,
    decision: &mut Decision,
) {
    let reasons = response.diagnostics().reason();
    let mut rules: Vec<&Rule> = reasons
        .filter_map(|id| organisation.policies.get(id))
        .collect();
    rules.sort_by_key(|rule| rule.id());
    decision.determining = rules.iter().map(|rule| determining(rule)).collect();
    decision.failures = response
        .diagnostics()
        .errors()
        .map(|error| {
            let cedar_policy::AuthorizationError::PolicyEvaluationError(error) = error;
            Failure {
                policy: AsRef::<str>::as_ref(error.policy_id()).to_owned(),
                message: error.inner().to_string(),
            }
        })
        .collect();
    decision.failures.sort_by(|a, b| a.policy.cmp(&b.policy));
    decision.refusal = match response.decision() {
        _ if !decision.failures.is_empty() => Some(Refusal::Failed),
        Cedar::Allow => None,
        Cedar::Deny if rules.is_empty() => Some(Refusal::NotPermitted),
        Cedar::Deny => Some(Refusal::Forbidden),
    };
    if decision.refusal.is_none() {
        decision.obligations = Some(obligations(organisation, world, &rules));
    }
}

pub(crate) fn determining(rule: &Rule) -> Determining {
    Determining {
        id: rule.id().to_owned(),
        permits: rule.policy.effect() == Effect::Permit,
        reason: rule.annotation("reason").to_owned(),
        advice: rule.annotation("advice").to_owned(),
        place: rule.place.clone(),
    }
}

fn obligations(organisation: &Organisation, world: &World, rules: &[&Rule]) -> Obligations {
    let number = |record: &Record, name: &str| match record.get(name) {
        Some(Fact::Number(number)) => u32::try_from(*number).ok(),
        _ => None,
    };
    // Of several bounds the strictest holds, whichever policy states it.
    let stated = rules
        .iter()
        .filter_map(|rule| rule.annotation("ttl").parse().ok());
    let bounds = [
        number(&world.context, "ttl"),
        number(&world.purpose, "maximum"),
        number(&world.credential, "maximum"),
    ];
    let ttl = stated
        .chain(bounds.into_iter().flatten())
        .min()
        .unwrap_or_default();
    let alerts: BTreeSet<&str> = rules
        .iter()
        .map(|rule| rule.annotation("alert"))
        .filter(|alert| !alert.is_empty())
        .collect();
    let delivery = match world.context.get("delivery") {
        Some(Fact::Text(name)) => Delivery::ALL.iter().find(|(known, _)| known == name),
        _ => None,
    };
    let purpose = organisation
        .purposes
        .get(world.purpose_uid.id().unescaped());
    Obligations {
        ttl,
        delivery: delivery.map_or(Delivery::Memory, |(_, delivery)| *delivery),
        full_audit: rules.iter().any(|rule| rule.annotation("audit") == "full")
            || !alerts.is_empty(),
        alerts: alerts.into_iter().map(str::to_owned).collect(),
        session: session(world),
        session_policy: purpose
            .map(|it| it.purpose.session_policy.clone())
            .unwrap_or_default(),
    }
}

/// A name that every issuer takes: letters, digits and `+=,.@-`, 2 to 64 of them.
fn session(world: &World) -> String {
    let purpose = world.purpose_uid.id().unescaped();
    let text = format!("{purpose}-{}", world.principal.id);
    let mut name: String = text
        .chars()
        .map(|it| {
            if it.is_ascii_alphanumeric() || "+=,.@-_".contains(it) {
                it
            } else {
                '-'
            }
        })
        .take(64)
        .collect();
    while name.len() < 2 {
        name.push('-');
    }
    name
}
