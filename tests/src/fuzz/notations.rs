//! Target `values`: registered values in all notations, and the registry.

use std::collections::BTreeSet;

use hushgate_engine::{
    redact::Framing,
    rules::Rules,
    values::{MAX_VALUE, MIN_DERIVED, MIN_VALUE, ValueError, Values},
};

use super::{described, read};
use crate::{
    Trouble,
    guarantees::{self, hold, same},
    notation::{self, NOTATIONS},
    runner,
    stream::{Change, Cuts, Stream, shown},
    subject::Subject,
};

/// Values of more bytes are looked for in fewer notations.
const LONG: usize = 1024;

/// Finds fault with what becomes of the values of a script. Its text stands between them.
///
/// # Errors
/// What does not hold.
pub fn check(script: &[u8]) -> Result<(), Trouble> {
    let (rules, mut stream) = read(script, Framing::Text);
    let changes = std::mem::take(&mut stream.changes);
    registry(rules, &stream, &changes)?;
    let come = changes.iter().filter(|it| it.add);
    stream.values.extend(come.map(|it| it.value.clone()));
    stream.values.truncate(6);
    stream.bytes = in_notations(&stream);
    stream.settles.clear();
    stream.cuts = stream.within();
    let broken = |broken| described(broken, rules, &stream);
    none_leaks(&Subject::new(rules, &stream)).map_err(broken)
}

/// The values in all notations, with parts of the stream's text between them.
fn in_notations(stream: &Stream) -> Vec<u8> {
    let mut between = stream.bytes.chunks(3).cycle();
    let mut bytes = Vec::new();
    for value in &stream.values {
        for number in 0..NOTATIONS.len() {
            bytes.extend_from_slice(between.next().unwrap_or_default());
            let front = bytes.len();
            bytes.extend(notation::write(number, value, front).unwrap_or_default());
        }
    }
    bytes
}

fn none_leaks(subject: &Subject<'_>) -> Result<(), Trouble> {
    let whole = subject.run(Cuts::Nowhere)?;
    guarantees::cut(subject, &[Cuts::Given])?;
    for value in subject.registered() {
        for (name, written) in notations_of(value) {
            hold!(
                !runner::holds(&whole.bytes, &written),
                "{} as {name} in {}",
                shown(value),
                shown(&whole.bytes)
            );
        }
    }
    Ok(())
}

/// The ways of writing a value that must not be in an output.
fn notations_of(value: &[u8]) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let count = match value.len() {
        ..MIN_DERIVED => 1,
        MIN_DERIVED..=LONG => NOTATIONS.len(),
        // As it is, and in base64.
        _ => 2,
    };
    NOTATIONS
        .iter()
        .take(count)
        .filter_map(move |(name, writer)| Some((*name, writer(value)?)))
        .filter(|(_, written)| !trivial(written))
}

/// White space and punctuation alone: it would mask ordinary text.
fn trivial(text: &[u8]) -> bool {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || byte.is_ascii_punctuation();
    text.len() < MIN_VALUE || text.iter().all(blank)
}

/// The registry is a set, its refusals are those that are documented, and it does not remember what
/// was removed.
fn registry(rules: &Rules, stream: &Stream, changes: &[Change]) -> Result<(), Trouble> {
    let mut values = Values::new(rules);
    let mut model: BTreeSet<&[u8]> = BTreeSet::new();
    let first = stream.values.iter().map(|value| (true, value));
    let then = changes.iter().map(|change| (change.add, &change.value));
    for (add, value) in first.chain(then) {
        let (before, was) = (values.generation(), model.contains(value.as_slice()));
        if add {
            let added = values.add(value);
            let fits = match added {
                Ok(()) => model.insert(value) != was,
                Err(ValueError::TooShort { least }) => value.len() < least && least == MIN_VALUE,
                Err(ValueError::TooLong { most }) => value.len() > most && most == MAX_VALUE,
                Err(ValueError::Trivial) => trivial(value) || value.len() > 64,
                Err(_) => false,
            };
            hold!(fits, "{} bytes were added: {added:?}", value.len());
        } else {
            let removed = values.remove(value);
            hold!(
                removed == model.remove(value.as_slice()),
                "{} bytes were removed: {removed}",
                value.len()
            );
        }
        let changed = was != model.contains(value.as_slice());
        hold!(
            changed == (before != values.generation()),
            "a change that is none, or the other way round"
        );
        hold!(values.len() == model.len(), "{} values", values.len());
    }
    forgotten(rules, &values, &model, stream)
}

/// A registry that had more values once works like one that never had.
fn forgotten(
    rules: &Rules,
    values: &Values,
    model: &BTreeSet<&[u8]>,
    stream: &Stream,
) -> Result<(), Trouble> {
    let fresh = Stream {
        values: model.iter().map(|value| value.to_vec()).collect(),
        settles: Vec::new(),
        ..stream.clone()
    };
    let subject = Subject::new(rules, &fresh);
    let bytes = in_notations(&Stream {
        values: stream.values.clone(),
        ..fresh.clone()
    });
    let expected = subject.again(&bytes, &fresh.style)?;
    same(
        "with a past",
        &expected,
        &subject.with(values, &bytes, &fresh.style)?,
    )
}
