//! Entries of the allowlist: matches that are known, and stay.

use crate::{glob::Glob, pattern::Pattern};

/// Most entries of one document.
pub const MAX_ALLOWED: usize = 1000;

/// Bytes of a fingerprint that an entry names.
pub const FINGERPRINT: usize = 16;

/// What an entry goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedBy {
    /// The keyed fingerprint of the credential: its first bytes.
    Fingerprint([u8; FINGERPRINT]),
    /// A pattern that the whole credential matches.
    Pattern(Pattern),
    /// The path of the file.
    Path(Glob),
}

/// An entry of the allowlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// Id of the detector whose matches it allows.
    pub detector: String,
    /// What it goes by.
    pub by: AllowedBy,
    /// The same as it was written.
    pub text: String,
    /// Why.
    pub reason: String,
    /// Seconds since 1970 from which on it does not apply any more.
    pub expires: Option<u64>,
    /// Byte offset in the document of the name of its detector.
    pub offset: usize,
    /// Line and column of that, counted from 1.
    pub place: (u32, u32),
}

impl Allow {
    /// What decides what it allows, in one form whatever the document's layout.
    pub fn canonical(&self) -> String {
        let by = match self.by {
            AllowedBy::Fingerprint(_) => "fingerprint",
            AllowedBy::Pattern(_) => "pattern",
            AllowedBy::Path(_) => "path",
        };
        format!(
            "allow={:?}\n{by}={:?}\nexpires={:?}\n",
            self.detector, self.text, self.expires
        )
    }
}
