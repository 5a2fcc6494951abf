//! What a detector looks for that goes by names.

use super::{Fields, Reader, Value};
use crate::{document::ValueKind, name};

/// Most names of one detector.
const MAX_NAMES: usize = 64;
/// Most issuers of one detector.
const MAX_ISSUERS: usize = 512;

impl<'t> Reader<'t> {
    /// Names that give a value away, which has no pattern then.
    pub(super) fn names(
        &mut self,
        fields: &Fields<'t, '_>,
        value: &Value<'t>,
        kind: ValueKind,
    ) -> Option<Vec<String>> {
        let names = self.strings(value)?;
        let is_one = |name: &String| match kind {
            ValueKind::Login | ValueKind::Lines => name::is_mark(name),
            _ => name::is_name(name),
        };
        let fits = !names.is_empty() && names.iter().all(is_one);
        if !fits || names.len() > MAX_NAMES {
            self.fault(
                "bad-name",
                value.span().start,
                format!("`names` are 1 to {MAX_NAMES} words of lower-case letters, joined by `_`, 3 to 24 bytes; of a `login`, ends of schemes or options"),
                "`api_key` stands for `API_KEY`, `api-key` and `apiKey` too",
            );
            return None;
        }
        for other in ["pattern", "keywords", "max-len", "checksum", "gate"] {
            if let Some(value) = fields.get(other) {
                self.fault(
                    "names-and-pattern",
                    value.span().start,
                    format!("`{other}` beside `names`"),
                    "a detector has a pattern, or names",
                );
            }
        }
        Some(names)
    }

    /// Words in front of names.
    pub(super) fn issuers(&mut self, value: &Value<'t>, names: &[String]) -> Option<Vec<String>> {
        let issuers = self.strings(value)?;
        let is_one = |word: &String| {
            (3..=24).contains(&word.len())
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let fits = !names.is_empty() && !issuers.is_empty() && issuers.iter().all(is_one);
        if !fits || issuers.len() > MAX_ISSUERS {
            self.fault(
                "bad-issuer",
                value.span().start,
                format!("`issuers` are 1 to {MAX_ISSUERS} words of lower-case letters and digits, 3 to 24 bytes, beside `names`"),
                "`acme` stands for `ACME_` and `acme-` in front of a name too",
            );
            return None;
        }
        Some(issuers)
    }
}
