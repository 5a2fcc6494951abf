//! A state of a redactor that was damaged on its way is refused: the engine alone, since a host
//! never sees one that it did not take itself.

use hushgate_detector::document::Confidence;
use hushgate_engine::{
    redact::{Framing, Key, Options, Style},
    stream::Machine,
    values::Values,
};
use hushgate_tests::vector;
use proptest::prelude::*;

use super::{
    bed::{KEY, cases, check},
    bundle::RULES,
    input::{Input, text},
    json::json,
};

fn options(input: &Input) -> Options {
    Options {
        style: match input.style {
            vector::Style::Label => Style::Label,
            vector::Style::Stars => Style::Stars,
            vector::Style::Fingerprint => {
                Style::Fingerprint(Key::new(KEY).expect("a key that is long enough"))
            }
            vector::Style::Partial => Style::Partial,
        },
        framing: match input.records {
            vector::Records::None => Framing::Text,
            vector::Records::Json => Framing::Json,
        },
        least: match input.least {
            vector::Level::Low => Confidence::Low,
            vector::Level::Medium => Confidence::Medium,
            vector::Level::High => Confidence::High,
        },
        report: true,
        ..Options::default()
    }
}

#[test]
fn damaged_states_are_refused() {
    let inputs = (
        prop_oneof![text(12), json(2)],
        any::<prop::sample::Index>(),
        1..=u8::MAX,
    );
    check(cases() / 2, inputs, |(input, at, change)| {
        let options = options(&input);
        let mut values = Values::new(&RULES);
        for value in &input.values {
            prop_assert!(values.add(value).is_ok());
        }
        let mut machine = Machine::open(&RULES, &options).expect("no detectors named");
        machine.push(&values, &input.bytes, &mut Vec::new());
        let mut state = machine.checkpoint().state;
        prop_assert!(Machine::resume(&RULES, &options, &state).is_ok());
        let at = at.index(state.len());
        state[at] ^= change;
        prop_assert!(Machine::resume(&RULES, &options, &state).is_err());
        state.truncate(at);
        prop_assert!(Machine::resume(&RULES, &options, &state).is_err());
        Ok(())
    });
}
