//! The component: the guest built for WebAssembly, encoded, and checked.
//!
//! # Invariant
//! Two clean builds in different folders give the same bytes. Every path that reaches the bytes
//! (panic locations) is mapped to one that does not depend on where the checkout, cargo's downloads
//! or the sysroot lie; `cargo xtask repro` tries it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wit_component::{ComponentEncoder, DecodedWasm};

use crate::sysroot::WasmStd;
use crate::toolchain::WASM;
use crate::workspace::{Workspace, cargo_home};
use crate::{files, process};

/// The guest's package.
pub(crate) const GUEST: &str = "hushgate-guest";

/// Bytes of stack: parsers recurse, and an overflow on WebAssembly ends the instance.
const STACK: u32 = 4 << 20;

/// One of the two builds of the component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// With the `simd128` instructions, for every host that has them.
    Simd,
    /// Without, for hosts that have none: the same answers, slower.
    Scalar,
}

impl Variant {
    /// Both, the ordinary one first.
    pub(crate) const ALL: [Self; 2] = [Self::Simd, Self::Scalar];

    /// The finished file's name in `dist/`.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Simd => "gate.wasm",
            Self::Scalar => "gate-scalar.wasm",
        }
    }

    /// Cargo names a library's file without regard to its flags, so each variant has a folder of
    /// its own; in one, they would take turns in replacing each other.
    fn target(self, workspace: &Workspace) -> PathBuf {
        match self {
            Self::Simd => workspace.target().to_owned(),
            Self::Scalar => workspace.target().join("scalar"),
        }
    }

    fn flags(self) -> Option<String> {
        match self {
            Self::Simd => Some("-Ctarget-feature=+simd128".to_owned()),
            Self::Scalar => None,
        }
    }
}

/// A built component.
#[derive(Debug)]
pub(crate) struct Component {
    /// Which of the two it is.
    pub(crate) variant: Variant,
    /// The component.
    pub(crate) bytes: Vec<u8>,
}

/// Builds one variant. `locked` refuses to change `Cargo.lock`.
///
/// # Errors
/// Where the guest does not build, its core module does not encode, or the component has imports.
pub(crate) fn build(
    workspace: &Workspace,
    std: &WasmStd,
    variant: Variant,
    locked: bool,
) -> Result<Component> {
    let target = variant.target(workspace);
    let mut command = guest_cargo(workspace, std, variant, "build")?;
    command
        .args(["--lib", "--profile", "component"])
        .env("CARGO_TARGET_DIR", &target);
    if locked {
        command.arg("--locked");
    }
    process::run(&mut command)?;
    let core = files::read(&target.join(WASM).join("component/hushgate_guest.wasm"))?;
    Ok(Component {
        variant,
        bytes: encode(&core)?,
    })
}

/// Cargo with a sub-command, for the guest alone, with the flags that belong to its target.
///
/// The flags stand in `CARGO_ENCODED_RUSTFLAGS`: with `--target` given, cargo keeps them from build
/// scripts and procedural macros, and a user's own `RUSTFLAGS` cannot change the component.
///
/// # Errors
/// Where cargo's folder cannot be read.
pub(crate) fn guest_cargo(
    workspace: &Workspace,
    std: &WasmStd,
    variant: Variant,
    sub_command: &str,
) -> Result<Command> {
    let mut flags = std.flags();
    flags.extend(variant.flags());
    flags.push(format!("-Clink-arg=-zstack-size={STACK}"));
    flags.extend(remaps(workspace, std)?);
    let mut command = workspace.cargo();
    command
        .args([sub_command, "--package", GUEST, "--target", WASM])
        .env("CARGO_ENCODED_RUSTFLAGS", encode_flags(&flags))
        // It would change the guest's own code.
        .env_remove("HUSHGATE_SABOTAGE");
    Ok(command)
}

/// Flags in the form of `CARGO_ENCODED_RUSTFLAGS`, which allows blanks in paths.
pub(crate) fn encode_flags(flags: &[String]) -> OsString {
    flags.join("\x1f").into()
}

/// The later of two maps that fit wins, so the inner folders come last.
fn remaps(workspace: &Workspace, std: &WasmStd) -> Result<Vec<String>> {
    let sources = std.folder().join("lib/rustlib/src/rust");
    let mut maps = vec![
        remap(workspace.root(), "/hushgate"),
        remap(workspace.target(), "/hushgate/target"),
        remap(&Variant::Scalar.target(workspace), "/hushgate/target"),
        remap(&sources, &format!("/rustc/{}", std.toolchain.commit)),
    ];
    maps.extend(registry_remaps(&cargo_home()?)?);
    Ok(maps)
}

/// Maps for each registry's folder of sources, whose name depends on the registry's address.
///
/// # Errors
/// Where cargo's folder cannot be read.
pub(crate) fn registry_remaps(cargo_home: &Path) -> Result<Vec<String>> {
    let sources = cargo_home.join("registry/src");
    Ok(files::list(&sources)?
        .iter()
        .map(|folder| remap(folder, "/cargo/registry"))
        .collect())
}

fn remap(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

/// Makes a component of a core module.
fn encode(core: &[u8]) -> Result<Vec<u8>> {
    let bytes = ComponentEncoder::default()
        .validate(true)
        .module(core)
        .and_then(|encoder| encoder.encode())
        .context("the guest does not encode as a component")?;
    let imports = imports(&bytes)?;
    if !imports.is_empty() {
        bail!(
            "the component imports {}; it may import nothing",
            imports.join(", ")
        );
    }
    Ok(bytes)
}

/// The names of a component's imports.
fn imports(component: &[u8]) -> Result<Vec<String>> {
    match wit_component::decode(component).context("the component does not decode")? {
        DecodedWasm::Component(resolve, world) => {
            let world = resolve
                .worlds
                .get(world)
                .context("the component has no world")?;
            Ok(world
                .imports
                .keys()
                .map(|key| resolve.name_world_key(key))
                .collect())
        }
        DecodedWasm::WitPackage(..) => bail!("the file is a WIT package, not a component"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_keep_their_blanks() {
        let flags = ["-Ca=b c".to_owned(), "-Cd".to_owned()];
        assert_eq!(encode_flags(&flags), "-Ca=b c\u{1f}-Cd");
    }

    #[test]
    fn each_registry_is_mapped_to_one_name() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let sources = home.path().join("registry/src/index.example-0123");
        std::fs::create_dir_all(&sources).expect("made");
        let expected = format!("--remap-path-prefix={}=/cargo/registry", sources.display());
        assert_eq!(registry_remaps(home.path()).expect("listed"), [expected]);
    }

    #[test]
    fn bytes_that_are_no_module_are_refused() {
        assert!(encode(b"no module").is_err());
    }
}
