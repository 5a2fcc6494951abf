//! From a tree to shapes: alternatives and repeated groups are written out.

use super::{MAX_SHAPES, MAX_WINDOW, PatternError, Shape, Step, UNBOUNDED, parse::Node};

/// More steps than this in all are refused before they are built.
const MAX_STEPS: usize = 65_536;

pub(super) fn shapes(node: &Node) -> Result<Vec<Shape>, PatternError> {
    let mut shapes = Vec::new();
    for mut steps in expand(node, 0)? {
        merge(&mut steps);
        if steps.is_empty() {
            return Err(refuse(
                "empty-pattern",
                "the pattern can match nothing at all",
            ));
        }
        let shape = Shape { steps, skip: 0 };
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    Ok(shapes)
}

fn expand(node: &Node, groups: u8) -> Result<Vec<Vec<Step>>, PatternError> {
    match node {
        Node::Set(set) => Ok(vec![vec![Step {
            set: *set,
            min: 1,
            max: 1,
            groups,
        }]]),
        Node::Concat(parts) => {
            let mut all = vec![Vec::new()];
            for part in parts {
                all = product(&all, &expand(part, groups)?)?;
            }
            Ok(all)
        }
        Node::Either(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(expand(branch, groups)?);
                bounded(&all)?;
            }
            Ok(all)
        }
        Node::Named { node, group } => expand(node, groups | (1 << group)),
        Node::Repeat { node, min, max } => repeat(node, *min, *max, groups),
    }
}

fn repeat(node: &Node, min: u32, max: u32, groups: u8) -> Result<Vec<Vec<Step>>, PatternError> {
    if let Node::Set(set) = node {
        return Ok(vec![vec![Step {
            set: *set,
            min,
            max,
            groups,
        }]]);
    }
    if max == UNBOUNDED || max > MAX_WINDOW {
        return Err(refuse(
            "unbounded-group",
            "a group is repeated without a bound",
        ));
    }
    let one = expand(node, groups)?;
    let mut so_far = vec![Vec::new()];
    let mut all = Vec::new();
    for count in 0..=max {
        if count >= min {
            all.extend(so_far.iter().cloned());
            bounded(&all)?;
        }
        if count < max {
            so_far = product(&so_far, &one)?;
        }
    }
    Ok(all)
}

fn product(left: &[Vec<Step>], right: &[Vec<Step>]) -> Result<Vec<Vec<Step>>, PatternError> {
    if left.len().saturating_mul(right.len()) > MAX_SHAPES {
        return Err(too_many());
    }
    let mut all = Vec::with_capacity(left.len() * right.len());
    for head in left {
        for tail in right {
            all.push(head.iter().chain(tail).cloned().collect::<Vec<_>>());
        }
    }
    bounded(&all)?;
    Ok(all)
}

fn bounded(all: &[Vec<Step>]) -> Result<(), PatternError> {
    let steps: usize = all.iter().map(Vec::len).sum();
    if all.len() > MAX_SHAPES || steps > MAX_STEPS {
        Err(too_many())
    } else {
        Ok(())
    }
}

fn too_many() -> PatternError {
    PatternError {
        code: "too-many-alternatives",
        message: format!("the pattern expands to more than {MAX_SHAPES} alternatives"),
        help: "write sets instead of alternatives of single bytes, or split the detector",
        offset: 0,
    }
}

fn refuse(code: &'static str, message: &str) -> PatternError {
    PatternError {
        code,
        message: message.to_owned(),
        help: "",
        offset: 0,
    }
}

/// Joins neighbours of one set: fewer steps, and `[0-9][0-9]{3,}` is not ambiguous.
fn merge(steps: &mut Vec<Step>) {
    let mut merged: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps.drain(..) {
        match merged.last_mut() {
            Some(last) if last.set == step.set && last.groups == step.groups => {
                last.min = last.min.saturating_add(step.min);
                last.max = if last.max == UNBOUNDED || step.max == UNBOUNDED {
                    UNBOUNDED
                } else {
                    last.max.saturating_add(step.max)
                };
            }
            _ => merged.push(step),
        }
    }
    *steps = merged;
}
