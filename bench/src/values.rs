//! Random values to be registered, as programs hold them: passwords, keys in hex and base64.

use std::collections::BTreeSet;

use crate::random::{BASE62, LOWER, Random};

/// Keeps the values apart from everything else that a seed makes.
const SEED: u64 = 0x7661_6C75_6573;

/// `count` different values of 12 to 44 bytes, the same ones in every run.
#[must_use]
pub fn values(count: usize) -> Vec<String> {
    let mut random = Random::new(SEED);
    let mut seen = BTreeSet::new();
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        let value = value(&mut random);
        if seen.insert(value.clone()) {
            all.push(value);
        }
    }
    all
}

/// `count` values of 36 bytes that are the same but for their end.
#[must_use]
pub fn alike(count: usize) -> Vec<String> {
    let begin = Random::new(SEED).text(BASE62, 31);
    (0..count)
        .map(|number| format!("{begin}{number:05}"))
        .collect()
}

fn value(random: &mut Random) -> String {
    match random.below(4) {
        0 => {
            let length = random.within(16, 33);
            random.text(BASE62, length)
        }
        1 => random.hex(40),
        2 => random.text(BASE62, 43) + "=",
        _ => {
            let words = (0..3).map(|_| {
                let length = random.within(4, 9);
                random.text(LOWER, length)
            });
            words.collect::<Vec<_>>().join("-") + &random.below(100).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_different_and_can_be_registered() {
        let all = values(500);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 500);
        assert!(all.iter().all(|value| (12..=44).contains(&value.len())));
        assert_eq!(all[..10], values(10));
        assert_eq!(alike(500).iter().collect::<BTreeSet<_>>().len(), 500);
    }
}
