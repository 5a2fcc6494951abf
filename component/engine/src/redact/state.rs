//! A stream's state as bytes, so that another instance can go on with it.
//!
//! # Invariant
//! The state holds offsets, indices, labels and the end of the output; no input byte that was
//! not released. What else a match needs is read again from the checkpoint's offset on.

use hushgate_detector::{document::allow::FINGERPRINT, table::Table};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    Position, Style,
    encoded::Kind,
    lines::Lines,
    machine::{Checkpoint, OpenError, Options, Redactor, Stream},
    open::{Namer, Open, Written},
};
use crate::{
    detect::{Checksum, Live, LiveState, Matched},
    rules::Rules,
    values::MAX_VALUE,
};

const VERSION: u8 = 1;
/// Stands for a run of encoded text where otherwise the index of a shape would stand.
const WRAPPING: u64 = 1 << 32;
/// Most items of a list in a state.
const MAX_ITEMS: u64 = 65_536;

impl Redactor {
    /// From where another redactor can go on.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        let stream = &self.stream;
        let mut out = Writer(Vec::with_capacity(160));
        out.0.push(VERSION);
        out.0.extend_from_slice(self.identity());
        out.number(stream.base);
        out.number(stream.emitted);
        out.number(decided(stream, self.rules.table()));
        out.option(stream.last_end);
        for number in [
            stream.lines.line,
            stream.lines.line_start,
            stream.lines.counted,
        ] {
            out.number(number);
        }
        out.number(stream.cuts.len() as u64);
        stream.cuts.iter().for_each(|&cut| out.number(cut));
        let misses = stream.misses.ranges();
        out.number(misses.len() as u64);
        misses
            .iter()
            .for_each(|&(from, to)| [from, to].into_iter().for_each(|it| out.number(it)));
        out.text(&stream.history);
        match stream
            .open
            .as_ref()
            .and_then(|open| open.written.as_ref().map(|written| (open, written)))
        {
            None => out.0.push(0),
            Some((open, written)) => {
                out.0.push(1 + u8::from(open.endless));
                out.number(open.start);
                out.number(open.end);
                out.number(match written.namer {
                    Namer::Value => 0,
                    Namer::Rule(index) => 1 + u64::from(index),
                });
                out.text(written.label.as_bytes());
                out.number(written.position.line);
                out.number(written.position.column);
                out.0.push(match written.checksum {
                    Checksum::Absent => 0,
                    Checksum::Right => 1,
                    Checksum::Wrong => 2,
                });
                out.fingerprint(written.fingerprint.as_deref());
                let table = self.rules.table();
                let lives: Vec<_> = open
                    .lives
                    .iter()
                    .filter(|live| live.swallowing(table))
                    .collect();
                out.number(lives.len() as u64);
                lives.into_iter().for_each(|live| out.live(live));
            }
        }
        let seal = seal(&out.0);
        out.0.extend_from_slice(&seal);
        Checkpoint {
            offset: stream.base,
            state: out.0,
        }
    }

    /// A redactor that goes on where another one took a checkpoint: push the input from the
    /// checkpoint's offset on.
    ///
    /// # Errors
    /// Where the state was not taken with these rules and options, or `options` is faulty.
    pub fn resume(rules: &Rules, options: &Options, state: &[u8]) -> Result<Self, OpenError> {
        let mut redactor = Self::open(rules, options)?;
        let (body, end) = state
            .split_last_chunk::<8>()
            .ok_or(OpenError::ForeignState)?;
        if seal(body) != *end {
            return Err(OpenError::ForeignState);
        }
        let mut reader = Reader(body);
        let stream = reader
            .stream(rules, redactor.identity())
            .ok_or(OpenError::ForeignState)?;
        if !reader.0.is_empty() {
            return Err(OpenError::ForeignState);
        }
        redactor.stream = stream;
        Ok(redactor)
    }
}

impl Redactor {
    /// Tells states of other rule sets and options apart.
    fn identity(&self) -> &[u8; 8] {
        self.identity.get_or_init(|| {
            let mut hasher = Sha256::new();
            hasher.update(self.rules.digest());
            hasher.update(format!("{:?}", self.options));
            let of_labels = match &self.options.style {
                Style::Fingerprint(key) => Some(key),
                _ => None,
            };
            for key in of_labels.into_iter().chain(&self.options.key) {
                hasher.update(key.tag());
            }
            let digest: [u8; 32] = hasher.finalize().into();
            digest.first_chunk::<8>().copied().unwrap_or_default()
        })
    }
}

/// What has to be looked at again: matches whose bytes are all at hand start anew.
fn decided(stream: &Stream, table: &Table) -> u64 {
    let Some(open) = &stream.open else {
        return stream.decided;
    };
    if open.written.is_none() {
        return open.start;
    }
    if cfg!(sabotage = "resume-forgets-matches") {
        return stream.decided;
    }
    let again = open
        .lives
        .iter()
        .filter(|live| !live.swallowing(table))
        .map(|live| live.start)
        .min();
    again.unwrap_or(u64::MAX).min(stream.decided)
}

/// Finds states that were cut or damaged on the way. It protects against accidents: whoever
/// can forge a state holds the input anyway.
pub(crate) fn seal(body: &[u8]) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(body).into();
    digest.first_chunk::<8>().copied().unwrap_or_default()
}

