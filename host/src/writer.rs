//! Redaction between a program and the writer it writes to.

use std::fmt;
use std::io::{self, Write};

use crate::finding::Finding;
use crate::redactor::Redactor;

/// A writer that redacts what is written to it and hands the rest on to another writer.
///
/// `flush` releases what an interactive prompt needs to show; only [`finish`](Self::finish)
/// releases all of it. Dropping the writer discards what it holds.
///
/// ```
/// use std::io::Write;
/// use hushgate::{Gate, Registry};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::new();
/// registry.add(b"hunter2hunter2")?;
/// let gate = Gate::builder().registry(&registry).open()?;
///
/// let mut log = gate.writer(Vec::new())?;
/// writeln!(log, "login {}", "hunter2hunter2")?;
/// log.finish()?;
/// assert_eq!(log.into_inner(), b"login [registered]\n");
/// # Ok(())
/// # }
/// ```
pub struct RedactingWriter<W> {
    redactor: Redactor,
    inner: W,
    /// Redacted bytes that `inner` has not taken yet.
    pending: Vec<u8>,
    /// How many of them it has taken.
    taken: usize,
}

impl<W: Write> RedactingWriter<W> {
    /// Writes the output of `redactor` to `inner`.
    pub fn new(redactor: Redactor, inner: W) -> Self {
        Self {
            redactor,
            inner,
            pending: Vec::new(),
            taken: 0,
        }
    }

    /// Ends the stream: all that was held is written and flushed. The next write starts a new
    /// stream.
    ///
    /// # Errors
    /// The inner writer failed, or the gate did; the source of the error is then a
    /// [`GateError`](crate::GateError).
    pub fn finish(&mut self) -> io::Result<()> {
        let finished = self.redactor.finish(&mut self.pending);
        self.drain()?;
        self.inner.flush()?;
        finished.map_err(io::Error::other)
    }

    /// The findings that were decided since the last call, in order.
    pub fn findings(&mut self) -> Vec<Finding> {
        self.redactor.findings()
    }

    /// The inner writer.
    pub fn get_ref(&self) -> &W {
        &self.inner
    }

    /// The inner writer; what is still held is discarded.
    pub fn into_inner(self) -> W {
        self.inner
    }

    /// Hands on what is pending. What the inner writer refuses stays for the next call.
    fn drain(&mut self) -> io::Result<()> {
        while let Some(rest) = self.pending.get(self.taken..)
            && !rest.is_empty()
        {
            match self.inner.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => self.taken = self.taken.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.pending.clear();
        self.taken = 0;
        Ok(())
    }
}

impl<W: Write> Write for RedactingWriter<W> {
    fn write(&mut self, input: &[u8]) -> io::Result<usize> {
        // An error must mean that nothing of `input` was used, or a caller that tries again
        // would write it twice. So what is pending goes first; and where `inner` fails behind
        // that, the next call reports it.
        self.drain()?;
        let pushed = self.redactor.push(input, &mut self.pending);
        let _reported_by_the_next_call = self.drain();
        pushed.map_err(io::Error::other)?;
        Ok(input.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.drain()?;
        let settled = self.redactor.settle(&mut self.pending);
        self.drain()?;
        self.inner.flush()?;
        settled.map_err(io::Error::other)
    }
}

impl<W> fmt::Debug for RedactingWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedactingWriter")
            .field("redactor", &self.redactor)
            .finish_non_exhaustive()
    }
}
