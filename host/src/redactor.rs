//! Redaction of one stream, with recovery.
//!
//! # Promise
//! Nothing that was not redacted comes out, whatever happens in the sandbox.
//!
//! # Why it holds
//! After each step the component says from which input byte a new redactor could go on. The
//! input behind it is kept here. A step counts only when all its calls came back: then its output
//! is handed on. If one trapped, its output is dropped, and what was kept is pushed into a new
//! sandbox, once. If that fails too, a marker is written that says how many bytes are missing,
//! and the rest of the stream is withheld.
//!
//! # Hazard
//! Kept input may be half a credential: it never goes into an error, and is wiped when dropped.

use std::fmt;

use zeroize::Zeroizing;

use crate::bindings::redact::Checkpoint;
use crate::error::{Fault, GateError};
use crate::finding::Finding;
use crate::gate::{Gate, refused_options};
use crate::instance::{Instance, Stream};
use crate::marker;
use crate::registry::Registry;

/// How much is pushed into a sandbox at once: what is kept for a replay stays small, and the
/// deadline of a call is far away.
pub(crate) const CHUNK: usize = 64 << 10;

/// One stream being redacted.
///
/// Push the stream in pieces of any size, and finish it. Dropping a redactor discards what it
/// still holds: only [`finish`](Self::finish) releases it.
///
/// ```
/// use hushgate::{Gate, Registry};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::new();
/// registry.add(b"hunter2hunter2")?;
/// let gate = Gate::builder().registry(&registry).findings(true).open()?;
///
/// let mut redactor = gate.redactor()?;
/// let mut output = Vec::new();
/// redactor.push(b"login hunter2h", &mut output)?;
/// redactor.push(b"unter2 ok\n", &mut output)?;
/// redactor.finish(&mut output)?;
/// assert_eq!(output, b"login [registered] ok\n");
///
/// let findings = redactor.findings();
/// assert_eq!(findings[0].rule, "registered");
/// assert_eq!(findings[0].span, 6..20);
/// # Ok(())
/// # }
/// ```
pub struct Redactor {
    gate: Gate,
    active: Option<Active>,
    /// From where a new sandbox goes on; nothing at the start of a stream.
    checkpoint: Option<Checkpoint>,
    /// The input behind the checkpoint.
    kept: Zeroizing<Vec<u8>>,
    findings: Vec<Finding>,
    failure: Option<Failure>,
    /// Whether the sandbox stands at the start of a stream, so that it holds no input.
    at_start: bool,
}

/// A stream inside a sandbox.
struct Active {
    instance: Instance,
    stream: Stream,
}

/// Why and how much of a stream is withheld.
struct Failure {
    cause: String,
    /// Bytes of input that were not released.
    withheld: u64,
    /// Those of them that a marker has told of.
    told: u64,
}

/// What one step asks of the sandbox.
#[derive(Clone, Copy)]
enum Step<'a> {
    Push(&'a [u8]),
    PushText(&'a str),
    Settle,
    Finish,
}

impl<'a> Step<'a> {
    fn input(self) -> &'a [u8] {
        match self {
            Self::Push(bytes) => bytes,
            Self::PushText(text) => text.as_bytes(),
            Self::Settle | Self::Finish => &[],
        }
    }
}

/// What a step brought. It counts only as a whole.
struct Outcome {
    output: Vec<u8>,
    findings: Vec<Finding>,
    checkpoint: Option<Checkpoint>,
}

impl Redactor {
    pub(crate) fn open(gate: Gate) -> Result<Self, GateError> {
        let active = Active::start(&gate, Gate::instance)
            .or_else(|_| Active::start(&gate, Gate::fresh_instance))?;
        Ok(Self {
            gate,
            active: Some(active),
            checkpoint: None,
            kept: Zeroizing::default(),
            findings: Vec::new(),
            failure: None,
            at_start: true,
        })
    }

    /// Feeds the next piece of the stream, and appends to `output` what is final.
    ///
    /// Cutting the stream at other places never changes the joined output.
    ///
    /// # Errors
    /// The sandbox failed twice. On the first such error a marker was appended to `output` (a shorter one
    /// or none where a registered value would stand in it), and
    /// nothing else; from then on the stream is withheld.
    pub fn push(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), GateError> {
        self.run(input.chunks(CHUNK).map(Step::Push), output)
    }

