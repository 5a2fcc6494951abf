//! The span in progress: the matches that began together, and those that were merged in.

use std::{cmp::Reverse, collections::BTreeSet};

use hushgate_detector::table::Table;
use sha2::{Digest as _, Sha256};

use super::{
    Key, Position,
    encoded::{Content, Kind, Scan},
    key::Fingerprint,
};
use crate::{
    detect::{Checksum, Live, Matched},
    named::Quote,
    values::Values,
};

/// Lengths are compared up to here when matches that began together contend for the label, so
/// that one that goes on for ever does not hold back its own label. Fingerprints are made of as
/// many bytes of a match, for the same reason.
pub(crate) const CONTEST: u64 = 8192;

/// From how many matches on it pays to look for alike ones.
const THIN: usize = 16;

/// Who gives the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Namer {
    /// A registered value.
    Value,
    /// The rule with this index.
    Rule(u16),
}

impl Namer {
    pub(crate) fn of(table: &Table, live: &Live) -> Self {
        match live.what {
            Matched::Form(_) | Matched::Wrapping(_, None) => Self::Value,
            Matched::Wrapping(_, Some(rule)) => Self::Rule(rule),
            Matched::Shape(index) => table
                .shapes
                .get(usize::from(index))
                .map_or(Self::Value, |shape| Self::Rule(shape.rule)),
        }
    }

    /// Registered values first, then rules in the order of their ids, those last that go by what
    /// stands in front.
    fn priority(self, table: &Table) -> (u8, Option<u16>) {
        match self {
            Self::Value => (0, None),
            Self::Rule(index) => {
                let rule = table.rules.get(usize::from(index));
                (rule.map_or(0, |rule| rule.context), Some(index))
            }
        }
    }
}

/// A label that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) namer: Namer,
    pub(crate) label: String,
    pub(crate) position: Position,
    pub(crate) checksum: Checksum,
    /// For the finding, in hex.
    pub(crate) fingerprint: Option<String>,
}

/// The span in progress.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) start: u64,
    /// Everything before is certainly inside.
    pub(crate) end: u64,
    pub(crate) lives: Vec<Live>,
    pub(crate) written: Option<Written>,
    /// Nothing may be written any more: every label would spell a value.
    pub(crate) endless: bool,
    /// How many matches were left when they were thinned last.
    thinned: usize,
}

/// Whether the rule that gives the label has a checksum.
fn has_checksum(table: &Table, namer: Namer) -> bool {
    let rule = match namer {
        Namer::Value => None,
        Namer::Rule(index) => table.rules.get(usize::from(index)),
    };
    rule.is_some_and(|rule| rule.check.is_some())
}

/// What is known of the matches that began together.
pub(crate) enum Contest {
    /// None of them matches.
    Lost,
    /// More bytes are needed.
    Undecided,
    /// This one gives the label.
    Won(Namer, Checksum),
}

impl Open {
    pub(crate) fn new(start: u64, lives: Vec<Live>) -> Self {
        Self {
            start,
            end: start,
            lives,
            written: None,
            endless: false,
            thinned: 0,
        }
    }

    /// Who gives the label: the longest, then the one of higher priority. With `whole` it is
    /// decided only once it is known what is found, up to [`CONTEST`] bytes of it.
    pub(crate) fn contest(&self, table: &Table, whole: bool) -> Contest {
        let capped = |live: &Live| {
            live.accepted
                .map_or(0, |end| (end - live.start).min(CONTEST))
        };
        let leader = self
            .lives
            .iter()
            .filter(|live| live.accepted.is_some())
            .max_by_key(|live| {
                let priority = Namer::of(table, live).priority(table);
                // A name says less than any form.
                (Reverse(priority.0), capped(live), Reverse(priority))
            });
        let Some(leader) = leader else {
            let waiting = self.lives.iter().any(Live::running);
            return if waiting {
                Contest::Undecided
            } else {
                Contest::Lost
            };
        };
        let namer = Namer::of(table, leader);
        let rivals = self
            .lives
            .iter()
            .filter(|live| live.running() && Namer::of(table, live) != namer);
        // Behind the bound, another shape of a rival that goes on for ever has lost already.
        let lost = |rival: &Live| rival.accepted.is_some() || rival.endless(table);
        let mut open = rivals.filter(|rival| capped(leader) < CONTEST || !lost(rival));
        if open.next().is_some() {
            return Contest::Undecided;
        }
        // Other shapes of the same rule may be longer, and end with another checksum.
        let whole = whole && !cfg!(sabotage = "fingerprint-of-a-beginning");
        let mut own = self
            .lives
            .iter()
            .filter(|live| live.running() && Namer::of(table, live) == namer);
        let waits = |live: &Live| match live.what {
            Matched::Wrapping(..) => false,
            Matched::Form(_) => whole,
            Matched::Shape(_) => has_checksum(table, namer) || whole && capped(leader) < CONTEST,
        };
        if own.any(waits) {
            return Contest::Undecided;
        }
        Contest::Won(namer, leader.checksum)
    }

