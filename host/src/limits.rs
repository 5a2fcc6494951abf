//! What one sandbox may use.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Length of one tick of the engine's clock.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// What one sandbox may use before it is stopped.
///
/// A sandbox that is stopped is thrown away; what it had not released is pushed once into a new
/// one.
///
/// ```
/// use std::time::Duration;
/// use hushgate::Limits;
///
/// let limits = Limits::default()
///     .memory(64 << 20)
///     .deadline(Duration::from_secs(2))
///     .idle(4);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Limits {
    memory: usize,
    deadline: Duration,
    idle: usize,
    trips: Option<Arc<Trips>>,
}

impl Default for Limits {
    /// 256 MiB of memory, 10 seconds a call, 16 idle sandboxes.
    ///
    /// A call scans 64 KiB, in well under a millisecond: only a fault or a stopped machine
    /// reaches this deadline.
    fn default() -> Self {
        Self {
            memory: 256 << 20,
            deadline: Duration::from_secs(10),
            idle: 16,
            trips: None,
        }
    }
}

impl Limits {
    /// The most memory one sandbox may have, in bytes.
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// The longest time one call into a sandbox may take. It is rounded up to 10 milliseconds.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How many sandboxes a gate keeps for reuse when no redactor holds them.
    pub fn idle(mut self, instances: usize) -> Self {
        self.idle = instances;
        self
    }

    /// Stops the calls with these numbers, counted from 0 over all sandboxes of the gate, as if
    /// their deadline had passed. It exists to test recovery; do not use it.
    #[doc(hidden)]
    pub fn trip(mut self, calls: impl IntoIterator<Item = u64>) -> Self {
        self.trips = Some(Arc::new(Trips {
            calls: calls.into_iter().collect(),
            made: AtomicU64::new(0),
        }));
        self
    }

    /// How many calls were made, where `trip` was set.
    #[doc(hidden)]
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.trips
            .as_ref()
            .map_or(0, |trips| trips.made.load(Ordering::Relaxed))
    }

    /// Whether a sandbox opened with the default limits may do the same.
    pub(crate) fn are_default(&self) -> bool {
        let default = Self::default();
        self.memory == default.memory && self.deadline == default.deadline && self.trips.is_none()
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory
    }

    pub(crate) fn idle_instances(&self) -> usize {
        self.idle
    }

    /// The deadline of the next call, in ticks from now.
    ///
    /// One tick more than the time needs, since the current one may be about to end.
    pub(crate) fn ticks(&self) -> u64 {
        if self.trips.as_ref().is_some_and(|trips| trips.is_due()) {
            return 0;
        }
        let ticks = self.deadline.as_nanos().div_ceil(TICK.as_nanos());
        // The engine adds this to its clock: a quarter of the range cannot overflow.
        u64::try_from(ticks)
            .unwrap_or(u64::MAX)
            .min(u64::MAX / 4)
            .saturating_add(1)
    }
}

/// Calls that are to be stopped.
#[derive(Debug)]
struct Trips {
    calls: Vec<u64>,
    made: AtomicU64,
}

impl Trips {
    fn is_due(&self) -> bool {
        let call = self.made.fetch_add(1, Ordering::Relaxed);
        self.calls.contains(&call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_rounded_up_and_never_at_once() {
        let ticks = |millis| {
            Limits::default()
                .deadline(Duration::from_millis(millis))
                .ticks()
        };
        assert_eq!(ticks(0), 1);
        assert_eq!(ticks(1), 2);
        assert_eq!(ticks(10), 2);
        assert_eq!(ticks(11), 3);
        let endless = Limits::default().deadline(Duration::MAX).ticks();
        assert!(endless > 1 << 40 && endless <= u64::MAX / 2);
    }

    #[test]
    fn named_calls_are_stopped() {
        let limits = Limits::default().trip([1]);
        let stopped: Vec<_> = (0..3).map(|_| limits.ticks() == 0).collect();
        assert_eq!(stopped, [false, true, false]);
        assert_eq!(limits.calls(), 3);
    }
}
