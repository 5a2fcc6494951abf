//! The stream machine.

use std::{
    cell::OnceCell,
    fmt,
    mem::{swap, take},
};

use hushgate_detector::document::Confidence;
use hushgate_prefilter::{Places, SPAN, gather};
use zeroize::Zeroize as _;

use super::{
    Finding, Style,
    enabled::Enabled,
    encoded::{Judge, Scan, Window},
    label::{self, Label},
    lines::Lines,
    misses::Misses,
    open::{Contest, Namer, Open, Written},
    prefix::Prefixes,
    tail::Tail,
};
use crate::{
    detect::{Checksum, Context, Hit, Hits, Live, Matched, Place, Runs, What, is_word},
    rules::{REGISTERED, Rules},
    values::{Growth, SEEN, Values},
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
    /// Whether findings are kept, with line and column.
    pub report: bool,
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
    pub(super) identity: OnceCell<[u8; 8]>,
    pub(super) stream: Stream,
    findings: Vec<Finding>,
    prefixes: Prefixes,
    /// Where an anchor may stand, while its place is looked at.
    places: Places,
    /// What was to be written for each finding, where somebody asks for it.
    wordings: Option<Vec<Label>>,
}

/// What belongs to the stream at hand.
pub(super) struct Stream {
    /// Input from offset `base` on.
    bytes: Vec<u8>,
    pub(super) base: u64,
    /// Input before this offset is in the output, or was replaced.
    pub(super) emitted: u64,
    /// Anchors before this offset were looked for.
    scanned: u64,
    /// Candidates that begin before this offset were decided.
    pub(super) decided: u64,
    hits: Hits,
    /// Start of the first candidate of which too little is there to say that it is one.
    partial: u64,
    /// Runs of bytes that matches have measured.
    runs: Runs,
    /// Runs of encoded text.
    encoded: Scan,
    /// An empty list of matches, kept for its memory.
    spare: Vec<Live>,
    /// The same for shapes that are left to be matched.
    left: Vec<u16>,
    pub(super) open: Option<Open>,
    /// Where the last span ended.
    pub(super) last_end: Option<u64>,
    /// Places at which released bytes end inside a possible match.
    pub(super) cuts: Vec<u64>,
    /// Places at which a label must not stand behind what is shown of a finding.
    pub(super) misses: Misses,
    pub(super) lines: Lines,
    /// The end of the output, as far as registered values make it matter.
    pub(super) history: Vec<u8>,
    pub(super) generation: Option<u64>,
}

impl Stream {
    pub(super) fn at(offset: u64) -> Self {
        Self {
            bytes: Vec::new(),
            base: offset,
            emitted: offset,
            scanned: offset,
            decided: offset,
            hits: Hits::default(),
            partial: u64::MAX,
            runs: Runs::default(),
            encoded: Scan::default(),
            spare: Vec::new(),
            left: Vec::new(),
            open: None,
            last_end: None,
            cuts: Vec::new(),
            misses: Misses::default(),
            lines: Lines::new(),
            history: Vec::new(),
            generation: None,
        }
    }

    /// Stands at the start of a new stream, with the memory of this one.
    fn restart(&mut self) {
        for bytes in [&mut self.bytes, &mut self.history] {
            bytes.as_mut_slice().zeroize();
            bytes.clear();
        }
        self.hits.clear();
        self.cuts.clear();
        let mut next = Self::at(0);
        swap(&mut next.bytes, &mut self.bytes);
        swap(&mut next.history, &mut self.history);
        swap(&mut next.hits, &mut self.hits);
        swap(&mut next.spare, &mut self.spare);
        swap(&mut next.left, &mut self.left);
        self.runs.clear();
        swap(&mut next.runs, &mut self.runs);
        swap(&mut next.cuts, &mut self.cuts);
        *self = next;
    }

    fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    fn window(&self, ended: bool) -> Window<'_> {
        Window {
            bytes: &self.bytes,
            base: self.base,
            ended,
        }
    }

    fn slice(&self, from: u64, to: u64) -> &[u8] {
        let index =
            |offset: u64| usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.bytes.get(index(from)..index(to)).unwrap_or_default()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor")
            .field("held", &self.held())
            .finish_non_exhaustive()
    }
}

/// What came of looking at the span in progress.
enum Progress {
    Waiting,
    Closed,
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
            enabled: Enabled::new(rules.table(), &options.detectors)?,
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
        self.stream.bytes.extend_from_slice(chunk);
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

    /// The findings that were decided since the last call.
    pub fn findings(&mut self) -> Vec<Finding> {
        take(&mut self.findings)
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
        // The end of the output does not matter beside this. What could spell a value with a label
        // to come begins one, so it is held; or it begins in a label, whose span then is open.
        stream.emitted == stream.end()
            // Where a run may begin is a word's edge too.
            && (stream.encoded.is_fresh(
                stream
                    .slice(stream.end().saturating_sub(1), stream.end())
                    .first()
                    .copied(),
            ) || cfg!(sabotage = "fresh-inside-a-word"))
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
        table.anchors.iter().any(|anchor| {
            let sets = table.proof(anchor).get(..usize::from(anchor.ahead));
            let sets = sets.unwrap_or_default();
            (1..=sets.len().min(last.len())).any(|length| {
                let text = last.get(last.len() - length..).unwrap_or_default();
                text.iter().zip(sets).all(|(&byte, set)| set.contains(byte))
            })
        })
    }

    /// Takes part in a change of the registered values before the next byte is read.
    fn catch_up(&mut self, values: &Values) {
        let stream = &mut self.stream;
        if stream.generation == Some(values.generation()) {
            return;
        }
        if stream.generation.replace(values.generation()).is_some() {
            match &mut stream.open {
                Some(open) if open.written.is_some() => {
                    // What a removed value began stays hidden as far as it was read.
                    open.lives.retain(|live| match live.what {
                        Matched::Shape(_) | Matched::Wrapping(..) => true,
                        Matched::Form(form) => values.form(form).is_some(),
                    });
                }
                Some(open) => {
                    stream.decided = open.start;
                    stream.open = None;
                }
                // What is held was not decided yet, and what begins before it was released.
                None => {}
            }
        }
        stream.hits.clear();
        for &cut in &stream.cuts {
            stream.hits.push(Hit {
                start: cut,
                what: What::Cut,
            });
        }
        stream.scanned = stream.base;
        stream.encoded.restart(stream.base);
        stream.hits.skip_to(stream.decided);
    }

    /// Looks for candidates in what is new.
    fn scan(&mut self, values: &Values, ended: bool) {
        let (rules, table) = (&self.rules, self.rules.table());
        let (enabled, places) = (&self.enabled, &mut self.places);
        let stream = &mut self.stream;
        let (bytes, base, decided) = (&stream.bytes, stream.base, stream.decided);
        let (hits, runs) = (&mut stream.hits, &stream.runs);
        // The last windows are not whole, and a registered value may not be.
        let unseen = if values.is_empty() { 3 } else { SEEN };
        let mut again = bytes.len().saturating_sub(unseen);
        let mut partial = u64::MAX;
        let mut from = usize::try_from(stream.scanned.saturating_sub(base)).unwrap_or(0);
        // Both passes go over a block while it is in the nearest cache, and leave what they find
        // nearly in order.
        while from < bytes.len() {
            let to = (from + SPAN).min(bytes.len());
            gather(values.masks(), bytes, from, places);
            places.retain(|at| {
                let four = four(bytes, at);
                table.may_begin(four) | values.may_begin_tiny(four)
            });
            for at in places.iter() {
                let four = four(bytes, at);
                rules.anchors().at(table, bytes, at, four, |found| {
                    let from = base + found.start as u64;
                    let start = from + found.ahead as u64;
                    if start < decided || !enabled.anchor(usize::from(found.anchor)) {
                        return;
                    }
                    if !found.proven {
                        if !ended {
                            again = again.min(at);
                            partial = partial.min(start);
                        }
                        return;
                    }
                    let place = Place {
                        runs,
                        bytes: bytes.get(found.start..).unwrap_or_default(),
                        start: from,
                        ended,
                        edge: true,
                    };
                    if rules.trials().any(found.anchor, &place) {
                        let what = What::Anchor(found.anchor);
                        hits.push(Hit { start, what });
                    } else {
                        hits.push_failed(start);
                    }
                });
                if values.may_begin_tiny(four) {
                    candidate(values, bytes, base, decided, at, hits);
                }
            }
            values.scan(bytes, from, to, (base % 4) as usize, |at| {
                candidate(values, bytes, base, decided, at, hits);
            });
            from = to;
        }
        stream.partial = if cfg!(sabotage = "half-seen-candidate-forgotten") {
            u64::MAX
        } else {
            partial
        };
        stream.scanned = stream.scanned.max(base + again as u64);
        self.unwrap(values, ended);
    }

