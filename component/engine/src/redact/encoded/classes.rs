//! Which bytes an encoding consists of.

use hushgate_prefilter::{ByteSet, Class, ENCODED};

use crate::named::Quote;

/// What a run of encoded text consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters and digits: base64 in either alphabet, or hexadecimal. Padding may follow.
    Word,
    /// What percent-encoding leaves as it is, and percent signs.
    Percent,
    /// A value that a name gives away, in these quotes: it is not encoded.
    Named(Quote),
}

impl Kind {
    /// How many bytes of such a run stand at the start of `text`.
    pub(crate) fn length(self, text: &[u8]) -> usize {
        match self {
            Self::Word => word_length(text),
            Self::Percent => run_length(text),
            Self::Named(_) => 0,
        }
    }

    /// A number for it, for states.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Word => 0,
            Self::Percent => 1,
            Self::Named(quote) => {
                let at = Quote::ALL.iter().position(|it| *it == quote);
                2 + at.unwrap_or(0) as u64
            }
        }
    }

    /// The one with this number.
    pub(crate) fn numbered(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Word),
            1 => Some(Self::Percent),
            _ => {
                let at = usize::try_from(number - 2).ok()?;
                Quote::ALL.get(at).copied().map(Self::Named)
            }
        }
    }
}

/// The bytes of the widest runs: those of the narrower ones are among them.
const PERCENT: ByteSet = ENCODED
    .union(&ByteSet::single(b'.'))
    .union(&ByteSet::single(b'~'))
    .union(&ByteSet::single(b'%'));

/// Behind these bytes no run begins: the last bytes of all labels, so that what stands behind a
/// label is no run though it was the rest of one; and the first, so that no label holds one.
const CLOSED: ByteSet = ByteSet::single(b']')
    .union(&ByteSet::single(b'['))
    .union(&ByteSet::single(b'*'))
    // The last bytes of `»`, `⟧` and `𝄇`.
    .union(&ByteSet::single(0xbb))
    .union(&ByteSet::single(0xa7))
    .union(&ByteSet::single(0x87));

/// Whether a byte belongs to a run of any kind.
pub(super) fn is_part(byte: u8) -> bool {
    PERCENT.contains(byte)
}

/// The length of the run at the start of `text`.
pub(super) fn run_length(text: &[u8]) -> usize {
    static RUN: Class = Class::new(&PERCENT);
    RUN.run(text)
}

/// The length of the word at the start of `text`: what base64 or hexadecimal may consist of.
pub(super) fn word_length(text: &[u8]) -> usize {
    static WORD: Class = Class::new(&ENCODED);
    WORD.run(text)
}

/// Whether a run may begin behind this byte, or at the start of a stream.
pub(super) fn may_begin_behind(before: Option<u8>) -> bool {
    const NOT_BEHIND: ByteSet = PERCENT.union(&CLOSED);
    before.is_none_or(|byte| !NOT_BEHIND.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{redact::label, rules::Rules};

    #[test]
    fn no_run_of_any_length_begins_in_or_behind_a_label() {
        assert!(!may_begin_behind(Some(b'[')));
        for label in label::all(&Rules::standard()) {
            for byte in 0..=u8::MAX {
                let ends = label.ends_with(&[byte]);
                assert!(!ends || !may_begin_behind(Some(byte)), "{byte}");
            }
            let inside = label.inside();
            for (at, pair) in inside.windows(2).enumerate() {
                let begins = pair[0].iter().any(|it| may_begin_behind(Some(it)))
                    && pair[1].iter().any(is_part);
                // Only the digits of a fingerprint stand alone.
                assert!(!begins || inside.len() - at < super::super::LEAST);
            }
        }
    }
}