    /// Feeds the next piece of the stream as text. Both pushes may be mixed.
    ///
    /// # Errors
    /// As for [`push`](Self::push).
    pub fn push_text(&mut self, input: &str, output: &mut Vec<u8>) -> Result<(), GateError> {
        self.run(pieces(input).map(Step::PushText), output)
    }

    /// Appends to `output` what an interactive prompt needs to show. The stream goes on.
    ///
    /// # Errors
    /// As for [`push`](Self::push).
    pub fn settle(&mut self, output: &mut Vec<u8>) -> Result<(), GateError> {
        self.run([Step::Settle], output)
    }

    /// Ends the stream and appends the rest to `output`. The redactor then stands at the start
    /// of a new stream.
    ///
    /// # Errors
    /// The sandbox failed, now or before; the error says how many bytes of input are withheld.
    /// A failed redactor stays so: open another one for the next stream.
    pub fn finish(&mut self, output: &mut Vec<u8>) -> Result<(), GateError> {
        let finished = self.run([Step::Finish], output);
        if let Some(failure) = &mut self.failure {
            failure.tell(self.gate.registry(), output);
        }
        finished
    }

    /// The findings that were decided since the last call, in order. They are kept only where
    /// the gate was opened with `findings(true)`.
    pub fn findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Whether nothing that was pushed matters any more: a redactor that begins here goes on as this
    /// one does, but counts from here. So an input can be cut here, and its parts be redacted at the
    /// same time, as [`Bulk`](crate::Bulk) does.
    ///
    /// It is always so at the start of a stream, and holds as long as no value comes or goes.
    ///
    /// ```
    /// # fn main() -> Result<(), hushgate::GateError> {
    /// let mut redactor = hushgate::Gate::open()?.redactor()?;
    /// let mut output = Vec::new();
    /// redactor.push(b"a line of text\n", &mut output)?;
    /// assert!(redactor.is_fresh());
    /// redactor.push(b"token=ghp_EXAMPLE", &mut output)?;
    /// assert!(!redactor.is_fresh());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_fresh(&mut self) -> bool {
        if self.at_start {
            return self.failure.is_none();
        }
        let Some(mut active) = self.active.take() else {
            return false;
        };
        // A sandbox that faults is lost; the next step goes on in another one.
        let Ok(fresh) = active.instance.fresh(active.stream) else {
            return false;
        };
        self.active = Some(active);
        fresh
    }

    /// How many bytes of input are kept because they are not released.
    pub(crate) fn kept(&self) -> u64 {
        self.kept.len() as u64
    }

    fn run<'a>(
        &mut self,
        steps: impl IntoIterator<Item = Step<'a>>,
        output: &mut Vec<u8>,
    ) -> Result<(), GateError> {
        let had_failed = self.failure.is_some();
        for step in steps {
            self.step(step, output);
        }
        let Some(failure) = &mut self.failure else {
            return Ok(());
        };
        if !had_failed {
            failure.tell(self.gate.registry(), output);
        }
        Err(GateError::Withheld {
            bytes: failure.withheld,
            cause: failure.cause.clone(),
        })
    }

    fn step(&mut self, step: Step<'_>, output: &mut Vec<u8>) {
        if let Some(failure) = &mut self.failure {
            failure.withhold(step.input().len());
            return;
        }
        self.at_start = false;
        let done = self
            .attempt(step)
            .or_else(|_lost_with_its_instance| self.replay(step));
        match done {
            Ok(outcome) => self.accept(step, outcome, output),
            Err(fault) => self.fail(step, &fault),
        }
    }

    /// The step in the sandbox at hand, which is lost if it faults.
    fn attempt(&mut self, step: Step<'_>) -> Result<Outcome, Fault> {
        let Some(mut active) = self.active.take() else {
            return Err(Fault::Trap(String::from("there is no sandbox")));
        };
        let output = active.call(&self.gate, step)?;
        let outcome = active.outcome(&self.gate, step, output)?;
        self.active = Some(active);
        Ok(outcome)
    }

    /// The step in a new sandbox, behind all input that the lost one had not released.
    fn replay(&mut self, step: Step<'_>) -> Result<Outcome, Fault> {
        let mut active = match &self.checkpoint {
            None => Active::start(&self.gate, Gate::fresh_instance)?,
            Some(checkpoint) => Active::resume(&self.gate, &checkpoint.state)?,
        };
        let mut output = Vec::new();
        for chunk in self.kept.chunks(CHUNK) {
            output.append(&mut active.call(&self.gate, Step::Push(chunk))?);
        }
        output.append(&mut active.call(&self.gate, step)?);
        let outcome = active.outcome(&self.gate, step, output)?;
        self.active = Some(active);
        Ok(outcome)
    }

    fn accept(&mut self, step: Step<'_>, mut outcome: Outcome, output: &mut Vec<u8>) {
        hand_on(outcome.output, output);
        self.findings.append(&mut outcome.findings);
        match &outcome.checkpoint {
            None => {
                self.kept = Zeroizing::default();
                self.at_start = true;
            }
            Some(checkpoint) => {
                let before = self.checkpoint.as_ref().map_or(0, |last| last.offset);
                self.keep(checkpoint.offset.saturating_sub(before), step.input());
            }
        }
        self.checkpoint = outcome.checkpoint;
    }

    /// Keeps what follows the first `released` bytes of the kept and the new input.
    fn keep(&mut self, released: u64, input: &[u8]) {
        let released = usize::try_from(released).unwrap_or(usize::MAX);
        let room = self.kept.capacity() - self.kept.len();
        if released == 0 && input.len() <= room {
            // A long record grows by each step: copying it each time would cost its square.
            self.kept.extend_from_slice(input);
            return;
        }
        match released.checked_sub(self.kept.len()) {
            Some(skip) => {
                let rest = input.get(skip..).unwrap_or_default();
                self.kept = Zeroizing::new(rest.to_vec());
            }
            None => {
                // A new buffer, since moving bytes within one would leave some behind its end.
                let length = self.kept.len() - released + input.len();
                let mut kept = Vec::with_capacity(length.saturating_mul(2));
                kept.extend_from_slice(self.kept.get(released..).unwrap_or_default());
                kept.extend_from_slice(input);
                self.kept = Zeroizing::new(kept);
            }
        }
    }

    fn fail(&mut self, step: Step<'_>, fault: &Fault) {
        let mut failure = Failure {
            cause: fault.cause(),
            withheld: 0,
            told: 0,
        };
        failure.withhold(self.kept.len());
        failure.withhold(step.input().len());
        self.failure = Some(failure);
        self.active = None;
        self.kept = Zeroizing::default();
    }
}

