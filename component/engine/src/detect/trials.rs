//! Which shapes of a candidate are worth a match of their own.
//!
//! Most candidates are none: the keyword is there and what should follow is not. The shapes of an
//! anchor are alternatives of a few patterns and begin alike, so they are kept as a tree of their
//! steps. A candidate walks it once; where a step fails, all shapes below fail with it, and only for
//! what is left a [`Live`](super::Live) is made.
//!
//! # Invariant
//! A shape is left out only if it fails whatever comes: the byte that ends one of its runs is at
//! hand, and the run is too short. So neither the output nor what is held depends on this.
//!
//! # Bounds
//! A step that is the last to be needed is measured up to its least length only, and longer runs
//! before it are remembered ([`Runs`]): candidates inside one long run do not measure it again.

use std::ops::Range;

use hushgate_detector::table::{Shape, Step, Table};
use hushgate_prefilter::ByteSet;

use super::Runs;

/// The trees of all anchors.
#[derive(Debug, Default)]
pub(crate) struct Trials {
    trees: Vec<Tree>,
    nodes: Vec<Node>,
    steps: Vec<Part>,
    /// Indices of shapes.
    leaves: Vec<u16>,
}

/// The shapes of one anchor.
#[derive(Debug)]
struct Tree {
    /// Bytes of the first steps, which the anchor's proof has looked at.
    proven: usize,
    nodes: Range<usize>,
    leaves: Range<usize>,
    /// Whether no shape can stand behind a word byte.
    lead: bool,
}

/// Steps that some shapes of an anchor have in common, behind those of the nodes above.
#[derive(Debug)]
struct Node {
    /// How many nodes stand above it.
    depth: usize,
    /// How many bytes of the first step the anchor's proof has looked at.
    seen: usize,
    steps: Range<usize>,
    /// Shapes that need nothing more.
    leaves: Range<usize>,
    /// Those and the ones of all nodes below.
    within: Range<usize>,
    /// The first node that is not below this one.
    behind: usize,
    /// The bytes of which one must follow: without it, all below fails.
    follow: ByteSet,
}

/// A step, as far as it matters here.
#[derive(Debug)]
struct Part {
    bytes: ByteSet,
    /// Index of the set.
    set: u16,
    min: usize,
    max: usize,
}

/// What came of a node.
enum Came {
    /// Its steps fit up to this index.
    Through(usize),
    /// They cannot fit.
    Failed,
    /// That needs more bytes.
    Undecided,
}

/// What is undecided is kept.
const UNDECIDED: Came = if cfg!(sabotage = "half-seen-shape-left-out") {
    Came::Failed
} else {
    Came::Undecided
};

/// The bytes at hand at a candidate.
pub(crate) struct Place<'a> {
    pub(crate) runs: &'a Runs,
    /// From the candidate's start on.
    pub(crate) bytes: &'a [u8],
    /// Input offset of the candidate.
    pub(crate) start: u64,
    /// Whether no more input comes.
    pub(crate) ended: bool,
    /// Whether no word byte stands in front.
    pub(crate) edge: bool,
}

/// A shape's index and the steps that it needs.
type Trial<'t> = (u16, &'t [Step]);

/// Steps of a shape up to the last one that must come.
fn needed<'t>(table: &'t Table, shape: &Shape) -> &'t [Step] {
    let steps = table.steps_of(shape);
    let last = steps.iter().rposition(|step| step.min > 0).unwrap_or(0);
    steps.get(..=last).unwrap_or(steps)
}

fn alike(a: &Step, b: &Step) -> bool {
    (a.set, a.min, a.max) == (b.set, b.min, b.max)
}

