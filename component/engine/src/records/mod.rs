//! Redaction of a stream of JSON records, one in each line.
//!
//! # Promise
//! A line that is one JSON array, object or string stays one, whatever is replaced in it. Its
//! strings are searched in decoded form, however they are escaped: values with their keys as
//! context, the keys themselves, and JSON inside strings. All that is no finding stays byte for
//! byte as it was: numbers, the order of keys, white space, escapes, duplicate keys. Any other line,
//! one of more than [`MAX_RECORD`] bytes, and one nested deeper than 128 levels, is text from its first byte.
//!
//! # Invariant
//! For any way of cutting the same input, the joined output and the findings are the same.
//! Neither as text nor in its records does the output hold a match, so redacting it again changes
//! nothing. Whatever the ordinary redactor finds in a record is among the findings.
//!
//! # Why it holds
//! A record is decided whole, from its own bytes: `rewrite` replaces in it what is found as text
//! and in its strings until nothing is. Behind that, everything passes through the ordinary
//! redactor as one stream of text. It finds nothing inside records any more; it is there for lines
//! that are text, and for what crosses the ends of lines.
//!
//! # Limits
//! A match that crosses the end of a record, such as a registered value of several lines that has
//! the record's last brackets in it, is replaced as text: nothing leaks, but the lines that it
//! joins are no records any more. Text that becomes a record only by that is not decoded.
//!
//! # Hazard
//! A held line may be a credential as a whole: it is in no error and no `Debug` output, and it is
//! wiped when dropped.

mod ledger;
mod mark;
mod rewrite;
mod search;
mod state;
mod text;
mod walk;

use std::fmt;

use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    redact::{Finding, OpenError, Options, Position, Redactor},
    rules::Rules,
    values::Values,
    wiped,
};
use ledger::{Ledger, Piece};
use rewrite::{BOM_LENGTH, Beginning, Rewritten};
use search::Searcher;

/// Longest record in bytes, without its newline. A longer line is text.
pub const MAX_RECORD: usize = 1 << 20;

/// What the line at hand is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// It may be a record: it is held.
    Held,
    /// It is text: it goes on as it comes.
    Text,
}

/// A stream of records being redacted.
pub struct Records {
    options: Options,
    most: usize,
    searcher: Searcher,
    /// What everything passes through in the end.
    text: Redactor,
    ledger: Ledger,
    kind: Line,
    held: Zeroizing<Vec<u8>>,
    /// What the held bytes say about their line.
    beginning: Beginning,
    /// What the ordinary redactor reads next.
    ready: Zeroizing<Vec<u8>>,
    /// Number of the line at hand, counted where findings are kept.
    number: u64,
    /// What was replaced before the checkpoint that this stream goes on from.
    replay: Replay,
    /// The span that the ordinary redactor is in, as it counts; where it begins in the input, and in
    /// which column.
    open: Option<(u64, u64, u64)>,
    /// Findings in records, until the ordinary redactor has passed them.
    pending: Vec<Finding>,
    findings: Vec<Finding>,
}

/// Input that another stream had decided on.
#[derive(Debug, Default)]
struct Replay {
    /// The pieces to come, the next one last.
    pieces: Vec<Piece>,
    /// Bytes to come of the piece at hand, whose text is written.
    swallow: u64,
    /// Where it is over.
    until: u64,
    /// Bytes that the ordinary redactor has read already.
    skip: u64,
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("held", &self.held())
            .finish_non_exhaustive()
    }
}

impl Records {
    /// A redactor at the start of a stream of records.
    ///
    /// # Errors
    /// Where `options` names a detector that the rules do not have.
    pub fn open(rules: &Rules, options: &Options) -> Result<Self, OpenError> {
        let text = Redactor::open(rules, options)?;
        Self::around(rules, options, text)
    }

    fn around(rules: &Rules, options: &Options, text: Redactor) -> Result<Self, OpenError> {
        Ok(Self {
            options: options.clone(),
            most: MAX_RECORD,
            searcher: Searcher::open(rules, options)?,
            text,
            ledger: Ledger::default(),
            kind: Line::Held,
            held: Zeroizing::default(),
            beginning: Beginning::Open,
            ready: Zeroizing::default(),
            number: 1,
            replay: Replay::default(),
            open: None,
            pending: Vec::new(),
            findings: Vec::new(),
        })
    }

    /// The same with another bound than [`MAX_RECORD`].
    #[must_use]
    pub fn with_longest(mut self, bytes: usize) -> Self {
        self.most = bytes;
        self
    }

