//! Digests that say which rules were applied.

use std::fmt;

use crate::artefact;

/// Which component and which rule set a gate runs.
///
/// Two hosts that print the same pair apply the same rules.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Digests {
    /// `sha256:` and 64 hex digits over the component's bytes.
    pub component: String,
    /// `sha256:` and 64 hex digits over the rule set.
    pub rules: String,
}

impl fmt::Display for Digests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "component {}, rules {}", self.component, self.rules)
    }
}

/// The digest of the embedded component: `sha256:` and 64 hex digits.
///
/// ```
/// assert!(hushgate::component_digest().starts_with("sha256:"));
/// ```
#[must_use]
pub fn component_digest() -> &'static str {
    artefact::DIGEST
}

/// The embedded component, for hosts that instantiate it themselves.
///
/// ```
/// // The first bytes of every WebAssembly binary.
/// assert!(hushgate::component().starts_with(b"\0asm"));
/// ```
#[must_use]
pub fn component() -> &'static [u8] {
    artefact::COMPONENT
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use sha2::{Digest, Sha256};

    #[test]
    fn the_digest_is_of_the_embedded_bytes() {
        let mut expected = String::from("sha256:");
        for byte in Sha256::digest(super::component()) {
            write!(expected, "{byte:02x}").unwrap();
        }
        assert_eq!(super::component_digest(), expected);
    }
}
