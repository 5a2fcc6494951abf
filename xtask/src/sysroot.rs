//! Std for `wasm32-unknown-unknown`, without a change to the user's toolchain.
//!
//! Three ways lead to it, tried in this order: the target is part of the toolchain already; rustup
//! fetches it; it is built from Debian's `rust-src` package, for networks that reach package
//! mirrors only. The last two end in a sysroot of our own under the target folder, one per
//! compiler, made once.
//!
//! # Invariant
//! A sysroot appears under its final name only when a library was linked with it, so a stopped or
//! failed set-up is never taken for a finished one.

mod apt;
mod rustup;
mod source;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::stage::Stages;
use crate::toolchain::{self, Toolchain, WASM};
use crate::workspace::Workspace;
use crate::{console, files, process};

/// The variable that allows one way alone.
pub(crate) const VARIABLE: &str = "HUSHGATE_WASM_STD";

/// Counted up when a sysroot is made in another way, so that older ones are not taken for it.
const RECIPE: &str = "1";

/// A compiler, and the std with which it builds the component.
#[derive(Debug, Clone)]
pub(crate) struct WasmStd {
    /// The compiler.
    pub(crate) toolchain: Toolchain,
    /// Our own sysroot; `None` where the toolchain's is complete.
    sysroot: Option<PathBuf>,
}

impl WasmStd {
    /// The compiler flag that selects the sysroot; none where the toolchain's own is complete.
    pub(crate) fn flags(&self) -> Vec<String> {
        self.sysroot
            .iter()
            .map(|path| format!("--sysroot={}", path.display()))
            .collect()
    }

    /// The sysroot in use.
    pub(crate) fn folder(&self) -> &Path {
        self.sysroot.as_deref().unwrap_or(&self.toolchain.sysroot)
    }
}

/// A way to std.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Toolchain,
    Rustup,
    Source,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Toolchain => "toolchain",
            Self::Rustup => "rustup",
            Self::Source => "source",
        }
    }
}

/// Provides std for the component's target; at no cost where it is there.
///
/// # Errors
/// Where every way that is allowed fails; the message says why each did.
pub(crate) fn provide(workspace: &Workspace, stages: &mut Stages) -> Result<WasmStd> {
    let ways = ways(std::env::var(VARIABLE).ok().as_deref())?;
    let toolchain = Toolchain::of(workspace.root())?;
    let place = Place::of(workspace);
    if let Some(ready) = ways.iter().find_map(|way| place.ready(*way, &toolchain)) {
        return Ok(ready);
    }
    stages.run(format!("std for {WASM}"), || place.make(&ways, toolchain))
}

/// Lets another checkout's set-up use what this one's downloaded.
///
/// # Errors
/// Where a package cannot be copied.
pub(crate) fn share_downloads(from: &Workspace, to: &Workspace) -> Result<()> {
    let (from, to) = (Place::of(from), Place::of(to));
    fs::create_dir_all(&to.root)?;
    for package in files::list(&from.root)? {
        if let (true, Some(name)) = (package.is_file(), package.file_name()) {
            fs::copy(&package, to.root.join(name))?;
        }
    }
    Ok(())
}

/// The ways that the variable allows.
fn ways(named: Option<&str>) -> Result<Vec<Way>> {
    match named {
        None | Some("") => Ok(vec![Way::Toolchain, Way::Rustup, Way::Source]),
        // A target that is part of the toolchain came from the same server.
        Some("rustup") => Ok(vec![Way::Toolchain, Way::Rustup]),
        Some("source") => Ok(vec![Way::Source]),
        Some(other) => bail!("{VARIABLE} is `{other}`; it may be `rustup` or `source`"),
    }
}

/// The folder that holds our sysroots.
#[derive(Debug)]
struct Place {
    root: PathBuf,
}

impl Place {
    fn of(workspace: &Workspace) -> Self {
        Self {
            root: workspace.target().join("wasm-std"),
        }
    }

    /// Where a sysroot lies once it is finished.
    fn sysroot(&self, way: Way, toolchain: &Toolchain) -> PathBuf {
        let key = files::sha256_of(&[
            RECIPE.as_bytes(),
            toolchain.version.as_bytes(),
            // Another installation of the same compiler may go away with the links to it.
            toolchain.sysroot.as_os_str().as_encoded_bytes(),
        ]);
        let key: String = key.chars().take(12).collect();
        self.root
            .join(format!("{}-{}-{key}", way.name(), toolchain.release))
    }

