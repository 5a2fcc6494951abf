//! Which registered forms may begin at a place of the text.
//!
//! # Invariant
//! Wherever a form begins of which [`SEEN`] bytes, or all, are at hand, [`Index::scan`] reports
//! the place, or the masks of [`Index::masks`] do: forms of fewer than [`SHORT`] bytes are looked
//! for by their first four bytes, beside the detectors; longer ones by their windows at every
//! fourth input offset, which cost the same for ten thousand values as for ten.
//!
//! # Why not an automaton
//! An Aho-Corasick automaton over all forms of 10,000 values has some millions of states: more
//! memory than the sandbox gives, a rebuild for each value that comes or goes, and a load that
//! misses the cache for every byte of text instead of every fourth.

use hushgate_prefilter::{Fingerprint, Grams, Masks, STRIDE};

use super::{Form, heads::Heads, order::Order, prefixes::Prefixes};
use crate::compare::{order, starts_with};

/// Shortest form that is found by windows of four bytes.
const SHORT: usize = 4 + STRIDE - 1;
/// Shortest form that is found by windows of eight bytes.
const LONG: usize = 8 + STRIDE - 1;
/// A form is seen once this many bytes of it are at hand, or all.
pub(crate) const SEEN: usize = LONG;
/// Bytes by which forms are kept in order.
const KEY: usize = 16;
/// The bits of a key that are those of its first [`SEEN`] bytes.
const HEAD: u128 = u128::MAX << (8 * (KEY - SEEN));
/// So many forms are looked at one by one.
const FEW: usize = 4;
/// The least room of a filter, in windows.
const LEAST_ROOM: usize = 1 << 10;

/// All forms, by their beginnings.
#[derive(Debug)]
pub(crate) struct Index {
    /// Forms by their first bytes, as a number with the first byte highest; shorter forms are
    /// filled up with zeros. Those of one key are sorted by their bytes.
    forms: Order,
    /// Of forms with one key, which are prefixes of which.
    prefixes: Prefixes,
    /// How many forms there are of each length below [`KEY`].
    lengths: [u32; KEY],
    /// A bit for each of these lengths that some form has.
    present: u32,
    /// How many forms begin with these [`SEEN`] bytes.
    seen: Heads,
    /// The first four bytes of every form.
    heads: Filter,
    short: Filter,
    long: Filter,
    /// Whether some form is too short for a window.
    has_tiny: bool,
    /// Masks of the rules, and those with such forms.
    rules: Masks,
    masks: Masks,
}

/// A filter that grows.
#[derive(Debug)]
struct Filter {
    grams: Grams,
    /// Windows in it, those of removed forms included.
    used: usize,
}

impl Filter {
    fn with_room_for(windows: usize) -> Self {
        Self {
            grams: Grams::with_room_for(windows.max(LEAST_ROOM)),
            used: 0,
        }
    }

    fn add(&mut self, window: &[u8]) {
        // Forms of one value often begin alike.
        if !self.grams.contains(window) {
            self.grams.add(window);
            self.used += 1;
        }
    }

    fn is_full(&self) -> bool {
        self.used >= self.grams.room()
    }
}

impl Index {
    pub(crate) fn new(rules: &Masks) -> Self {
        Self {
            forms: Order::default(),
            prefixes: Prefixes::default(),
            lengths: [0; KEY],
            present: 0,
            seen: Heads::default(),
            has_tiny: false,
            heads: Filter::with_room_for(0),
            short: Filter::with_room_for(0),
            long: Filter::with_room_for(0),
            rules: rules.clone(),
            masks: rules.clone(),
        }
    }

    /// The masks of the rules' anchors and of forms that are too short for a window.
    pub(crate) fn masks(&self) -> &Masks {
        &self.masks
    }

    /// Whether some form is too short for a window.
    pub(crate) fn has_tiny(&self) -> bool {
        self.has_tiny
    }

    /// Whether these four bytes, the first of them lowest, may begin a form that is too short for a
    /// window.
    #[inline]
    pub(crate) fn may_begin_tiny(&self, four: u32) -> bool {
        self.has_tiny && self.heads.grams.contains(&four.to_le_bytes())
    }

    /// Adds the form `id`; `all` are the forms there are, it among them.
    pub(crate) fn add(&mut self, id: u32, all: &[Option<Form>]) {
        let Some(bytes) = bytes_of(all, id) else {
            return;
        };
        self.count(bytes.len(), |count| count + 1);
        if let Some(head) = bytes.first_chunk::<SEEN>() {
            self.seen.add(key(head));
        }
        let prefixes = &mut self.prefixes;
        self.forms.change(key(bytes), |ids| {
            let at = ids.partition_point(|&other| bytes_of(all, other) < Some(bytes));
            if !ids.is_empty() {
                let (in_front, behind) = ids.split_at_checked(at).unwrap_or_default();
                prefixes.add(id, in_front.last().copied(), behind, |id| {
                    bytes_of(all, id).unwrap_or_default()
                });
            }
            ids.insert(at, id);
        });
        self.note(bytes);
        if self.heads.is_full() || self.short.is_full() || self.long.is_full() {
            self.rebuild(all);
        }
    }

