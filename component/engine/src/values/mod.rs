//! Registered values: what they are looked for as, and how a candidate finds them.
//!
//! A value is looked for in all its forms. The secret parts of one that has structure are
//! looked for like values of their own, as long as a value is there that has them.
//!
//! # Invariant
//! No value, and nothing derived from one, is ever in an error or a `Debug` output; buffers are
//! zeroed when a value is removed or the registry is dropped.

mod buffer;
mod edges;
mod error;
mod forms;
mod heads;
mod index;
mod order;
mod parts;
mod prefixes;

use std::{collections::BTreeMap, fmt, ops::Range, sync::Arc};

use hushgate_prefilter::Masks;
use sha2::{Digest as _, Sha256};

pub(crate) use edges::{Edges, Growth};
pub use error::ValueError;
pub(crate) use forms::Form;
use index::Index;
pub(crate) use index::SEEN;

use crate::rules::Rules;

/// Shortest value in bytes.
pub const MIN_VALUE: usize = 4;
/// Shortest value in bytes that is also looked for in derived forms.
pub const MIN_DERIVED: usize = 8;
/// Longest value in bytes.
pub const MAX_VALUE: usize = 64 * 1024;
/// Most values.
pub const MAX_VALUES: usize = 10_000;
/// Most values and parts of values.
const MAX_SECRETS: usize = 2 * MAX_VALUES;
/// Most bytes of all values together, their parts included.
pub const MAX_TOTAL: usize = 4 << 20;
/// Most bytes of all forms together, with what is kept about each: they have to fit into the
/// sandbox, and filters that are made anew beside them.
const MAX_FORMS: usize = 160 << 20;
/// What is kept about a form beside its bytes.
const FORM_OVERHEAD: usize = 96;
/// A value whose beginning repeats itself more often than this is refused: text that repeats it
/// too would be compared again and again.
const MAX_REPEATS: usize = 64;

/// A SHA-256.
type Key = [u8; 32];

/// Values to be found wherever they appear.
pub struct Values {
    rules: Rules,
    /// What was registered, by the SHA-256 of each: the digests of what is looked for because of
    /// it, which are its own and those of its parts.
    entries: BTreeMap<Key, Vec<Key>>,
    /// What is looked for, by its SHA-256.
    secrets: BTreeMap<Key, Secret>,
    forms: Vec<Option<Form>>,
    /// The SHA-256 of the secret that each form is one of.
    digests: Vec<Option<Arc<[u8; 32]>>>,
    index: Index,
    edges: Edges,
    total: usize,
    /// Bytes of all forms.
    size: usize,
    generation: u64,
}

/// A value, or a part of one.
struct Secret {
    /// How many values it is, or is a part of.
    owners: usize,
    length: usize,
    /// Bytes of all its forms.
    size: usize,
    forms: Vec<u32>,
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values")
            .field("count", &self.entries.len())
            .finish_non_exhaustive()
    }
}

/// How much room forms take.
fn size(forms: &[Form]) -> usize {
    let sizes = forms.iter().map(|form| form.bytes().len() + FORM_OVERHEAD);
    sizes.sum()
}

fn digest(secret: &[u8]) -> Key {
    Sha256::digest(secret).into()
}

/// White space and punctuation alone: it would mask ordinary text.
fn trivial(value: &[u8]) -> bool {
    value
        .iter()
        .all(|byte| byte.is_ascii_whitespace() || byte.is_ascii_punctuation())
}

/// Whether the value's beginning is one part written again and again.
fn repetitive(value: &[u8]) -> bool {
    // The length of the longest border of each prefix, as Knuth, Morris and Pratt have it.
    let mut borders: Vec<usize> = Vec::with_capacity(value.len());
    let at = |index: usize| value.get(index).copied();
    for index in 0..value.len() {
        let mut border = index
            .checked_sub(1)
            .and_then(|last| borders.get(last).copied())
            .unwrap_or(0);
        while border > 0 && at(border) != at(index) {
            border = borders.get(border - 1).copied().unwrap_or(0);
        }
        let longer = index > 0 && at(border) == at(index);
        borders.push(border + usize::from(longer));
    }
    let repeats = |(index, border): (usize, &usize)| (index + 1) / (index + 1 - border).max(1);
    borders
        .iter()
        .enumerate()
        .any(|it| repeats(it) > MAX_REPEATS)
}

