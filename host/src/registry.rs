//! Values to be found wherever they appear, in every stream of the process.
//!
//! # Promise
//! A value that was added is found by every redactor of every gate that uses the registry, from
//! the next byte that is pushed on; redactors in the middle of a stream included.
//!
//! # Why it holds
//! Each instance notes up to which change it has followed the registry, and catches up before
//! each call. One that is too far behind is replaced by a new one, which starts from all values.
//!
//! # Hazard
//! The values are credentials. They lie in buffers that are wiped when dropped, and a removed
//! value goes as soon as every instance has seen its removal. `Debug` shows numbers only.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Fault, RegisterError};
use crate::instance::Instance;
use crate::limits::Limits;
use crate::runtime::Runtime;

/// How many changes are kept for instances that have not called since. An instance that has
/// missed more starts anew.
const MOST_PENDING: usize = 4096;

/// A registered value.
pub(crate) type Value = Arc<Zeroizing<Vec<u8>>>;

/// How many changes an instance has followed.
pub(crate) type Cursor = Arc<AtomicU64>;

/// One change.
#[derive(Clone)]
pub(crate) enum Change {
    Added(Value),
    Removed(Value),
}

/// Values to be found wherever they appear, as they are and as common tools write them.
///
/// Clones share their values. Every gate uses [`Registry::process`] unless it is given another
/// registry.
///
/// ```
/// use hushgate::{Gate, Registry};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::new();
/// let gate = Gate::builder().registry(&registry).open()?;
/// registry.add(b"correct horse battery staple")?;
/// assert_eq!(
///     gate.redact_text("login with correct horse battery staple\n")?,
///     "login with [registered]\n"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// How many changes there were. Read without the lock, so that a call into a sandbox costs
    /// nothing where nothing changed.
    generation: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The values in the order in which they were added.
    values: BTreeMap<u64, Value>,
    /// Where in `values` the value with this SHA-256 lies.
    places: HashMap<[u8; 32], u64>,
    /// Changes that some instance has yet to follow.
    pending: VecDeque<Change>,
    /// How many changes lie before the first one of `pending`.
    dropped: u64,
    /// How far the instances that are alive have come.
    cursors: Vec<Weak<AtomicU64>>,
    /// The sandbox that says whether a value can be registered.
    checker: Option<Instance>,
}

impl Registry {
    /// An empty registry that shares nothing with the one of the process.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The registry of this process, which every gate uses unless it is given another one.
    #[must_use]
    pub fn process() -> Self {
        static PROCESS: OnceLock<Registry> = OnceLock::new();
        PROCESS.get_or_init(Self::new).clone()
    }

    /// Adds a value of 4 bytes to 64 KiB. Adding one twice is no error.
    ///
    /// Of a value that has structure, such as a key file or a connection string, the secrets in it
    /// are found alone too.
    ///
    /// # Errors
    /// The value cannot be registered without masking ordinary text, or there is no room for it.
    /// Nothing has changed then, and the value would be written as it is.
    pub fn add(&self, value: &[u8]) -> Result<(), RegisterError> {
        let mut state = self.lock();
        let key = key(value);
        if state.places.contains_key(&key) {
            return Ok(());
        }
        state.check(value)?;
        let value: Value = Arc::new(Zeroizing::new(value.to_vec()));
        let place = state.changes();
        state.values.insert(place, Arc::clone(&value));
        state.places.insert(key, place);
        self.record(&mut state, Change::Added(value));
        Ok(())
    }

    /// Removes a value; whether it was there. What is a part of another value is still found.
    pub fn remove(&self, value: &[u8]) -> bool {
        let mut state = self.lock();
        let Some(place) = state.places.remove(&key(value)) else {
            return false;
        };
        let Some(value) = state.values.remove(&place) else {
            return false;
        };
        let checked = state.checker.as_mut().map(|checker| checker.remove(&value));
        if matches!(checked, Some(Err(_))) {
            state.checker = None;
        }
        self.record(&mut state, Change::Removed(value));
        true
    }

    /// How many values there are, not counting their parts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().values.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a value stands in a short text, as it is.
    pub(crate) fn stands_in(&self, text: &[u8]) -> bool {
        let state = self.lock();
        let mut values = state.values.values();
        values.any(|value| {
            text.windows(value.len().max(1))
                .any(|it| it == value.as_slice())
        })
    }

    /// Whether a value may end in the beginning of a short text: text in front of it, whatever that is,
    /// could complete it.
    pub(crate) fn ends_in(&self, text: &[u8]) -> bool {
        let state = self.lock();
        let mut values = state.values.values();
        values.any(|value| {
            (1..value.len()).any(|at| {
                let rest = value.get(at..).unwrap_or_default();
                text.starts_with(rest) || rest.starts_with(text)
            })
        })
    }

    /// All values, and a cursor behind the change that brought the last one.
    pub(crate) fn subscribe(&self) -> (Cursor, Vec<Value>) {
        let mut state = self.lock();
        let cursor = Arc::new(AtomicU64::new(state.changes()));
        state.cursors.push(Arc::downgrade(&cursor));
        (cursor, state.values.values().cloned().collect())
    }

