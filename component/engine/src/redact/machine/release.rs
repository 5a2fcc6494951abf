//! What goes out, and what is forgotten.
//!
//! # Promise
//! No byte goes out that an undecided match may include. Settling lets more go: all but what may be a
//! credential as far as it is there.

use zeroize::Zeroize as _;

use super::Redactor;
use crate::{
    detect::{Hit, LOOK, Place, What},
    redact::tail::Tail,
    values::Values,
};

impl Redactor {
    /// Where the first thing begins that may be a credential as far as it is there; the end of what is
    /// there where nothing may.
    fn first_candidate(&self, values: &Values) -> u64 {
        let stream = &self.stream;
        let edge = |index: usize| self.edge_before(stream.base + index as u64);
        let tail = self.enabled.tail(&self.rules);
        let beginning = tail.first_far(&stream.bytes, SHOWN, edge);
        let value = Tail::first_value(values, &stream.bytes);
        let run = stream.encoded.candidate(stream.window(false));
        let hit = stream
            .hits
            .waiting()
            .find(|hit| self.is_possible(values, hit));
        [stream.base + beginning.min(value) as u64, stream.partial]
            .into_iter()
            .chain(run)
            .chain(hit.map(|hit| hit.start))
            .fold(stream.end(), u64::min)
    }

    /// Whether what is there does not rule a candidate out. One that waits for what stands in front
    /// of it may have failed since it was found.
    fn is_possible(&self, values: &Values, hit: &Hit) -> bool {
        let stream = &self.stream;
        let index = match hit.what {
            What::Anchor(index) => index,
            What::Value => return values.any_at(stream.slice(hit.start, stream.end())),
            What::Wrapping => return true,
            What::Cut => return false,
        };
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
    pub(super) fn release(&mut self, values: &Values, settle: bool, out: &mut Vec<u8>) {
        let stream = &self.stream;
        let known = self.known(values);
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
        // What is in front may be looked at, and an escape before that.
        let ahead = u64::from(self.rules.table().ahead) + LOOK as u64;
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
    pub(super) fn emit(&mut self, values: &Values, offset: u64, out: &mut Vec<u8>) {
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

/// So much of what may be a credential, before its keyword comes, is shown by settling: words at the
/// end of a prompt are not longer, and a credential is of no use without the rest.
const SHOWN: usize = 11;

/// Bytes of output that are remembered even where no registered value asks for it: one that is
/// added later may.
const LEAST_HISTORY: usize = 64;

/// Keeps the end of the output, as long as a registered value could need it.
pub(super) fn remember(history: &mut Vec<u8>, bytes: &[u8], values: &Values) {
    let reach = values.edges().reach().max(LEAST_HISTORY);
    let new = bytes
        .get(bytes.len().saturating_sub(reach)..)
        .unwrap_or_default();
    history.extend_from_slice(new);
    let surplus = history.len().saturating_sub(reach);
    history.drain(..surplus);
}
