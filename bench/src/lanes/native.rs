//! Lane `native`: the engine without a sandbox.

use anyhow::{Result, anyhow};
use hushgate_engine::redact::{Options, Redactor};
use hushgate_engine::rules::Rules;
use hushgate_engine::values::Values;

use super::{Outcome, Redact, Setup};

/// The engine.
#[derive(Debug)]
pub struct Native {
    rules: Rules,
    values: Values,
}

impl Native {
    /// The engine with rules and values.
    ///
    /// # Errors
    /// Where it refuses one of them.
    pub fn open(setup: &Setup) -> Result<Self> {
        let rules = match &setup.bundle {
            None => Rules::standard(),
            Some(text) => {
                Rules::open(text).map_err(|faults| anyhow!("the bundle is refused: {faults:?}"))?
            }
        };
        let mut values = Values::new(&rules);
        for value in &setup.registered {
            values.add(value.as_bytes())?;
        }
        Ok(Self { rules, values })
    }
}

impl Redact for Native {
    fn stream(&mut self, haystack: &[u8], chunk: usize, report: bool) -> Result<Outcome> {
        let options = Options {
            report,
            ..Options::default()
        };
        let mut redactor = Redactor::open(&self.rules, &options)?;
        let mut outcome = Outcome::default();
        let mut out = Vec::new();
        for piece in haystack.chunks(chunk) {
            out.clear();
            redactor.push(&self.values, piece, &mut out);
            outcome.output += out.len() as u64;
            outcome.findings += redactor.findings().len() as u64;
        }
        out.clear();
        redactor.finish(&self.values, &mut out);
        outcome.output += out.len() as u64;
        outcome.findings += redactor.findings().len() as u64;
        Ok(outcome)
    }

    fn detectors(&self) -> Result<usize> {
        Ok(self.rules.detectors().len())
    }
}
