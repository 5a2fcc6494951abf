//! A stream of text: see `hushgate_tests::fuzz`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Err(broken) = hushgate_tests::fuzz::stream(input) {
        panic!("{broken}");
    }
});
