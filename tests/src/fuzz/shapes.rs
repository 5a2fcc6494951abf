//! Targets `inspect` and `check`: a value that a script makes, and what is said of it.

use hushgate_detector::document::{
    Lifetime,
    nature::{Kind, Mode, Principal},
};
use hushgate_engine::{redact::Framing, rules::Rules};
use hushgate_shape::{Declaration, Expected, Property, declared};

use super::read;
use crate::{Trouble, guarantees::shapes};

/// A moment in the time of the vectors.
const NOW: i64 = 1_795_617_000;

/// The rules of a script, and the value that it makes.
fn value(script: &[u8]) -> (&'static Rules, String) {
    let (rules, stream) = read(script, Framing::Text);
    (rules, String::from_utf8_lossy(&stream.bytes).into_owned())
}

/// All that must hold of what any value is said to be.
///
/// # Errors
/// What does not hold.
pub fn inspect(script: &[u8]) -> Result<(), Trouble> {
    let (rules, value) = value(script);
    shapes::inspected(rules, &value)
        .and_then(|_| shapes::as_said(rules, &value, NOW))
        .map_err(|broken| described(broken, &value))
}

/// All that must hold of what is said against any value: of the script the first four bytes are the
/// declaration.
///
/// # Errors
/// What does not hold.
pub fn check(script: &[u8]) -> Result<(), Trouble> {
    let (head, rest) = script.split_at(script.len().min(4));
    let (rules, value) = value(rest);
    shapes::checked(rules, &value, &declaration(head), NOW)
        .map(|_| ())
        .map_err(|broken| described(broken, &value))
}

/// A declaration of any four bytes: one that has a name, or fields.
fn declaration(head: &[u8]) -> Declaration {
    let byte = |at: usize| usize::from(head.get(at).copied().unwrap_or(0));
    let all = declared::all();
    if let Some(named) = all.get(byte(0) % (2 * all.len().max(1))) {
        return named.declaration();
    }
    /// One of these, or nothing.
    fn one<T: Copy>(all: &[(&str, T)], number: usize) -> Option<T> {
        let places = all.len() + 1;
        all.get(number % places).map(|(_, it)| *it)
    }
    let lifetimes = [
        ("", Lifetime::Session),
        ("", Lifetime::Short),
        ("", Lifetime::Long),
        ("", Lifetime::Static),
    ];
    let property = one(&Property::ALL, byte(2));
    Declaration {
        kinds: one(&Kind::ALL, byte(1)).into_iter().collect(),
        issuer: (byte(3) % 2 == 1).then(|| String::from("GitHub")),
        lifetime: one(&lifetimes, byte(0)),
        principal: one(&Principal::ALL, byte(1) / 32),
        mode: one(&Mode::ALL, byte(2) / 64),
        seconds: (byte(3) / 2 % 2 == 1).then_some(300),
        expected: property
            .into_iter()
            .map(|property| Expected {
                property,
                texts: ["*", "a*b", ""].map(String::from).to_vec(),
            })
            .collect(),
        ..Declaration::default()
    }
}

/// What broke, and the value that broke it as a vector has it.
fn described(broken: Trouble, value: &str) -> Trouble {
    let value = super::case::quoted(value);
    format!("{broken}\n\n[[case]]\ndo = \"inspect\"\nvalue = {value}\n").into()
}
