//! What each runtime says of a workload.
//!
//! Sources, read 2026-12-01: docs.github.com/actions/reference/security/oidc,
//! docs.gitlab.com/ci/secrets/id_token_authentication, kubernetes.io/docs/reference/access-authn-authz,
//! docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html,
//! docs.cloud.google.com/compute/docs/instances/verifying-instance-identity,
//! learn.microsoft.com/entra/identity-platform/access-token-claims-reference.

use serde_json::{Map, Value};

use super::{Principal, PrincipalKind, wanted};
use crate::{
    data::{Trust, trust::Runtime},
    fact::{Fact, Record},
};

type Claims = Map<String, Value>;

/// The workload with these claims; nothing where a claim is missing that every token of this runtime has.
pub(super) fn principal(rule: &Trust, claims: &Claims, audience: Vec<String>) -> Option<Principal> {
    let subject = match rule.runtime {
        Runtime::Aws => wanted::text(claims, "Arn")?,
        _ => wanted::text(claims, "sub")?,
    };
    let (name, facts) = match rule.runtime {
        Runtime::GithubActions => ("github", github(claims, &subject)?),
        Runtime::Gitlab => ("gitlab", gitlab(claims)?),
        Runtime::Kubernetes => ("kubernetes", kubernetes(claims, &subject)?),
        Runtime::Aws => ("aws", aws(claims, &subject)?),
        Runtime::Gcp => ("gcp", gcp(claims, &subject)),
        Runtime::Entra => ("entra", entra(claims)?),
        Runtime::Person => return None,
    };
    let issuer = wanted::text(claims, "iss").unwrap_or_default();
    Some(Principal {
        kind: PrincipalKind::Workload,
        id: format!("{}/{subject}", rule.id),
        facts: Record::from([
            ("plane".into(), rule.plane.name().into()),
            ("trust".into(), Fact::Text(rule.id.clone())),
            ("issuer".into(), Fact::Text(issuer)),
            (
                "proposed".into(),
                Fact::Flag(is_proposed(rule.runtime, claims)),
            ),
            ("subject".into(), Fact::Text(subject)),
            ("audience".into(), Fact::texts(audience)),
            (name.into(), Fact::Record(facts)),
        ]),
    })
}

/// Whether a job runs code that was proposed and not yet merged.
///
/// GitHub gives jobs for pull requests of forks no token unless `pull_request_target` runs them, and says in no
/// claim whose code it is; so every event of a pull request counts.
fn is_proposed(runtime: Runtime, claims: &Claims) -> bool {
    let is = |name: &str, text: &str| wanted::text(claims, name).is_some_and(|it| it == text);
    match runtime {
        Runtime::GithubActions => {
            is("event_name", "pull_request")
                || is("event_name", "pull_request_target")
                || wanted::text(claims, "sub").is_some_and(|sub| sub.ends_with(":pull_request"))
                || wanted::text(claims, "ref").is_some_and(|it| it.starts_with("refs/pull/"))
        }
        Runtime::Gitlab => {
            is("pipeline_source", "external_pull_request_event")
                || (is("pipeline_source", "merge_request_event") && !is("ref_protected", "true"))
        }
        _ => false,
    }
}

/// The claims of these names, under the names that policies know.
fn chosen(claims: &Claims, names: &[(&str, &str)]) -> Record {
    let facts = names.iter().filter_map(|(fact, claim)| {
        Some(((*fact).to_owned(), Fact::Text(wanted::text(claims, claim)?)))
    });
    facts.collect()
}

fn flag(record: &mut Record, claims: &Claims, name: &str) {
    if let Some(text) = wanted::text(claims, name) {
        record.insert(name.to_owned(), Fact::Flag(text == "true"));
    }
}

fn github(claims: &Claims, subject: &str) -> Option<Record> {
    let mut facts = chosen(
        claims,
        &[
            ("repository", "repository"),
            ("repository_id", "repository_id"),
            ("repository_owner", "repository_owner"),
            ("repository_owner_id", "repository_owner_id"),
            ("ref", "ref"),
            ("ref_type", "ref_type"),
            ("event", "event_name"),
            ("environment", "environment"),
            ("workflow_ref", "workflow_ref"),
            ("job_workflow_ref", "job_workflow_ref"),
            ("runner_environment", "runner_environment"),
            ("actor", "actor"),
            ("actor_id", "actor_id"),
            ("run_id", "run_id"),
        ],
    );
    flag(&mut facts, claims, "ref_protected");
    let from_subject = repository(subject);
    for (name, value) in from_subject {
        facts.entry(name.to_owned()).or_insert(Fact::Text(value));
    }
    facts.contains_key("repository").then_some(facts)
}

