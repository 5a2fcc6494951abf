//! Haystacks: made-up input, with its findings known by construction.
//!
//! # Promise
//! The same [`Spec`] gives the same bytes on every machine and in every release. They are made
//! record by record, so a haystack of any size can be written to a file in constant memory.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::RangeInclusive;
use std::path::Path;

use anyhow::{Context, Result};
use hushgate_detector::table::Table;

use crate::credential::Credentials;
use crate::definition::{Density, Spec};
use crate::makers::{self, Maker};
use crate::random::Random;

/// Bytes that are made at once.
const BLOCK: usize = 64 << 10;

/// A haystack in the making.
#[derive(Debug)]
pub struct Haystack<'r> {
    maker: Box<dyn Maker>,
    credentials: Credentials<'r>,
    density: Density,
    random: Random,
    bytes: u64,
    truth: Truth,
    due: u64,
}

/// What is known of a haystack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// How many bytes it has.
    pub bytes: u64,
    /// How many lines.
    pub lines: u64,
    /// For each credential the lines, counted from 1, of the record that holds it.
    pub planted: Vec<RangeInclusive<u64>>,
}

impl<'r> Haystack<'r> {
    /// A haystack with credentials in the forms of these rules. `registered` are the values that
    /// near misses are made of.
    ///
    /// # Errors
    /// Where `spec` names a detector that is not there.
    pub fn new(spec: &Spec, table: &'r Table, registered: &[String]) -> Result<Self> {
        let mut random = Random::new(spec.seed);
        let credentials = Credentials::new(table, &spec.kinds)?;
        let due = match spec.credentials {
            Density::None => u64::MAX,
            Density::OnePer(lines) => lines / 2,
        };
        Ok(Self {
            maker: makers::new(spec.maker, &mut random, &credentials, registered),
            credentials,
            density: spec.credentials,
            random,
            bytes: spec.bytes,
            truth: Truth::default(),
            due,
        })
    }

    /// All of it.
    #[must_use]
    pub fn collect(mut self) -> (Vec<u8>, Truth) {
        let room = usize::try_from(self.bytes).unwrap_or(0) + BLOCK;
        let mut out = Vec::with_capacity(room);
        while self.block(&mut out) {}
        (out, self.truth)
    }

    /// Writes all of it to a file.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(mut self, path: &Path) -> Result<Truth> {
        let write = || format!("cannot write {}", path.display());
        let mut file = BufWriter::new(File::create(path).with_context(write)?);
        let mut block = Vec::with_capacity(2 * BLOCK);
        loop {
            block.clear();
            let more = self.block(&mut block);
            file.write_all(&block).with_context(write)?;
            if !more {
                break;
            }
        }
        file.flush().with_context(write)?;
        Ok(self.truth)
    }

    /// Appends some records; whether there are more.
    fn block(&mut self, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        while self.truth.bytes < self.bytes && out.len() - start < BLOCK {
            let from = out.len();
            let credential =
                (self.truth.lines >= self.due).then(|| self.credentials.next(&mut self.random));
            self.maker
                .record(&mut self.random, credential.as_deref(), out);
            let record = out.get(from..).unwrap_or_default();
            let breaks = record.iter().filter(|&&byte| byte == b'\n').count() as u64;
            if credential.is_some() {
                let first = self.truth.lines + 1;
                self.truth
                    .planted
                    .push(first..=(self.truth.lines + breaks).max(first));
                if let Density::OnePer(lines) = self.density {
                    self.due += lines;
                }
            }
            self.truth.lines += breaks;
            self.truth.bytes += record.len() as u64;
        }
        self.truth.bytes < self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::makers::Kind;
    use hushgate_engine::rules::Rules;

    fn spec(maker: Kind, credentials: Density) -> Spec {
        Spec {
            maker,
            seed: 3,
            bytes: 400_000,
            credentials,
            kinds: Vec::new(),
        }
    }

    #[test]
    fn a_file_holds_what_memory_holds() {
        let rules = Rules::standard();
        let spec = spec(Kind::Mixed, Density::OnePer(100));
        let path = crate::workspace::scratch("bench")
            .expect("writable")
            .join("haystack-test.log");
        let make = || Haystack::new(&spec, rules.table(), &[]).expect("all kinds");
        let written = make().write(&path).expect("writable");
        let (bytes, truth) = make().collect();
        assert_eq!(std::fs::read(&path).expect("readable"), bytes);
        assert_eq!(written, truth);
        assert_eq!(truth.bytes, bytes.len() as u64);
        assert!(truth.planted.len() > 10);
        std::fs::remove_file(path).expect("ours");
    }

    #[test]
    fn credentials_are_where_the_truth_says() {
        let rules = Rules::standard();
        for kind in Kind::LOGS {
            let clean = spec(kind, Density::None);
            let (clean, truth) = Haystack::new(&clean, rules.table(), &[])
                .expect("all kinds")
                .collect();
            assert!(truth.planted.is_empty());
            let clean = String::from_utf8(clean).expect("text");
            assert!(
                rules.redact(&clean) == clean,
                "{kind:?} has accidental findings"
            );

            let spec = spec(kind, Density::OnePer(100));
            let (bytes, truth) = Haystack::new(&spec, rules.table(), &[])
                .expect("all kinds")
                .collect();
            let text = String::from_utf8(bytes).expect("text");
            let lines: Vec<&str> = text.lines().collect();
            assert!(truth.planted.len() > 3, "{kind:?}: {}", truth.planted.len());
            for place in truth.planted {
                let first = usize::try_from(place.start() - 1).expect("small");
                let last = usize::try_from(place.end() - 1).expect("small");
                let record = lines[first..=last].join("\n");
                assert!(
                    rules.redact(&record) != record,
                    "{kind:?}: nothing in {record}"
                );
            }
        }
    }
}
