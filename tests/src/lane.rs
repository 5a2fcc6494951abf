//! What a lane offers: one way of running the rules.

use crate::{
    Trouble,
    shape::{Answer, Declaration, Question, Seen, Violation},
    vector::{Diagnostic, Level, Records, Style},
};

/// How a redactor is opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Setup {
    /// Rules beside the built-in ones.
    pub bundle: Option<String>,
    /// Ids of the detectors to apply; empty means all.
    pub detectors: Vec<String>,
    /// What is written in place of a finding.
    pub style: Style,
    /// The key of fingerprints, in labels and in findings.
    pub key: Option<Vec<u8>>,
    /// Seconds since 1970.
    pub now: Option<u64>,
    /// The path of the file that streams are of.
    pub path: Option<String>,
    /// The least confidence of what is replaced.
    pub least: Level,
    /// What the lines of the stream are.
    pub records: Records,
}

/// What was refused, in the words that every lane shares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// The stable code.
    pub code: String,
    /// The number that it carries.
    pub limit: Option<u64>,
    /// What is wrong with the bundle.
    pub diagnostics: Vec<Diagnostic>,
}

/// A finding, with all that a lane knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// A detector's id, or `registered`.
    pub rule: String,
    /// Input offsets of the first byte, and behind the last one.
    pub span: [u64; 2],
    /// Line of the first byte, counted from 1.
    pub line: u64,
    /// Column of the first byte, in bytes, counted from 1.
    pub column: u64,
    /// `low`, `medium` or `high`.
    pub confidence: &'static str,
    /// `absent`, `right` or `wrong`.
    pub checksum: &'static str,
    /// 32 hex digits, where there is a key.
    pub fingerprint: Option<String>,
}

/// One way of running the rules.
pub trait Lane {
    /// What redacts streams, one after the other.
    type Session: Session;

    /// Its name in vectors and reports.
    fn name(&self) -> &'static str;

    /// Opens a redactor that keeps findings.
    ///
    /// # Errors
    /// The lane itself failed. That the set-up was refused is the inner error.
    fn open(&self, setup: &Setup) -> Result<Result<Self::Session, Refusal>, Trouble>;

    /// Says what a value may be.
    ///
    /// # Errors
    /// The lane itself failed. That the value was refused is the inner error.
    fn inspect(&self, question: &Question<'_>) -> Answer<Seen>;

    /// Says where a value is not what was declared.
    ///
    /// # Errors
    /// The lane itself failed. That the value was refused is the inner error.
    fn check(&self, question: &Question<'_>, declared: &Declaration) -> Answer<Vec<Violation>>;

    /// The declaration with this name, if there is one.
    ///
    /// # Errors
    /// The lane itself failed.
    fn declaration(&self, name: &str) -> Result<Option<Declaration>, Trouble>;
}

/// A redactor and its registered values.
pub trait Session {
    /// Registers a value.
    ///
    /// # Errors
    /// The lane itself failed. That the value was refused is the inner error.
    fn add(&mut self, value: &[u8]) -> Result<Result<(), Refusal>, Trouble>;

    /// Removes a value; whether it was there.
    ///
    /// # Errors
    /// The lane itself failed.
    fn remove(&mut self, value: &[u8]) -> Result<bool, Trouble>;

    /// Removes all values.
    ///
    /// # Errors
    /// The lane itself failed.
    fn clear(&mut self) -> Result<(), Trouble>;

    /// Feeds a chunk.
    ///
    /// # Errors
    /// The lane itself failed.
    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble>;

    /// Feeds a chunk of text.
    ///
    /// # Errors
    /// The lane itself failed.
    fn push_text(&mut self, chunk: &str, out: &mut Vec<u8>) -> Result<(), Trouble>;

    /// Releases what a prompt needs.
    ///
    /// # Errors
    /// The lane itself failed.
    fn settle(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble>;

    /// Ends the stream.
    ///
    /// # Errors
    /// The lane itself failed.
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble>;

    /// The findings since the last call.
    ///
    /// # Errors
    /// The lane itself failed.
    fn findings(&mut self) -> Result<Vec<Found>, Trouble>;

    /// Places of the entries of the allowlist that let something through so far.
    ///
    /// # Errors
    /// The lane itself failed.
    fn allowed(&mut self) -> Result<Vec<u32>, Trouble>;

    /// Whether a stream that begins here would go on as this one.
    ///
    /// # Errors
    /// The lane itself failed.
    fn is_fresh(&mut self) -> Result<bool, Trouble>;
}

/// A session that can go over to another redactor in the middle of a stream, as a host does that
/// has lost a sandbox. The host library does that of its own accord, so it has no such calls.
pub trait Relay: Session {
    /// From which input offset on another redactor would have to read again.
    ///
    /// # Errors
    /// The lane itself failed.
    fn checkpoint(&mut self) -> Result<u64, Trouble>;

    /// Goes on in another redactor. `input` is what was pushed so far; what of it is released again
    /// is appended to `out`, and should be nothing.
    ///
    /// # Errors
    /// The lane itself failed, or the state is refused.
    fn relay(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble>;
}

/// What of `input` lies behind a checkpoint's offset.
///
/// # Errors
/// The offset lies behind the input.
pub fn behind(input: &[u8], offset: u64) -> Result<&[u8], Trouble> {
    let offset = usize::try_from(offset)?;
    let rest = input.get(offset..);
    rest.ok_or_else(|| format!("a checkpoint at {offset} of {} bytes", input.len()).into())
}

/// One step of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Bytes come.
    Push(&'a [u8]),
    /// Text comes.
    PushText(&'a str),
    /// A value is registered.
    Add(&'a [u8]),
    /// A value is removed.
    Remove(&'a [u8]),
    /// The stream pauses.
    Settle,
}

/// What came of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What each group of steps released, and the end.
    pub released: Vec<Vec<u8>>,
    /// All findings.
    pub findings: Vec<Found>,
}

impl Outcome {
    /// The whole output.
    #[must_use]
    pub fn output(&self) -> Vec<u8> {
        self.released.concat()
    }
}

/// Runs one stream to its end.
///
/// # Errors
/// The lane failed, or a value was refused that must not be.
pub fn run<S: Session>(session: &mut S, groups: &[Vec<Step<'_>>]) -> Result<Outcome, Trouble> {
    let mut released = Vec::with_capacity(groups.len() + 1);
    for group in groups {
        let mut out = Vec::new();
        for step in group {
            match *step {
                Step::Push(chunk) => session.push(chunk, &mut out)?,
                Step::PushText(chunk) => session.push_text(chunk, &mut out)?,
                Step::Settle => session.settle(&mut out)?,
                Step::Add(value) => register(session, value)?,
                Step::Remove(value) => {
                    if !session.remove(value)? {
                        return Err("a value that is removed was not registered".into());
                    }
                }
            }
        }
        released.push(out);
    }
    let mut out = Vec::new();
    session.finish(&mut out)?;
    released.push(out);
    let findings = session.findings()?;
    Ok(Outcome { released, findings })
}

/// Registers a value that must not be refused.
///
/// # Errors
/// The lane failed, or the value was refused.
pub fn register<S: Session>(session: &mut S, value: &[u8]) -> Result<(), Trouble> {
    session.add(value)?.map_err(|refusal| {
        let shown = value.get(..value.len().min(40)).unwrap_or_default();
        format!(
            "value `{}…` is refused: {}",
            shown.escape_ascii(),
            refusal.code
        )
        .into()
    })
}
