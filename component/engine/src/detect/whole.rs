//! Which detectors a text as a whole has the form of.
//!
//! # Promise
//! Every detector is named whose form the whole text has, from its first byte to its last, with
//! what must stand in front of it or without. What must stand in front is all that makes some forms
//! special: without it such a match says little, and its confidence is low.
//!
//! # Bounds
//! Each shape reads the text once, and most of them no more than its first bytes.

use std::fmt;

use hushgate_detector::{
    document::Confidence,
    pattern::UNBOUNDED,
    table::{Rule, Shape, Table},
};

use super::{Checksum, Context, Hits, Live, Runs, live::spelt};
use crate::rules::Rules;

/// A detector whose form a text has.
#[derive(Clone)]
pub struct Whole<'r> {
    /// The detector.
    pub rule: &'r Rule,
    /// What its checksum says.
    pub checksum: Checksum,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether something must stand in front that is not there.
    pub bare: bool,
    /// What stands in the named groups of its pattern.
    pub groups: Vec<(&'r str, String)>,
}

impl fmt::Debug for Whole<'_> {
    /// The groups are parts of a credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Whole")
            .field("rule", &self.rule.id)
            .finish_non_exhaustive()
    }
}

/// The detectors that have the form of `text`, the surest first.
///
/// ```
/// use hushgate_engine::{detect::whole, rules::Rules};
/// let rules = Rules::standard();
/// let token = format!("xoxb-{}-{}", "123456789012", "EXAMPLEonlyEXAMPLEonly00");
/// let shapes = whole(&rules, token.as_bytes());
/// assert_eq!(shapes.first().map(|it| &*it.rule.id), Some("slack-bot-token"));
/// ```
#[must_use]
pub fn whole<'r>(rules: &'r Rules, text: &[u8]) -> Vec<Whole<'r>> {
    let table = rules.table();
    let mut found: Vec<Whole<'r>> = Vec::new();
    let (hits, runs) = (Hits::default(), Runs::default());
    let context = Context {
        table,
        values: None,
        bytes: text,
        base: 0,
        ended: true,
        edges: true,
        least: Confidence::Low,
        hits: &hits,
        runs: &runs,
        known: u64::MAX,
    };
    for way in rules.ways().fitting(table, text) {
        let Some(shape) = table.shapes.get(usize::from(way.shape)) else {
            continue;
        };
        let Some(rule) = table.rules.get(usize::from(shape.rule)) else {
            continue;
        };
        let Some(checksum) = matched(&context, way, shape, text) else {
            continue;
        };
        let one = Whole {
            rule,
            checksum,
            confidence: match way.bare {
                true => Confidence::Low,
                false => checksum.confidence(rule),
            },
            bare: way.bare,
            groups: groups(table, rule, shape, way.from, text),
        };
        match found.iter_mut().find(|it| std::ptr::eq(it.rule, one.rule)) {
            Some(known) if known.confidence < one.confidence => *known = one,
            Some(_) => {}
            None => found.push(one),
        }
    }
    found.sort_by_key(|it| {
        let rank = (it.confidence, it.checksum == Checksum::Right, !it.bare);
        (std::cmp::Reverse(rank), it.rule.context)
    });
    found
}

/// One way in which a text may have the form of a shape: with what must stand in front, or without.
#[derive(Debug, Clone, Copy)]
struct Way {
    shape: u16,
    /// The step that reads the first byte of the text.
    from: u16,
    /// Whether something must stand in front that is not there.
    bare: bool,
    /// What the first byte may be; nothing where it may be any.
    first: Option<u16>,
    /// Fewest bytes.
    least: u64,
    /// Most bytes.
    most: u64,
}

/// All ways of a table. What each asks of the length and of the first byte is known before any text is: it
/// tells almost all of them from a text without a look at their steps.
#[derive(Debug)]
pub(crate) struct Ways(Box<[Way]>);

impl Ways {
    pub(crate) fn new(table: &Table) -> Self {
        let shapes = (0..).zip(table.shapes.iter());
        let ways = shapes.flat_map(|(index, shape)| {
            let bare = (shape.skip > 0).then_some((shape.skip, true));
            let froms = [Some((0, false)), bare].into_iter().flatten();
            froms.filter_map(move |(from, bare)| Way::new(table, index, from, bare))
        });
        Self(ways.collect())
    }

    /// Those whose length and first byte are those of `text`.
    fn fitting(&self, table: &Table, text: &[u8]) -> impl Iterator<Item = &Way> {
        let length = text.len() as u64;
        let first = text.first().copied();
        self.0.iter().filter(move |way| {
            way.least <= length
                && length <= way.most
                && first
                    .is_some_and(|byte| way.first.is_none_or(|set| table.set(set).contains(byte)))
        })
    }
}

impl Way {
    fn new(table: &Table, index: u16, from: u16, bare: bool) -> Option<Self> {
        let shape = table.shapes.get(usize::from(index))?;
        let steps = table.steps_of(shape).get(usize::from(from)..)?;
        let first = steps.first()?;
        let most = steps.iter().try_fold(0_u64, |sum, step| {
            (step.max != UNBOUNDED).then(|| sum + u64::from(step.max))
        });
        Some(Self {
            shape: index,
            from,
            bare,
            first: (first.min > 0).then_some(first.set),
            least: steps.iter().map(|step| u64::from(step.min)).sum(),
            most: most.unwrap_or(u64::MAX),
        })
    }
}

/// What the checksum says where the steps from `from` on match all of the text.
fn matched(context: &Context<'_>, way: &Way, shape: &Shape, text: &[u8]) -> Option<Checksum> {
    let mut live = Live::of_shape(0, way.shape, shape);
    live.step = way.from;
    live.advance(context);
    (live.accepted == Some(text.len() as u64)).then_some(live.checksum)
}

/// What stands in the named groups. Only text is of use to anybody.
fn groups<'r>(
    table: &Table,
    rule: &'r Rule,
    shape: &Shape,
    from: u16,
    text: &[u8],
) -> Vec<(&'r str, String)> {
    let steps = table.steps_of(shape).get(usize::from(from)..);
    let steps = steps.unwrap_or_default();
    let names = rule.groups.iter().enumerate();
    let spelt = names.map(|(bit, name)| (&**name, spelt(table, steps, text, 1 << bit)));
    spelt
        .filter_map(|(name, bytes)| Some((name, String::from_utf8(bytes).ok()?)))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<(String, Confidence)> {
        let rules = Rules::standard();
        let found = whole(&rules, text.as_bytes());
        found
            .iter()
            .map(|it| (it.rule.id.to_string(), it.confidence))
            .collect()
    }

    #[test]
    fn all_of_it_must_fit() {
        let id = format!("AKIA{}", "EXAMPLE7EXAMPLE7");
        let sure = |text: &str| {
            let mut found = ids(text);
            found.retain(|(_, confidence)| *confidence > Confidence::Low);
            found
        };
        let expected = (String::from("aws-access-key-id"), Confidence::High);
        assert_eq!(sure(&id), [expected]);
        assert_eq!(sure(&format!("{id} ")), []);
        assert_eq!(sure(&format!("{id}7")), []);
        assert_eq!(ids(""), []);
    }

    #[test]
    fn what_must_stand_in_front_makes_it_sure() {
        let key = format!("{}+ASt{}==", "EXAMPLE/".repeat(9), "EXAMPLEonl");
        let bare = ids(&key);
        assert!(bare.contains(&(String::from("azure-shared-key"), Confidence::Low)));
        let named = ids(&format!("AccountKey={key}"));
        assert!(named.contains(&(String::from("azure-shared-key"), Confidence::High)));
    }
}
