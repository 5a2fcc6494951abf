//! A stream under rules, run in every way that must make no difference, on the engine without a
//! sandbox.
//!
//! The oracle is the stream in one piece, cut only where something happens.

use std::{cell::RefCell, rc::Rc};

use hushgate_engine::{
    redact::{Finding, Options, Style},
    rules::Rules,
    stream::Machine,
    values::Values,
};

use crate::{
    Trouble,
    stream::{Change, Cuts, Stream, place, shown},
};

/// What comes behind a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The next one.
    Next,
    /// Two other instances, one after the other: each goes on from a checkpoint.
    Relay,
    /// Another stream, where this one is fresh.
    Restart,
}

/// Output and findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The joined output.
    pub bytes: Vec<u8>,
    /// All findings.
    pub findings: Vec<Finding>,
}

/// The registry of a run: shared, or its own where values come and go.
enum Registry<'v> {
    Shared(&'v Values),
    Own(Box<Values>),
}

impl Registry<'_> {
    fn get(&self) -> &Values {
        match self {
            Self::Shared(values) => values,
            Self::Own(values) => values,
        }
    }

    fn change(&mut self, change: &Change) {
        let Self::Own(values) = self else { return };
        if change.add {
            let _refused = values.add(&change.value);
        } else {
            values.remove(&change.value);
        }
    }
}

/// A stream under rules.
#[derive(Debug)]
pub struct Subject<'s> {
    /// The rules.
    pub rules: &'s Rules,
    /// The stream.
    pub stream: &'s Stream,
    /// The registry before the first byte, and which values it has: shared, since making one is most
    /// of the work.
    registry: Rc<(Values, Vec<bool>)>,
    /// What came of it so far.
    outcomes: RefCell<Vec<(Cuts, Rc<Outcome>)>>,
}

impl<'s> Subject<'s> {
    /// A stream under rules.
    #[must_use]
    pub fn new(rules: &'s Rules, stream: &'s Stream) -> Self {
        let mut values = Values::new(rules);
        let all = stream.values.iter();
        let accepted = all.map(|value| values.add(value).is_ok()).collect();
        Self {
            rules,
            stream,
            registry: Rc::new((values, accepted)),
            outcomes: RefCell::default(),
        }
    }

