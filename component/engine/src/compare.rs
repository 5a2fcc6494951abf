//! Comparing bytes eight at a time.
//!
//! In the sandbox the standard library compares them one by one. Whoever knows how a registered value
//! begins could make it compare much.

use std::cmp::Ordering;

/// How many bytes at the beginning of both are the same.
#[inline]
pub(crate) fn common(one: &[u8], other: &[u8]) -> usize {
    let most = one.len().min(other.len());
    let (words, others) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
    let mut same = 0;
    for (word, other) in words.iter().zip(others) {
        let difference = difference(*word, *other);
        if difference < 8 {
            return same + difference;
        }
        same += 8;
    }
    // What is left is less than a word: the last word of what both have holds it.
    let last = |bytes: &[u8]| bytes.get(..most)?.last_chunk().copied();
    if let (Some(word), Some(other)) = (last(one), last(other)) {
        return (most - 8 + difference(word, other)).min(most);
    }
    let pairs = one.iter().zip(other);
    pairs.take_while(|(a, b)| a == b).count()
}

/// The first byte in which two words differ; 8 where none does.
#[inline]
fn difference(one: [u8; 8], other: [u8; 8]) -> usize {
    let difference = u64::from_le_bytes(one) ^ u64::from_le_bytes(other);
    difference.trailing_zeros() as usize / 8
}

/// Whether `text` begins with `prefix`.
#[inline]
pub(crate) fn starts_with(text: &[u8], prefix: &[u8]) -> bool {
    common(text, prefix) == prefix.len()
}

/// Which of both stands in front of the other one in order.
#[inline]
pub(crate) fn order(one: &[u8], other: &[u8]) -> Ordering {
    let same = common(one, other);
    one.get(same).cmp(&other.get(same))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn as_the_standard_library_compares(
            begin in vec(any::<u8>(), 0..40),
            one in vec(0..3_u8, 0..20),
            other in vec(0..3_u8, 0..20),
        ) {
            let (one, other) = ([&*begin, &*one].concat(), [&*begin, &*other].concat());
            let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
            prop_assert_eq!(common(&one, &other), same);
            prop_assert_eq!(order(&one, &other), one.cmp(&other));
            prop_assert_eq!(starts_with(&one, &other), one.starts_with(&other));
            prop_assert!(starts_with(&one, &one[..same]));
        }
    }
}
