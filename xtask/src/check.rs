//! `check`: everything that can be said about the code without running it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::component::{Variant, encode_flags, guest_cargo};
use crate::stage::Stages;
use crate::sysroot::WasmStd;
use crate::workspace::{Workspace, cargo};
use crate::{build, console, contract, detectors, files, process};

/// The release of cargo-deny that is used.
const DENY: &str = "0.20.2";

/// What `check` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Format the code and rewrite wit/gate.md and docs/detectors/ instead of complaining about
    /// them.
    #[arg(long)]
    fix: bool,
}

/// Runs all checks; the quick ones first.
///
/// # Errors
/// At the first check that fails.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages, args: &Args) -> Result<()> {
    stages.run("format", || {
        let mut command = workspace.cargo();
        command.args(["fmt", "--all"]);
        if !args.fix {
            command.args(["--", "--check"]);
        }
        process::run(&mut command)?;
        // The fuzz targets are a workspace of their own.
        let mut command = workspace.cargo();
        command.args(["fmt", "--all", "--manifest-path", "fuzz/Cargo.toml"]);
        if !args.fix {
            command.args(["--", "--check"]);
        }
        process::run(&mut command)
    })?;
    stages.run("contract", || contract_is_fresh(workspace, args.fix))?;
    stages.run("detectors", || {
        detectors::pages_are_fresh(workspace, args.fix)
    })?;
    stages.run("dependencies", || {
        let deny = deny(workspace)?;
        process::run(
            Command::new(deny)
                // Without the trees of who needs a crate that is there in two versions.
                .args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"])
                .current_dir(workspace.root()),
        )
    })?;

    // The host embeds the component, so it cannot be checked without one.
    let std = build::run(workspace, stages)?;
    stages.run("clippy", || {
        process::run(
            workspace
                .native("clippy")
                .args(["--all-targets", "--", "-Dwarnings"]),
        )?;
        let mut guest = guest_cargo(workspace, &std, Variant::Simd, "clippy")?;
        process::run(guest.args(["--profile", "component", "--", "-Dwarnings"]))?;
        process::run(
            workspace
                .cargo()
                .args(["clippy", "--release", "--locked"])
                .args(["--manifest-path", "fuzz/Cargo.toml", "--", "-Dwarnings"])
                .env("CARGO_TARGET_DIR", workspace.target().join("fuzz"))
                // Nothing is linked, so libFuzzer need not be compiled; this is no file.
                .env("CUSTOM_LIBFUZZER_PATH", "/libfuzzer.a"),
        )
    })?;
    stages.run("rustdoc", || {
        let mut native = workspace.native("doc");
        native
            .arg("--no-deps")
            .env("CARGO_ENCODED_RUSTDOCFLAGS", "-Dwarnings");
        process::run(&mut native)?;
        guest_documentation(workspace, &std)
    })
}

fn guest_documentation(workspace: &Workspace, std: &WasmStd) -> Result<()> {
    let mut flags = std.flags();
    flags.push("-Dwarnings".to_owned());
    process::run(
        guest_cargo(workspace, std, Variant::Simd, "doc")?
            .args(["--profile", "component", "--no-deps"])
            .env("CARGO_ENCODED_RUSTDOCFLAGS", encode_flags(&flags)),
    )
}

/// Every item is documented, and `wit/gate.md` is what the contract gives.
fn contract_is_fresh(workspace: &Workspace, fix: bool) -> Result<()> {
    let contract = contract::Contract::read(&workspace.root().join("wit"))?;
    let missing = contract.undocumented();
    if !missing.is_empty() {
        bail!("without documentation in wit/: {}", missing.join(", "));
    }
    let path = workspace.root().join("wit/gate.md");
    let text = contract.markdown();
    if fix {
        files::write_if_changed(&path, text.as_bytes())?;
        return Ok(());
    }
    if files::read_text(&path).ok().as_deref() != Some(&text) {
        bail!("wit/gate.md is out of date; run `cargo xtask check --fix`");
    }
    Ok(())
}

/// The path of cargo-deny, installed under the target folder where it is missing.
fn deny(workspace: &Workspace) -> Result<PathBuf> {
    let tools = workspace.target().join("tools");
    let program = tools
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if process::output(Command::new(&program).arg("--version"))
        .is_ok_and(|version| version.trim() == format!("cargo-deny {DENY}"))
    {
        return Ok(program);
    }
    console::say(format_args!(
        "  cargo-deny {DENY} is installed into {}",
        tools.display()
    ));
    process::run(
        cargo()
            .args(["install", "--locked", "--root"])
            .arg(&tools)
            .arg(format!("cargo-deny@{DENY}"))
            .env("CARGO_TARGET_DIR", tools.join("build"))
            // It runs for a second; what counts is how long it takes to build.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    )?;
    files::remove_folder(&tools.join("build"))?;
    Ok(program)
}
