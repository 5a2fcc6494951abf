//! A span that was replaced.

use hushgate_detector::document::Confidence;

use super::Position;
use crate::detect::Checksum;

/// A span that was replaced. It names a rule and a place, never the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The detector's id, or `registered`.
    pub rule: String,
    /// Input offset of the first byte.
    pub start: u64,
    /// Input offset behind the last byte.
    pub end: u64,
    /// Where the first byte is.
    pub position: Position,
    /// How sure it is.
    pub confidence: Confidence,
    /// What its checksum says.
    pub checksum: Checksum,
    /// Its fingerprint in 32 hex digits, where the options have a key.
    pub fingerprint: Option<String>,
}
