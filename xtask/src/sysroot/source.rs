//! Std built from the sources that belong to the compiler.
//!
//! Cargo's `build-std` takes the sources from the sysroot that the compiler names. A wrapper makes it
//! name a folder of our own, so nothing is put into the toolchain.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{apt, link_own_parts};
use crate::component::{encode_flags, registry_remaps};
use crate::toolchain::{Toolchain, WASM};
use crate::{files, process, workspace};

/// Builds std in `work` and copies its libraries into `std_folder`; `downloads` keeps the package.
///
/// # Errors
/// Where the sources cannot be had or do not build.
pub(super) fn build(
    toolchain: &Toolchain,
    downloads: &Path,
    work: &Path,
    std_folder: &Path,
) -> Result<()> {
    // INVARIANT: the sources lie inside the folder of the crate below. Cargo hashes a package's
    // path relative to that folder into every symbol, so std comes out the same wherever it lies.
    let sysroot = work.join("sysroot");
    let sources = sysroot.join("lib/rustlib/src/rust");
    fs::create_dir_all(&sources)?;
    link_own_parts(toolchain, &sysroot)?;
    let rustc = wrapper(toolchain, &sysroot)?;

    let package = apt::rust_src(&toolchain.release, downloads)?;
    unpack(&package, &sources)?;
    empty_crate(work)?;

    // The paths that the published std has; they reach the component in panic locations.
    let mut flags = vec![
        "-Cembed-bitcode=yes".to_owned(),
        format!(
            "--remap-path-prefix={}=/rustc/{}",
            sources.display(),
            toolchain.commit
        ),
    ];
    flags.extend(registry_remaps(&workspace::cargo_home()?)?);
    process::run(
        workspace::cargo()
            .args([
                "build",
                "--release",
                "-Z",
                "build-std=std,panic_abort",
                "--target",
                WASM,
            ])
            .current_dir(work)
            .env("RUSTC", &rustc)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_ENCODED_RUSTFLAGS", encode_flags(&flags))
            .env("CARGO_TARGET_DIR", work.join("target")),
    )?;
    copy_libraries(
        &work.join("target").join(WASM).join("release/deps"),
        std_folder,
    )
}

/// A program that runs the compiler with another sysroot.
#[cfg(unix)]
fn wrapper(toolchain: &Toolchain, sysroot: &Path) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', r"'\''"));
    let path = sysroot.join("rustc");
    let compiler = toolchain.sysroot.join("bin/rustc");
    let script = format!(
        "#!/bin/sh\nexec {} --sysroot {} \"$@\"\n",
        quoted(&compiler),
        quoted(sysroot)
    );
    fs::write(&path, script)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(path)
}

#[cfg(not(unix))]
fn wrapper(_: &Toolchain, _: &Path) -> Result<PathBuf> {
    bail!("std is built from Debian's sources on Debian only")
}

/// Takes the `library` folder, a tenth of the package, out of it.
fn unpack(package: &Path, sources: &Path) -> Result<()> {
    process::pipe(
        Command::new("dpkg-deb").arg("--fsys-tarfile").arg(package),
        Command::new("tar")
            .args([
                "--extract",
                "--wildcards",
                "--strip-components=4",
                "--directory",
            ])
            .arg(sources)
            .arg("./usr/src/rustc-*/library"),
    )?;
    if !sources.join("library/std/Cargo.toml").is_file() {
        bail!("{} holds no sources of std", package.display());
    }
    Ok(())
}

/// Std is always built for a crate; this one adds nothing to it.
fn empty_crate(folder: &Path) -> Result<()> {
    let manifest = "[package]\nname = \"hushgate-std\"\nedition = \"2024\"\n\n[workspace]\n";
    files::write_if_changed(&folder.join("Cargo.toml"), manifest.as_bytes())?;
    files::write_if_changed(&folder.join("src/lib.rs"), b"")?;
    Ok(())
}

/// Copies all libraries but the empty crate's own.
fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    let libraries: Vec<PathBuf> = files::list(from)?
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "rlib")
        })
        .collect();
    for library in libraries {
        let name = library.file_name().context("a library has no name")?;
        if !name.to_string_lossy().starts_with("libhushgate_std-") {
            fs::copy(&library, to.join(name))
                .with_context(|| format!("cannot copy {}", library.display()))?;
        }
    }
    Ok(())
}
