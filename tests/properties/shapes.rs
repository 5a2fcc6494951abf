//! What is said of credentials of every kind, and of what only looks random.
//!
//! In one lane: the others are held to the same answers by the vectors.

use std::sync::LazyLock;

use hushgate_detector::document::{Confidence, Lifetime};
use hushgate_engine::rules::Rules;
use hushgate_shape::{Code, Declaration, Ground, inspect};
use hushgate_tests::{credential::Credentials, guarantees::shapes, random::Random, vector};

use super::bed::cases;

static RULES: LazyLock<Rules> = LazyLock::new(Rules::standard);
static CREDENTIALS: LazyLock<Credentials> = LazyLock::new(|| Credentials::new(&RULES));

/// How many inputs stand for one credential of each kind.
const SHARE: u32 = 100;

/// A moment in the time of the vectors.
const NOW: i64 = 1_795_617_000;

/// Credentials of the kinds that go by a form: the kind's number, and text.
fn credentials(right: bool, seed: u64) -> impl Iterator<Item = (usize, String)> {
    let mut random = Random::new(seed);
    let named: Vec<u16> = RULES.table().names.iter().map(|it| it.rule).collect();
    let is_form = move |kind: &usize| !named.iter().any(|it| usize::from(*it) == *kind);
    let kinds = (0..CREDENTIALS.kinds().len()).filter(is_form);
    kinds.filter_map(move |kind| {
        let made = CREDENTIALS.make(kind, right, &mut random);
        // White space at the edges is taken off, and may be what a form asks for.
        let is_tidy = |text: &str| !text.is_empty() && text.trim() == text;
        Some((kind, String::from_utf8(made).ok()?)).filter(|(_, text)| is_tidy(text))
    })
}

/// A credential of each kind is said to be of its issuer before anything else, and of its kind.
#[test]
fn each_kind_is_told_first() {
    for seed in 0..u64::from((cases() / SHARE).max(1)) {
        for (kind, text) in credentials(true, seed) {
            let rule = &CREDENTIALS.kinds()[kind];
            let seen = inspect(&RULES, &text).expect("short");
            let own = seen.shapes.iter().find(|it| it.id == *rule.id);
            assert!(own.is_some(), "{} is none of its shapes", rule.id);
            let first = &seen.shapes[0];
            // What is drawn at random where a structure belongs cannot be read, which is told.
            let is_broken = own.is_some_and(|it| it.ground == Ground::Broken);
            assert!(
                first.issuer == rule.nature.issuer || is_broken,
                "{} is said to be of {} by {}",
                rule.id,
                first.issuer,
                first.id
            );
        }
    }
}

/// Strings of a kind's own alphabet and length, drawn without its form, are nothing known.
#[test]
fn what_only_looks_random_is_unknown() {
    let mut random = Random::new(7);
    let (mut tried, mut known) = (0_usize, Vec::new());
    for seed in 0..u64::from((cases() / SHARE).max(4)) {
        for (kind, text) in credentials(true, seed) {
            let mut alphabet: Vec<u8> = text.bytes().filter(u8::is_ascii_graphic).collect();
            widen(&mut alphabet);
            // The beginning of a block that is long is its form, so not so much of it.
            let length = text.len().min(512);
            let drawn = (0..length).filter_map(|_| random.pick(&alphabet).copied());
            let drawn = String::from_utf8(drawn.collect()).expect("ASCII");
            let seen = inspect(&RULES, &drawn).expect("short");
            tried += 1;
            if seen.shapes.iter().any(|it| it.confidence > Confidence::Low) {
                known.push((
                    CREDENTIALS.kinds()[kind].id.clone(),
                    seen.shapes[0].id.clone(),
                ));
            }
        }
    }
    assert!(
        known.len() * 1000 < tried,
        "{} of {tried}: {known:?}",
        known.len()
    );
}

