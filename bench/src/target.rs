//! What a bench should come to, and whether it did.
//!
//! # Hazard
//! A share of another bench is meant between figures of one run. A record is one run, so there it
//! always is.

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::definition::{Lane, Model};
use crate::record::{Measured, megabytes_per};

/// What a bench should come to. One of `least`, `most`, `share` and `memory` is stated.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// On which lane; on all of them where none is named.
    #[serde(default)]
    pub lane: Option<Lane>,
    /// At least so many megabytes for each second of processor time.
    #[serde(default)]
    pub least: Option<f64>,
    /// At most so many microseconds a call, or milliseconds a start.
    #[serde(default)]
    pub most: Option<f64>,
    /// At least this share of the speed of another bench on the same lane.
    #[serde(default)]
    pub share: Option<f64>,
    /// The other bench.
    #[serde(default)]
    pub of: Option<String>,
    /// Whether seconds on the wall are compared, not those of the processor.
    #[serde(default)]
    pub wall: bool,
    /// At most so many mebibytes of resident memory.
    #[serde(default)]
    pub memory: Option<u64>,
}

/// A target beside what was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What was to come out.
    pub wanted: String,
    /// What came out, where it is no other column's figure.
    pub found: Option<String>,
    /// Whether it is enough.
    pub met: bool,
}

impl Target {
    /// # Errors
    /// Where it does not state one thing.
    pub(crate) fn check(&self) -> Result<()> {
        let stated = [
            self.least.is_some(),
            self.most.is_some(),
            self.share.is_some(),
            self.memory.is_some(),
        ];
        if stated.into_iter().filter(|&it| it).count() != 1 {
            bail!("a target states one of `least`, `most`, `share` and `memory`");
        }
        if self.share.is_some() != self.of.is_some() || self.wall && self.share.is_none() {
            bail!("a share is one of another bench, and only a share is measured on the wall");
        }
        Ok(())
    }

    /// Whether `one` came to it; nothing where it is of another lane, or what it is compared with
    /// was not measured.
    #[must_use]
    pub fn judge(&self, one: &Measured, all: &[&Measured]) -> Option<Verdict> {
        if self.lane.is_some_and(|lane| lane != one.lane) {
            return None;
        }
        let speed = |one: &Measured| {
            let time = if self.wall { one.wall } else { one.cpu };
            megabytes_per(one.bytes, time.median)
        };
        if let Some(least) = self.least {
            return Some(Verdict {
                wanted: format!("≥ {least}"),
                found: None,
                met: speed(one) >= least,
            });
        }
        if let Some(most) = self.most {
            let scale = match one.model {
                Model::Compile | Model::Startup => 1e3,
                _ => 1e6,
            };
            return Some(Verdict {
                wanted: format!("≤ {most}"),
                found: None,
                met: one.cpu.per(one.units).median * scale <= most,
            });
        }
        if let Some(most) = self.memory {
            let memory = one.memory?;
            return Some(Verdict {
                wanted: format!("≤ {most} MiB"),
                found: None,
                met: memory <= most << 20,
            });
        }
        let (share, of) = (self.share?, self.of.as_ref()?);
        let other = all
            .iter()
            .find(|other| other.bench == *of && other.lane == one.lane)?;
        let found = speed(one) / speed(other).max(f64::MIN_POSITIVE);
        let wall = if self.wall { " on the wall" } else { "" };
        Some(Verdict {
            wanted: format!("≥ {share} × {of}{wall}"),
            found: Some(format!("{found:.2}")),
            met: found >= share,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Spread;

    fn measured(bench: &str, seconds: f64) -> Measured {
        let time = Spread {
            median: seconds,
            min: seconds,
            max: seconds,
        };
        Measured {
            bench: bench.to_owned(),
            lane: Lane::Native,
            model: Model::RedactStream,
            bytes: 100_000_000,
            units: 1,
            findings: 0,
            detectors: 1,
            registered: 0,
            iterations: 1,
            cpu: time,
            wall: time,
            memory: Some(10 << 20),
        }
    }

    fn target(text: &str) -> Target {
        let target: Target = toml::from_str(text).expect("a target");
        target.check().expect("of one thing");
        target
    }

    #[test]
    fn figures_are_judged() {
        let (slow, fast) = (measured("slow", 2.0), measured("fast", 0.1));
        let all = [&slow, &fast];
        let met = |text: &str| target(text).judge(&slow, &all).map(|it| it.met);
        assert_eq!(met("least = 50"), Some(true));
        assert_eq!(met("least = 51"), Some(false));
        assert_eq!(met("most = 2e6"), Some(true));
        assert_eq!(met("most = 1"), Some(false));
        assert_eq!(met("memory = 10"), Some(true));
        assert_eq!(met("memory = 9"), Some(false));
        assert_eq!(met("share = 0.05\nof = 'fast'"), Some(true));
        assert_eq!(met("share = 0.06\nof = 'fast'\nwall = true"), Some(false));
        assert_eq!(met("share = 0.06\nof = 'another'"), None);
        assert_eq!(met("least = 50\nlane = 'cli'"), None);
    }

    #[test]
    fn a_target_states_one_thing() {
        for text in [
            "",
            "least = 1\nmost = 2",
            "share = 1",
            "of = 'a'\nleast = 1",
            "least = 1\nwall = true",
        ] {
            let target: Target = toml::from_str(text).expect("a target");
            assert!(target.check().is_err(), "{text}");
        }
    }
}
