//! What is known of the bytes in which values were looked at.
//!
//! # Why
//! A log may be made of names, and then each begins a value that reaches over the names behind it. What
//! is found out about a byte is remembered by its offset, so that it is found out once, not once for
//! each value that it is in.
//!
//! # Promise
//! All answers are those that the bytes of a value give by themselves.

use std::ops::Range;

use hushgate_prefilter::Class;

use super::{
    counts::{Counter, Counts},
    texts::{self, Among},
};

/// How far behind what is asked for a run is measured: the next value begins a few bytes on.
const AHEAD: usize = 1024;

/// So many sums are remembered: an endless run takes no more memory.
const SUMS: usize = 4096;

/// What is known, by input offsets.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// A run of what values without quotes consist of; it may go on.
    bare: Range<u64>,
    /// Where counting began.
    first: u64,
    /// The counts of the bytes from there on up to each place.
    sums: Vec<Counts>,
    /// Values in what these [`texts`] were looked for.
    among: Option<Among>,
    /// None of them begins here.
    clear: Range<u64>,
    /// The one that stands right behind.
    text: Option<Range<u64>>,
}

impl Seen {
    /// Forgets all, for another stream.
    pub(crate) fn clear(&mut self) {
        let mut sums = std::mem::take(&mut self.sums);
        sums.clear();
        *self = Self {
            sums,
            ..Self::default()
        };
    }

    /// How many of the first bytes of `rest`, which stands at `start`, are of `class`, at most `most`. It
    /// is the same class in all calls.
    pub(super) fn run(&mut self, class: &Class, rest: &[u8], start: u64, most: usize) -> usize {
        let Range { start: from, end } = self.bare;
        let known = match from <= start && start <= end {
            true => usize::try_from(end - start).unwrap_or(usize::MAX),
            false => 0,
        };
        let most = most.min(rest.len());
        if known >= most {
            return most;
        }
        let near = rest.get(..most.saturating_add(AHEAD)).unwrap_or(rest);
        let length = known + class.run(near.get(known..).unwrap_or_default());
        let from = if known > 0 { from } else { start };
        self.bare = from..start + length as u64;
        length.min(most)
    }

    /// The counts of a value in `text`, which begins at offset `base`.
    pub(super) fn counts(&mut self, text: &[u8], base: u64, value: Range<usize>) -> Counts {
        let (start, end) = (base + value.start as u64, base + value.end as u64);
        let known = self.first + self.sums.len().saturating_sub(1) as u64;
        if self.sums.is_empty() || !(self.first..=known).contains(&start) || self.sums.len() > SUMS
        {
            self.first = start;
            self.sums.clear();
            self.sums.push(Counts::default());
        }
        let index = |offset: u64| usize::try_from(offset - self.first).unwrap_or(usize::MAX);
        let (from, to) = (index(start), index(end));
        let before = |at: usize| {
            at.checked_sub(1)
                .and_then(|before| text.get(before))
                .copied()
        };
        let new = value.start + (self.sums.len() - 1).saturating_sub(from);
        let sum = self.sums.last().copied().unwrap_or_default();
        let mut counter = Counter::behind(before(new), sum);
        let bytes = text.get(new..value.end).unwrap_or_default();
        self.sums
            .extend(bytes.iter().map(|&byte| counter.count(byte)));
        let pair_in_front = || match (before(value.start), text.get(value.start)) {
            (Some(one), Some(&other)) => Counts::of_pair(one, other),
            _ => Counts::default(),
        };
        let sum = |at: usize| self.sums.get(at).copied().unwrap_or_default();
        match value.is_empty() {
            true => Counts::default(),
            // Its first byte is no neighbour of the one in front.
            false => sum(to) - sum(from) - pair_in_front(),
        }
    }

    /// Whether one of the [`texts`] is in a value that stands at `start`.
    pub(super) fn has_text(&mut self, value: &[u8], start: u64, among: Among) -> bool {
        let end = start + value.len() as u64;
        let goes_on =
            self.among == Some(among) && (self.clear.start..=self.clear.end).contains(&start);
        if !goes_on {
            self.among = Some(among);
            self.clear = start..start;
            self.text = None;
        }
        let from = usize::try_from(self.clear.end - start).unwrap_or(usize::MAX);
        let rest = value.get(from..).unwrap_or_default();
        if let Some(text) = &self.text {
            // Where it reaches over the end of the value, another one may end in front of that.
            return text.end <= end || texts::first(rest, among).is_some();
        }
        let Some(text) = texts::first(rest, among) else {
            // One may begin here that is not there as a whole.
            let last = match cfg!(sabotage = "half-seen-text-forgotten") {
                true => end,
                false => end.saturating_sub(texts::MOST as u64 - 1),
            };
            self.clear.end = self.clear.end.max(last);
            return false;
        };
        let at = |index: usize| start + (from + index) as u64;
        self.clear.end = at(text.start);
        self.text = Some(at(text.start)..at(text.end));
        true
    }
}

#[cfg(test)]
mod tests {
    use hushgate_prefilter::ByteSet;

    use super::*;

    /// Values of a text that overlap, in the order of their starts and otherwise.
    fn values(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
        let all = (0..text.len()).flat_map(|start| {
            let lengths = [1, 2, 5, 11, 12, 30, 256];
            let end = text.len();
            lengths
                .into_iter()
                .map(move |length| start..end.min(start + length))
        });
        let all: Vec<Range<usize>> = all.collect();
        let others: Vec<_> = all.iter().rev().step_by(7).cloned().collect();
        all.into_iter().chain(others)
    }

    #[test]
    fn what_is_remembered_is_what_the_value_says() {
        let text =
            b"password=x9A-null_secret=Zz3$(a)token: this.self.AKIAxxxxx+/change-me://...anon";
        let text = [text.as_slice(), &b"pass=a1B2".repeat(60), text].concat();
        let class = Class::new(
            &ByteSet::range(b'!', b'~').intersection(&ByteSet::single(b'(').complement()),
        );
        let mut seen = Seen::default();
        for value in values(&text) {
            let bytes = &text[value.clone()];
            let start = 1000 + value.start as u64;
            assert_eq!(seen.counts(&text, 1000, value.clone()), Counts::of(bytes));
            for most in [3, 257] {
                let rest = &text[value.start..];
                let expected = class.run(rest).min(most);
                assert_eq!(seen.run(&class, rest, start, most), expected, "{value:?}");
            }
        }
    }

    #[test]
    fn texts_are_remembered_as_the_value_has_them() {
        let text =
            b"password=x9A-null_secret=Zz3$(a)token: this.self.AKIAxxxxx+/change-me://...anon";
        for among in [Among::Bare, Among::Quoted] {
            let mut seen = Seen::default();
            for value in values(text) {
                let bytes = &text[value.clone()];
                let expected = texts::first(bytes, among).is_some();
                let has = seen.has_text(bytes, 1000 + value.start as u64, among);
                assert_eq!(has, expected, "{value:?} {among:?}");
            }
        }
    }

    #[test]
    fn an_endless_run_takes_no_more_memory() {
        let text = b"password=".repeat(10_000);
        let mut seen = Seen::default();
        for start in (0..text.len() - 256).step_by(9) {
            seen.counts(&text, 0, start..start + 256);
            assert!(seen.sums.len() <= SUMS + 257);
        }
    }
}
