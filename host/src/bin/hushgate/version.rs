//! `hushgate version`.

use hushgate::Gate;
use serde::Serialize;

use crate::cli::VersionArgs;
use crate::console;
use crate::failure::{Exit, Failure};

#[derive(Serialize)]
struct Versions<'a> {
    /// Of the program.
    version: &'static str,
    /// Of the contract with the component.
    contract: &'static str,
    /// Digest of the component.
    component: &'a str,
    /// Digest of the built-in rule set.
    rules: &'a str,
    /// Whether the component's machine code was made when the program was built.
    precompiled: bool,
}

/// Prints versions and digests.
///
/// # Errors
/// The gate does not open, or standard output cannot be written.
pub(crate) fn run(args: &VersionArgs) -> Result<Exit, Failure> {
    let gate = Gate::open()?;
    let versions = Versions {
        version: env!("CARGO_PKG_VERSION"),
        contract: "hushgate:gate@0.1.0",
        component: &gate.digests().component,
        rules: &gate.digests().rules,
        precompiled: gate.is_precompiled(),
    };
    let text = if args.json {
        console::json(&versions)?
    } else {
        format!(
            "hushgate {}\ncontract  {}\ncomponent {}\nrules     {}\n",
            versions.version, versions.contract, versions.component, versions.rules
        )
    };
    console::answer(text.as_bytes())
}
