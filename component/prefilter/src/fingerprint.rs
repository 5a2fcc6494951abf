//! What the first pass looks for: four bytes in a row, each of a set.
//!
//! # Invariant
//! Wherever a rule can match, one of its fingerprints fits at a fixed distance. A fingerprint may
//! fit in more places, never in fewer.
//!
//! # Hazard
//! The fingerprint of a registered value is four bytes of it: `Debug` shows none.

use core::fmt;

use crate::{ByteSet, cost::Nibbles};

/// The number of bytes that a fingerprint covers.
pub const WIDTH: usize = 4;

/// Four bytes in a row, each of a set.
///
/// A keyword of three bytes takes the set of what may follow it as its fourth.
///
/// # Example
/// ```
/// use hushgate_prefilter::{ByteSet, Fingerprint};
///
/// let exact = Fingerprint::literal(b"exf_");
/// assert!(exact.fits(*b"exf_") && !exact.fits(*b"EXF_"));
///
/// let [s, k, dash] = [b's', b'k', b'-'].map(ByteSet::single);
/// let followed = Fingerprint { sets: [s, k, dash, ByteSet::range(b'0', b'9')] };
/// assert!(followed.fits(*b"sk-7") && !followed.fits(*b"sk-a"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// The bytes that fit, position by position. One empty set, and nothing ever fits.
    pub sets: [ByteSet; WIDTH],
}

impl Fingerprint {
    /// The fingerprint that exactly these bytes fit.
    #[must_use]
    pub const fn literal(bytes: &[u8; WIDTH]) -> Self {
        let [a, b, c, d] = *bytes;
        let sets = [
            ByteSet::single(a),
            ByteSet::single(b),
            ByteSet::single(c),
            ByteSet::single(d),
        ];
        Self { sets }
    }

    /// Whether the four bytes fit.
    #[inline]
    #[must_use]
    pub const fn fits(&self, window: [u8; WIDTH]) -> bool {
        let ([a, b, c, d], [w, x, y, z]) = (&self.sets, window);
        a.contains(w) & b.contains(x) & c.contains(y) & d.contains(z)
    }

    /// How often a window of an ordinary log fits, estimated, in parts of about 2^62.
    ///
    /// Where a keyword is longer than a fingerprint, the rarest of its windows makes the fewest
    /// candidates:
    ///
    /// ```
    /// use hushgate_prefilter::Fingerprint;
    ///
    /// let windows = b"token_kq".windows(4).map(|it| it.try_into().expect("four bytes"));
    /// let rarest = windows.min_by_key(|it| Fingerprint::literal(it).frequency());
    /// assert_eq!(rarest, Some(*b"n_kq"));
    /// ```
    #[must_use]
    pub fn frequency(&self) -> u64 {
        Nibbles::of(self).cost().cast_unsigned()
    }

    /// Whether some four bytes fit at all.
    pub(crate) const fn is_possible(&self) -> bool {
        let [a, b, c, d] = &self.sets;
        !(a.is_empty() || b.is_empty() || c.is_empty() || d.is_empty())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fingerprint").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;
    use crate::ByteSet;

    #[test]
    fn an_empty_set_fits_nothing() {
        let mut fingerprint = Fingerprint::literal(b"abcd");
        assert!(fingerprint.is_possible());
        fingerprint.sets[2] = ByteSet::EMPTY;
        assert!(!fingerprint.is_possible() && !fingerprint.fits(*b"abcd"));
    }

    #[test]
    fn debug_tells_no_byte() {
        assert_eq!(
            format!("{:?}", Fingerprint::literal(b"abcd")),
            "Fingerprint { .. }"
        );
    }
}
