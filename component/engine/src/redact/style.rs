//! What is written in place of a finding.

use super::Key;

/// What is written in place of a finding.
#[derive(Debug, Clone, Default)]
pub enum Style {
    /// The detector's id in square brackets: `[github-pat]`.
    #[default]
    Label,
    /// Three stars: `***`.
    Stars,
    /// The detector's id and a keyed digest of what was found: `[github-pat:9f2c41]`.
    Fingerprint(Key),
    /// What every credential of the kind begins with, and stars for the rest: `ghp_***`.
    Partial,
}
