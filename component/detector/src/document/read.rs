//! Walking the TOML, collecting faults.

mod allow;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Confidence, CounterExample, Detector, Document, Example, Lifetime, MAX_DETECTORS,
    MAX_TOTAL_SHAPES, RESERVED, ValueKind,
    allow::Allow,
    groups_named, in_every_shape,
    nature::{Kind, Mode, Nature, Principal},
    place_of,
};
use crate::{
    Diagnostic, name,
    pattern::{Pattern, Shape, UNBOUNDED},
    table::{Algorithm, Check, MAX_OFFSET},
};

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

const VALUES: [(&str, ValueKind); 5] = [
    ("secret", ValueKind::Secret),
    ("password", ValueKind::Password),
    ("issued", ValueKind::Issued),
    ("cookie", ValueKind::Cookie),
    ("login", ValueKind::Login),
];
/// Most names of one detector.
const MAX_NAMES: usize = 64;
/// Most issuers of one detector.
const MAX_ISSUERS: usize = 512;

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

/// The fields of one table, taken one by one; what is left over is unknown.
struct Fields<'t, 'v> {
    table: &'v DeTable<'t>,
    place: usize,
}

impl<'t, 'v> Fields<'t, 'v> {
    fn get(&self, name: &str) -> Option<&'v Value<'t>> {
        self.table
            .iter()
            .find(|(key, _)| key.get_ref() == name)
            .map(|(_, value)| value)
    }
}

struct Reader<'t> {
    text: &'t str,
    faults: Vec<Diagnostic>,
    subject: String,
}

