//! Embeds the component.
//!
//! `gate.wasm` lies beside this file: `cargo xtask build` writes it in the repository, and the
//! published package carries it. Where `gate.<target>.cwasm` lies there too, its machine code is
//! embedded as well, so that a program starts without compiling anything.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let target = env::var("TARGET")?;
    let component = folder.join("gate.wasm");
    let precompiled = folder.join(format!("gate.{target}.cwasm"));

    watch(&component);
    // A path that does not exist makes cargo run this script every time, which is what is wanted
    // here: the file is noticed as soon as it is there.
    watch(&precompiled);

    let bytes = fs::read(&component).map_err(|error| {
        format!(
            "{} cannot be read ({error}): run `cargo xtask build`, which makes it",
            component.display()
        )
    })?;
    let mut digest = String::from("sha256:");
    for byte in Sha256::digest(&bytes) {
        write!(digest, "{byte:02x}")?;
    }

    let machine_code = if is_current(&precompiled, &component) {
        format!("Some(include_bytes!({precompiled:?}))")
    } else {
        String::from("None")
    };
    let source = format!(
        "/// The component, as every host runs it.\n\
         pub(crate) static COMPONENT: &[u8] = include_bytes!({component:?});\n\
         /// The same component as machine code for this target.\n\
         pub(crate) static MACHINE_CODE: Option<&[u8]> = {machine_code};\n\
         /// SHA-256 of `COMPONENT`.\n\
         pub(crate) const DIGEST: &str = {digest:?};\n"
    );
    fs::write(
        PathBuf::from(env::var("OUT_DIR")?).join("artefact.rs"),
        source,
    )?;
    Ok(())
}

fn watch(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

/// Whether machine code exists and is not older than the component: code that was made from
/// another component would answer by other rules than the digest says.
fn is_current(precompiled: &Path, component: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified());
    match (changed(precompiled), changed(component)) {
        (Ok(code), Ok(source)) => code >= source,
        _ => false,
    }
}
