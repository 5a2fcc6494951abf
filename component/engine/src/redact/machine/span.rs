//! The span in progress: what begins at a candidate, until nothing reaches further.
//!
//! # Promise
//! All matches that overlap are one span, with one label: that of the one that wins (see `open`).

use std::mem::take;

use hushgate_detector::document::Confidence;

use super::{Redactor, release::remember};
use crate::{
    detect::{Checksum, Context, Live, Matched, Place, What},
    redact::{
        Finding, Style,
        key::{DIGITS, digits},
        label::{self, Label},
        open::{Contest, Namer, Open, Written},
    },
    rules::REGISTERED,
    values::{Growth, Values},
};

/// What came of looking at the span in progress.
pub(super) enum Progress {
    Waiting,
    Closed,
}

impl Redactor {
    /// Opens a span at a candidate's start, if anything can begin there.
    pub(super) fn begin(&mut self, values: &Values, ended: bool, known: u64, start: u64) {
        let mut lives = take(&mut self.stream.spare);
        self.take(values, ended, start, &mut lives);
        self.stream.decided = start + 1;
        self.feed(values, ended, known, &mut lives);
        if lives
            .iter()
            .any(|live| live.running() || live.accepted.is_some())
        {
            self.stream.open = Some(Open::new(start, lives));
        } else {
            // Most candidates end here: their list serves the next one.
            self.note_misses(&lives);
            lives.clear();
            self.stream.spare = lives;
        }
    }

    /// Remembers where these could have ended, as far as it matters.
    fn note_misses(&mut self, lives: &[Live]) {
        if matches!(self.options.style, Style::Partial) {
            self.stream.misses.note(lives);
        }
    }

    /// Adds the matches that may begin at `start`.
    fn take(&mut self, values: &Values, ended: bool, start: u64, lives: &mut Vec<Live>) {
        let table = self.rules.table();
        while let Some(what) = self.stream.hits.take_at(start) {
            match what {
                What::Anchor(index) => {
                    let ahead = table.anchors.get(usize::from(index));
                    let ahead = ahead.map_or(0, |anchor| u64::from(anchor.ahead));
                    let from = start.saturating_sub(ahead);
                    let edge = self.edge_before(from);
                    let mut left = take(&mut self.stream.left);
                    let place = Place {
                        runs: &self.stream.runs,
                        bytes: self.stream.slice(from, self.stream.end()),
                        start: from,
                        ended,
                        edge,
                    };
                    self.rules.trials().of(index, &place, &mut left);
                    for member in left.drain(..) {
                        let Some(shape) = table.shapes.get(usize::from(member)) else {
                            continue;
                        };
                        if self.enabled.rule(shape.rule) && (edge || !shape.lead) {
                            lives.push(Live {
                                guarded: self.allowed.guards(shape.rule),
                                ..Live::of_shape(start, member, shape)
                            });
                        }
                    }
                    self.stream.left = left;
                }
                What::Value => {
                    let rest = self.stream.slice(start, self.stream.end());
                    values.at(rest, |form| {
                        lives.push(Live::new(start, Matched::Form(form)))
                    });
                }
                What::Wrapping => {
                    let found = self.stream.encoded.found_at(start);
                    lives.extend(found.map(|it| Live {
                        checksum: it.checksum,
                        ..Live::new(start, Matched::Wrapping(it.kind, it.rule))
                    }));
                }
                What::Cut => {}
            }
        }
    }

    /// Brings the span in progress as far as the bytes at hand allow.
    pub(super) fn advance(
        &mut self,
        values: &Values,
        ended: bool,
        known: u64,
        out: &mut Vec<u8>,
    ) -> Progress {
        loop {
            let Some(mut open) = self.stream.open.take() else {
                return Progress::Closed;
            };
            self.feed(values, ended, known, &mut open.lives);
            if open.written.is_none() {
                let whole = matches!(self.options.style, Style::Fingerprint(_))
                    || self.options.key.is_some();
                match open.contest(self.rules.table(), whole) {
                    Contest::Lost => {
                        self.note_misses(&open.lives);
                        return Progress::Closed;
                    }
                    Contest::Undecided => {
                        self.stream.open = Some(open);
                        return Progress::Waiting;
                    }
                    Contest::Won(namer, checksum) => {
                        self.write(values, &mut open, namer, checksum, out)
                    }
                }
            }
            self.absorb(values, ended, known, &mut open);
            if open.endless {
                open.end = self.stream.end();
            }
            self.stream.emitted = self.stream.emitted.max(open.end);
            let incomplete = !open.lives.is_empty() || open.endless || known < open.end;
            if incomplete && !ended {
                self.stream.open = Some(open);
                return Progress::Waiting;
            }
            let after = self.stream.slice(open.end, self.stream.end());
            let written = open
                .written
                .as_ref()
                .map_or(&[][..], |it| it.label.as_bytes());
            match values.edges().growth(values, written, after, ended) {
                Growth::None => {
                    self.close(open);
                    return Progress::Closed;
                }
                Growth::Undecided => {
                    self.stream.open = Some(open);
                    return Progress::Waiting;
                }
                Growth::By(bytes) => {
                    open.end += bytes as u64;
                    self.stream.open = Some(open);
                }
            }
        }
    }

