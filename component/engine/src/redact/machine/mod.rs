//! The stream machine.
//!
//! # In order
//! Each chunk is appended to the stream at hand ([`stream`]). Candidates are looked for in what is new
//! ([`scan`]) and decided in the order of their starts, each as soon as nothing that is still to come
//! can begin in front of it: a span ([`span`]) is opened, takes in what begins inside it, and is
//! closed. What no undecided match can include goes out ([`release`]).

mod release;
mod scan;
mod span;
mod stream;

use std::{cell::OnceCell, fmt, mem::take};

use hushgate_detector::document::Confidence;
use hushgate_prefilter::Places;

use self::span::Progress;
pub(super) use self::stream::Stream;
use super::{
    Finding, Key, Style, allowed::Allowed, enabled::Enabled, label::Label, prefix::Prefixes,
};
use crate::{
    detect::{self, LOOK, is_edge},
    named,
    rules::Rules,
    values::Values,
    wiped,
};

/// What a stream consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Framing {
    /// Text or any other bytes, with no structure.
    #[default]
    Text,
    /// Lines, each of them one JSON value where it is one: see [`records`](crate::records).
    Json,
}

/// How a redactor works.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What is written in place of a finding.
    pub style: Style,
    /// What the stream consists of. A [`Redactor`] takes every stream for text; a
    /// [`Machine`](crate::stream::Machine) heeds it.
    pub framing: Framing,
    /// Ids of the detectors to apply; empty means all.
    pub detectors: Vec<String>,
    /// The least confidence of what is replaced. A match that is less sure is treated as none.
    pub least: Confidence,
    /// Whether findings are kept, with line and column.
    pub report: bool,
    /// The key of the fingerprints that findings have and entries of the allowlist name.
    pub key: Option<Key>,
    /// Seconds since 1970. Without it no entry of the allowlist applies that has an end.
    pub now: Option<u64>,
    /// The path of the file that the stream is of, with `/` between names.
    pub path: Option<String>,
}

/// Why a redactor was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// No detector has this id.
    #[error("there is no detector `{0}`")]
    UnknownDetector(String),
    /// The state was not taken from a redactor of these rules and options.
    #[error("the state is not one of this rule set and these options")]
    ForeignState,
    /// The key of fingerprints is too short.
    #[error("the fingerprint key is shorter than {least} bytes")]
    KeyTooShort {
        /// The least length in bytes.
        least: usize,
    },
}

/// From where a new redactor can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Input offset from which the input must be pushed again.
    pub offset: u64,
    /// What else is to be known; no input byte that was not released.
    pub state: Vec<u8>,
}

/// One stream being redacted.
pub struct Redactor {
    pub(super) rules: Rules,
    pub(super) options: Options,
    enabled: Enabled,
    allowed: Allowed,
    pub(super) identity: OnceCell<[u8; 8]>,
    pub(super) stream: Stream,
    findings: Vec<Finding>,
    prefixes: Prefixes,
    /// Where an anchor may stand, while its place is looked at.
    places: Places,
    /// What was to be written for each finding, where somebody asks for it.
    wordings: Option<Vec<Label>>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor")
            .field("held", &self.held())
            .finish_non_exhaustive()
    }
}

impl Redactor {
    /// A redactor at the start of a stream.
    ///
    /// # Errors
    /// Where `options` names a detector that the rules do not have.
    pub fn open(rules: &Rules, options: &Options) -> Result<Self, OpenError> {
        Ok(Self {
            rules: rules.clone(),
            options: options.clone(),
            enabled: Enabled::new(rules.table(), &options.detectors, options.least)?,
            allowed: Allowed::new(rules, options),
            identity: OnceCell::new(),
            stream: Stream::at(0),
            findings: Vec::new(),
            prefixes: Prefixes::default(),
            places: Places::default(),
            wordings: None,
        })
    }

    /// The same, for who writes labels in another place: what is to be written for each finding
    /// is kept as well.
    pub(crate) fn with_wordings(mut self) -> Self {
        self.wordings = Some(Vec::new());
        self
    }

