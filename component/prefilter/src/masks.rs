//! The tables that one pass over the input looks bytes up in.
//!
//! # Invariant
//! Each of 16 buckets holds, for each of four positions, a set of low nibbles and a set of high ones
//! (bits 3 to 6, see [`upper`]): a bit per bucket in 16-entry tables, eight buckets to a half. Four
//! bytes pass when some bucket has the nibbles of all of them. Whatever fits a fingerprint that was put
//! in passes.
//!
//! # Why it holds
//! A bucket has the nibbles of every byte of every set of its fingerprints, and nothing takes a
//! bit away again.
//!
//! # Hazard
//! The converse does not hold: a bucket passes every mixture of the nibbles it has. Whoever acts
//! on a hit checks it exactly first.

use core::fmt;

use crate::{
    Buckets, ByteSet, Fingerprint,
    cost::{Nibbles, upper},
    fingerprint::WIDTH,
    group,
};

/// The number of halves of eight buckets: a table entry is a byte per half, a bit per bucket.
pub(crate) const HALVES: usize = 2;
/// The number of buckets.
pub(crate) const BUCKETS: usize = 8 * HALVES;

/// For each position and each half, which buckets have a nibble: entry `n` of
/// `tables[position][half]` is a bit per bucket.
pub type Tables = [[[u8; 16]; HALVES]; WIDTH];

/// The tables of the first pass.
///
/// # Example
/// ```
/// use hushgate_prefilter::{Fingerprint, Masks};
///
/// let masks = Masks::build(&[Fingerprint::literal(b"exf_"), Fingerprint::literal(b"sk-l")]);
/// assert!(masks.matches(*b"exf_") && masks.matches(*b"sk-l"));
/// assert!(!masks.matches(*b"GET "));
///
/// // What a build script writes out as source text is the same at run time.
/// let (low, high) = masks.parts();
/// assert!(Masks::from_parts(*low, *high) == masks);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[repr(align(64))] // A table never straddles two cache lines.
pub struct Masks {
    low: Tables,
    high: Tables,
}

impl Masks {
    /// Tables that let nothing through.
    pub const EMPTY: Self =
        Self::from_parts([[[0; 16]; HALVES]; WIDTH], [[[0; 16]; HALVES]; WIDTH]);

    /// The masks with these tables, as [`parts`](Self::parts) returned them.
    #[must_use]
    pub const fn from_parts(low: Tables, high: Tables) -> Self {
        Self { low, high }
    }

    /// The tables of low nibbles and of high nibbles.
    #[must_use]
    pub const fn parts(&self) -> (&Tables, &Tables) {
        (&self.low, &self.high)
    }

    /// Tables that let everything through that fits one of the fingerprints.
    ///
    /// Similar fingerprints share a bucket, so that little of an ordinary log passes. The same
    /// fingerprints in the same order give the same tables on every machine.
    #[must_use]
    pub fn build(fingerprints: &[Fingerprint]) -> Self {
        let mut masks = Self::EMPTY;
        for (bucket, nibbles) in group::group(fingerprints).iter().enumerate() {
            masks.put(bucket, nibbles);
        }
        masks
    }

    /// The same, with those fingerprints that [`Buckets`] knows where it says.
    #[must_use]
    pub fn build_in(fingerprints: &[Fingerprint], buckets: &Buckets) -> Self {
        if buckets.is_empty() {
            return Self::build(fingerprints);
        }
        let mut masks = Self::EMPTY;
        let (known, others): (Vec<_>, Vec<_>) = fingerprints
            .iter()
            .filter(|it| it.is_possible())
            .map(|it| (it, buckets.of(it)))
            .partition(|(_, bucket)| bucket.is_some());
        for (fingerprint, bucket) in known {
            masks.put(bucket.unwrap_or_default(), &Nibbles::of(fingerprint));
        }
        for (fingerprint, _) in others {
            masks.add(fingerprint);
        }
        masks
    }

    /// Lets through what fits `fingerprint` as well, in the bucket where that costs least.
    ///
    /// For values that become known at run time. What passed before still passes.
    ///
    /// ```
    /// use hushgate_prefilter::{Fingerprint, Masks};
    ///
    /// let mut masks = Masks::build(&[Fingerprint::literal(b"exf_")]);
    /// masks.add(&Fingerprint::literal(b"hunt"));
    /// assert!(masks.matches(*b"exf_") && masks.matches(*b"hunt"));
    /// ```
    pub fn add(&mut self, fingerprint: &Fingerprint) {
        if fingerprint.is_possible() {
            let added = Nibbles::of(fingerprint);
            let buckets: [Nibbles; BUCKETS] = core::array::from_fn(|bucket| self.bucket(bucket));
            self.put(group::cheapest(buckets.iter(), &added), &added);
        }
    }

