//! Nothing of a registered value, and nothing that a stream holds back, is left in memory that is given
//! back.
//!
//! An allocator looks into every block that is freed or moved. It is the only test of its target,
//! for the allocator sees all threads.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test reports by failing"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use hushgate_engine::{
    redact::{Options, Redactor},
    rules::Rules,
    values::Values,
};
use hushgate_tests::log::base64;

/// What must not be left: the beginnings of values and parts, in the notations that begin with
/// letters of their own, and the first bytes of a form as a number, which the index has.
const REMAINS: [&[u8]; 9] = [
    b"kq7ZrVx2",
    b"2xVrZ7qk",
    b"a3E3WnJWe",
    b"6b71375a",
    b"6b:71:37",
    b"&#107;&#113;",
    b"%6B%71%37",
    b"\\u006b\\u0071",
    b"107, 113",
];

struct Watching;

static WATCHED: AtomicBool = AtomicBool::new(false);
static FREED: AtomicUsize = AtomicUsize::new(0);
static LEFT: [AtomicUsize; REMAINS.len()] = [const { AtomicUsize::new(0) }; REMAINS.len()];

/// Counts what is left in a block.
fn look(block: &[u8]) {
    FREED.fetch_add(1, Ordering::Relaxed);
    for (remains, left) in REMAINS.iter().zip(&LEFT) {
        if block.windows(remains.len()).any(|it| it == *remains) {
            left.fetch_add(1, Ordering::Relaxed);
        }
    }
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that all of a block may be read when it is freed.
        // SAFETY: the caller keeps the contract of `alloc`, which is that of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        if WATCHED.load(Ordering::Relaxed) {
            // SAFETY: the block is live until the call below, has this size, and was zeroed when it
            // was made, so that all of it is initialised.
            look(unsafe { std::slice::from_raw_parts(place, layout.size()) });
        }
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(place, layout) }
    }

    // Growing goes through `alloc` and `dealloc` above: the provided `realloc` does so.
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How much is left of what stands in a vector that grows: the test would see it.
fn careless() -> usize {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(b"kq7ZrVx2-");
    bytes.reserve(4096);
    drop(bytes);
    LEFT.iter()
        .map(|left| left.swap(0, Ordering::Relaxed))
        .sum()
}

/// A stream that is given up inside a value, and one that ends behind a value in base64 of base64.
fn redact(rules: &Rules, value: &[u8], twice: &[u8]) {
    let mut values = Values::new(rules);
    values.add(value).expect("a value");
    let (mut out, options) = (Vec::new(), Options::default());
    let mut redactor = Redactor::open(rules, &options).expect("no detectors named");
    for piece in value.chunks(7).take(200) {
        redactor.push(&values, piece, &mut out);
    }
    assert!(redactor.held() > 1000, "it is held");
    drop(redactor);
    assert_eq!(out, b"");

    let mut redactor = Redactor::open(rules, &options).expect("no detectors named");
    for piece in twice.chunks(999) {
        redactor.push(&values, piece, &mut out);
    }
    redactor.finish(&values, &mut out);
    assert_eq!(out, b"[registered]");
}

#[test]
fn nothing_is_left() {
    let rules = Rules::standard();
    let secret = "kq7ZrVx2-\"of'some&length/é\\";
    let document = format!(
        "{{\"user\": \"bob\", \"password\": \"kq7ZrVx2-{}\"}}",
        "x1y2".repeat(30)
    );
    let lines = format!("A_TOKEN='{secret}'\nDB=postgres://app:kq7ZrVx2%2f9@db/x\n{secret}\n");
    let registered = [
        secret,
        &document,
        &lines,
        "kq7ZrVx2",
        "Basic Ym9iOmtxN1pyVngyLTk=",
    ];
    let number: Vec<String> = (0..500)
        .map(|number| format!("kq7ZrVx2-{number}"))
        .collect();
    let registered = registered.map(str::to_owned).into_iter().chain(number);
    let registered: Vec<Vec<u8>> = registered.map(String::into_bytes).collect();

    let long = format!("kq7ZrVx2-{}", "x1y2".repeat(500)).into_bytes();
    let twice = base64(&base64(&long, false), false);

    WATCHED.store(true, Ordering::Relaxed);
    assert!(careless() >= 2, "the allocator sees nothing");
    let mut values = Values::new(&rules);
    for value in &registered {
        values.add(value).expect("a value");
    }
    for value in registered.iter().step_by(2) {
        assert!(values.remove(value));
    }
    drop(values);
    redact(&rules, &long, &twice);

    WATCHED.store(false, Ordering::Relaxed);
    assert!(FREED.load(Ordering::Relaxed) > 10_000);
    for (remains, left) in REMAINS.iter().zip(&LEFT) {
        let left = left.load(Ordering::Relaxed);
        assert_eq!(left, 0, "blocks with `{}`", remains.escape_ascii());
    }
}
