//! Candidates in the order of their starts.

use std::collections::VecDeque;

/// What may begin at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// The shapes of the anchor with this index.
    Anchor(u16),
    /// Registered forms.
    Value,
    /// A run of encoded text that holds a credential.
    Wrapping,
    /// A place where a label will stand because what follows was released before.
    Cut,
}

/// A candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Input offset at which it would begin.
    pub(crate) start: u64,
    /// What would begin there.
    pub(crate) what: What,
}

/// Candidates, sorted by start. Those that were taken stay until [`forget`](Self::forget):
/// a match may have to know later that something began inside it.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    items: VecDeque<Hit>,
    taken: usize,
    /// Starts of candidates that had failed already when they were found, sorted.
    failed: VecDeque<u64>,
}

impl Hits {
    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.failed.clear();
        self.taken = 0;
    }

    /// Adds a candidate, if it is new. Anchors are found in order and stand near their starts,
    /// so its place is near the end.
    pub(crate) fn push(&mut self, hit: Hit) {
        if self.items.back().is_none_or(|last| last.start < hit.start) {
            self.items.push_back(hit);
            return;
        }
        let mut alike = self
            .items
            .iter()
            .rev()
            .skip_while(|other| other.start > hit.start);
        if alike
            .by_ref()
            .take_while(|other| other.start == hit.start)
            .any(|other| *other == hit)
        {
            return;
        }
        let behind = self
            .items
            .iter()
            .rev()
            .take_while(|other| other.start > hit.start)
            .count();
        let at = self.items.len() - behind;
        self.items.insert(at, hit);
        if at < self.taken {
            // It begins before something that was already decided: it was impossible then.
            self.taken += 1;
        }
    }

    /// Adds a candidate that is known to be none. It is never taken, but a match may end there.
    pub(crate) fn push_failed(&mut self, start: u64) {
        if self.failed.back().is_none_or(|&last| last < start) {
            self.failed.push_back(start);
            return;
        }
        let behind = self.failed.iter().rev();
        let behind = behind.take_while(|&&other| other > start).count();
        let at = self.failed.len() - behind;
        let before = at.checked_sub(1).and_then(|before| self.failed.get(before));
        if before != Some(&start) {
            self.failed.insert(at, start);
        }
    }

    /// The start of the first candidate that was not taken.
    pub(crate) fn next_start(&self) -> Option<u64> {
        self.items.get(self.taken).map(|hit| hit.start)
    }

    /// Those that were not taken, in order.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Hit> {
        self.items.iter().skip(self.taken)
    }

    /// Takes the next candidate if it begins at `start`.
    pub(crate) fn take_at(&mut self, start: u64) -> Option<What> {
        let hit = self
            .items
            .get(self.taken)
            .filter(|hit| hit.start == start)?;
        self.taken += 1;
        Some(hit.what)
    }

    /// Passes over all candidates that begin before `start`.
    pub(crate) fn skip_to(&mut self, start: u64) {
        while self.next_start().is_some_and(|next| next < start) {
            self.taken += 1;
        }
    }

    /// The last place in `from..=to` where a candidate begins, taken or not, failed or not.
    pub(crate) fn last_start_in(&self, from: u64, to: u64) -> Option<u64> {
        let behind = self.items.partition_point(|hit| hit.start <= to);
        let last = behind.checked_sub(1).and_then(|at| self.items.get(at));
        let behind = self.failed.partition_point(|&start| start <= to);
        let failed = behind.checked_sub(1).and_then(|at| self.failed.get(at));
        let failed = failed.filter(|_| !cfg!(sabotage = "failed-candidate-is-no-edge"));
        let last = last.map(|hit| hit.start).max(failed.copied());
        last.filter(|&start| start >= from)
    }

    /// Drops taken candidates that begin before `start`.
    pub(crate) fn forget(&mut self, start: u64) {
        while self.taken > 0 && self.items.front().is_some_and(|hit| hit.start < start) {
            self.items.pop_front();
            self.taken -= 1;
        }
        if self.failed.front().is_some_and(|&first| first < start) {
            let gone = self.failed.partition_point(|&failed| failed < start);
            self.failed.drain(..gone);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_come_in_the_order_of_their_starts() {
        let mut hits = Hits::default();
        for start in [5, 9, 7, 9, 3, 5] {
            hits.push(Hit {
                start,
                what: What::Cut,
            });
        }
        assert_eq!(hits.items.len(), 4);
        assert_eq!(hits.next_start(), Some(3));
        assert_eq!(hits.take_at(3), Some(What::Cut));
        assert_eq!(hits.take_at(3), None);
        hits.skip_to(9);
        assert_eq!(hits.next_start(), Some(9));
        assert_eq!(hits.last_start_in(4, 8), Some(7));
        assert_eq!(hits.last_start_in(8, 8), None);
        hits.forget(6);
        assert_eq!(hits.last_start_in(0, 6), None);
        assert_eq!(hits.next_start(), Some(9));
    }
}
