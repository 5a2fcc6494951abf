//! Registered values and the registry: see `hushgate_tests::fuzz`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Err(broken) = hushgate_tests::fuzz::values(input) {
        panic!("{broken}");
    }
});
