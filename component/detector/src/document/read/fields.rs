//! The fields of a table, each by its type; what is wrong with one is a fault.

use toml::de::DeTable;

use super::{Reader, Value};
use crate::Diagnostic;

/// The fields of one table, taken one by one; what is left over is unknown.
pub(super) struct Fields<'t, 'v> {
    table: &'v DeTable<'t>,
    pub(super) place: usize,
}

impl<'t, 'v> Fields<'t, 'v> {
    pub(super) fn get(&self, name: &str) -> Option<&'v Value<'t>> {
        self.table
            .iter()
            .find(|(key, _)| key.get_ref() == name)
            .map(|(_, value)| value)
    }
}

impl<'t> Reader<'t> {
    pub(super) fn fault(
        &mut self,
        code: &'static str,
        place: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let it = Diagnostic::error(code, message)
            .help(help)
            .subject(&self.subject);
        self.faults.push(it.at(self.text, place));
    }

    pub(super) fn fields<'v>(
        &mut self,
        item: &'v Value<'t>,
        known: &[&str],
    ) -> Option<Fields<'t, 'v>> {
        let place = item.span().start;
        let Some(table) = item.get_ref().as_table() else {
            self.fault("wrong-type", place, "expected a table", "");
            return None;
        };
        for (key, _) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                self.unknown(key.get_ref(), key.span().start, known);
            }
        }
        Some(Fields { table, place })
    }

    pub(super) fn unknown(&mut self, name: &str, place: usize, known: &[&str]) {
        let near = known.iter().min_by_key(|other| distance(name, other));
        let help = match near {
            Some(near) if distance(name, near) <= 3 => format!("did you mean `{near}`?"),
            _ => format!("known are: {}", known.join(", ")),
        };
        self.fault(
            "unknown-field",
            place,
            format!("unknown field{}", quoted(name)),
            help,
        );
    }

    pub(super) fn required<'v>(
        &mut self,
        fields: &Fields<'t, 'v>,
        name: &str,
    ) -> Option<&'v Value<'t>> {
        let value = fields.get(name);
        if value.is_none() {
            self.fault(
                "missing-field",
                fields.place,
                format!("`{name}` is missing"),
                "see docs/detectors.md for what each field means",
            );
        }
        value
    }

    pub(super) fn string(&mut self, fields: &Fields<'t, '_>, name: &str) -> Option<String> {
        let value = self.required(fields, name)?;
        match value.get_ref().as_str() {
            Some(text) if !text.is_empty() => Some(text.to_owned()),
            _ => {
                self.fault(
                    "wrong-type",
                    value.span().start,
                    format!("`{name}` is not a string, or an empty one"),
                    "write text in quotes",
                );
                None
            }
        }
    }

    /// A string, or parts of one that are joined.
    pub(super) fn joined(&mut self, fields: &Fields<'t, '_>, name: &str) -> Option<String> {
        let value = self.required(fields, name)?;
        self.strings(value).map(|parts| parts.concat())
    }

    pub(super) fn strings(&mut self, value: &Value<'t>) -> Option<Vec<String>> {
        if let Some(text) = value.get_ref().as_str() {
            return Some(vec![text.to_owned()]);
        }
        let strings = value.get_ref().as_array().and_then(|items| {
            items
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
        });
        if strings.is_none() {
            self.fault(
                "wrong-type",
                value.span().start,
                "expected a string or a list of strings",
                "parts of a text may be a list: they are joined",
            );
        }
        strings
    }

    pub(super) fn boolean(&mut self, fields: &Fields<'t, '_>, name: &str) -> bool {
        let Some(value) = fields.get(name) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.fault(
                "wrong-type",
                value.span().start,
                format!("`{name}` is not true or false"),
                "",
            );
            false
        })
    }

    pub(super) fn one_of<T: Copy>(
        &mut self,
        fields: &Fields<'t, '_>,
        name: &str,
        choices: &[(&str, T)],
        default: Option<T>,
    ) -> Option<T> {
        let value = match (fields.get(name), default) {
            (None, Some(default)) => return Some(default),
            (None, None) => return self.required(fields, name).and(None),
            (Some(value), _) => value,
        };
        let text = value.get_ref().as_str().unwrap_or_default();
        let chosen = choices
            .iter()
            .find(|(choice, _)| *choice == text)
            .map(|(_, it)| *it);
        if chosen.is_none() {
            let known: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
            self.fault(
                "unknown-value",
                value.span().start,
                format!("unknown value for `{name}`"),
                format!("known are: {}", known.join(", ")),
            );
        }
        chosen
    }

    /// One of some words, or none.
    pub(super) fn optional<T: Copy>(
        &mut self,
        fields: &Fields<'t, '_>,
        name: &str,
        choices: &[(&str, T)],
    ) -> Option<Option<T>> {
        match fields.get(name) {
            Some(_) => self.one_of(fields, name, choices, None).map(Some),
            None => Some(None),
        }
    }

    /// The tables of a list that must not be empty.
    pub(super) fn tables<'v>(&mut self, fields: &Fields<'t, 'v>, name: &str) -> Vec<&'v Value<'t>> {
        let Some(value) = self.required(fields, name) else {
            return Vec::new();
        };
        match value.get_ref().as_array() {
            Some(items) if !items.is_empty() => items.iter().collect(),
            _ => {
                self.fault(
                    "wrong-type",
                    value.span().start,
                    format!("`{name}` is not a list of tables"),
                    format!("write `[[detector.{name}]]`"),
                );
                Vec::new()
            }
        }
    }
}

/// Longest name that a message repeats.
const LONGEST_NAME: usize = 24;

/// A name, where it is written as names are. Anything else may be a credential that was pasted in
/// the wrong place; the place in the document tells it as well.
pub(super) fn quoted(name: &str) -> String {
    let fits = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_');
    if name.len() <= LONGEST_NAME && name.bytes().all(fits) {
        format!(" `{name}`")
    } else {
        String::new()
    }
}

/// Edit distance, for suggestions.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, a) in one.chars().take(64).enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        for (b, cell) in other.iter().zip(row.iter_mut().skip(1)) {
            let next = (diagonal + usize::from(a != *b))
                .min(left + 1)
                .min(*cell + 1);
            diagonal = std::mem::replace(cell, next);
            left = next;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