    /// The sandbox that has checked the values, if there is one, as one that follows the registry:
    /// so that the first gate need not register them all once more. The next value is checked in a
    /// new one.
    pub(crate) fn take_checker(&self) -> Option<Instance> {
        let mut state = self.lock();
        let mut checker = state.checker.take()?;
        let cursor = Arc::new(AtomicU64::new(state.changes()));
        state.cursors.push(Arc::downgrade(&cursor));
        checker.follow_from(cursor);
        Some(checker)
    }

    /// The changes behind `cursor`, which moves behind them; nothing where there are none.
    pub(crate) fn since(&self, cursor: &Cursor) -> Result<Option<Vec<Change>>, Fault> {
        let seen = cursor.load(Ordering::Relaxed);
        if seen == self.shared.generation.load(Ordering::Acquire) {
            return Ok(None);
        }
        let mut state = self.lock();
        let Some(skipped) = seen.checked_sub(state.dropped) else {
            return Err(Fault::Stale);
        };
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let changes = state.pending.iter().skip(skipped).cloned().collect();
        cursor.store(state.changes(), Ordering::Relaxed);
        state.forget();
        Ok(Some(changes))
    }

    fn record(&self, state: &mut State, change: Change) {
        state.pending.push_back(change);
        state.forget();
        self.shared
            .generation
            .store(state.changes(), Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// How many changes there were.
    fn changes(&self) -> u64 {
        self.dropped.saturating_add(self.pending.len() as u64)
    }

    /// Asks the component whether it takes the value.
    fn check(&mut self, value: &[u8]) -> Result<(), RegisterError> {
        let mut checker = match self.checker.take() {
            Some(checker) => checker,
            None => self.open_checker()?,
        };
        // On a fault the checker is dropped; the next value gets a new one.
        let checked = checker.add(value)?;
        self.checker = Some(checker);
        checked
    }

    fn open_checker(&self) -> Result<Instance, Fault> {
        let runtime = Runtime::shared()?;
        let mut checker = Instance::open(&runtime, &Limits::default(), None)?
            .map_err(|_| Fault::Trap(String::from("the built-in rules are refused")))?;
        for value in self.values.values() {
            checker.add(value)?.map_err(Fault::Value)?;
        }
        Ok(checker)
    }

    /// Forgets the changes that every living instance has followed.
    fn forget(&mut self) {
        let mut least = self.changes();
        self.cursors.retain(|cursor| match cursor.upgrade() {
            Some(cursor) => {
                least = least.min(cursor.load(Ordering::Relaxed));
                true
            }
            None => false,
        });
        while self.dropped < least || self.pending.len() > MOST_PENDING {
            if self.pending.pop_front().is_none() {
                break;
            }
            self.dropped = self.dropped.saturating_add(1);
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("values", &self.len())
            .finish_non_exhaustive()
    }
}

fn key(value: &[u8]) -> [u8; 32] {
    Sha256::digest(value).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &[u8] = b"a value of some length";

    #[test]
    fn values_are_counted_once() {
        let registry = Registry::new();
        registry.add(VALUE).unwrap();
        registry.add(VALUE).unwrap();
        assert_eq!(registry.len(), 1);
        assert!(registry.remove(VALUE));
        assert!(!registry.remove(VALUE));
        assert!(registry.is_empty());
    }

    #[test]
    fn a_refused_value_changes_nothing() {
        let registry = Registry::new();
        assert!(matches!(
            registry.add(b"abc"),
            Err(RegisterError::TooShort { .. })
        ));
        assert!(registry.is_empty());
    }

    #[test]
    fn the_checker_is_handed_over_with_all_values() {
        let registry = Registry::new();
        assert!(registry.take_checker().is_none(), "nothing was checked");
        registry.add(VALUE).unwrap();
        let mut first = registry.take_checker().unwrap();
        assert!(registry.take_checker().is_none(), "it is gone");

        registry.add(b"another value").unwrap();
        assert!(registry.remove(VALUE));
        assert!(first.remove(VALUE).unwrap(), "it held the value");
        assert!(!first.remove(VALUE).unwrap());
        first.add(VALUE).unwrap().unwrap();
        // It catches up with the two changes since.
        first.catch_up(&registry).unwrap();
        assert!(!first.remove(VALUE).unwrap());
        assert!(first.remove(b"another value").unwrap());
    }

    #[test]
    fn debug_shows_no_value() {
        let registry = Registry::new();
        registry.add(VALUE).unwrap();
        assert_eq!(format!("{registry:?}"), "Registry { values: 1, .. }");
    }

    #[test]
    fn changes_are_kept_only_while_somebody_needs_them() {
        let registry = Registry::new();
        let pending = || registry.lock().pending.len();
        registry.add(VALUE).unwrap();
        assert_eq!(pending(), 0, "nobody follows");

        let (cursor, values) = registry.subscribe();
        assert_eq!(values.len(), 1);
        assert!(registry.since(&cursor).unwrap().is_none());
        registry.remove(VALUE);
        assert_eq!(pending(), 1);
        let changes = registry.since(&cursor).unwrap().unwrap();
        assert!(matches!(changes.as_slice(), [Change::Removed(_)]));
        assert_eq!(pending(), 0, "the removed value is forgotten");
    }

    #[test]
    fn who_is_too_far_behind_is_told_so() {
        let registry = Registry::new();
        let (cursor, _) = registry.subscribe();
        for _ in 0..=MOST_PENDING / 2 {
            registry.add(VALUE).unwrap();
            registry.remove(VALUE);
        }
        assert!(matches!(registry.since(&cursor), Err(Fault::Stale)));
    }
}