    /// Removes the form `id`, which was `bytes`, and is not among `all` any more. Its windows stay in the filters until those are
    /// made anew: they cost a look at what is no form any more.
    pub(crate) fn remove(&mut self, id: u32, bytes: &[u8], all: &[Option<Form>]) {
        self.count(bytes.len(), |count| count.saturating_sub(1));
        if let Some(head) = bytes.first_chunk::<SEEN>() {
            self.seen.remove(key(head));
        }
        let prefixes = &mut self.prefixes;
        self.forms.change(key(bytes), |ids| {
            if let Some(at) = ids.iter().position(|&other| other == id) {
                ids.remove(at);
                let behind = ids.get(at..).unwrap_or_default();
                prefixes.remove(id, bytes, behind, |id| {
                    bytes_of(all, id).unwrap_or_default()
                });
            }
        });
        if bytes.len() < SHORT {
            let lengths = self.lengths.iter().take(SHORT);
            self.has_tiny = lengths.copied().sum::<u32>() > 0;
            if !self.has_tiny {
                self.masks = self.rules.clone();
            }
        }
        if self.forms.is_empty() {
            *self = Self::new(&self.rules);
        }
    }

    fn note(&mut self, bytes: &[u8]) {
        let Some(head) = bytes.first_chunk::<4>() else {
            return;
        };
        self.heads.add(head);
        let (filter, width) = match bytes.len() {
            ..SHORT => {
                self.has_tiny = true;
                if !self.masks.matches(*head) {
                    self.masks.add(&Fingerprint::literal(head));
                }
                return;
            }
            SHORT..LONG => (&mut self.short, 4),
            _ => (&mut self.long, 8),
        };
        let stride = if cfg!(sabotage = "window-offset-skipped") {
            STRIDE - 1
        } else {
            STRIDE
        };
        bytes
            .windows(width)
            .take(stride)
            .for_each(|window| filter.add(window));
    }

    /// Makes all filters anew, with room for as many forms again.
    fn rebuild(&mut self, all: &[Option<Form>]) {
        let forms = self.forms.all().count();
        self.heads = Filter::with_room_for(2 * forms);
        let count = |filter: &Filter| 2 * filter.used.min(STRIDE * forms);
        self.short = Filter::with_room_for(count(&self.short));
        self.long = Filter::with_room_for(count(&self.long));
        let ids: Vec<u32> = self.forms.all().copied().collect();
        for id in ids {
            if let Some(bytes) = bytes_of(all, id) {
                self.note(bytes);
            }
        }
    }

    /// Calls `hit` for every index of `text` at which a form may begin whose window lies at an
    /// index from `from` up to `to`. `phase` is the input offset of `text`, modulo [`STRIDE`].
    /// Some are reported more than once, and in no order.
    pub(crate) fn scan(
        &self,
        text: &[u8],
        from: usize,
        to: usize,
        phase: usize,
        mut hit: impl FnMut(usize),
    ) {
        // Windows lie at multiples of the stride in the input, wherever it was cut.
        let from = from + (STRIDE - (from + phase) % STRIDE) % STRIDE;
        let starts = |at: usize| at.saturating_sub(STRIDE - 1)..=at;
        if self.short.used > 0 {
            self.short.grams.scan::<4>(text, from..to, |at| {
                let begins = |index: &usize| self.begins(text.get(*index..).unwrap_or_default());
                starts(at).filter(begins).for_each(&mut hit);
            });
        }
        if self.long.used > 0 {
            // What passed by chance hardly does so again: all first windows of a form are there.
            let begins = |index: &usize| {
                let head = text.get(*index..).and_then(<[u8]>::first_chunk::<LONG>);
                head.is_some_and(|head| head.windows(8).all(|it| self.long.grams.contains(it)))
            };
            self.long.grams.scan::<8>(text, from..to, |at| {
                starts(at).filter(begins).for_each(&mut hit);
            });
        }
    }

    /// Whether the first four bytes of `rest` may be those of a form.
    pub(crate) fn begins(&self, rest: &[u8]) -> bool {
        rest.first_chunk::<4>()
            .is_some_and(|head| self.heads.grams.contains(head))
    }

