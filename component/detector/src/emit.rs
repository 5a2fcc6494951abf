//! The Rust source of a table, so that the built-in one costs nothing at start-up.

use std::fmt::{self, Write as _};

use hushgate_prefilter::ByteSet;

use crate::{
    document::nature::Nature,
    table::{Issuer, Name, Table},
};

/// Writes `pub static NAME: Table = …;` for `include!`, with full paths.
///
/// # Errors
/// Only those of `out`.
pub fn table(out: &mut String, name: &str, table: &Table) -> fmt::Result {
    writeln!(
        out,
        "pub static {name}: ::hushgate_detector::table::Table = ::hushgate_detector::table::Table {{"
    )?;
    writeln!(out, "rules: ::std::borrow::Cow::Borrowed(&[")?;
    for rule in table.rules.iter() {
        writeln!(
            out,
            "::hushgate_detector::table::Rule {{ id: ::std::borrow::Cow::Borrowed({:?}), \
             description: ::std::borrow::Cow::Borrowed({:?}), \
             source: ::std::borrow::Cow::Borrowed({:?}), \
             since: ::std::borrow::Cow::Borrowed({:?}), \
             lifetime: ::hushgate_detector::document::Lifetime::{:?}, \
             nature: {}, \
             confidence: ::hushgate_detector::document::Confidence::{:?}, \
             window: {}, groups: ::std::borrow::Cow::Borrowed(&[{}]), check: {}, gate: {}, context: {}, digest: {:?} }},",
            rule.id,
            rule.description,
            rule.source,
            rule.since,
            rule.lifetime,
            nature(&rule.nature),
            rule.confidence,
            rule.window,
            rule.groups
                .iter()
                .map(|name| format!("::std::borrow::Cow::Borrowed({name:?}),"))
                .collect::<String>(),
            match rule.check {
                None => "None".to_owned(),
                Some(check) => format!(
                    "Some(::hushgate_detector::table::Check {{ algorithm: \
                     ::hushgate_detector::table::Algorithm::{:?}, over: {}, equals: {} }})",
                    check.algorithm, check.over, check.equals
                ),
            },
            rule.gate,
            rule.context,
            rule.digest,
        )?;
    }
    list(
        out,
        "shapes",
        table
            .shapes
            .iter()
            .map(|it| format!("::hushgate_detector::table::{it:?}")),
    )?;
    list(
        out,
        "steps",
        table
            .steps
            .iter()
            .map(|it| format!("::hushgate_detector::table::{it:?}")),
    )?;
    list(out, "sets", table.sets.iter().map(set))?;
    list(
        out,
        "anchors",
        table
            .anchors
            .iter()
            .map(|it| format!("::hushgate_detector::table::{it:?}")),
    )?;
    list(out, "proofs", table.proofs.iter().map(set))?;
    list(out, "members", table.members.iter().map(u16::to_string))?;
    list(out, "slots", table.slots.iter().map(u16::to_string))?;
    let name = |it: &Name| {
        format!(
            "::hushgate_detector::table::Name {{ text: ::std::borrow::Cow::Borrowed({:?}), rule: {}, \
             value: ::hushgate_detector::document::ValueKind::{:?} }}",
            it.text, it.rule, it.value
        )
    };
    list(out, "names", table.names.iter().map(name))?;
    let issuer = |it: &Issuer| {
        format!(
            "::hushgate_detector::table::Issuer {{ text: ::std::borrow::Cow::Borrowed({:?}), rule: {} }}",
            it.text, it.rule
        )
    };
    list(out, "issuers", table.issuers.iter().map(issuer))?;
    list(out, "heads", table.heads.iter().map(u64::to_string))?;
    let (low, high) = table.masks.parts();
    writeln!(
        out,
        "]), masks: ::hushgate_prefilter::Masks::from_parts({low:?}, {high:?}),"
    )?;
    writeln!(out, "ahead: {} }};", table.ahead)
}

fn nature(nature: &Nature) -> String {
    let path = "::hushgate_detector::document::nature";
    let some = |name: &str, it: Option<String>| {
        it.map_or_else(|| "None".into(), |it| format!("Some({path}::{name}::{it})"))
    };
    format!(
        "{path}::Nature {{ issuer: ::std::borrow::Cow::Borrowed({:?}), kind: {path}::Kind::{:?}, \
         principal: {}, mode: {} }}",
        nature.issuer,
        nature.kind,
        some("Principal", nature.principal.map(|it| format!("{it:?}"))),
        some("Mode", nature.mode.map(|it| format!("{it:?}"))),
    )
}

/// Closes the list before and writes the next one.
fn list(out: &mut String, field: &str, items: impl Iterator<Item = String>) -> fmt::Result {
    write!(out, "]), {field}: ::std::borrow::Cow::Borrowed(&[")?;
    for item in items {
        write!(out, "{item},")?;
    }
    writeln!(out)
}

fn set(set: &ByteSet) -> String {
    format!(
        "::hushgate_prefilter::ByteSet::from_words({:?})",
        set.words()
    )
}