/// What the subject of a GitHub job says of its repository: `repo:OWNER/NAME:…`, or with ids that never
/// change, `repo:OWNER@ID/NAME@ID:…`.
fn repository(subject: &str) -> Vec<(&'static str, String)> {
    let parts = || {
        let part = subject.strip_prefix("repo:")?.split(':').next()?;
        part.split_once('/')
    };
    let Some((owner, name)) = parts() else {
        return Vec::new();
    };
    let split = |text: &str| match text.rsplit_once('@') {
        Some((name, id)) if !id.is_empty() && id.bytes().all(|it| it.is_ascii_digit()) => {
            (decoded(name), Some(id.to_owned()))
        }
        _ => (decoded(text), None),
    };
    let ((owner, owner_id), (name, id)) = (split(owner), split(name));
    let mut facts = vec![
        ("repository", format!("{owner}/{name}")),
        ("repository_owner", owner),
    ];
    facts.extend(owner_id.map(|id| ("repository_owner_id", id)));
    facts.extend(id.map(|id| ("repository_id", id)));
    facts
}

/// GitHub writes a `:` inside of a part as `%3A`.
fn decoded(text: &str) -> String {
    text.replace("%3A", ":").replace("%3a", ":")
}

fn gitlab(claims: &Claims) -> Option<Record> {
    let mut facts = chosen(
        claims,
        &[
            ("project", "project_path"),
            ("project_id", "project_id"),
            ("namespace", "namespace_path"),
            ("namespace_id", "namespace_id"),
            ("ref", "ref"),
            ("ref_type", "ref_type"),
            ("environment", "environment"),
            ("pipeline_source", "pipeline_source"),
            ("runner_environment", "runner_environment"),
            ("user", "user_login"),
        ],
    );
    flag(&mut facts, claims, "ref_protected");
    flag(&mut facts, claims, "environment_protected");
    facts
        .entry("ref_protected".into())
        .or_insert(Fact::Flag(false));
    facts.contains_key("project").then_some(facts)
}

fn kubernetes(claims: &Claims, subject: &str) -> Option<Record> {
    let (namespace, name) = subject
        .strip_prefix("system:serviceaccount:")?
        .split_once(':')?;
    let mut facts = chosen(
        claims,
        &[
            ("pod", "kubernetes.io.pod.name"),
            ("node", "kubernetes.io.node.name"),
        ],
    );
    facts.insert("namespace".into(), namespace.into());
    facts.insert("serviceaccount".into(), name.into());
    Some(facts)
}

/// `arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION` or `arn:PARTITION:iam::ACCOUNT:user/PATH/NAME`.
fn aws(claims: &Claims, arn: &str) -> Option<Record> {
    let account = wanted::text(claims, "Account")?;
    let mut facts = Record::from([
        ("account".into(), Fact::Text(account)),
        ("arn".into(), arn.into()),
    ]);
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let (kind, rest) = resource.split_once('/').unwrap_or_default();
    match kind {
        "assumed-role" => {
            let (role, session) = rest.split_once('/').unwrap_or((rest, ""));
            facts.insert("role".into(), role.into());
            facts.insert("session".into(), session.into());
        }
        "user" => {
            facts.insert(
                "user".into(),
                rest.rsplit('/').next().unwrap_or_default().into(),
            );
        }
        _ => {}
    }
    Some(facts)
}

fn gcp(claims: &Claims, subject: &str) -> Record {
    let mut facts = chosen(
        claims,
        &[
            ("email", "email"),
            ("project", "google.compute_engine.project_id"),
            ("zone", "google.compute_engine.zone"),
            ("instance", "google.compute_engine.instance_name"),
        ],
    );
    facts.insert("unique".into(), subject.into());
    facts
}

fn entra(claims: &Claims) -> Option<Record> {
    let mut facts = chosen(
        claims,
        &[("tenant", "tid"), ("object", "oid"), ("application", "azp")],
    );
    if !facts.contains_key("application")
        && let Some(application) = wanted::text(claims, "appid")
    {
        facts.insert("application".into(), Fact::Text(application));
    }
    facts.insert("roles".into(), Fact::texts(wanted::list(claims, "roles")));
    facts.contains_key("tenant").then_some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_subject_name_the_repository() {
        let old = repository("repo:acme/app:ref:refs/heads/main");
        assert_eq!(
            old,
            [
                ("repository", "acme/app".into()),
                ("repository_owner", "acme".into())
            ]
        );
        let new = repository("repo:acme@17/app@23:environment:prod");
        assert_eq!(
            new,
            [
                ("repository", "acme/app".into()),
                ("repository_owner", "acme".into()),
                ("repository_owner_id", "17".into()),
                ("repository_id", "23".into()),
            ]
        );
        assert_eq!(repository("job:x"), []);
    }

    #[test]
    fn an_arn_says_role_and_session() {
        let claims = Claims::from_iter([("Account".to_owned(), Value::from("123456789012"))]);
        let facts =
            aws(&claims, "arn:aws:sts::123456789012:assumed-role/deploy/i-7").expect("facts");
        assert_eq!(facts.get("role"), Some(&"deploy".into()));
        assert_eq!(facts.get("session"), Some(&"i-7".into()));
        let facts = aws(&claims, "arn:aws:iam::123456789012:user/team/ann").expect("facts");
        assert_eq!(facts.get("user"), Some(&"ann".into()));
    }
}
