//! The pattern language: a subset of regular expressions that one forward pass decides.
//!
//! A pattern becomes a set of [`Shape`]s. A shape is a sequence of [`Step`]s; a step is a run
//! of bytes of one set, at least `min` and at most `max` of them, taken greedily and never
//! given back. The match of a pattern is the longest match of its shapes.
//!
//! # Why it holds
//! A step of varying length is only accepted where no byte that could continue it can begin
//! what follows. So the greedy run is the only possible one: there is nothing to backtrack to,
//! and a matcher's whole state is a step and a count.

mod expand;
mod keep;
mod parse;

use hushgate_prefilter::ByteSet;

/// The longest that a pattern may need until a match is certain, in bytes.
pub const MAX_WINDOW: u32 = 8192;
/// The most shapes a pattern may expand to.
pub const MAX_SHAPES: usize = 256;
/// `max` of a step without an upper bound.
pub const UNBOUNDED: u32 = u32::MAX;

/// A run of bytes of one set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which bytes.
    pub set: ByteSet,
    /// The least number of them.
    pub min: u32,
    /// The greatest number of them, or [`UNBOUNDED`].
    pub max: u32,
    /// The named groups it lies in, a bit each, in the order of [`Pattern::groups`].
    pub groups: u8,
}

/// One way through a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The runs, in order. Never empty.
    pub steps: Vec<Step>,
    /// How many of them stand in front of the match: they must be there, and stay.
    pub skip: usize,
}

impl Shape {
    /// The bytes until a match is certain: all of a bounded shape, and up to the least length
    /// of the first unbounded run of another.
    pub fn window(&self) -> u32 {
        let mut sum = 0_u32;
        for step in self.matched() {
            if step.max == UNBOUNDED {
                return sum.saturating_add(step.min);
            }
            sum = sum.saturating_add(step.max);
        }
        sum
    }

    /// The bytes behind the last unbounded run that may have to be held back.
    fn suffix(&self) -> u32 {
        let bounded = self
            .matched()
            .iter()
            .rev()
            .take_while(|step| step.max != UNBOUNDED);
        bounded.fold(0, |sum, step| sum.saturating_add(step.max))
    }

    /// The least number of bytes of a match.
    pub fn least(&self) -> u32 {
        least(self.matched())
    }

    /// The number of bytes that have to stand in front of a match.
    pub fn ahead(&self) -> u32 {
        least(self.steps.get(..self.skip).unwrap_or_default())
    }

    /// The runs that a match consists of.
    pub fn matched(&self) -> &[Step] {
        self.steps.get(self.skip..).unwrap_or_default()
    }

    /// The sets at fixed distances from the start of the first step, one per byte, as far as they are fixed and
    /// at most `limit`.
    pub fn fixed(&self, limit: usize) -> Vec<ByteSet> {
        let mut sets = Vec::new();
        for step in &self.steps {
            for _ in 0..step.min {
                if sets.len() == limit {
                    return sets;
                }
                sets.push(step.set);
            }
            if step.min != step.max {
                break;
            }
        }
        sets
    }
}

/// A checked pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Whether the byte in front must be no word byte.
    pub lead: bool,
    /// Whether the byte behind must be no word byte.
    pub trail: bool,
    /// The ways through it.
    pub shapes: Vec<Shape>,
    /// Names of the groups, at most eight.
    pub groups: Vec<String>,
    /// Whether ASCII letters match in either case.
    pub caseless: bool,
}

/// Why a pattern was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Stable code in kebab case.
    pub code: &'static str,
    /// One line, lower case, no full stop.
    pub message: String,
    /// What to do about it, or empty.
    pub help: &'static str,
    /// Byte offset in the pattern.
    pub offset: usize,
}

