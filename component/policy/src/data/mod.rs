//! What an organisation declares: purposes, credentials, and whom it trusts, as data in TOML.
//!
//! Every table is read on its own, so one fault hides none of the others; an unknown field is refused, with
//! the field that was probably meant.

pub mod credential;
pub mod purpose;
mod read;
pub mod trust;

pub use credential::Credential;
pub use purpose::Purpose;
pub use read::Place;
pub(crate) use read::{Declared, Located, read, read_tables};
pub use trust::Trust;

use serde::{Deserialize, Serialize};

/// Where an identity comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plane {
    /// A person's machine.
    Local,
    /// A job of continuous integration.
    Ci,
    /// A program in service.
    Runtime,
    /// What makes new versions of credentials.
    Rotation,
}

impl Plane {
    /// Their names in files and policies.
    pub const ALL: [(&'static str, Self); 4] = [
        ("local", Self::Local),
        ("ci", Self::Ci),
        ("runtime", Self::Runtime),
        ("rotation", Self::Rotation),
    ];

    /// Its name in files and policies.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::ALL, self)
    }
}

/// How much harm a purpose can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
}

impl Sensitivity {
    /// Its name in files and policies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

pub(crate) fn name_of<T: Copy + PartialEq>(all: &[(&'static str, T)], one: T) -> &'static str {
    let found = all.iter().find(|(_, it)| *it == one);
    found.map_or("", |(name, _)| *name)
}

/// Whether ids may be written like this: lower case letters, digits and `separator` between them.
pub(crate) fn is_word(text: &str, separator: char) -> bool {
    text.len() <= 100
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.split(separator).all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
        })
}
