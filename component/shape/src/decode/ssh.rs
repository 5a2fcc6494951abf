//! Keys of OpenSSH: public ones (RFC 4253, RFC 5656, RFC 8709) and its own form of private ones
//! (`PROTOCOL.key`).
//!
//! All of it consists of strings with their length in front, so it is read here. What `ssh-key` would
//! add are the curves and ciphers to use such a key, and it leaves out keys whose curve it has not.

use hushgate_detector::document::{Lifetime, nature::Kind};
use sha2::{Digest as _, Sha256};

use crate::{
    around::{BASE64, base64},
    shape::{Ground, Property, Shape},
};

/// What a private key begins with.
const MAGIC: &[u8] = b"openssh-key-v1\0";

/// How the fields of a key follow one another, behind its algorithm.
pub(super) struct Algorithm {
    name: &'static str,
    shown: &'static str,
    curve: Option<&'static str>,
    bits: Option<u32>,
    /// Strings of a public key.
    public: usize,
    /// Strings of a private key, those of the public one among them.
    private: usize,
    /// Whether it lives in hardware: then a byte of flags stands behind the public strings.
    in_hardware: bool,
}

const ALGORITHMS: [Algorithm; 8] = [
    software("ssh-ed25519", "Ed25519", None, Some(256), 1, 2),
    software("ssh-rsa", "RSA", None, None, 2, 6),
    software("ssh-dss", "DSA", None, None, 4, 5),
    software("ecdsa-sha2-nistp256", "EC", Some("P-256"), Some(256), 2, 3),
    software("ecdsa-sha2-nistp384", "EC", Some("P-384"), Some(384), 2, 3),
    software("ecdsa-sha2-nistp521", "EC", Some("P-521"), Some(521), 2, 3),
    Algorithm {
        in_hardware: true,
        ..software(
            "sk-ssh-ed25519@openssh.com",
            "Ed25519 in hardware",
            None,
            Some(256),
            2,
            4,
        )
    },
    Algorithm {
        in_hardware: true,
        ..software(
            "sk-ecdsa-sha2-nistp256@openssh.com",
            "EC in hardware",
            Some("P-256"),
            Some(256),
            3,
            5,
        )
    },
];

const fn software(
    name: &'static str,
    shown: &'static str,
    curve: Option<&'static str>,
    bits: Option<u32>,
    public: usize,
    private: usize,
) -> Algorithm {
    Algorithm {
        name,
        shown,
        curve,
        bits,
        public,
        private,
        in_hardware: false,
    }
}

/// A public key as it stands in `authorized_keys`.
pub(super) fn public(text: &str) -> Option<Shape> {
    if text.contains('\n') {
        return None;
    }
    let (name, rest) = text.split_once(' ')?;
    ALGORITHMS.iter().find(|it| it.name == name)?;
    let (coded, comment) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut shape = Shape::new("ssh-public-key", Kind::PublicKey, Ground::Structure);
    let algorithm = note(&base64(coded)?, &mut shape)?;
    shape.note(Property::Comment, comment.trim());
    (algorithm.name == name).then_some(shape)
}

/// A private key in OpenSSH's own form, without header and base64.
pub(super) fn private(bytes: &[u8]) -> Option<Shape> {
    let mut reader = Reader(bytes.strip_prefix(MAGIC)?);
    let cipher = reader.string()?;
    let (_derivation, _its_options) = (reader.string()?, reader.string()?);
    if reader.number()? != 1 {
        return None;
    }
    let (public, secret) = (reader.string()?, reader.string()?);
    let mut shape = Shape::new("private-key", Kind::PrivateKey, Ground::Structure);
    shape.lifetime = Some(Lifetime::Static);
    let algorithm = note(public, &mut shape)?;
    let is_plain = cipher == b"none";
    if is_plain {
        let comment = comment(secret, algorithm)?;
        shape.note(Property::Comment, String::from_utf8_lossy(comment));
    }
    shape.note(Property::Encrypted, if is_plain { "no" } else { "yes" });
    Some(shape)
}