    /// Looks for credentials in encoded text that is new.
    fn unwrap(&mut self, values: &Values, ended: bool) {
        let judge = Judge {
            rules: &self.rules,
            enabled: &self.enabled,
            values,
        };
        let Stream {
            bytes,
            base,
            decided,
            hits,
            encoded,
            ..
        } = &mut self.stream;
        let window = Window {
            bytes,
            base: *base,
            ended,
        };
        encoded.advance(judge, window, |start| {
            if start >= *decided {
                hits.push(Hit {
                    start,
                    what: What::Wrapping,
                });
            }
        });
    }

    /// Whether encoded text in `text`, of which all is at hand, holds a credential.
    pub(crate) fn any_encoded_in(&self, values: &Values, text: &[u8]) -> bool {
        let judge = Judge {
            rules: &self.rules,
            enabled: &self.enabled,
            values,
        };
        judge.any_in(text)
    }

    /// Decides candidates in order, until one needs more bytes.
    fn decide(&mut self, values: &Values, ended: bool, out: &mut Vec<u8>) {
        self.catch_up(values);
        self.scan(values, ended);
        let known = if ended {
            u64::MAX
        } else {
            self.known(values, true)
        };
        loop {
            if self.stream.open.is_some() {
                match self.advance(values, ended, known, out) {
                    Progress::Waiting => return,
                    Progress::Closed => continue,
                }
            }
            match self.stream.hits.next_start() {
                Some(start) if start < known => self.begin(values, ended, known, start),
                _ => return,
            }
        }
    }

    /// All candidates that begin before this offset have been found. With `pending`, a span may
    /// still come to end just in front of a place that needs a word's edge.
    fn known(&self, values: &Values, pending: bool) -> u64 {
        let stream = &self.stream;
        let edge = |index: usize| pending || self.edge_before(stream.base + index as u64);
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
        match offset.checked_sub(1) {
            None => true,
            Some(before) => stream
                .slice(before, offset)
                .first()
                .is_none_or(|&byte| !is_word(byte)),
        }
    }

