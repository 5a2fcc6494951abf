//! All vectors in lane `native`: the engine, without a sandbox.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test reports by failing"
)]

mod support;

use hushgate_tests::native::Native;

#[test]
fn vectors() {
    support::run_vectors(&Native);
}
