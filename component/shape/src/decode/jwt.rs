//! JSON Web Tokens (RFC 7519): header and claims, signature unverified.

use hushgate_detector::document::{
    Lifetime,
    nature::{Kind, Principal},
};
use serde_json::{Map, Value};

use crate::{
    around::base64,
    json,
    shape::{Ground, Property, Shape},
};

/// Longest claims that are read, in bytes: what is longer is a token, but of nothing that is known.
const MAX_CLAIMS: usize = 256 << 10;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Those who issue tokens, by how their `iss` begins or by a claim that only they make.
struct Issuer {
    name: &'static str,
    /// The beginning of `iss`.
    iss: &'static str,
    /// A claim that nobody else has, or nothing.
    claim: &'static str,
    kind: Kind,
    principal: Option<Principal>,
}

const ISSUERS: [Issuer; 13] = [
    Issuer {
        name: "GitHub",
        iss: "https://token.actions.",
        claim: "job_workflow_ref",
        kind: Kind::IdentityToken,
        principal: Some(Principal::Workload),
    },
    Issuer {
        name: "GitLab",
        iss: "https://gitlab.",
        claim: "ci_config_ref_uri",
        kind: Kind::IdentityToken,
        principal: Some(Principal::Workload),
    },
    Issuer {
        name: "Kubernetes",
        iss: "kubernetes/serviceaccount",
        claim: "kubernetes.io",
        kind: Kind::IdentityToken,
        principal: Some(Principal::Workload),
    },
    Issuer {
        name: "CircleCI",
        iss: "https://oidc.circleci.com/",
        claim: "oidc.circleci.com/project-id",
        kind: Kind::IdentityToken,
        principal: Some(Principal::Workload),
    },
    Issuer {
        name: "Buildkite",
        iss: "https://agent.buildkite.com",
        claim: "pipeline_slug",
        kind: Kind::IdentityToken,
        principal: Some(Principal::Workload),
    },
    Issuer {
        name: "HashiCorp",
        iss: "https://app.terraform.io",
        claim: "terraform_run_id",
        kind: Kind::IdentityToken,
        principal: Some(Principal::Workload),
    },
    Issuer {
        name: "Google",
        iss: "https://accounts.google.com",
        claim: "",
        kind: Kind::IdentityToken,
        principal: None,
    },
    Issuer {
        name: "Google",
        iss: "https://securetoken.google.com/",
        claim: "firebase",
        kind: Kind::IdentityToken,
        principal: Some(Principal::Person),
    },
    Issuer {
        name: "Microsoft Entra",
        iss: "https://sts.windows.net/",
        claim: "xms_mirid",
        kind: Kind::AccessToken,
        principal: None,
    },
    Issuer {
        name: "Microsoft Entra",
        iss: "https://login.microsoftonline.com/",
        claim: "",
        kind: Kind::AccessToken,
        principal: None,
    },
    Issuer {
        name: "AWS",
        iss: "https://cognito-idp.",
        claim: "cognito:username",
        kind: Kind::IdentityToken,
        principal: Some(Principal::Person),
    },
    Issuer {
        name: "Supabase",
        iss: "supabase",
        claim: "",
        kind: Kind::ApiKey,
        principal: None,
    },
    Issuer {
        name: "Atlassian",
        iss: "https://api.atlassian.com/",
        claim: "deploymentEnvironmentUuid",
        kind: Kind::IdentityToken,
        principal: Some(Principal::Workload),
    },
];

const CLAIMS: [(&str, Property); 25] = [
    ("iss", Property::Authority),
    ("sub", Property::Subject),
    ("azp", Property::Client),
    ("appid", Property::Client),
    ("client_id", Property::Client),
    ("email", Property::User),
    ("upn", Property::User),
    ("preferred_username", Property::User),
    ("cognito:username", Property::User),
    ("scope", Property::Scope),
    ("scp", Property::Scope),
    ("role", Property::Role),
    ("tid", Property::Account),
    ("ref", Property::Reference),
    ("environment", Property::Reference),
    ("repository", Property::Repository),
    ("repository_id", Property::Project),
    ("repository_owner", Property::Organisation),
    ("project_path", Property::Repository),
    ("project_id", Property::Project),
    ("namespace_path", Property::Organisation),
    ("kubernetes.io/namespace", Property::Namespace),
    ("kubernetes.io/serviceaccount/name", Property::User),
    (
        "kubernetes.io/serviceaccount/namespace",
        Property::Namespace,
    ),
    ("jti", Property::Identifier),
];

/// The shape of a token in its compact form.
pub(super) fn shape(text: &str) -> Option<Shape> {
    let parts: Vec<&str> = text.splitn(6, '.').collect();
    let header = match parts.as_slice() {
        [header, _, _] | [header, _, _, _, _] => object(header)?,
        _ => return None,
    };
    json::text(&header, "alg")?;
    let mut shape = Shape::new("jwt", Kind::IdentityToken, Ground::Structure);
    json::note(
        &header,
        &mut shape,
        &[
            ("alg", Property::Algorithm),
            ("kid", Property::Key),
            ("typ", Property::Type),
        ],
    );
    match parts.as_slice() {
        [_, claims, _] => match object(claims) {
            Some(claims) => read(&claims, &mut shape),
            // What is signed need not be claims, but it hardly ever is anything else.
            None => shape.is_broken(),
        },
        _ => {
            // Nobody reads what is encrypted but whom it is for.
            shape.note_some(Property::Algorithm, json::text(&header, "enc"));
            shape.note(Property::Encrypted, "yes");
        }
    }
    Some(shape)
}