/// All classes of bytes of which one is there.
fn widen(alphabet: &mut Vec<u8>) {
    let is_hex = alphabet
        .iter()
        .filter(|it| it.is_ascii_alphabetic())
        .all(|it| matches!(it, b'a'..=b'f'));
    let any = |class: fn(&u8) -> bool| alphabet.iter().any(class);
    let letters = if is_hex { b'a'..=b'f' } else { b'a'..=b'z' };
    let classes = [
        (any(u8::is_ascii_lowercase), letters),
        (any(u8::is_ascii_uppercase), b'A'..=b'Z'),
        (any(u8::is_ascii_digit), b'0'..=b'9'),
    ];
    for (_, class) in classes.into_iter().filter(|(there, _)| *there) {
        alphabet.extend(class);
    }
    alphabet.sort_unstable();
    alphabet.dedup();
}

/// Whatever is said of credentials keeps the guarantees, and the secret half of each is not in it.
#[test]
fn nothing_secret_is_told() {
    let declared = Declaration {
        shapes: vec!["no-such-shape".to_owned()],
        issuer: Some("Nobody".to_owned()),
        lifetime: Some(Lifetime::Session),
        seconds: Some(1),
        ..Declaration::default()
    };
    for seed in 0..u64::from((cases() / SHARE).max(2)) {
        for right in [true, false] {
            for (kind, text) in credentials(right, seed) {
                let rule = &CREDENTIALS.kinds()[kind];
                let seen = shapes::inspected(&RULES, &text);
                let seen = seen.unwrap_or_else(|it| panic!("{}: {it}", rule.id));
                let said = shapes::as_said(&RULES, &text, NOW);
                said.unwrap_or_else(|it| panic!("{}: {it}", rule.id));
                let against = shapes::checked(&RULES, &text, &declared, NOW);
                let against = against.unwrap_or_else(|it| panic!("{}: {it}", rule.id));
                // A shape of low confidence is not told from anything else.
                let is_known = seen.shapes.iter().any(|it| it.confidence > Confidence::Low);
                let is_wrong = against.iter().any(|it| it.code == Code::WrongShape);
                assert!(!is_known || is_wrong, "{} is no such shape", rule.id);
                let told = seen.shapes.iter().flat_map(|it| &it.facts);
                let told = told.filter(|it| text.contains(&it.text));
                let mut rest = text.clone();
                for fact in told {
                    rest = rest.replace(&fact.text, "");
                }
                assert!(rest.len() >= 12, "facts of {} tell all of it", rule.id);
            }
        }
    }
}

/// Values of the vectors that were cut, doubled and changed in places are answered like any.
#[test]
fn damaged_values_keep_the_guarantees() {
    let files = vector::files().expect("the vectors are well formed");
    let values = files.iter().flat_map(|file| &file.cases);
    let values = values.filter(|case| case.name.starts_with("shape-") || case.shapes.len() == 1);
    let values: Vec<&[u8]> = values
        .filter_map(|case| case.value.as_ref())
        .map(|value| &*value.0)
        .filter(|value| (1..20_000).contains(&value.len()))
        .collect();
    let mut random = Random::new(11);
    for _ in 0..cases() {
        let Some(value) = random.pick(&values) else {
            continue;
        };
        let mut value = value.to_vec();
        match random.below(4) {
            0 => value.truncate(random.below(value.len())),
            1 => {
                value.drain(..random.below(value.len()));
            }
            2 => {
                let (from, to) = (random.below(value.len()), random.below(value.len()));
                let part = value[from.min(to)..from.max(to)].to_vec();
                let at = random.below(value.len());
                value.splice(at..at, part);
            }
            _ => {
                for _ in 0..1 + random.below(4) {
                    let at = random.below(value.len());
                    value[at] = *random.pick(b"A0=_-./:+ \n\"'{}\\\x00\xff").expect("some");
                }
            }
        }
        let value = String::from_utf8_lossy(&value);
        let fails = |it| -> () { panic!("{it}\n{value:?}") };
        shapes::inspected(&RULES, &value).map_or_else(fails, drop);
        shapes::as_said(&RULES, &value, NOW).unwrap_or_else(fails);
    }
}
