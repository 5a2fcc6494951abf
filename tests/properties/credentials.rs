//! Every kind of credential, in every lane and style, as text and in records.

use hushgate_tests::{
    lane::{self, Lane, Step},
    random::Random,
    vector::{Level, Records},
};

use super::{
    bed::{Bed, Kind, STYLES, holds, shown},
    bundle::CREDENTIALS,
    guarantees::Suite,
};

/// How many inputs stand for one credential of each kind.
const SHARE: u32 = 100;

impl<L: Lane> Suite<'_, L> {
    /// Credentials of all kinds, drawn from the patterns, are found whole and hidden whole, and
    /// their checksums are told from wrong ones. A wrong checksum hides none, unless its detector
    /// asks for a right one.
    pub fn every_credential(&self) {
        let bed = Bed::new(self.lane);
        let mut random = Random::new(u64::from(self.cases));
        for round in 0..(self.cases / SHARE).max(STYLES.len() as u32) {
            // Those of the bundle are made to contend with each other for the label.
            let kinds = CREDENTIALS.kinds().iter().enumerate();
            for (kind, rule) in kinds.filter(|(_, rule)| !rule.id.starts_with("t-")) {
                for (right, records) in [
                    (true, Records::None),
                    (false, Records::None),
                    (true, Records::Json),
                    (false, Records::Json),
                ] {
                    let (credential, name) = CREDENTIALS.make_behind_name(kind, right, &mut random);
                    let how = Kind {
                        style: STYLES[round as usize % STYLES.len()],
                        least: Level::Low,
                        keyed: true,
                        records,
                        detectors: &[],
                    };
                    // What stands behind a line of a key does so behind all of them.
                    let ends_line = rule.id == "private-key-lines";
                    let (before, behind) = match records {
                        Records::None if ends_line => ("a note=", "\nand more\n"),
                        Records::None => ("a note=", " and more\n"),
                        Records::Json => (r#"{"a note":""#, "\"}\n"),
                    };
                    let (name, credential) = credential.split_at(name);
                    let before = [before.as_bytes(), name].concat();
                    let written = match records {
                        Records::None => credential.to_vec(),
                        Records::Json => escaped(credential),
                    };
                    let input = [&before, &written[..], behind.as_bytes()].concat();
                    let cut = random.below(input.len());
                    let (head, rest) = input.split_at(cut);
                    let steps = vec![Step::Push(head), Step::Push(rest)];
                    let outcome = bed
                        .with(how, &[], |session| lane::run(session, &[steps]))
                        .unwrap_or_else(|error| panic!("{}: {error}", rule.id));
                    let output = outcome.output();
                    let about =
                        || format!("{}: {} became {}", rule.id, shown(&input), shown(&output));
                    if rule.gate && rule.check.is_some() && !right {
                        assert_eq!(output, input, "{}", about());
                        continue;
                    }
                    assert!(!holds(&output, &written), "{}", about());
                    let (from, to) = (before.len() as u64, (before.len() + written.len()) as u64);
                    let [found] = outcome.findings.as_slice() else {
                        panic!("{}: {:?}", about(), outcome.findings);
                    };
                    assert!(found.span[0] <= from && to <= found.span[1], "{}", about());
                    assert_eq!(found.rule, rule.id, "{}", about());
                    let expected = match rule.check {
                        None => "absent",
                        Some(_) if right => "right",
                        Some(_) => "wrong",
                    };
                    assert_eq!(found.checksum, expected, "{}", about());
                }
            }
        }
    }
}

/// As it stands in a JSON string.
fn escaped(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let quoted = serde_json::to_string(&text).expect("text is JSON");
    quoted.as_bytes()[1..quoted.len() - 1].to_vec()
}