/// The remark behind a private key that is not encrypted.
fn comment<'k>(secret: &'k [u8], algorithm: &Algorithm) -> Option<&'k [u8]> {
    let mut reader = Reader(secret);
    // The same number twice tells whether a password was the right one.
    if reader.number()? != reader.number()? || reader.string()? != algorithm.name.as_bytes() {
        return None;
    }
    for at in 0..algorithm.private {
        if algorithm.in_hardware && at == algorithm.public {
            reader.byte()?;
        }
        reader.string()?;
    }
    reader.string()
}

/// Notes what a public key says, if it is whole.
pub(super) fn note(blob: &[u8], shape: &mut Shape) -> Option<&'static Algorithm> {
    let mut reader = Reader(blob);
    let name = reader.string()?;
    let algorithm = ALGORITHMS.iter().find(|it| it.name.as_bytes() == name)?;
    let strings: Option<Vec<&[u8]>> = (0..algorithm.public).map(|_| reader.string()).collect();
    let strings = strings?;
    if !reader.0.is_empty() {
        return None;
    }
    let bits = match (algorithm.shown, strings.as_slice()) {
        ("RSA", [_, modulus]) => Some(super::der::bits(modulus)),
        ("DSA", [prime, ..]) => Some(super::der::bits(prime)),
        _ => algorithm.bits,
    };
    shape.note(Property::Algorithm, algorithm.shown);
    shape.note_some(Property::Curve, algorithm.curve);
    shape.note_some(Property::Bits, bits.map(|bits| bits.to_string()));
    let [standard, _] = &BASE64;
    let digest = base64::Engine::encode(standard, Sha256::digest(blob));
    let digest = digest.trim_end_matches('=');
    shape.note(Property::Fingerprint, format!("SHA256:{digest}"));
    Some(algorithm)
}

/// What is still to be read.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*bytes))
    }

    /// Bytes with their length in front.
    fn string(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).expect("short");
        [&length.to_be_bytes(), bytes].concat()
    }

    fn blob(fields: &[&[u8]]) -> Vec<u8> {
        fields.iter().flat_map(|it| string(it)).collect()
    }

    fn read(blob: &[u8]) -> Option<Shape> {
        let mut shape = Shape::new("test", Kind::PublicKey, Ground::Structure);
        note(blob, &mut shape)?;
        Some(shape)
    }

    #[test]
    fn keys_in_hardware() {
        let public: [&[u8]; 3] = [b"sk-ssh-ed25519@openssh.com", &[7; 32], b"ssh:"];
        let shape = read(&blob(&public)).expect("a key");
        assert_eq!(shape.fact(Property::Algorithm), Some("Ed25519 in hardware"));
        let secret = [
            &[0, 0, 0, 5, 0, 0, 0, 5],
            &*blob(&public),
            &[1],
            &*blob(&[&[9; 64], b"", b"a remark"]),
        ]
        .concat();
        let whole = [
            MAGIC,
            &blob(&[b"none", b"none", b""]),
            &[0, 0, 0, 1],
            &blob(&[&blob(&public), &secret]),
        ]
        .concat();
        let shape = private(&whole).expect("a key");
        assert_eq!(shape.fact(Property::Comment), Some("a remark"));
        assert!(private(&whole[..whole.len() - 20]).is_none());
    }

    #[test]
    fn what_is_not_whole_is_none() {
        let whole = blob(&[b"ssh-rsa", &[1, 0, 1], &[0, 0x80, 0, 1]]);
        assert_eq!(
            read(&whole).and_then(|it| it.fact(Property::Bits).map(str::to_owned)),
            Some("24".to_owned())
        );
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_none(), "{length}");
        }
        assert!(read(&[&whole[..], &[0]].concat()).is_none());
        assert!(read(&blob(&[b"ssh-xmss@openssh.com", b"x"])).is_none());
        assert!(read(&[0xFF; 8]).is_none());
    }
}
