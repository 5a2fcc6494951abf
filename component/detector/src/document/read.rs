//! Walking the TOML, collecting faults.
//!
//! [`fields`] reads a table field by field, [`form`] and [`names`] what a detector looks for, [`examples`]
//! its evidence, and [`allow`] the entries of an allowlist.

mod allow;
mod examples;
mod fields;
mod form;
mod names;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Confidence, Detector, Document, Lifetime, MAX_DETECTORS, MAX_TOTAL_SHAPES, RESERVED, ValueKind,
    allow::Allow,
    nature::{Kind, Mode, Nature, Principal},
};
use crate::{Diagnostic, pattern::Pattern};
use fields::Fields;

const FIELDS: [&str; 20] = [
    "id",
    "since",
    "description",
    "pattern",
    "keywords",
    "max-len",
    "names",
    "value",
    "issuers",
    "checksum",
    "gate",
    "confidence",
    "lifetime",
    "issuer",
    "kind",
    "principal",
    "mode",
    "source",
    "example",
    "counter-example",
];
const CONFIDENCES: [(&str, Confidence); 3] = [
    ("high", Confidence::High),
    ("medium", Confidence::Medium),
    ("low", Confidence::Low),
];

const VALUES: [(&str, ValueKind); 6] = [
    ("secret", ValueKind::Secret),
    ("password", ValueKind::Password),
    ("issued", ValueKind::Issued),
    ("cookie", ValueKind::Cookie),
    ("login", ValueKind::Login),
    ("lines", ValueKind::Lines),
];
type Value<'t> = Spanned<DeValue<'t>>;

pub(super) fn document(text: &str) -> Result<Document, Vec<Diagnostic>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let report = |error: &toml::de::Error| {
            let it = Diagnostic::error(
                "bad-toml",
                error.message().lines().collect::<Vec<_>>().join("; "),
            );
            it.help(
                "correct the TOML here: texts stand in quotes ('…' takes backslashes as they are), \
                 lists in brackets",
            )
            .at(text, error.span().map_or(0, |span| span.start))
        };
        return Err(errors.iter().take(20).map(report).collect());
    }
    let mut reader = Reader {
        text,
        faults: Vec::new(),
        subject: String::new(),
    };
    let (detectors, allowlist) = reader.root(table.get_ref());
    if reader.faults.is_empty() {
        Ok(Document {
            detectors,
            allowlist,
        })
    } else {
        Err(reader.faults)
    }
}

struct Reader<'t> {
    text: &'t str,
    faults: Vec<Diagnostic>,
    subject: String,
}

impl<'t> Reader<'t> {
    fn root(&mut self, root: &DeTable<'t>) -> (Vec<Detector>, Vec<Allow>) {
        let mut detectors: Vec<Detector> = Vec::new();
        let mut allowlist = Vec::new();
        for (key, value) in root {
            if key.get_ref() == "allow" {
                allowlist = self.allowlist(value);
                continue;
            }
            if key.get_ref() != "detector" {
                self.unknown(key.get_ref(), key.span().start, &["detector", "allow"]);
                continue;
            }
            let Some(items) = value.get_ref().as_array() else {
                self.fault(
                    "wrong-type",
                    value.span().start,
                    "`detector` is not a list of tables",
                    "write `[[detector]]`",
                );
                continue;
            };
            if items.len() > MAX_DETECTORS {
                self.fault(
                    "too-many-detectors",
                    value.span().start,
                    format!("more than {MAX_DETECTORS} detectors"),
                    "",
                );
                continue;
            }
            for item in items.iter() {
                if let Some(detector) = self.detector(item) {
                    if detectors.iter().any(|other| other.id == detector.id) {
                        self.fault(
                            "duplicate-id",
                            item.span().start,
                            "two detectors have this id",
                            "ids are never reused",
                        );
                    }
                    detectors.push(detector);
                }
                self.subject.clear();
            }
        }
        if self.faults.is_empty() && detectors.is_empty() && allowlist.is_empty() {
            self.fault(
                "no-detector",
                0,
                "the document holds no detector",
                "write a `[[detector]]` or an `[[allow]]` table; see docs/detectors.md",
            );
        }
        let shapes: usize = detectors.iter().map(|it| it.pattern.shapes.len()).sum();
        if shapes > MAX_TOTAL_SHAPES {
            self.fault(
                "too-many-alternatives",
                0,
                format!(
                    "the patterns expand to {shapes} alternatives, more than {MAX_TOTAL_SHAPES}"
                ),
                "",
            );
        }
        (detectors, allowlist)
    }

