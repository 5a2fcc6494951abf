//! What is known of a value, as far as it is what it looks like.

use std::fmt;

use hushgate_detector::document::{
    Confidence, Lifetime,
    nature::{Kind, Mode, Principal},
};
use hushgate_engine::detect::{Checksum, Whole};

/// Longest text of a fact, in bytes.
const MAX_FACT: usize = 512;
/// Most facts of a shape.
const MAX_FACTS: usize = 64;

/// Why a shape is as sure as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The checksum is right.
    Checksum,
    /// The form is distinctive.
    Form,
    /// It can be read as what it claims to be.
    Structure,
    /// The form is common; much else has it.
    Common,
    /// The form fits, but the checksum is wrong.
    WrongChecksum,
    /// What must stand in front of it is not there.
    Bare,
    /// It begins as such a credential does, but cannot be read to its end.
    Broken,
}

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// The account or tenant it belongs to.
    Account,
    /// The project it belongs to.
    Project,
    /// The organisation or group it belongs to.
    Organisation,
    /// The workspace or team it belongs to.
    Workspace,
    /// Whom it names: a user, a bot, a service account.
    User,
    /// Whom an identity token names, in its issuer's words.
    Subject,
    /// Whom it is meant for.
    Audience,
    /// Who made it, in its own words: an address or a name.
    Authority,
    /// The application it was made for.
    Client,
    /// What it may do, in its issuer's words.
    Scope,
    /// The role it has.
    Role,
    /// The name or number of the key it was made with, or that it is.
    Key,
    /// Its own number.
    Identifier,
    /// What signs, encrypts or derives.
    Algorithm,
    /// The size of a key in bits.
    Bits,
    /// The elliptic curve of a key.
    Curve,
    /// The SHA-256 of a public key: in lower hex over its DER form, or `SHA256:` and base64 for SSH.
    Fingerprint,
    /// Whether a key is encrypted: `yes` or `no`.
    Encrypted,
    /// The host it opens, with the port where one is named.
    Host,
    /// The database it opens.
    Database,
    /// The scheme of an address.
    Scheme,
    /// The region or cluster of the issuer.
    Region,
    /// The service it is for.
    Service,
    /// The repository that a workload runs for.
    Repository,
    /// The branch, tag or environment that a workload runs for.
    Reference,
    /// The namespace that a workload runs in.
    Namespace,
    /// A remark in it.
    Comment,
    /// A condition that it carries.
    Caveat,
    /// What its issuer calls its type.
    Type,
    /// What it opens, where that is an address.
    Resource,
}

impl Property {
    /// Their names, as the contract has them.
    pub const ALL: [(&'static str, Self); 30] = [
        ("account", Self::Account),
        ("project", Self::Project),
        ("organisation", Self::Organisation),
        ("workspace", Self::Workspace),
        ("user", Self::User),
        ("subject", Self::Subject),
        ("audience", Self::Audience),
        ("authority", Self::Authority),
        ("client", Self::Client),
        ("scope", Self::Scope),
        ("role", Self::Role),
        ("key", Self::Key),
        ("identifier", Self::Identifier),
        ("algorithm", Self::Algorithm),
        ("bits", Self::Bits),
        ("curve", Self::Curve),
        ("fingerprint", Self::Fingerprint),
        ("encrypted", Self::Encrypted),
        ("host", Self::Host),
        ("database", Self::Database),
        ("scheme", Self::Scheme),
        ("region", Self::Region),
        ("service", Self::Service),
        ("repository", Self::Repository),
        ("reference", Self::Reference),
        ("namespace", Self::Namespace),
        ("comment", Self::Comment),
        ("caveat", Self::Caveat),
        ("type", Self::Type),
        ("resource", Self::Resource),
    ];

    /// Its name, as the contract has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, it)| *it == self);
        found.map_or("", |(name, _)| *name)
    }
}

/// Something that can be read in a value.
#[derive(Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub property: Property,
    /// What it says, without control and invisible characters, at most 512 bytes.
    pub text: String,
}

impl fmt::Debug for Fact {
    /// Facts are of a credential, so that nothing of them is shown but what they are about.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fact")
            .field("property", &self.property)
            .finish_non_exhaustive()
    }
}

/// How a credential stands to a moment, by what it says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It does not work yet.
    Early,
    /// It is between its start and its end, or has none.
    Within,
    /// It does not work any more.
    Over,
}

/// What a value may be.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The detector that finds it, or a name of this crate where none does: docs/shapes.md lists
    /// these.
    pub id: String,
    /// Who issues it, as people call it; empty where that is not known.
    pub issuer: String,
    /// What it is used as.
    pub kind: Kind,
    /// How long such a credential lives.
    pub lifetime: Option<Lifetime>,
    /// Who acts by it.
    pub principal: Option<Principal>,
    /// Whether something real depends on it.
    pub mode: Option<Mode>,
    /// What its checksum says.
    pub checksum: Checksum,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why.
    pub ground: Ground,
    /// Seconds since 1970 at which it was made, where it says so.
    pub issued: Option<i64>,
    /// Seconds since 1970 from which on it works, where it says so.
    pub starts: Option<i64>,
    /// Seconds since 1970 from which on it does not work any more, where it says so.
    pub expires: Option<i64>,
    /// What else can be read in it.
    pub facts: Vec<Fact>,
    /// Whether what is secret in it is still to be filled in.
    pub(crate) is_template: bool,
}

