//! How far runs of bytes of one set reach, measured once.
//!
//! Candidates may stand close together inside one long run. Each would measure the run to its
//! end again; so the last run of each set is remembered, and text made of nothing but
//! beginnings of credentials costs no more than its length.

use std::cell::RefCell;

use hushgate_prefilter::ByteSet;

/// Shorter runs are measured again faster than they are looked up.
const WORTH: usize = 32;

/// How far behind what is asked for a run is measured: the next one to ask stands a few bytes on.
const AHEAD: usize = 256;

/// The last long run of each set, as input offsets.
#[derive(Debug, Default)]
pub(crate) struct Runs(RefCell<Vec<(u64, u64)>>);

impl Runs {
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
        let known = usize::try_from(self.known(index, place)).unwrap_or(usize::MAX);
        let known = known.min(most).min(bytes.len());
        if known == most {
            return known;
        }
        let unknown = bytes.get(known..).unwrap_or_default();
        let end = (most - known).saturating_add(AHEAD).min(unknown.len());
        let unknown = unknown.get(..end).unwrap_or_default();
        let end = unknown.iter().position(|&byte| !set.contains(byte));
        let more = end.unwrap_or(unknown.len());
        if more > 0 {
            self.remember(index, place, known + more);
        }
        most.min(known + more)
    }

    /// How many bytes from `place` on are known to be in the set.
    fn known(&self, set: u16, place: u64) -> u64 {
        let runs = self.0.borrow();
        match runs.get(usize::from(set)) {
            Some(&(from, to)) if from <= place && place < to => {
                to - place + u64::from(cfg!(sabotage = "run-measured-too-long"))
            }
            _ => 0,
        }
    }

    /// Remembers that `length` bytes from `place` on are in the set.
    fn remember(&self, set: u16, place: u64, length: usize) {
        if length < WORTH {
            return;
        }
        let mut runs = self.0.borrow_mut();
        let index = usize::from(set);
        if runs.len() <= index {
            runs.resize(index + 1, (0, 0));
        }
        if let Some(run) = runs.get_mut(index) {
            let end = place + length as u64;
            // One that goes on where the known one ends makes it longer.
            *run = if run.0 <= place && place <= run.1 {
                (run.0, end.max(run.1))
            } else {
                (place, end)
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_grow_and_are_replaced() {
        let runs = Runs::default();
        runs.remember(3, 100, 50);
        assert_eq!(runs.known(3, 99), 0);
        assert_eq!(runs.known(3, 110), 40);
        assert_eq!(runs.known(3, 150), 0);
        runs.remember(3, 120, 60);
        assert_eq!(runs.known(3, 100), 80);
        runs.remember(3, 500, 40);
        assert_eq!(runs.known(3, 110), 0);
        assert_eq!(runs.known(3, 500), 40);
        runs.remember(3, 900, 5);
        assert_eq!(runs.known(3, 900), 0);
    }
}
