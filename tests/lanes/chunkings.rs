//! A mixed log in 10,000 random chunkings: the component gives the bytes and the findings that
//! the native engine gives for all of it at once.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test reports by failing"
)]

mod support;

use hushgate_tests::{
    lane::{self, Lane, Session, Setup, Step},
    log::{self, Ingredients},
    native::Native,
    policies,
    random::Random,
    runner,
    wasmtime::Wasmtime,
};

const CHUNKINGS: usize = 10_000;
const LOG: usize = 60_000;
/// Chunks have 1 byte to 8 KiB, small and large ones alike often.
const LARGEST_CHUNK: u32 = 13;

fn ingredients() -> Ingredients {
    let detectors = policies::detectors().expect("the rule documents are right");
    let texts = detectors.iter().flat_map(|it| {
        let counter = it
            .counter_examples
            .iter()
            .map(|example| example.text.clone());
        it.examples
            .iter()
            .map(|example| example.text.clone())
            .chain(counter)
    });
    let values: [&[u8]; 7] = [
        b"correct-horse-battery-staple",
        b"hunter2-and-more",
        b"aaab",
        b"nothing-",
        b"line one\nline two",
        b"caf\xc3\xa9 \xff\x00\xfe bytes",
        b"d]-xy",
    ];
    Ingredients {
        credentials: texts.collect(),
        values: values.map(<[u8]>::to_vec).to_vec(),
    }
}

fn session<L: Lane>(lane: &L, values: &[Vec<u8>]) -> L::Session {
    let opened = lane.open(&Setup::default()).expect("the lane works");
    let mut session = opened.expect("the built-in rules open");
    for value in values {
        lane::register(&mut session, value).expect("no value is refused");
    }
    session
}

fn cut<'l>(log: &'l [u8], random: &mut Random) -> Vec<Step<'l>> {
    let mut rest = log;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let bits = random.below(LARGEST_CHUNK as usize + 1);
        let size = (1 + random.below(1 << bits)).min(rest.len());
        let (chunk, behind) = rest.split_at(size);
        steps.push(Step::Push(chunk));
        rest = behind;
    }
    steps
}

#[test]
fn ten_thousand_chunkings() {
    let ingredients = ingredients();
    let log = log::mixed(2026, LOG, &ingredients);
    let whole = vec![vec![Step::Push(&log)]];
    let mut native = session(&Native, &ingredients.values);
    let expected = lane::run(&mut native, &whole).expect("the native lane works");
    let output = expected.output();
    assert!(
        expected.findings.len() > 200,
        "the log is to be rich in findings"
    );
    assert!(
        log.contains(&0) && str::from_utf8(&log).is_err(),
        "the log is to be no text"
    );

    let component = Wasmtime::load().expect("the component loads");
    let mut redactor = session(&component, &ingredients.values);
    let mut random = Random::new(7);
    let mut chunks = 0;
    for chunking in 0..CHUNKINGS {
        let steps = cut(&log, &mut random);
        chunks += steps.len();
        let got = lane::run(&mut redactor, &[steps]).expect("the component works");
        let name = format!("chunking {chunking}");
        let same = got.output() == output;
        assert!(
            same,
            "{}",
            runner::difference(&name, &output, &got.output())
        );
        assert_eq!(got.findings, expected.findings, "{name}: findings");
    }
    support::say(format_args!(
        "wasmtime: {CHUNKINGS} chunkings of {} bytes, {chunks} chunks, {} findings each",
        log.len(),
        expected.findings.len()
    ));
    redactor.clear().expect("the component works");
}