    /// The fingerprint of what is found; `bytes` is the input from the start on. Of a registered
    /// value, in whatever form, it is that of the value; of a longer match that of its first
    /// [`CONTEST`] bytes.
    pub(crate) fn fingerprint(
        &self,
        key: &Key,
        namer: Namer,
        table: &Table,
        values: &Values,
        encoded: &Scan,
        bytes: &[u8],
    ) -> Fingerprint {
        let own = || {
            self.lives
                .iter()
                .filter(|live| Namer::of(table, live) == namer)
        };
        let length = |live: &Live| live.accepted.map_or(0, |end| end - live.start);
        let longest = own().map(length).max().unwrap_or(0);
        let written_alike = own().filter(|live| length(live) == longest);
        let forms = written_alike.filter_map(|live| match live.what {
            Matched::Form(_) if cfg!(sabotage = "fingerprint-of-the-notation") => None,
            Matched::Form(form) => values.digest_of(form).map(|digest| key.fingerprint(digest)),
            Matched::Wrapping(kind, rule) => {
                let mut found = encoded.found_at(live.start);
                let found = found.find(|it| it.kind == kind && it.rule == rule)?;
                Some(match &found.content {
                    Content::Digest(digest) => key.fingerprint(digest),
                    Content::Beginning(length) => {
                        let beginning = bytes.get(..*length).unwrap_or(bytes);
                        key.fingerprint(&Sha256::digest(beginning).into())
                    }
                })
            }
            Matched::Shape(_) => None,
        });
        // Two values may be written alike: the answer does not depend on which came first.
        let value = forms.min();
        value.unwrap_or_else(|| {
            let length = usize::try_from(longest.min(CONTEST)).unwrap_or(0);
            let found = bytes.get(..length).unwrap_or_default();
            key.fingerprint(&Sha256::digest(found).into())
        })
    }

    /// Moves `end` to where the accepted matches reach, and drops those that are decided.
    pub(crate) fn settle(&mut self) {
        for live in &self.lives {
            self.end = self.end.max(live.accepted.unwrap_or(0));
        }
        self.lives.retain(Live::running);
    }

    /// Of the matches from index `first` on, drops values without quotes inside one behind a name of
    /// the same rule that was read farther and still goes on: all of them end together.
    pub(crate) fn drop_followed(&mut self, first: usize) {
        let (known, new) = self.lives.split_at(first.min(self.lives.len()));
        let bare =
            |live: &Live| matches!(live.what, Matched::Wrapping(Kind::Named(Quote::None), _));
        let followed = |live: &Live| {
            bare(live)
                && known
                    .iter()
                    .any(|it| it.what == live.what && it.running() && it.place > live.start)
        };
        if !new.iter().any(followed) {
            return;
        }
        let left: Vec<Live> = new.iter().filter(|it| !followed(it)).cloned().collect();
        self.lives.truncate(first);
        self.lives.extend(left);
    }

    /// Drops matches that will go on exactly as an earlier one, so that a span made of nothing
    /// but beginnings keeps few of them. It is done whenever there are twice as many as were left.
    pub(crate) fn thin(&mut self, table: &Table) {
        if self.lives.len() < THIN.max(2 * self.thinned) {
            return;
        }
        let mut known = BTreeSet::new();
        self.lives.retain(|live| {
            let course = live.course(table);
            course.is_none_or(|course| known.insert(course))
        });
        self.thinned = self.lives.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        redact::{Options, Redactor, Style, encoded},
        rules::Rules,
    };

    /// Two rules that begin alike, have no end, and may have more behind it.
    const RIVALS: &str = r#"
[[detector]]
id = "t-first"
since = "0.1.0"
description = "Begins like another one."
pattern = 'baz_[0-9a-f]{4,}(?:;end)?'
keywords = ["baz_"]
max-len = 8
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "baz_0123g"
redacted = "[t-first]g"
[[detector.counter-example]]
text = "baz_012"
why = "too short"

[[detector]]
id = "t-second"
since = "0.1.0"
description = "Begins like another one."
pattern = 'baz_[0-9a-f]{6,}(?:;fin)?'
keywords = ["baz_"]
max-len = 10
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "baz_012345;fin"
redacted = "[t-second]"
[[detector.counter-example]]
text = "baz_012"
why = "too short"
"#;

    #[test]
    fn rivals_without_end_hold_nothing_back_for_ever() {
        let rules = Rules::open(RIVALS).expect("a correct bundle");
        let values = Values::new(&rules);
        let key = Key::new(&[b'k'; 16]).expect("long enough");
        for style in [Style::Label, Style::Partial, Style::Fingerprint(key)] {
            let options = Options {
                style,
                ..Options::default()
            };
            let mut redactor = Redactor::open(&rules, &options).expect("no detectors named");
            let mut out = Vec::new();
            redactor.push(&values, b"baz_", &mut out);
            for _ in 0..1000 {
                redactor.push(&values, &[b'a'; 100], &mut out);
                assert!(
                    redactor.held() <= encoded::MOST as u64 + 200,
                    "{}",
                    redactor.held()
                );
            }
            redactor.push(&values, b";fin, out", &mut out);
            redactor.finish(&values, &mut out);
            assert!(out.ends_with(b", out"), "{}", out.escape_ascii());
        }
    }
}
