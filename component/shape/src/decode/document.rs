//! Documents of JSON that hold a credential and say whose it is.

use hushgate_detector::document::{
    Lifetime,
    nature::{Kind, Principal},
};

use super::pem;
use crate::{
    json,
    shape::{Ground, Property, Shape},
};

/// A document that is known by the names of its fields.
struct Document {
    id: &'static str,
    issuer: &'static str,
    kind: Kind,
    principal: Option<Principal>,
    lifetime: Lifetime,
    /// Fields with a text that it has, by their path: `name=value` with that value, `one|other` either of them.
    fields: &'static [&'static str],
    facts: &'static [(&'static str, Property)],
    /// The field that says until when it works.
    until: &'static str,
}

const DOCUMENTS: [Document; 9] = [
    Document {
        id: "gcp-service-account-key",
        issuer: "Google",
        kind: Kind::KeyFile,
        principal: Some(Principal::Workload),
        lifetime: Lifetime::Static,
        fields: &["type=service_account", "private_key", "client_email"],
        facts: &[
            ("client_email", Property::User),
            ("project_id", Property::Project),
            ("private_key_id", Property::Key),
            ("client_id", Property::Client),
            ("universe_domain", Property::Host),
        ],
        until: "",
    },
    Document {
        id: "gcp-user-credentials",
        issuer: "Google",
        kind: Kind::KeyFile,
        principal: Some(Principal::Person),
        lifetime: Lifetime::Static,
        fields: &["type=authorized_user", "refresh_token"],
        facts: &[
            ("client_id", Property::Client),
            ("quota_project_id", Property::Project),
            ("account", Property::User),
        ],
        until: "",
    },
    Document {
        id: "aws-credentials",
        issuer: "AWS",
        kind: Kind::KeyFile,
        principal: None,
        lifetime: Lifetime::Session,
        // The metadata of a machine or a container say `Token`.
        fields: &["AccessKeyId", "SecretAccessKey", "SessionToken|Token"],
        facts: &[("AccessKeyId", Property::Key)],
        until: "Expiration",
    },
    Document {
        id: "aws-credentials",
        issuer: "AWS",
        kind: Kind::KeyFile,
        principal: None,
        lifetime: Lifetime::Static,
        fields: &["AccessKeyId", "SecretAccessKey"],
        facts: &[("AccessKeyId", Property::Key), ("UserName", Property::User)],
        until: "Expiration",
    },
    Document {
        id: "aws-credentials",
        issuer: "AWS",
        kind: Kind::KeyFile,
        principal: None,
        lifetime: Lifetime::Session,
        fields: &[
            "Credentials/AccessKeyId",
            "Credentials/SecretAccessKey",
            "Credentials/SessionToken",
        ],
        facts: &[
            ("Credentials/AccessKeyId", Property::Key),
            ("AssumedRoleUser/Arn", Property::User),
        ],
        until: "Credentials/Expiration",
    },
    Document {
        id: "aws-credentials",
        issuer: "AWS",
        kind: Kind::KeyFile,
        principal: None,
        lifetime: Lifetime::Static,
        fields: &["AccessKey/AccessKeyId", "AccessKey/SecretAccessKey"],
        facts: &[
            ("AccessKey/AccessKeyId", Property::Key),
            ("AccessKey/UserName", Property::User),
        ],
        until: "",
    },
    Document {
        id: "azure-service-principal",
        issuer: "Microsoft Entra",
        kind: Kind::KeyFile,
        principal: Some(Principal::Application),
        lifetime: Lifetime::Long,
        fields: &["clientId", "clientSecret", "tenantId"],
        facts: &[
            ("clientId", Property::Client),
            ("tenantId", Property::Account),
            ("subscriptionId", Property::Project),
        ],
        until: "",
    },
    Document {
        id: "azure-service-principal",
        issuer: "Microsoft Entra",
        kind: Kind::KeyFile,
        principal: Some(Principal::Application),
        lifetime: Lifetime::Long,
        fields: &["appId", "password", "tenant"],
        facts: &[
            ("appId", Property::Client),
            ("tenant", Property::Account),
            ("displayName", Property::Comment),
        ],
        until: "",
    },
    Document {
        id: "jwk",
        issuer: "",
        kind: Kind::PrivateKey,
        principal: None,
        lifetime: Lifetime::Static,
        fields: &["kty", "d"],
        facts: &[
            ("kty", Property::Algorithm),
            ("crv", Property::Curve),
            ("kid", Property::Key),
            ("use", Property::Scope),
        ],
        until: "",
    },
];

pub(super) fn shape(text: &str) -> Option<Shape> {
    if !text.starts_with('{') {
        return None;
    }
    let object = json::object(text.as_bytes())?;
    let has = |field: &&str| match field.split_once('=') {
        Some((name, value)) => object.get(name).and_then(|it| it.as_str()) == Some(value),
        None => field
            .split('|')
            .any(|field| json::text(&object, field).is_some()),
    };
    let document = DOCUMENTS.iter().find(|it| it.fields.iter().all(has));
    let Some(document) = document else {
        return symmetric(&object);
    };
    let mut shape = Shape::new(document.id, document.kind, Ground::Structure);
    document.issuer.clone_into(&mut shape.issuer);
    shape.principal = document.principal;
    shape.lifetime = Some(document.lifetime);
    json::note(&object, &mut shape, document.facts);
    shape.expires = json::moment(&object, document.until);
    if document.id == "aws-credentials"
        && let Some(id) = shape.fact(Property::Key).map(str::to_owned)
    {
        super::aws::key_id(&id, &mut shape);
    }
    // The key inside says how strong it is.
    let key = object.get("private_key").and_then(|it| it.as_str());
    let key = key.and_then(|key| pem::shapes(key).into_iter().next());
    match key {
        Some(key) if key.ground == Ground::Broken => shape.is_broken(),
        Some(key) => shape.facts.extend(key.facts),
        None => {}
    }
    Some(shape)
}

/// A key that both sides have, as a JWK.
fn symmetric(object: &serde_json::Map<String, serde_json::Value>) -> Option<Shape> {
    if json::text(object, "kty").as_deref() == Some("oct") && object.contains_key("k") {
        let mut shape = Shape::new("jwk", Kind::SymmetricKey, Ground::Structure);
        shape.lifetime = Some(Lifetime::Static);
        json::note(
            object,
            &mut shape,
            &[("alg", Property::Algorithm), ("kid", Property::Key)],
        );
        return Some(shape);
    }
    let is_public =
        object.contains_key("kty") && ["n", "x"].iter().any(|it| object.contains_key(*it));
    is_public.then(|| {
        let mut shape = Shape::new("jwk", Kind::PublicKey, Ground::Structure);
        json::note(
            object,
            &mut shape,
            &[
                ("kty", Property::Algorithm),
                ("crv", Property::Curve),
                ("kid", Property::Key),
            ],
        );
        shape
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_name_the_document() {
        let text = r#"{"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"x","SessionToken":"y","Expiration":"2026-11-25T14:30:00Z"}"#;
        let shape = shape(text).expect("a document");
        assert_eq!(shape.id, "aws-credentials");
        assert_eq!(shape.lifetime, Some(Lifetime::Session));
        assert_eq!(shape.expires, Some(1_795_617_000));
    }

    #[test]
    fn others_are_none() {
        assert!(shape(r#"{"name":"x"}"#).is_none());
        assert!(shape("{").is_none());
        assert!(shape(&"{\"a\":".repeat(100_000)).is_none());
    }
}
