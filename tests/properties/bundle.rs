//! Detectors that are made to be awkward, beside the built-in ones.

use std::sync::LazyLock;

use hushgate_engine::rules::Rules;
pub use hushgate_tests::awkward::BUNDLE;
use hushgate_tests::credential::Credentials;

/// The built-in detectors and those of [`BUNDLE`].
pub static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::open(BUNDLE).expect("a correct bundle"));

/// Credentials of all these kinds.
pub static CREDENTIALS: LazyLock<Credentials> = LazyLock::new(|| Credentials::new(&RULES));
