//! Credential declarations: what is known of a credential without its value.

use serde::{Deserialize, Serialize};

use super::Plane;

/// Schemes that a source may have, each with what stands behind it.
pub const SOURCES: [(&str, &str); 10] = [
    ("env", "the name of a variable: env:NAME"),
    ("file", "an absolute path: file:/run/secrets/name"),
    (
        "vault",
        "mount, path and field: vault://secret/app#password",
    ),
    ("aws-sts", "a role: aws-sts://123456789012/role/name"),
    ("aws-secrets", "a secret: aws-secrets://eu-central-1/name"),
    ("gcp-secrets", "a secret: gcp-secrets://project/name"),
    ("gcp-sts", "a service account: gcp-sts://name@project"),
    ("azure-vault", "a secret: azure-vault://vault/name"),
    ("entra", "an application: entra://tenant/application"),
    ("github-app", "an installation: github-app://owner/app"),
];

/// How long such a credential lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lifetime {
    /// Minutes to hours, bound to one session or job.
    Session,
    /// Hours to days.
    Short,
    /// Weeks to months, with an expiry date.
    Long,
    /// Until somebody revokes it.
    Static,
}

impl Lifetime {
    /// Its name in files and policies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Short => "short",
            Self::Long => "long",
            Self::Static => "static",
        }
    }
}

/// Who acts by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// Somebody, with all that he or she may.
    Person,
    /// A program that runs: a job, a service, a machine.
    Workload,
    /// A program as its maker registered it, whoever runs it.
    Application,
}

impl Actor {
    /// Its name in files and policies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Workload => "workload",
            Self::Application => "application",
        }
    }
}

/// How often the next version is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rotation {
    /// Days between two versions, at least 1.
    pub days: u32,
    /// The day of the last one, `YYYY-MM-DD`.
    pub last: Option<String>,
}

/// One version of a credential, and where it stands in a rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Version {
    /// Its name or number at the source.
    pub id: String,
    /// Where it stands.
    pub stage: Stage,
}

/// Where a version stands in a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Made, not yet in use.
    Pending,
    /// In use.
    Current,
    /// Was in use, still works.
    Previous,
}

/// What is known of a credential without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Credential {
    /// Name in kebab case, one for the organisation.
    pub id: String,
    /// What it is used as, as detectors say it: `access-token`, `password`, `private-key` and so on.
    pub kind: String,
    /// Who issues it, as people call it.
    pub issuer: String,
    /// Where it may be used.
    pub plane: Plane,
    /// Where its value comes from: `env:NAME`, `vault://mount/path#field` and so on.
    pub source: String,
    /// Ids of the purposes that it serves.
    pub purposes: Vec<String>,
    /// Who acts by it.
    pub principal: Actor,
    /// The team that answers for it.
    pub owner: String,
    /// How long it lives.
    pub lifetime: Lifetime,
    /// Whether it opens the account of a cloud.
    #[serde(default)]
    pub cloud: bool,
    /// What it may, in its issuer's words.
    #[serde(default)]
    pub scope: Vec<String>,
    /// What uses it.
    #[serde(default)]
    pub consumers: Vec<String>,
    /// The day it was made, `YYYY-MM-DD`.
    pub created: Option<String>,
    /// The last day it works, `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// Shortest time in seconds for which it can be handed out.
    #[serde(default = "one")]
    pub min_ttl: u32,
    /// Longest time in seconds for which it is handed out.
    pub max_ttl: Option<u32>,
    /// How often the next version is made.
    pub rotation: Option<Rotation>,
    /// Its versions at the source.
    #[serde(default)]
    pub versions: Vec<Version>,
    /// What to do to make it useless, step by step.
    #[serde(default)]
    pub revocation: Vec<String>,
    /// Whether it is revoked.
    #[serde(default)]
    pub revoked: bool,
    /// Its keyed fingerprint, as `hushgate inspect` prints it.
    pub fingerprint: Option<String>,
}

fn one() -> u32 {
    1
}

impl Credential {
    /// The scheme of its source.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.source.split(':').next().unwrap_or_default()
    }
}
