//! What a detector looks for that has a form: its pattern, and what has to fit to it.

use super::{Fields, Reader, fields::quoted};
use crate::{
    document::{groups_named, in_every_shape, place_of},
    pattern::{Pattern, Shape, UNBOUNDED},
    table::{Algorithm, Check, MAX_OFFSET},
};

impl<'t> Reader<'t> {
    pub(super) fn pattern(&mut self, fields: &Fields<'t, '_>, text: &str) -> Option<Pattern> {
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

    pub(super) fn keywords(
        &mut self,
        fields: &Fields<'t, '_>,
        pattern: &Pattern,
    ) -> Option<Vec<usize>> {
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

    pub(super) fn window(&mut self, fields: &Fields<'t, '_>, pattern: &Pattern) {
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

    pub(super) fn check(&mut self, fields: &Fields<'t, '_>, pattern: &Pattern) -> Option<Check> {
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
}
