//! What a value is declared to be, and where it is not.

use super::{Code, Kind, Mode, Principal, Property, wit};
use crate::diagnostic::Severity;
use crate::finding::Lifetime;

/// What a value is declared to be. What is empty or `None` is not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// Ids of shapes it may have.
    pub shapes: Vec<String>,
    /// Kinds it may be.
    pub kinds: Vec<Kind>,
    /// Who issues it, as `issuer` of a shape; letter case does not matter.
    pub issuer: Option<String>,
    /// The longest lifetime it may have.
    pub lifetime: Option<Lifetime>,
    /// Who acts by it.
    pub principal: Option<Principal>,
    /// Whether something real may depend on it.
    pub mode: Option<Mode>,
    /// The most seconds it may live, from when it was made to its end.
    pub seconds: Option<u64>,
    /// What it must say.
    pub expected: Vec<Expected>,
}

/// What a value must say of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What about.
    pub property: Property,
    /// What: one of these texts, in which `*` stands for any characters.
    pub texts: Vec<String>,
}

/// A declaration that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Named {
    /// What it is called.
    pub name: String,
    /// What it is of, in a few words.
    pub description: String,
    /// What it declares.
    pub declaration: Declaration,
}

/// Where a value is not what was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What is wrong.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// One line, lower case, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The property it is about, if it is about one.
    pub property: Option<Property>,
}

impl From<Declaration> for wit::Declaration {
    fn from(it: Declaration) -> Self {
        Self {
            shapes: it.shapes,
            kinds: it.kinds.into_iter().map(Into::into).collect(),
            issuer: it.issuer,
            lifetime: it.lifetime.map(Into::into),
            principal: it.principal.map(Into::into),
            mode: it.mode.map(Into::into),
            seconds: it.seconds,
            expected: it
                .expected
                .into_iter()
                .map(|it| wit::Expected {
                    property: it.property.into(),
                    texts: it.texts,
                })
                .collect(),
        }
    }
}

impl From<wit::Declaration> for Declaration {
    fn from(it: wit::Declaration) -> Self {
        Self {
            shapes: it.shapes,
            kinds: it.kinds.into_iter().map(Kind::from).collect(),
            issuer: it.issuer,
            lifetime: it.lifetime.map(Lifetime::from),
            principal: it.principal.map(Principal::from),
            mode: it.mode.map(Mode::from),
            seconds: it.seconds,
            expected: it
                .expected
                .into_iter()
                .map(|it| Expected {
                    property: it.property.into(),
                    texts: it.texts,
                })
                .collect(),
        }
    }
}

impl From<wit::Named> for Named {
    fn from(it: wit::Named) -> Self {
        Self {
            name: it.name,
            description: it.description,
            declaration: it.declaration.into(),
        }
    }
}

impl From<wit::Violation> for Violation {
    fn from(it: wit::Violation) -> Self {
        Self {
            code: it.code.into(),
            severity: it.severity.into(),
            message: it.message,
            help: it.help,
            property: it.property.map(Property::from),
        }
    }
}
