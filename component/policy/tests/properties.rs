//! Promises that hold for any policies and requests.
#![allow(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::fmt::Write as _;
use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request as CedarRequest,
    RestrictedExpression, Schema,
};
use hushgate_policy::{
    Action, Delivery, Organisation, Refusal, Request, archive::File, claims::Identity, decide,
    explain, organisation,
};
use proptest::prelude::*;

const DATA: &str = r#"
[[trust]]
id = "github"
runtime = "github-actions"
issuer = "https://token.actions.githubusercontent.com"
audience = ["gate"]
plane = "ci"
claims = { repository_owner_id = "1" }
[[trust]]
id = "people"
runtime = "person"
plane = "local"
claims = { groups = "*" }
[[purpose]]
id = "shop_service_deploy"
description = "d"
owner = "o"
sensitivity = "low"
production = true
planes = ["ci", "local"]
max-ttl = 3600
[[purpose]]
id = "shop_report_read"
description = "d"
owner = "o"
sensitivity = "high"
production = false
planes = ["ci", "local", "runtime"]
max-ttl = 900
[[credential]]
id = "a"
kind = "access-token"
issuer = "AWS"
plane = "ci"
source = "env:A"
purposes = ["shop_service_deploy", "shop_report_read"]
principal = "workload"
owner = "o"
lifetime = "session"
min-ttl = 60
[[credential]]
id = "b"
kind = "password"
issuer = "PostgreSQL"
plane = "local"
source = "env:B"
purposes = ["shop_report_read"]
principal = "person"
owner = "o"
lifetime = "static"
"#;

/// Conditions that a policy may have, all of which pass strict validation for every principal.
fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("context.delivery == \"memory\"".to_owned()),
        Just("context.delivery != \"file\"".to_owned()),
        Just("[\"memory\", \"environment\"].contains(context.delivery)".to_owned()),
        (0..5000_i64).prop_map(|n| format!("context.ttl <= {n}")),
        (0..5000_i64).prop_map(|n| format!("{n} < context.ttl")),
        Just("context.emergency".to_owned()),
        Just("context has reason".to_owned()),
        Just("(context has reason && context.reason like \"ticket*\")".to_owned()),
        Just("principal.plane == \"ci\"".to_owned()),
        Just("resource.lifetime == \"session\"".to_owned()),
        Just("context.purpose.production".to_owned()),
        // Overflows: a policy that cannot be evaluated.
        Just("context.ttl + 9223372036854775807 > 0".to_owned()),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("(if {a} then {b} else {c})")),
        ]
    })
}

fn workload_condition() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("principal has github && principal.github has ref && principal.github.ref == \"refs/heads/main\"".to_owned()),
        Just("principal has github && principal.github has ref && principal.github.ref like \"refs/tags/*\"".to_owned()),
        Just("!principal.proposed".to_owned()),
    ]
}

fn policy() -> impl Strategy<Value = String> {
    let effect = prop_oneof![4 => Just("permit"), 1 => Just("forbid")];
    let principal = prop_oneof![
        Just("principal"),
        Just("principal is Workload"),
        Just("principal is Person"),
        Just("principal == Person::\"ann\"")
    ];
    let action = prop_oneof![
        2 => Just("action"),
        2 => Just("action == Action::\"Obtain\""),
        1 => Just("action in [Action::\"Use\", Action::\"Rotate\"]"),
    ];
    let resource = prop_oneof![
        Just("resource"),
        Just("resource in Purpose::\"shop_service_deploy\""),
        Just("resource in Purpose::\"shop_report_read\""),
        Just("resource == Credential::\"a\""),
        Just("resource is Credential in Purpose::\"shop_report_read\""),
    ];
    let parts = (
        effect,
        principal,
        action,
        resource,
        prop::option::of(condition()),
        prop::option::of(condition()),
        prop::option::of(workload_condition()),
    );
    parts.prop_map(|(effect, principal, action, resource, when, unless, own)| {
        let mut text = format!("{effect} ({principal}, {action}, {resource})");
        if let Some(own) = own.filter(|_| principal == "principal is Workload") {
            let _ = write!(text, " when {{ {own} }}");
        }
        if let Some(when) = when {
            let _ = write!(text, " when {{ {when} }}");
        }
        if let Some(unless) = unless {
            let _ = write!(text, " unless {{ {unless} }}");
        }
        text + ";\n"
    })
}