    /// What was to be written for the findings, in their order.
    pub(crate) fn wordings(&mut self) -> Vec<Label> {
        self.wordings
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Feeds the next chunk and appends what is final to `out`.
    pub fn push(&mut self, values: &Values, chunk: &[u8], out: &mut Vec<u8>) {
        wiped::append(&mut self.stream.bytes, chunk);
        self.decide(values, false, out);
        self.release(values, false, out);
    }

    /// Appends what an interactive prompt needs, and keeps the matcher's state.
    pub fn settle(&mut self, values: &Values, out: &mut Vec<u8>) {
        self.decide(values, false, out);
        self.release(values, true, out);
    }

    /// Ends the stream and appends the rest to `out`; a new stream may begin.
    pub fn finish(&mut self, values: &Values, out: &mut Vec<u8>) {
        self.decide(values, true, out);
        let end = self.stream.end();
        self.emit(values, end, out);
        self.stream.restart();
    }

    /// Feeds the last chunk and ends the stream, as [`push`](Self::push) and [`finish`](Self::finish)
    /// do, but what may still go on is looked for once less.
    pub fn last(&mut self, values: &Values, chunk: &[u8], out: &mut Vec<u8>) {
        wiped::append(&mut self.stream.bytes, chunk);
        self.finish(values, out);
    }

    /// The findings that were decided since the last call.
    pub fn findings(&mut self) -> Vec<Finding> {
        take(&mut self.findings)
    }

    /// The entries of the allowlist, by index, that something was let through for.
    #[must_use]
    pub fn allowed(&self) -> Vec<usize> {
        self.allowed.used()
    }

    /// The offset before which all findings have been handed out.
    pub(crate) fn frontier(&self) -> u64 {
        let stream = &self.stream;
        stream
            .open
            .as_ref()
            .map_or(stream.emitted, |open| open.start)
    }

    /// Start and column of the span in progress, once its label is written.
    pub(crate) fn written(&self) -> Option<(u64, u64)> {
        let open = self.stream.open.as_ref()?;
        let written = open.written.as_ref()?;
        Some((open.start, written.position.column))
    }

    /// The offset from which on places may still be asked for, but for that of
    /// [`written`](Self::written): the start of what is kept, or of the line in which that lies.
    pub(crate) fn line_of_kept(&self) -> u64 {
        let stream = &self.stream;
        if self.options.report {
            stream.base.min(stream.lines.line_start)
        } else {
            stream.base
        }
    }

    /// How many bytes are held back.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.stream.end().saturating_sub(self.stream.emitted)
    }

