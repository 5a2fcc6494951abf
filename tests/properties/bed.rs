//! Where properties are tried: a lane, and redactors of it that are used again and again.
//!
//! Opening a redactor costs more than most inputs do, and one that has seen a thousand streams
//! must give what a new one gives: the end of a stream leaves nothing behind.

use std::cell::RefCell;

use hushgate_tests::{
    Trouble,
    lane::{self, Lane, Outcome, Session, Setup, Step},
    vector::{Level, Records, Style},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};

use super::{bundle::BUNDLE, input::Input};

/// All styles.
pub const STYLES: [Style; 4] = [
    Style::Label,
    Style::Stars,
    Style::Fingerprint,
    Style::Partial,
];

/// How sure findings may have to be.
pub const LEVELS: [Level; 3] = [Level::Low, Level::Medium, Level::High];

/// The key of fingerprints.
pub const KEY: &[u8] = b"a key that is no secret";

/// How a redactor is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub style: Style,
    pub least: Level,
    /// Whether there is a key of fingerprints.
    pub keyed: bool,
    pub records: Records,
    /// Ids of the detectors to apply; empty means all.
    pub detectors: &'static [&'static str],
}

/// A lane, and what is open in it.
pub struct Bed<'l, L: Lane> {
    lane: &'l L,
    idle: RefCell<Vec<(Kind, L::Session)>>,
}

impl<'l, L: Lane> Bed<'l, L> {
    pub fn new(lane: &'l L) -> Self {
        Self {
            lane,
            idle: RefCell::default(),
        }
    }

    fn session(&self, kind: Kind) -> Result<L::Session, Trouble> {
        let mut idle = self.idle.borrow_mut();
        if let Some(place) = idle.iter().position(|(other, _)| *other == kind) {
            return Ok(idle.swap_remove(place).1);
        }
        let setup = Setup {
            bundle: Some(BUNDLE.to_owned()),
            detectors: kind.detectors.iter().map(|&id| id.to_owned()).collect(),
            style: kind.style,
            key: (kind.keyed || kind.style == Style::Fingerprint).then(|| KEY.to_vec()),
            now: Some(0),
            path: None,
            least: kind.least,
            records: kind.records,
        };
        let opened = self.lane.open(&setup)?;
        opened.map_err(|refusal| format!("it did not open: {refusal:?}").into())
    }

    /// Acts in a session with these values. It has to end the streams that it begins; one that
    /// fails on its way is not used again.
    pub fn with<T>(
        &self,
        kind: Kind,
        values: &[Vec<u8>],
        act: impl FnOnce(&mut L::Session) -> Result<T, Trouble>,
    ) -> Result<T, TestCaseError> {
        let tried = self.session(kind).and_then(|mut session| {
            register(&mut session, values)?;
            let done = act(&mut session)?;
            self.idle.borrow_mut().push((kind, session));
            Ok(done)
        });
        tried.map_err(|trouble| TestCaseError::fail(trouble.to_string()))
    }

    /// Redacts an input that is cut at these places.
    pub fn run(&self, input: &Input, cuts: &[usize]) -> Result<Outcome, TestCaseError> {
        self.with(input.kind(), &input.values, |session| {
            lane::run(session, &[input.steps(cuts)])
        })
    }

    /// Redacts bytes in one piece.
    pub fn whole(
        &self,
        kind: Kind,
        values: &[Vec<u8>],
        bytes: &[u8],
    ) -> Result<Outcome, TestCaseError> {
        self.with(kind, values, |session| {
            lane::run(session, &[vec![Step::Push(bytes)]])
        })
    }
}

/// Registers these values and no others.
pub fn register<S: Session>(session: &mut S, values: &[Vec<u8>]) -> Result<(), Trouble> {
    session.clear()?;
    values
        .iter()
        .try_for_each(|value| lane::register(session, value))
}

/// How many inputs a property is tried with where a lane is as fast as the native one.
pub fn cases() -> u32 {
    let asked = std::env::var("HUSHGATE_CASES").ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(4000)
}

/// Tries a property, and fails with the smallest input that breaks it.
pub fn check<T: std::fmt::Debug>(
    cases: u32,
    inputs: impl Strategy<Value = T>,
    property: impl Fn(T) -> Result<(), TestCaseError>,
) {
    let mut runner = TestRunner::new(Config {
        cases: cases.max(1),
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..Config::default()
    });
    if let Err(error) = runner.run(&inputs, property) {
        panic!("{error}");
    }
}

/// Bytes as a message shows them.
pub fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// Whether `part` stands in `text`.
pub fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len().max(1)).any(|it| it == part)
}