fn policies() -> impl Strategy<Value = String> {
    prop::collection::vec(policy(), 0..6).prop_map(|all| {
        let numbered = all.iter().enumerate();
        numbered
            .map(|(index, text)| format!("@id(\"p{index}\")\n{text}"))
            .collect()
    })
}

fn request() -> impl Strategy<Value = Request> {
    let branch = prop_oneof![
        Just("refs/heads/main"),
        Just("refs/heads/x"),
        Just("refs/tags/v1")
    ];
    let token = (branch, any::<bool>()).prop_map(|(branch, proposed)| {
        let event = if proposed { "pull_request" } else { "push" };
        Identity::Token(format!(
            r#"{{"iss":"https://token.actions.githubusercontent.com","aud":"gate","sub":"repo:acme@1/app@2:x","repository":"acme/app","repository_owner_id":"1","ref":"{branch}","event_name":"{event}"}}"#
        ))
    });
    let person = prop_oneof![Just("ann"), Just("bob")].prop_map(|name| Identity::Person {
        name: name.into(),
        groups: vec!["g".into()],
    });
    let identity = prop_oneof![2 => token, 1 => person];
    let purpose = prop_oneof![Just("shop_service_deploy"), Just("shop_report_read")];
    let credential = prop_oneof![Just(Some("a")), Just(Some("b")), Just(None)];
    let reason = prop_oneof![Just(None), Just(Some("ticket 7")), Just(Some("so"))];
    let action = prop::sample::select(Action::ALL.map(|(_, it)| it).to_vec());
    let delivery = prop::sample::select(Delivery::ALL.map(|(_, it)| it).to_vec());
    let ttl = prop_oneof![Just(10_u32), Just(300), Just(900), Just(1800), Just(9000)];
    (
        identity,
        purpose,
        credential,
        reason,
        action,
        delivery,
        ttl,
        any::<bool>(),
    )
        .prop_map(
            |(identity, purpose, credential, reason, action, delivery, ttl, emergency)| Request {
                identity,
                action,
                purpose: purpose.into(),
                credential: credential.map(Into::into),
                now: 1_767_225_600,
                ttl,
                delivery,
                reason: reason.map(Into::into),
                emergency,
            },
        )
}

fn open(policies: &str) -> Organisation {
    let files = [
        File {
            path: "data.toml",
            text: DATA,
        },
        File {
            path: "policies/all.cedar",
            text: policies,
        },
    ];
    Organisation::open(&files).unwrap_or_else(|faults| panic!("{faults:#?}\n{policies}"))
}

fn config() -> ProptestConfig {
    let cases = option_env!("HUSHGATE_CASES")
        .and_then(|it| it.parse().ok())
        .unwrap_or(400);
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(config())]

    /// Decisions are those of Cedar with all policies at once, over entities that pass the schema.
    #[test]
    fn slices_decide_as_all_policies_do(policies in policies(), mut request in request()) {
        let organisation = open(&policies);
        request.credential.get_or_insert("a".into());
        let decision = decide(&organisation, &request);
        prop_assume!(decision.refusal != Some(Refusal::OtherPurpose));
        let whole = unsliced(&policies, &request, &decision);
        let reason: Vec<String> = decision.determining.iter().map(|it| it.id.clone()).collect();
        let errors: Vec<String> = decision.failures.iter().map(|it| it.policy.clone()).collect();
        prop_assert_eq!(&whole.1, &reason);
        prop_assert_eq!(&whole.2, &errors);
        prop_assert_eq!(whole.0 && errors.is_empty(), decision.is_allowed());
    }

    /// A change of the request that an explanation reports turns its decision.
    #[test]
    fn a_reported_change_turns_the_decision(policies in policies(), request in request()) {
        let organisation = open(&policies);
        let explanation = explain(&organisation, &request);
        if explanation.decision.is_allowed() {
            prop_assert_eq!(explanation.near, []);
            prop_assert_eq!(explanation.change, None);
        } else if let Some(change) = explanation.change {
            if let Some(changed) = applied(&request, &change, &explanation.decision.credential) {
                prop_assert!(decide(&organisation, &changed).is_allowed(), "{}", change);
            }
        } else if let Some(turning) = single_changes(&request).into_iter().find(|it| {
            // The explanation is about one credential; another may be allowed by itself.
            let it = Request { credential: explanation.decision.credential.clone(), ..it.clone() };
            decide(&organisation, &it).is_allowed()
        }) {
            prop_assert!(explanation.decision.credential.is_none(), "{turning:?}\n{policies}");
        }
    }
}