/// Characters that cannot be seen, or turn the order of others around: what a reader sees would not be
/// what is said.
const fn is_invisible(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Shape {
    /// A shape that no detector has.
    pub(crate) fn new(id: &str, kind: Kind, ground: Ground) -> Self {
        Self {
            id: id.to_owned(),
            issuer: String::new(),
            kind,
            lifetime: None,
            principal: None,
            mode: None,
            checksum: Checksum::Absent,
            confidence: match ground {
                Ground::Checksum | Ground::Form | Ground::Structure => Confidence::High,
                Ground::Common | Ground::WrongChecksum => Confidence::Medium,
                Ground::Bare | Ground::Broken => Confidence::Low,
            },
            ground,
            issued: None,
            starts: None,
            expires: None,
            facts: Vec::new(),
            is_template: false,
        }
    }

    /// The shape of a detector.
    pub(crate) fn of(whole: &Whole<'_>) -> Self {
        let rule = whole.rule;
        Self {
            id: rule.id.to_string(),
            issuer: rule.nature.issuer.to_string(),
            kind: rule.nature.kind,
            lifetime: Some(rule.lifetime),
            principal: rule.nature.principal,
            mode: rule.nature.mode,
            checksum: whole.checksum,
            confidence: whole.confidence,
            ground: match (whole.checksum, whole.confidence) {
                _ if whole.bare => Ground::Bare,
                (Checksum::Right, _) => Ground::Checksum,
                (Checksum::Wrong, _) => Ground::WrongChecksum,
                (Checksum::Absent, Confidence::High) => Ground::Form,
                (Checksum::Absent, _) => Ground::Common,
            },
            issued: None,
            starts: None,
            expires: None,
            facts: Vec::new(),
            is_template: false,
        }
        .with_groups(whole)
    }

    /// With what its detector's pattern names: groups that have the name of a property.
    fn with_groups(mut self, whole: &Whole<'_>) -> Self {
        for (name, text) in &whole.groups {
            let property = Property::ALL.iter().find(|(known, _)| known == name);
            if let Some((_, property)) = property {
                self.note(*property, &**text);
            }
        }
        self
    }

    /// How it stands to a moment, in seconds since 1970.
    #[must_use]
    pub fn phase(&self, now: i64) -> Phase {
        if self
            .expires
            .is_some_and(|end| match cfg!(sabotage = "over-a-second-late") {
                true => end < now,
                false => end <= now,
            })
        {
            Phase::Over
        } else if self
            .starts
            .is_some_and(|start| match cfg!(sabotage = "early-a-second-late") {
                true => start >= now,
                false => start > now,
            })
        {
            Phase::Early
        } else {
            Phase::Within
        }
    }

    /// What it says of a property first.
    #[must_use]
    pub fn fact(&self, property: Property) -> Option<&str> {
        self.facts(property).next()
    }

    /// All that it says of a property.
    pub fn facts(&self, property: Property) -> impl Iterator<Item = &str> {
        let of = self.facts.iter().filter(move |it| it.property == property);
        of.map(|it| &*it.text)
    }

    /// Notes a fact, unless it is empty.
    pub(crate) fn note(&mut self, property: Property, text: impl Into<String>) {
        let mut text: String = text.into();
        text.retain(|char| {
            !char.is_control() && !is_invisible(char)
                || cfg!(sabotage = "facts-with-control-characters")
        });
        if text.len() > MAX_FACT {
            text.truncate(text.floor_char_boundary(MAX_FACT));
        }
        if !text.is_empty() && self.facts.len() < MAX_FACTS {
            self.facts.push(Fact { property, text });
        }
    }

    /// The same for what may not be there.
    pub(crate) fn note_some(&mut self, property: Property, text: Option<impl Into<String>>) {
        if let Some(text) = text {
            self.note(property, text);
        }
    }

    /// It can be read as what it claims to be: that makes it sure, but where its checksum is wrong.
    pub(crate) fn is_read(&mut self) {
        if self.ground != Ground::WrongChecksum {
            self.ground = match self.ground {
                Ground::Checksum => Ground::Checksum,
                _ => Ground::Structure,
            };
            self.confidence = Confidence::High;
        }
    }

    /// It has a checksum that was computed.
    pub(crate) fn has_sum(&mut self, right: bool) {
        (self.checksum, self.ground, self.confidence) = match right {
            true => (Checksum::Right, Ground::Checksum, Confidence::High),
            false => {
                let confidence = self.confidence.min(Confidence::Medium);
                (Checksum::Wrong, Ground::WrongChecksum, confidence)
            }
        };
    }

    /// It cannot be read to its end, though it should.
    pub(crate) fn is_broken(&mut self) {
        if cfg!(sabotage = "broken-is-read") {
            return;
        }
        self.ground = Ground::Broken;
        self.confidence = Confidence::Low;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_short_and_print_nothing_odd() {
        let mut shape = Shape::new("test", Kind::Token, Ground::Form);
        shape.note(Property::User, "a\u{1b}[31m\nb");
        shape.note(Property::User, "");
        shape.note(Property::Comment, "\u{e9}".repeat(MAX_FACT));
        assert_eq!(shape.fact(Property::User), Some("a[31mb"));
        assert_eq!(shape.facts(Property::User).count(), 1);
        assert_eq!(shape.fact(Property::Comment).map(str::len), Some(MAX_FACT));
        assert!(!format!("{shape:?}").contains("[31m"));
    }

    #[test]
    fn each_property_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> =
            Property::ALL.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), Property::ALL.len());
    }
}
