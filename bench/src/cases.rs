//! Examples of other projects, to score against: lines of JSON with a text, what to expect of it, and
//! the secret in it.
//!
//! They are read where they lie and never copied: a score, and on request the texts that went wrong, is
//! all that comes of them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::ops::AddAssign;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use comfy_table::Table;
use hushgate_engine::rules::Rules;
use serde::{Deserialize, Serialize};

use crate::console::print;
use crate::report::{align, markdown};

/// Which cases, and what to show of them.
#[derive(Debug, Args)]
pub struct CasesArgs {
    /// Files of cases, one JSON object a line
    #[arg(required = true)]
    files: Vec<PathBuf>,

    /// Show also the rules of which nothing went wrong
    #[arg(long)]
    all: bool,

    /// Print the texts of this rule that went wrong, in place of the table
    #[arg(long, value_name = "RULE", conflicts_with = "json")]
    show: Option<String>,

    /// Print a line of JSON for each rule and for each total, in place of the tables
    #[arg(long)]
    json: bool,
}

/// One case. Other fields are for those who made it.
#[derive(Debug, Deserialize)]
struct Case {
    #[serde(default)]
    rule: String,
    text: String,
    expect: Expect,
    #[serde(default)]
    origin: Origin,
    #[serde(default)]
    secret: Option<String>,
    #[serde(default)]
    secrets: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Expect {
    Secret,
    Clean,
}

/// Whether somebody wrote the case, or a program made it of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Origin {
    #[default]
    Literal,
    #[serde(other)]
    Generated,
}

impl Case {
    /// Whether it came out as expected: nothing of the secret is left, or nothing was touched.
    fn holds(&self, redacted: &str) -> bool {
        let mut secrets = self.secret.iter().chain(&self.secrets).peekable();
        match self.expect {
            Expect::Clean => redacted == self.text,
            Expect::Secret if secrets.peek().is_none() => redacted != self.text,
            Expect::Secret => secrets.all(|secret| !redacted.contains(secret.as_str())),
        }
    }
}

/// How many there are, and how many came out as expected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Count {
    right: usize,
    all: usize,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.all += other.all;
    }
}

impl Count {
    fn show(self) -> String {
        match self.all {
            0 => String::new(),
            all => format!(
                "{} of {all} ({:.1} %)",
                self.right,
                self.right as f64 * 100.0 / all as f64
            ),
        }
    }
}

/// The score of a rule, or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Score {
    /// Secrets that somebody wrote.
    literal: Count,
    /// Secrets that a program made.
    generated: Count,
    /// Texts without a secret.
    clean: Count,
}

/// The score of a rule in a file, of all rules of a file, or of all files.
#[derive(Debug, Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(flatten)]
    score: Score,
}

impl Line<'_> {
    fn print(&self) -> Result<()> {
        print(format_args!("{}", serde_json::to_string(self)?));
        Ok(())
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.literal += other.literal;
        self.generated += other.generated;
        self.clean += other.clean;
    }
}

impl Score {
    fn add(&mut self, case: &Case, right: bool) {
        let count = match (case.expect, case.origin) {
            (Expect::Clean, _) => &mut self.clean,
            (Expect::Secret, Origin::Literal) => &mut self.literal,
            (Expect::Secret, Origin::Generated) => &mut self.generated,
        };
        *count += Count {
            right: usize::from(right),
            all: 1,
        };
    }

    fn is_perfect(self) -> bool {
        [self.literal, self.generated, self.clean]
            .iter()
            .all(|count| count.right == count.all)
    }

    fn row(self, name: &str) -> [String; 4] {
        let counts = [self.literal, self.generated, self.clean].map(Count::show);
        let [literal, generated, clean] = counts;
        [name.to_owned(), literal, generated, clean]
    }
}

