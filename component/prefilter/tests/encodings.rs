//! Whatever says ASCII in an encoding is reported, and every form of the pass reports the same.

use std::ops::Range;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hushgate_prefilter::{GROUPS, PAIRS, encodings, scalar};
use proptest::{collection::vec, prelude::*, sample::select};

fn places(text: &[u8], from: usize) -> Vec<usize> {
    let (mut vectors, mut plain) = (Vec::new(), Vec::new());
    encodings(text, from, |marks, at| vectors.push((at, marks)));
    scalar::encodings(text, from, |marks, at| plain.push((at, marks)));
    assert_eq!(vectors, plain);
    assert!(vectors.is_sorted_by(|(a, _), (b, _)| a < b));
    let bits = |bits: u64| (0..64).filter(move |bit| bits >> bit & 1 == 1);
    let all = vectors.iter();
    all.flat_map(|(at, marks)| {
        bits(marks.groups | marks.pairs | marks.percents).map(move |bit| at + bit)
    })
    .collect()
}

/// What stands around an encoding: none of it is one by itself.
fn around() -> impl Strategy<Value = Vec<u8>> {
    vec(select(b" .:-xyz9\xff".as_slice()), 0..150)
}

/// Asserts that a place is reported in `encoded`, behind `before` and in front of `after`.
fn check(before: &[u8], encoded: &[u8], after: &[u8]) {
    let text = [before, encoded, after].concat();
    let inside = before.len()..before.len() + encoded.len();
    let found = |it: &Range<usize>| places(&text, 0).iter().any(|at| it.contains(at));
    assert!(found(&inside), "{}", text.escape_ascii());
}

proptest! {
    #[test]
    fn every_form_of_the_pass_reports_the_same(
        parts in vec(
            prop_oneof![
                4 => vec(select(b"aAgGzZ0357+/-_".as_slice()), 0..60),
                2 => vec(select(b"2a3b4c5d6e7f".as_slice()), 0..60),
                2 => vec(select(b"QUJD".as_slice()), 0..60),
                2 => vec(select(b"%= .a\xff".as_slice()), 1..4),
                1 => vec(any::<u8>(), 0..20),
            ],
            0..12,
        ),
        from in 0..80_usize,
    ) {
        let text = parts.concat();
        let some = places(&text, from);
        prop_assert!(some.iter().all(|&at| at >= from));
        let all = places(&text, 0);
        prop_assert!(some.iter().all(|at| all.contains(at)));
    }

    #[test]
    fn base64_of_ascii_is_reported(
        before in around(),
        bytes in vec(any::<u8>(), 0..4),
        said in vec(0..=0x7f_u8, 3 * GROUPS + 2..60),
        after in around(),
    ) {
        // Whatever the first bytes are, the groups behind them say ASCII.
        let encoded = BASE64_URL_SAFE_NO_PAD.encode([bytes, said].concat());
        check(&before, encoded.as_bytes(), &after);
    }

    #[test]
    fn hexadecimal_of_ascii_is_reported(
        before in around(),
        said in vec(b' '..=0x7f, PAIRS..60),
        upper in any::<bool>(),
        after in around(),
    ) {
        let encoded: String = said.iter().map(|byte| format!("{byte:02x}")).collect();
        let encoded = if upper { encoded.to_uppercase() } else { encoded };
        check(&before, encoded.as_bytes(), &after);
    }

    #[test]
    fn percent_signs_are_reported(before in around(), after in around()) {
        check(&before, b"%", &after);
    }
}

#[test]
fn ordinary_text_is_not_reported() {
    for text in [
        "/usr/lib/python3/dist-packages/requests/adapters.py",
        "kube-system/coredns-5d78c9869d-4xk9t",
        "0f8fad5b-d9cb-469f-a165-70867728950e 2026-11-24T08:15:30.123456Z",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "component_engine_redact_machine_release INFO HTTP/1.1",
    ] {
        assert_eq!(places(text.as_bytes(), 0), [0; 0], "{text}");
    }
}
