//! What can be read in a value, issuer by issuer and format by format.
//!
//! # How shapes come about
//! First the detectors: each one whose form the whole value has is a shape, and what its issuer put into
//! it is read ([`read`]). Then the formats that no detector has a pattern for, or that are more than one
//! line ([`formats`]): keys, certificates, documents, addresses. Where both know a shape, the one that
//! read it stays.
//!
//! # Ids without a detector
//! `certificate`, `public-key`, `ssh-public-key`, `pgp-public-key`, `connection-string`, `signed-url`,
//! `gcp-service-account-key`, `gcp-user-credentials`, `aws-credentials`, `azure-service-principal`, `jwk`,
//! `azure-service-key`, `azure-annotated-key`, `azure-devops-pat`, `aws-unique-id`.

mod address;
mod aws;
mod azure;
mod certificate;
mod der;
mod document;
mod fly;
mod gitlab;
mod jwt;
mod macaroon;
mod marvin;
mod msgpack;
mod pem;
mod pgp;
mod putty;
mod signed;
mod ssh;
mod token;

use std::cmp::Reverse;

use hushgate_engine::{detect::whole, rules::Rules};

use crate::shape::{Ground, Shape};

/// What an address may begin with that no detector asks for.
const SCHEMES: [&str; 2] = ["https://", "http://"];

/// The shapes of a value around which nothing stands.
pub(crate) fn shapes(rules: &Rules, text: &str) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = formats(text);
    let behind = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme));
    // Of hosts that have a name of their customer's in front, detectors know the rest.
    let domain = behind.and_then(|host| host.get(host.find('.')?..));
    let forms = [Some(text), behind, domain].into_iter().flatten();
    for text in forms {
        for found in whole(rules, text.as_bytes()) {
            let known = shapes.iter().any(|it| it.id == *found.rule.id);
            if !known {
                let mut shape = Shape::of(&found);
                read(text, &mut shape);
                shapes.push(shape);
            }
        }
    }
    sort(&mut shapes);
    shapes
}

/// The surest first.
pub(crate) fn sort(shapes: &mut [Shape]) {
    shapes.sort_by_key(|it| Reverse((it.confidence, rank(it.ground))));
}

/// Of two shapes that are as sure, the one with the better ground comes first.
fn rank(ground: Ground) -> u8 {
    match ground {
        Ground::Checksum => 4,
        Ground::Structure => 3,
        Ground::Form => 2,
        Ground::Common | Ground::WrongChecksum => 1,
        Ground::Bare | Ground::Broken => 0,
    }
}

/// Formats that are known by what they say.
fn formats(text: &str) -> Vec<Shape> {
    // A document speaks for the keys in it.
    if let Some(document) = document::shape(text) {
        return vec![document];
    }
    let mut shapes = pem::shapes(text);
    let others = [
        jwt::shape(text),
        ssh::public(text),
        putty::shape(text),
        pgp::shape(text),
        address::shape(text),
        signed::shape(text),
        certificate::encoded(text),
        aws::unique_id(text),
        azure::marked(text),
        azure::annotated(text),
        azure::old_devops(text),
        fly::tokens(text),
    ];
    shapes.extend(others.into_iter().flatten());
    shapes
}

/// Reads what the issuer of a shape put into it.
fn read(text: &str, shape: &mut Shape) {
    match &*shape.id {
        "aws-access-key-id" | "aws-session-key-id" | "aws-bearer-token-id" => {
            aws::key_id(text, shape);
        }
        "aws-bedrock-api-key" => aws::bedrock(text, shape),
        "aws-bedrock-session-key" => aws::bedrock_session(text, shape),
        "azure-client-secret" => azure::client_secret(text, shape),
        "azure-shared-key" => azure::shared_key(text, shape),
        "fly-access-token" => fly::token(text, shape),
        "gitlab-pat-routable" | "gitlab-runner-token-routable" | "gitlab-routable-token" => {
            gitlab::routable(text, shape);
        }
        "elasticsearch-api-key" => token::elasticsearch(text, shape),
        "pypi-api-token" => macaroon::pypi(text, shape),
        "github-app-token-stateless" => jwt::github_app(text, shape),
        _ => token::read(text, shape),
    }
    token::mode(text, shape);
}