    /// Another stream with the same values, under the same rules.
    #[must_use]
    pub fn on<'o>(&self, stream: &'o Stream) -> Subject<'o>
    where
        's: 'o,
    {
        Subject {
            rules: self.rules,
            stream,
            registry: Rc::clone(&self.registry),
            outcomes: RefCell::default(),
        }
    }

    /// The registry before the first byte.
    #[must_use]
    pub fn values(&self) -> &Values {
        &self.registry.0
    }

    /// The values that are registered from the first byte to the last.
    pub fn registered(&self) -> impl Iterator<Item = &'s [u8]> {
        let Stream {
            values, changes, ..
        } = self.stream;
        let gone = |value: &[u8]| changes.iter().any(|it| !it.add && it.value == value);
        let accepted = values.iter().zip(&self.registry.1);
        accepted
            .filter(move |(value, accepted)| **accepted && !gone(value))
            .map(|(value, _)| value.as_slice())
    }

    /// Runs the stream to its end; once for each way of cutting it.
    ///
    /// # Errors
    /// The stream does not open.
    pub fn run(&self, cuts: Cuts) -> Result<Rc<Outcome>, Trouble> {
        let known = |outcomes: &Vec<(Cuts, Rc<Outcome>)>| {
            let known = outcomes.iter().find(|(known, _)| *known == cuts);
            known.map(|(_, outcome)| Rc::clone(outcome))
        };
        if let Some(outcome) = known(&self.outcomes.borrow()) {
            return Ok(outcome);
        }
        let outcome = Rc::new(self.drive(cuts, Turn::Next)?);
        self.outcomes.borrow_mut().push((cuts, Rc::clone(&outcome)));
        Ok(outcome)
    }

    /// The same, over to other instances after each chunk. No value may come or go.
    ///
    /// # Errors
    /// The stream does not open, a state is refused, or what was released comes again.
    pub fn relay(&self, cuts: Cuts) -> Result<Outcome, Trouble> {
        self.drive(cuts, Turn::Relay)
    }

    /// The same, with another stream behind each chunk where the stream is fresh there. No value may
    /// come or go. Findings are moved to where they are in the whole input, as a host does that
    /// redacts parts of it at the same time.
    ///
    /// # Errors
    /// The stream does not open, or it is fresh while it holds something back.
    pub fn restart(&self, cuts: Cuts) -> Result<Outcome, Trouble> {
        self.drive(cuts, Turn::Restart)
    }

    /// Redacts something else with the same registry, in one piece and in another style.
    ///
    /// # Errors
    /// The stream does not open.
    pub fn again(&self, bytes: &[u8], style: &Style) -> Result<Outcome, Trouble> {
        self.with(self.values(), bytes, style)
    }

    /// The same with another registry.
    ///
    /// # Errors
    /// The stream does not open.
    pub fn with(&self, values: &Values, bytes: &[u8], style: &Style) -> Result<Outcome, Trouble> {
        let options = Options {
            style: style.clone(),
            ..self.stream.options()
        };
        let mut machine = Machine::open(self.rules, &options)?;
        let mut out = Vec::new();
        machine.last(values, bytes, &mut out);
        Ok(Outcome {
            bytes: out,
            findings: machine.findings(),
        })
    }

    /// The most bytes that are held back while the stream comes one byte at a time.
    ///
    /// # Errors
    /// The stream does not open.
    pub fn most_held(&self) -> Result<usize, Trouble> {
        let mut machine = Machine::open(self.rules, &self.stream.options())?;
        let (mut out, mut most) = (Vec::new(), 0);
        for byte in self.stream.bytes.chunks(1) {
            machine.push(self.values(), byte, &mut out);
            most = most.max(machine.held());
        }
        Ok(usize::try_from(most)?)
    }

    fn drive(&self, cuts: Cuts, turn: Turn) -> Result<Outcome, Trouble> {
        let Self { rules, stream, .. } = *self;
        let options = stream.options();
        let mut values = if stream.changes.is_empty() {
            Registry::Shared(self.values())
        } else {
            Registry::Own(Box::new(stream.registry(rules)))
        };
        let mut machine = Machine::open(rules, &options)?;
        let (mut bytes, mut findings, mut begun) = (Vec::new(), Vec::new(), 0);
        let mut is_over = false;
        for chunk in stream.chunks(cuts) {
            // Whoever has no more to do before the end may say both at once.
            is_over = turn == Turn::Next
                && chunk.end == stream.bytes.len()
                && chunk.changes.is_empty()
                && !chunk.settle;
            if is_over {
                machine.last(values.get(), chunk.bytes, &mut bytes);
                break;
            }
            machine.push(values.get(), chunk.bytes, &mut bytes);
            for change in chunk.changes {
                values.change(change);
            }
            if chunk.settle {
                machine.settle(values.get(), &mut bytes);
            }
            match turn {
                Turn::Relay => {
                    findings.extend(machine.findings());
                    machine = self.hand_over(&machine, &options, chunk.end, true)?;
                    machine = self.hand_over(&machine, &options, chunk.end, false)?;
                }
                Turn::Restart if machine.is_fresh() => {
                    if machine.held() != 0 {
                        return Err("fresh, but there is input to come out".into());
                    }
                    findings.extend(self.moved(machine.findings(), begun));
                    machine = Machine::open(rules, &options)?;
                    begun = chunk.end;
                }
                Turn::Next | Turn::Restart => {}
            }
        }
        if !is_over {
            machine.finish(values.get(), &mut bytes);
        }
        findings.extend(self.moved(machine.findings(), begun));
        Ok(Outcome { bytes, findings })
    }

    /// Another instance that goes on from a checkpoint, fed up to `read`, or to the middle of what it
    /// has to be fed.
    fn hand_over(
        &self,
        machine: &Machine,
        options: &Options,
        read: usize,
        half: bool,
    ) -> Result<Machine, Trouble> {
        let checkpoint = machine.checkpoint();
        let mut next = Machine::resume(self.rules, options, &checkpoint.state)?;
        let from = usize::try_from(checkpoint.offset)?;
        let read = if half { from.midpoint(read) } else { read };
        let missing = self.stream.bytes.get(from..read);
        let missing = missing.ok_or("a checkpoint lies behind what was read")?;
        let mut again = Vec::new();
        next.push(self.values(), missing, &mut again);
        if !again.is_empty() {
            return Err(format!("released bytes came again: {}", shown(&again)).into());
        }
        Ok(next)
    }

    /// Findings of a stream that began at `begun`, as the whole stream has them.
    fn moved(&self, findings: Vec<Finding>, begun: usize) -> impl Iterator<Item = Finding> {
        let before = self.stream.bytes.get(..begun).unwrap_or_default();
        let (lines, columns) = place(before);
        let offset = before.len() as u64;
        findings.into_iter().map(move |mut finding| {
            finding.start += offset;
            finding.end += offset;
            if finding.position.line == 1 {
                finding.position.column += columns;
            }
            finding.position.line += lines;
            finding
        })
    }
}
