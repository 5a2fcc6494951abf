//! Trust rules: whose tokens are believed, and what they must say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Plane;

/// Whose words claims are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    /// The OIDC token of a GitHub Actions job.
    GithubActions,
    /// The id token of a GitLab CI/CD job.
    Gitlab,
    /// The projected token of a Kubernetes service account.
    Kubernetes,
    /// AWS's answer to GetCallerIdentity.
    Aws,
    /// The identity token of a Google Cloud service account.
    Gcp,
    /// An access token of Microsoft Entra.
    Entra,
    /// Somebody at a machine, as the host found out.
    Person,
}

impl Runtime {
    /// Their names in files.
    pub const ALL: [(&'static str, Self); 7] = [
        ("github-actions", Self::GithubActions),
        ("gitlab", Self::Gitlab),
        ("kubernetes", Self::Kubernetes),
        ("aws", Self::Aws),
        ("gcp", Self::Gcp),
        ("entra", Self::Entra),
        ("person", Self::Person),
    ];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        super::name_of(&Self::ALL, self)
    }

    /// Whether its words come in a token, with an issuer and an audience.
    #[must_use]
    pub fn is_token(self) -> bool {
        !matches!(self, Self::Aws | Self::Person)
    }

    /// Claims that name one owner for good; a rule should ask for one of them.
    #[must_use]
    pub fn owners(self) -> &'static [&'static str] {
        match self {
            Self::GithubActions => &["repository_id", "repository_owner_id"],
            Self::Gitlab => &["project_id", "namespace_id"],
            Self::Kubernetes => &["kubernetes.io.namespace", "sub"],
            Self::Aws => &["Account"],
            Self::Gcp => &["sub", "email", "google.compute_engine.project_id"],
            Self::Entra => &["tid"],
            Self::Person => &["groups", "name"],
        }
    }
}

/// What a claim must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Wanted {
    /// This; `*` stands for any characters.
    One(String),
    /// One of these.
    Any(Vec<String>),
}

impl Wanted {
    /// What it may be.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let list = match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Any(list) => list,
        };
        list.iter().map(String::as_str)
    }
}

/// Whose tokens are believed, and what they must say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Trust {
    /// Name in kebab case, one for the organisation.
    pub id: String,
    /// Whose words the claims are in.
    pub runtime: Runtime,
    /// The `iss` of the tokens, exactly; empty for what comes without a token.
    #[serde(default)]
    pub issuer: String,
    /// One of these must be in `aud`.
    #[serde(default)]
    pub audience: Vec<String>,
    /// The plane of who has such a token.
    pub plane: Plane,
    /// Claims by name, a dot between the names of nested ones, and what each must be.
    #[serde(default)]
    pub claims: BTreeMap<String, Wanted>,
}
