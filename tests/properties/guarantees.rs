//! The guarantees.

use std::sync::LazyLock;

use hushgate_engine::{
    redact::{Options, Redactor, Style},
    rules::Rules,
};
use proptest::{prelude::*, test_runner::Config};

use super::{
    input::{BUNDLE, Input, base64, input},
    reference::{STYLES, options, registered, relay, restart, run, style, values},
};

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::open(BUNDLE).expect("a correct bundle"));

pub fn config() -> Config {
    Config {
        cases: std::env::var("HUSHGATE_CASES")
            .ok()
            .and_then(|it| it.parse().ok())
            .unwrap_or(4000),
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..Config::default()
    }
}

fn settles_only(input: &Input) -> Input {
    Input {
        cuts: Vec::new(),
        ..input.clone()
    }
}

fn without_settles(input: &Input) -> Input {
    Input {
        cuts: Vec::new(),
        settles: Vec::new(),
        ..input.clone()
    }
}

pub fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// The length of the label at the beginning of `text`, if there is one.
fn label_at(text: &[u8], rule: &str) -> Option<usize> {
    let named = format!("[{rule}");
    let labels = [
        &format!("{named}]"),
        "[redacted]",
        "***",
        "[*]",
        "«*»",
        "⟦*⟧",
        "𝄆*𝄇",
    ];
    let plain = labels
        .iter()
        .find(|label| text.starts_with(label.as_bytes()));
    plain.map(|label| label.len()).or_else(|| {
        let rest = text.strip_prefix(named.as_bytes())?.strip_prefix(b":")?;
        let (digits, rest) = rest.split_at_checked(6)?;
        let hex = digits
            .iter()
            .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        (hex && rest.starts_with(b"]")).then_some(named.len() + 8)
    })
}

