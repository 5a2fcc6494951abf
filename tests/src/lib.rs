//! What the test lanes share: vectors as data, and the runner that tries them on a lane.
//!
//! - [`vector`]: the form of the files under `vectors/`.
//! - [`expand`]: a case becomes a [`Trial`](expand::Trial), with every way of cutting its input.
//! - [`lane`]: what a way of running the rules has to offer.
//! - [`native`], [`wasmtime`] and [`scalar`]: the lanes.
//! - [`runner`]: cases on a lane, with a report.
//! - [`shape`]: what a lane says of a value, and what a case expects of it.
//! - [`credential`]: credentials that are drawn from the detectors' patterns.
//! - [`policies`]: the examples of the built-in detectors as trials.
//! - [`log`] and [`random`]: made-up logs, the same ones in every run.
//! - [`stream`], [`subject`] and [`guarantees`]: made-up streams, how they are run, and what must hold
//!   of each.
//! - [`awkward`] and [`notation`]: detectors that are made to be difficult, and ways of writing text.
//! - [`fuzz`]: what is fuzzed, and the form of its inputs.
//!
//! The form of the files is described in `README.md` beside this crate, field by field, so that
//! runners in other languages read the same ones.

pub mod awkward;
pub mod credential;
pub mod expand;
pub mod fuzz;
pub mod guarantees;
pub mod lane;
pub mod log;
pub mod native;
pub mod notation;
pub mod policies;
pub mod random;
pub mod runner;
pub mod shape;
pub mod stream;
pub mod subject;
pub mod vector;

#[cfg(feature = "component")]
pub mod scalar;
#[cfg(feature = "component")]
pub mod wasmtime;

/// Why a test could not be carried out.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// The example of the first page compiles and runs.
#[cfg(all(doctest, feature = "component"))]
#[doc = include_str!("../../README.md")]
struct Readme;