/// Scores files of cases, each for itself.
///
/// # Errors
/// Where one cannot be read.
pub fn run(args: &CasesArgs) -> Result<()> {
    let mut all = Score::default();
    for file in &args.files {
        let cases = read(file).with_context(|| format!("cannot read {}", file.display()))?;
        all += score(file, &cases, args)?;
    }
    if args.json {
        let (file, rule) = (None, None);
        Line {
            file,
            rule,
            score: all,
        }
        .print()?;
    } else if args.show.is_none() && args.files.len() > 1 {
        let mut table = scores();
        table.add_row(all.row("**all files**"));
        align(&mut table, &[1, 2, 3]);
        print(format_args!("{table}\n"));
    }
    Ok(())
}

/// A table without rows.
fn scores() -> Table {
    let mut table = markdown();
    table.set_header([
        "rule",
        "found, written",
        "found, generated",
        "clean untouched",
    ]);
    table
}

fn read(path: &Path) -> Result<Vec<Case>> {
    let lines = BufReader::new(File::open(path)?).lines().enumerate();
    lines
        .map(|(number, line)| {
            serde_json::from_str(&line?).with_context(|| format!("line {}", number + 1))
        })
        .collect()
}

fn score(file: &Path, cases: &[Case], args: &CasesArgs) -> Result<Score> {
    let rules = Rules::standard();
    let (mut total, mut by_rule) = (Score::default(), BTreeMap::<&str, Score>::new());
    for case in cases {
        let redacted = rules.redact(&case.text);
        let right = case.holds(&redacted);
        total.add(case, right);
        by_rule.entry(&case.rule).or_default().add(case, right);
        if !right && args.show.as_ref().is_some_and(|rule| *rule == case.rule) {
            let Case { text, expect, .. } = case;
            print(format_args!("{expect:?}: {text}\n    {redacted}\n"));
        }
    }
    if args.show.is_some() {
        return Ok(total);
    }
    if args.json {
        let file = Some(file);
        for (rule, score) in by_rule {
            let rule = Some(rule);
            Line { file, rule, score }.print()?;
        }
        let rule = None;
        let score = total;
        Line { file, rule, score }.print()?;
        return Ok(total);
    }
    let mut table = scores();
    for (rule, score) in by_rule {
        if args.all || !score.is_perfect() {
            table.add_row(score.row(rule));
        }
    }
    table.add_row(total.row("**total**"));
    align(&mut table, &[1, 2, 3]);
    print(format_args!("{}\n{table}\n", file.display()));
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(text: &str, expect: Expect, secret: Option<&str>) -> Case {
        Case {
            rule: String::new(),
            text: text.to_owned(),
            expect,
            origin: Origin::Literal,
            secret: secret.map(str::to_owned),
            secrets: Vec::new(),
        }
    }

    #[test]
    fn what_counts_as_right() {
        let secret = case("a b", Expect::Secret, Some("b"));
        assert!(secret.holds("a ***"));
        assert!(!secret.holds("*** b"));
        assert!(case("a b", Expect::Secret, None).holds("a ***"));
        assert!(!case("a b", Expect::Secret, None).holds("a b"));
        assert!(case("a b", Expect::Clean, None).holds("a b"));
        assert!(!case("a b", Expect::Clean, None).holds("a ***"));
    }

    #[test]
    fn a_line_says_what_it_is_of() {
        let mut score = Score::default();
        score.add(&case("a b", Expect::Secret, Some("b")), true);
        let (file, rule) = (Some(Path::new("f")), Some("r"));
        let line = serde_json::to_string(&Line { file, rule, score }).expect("numbers and names");
        let counts = r#""literal":{"right":1,"all":1},"generated":{"right":0,"all":0},"clean":{"right":0,"all":0}"#;
        assert_eq!(line, format!(r#"{{"file":"f","rule":"r",{counts}}}"#));
        let (file, rule) = (None, None);
        let line = serde_json::to_string(&Line { file, rule, score }).expect("numbers");
        assert_eq!(line, format!("{{{counts}}}"));
    }

    #[test]
    fn what_is_counted_apart() {
        let mut score = Score::default();
        score.add(&case("a b", Expect::Secret, Some("b")), true);
        score.add(&case("a b", Expect::Clean, None), false);
        assert!(!score.is_perfect());
        assert_eq!(
            score.row("x"),
            ["x", "1 of 1 (100.0 %)", "", "0 of 1 (0.0 %)"]
        );
    }
}
