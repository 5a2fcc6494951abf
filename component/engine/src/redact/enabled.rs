//! Which detectors are applied.

use hushgate_detector::table::{Shape, Table};

use super::{OpenError, tail::Tail};
use crate::rules::Rules;

/// The detectors that the options name; all of them where they name none.
#[derive(Debug)]
pub(crate) struct Enabled(Option<Flags>);

/// A flag for each rule, and for each anchor that has a shape of such a rule.
#[derive(Debug)]
struct Flags {
    rules: Vec<bool>,
    anchors: Vec<bool>,
    tail: Tail,
}

impl Enabled {
    /// # Errors
    /// Where no detector has one of these ids.
    pub(crate) fn new(table: &Table, ids: &[String]) -> Result<Self, OpenError> {
        if ids.is_empty() {
            return Ok(Self(None));
        }
        let mut rules = vec![false; table.rules.len()];
        for id in ids {
            let index = table.rules.iter().position(|rule| rule.id == id.as_str());
            match index.and_then(|index| rules.get_mut(index)) {
                Some(flag) => *flag = true,
                None => return Err(OpenError::UnknownDetector(id.clone())),
            }
        }
        let applied = |shape: &Shape| rules.get(usize::from(shape.rule)) == Some(&true);
        let member = |&member: &u16| table.shapes.get(usize::from(member)).is_some_and(applied);
        let anchors = table.anchors.iter();
        let anchors = anchors.map(|anchor| table.members_of(anchor).iter().any(member));
        Ok(Self(Some(Flags {
            anchors: anchors.collect(),
            tail: Tail::new(table, applied),
            rules,
        })))
    }

    /// Whether the rule with this index is applied.
    pub(crate) fn rule(&self, index: u16) -> bool {
        let flags = self.0.as_ref();
        flags.is_none_or(|flags| flags.rules.get(usize::from(index)) == Some(&true))
    }

    /// What a stream has to hold back.
    pub(crate) fn tail<'a>(&'a self, rules: &'a Rules) -> &'a Tail {
        match &self.0 {
            None => rules.tail(),
            Some(flags) => &flags.tail,
        }
    }

    /// Whether some shape of the anchor with this index is looked for.
    pub(crate) fn anchor(&self, index: usize) -> bool {
        let flags = self.0.as_ref();
        flags.is_none_or(|flags| flags.anchors.get(index) == Some(&true))
    }
}
