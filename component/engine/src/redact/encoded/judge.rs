//! Whether a run holds a credential, in what it says or in what that says.

use std::{cmp::Reverse, ops::Range};

use hushgate_detector::table::Table;
use hushgate_prefilter::{encodings, scan};
use sha2::{Digest as _, Sha256};

use super::{
    DEPTH, Kind, LEAST, MOST,
    classes::{is_part, may_begin_behind, run_length, word_length},
    decode::{self, Percent},
};
use crate::{
    detect::{Checksum, Context, Found, Hits, LOOK, Live, Runs, is_edge},
    redact::{enabled::Enabled, open::CONTEST},
    rules::Rules,
    values::Values,
};

/// What decides.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) enabled: &'a Enabled,
    pub(crate) values: &'a Values,
}

/// A run that holds a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrapping {
    pub(crate) kind: Kind,
    /// The rule of what is in it; nothing where that is a registered value.
    pub(crate) rule: Option<u16>,
    pub(crate) checksum: Checksum,
    pub(crate) content: Content,
}

/// What fingerprints are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// The SHA-256 of the credential that is encoded.
    Digest([u8; 32]),
    /// So many of the first bytes of a value behind a name. Few of the values in a log that is made of
    /// them are ever asked for, so it is hashed then.
    Beginning(usize),
}

/// A match in decoded text.
struct Inner {
    range: Range<usize>,
    rule: u16,
    checksum: Checksum,
}

impl Judge<'_> {
    /// Whether some run of `text`, of which all is at hand, holds a credential.
    pub(crate) fn any_in(self, text: &[u8]) -> bool {
        let mut any = false;
        runs(text, |run| any = any || self.run(run, 0, &mut |_, _| {}));
        any
    }

    /// Calls `found` with the runs that hold a credential and where in `run`, which is one of the
    /// widest kind, they begin; whether there is one. Of a long run the beginning decides.
    pub(super) fn run(
        self,
        run: &[u8],
        depth: u32,
        found: &mut dyn FnMut(usize, Wrapping),
    ) -> bool {
        let run = run.get(..MOST).unwrap_or(run);
        if let Some(percent) = Percent::of(run)
            && let Some(wrapping) = self.text(
                &percent.text,
                depth + 1,
                Kind::Percent,
                |part| percent.is_escaped(part),
                (run, &|index| percent.source(index)),
            )
        {
            found(0, wrapping);
            return true;
        }
        let mut any = false;
        let mut from = 0;
        while let Some(rest) = run.get(from..).filter(|rest| rest.len() >= LEAST) {
            let (word, _) = rest.split_at(word_length(rest));
            if word.len() >= LEAST
                && let Some(wrapping) = self.word(word, depth + 1)
            {
                found(from, wrapping);
                any = true;
            }
            from += word.len() + 1;
        }
        any
    }

    fn word(self, word: &[u8], depth: u32) -> Option<Wrapping> {
        let texts = decode::word(word);
        let found = texts.map(|it| {
            let source = |index| it.source(index);
            self.text(&it.text, depth, Kind::Word, |_| true, (word, &source))
        });
        found.flatten().next()
    }

    /// What is found in a text that was decoded `depth` times; `counts` says of which matches the
    /// encoding made a difference; `from` is the run, and where in it the byte at an index of the text stands.
    fn text(
        self,
        text: &[u8],
        depth: u32,
        kind: Kind,
        counts: impl Fn(&Range<usize>) -> bool,
        from: (&[u8], &dyn Fn(usize) -> usize),
    ) -> Option<Wrapping> {
        let of = |rule, checksum, bytes: &[u8]| Wrapping {
            kind,
            rule,
            checksum,
            content: Content::Digest(Sha256::digest(bytes).into()),
        };
        if let Some(inner) = self.detectors(text, &counts) {
            let most = usize::try_from(CONTEST).unwrap_or(usize::MAX);
            let end = inner.range.end.min(inner.range.start.saturating_add(most));
            let bytes = text.get(inner.range.start..end).unwrap_or_default();
            return Some(of(Some(inner.rule), inner.checksum, bytes));
        }
        // A value that was encoded once has a form for that, which is found without decoding; so have some that were
        // written in another notation before, but not all.
        let value = match depth {
            1 if cfg!(sabotage = "notation-in-encoded-text-skipped") => None,
            1 => self.values.first_written_in(text, |part, digest| {
                let (run, source) = from;
                counts(part)
                    && !self
                        .values
                        .stands_over(run, source(part.start)..source(part.end), digest)
            }),
            _ => self.values.first_in(text),
        };
        if let Some(digest) = value {
            return Some(Wrapping {
                content: Content::Digest(*digest),
                ..of(None, Checksum::Absent, &[])
            });
        }
        if depth >= DEPTH || cfg!(sabotage = "encoded-once-only") {
            return None;
        }
        let mut first = None;
        runs(text, |run| {
            if first.is_none() {
                self.run(run, depth, &mut |_, wrapping| {
                    first.get_or_insert(Wrapping { kind, ..wrapping });
                });
            }
        });
        first
    }

    /// The first match of a detector, the longest of those that begin alike.
    fn detectors(self, text: &[u8], counts: impl Fn(&Range<usize>) -> bool) -> Option<Inner> {
        let table = self.rules.table();
        let mut first: Option<Inner> = None;
        let (runs, hits) = (Runs::default(), Hits::default());
        let context = Context {
            table,
            values: Some(self.values),
            bytes: text,
            base: 0,
            ended: true,
            edges: false,
            least: self.enabled.least(),
            hits: &hits,
            runs: &runs,
            known: u64::MAX,
        };
        scan(&table.masks, text, 0, |at| {
            let Some(four) = text.get(at..).and_then(<[u8]>::first_chunk::<4>) else {
                return;
            };
            let four = u32::from_le_bytes(*four);
            self.rules.anchors().at(table, text, at, four, |found| {
                let start = found.start + found.ahead;
                let is_later = first.as_ref().is_some_and(|it| it.range.start < start);
                if found.proven && !is_later && self.enabled.anchor(usize::from(found.anchor)) {
                    let inner = self.longest(&context, &found, &counts);
                    let rank = |it: &Inner| (it.range.start, it.rank(table));
                    if let Some(inner) = inner
                        && first
                            .as_ref()
                            .is_none_or(|first| rank(&inner) < rank(first))
                    {
                        first = Some(inner);
                    }
                }
            });
        });
        first
    }

    /// The longest match of an anchor's shapes.
    fn longest(
        self,
        context: &Context<'_>,
        found: &Found,
        counts: impl Fn(&Range<usize>) -> bool,
    ) -> Option<Inner> {
        let table = context.table;
        let from = found.start.saturating_sub(LOOK);
        let edge = is_edge(context.bytes.get(from..found.start).unwrap_or_default());
        let start = found.start + found.ahead;
        let anchor = table.anchors.get(usize::from(found.anchor))?;
        let matches = table.members_of(anchor).iter().filter_map(|&member| {
            let shape = table.shapes.get(usize::from(member))?;
            if !self.enabled.rule(shape.rule) || shape.lead && !edge {
                return None;
            }
            let mut live = Live::of_shape(start as u64, member, shape);
            live.advance(context);
            let end = usize::try_from(live.accepted?).ok()?;
            Some(Inner {
                range: start..end,
                rule: shape.rule,
                checksum: live.checksum,
            })
        });
        matches
            .filter(|inner| counts(&inner.range))
            .min_by_key(|inner| inner.rank(table))
    }
}

