//! What is known of a principal, a credential, a purpose or a request, in one tree: what policies read, what
//! explanations show, and what a change of a request would change.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cedar_policy::RestrictedExpression;

/// A value that policies can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A set of texts.
    Texts(BTreeSet<String>),
    /// Facts by name.
    Record(Record),
}

/// Facts by name.
pub type Record = BTreeMap<String, Fact>;

impl Fact {
    /// A set of texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Texts(texts.into_iter().map(Into::into).collect())
    }

    pub(crate) fn expression(&self) -> RestrictedExpression {
        match self {
            Self::Text(text) => RestrictedExpression::new_string(text.clone()),
            Self::Number(number) => RestrictedExpression::new_long(*number),
            Self::Flag(flag) => RestrictedExpression::new_bool(*flag),
            Self::Texts(texts) => RestrictedExpression::new_set(
                texts.iter().cloned().map(RestrictedExpression::new_string),
            ),
            Self::Record(record) => {
                let pairs = record
                    .iter()
                    .map(|(name, fact)| (name.clone(), fact.expression()));
                // Names of a map are different, which is all that can go wrong.
                RestrictedExpression::new_record(pairs)
                    .unwrap_or_else(|_| RestrictedExpression::new_bool(false))
            }
        }
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Texts(texts) => {
                f.write_str("[")?;
                for (index, text) in texts.iter().enumerate() {
                    write!(f, "{}{text:?}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Record(_) => f.write_str("{…}"),
        }
    }
}

/// The fact at a path of names.
pub(crate) fn at<'f>(record: &'f Record, path: &[String]) -> Option<&'f Fact> {
    let (first, rest) = path.split_first()?;
    let fact = record.get(first)?;
    match (rest, fact) {
        ([], fact) => Some(fact),
        (rest, Fact::Record(inner)) => at(inner, rest),
        _ => None,
    }
}

/// Puts a fact at a path, or takes it away; whether that was possible.
pub(crate) fn put(record: &mut Record, path: &[String], fact: Option<Fact>) -> bool {
    match path.split_first() {
        None => false,
        Some((name, [])) => {
            match fact {
                Some(fact) => record.insert(name.clone(), fact),
                None => record.remove(name),
            };
            true
        }
        Some((name, rest)) => match record.get_mut(name) {
            Some(Fact::Record(inner)) => put(inner, rest, fact),
            _ => false,
        },
    }
}
