//! Many records at once.
//!
//! # Promise
//! All records come back redacted, or none does.
//!
//! # Why it holds
//! Records go into a sandbox in groups. A group that faults is tried once more in a new sandbox;
//! if that faults too, the whole batch is an error.

use crate::error::{Fault, GateError};
use crate::finding::Redacted;
use crate::gate::Gate;
use crate::instance::{Instance, Stream};

/// How many bytes of records cross into a sandbox at once: the deadline of a call is far away. A
/// record that is longer goes alone.
const GROUP: usize = 64 << 10;

/// What a record counts beside its bytes: each costs time, even an empty one.
const RECORD: usize = 16;

pub(crate) fn redact(gate: &Gate, records: &[&str]) -> Result<Vec<Redacted>, GateError> {
    let mut redacted = Vec::with_capacity(records.len());
    let mut open = None;
    for group in groups(records) {
        let done =
            attempt(gate, &mut open, Gate::instance, group).or_else(|_lost_with_its_instance| {
                attempt(gate, &mut open, Gate::fresh_instance, group)
            })?;
        redacted.extend(done);
    }
    if let Some((mut instance, stream)) = open {
        instance.put_back(stream, gate.shared_options());
        gate.give_back(instance);
    }
    Ok(redacted)
}

/// Redacts a group in the sandbox at hand, or in a new one. One that faults is lost.
fn attempt(
    gate: &Gate,
    open: &mut Option<(Instance, Stream)>,
    instance: impl FnOnce(&Gate) -> Result<Instance, Fault>,
    group: &[&str],
) -> Result<Vec<Redacted>, Fault> {
    let (mut instance, stream) = match open.take() {
        Some(open) => open,
        None => {
            let mut instance = instance(gate)?;
            let stream = gate.start(&mut instance)?;
            (instance, stream)
        }
    };
    instance.catch_up(gate.registry())?;
    let redacted = instance.batch(stream, group)?;
    gate.note_allowed(&mut instance, stream)?;
    *open = Some((instance, stream));
    Ok(redacted)
}

/// Cuts a batch into groups of at most [`GROUP`] bytes, or of one record.
fn groups<'r>(records: &'r [&'r str]) -> impl Iterator<Item = &'r [&'r str]> {
    let mut rest = records;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fitting = rest.iter().take_while(|record| {
            bytes += record.len() + RECORD;
            bytes <= GROUP
        });
        let count = fitting.count().max(1);
        let (group, behind) = rest.split_at_checked(count)?;
        rest = behind;
        Some(group)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_all_records_in_order() {
        let long = "x".repeat(GROUP + 1);
        let half = "y".repeat(GROUP / 2 - RECORD);
        let records = ["a", &long, "b", &half, &half, &half, "", ""];
        let sizes: Vec<usize> = groups(&records).map(<[_]>::len).collect();
        assert_eq!(sizes, [1, 1, 2, 2, 2]);
        assert!(groups(&records).flatten().eq(&records));
        assert!(groups(&vec![""; GROUP]).all(|group| group.len() * RECORD <= GROUP));
        assert_eq!(groups(&[]).count(), 0);
    }
}