fn object(part: &str) -> Option<Map<String, Value>> {
    if part.len() > MAX_CLAIMS {
        return None;
    }
    json::object(&base64(part)?)
}

fn read(claims: &Map<String, Value>, shape: &mut Shape) {
    shape.issued = json::moment(claims, "iat");
    shape.starts = json::moment(claims, "nbf");
    if !cfg!(sabotage = "claims-without-an-end") {
        shape.expires = json::moment(claims, "exp");
    }
    shape.lifetime = Some(lifetime(shape));
    json::note(claims, shape, &CLAIMS);
    match claims.get("aud") {
        Some(Value::String(audience)) => shape.note(Property::Audience, &**audience),
        Some(Value::Array(all)) => {
            let most = match cfg!(sabotage = "one-audience") {
                true => 1,
                false => all.len(),
            };
            for audience in all.iter().take(most).filter_map(Value::as_str) {
                shape.note(Property::Audience, audience);
            }
        }
        _ => {}
    }
    let authority = json::text(claims, "iss").unwrap_or_default();
    let issuer = ISSUERS.iter().find(|issuer| {
        authority.starts_with(issuer.iss)
            || !issuer.claim.is_empty() && claims.contains_key(issuer.claim)
    });
    // Service accounts of the older kind have claims with long names.
    for (claim, property) in [
        (
            "kubernetes.io/serviceaccount/namespace",
            Property::Namespace,
        ),
        (
            "kubernetes.io/serviceaccount/service-account.name",
            Property::User,
        ),
    ] {
        shape.note_some(property, claims.get(claim).and_then(Value::as_str));
    }
    if let Some(issuer) = issuer.filter(|_| !cfg!(sabotage = "issuer-of-claims-unknown")) {
        issuer.name.clone_into(&mut shape.issuer);
        shape.kind = issuer.kind;
        shape.principal = issuer.principal;
    }
    let is_access = shape.facts(Property::Type).any(|it| it == "at+jwt")
        || claims.contains_key("scope") && !claims.contains_key("nonce");
    if is_access && issuer.is_none() {
        shape.kind = Kind::AccessToken;
    }
    if claims.get("idtyp").and_then(Value::as_str) == Some("app") {
        shape.principal = Some(Principal::Application);
    }
}

/// How long a token lives, by what it says.
fn lifetime(shape: &Shape) -> Lifetime {
    let from = shape.issued.or(shape.starts);
    let seconds = shape
        .expires
        .map(|to| from.map_or(0, |from| to.saturating_sub(from)));
    match seconds {
        None => Lifetime::Static,
        Some(seconds) if seconds <= DAY => Lifetime::Session,
        Some(seconds) if seconds <= 7 * DAY => Lifetime::Short,
        Some(_) => Lifetime::Long,
    }
}

/// GitHub's installation token in the form that says for which app and until when: `ghs_APP_JWT`.
pub(super) fn github_app(text: &str, into: &mut Shape) {
    let Some((app, token)) = text
        .strip_prefix("ghs_")
        .and_then(|rest| rest.split_once('_'))
    else {
        return;
    };
    into.note(Property::Client, app);
    let Some(inner) = shape(token) else {
        return;
    };
    into.issued = inner.issued;
    into.starts = inner.starts;
    into.expires = inner.expires;
    for fact in inner.facts {
        into.note(fact.property, fact.text);
    }
    into.is_read();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::around::BASE64;
    use base64::Engine as _;

    fn token(header: &str, claims: &str) -> String {
        let coded = |part: &str| BASE64[1].encode(part).replace('=', "");
        format!("{}.{}.{}", coded(header), coded(claims), coded("signature"))
    }

    #[test]
    fn claims_are_read() {
        let claims = r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:acme/site:ref:refs/heads/main","aud":["one","two"],"iat":1795617000,"exp":1795617300,"repository":"acme/site"}"#;
        let shape = shape(&token(r#"{"alg":"RS256","kid":"k1"}"#, claims)).expect("a token");
        assert_eq!(shape.issuer, "GitHub");
        assert_eq!(shape.principal, Some(Principal::Workload));
        assert_eq!(shape.expires, Some(1_795_617_300));
        assert_eq!(shape.lifetime, Some(Lifetime::Session));
        assert_eq!(
            shape.facts(Property::Audience).collect::<Vec<_>>(),
            ["one", "two"]
        );
        assert_eq!(shape.fact(Property::Algorithm), Some("RS256"));
        assert_eq!(shape.fact(Property::Repository), Some("acme/site"));
    }

    #[test]
    fn without_an_end_it_lives_until_it_is_revoked() {
        let shape = shape(&token(r#"{"alg":"HS256"}"#, r#"{"sub":"x"}"#)).expect("a token");
        assert_eq!(shape.lifetime, Some(Lifetime::Static));
    }

    #[test]
    fn deep_and_broken_ones_are_no_trouble() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let broken = shape(&token(r#"{"alg":"HS256"}"#, &deep)).expect("a token");
        assert_eq!(broken.ground, Ground::Broken);
        assert!(shape(&token(&deep, "{}")).is_none());
        assert!(shape("a.b.c").is_none());
        assert!(shape("..").is_none());
    }
}
