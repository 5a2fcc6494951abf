//! What is known of the stream at hand.
//!
//! # Hazard
//! The bytes may be half a credential: they are zeroed when the stream is over.

use std::mem::swap;

use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    detect::{Hits, Live, Runs},
    named::Seen,
    redact::{
        encoded::{Scan, Window},
        lines::Lines,
        misses::Misses,
        open::Open,
    },
};

/// What belongs to the stream at hand.
pub(in crate::redact) struct Stream {
    /// Input from offset `base` on.
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(in crate::redact) base: u64,
    /// Input before this offset is in the output, or was replaced.
    pub(in crate::redact) emitted: u64,
    /// Anchors before this offset were looked for.
    pub(super) scanned: u64,
    /// Candidates that begin before this offset were decided.
    pub(in crate::redact) decided: u64,
    pub(super) hits: Hits,
    /// Start of the first candidate of which too little is there to say that it is one.
    pub(super) partial: u64,
    /// Runs of bytes that matches have measured.
    pub(super) runs: Runs,
    /// What is known of the bytes of values behind names.
    pub(super) seen: Seen,
    /// Runs of encoded text.
    pub(super) encoded: Scan,
    /// An empty list of matches, kept for its memory.
    pub(super) spare: Vec<Live>,
    /// The same for shapes that are left to be matched.
    pub(super) left: Vec<u16>,
    pub(in crate::redact) open: Option<Open>,
    /// Where the last span ended.
    pub(in crate::redact) last_end: Option<u64>,
    /// Places at which released bytes end inside a possible match.
    pub(in crate::redact) cuts: Vec<u64>,
    /// Places at which a label must not stand behind what is shown of a finding.
    pub(in crate::redact) misses: Misses,
    pub(in crate::redact) lines: Lines,
    /// The end of the output, as far as registered values make it matter.
    pub(in crate::redact) history: Zeroizing<Vec<u8>>,
    pub(in crate::redact) generation: Option<u64>,
}

impl Stream {
    pub(in crate::redact) fn at(offset: u64) -> Self {
        Self {
            bytes: Zeroizing::default(),
            base: offset,
            emitted: offset,
            scanned: offset,
            decided: offset,
            hits: Hits::default(),
            partial: u64::MAX,
            runs: Runs::default(),
            seen: Seen::default(),
            encoded: Scan::default(),
            spare: Vec::new(),
            left: Vec::new(),
            open: None,
            last_end: None,
            cuts: Vec::new(),
            misses: Misses::default(),
            lines: Lines::new(),
            history: Zeroizing::default(),
            generation: None,
        }
    }

    /// Stands at the start of a new stream, with the memory of this one.
    pub(super) fn restart(&mut self) {
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
        self.seen.clear();
        swap(&mut next.seen, &mut self.seen);
        swap(&mut next.cuts, &mut self.cuts);
        *self = next;
    }

    pub(super) fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    pub(super) fn window(&self, ended: bool) -> Window<'_> {
        Window {
            bytes: &self.bytes,
            base: self.base,
            ended,
        }
    }

    pub(super) fn slice(&self, from: u64, to: u64) -> &[u8] {
        let index =
            |offset: u64| usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.bytes.get(index(from)..index(to)).unwrap_or_default()
    }
}
