//! Benches as data.
//!
//! - [`definition`]: the form of the files under `definitions/`.
//! - [`haystack`]: what is measured on, made by [`makers`] from a seed, with its findings known
//!   by construction.
//! - [`credential`], [`values`] and [`synthetic`]: what is hidden in a haystack, registered, or
//!   added to the rules.
//! - [`lanes`]: ways of running the rules; [`runner`]: benches on lanes; [`measure`] and
//!   [`child`]: what is measured.
//! - [`peers`]: other programs on the same file; [`cases`]: examples of theirs to score against.
//! - [`tune`]: which keywords share a bucket of the first pass.
//! - [`record`], [`machine`] and [`report`]: what is kept, where it was measured, and
//!   `docs/performance.md` made from it.
//!
//! # Promise
//! A bench is a test too: a pass whose number of findings is not the one expected is an error,
//! not a figure.

pub mod cases;
pub mod child;
pub mod console;
pub mod credential;
pub mod definition;
pub mod haystack;
pub mod lanes;
pub mod machine;
pub mod makers;
pub mod measure;
pub mod peers;
pub mod random;
pub mod record;
pub mod report;
pub mod runner;
pub mod synthetic;
pub mod target;
pub mod tune;
pub mod values;
pub mod workspace;
