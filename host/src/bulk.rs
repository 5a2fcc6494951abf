//! Redaction of one input on several threads.
//!
//! # Promise
//! Output and findings are those of a single redactor, and come in order.
//!
//! # Why it holds
//! The input is cut into pieces. Each is redacted by a stream of its own, as if nothing stood in
//! front of it. That is right where the stream in front of it is fresh when it comes to the cut: so
//! says the component. Where it is not, what was made of the piece is thrown away, and the stream in
//! front goes on through it, until it is fresh at the end of a piece. Cuts lie behind newlines, where
//! hardly anything but a block of several lines is still undecided.
//!
//! # Bounds
//! No more pieces are read than three times as many as there are threads until the first of them is
//! handed over.
//!
//! # Hazard
//! What is made of a piece is not known to be right before its turn comes: its output may hold
//! half a private key. Buffers are wiped when dropped, and an output that is thrown away at once.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use zeroize::{Zeroize as _, Zeroizing};

use crate::error::GateError;
use crate::finding::Finding;
use crate::gate::Gate;
use crate::marker::withheld;
use crate::redactor::{CHUNK, Redactor};

/// Length of a piece in bytes: what threads have in hand fits into the caches near to them, and yet
/// they seldom meet.
const PIECE: usize = 128 << 10;

/// How many pieces of one thread may be on their way: one to be redacted, and those that wait for
/// another one.
const BUFFERS: usize = 3;

/// Redacts inputs that are all at hand, such as files, on several threads. Output and findings are
/// those of a single [`Redactor`]. A value that is registered meanwhile is found from some place on.
///
/// ```
/// use std::convert::Infallible;
/// use std::num::NonZeroUsize;
///
/// use hushgate::{Bulk, Gate, Registry};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::new();
/// registry.add(b"correct-horse-battery")?;
/// let gate = Gate::builder().registry(&registry).findings(true).open()?;
///
/// let log = "login app:correct-horse-battery\n".repeat(50_000);
/// let (mut output, mut findings) = (Vec::new(), 0);
/// let threads = NonZeroUsize::new(4).unwrap_or(NonZeroUsize::MIN);
/// Bulk::new(&gate, threads).redact(log.as_bytes(), |part| {
///     output.extend_from_slice(part.output);
///     findings += part.findings.len();
///     Ok::<_, Infallible>(())
/// })?;
/// assert!(output == "login app:[registered]\n".repeat(50_000).as_bytes());
/// assert_eq!(findings, 50_000);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Bulk {
    gate: Gate,
    threads: NonZeroUsize,
    piece: usize,
}

/// The next part of the output.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Part<'p> {
    /// What goes out next; it may be empty.
    pub output: &'p [u8],
    /// What was decided to be findings, in order, with places in the whole input. They are kept only
    /// where the gate was opened with `findings(true)`.
    pub findings: &'p [Finding],
    /// How many bytes of input were read for it.
    pub read: usize,
}

/// Why an input was not redacted to its end. What was handed over until then is redacted.
#[derive(Debug, thiserror::Error)]
pub enum BulkError<E> {
    /// The input cannot be read any further.
    #[error("the input cannot be read: {0}")]
    Input(#[source] io::Error),
    /// The gate failed. The last part ends with a marker that says how many of the bytes that were
    /// read for it are withheld, unless there are none or a registered value would stand in it.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The receiver of the parts refused one.
    #[error("the output is refused: {0}")]
    Output(E),
}

impl Bulk {
    /// Redacts with this gate on so many threads, that of the caller included.
    pub fn new(gate: &Gate, threads: NonZeroUsize) -> Self {
        Self {
            gate: gate.clone(),
            threads,
            piece: PIECE,
        }
    }

    /// Cuts the input into pieces of at most so many bytes. It exists to test what happens at cuts;
    /// do not use it.
    #[doc(hidden)]
    pub fn piece(mut self, bytes: usize) -> Self {
        self.piece = bytes.max(1);
        self
    }

