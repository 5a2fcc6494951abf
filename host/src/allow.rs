//! The allowlist: matches that are known, and stay.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bindings::bundle;

/// What an entry of the allowlist goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Allowance {
    /// The keyed fingerprint of the credential.
    Fingerprint,
    /// A pattern that the whole credential matches.
    Pattern,
    /// The path of the file.
    Path,
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fingerprint => "fingerprint",
            Self::Pattern => "pattern",
            Self::Path => "path",
        })
    }
}

/// How an entry of the allowlist fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Use {
    /// Something was let through for it.
    Used,
    /// Nothing was, so far.
    Unused,
    /// It does not apply any more.
    Expired,
    /// It names a fingerprint, and the gate has no key.
    Keyless,
}

/// An entry of a bundle's allowlist: matches of a detector that stay.
///
/// It never says which.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowed {
    /// Id of the detector.
    pub detector: String,
    /// What it goes by.
    pub by: Allowance,
    /// Why.
    pub reason: String,
    /// Seconds since 1970 from which on it does not apply any more.
    pub expires: Option<u64>,
    /// Line of the entry in the bundle, counted from 1.
    pub line: u32,
    /// Column of the entry in that line in bytes, counted from 1.
    pub column: u32,
    /// How it fares.
    pub state: Use,
}

/// The allowlist of a gate, and what was let through for it.
pub(crate) struct Allowlist(Vec<Entry>);

struct Entry {
    allowed: Allowed,
    used: AtomicBool,
}

impl Allowlist {
    /// The entries as a gate has them that was opened at this time, and with a key or without.
    pub(crate) fn new(entries: Vec<bundle::Allowed>, now: Option<u64>, has_key: bool) -> Self {
        let entries = entries.into_iter().map(|entry| {
            let by = match entry.by {
                bundle::Allowance::Fingerprint => Allowance::Fingerprint,
                bundle::Allowance::Pattern => Allowance::Pattern,
                bundle::Allowance::Path => Allowance::Path,
            };
            let expired = |end: u64| now.is_none_or(|now| now >= end);
            let state = match entry.expires {
                Some(end) if expired(end) => Use::Expired,
                _ if by == Allowance::Fingerprint && !has_key => Use::Keyless,
                _ => Use::Unused,
            };
            Entry {
                allowed: Allowed {
                    detector: entry.detector,
                    by,
                    reason: entry.reason,
                    expires: entry.expires,
                    line: entry.line,
                    column: entry.column,
                    state,
                },
                used: AtomicBool::new(false),
            }
        });
        Self(entries.collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes for which entries something was let through.
    pub(crate) fn note(&self, used: &[u32]) {
        for &index in used {
            let entry = usize::try_from(index).ok().and_then(|it| self.0.get(it));
            if let Some(entry) = entry {
                entry.used.store(true, Ordering::Relaxed);
            }
        }
    }

    /// All entries as they fare now.
    pub(crate) fn entries(&self) -> Vec<Allowed> {
        let entries = self.0.iter().map(|entry| {
            let mut allowed = entry.allowed.clone();
            if entry.used.load(Ordering::Relaxed) {
                allowed.state = Use::Used;
            }
            allowed
        });
        entries.collect()
    }
}
