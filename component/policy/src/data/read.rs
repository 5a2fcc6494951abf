//! Reads the tables of a TOML text, each on its own.

use hushgate_detector::Diagnostic;
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{Credential, Purpose, Trust};
use crate::spelling;

/// Most tables of one kind in all files.
const MAX_TABLES: usize = 10_000;

/// A table, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Located<T> {
    pub(crate) item: T,
    /// A diagnostic without words at the place of the table: the place is what counts.
    pub(crate) place: Place,
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Path of the file in the bundle.
    pub path: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in bytes, counted from 1.
    pub column: u32,
}

impl Place {
    pub(crate) fn of(path: &str, text: &str, offset: usize) -> Self {
        let at = Diagnostic::error("", "").at(text, offset);
        Self {
            path: path.to_owned(),
            line: at.line,
            column: at.column,
        }
    }
}

/// What the TOML files of a bundle declare.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    pub(crate) purposes: Vec<Located<Purpose>>,
    pub(crate) credentials: Vec<Located<Credential>>,
    pub(crate) trust: Vec<Located<Trust>>,
}

/// Reads one file into `declared`, and its faults into `faults`.
pub(crate) fn read(path: &str, text: &str, declared: &mut Declared, faults: &mut Vec<Diagnostic>) {
    let mut file = File { path, text, faults };
    for (key, value) in file.root() {
        match &**key.get_ref() {
            "purpose" => file.tables("purpose", value, &mut declared.purposes),
            "credential" => file.tables("credential", value, &mut declared.credentials),
            "trust" => file.tables("trust", value, &mut declared.trust),
            other => {
                let help = match other {
                    "detector" | "allow" => {
                        "detectors and the allowlist stand in files under detectors/".to_owned()
                    }
                    "case" => "cases stand in files under tests/".to_owned(),
                    _ => spelling::help(other, &["purpose", "credential", "trust"]),
                };
                file.unknown(other, help, key.span().start);
            }
        }
    }
}

/// Reads a file that holds tables of one name, and its faults into `faults`.
pub(crate) fn read_tables<T: DeserializeOwned>(
    path: &str,
    text: &str,
    name: &str,
    into: &mut Vec<Located<T>>,
    faults: &mut Vec<Diagnostic>,
) {
    let mut file = File { path, text, faults };
    for (key, value) in file.root() {
        match &**key.get_ref() == name {
            true => file.tables(name, value, into),
            false => {
                let help = spelling::help(key.get_ref(), &[name]);
                file.unknown(key.get_ref(), help, key.span().start);
            }
        }
    }
}

struct File<'f> {
    path: &'f str,
    text: &'f str,
    faults: &'f mut Vec<Diagnostic>,
}

impl<'f> File<'f> {
    /// The tables of the file; none where it is no TOML.
    fn root(&mut self) -> DeTable<'f> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        if errors.is_empty() {
            return table.into_inner();
        }
        for error in errors.iter().take(20) {
            let message = error.message().lines().collect::<Vec<_>>().join("; ");
            let fault = Diagnostic::error("bad-toml", message);
            let help = "correct the TOML here: texts stand in quotes, lists in brackets";
            self.fault(fault.help(help), error.span().map_or(0, |span| span.start));
        }
        DeTable::default()
    }

    fn unknown(&mut self, name: &str, help: String, offset: usize) {
        let fault = Diagnostic::error("unknown-field", format!("unknown table `{name}`"));
        self.fault(fault.help(help), offset);
    }

    fn fault(&mut self, fault: Diagnostic, offset: usize) {
        self.faults
            .push(fault.at(self.text, offset).within(self.path));
    }

    fn tables<T: DeserializeOwned>(
        &mut self,
        name: &str,
        value: Spanned<DeValue<'_>>,
        into: &mut Vec<Located<T>>,
    ) {
        let place = value.span().start;
        let DeValue::Array(items) = value.into_inner() else {
            let fault =
                Diagnostic::error("wrong-type", format!("`{name}` is not a list of tables"));
            self.fault(fault.help(format!("write `[[{name}]]`")), place);
            return;
        };
        if into.len() + items.len() > MAX_TABLES {
            let message = format!("more than {MAX_TABLES} tables `{name}`");
            self.fault(Diagnostic::error("too-many", message), place);
            return;
        }
        for item in items {
            let offset = item.span().start;
            let subject = item.get_ref().as_table().and_then(|table| table.get("id"));
            let subject = subject
                .and_then(|id| id.get_ref().as_str())
                .unwrap_or_default();
            let subject = subject.to_owned();
            match T::deserialize(ValueDeserializer::from(item).into_deserializer()) {
                Ok(item) => into.push(Located {
                    item,
                    place: Place::of(self.path, self.text, offset),
                }),
                Err(error) => {
                    let at = error.span().map_or(offset, |span| span.start);
                    let (code, message, help) = explained(error.message(), name);
                    let fault = Diagnostic::error(code, message).subject(&subject);
                    self.fault(fault.help(help), at);
                }
            }
        }
    }
}

/// What serde says of a table, in our words: its messages name fields and variants, never values.
fn explained(message: &str, table: &str) -> (&'static str, String, String) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((name, known)) if message.starts_with("unknown field") => (
            "unknown-field",
            format!("`{table}` has no field `{name}`"),
            spelling::help(name, known),
        ),
        Some((name, _)) if message.starts_with("missing field") => (
            "missing-field",
            format!("`{name}` is missing"),
            format!("add it to this `[[{table}]]`; docs/policy.md says what it means"),
        ),
        Some((name, known)) if message.starts_with("unknown variant") => (
            "unknown-value",
            format!("`{name}` is not one of the values"),
            spelling::help(name, known),
        ),
        _ => (
            "wrong-type",
            message.lines().next().unwrap_or_default().to_owned(),
            String::from("docs/policy.md says what each field takes"),
        ),
    }
}