    /// Whether the masks let these four bytes through. This defines what the scans find.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "a nibble is below 16")]
    pub fn matches(&self, window: [u8; WIDTH]) -> bool {
        let mut alive = [u8::MAX; HALVES];
        for ((low, high), byte) in self.low.iter().zip(&self.high).zip(window) {
            for ((alive, low), high) in alive.iter_mut().zip(low).zip(high) {
                *alive &= low[usize::from(byte & 15)] & high[usize::from(upper(byte))];
            }
        }
        alive != [0; HALVES]
    }

    /// Puts nibbles into a bucket, beside those that it has.
    fn put(&mut self, bucket: usize, nibbles: &Nibbles) {
        let (half, bit) = (bucket / 8, 1 << (bucket % 8));
        let set = |tables: &mut Tables, nibbles: [u16; WIDTH]| {
            for (halves, nibbles) in tables.iter_mut().zip(nibbles) {
                for entries in halves.iter_mut().skip(half).take(1) {
                    for (nibble, entry) in entries.iter_mut().enumerate() {
                        *entry |= bit * ((nibbles >> nibble) & 1) as u8;
                    }
                }
            }
        };
        set(&mut self.low, nibbles.low);
        set(&mut self.high, nibbles.high);
    }

    /// The nibbles that a bucket has.
    fn bucket(&self, bucket: usize) -> Nibbles {
        let (half, bit) = (bucket / 8, bucket % 8);
        let get = |tables: &Tables| {
            tables.map(|halves| {
                let entries = halves.into_iter().skip(half).take(1).flatten().enumerate();
                entries.fold(0, |nibbles, (nibble, entry)| {
                    nibbles | u16::from((entry >> bit) & 1) << nibble
                })
            })
        };
        Nibbles {
            low: get(&self.low),
            high: get(&self.high),
        }
    }
}

impl Default for Masks {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl fmt::Debug for Masks {
    /// Tells which buckets are in use. The tables themselves may hold parts of registered values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = (0..BUCKETS)
            .filter(|&bucket| self.bucket(bucket) != Nibbles::EMPTY)
            .count();
        f.debug_struct("Masks")
            .field("buckets", &used)
            .finish_non_exhaustive()
    }
}

impl Nibbles {
    /// The nibbles of all bytes that a fingerprint names.
    pub(crate) fn of(fingerprint: &Fingerprint) -> Self {
        let nibbles = |nibble: fn(u8) -> u8| {
            fingerprint.sets.map(|set: ByteSet| {
                set.iter()
                    .fold(0_u16, |nibbles, byte| nibbles | 1 << nibble(byte))
            })
        };
        Self {
            low: nibbles(|byte| byte & 15),
            high: nibbles(upper),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BUCKETS, Masks};
    use crate::{ByteSet, Fingerprint, cost::Nibbles};

    #[test]
    fn empty_masks_let_nothing_through() {
        for byte in 0..=u8::MAX {
            assert!(!Masks::EMPTY.matches([byte; 4]));
        }
        assert!(Masks::build(&[]) == Masks::EMPTY);
        assert!(Masks::default() == Masks::EMPTY);
    }

    #[test]
    fn one_literal_is_exact() {
        let masks = Masks::build(&[Fingerprint::literal(b"exf_")]);
        assert!(masks.matches(*b"exf_"));
        for position in 0..4 {
            for byte in (0..0x80).filter(|byte| !b"exf_".contains(byte)) {
                let mut window = *b"exf_";
                window[position] = byte;
                assert!(!masks.matches(window));
            }
        }
    }

    #[test]
    fn what_fits_nothing_takes_no_bucket() {
        let mut never = Fingerprint::literal(b"exf_");
        never.sets[3] = ByteSet::EMPTY;
        let mut masks = Masks::build(&[never]);
        assert!(masks == Masks::EMPTY);
        masks.add(&never);
        assert!(masks == Masks::EMPTY);
    }

    #[test]
    fn what_fits_already_is_free_to_add() {
        let mut masks =
            Masks::build(&[Fingerprint::literal(b"exf_"), Fingerprint::literal(b"key=")]);
        let before = masks.clone();
        masks.add(&Fingerprint::literal(b"key="));
        assert!(masks == before);
    }

    #[test]
    fn buckets_read_back_as_they_were_put() {
        let mut masks = Masks::EMPTY;
        for bucket in 0..BUCKETS {
            let byte = b'a' + bucket as u8;
            masks.put(
                bucket,
                &Nibbles::of(&Fingerprint::literal(&[byte, b'-', 0, 255])),
            );
        }
        for bucket in 0..BUCKETS {
            let byte = b'a' + bucket as u8;
            let expected = Nibbles::of(&Fingerprint::literal(&[byte, b'-', 0, 255]));
            assert!(masks.bucket(bucket) == expected);
        }
    }

    #[test]
    fn debug_tells_no_byte() {
        let masks = Masks::build(&[Fingerprint::literal(b"hunt")]);
        assert_eq!(format!("{masks:?}"), "Masks { buckets: 1, .. }");
    }
}
