//! Redacts credentials in logs.
//!
//! The rules run inside a WebAssembly component that imports nothing: no clock, no files, no
//! network. This crate embeds it and runs it; every other host of Hushgate runs the same bytes.
//!
//! ```
//! use hushgate::{Gate, Registry};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A value that this process knows: it is found wherever it appears, also encoded.
//! Registry::process().add(b"correct horse battery staple")?;
//!
//! let gate = Gate::open()?;
//! assert_eq!(
//!     gate.redact_text("password: correct horse battery staple\n")?,
//!     "password: [registered]\n"
//! );
//! # Ok(())
//! # }
//! ```
//!
//! # In a log shipper
//! Open one [`Gate`] and clone it into each thread. Give each stream its own [`Redactor`], or
//! put a [`RedactingWriter`] in front of the writer you have. Where a stream pauses, `settle`
//! (or `flush`) releases what need not be held. Whole files go through [`Bulk`], on several threads.
//! Switch off the default feature `cli`, which brings the command line.
//!
//! # What is promised
//! For any way of cutting the same stream the output is the same; no registered value appears
//! in it; bytes outside findings are untouched; memory is bounded. Where the sandbox fails, it
//! is replaced and the input that it held is pushed once more; where that fails too, the output
//! says how many bytes are withheld, and nothing unredacted comes out.
//!
//! # What is not
//! A credential in a form that no detector knows, and that nobody registered, passes.

mod allow;
mod artefact;
mod batch;
mod bindings;
mod bulk;
mod config;
mod diagnostic;
mod digest;
mod error;
mod finding;
mod gate;
mod instance;
mod limits;
mod marker;
mod redactor;
mod registry;
mod room;
mod runtime;
mod shape;
mod spelling;
mod style;
mod writer;

pub use allow::{Allowance, Allowed, Use};
pub use bulk::{Bulk, BulkError, Part};
pub use diagnostic::{Diagnostic, Severity};
pub use digest::{Digests, component, component_digest};
pub use error::{GateError, RegisterError};
pub use finding::{Checksum, Confidence, Detector, Finding, Framing, Lifetime, Redacted};
pub use gate::{Gate, GateBuilder};
pub use limits::Limits;
pub use redactor::Redactor;
pub use registry::Registry;
pub use shape::{
    Around, Code, Declaration, Expected, Fact, Ground, InspectError, Inspection, Kind, Mode, Named,
    Phase, Principal, Property, Shape, Violation,
};
pub use style::{Key, Style};
pub use writer::RedactingWriter;

/// The examples of the crate's page compile and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
