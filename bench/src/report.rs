//! Tables of what was measured, and `docs/performance.md` made of them.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, bail};
use comfy_table::{CellAlignment, Table, presets};

use crate::definition::{self, Bench, Model};
use crate::measure::Spread;
use crate::peers::OURSELVES;
use crate::record::{self, Entry, Measured, Peer, megabytes_per};
use crate::target::Verdict;
use crate::workspace;

/// The peer that others are compared with.
const RIVAL: &str = "kingfisher";
/// How many times as fast as that we want to be.
const AIM: f64 = 15.0;

/// Writes `docs/performance.md` from the newest record, or only checks that it is up to date.
///
/// # Errors
/// Where there is no record, or the document differs.
pub fn run(check: bool) -> Result<()> {
    let text = document()?;
    let path = workspace::root().join("docs/performance.md");
    if !check {
        return fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()));
    }
    if fs::read_to_string(&path).ok().as_deref() != Some(&text) {
        bail!(
            "{} is out of date; run `cargo xtask bench -- report`",
            path.display()
        );
    }
    Ok(())
}

/// The text of `docs/performance.md`.
///
/// # Errors
/// Where there is no record or no definition.
pub fn document() -> Result<String> {
    let (path, entries) = record::newest(&workspace::bench().join("records"))?;
    let groups = definition::load(&workspace::bench().join("definitions"))?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let measured: Vec<&Measured> = entries.iter().filter_map(bench).collect();
    let peers: Vec<&Peer> = entries.iter().filter_map(peer).collect();

    let all: Vec<_> = groups.iter().flat_map(|group| &group.benches).collect();
    let targets = Targets {
        benches: &all,
        measured: &measured,
    };

    let mut text = String::from(PREFACE);
    let mut put = |line: &str| {
        // Writing to a `String` does not fail.
        let _ = writeln!(text, "{line}");
    };
    put("\n## Machine\n");
    put(&machine(&entries, &name));
    if !peers.is_empty() {
        put("## Beside other programs\n");
        put(BESIDE);
        put(&peer_table(&peers));
        put(&ratio(&peers));
    }
    for group in &groups {
        let of_group = |one: &&&Measured| group.benches.iter().any(|bench| bench.name == one.bench);
        let benches: Vec<&Measured> = measured.iter().filter(of_group).copied().collect();
        if benches.is_empty() {
            continue;
        }
        put(&format!("\n## {}\n", title(&group.name)));
        put(group.analysis.trim());
        put("");
        put(&bench_table(&benches, &targets));
    }
    Ok(text)
}

const PREFACE: &str = "\
# Performance

Generated from a record under `bench/records/` by `cargo xtask bench -- report`; do not edit. What each bench does
is written in `bench/definitions/`, how to run them in `bench/README.md`.

Times are medians, with the least and the greatest in brackets. MB are 10\u{2076} bytes. Speed is per second of
*processor* time, all threads counted, unless it says otherwise: other work on the machine then counts little, and a
program that uses two cores is not twice as fast. Every figure is also a test: a run whose findings are not the
expected ones is an error.

**Our bias.** We chose the haystacks, and we wrote them with the questions of log pipelines in mind: long runs of
lines without a credential. Credentials are drawn from our own detectors' patterns, so we find all of them by
construction; what other programs miss or find besides says little about rules of theirs that we did not provoke.
Text in which nearly every line holds a credential, other languages than English, and compressed input are not
measured.
";

const BESIDE: &str = "\
One made-up log of nine kinds with one credential in 2,000 lines, the same file for all. A credential counts as found
where a finding lies on a line of its record; any other finding is wrong. The others scan and report; Hushgate redacts
into a file. Those that take minutes are given the beginning of the file. No program verifies what it finds, and none
uses the network. Ratio: how many times as fast as the program we measure ourselves by.
";

fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn bench(entry: &Entry) -> Option<&Measured> {
    if let Entry::Bench(measured) = entry {
        Some(measured)
    } else {
        None
    }
}

fn peer(entry: &Entry) -> Option<&Peer> {
    if let Entry::Peer(peer) = entry {
        Some(peer)
    } else {
        None
    }
}

fn machine(entries: &[Entry], name: &str) -> String {
    let Some(Entry::Machine(machine)) = entries.first() else {
        return String::new();
    };
    let mut table = markdown();
    table.set_header(["", ""]);
    let host = if machine.precompiled {
        "made when the library was built"
    } else {
        "compiled at run time"
    };
    let rows = [
        ("record", format!("`{name}`")),
        (
            "processor",
            format!("{}, {} cores", machine.processor, machine.cores),
        ),
        ("kernel", machine.kernel.clone()),
        ("load when it began", machine.load.clone()),
        ("compiler", machine.rustc.clone()),
        ("component", format!("`{}`", machine.component)),
        (
            "its size",
            format!("{} bytes, {} in gzip", machine.size, machine.gzip),
        ),
        ("its machine code", host.to_owned()),
        ("rule set", format!("`{}`", machine.rules)),
        ("built-in detectors", machine.detectors.to_string()),
    ];
    for (name, value) in rows {
        table.add_row([name.to_owned(), value]);
    }
    format!("{table}\n")
}

/// What the benches should come to.
#[derive(Debug)]
pub struct Targets<'a> {
    /// All definitions.
    pub benches: &'a [&'a Bench],
    /// All that was measured in the same run.
    pub measured: &'a [&'a Measured],
}

