//! What is measured, and how it is summed up.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use cpu_time::ProcessTime;
use serde::{Deserialize, Serialize};

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Processor time of all threads.
    pub cpu: Duration,
    /// Time on the wall.
    pub wall: Duration,
}

/// Measures what this process does in `work`.
///
/// # Errors
/// Those of `work`, and where the system gives no processor time.
pub fn measure<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Sample)> {
    let processor = ProcessTime::try_now().context("the system gives no processor time")?;
    let clock = Instant::now();
    let value = work()?;
    let wall = clock.elapsed();
    let cpu = processor
        .try_elapsed()
        .context("the system gives no processor time")?;
    Ok((value, Sample { cpu, wall }))
}

/// Seconds over some iterations.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// Sums up measurements; all zero where there are none.
    #[must_use]
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut seconds: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64()).collect();
        seconds.sort_by(f64::total_cmp);
        let at = |index: usize| seconds.get(index).copied().unwrap_or_default();
        let last = seconds.len().saturating_sub(1);
        Self {
            median: f64::midpoint(at(last / 2), at(last - last / 2)),
            min: at(0),
            max: at(last),
        }
    }

    /// The share of one unit in each time.
    #[must_use]
    pub fn per(self, units: u64) -> Self {
        // Exact far beyond what is counted here.
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵²")]
        let units = units.max(1) as f64;
        Self {
            median: self.median / units,
            min: self.min / units,
            max: self.max / units,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let spread = |millis: &[u64]| Spread::of(millis.iter().copied().map(Duration::from_millis));
        let odd = spread(&[9000, 1000, 2000]);
        assert_eq!((odd.min, odd.median, odd.max), (1.0, 2.0, 9.0));
        assert_eq!(spread(&[1000, 4000, 2000, 3000]).median, 2.5);
        assert_eq!(spread(&[]).median, 0.0);
        assert_eq!(odd.per(2).max, 4.5);
    }

    #[test]
    fn processor_time_of_the_work_is_counted() {
        let least = Duration::from_millis(2);
        let spin = || {
            let start = ProcessTime::try_now()?;
            while start.try_elapsed()? < least {}
            Ok(())
        };
        let ((), sample) = measure(spin).expect("linux");
        // Other threads of the test run count too, so there is no upper bound.
        assert!(sample.cpu >= least);
    }
}