impl Pattern {
    /// The pattern of what has no form: it matches nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            lead: false,
            trail: false,
            shapes: Vec::new(),
            groups: Vec::new(),
            caseless: false,
        }
    }

    /// Reads and checks a pattern.
    ///
    /// # Errors
    /// The first thing in it that is outside the language.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let pattern = match keep::split(text) {
            None => Self::of(parse::parse(text, false)?)?,
            Some((head, tail)) => keep::pattern(head, tail)?,
        };
        pattern.check()?;
        Ok(pattern)
    }

    /// Whether all of `bytes` is one match of the pattern. Their edges are edges of words.
    #[must_use]
    pub fn covers(&self, bytes: &[u8]) -> bool {
        self.shapes.iter().any(|shape| {
            let mut rest = bytes;
            let fits = shape.matched().iter().all(|step| {
                let room = usize::try_from(step.max).unwrap_or(usize::MAX);
                let run = rest.iter().take(room);
                let taken = run.take_while(|&&byte| step.set.contains(byte)).count();
                rest = rest.get(taken..).unwrap_or_default();
                taken >= usize::try_from(step.min).unwrap_or(usize::MAX)
            });
            fits && rest.is_empty()
        })
    }

    fn of(parsed: parse::Parsed) -> Result<Self, PatternError> {
        Ok(Self {
            lead: parsed.lead,
            trail: parsed.trail,
            shapes: expand::shapes(&parsed.node)?,
            groups: parsed.groups,
            caseless: parsed.caseless,
        })
    }

    /// The bytes that have to be held back until a match is certain, at most.
    pub fn window(&self) -> u32 {
        self.shapes.iter().map(Shape::window).max().unwrap_or(0)
    }

    fn check(&self) -> Result<(), PatternError> {
        let refuse = |code, message: String, help| {
            Err(PatternError {
                code,
                message,
                help,
                offset: 0,
            })
        };
        for shape in &self.shapes {
            if shape.least() < 4 {
                return refuse(
                    "pattern-too-short",
                    "the pattern can match fewer than 4 bytes".to_owned(),
                    "a form that short is found in ordinary text",
                );
            }
            for set in shape.steps.iter().map(|step| step.set) {
                if let Some(byte) = set
                    .iter()
                    .find(|&byte| !byte.is_ascii() || b"[]*".contains(&byte))
                {
                    return refuse(
                        "frame-byte",
                        format!(
                            "the pattern can match the byte 0x{byte:02x}, with which labels are written"
                        ),
                        "leave `[`, `]`, `*` and bytes above 0x7f out of every set; write `[^…]` sets as what they hold",
                    );
                }
            }
            if let Some(at) = ambiguous(shape) {
                return refuse(
                    "ambiguous-repetition",
                    format!(
                        "repetition {} of varying length is followed by a byte it could take itself",
                        at + 1
                    ),
                    "matches are never given back: use alternatives of fixed length",
                );
            }
            if shape.window().max(shape.suffix()) > MAX_WINDOW {
                return refuse(
                    "match-too-long",
                    format!(
                        "a match is certain only after {} bytes, more than {MAX_WINDOW}",
                        shape.window().max(shape.suffix())
                    ),
                    "bound the repetitions, or let the last one be unbounded",
                );
            }
            self.check_tail(shape)?;
        }
        Ok(())
    }

    /// INVARIANT: wherever an unbounded run may end, some shape ends there too, so that the
    /// run can be swallowed before its end is known.
    fn check_tail(&self, shape: &Shape) -> Result<(), PatternError> {
        for (index, step) in shape.steps.iter().enumerate() {
            if step.max != UNBOUNDED {
                continue;
            }
            let (head, rest) = shape.steps.split_at(index + 1);
            let certain = rest.iter().all(|step| step.min == 0)
                || self
                    .shapes
                    .iter()
                    .any(|other| other.skip == shape.skip && same_form(&other.steps, head));
            if !certain {
                return Err(PatternError {
                    code: "unbounded-hold",
                    message: "an unbounded repetition is followed by something that must come"
                        .to_owned(),
                    help: "make all that follows one optional group, `(?:…)?`, or bound the repetition",
                    offset: 0,
                });
            }
        }
        let open = shape.steps.last().is_some_and(|step| step.max == UNBOUNDED);
        if self.trail && open {
            return Err(PatternError {
                code: "edge-behind-tail",
                message: "`\\b` behind an unbounded repetition".to_owned(),
                help: "leave `\\b` out: the repetition takes all it can",
                offset: 0,
            });
        }
        Ok(())
    }
}

