//! The runs of a stream, as it arrives.
//!
//! # Invariant
//! Every run is looked at once, when all of it is there or [`MOST`] bytes are. Until then nothing
//! from its start on is decided. So what is found does not depend on where the stream is cut.

use std::collections::VecDeque;

use super::{
    Judge, LEAST, MOST, Wrapping,
    classes::{is_part, may_begin_behind, run_length},
    judge::each_run,
};

/// Padding behind base64, in bytes.
pub(crate) const PADDING: usize = 2;

/// Where a stream stands.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Runs that begin before this offset were looked at, but for the one at hand.
    at: u64,
    open: Open,
    /// What was found, in order.
    found: VecDeque<(u64, Wrapping)>,
}

/// The run that is not over yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Open {
    #[default]
    None,
    /// It began here, and waits for its end.
    Since(u64),
    /// It is decided, or no run at all: its rest does not matter.
    Passed,
}

/// The bytes at hand.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    /// Input from offset `base` on. Where that is not the start of the stream, the first byte is
    /// there for what follows it.
    pub(crate) bytes: &'a [u8],
    pub(crate) base: u64,
    /// Whether no more input comes.
    pub(crate) ended: bool,
}

impl Window<'_> {
    fn index(self, offset: u64) -> usize {
        usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX)
    }

    fn end(self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    /// Where the run ends that `from` lies in, and whether it is certain what follows it: padding
    /// may be cut.
    fn run_end(self, from: usize) -> (usize, bool) {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let length = run_length(rest);
        let behind = rest.get(length..).unwrap_or_default();
        let signs = behind.iter().take(PADDING);
        let padding = signs.take_while(|&&byte| byte == b'=').count();
        let certain = self.ended || padding == PADDING || padding < behind.len();
        (from + length, certain)
    }
}

fn note(found: &mut VecDeque<(u64, Wrapping)>, start: u64, wrapping: Wrapping) {
    let known = |(other, it): &(u64, Wrapping)| *other == start && *it == wrapping;
    let behind = found.partition_point(|(other, _)| *other <= start);
    if !found
        .iter()
        .take(behind)
        .rev()
        .take_while(|(other, _)| *other == start)
        .any(known)
    {
        found.insert(behind, (start, wrapping));
    }
}

impl Scan {
    /// Nothing is known, and the input from `offset` on comes again.
    pub(crate) fn restart(&mut self, offset: u64) {
        self.at = offset;
        self.open = Open::None;
        self.found.clear();
    }

    /// Looks at the runs that are new, and calls `hit` with the start of each that holds a
    /// credential.
    pub(crate) fn advance(
        &mut self,
        judge: Judge<'_>,
        window: Window<'_>,
        mut hit: impl FnMut(u64),
    ) {
        if window.bytes.is_empty() || self.at >= window.end() && !window.ended {
            return;
        }
        let is_context = self.at <= window.base && window.base > 0;
        if is_context {
            // Of a run that this byte is of, all is decided.
            let inside = window.bytes.first().is_some_and(|&byte| is_part(byte));
            self.open = if inside { Open::Passed } else { Open::None };
        }
        let mut from = window.index(self.at) + usize::from(is_context);
        if self.open != Open::None {
            let (end, certain) = window.run_end(from);
            match self.open {
                Open::Since(start) if certain => {
                    self.judge(judge, window, window.index(start), end, &mut hit);
                    self.open = Open::None;
                }
                Open::Since(start) if end - window.index(start) > MOST => {
                    self.judge(judge, window, window.index(start), end, &mut hit);
                    self.open = Open::Passed;
                }
                Open::Passed if end < window.bytes.len() => self.open = Open::None,
                _ => {}
            }
            from = end;
        }
        if self.open == Open::None {
            let last = self.last_run(window, from);
            each_run(window.bytes, from, last, |start, end| {
                self.judge(judge, window, start, end, &mut hit);
            });
            from = last;
            if last < window.bytes.len() {
                let (end, _) = window.run_end(last);
                let before = last.checked_sub(1).and_then(|edge| window.bytes.get(edge));
                self.open = match may_begin_behind(before.copied()) {
                    true => Open::Since(window.base + last as u64),
                    false => Open::Passed,
                };
                if self.open != Open::Passed && end - last > MOST {
                    self.judge(judge, window, last, end, &mut hit);
                    self.open = Open::Passed;
                }
                from = end;
            }
        }
        self.at = window.base + from as u64;
    }

    /// Where the last run begins if it is not over: the end of the input if there is none.
    fn last_run(&self, window: Window<'_>, from: usize) -> usize {
        if window.ended {
            return window.bytes.len();
        }
        let rest = window.bytes.get(from..).unwrap_or_default();
        let signs = rest.iter().rev().take_while(|&&byte| byte == b'=');
        let padding = signs.take(PADDING).count();
        if padding == PADDING {
            return window.bytes.len();
        }
        let body = rest.get(..rest.len() - padding).unwrap_or_default();
        match body.iter().rev().take_while(|&&byte| is_part(byte)).count() {
            0 => window.bytes.len(),
            length => from + body.len() - length,
        }
    }

    /// Looks at one run.
    fn judge(
        &mut self,
        judge: Judge<'_>,
        window: Window<'_>,
        start: usize,
        end: usize,
        hit: &mut impl FnMut(u64),
    ) {
        let run = window.bytes.get(start..end).unwrap_or_default();
        judge.run(run, 0, &mut |offset, wrapping| {
            let start = window.base + (start + offset) as u64;
            hit(start);
            note(&mut self.found, start, wrapping);
        });
    }

    /// Notes what begins at `start`, once.
    pub(crate) fn note(&mut self, start: u64, wrapping: Wrapping) {
        note(&mut self.found, start, wrapping);
    }

    /// What begins at `start`.
    pub(crate) fn found_at(&self, start: u64) -> impl Iterator<Item = &Wrapping> {
        let first = self.found.partition_point(|(other, _)| *other < start);
        let rest = self.found.range(first.min(self.found.len())..);
        rest.take_while(move |(other, _)| *other == start)
            .map(|(_, it)| it)
    }

    /// The start of the run that is not decided, if there is one.
    pub(crate) fn undecided(&self) -> Option<u64> {
        match self.open {
            Open::Since(start) if !cfg!(sabotage = "encoding-not-held-back") => Some(start),
            _ => None,
        }
    }

    /// The same, but only if what is there of it may hold a credential.
    pub(crate) fn candidate(&self, window: Window<'_>) -> Option<u64> {
        self.undecided().filter(|&start| {
            let run = window.bytes.get(window.index(start)..).unwrap_or_default();
            run.len() >= LEAST || run.contains(&b'%')
        })
    }

    /// Whether a run may begin behind `last`, the last byte of the stream, and none is open.
    pub(crate) fn is_fresh(&self, last: Option<u8>) -> bool {
        self.open == Open::None && may_begin_behind(last)
    }

    /// Forgets what begins before `offset`.
    pub(crate) fn forget(&mut self, offset: u64) {
        while self.found.front().is_some_and(|(start, _)| *start < offset) {
            self.found.pop_front();
        }
    }
}