    /// Redacts all of `input`, and hands the output over in order, on the thread of the caller.
    ///
    /// # Errors
    /// `input` or `output` failed, or the gate did.
    pub fn redact<E>(
        &self,
        input: impl Read + Send,
        output: impl FnMut(Part<'_>) -> Result<(), E>,
    ) -> Result<(), BulkError<E>> {
        let source = Mutex::new(Source {
            input,
            piece: self.piece,
            rest: Zeroizing::default(),
            pieces: 0,
            is_over: false,
        });
        let mut joint = Joint {
            gate: self.gate.clone(),
            output,
            early: BTreeMap::new(),
            next: 0,
            homes: Vec::new(),
            open: None,
            at: Place::default(),
        };
        thread::scope(|scope| {
            let (done, results) = channel();
            let own = joint.worker(&self.gate, &source);
            for number in 1..self.threads.get() {
                let worker = joint.worker(&self.gate, &source);
                let done = done.clone();
                let thread = thread::Builder::new().name(format!("hushgate-{number}"));
                if thread.spawn_scoped(scope, || worker.run(done)).is_err() {
                    // With fewer threads it takes longer; that is all.
                    break;
                }
            }
            drop(done);
            joint.run(own, &results)
        })
    }
}

/// What a piece needs, used again and again.
#[derive(Default)]
struct Buffers {
    input: Zeroizing<Vec<u8>>,
    /// As it came out of the sandbox, one after the other.
    outputs: Zeroizing<Vec<Vec<u8>>>,
}

/// What comes behind a piece.
enum Next {
    /// Another one.
    Piece,
    /// Nothing: this is the last.
    End,
    /// The input failed.
    Failure(io::Error),
}

/// A piece of the input.
struct Piece {
    /// Counted from 0.
    number: u64,
    /// Whose buffers they are. A thread's own lie in the memory that is nearest to it.
    owner: usize,
    buffers: Buffers,
    next: Next,
}

/// Where pieces come from.
struct Source<R> {
    input: R,
    piece: usize,
    /// What was read behind the last cut.
    rest: Zeroizing<Vec<u8>>,
    pieces: u64,
    is_over: bool,
}

impl<R: Read> Source<R> {
    /// The next piece, in these buffers. Nothing is left in them of the piece that had them before.
    fn next(&mut self, owner: usize, mut buffers: Buffers) -> Option<Piece> {
        if self.is_over {
            return None;
        }
        buffers.outputs.clear();
        let piece = &mut buffers.input;
        piece.clear();
        // Room for all of it at once: a buffer that grows leaves copies behind.
        piece.reserve(self.piece.max(self.rest.len().saturating_add(1)));
        piece.append(&mut self.rest);
        let room = self.piece.saturating_sub(piece.len()).max(1);
        let read = self.input.by_ref().take(room as u64).read_to_end(piece);
        let next = match read {
            Ok(read) if read == room => {
                let cut = cut(piece);
                self.rest = Zeroizing::new(piece.split_off(cut));
                Next::Piece
            }
            Ok(_) => Next::End,
            Err(error) => Next::Failure(error),
        };
        self.is_over = !matches!(next, Next::Piece);
        let number = self.pieces;
        self.pieces += 1;
        Some(Piece {
            number,
            owner,
            buffers,
            next,
        })
    }
}

/// Where a piece is best cut: behind the last newline of its second half, or the last byte that is
/// no part of a word. There the stream is most likely fresh; and it is not empty.
fn cut(piece: &[u8]) -> usize {
    let middle = piece.len() / 2;
    let half = piece.get(middle..).unwrap_or_default();
    let newline = half.iter().rposition(|&byte| byte == b'\n');
    let apart = || {
        let is_apart =
            |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'_';
        half.iter().rposition(is_apart)
    };
    newline
        .or_else(apart)
        .map_or(piece.len(), |at| middle + at + 1)
}

/// What was made of a piece, if nothing in front of it matters.
struct Done {
    piece: Piece,
    findings: Vec<Finding>,
    /// How far it leads. Lines are counted only where findings are kept.
    length: Place,
    end: End,
}

/// How the stream stands at the end of a piece.
enum End {
    /// What follows is a stream of its own.
    Fresh,
    /// It goes on.
    Open(Box<Redactor>),
    Failed(GateError),
    /// Nobody knows: the piece, of so many bytes, is gone.
    Lost(u64),
}

/// What one thread does.
struct Worker<'w, R> {
    number: usize,
    gate: &'w Gate,
    source: &'w Mutex<Source<R>>,
    /// Its buffers that are free.
    free: Receiver<Buffers>,
    /// At the start of a stream.
    redactor: Option<Redactor>,
}

impl<R: Read> Worker<'_, R> {
    /// Redacts pieces until there is none, or nobody wants one.
    fn run(mut self, done: Sender<Done>) {
        // Waits where too many pieces are on their way.
        while let Ok(buffers) = self.free.recv() {
            let Some(piece) = self.read(buffers) else {
                return;
            };
            let alarm = Alarm {
                done: &done,
                number: piece.number,
                bytes: piece.buffers.input.len(),
            };
            let result = self.redact(piece);
            std::mem::forget(alarm);
            if done.send(result).is_err() {
                return;
            }
        }
    }

