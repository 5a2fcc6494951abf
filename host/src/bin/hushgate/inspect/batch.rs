//! Many values at once: lines of JSON in, lines of JSON out.
//!
//! Each line is answered, in order; one that asks nothing that can be answered is told, and the others
//! are answered all the same.

use std::io::{self, BufRead, BufReader, ErrorKind, Read as _, Write, stdout};
use std::path::Path;

use hushgate::{Declaration, InspectError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{Answer, Inspector, source};
use crate::cli::InspectArgs;
use crate::console;
use crate::failure::{Exit, Failure};

/// Longest line in bytes: a value of 1 MiB, each byte of which is escaped.
const LONGEST: u64 = 8 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    #[serde(default)]
    id: Value,
    value: String,
    declared: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Value::is_null")]
    id: Value,
    #[serde(flatten)]
    answer: &'a Answer,
}

/// What is written for a line without an answer.
#[derive(Serialize)]
struct Fault {
    #[serde(skip_serializing_if = "Value::is_null")]
    id: Value,
    error: Reason,
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    line: u64,
    message: String,
}

/// Answers each line.
///
/// # Errors
/// The input cannot be read, the output cannot be written, or the gate fails.
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
    let mut line = Zeroizing::new(Vec::new());
    for number in 1_u64.. {
        let read = next(&mut reader, &mut line);
        let is_whole = read.map_err(|error| Failure::unreadable(path, &error))?;
        if line.is_empty() {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut id = Value::Null;
        let answered = match is_whole {
            true => answer(&line, inspector, declared, &mut id),
            false => Err(Trouble::Asked("too-long", "it is too long".into())),
        };
        let text = match answered {
            Ok(answer) => {
                worst = worst.max(answer.exit);
                serde_json::to_vec(&Line {
                    id,
                    answer: &answer,
                })
            }
            Err(Trouble::Gate(failure)) => return Err(failure),
            Err(Trouble::Asked(code, message)) => {
                worst = worst.max(Exit::Refused);
                console::error(format_args!("line {number}: {message}"));
                let error = Reason {
                    code,
                    line: number,
                    message,
                };
                serde_json::to_vec(&Fault { id, error })
            }
        };
        let unwritable = |error| Failure::unwritable("standard output", &error);
        let mut text = text.map_err(|it| unwritable(it.into()))?;
        text.push(b'\n');
        match output.write_all(&text) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(worst),
            written => written.map_err(unwritable)?,
        }
    }
    Ok(worst)
}

/// Reads the next line, wiping the last one; whether all of it was kept.
fn next(reader: &mut impl BufRead, line: &mut Zeroizing<Vec<u8>>) -> io::Result<bool> {
    *line = Zeroizing::new(Vec::new());
    reader.by_ref().take(LONGEST).read_until(b'\n', line)?;
    let is_whole = line.len() as u64 != LONGEST || line.ends_with(b"\n");
    if !is_whole {
        reader.skip_until(b'\n')?;
    }
    Ok(is_whole)
}

/// Why there is no answer.
enum Trouble {
    /// What was asked cannot be answered: a code, and a message without a byte of it.
    Asked(&'static str, String),
    /// Nothing can be.
    Gate(Failure),
}

fn answer(
    line: &[u8],
    inspector: &Inspector,
    declared: Option<&Declaration>,
    id: &mut Value,
) -> Result<Answer, Trouble> {
    let question: Question = serde_json::from_slice(line).map_err(|error| {
        let column = error.column();
        let message = format!(
            "column {column}: no object as {{\"value\": \"…\"}}, perhaps with `declared` and `id`"
        );
        Trouble::Asked("no-question", message)
    })?;
    *id = question.id;
    let value = Zeroizing::new(question.value);
    let own = match question.declared.as_deref() {
        None => declared,
        Some(name) => Some(inspector.declaration(name).ok_or_else(|| {
            let message = "no declaration has the name that `declared` gives";
            Trouble::Asked("unknown-declaration", message.into())
        })?),
    };
    inspector.answer(&value, own).map_err(|error| match error {
        InspectError::Gate(error) => Trouble::Gate(error.into()),
        error => Trouble::Asked("too-long", error.to_string()),
    })
}
