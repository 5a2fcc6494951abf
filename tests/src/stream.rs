//! One stream, and what happens in it, run in every way that must make no difference.
//!
//! A [`Stream`] is what property tests and fuzz targets make up; a [`Subject`] runs it on the engine
//! without a sandbox. The oracle is the stream in one piece, cut only where something happens.

use std::fmt;

use hushgate_engine::{
    redact::{Finding, Framing, Key, Options, Style},
    rules::Rules,
    stream::Machine,
    values::Values,
};

use crate::Trouble;

/// How many styles there are.
pub const STYLES: usize = 4;

/// The key of fingerprints in made-up streams.
pub const KEY: &[u8] = b"a key that is no secret";

/// One of the styles, by number.
#[must_use]
pub fn style(number: usize) -> Style {
    match number % STYLES {
        0 => Style::Label,
        1 => Style::Stars,
        2 => Key::new(KEY).map_or(Style::Stars, Style::Fingerprint),
        _ => Style::Partial,
    }
}

/// A value that comes or goes in the middle of a stream.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// The input offset at which it does.
    pub at: usize,
    /// Whether it comes.
    pub add: bool,
    /// The value.
    pub value: Vec<u8>,
}

/// One stream, and what happens in it.
#[derive(Clone, Default)]
pub struct Stream {
    /// Values that are registered before the first byte; those that are refused are left out.
    pub values: Vec<Vec<u8>>,
    /// The input.
    pub bytes: Vec<u8>,
    /// Offsets at which it is cut.
    pub cuts: Vec<usize>,
    /// Offsets at which it is settled.
    pub settles: Vec<usize>,
    /// Values that come and go, in order. At one offset they do before it is settled.
    pub changes: Vec<Change>,
    /// What is written in place of findings.
    pub style: Style,
    /// What the stream consists of.
    pub framing: Framing,
    /// Ids of the detectors to apply; empty means all.
    pub detectors: Vec<String>,
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self.values.iter().map(|it| shown(it)).collect();
        let change = |it: &Change| format!("{} {} {}", it.at, it.add, shown(&it.value));
        let changes: Vec<_> = self.changes.iter().map(change).collect();
        f.debug_struct("Stream")
            .field("values", &values)
            .field("bytes", &shown(&self.bytes))
            .field("cuts", &self.cuts)
            .field("settles", &self.settles)
            .field("changes", &changes)
            .field("style", &self.style)
            .field("framing", &self.framing)
            .field("detectors", &self.detectors)
            .finish()
    }
}

/// Bytes as a person reads them.
#[must_use]
pub fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// Where a stream is cut, beside the places at which something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cuts {
    /// Nowhere.
    Nowhere,
    /// Where it says.
    Given,
    /// At one place.
    At(usize),
    /// Everywhere.
    Everywhere,
}

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

/// A part of the input, and what happens behind it.
struct Chunk<'s> {
    bytes: &'s [u8],
    end: usize,
    changes: Vec<&'s Change>,
    settle: bool,
}

/// Output and findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The joined output.
    pub bytes: Vec<u8>,
    /// All findings.
    pub findings: Vec<Finding>,
}

impl Stream {
    /// The same without settles.
    #[must_use]
    pub fn unsettled(&self) -> Self {
        Self {
            settles: Vec::new(),
            ..self.clone()
        }
    }

    fn options(&self) -> Options {
        Options {
            style: self.style.clone(),
            framing: self.framing,
            detectors: self.detectors.clone(),
            report: true,
        }
    }

    /// The registry before the first byte.
    fn registry(&self, rules: &Rules) -> Values {
        let mut values = Values::new(rules);
        for value in &self.values {
            let _refused = values.add(value);
        }
        values
    }

    fn chunks(&self, cuts: Cuts) -> Vec<Chunk<'_>> {
        let mut places = self.settles.clone();
        places.extend(self.changes.iter().map(|change| change.at));
        places.push(self.bytes.len());
        match cuts {
            Cuts::Nowhere => {}
            Cuts::Given => places.extend_from_slice(&self.cuts),
            Cuts::At(place) => places.push(place),
            Cuts::Everywhere => places.extend(1..self.bytes.len()),
        }
        places.sort_unstable();
        places.dedup();
        let mut from = 0;
        let chunk = |end: usize| {
            let bytes = self.bytes.get(from..end).unwrap_or_default();
            from = end;
            Chunk {
                bytes,
                end,
                changes: self.changes.iter().filter(|it| it.at == end).collect(),
                settle: self.settles.contains(&end),
            }
        };
        places.into_iter().map(chunk).collect()
    }
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
    values: Values,
}

impl<'s> Subject<'s> {
    /// A stream under rules.
    #[must_use]
    pub fn new(rules: &'s Rules, stream: &'s Stream) -> Self {
        Self {
            rules,
            stream,
            values: stream.registry(rules),
        }
    }

    /// The registry before the first byte.
    #[must_use]
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The values that are registered from the first byte to the last.
    pub fn registered(&self) -> impl Iterator<Item = &'s [u8]> {
        let mut scratch = Values::new(self.rules);
        let stream = self.stream;
        stream
            .values
            .iter()
            .filter(move |value| {
                let gone = |change: &Change| !change.add && change.value == **value;
                scratch.add(value).is_ok() && !stream.changes.iter().any(gone)
            })
            .map(Vec::as_slice)
    }

    /// Runs the stream to its end.
    ///
    /// # Errors
    /// The stream does not open.
    pub fn run(&self, cuts: Cuts) -> Result<Outcome, Trouble> {
        self.drive(cuts, Turn::Next)
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
        let options = Options {
            style: style.clone(),
            ..self.stream.options()
        };
        let mut machine = Machine::open(self.rules, &options)?;
        let mut out = Vec::new();
        machine.push(&self.values, bytes, &mut out);
        machine.finish(&self.values, &mut out);
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
            machine.push(&self.values, byte, &mut out);
            most = most.max(machine.held());
        }
        Ok(usize::try_from(most)?)
    }

    fn drive(&self, cuts: Cuts, turn: Turn) -> Result<Outcome, Trouble> {
        let Self { rules, stream, .. } = *self;
        let options = stream.options();
        let mut values = if stream.changes.is_empty() {
            Registry::Shared(&self.values)
        } else {
            Registry::Own(Box::new(stream.registry(rules)))
        };
        let mut machine = Machine::open(rules, &options)?;
        let (mut bytes, mut findings, mut begun) = (Vec::new(), Vec::new(), 0);
        for chunk in stream.chunks(cuts) {
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
        machine.finish(values.get(), &mut bytes);
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
        next.push(&self.values, missing, &mut again);
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

/// How many newlines stand in `before`, and how many bytes behind the last of them.
#[must_use]
pub fn place(before: &[u8]) -> (u64, u64) {
    let lines = before.iter().filter(|&&byte| byte == b'\n').count();
    let columns = before.iter().rev().take_while(|&&byte| byte != b'\n');
    (lines as u64, columns.count() as u64)
}
