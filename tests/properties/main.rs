//! The guarantees of redaction as properties, over inputs that are made to be awkward: pieces
//! of credentials generated from the detectors' own patterns, registered values that overlap
//! each other and the labels, fragments of both, run together without separators.
//!
//! Each property is tried in every lane, with fewer inputs where a lane is slower. `HUSHGATE_CASES`
//! says with how many.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test reports by failing"
)]

#[cfg(feature = "component")]
use std::sync::LazyLock;

mod bed;
mod bundle;
mod credentials;
mod guarantees;
mod input;
mod json;
mod parts;
mod records;
mod shapes;
mod states;

#[cfg(feature = "component")]
mod recovery;

/// Compiling the scalar component takes a second: once is enough.
#[cfg(feature = "component")]
static SCALAR: LazyLock<hushgate_tests::scalar::Scalar> = LazyLock::new(|| {
    hushgate_tests::scalar::Scalar::load()
        .expect("dist/gate-scalar.wasm loads: `cargo xtask build` makes it")
});

/// A module of tests: these properties in one lane.
macro_rules! lane {
    ($name:ident, $lane:expr, $share:expr, [$($property:ident),* $(,)?]) => {
        mod $name {
            use super::{bed::cases, guarantees::Suite};

            $(
                #[test]
                fn $property() {
                    Suite { lane: &$lane, cases: cases() / $share }.$property();
                }
            )*
        }
    };
    // What every lane offers; in brackets what this one does beside that.
    ($name:ident, $lane:expr, $share:expr, and [$($more:ident),* $(,)?]) => {
        lane!($name, $lane, $share, [
            split_invariance,
            split_invariance_everywhere,
            no_leak,
            registered_on_the_way,
            idempotence,
            fidelity,
            fresh_streams,
            every_credential,
            records_idempotence,
            records_stay_records,
            records_fidelity,
            records_find_what_text_finds,
            $($more),*
        ]);
    };
}

lane!(native, hushgate_tests::native::Native, 1, and [
    checkpoints,
    kept_bytes_are_bounded,
]);

#[cfg(feature = "component")]
lane!(
    wasmtime,
    hushgate_tests::wasmtime::Wasmtime::load().expect("the component loads"),
    10,
    and [recovery, withheld, several_threads]
);

#[cfg(feature = "component")]
lane!(wasmtime_scalar, *super::SCALAR, 20, and [
    checkpoints,
    kept_bytes_are_bounded,
]);