    /// Whether [`SEEN`] bytes of a form stand at the start of `rest`, or all of a shorter one.
    pub(crate) fn seen(&self, rest: &[u8], all: &[Option<Form>]) -> bool {
        let head = rest.get(..SEEN).unwrap_or(rest);
        if !self.begins(head) {
            return false;
        }
        let whole = match rest.first_chunk::<KEY>() {
            Some(first) => Some(u128::from_be_bytes(*first) & HEAD),
            None => head.first_chunk::<SEEN>().map(|head| key(head)),
        };
        if whole.is_some_and(|whole| self.seen.contains(whole)) {
            return true;
        }
        self.shorter(SEEN.min(head.len() + 1)).any(|length| {
            let whole = head.get(..length).unwrap_or_default();
            let mut ids = self.forms.get(key(whole)).iter();
            ids.any(|&id| bytes_of(all, id) == Some(whole))
        })
    }

    /// Whether some form is longer than `prefix` and begins with it.
    pub(crate) fn has_prefix(&self, prefix: &[u8], all: &[Option<Form>]) -> bool {
        if prefix.len() >= 4 && !self.begins(prefix) {
            return false;
        }
        let goes_on = |&id: &u32| {
            bytes_of(all, id)
                .is_some_and(|form| form.len() > prefix.len() && starts_with(form, prefix))
        };
        self.beginning(prefix).any(goes_on)
    }

    /// Calls `hit` with every form that is a prefix of `rest`, or of which `rest` is one: those
    /// that stand or may stand at its start.
    pub(crate) fn at(&self, rest: &[u8], all: &[Option<Form>], mut hit: impl FnMut(u32)) {
        if !self.begins(rest) {
            return;
        }
        for length in self.shorter(KEY.min(rest.len())) {
            let head = rest.get(..length).unwrap_or_default();
            let ids = self.forms.get(key(head)).iter();
            ids.filter(|&&id| bytes_of(all, id) == Some(head))
                .for_each(|&id| hit(id));
        }
        if rest.len() < KEY {
            let fits = |id: &&u32| bytes_of(all, **id).is_some_and(|form| starts_with(form, rest));
            self.beginning(rest).filter(fits).for_each(|&id| hit(id));
        } else {
            self.along(self.forms.get(key(rest)), rest, all, hit);
        }
    }

    /// The lengths below `most`, and below [`KEY`], that forms have.
    #[inline]
    fn shorter(&self, most: usize) -> impl Iterator<Item = usize> + use<> {
        let mut left = self.present & !(u32::MAX << most);
        std::iter::from_fn(move || {
            let length = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            (length < u32::BITS).then_some(length as usize)
        })
    }

    /// Notes how many forms of a length there are now.
    fn count(&mut self, length: usize, count: impl FnOnce(u32) -> u32) {
        if let Some(known) = self.lengths.get_mut(length) {
            *known = count(*known);
            let bit = 1 << length;
            self.present = if *known > 0 {
                self.present | bit
            } else {
                self.present & !bit
            };
        }
    }

    /// The forms whose key begins with a prefix of at most [`KEY`] bytes.
    fn beginning(&self, prefix: &[u8]) -> impl Iterator<Item = &u32> {
        let low = key(prefix);
        let open = 8 * u32::try_from(KEY.saturating_sub(prefix.len())).unwrap_or(0);
        let high = low | u128::MAX.checked_shr(u128::BITS - open).unwrap_or(0);
        self.forms.range(low, high)
    }

    /// Calls `hit` with those of `ids`, sorted by their bytes, that are a prefix of `rest` or of
    /// which `rest` is one, without looking at each.
    fn along(&self, ids: &[u32], rest: &[u8], all: &[Option<Form>], mut hit: impl FnMut(u32)) {
        let form = |id: u32| bytes_of(all, id).unwrap_or_default();
        if ids.len() <= FEW {
            let fits = |id: &&u32| starts_with(rest, form(**id)) || starts_with(form(**id), rest);
            ids.iter().filter(fits).for_each(|&id| hit(id));
            return;
        }
        let at = ids.partition_point(|&id| order(form(id), rest).is_lt());
        let (in_front, behind) = ids.split_at_checked(at).unwrap_or_default();
        behind
            .iter()
            .take_while(|id| starts_with(form(**id), rest))
            .for_each(|&id| hit(id));
        // All prefixes of `rest` are prefixes of the form that stands right in front of it.
        let mut next = in_front.last().copied();
        while let Some(id) = next {
            if starts_with(rest, form(id)) {
                hit(id);
            }
            next = self.prefixes.parent(id);
        }
    }
}

fn bytes_of(all: &[Option<Form>], id: u32) -> Option<&[u8]> {
    Some(all.get(id as usize)?.as_ref()?.bytes())
}

/// The first [`KEY`] bytes, the first of them highest.
fn key(bytes: &[u8]) -> u128 {
    if let Some(key) = bytes.first_chunk() {
        return u128::from_be_bytes(*key);
    }
    let mut key = [0; KEY];
    key.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    u128::from_be_bytes(key)
}