    /// The next piece, unless it would have to wait for a buffer.
    fn try_next(&mut self) -> Option<Done> {
        let buffers = self.free.try_recv().ok()?;
        let piece = self.read(buffers)?;
        Some(self.redact(piece))
    }

    fn read(&self, buffers: Buffers) -> Option<Piece> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        source.next(self.number, buffers)
    }

    fn redact(&mut self, mut piece: Piece) -> Done {
        let mut redactor = match self
            .redactor
            .take()
            .map_or_else(|| self.gate.redactor(), Ok)
        {
            Ok(redactor) => redactor,
            Err(error) => return failed(self.gate, piece, error),
        };
        let Buffers { input, outputs } = &mut piece.buffers;
        let redacted = go_on(&mut redactor, input, &piece.next, outputs);
        let findings = redactor.findings();
        let end = match redacted {
            Ok(true) => {
                self.redactor = Some(redactor);
                End::Fresh
            }
            Ok(false) => End::Open(Box::new(redactor)),
            Err(error) => End::Failed(error),
        };
        let length = match self.gate.options().report {
            true => Place::behind(input),
            false => Place {
                offset: input.len() as u64,
                ..Place::default()
            },
        };
        Done {
            piece,
            findings,
            length,
            end,
        }
    }
}

/// A piece that no stream has read: all of it is withheld.
fn failed(gate: &Gate, mut piece: Piece, error: GateError) -> Done {
    let Buffers { input, outputs } = &mut piece.buffers;
    outputs.zeroize();
    outputs.push(marker(input.len() as u64, gate));
    Done {
        piece,
        findings: Vec::new(),
        length: Place::default(),
        end: End::Failed(error),
    }
}

/// Has a stream read a piece; whether it is over then, and the redactor at the start of another one.
fn go_on(
    redactor: &mut Redactor,
    input: &[u8],
    next: &Next,
    outputs: &mut Vec<Vec<u8>>,
) -> Result<bool, GateError> {
    for chunk in input.chunks(CHUNK) {
        released(outputs, |output| redactor.push(chunk, output))?;
    }
    let is_over = matches!(next, Next::End) || redactor.is_fresh();
    if is_over {
        released(outputs, |output| redactor.finish(output))?;
    }
    Ok(is_over)
}

/// Adds what `step` releases to the outputs. None is appended to another one: that would copy it.
fn released(
    outputs: &mut Vec<Vec<u8>>,
    step: impl FnOnce(&mut Vec<u8>) -> Result<(), GateError>,
) -> Result<(), GateError> {
    let mut output = Vec::new();
    let done = step(&mut output);
    if !output.is_empty() {
        outputs.push(output);
    }
    done
}

/// What stands for so many bytes of input.
fn marker(bytes: u64, gate: &Gate) -> Vec<u8> {
    let mut marker = Vec::new();
    withheld(bytes, gate.registry(), &mut marker);
    marker
}

/// Tells of a thread that panics, as the others would wait for its piece for ever.
struct Alarm<'d> {
    done: &'d Sender<Done>,
    number: u64,
    /// How many bytes of input are lost with it.
    bytes: usize,
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        let piece = Piece {
            number: self.number,
            owner: 0,
            buffers: Buffers::default(),
            next: Next::End,
        };
        // Where nobody listens, nobody waits.
        let _ = self.done.send(Done {
            piece,
            findings: Vec::new(),
            length: Place::default(),
            end: End::Lost(self.bytes as u64),
        });
    }
}

