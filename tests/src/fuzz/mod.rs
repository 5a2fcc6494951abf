//! What is fuzzed: six functions of any bytes, which find fault with the engine or do not.
//!
//! The fuzzer calls them, and so does the test target `corpus` with each file that is committed.
//! Inputs are scripts ([`script`]), and what must hold are the checks of [`guarantees`].
//!
//! # Promise
//! The same bytes always come to the same.

mod case;
mod documents;
mod notations;
pub mod script;
mod seeds;
mod shapes;

use std::sync::LazyLock;

use hushgate_engine::{
    redact::{Framing, Style},
    rules::Rules,
};

pub use documents::check as detectors;
pub use notations::check as values;
pub use seeds::seeds;
pub use shapes::{check, inspect};

use crate::{
    Trouble, awkward,
    guarantees::{self, records as of_records},
    stream::{Cuts, Stream},
    subject::Subject,
};

/// Streams of more bytes are not cut everywhere: that would be most of the work.
const LONG: usize = 2000;

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Finds fault with what comes of an input.
    pub check: fn(&[u8]) -> Result<(), Trouble>,
}

/// All of them.
pub const TARGETS: [Target; 6] = [
    Target {
        name: "stream",
        check: stream,
    },
    Target {
        name: "records",
        check: records,
    },
    Target {
        name: "values",
        check: values,
    },
    Target {
        name: "detectors",
        check: detectors,
    },
    Target {
        name: "inspect",
        check: inspect,
    },
    Target {
        name: "check",
        check,
    },
];

static STANDARD: LazyLock<Rules> = LazyLock::new(Rules::standard);
#[expect(clippy::expect_used, reason = "a constant: every test would notice")]
static AWKWARD: LazyLock<Rules> =
    LazyLock::new(|| Rules::open(awkward::BUNDLE).expect("a correct bundle"));

/// The stream that a script makes, with its rules.
fn read(script: &[u8], framing: Framing) -> (&'static Rules, Stream) {
    script::read(script, framing, &STANDARD, &AWKWARD)
}

/// All that must hold of any stream of text.
///
/// # Errors
/// What does not hold.
pub fn stream(script: &[u8]) -> Result<(), Trouble> {
    let (rules, stream) = read(script, Framing::Text);
    stream_of(rules, &stream).map_err(|broken| described(broken, rules, &stream))
}

fn stream_of(rules: &Rules, stream: &Stream) -> Result<(), Trouble> {
    let subject = Subject::new(rules, stream);
    of_any(&subject)?;
    guarantees::bounds(&subject)?;
    // What was released by a settle may belong to a finding.
    guarantees::fidelity(&subject.on(&stream.unsettled()))
}

/// All that must hold of any stream of records.
///
/// # Errors
/// What does not hold.
pub fn records(script: &[u8]) -> Result<(), Trouble> {
    let (rules, stream) = read(script, Framing::Json);
    let check = || {
        let subject = Subject::new(rules, &stream);
        of_any(&subject)?;
        let stream = stream.unsettled();
        let subject = subject.on(&stream);
        of_records::fidelity(&subject)?;
        of_records::stay_records(&subject)?;
        of_records::find_what_text_finds(&subject)
    };
    check().map_err(|broken| described(broken, rules, &stream))
}

fn of_any(subject: &Subject<'_>) -> Result<(), Trouble> {
    let most = if subject.stream.bytes.len() <= LONG {
        Cuts::Everywhere
    } else {
        Cuts::Given
    };
    guarantees::cut(subject, &[Cuts::Given, most])?;
    guarantees::no_leak(subject)?;
    guarantees::idempotence(subject, &Style::Partial)?;
    guarantees::idempotence(subject, &subject.stream.style)?;
    guarantees::checkpoints(subject, Cuts::Given)?;
    guarantees::fresh_streams(subject, most)
}

/// What broke, and the stream that broke it in the form of a vector.
fn described(broken: Trouble, rules: &Rules, stream: &Stream) -> Trouble {
    let own = rules.digest() == STANDARD.digest();
    format!("{broken}\n\n{}", case::case(stream, own)).into()
}
