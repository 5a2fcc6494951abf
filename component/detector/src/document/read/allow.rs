//! Entries of the allowlist.

use super::{Fields, Reader, Value, is_id};
use crate::{
    Diagnostic,
    document::allow::{Allow, AllowedBy, FINGERPRINT, MAX_ALLOWED},
    glob::Glob,
    pattern::Pattern,
};

const FIELDS: [&str; 6] = [
    "detector",
    "fingerprint",
    "pattern",
    "path",
    "reason",
    "expires",
];

/// What an entry may go by.
const KINDS: [&str; 3] = ["fingerprint", "pattern", "path"];

/// Seconds of a day.
const DAY: u64 = 86_400;

impl<'t> Reader<'t> {
    /// The entries of `[[allow]]`.
    pub(super) fn allowlist(&mut self, value: &Value<'t>) -> Vec<Allow> {
        let Some(items) = value.get_ref().as_array() else {
            self.fault(
                "wrong-type",
                value.span().start,
                "`allow` is not a list of tables",
                "write `[[allow]]`",
            );
            return Vec::new();
        };
        if items.len() > MAX_ALLOWED {
            self.fault(
                "too-many-allowed",
                value.span().start,
                format!("more than {MAX_ALLOWED} entries of the allowlist"),
                "allow a pattern or a path in place of single credentials",
            );
            return Vec::new();
        }
        let mut entries = Vec::new();
        for item in items.iter() {
            entries.extend(self.allowed(item));
            self.subject.clear();
        }
        entries
    }

    fn allowed(&mut self, item: &Value<'t>) -> Option<Allow> {
        let named = item.get_ref().as_table();
        let id = named.and_then(|table| table.get("detector"));
        let id = id.and_then(|id| id.get_ref().as_str());
        if let Some(id) = id.filter(|id| is_id(id)) {
            id.clone_into(&mut self.subject);
        }
        let fields = self.fields(item, &FIELDS)?;
        let detector = self.string(&fields, "detector");
        let reason = self.string(&fields, "reason");
        let reason = self.not_blank(&fields, "reason", reason);
        let expires = match fields.get("expires") {
            None => Some(None),
            Some(value) => self.day_behind(value).map(Some),
        };
        let by = self.by(&fields);
        let detector = detector?;
        if detector == "registered" {
            self.fault(
                "registered-allowed",
                fields
                    .get("detector")
                    .map_or(fields.place, |it| it.span().start),
                "registered values are never allowed",
                "do not register the value",
            );
            return None;
        }
        let (by, text) = by?;
        let place = Diagnostic::error("", "").at(self.text, fields.place);
        Some(Allow {
            detector,
            by,
            text,
            reason: reason?,
            expires: expires?,
            offset: fields
                .get("detector")
                .map_or(fields.place, |it| it.span().start),
            place: (place.line, place.column),
        })
    }

    /// A text that says something.
    fn not_blank(
        &mut self,
        fields: &Fields<'t, '_>,
        name: &str,
        text: Option<String>,
    ) -> Option<String> {
        let text = text?;
        if !text.trim().is_empty() {
            return Some(text);
        }
        let place = fields.get(name).map_or(fields.place, |it| it.span().start);
        self.fault(
            "blank-reason",
            place,
            format!("`{name}` is blank"),
            "say why the finding may stay",
        );
        None
    }

    /// What an entry goes by, and how that is written.
    fn by(&mut self, fields: &Fields<'t, '_>) -> Option<(AllowedBy, String)> {
        let kinds = KINDS.into_iter().filter(|kind| fields.get(kind).is_some());
        let kinds: Vec<&str> = kinds.collect();
        let [kind] = kinds.as_slice() else {
            let message = match kinds.as_slice() {
                [] => String::from("the entry does not say what it allows"),
                kinds => format!("the entry has both `{}`", kinds.join("` and `")),
            };
            self.fault(
                "allowed-by",
                fields.place,
                message,
                "give one of `fingerprint`, `pattern` and `path`",
            );
            return None;
        };
        let text = self.string(fields, kind)?;
        let place = fields.get(kind).map_or(fields.place, |it| it.span().start);
        let by = match *kind {
            "fingerprint" => self.fingerprint(&text, place).map(AllowedBy::Fingerprint),
            "path" => {
                let glob = Glob::parse(&text);
                if glob.is_none() {
                    self.fault(
                        "bad-path",
                        place,
                        "`path` is too long, or names no file",
                        "use wildcards",
                    );
                }
                glob.map(AllowedBy::Path)
            }
            _ => self.whole_pattern(&text, place).map(AllowedBy::Pattern),
        };
        Some((by?, text))
    }

    fn fingerprint(&mut self, text: &str, place: usize) -> Option<[u8; FINGERPRINT]> {
        let digit = |digit: &u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let digits: Option<Vec<u8>> = text.as_bytes().iter().map(digit).collect();
        let bytes: Vec<u8> = digits
            .iter()
            .flat_map(|digits| digits.chunks_exact(2))
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect();
        match bytes.try_into() {
            Ok(bytes) if text.len() == 2 * FINGERPRINT => Some(bytes),
            _ => {
                // What stands here may be the credential itself, so it is not repeated.
                self.fault(
                    "bad-fingerprint",
                    place,
                    format!("a fingerprint has {} digits of lower hex", 2 * FINGERPRINT),
                    "`hushgate redact --report` with `--fingerprint-key-env` prints those of all findings",
                );
                None
            }
        }
    }

    fn whole_pattern(&mut self, text: &str, place: usize) -> Option<Pattern> {
        match Pattern::parse(text) {
            Ok(pattern) if pattern.shapes.iter().all(|shape| shape.skip == 0) => Some(pattern),
            Ok(_) => {
                self.fault(
                    "keep-in-allowed",
                    place,
                    "`\\K` in a pattern of the allowlist",
                    "the pattern has to match the credential alone",
                );
                None
            }
            Err(error) => {
                let at = place + 1 + error.offset;
                self.fault(error.code, at, error.message, error.help);
                None
            }
        }
    }

    /// The second behind the day that a value names.
    fn day_behind(&mut self, value: &Value<'t>) -> Option<u64> {
        let date = value.get_ref().as_datetime();
        let date = date.and_then(|it| match (it.date, it.time, it.offset) {
            (Some(date), None, None) => day(date.year, date.month, date.day),
            _ => None,
        });
        if date.is_none() {
            self.fault(
                "bad-date",
                value.span().start,
                "`expires` is no day",
                "write the last day on which the entry applies without quotes: `expires = 2027-01-31`",
            );
        }
        Some((date? + 1) * DAY)
    }
}

/// Days from the first of January 1970 to a date.
fn day(year: u16, month: u8, day: u8) -> Option<u64> {
    // Years begin in March here, so that the leap day is the last one.
    let january = u64::from(month <= 2);
    let year = u64::from(year).checked_sub(january)?;
    let month = (u64::from(month) + 9) % 12;
    let in_year = (153 * month + 2) / 5 + u64::from(day) - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + in_year;
    // From the first of March of the year 0.
    days.checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted() {
        for ((year, month, date), expected) in [
            ((1970, 1, 1), Some(0)),
            ((1970, 3, 1), Some(59)),
            ((2000, 2, 29), Some(11_016)),
            ((2027, 1, 31), Some(20_849)),
            ((1969, 12, 31), None),
        ] {
            assert_eq!(day(year, month, date), expected);
        }
    }
}
