//! Every shape that a value may have.

use hushgate_engine::rules::Rules;

use crate::{
    around::{Around, Stripped, strip, unwrapped},
    decode,
    shape::{Ground, Shape},
};

/// Longest value in bytes.
pub const MAX_LENGTH: usize = 1 << 20;

/// How often base64 around base64 is taken off.
const MAX_DEPTH: usize = 2;

/// Why a value was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// It is too long.
    #[error("the value is longer than {most} bytes")]
    TooLong {
        /// The most bytes.
        most: usize,
    },
}

/// What is known of a value.
#[derive(Debug, Clone, Default)]
pub struct Inspection {
    /// What it may be, the surest first; nothing where it is unknown.
    pub shapes: Vec<Shape>,
    /// What stands around it, from the outside to the inside.
    pub around: Vec<Around>,
}

/// What a value may be.
///
/// # Errors
/// Where it is longer than [`MAX_LENGTH`].
pub fn inspect(rules: &Rules, value: &str) -> Result<Inspection, InspectError> {
    if value.len() > MAX_LENGTH {
        return Err(InspectError::TooLong { most: MAX_LENGTH });
    }
    Ok(looked_at(rules, value, MAX_DEPTH))
}

fn looked_at(rules: &Rules, value: &str, depth: usize) -> Inspection {
    let Stripped {
        inner,
        framed,
        mut around,
    } = strip(value);
    let mut shapes = decode::shapes(rules, inner);
    if framed.len() > inner.len() {
        for shape in decode::shapes(rules, framed) {
            match shapes.iter_mut().find(|it| it.id == shape.id) {
                Some(known) if known.confidence < shape.confidence => *known = shape,
                Some(_) => {}
                None => shapes.push(shape),
            }
        }
        decode::sort(&mut shapes);
    }
    let is_sure = |shapes: &[Shape]| {
        let first = shapes.first();
        first.is_some_and(|it| !matches!(it.ground, Ground::Bare | Ground::Broken))
    };
    if !is_sure(&shapes)
        && depth > usize::from(cfg!(sabotage = "base64-not-taken-off")) * MAX_DEPTH
        && let Some(unwrapped) = unwrapped(inner)
    {
        let seen = looked_at(rules, &unwrapped, depth - 1);
        if is_sure(&seen.shapes) {
            around.push(Around::Base64);
            around.extend(seen.around);
            shapes = seen.shapes;
        }
    }
    Inspection { shapes, around }
}
