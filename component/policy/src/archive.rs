//! The text form of a bundle: every file with its path, in one order, so that one digest names them all.
//!
//! # Form
//! ```text
//! hushgate bundle 1
//! file 23 policies/ci.cedar
//! …23 bytes…
//! file 7 purposes.toml
//! …7 bytes…
//! ```
//! Files stand in the order of their paths, each path once; a line break follows each file's bytes. So two
//! texts of the same files are the same, byte for byte.

use std::fmt::Write as _;

use hushgate_detector::Diagnostic;

/// The first line.
pub const HEAD: &str = "hushgate bundle 1\n";
/// Largest text in bytes.
pub const MAX_BYTES: usize = 16 << 20;
/// Most files.
pub const MAX_FILES: usize = 4096;
/// Longest path in bytes.
pub const MAX_PATH: usize = 255;

/// One file of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'t> {
    /// Its path, with `/` between names.
    pub path: &'t str,
    /// Its text.
    pub text: &'t str,
}

/// The text of these files.
///
/// # Errors
/// Where a path cannot stand in a bundle, stands there twice, or all is too large.
pub fn write(files: &[File<'_>]) -> Result<String, Diagnostic> {
    let mut sorted: Vec<&File<'_>> = files.iter().collect();
    sorted.sort_by_key(|file| file.path);
    let mut out = String::from(HEAD);
    for file in sorted {
        check_path(file.path)?;
        // Writing to a `String` does not fail.
        let _ = write!(
            out,
            "file {} {}\n{}\n",
            file.text.len(),
            file.path,
            file.text
        );
    }
    read(&out)?;
    Ok(out)
}

/// The files of a text, in their order.
///
/// # Errors
/// Where it is not in this form.
pub fn read(text: &str) -> Result<Vec<File<'_>>, Diagnostic> {
    if text.len() > MAX_BYTES {
        return Err(fault(
            "bundle-too-long",
            format!("the bundle has {} bytes, more than {MAX_BYTES}", text.len()),
            "split the organisation, or leave out what decides nothing",
        ));
    }
    let bad = |what: &str| {
        fault(
            "bad-bundle",
            format!("the text is no bundle: {what}"),
            "make it anew with `hushgate bundle build DIR`",
        )
    };
    let mut rest = text
        .strip_prefix(HEAD)
        .ok_or_else(|| bad("its first line is another"))?;
    let mut files: Vec<File<'_>> = Vec::new();
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').ok_or_else(|| bad("a line is cut"))?;
        let mut words = line.splitn(3, ' ');
        let (Some("file"), Some(length), Some(path)) = (words.next(), words.next(), words.next())
        else {
            return Err(bad("a file has no head"));
        };
        check_path(path)?;
        let length = length
            .parse::<usize>()
            .ok()
            .filter(|it| it.to_string() == length);
        let length = length.ok_or_else(|| bad("a length is no number"))?;
        let body = behind
            .get(..length)
            .ok_or_else(|| bad("a file is shorter than its head says"))?;
        rest = behind
            .get(length..)
            .and_then(|rest| rest.strip_prefix('\n'))
            .ok_or_else(|| bad("a file is longer than its head says"))?;
        if files.last().is_some_and(|last| last.path >= path) {
            return Err(bad("files are not in the order of their paths"));
        }
        if files.len() == MAX_FILES {
            return Err(fault(
                "too-many-files",
                format!("the bundle has more than {MAX_FILES} files"),
                "join some",
            ));
        }
        files.push(File { path, text: body });
    }
    Ok(files)
}

fn check_path(path: &str) -> Result<(), Diagnostic> {
    let name = |name: &str| {
        !name.is_empty()
            && name != "."
            && name != ".."
            && name.chars().all(|it| !it.is_control() && it != '\\')
    };
    if path.len() <= MAX_PATH && path.split('/').all(name) {
        return Ok(());
    }
    Err(fault(
        "bad-path",
        "the path of a file cannot stand in a bundle".to_owned(),
        "use relative paths without `..`, `\\` and control characters, of at most 255 bytes",
    ))
}

fn fault(code: &'static str, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(code, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_are_the_same_text() {
        let (a, b) = (
            File {
                path: "b.toml",
                text: "x\nfile 1 z\n",
            },
            File {
                path: "a/c.cedar",
                text: "",
            },
        );
        let text = write(&[a, b]).expect("a bundle");
        assert_eq!(text, write(&[b, a]).expect("a bundle"));
        assert_eq!(read(&text).expect("a bundle"), [b, a]);
    }

    #[test]
    fn what_is_no_bundle_is_refused() {
        let head = |rest: &str| format!("{HEAD}{rest}");
        let texts = [
            String::new(),
            head("file 1 a"),
            head("file 2 a\nx\n"),
            head("file 0 a\nx\n"),
            head("file 01 a\nx\n"),
            head("file 1 ../a\nx\n"),
            head("file 1 /a\nx\n"),
            head("file 1 b\nx\nfile 1 a\nx\n"),
            head("file 1 a\nx\nfile 1 a\nx\n"),
            head("file 99999999999999999999999 a\nx\n"),
        ];
        for text in texts {
            assert!(read(&text).is_err(), "{text:?}");
        }
    }
}