/// Puts pieces together again.
struct Joint<S> {
    gate: Gate,
    output: S,
    /// What came before its turn.
    early: BTreeMap<u64, Done>,
    /// Whose turn it is.
    next: u64,
    /// Where buffers go when they are free, by their owners.
    homes: Vec<Sender<Buffers>>,
    /// The stream that goes on, and where it began; nothing where the next piece begins one.
    open: Option<(Box<Redactor>, Place)>,
    /// Where the next piece begins.
    at: Place,
}

impl<S> Joint<S> {
    /// Another worker, with buffers of its own.
    fn worker<'w, R>(&mut self, gate: &'w Gate, source: &'w Mutex<Source<R>>) -> Worker<'w, R> {
        let (home, free) = channel();
        for _ in 0..BUFFERS {
            // The receiver lives on in the worker.
            let _ = home.send(Buffers::default());
        }
        self.homes.push(home);
        Worker {
            number: self.homes.len() - 1,
            gate,
            source,
            free,
            redactor: None,
        }
    }

    /// Works as one of the threads, and takes over what the others make.
    fn run<E, R: Read>(
        mut self,
        mut own: Worker<'_, R>,
        results: &Receiver<Done>,
    ) -> Result<(), BulkError<E>>
    where
        S: FnMut(Part<'_>) -> Result<(), E>,
    {
        loop {
            for done in results.try_iter() {
                self.early.insert(done.piece.number, done);
            }
            while let Some(done) = self.early.remove(&self.next) {
                self.take(done)?;
                self.next += 1;
            }
            // Where there is nothing to do here, the next one in turn is on its way elsewhere.
            let done = match own.try_next() {
                Some(done) => done,
                None => match results.recv() {
                    Ok(done) => done,
                    Err(_) => return Ok(()),
                },
            };
            self.early.insert(done.piece.number, done);
        }
    }

    /// Hands over the next piece.
    fn take<E>(&mut self, done: Done) -> Result<(), BulkError<E>>
    where
        S: FnMut(Part<'_>) -> Result<(), E>,
    {
        let Done {
            mut piece,
            mut findings,
            length,
            end,
        } = done;
        let Buffers { input, outputs } = &mut piece.buffers;
        let mut failure = None;
        match (self.open.take(), end) {
            (open, End::Lost(bytes)) => {
                // Nothing can go on behind a gap: what the stream in front holds may end in it.
                let kept = open.map_or(0, |(redactor, _)| redactor.kept());
                let bytes = kept.saturating_add(bytes);
                outputs.push(marker(bytes, &self.gate));
                let cause = String::from("a thread panicked");
                failure = Some(GateError::Withheld { bytes, cause });
            }
            (Some((mut redactor, begun)), end) => {
                // What was made of this piece did not know what stands in front of it.
                outputs.zeroize();
                if let End::Open(mut guess) = end {
                    // At the start of a stream again its sandbox serves another one.
                    let _ = guess.finish(&mut Zeroizing::default());
                }
                let redacted = go_on(&mut redactor, input, &piece.next, outputs);
                findings = redactor.findings();
                begun.place(&mut findings);
                match redacted {
                    Ok(true) => {}
                    Ok(false) => self.open = Some((redactor, begun)),
                    Err(error) => failure = Some(error),
                }
            }
            (None, End::Fresh) => self.at.place(&mut findings),
            (None, End::Open(redactor)) => {
                self.at.place(&mut findings);
                self.open = Some((redactor, self.at));
            }
            (None, End::Failed(error)) => {
                self.at.place(&mut findings);
                failure = Some(error);
            }
        }
        // These are right now, so they need not be wiped.
        let outputs = std::mem::take(&mut **outputs);
        let (last, others) = outputs.split_last().unzip();
        for output in others.unwrap_or_default() {
            let part = Part {
                output,
                findings: &[],
                read: 0,
            };
            (self.output)(part).map_err(BulkError::Output)?;
        }
        let part = Part {
            output: last.map(Vec::as_slice).unwrap_or_default(),
            findings: &findings,
            read: input.len(),
        };
        (self.output)(part).map_err(BulkError::Output)?;
        if let Some(error) = failure {
            return Err(error.into());
        }
        if let Next::Failure(error) = piece.next {
            return Err(BulkError::Input(error));
        }
        self.at.pass(length);
        if let Some(home) = self.homes.get(piece.owner) {
            // A thread that reads no more needs no buffers.
            let _ = home.send(piece.buffers);
        }
        Ok(())
    }
}

/// A place in the input.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    offset: u64,
    /// How many lines ended before it.
    lines: u64,
    /// How many bytes of its own line stand before it.
    column: u64,
}

impl Place {
    /// The place behind `input`, if that begins at the beginning.
    fn behind(input: &[u8]) -> Self {
        let last = input.iter().rposition(|&byte| byte == b'\n');
        // Sums of bytes are what a compiler can make vector instructions of.
        let count = |part: &[u8]| part.iter().map(|&byte| u8::from(byte == b'\n')).sum::<u8>();
        Self {
            offset: input.len() as u64,
            lines: input.chunks(255).map(|part| u64::from(count(part))).sum(),
            column: (input.len() - last.map_or(0, |last| last + 1)) as u64,
        }
    }

