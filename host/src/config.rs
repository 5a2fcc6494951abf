//! The one configuration of the WebAssembly engine.
//!
//! Precompiled code is accepted only by an engine that is configured as the one that made it, so
//! the library and the precompiler share this file.
//!
//! # Hazard
//! This module is also compiled into the precompiler by path: it must not name anything else of
//! this crate.

use wasmtime::{Config, OptLevel, Result, WasmBacktraceDetails};

/// CPU features of the x86-64-v2 level. Without SSSE3 the byte shuffles of the prefilter become
/// library calls, and the scan is 26 times slower.
const X86_64_V2: [&str; 5] = [
    "has_sse3",
    "has_ssse3",
    "has_sse41",
    "has_sse42",
    "has_popcnt",
];

/// The configuration for running on this machine, or for precompiling for a named target.
///
/// With `None` code is compiled for this very CPU. With a target triple it is compiled for every
/// CPU of that target that has the features named above, whatever the building machine has.
///
/// # Errors
/// The triple is not one that Cranelift knows.
pub fn config(target: Option<&str>) -> Result<Config> {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .concurrency_support(false)
        .epoch_interruption(true)
        .cranelift_opt_level(OptLevel::Speed)
        // Traps are reported by kind alone. So no tables for stack traces are needed, and the
        // environment cannot ask for them: an engine that parses debug information would refuse
        // the precompiled code.
        .wasm_backtrace_max_frames(None)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .generate_address_map(false);
    if let Some(triple) = target {
        config.target(triple)?;
        if triple.starts_with("x86_64-") {
            for feature in X86_64_V2 {
                // SAFETY: each flag permits instructions of one CPU feature. An engine checks
                // that the CPU has every feature that the code was made with before it loads it.
                unsafe {
                    config.cranelift_flag_enable(feature);
                }
            }
        }
    }
    Ok(config)
}
