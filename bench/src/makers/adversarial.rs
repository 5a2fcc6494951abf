//! Input that is made to be slow.
//!
//! None of it holds a finding: every candidate has to be tried and given up.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::words::MESSAGES;
use super::{Maker, put};
use crate::random::{BASE62, Random};

/// Bytes of one record of what has no lines.
const PIECE: usize = 4096;

/// Texts one after the other, in random order.
#[derive(Debug)]
pub(super) struct Texts {
    texts: Vec<String>,
}

impl Texts {
    pub(super) fn lines(texts: Vec<String>) -> Self {
        Self { texts }
    }

    /// Values without their last byte, so that each is tried to its end.
    pub(super) fn near_misses(values: &[String]) -> Self {
        let cut = |value: &String| {
            value
                .get(..value.len().saturating_sub(1))
                .map(str::to_owned)
        };
        Self {
            texts: values.iter().filter_map(cut).collect(),
        }
    }
}

impl Maker for Texts {
    fn record(&mut self, random: &mut Random, _credential: Option<&str>, out: &mut Vec<u8>) {
        for _ in 0..16 {
            let text = self.texts.get(random.below(self.texts.len()));
            put!(out, "{}!", text.map_or("", String::as_str));
        }
        out.push(b'\n');
    }
}

/// One text without end.
#[derive(Debug)]
pub(super) struct Repeated(pub(super) &'static str);

impl Maker for Repeated {
    fn record(&mut self, _random: &mut Random, _credential: Option<&str>, out: &mut Vec<u8>) {
        let bytes = self.0.as_bytes().iter().cycle();
        // Whole repetitions, so that records fit together.
        out.extend(bytes.take(PIECE - PIECE % self.0.len().max(1)));
    }
}

/// Base64 of base64 of base64 of ordinary text.
#[derive(Debug, Default)]
pub(super) struct NestedBase64 {
    text: String,
}

impl Maker for NestedBase64 {
    fn record(&mut self, random: &mut Random, _credential: Option<&str>, out: &mut Vec<u8>) {
        self.text.clear();
        for _ in 0..random.within(10, 40) {
            self.text.push_str(random.pick(&MESSAGES));
            self.text.push_str(&random.hex(8));
        }
        let nested = (0..3).fold(self.text.clone(), |inner, _| STANDARD.encode(inner));
        put!(out, "data={nested}\n");
    }
}

/// The marker of a private key, and then too little.
#[derive(Debug)]
pub(super) struct NearMissKeys;

impl Maker for NearMissKeys {
    fn record(&mut self, random: &mut Random, _credential: Option<&str>, out: &mut Vec<u8>) {
        let kind = random.pick(&["RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""]);
        let body = random.text(BASE62, 20);
        put!(
            out,
            "-----BEGIN {kind}PRIVATE {}-----\\n{body}\\n!\n",
            "KEY"
        );
    }
}

/// Equals signs, now and then behind a word that makes them look like an assignment.
#[derive(Debug)]
pub(super) struct EqualsSigns;

impl Maker for EqualsSigns {
    fn record(&mut self, random: &mut Random, _credential: Option<&str>, out: &mut Vec<u8>) {
        let word = random.pick(&["password", "secret", "token", "api_key", ""]);
        put!(out, "{word}{}", "=".repeat(random.within(1, PIECE)));
    }
}

/// A word without end.
#[derive(Debug)]
pub(super) struct Word;

impl Maker for Word {
    fn record(&mut self, random: &mut Random, _credential: Option<&str>, out: &mut Vec<u8>) {
        out.extend(random.text(BASE62, PIECE).into_bytes());
    }
}

/// Nothing but escapes, as of a form that was percent-encoded.
#[derive(Debug)]
pub(super) struct PercentSigns;

impl Maker for PercentSigns {
    fn record(&mut self, random: &mut Random, _credential: Option<&str>, out: &mut Vec<u8>) {
        for _ in 0..PIECE / 3 {
            put!(out, "%{:02X}", random.below(256));
        }
    }
}

/// Random bytes.
#[derive(Debug)]
pub(super) struct Noise;

impl Maker for Noise {
    fn record(&mut self, random: &mut Random, _credential: Option<&str>, out: &mut Vec<u8>) {
        out.extend((0..PIECE / 8).flat_map(|_| random.number().to_le_bytes()));
    }
}
