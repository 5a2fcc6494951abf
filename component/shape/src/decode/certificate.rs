//! Certificates (X.509), and keys in DER that somebody wrote in base64 without a header.

use der::{Decode as _, Encode as _};
use hushgate_detector::document::{Lifetime, nature::Kind};
use spki::SubjectPublicKeyInfoRef;
use x509_cert::Certificate;

use super::der as key;
use crate::{
    around::base64,
    moment,
    shape::{Ground, Property, Shape},
};

/// Fewer characters of base64 are no key in DER.
const MIN_ENCODED: usize = 60;
/// How every sequence of more than 127 bytes begins in base64, and those of keys on curves.
const BEGINNINGS: [&str; 6] = ["MII", "MIG", "MHc", "MHQ", "MFk", "MC4"];

/// A certificate in DER.
pub(super) fn shape(bytes: &[u8]) -> Option<Shape> {
    let certificate = Certificate::from_der(bytes).ok()?;
    let signed = certificate.tbs_certificate();
    let mut shape = Shape::new("certificate", Kind::Certificate, Ground::Structure);
    shape.lifetime = Some(Lifetime::Long);
    shape.starts = Some(moment::of(signed.validity().not_before.to_date_time()));
    if !cfg!(sabotage = "certificate-without-an-end") {
        shape.expires = Some(moment::of(signed.validity().not_after.to_date_time()));
    }
    shape.note(Property::Subject, signed.subject().to_string());
    shape.note(Property::Authority, signed.issuer().to_string());
    let number = signed.serial_number().to_string();
    shape.note(Property::Identifier, number.replace(':', "").to_lowercase());
    let info = signed.subject_public_key_info().to_der().ok()?;
    if let Some(key) = SubjectPublicKeyInfoRef::from_der(&info)
        .ok()
        .and_then(|info| key::of_info(&info))
    {
        key.note(&mut shape);
    }
    Some(shape)
}

/// A key or a certificate in base64 without a header.
pub(super) fn encoded(text: &str) -> Option<Shape> {
    let begins = BEGINNINGS.iter().any(|begin| text.starts_with(begin));
    if text.len() < MIN_ENCODED || !begins {
        return None;
    }
    let bytes = base64(text)?;
    let private = || {
        let mut shape = private(&bytes)?;
        "private-key-base64".clone_into(&mut shape.id);
        Some(shape)
    };
    shape(&bytes).or_else(private).or_else(|| {
        let key = key::public(&bytes)?;
        let mut shape = Shape::new("public-key", Kind::PublicKey, Ground::Structure);
        key.note(&mut shape);
        Some(shape)
    })
}

/// A private key in DER.
pub(super) fn private(bytes: &[u8]) -> Option<Shape> {
    let key = key::private(bytes)?;
    let mut shape = Shape::new("private-key", Kind::PrivateKey, Ground::Structure);
    shape.lifetime = Some(Lifetime::Static);
    key.note(&mut shape);
    shape.note(Property::Encrypted, "no");
    Some(shape)
}
