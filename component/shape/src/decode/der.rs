//! Keys in DER: what kind they are, how strong, and whose public key they belong to.

use der::{
    Decode as _, Encode as _,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier},
};
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use pkcs8::PrivateKeyInfoRef;
use sec1::{EcParameters, EcPrivateKey};
use sha2::{Digest as _, Sha256};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use crate::shape::{Property, Shape};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// Kinds of keys by the numbers that certificates have for them.
const ALGORITHMS: [(ObjectIdentifier, &str); 12] = [
    (RSA, "RSA"),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10"),
        "RSA-PSS",
    ),
    (EC, "EC"),
    (ObjectIdentifier::new_unwrap("1.2.840.10040.4.1"), "DSA"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.3.1"), "DH"),
    (ObjectIdentifier::new_unwrap("1.3.101.110"), "X25519"),
    (ObjectIdentifier::new_unwrap("1.3.101.111"), "X448"),
    (ObjectIdentifier::new_unwrap("1.3.101.112"), "Ed25519"),
    (ObjectIdentifier::new_unwrap("1.3.101.113"), "Ed448"),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17"),
        "ML-DSA-44",
    ),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18"),
        "ML-DSA-65",
    ),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.19"),
        "ML-DSA-87",
    ),
];

/// Elliptic curves, and the size of their keys in bits.
const CURVES: [(ObjectIdentifier, &str, u32); 8] = [
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.1"),
        "P-192",
        192,
    ),
    (ObjectIdentifier::new_unwrap("1.3.132.0.33"), "P-224", 224),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
        "P-256",
        256,
    ),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), "P-384", 384),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), "P-521", 521),
    (
        ObjectIdentifier::new_unwrap("1.3.132.0.10"),
        "secp256k1",
        256,
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7"),
        "brainpoolP256r1",
        256,
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.11"),
        "brainpoolP384r1",
        384,
    ),
];

/// What is known of a key.
#[derive(Default)]
pub(super) struct Key {
    algorithm: String,
    bits: Option<u32>,
    curve: Option<&'static str>,
    /// The SHA-256 of its public key in DER.
    fingerprint: Option<String>,
}

impl Key {
    pub(super) fn note(&self, shape: &mut Shape) {
        shape.note(Property::Algorithm, &*self.algorithm);
        shape.note_some(Property::Bits, self.bits.map(|bits| bits.to_string()));
        shape.note_some(Property::Curve, self.curve);
        shape.note_some(Property::Fingerprint, self.fingerprint.clone());
    }

    /// A key of an algorithm with these parameters.
    fn of(oid: ObjectIdentifier, curve: Option<ObjectIdentifier>) -> Self {
        let name = ALGORITHMS.iter().find(|(known, _)| *known == oid);
        let curve = CURVES.iter().find(|(known, ..)| Some(*known) == curve);
        let algorithm = name.map_or_else(|| oid.to_string(), |(_, name)| (*name).to_owned());
        Self {
            bits: match &*algorithm {
                "X25519" | "Ed25519" => Some(256),
                "X448" | "Ed448" => Some(448),
                _ => curve.map(|(.., bits)| *bits),
            },
            algorithm,
            curve: curve.map(|(_, name, _)| *name),
            ..Self::default()
        }
    }

    fn rsa(public: &RsaPublicKeyRef<'_>) -> Option<Self> {
        let encoded = public.to_der().ok()?;
        let algorithm = AlgorithmIdentifierRef {
            oid: RSA,
            parameters: Some(AnyRef::NULL),
        };
        Some(Self {
            bits: Some(bits(public.modulus.as_bytes())),
            fingerprint: fingerprint(algorithm, &encoded),
            ..Self::of(RSA, None)
        })
    }

    fn ec(key: &EcPrivateKey<'_>, curve: Option<ObjectIdentifier>) -> Self {
        let own = key.parameters.as_ref().map(|parameters| match parameters {
            EcParameters::NamedCurve(curve) => *curve,
        });
        let curve = own.or(curve);
        let print = curve.zip(key.public_key).and_then(|(curve, public)| {
            let algorithm = AlgorithmIdentifierRef {
                oid: EC,
                parameters: Some(AnyRef::from(&curve)),
            };
            fingerprint(algorithm, public)
        });
        Self {
            fingerprint: print,
            ..Self::of(EC, curve)
        }
    }
}

/// How many bits a number has whose first byte is the highest.
pub(super) fn bits(number: &[u8]) -> u32 {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    let number = number.get(zeros..).unwrap_or_default();
    let first = number.first().map_or(0, |first| first.leading_zeros());
    u32::try_from(number.len() * 8)
        .unwrap_or(0)
        .saturating_sub(first)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fingerprint(algorithm: AlgorithmIdentifierRef<'_>, public: &[u8]) -> Option<String> {
    let info = SubjectPublicKeyInfoRef {
        algorithm,
        subject_public_key: BitStringRef::from_bytes(public).ok()?,
    };
    Some(hex(&Sha256::digest(info.to_der().ok()?)))
}

/// A private key in any of the forms that there are.
pub(super) fn private(bytes: &[u8]) -> Option<Key> {
    pkcs8(bytes)
        .or_else(|| Key::rsa(&RsaPrivateKeyRef::from_der(bytes).ok()?.public_key()))
        .or_else(|| Some(Key::ec(&EcPrivateKey::from_der(bytes).ok()?, None)))
}

fn pkcs8(bytes: &[u8]) -> Option<Key> {
    let info = PrivateKeyInfoRef::from_der(bytes).ok()?;
    let oid = info.algorithm.oid;
    let inner = info.private_key.as_bytes();
    if oid == RSA {
        return Key::rsa(&RsaPrivateKeyRef::from_der(inner).ok()?.public_key());
    }
    if oid == EC {
        let curve = info.algorithm.parameters_oid().ok();
        return Some(Key::ec(&EcPrivateKey::from_der(inner).ok()?, curve));
    }
    let print = info.public_key.and_then(|public| {
        let algorithm = AlgorithmIdentifierRef {
            oid,
            parameters: None,
        };
        fingerprint(algorithm, public.raw_bytes())
    });
    Some(Key {
        fingerprint: print,
        ..Key::of(oid, None)
    })
}

/// A public key in either form.
pub(super) fn public(bytes: &[u8]) -> Option<Key> {
    let info = SubjectPublicKeyInfoRef::from_der(bytes);
    info.ok()
        .and_then(|info| of_info(&info))
        .or_else(|| Key::rsa(&RsaPublicKeyRef::from_der(bytes).ok()?))
}

/// A public key with its algorithm.
pub(super) fn of_info(info: &SubjectPublicKeyInfoRef<'_>) -> Option<Key> {
    let oid = info.algorithm.oid;
    let public = info.subject_public_key.raw_bytes();
    let mut key = Key::of(oid, info.algorithm.parameters_oid().ok());
    if oid == RSA {
        key.bits = RsaPublicKeyRef::from_der(public)
            .ok()
            .map(|public| bits(public.modulus.as_bytes()));
    }
    key.fingerprint = Some(hex(&Sha256::digest(info.to_der().ok()?)));
    Some(key)
}