    fn detector(&mut self, item: &Value<'t>) -> Option<Detector> {
        // Named first, so that every fault of the table says whose it is.
        let named = item.get_ref().as_table().and_then(|table| table.get("id"));
        let id = named.and_then(|id| id.get_ref().as_str());
        if let Some(id) = id.filter(|id| is_id(id)) {
            id.clone_into(&mut self.subject);
        }
        let fields = self.fields(item, &FIELDS)?;
        let id = self.string(&fields, "id");
        if let Some(id) = &id {
            self.id(
                id,
                fields.get("id").map_or(fields.place, |it| it.span().start),
            );
        }
        let since = self.string(&fields, "since");
        if let (Some(since), Some(value)) = (&since, fields.get("since"))
            && !is_version(since)
        {
            self.fault(
                "bad-since",
                value.span().start,
                "`since` is no version",
                "write the version of your rules that brought it: `since = \"0.1.0\"`",
            );
        }
        let description = self.string(&fields, "description");
        let source = self.string(&fields, "source");
        if let (Some(source), Some(value)) = (&source, fields.get("source"))
            && !source.starts_with("https://")
        {
            self.fault(
                "bad-source",
                value.span().start,
                "`source` is no https address",
                "link the issuer's own page about the form",
            );
        }
        let lifetime = self.one_of(&fields, "lifetime", &Lifetime::ALL, None);
        let nature = self.nature(&fields);
        let value = self.one_of(&fields, "value", &VALUES, Some(ValueKind::Secret));
        let names = match fields.get("names") {
            Some(names) => self.names(&fields, names, value?)?,
            None => Vec::new(),
        };
        let issuers = match fields.get("issuers") {
            Some(issuers) => self.issuers(issuers, &names)?,
            None => Vec::new(),
        };
        let by_name = !names.is_empty();
        let text = match by_name {
            true => Some(String::new()),
            false => self.string(&fields, "pattern"),
        };
        let pattern = text.as_deref().and_then(|text| match by_name {
            true => Some(Pattern::none()),
            false => self.pattern(&fields, text),
        });
        let places = pattern.as_ref().and_then(|pattern| match by_name {
            true => Some(Vec::new()),
            false => self.keywords(&fields, pattern),
        });
        if let Some(pattern) = pattern.as_ref().filter(|_| !by_name) {
            self.window(&fields, pattern);
        }
        let check = pattern
            .as_ref()
            .and_then(|pattern| self.check(&fields, pattern));
        let gate = self.boolean(&fields, "gate");
        if gate && check.is_none() {
            self.fault(
                "gate-without-checksum",
                fields.place,
                "`gate` without a `checksum`",
                "",
            );
        }
        let confidence = self.one_of(&fields, "confidence", &CONFIDENCES, Some(Confidence::High));
        let examples = self.examples(&fields);
        let counter_examples = self.counter_examples(&fields);
        Some(Detector {
            id: id?,
            since: since?,
            description: description?,
            text: text?,
            pattern: pattern?,
            places: places?,
            names,
            value: value?,
            issuers,
            check,
            gate,
            confidence: confidence?,
            lifetime: lifetime?,
            nature: nature?,
            source: source?,
            examples,
            counter_examples,
            offset: fields.place,
        })
    }

    /// What a credential of the kind is, all of which may be left open.
    fn nature(&mut self, fields: &Fields<'t, '_>) -> Option<Nature> {
        let issuer = match fields.get("issuer") {
            Some(_) => self.string(fields, "issuer")?,
            None => String::new(),
        };
        let kind = self.one_of(fields, "kind", &Kind::ALL, Some(Kind::default()));
        let principal = self.optional(fields, "principal", &Principal::ALL);
        let mode = self.optional(fields, "mode", &Mode::ALL);
        Some(Nature {
            issuer: issuer.into(),
            kind: kind?,
            principal: principal?,
            mode: mode?,
        })
    }

    fn id(&mut self, id: &str, place: usize) {
        if !is_id(id) {
            self.fault(
                "bad-id",
                place,
                "an id is lower-case words and digits joined by `-`, 3 to 48 bytes",
                "name the issuer first, as in `acme-deploy-token`",
            );
        }
        if RESERVED.contains(&id) {
            self.fault(
                "bad-id",
                place,
                "the id means something else in the output",
                "name the issuer first",
            );
        }
    }
}

/// Whether an id is words and digits joined by `-`.
fn is_id(id: &str) -> bool {
    let is_word = |word: &str| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !word.is_empty() && word.bytes().all(fits)
    };
    (3..=48).contains(&id.len()) && id.split('-').all(is_word)
}

/// Numbers with dots between them.
fn is_version(text: &str) -> bool {
    let is_number = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    (1..=4).contains(&text.split('.').count()) && text.split('.').all(is_number)
}
