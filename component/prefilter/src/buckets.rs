//! Which fingerprints share a bucket, as [tuning](crate::tune) found out.
//!
//! # Why a file
//! The estimate of [`cost`](crate::cost) knows four kinds of text and no words. Tuning against
//! logs lets about half as much pass by chance, but it takes minutes. So what it found is written down, a
//! line for each fingerprint, and read when the built-in detectors are compiled.
//!
//! # Promise
//! A file decides how fast the scan is and never what it finds: a fingerprint that no line names goes
//! where the estimate says, and a line that names none is passed over.

use std::{collections::BTreeMap, fmt};

use crate::{ByteSet, Fingerprint, masks::BUCKETS};

/// The bucket of each fingerprint that has been tuned.
///
/// ```
/// use hushgate_prefilter::{Buckets, Fingerprint, Masks};
///
/// let buckets = Buckets::parse("# rare\n3 e x f _\n").expect("a correct file");
/// let exf = Fingerprint::literal(b"exf_");
/// assert!(Masks::build_in(&[exf], &buckets).matches(*b"exf_"));
/// assert_eq!(Buckets::parse("3 e x f _\n16 a b c d\n"), Err(2));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buckets(BTreeMap<String, usize>);

impl Buckets {
    /// Reads what [`Display`](fmt::Display) writes; lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// The number of the first line that has no bucket and name, counted from 1.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut buckets = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (bucket, name) = line.split_once(' ').ok_or(index + 1)?;
            let bucket = bucket.parse().ok().filter(|&bucket| bucket < BUCKETS);
            buckets.insert(name.to_owned(), bucket.ok_or(index + 1)?);
        }
        Ok(Self(buckets))
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bucket of a fingerprint, if it is known.
    pub(crate) fn of(&self, fingerprint: &Fingerprint) -> Option<usize> {
        self.0.get(&name(fingerprint)).copied()
    }

    /// Notes the bucket of a fingerprint.
    pub(crate) fn note(&mut self, fingerprint: &Fingerprint, bucket: usize) {
        self.0.insert(name(fingerprint), bucket);
    }
}

impl fmt::Display for Buckets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: Vec<_> = self.0.iter().map(|(name, bucket)| (bucket, name)).collect();
        lines.sort();
        for (bucket, name) in lines {
            writeln!(f, "{bucket} {name}")?;
        }
        Ok(())
    }
}

/// A name for a fingerprint of detectors: the lowest byte of each set, and how many others it has.
/// Few have the same, and those then share a bucket.
fn name(fingerprint: &Fingerprint) -> String {
    let part = |set: &ByteSet| {
        let lowest = set.iter().next().unwrap_or_default();
        match set.len() {
            0 | 1 => lowest.escape_ascii().to_string(),
            more => format!("{}+{}", lowest.escape_ascii(), more - 1),
        }
    };
    fingerprint.sets.each_ref().map(part).join(" ")
}

#[cfg(test)]
mod tests {
    use super::Buckets;
    use crate::{ByteSet, Fingerprint, Masks};

    #[test]
    fn what_is_written_is_read_again() {
        let mut buckets = Buckets::default();
        let mut wide = Fingerprint::literal(b"e f\n");
        wide.sets[1] = ByteSet::FULL;
        buckets.note(&wide, 15);
        buckets.note(&Fingerprint::literal(b"exf_"), 0);
        let text = buckets.to_string();
        assert_eq!(text, "0 e x f _\n15 e \\x00+255 f \\n\n");
        assert_eq!(Buckets::parse(&text), Ok(buckets.clone()));
        assert_eq!(buckets.of(&wide), Some(15));
        assert_eq!(buckets.of(&Fingerprint::literal(b"exf-")), None);
    }

    #[test]
    fn whatever_a_file_says_fingerprints_pass() {
        let fingerprints = [b"exf_", b"sk-l", b"hunt"].map(Fingerprint::literal);
        for text in ["", "0 e x f _\n0 s k - l\n", "7 h u n t\n3 g o n e\n"] {
            let masks = Masks::build_in(&fingerprints, &Buckets::parse(text).unwrap_or_default());
            assert!(masks.matches(*b"exf_") && masks.matches(*b"sk-l") && masks.matches(*b"hunt"));
            assert!(!masks.matches(*b"gone"));
        }
    }

    #[test]
    fn a_broken_line_is_named() {
        for (text, line) in [("0 a b c d\nx", 2), ("#\n\n-1 a b c d", 3), ("16 a", 1)] {
            assert_eq!(Buckets::parse(text), Err(line));
        }
    }
}
