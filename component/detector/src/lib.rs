//! Detector rules: read from TOML, checked, compiled to tables that the engine runs.
//!
//! A detector is data. This crate owns its form: the document ([`document`]), the pattern
//! language ([`pattern`]), the tables they become ([`table`]) and the Rust source of the
//! built-in ones ([`emit`]). The same code runs when the component is built, for the built-in
//! detectors, and inside the component, for an organisation's own.
//!
//! # Invariant
//! A rule that was accepted can be matched in one forward pass with bounded memory: every
//! repetition is deterministic, and behind an unbounded one everything is optional. Whatever
//! would break that is refused here, with a diagnostic that names the rule and the place.
//!
//! # Example
//! ```
//! use hushgate_detector::{document::Document, table::Table};
//!
//! let text = r#"
//! [[detector]]
//! id = "exf-token"
//! since = "0.1.0"
//! description = "Example Forge token: acts as one user."
//! pattern = '\bexf_[0-9a-f]{32}\b'
//! keywords = ["exf_"]
//! max-len = 36
//! lifetime = "static"
//! source = "https://docs.forge.example/tokens"
//! [[detector.example]]
//! text = ["exf_", "0123456789abcdef0123456789abcdef"]
//! redacted = "[exf-token]"
//! [[detector.counter-example]]
//! text = "exf_helper"
//! why = "an identifier"
//! "#;
//! let document = Document::parse(text).expect("a correct document");
//! let table = Table::build(&document.detectors);
//! assert_eq!(table.rules.len(), 1);
//! ```

pub mod diagnostic;
pub mod document;
pub mod emit;
pub mod glob;
pub mod name;
pub mod pattern;
pub mod table;

pub use diagnostic::{Diagnostic, Severity};
