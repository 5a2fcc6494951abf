//! Blocks between `-----BEGIN …-----` and `-----END …-----` (RFC 7468 and those before it).

use hushgate_detector::document::{Lifetime, nature::Kind};

use super::{certificate, der, ssh};
use crate::{
    around::base64,
    shape::{Ground, Property, Shape},
};

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// Most blocks that are read.
const MAX_BLOCKS: usize = 32;

/// The shapes of all blocks: private keys first, and each shape once, but for certificates, of which
/// the first is that of whoever the file is for.
pub(super) fn shapes(text: &str) -> Vec<Shape> {
    if !text.contains(BEGIN) {
        return Vec::new();
    }
    // In environment variables and JSON lines are often joined by `\n`.
    let text = text.replace("\\r", "").replace("\\n", "\n");
    let mut shapes: Vec<Shape> = Vec::new();
    let mut rest = &*text;
    for _ in 0..MAX_BLOCKS {
        let Some((_, behind)) = rest.split_once(BEGIN) else {
            break;
        };
        let Some((label, behind)) = behind.split_once(DASHES) else {
            break;
        };
        let (body, behind) = match behind.split_once("-----END ") {
            Some((body, behind)) => (body, behind),
            None => (behind, ""),
        };
        if let Some(shape) = block(label, body)
            && !shapes.iter().any(|it| it.id == shape.id)
        {
            shapes.push(shape);
        }
        rest = behind;
    }
    shapes.sort_by_key(|shape| shape.kind != Kind::PrivateKey);
    shapes
}

fn block(label: &str, body: &str) -> Option<Shape> {
    // Headers such as `Proc-Type: 4,ENCRYPTED` end with an empty line.
    let (headers, coded) = match body.split_once(':') {
        Some(_) => {
            let lines = body.lines();
            let (headers, coded): (Vec<_>, Vec<_>) = lines.partition(|line| line.contains(':'));
            (headers.concat(), coded.concat())
        }
        None => (String::new(), body.to_owned()),
    };
    let bytes = base64(&coded);
    let bytes = bytes.as_deref();
    let read = match label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
            return bytes
                .and_then(certificate::shape)
                .or_else(|| Some(broken("certificate", Kind::Certificate)));
        }
        "PUBLIC KEY" | "RSA PUBLIC KEY" => {
            let Some(key) = bytes.and_then(der::public) else {
                return Some(broken("public-key", Kind::PublicKey));
            };
            let mut shape = Shape::new("public-key", Kind::PublicKey, Ground::Structure);
            key.note(&mut shape);
            return Some(shape);
        }
        "OPENSSH PRIVATE KEY" => bytes.and_then(ssh::private),
        "ENCRYPTED PRIVATE KEY" => Some(encrypted("")),
        _ if headers.contains("ENCRYPTED") => Some(encrypted(label)),
        _ if label.ends_with("PRIVATE KEY") => bytes.and_then(certificate::private),
        _ => return None,
    };
    Some(read.unwrap_or_else(|| broken("private-key", Kind::PrivateKey)))
}

fn broken(id: &str, kind: Kind) -> Shape {
    let mut shape = Shape::new(id, kind, Ground::Broken);
    shape.lifetime = Some(match kind {
        Kind::Certificate => Lifetime::Long,
        _ => Lifetime::Static,
    });
    shape
}

/// A private key that nobody reads without its password.
fn encrypted(label: &str) -> Shape {
    let mut shape = Shape::new("private-key", Kind::PrivateKey, Ground::Structure);
    shape.lifetime = Some(Lifetime::Static);
    let algorithm = label.strip_suffix(" PRIVATE KEY").unwrap_or_default();
    shape.note(Property::Algorithm, algorithm);
    if !cfg!(sabotage = "encryption-untold") {
        shape.note(Property::Encrypted, "yes");
    }
    shape
}