impl Inner {
    /// Of those that begin alike the one with the least gives the label.
    fn rank(&self, table: &Table) -> (Reverse<usize>, u8, u16) {
        let rule = table.rules.get(usize::from(self.rule));
        let context = rule.map_or(0, |rule| rule.context);
        (Reverse(self.range.len()), context, self.rule)
    }
}

/// Calls `found` with each run of `text` that may be encoded.
fn runs(text: &[u8], mut found: impl FnMut(&[u8])) {
    each_run(text, 0, text.len(), |start, end| {
        found(text.get(start..end).unwrap_or_default());
    });
}

/// Calls `found` with the runs of `text` from index `from` up to `to`, where no run goes on across
/// either of these; only with those that may be encoded, and may begin where they do.
pub(super) fn each_run(text: &[u8], from: usize, to: usize, mut found: impl FnMut(usize, usize)) {
    let text = text.get(..to).unwrap_or(text);
    let mut passed = from;
    encodings(text, from, |mut marks, position| {
        // In a run that is encoded there are many places, and the first one says enough.
        marks.skip_to(position, passed);
        while let Some(bit) = marks.first() {
            let place = position + bit;
            if decode::may_say(text, place, marks, bit) {
                let run = run_around(text, passed, place);
                passed = run.end;
                let edge = run.start.checked_sub(1).and_then(|edge| text.get(edge));
                if may_begin_behind(edge.copied()) {
                    found(run.start, run.end);
                }
            }
            marks.skip_to(position, passed.max(place + 1));
        }
    });
}

/// The run around a place; it begins at `from` at the earliest.
fn run_around(text: &[u8], from: usize, place: usize) -> Range<usize> {
    let (front, rest) = text.split_at_checked(place).unwrap_or_default();
    let front = front.get(from..).unwrap_or_default();
    let before = front.iter().rev().take_while(|&&byte| is_part(byte));
    place - before.count()..place + run_length(rest)
}