/// Makes a state.
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn option(&mut self, number: Option<u64>) {
        self.number(number.unwrap_or(u64::MAX));
    }

    pub(crate) fn text(&mut self, text: &[u8]) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text);
    }

    /// Digits, or none.
    pub(crate) fn fingerprint(&mut self, digits: Option<&str>) {
        self.text(digits.unwrap_or_default().as_bytes());
    }

    fn live(&mut self, live: &Live) {
        let what = match live.what {
            Matched::Shape(shape) => u64::from(shape),
            Matched::Wrapping(kind, rule) => {
                WRAPPING | kind.number() << 17 | rule.map_or(0, |rule| 1 + u64::from(rule))
            }
            // Their bytes are kept, so they begin anew.
            Matched::Form(_) => return,
        };
        for number in [
            what,
            live.start,
            live.place,
            u64::from(live.step),
            u64::from(live.count),
        ] {
            self.number(number);
        }
        self.option(live.accepted);
        self.option(live.complete);
    }
}

/// Reads a state; nothing where it is none.
pub(crate) struct Reader<'s>(pub(crate) &'s [u8]);

impl<'s> Reader<'s> {
    pub(crate) fn take(&mut self, length: usize) -> Option<&'s [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        self.take(8)?
            .first_chunk::<8>()
            .map(|bytes| u64::from_le_bytes(*bytes))
    }

    fn option(&mut self) -> Option<Option<u64>> {
        self.number()
            .map(|number| (number != u64::MAX).then_some(number))
    }

    pub(crate) fn length(&mut self, most: u64) -> Option<usize> {
        self.number()
            .filter(|&it| it <= most)
            .and_then(|it| usize::try_from(it).ok())
    }

    /// Digits, or none; nothing at all where neither is there.
    pub(crate) fn fingerprint(&mut self) -> Option<Option<String>> {
        let length = self.length(2 * FINGERPRINT as u64)?;
        let digits = std::str::from_utf8(self.take(length)?).ok()?;
        Some((!digits.is_empty()).then(|| digits.to_owned()))
    }

    fn stream(&mut self, rules: &Rules, identity: &[u8; 8]) -> Option<Stream> {
        if self.byte()? != VERSION || self.take(8)? != identity {
            return None;
        }
        let mut stream = Stream::at(self.number()?);
        stream.emitted = self.number()?;
        stream.decided = self.number()?;
        stream.last_end = self.option()?;
        stream.lines = Lines {
            line: self.number()?,
            line_start: self.number()?,
            counted: self.number()?,
        };
        for _ in 0..self.length(MAX_ITEMS)? {
            stream.cuts.push(self.number()?);
        }
        for _ in 0..self.length(MAX_ITEMS)? {
            let (from, to) = (self.number()?, self.number()?);
            if !cfg!(sabotage = "resume-forgets-near-misses") {
                stream.misses.add(from, to);
            }
        }
        let history = self.length(2 * MAX_VALUE as u64)?;
        stream.history = Zeroizing::new(self.take(history)?.to_vec());
        stream.open = match self.byte()? {
            0 => None,
            kind @ (1 | 2) => Some(self.open(rules.table(), kind == 2)?),
            _ => return None,
        };
        Some(stream)
    }

    fn open(&mut self, table: &Table, endless: bool) -> Option<Open> {
        let mut open = Open::new(self.number()?, Vec::new());
        open.end = self.number()?;
        open.endless = endless;
        let namer = match self.length(table.rules.len() as u64)?.checked_sub(1) {
            None => Namer::Value,
            Some(index) => Namer::Rule(u16::try_from(index).ok()?),
        };
        let label = self.length(256)?;
        let label = std::str::from_utf8(self.take(label)?).ok()?.to_owned();
        let position = Position {
            line: self.number()?,
            column: self.number()?,
        };
        let checksum = match self.byte()? {
            0 => Checksum::Absent,
            1 => Checksum::Right,
            2 => Checksum::Wrong,
            _ => return None,
        };
        let fingerprint = self.fingerprint()?;
        open.written = Some(Written {
            namer,
            label,
            position,
            checksum,
            fingerprint,
        });
        for _ in 0..self.length(MAX_ITEMS)? {
            open.lives.push(self.live(table)?);
        }
        Some(open)
    }

    /// What a number stands for, and how many steps it has.
    fn matched(number: u64, table: &Table) -> Option<(Matched, u16)> {
        if number < WRAPPING {
            let index = u16::try_from(number).ok()?;
            let shape = table.shapes.get(usize::from(index))?;
            return Some((Matched::Shape(index), shape.count));
        }
        let (kind, rule) = ((number >> 17) & 15, number & 0x1_ffff);
        let kind = Kind::numbered(kind)?;
        let rule = match rule.checked_sub(1) {
            None => None,
            Some(rule) => Some(u16::try_from(rule).ok()?),
        };
        let known = rule.is_none_or(|rule| usize::from(rule) < table.rules.len());
        (known && number >> 21 == WRAPPING >> 21).then_some((Matched::Wrapping(kind, rule), 1))
    }

    fn live(&mut self, table: &Table) -> Option<Live> {
        let (what, steps) = Self::matched(self.number()?, table)?;
        let mut live = Live::new(self.number()?, what);
        live.place = self.number()?;
        live.step = u16::try_from(self.number()?)
            .ok()
            .filter(|&step| step <= steps)?;
        live.count = u32::try_from(self.number()?).ok()?;
        live.accepted = self.option()?;
        live.complete = self.option()?;
        live.state = LiveState::Running;
        Some(live)
    }
}
