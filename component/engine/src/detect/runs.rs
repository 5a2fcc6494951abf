//! How far runs of bytes of one set reach, measured once.
//!
//! Candidates may stand close together inside one long run. Each would measure the run to its
//! end again, and those behind it; so the last runs of each set are remembered, and text made of
//! nothing but beginnings of credentials costs no more than its length.

use std::cell::RefCell;

use hushgate_prefilter::{ByteSet, Class};

/// Shorter runs are measured again faster than they are looked up.
const WORTH: usize = 32;

/// How far behind what is asked for a run is measured: the next one to ask stands a few bytes on.
const AHEAD: usize = 256;

/// How many runs of a set are remembered: as many as the parts of a credential that has several.
const KEPT: usize = 8;

/// The last long runs of each set.
#[derive(Debug, Default)]
pub(crate) struct Runs(RefCell<Vec<Run>>);

/// Runs of one set, as input offsets, and what the set is measured with.
#[derive(Debug, Default)]
struct Run {
    /// Where each begins and ends.
    spans: [(u64, u64); KEPT],
    /// Which of them is the oldest.
    oldest: usize,
    class: Option<Box<Class>>,
}

impl Run {
    /// How many bytes from `place` on are known to be in the set.
    fn known(&self, place: u64) -> u64 {
        let inside = |(from, to): &&(u64, u64)| *from <= place && place < *to;
        self.spans.iter().find(inside).map_or(0, |(_, to)| {
            to - place + u64::from(cfg!(sabotage = "run-measured-too-long"))
        })
    }

    /// Remembers that `length` bytes from `place` on are in the set.
    fn remember(&mut self, place: u64, length: usize) {
        if length < WORTH {
            return;
        }
        let end = place + length as u64;
        // One that goes on where a known one ends makes that longer.
        let touches = |(from, to): &&mut (u64, u64)| *from <= place && place <= *to && *to > 0;
        if let Some((_, to)) = self.spans.iter_mut().find(touches) {
            *to = end.max(*to);
        } else if let Some(span) = self.spans.get_mut(self.oldest) {
            *span = (place, end);
            self.oldest = (self.oldest + 1) % KEPT;
        }
    }
}

impl Runs {
    /// Forgets all runs, for another stream.
    pub(crate) fn clear(&mut self) {
        for run in self.0.get_mut() {
            run.spans = [(0, 0); KEPT];
        }
    }

    /// How many of `bytes`, which stand at `place`, are in the set, at most `most`. `index` names
    /// the set.
    #[inline]
    pub(crate) fn measure(
        &self,
        index: u16,
        set: &ByteSet,
        place: u64,
        bytes: &[u8],
        most: usize,
    ) -> usize {
        let mut runs = self.0.borrow_mut();
        let index = usize::from(index);
        if runs.len() <= index {
            runs.resize_with(index + 1, Run::default);
        }
        let Some(run) = runs.get_mut(index) else {
            return 0;
        };
        let known = usize::try_from(run.known(place)).unwrap_or(usize::MAX);
        let known = known.min(most).min(bytes.len());
        if known == most {
            return known;
        }
        let unknown = bytes.get(known..).unwrap_or_default();
        let end = (most - known).saturating_add(AHEAD).min(unknown.len());
        let unknown = unknown.get(..end).unwrap_or_default();
        let few = unknown.iter().take(WORTH);
        let few = few.take_while(|&&byte| set.contains(byte)).count();
        let more = if few < WORTH {
            few
        } else {
            let class = run.class.get_or_insert_with(|| Box::new(Class::new(set)));
            few + class.run(unknown.get(few..).unwrap_or_default())
        };
        run.remember(place, known + more);
        most.min(known + more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_grow_and_are_replaced() {
        let mut run = Run::default();
        run.remember(100, 50);
        assert_eq!(run.known(99), 0);
        assert_eq!(run.known(110), 40);
        assert_eq!(run.known(150), 0);
        run.remember(120, 60);
        assert_eq!(run.known(100), 80);
        for place in (500..).step_by(100).take(KEPT) {
            run.remember(place, 40);
        }
        assert_eq!(run.known(110), 0, "the oldest is gone");
        assert_eq!(run.known(500), 40);
        run.remember(5000, 5);
        assert_eq!(run.known(5000), 0);
    }

    #[test]
    fn a_known_run_is_measured_alike() {
        let digits = ByteSet::range(b'0', b'9');
        let mut text = vec![b'7'; 1000];
        text.extend_from_slice(b"and more");
        for most in [1, 40, 300, 5000] {
            let runs = Runs::default();
            // Forwards, and then again from every place.
            for from in (0..text.len()).step_by(7).chain(0..text.len()) {
                let rest = &text[from..];
                let expected = rest.iter().take_while(|byte| digits.contains(**byte));
                let expected = expected.count().min(most);
                let measured = runs.measure(3, &digits, 10 + from as u64, rest, most);
                assert_eq!(measured, expected, "{most} from {from}");
            }
        }
    }
}