fn size(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

impl Trials {
    pub(crate) fn new(table: &Table) -> Self {
        let mut trials = Self::default();
        for anchor in table.anchors.iter() {
            let members = table.members_of(anchor).iter();
            let shapes =
                members.filter_map(|&index| Some((index, table.shapes.get(usize::from(index))?)));
            let shapes: Vec<(u16, &Shape)> = shapes.collect();
            let steps: Vec<Trial<'_>> = shapes
                .iter()
                .map(|&(index, shape)| (index, needed(table, shape)))
                .collect();
            let looked_at = usize::from(anchor.proven);
            let (skipped, proven) = proven(&steps, looked_at);
            let (from, first_leaf) = (trials.nodes.len(), trials.leaves.len());
            trials.grow(table, &steps, skipped, 0);
            trials.see(from, looked_at.saturating_sub(proven));
            trials.trees.push(Tree {
                proven,
                nodes: from..trials.nodes.len(),
                leaves: first_leaf..trials.leaves.len(),
                lead: shapes.iter().all(|(_, shape)| shape.lead),
            });
        }
        trials
    }

    /// Adds nodes for shapes that have their first `from` steps in common.
    fn grow(&mut self, table: &Table, shapes: &[Trial<'_>], from: usize, depth: usize) {
        let mut rest = shapes.to_vec();
        while let Some(&(_, first)) = rest.first() {
            let Some(step) = first.get(from) else {
                // The proof has seen all that it needs: a node of no steps.
                let (over, on): (Vec<_>, Vec<_>) =
                    rest.into_iter().partition(|(_, it)| it.len() <= from);
                self.node(table, &over, from..from, depth);
                rest = on;
                continue;
            };
            let joins = |it: &Trial<'_>| it.1.get(from).is_some_and(|it| alike(it, step));
            let (own, others): (Vec<_>, Vec<_>) = rest.iter().partition(|it| joins(it));
            let common = |at: usize| {
                let wanted = first.get(at);
                wanted.is_some_and(|wanted| {
                    own.iter()
                        .all(|(_, it)| it.get(at).is_some_and(|it| alike(it, wanted)))
                })
            };
            let ends = |at: usize| own.iter().any(|(_, it)| it.len() == at);
            let mut to = from + 1;
            while !ends(to) && common(to) {
                to += 1;
            }
            self.node(table, &own, from..to, depth);
            rest = others;
        }
    }

    /// Adds a node with these of the steps of `shapes`, and those below it.
    fn node(&mut self, table: &Table, shapes: &[Trial<'_>], steps: Range<usize>, depth: usize) {
        let (over, on): (Vec<_>, Vec<_>) = shapes.iter().partition(|(_, it)| it.len() <= steps.end);
        let end = steps.end;
        let first_step = self.steps.len();
        let own = shapes.first().and_then(|(_, it)| it.get(steps));
        self.steps
            .extend(own.unwrap_or_default().iter().map(|step| Part {
                bytes: *table.set(step.set),
                set: step.set,
                min: size(step.min),
                max: size(step.max),
            }));
        if on.is_empty()
            && let Some(last) = self.steps.get_mut(first_step..).and_then(<[_]>::last_mut)
        {
            // Nothing must come behind it, so it does not matter how far it reaches.
            last.max = last.min;
        }
        let first_leaf = self.leaves.len();
        self.leaves.extend(over.iter().map(|(index, _)| *index));
        let leaves = first_leaf..self.leaves.len();
        let at = self.nodes.len();
        self.nodes.push(Node {
            depth,
            seen: 0,
            steps: first_step..self.steps.len(),
            within: leaves.clone(),
            leaves,
            behind: 0,
            follow: if over.is_empty() {
                follow(table, &on, end)
            } else {
                ByteSet::FULL
            },
        });
        self.grow(table, &on, end, depth + 1);
        let (last_leaf, behind) = (self.leaves.len(), self.nodes.len());
        if let Some(node) = self.nodes.get_mut(at) {
            node.within.end = last_leaf;
            node.behind = behind;
        }
    }

    /// Notes that of the first steps from node `first` on so many bytes were looked at, as far as
    /// they have to come.
    fn see(&mut self, first: usize, bytes: usize) {
        for node in self.nodes.iter_mut().skip(first) {
            if node.depth == 0 {
                let step = self.steps.get(node.steps.start);
                let step = step.filter(|_| !node.steps.is_empty());
                node.seen = step.map_or(0, |step| step.min.min(bytes));
            }
        }
    }

    /// Appends to `left` the shapes of an anchor that may still match, in order; where there are few
    /// of them, all.
    pub(crate) fn of(&self, anchor: u16, place: &Place<'_>, left: &mut Vec<u16>) {
        let leaves = self.trees.get(usize::from(anchor));
        let leaves = leaves.map(|tree| tree.leaves.clone());
        if let Some(leaves) = leaves.filter(|leaves| leaves.len() <= FEW) {
            left.extend_from_slice(self.leaves.get(leaves).unwrap_or_default());
            return;
        }
        let first = left.len();
        self.try_all(anchor, place, |leaves| {
            left.extend_from_slice(leaves);
            false
        });
        if left.len() - first > 1 {
            left.get_mut(first..).unwrap_or_default().sort_unstable();
        }
    }

    /// Whether there are such shapes.
    pub(crate) fn any(&self, anchor: u16, place: &Place<'_>) -> bool {
        let mut any = false;
        self.try_all(anchor, place, |_| {
            any = true;
            true
        });
        any
    }

    /// Calls `left` with the shapes of an anchor that may still match, some at a time, until it says
    /// that this is enough.
    #[inline(always)]
    fn try_all(&self, anchor: u16, place: &Place<'_>, mut left: impl FnMut(&[u16]) -> bool) {
        let Some(tree) = self.trees.get(usize::from(anchor)) else {
            return;
        };
        if tree.lead && !place.edge {
            return;
        }
        // Where the nodes above end, each behind the other.
        let mut ends = Ends::default();
        let mut at = tree.nodes.start;
        while at < tree.nodes.end
            && let Some(node) = self.nodes.get(at)
        {
            let from = ends.above(node.depth).unwrap_or(tree.proven);
            let leaves = match self.walk(node, place, from) {
                Came::Through(end) => {
                    ends.set(node.depth, end);
                    at += 1;
                    &node.leaves
                }
                Came::Undecided => {
                    at = node.behind;
                    &node.within
                }
                Came::Failed => {
                    at = node.behind;
                    continue;
                }
            };
            if !leaves.is_empty() && left(self.leaves.get(leaves.clone()).unwrap_or_default()) {
                return;
            }
        }
    }

    #[inline(always)]
    fn walk(&self, node: &Node, place: &Place<'_>, from: usize) -> Came {
        let mut at = from;
        let mut seen = node.seen;
        for step in self.steps.get(node.steps.clone()).unwrap_or_default() {
            at += seen;
            let most = step.max - seen;
            let rest = place.bytes.get(at..).unwrap_or_default();
            if step.max == 1 && step.min == 1 && seen == 0 {
                // Most steps are a byte of a keyword.
                match rest.first() {
                    Some(&byte) if step.bytes.contains(byte) => at += 1,
                    None if !place.ended => return UNDECIDED,
                    _ => return Came::Failed,
                }
                continue;
            }
            let taken = if most <= LONG {
                run(&step.bytes, rest, most)
            } else {
                let start = place.start + at as u64;
                place.runs.measure(step.set, &step.bytes, start, rest, most)
            };
            at += taken;
            if taken < most && taken == rest.len() && !place.ended {
                return UNDECIDED;
            }
            if seen + taken < step.min {
                return Came::Failed;
            }
            seen = 0;
        }
        match place.bytes.get(at) {
            Some(&byte) if !node.follow.contains(byte) => Came::Failed,
            _ => Came::Through(at),
        }
    }
}

/// The bytes of which one must stand at the beginning of the next step that has to come.
fn follow(table: &Table, shapes: &[Trial<'_>], from: usize) -> ByteSet {
    let mut follow = ByteSet::EMPTY;
    for (_, steps) in shapes {
        for step in steps.get(from..).unwrap_or_default() {
            follow = follow.union(table.set(step.set));
            if step.min > 0 {
                break;
            }
        }
    }
    follow
}

/// So many shapes are matched as fast as they are tried.
const FEW: usize = 2;

/// Longer runs are remembered. Shorter ones are measured again faster.
const LONG: usize = 64;

/// How many of the first bytes, at most `most`, are in the set.
#[inline]
fn run(set: &ByteSet, bytes: &[u8], most: usize) -> usize {
    let bytes = bytes.get(..most).unwrap_or(bytes);
    let end = bytes.iter().position(|&byte| !set.contains(byte));
    end.unwrap_or(bytes.len())
}

/// The first steps that all have in common and that a proof of so many bytes has seen whole: how
/// many they are, and their bytes.
fn proven(shapes: &[Trial<'_>], bytes: usize) -> (usize, usize) {
    let Some(((_, first), others)) = shapes.split_first() else {
        return (0, 0);
    };
    let (mut steps, mut seen) = (0, 0);
    for step in *first {
        let common = others
            .iter()
            .all(|(_, it)| it.get(steps).is_some_and(|it| alike(it, step)));
        if !common || step.min != step.max || seen + size(step.min) > bytes {
            break;
        }
        steps += 1;
        seen += size(step.min);
    }
    (steps, seen)
}

/// Where the nodes above the one at hand end. Few lie deep.
#[derive(Default)]
struct Ends {
    near: [usize; 8],
    far: Vec<usize>,
}

impl Ends {
    /// The end of the node right above one at this depth.
    fn above(&self, depth: usize) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        let far = || self.far.get(depth - self.near.len()).copied();
        self.near.get(depth).copied().or_else(far)
    }

    fn set(&mut self, depth: usize, end: usize) {
        if let Some(near) = self.near.get_mut(depth) {
            *near = end;
            return;
        }
        let index = depth - self.near.len();
        self.far.resize(index + 1, 0);
        if let Some(far) = self.far.get_mut(index) {
            *far = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use hushgate_detector::document::Document;

    use super::*;

    const DETECTOR: &str = r#"
[[detector]]
id = "t-branches"
since = "0.1.0"
description = "Alternatives that begin alike."
pattern = '\bfoo_[0-9]{6,200}(?:x(?:ab|ac)|y[a-z]{2}(?:-[a-z]{1,9})?|z)'
keywords = ["foo_"]
max-len = 217
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "foo_012345xab"
redacted = "[t-branches]"
[[detector.counter-example]]
text = "foo_012345xad"
why = "another end"
"#;

    /// How many shapes are left of a candidate that begins `text`.
    fn left(text: &str, ended: bool, edge: bool) -> usize {
        let document = Document::parse(DETECTOR).expect("a correct document");
        let table = Table::build(&document.detectors);
        assert_eq!(table.anchors.len(), 1);
        let place = Place {
            runs: &Runs::default(),
            bytes: text.as_bytes(),
            start: 0,
            ended,
            edge,
        };
        let mut left = Vec::new();
        Trials::new(&table).of(0, &place, &mut left);
        assert!(left.is_sorted());
        left.len()
    }

    #[test]
    fn shapes_are_left_out_as_soon_as_they_fail() {
        let all = left("foo_0123", false, true);
        assert!(all >= 5, "{all}");
        for (text, expected) in [
            ("foo_0123,", 0),
            ("foo_012345", all),
            ("foo_0123456789,", 0),
            ("foo_012345x", 2),
            ("foo_012345xa", 2),
            ("foo_012345xac", 1),
            ("foo_012345xad", 0),
            ("foo_012345yb", 2),
            ("foo_012345ybc, ", 1),
            ("foo_012345z", 1),
        ] {
            assert_eq!(left(text, false, true), expected, "{text}");
            assert_eq!(left(text, false, false), 0, "{text}");
        }
    }

    #[test]
    fn at_the_end_nothing_is_undecided() {
        assert_eq!(left("foo_012345x", true, true), 0);
        assert_eq!(left("foo_012345xab", true, true), 1);
        assert_eq!(left("foo_0123", true, true), 0);
    }
}
