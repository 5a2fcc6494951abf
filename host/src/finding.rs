//! What was found, and by which detector.

use std::fmt;
use std::ops::Range;

use crate::bindings::{bundle, redact, types};
use crate::shape::{Kind, Mode, Principal};

/// What a stream consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Framing {
    /// Text or any other bytes, with no structure.
    #[default]
    Text,
    /// Lines of at most 1 MiB, each of them one JSON array, object or string.
    ///
    /// Their strings are searched in decoded form: values with their keys as context, the keys
    /// themselves, and JSON inside strings. What is no finding stays byte for byte as it was, and
    /// a record stays one. Any other line, and a longer one, is text. A record is held until its
    /// line ends.
    Json,
}

impl From<Framing> for redact::Framing {
    fn from(framing: Framing) -> Self {
        match framing {
            Framing::Text => Self::Text,
            Framing::Json => Self::Json,
        }
    }
}

/// How sure a finding is. The default is the least that is replaced where nothing else is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The form is common; most strings of it are no credential. Or the prefix is not
    /// distinctive, and the checksum is wrong.
    Low,
    /// The form fits, but the checksum is wrong or the prefix is not distinctive.
    #[default]
    Medium,
    /// A distinctive prefix, a right checksum, or a registered value.
    High,
}

impl From<Confidence> for types::Confidence {
    fn from(confidence: Confidence) -> Self {
        match confidence {
            Confidence::Low => Self::Low,
            Confidence::Medium => Self::Medium,
            Confidence::High => Self::High,
        }
    }
}

impl From<types::Confidence> for Confidence {
    fn from(confidence: types::Confidence) -> Self {
        match confidence {
            types::Confidence::Low => Self::Low,
            types::Confidence::Medium => Self::Medium,
            types::Confidence::High => Self::High,
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}

/// What the checksum inside a credential says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Checksum {
    /// The form carries no checksum that can be computed offline.
    Absent,
    /// It is the one that the body demands.
    Right,
    /// It is another one: a typing error, a cut paste, or an invented example.
    Wrong,
}

impl From<types::Checksum> for Checksum {
    fn from(checksum: types::Checksum) -> Self {
        match checksum {
            types::Checksum::Absent => Self::Absent,
            types::Checksum::Right => Self::Right,
            types::Checksum::Wrong => Self::Wrong,
        }
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "absent",
            Self::Right => "right",
            Self::Wrong => "wrong",
        })
    }
}

/// A span of the input that was replaced. It never holds the value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The detector's id, or `registered`.
    pub rule: String,
    /// Where it was in the input, in bytes.
    pub span: Range<u64>,
    /// Line of its first byte, counted from 1.
    pub line: u64,
    /// Column of its first byte in that line, in bytes, counted from 1.
    pub column: u64,
    /// How sure it is.
    pub confidence: Confidence,
    /// What its checksum says.
    pub checksum: Checksum,
    /// Its fingerprint in 32 hex digits, where the gate was opened with a key for that:
    /// [`GateBuilder::fingerprint_key`](crate::GateBuilder::fingerprint_key).
    pub fingerprint: Option<String>,
}

impl From<redact::Finding> for Finding {
    fn from(finding: redact::Finding) -> Self {
        Self {
            rule: finding.rule,
            span: finding.span.start..finding.span.end,
            line: finding.line,
            column: finding.column,
            confidence: finding.confidence.into(),
            checksum: finding.checksum.into(),
            fingerprint: finding.fingerprint,
        }
    }
}

/// What came of one record of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redacted {
    /// What is left of the record. It is valid UTF-8 unless a registered value is not.
    pub output: Vec<u8>,
    /// What was replaced, with places counted from the record's first byte; empty unless the
    /// gate was opened with `findings(true)`.
    pub findings: Vec<Finding>,
}

/// How long a credential lives once it has leaked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lifetime {
    /// Minutes to hours, bound to one session or job.
    Session,
    /// Hours to days.
    Short,
    /// Weeks to months, with an expiry date.
    Long,
    /// Until somebody revokes it.
    Static,
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session => "session",
            Self::Short => "short",
            Self::Long => "long",
            Self::Static => "static",
        })
    }
}

impl From<bundle::Lifetime> for Lifetime {
    fn from(lifetime: bundle::Lifetime) -> Self {
        match lifetime {
            bundle::Lifetime::Session => Self::Session,
            bundle::Lifetime::Short => Self::Short,
            bundle::Lifetime::Long => Self::Long,
            bundle::Lifetime::Static => Self::Static,
        }
    }
}

impl From<Lifetime> for bundle::Lifetime {
    fn from(lifetime: Lifetime) -> Self {
        match lifetime {
            Lifetime::Session => Self::Session,
            Lifetime::Short => Self::Short,
            Lifetime::Long => Self::Long,
            Lifetime::Static => Self::Static,
        }
    }
}

/// A rule that finds one shape of credential.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Detector {
    /// Stable name in kebab case; never used again for another form.
    pub id: String,
    /// One sentence: whose credential it is and what it opens.
    pub description: String,
    /// The version of the rule set that brought it.
    pub since: String,
    /// How sure its findings are; one with a wrong checksum is a step less so.
    pub confidence: Confidence,
    /// How long such a credential lives.
    pub lifetime: Lifetime,
    /// Who issues it, as people call it; empty where anybody may.
    pub issuer: String,
    /// What it is used as.
    pub kind: Kind,
    /// Who acts by it, where its form tells.
    pub principal: Option<Principal>,
    /// Whether something real depends on it, where its form tells.
    pub mode: Option<Mode>,
    /// How its checksum is computed, as detector files name it, where the form has one.
    pub checksum: Option<&'static str>,
    /// Whether what has a wrong checksum is no finding.
    pub gate: bool,
    /// Names that give the value away, where it has no form of its own; otherwise empty.
    pub names: Vec<String>,
    /// Longest span in bytes that is held back until it is decided.
    pub window: u32,
    /// Where the issuer documents the form.
    pub source: String,
}

impl From<bundle::Detector> for Detector {
    fn from(detector: bundle::Detector) -> Self {
        Self {
            id: detector.id,
            description: detector.description,
            lifetime: detector.lifetime.into(),
            issuer: detector.issuer,
            kind: detector.kind.into(),
            principal: detector.principal.map(Principal::from),
            mode: detector.mode.map(Mode::from),
            since: detector.since,
            confidence: detector.confidence.into(),
            checksum: detector.checksum.map(|algorithm| match algorithm {
                bundle::Algorithm::Crc32Base62 => "crc32-base62",
                bundle::Algorithm::Crc32Hex => "crc32-hex",
                bundle::Algorithm::Crc32HexUpper => "crc32-hex-upper",
                bundle::Algorithm::Crc32HexSwapped => "crc32-hex-swapped",
                bundle::Algorithm::Crc32Base64Swapped => "crc32-base64-swapped",
                bundle::Algorithm::Crc32Base36 => "crc32-base36",
                bundle::Algorithm::Bech32 => "bech32",
            }),
            gate: detector.gate,
            names: detector.names,
            window: detector.window,
            source: detector.source,
        }
    }
}
