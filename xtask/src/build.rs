//! `build`: both components, their digests, and the machine code that the host embeds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::Result;

use crate::component::{self, Component, Variant};
use crate::stage::Stages;
use crate::sysroot::{self, WasmStd};
use crate::workspace::Workspace;
use crate::{console, files, precompile, process};

/// Builds all that the host's packages need.
///
/// # Errors
/// Where a stage fails.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages) -> Result<WasmStd> {
    let std = sysroot::provide(workspace, stages)?;
    fetch(workspace)?;
    copy_contract(workspace)?;
    let mut digests = BTreeMap::new();
    for variant in Variant::ALL {
        let component = stages.run(format!("component {}", variant.file()), || {
            component::build(workspace, &std, variant, false)
        })?;
        digests.insert(variant.file(), files::sha256(&component.bytes));
        write(workspace, &component)?;
    }
    let record = format!("{}\n", serde_json::to_string_pretty(&digests)?);
    files::write_if_changed(&workspace.dist().join("digests.json"), record.as_bytes())?;
    stages.run("precompile", || {
        precompile::run(workspace, &std.toolchain.host)
    })?;
    Ok(std)
}

/// Downloads the packages beforehand: the folders of their sources have to be known before the
/// component is built, because paths into them are mapped.
///
/// # Errors
/// Where a registry cannot be reached.
pub(crate) fn fetch(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["fetch", "--quiet"]))
}

/// Copies the contract to the host's crate: the packaged crate carries it and the component, and a
/// package holds no file from outside.
fn copy_contract(workspace: &Workspace) -> Result<()> {
    let copy = workspace.root().join("host/wit");
    let mut names = BTreeSet::new();
    fs::create_dir_all(&copy)?;
    for entry in fs::read_dir(workspace.root().join("wit"))? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|it| it == "wit") {
            files::write_if_changed(&copy.join(entry.file_name()), &fs::read(entry.path())?)?;
            names.insert(entry.file_name());
        }
    }
    // An interface that was renamed would stand in the package twice.
    for entry in fs::read_dir(&copy)? {
        let entry = entry?;
        if !names.contains(&entry.file_name()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn write(workspace: &Workspace, component: &Component) -> Result<()> {
    let file = workspace.dist().join(component.variant.file());
    let changed = files::write_if_changed(&file, &component.bytes)?;
    if component.variant == Variant::Simd {
        files::write_if_changed(&workspace.root().join("host/gate.wasm"), &component.bytes)?;
    }
    console::say(format_args!(
        "  dist/{} {} bytes, sha256 {}{}",
        component.variant.file(),
        component.bytes.len(),
        files::sha256(&component.bytes),
        if changed { "" } else { ", unchanged" }
    ));
    Ok(())
}
