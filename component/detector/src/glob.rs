//! Names of files with wildcards: `tests/**/*.log`.
//!
//! `?` stands for one byte and `*` for any number, but for none that is a `/`; `**` stands for any
//! bytes, and `**/` for any folders, or none. All else stands for itself.
//!
//! # Bounds
//! Matching takes as many steps as pattern and path have bytes, multiplied; both are bounded.

/// Longest pattern in bytes.
pub const MAX_GLOB: usize = 256;

/// Longest path in bytes that a pattern matches.
pub const MAX_PATH: usize = 4096;

/// A checked pattern.
///
/// ```
/// use hushgate_detector::glob::Glob;
/// let glob = Glob::parse("tests/**/*.log").unwrap();
/// assert!(glob.matches("tests/a.log") && glob.matches("tests/a/b/c.log"));
/// assert!(!glob.matches("src/tests/a.log") && !glob.matches("tests/a.txt"));
/// assert!(Glob::parse("./tests/a.log").unwrap().matches("tests/a.log"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(Vec<Part>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Byte(u8),
    /// One byte that is no `/`.
    One,
    /// Any number of them.
    Name,
    /// Any bytes.
    Any,
    /// Nothing, or any bytes and a `/`.
    Folders,
}

impl Glob {
    /// Reads a pattern; nothing where it is empty, or longer than [`MAX_GLOB`]. Paths have no `./` in front, so
    /// one says nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_GLOB {
            return None;
        }
        let text = text.trim_start_matches("./");
        if text.is_empty() {
            return None;
        }
        let mut rest = text.as_bytes();
        let mut parts = Vec::with_capacity(rest.len());
        while let [first, ..] = rest {
            let (part, length) = match rest {
                // Only where a name begins: `a**/b` is no folder that begins with `a`.
                [b'*', b'*', b'/', ..] if matches!(parts.last(), None | Some(Part::Byte(b'/'))) => {
                    (Part::Folders, 3)
                }
                [b'*', b'*', ..] => (Part::Any, 2),
                [b'*', ..] => (Part::Name, 1),
                [b'?', ..] => (Part::One, 1),
                _ => (Part::Byte(*first), 1),
            };
            parts.push(part);
            rest = rest.get(length..).unwrap_or_default();
        }
        Some(Self(parts))
    }

    /// Whether a whole path is of this pattern. One of more than [`MAX_PATH`] bytes is of none.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let path = path.as_bytes();
        if path.len() > MAX_PATH {
            return false;
        }
        // Whether what was read of the pattern matches the first so many bytes of the path.
        let mut reached = vec![false; path.len() + 1];
        if let Some(first) = reached.first_mut() {
            *first = true;
        }
        for part in &self.0 {
            let mut next = Vec::with_capacity(reached.len());
            let (mut was, mut open) = (false, false);
            for (at, &here) in reached.iter().enumerate() {
                let last = at.checked_sub(1).and_then(|last| path.get(last)).copied();
                let passes = match part {
                    Part::Byte(byte) => was && last == Some(*byte),
                    Part::One => was && last.is_some_and(|byte| byte != b'/'),
                    Part::Name => {
                        open = here || open && last != Some(b'/');
                        open
                    }
                    Part::Any => {
                        open |= here;
                        open
                    }
                    Part::Folders => {
                        let behind = open && last == Some(b'/');
                        open |= here;
                        here || behind
                    }
                };
                next.push(passes);
                was = here;
            }
            reached = next;
        }
        reached.last() == Some(&true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (glob, path, expected) in [
            ("a.log", "a.log", true),
            ("a.log", "b/a.log", false),
            ("*.log", "a.log", true),
            ("*.log", ".log", true),
            ("*.log", "b/a.log", false),
            ("?.log", "a.log", true),
            ("?.log", "/.log", false),
            ("**/*.log", "a.log", true),
            ("**/*.log", "c/b/a.log", true),
            ("b/**", "b/c/a.log", true),
            ("b/**", "b", false),
            ("b/**/a.log", "b/a.log", true),
            ("b/**/a.log", "b/c/d/a.log", true),
            ("b/**/a.log", "b/ca.log", false),
            ("b**/a.log", "bc/d/a.log", true),
            ("b**/a.log", "ba.log", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("a[b]", "a[b]", true),
        ] {
            let parsed = Glob::parse(glob).expect("a pattern");
            assert_eq!(parsed.matches(path), expected, "{glob} {path}");
        }
    }

    #[test]
    fn bounds() {
        assert_eq!(Glob::parse(""), None);
        assert_eq!(Glob::parse(&"a".repeat(MAX_GLOB + 1)), None);
        let any = Glob::parse(&"**a".repeat(MAX_GLOB / 3)).expect("a pattern");
        assert!(any.matches(&"a".repeat(MAX_PATH)));
        assert!(!any.matches(&"a".repeat(MAX_PATH + 1)));
    }
}
