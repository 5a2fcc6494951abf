//! Keys of OpenPGP (RFC 9580): the first packet of a block.
//!
//! The crates that read OpenPGP are made to encrypt and sign: they want random numbers and weigh some
//! hundred dependencies. What the first twenty bytes say needs none of them.

use hushgate_detector::document::{Lifetime, nature::Kind};

use crate::{
    around::base64,
    shape::{Ground, Property, Shape},
};

const PRIVATE: &str = "-----BEGIN PGP PRIVATE KEY BLOCK-----";
const PUBLIC: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

/// Algorithms by their numbers.
const ALGORITHMS: [(u8, &str); 10] = [
    (1, "RSA"),
    (2, "RSA"),
    (3, "RSA"),
    (16, "ElGamal"),
    (17, "DSA"),
    (18, "ECDH"),
    (19, "EC"),
    (22, "EdDSA"),
    (27, "Ed25519"),
    (28, "Ed448"),
];

pub(super) fn shape(text: &str) -> Option<Shape> {
    let (mut shape, behind) = if let Some(behind) = text.strip_prefix(PRIVATE) {
        let shape = Shape::new("pgp-private-key", Kind::PrivateKey, Ground::Structure);
        (shape, behind)
    } else {
        let behind = text.strip_prefix(PUBLIC)?;
        let shape = Shape::new("pgp-public-key", Kind::PublicKey, Ground::Structure);
        (shape, behind)
    };
    shape.lifetime = Some(Lifetime::Static);
    let body = behind.split("-----END").next().unwrap_or_default();
    let lines = body.lines().map(str::trim);
    for line in lines.clone() {
        shape.note_some(Property::Comment, line.strip_prefix("Comment: "));
    }
    // A line that begins with `=` has the checksum of the block.
    let coded: String = lines
        .filter(|line| !line.contains(':') && !line.starts_with('='))
        .collect();
    let read = base64(&coded).and_then(|bytes| packet(&bytes, &mut shape));
    if read.is_none() {
        shape.is_broken();
    }
    Some(shape)
}

/// The first packet, that of the main key.
fn packet(bytes: &[u8], shape: &mut Shape) -> Option<()> {
    let (&tag, rest) = bytes.split_first()?;
    let is_new = tag & 0xC0 == 0xC0;
    let (kind, rest) = match is_new {
        true => (tag & 0x3F, rest.get(new_length(rest)?..)?),
        false => (
            tag >> 2 & 0x0F,
            rest.get([1, 2, 4, 0].get(usize::from(tag & 3)).copied()?..)?,
        ),
    };
    if !matches!(kind, 5 | 6) || tag & 0x80 == 0 {
        return None;
    }
    let (&version, rest) = rest.split_first()?;
    shape.note(Property::Type, format!("version {version}"));
    let (made, rest) = rest.split_first_chunk::<4>()?;
    shape.issued = Some(i64::from(u32::from_be_bytes(*made)));
    // Version 3 has a number of days here.
    let rest = if version == 3 { rest.get(2..)? } else { rest };
    let (&algorithm, rest) = rest.split_first()?;
    let name = ALGORITHMS.iter().find(|(known, _)| *known == algorithm);
    shape.note_some(Property::Algorithm, name.map(|(_, name)| *name));
    // The modulus comes first, in front of it how many bits it has.
    if matches!(algorithm, 1..=3 | 16 | 17) && version < 6 {
        let bits = u16::from_be_bytes(*rest.first_chunk()?);
        shape.note(Property::Bits, bits.to_string());
    }
    Some(())
}

/// How many bytes the length of a packet takes in the newer format.
fn new_length(bytes: &[u8]) -> Option<usize> {
    Some(match bytes.first()? {
        ..192 => 1,
        192..224 => 2,
        255 => 5,
        _ => 1,
    })
}