impl Values {
    /// No values yet, for redactors of these rules.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        Self {
            rules: rules.clone(),
            entries: BTreeMap::new(),
            secrets: BTreeMap::new(),
            forms: Vec::new(),
            digests: Vec::new(),
            index: Index::new(&rules.table().masks),
            edges: Edges::default(),
            total: 0,
            size: 0,
            generation: 0,
        }
    }

    /// Adds a value, and with it the secret parts of it. Adding one twice is no error.
    ///
    /// # Errors
    /// Where it is too short, too long, trivial, or one too many; the registry is unchanged.
    pub fn add(&mut self, value: &[u8]) -> Result<(), ValueError> {
        if value.len() < MIN_VALUE {
            return Err(ValueError::TooShort { least: MIN_VALUE });
        }
        if value.len() > MAX_VALUE {
            return Err(ValueError::TooLong { most: MAX_VALUE });
        }
        if trivial(value) || repetitive(value) {
            return Err(ValueError::Trivial);
        }
        let key = digest(value);
        if self.entries.contains_key(&key) {
            return Ok(());
        }
        if self.entries.len() >= MAX_VALUES {
            return Err(ValueError::TooMany { most: MAX_VALUES });
        }
        let parts = parts::of(value);
        let all = std::iter::once(value).chain(parts.iter().map(|part| &**part));
        let all: Vec<(Key, &[u8])> = all.map(|secret| (digest(secret), secret)).collect();
        let new = self.prepare(&all)?;
        for (key, secret, forms) in new {
            self.insert_secret(key, secret, forms);
        }
        let keys: Vec<Key> = all.into_iter().map(|(key, _)| key).collect();
        for key in &keys {
            if let Some(secret) = self.secrets.get_mut(key) {
                secret.owners += 1;
            }
        }
        self.entries.insert(key, keys);
        self.generation += 1;
        Ok(())
    }

    /// Those secrets that are not looked for yet, with their forms, if there is room for all.
    fn prepare(
        &self,
        secrets: &[(Key, &[u8])],
    ) -> Result<Vec<(Key, Secret, Vec<Form>)>, ValueError> {
        let unknown = secrets
            .iter()
            .filter(|(key, _)| !self.secrets.contains_key(key));
        let unknown: Vec<_> = unknown.copied().collect();
        if self.secrets.len() + unknown.len() > MAX_SECRETS {
            return Err(ValueError::TooMany { most: MAX_SECRETS });
        }
        let length: usize = unknown.iter().map(|(_, secret)| secret.len()).sum();
        let too_much = ValueError::TooMuch { most: MAX_TOTAL };
        if self.total + length > MAX_TOTAL {
            return Err(too_much);
        }
        let mut room = MAX_FORMS.saturating_sub(self.size);
        let mut new = Vec::with_capacity(unknown.len());
        for (key, secret) in unknown {
            let forms = forms::of(secret);
            let secret = Secret {
                owners: 0,
                length: secret.len(),
                size: size(&forms),
                forms: Vec::new(),
            };
            room = room.checked_sub(secret.size).ok_or(too_much)?;
            new.push((key, secret, forms));
        }
        Ok(new)
    }

    fn insert_secret(&mut self, key: Key, mut secret: Secret, forms: Vec<Form>) {
        let digest = Arc::new(key);
        let ids = forms.into_iter().map(|form| self.insert(form, &digest));
        secret.forms = ids.collect();
        self.total += secret.length;
        self.size += secret.size;
        self.secrets.insert(key, secret);
    }

    /// Removes a value; whether it was there. Its parts go with it, but for those that are values
    /// themselves or parts of others.
    pub fn remove(&mut self, value: &[u8]) -> bool {
        let Some(keys) = self.entries.remove(&digest(value)) else {
            return false;
        };
        self.generation += 1;
        for key in keys {
            let Some(secret) = self.secrets.get_mut(&key) else {
                continue;
            };
            secret.owners -= 1;
            if secret.owners == 0 || cfg!(sabotage = "parts-not-shared") {
                self.remove_secret(&key);
            }
        }
        true
    }

    fn remove_secret(&mut self, key: &Key) {
        let Some(secret) = self.secrets.remove(key) else {
            return;
        };
        self.total -= secret.length;
        self.size -= secret.size;
        for id in &secret.forms {
            let slot = self.forms.get_mut(*id as usize).and_then(Option::take);
            if let Some(form) = slot {
                self.index.remove(*id, form.bytes(), &self.forms);
            }
            if let Some(digest) = self.digests.get_mut(*id as usize) {
                *digest = None;
            }
            self.edges.remove(*id);
        }
    }

    /// How many values there are, not counting their parts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Changes whenever a value comes or goes.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The masks of the rules' anchors, and of forms that are too short for the index.
    pub(crate) fn masks(&self) -> &Masks {
        self.index.masks()
    }

    /// Whether there are forms that only [`masks`](Self::masks) find.
    pub(crate) fn has_tiny(&self) -> bool {
        self.index.has_tiny()
    }

    /// Whether these four bytes, the first of them lowest, may begin a form that only
    /// [`masks`](Self::masks) find.
    #[inline]
    pub(crate) fn may_begin_tiny(&self, four: u32) -> bool {
        self.index.may_begin_tiny(four)
    }

    /// Calls `hit` for every index of `text` at which a form may begin: see [`Index::scan`].
    pub(crate) fn scan(
        &self,
        text: &[u8],
        from: usize,
        to: usize,
        phase: usize,
        hit: impl FnMut(usize),
    ) {
        if !self.is_empty() {
            self.index.scan(text, from, to, phase, hit);
        }
    }

    /// Calls `hit` with every form that stands at the start of `rest`, or may stand there as far
    /// as `rest` reaches.
    pub(crate) fn at(&self, rest: &[u8], hit: impl FnMut(u32)) {
        self.index.at(rest, &self.forms, hit);
    }

    /// Whether some form stands at the start of `rest`, or may stand there as far as it reaches.
    pub(crate) fn any_at(&self, rest: &[u8]) -> bool {
        let mut any = false;
        self.at(rest, |_| any = true);
        any
    }

    /// Whether a candidate begins `rest`: the first [`SEEN`] bytes of a form, or a whole one.
    /// However much more is at hand, the answer stays the same, so it does not depend on where
    /// the input was cut.
    pub(crate) fn begins(&self, rest: &[u8]) -> bool {
        self.index.seen(rest, &self.forms)
    }

    pub(crate) fn edges(&self) -> &Edges {
        &self.edges
    }

    pub(crate) fn form(&self, id: u32) -> Option<&Form> {
        self.forms.get(id as usize)?.as_ref()
    }

    /// The SHA-256 of the value or part that has this form.
    pub(crate) fn digest_of(&self, id: u32) -> Option<&[u8; 32]> {
        self.digests.get(id as usize)?.as_deref()
    }

    /// Whether some form is longer than `prefix` and begins with it.
    pub(crate) fn has_prefix(&self, prefix: &[u8]) -> bool {
        self.index.has_prefix(prefix, &self.forms)
    }

    /// Whether some form stands in `text`.
    pub(crate) fn any_in(&self, text: &[u8]) -> bool {
        !self.is_empty()
            && (0..text.len()).any(|at| {
                let rest = text.get(at..).unwrap_or_default();
                let mut whole = false;
                self.at(rest, |id| {
                    let length = self.form(id).map(|form| form.bytes().len());
                    whole |= length.is_some_and(|length| length <= rest.len());
                });
                whole
            })
    }

    /// The digest of the value of which the first form stands in `text`.
    pub(crate) fn first_in(&self, text: &[u8]) -> Option<&[u8; 32]> {
        if self.is_empty() {
            return None;
        }
        (0..text.len()).find_map(|at| self.whole_at(text, at, |_, _, _| true))
    }

    /// The same for forms in a notation, as far as `counts` says that their place does.
    pub(crate) fn first_written_in(
        &self,
        text: &[u8],
        counts: impl Fn(&Range<usize>, &Key) -> bool,
    ) -> Option<&[u8; 32]> {
        // They are long enough for the index.
        let mut first: Option<(usize, &[u8; 32])> = None;
        self.scan(text, 0, text.len(), 0, |at| {
            if first.is_none_or(|(other, _)| at < other) {
                let found = self.whole_at(text, at, |form, part, digest| {
                    !form.plain() && counts(part, digest)
                });
                first = found.map(|digest| (at, digest)).or(first);
            }
        });
        first.map(|(_, digest)| digest)
    }

    /// Whether a form of the value with this digest stands in `text` where it overlaps this part.
    pub(crate) fn stands_over(&self, text: &[u8], part: Range<usize>, digest: &Key) -> bool {
        let mut any = false;
        self.scan(text, 0, text.len(), 0, |at| {
            let counts = |_: &Form, found: &Range<usize>, other: &Key| {
                other == digest && found.start < part.end && part.start < found.end
            };
            any = any || self.whole_at(text, at, counts).is_some();
        });
        any
    }

    /// The digest of the value of which a form stands at an index of `text`, of those that count.
    fn whole_at(
        &self,
        text: &[u8],
        at: usize,
        counts: impl Fn(&Form, &Range<usize>, &Key) -> bool,
    ) -> Option<&[u8; 32]> {
        let rest = text.get(at..).unwrap_or_default();
        let mut first = None;
        self.at(rest, |id| {
            let form = self.form(id);
            let form = form.filter(|form| form.bytes().len() <= rest.len());
            if let Some((form, digest)) = form.zip(self.digest_of(id))
                && counts(form, &(at..at + form.bytes().len()), digest)
            {
                // Two values may be written alike: which came first makes no difference.
                first = first.min(Some(digest)).or(Some(digest));
            }
        });
        first
    }

    fn insert(&mut self, form: Form, digest: &Arc<[u8; 32]>) -> u32 {
        let id = u32::try_from(self.forms.len()).unwrap_or(u32::MAX);
        self.edges.add(id, form.bytes(), &self.rules);
        self.forms.push(Some(form));
        self.digests.push(Some(Arc::clone(digest)));
        self.index.add(id, &self.forms);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values::new(&Rules::standard())
    }

    #[test]
    fn bounds_are_enforced() {
        let mut values = values();
        assert_eq!(values.add(b"abc"), Err(ValueError::TooShort { least: 4 }));
        assert_eq!(values.add(b"{\"}\n "), Err(ValueError::Trivial));
        assert_eq!(
            values.add(&vec![b'a'; MAX_VALUE + 1]),
            Err(ValueError::TooLong { most: MAX_VALUE })
        );
        let long = |seed: u8, length: usize| -> Vec<u8> {
            (0..length as u64)
                .map(|it| (it.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u8 ^ seed)
                .collect()
        };
        assert_eq!(values.add(&long(0, MAX_VALUE)), Ok(()));
        assert_eq!(values.add(&long(0, MAX_VALUE)), Ok(()));
        assert_eq!(values.len(), 1);
        for index in 0..63_u8 {
            assert_eq!(
                values.add(&long(index + 1, MAX_VALUE - 1)),
                Ok(()),
                "{index}"
            );
        }
        assert_eq!(values.add(&[b'~'; 128]), Err(ValueError::Trivial));
        assert_eq!(
            values.add(&long(99, 128)),
            Err(ValueError::TooMuch { most: MAX_TOTAL })
        );
    }

    #[test]
    fn what_repeats_itself_is_refused() {
        let mut values = values();
        let repeated = |part: &str, times: usize| part.repeat(times).into_bytes();
        assert_eq!(values.add(&repeated("a", 65)), Err(ValueError::Trivial));
        assert_eq!(
            values.add(&[repeated("ab", 70), b"end".to_vec()].concat()),
            Err(ValueError::Trivial)
        );
        assert_eq!(values.add(&repeated("a", 64)), Ok(()));
        assert_eq!(
            values.add(&[b"begin".to_vec(), repeated("ab", 70)].concat()),
            Ok(())
        );
    }

    #[test]
    fn removing_undoes_adding() {
        let mut values = values();
        values.add(b"hunter2-hunter2").expect("long enough");
        assert!(values.has_prefix(b"hun"));
        assert!(values.any_in(b"<hunter2-hunter2>"));
        assert!(values.remove(b"hunter2-hunter2"));
        assert!(!values.remove(b"hunter2-hunter2"));
        assert!(!values.has_prefix(b"h"));
        assert!(!values.any_in(b"<hunter2-hunter2>"));
        assert!(!values.begins(b"hunter2-hunter2"));
    }

    /// Parts that other values have too stay as long as one of them does.
    #[test]
    fn parts_are_shared() {
        let mut values = values();
        let found = |values: &Values| values.any_in(b"<hunter2-9>");
        values
            .add(b"{\"password\": \"hunter2-9\"}")
            .expect("a value");
        assert!(found(&values));
        assert_eq!(values.len(), 1);
        values.add(b"DB_PASSWORD=hunter2-9").expect("a value");
        values.add(b"hunter2-9").expect("a value");
        assert!(values.remove(b"hunter2-9"));
        assert!(!values.remove(b"hunter2-9"), "a part is no value");
        assert!(values.remove(b"{\"password\": \"hunter2-9\"}"));
        assert!(found(&values));
        assert!(values.remove(b"DB_PASSWORD=hunter2-9"));
        assert!(!found(&values));
        assert!(values.secrets.is_empty());
        assert_eq!((values.total, values.size), (0, 0));
    }

    /// Parts have the digest that they would have alone.
    #[test]
    fn parts_have_their_own_digest() {
        let mut values = values();
        values
            .add(b"postgres://app:pa%40ss-9@db/x")
            .expect("a value");
        let mut digests = Vec::new();
        values.at(b"pa@ss-9 ", |id| {
            digests.extend(values.digest_of(id).copied())
        });
        assert_eq!(digests, [digest(b"pa@ss-9")]);
    }

    /// Where one part has no room, nothing is added.
    #[test]
    fn a_refused_value_changes_nothing() {
        let mut values = values();
        let mut number = 0;
        // Each has one part.
        while values.secrets.len() < MAX_SECRETS - 2 {
            values
                .add(format!("TOKEN=value-{number}").as_bytes())
                .expect("a value");
            number += 1;
        }
        let three = b"{\"password\": \"hunter2-1\", \"token\": \"hunter2-2\"}";
        let refused = Err(ValueError::TooMany { most: MAX_SECRETS });
        assert_eq!(values.add(three), refused);
        assert!(!values.any_in(b"hunter2-1"));
        assert_eq!(values.add(b"{\"password\": \"hunter2-1\"}"), Ok(()));
        assert_eq!(values.len(), MAX_VALUES);
        let refused = Err(ValueError::TooMany { most: MAX_VALUES });
        assert_eq!(values.add(b"hunter2-3"), refused);
        assert_eq!(values.add(b"{\"password\": \"hunter2-1\"}"), Ok(()));
    }

    #[test]
    fn debug_and_errors_show_nothing() {
        let mut values = values();
        values.add(b"hunter2-hunter2").expect("long enough");
        let shown = format!("{values:?} {}", values.add(b"hun").expect_err("too short"));
        assert!(!shown.contains("hun"), "{shown}");
    }

    /// The index, the digests and the edges are not counted byte by byte.
    #[test]
    fn the_most_values_have_room() {
        let awkward = b"Xq8\"LeKv2'Tn5&wR9bYc3/dHs7\\fJp4+aE6i=oQt";
        let plain = b"Xq8xLeKv2xTn5xwR9bYc3xdHs7xfJp4xaE6ixoQt";
        assert!(size(&forms::of(awkward)) * MAX_VALUES <= MAX_FORMS);
        assert!(size(&forms::of(plain)) * MAX_VALUES <= MAX_FORMS / 2);
    }
}