    fn ready(&self, way: Way, toolchain: &Toolchain) -> Option<WasmStd> {
        let sysroot = match way {
            Way::Toolchain => toolchain.has_wasm_std().then_some(None),
            Way::Rustup | Way::Source => {
                let sysroot = self.sysroot(way, toolchain);
                toolchain::has_std(&sysroot).then_some(Some(sysroot))
            }
        }?;
        Some(WasmStd {
            toolchain: toolchain.clone(),
            sysroot,
        })
    }

    fn make(&self, ways: &[Way], toolchain: Toolchain) -> Result<WasmStd> {
        fs::create_dir_all(&self.root)
            .with_context(|| format!("cannot make {}", self.root.display()))?;
        // Two commands at once: the second waits, and then finds what the first one made.
        let lock = fs::File::create(self.root.join("lock"))?;
        lock.lock()?;
        let mut reasons = Vec::new();
        for way in ways {
            if let Some(ready) = self.ready(*way, &toolchain) {
                return Ok(ready);
            }
            let made = match way {
                Way::Toolchain => continue,
                Way::Rustup | Way::Source => self.make_one(*way, &toolchain),
            };
            match made {
                Ok(sysroot) => {
                    return Ok(WasmStd {
                        toolchain,
                        sysroot: Some(sysroot),
                    });
                }
                Err(error) => {
                    console::say(format_args!("  std by way of {}: {error:#}", way.name()));
                    reasons.push(format!("by way of {}: {error:#}", way.name()));
                }
            }
        }
        bail!("cannot provide std for {WASM}\n  {}", reasons.join("\n  "))
    }

    fn make_one(&self, way: Way, toolchain: &Toolchain) -> Result<PathBuf> {
        let finished = self.sysroot(way, toolchain);
        let mut work = finished.clone().into_os_string();
        work.push(".partial");
        let work = PathBuf::from(work);
        files::remove_folder(&work)?;
        let sysroot = work.join("sysroot");
        let std_folder = toolchain::std_folder(&sysroot);
        fs::create_dir_all(&std_folder)?;
        link_own_parts(toolchain, &sysroot)?;
        match way {
            Way::Rustup => rustup::fetch(toolchain, &work.join("rustup"), &std_folder)?,
            _ => source::build(toolchain, &self.root, &work.join("std"), &std_folder)?,
        }
        link_trial(toolchain, &sysroot, &work)?;
        files::remove_folder(&finished)?;
        fs::rename(&sysroot, &finished)?;
        files::remove_folder(&work)?;
        Ok(finished)
    }
}

/// Links the toolchain's own target libraries, where the linker lies too, into a sysroot.
fn link_own_parts(toolchain: &Toolchain, sysroot: &Path) -> Result<()> {
    let own = Path::new("lib/rustlib").join(&toolchain.host);
    link(&toolchain.sysroot.join(&own), &sysroot.join(&own))
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Result<()> {
    std::os::unix::fs::symlink(from, to)
        .with_context(|| format!("cannot link {} to {}", to.display(), from.display()))
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<()> {
    bail!("this system has no links; run `rustup target add {WASM}`")
}

/// Links a library that needs std's allocator, with whole-program optimisation as the component.
fn link_trial(toolchain: &Toolchain, sysroot: &Path, work: &Path) -> Result<()> {
    let trial = work.join("trial.rs");
    fs::write(
        &trial,
        "#[unsafe(no_mangle)]\npub extern \"C\" fn trial(n: usize) -> usize {\n    \
         format!(\"{:?}\", vec![0u8; n]).len()\n}\n",
    )?;
    process::run(
        Command::new(toolchain.sysroot.join("bin/rustc"))
            .arg(&trial)
            .args([
                "--edition=2024",
                "--crate-type=cdylib",
                "-Copt-level=1",
                "-Clto=fat",
            ])
            .args(["-Cpanic=abort", "--target", WASM, "--sysroot"])
            .arg(sysroot)
            .arg("-o")
            .arg(work.join("trial.wasm"))
            .stdin(Stdio::null()),
    )
    .context("the new std does not link")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_narrows_the_ways() {
        assert_eq!(
            ways(None).expect("all"),
            [Way::Toolchain, Way::Rustup, Way::Source]
        );
        assert_eq!(ways(Some("source")).expect("one"), [Way::Source]);
        assert!(ways(Some("magic")).is_err());
    }
}
