//! What holds for streams of records beside the guarantees for every stream.

use hushgate_tests::{
    guarantees::records::{lines, parsed, strings},
    lane::Lane,
    vector::Records,
};
use proptest::prelude::*;

use super::{
    bed::{Bed, check, holds, shown},
    guarantees::{Suite, place},
    input::Input,
    json::json,
};

/// Whether some value joins lines: then a match may, and the lines it joins are no records.
fn joins_lines(input: &Input) -> bool {
    input.values.iter().any(|value| value.contains(&b'\n'))
}

impl<L: Lane> Suite<'_, L> {
    /// A record stays one, and no string of it says a registered value.
    pub fn records_stay_records(&self) {
        let bed = Bed::new(self.lane);
        check(self.cases, json(3), |input| {
            let input = input.still();
            let output = bed.run(&input, &input.cuts)?.output();
            if lines(&input.bytes).count() != lines(&output).count() {
                // Only what is found in the text as a whole joins lines.
                let mut kind = input.kind();
                kind.records = Records::None;
                let text = bed.whole(kind, &input.values, &input.bytes)?.output();
                let joined = lines(&text).count() < lines(&input.bytes).count();
                prop_assert!(joins_lines(&input) || joined, "{}", shown(&output));
                return Ok(());
            }
            for (before, after) in lines(&input.bytes).zip(lines(&output)) {
                if parsed(before).is_none() {
                    continue;
                }
                let stays = parsed(after).is_some() || after.trim_ascii().starts_with(b"\"");
                prop_assert!(stays, "{} became {}", shown(before), shown(after));
                let mut said = Vec::new();
                strings(&parsed(after).unwrap_or_default(), &mut said);
                for value in &input.values {
                    let leaks = said.iter().any(|said| holds(said.as_bytes(), value));
                    prop_assert!(!leaks, "{} said by {}", shown(value), shown(after));
                }
            }
            Ok(())
        });
    }

    /// Bytes outside findings stay as they are and in order, and places are right.
    pub fn records_fidelity(&self) {
        let bed = Bed::new(self.lane);
        check(self.cases, json(3), |input| {
            let input = input.still();
            let outcome = bed.run(&input, &input.cuts)?;
            let output = outcome.output();
            let mut rest = output.as_slice();
            let mut at = 0;
            for finding in &outcome.findings {
                let [start, end] = finding.span.map(|offset| offset as usize);
                prop_assert!(
                    at <= start && start < end && end <= input.bytes.len(),
                    "{:?}",
                    outcome.findings
                );
                let gap = &input.bytes[at..start];
                // Between two findings stands what was written for the first one.
                let found = rest
                    .windows(gap.len().max(1))
                    .position(|it| gap.is_empty() || it == gap);
                prop_assert!(
                    found.is_some() || gap.is_empty(),
                    "{} is not in {}",
                    shown(gap),
                    shown(rest)
                );
                rest = &rest[found.unwrap_or(0) + gap.len()..];
                at = end;
                let place = place(&input.bytes[..start]);
                prop_assert_eq!((finding.line, finding.column), place);
            }
            let end = &input.bytes[at..];
            prop_assert!(
                rest.ends_with(end),
                "{} does not end with {}",
                shown(rest),
                shown(end)
            );
            prop_assert_eq!(outcome.findings.is_empty(), output == input.bytes);
            Ok(())
        });
    }

    /// What is found in each record as text is found.
    pub fn records_find_what_text_finds(&self) {
        let bed = Bed::new(self.lane);
        check(self.cases, json(1), |input| {
            let input = input.still();
            let mut kind = input.kind();
            kind.records = Records::None;
            let text = bed.whole(kind, &input.values, &input.bytes)?;
            let outcome = bed.run(&input, &[])?;
            for finding in &text.findings {
                let [start, end] = finding.span;
                let spans = outcome.findings.iter().map(|it| it.span);
                let held = spans.into_iter().any(|it| it[0] <= start && end <= it[1]);
                prop_assert!(held, "{:?} is not in {:?}", finding, outcome.findings);
            }
            Ok(())
        });
    }
}
