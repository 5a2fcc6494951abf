//! Made-up detectors, as a bundle: how the cost grows with the number of rules.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::random::{LOWER, Random};

/// Keeps the detectors apart from everything else that a seed makes.
const SEED: u64 = 0x0072_756C_6573;

/// A bundle of `count` detectors, each with a prefix of its own: two to six letters and a
/// separator, as issuers choose them.
#[must_use]
pub fn bundle(count: usize) -> String {
    let mut random = Random::new(SEED);
    let mut prefixes = BTreeSet::new();
    let mut text = String::new();
    while prefixes.len() < count {
        let length = random.within(2, 7);
        // A `q` or `x` in front keeps made-up prefixes away from words and from real prefixes,
        // without making them rarer in text than real ones are.
        let prefix = format!(
            "{}{}{}",
            random.pick(&['q', 'x', 'z', 'k', 'v']),
            random.text(LOWER, length),
            random.pick(&['_', '-'])
        );
        if prefixes.insert(prefix.clone()) {
            detector(&mut text, prefixes.len(), &prefix, &mut random);
        }
    }
    text
}

fn detector(text: &mut String, number: usize, prefix: &str, random: &mut Random) {
    let (class, body) = random.pick(&[
        ("[0-9A-Za-z]", "Ab3xD9"),
        ("[0-9a-f]", "0af5d2"),
        ("[0-9A-Za-z_-]", "a_Z4kQ"),
    ]);
    let length = random.within(24, 49);
    let sample: String = body.chars().cycle().take(length).collect();
    let max = prefix.len() + length;
    // Writing to a `String` does not fail.
    let _ = write!(
        text,
        r#"
[[detector]]
id = "synthetic-{number}"
since = "0.1.0"
description = "Made up, to see what one more detector costs."
pattern = '{prefix}{class}{{{length}}}\b'
keywords = ["{prefix}"]
max-len = {max}
lifetime = "static"
source = "https://docs.forge.example/tokens"
[[detector.example]]
text = "{prefix}{sample}"
redacted = "[synthetic-{number}]"
[[detector.counter-example]]
text = "{prefix}"
why = "the prefix alone"
"#
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use hushgate_engine::rules::Rules;

    #[test]
    fn the_bundle_is_accepted() {
        let more = Rules::open(&bundle(600)).expect("a right bundle");
        assert_eq!(
            more.detectors().len(),
            Rules::standard().detectors().len() + 600
        );
    }
}
