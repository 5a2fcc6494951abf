//! A stream of either framing behind one face.

use std::fmt;

use crate::{
    records::Records,
    redact::{Checkpoint, Finding, Framing, OpenError, Options, Redactor},
    rules::Rules,
    values::Values,
};

/// One stream being redacted, in the framing that its options name.
#[derive(Debug)]
pub enum Machine {
    /// A stream of text.
    Text(Box<Redactor>),
    /// A stream of records.
    Records(Box<Records>),
}

/// What came of one record of a batch.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What is left of the record.
    pub output: Vec<u8>,
    /// What was replaced, counted from the record's first byte; empty unless findings are kept.
    pub findings: Vec<Finding>,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("output", &self.output.len())
            .field("findings", &self.findings)
            .finish()
    }
}

impl Machine {
    /// A redactor at the start of a stream.
    ///
    /// # Errors
    /// Where `options` names a detector that the rules do not have.
    pub fn open(rules: &Rules, options: &Options) -> Result<Self, OpenError> {
        Ok(match options.framing {
            Framing::Text => Self::Text(Box::new(Redactor::open(rules, options)?)),
            Framing::Json => Self::Records(Box::new(Records::open(rules, options)?)),
        })
    }

    /// A redactor that goes on where another one took a checkpoint: push the input from the
    /// checkpoint's offset on.
    ///
    /// # Errors
    /// Where the state was not taken with these rules and options, or `options` is faulty.
    pub fn resume(rules: &Rules, options: &Options, state: &[u8]) -> Result<Self, OpenError> {
        Ok(match options.framing {
            Framing::Text => Self::Text(Box::new(Redactor::resume(rules, options, state)?)),
            Framing::Json => Self::Records(Box::new(Records::resume(rules, options, state)?)),
        })
    }

    /// Feeds the next chunk and appends what is final to `out`.
    pub fn push(&mut self, values: &Values, chunk: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Text(redactor) => redactor.push(values, chunk, out),
            Self::Records(records) => records.push(values, chunk, out),
        }
    }

    /// Appends what an interactive prompt needs, and keeps the matcher's state.
    pub fn settle(&mut self, values: &Values, out: &mut Vec<u8>) {
        match self {
            Self::Text(redactor) => redactor.settle(values, out),
            Self::Records(records) => records.settle(values, out),
        }
    }

    /// Ends the stream and appends the rest to `out`; a new stream may begin.
    pub fn finish(&mut self, values: &Values, out: &mut Vec<u8>) {
        match self {
            Self::Text(redactor) => redactor.finish(values, out),
            Self::Records(records) => records.finish(values, out),
        }
    }

    /// Feeds the last chunk and ends the stream, as [`push`](Self::push) and [`finish`](Self::finish)
    /// do one after the other.
    pub fn last(&mut self, values: &Values, chunk: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Text(redactor) => redactor.last(values, chunk, out),
            Self::Records(records) => {
                records.push(values, chunk, out);
                records.finish(values, out);
            }
        }
    }

    /// The findings that were decided since the last call.
    pub fn findings(&mut self) -> Vec<Finding> {
        match self {
            Self::Text(redactor) => redactor.findings(),
            Self::Records(records) => records.findings(),
        }
    }

    /// The entries of the allowlist, by index, that something was let through for.
    #[must_use]
    pub fn allowed(&self) -> Vec<usize> {
        match self {
            Self::Text(redactor) => redactor.allowed(),
            Self::Records(records) => records.allowed(),
        }
    }

    /// From where another redactor can go on.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        match self {
            Self::Text(redactor) => redactor.checkpoint(),
            Self::Records(records) => records.checkpoint(),
        }
    }

    /// Whether nothing that was pushed matters any more: a stream that begins here goes on as this one
    /// does, but counts from here. Always so at the start of a stream; it holds as long as no value
    /// comes or goes.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        match self {
            Self::Text(redactor) => redactor.is_fresh(),
            Self::Records(records) => records.is_fresh(),
        }
    }

    /// How many bytes are held back.
    #[must_use]
    pub fn held(&self) -> u64 {
        match self {
            Self::Text(redactor) => redactor.held(),
            Self::Records(records) => records.held(),
        }
    }

    /// Redacts each of `records` as a stream of its own. The machine has to stand at the start
    /// of a stream, and does so again afterwards.
    pub fn batch<'r>(
        &mut self,
        values: &Values,
        records: impl IntoIterator<Item = &'r [u8]>,
    ) -> Vec<Outcome> {
        let outcomes = records.into_iter().map(|record| {
            let mut output = Vec::with_capacity(record.len());
            self.last(values, record, &mut output);
            Outcome {
                output,
                findings: self.findings(),
            }
        });
        outcomes.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_input() {
        let rules = Rules::standard();
        let mut values = Values::new(&rules);
        values.add(b"hunter2-hunter2").expect("long enough");
        for framing in [Framing::Text, Framing::Json] {
            let options = Options {
                framing,
                ..Options::default()
            };
            let mut machine = Machine::open(&rules, &options).expect("no detectors named");
            let outcomes = machine.batch(&values, [&b"{\"a\":\"wxyz hunter2-hunter2\"}\n"[..]]);
            machine.push(&values, b"[\"wxyz hunter2-hun", &mut Vec::new());
            let shown = format!("{machine:?} {outcomes:?}");
            // As text, and as the numbers that a list of bytes is shown as.
            for form in ["wxyz", "hunter2", "119, 120", "104, 117"] {
                assert!(!shown.contains(form), "{shown}");
            }
        }
    }
}
