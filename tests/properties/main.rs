//! The guarantees of redaction as properties, over inputs that are made to be awkward: pieces
//! of credentials generated from the detectors' own patterns, registered values that overlap
//! each other and the labels, fragments of both, run together without separators.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test reports by failing"
)]

mod guarantees;
mod input;
mod records;
mod reference;
