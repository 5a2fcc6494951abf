//! The evidence of a detector: what it finds, and what it leaves alone.

use super::{Fields, Reader};
use crate::document::{CounterExample, Example};

impl<'t> Reader<'t> {
    pub(super) fn examples(&mut self, fields: &Fields<'t, '_>) -> Vec<Example> {
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

    pub(super) fn counter_examples(&mut self, fields: &Fields<'t, '_>) -> Vec<CounterExample> {
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
}
