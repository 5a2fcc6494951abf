//! Many values at once: lines of JSON in, lines of JSON out.

use std::io::{BufRead, BufReader, Read as _, Write, stdout};
use std::path::Path;

use hushgate::Declaration;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Answer, Inspector, source};
use crate::cli::InspectArgs;
use crate::failure::{Exit, Failure};

/// Longest line in bytes: a value of 1 MiB, each byte of which is escaped.
const LONGEST: u64 = 8 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    #[serde(default)]
    id: serde_json::Value,
    value: String,
    declared: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    id: serde_json::Value,
    #[serde(flatten)]
    answer: &'a Answer,
}

/// Answers each line.
///
/// # Errors
/// A line is none, with its number; those before it are answered.
pub(super) fn run(
    args: &InspectArgs,
    inspector: &Inspector,
    declared: Option<&Declaration>,
) -> Result<Exit, Failure> {
    let path = args.file.as_deref().unwrap_or(Path::new("-"));
    let mut input = source::open(path)?;
    let mut reader = BufReader::new(input.reader());
    let mut output = stdout().lock();
    let mut worst = Exit::Done;
    for number in 1_u64.. {
        let mut line = Zeroizing::new(Vec::new());
        let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        read.map_err(|error| Failure::unreadable(path, &error))?;
        if line.is_empty() {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let question = question(&line, number)?;
        let value = Zeroizing::new(question.value);
        let own = question.declared.as_deref();
        let own = own.map(|name| inspector.named(name)).transpose()?;
        let answer = inspector.answer(&value, own.or(declared))?;
        worst = worst.max(answer.exit);
        let line = Line {
            id: question.id,
            answer: &answer,
        };
        let unwritable = |error| Failure::unwritable("standard output", &error);
        let mut text = serde_json::to_vec(&line).map_err(|it| unwritable(it.into()))?;
        text.push(b'\n');
        match output.write_all(&text) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(worst),
            written => written.map_err(unwritable)?,
        }
    }
    Ok(worst)
}

/// What a line asks. What is wrong with it is told without a byte of it.
fn question(line: &[u8], number: u64) -> Result<Question, Failure> {
    serde_json::from_slice(line).map_err(|error| {
        Failure::refused(
            format_args!("line {number}, column {} is no question", error.column()),
            "each line is an object: {\"value\": \"…\"}, perhaps with `declared` and `id`",
        )
    })
}