    /// Feeds the next chunk and appends what is final to `out`.
    pub fn push(&mut self, values: &Values, chunk: &[u8], out: &mut Vec<u8>) {
        let mut rest = self.replay(chunk);
        while !rest.is_empty() {
            rest = match self.kind {
                Line::Text => self.text_line(rest),
                Line::Held if self.held.is_empty() => self.lines(values, rest),
                Line::Held => self.held_line(values, rest),
            };
        }
        self.flush(values, out);
    }

    /// Appends what an interactive prompt needs. Of a line that may be a record that is nothing.
    pub fn settle(&mut self, values: &Values, out: &mut Vec<u8>) {
        self.text.settle(values, out);
        self.collect(false);
    }

    /// Ends the stream and appends the rest to `out`; a new stream may begin.
    pub fn finish(&mut self, values: &Values, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        self.line(values, &held);
        self.flush(values, out);
        self.text.finish(values, out);
        self.collect(true);
        self.ledger = Ledger::default();
        self.kind = Line::Held;
        self.number = 1;
        self.replay = Replay::default();
        self.open = None;
    }

    /// The findings that were decided since the last call.
    pub fn findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// The entries of the allowlist, by index, that something was let through for.
    #[must_use]
    pub fn allowed(&self) -> Vec<usize> {
        let mut allowed = self.text.allowed();
        allowed.extend(self.searcher.allowed());
        allowed.sort_unstable();
        allowed.dedup();
        allowed
    }

