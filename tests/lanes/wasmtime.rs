//! All vectors in lane `wasmtime`: the component, through the host library.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test reports by failing"
)]

mod support;

use hushgate_tests::wasmtime::Wasmtime;

#[test]
fn vectors() {
    support::run_vectors(&Wasmtime::load().expect("the component loads"));
}
