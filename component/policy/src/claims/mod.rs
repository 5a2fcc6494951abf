//! From claims to a principal: what a token says of its bearer, in the words that policies know.
//!
//! The host has verified the signature, the issuer's key and the times of a token; here only what it says is
//! read. A claim that should be there and is not makes the token unreadable: no principal, no access.

mod runtimes;
mod wanted;

use serde_json::{Map, Value};

use crate::{
    data::{Trust, trust::Runtime},
    fact::{Fact, Record},
    limits,
};

/// Who asks, as the host knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The claims of a token whose signature and times the host verified: its payload, as JSON.
    Token(String),
    /// AWS's answer to GetCallerIdentity, as JSON.
    Caller(String),
    /// Somebody at a machine, as the host found out.
    Person {
        /// The name.
        name: String,
        /// The groups that he or she is in.
        groups: Vec<String>,
    },
    /// A test principal.
    Tester {
        /// The name.
        name: String,
        /// The plane that it plays in.
        plane: String,
    },
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// A program that runs.
    Workload,
    /// Somebody.
    Person,
    /// A test principal.
    Tester,
}

impl PrincipalKind {
    /// Its entity type in policies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Workload => "Workload",
            Self::Person => "Person",
            Self::Tester => "Tester",
        }
    }
}

/// Who asks, in the words that policies know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// What it is.
    pub kind: PrincipalKind,
    /// The name under which policies and audit lines know it.
    pub id: String,
    /// What is known of it.
    pub facts: Record,
}

/// Why nobody is known to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// The claims are no JSON object, or too long or too deep.
    Unreadable,
    /// No trust rule is for this issuer.
    UntrustedIssuer,
    /// A trust rule is for this issuer, but for another audience.
    OtherAudience,
    /// A trust rule is for this issuer and audience, but a claim is not what it asks for.
    OtherClaims,
    /// A claim that every token of this runtime has is missing.
    MissingClaim,
}

/// How a trust rule met claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Id of the rule.
    pub trust: String,
    /// What it asks for, what the claims say, and whether that is it.
    pub conditions: Vec<Condition>,
}

/// One claim that a trust rule asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Name of the claim.
    pub claim: String,
    /// What it may be.
    pub wanted: Vec<String>,
    /// What it is.
    pub is: Option<String>,
    /// Whether that is enough.
    pub holds: bool,
}

/// The principal that `identity` is under these trust rules.
///
/// # Errors
/// Why it is none, with how the rules for its issuer met its claims.
pub fn principal(trust: &[Trust], identity: &Identity) -> Result<Principal, (Unknown, Vec<Met>)> {
    let (text, is_token) = match identity {
        Identity::Token(text) => (text, true),
        Identity::Caller(text) => (text, false),
        Identity::Person { name, groups } => return person(trust, name, groups),
        Identity::Tester { name, plane } => {
            let facts = [("name", name), ("plane", plane)];
            let facts = facts.map(|(key, text)| (key.to_owned(), Fact::Text(text.clone())));
            return Ok(Principal {
                kind: PrincipalKind::Tester,
                id: name.clone(),
                facts: Record::from(facts),
            });
        }
    };
    let claims = parse(text).ok_or((Unknown::Unreadable, Vec::new()))?;
    let issuer = wanted::text(&claims, "iss").unwrap_or_default();
    let for_issuer: Vec<&Trust> = match is_token {
        true => trust
            .iter()
            .filter(|rule| rule.runtime.is_token() && rule.issuer == issuer)
            .collect(),
        false => trust
            .iter()
            .filter(|rule| rule.runtime == Runtime::Aws)
            .collect(),
    };
    if for_issuer.is_empty() {
        return Err((Unknown::UntrustedIssuer, Vec::new()));
    }
    let audience = wanted::list(&claims, "aud");
    let for_audience: Vec<&Trust> = for_issuer
        .iter()
        .copied()
        .filter(|rule| {
            rule.audience.is_empty() || rule.audience.iter().any(|one| audience.contains(one))
        })
        .collect();
    let all = |rules: &[&Trust]| -> Vec<Met> {
        rules
            .iter()
            .map(|rule| wanted::met(rule, &claims, &audience))
            .collect()
    };
    if for_audience.is_empty() {
        return Err((Unknown::OtherAudience, all(&for_issuer)));
    }
    let fits = |rule: &&&Trust| {
        let met = wanted::met(rule, &claims, &audience);
        met.conditions.iter().all(|condition| condition.holds)
    };
    let Some(rule) = for_audience.iter().find(fits) else {
        return Err((Unknown::OtherClaims, all(&for_audience)));
    };
    let met = all(&[rule]);
    runtimes::principal(rule, &claims, audience).ok_or((Unknown::MissingClaim, met))
}

fn person(
    trust: &[Trust],
    name: &str,
    groups: &[String],
) -> Result<Principal, (Unknown, Vec<Met>)> {
    let mut claims = Map::new();
    claims.insert("name".into(), name.into());
    claims.insert(
        "groups".into(),
        groups.iter().map(|it| Value::from(&**it)).collect(),
    );
    let rules = trust.iter().filter(|rule| rule.runtime == Runtime::Person);
    let met: Vec<(&Trust, Met)> = rules
        .map(|rule| (rule, wanted::met(rule, &claims, &[])))
        .collect();
    let fits = met
        .iter()
        .find(|(_, met)| met.conditions.iter().all(|it| it.holds));
    let Some((rule, _)) = fits else {
        let why = match met.is_empty() {
            true => Unknown::UntrustedIssuer,
            false => Unknown::OtherClaims,
        };
        return Err((why, met.into_iter().map(|(_, met)| met).collect()));
    };
    Ok(Principal {
        kind: PrincipalKind::Person,
        id: name.to_owned(),
        facts: Record::from([
            ("plane".into(), rule.plane.name().into()),
            ("trust".into(), Fact::Text(rule.id.clone())),
            ("name".into(), name.into()),
            ("groups".into(), Fact::texts(groups.iter().cloned())),
        ]),
    })
}

fn parse(text: &str) -> Option<Map<String, Value>> {
    if text.len() > limits::MAX_CLAIMS_BYTES || limits::check_json(text).is_err() {
        return None;
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(claims)) => Some(claims),
        _ => None,
    }
}