    /// Lets matches read the bytes at hand.
    fn feed(&self, values: &Values, ended: bool, known: u64, lives: &mut [Live]) {
        let stream = &self.stream;
        let context = Context {
            table: self.rules.table(),
            values: Some(values),
            bytes: &stream.bytes,
            base: stream.base,
            ended,
            edges: true,
            least: self.enabled.least(),
            hits: &stream.hits,
            runs: &stream.runs,
            known,
        };
        lives.iter_mut().for_each(|live| live.advance(&context));
        self.allowed.judge(lives, &context);
    }

    /// Merges what begins inside the span, until nothing reaches further.
    fn absorb(&mut self, values: &Values, ended: bool, known: u64, open: &mut Open) {
        loop {
            open.settle();
            open.thin(self.rules.table());
            let inside = self.stream.hits.next_start();
            let Some(start) = inside.filter(|&start| start < open.end && start < known) else {
                return;
            };
            let first = open.lives.len();
            self.take(values, ended, start, &mut open.lives);
            self.stream.decided = start + 1;
            if cfg!(sabotage = "unmerged-spans") {
                open.lives.truncate(first);
                continue;
            }
            open.drop_followed(first);
            self.feed(
                values,
                ended,
                known,
                open.lives.get_mut(first..).unwrap_or_default(),
            );
        }
    }

    /// Writes what stands in front of a span, and its label.
    fn write(
        &mut self,
        values: &Values,
        open: &mut Open,
        namer: Namer,
        checksum: Checksum,
        out: &mut Vec<u8>,
    ) {
        self.emit(values, open.start, out);
        let (stream, table) = (&mut self.stream, self.rules.table());
        if self.options.report {
            stream
                .lines
                .count_to(open.start, &stream.bytes, stream.base);
        }
        let name = match namer {
            Namer::Value => REGISTERED,
            Namer::Rule(index) => table
                .rules
                .get(usize::from(index))
                .map_or(REGISTERED, |rule| &rule.id),
        };
        let fingerprint = |key| {
            let bytes = stream.slice(open.start, stream.end());
            digits(&open.fingerprint(key, namer, table, values, &stream.encoded, bytes))
        };
        let of_finding = self.options.key.as_ref().map(fingerprint);
        let label = match &self.options.style {
            Style::Label => Label::named(name),
            Style::Stars => Label::stars(""),
            Style::Fingerprint(key) => {
                let digits = fingerprint(key);
                Label::fingerprint(name, digits.get(..DIGITS).unwrap_or_default())
            }
            Style::Partial => {
                let bytes = stream.slice(open.start, stream.end());
                let shown = self.prefixes.of(table, open, namer, bytes);
                let end = open.start + shown.len() as u64;
                Label::stars(if stream.misses.hold(end) { "" } else { shown })
            }
        };
        if let Some(wordings) = &mut self.wordings {
            wordings.push(label.clone());
        }
        // A settle may have released some of what is shown.
        let label = label.without(stream.emitted - open.start);
        let label = label::choose(label, values, &stream.history);
        open.endless = label.is_none();
        let label = label.unwrap_or_default();
        let position = stream.lines.position();
        let shown = stream.emitted + label.shown.len() as u64;
        self.emit(values, shown, out);
        let text = label.text.into_owned();
        out.extend_from_slice(text.as_bytes());
        remember(&mut self.stream.history, text.as_bytes(), values);
        open.written = Some(Written {
            namer,
            label: text,
            position,
            checksum,
            fingerprint: of_finding,
        });
    }

    /// Ends a span.
    fn close(&mut self, open: Open) {
        let stream = &mut self.stream;
        stream.last_end = Some(open.end);
        stream.decided = stream.decided.max(open.end);
        stream.hits.skip_to(open.end);
        stream.misses.forget(open.end);
        let Some(written) = open.written.filter(|_| self.options.report) else {
            return;
        };
        let rule = match written.namer {
            Namer::Value => None,
            Namer::Rule(index) => self.rules.table().rules.get(usize::from(index)),
        };
        self.findings.push(Finding {
            rule: rule.map_or(REGISTERED, |rule| &rule.id).to_owned(),
            start: open.start,
            end: open.end,
            position: written.position,
            confidence: rule.map_or(Confidence::High, |rule| written.checksum.confidence(rule)),
            checksum: written.checksum,
            fingerprint: written.fingerprint,
        });
    }
}
