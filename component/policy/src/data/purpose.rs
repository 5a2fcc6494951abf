//! Purposes: declared reasons for access.

use serde::{Deserialize, Serialize};

use super::{Plane, Sensitivity};

/// The last word of a purpose's id: what is done.
pub const CAPABILITIES: [&str; 22] = [
    "read",
    "write",
    "plan",
    "apply",
    "deploy",
    "publish",
    "push",
    "pull",
    "export",
    "import",
    "send",
    "sign",
    "verify",
    "encrypt",
    "decrypt",
    "rotate",
    "revoke",
    "migrate",
    "backup",
    "restore",
    "scan",
    "administer",
];

/// A declared reason for access: a capability on an object of a system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Purpose {
    /// `system_object_capability` in lower snake case, such as `billing_report_read`.
    pub id: String,
    /// One sentence: what for.
    pub description: String,
    /// The team that answers for it.
    pub owner: String,
    /// How much harm can be done with it.
    pub sensitivity: Sensitivity,
    /// Whether something real depends on what it opens.
    pub production: bool,
    /// Where it may be asked from.
    pub planes: Vec<Plane>,
    /// Longest time in seconds for which it is granted, at least 1.
    pub max_ttl: u32,
    /// What the issuer is told to narrow the session to, in the issuer's own words; empty for all that the
    /// credential may.
    #[serde(default)]
    pub session_policy: String,
}

impl Purpose {
    /// The word of its id that says on which system.
    #[must_use]
    pub fn system(&self) -> &str {
        self.id.split('_').next().unwrap_or_default()
    }

    /// The word of its id that says what is done.
    #[must_use]
    pub fn capability(&self) -> &str {
        self.id.rsplit('_').next().unwrap_or_default()
    }
}
