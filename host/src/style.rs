//! What is written in place of a finding, and the key that fingerprints need.
//!
//! # Hazard
//! The key is a secret: it is in no `Debug` output and no error, and every copy of it is wiped
//! when dropped.

use std::fmt;
use std::sync::Arc;

use zeroize::{Zeroize as _, Zeroizing};

use crate::bindings::redact;

/// What is written in place of a finding.
///
/// Where a registered value would stand in that, or be spelled by it and the text around it, it
/// is `[redacted]`, `[*]`, `***` or another label without a name.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Style {
    /// The detector's id in square brackets: `[github-pat]`, or `[registered]`.
    #[default]
    Label,
    /// Three stars, whatever was found: `***`.
    Stars,
    /// The same as `Label`, with a fingerprint of 6 hex digits: `[github-pat:9f2c41]`.
    ///
    /// Under one key equal credentials have equal fingerprints, so that two lines about one
    /// credential can be joined; two different ones have the same with a chance of one in
    /// 16,777,216. That of a registered value is the same in whatever notation it was found.
    Fingerprint(Key),
    /// What every credential of the kind begins with, at most 16 bytes, then three stars:
    /// `ghp_***`. Three stars alone for registered values, for kinds without such a beginning,
    /// and where what is shown could be mistaken for the end of something else.
    Partial,
}

/// The key of fingerprints: at least 16 bytes, which should be random.
///
/// Whoever has it can tell whether a guessed credential is the one that a fingerprint stands for;
/// keep it as you keep a password. Clones share it; it is wiped with the last one.
///
/// ```
/// use hushgate::{Gate, Key, Style};
///
/// # fn main() -> Result<(), hushgate::GateError> {
/// let key = Key::new(b"0123456789abcdef");
/// let gate = Gate::builder().style(Style::Fingerprint(key)).open()?;
/// let log = ["token=ghp_", "EXAMPLEneverEXAMPLEissuedEXAMP0Fs62F", "\n"].concat();
/// assert_eq!(gate.redact_text(&log)?, "token=[github-pat:8ff62e]\n");
///
/// let short = Gate::builder().style(Style::Fingerprint(Key::new(b"too short"))).open();
/// assert_eq!(short.unwrap_err().code(), "key-too-short");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Key(Arc<Zeroizing<Vec<u8>>>);

impl Key {
    /// Its bytes, for a sandbox.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// A key of these bytes. One that is too short is refused when a gate is opened with it.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Arc::new(Zeroizing::new(bytes.to_vec())))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").finish_non_exhaustive()
    }
}

impl From<Style> for redact::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::Label => Self::Label,
            Style::Stars => Self::Stars,
            Style::Fingerprint(key) => Self::Fingerprint(key.bytes()),
            Style::Partial => Self::Partial,
        }
    }
}

/// Options as a sandbox takes them. The keys in them are wiped when they are dropped.
pub(crate) struct Options(redact::Options);

impl Options {
    pub(crate) fn new(options: redact::Options) -> Self {
        Self(options)
    }

    pub(crate) fn get(&self) -> &redact::Options {
        &self.0
    }

    /// The same for a stream of this file.
    pub(crate) fn at(&self, path: &str) -> Self {
        Self(redact::Options {
            path: Some(path.to_owned()),
            ..self.0.clone()
        })
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        if let redact::Style::Fingerprint(key) = &mut self.0.style {
            key.zeroize();
        }
        self.0.key.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_shown() {
        let style = Style::Fingerprint(Key::new(b"kkkkkkkkkkkkkkkk"));
        let shown = format!(
            "{style:?} {:?}",
            crate::Gate::builder().style(style.clone())
        );
        assert!(!shown.contains("kk") && !shown.contains("107"), "{shown}");
    }
}
