//! Keys of OpenSSH.

use hushgate_detector::document::{Lifetime, nature::Kind};
use ssh_key::{Algorithm, HashAlg, PrivateKey, PublicKey, public::KeyData};

use crate::shape::{Ground, Property, Shape};

/// What a public key begins with.
const BEGINNINGS: [&str; 4] = ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"];

/// A public key as it stands in `authorized_keys`.
pub(super) fn public(text: &str) -> Option<Shape> {
    if !BEGINNINGS.iter().any(|begin| text.starts_with(begin)) || text.contains('\n') {
        return None;
    }
    let key = PublicKey::from_openssh(text).ok()?;
    let mut shape = Shape::new("ssh-public-key", Kind::PublicKey, Ground::Structure);
    note(key.key_data(), &mut shape);
    shape.note(Property::Comment, key.comment());
    Some(shape)
}

/// A private key in OpenSSH's own form, without header and base64.
pub(super) fn private(bytes: &[u8]) -> Option<Shape> {
    let key = PrivateKey::from_bytes(bytes).ok()?;
    let mut shape = Shape::new("private-key", Kind::PrivateKey, Ground::Structure);
    shape.lifetime = Some(Lifetime::Static);
    note(key.public_key().key_data(), &mut shape);
    shape.note(Property::Comment, key.comment());
    let encrypted = if key.is_encrypted() { "yes" } else { "no" };
    shape.note(Property::Encrypted, encrypted);
    Some(shape)
}

pub(super) fn note(key: &KeyData, shape: &mut Shape) {
    let (algorithm, curve, bits) = match key.algorithm() {
        Algorithm::Ed25519 => ("Ed25519", None, Some(256)),
        Algorithm::SkEd25519 => ("Ed25519 in hardware", None, Some(256)),
        Algorithm::SkEcdsaSha2NistP256 => ("EC in hardware", Some("P-256"), Some(256)),
        Algorithm::Ecdsa { curve } => {
            let (curve, bits) = match curve.as_str() {
                "nistp384" => ("P-384", 384),
                "nistp521" => ("P-521", 521),
                _ => ("P-256", 256),
            };
            ("EC", Some(curve), Some(bits))
        }
        Algorithm::Rsa { .. } => ("RSA", None, rsa_bits(key)),
        Algorithm::Dsa => ("DSA", None, None),
        _ => ("", None, None),
    };
    shape.note(Property::Algorithm, algorithm);
    shape.note_some(Property::Curve, curve);
    shape.note_some(Property::Bits, bits.map(|bits: u32| bits.to_string()));
    let print = key.fingerprint(HashAlg::Sha256);
    shape.note(Property::Fingerprint, print.to_string());
}

fn rsa_bits(key: &KeyData) -> Option<u32> {
    let number = key.rsa()?.n.as_positive_bytes()?;
    let first = number.first()?.leading_zeros();
    Some(u32::try_from(number.len() * 8).ok()?.saturating_sub(first))
}
