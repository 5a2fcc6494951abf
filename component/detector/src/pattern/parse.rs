//! From text to a tree, one pass, bounded depth.

use hushgate_prefilter::ByteSet;

use super::{PatternError, UNBOUNDED};

/// Longest pattern text in bytes.
const MAX_TEXT: usize = 4096;
/// Deepest nesting of groups.
const MAX_DEPTH: usize = 16;
/// Most named groups: they are bits of a byte.
const MAX_GROUPS: usize = 8;

/// A tree of what a pattern says.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Set(ByteSet),
    Concat(Vec<Node>),
    Either(Vec<Node>),
    Repeat { node: Box<Node>, min: u32, max: u32 },
    Named { node: Box<Node>, group: usize },
}

/// A pattern's tree and what holds for all of it.
pub(super) struct Parsed {
    pub(super) node: Node,
    pub(super) lead: bool,
    pub(super) trail: bool,
    pub(super) caseless: bool,
    pub(super) groups: Vec<String>,
}

/// Reads a pattern; `caseless` where something in front of it said so.
pub(super) fn parse(text: &str, caseless: bool) -> Result<Parsed, PatternError> {
    if text.len() > MAX_TEXT {
        return Err(PatternError {
            code: "pattern-too-long",
            message: format!("the pattern has {} bytes, more than {MAX_TEXT}", text.len()),
            help: "split it into several detectors",
            offset: 0,
        });
    }
    let mut body = text;
    let mut start = 0;
    let says = body.starts_with("(?i)");
    let caseless = caseless || says;
    if says {
        start += 4;
        body = body.get(4..).unwrap_or_default();
    }
    let lead = body.starts_with(r"\b");
    if lead {
        start += 2;
        body = body.get(2..).unwrap_or_default();
    }
    // A `\b` at the end is one only if its backslash is not itself escaped.
    let trail = body
        .strip_suffix(r"\b")
        .is_some_and(|rest| rest.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 0);
    if trail {
        body = body.get(..body.len() - 2).unwrap_or_default();
    }
    let mut parser = Parser {
        text: body.as_bytes(),
        at: 0,
        mark: 0,
        start,
        depth: 0,
        caseless,
        groups: Vec::new(),
    };
    let node = parser.either()?;
    if parser.peek().is_some() {
        parser.mark = parser.at;
        return Err(parser.refuse("unclosed", "a `)` without its `(`", "escape it: `\\)`"));
    }
    if body.is_empty() {
        parser.start = 0;
        return Err(parser.refuse("empty-pattern", "the pattern is empty", ""));
    }
    Ok(Parsed {
        node,
        lead,
        trail,
        caseless,
        groups: parser.groups,
    })
}

