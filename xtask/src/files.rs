//! Files that are written only when they change, and the digests by which that is known.

use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// SHA-256 as 64 lower hex digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// SHA-256 over several parts; the same bytes cut at other places give another digest.
pub(crate) fn sha256_of(parts: &[&[u8]]) -> String {
    let mut joined = Vec::new();
    for part in parts {
        joined.extend_from_slice(sha256(part).as_bytes());
    }
    sha256(&joined)
}

/// Reads a file whole.
///
/// # Errors
/// With its path, where it cannot be read.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads a text file whole.
///
/// # Errors
/// With its path, where it cannot be read or is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file, and its folders, unless it holds these bytes already; whether it was written.
///
/// An untouched file keeps its time, so nothing that depends on it is built again. The file appears
/// whole or not at all.
///
/// # Errors
/// With its path, where it cannot be written.
pub(crate) fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<bool> {
    match fs::read(path) {
        Ok(present) if present == bytes => return Ok(false),
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
        _ => {}
    }
    let write = || -> Result<()> {
        let folder = path.parent().context("it has no folder")?;
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        set_ordinary_mode(file.path())?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

/// Temporary files are private; what is built is for everybody on the machine.
#[cfg(unix)]
fn set_ordinary_mode(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(
        path,
        fs::Permissions::from_mode(0o644),
    )?)
}

#[cfg(not(unix))]
fn set_ordinary_mode(_: &Path) -> Result<()> {
    Ok(())
}

/// Removes a folder and all in it; one that is not there is fine.
///
/// # Errors
/// With its path, where it cannot be removed.
pub(crate) fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// The paths in a folder, sorted; none where there is no such folder.
///
/// # Errors
/// With its path, where it cannot be read.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot read {}", folder.display()))?,
    };
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_file_is_not_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("new/file");
        assert!(write_if_changed(&path, b"a").expect("written"));
        assert!(!write_if_changed(&path, b"a").expect("compared"));
        assert!(write_if_changed(&path, b"b").expect("written"));
        assert_eq!(read(&path).expect("read"), b"b");
        assert_eq!(list(&folder.path().join("new")).expect("listed"), [path]);
    }

    #[test]
    fn digests_are_the_known_ones_and_tell_parts_apart() {
        assert!(sha256(b"abc").starts_with("ba7816bf8f01cfea"));
        assert_ne!(sha256_of(&[b"ab", b"c"]), sha256_of(&[b"a", b"bc"]));
    }

    #[test]
    fn what_is_not_there_is_empty_and_removed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let nothing = folder.path().join("nothing");
        assert!(list(&nothing).expect("listed").is_empty());
        remove_folder(&nothing).expect("removed");
    }
}
