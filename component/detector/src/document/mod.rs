//! A rule document: TOML in, checked detectors out, every fault reported.

pub mod allow;
pub mod nature;
mod read;

use std::fmt::Write as _;

use self::nature::Nature;
use crate::{
    Diagnostic,
    pattern::{Pattern, Step},
    table::Check,
};

/// Largest document in bytes.
pub const MAX_DOCUMENT: usize = 1 << 20;
/// Most detectors in one document.
pub const MAX_DETECTORS: usize = 1000;
/// Most shapes of all detectors of one document together.
pub const MAX_TOTAL_SHAPES: usize = 4000;

/// Ids that mean something else in the output.
const RESERVED: [&str; 2] = ["redacted", "registered"];

/// How long a credential of a kind lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Lifetime {
    /// Their names in files.
    pub const ALL: [(&'static str, Self); 4] = [
        ("session", Self::Session),
        ("short", Self::Short),
        ("long", Self::Long),
        ("static", Self::Static),
    ];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        nature::name(&Self::ALL, self)
    }
}

/// How sure a finding is. The default is the least that is replaced where nothing else is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Confidence {
    /// Most strings of this form are no credential.
    Low,
    /// The form fits, but is not distinctive, or its checksum is wrong.
    #[default]
    Medium,
    /// Distinctive prefix, right checksum or registered value.
    High,
}

impl Confidence {
    /// One step less sure.
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

/// What a value is that a name gives away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValueKind {
    /// Made by a machine: long, and without words.
    #[default]
    Secret,
    /// Chosen by somebody.
    Password,
    /// Long and not of words; it counts only where an issuer is named in front.
    Issued,
    /// That of a cookie whose name says that it opens something.
    Cookie,
    /// A password behind a user and `:`, as in addresses and options.
    Login,
    /// The lines of a key behind the head of its block, with something in front of each.
    Lines,
}

/// A text that a detector must redact in a given way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The text, its parts joined.
    pub text: String,
    /// The whole output for it.
    pub redacted: String,
    /// Whether the checksum must be right or wrong, where that is stated.
    pub checksum: Option<bool>,
    /// Byte offset in the document.
    pub offset: usize,
}

/// A text that must come out unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterExample {
    /// The text, its parts joined.
    pub text: String,
    /// Why it is no credential.
    pub why: String,
    /// Byte offset in the document.
    pub offset: usize,
}

/// A checked detector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detector {
    /// Stable name; the label in the output.
    pub id: String,
    /// The rule-set version that brought it.
    pub since: String,
    /// One sentence.
    pub description: String,
    /// The pattern as written.
    pub text: String,
    /// The pattern, checked.
    pub pattern: Pattern,
    /// For each shape of the pattern, where its keyword stands.
    pub places: Vec<usize>,
    /// Names that give a value away, where it has no form of its own: see [`crate::name`].
    pub names: Vec<String>,
    /// What such values are.
    pub value: ValueKind,
    /// Words in front of the names with which more values count.
    pub issuers: Vec<String>,
    /// Its checksum.
    pub check: Option<Check>,
    /// Whether a wrong checksum is no finding.
    pub gate: bool,
    /// How sure its findings are.
    pub confidence: Confidence,
    /// How long such a credential lives.
    pub lifetime: Lifetime,
    /// What it is, beside its form.
    pub nature: Nature,
    /// Where the issuer documents the form.
    pub source: String,
    /// Texts it must redact.
    pub examples: Vec<Example>,
    /// Texts it must leave alone.
    pub counter_examples: Vec<CounterExample>,
    /// Byte offset in the document.
    pub offset: usize,
}

impl Detector {
    /// What decides its findings, in one form whatever the document's layout: the digest is
    /// taken over it.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        // Writing to a `String` does not fail.
        let _ = write!(
            out,
            "id={:?}\npattern={:?}\ncheck={:?}\ngate={}\nconfidence={:?}\nlifetime={:?}\n",
            self.id, self.text, self.check, self.gate, self.confidence, self.lifetime
        );
        if !self.names.is_empty() {
            let _ = writeln!(out, "names={:?}\nvalue={:?}", self.names, self.value);
        }
        if !self.issuers.is_empty() {
            let _ = writeln!(out, "issuers={:?}", self.issuers);
        }
        if self.nature != Nature::default() {
            let _ = writeln!(out, "nature={:?}", self.nature);
        }
        out
    }
}

/// A rule document's detectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// In the order of the text.
    pub detectors: Vec<Detector>,
    /// The allowlist, in the order of the text.
    pub allowlist: Vec<allow::Allow>,
}

impl Document {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// Every fault in it, with its place.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        if text.len() > MAX_DOCUMENT {
            return Err(vec![
                Diagnostic::error(
                    "document-too-long",
                    format!(
                        "the document has {} bytes, more than {MAX_DOCUMENT}",
                        text.len()
                    ),
                )
                .help("split it, or remove examples")
                .at(text, 0),
            ]);
        }
        read::document(text)
    }
}

/// Where a keyword stands in a shape whose first bytes are `fixed`, at a fixed distance.
fn place_of(fixed: &[hushgate_prefilter::ByteSet], keyword: &[u8]) -> Option<usize> {
    let literal = |set: &hushgate_prefilter::ByteSet, byte: u8| {
        set.contains(byte) && set.iter().all(|other| other.eq_ignore_ascii_case(&byte))
    };
    (0..=fixed.len().saturating_sub(keyword.len())).find(|&place| {
        keyword.iter().enumerate().all(|(index, &byte)| {
            fixed
                .get(place + index)
                .is_some_and(|set| literal(set, byte))
        })
    })
}

/// The bits of the groups with these names.
fn groups_named(pattern: &Pattern, names: &[String]) -> Result<u8, String> {
    let mut bits = 0;
    for name in names {
        match pattern.groups.iter().position(|group| group == name) {
            Some(index) => bits |= 1_u8 << index,
            None => return Err(name.clone()),
        }
    }
    Ok(bits)
}

/// Whether every shape has steps in all these groups.
fn in_every_shape(pattern: &Pattern, bits: u8) -> bool {
    let covers =
        |steps: &[Step]| steps.iter().fold(0, |all, step| all | step.groups) & bits == bits;
    pattern.shapes.iter().all(|shape| covers(&shape.steps))
}
