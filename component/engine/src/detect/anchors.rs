//! What the prefilter reports, looked at more closely.

use hushgate_detector::table::{ANY, Table};

use crate::redact::enabled::Enabled;

/// Calls `found` for each anchor that stands at index `at` of `bytes`: with the index at which
/// matches of its shapes would begin, its own index, and whether all bytes are there that prove it. Where they are
/// not, those that are fit.
#[inline(always)]
pub(crate) fn anchors_at(
    table: &Table,
    enabled: &Enabled,
    bytes: &[u8],
    at: usize,
    mut found: impl FnMut(usize, usize, bool),
) {
    let Some(four) = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>) else {
        return;
    };
    let four = u32::from_le_bytes(*four);
    if !table.may_begin(four) {
        return;
    }
    let any = four | u32::from(ANY) << 24;
    for (index, anchor) in table.anchors_of(four).chain(table.anchors_of(any)) {
        let Some(start) = at.checked_sub(usize::from(anchor.offset)) else {
            continue;
        };
        if !enabled.anchor(index) {
            continue;
        }
        let rest = bytes.get(start..).unwrap_or_default();
        let proof = table.proof(anchor);
        if rest
            .iter()
            .zip(proof)
            .all(|(&byte, set)| set.contains(byte))
        {
            let start = start + usize::from(anchor.ahead);
            found(start, index, rest.len() >= proof.len());
        }
    }
}