    /// Opens a span at a candidate's start, if anything can begin there.
    fn begin(&mut self, values: &Values, ended: bool, known: u64, start: u64) {
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
                            lives.push(Live::of_shape(start, member, shape));
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
                    if let Some(it) = self.stream.encoded.found_at(start) {
                        lives.push(Live {
                            checksum: it.checksum,
                            ..Live::new(start, Matched::Wrapping(it.kind, it.rule))
                        });
                    }
                }
                What::Cut => {}
            }
        }
    }

    /// Brings the span in progress as far as the bytes at hand allow.
    fn advance(&mut self, values: &Values, ended: bool, known: u64, out: &mut Vec<u8>) -> Progress {
        loop {
            let Some(mut open) = self.stream.open.take() else {
                return Progress::Closed;
            };
            self.feed(values, ended, known, &mut open.lives);
            if open.written.is_none() {
                let whole = matches!(self.options.style, Style::Fingerprint(_));
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
            values,
            bytes: &stream.bytes,
            base: stream.base,
            ended,
            edges: true,
            hits: &stream.hits,
            runs: &stream.runs,
            known,
        };
        lives.iter_mut().for_each(|live| live.advance(&context));
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
        let label = match &self.options.style {
            Style::Label => Label::named(name),
            Style::Stars => Label::stars(""),
            Style::Fingerprint(key) => {
                let bytes = stream.slice(open.start, stream.end());
                let digits = open.fingerprint(key, namer, table, values, &stream.encoded, bytes);
                Label::fingerprint(name, &digits)
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
        let sure = rule.map_or(Confidence::High, |rule| rule.confidence);
        let confidence = if written.checksum == Checksum::Wrong {
            sure.lowered()
        } else {
            sure
        };
        self.findings.push(Finding {
            rule: rule.map_or(REGISTERED, |rule| &rule.id).to_owned(),
            start: open.start,
            end: open.end,
            position: written.position,
            confidence,
            checksum: written.checksum,
        });
    }

    /// Where the first thing begins that may be a credential as far as it is there; the end of what is
    /// there where nothing may.
    fn first_candidate(&self, values: &Values) -> u64 {
        let stream = &self.stream;
        let edge = |index: usize| self.edge_before(stream.base + index as u64);
        let tail = self.enabled.tail(&self.rules);
        let beginning = tail.first_far(&stream.bytes, SHOWN, edge);
        let value = Tail::first_value(values, &stream.bytes);
        let run = stream.encoded.candidate(stream.window(false));
        let hit = stream.hits.waiting().find(|hit| self.is_possible(hit));
        [stream.base + beginning.min(value) as u64, stream.partial]
            .into_iter()
            .chain(run)
            .chain(hit.map(|hit| hit.start))
            .fold(stream.end(), u64::min)
    }

    /// Whether what is there does not rule a candidate out. One that waits for what stands in front
    /// of it may have failed since it was found.
    fn is_possible(&self, hit: &Hit) -> bool {
        let What::Anchor(index) = hit.what else {
            return hit.what != What::Cut;
        };
        let stream = &self.stream;
        let table = self.rules.table();
        let anchor = table.anchors.get(usize::from(index));
        let from = hit
            .start
            .saturating_sub(anchor.map_or(0, |anchor| u64::from(anchor.ahead)));
        let place = Place {
            runs: &stream.runs,
            bytes: stream.slice(from, stream.end()),
            start: from,
            ended: false,
            edge: true,
        };
        self.rules.trials().any(index, &place)
    }

    /// Appends what no undecided match can include, and forgets what is no longer needed.
    fn release(&mut self, values: &Values, settle: bool, out: &mut Vec<u8>) {
        let stream = &self.stream;
        let pending = stream.open.is_some() || stream.hits.next_start().is_some();
        let known = self.known(values, pending);
        let undecided = match &stream.open {
            Some(open) if open.written.is_none() => open.start,
            Some(_) => stream.emitted,
            None => stream.hits.next_start().unwrap_or(u64::MAX).min(known),
        };
        let undecided = undecided.min(stream.end());
        let mut frontier = undecided;
        if settle && stream.open.is_none() {
            frontier = self.first_candidate(values);
        }
        self.emit(values, frontier, out);
        let stream = &mut self.stream;
        if stream.emitted > undecided
            && stream.open.is_none()
            && stream.cuts.last() != Some(&stream.emitted)
        {
            // A match may turn out to have begun in what was just released: its label will
            // stand here, and what ends here must know.
            stream.cuts.push(stream.emitted);
            stream.hits.push(Hit {
                start: stream.emitted,
                what: What::Cut,
            });
        }
        let mut keep = undecided.min(stream.emitted);
        if stream.open.is_none() {
            // All that begins before is decided, also for values that come later.
            stream.decided = stream.decided.max(keep);
        }
        if let Some(open) = &stream.open {
            let table = self.rules.table();
            for live in &open.lives {
                keep = keep.min(if live.swallowing(table) {
                    live.place
                } else {
                    live.start
                });
            }
            if open.written.is_some() {
                keep = keep.min(open.end).min(known);
            }
        }
        // What is in front may be looked at, and the byte before that.
        let ahead = 1 + u64::from(self.rules.table().ahead);
        self.compact(keep.saturating_sub(ahead));
    }

    /// Forgets input before `offset`.
    fn compact(&mut self, offset: u64) {
        let stream = &mut self.stream;
        if offset <= stream.base {
            return;
        }
        if self.options.report {
            stream.lines.count_to(offset, &stream.bytes, stream.base);
        }
        let gone = usize::try_from(offset - stream.base)
            .unwrap_or(0)
            .min(stream.bytes.len());
        let kept = stream.bytes.len() - gone;
        stream.bytes.copy_within(gone.., 0);
        if let Some(rest) = stream.bytes.get_mut(kept..) {
            // Held bytes may be half a credential; what was released is no secret.
            if rest.len() < 4096 {
                rest.zeroize();
            }
        }
        stream.bytes.truncate(kept);
        stream.base += gone as u64;
        stream.scanned = stream.scanned.max(stream.base);
        stream.decided = stream.decided.max(stream.base);
        let base = stream.base;
        stream.hits.forget(base);
        stream.cuts.retain(|&cut| cut >= base);
        stream.misses.forget(base);
        stream.encoded.forget(base);
    }

    /// Appends input up to `offset` that is not yet in the output.
    fn emit(&mut self, values: &Values, offset: u64, out: &mut Vec<u8>) {
        let stream = &mut self.stream;
        if offset <= stream.emitted {
            return;
        }
        let from = usize::try_from(stream.emitted - stream.base).unwrap_or(usize::MAX);
        let to = usize::try_from(offset - stream.base).unwrap_or(usize::MAX);
        let bytes = stream.bytes.get(from..to).unwrap_or_default();
        out.extend_from_slice(bytes);
        remember(&mut stream.history, bytes, values);
        stream.emitted = offset;
    }
}

/// The four bytes at an index, the first of them lowest.
#[inline]
fn four(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>);
    four.map_or(0, |four| u32::from_le_bytes(*four))
}

/// Notes the registered values that may begin at index `at`.
fn candidate(values: &Values, bytes: &[u8], base: u64, decided: u64, at: usize, hits: &mut Hits) {
    let start = base + at as u64;
    let rest = bytes.get(at..).unwrap_or_default();
    if start >= decided && !values.is_empty() && values.begins(rest) {
        if values.any_at(rest) {
            hits.push(Hit {
                start,
                what: What::Value,
            });
        } else {
            hits.push_failed(start);
        }
    }
}

/// So much of what may be a credential, before its keyword comes, is shown by settling: words at the
/// end of a prompt are not longer, and a credential is of no use without the rest.
const SHOWN: usize = 11;

/// Bytes of output that are remembered even where no registered value asks for it: one that is
/// added later may.
const LEAST_HISTORY: usize = 64;

/// Keeps the end of the output, as long as a registered value could need it.
fn remember(history: &mut Vec<u8>, bytes: &[u8], values: &Values) {
    let reach = values.edges().reach().max(LEAST_HISTORY);
    let new = bytes
        .get(bytes.len().saturating_sub(reach)..)
        .unwrap_or_default();
    history.extend_from_slice(new);
    let surplus = history.len().saturating_sub(reach);
    history.drain(..surplus);
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
        assert!(!fresh_behind("login hunter2-\n", Some("hunter2-\nhunter2")));
        assert!(!fresh_behind(
            &["-----BEGIN ", "PRIVATE KEY-----\nMIIE\n"].concat(),
            None
        ));
        // `x` and the label behind it would spell the value.
        assert!(!fresh_behind("a\nx ", Some("x [registered]")));
        assert!(fresh_behind("a\n", Some("x [registered]")));
    }
}
