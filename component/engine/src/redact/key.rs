//! The key of fingerprints, and what it makes of a credential.
//!
//! # Promise
//! Equal credentials have equal fingerprints under one key. Without the key a fingerprint says
//! nothing, not even of a credential that can be guessed.
//!
//! # Why it holds
//! A fingerprint is the beginning of an HMAC-SHA-256 (RFC 2104) over the credential's SHA-256,
//! which registered values have at hand whatever their length.
//!
//! # Hazard
//! In a label it has 24 bits: two different credentials have the same one with a chance of one in
//! 16,777,216. It joins lines; it proves nothing. A whole one has 128 bits, and names a credential.
//!
//! # Invariant
//! The key is in no `Debug` output and no error, and every block made from it is wiped.

use std::{fmt, sync::Arc};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use hushgate_detector::document::allow::FINGERPRINT;

use super::OpenError;

/// Shortest key in bytes: a shorter one can be found by trying all of them.
pub const MIN_KEY: usize = 16;

/// Hex digits of a fingerprint in a label.
pub(crate) const DIGITS: usize = 6;

/// Bytes of a whole fingerprint.
pub(crate) type Fingerprint = [u8; FINGERPRINT];

/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// Goes in front of what fingerprints are made of, so that nothing else that is made with the
/// same key can be taken for one.
const PREFIX: &[u8] = b"hushgate fingerprint 1\n";

/// The same for what tells the states of redactors with different keys apart.
const STATE: &[u8] = b"hushgate state 1\n";

/// The key of fingerprints. Clones share it.
#[derive(Clone)]
pub struct Key(Arc<Zeroizing<[u8; BLOCK]>>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// A key of these bytes, which should be random.
    ///
    /// # Errors
    /// Where there are fewer than [`MIN_KEY`].
    pub fn new(bytes: &[u8]) -> Result<Self, OpenError> {
        if bytes.len() < MIN_KEY {
            return Err(OpenError::KeyTooShort { least: MIN_KEY });
        }
        Ok(Self::of(bytes))
    }

    fn of(bytes: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK]);
        let hashed: Zeroizing<[u8; 32]>;
        let bytes = if bytes.len() > BLOCK {
            hashed = Zeroizing::new(Sha256::digest(bytes).into());
            hashed.as_slice()
        } else {
            bytes
        };
        if !cfg!(sabotage = "fingerprint-key-ignored") {
            block
                .iter_mut()
                .zip(bytes)
                .for_each(|(slot, byte)| *slot = *byte);
        }
        Self(Arc::new(block))
    }

    /// HMAC-SHA-256 over parts that follow one another.
    fn authenticate(&self, parts: &[&[u8]]) -> [u8; 32] {
        let padded = |pad: u8| Zeroizing::new(self.0.map(|byte| byte ^ pad));
        let mut inner = Sha256::new_with_prefix(padded(0x36).as_slice());
        parts.iter().for_each(|part| inner.update(part));
        Sha256::new_with_prefix(padded(0x5c).as_slice())
            .chain_update(inner.finalize())
            .finalize()
            .into()
    }

    /// The fingerprint of what has this SHA-256.
    pub(crate) fn fingerprint(&self, content: &[u8; 32]) -> Fingerprint {
        let code = self.authenticate(&[PREFIX, content]);
        code.first_chunk().copied().unwrap_or_default()
    }

    /// The fingerprint of a credential, in lower hex: the one that its findings have.
    #[must_use]
    pub fn fingerprint_of(&self, credential: &[u8]) -> String {
        digits(&self.fingerprint(&Sha256::digest(credential).into()))
    }

    /// What a state says of the key: enough to tell another one apart, and nothing else.
    pub(super) fn tag(&self) -> [u8; 32] {
        self.authenticate(&[STATE])
    }
}

/// A fingerprint in lower hex.
pub(crate) fn digits(fingerprint: &Fingerprint) -> String {
    let digits = fingerprint.iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The test cases of RFC 4231; the fifth is cut to 16 bytes there.
    #[test]
    fn known_answers() {
        let cases: [(&[u8], &[u8], &str); 7] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                &[0x0c; 20],
                b"Test With Truncation",
                "a3b6167473100ee06e0c796c2955552b",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, message, expected) in cases {
            let (head, rest) = message.split_at(message.len() / 2);
            let code = hex(&Key::of(key).authenticate(&[head, rest]));
            assert!(code.starts_with(expected), "{code} {expected}");
        }
    }

    #[test]
    fn a_short_key_is_refused_and_none_is_shown() {
        let refused = Key::new(&[b'k'; MIN_KEY - 1]).expect_err("one byte too few");
        assert_eq!(refused, OpenError::KeyTooShort { least: MIN_KEY });
        let key = Key::new(&[b'k'; MIN_KEY]).expect("long enough");
        let shown = format!("{key:?} {refused:?} {refused}");
        assert!(!shown.contains("kk") && !shown.contains("107"), "{shown}");
    }

    #[test]
    fn fingerprints_depend_on_key_and_content() {
        let (one, other) = (Key::of(b"one key"), Key::of(b"other key"));
        let content = |text: &str| -> [u8; 32] { Sha256::digest(text).into() };
        assert_eq!(
            digits(&one.fingerprint(&content("a"))).len(),
            2 * FINGERPRINT
        );
        assert_eq!(
            one.fingerprint(&content("a")),
            one.clone().fingerprint(&content("a"))
        );
        assert_ne!(
            one.fingerprint(&content("a")),
            one.fingerprint(&content("b"))
        );
        assert_ne!(
            one.fingerprint(&content("a")),
            other.fingerprint(&content("a"))
        );
    }
}
