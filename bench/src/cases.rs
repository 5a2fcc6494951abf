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
use hushgate_engine::rules::Rules;
use serde::Deserialize;

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
    #[arg(long, value_name = "RULE")]
    show: Option<String>,
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Score {
    /// Secrets that somebody wrote.
    literal: Count,
    /// Secrets that a program made.
    generated: Count,
    /// Texts without a secret.
    clean: Count,
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
    for file in &args.files {
        let cases = read(file).with_context(|| format!("cannot read {}", file.display()))?;
        score(file, &cases, args);
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<Case>> {
    let lines = BufReader::new(File::open(path)?).lines().enumerate();
    lines
        .map(|(number, line)| {
            serde_json::from_str(&line?).with_context(|| format!("line {}", number + 1))
        })
        .collect()
}

fn score(file: &Path, cases: &[Case], args: &CasesArgs) {
    let rules = Rules::standard();
    let (mut total, mut scores) = (Score::default(), BTreeMap::<&str, Score>::new());
    for case in cases {
        let redacted = rules.redact(&case.text);
        let right = case.holds(&redacted);
        total.add(case, right);
        scores.entry(&case.rule).or_default().add(case, right);
        if !right && args.show.as_ref().is_some_and(|rule| *rule == case.rule) {
            let Case { text, expect, .. } = case;
            print(format_args!("{expect:?}: {text}\n    {redacted}\n"));
        }
    }
    if args.show.is_some() {
        return;
    }
    let mut table = markdown();
    table.set_header([
        "rule",
        "found, written",
        "found, generated",
        "clean untouched",
    ]);
    for (rule, score) in scores {
        if args.all || !score.is_perfect() {
            table.add_row(score.row(rule));
        }
    }
    table.add_row(total.row("**total**"));
    align(&mut table, &[1, 2, 3]);
    print(format_args!("{}\n{table}\n", file.display()));
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
