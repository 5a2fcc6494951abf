//! `setup`: what the other commands need before they can build.

use anyhow::Result;

use crate::console;
use crate::stage::Stages;
use crate::sysroot;
use crate::workspace::Workspace;

/// Provides std for the component's target.
///
/// # Errors
/// Where no way to it succeeds.
pub(crate) fn run(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let std = sysroot::provide(workspace, stages)?;
    console::say(format_args!(
        "rustc {} builds {} with the std in {}",
        std.toolchain.release,
        crate::toolchain::WASM,
        std.folder().display()
    ));
    Ok(())
}
