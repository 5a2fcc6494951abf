//! Pages about the built-in detectors: `docs/detectors/`, one for each issuer and an index.
//!
//! # Promise
//! A page says what its file of `policies/detectors/` says, and no page holds a credential: of an
//! example only the output is shown, of a counter-example only the reason.

mod page;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use hushgate_detector::document::{Detector, Document};

use crate::files;
use crate::workspace::Workspace;

/// Where the pages lie.
const PAGES: &str = "docs/detectors";
/// Where the detectors lie.
const POLICIES: &str = "policies/detectors";

/// The detectors of one file.
#[derive(Debug)]
struct Issuer {
    name: String,
    detectors: Vec<Detector>,
}

/// Every page is what the detectors give, and there is no other; with `fix` it is made so.
///
/// # Errors
/// A detector file is faulty, or pages are out of date.
pub(crate) fn pages_are_fresh(workspace: &Workspace, fix: bool) -> Result<()> {
    let issuers = read(&workspace.root().join(POLICIES))?;
    let folder = workspace.root().join(PAGES);
    let mut pages = vec![(folder.join("index.md"), page::index(&issuers))];
    for issuer in &issuers {
        let path = folder.join(format!("{}.md", issuer.name));
        pages.push((path, page::issuer(issuer)));
    }
    let superfluous = superfluous(&folder, &pages)?;
    if fix {
        for (path, text) in &pages {
            files::write_if_changed(path, text.as_bytes())?;
        }
        for path in superfluous {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
        return Ok(());
    }
    let stale = |(path, text): &&(PathBuf, String)| {
        files::read_text(path).ok().as_deref() != Some(text.as_str())
    };
    let stale = pages.iter().filter(stale).map(|(path, _)| path);
    let stale: Vec<String> = stale
        .chain(&superfluous)
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    if !stale.is_empty() {
        bail!(
            "{PAGES} is out of date ({}); run `cargo xtask check --fix`",
            stale.join(", ")
        );
    }
    Ok(())
}

/// What lies among the pages and is none of them.
fn superfluous(folder: &Path, pages: &[(PathBuf, String)]) -> Result<Vec<PathBuf>> {
    let mut paths = files::list(folder)?;
    paths.retain(|path| !pages.iter().any(|(page, _)| page == path));
    Ok(paths)
}

/// The issuers, by name; the detectors of each in the order of its file.
fn read(folder: &Path) -> Result<Vec<Issuer>> {
    let mut issuers = Vec::new();
    for path in files::list(folder)? {
        let name = path.file_stem().context("it has no name")?;
        let document = Document::parse(&files::read_text(&path)?).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("{} is faulty: {}", path.display(), faults.join("; "))
        })?;
        issuers.push(Issuer {
            name: name.to_string_lossy().into_owned(),
            detectors: document.detectors,
        });
    }
    Ok(issuers)
}