proptest! {
    #![proptest_config(config())]

    /// Where the input is cut changes neither output nor findings.
    #[test]
    fn split_invariance(input in input(&RULES)) {
        let values = values(&RULES, &input);
        let whole = run(&RULES, &values, &input.style, &settles_only(&input).chunks());
        let cut = run(&RULES, &values, &input.style, &input.chunks());
        prop_assert_eq!(shown(&whole.bytes), shown(&cut.bytes));
        prop_assert_eq!(whole.findings, cut.findings);
    }

    /// Every two-way cut, and one byte at a time.
    #[test]
    fn split_invariance_everywhere(input in input(&RULES)) {
        let values = values(&RULES, &input);
        let whole = run(&RULES, &values, &input.style, &[(&input.bytes, false)]);
        for at in 0..=input.bytes.len().min(120) {
            let (head, rest) = input.bytes.split_at(at);
            let cut = run(&RULES, &values, &input.style, &[(head, false), (rest, false)]);
            prop_assert_eq!(shown(&whole.bytes), shown(&cut.bytes), "cut at {}", at);
        }
        let single: Vec<_> = input.bytes.chunks(1).map(|it| (it, false)).collect();
        let cut = run(&RULES, &values, &input.style, &single);
        prop_assert_eq!(shown(&whole.bytes), shown(&cut.bytes));
        prop_assert_eq!(whole.findings, cut.findings);
    }

    /// No registered value is in the output, nor its base64 where it is looked for.
    #[test]
    fn no_leak(input in input(&RULES)) {
        let known = values(&RULES, &input);
        let output = run(&RULES, &known, &input.style, &without_settles(&input).chunks()).bytes;
        for value in registered(&RULES, &input) {
            let holds = |form: &[u8]| output.windows(form.len()).any(|it| it == form);
            prop_assert!(!holds(value), "{} in {}", shown(value), shown(&output));
            if value.len() >= 8 {
                for before in 0..3 {
                    let mut inner = vec![0; before];
                    inner.extend_from_slice(value);
                    let encoded = base64(&inner);
                    // Only what the value decides alone.
                    let from = [0, 2, 3][before];
                    let to = inner.len() * 8 / 6;
                    prop_assert!(!holds(&encoded[from..to]), "base64 of {} in {}", shown(value), shown(&output));
                }
            }
        }
    }

    /// Redacting the output again changes nothing, in whatever style.
    #[test]
    fn idempotence(input in input(&RULES), again in 0..STYLES) {
        let values = values(&RULES, &input);
        let once = run(&RULES, &values, &input.style, &input.chunks());
        let twice = run(&RULES, &values, &style(again), &[(&once.bytes, false)]);
        prop_assert_eq!(shown(&once.bytes), shown(&twice.bytes));
        prop_assert!(twice.findings.is_empty(), "{:?}", twice.findings);
    }

    /// Bytes outside findings are unchanged, and positions are right.
    #[test]
    fn fidelity(input in input(&RULES)) {
        let values = values(&RULES, &input);
        let outcome = run(&RULES, &values, &input.style, &without_settles(&input).chunks());
        let mut rest = outcome.bytes.as_slice();
        let mut at = 0;
        for finding in &outcome.findings {
            let (start, end) = (finding.start as usize, finding.end as usize);
            prop_assert!(at <= start && start < end && end <= input.bytes.len());
            let gap = &input.bytes[at..start];
            prop_assert!(rest.starts_with(gap), "gap {} in {}", shown(gap), shown(rest));
            rest = &rest[gap.len()..];
            if matches!(input.style, Style::Partial) {
                // What is shown is how the finding begins.
                let found = &input.bytes[start..end];
                let begins = rest.iter().zip(found).take_while(|(one, other)| one == other).count();
                let label = (0..=begins.min(16)).find_map(|at| {
                    let length = label_at(&rest[at..], &finding.rule)?;
                    Some(at + length)
                });
                prop_assert!(label.is_some(), "no label at {}", shown(rest));
                rest = &rest[label.unwrap_or(0)..];
            } else {
                let label = label_at(rest, &finding.rule);
                prop_assert!(label.is_some(), "no label at {}", shown(rest));
                rest = &rest[label.unwrap_or(0)..];
            }
            at = end;
            let before = &input.bytes[..start];
            let line = before.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
            let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() as u64 + 1;
            prop_assert_eq!((finding.position.line, finding.position.column), (line, column));
        }
        prop_assert_eq!(shown(rest), shown(&input.bytes[at..]));
    }

    /// Another instance goes on from a checkpoint as if nothing had happened.
    #[test]
    fn checkpoints(input in input(&RULES)) {
        let values = values(&RULES, &input);
        let undisturbed = run(&RULES, &values, &input.style, &input.chunks());
        let relayed = relay(&RULES, &values, &input.style, &input.bytes, &input.chunks());
        prop_assert_eq!(shown(&undisturbed.bytes), shown(&relayed.bytes));
        prop_assert_eq!(undisturbed.findings, relayed.findings);
    }

    /// Where a stream is fresh, another one that begins there goes on as if it were the same.
    #[test]
    fn fresh_streams(input in input(&RULES)) {
        let values = values(&RULES, &input);
        let single: Vec<_> = input.bytes.chunks(1).map(|it| (it, false)).collect();
        // With all detectors no stream is fresh inside a word: any could be a credential's beginning.
        let few = ["t-edge-behind", "t-varying", "t-tail", "t-dashed", "t-inner"].map(str::to_owned);
        for detectors in [Vec::new(), few.to_vec()] {
            let options = Options { detectors, ..options(&input.style) };
            for chunks in [&input.chunks(), &single] {
                let run = |anew| restart(&RULES, &values, &options, &input.bytes, chunks, anew);
                let (undisturbed, restarted) = (run(false), run(true));
                prop_assert_eq!(shown(&undisturbed.bytes), shown(&restarted.bytes));
                prop_assert_eq!(undisturbed.findings, restarted.findings);
            }
        }
    }

    /// A damaged state is refused.
    #[test]
    fn damaged_states(input in input(&RULES), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let values = values(&RULES, &input);
        let mut redactor = Redactor::open(&RULES, &options(&input.style)).expect("no detectors named");
        let mut out = Vec::new();
        redactor.push(&values, &input.bytes, &mut out);
        let mut state = redactor.checkpoint().state;
        let at = at.index(state.len());
        prop_assume!(state[at] != byte);
        state[at] = byte;
        prop_assert!(Redactor::resume(&RULES, &options(&input.style), &state).is_err());
        state.truncate(at);
        prop_assert!(Redactor::resume(&RULES, &options(&input.style), &state).is_err());
    }

    /// What is held back is bounded by what a match may need.
    #[test]
    fn held_bytes_are_bounded(input in input(&RULES)) {
        let values = values(&RULES, &input);
        let most = input.values.iter().map(Vec::len).max().unwrap_or(0) * 2 + 16;
        let window = RULES.detectors().iter().map(|rule| rule.window as usize).max().unwrap_or(0);
        // A fingerprint is made of as much of a match.
        let window = if matches!(input.style, Style::Fingerprint(_)) { 8192 } else { window };
        // A word may be the encoding of something.
        let word = input.bytes.split(|byte| !b"+/-_.~%".contains(byte) && !byte.is_ascii_alphanumeric());
        let window = window.max(word.map(<[u8]>::len).max().unwrap_or(0).min(64 << 10));
        let mut redactor = Redactor::open(&RULES, &options(&input.style)).expect("no detectors named");
        let mut out = Vec::new();
        for byte in input.bytes.chunks(1) {
            redactor.push(&values, byte, &mut out);
            prop_assert!(redactor.held() as usize <= most.max(window) + 80);
        }
    }
}
