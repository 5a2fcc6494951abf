//! Declarations that have a name: `policies/declarations.toml`, compiled in.

use hushgate_detector::document::{
    Lifetime,
    nature::{Kind, Mode, Principal},
};

use crate::check::Declaration;

/// A declaration with its name.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// What it is called.
    pub name: &'static str,
    /// What it is of, in a few words.
    pub description: &'static str,
    shapes: &'static [&'static str],
    kinds: &'static [Kind],
    issuer: Option<&'static str>,
    lifetime: Option<Lifetime>,
    principal: Option<Principal>,
    mode: Option<Mode>,
    seconds: Option<u64>,
}

include!(concat!(env!("OUT_DIR"), "/declarations.rs"));

impl Named {
    /// What it declares.
    #[must_use]
    pub fn declaration(&self) -> Declaration {
        Declaration {
            shapes: self.shapes.iter().map(|it| (*it).to_owned()).collect(),
            kinds: self.kinds.to_vec(),
            issuer: self.issuer.map(str::to_owned),
            lifetime: self.lifetime,
            principal: self.principal,
            mode: self.mode,
            seconds: self.seconds,
            expected: Vec::new(),
        }
    }
}

/// All of them, in the order of the file.
#[must_use]
pub fn all() -> &'static [Named] {
    DECLARATIONS
}

#[cfg(test)]
mod tests {
    use super::*;
    use hushgate_engine::rules::Rules;

    /// Ids that no detector has: see `decode`.
    const OTHERS: [&str; 4] = [
        "gcp-service-account-key",
        "aws-credentials",
        "connection-string",
        "ssh-public-key",
    ];

    #[test]
    fn they_name_shapes_and_issuers_that_there_are() {
        let rules = Rules::standard();
        let detectors = rules.detectors();
        for named in all() {
            for id in named.shapes {
                let known = detectors.iter().any(|it| it.id == *id) || OTHERS.contains(id);
                assert!(known, "{}: {id}", named.name);
            }
            assert!(!named.description.is_empty());
        }
    }
}
