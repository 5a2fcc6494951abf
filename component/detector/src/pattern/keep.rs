//! `\K`: what stands in front of it has to be there, and stays.
//!
//! # Invariant
//! What stands in front has one length in each shape and no end of a line in it. So one look at the
//! bytes in front of a match decides, and nothing has to be held back for it.

use super::{MAX_SHAPES, Pattern, PatternError, Shape, parse};
use crate::table::MAX_AHEAD;

const SIGN: &str = r"\K";

/// The parts of a pattern before and behind the first `\K`.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let at = text.bytes().position(|byte| {
        let is_sign = escaped && byte == b'K';
        escaped = !escaped && byte == b'\\';
        is_sign
    })?;
    Some((text.get(..at - 1)?, text.get(at + 1..)?))
}

/// The pattern of both parts.
pub(super) fn pattern(head: &str, tail: &str) -> Result<Pattern, PatternError> {
    let behind = head.len() + SIGN.len();
    let refuse = |code, message: &str, help, offset| {
        Err(PatternError {
            code,
            message: message.to_owned(),
            help,
            offset,
        })
    };
    if let Some((again, _)) = split(tail) {
        let message = "a second `\\K`";
        return refuse(
            "misplaced-context",
            message,
            "write one",
            behind + again.len(),
        );
    }
    let is_open = |error: PatternError| match error.code {
        "unclosed" => PatternError {
            code: "misplaced-context",
            message: "`\\K` inside a group or a set".to_owned(),
            help: "write it between groups",
            offset: head.len(),
        },
        _ => error,
    };
    let head_pattern = Pattern::of(parse::parse(head, false).map_err(is_open)?)?;
    let tail_pattern = parse::parse(tail, head_pattern.caseless)
        .and_then(Pattern::of)
        .map_err(|error| PatternError {
            offset: error.offset + behind,
            ..error
        })?;
    if head_pattern.trail || tail_pattern.lead {
        return refuse(
            "misplaced-edge",
            "`\\b` beside `\\K`",
            "`\\b` stands only at the start and the end of a pattern",
            head.len(),
        );
    }
    if !head_pattern.groups.is_empty() {
        return refuse(
            "misplaced-group",
            "a named group in front of `\\K`",
            "checksums are over what is found",
            0,
        );
    }
    let mut shapes = Vec::new();
    for ahead in &head_pattern.shapes {
        let fixed = ahead.steps.iter().all(|step| step.min == step.max);
        let lines = ahead.steps.iter().any(|step| step.set.contains(b'\n'));
        if !fixed || lines || ahead.least() as usize > MAX_AHEAD {
            return refuse(
                "context-not-fixed",
                "what stands in front of `\\K` has no fixed length, is too long, or holds the end of a line",
                "write alternatives of fixed length, at most 64 bytes each, without `\\n`",
                0,
            );
        }
        for tail in &tail_pattern.shapes {
            shapes.push(Shape {
                steps: [ahead.steps.as_slice(), &tail.steps].concat(),
                skip: ahead.steps.len(),
            });
        }
    }
    if shapes.len() > MAX_SHAPES {
        return refuse(
            "too-many-alternatives",
            "the pattern expands to too many alternatives",
            "split the detector",
            0,
        );
    }
    Ok(Pattern {
        lead: head_pattern.lead,
        shapes,
        ..tail_pattern
    })
}
