//! Line and column of an input offset, counted as the stream goes by.

/// Where in the text an offset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, counted from 1.
    pub line: u64,
    /// Column in bytes, counted from 1.
    pub column: u64,
}

/// The position of the byte up to which lines were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) line: u64,
    /// Offset of the first byte of that line.
    pub(crate) line_start: u64,
    /// Offset up to which lines were counted.
    pub(crate) counted: u64,
}

impl Lines {
    pub(crate) const fn new() -> Self {
        Self {
            line: 1,
            line_start: 0,
            counted: 0,
        }
    }

    /// Counts on to `offset`; `bytes` is the input from offset `base` on.
    pub(crate) fn count_to(&mut self, offset: u64, bytes: &[u8], base: u64) {
        if offset <= self.counted {
            return;
        }
        let from = usize::try_from(self.counted.saturating_sub(base)).unwrap_or(usize::MAX);
        let to = usize::try_from(offset.saturating_sub(base)).unwrap_or(usize::MAX);
        let passed = bytes.get(from..to).unwrap_or_default();
        if let Some(last) = passed.iter().rposition(|&byte| byte == b'\n') {
            self.line += passed.iter().filter(|&&byte| byte == b'\n').count() as u64;
            self.line_start = self.counted + last as u64 + 1;
        }
        self.counted = offset;
    }

    /// The position of the byte up to which lines were counted.
    pub(crate) fn position(&self) -> Position {
        Position {
            line: self.line,
            column: self.counted.saturating_sub(self.line_start) + 1,
        }
    }
}