impl Targets<'_> {
    fn of(&self, one: &Measured) -> Vec<Verdict> {
        let bench = self.benches.iter().find(|bench| bench.name == one.bench);
        let targets = bench.map_or(&[][..], |bench| &bench.targets);
        targets
            .iter()
            .filter_map(|target| target.judge(one, self.measured))
            .collect()
    }
}

fn met(verdict: &Verdict) -> String {
    let word = if verdict.met { "yes" } else { "**no**" };
    match &verdict.found {
        None => word.to_owned(),
        Some(found) => format!("{word} ({found})"),
    }
}

/// How we stand beside the program that we measure ourselves by.
fn ratio(peers: &[&Peer]) -> String {
    let speed_of = |name: &str| {
        let peer = peers.iter().find(|peer| peer.name == name)?;
        Some(megabytes_per(peer.bytes, peer.cpu.median))
    };
    let (Some(ours), Some(theirs)) = (speed_of(OURSELVES), speed_of(RIVAL)) else {
        return String::new();
    };
    let ratio = ours / theirs.max(f64::MIN_POSITIVE);
    let word = if ratio >= AIM { "met" } else { "**not met**" };
    format!("\nThe aim, {AIM} times as fast as {RIVAL}, is {word}: {ratio:.1} times.")
}

/// A table of benches.
#[must_use]
pub fn bench_table(benches: &[&Measured], targets: &Targets<'_>) -> String {
    let mut table = markdown();
    table.set_header([
        "bench",
        "lane",
        "result",
        "per",
        "wall",
        "findings",
        "detectors",
        "registered",
        "memory",
        "target",
        "met",
    ]);
    for one in benches {
        let (result, unit, wall) = figures(one);
        let memory = one.memory.map_or_else(String::new, mebibytes);
        let verdicts = targets.of(one);
        let wanted: Vec<_> = verdicts.iter().map(|it| it.wanted.as_str()).collect();
        table.add_row([
            one.bench.clone(),
            one.lane.name().to_owned(),
            result,
            unit.to_owned(),
            wall,
            one.findings.to_string(),
            some(one.detectors),
            some(one.registered),
            memory,
            wanted.join(", "),
            verdicts.iter().map(met).collect::<Vec<_>>().join(", "),
        ]);
    }
    align(&mut table, &[2, 4, 5, 6, 7, 8]);
    table.to_string()
}

/// What a bench shows, its unit, and the same on the wall.
fn figures(one: &Measured) -> (String, &'static str, String) {
    match one.model {
        Model::RedactStream | Model::Cli => (
            speed(one.bytes, one.cpu),
            "MB / CPU s",
            speed(one.bytes, one.wall),
        ),
        Model::Oneshot => (
            small(one.cpu.per(one.units), 1e6),
            "µs / call",
            small(one.wall.per(one.units), 1e6),
        ),
        Model::Instantiate => (
            small(one.cpu.per(one.units), 1e6),
            "µs / sandbox",
            small(one.wall.per(one.units), 1e6),
        ),
        Model::Inspect => (
            small(one.cpu.per(one.units), 1e6),
            "µs / value",
            small(one.wall.per(one.units), 1e6),
        ),
        Model::Register => (
            small(one.cpu.per(one.units), 1e6),
            "µs / value",
            small(one.wall.per(one.units), 1e6),
        ),
        Model::Compile | Model::Startup => (small(one.cpu, 1e3), "ms", small(one.wall, 1e3)),
    }
}

fn speed(bytes: u64, time: Spread) -> String {
    let at = |seconds| megabytes_per(bytes, seconds);
    spread(at(time.median), at(time.max), at(time.min))
}

fn small(time: Spread, scale: f64) -> String {
    spread(time.median * scale, time.min * scale, time.max * scale)
}

fn spread(median: f64, least: f64, greatest: f64) -> String {
    let digits = match median {
        value if value < 10.0 => 2,
        value if value < 100.0 => 1,
        _ => 0,
    };
    format!("{median:.digits$} ({least:.digits$}–{greatest:.digits$})")
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}

fn some(number: usize) -> String {
    if number == 0 {
        String::new()
    } else {
        number.to_string()
    }
}

/// A table of programs.
#[must_use]
pub fn peer_table(peers: &[&Peer]) -> String {
    let mut table = markdown();
    table.set_header([
        "program",
        "version",
        "MB / CPU s",
        "ratio",
        "MB / s",
        "found",
        "wrong",
        "memory",
        "MB given",
    ]);
    let speed_of = |peer: &Peer| megabytes_per(peer.bytes, peer.cpu.median);
    let rival = peers
        .iter()
        .find(|peer| peer.name == RIVAL)
        .map(|peer| speed_of(peer));
    for one in peers {
        let ratio = rival.filter(|&rival| rival > 0.0);
        table.add_row([
            if one.name == OURSELVES {
                format!("**{}**", one.name)
            } else {
                one.name.clone()
            },
            one.version.clone(),
            speed(one.bytes, one.cpu),
            ratio.map_or_else(String::new, |rival| format!("{:.1}", speed_of(one) / rival)),
            speed(one.bytes, one.wall),
            format!("{} of {}", one.found, one.planted),
            one.wrong.to_string(),
            mebibytes(one.memory),
            format!("{:.0}", megabytes_per(one.bytes, 1.0)),
        ]);
    }
    align(&mut table, &[2, 3, 4, 5, 6, 7, 8]);
    table.to_string()
}

pub(crate) fn markdown() -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table
}

pub(crate) fn align(table: &mut Table, columns: &[usize]) {
    for &index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
