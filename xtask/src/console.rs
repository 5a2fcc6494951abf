//! What people read: progress goes to standard error, results to standard output.
//!
//! A write that fails (a closed pipe, mostly) is let go: the work goes on, and its exit code tells
//! how it ended.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes one line of progress to standard error.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes one line of a result to standard output.
pub(crate) fn print(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Rows of text in columns as wide as their widest cell; the last column is not padded.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                line.push_str(&format!("  {cell:width$}"));
            }
            line.trim_end().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [["a".into(), "b".into()], ["long".into(), "c".into()]];
        assert_eq!(table(&rows), ["  a     b", "  long  c"]);
    }
}