impl Drop for Redactor {
    fn drop(&mut self) {
        // A sandbox that holds input is dropped with it.
        if let Some(active) = self.active.take()
            && self.at_start
        {
            active.retire(&self.gate);
        }
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor")
            .field("kept", &self.kept.len())
            .field("failed", &self.failure.is_some())
            .finish_non_exhaustive()
    }
}

impl Active {
    fn start(
        gate: &Gate,
        instance: impl FnOnce(&Gate) -> Result<Instance, Fault>,
    ) -> Result<Self, Fault> {
        let mut instance = instance(gate)?;
        let stream = gate.start(&mut instance)?;
        Ok(Self { instance, stream })
    }

    fn resume(gate: &Gate, state: &[u8]) -> Result<Self, Fault> {
        let mut instance = gate.fresh_instance()?;
        let stream = instance
            .resume(gate.options(), state)?
            .map_err(refused_options)?;
        Ok(Self { instance, stream })
    }

    /// Gives the sandbox back. The stream stands at its start.
    fn retire(mut self, gate: &Gate) {
        self.instance.put_back(self.stream, gate.shared_options());
        gate.give_back(self.instance);
    }

    fn call(&mut self, gate: &Gate, step: Step<'_>) -> Result<Vec<u8>, Fault> {
        self.instance.catch_up(gate.registry())?;
        match step {
            Step::Push(chunk) => self.instance.push(self.stream, chunk),
            Step::PushText(chunk) => self.instance.push_text(self.stream, chunk),
            Step::Settle => self.instance.settle(self.stream),
            Step::Finish => self.instance.finish(self.stream),
        }
    }

