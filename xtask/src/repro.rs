//! `repro`: two clean builds of the component in different folders give one digest.
//!
//! Each build starts from a copy of the checkout's files, with an empty target folder and a std of
//! its own, so that a path from anywhere in the chain would show.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::component::{self, Variant};
use crate::stage::Stages;
use crate::sysroot;
use crate::workspace::Workspace;
use crate::{build, console, files, process};

/// Folders of different depth and length: a path that is left in the bytes moves all behind it.
const FOLDERS: [&str; 2] = ["a", "another/and a longer name"];

/// Builds twice, and compares with each other and with `dist/`.
///
/// # Errors
/// Where a build fails or two digests differ.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    build::run(workspace, stages)?;
    let tracked = tracked(workspace.root())?;
    let place = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut all = vec![("dist".to_owned(), in_dist(workspace)?)];
    for (number, folder) in (1..).zip(FOLDERS) {
        let copy = workspace.moved_to(place.path().join(folder));
        let found = clean_build(workspace, &copy, &tracked, stages, number)?;
        all.push((format!("clean build {number}"), found));
        files::remove_folder(copy.root())?;
    }
    report(&all)
}

fn clean_build(
    workspace: &Workspace,
    copy: &Workspace,
    tracked: &[PathBuf],
    stages: &mut Stages,
    number: u32,
) -> Result<Vec<String>> {
    for file in tracked {
        let to = copy.root().join(file);
        fs::create_dir_all(to.parent().context("a file has no folder")?)?;
        fs::copy(workspace.root().join(file), &to)
            .with_context(|| format!("cannot copy {}", file.display()))?;
    }
    sysroot::share_downloads(workspace, copy)?;
    let std = sysroot::provide(copy, stages)?;
    Variant::ALL
        .iter()
        .map(|variant| {
            stages.run(
                format!("clean build {number} of {}", variant.file()),
                || {
                    let built = component::build(copy, &std, *variant, true)?;
                    Ok(files::sha256(&built.bytes))
                },
            )
        })
        .collect()
}

/// The files that a clone would have, and new ones that are not ignored.
fn tracked(root: &Path) -> Result<Vec<PathBuf>> {
    let names = process::output(
        Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(root),
    )?;
    let paths = names
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from);
    // A file that was removed but not yet committed is still listed.
    Ok(paths.filter(|path| root.join(path).is_file()).collect())
}

fn in_dist(workspace: &Workspace) -> Result<Vec<String>> {
    Variant::ALL
        .iter()
        .map(|variant| {
            Ok(files::sha256(&files::read(
                &workspace.dist().join(variant.file()),
            )?))
        })
        .collect()
}

fn report(all: &[(String, Vec<String>)]) -> Result<()> {
    let mut rows = Vec::new();
    for (build, digests) in all {
        for (variant, digest) in Variant::ALL.iter().zip(digests) {
            rows.push([variant.file().to_owned(), build.clone(), digest.clone()]);
        }
    }
    rows.sort();
    for line in console::table(&rows) {
        console::print(line);
    }
    let mut digests = all.iter().map(|(_, digests)| digests);
    let first = digests.next();
    if digests.any(|other| Some(other) != first) {
        bail!("the builds differ");
    }
    console::print("all builds agree");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_that_differ_fail() {
        let build = |name: &str, digest: &str| (name.to_owned(), vec![digest.to_owned()]);
        assert!(report(&[build("one", "a"), build("two", "a")]).is_ok());
        assert!(report(&[build("one", "a"), build("two", "b")]).is_err());
    }
}