impl<'t> Reader<'t> {
    fn fault(
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

    /// One of some words, or none.
    fn optional<T: Copy>(
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

    /// Names that give a value away, which has no pattern then.
    fn names(
        &mut self,
        fields: &Fields<'t, '_>,
        value: &Value<'t>,
        kind: ValueKind,
    ) -> Option<Vec<String>> {
        let names = self.strings(value)?;
        let is_one = |name: &String| match kind {
            ValueKind::Login => name::is_mark(name),
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
    fn issuers(&mut self, value: &Value<'t>, names: &[String]) -> Option<Vec<String>> {
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

    fn pattern(&mut self, fields: &Fields<'t, '_>, text: &str) -> Option<Pattern> {
        match Pattern::parse(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let place = fields
                    .get("pattern")
                    .map_or(fields.place, |it| it.span().start);
                // Behind the opening quote, which is right for literal strings.
                self.fault(
                    error.code,
                    place + 1 + error.offset,
                    error.message,
                    error.help,
                );
                None
            }
        }
    }

    fn keywords(&mut self, fields: &Fields<'t, '_>, pattern: &Pattern) -> Option<Vec<usize>> {
        let value = self.required(fields, "keywords")?;
        let keywords = self.strings(value)?;
        let place = value.span().start;
        let sizes = keywords
            .iter()
            .all(|it| (3..=16).contains(&it.len()) && it.is_ascii());
        if keywords.is_empty() || keywords.len() > 8 || !sizes {
            self.fault(
                "bad-keyword",
                place,
                "`keywords` are 1 to 8 literals of 3 to 16 ASCII bytes",
                "",
            );
            return None;
        }
        // Where something has to stand in front of a match, that is looked for.
        let room = |shape: &Shape| match shape.skip {
            0 => u64::from(shape.least()),
            _ => u64::from(shape.ahead()),
        };
        let mut used = vec![false; keywords.len()];
        let mut places = Vec::new();
        for shape in &pattern.shapes {
            let fixed = shape.fixed(MAX_OFFSET + 16);
            let found = keywords.iter().enumerate().find_map(|(index, keyword)| {
                place_of(&fixed, keyword.as_bytes()).map(|place| (index, place))
            });
            match found {
                Some((index, at)) if at <= MAX_OFFSET && at as u64 + 4 <= room(shape) => {
                    if let Some(flag) = used.get_mut(index) {
                        *flag = true;
                    }
                    places.push(at);
                }
                _ => {
                    self.fault(
                        "keyword-not-fixed",
                        place,
                        "an alternative of the pattern holds no keyword at a fixed distance from its start",
                        "name a literal of 3 bytes or more for every alternative, with at least 4 bytes from its start to the end, or to `\\K`",
                    );
                    return None;
                }
            }
        }
        if let Some(index) = used.iter().position(|&used| !used) {
            self.fault(
                "unused-keyword",
                place,
                format!("keyword {} is not needed by any alternative", index + 1),
                "leave it out",
            );
        }
        Some(places)
    }

    fn window(&mut self, fields: &Fields<'t, '_>, pattern: &Pattern) {
        let Some(value) = self.required(fields, "max-len") else {
            return;
        };
        let stated = value
            .get_ref()
            .as_integer()
            .and_then(|it| it.as_str().parse::<u32>().ok());
        let window = pattern.window();
        if stated != Some(window) {
            self.fault(
                "wrong-max-len",
                value.span().start,
                format!("a match is certain after {window} bytes, which `max-len` does not say"),
                format!("write `max-len = {window}`, or bound the pattern otherwise"),
            );
        }
    }

    fn check(&mut self, fields: &Fields<'t, '_>, pattern: &Pattern) -> Option<Check> {
        let value = fields.get("checksum")?;
        let inner = self.fields(value, &["algorithm", "over", "equals"])?;
        let names: Vec<(&str, Algorithm)> = Algorithm::ALL.to_vec();
        if pattern
            .shapes
            .iter()
            .flat_map(|shape| &shape.steps)
            .any(|step| step.max == UNBOUNDED)
        {
            self.fault(
                "bad-checksum",
                value.span().start,
                "a checksum in a pattern without a bound",
                "give every repetition an upper bound",
            );
        }
        let algorithm = self.one_of(&inner, "algorithm", &names, None);
        let over = self.group_bits(&inner, "over", pattern);
        let equals = self.group_bits(&inner, "equals", pattern);
        Some(Check {
            algorithm: algorithm?,
            over: over?,
            equals: equals?,
        })
    }

    fn group_bits(&mut self, fields: &Fields<'t, '_>, name: &str, pattern: &Pattern) -> Option<u8> {
        let value = self.required(fields, name)?;
        let names = self.strings(value)?;
        match groups_named(pattern, &names) {
            Ok(bits) if bits != 0 && in_every_shape(pattern, bits) => Some(bits),
            Ok(_) => {
                self.fault(
                    "bad-checksum",
                    value.span().start,
                    format!("`{name}` names a group that some alternative lacks"),
                    "",
                );
                None
            }
            Err(group) => {
                self.fault(
                    "bad-checksum",
                    value.span().start,
                    format!("the pattern has no group{}", quoted(&group)),
                    "name it: `(?<body>…)`",
                );
                None
            }
        }
    }

    fn examples(&mut self, fields: &Fields<'t, '_>) -> Vec<Example> {
        let mut examples = Vec::new();
        for item in self.tables(fields, "example") {
            let Some(inner) = self.fields(item, &["text", "redacted", "checksum"]) else {
                continue;
            };
            let text = self.joined(&inner, "text");
            let redacted = self.joined(&inner, "redacted");
            let checksum = match inner.get("checksum") {
                None => Some(None),
                Some(_) => self.one_of(
                    &inner,
                    "checksum",
                    &[("right", Some(true)), ("wrong", Some(false))],
                    None,
                ),
            };
            if let (Some(text), Some(redacted), Some(checksum)) = (text, redacted, checksum) {
                examples.push(Example {
                    text,
                    redacted,
                    checksum,
                    offset: inner.place,
                });
            }
        }
        examples
    }

    fn counter_examples(&mut self, fields: &Fields<'t, '_>) -> Vec<CounterExample> {
        let mut examples = Vec::new();
        for item in self.tables(fields, "counter-example") {
            let Some(inner) = self.fields(item, &["text", "why"]) else {
                continue;
            };
            if let (Some(text), Some(why)) =
                (self.joined(&inner, "text"), self.string(&inner, "why"))
            {
                examples.push(CounterExample {
                    text,
                    why,
                    offset: inner.place,
                });
            }
        }
        examples
    }

    /// The tables of a list that must not be empty.
    fn tables<'v>(&mut self, fields: &Fields<'t, 'v>, name: &str) -> Vec<&'v Value<'t>> {
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

    fn fields<'v>(&mut self, item: &'v Value<'t>, known: &[&str]) -> Option<Fields<'t, 'v>> {
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

    fn unknown(&mut self, name: &str, place: usize, known: &[&str]) {
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

    fn required<'v>(&mut self, fields: &Fields<'t, 'v>, name: &str) -> Option<&'v Value<'t>> {
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

    fn string(&mut self, fields: &Fields<'t, '_>, name: &str) -> Option<String> {
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
    fn joined(&mut self, fields: &Fields<'t, '_>, name: &str) -> Option<String> {
        let value = self.required(fields, name)?;
        self.strings(value).map(|parts| parts.concat())
    }

    fn strings(&mut self, value: &Value<'t>) -> Option<Vec<String>> {
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

    fn boolean(&mut self, fields: &Fields<'t, '_>, name: &str) -> bool {
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

    fn one_of<T: Copy>(
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
}

/// Whether an id is words and digits joined by `-`.
fn is_id(id: &str) -> bool {
    let is_word = |word: &str| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !word.is_empty() && word.bytes().all(fits)
    };
    (3..=48).contains(&id.len()) && id.split('-').all(is_word)
}

/// Longest name that a message repeats.
const LONGEST_NAME: usize = 24;

/// A name, where it is written as names are. Anything else may be a credential that was pasted in
/// the wrong place; the place in the document tells it as well.
fn quoted(name: &str) -> String {
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
