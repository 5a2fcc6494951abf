//! Which detectors are applied, and how sure their matches have to be.

use hushgate_detector::{
    document::Confidence,
    table::{Rule, Shape, Table},
};

use super::{OpenError, tail::Tail};
use crate::rules::Rules;

/// The detectors that the options name, or all of them where they name none; but for those of which no
/// match is sure enough.
#[derive(Debug)]
pub(crate) struct Enabled {
    /// Nothing where all of them are applied.
    flags: Option<Flags>,
    least: Confidence,
}

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
    pub(crate) fn new(table: &Table, ids: &[String], least: Confidence) -> Result<Self, OpenError> {
        // Of a rule with a checksum each match has to be looked at: see `Checksum::confidence`.
        let sure = |rule: &Rule| rule.check.is_some() || rule.confidence >= least;
        if ids.is_empty() && table.rules.iter().all(sure) {
            return Ok(Self { flags: None, least });
        }
        let mut rules = vec![ids.is_empty(); table.rules.len()];
        for id in ids {
            let index = table.rules.iter().position(|rule| rule.id == id.as_str());
            match index.and_then(|index| rules.get_mut(index)) {
                Some(flag) => *flag = true,
                None => return Err(OpenError::UnknownDetector(id.clone())),
            }
        }
        for (flag, rule) in rules.iter_mut().zip(table.rules.iter()) {
            *flag &= sure(rule);
        }
        let applied = |shape: &Shape| rules.get(usize::from(shape.rule)) == Some(&true);
        let member = |&member: &u16| table.shapes.get(usize::from(member)).is_some_and(applied);
        let anchors = table.anchors.iter();
        let anchors = anchors.map(|anchor| table.members_of(anchor).iter().any(member));
        let flags = Flags {
            anchors: anchors.collect(),
            tail: Tail::new(table, applied),
            rules,
        };
        Ok(Self {
            flags: Some(flags),
            least,
        })
    }

    /// How sure a match has to be.
    pub(crate) fn least(&self) -> Confidence {
        self.least
    }

    /// Whether the rule with this index is applied.
    pub(crate) fn rule(&self, index: u16) -> bool {
        let flags = self.flags.as_ref();
        flags.is_none_or(|flags| flags.rules.get(usize::from(index)) == Some(&true))
    }

    /// What a stream has to hold back.
    pub(crate) fn tail<'a>(&'a self, rules: &'a Rules) -> &'a Tail {
        match &self.flags {
            None => rules.tail(),
            Some(flags) => &flags.tail,
        }
    }

    /// Whether some shape of the anchor with this index is looked for.
    pub(crate) fn anchor(&self, index: usize) -> bool {
        let flags = self.flags.as_ref();
        flags.is_none_or(|flags| flags.anchors.get(index) == Some(&true))
    }
}