    /// How many bytes are held back.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.held.len() as u64 + self.text.held()
    }

    /// Passes on a line that is text as far as it is at hand; what follows it.
    fn text_line<'c>(&mut self, chunk: &'c [u8]) -> &'c [u8] {
        let newline = chunk.iter().position(|&byte| byte == b'\n');
        let end = newline.map_or(chunk.len(), |newline| newline + 1);
        let (line, rest) = chunk.split_at_checked(end).unwrap_or((chunk, &[]));
        self.copy(line);
        if newline.is_some() {
            self.number += 1;
            self.kind = Line::Held;
        }
        rest
    }

    /// Goes on with a line that is held; what follows it.
    fn held_line<'c>(&mut self, values: &Values, chunk: &'c [u8]) -> &'c [u8] {
        let newline = chunk.iter().position(|&byte| byte == b'\n');
        let end = newline.unwrap_or(chunk.len());
        let (line, rest) = chunk.split_at_checked(end).unwrap_or((chunk, &[]));
        let known = self.held.len();
        wiped::append(&mut self.held, line);
        if newline.is_some() {
            let held = std::mem::take(&mut self.held);
            self.line(values, &held);
            self.kind = Line::Text;
            return rest;
        }
        // White space may come for long, a byte at a time: it is looked at once.
        self.beginning = match self.beginning {
            Beginning::Open if known > BOM_LENGTH => rewrite::go_on(line),
            _ if known <= BOM_LENGTH => rewrite::beginning(&self.held),
            decided => decided,
        };
        if self.held.len() > self.most || self.beginning == Beginning::Text {
            let held = std::mem::take(&mut self.held);
            self.copy(&held);
            self.kind = Line::Text;
        }
        rest
    }

    /// Takes all whole lines, and holds the beginning of another one.
    fn lines<'c>(&mut self, values: &Values, chunk: &'c [u8]) -> &'c [u8] {
        let Some(newline) = chunk.iter().rposition(|&byte| byte == b'\n') else {
            return self.held_line(values, chunk);
        };
        let (lines, rest) = chunk.split_at_checked(newline + 1).unwrap_or((chunk, &[]));
        if self.searcher.is_clean(values, lines) {
            // As text or as records: there is nothing in any of them.
            if self.options.report {
                self.number += lines.iter().filter(|&&byte| byte == b'\n').count() as u64;
            }
            self.copy(lines);
            return rest;
        }
        for line in lines.split_inclusive(|&byte| byte == b'\n') {
            let (content, newline) = line
                .split_at_checked(line.len().saturating_sub(1))
                .unwrap_or((line, &[]));
            self.line(values, content);
            self.copy(newline);
            self.number += 1;
        }
        rest
    }

    /// Decides a whole line, given without its newline.
    fn line(&mut self, values: &Values, line: &[u8]) {
        if line.len() > self.most && !cfg!(sabotage = "record-bound-ignored") {
            return self.copy(line);
        }
        let start = self.ledger.raw_end();
        let Some(Rewritten { patches, marks }) = rewrite::rewrite(&mut self.searcher, values, line)
        else {
            return self.copy(line);
        };
        let mut at = 0;
        for patch in patches {
            self.copy(line.get(at..patch.range.start).unwrap_or_default());
            wiped::append(&mut self.ready, patch.text.as_bytes());
            at = patch.range.end;
            self.ledger.replace(patch.range.len() as u64, patch.text);
        }
        self.copy(line.get(at..).unwrap_or_default());
        if self.options.report {
            let number = self.number;
            self.pending.extend(marks.into_iter().map(|mark| Finding {
                rule: mark.rule,
                start: start + mark.range.start as u64,
                end: start + mark.range.end as u64,
                position: Position {
                    line: number,
                    column: mark.range.start as u64 + 1,
                },
                confidence: mark.confidence,
                checksum: mark.checksum,
                fingerprint: mark.fingerprint,
            }));
        }
    }

    /// Passes on input as it is.
    fn copy(&mut self, bytes: &[u8]) {
        wiped::append(&mut self.ready, bytes);
        self.ledger.copy(bytes.len() as u64);
    }

    /// Has the ordinary redactor read what is ready.
    fn flush(&mut self, values: &Values, out: &mut Vec<u8>) {
        let known = usize::try_from(self.replay.skip).unwrap_or(usize::MAX);
        let known = known.min(self.ready.len());
        self.replay.skip -= known as u64;
        let new = self.ready.get(known..).unwrap_or_default();
        self.text.push(values, new, out);
        self.ready.zeroize();
        self.collect(false);
    }

    /// Takes over the ordinary redactor's findings, and forgets what no finding can need.
    fn collect(&mut self, ended: bool) {
        if self.options.report {
            self.take_over();
            let decided = if ended {
                self.pending.len()
            } else {
                let frontier = self.ledger.raw(self.text.frontier());
                self.pending
                    .partition_point(|finding| finding.start < frontier)
            };
            self.findings.extend(self.pending.drain(..decided));
            self.open = self.text.written().map(|(start, column)| {
                let (raw, column) = self.place(start, column);
                (start, raw, column)
            });
        }
        self.ledger.forget(self.text.line_of_kept());
    }

    /// Puts the ordinary redactor's findings among the pending ones, which are in order. A match
    /// across lines may hold what was replaced in them: that gives way to it.
    fn take_over(&mut self) {
        let apart =
            |one: &Finding, other: &Finding| other.end <= one.start || one.end <= other.start;
        let mut found: Vec<Finding> = Vec::new();
        for mut finding in self.text.findings() {
            (finding.start, finding.position.column) =
                self.place(finding.start, finding.position.column);
            finding.end = self.ledger.raw_behind(finding.end);
            while found.pop_if(|last| !apart(last, &finding)).is_some() {}
            found.push(finding);
        }
        if found.is_empty() {
            return;
        }
        // Both are in order, so one pass is enough, however many there are.
        let mut next = 0;
        self.pending.retain(|other| {
            let passed = found.get(next..).unwrap_or_default();
            next += passed
                .iter()
                .take_while(|finding| finding.end <= other.start)
                .count();
            found.get(next).is_none_or(|finding| apart(finding, other))
        });
        self.pending.append(&mut found);
        self.pending.sort_by_key(|finding| finding.start);
    }

    /// Where in the input a span of the ordinary redactor begins, and in which column.
    fn place(&self, start: u64, column: u64) -> (u64, u64) {
        if let Some((open, raw, column)) = self.open
            && open == start
        {
            return (raw, column);
        }
        let raw = self.ledger.raw(start);
        let line = self.ledger.raw(start.saturating_sub(column - 1));
        (raw, raw.saturating_sub(line) + 1)
    }

    /// Does again what another stream did before its checkpoint; what is behind that.
    fn replay<'c>(&mut self, chunk: &'c [u8]) -> &'c [u8] {
        let mut rest = chunk;
        while !rest.is_empty() {
            let at = self.ledger.raw_end();
            let length = if self.replay.swallow > 0 {
                let length = fitting(self.replay.swallow, rest);
                self.replay.swallow -= length as u64;
                length
            } else if let Some(piece) = self.replay.pieces.pop_if(|piece| piece.raw == at) {
                wiped::append(&mut self.ready, piece.text.as_bytes());
                self.replay.swallow = piece.raw_end - piece.raw;
                self.ledger.replace(self.replay.swallow, piece.text);
                0
            } else if at < self.replay.until {
                let next = self.replay.pieces.last().map(|piece| piece.raw);
                let length = fitting(next.unwrap_or(self.replay.until) - at, rest);
                self.copy(rest.get(..length).unwrap_or_default());
                length
            } else {
                break;
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        rest
    }
}

/// How many of `bytes` there are, at most all of `rest`.
fn fitting(bytes: u64, rest: &[u8]) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX).min(rest.len())
}
