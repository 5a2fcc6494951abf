//! What is said against a value: see `hushgate_tests::fuzz`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Err(broken) = hushgate_tests::fuzz::check(input) {
        panic!("{broken}");
    }
});