struct Parser<'t> {
    text: &'t [u8],
    at: usize,
    /// Where what is being read begins: the place that an error names.
    mark: usize,
    /// Offset of `text` in the pattern as written.
    start: usize,
    depth: usize,
    caseless: bool,
    groups: Vec<String>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, literal: &str) -> bool {
        let found = self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(literal.as_bytes()));
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Refuses what begins at the mark.
    fn refuse(
        &self,
        code: &'static str,
        message: impl Into<String>,
        help: &'static str,
    ) -> PatternError {
        PatternError {
            code,
            message: message.into(),
            help,
            offset: self.start + self.mark,
        }
    }

    fn either(&mut self) -> Result<Node, PatternError> {
        let mut branches = vec![self.concat()?];
        while self.eat("|") {
            branches.push(self.concat()?);
        }
        Ok(if branches.len() == 1 {
            branches.remove(0)
        } else {
            Node::Either(branches)
        })
    }

    fn concat(&mut self) -> Result<Node, PatternError> {
        let mut parts = Vec::new();
        while let Some(byte) = self.peek() {
            if byte == b'|' || byte == b')' {
                break;
            }
            let atom = self.atom()?;
            parts.push(self.repeat(atom)?);
        }
        Ok(Node::Concat(parts))
    }

    fn atom(&mut self) -> Result<Node, PatternError> {
        self.mark = self.at;
        let Some(byte) = self.next() else {
            return Err(self.refuse("unclosed", "the pattern ends too early", ""));
        };
        match byte {
            b'(' => self.group(),
            b'[' => self.class().map(Node::Set),
            b'\\' => self.escape(false).map(|set| Node::Set(self.fold(set))),
            b'.' => Err(self.refuse(
                "any-byte",
                "`.` matches any byte",
                "name the bytes of the format in a set; a literal point is `\\.`",
            )),
            b'^' | b'$' => Err(self.refuse(
                "unknown-anchor",
                "`^` and `$` are not part of the language",
                "use `\\b` at the edges; a literal one is escaped",
            )),
            b'*' | b'+' | b'?' | b'{' => {
                Err(self.refuse("bad-repetition", "a repetition of nothing", ""))
            }
            byte if !byte.is_ascii() => Err(self.refuse(
                "not-ascii",
                "a byte outside ASCII",
                "credentials are ASCII; see docs/detectors.md",
            )),
            byte => Ok(Node::Set(self.fold(ByteSet::single(byte)))),
        }
    }

    fn group(&mut self) -> Result<Node, PatternError> {
        let open = self.mark;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.refuse(
                "nested-too-deep",
                format!("groups nested deeper than {MAX_DEPTH}"),
                "",
            ));
        }
        let mut group = None;
        if self.eat("?<") {
            group = Some(self.group_name()?);
        } else if !self.eat("?:") && self.peek() == Some(b'?') {
            return Err(self.refuse(
                "unknown-group",
                "only `(…)`, `(?:…)` and `(?<name>…)` are known",
                "look-around and flags inside are not part of the language",
            ));
        }
        let node = self.either()?;
        if !self.eat(")") {
            self.mark = open;
            return Err(self.refuse("unclosed", "a `(` without its `)`", ""));
        }
        self.depth -= 1;
        Ok(match group {
            Some(group) => Node::Named {
                node: Box::new(node),
                group,
            },
            None => node,
        })
    }

    fn group_name(&mut self) -> Result<usize, PatternError> {
        let mut name = String::new();
        loop {
            match self.next() {
                Some(b'>') if !name.is_empty() => break,
                Some(byte) if byte.is_ascii_lowercase() || byte == b'_' => {
                    name.push(char::from(byte))
                }
                _ => {
                    return Err(self.refuse(
                        "unknown-group",
                        "a group's name is lower-case letters",
                        "",
                    ));
                }
            }
        }
        // One name may stand in several alternatives: it is the same group.
        if let Some(known) = self.groups.iter().position(|other| *other == name) {
            return Ok(known);
        }
        if self.groups.len() == MAX_GROUPS {
            return Err(self.refuse(
                "unknown-group",
                format!("more than {MAX_GROUPS} named groups"),
                "",
            ));
        }
        self.groups.push(name);
        Ok(self.groups.len() - 1)
    }

    fn repeat(&mut self, node: Node) -> Result<Node, PatternError> {
        self.mark = self.at;
        let (min, max) = match self.peek() {
            Some(b'?') => (0, 1),
            Some(b'*') => (0, UNBOUNDED),
            Some(b'+') => (1, UNBOUNDED),
            Some(b'{') => {
                self.at += 1;
                let bounds = self.bounds()?;
                return self.repeated(node, bounds);
            }
            _ => return Ok(node),
        };
        self.at += 1;
        self.repeated(node, (min, max))
    }

    fn repeated(&mut self, node: Node, (min, max): (u32, u32)) -> Result<Node, PatternError> {
        if matches!(self.peek(), Some(b'?' | b'*' | b'+' | b'{')) {
            self.mark = self.at;
            return Err(self.refuse(
                "bad-repetition",
                "a repetition of a repetition",
                "every repetition takes as much as it can",
            ));
        }
        if max == UNBOUNDED && !matches!(node, Node::Set(_)) {
            return Err(self.refuse(
                "unbounded-group",
                "a group is repeated without a bound",
                "repeat a set, or give the group an upper bound",
            ));
        }
        Ok(Node::Repeat {
            node: Box::new(node),
            min,
            max,
        })
    }

    fn bounds(&mut self) -> Result<(u32, u32), PatternError> {
        let min = self.number()?;
        let max = if self.eat(",") {
            if self.peek() == Some(b'}') {
                UNBOUNDED
            } else {
                self.number()?
            }
        } else {
            min
        };
        if !self.eat("}") || max < min || max == 0 {
            return Err(self.refuse(
                "bad-repetition",
                "expected `{n}`, `{n,m}` or `{n,}` with n ≤ m",
                "",
            ));
        }
        Ok((min, max))
    }

    fn number(&mut self) -> Result<u32, PatternError> {
        let mut value: Option<u32> = None;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            self.at += 1;
            let next = value
                .unwrap_or(0)
                .saturating_mul(10)
                .saturating_add(u32::from(digit - b'0'));
            value = Some(next.min(1_000_000));
        }
        value.ok_or_else(|| {
            self.refuse(
                "bad-repetition",
                "expected a number",
                "a literal brace is `\\{`",
            )
        })
    }

    /// A set, behind its `[`.
    fn class(&mut self) -> Result<ByteSet, PatternError> {
        let open = self.mark;
        let negated = self.eat("^");
        let mut set = ByteSet::new();
        let mut first = true;
        loop {
            self.mark = self.at;
            let Some(byte) = self.next() else {
                self.mark = open;
                return Err(self.refuse(
                    "unclosed",
                    "a `[` without its `]`",
                    "a literal one is `\\[`",
                ));
            };
            match byte {
                b']' if !first => break,
                b'[' => {
                    return Err(self.refuse(
                        "bad-set",
                        "a `[` inside a set",
                        "a literal one is `\\[`",
                    ));
                }
                byte if !byte.is_ascii() => {
                    return Err(self.refuse("not-ascii", "a byte outside ASCII", ""));
                }
                b'\\' => {
                    let low = self.escape(true)?;
                    set = set.union(&self.range(low)?);
                }
                byte => set = set.union(&self.range(ByteSet::single(byte))?),
            }
            first = false;
        }
        let set = self.fold(set);
        Ok(if negated { set.complement() } else { set })
    }

    /// Completes `a-z` where a `-` and another byte follow.
    fn range(&mut self, low: ByteSet) -> Result<ByteSet, PatternError> {
        let closes = self.text.get(self.at + 1).is_none_or(|&byte| byte == b']');
        if self.peek() != Some(b'-') || closes {
            return Ok(low);
        }
        self.at += 1;
        let high = match self.next() {
            Some(b'\\') => self.escape(true)?,
            Some(byte) if byte.is_ascii() => ByteSet::single(byte),
            _ => return Err(self.refuse("bad-set", "a range without its end", "")),
        };
        match (low.iter().next(), high.iter().next()) {
            (Some(from), Some(to)) if low.len() == 1 && high.len() == 1 && from <= to => {
                Ok(ByteSet::range(from, to))
            }
            _ => Err(self.refuse(
                "bad-set",
                "a range from a higher to a lower byte",
                "a literal `-` is `\\-`",
            )),
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self, in_class: bool) -> Result<ByteSet, PatternError> {
        let Some(byte) = self.next() else {
            return Err(self.refuse(
                "unknown-escape",
                "a backslash at the end",
                "a literal one is `\\\\`",
            ));
        };
        Ok(match byte {
            b'd' => ByteSet::range(b'0', b'9'),
            b'w' => ByteSet::range(b'0', b'9')
                .union(&ByteSet::range(b'A', b'Z'))
                .union(&ByteSet::range(b'a', b'z'))
                .union(&ByteSet::single(b'_')),
            b's' => [b' ', b'\t', b'\r', b'\n']
                .into_iter()
                .fold(ByteSet::new(), |set, byte| {
                    set.union(&ByteSet::single(byte))
                }),
            b'n' => ByteSet::single(b'\n'),
            b'r' => ByteSet::single(b'\r'),
            b't' => ByteSet::single(b'\t'),
            b'x' => {
                let digits = self
                    .text
                    .get(self.at..self.at + 2)
                    .and_then(|it| std::str::from_utf8(it).ok());
                let Some(value) = digits.and_then(|it| u8::from_str_radix(it, 16).ok()) else {
                    return Err(self.refuse("unknown-escape", "`\\x` needs two hex digits", ""));
                };
                self.at += 2;
                ByteSet::single(value)
            }
            b'b' if !in_class => {
                return Err(self.refuse(
                    "misplaced-edge",
                    "`\\b` stands only at the start or the end of the whole pattern",
                    "",
                ));
            }
            byte if byte.is_ascii_punctuation() || byte == b' ' => ByteSet::single(byte),
            _ => {
                return Err(self.refuse(
                    "unknown-escape",
                    format!("`\\{}` is not known", char::from(byte)),
                    "",
                ));
            }
        })
    }

    fn fold(&self, set: ByteSet) -> ByteSet {
        if !self.caseless {
            return set;
        }
        set.iter().fold(set, |folded, byte| {
            folded
                .union(&ByteSet::single(byte.to_ascii_lowercase()))
                .union(&ByteSet::single(byte.to_ascii_uppercase()))
        })
    }
}
