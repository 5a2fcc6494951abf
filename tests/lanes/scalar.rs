//! All vectors in lane `wasmtime-scalar`: the component for hosts without SIMD.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test reports by failing"
)]

mod support;

use hushgate_tests::scalar::Scalar;

#[test]
fn vectors() {
    support::run_vectors(
        &Scalar::load().expect("dist/gate-scalar.wasm loads: `cargo xtask build` makes it"),
    );
}
