//! A set of bytes.
//!
//! # Invariant
//! A set is its four words and nothing else: two sets with the same bytes are equal, and the
//! words of one are a valid set again, so tables of sets can be written out as source text.
//!
//! # Hazard
//! Sets may be made from registered values. `Debug` therefore tells how many bytes there are, and
//! never which.

use core::fmt;

/// A set of bytes, 256 bits.
///
/// # Example
/// ```
/// use hushgate_prefilter::ByteSet;
///
/// const WORD: ByteSet = ByteSet::range(b'0', b'9')
///     .union(&ByteSet::range(b'A', b'Z'))
///     .union(&ByteSet::range(b'a', b'z'))
///     .union(&ByteSet::single(b'_'));
/// assert_eq!(WORD.len(), 63);
/// assert!(WORD.contains(b'_') && !WORD.contains(b'-'));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// The set without bytes.
    pub const EMPTY: Self = Self([0; 4]);
    /// The set of all bytes.
    pub const FULL: Self = Self([u64::MAX; 4]);

    /// The set without bytes.
    #[must_use]
    pub const fn new() -> Self {
        Self::EMPTY
    }

    /// The set whose bytes are the set bits of `words`: byte `b` is bit `b % 64` of word `b / 64`.
    #[must_use]
    pub const fn from_words(words: [u64; 4]) -> Self {
        Self(words)
    }

    /// The bits of the set, as [`from_words`](Self::from_words) takes them.
    #[must_use]
    pub const fn words(&self) -> [u64; 4] {
        self.0
    }

    /// The set of one byte.
    #[must_use]
    pub const fn single(byte: u8) -> Self {
        Self::range(byte, byte)
    }

    /// The set of all bytes from `first` to `last`, both included; empty if `first > last`.
    ///
    /// ```
    /// use hushgate_prefilter::ByteSet;
    ///
    /// assert!(ByteSet::range(b'a', b'f').iter().eq(*b"abcdef"));
    /// assert!(ByteSet::range(1, 0).is_empty());
    /// ```
    #[must_use]
    pub const fn range(first: u8, last: u8) -> Self {
        let mut set = Self::EMPTY;
        // Wider than a byte, so that the loop ends for `last == 255` too.
        let mut byte = first as u16;
        while byte <= last as u16 {
            set.insert(byte as u8);
            byte += 1;
        }
        set
    }

    /// Adds a byte.
    #[expect(clippy::indexing_slicing, reason = "a byte divided by 64 is below 4")]
    pub const fn insert(&mut self, byte: u8) {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
    }

    /// Whether `byte` is in the set. Free of branches: a load, a shift and a mask.
    #[inline(always)]
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "a byte divided by 64 is below 4")]
    pub const fn contains(&self, byte: u8) -> bool {
        (self.0[(byte >> 6) as usize] >> (byte & 63)) & 1 == 1
    }

    /// The bytes that are in either set.
    #[must_use]
    pub const fn union(&self, other: &Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a | e, b | f, c | g, d | h])
    }

    /// The bytes that are in both sets.
    #[must_use]
    pub const fn intersection(&self, other: &Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a & e, b & f, c & g, d & h])
    }

    /// The bytes that are not in the set.
    #[must_use]
    pub const fn complement(&self) -> Self {
        let [a, b, c, d] = self.0;
        Self([!a, !b, !c, !d])
    }

    /// Whether the sets have no byte in common.
    #[must_use]
    pub const fn is_disjoint(&self, other: &Self) -> bool {
        self.intersection(other).is_empty()
    }

    /// Whether every byte of this set is in `other`.
    #[must_use]
    pub const fn is_subset(&self, other: &Self) -> bool {
        self.is_disjoint(&other.complement())
    }

    /// The number of bytes in the set, 0 to 256.
    #[must_use]
    pub const fn len(&self) -> usize {
        let [a, b, c, d] = self.0;
        (a.count_ones() + b.count_ones() + c.count_ones() + d.count_ones()) as usize
    }

    /// Whether no byte is in the set.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        let [a, b, c, d] = self.0;
        a | b | c | d == 0
    }

    /// The bytes of the set, rising.
    pub fn iter(&self) -> impl Iterator<Item = u8> + use<> {
        let set = *self;
        (0..=u8::MAX).filter(move |&byte| set.contains(byte))
    }
}

impl FromIterator<u8> for ByteSet {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        let mut set = Self::EMPTY;
        set.extend(bytes);
        set
    }
}

impl Extend<u8> for ByteSet {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        bytes.into_iter().for_each(|byte| self.insert(byte));
    }
}

impl fmt::Debug for ByteSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByteSet({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::ByteSet;

    #[test]
    fn words_and_bytes_agree() {
        for byte in 0..=u8::MAX {
            let set = ByteSet::single(byte);
            assert_eq!(set.len(), 1);
            assert!(set.iter().eq([byte]));
            assert_eq!(ByteSet::from_words(set.words()), set);
            assert!((0..=u8::MAX).all(|other| set.contains(other) == (other == byte)));
        }
        assert_eq!(ByteSet::single(64).words(), [0, 1, 0, 0]);
    }

    #[test]
    fn ranges_include_both_ends() {
        assert_eq!(ByteSet::range(0, 255), ByteSet::FULL);
        assert_eq!(ByteSet::range(255, 255), ByteSet::single(255));
        assert_eq!(ByteSet::range(63, 64).words(), [1 << 63, 1, 0, 0]);
        assert_eq!(ByteSet::range(9, 8), ByteSet::EMPTY);
    }

    #[test]
    fn algebra() {
        let digits = ByteSet::range(b'0', b'9');
        let hex = digits.union(&ByteSet::range(b'a', b'f'));
        assert_eq!(hex.len(), 16);
        assert_eq!(hex.intersection(&digits), digits);
        assert!(digits.is_subset(&hex) && !hex.is_subset(&digits));
        assert!(hex.is_disjoint(&hex.complement()) && !hex.is_disjoint(&digits));
        assert_eq!(hex.union(&hex.complement()), ByteSet::FULL);
        assert_eq!(hex.complement().len(), 240);
        assert!(ByteSet::EMPTY.is_subset(&digits) && ByteSet::EMPTY.is_disjoint(&digits));
    }

    #[test]
    fn collects_from_bytes() {
        assert_eq!(
            b"cabbac".iter().copied().collect::<ByteSet>(),
            ByteSet::range(b'a', b'c')
        );
        assert!(ByteSet::new().is_empty() && ByteSet::default().is_empty());
    }

    #[test]
    fn debug_tells_no_byte() {
        assert_eq!(
            format!("{:?}", ByteSet::range(b'a', b'c')),
            "ByteSet(3 bytes)"
        );
    }
}