    fn outcome(&mut self, gate: &Gate, step: Step<'_>, output: Vec<u8>) -> Result<Outcome, Fault> {
        let findings = if gate.options().report {
            self.instance.findings(self.stream)?
        } else {
            Vec::new()
        };
        gate.note_allowed(&mut self.instance, self.stream)?;
        let checkpoint = match step {
            Step::Finish => None,
            _ => Some(self.instance.checkpoint(self.stream)?),
        };
        Ok(Outcome {
            output,
            findings,
            checkpoint,
        })
    }
}

/// Redacts a stream that is all at hand.
///
/// # Errors
/// The sandbox failed twice; nothing was released.
pub(crate) fn whole<'a>(gate: &Gate, input: impl Into<Whole<'a>>) -> Result<Vec<u8>, GateError> {
    let input = input.into().0;
    if input.input().len() > CHUNK {
        let mut redactor = gate.redactor()?;
        let mut output = Vec::with_capacity(input.input().len());
        match input {
            Step::PushText(text) => redactor.push_text(text, &mut output)?,
            _ => redactor.push(input.input(), &mut output)?,
        }
        redactor.finish(&mut output)?;
        return Ok(output);
    }
    // Nothing comes out before all is done, so no checkpoint is needed: the caller has the input.
    let once = |instance: fn(&Gate) -> Result<Instance, Fault>| -> Result<Vec<u8>, Fault> {
        let mut active = Active::start(gate, instance)?;
        active.instance.catch_up(gate.registry())?;
        // Text too: what comes out is the same, and one crossing is faster than two.
        let output = active.instance.last(active.stream, input.input())?;
        gate.note_allowed(&mut active.instance, active.stream)?;
        if gate.options().report {
            // Nobody asks for these.
            active.instance.findings(active.stream)?;
        }
        active.retire(gate);
        Ok(output)
    };
    let done = once(Gate::instance).or_else(|_lost_with_its_instance| once(Gate::fresh_instance));
    done.map_err(|fault| GateError::Withheld {
        bytes: input.input().len() as u64,
        cause: fault.cause(),
    })
}

/// A stream that is all at hand.
pub(crate) struct Whole<'a>(Step<'a>);

impl<'a> From<&'a [u8]> for Whole<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Step::Push(bytes))
    }
}

impl<'a> From<&'a str> for Whole<'a> {
    fn from(text: &'a str) -> Self {
        Self(Step::PushText(text))
    }
}

/// Appends to `output`, without a copy where it is empty.
fn hand_on(mut released: Vec<u8>, output: &mut Vec<u8>) {
    if output.is_empty() {
        *output = released;
    } else {
        output.append(&mut released);
    }
}

impl Failure {
    fn withhold(&mut self, bytes: usize) {
        self.withheld = self.withheld.saturating_add(bytes as u64);
    }

    /// Writes a marker for what no marker has told of yet.
    fn tell(&mut self, registry: &Registry, output: &mut Vec<u8>) {
        marker::withheld(self.withheld - self.told, registry, output);
        self.told = self.withheld;
    }
}

/// Cuts text into pieces of at most [`CHUNK`] bytes.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, behind) = rest.split_at_checked(rest.floor_char_boundary(CHUNK))?;
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        let text = "é".repeat(CHUNK);
        let cut: Vec<&str> = pieces(&text).collect();
        assert_eq!(cut.concat(), text);
        assert!(cut.iter().all(|piece| piece.len() <= CHUNK));
        assert_eq!(pieces("").count(), 0);
        let odd = format!("a{text}");
        assert_eq!(pieces(&odd).next().map(str::len), Some(CHUNK - 1));
    }

    #[test]
    fn markers_add_up() {
        let mut failure = Failure {
            cause: String::new(),
            withheld: 0,
            told: 0,
        };
        let (registry, mut output) = (Registry::new(), Vec::new());
        failure.withhold(3);
        failure.tell(&registry, &mut output);
        failure.tell(&registry, &mut output);
        failure.withhold(2);
        failure.tell(&registry, &mut output);
        assert_eq!(
            output,
            b"[hushgate: 3 bytes withheld]\n[hushgate: 2 bytes withheld]\n"
        );
    }
}