    /// Whether nothing that was pushed matters any more: a redactor that begins here goes on as this
    /// one does, but counts from here. It holds as long as no value comes or goes.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        let stream = &self.stream;
        let decided = stream.open.is_none() && stream.hits.next_start().is_none();
        let last = stream.slice(stream.end().saturating_sub(1), stream.end());
        let last = last.first().copied();
        // The end of the output does not matter beside this. What could spell a value with a label
        // to come begins one, so it is held; or it begins in a label, whose span then is open.
        stream.emitted == stream.end()
            && stream.partial == u64::MAX
            // A name right behind a label gives nothing away.
            && (stream.last_end != Some(stream.end()) || cfg!(sabotage = "fresh-behind-a-label"))
            // Where a run may begin is a word's edge too.
            && (stream.encoded.is_fresh(last) || cfg!(sabotage = "fresh-inside-a-word"))
            && (self.rules.table().names.is_empty() || named::is_apart(last))
            && detect::may_begin_behind(last)
            && !stream.misses.hold(stream.end())
            && !self.context_in_progress()
            && (decided || cfg!(sabotage = "fresh-inside-a-span"))
    }

    /// Whether what must stand in front of some match may stand at the end, all of it or a part.
    fn context_in_progress(&self) -> bool {
        let stream = &self.stream;
        let table = self.rules.table();
        let ahead = u64::from(table.ahead);
        let last = stream.slice(stream.end().saturating_sub(ahead), stream.end());
        let may_be = |&byte: &u8| self.rules.anchors().may_be_context(byte);
        if !last.last().is_some_and(may_be) {
            return false;
        }
        table.anchors.iter().any(|anchor| {
            let sets = table.proof(anchor).get(..usize::from(anchor.ahead));
            let sets = sets.unwrap_or_default();
            (1..=sets.len().min(last.len())).any(|length| {
                let text = last.get(last.len() - length..).unwrap_or_default();
                text.iter().zip(sets).all(|(&byte, set)| set.contains(byte))
            })
        })
    }

    /// Decides candidates in order, until one needs more bytes.
    fn decide(&mut self, values: &Values, ended: bool, out: &mut Vec<u8>) {
        self.catch_up(values);
        self.scan(values, ended);
        loop {
            let first = self.first_undecided();
            let known = match ended {
                true => u64::MAX,
                false => self.known(values),
            };
            loop {
                if self.stream.open.is_some() {
                    match self.advance(values, ended, known, out) {
                        Progress::Waiting => break,
                        Progress::Closed => continue,
                    }
                }
                match self.stream.hits.next_start() {
                    Some(start) if start < known => self.begin(values, ended, known, start),
                    _ => break,
                }
            }
            // What was decided may have been all that stood against the next.
            if self.first_undecided() == first || cfg!(sabotage = "decided-still-in-the-way") {
                return;
            }
        }
    }

    /// Where the first span begins that may still come.
    fn first_undecided(&self) -> Option<u64> {
        let open = self.stream.open.as_ref().map(|open| open.start);
        open.or(self.stream.hits.next_start())
    }

    /// All candidates that begin before this offset have been found.
    fn known(&self, values: &Values) -> u64 {
        let stream = &self.stream;
        let undecided = self.first_undecided();
        // A span that is still to come is an edge where it ends, behind its start.
        let edge = |index: usize| {
            let offset = stream.base + index as u64;
            undecided.is_some_and(|start| start < offset) || self.edge_before(offset)
        };
        let tail = self.enabled.tail(&self.rules);
        let index = tail.first_possible(values, &stream.bytes, edge);
        let run = stream.encoded.undecided().unwrap_or(u64::MAX);
        stream.partial.min(run).min(stream.base + index as u64)
    }

    /// Whether no word byte stands in front of `offset`, judged as in the output.
    fn edge_before(&self, offset: u64) -> bool {
        let stream = &self.stream;
        if stream.last_end == Some(offset) && !cfg!(sabotage = "span-end-is-no-edge") {
            return true;
        }
        // An escape in front goes back no farther than the last label.
        let from = offset.saturating_sub(LOOK as u64);
        let label = stream.last_end.filter(|&end| end < offset);
        let from = from.max(label.unwrap_or(0)).max(stream.base);
        is_edge(stream.slice(from, offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a stream is fresh behind this text.
    fn fresh_behind(text: &str, value: Option<&str>) -> bool {
        let rules = Rules::standard();
        let mut values = Values::new(&rules);
        if let Some(value) = value {
            values.add(value.as_bytes()).expect("a value");
        }
        let mut redactor = Redactor::open(&rules, &Options::default()).expect("no detectors named");
        redactor.push(&values, text.as_bytes(), &mut Vec::new());
        redactor.is_fresh()
    }

    #[test]
    fn a_stream_is_fresh_behind_ordinary_lines() {
        assert!(fresh_behind("", None));
        assert!(fresh_behind("GET /index.html 200\n", None));
        assert!(fresh_behind(
            "login hunter2-hunter2\n",
            Some("hunter2-hunter2")
        ));
        assert!(!fresh_behind("a word", None));
        // A label stands in front of the next line.
        assert!(!fresh_behind(
            "login hunter2\nhunter\n",
            Some("hunter2\nhunter\n")
        ));
        assert!(!fresh_behind("login hunter2-\n", Some("hunter2-\nhunter2")));
        assert!(!fresh_behind(
            &["-----BEGIN ", "PRIVATE KEY-----\nMIIE\n"].concat(),
            None
        ));
        // `x` and the label behind it would spell the value.
        assert!(!fresh_behind("a\nx ", Some("x [registered]")));
        assert!(fresh_behind("a\n", Some("x [registered]")));
    }

    #[test]
    fn a_decided_name_stays_decided_when_what_stood_in_front_is_gone() {
        let rules = Rules::standard();
        let values = Values::new(&rules);
        let options = Options::default();
        // `csrf` says that the token opens nothing, and is soon too far back to be kept.
        let text = |length| format!("csrf-token: \\\"{}==3", "aB3".repeat(length));
        let settled = |text: &str, is_resumed: bool| {
            let mut redactor = Redactor::open(&rules, &options).expect("no detectors named");
            let mut out = Vec::new();
            redactor.push(&values, text.as_bytes(), &mut out);
            if is_resumed {
                let checkpoint = redactor.checkpoint();
                let from = usize::try_from(checkpoint.offset).expect("a short text");
                redactor = Redactor::resume(&rules, &options, &checkpoint.state).expect("a state");
                redactor.push(&values, &text.as_bytes()[from..], &mut out);
            }
            redactor.settle(&values, &mut out);
            String::from_utf8_lossy(&out).into_owned()
        };
        for length in 8..80 {
            let text = text(length);
            assert_eq!(settled(&text, true), settled(&text, false));
            assert_eq!(settled(&text, false), text);
        }
    }
}