    /// Moves as far as `length` leads.
    fn pass(&mut self, length: Self) {
        self.offset += length.offset;
        self.lines += length.lines;
        self.column = match length.lines {
            0 => self.column + length.column,
            _ => length.column,
        };
    }

    /// Moves findings that count from here to where they are in the whole input.
    fn place(&self, findings: &mut [Finding]) {
        for finding in findings {
            finding.span = finding.span.start + self.offset..finding.span.end + self.offset;
            if finding.line == 1 {
                finding.column += self.column;
            }
            finding.line += self.lines;
        }
    }
}

impl<R> fmt::Debug for Source<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("pieces", &self.pieces)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_lie_where_streams_are_fresh() {
        assert_eq!(cut(b"one two\nthree four\nfive"), 19);
        assert_eq!(
            cut(b"one two\nthree four five"),
            19,
            "the newline is too far back"
        );
        assert_eq!(cut(b"onetwothree"), 11);
        assert_eq!(cut(b"x"), 1);
        assert_eq!(cut(b"\n"), 1);
        assert_eq!(
            cut("a \u{e9}\u{e9}\u{e9}".as_bytes()),
            8,
            "no part of a character"
        );
    }

    #[test]
    fn pieces_are_all_of_the_input() {
        let input = "a line of text\n".repeat(40);
        let mut source = Source {
            input: input.as_bytes(),
            piece: 64,
            rest: Zeroizing::default(),
            pieces: 0,
            is_over: false,
        };
        let mut read = Vec::new();
        let mut ends = 0;
        while let Some(piece) = source.next(0, Buffers::default()) {
            assert!(piece.buffers.input.len() <= 64);
            read.extend_from_slice(&piece.buffers.input);
            ends += usize::from(matches!(piece.next, Next::End));
        }
        assert_eq!(read, input.as_bytes());
        assert_eq!(ends, 1);
    }

    /// A stream that goes on holds the beginning of a value; its end was in a piece that is gone.
    #[test]
    fn behind_a_piece_that_is_lost_nothing_comes() {
        let registry = crate::Registry::new();
        registry.add(b"correct-horse-battery").expect("a value");
        let gate = Gate::builder().registry(&registry).open().expect("a gate");
        let (mut output, mut parts) = (Vec::new(), 0);
        let mut joint = Joint {
            gate: gate.clone(),
            output: |part: Part<'_>| {
                output.extend_from_slice(part.output);
                parts += 1;
                Ok::<_, std::convert::Infallible>(())
            },
            early: BTreeMap::new(),
            next: 1,
            homes: Vec::new(),
            open: None,
            at: Place::default(),
        };
        let mut redactor = gate.redactor().expect("a redactor");
        redactor
            .push(b"correct-horse", &mut Vec::new())
            .expect("a sandbox that works");
        joint.open = Some((Box::new(redactor), Place::default()));
        let (done, results) = channel();
        drop(Alarm {
            done: &done,
            number: 1,
            bytes: 30,
        });
        let ended = joint.take(results.recv().expect("an alarm"));
        drop(joint);
        let Err(BulkError::Gate(GateError::Withheld { bytes, .. })) = ended else {
            panic!("{ended:?}");
        };
        assert_eq!((bytes, parts), (43, 1));
        assert_eq!(output, b"[hushgate: 43 bytes withheld]\n");
    }
}