/// The request with a change made, where it is one of the request.
fn applied(
    request: &Request,
    change: &hushgate_policy::Change,
    credential: &Option<String>,
) -> Option<Request> {
    use hushgate_policy::Fact;
    let mut request = Request {
        credential: credential.clone(),
        ..request.clone()
    };
    match (&*change.name(), &change.to) {
        ("context.ttl", Some(Fact::Number(ttl))) => request.ttl = u32::try_from(*ttl).ok()?,
        ("context.emergency", Some(Fact::Flag(flag))) => request.emergency = *flag,
        ("context.reason", Some(Fact::Text(text))) => request.reason = Some(text.clone()),
        ("context.reason", None) => request.reason = None,
        ("context.delivery", Some(Fact::Text(name))) => {
            request.delivery = Delivery::ALL.iter().find(|(known, _)| known == name)?.1;
        }
        ("principal.github.ref", Some(Fact::Text(text))) => {
            let Identity::Token(claims) = &request.identity else {
                return None;
            };
            let at = claims.find("\"ref\":\"")? + 7;
            let end = at + claims.get(at..)?.find('"')?;
            request.identity =
                Identity::Token(format!("{}{text}{}", claims.get(..at)?, claims.get(end..)?));
        }
        _ => return None,
    }
    Some(request)
}

/// Requests that differ from one in one field.
fn single_changes(request: &Request) -> Vec<Request> {
    let mut all: Vec<Request> = Delivery::ALL
        .iter()
        .map(|(_, delivery)| Request {
            delivery: *delivery,
            ..request.clone()
        })
        .collect();
    all.push(Request {
        emergency: !request.emergency,
        ..request.clone()
    });
    all.push(Request {
        reason: None,
        ..request.clone()
    });
    all.push(Request {
        reason: Some("ticket 8".into()),
        ..request.clone()
    });
    all
}

/// What Cedar says with all policies at once, and entities that are checked against the schema.
fn unsliced(
    policies: &str,
    request: &Request,
    decision: &hushgate_policy::Decision,
) -> (bool, Vec<String>, Vec<String>) {
    let (schema, _) = Schema::from_cedarschema_str(organisation::SCHEMA).expect("a schema");
    let mut set = PolicySet::new();
    for text in [organisation::GUARDRAILS, policies] {
        for policy in PolicySet::from_str(text).expect("policies").policies() {
            let id = policy
                .annotation("id")
                .expect("an id")
                .parse()
                .expect("an id");
            set.add(policy.new_id(id)).expect("ids of their own");
        }
    }
    let principal = decision.principal.as_ref().expect("a principal");
    let credential = decision.credential.clone().expect("a credential");
    let uid = |text: String| EntityUid::from_str(&text).expect("a uid");
    let principal = uid(format!("{}::{:?}", principal.kind.name(), principal.id));
    let (credential, purpose) = (
        uid(format!("Credential::{credential:?}")),
        uid(format!("Purpose::{:?}", request.purpose)),
    );
    let organisation = open(policies);
    let entities = hushgate_policy::entities(&organisation, request).expect("entities");
    let entities =
        Entities::from_entities(entities, Some(&schema)).expect("entities that fit the schema");
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let mut pairs = vec![
        (
            "now".to_owned(),
            RestrictedExpression::new_long(request.now),
        ),
        (
            "ttl".to_owned(),
            RestrictedExpression::new_long(request.ttl.into()),
        ),
        ("delivery".to_owned(), text(request.delivery.name())),
        (
            "emergency".to_owned(),
            RestrictedExpression::new_bool(request.emergency),
        ),
        (
            "purpose".to_owned(),
            RestrictedExpression::new_entity_uid(purpose),
        ),
    ];
    pairs.extend(
        request
            .reason
            .as_ref()
            .map(|reason| ("reason".to_owned(), text(reason))),
    );
    let context = Context::from_pairs(pairs).expect("a context");
    let action = uid(format!("Action::{:?}", request.action.name()));
    let asked = CedarRequest::new(principal, action, credential, context, Some(&schema))
        .expect("a request that fits the schema");
    let response = Authorizer::new().is_authorized(&asked, &set, &entities);
    let mut reason: Vec<String> = response
        .diagnostics()
        .reason()
        .map(ToString::to_string)
        .collect();
    let mut errors: Vec<String> = response
        .diagnostics()
        .errors()
        .map(|it| {
            let cedar_policy::AuthorizationError::PolicyEvaluationError(it) = it;
            it.policy_id().to_string()
        })
        .collect();
    reason.sort();
    errors.sort();
    (response.decision() == Decision::Allow, reason, errors)
}