/// The first step whose greedy run could take bytes of what follows it.
fn ambiguous(shape: &Shape) -> Option<usize> {
    shape.steps.iter().enumerate().position(|(index, step)| {
        if step.min == step.max {
            return false;
        }
        for next in shape.steps.iter().skip(index + 1) {
            if !next.set.is_disjoint(&step.set) {
                return true;
            }
            if next.min > 0 {
                break;
            }
        }
        false
    })
}

fn least(steps: &[Step]) -> u32 {
    steps
        .iter()
        .fold(0, |sum, step| sum.saturating_add(step.min))
}

fn same_form(one: &[Step], other: &[Step]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(a, b)| (a.set, a.min, a.max) == (b.set, b.min, b.max))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        match Pattern::parse(text) {
            Ok(_) => "ok",
            Err(error) => error.code,
        }
    }

    #[test]
    fn accepted_forms() {
        for text in [
            r"\bexf_[0-9A-Za-z]{36}\b",
            r"(?:ab|cd)_[a-f\d]{8,12}\b",
            r"(?i)key-\w{8}",
            r"head_[a-z]{4,}",
            r"head_[a-z]{4,}(?:\.[a-z]+)?",
            r"a{4}b?c",
            r"x\.y\-z\\\x7e{2}",
            r"(?i)\bkey(?:=|: )\K[a-z]{8,}",
            r"a\\Kbcd",
        ] {
            assert_eq!(code(text), "ok", "{text}");
        }
    }

    #[test]
    fn refused_forms() {
        for (text, expected) in [
            ("", "empty-pattern"),
            ("abc", "pattern-too-short"),
            (r"[a-z]{2,9}x123", "ambiguous-repetition"),
            (r"head[a-z]+\.end", "unbounded-hold"),
            (r"head[a-z]{3,}\b", "edge-behind-tail"),
            (r"(?:abcd)+", "unbounded-group"),
            (r"ab\bcd", "misplaced-edge"),
            (r"abcd[^a]", "frame-byte"),
            (r"abcd\[", "frame-byte"),
            ("abcdé", "not-ascii"),
            (r"abcd.", "any-byte"),
            (r"(?=abcd)", "unknown-group"),
            (r"abcd[", "unclosed"),
            (r"abcd(", "unclosed"),
            (r"abcd{5", "bad-repetition"),
            (r"abcd{5,2}", "bad-repetition"),
            (r"abcd\q", "unknown-escape"),
            (r"a{9000}", "match-too-long"),
            (
                r"(?:a|b)(?:a|b)(?:a|b)(?:a|b)(?:a|b)(?:a|b)(?:a|b)(?:a|b)(?:a|b)",
                "too-many-alternatives",
            ),
            (r"^abcd", "unknown-anchor"),
            (r"key=+\Kabcd", "context-not-fixed"),
            (r"key=\b\Kabcd", "misplaced-edge"),
            (r"key=\K\babcd", "misplaced-edge"),
            (r"key=\Kabc", "pattern-too-short"),
            (r"\Kabcd", "empty-pattern"),
            (r"key=\Kab\Kcd", "misplaced-context"),
            (r"(?:key=\Kabcd)", "misplaced-context"),
            (r"key\[=\Kabcd", "frame-byte"),
            (r"key\n\Kabcd", "context-not-fixed"),
            (r"(?<a>key)=\Kabcd", "misplaced-group"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn a_window_ends_where_the_match_is_certain() {
        let window = |text| Pattern::parse(text).map(|pattern| pattern.window());
        assert_eq!(window(r"exf_[0-9]{20,40}"), Ok(44));
        assert_eq!(window(r"head_[a-z]{4,}(?:\.[a-z]+)?"), Ok(9));
        assert_eq!(window(r"key=\K[a-z]{4,}"), Ok(4));
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let deep = format!("{}abcd{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(code(&deep), "pattern-too-long");
        let deep = format!("{}abcd{}", "(".repeat(400), ")".repeat(400));
        assert_eq!(code(&deep), "nested-too-deep");
    }
}
