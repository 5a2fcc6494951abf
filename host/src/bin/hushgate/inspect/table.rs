//! What is known of a value, for people.

use std::fmt::Write as _;
use std::time::SystemTime;

use comfy_table::{ContentArrangement, Table, presets};
use hushgate::Named;
use jiff::{SpanRound, Timestamp, ToSpan, Unit};

use super::answer::{Answer, Seen, Texts};

/// How wide a table may be where nobody says.
const WIDTH: u16 = 100;

/// Most other shapes that are named.
const OTHERS: usize = 5;

/// What ends with a newline, as files do.
const FILES: [&str; 4] = ["private-key", "public-key", "certificate", "key-file"];

/// A table without lines: columns alone.
fn table() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH);
    table
}

/// Lines without the blanks that a table leaves at both ends.
fn lines(table: &Table) -> String {
    let text = table.to_string();
    text.lines()
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line).trim_end()))
        .collect()
}

pub(super) fn names(names: &[Named]) -> String {
    let mut table = table();
    for named in names {
        table.add_row([&named.name, &named.description]);
    }
    lines(&table)
}

pub(super) fn answer(answer: &Answer, now: SystemTime) -> String {
    let is_sure = |seen: &&Seen| seen.confidence != "low" || seen.ground == "broken";
    let first = answer.shapes.first().filter(is_sure);
    let mut out = match first {
        None => String::from("unknown: nothing that is known looks like this alone\n"),
        Some(first) => lines(&sheet(first, now)),
    };
    // Beside one that is sure, those that much else may be are noise.
    let is_settled = first.is_some_and(|it| it.confidence == "high");
    let others = answer.shapes.iter().skip(usize::from(first.is_some()));
    let others = others.filter(|it| !is_settled || it.confidence != "low");
    let others: Vec<String> = others
        .take(OTHERS)
        .map(|it| format!("{} ({})", it.id, it.confidence))
        .collect();
    if !others.is_empty() {
        // Writing to a string does not fail.
        let _ = writeln!(out, "\nor perhaps: {}", others.join(", "));
    }
    let is_file = first.is_some_and(|seen| FILES.contains(&seen.kind));
    let around = answer.around.iter().copied();
    let around: Vec<&str> = around.filter(|it| !(is_file && *it == "newline")).collect();
    if !around.is_empty() {
        let _ = writeln!(out, "\naround it: {}", around.join(", "));
    }
    if let Some(fingerprint) = &answer.fingerprint {
        let _ = writeln!(out, "\nfingerprint under your key: {fingerprint}");
    }
    violations(&mut out, answer);
    out
}

/// What is said where there is no value, or white space alone.
pub(super) fn nothing(answer: &Answer) -> String {
    let mut out = String::from("empty: there is nothing to look at\n");
    violations(&mut out, answer);
    out
}

fn violations(out: &mut String, answer: &Answer) {
    match answer.violations.as_deref() {
        None => {}
        Some([]) => out.push_str("\nnothing contradicts the declaration\n"),
        Some(violations) => {
            out.push('\n');
            for it in violations {
                // Writing to a string does not fail.
                let _ = writeln!(out, "{}[{}]: {}", it.severity, it.code, it.message);
                let _ = writeln!(out, "  help: {}", it.help);
            }
        }
    }
}

fn sheet(seen: &Seen, now: SystemTime) -> Table {
    let mut table = table();
    let mut row = |name: &str, text: String| {
        table.add_row([name.to_owned(), text]);
    };
    row("shape", seen.id.clone());
    if !seen.issuer.is_empty() {
        row("issuer", seen.issuer.clone());
    }
    row("kind", seen.kind.to_owned());
    row(
        "confidence",
        format!("{}: {}", seen.confidence, why(seen.ground)),
    );
    if let Some(lifetime) = &seen.lifetime {
        row("lifetime", lifetime.clone());
    }
    if let Some(principal) = seen.principal {
        row("acts as", principal.to_owned());
    }
    if let Some(mode) = seen.mode {
        row("mode", mode.to_owned());
    }
    if seen.checksum != "absent" {
        row("checksum", seen.checksum.clone());
    }
    let now = Timestamp::try_from(now).ok();
    for (name, moment) in [
        ("issued", seen.issued),
        ("starts", seen.starts),
        ("expires", seen.expires),
    ] {
        if let Some(moment) = moment {
            row(name, format!("{moment}{}", distance(moment, now)));
        }
    }
    for (name, texts) in &seen.facts {
        match texts {
            Texts::One(text) => row(name, text.clone()),
            Texts::Many(texts) => texts.iter().for_each(|text| row(name, text.clone())),
        }
    }
    table
}

fn why(ground: &str) -> &'static str {
    match ground {
        "checksum" => "its checksum is right",
        "form" => "its form is distinctive",
        "structure" => "it can be read as such",
        "common" => "much else has this form",
        "wrong-checksum" => "its checksum is wrong",
        "bare" => "what tells it from others is not there",
        _ => "it cannot be read to its end",
    }
}

/// How far a moment is from now, in the two greatest units.
fn distance(moment: Timestamp, now: Option<Timestamp>) -> String {
    let Some(now) = now else {
        return String::new();
    };
    let (from, to, is_past) = if moment < now {
        (moment, now, true)
    } else {
        (now, moment, false)
    };
    let seconds = (to.as_second() - from.as_second()).seconds();
    let unit = match to.as_second() - from.as_second() {
        ..120 => Unit::Second,
        120..7200 => Unit::Minute,
        7200..172_800 => Unit::Hour,
        _ => Unit::Day,
    };
    let rounding = SpanRound::new()
        .largest(unit)
        .smallest(unit)
        .days_are_24_hours();
    match seconds.round(rounding) {
        Ok(span) if is_past => format!(" ({span:#} ago)"),
        Ok(span) => format!(" (in {span:#})"),
        Err(_) => String::new(),
    }
}
