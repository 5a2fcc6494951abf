//! The form of the files under `vectors/`. Unknown fields are errors.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::Deserialize;

use crate::{Trouble, shape::Declaration};

/// Lanes that a case may be skipped in, and nothing else: a misspelt one would skip nothing.
pub const LANES: [&str; 6] = [
    "native",
    "wasmtime",
    "wasmtime-scalar",
    "wasmtime-py",
    "jco-node",
    "browser",
];

/// One file of vectors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct File {
    /// Its name, without the folder.
    #[serde(skip)]
    pub name: String,
    /// Rule documents that its cases name.
    #[serde(default)]
    pub bundles: BTreeMap<String, Bytes>,
    /// Its cases.
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Case {
    /// Unique in all files.
    pub name: String,
    /// What is done.
    #[serde(rename = "do")]
    pub action: Action,
    /// What is not obvious about it.
    pub why: Option<String>,
    /// Ids of the detectors to apply; empty means all.
    #[serde(default)]
    pub detectors: Vec<String>,
    /// Which of the file's bundles is added to the built-in rules.
    pub bundle: Option<String>,
    /// Changes of that bundle.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// What is written in place of a finding.
    #[serde(default)]
    pub style: Style,
    /// The key of fingerprints.
    pub fingerprint_key: Option<Bytes>,
    /// Seconds since 1970.
    pub now: Option<u64>,
    /// The path of the file that the stream is of.
    pub path: Option<String>,
    /// The least confidence of what is replaced.
    #[serde(default)]
    pub min_confidence: Level,
    /// What the lines of the stream are.
    #[serde(default)]
    pub records: Records,
    /// Values that are registered before anything else; none of them is refused.
    #[serde(default)]
    pub register: Vec<Bytes>,
    /// More such values, too many to be written down.
    pub register_numbered: Option<Numbered>,
    /// `register`: the value that is refused; `inspect`, `check`: the one that is looked at.
    pub value: Option<Bytes>,
    /// `inspect`: what it may be; all that is surer than `low`, and of the rest what is stated.
    #[serde(default)]
    pub shapes: Vec<Expectation>,
    /// `inspect`: what stands around it.
    #[serde(default)]
    pub around: Vec<String>,
    /// `inspect`, `check`: parts of the value that no answer repeats.
    #[serde(default)]
    pub secret: Vec<Bytes>,
    /// `check`: what it is declared to be.
    pub declared: Option<Declared>,
    /// `check`: where it is not, in order.
    #[serde(default)]
    pub violations: Vec<Fault>,
    /// `redact`: the input.
    #[serde(default)]
    pub chunks: Vec<Bytes>,
    /// `redact`: where else the input is cut.
    #[serde(default)]
    pub splits: Splits,
    /// `redact`: values that come and go in the middle of the stream.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// `redact`: chunks after which the stream is settled, counted from 0.
    #[serde(default)]
    pub settle_after: Vec<usize>,
    /// `redact`: the whole output.
    pub output: Option<Bytes>,
    /// `redact`: what comes out for each chunk, and for the end.
    pub released: Option<Vec<Bytes>>,
    /// `redact`: all findings, in order.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// `redact`: places of the entries of the allowlist that let something through.
    pub allowed: Option<Vec<u32>>,
    /// `redact`: whether redacting the output again changes nothing.
    #[serde(default = "yes")]
    pub twice: bool,
    /// All but `redact`: the code of the refusal.
    pub error: Option<String>,
    /// `register`, `inspect`, `check`: the number that the refusal carries.
    pub limit: Option<u64>,
    /// `open`: everything that is wrong with the bundle, in order.
    #[serde(default)]
    pub diagnostics: Vec<Diagnostic>,
    /// Why a lane leaves it out, by lane.
    #[serde(default)]
    pub skip: BTreeMap<String, String>,
}

/// What a case does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Redacts chunks.
    Redact,
    /// Registers a value, which is refused.
    Register,
    /// Opens a redactor, which is refused.
    Open,
    /// Says what a value is.
    Inspect,
    /// Says where a value is not what was declared.
    Check,
}

/// What is written in place of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// The rule's name in square brackets.
    #[default]
    Label,
    /// Three stars.
    Stars,
    /// The rule's name and a keyed digest of what was found.
    Fingerprint,
    /// What all credentials of the kind begin with, then three stars.
    Partial,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Most strings of the form are no credential.
    Low,
    /// The form fits.
    #[default]
    Medium,
    /// A distinctive prefix, a right checksum, or a registered value.
    High,
}

/// What the lines of a stream are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Records {
    /// Text.
    #[default]
    None,
    /// One JSON value each.
    Json,
}

/// Where the input is cut, beside the cuts that the case gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Splits {
    /// Nowhere, at each place alone, and at all places at once.
    #[default]
    Every,
    /// Nowhere else.
    Given,
}

/// An exchange of text, which must stand there exactly once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// What goes.
    pub from: Bytes,
    /// What comes.
    pub to: Bytes,
}

/// Values that consist of a prefix and a number, counted from 0, in decimal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbered {
    /// The prefix.
    pub prefix: Bytes,
    /// How many there are.
    pub count: usize,
}

/// A value that comes or goes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The chunk after which it does, counted from 0.
    pub after: usize,
    /// The value that comes.
    pub add: Option<Bytes>,
    /// The value that goes.
    pub remove: Option<Bytes>,
}

/// A finding. What is not stated is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// A detector's id, or `registered`.
    pub rule: String,
    /// Input offsets of the first byte, and behind the last one.
    pub span: [u64; 2],
    /// Line of the first byte, counted from 1.
    pub line: Option<u64>,
    /// Column of the first byte, in bytes, counted from 1.
    pub column: Option<u64>,
    /// `low`, `medium` or `high`.
    pub confidence: Option<String>,
    /// `absent`, `right` or `wrong`.
    pub checksum: Option<String>,
    /// 32 hex digits.
    pub fingerprint: Option<String>,
}

/// What a value may be. What is not stated is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// A detector, or the name of a shape that no detector has.
    pub id: String,
    /// Who issues it.
    pub issuer: Option<String>,
    /// What it is used as.
    pub kind: Option<String>,
    /// How long such a credential lives, or `none`.
    pub lifetime: Option<String>,
    /// Who acts by it, or `none`.
    pub principal: Option<String>,
    /// Whether something real depends on it, or `none`.
    pub mode: Option<String>,
    /// `absent`, `right` or `wrong`.
    pub checksum: Option<String>,
    /// `low`, `medium` or `high`.
    pub confidence: Option<String>,
    /// Why it is so sure.
    pub ground: Option<String>,
    /// When it was made, in seconds since 1970.
    pub issued: Option<i64>,
    /// From when on it works.
    pub starts: Option<i64>,
    /// Until when it works.
    pub expires: Option<i64>,
    /// How it stands to the moment that is given.
    pub phase: Option<String>,
    /// All that can be read in it, by property.
    pub facts: Option<BTreeMap<String, Text>>,
}

/// What a value says of a property: a text, or several in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "Said")]
pub struct Text(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum Said {
    Once(String),
    Often(Vec<String>),
}

impl From<Said> for Text {
    fn from(said: Said) -> Self {
        match said {
            Said::Once(text) => Self(vec![text]),
            Said::Often(texts) => Self(texts),
        }
    }
}

/// What a value is declared to be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "expected the name of a declaration, or its fields"
)]
pub enum Declared {
    /// A declaration that has a name.
    Name(String),
    /// Any other.
    Fields(Declaration),
}

/// Where a value is not what was declared: a code, or what else is to be compared too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Told")]
pub struct Fault {
    /// Its stable code.
    pub code: String,
    /// How grave it is.
    pub severity: Option<String>,
    /// The property it is about.
    pub property: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a code, or a table with one")]
enum Told {
    Code(String),
    More(More),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    code: String,
    severity: Option<String>,
    property: Option<String>,
}

impl From<Told> for Fault {
    fn from(told: Told) -> Self {
        match told {
            Told::Code(code) => Self {
                code,
                severity: None,
                property: None,
            },
            Told::More(it) => Self {
                code: it.code,
                severity: it.severity,
                property: it.property,
            },
        }
    }
}

/// What is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: String,
    /// The rule it is about, or empty.
    #[serde(default)]
    pub subject: String,
    /// Line, counted from 1; 0 where no place is known.
    pub line: u32,
    /// Column in bytes, counted from 1; 0 where no place is known.
    pub column: u32,
}

/// Bytes: a string, or parts that are joined.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "Written")]
pub struct Bytes(pub Vec<u8>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a string or a list of parts")]
enum Written {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a string, or a table of `text` or `hex`, and `times`"
)]
enum Part {
    Text(String),
    Made(Made),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    text: Option<String>,
    hex: Option<String>,
    times: Option<usize>,
}

impl TryFrom<Written> for Bytes {
    type Error = Trouble;

    fn try_from(written: Written) -> Result<Self, Trouble> {
        let parts = match written {
            Written::Text(text) => return Ok(Self(text.into_bytes())),
            Written::Parts(parts) => parts,
        };
        let mut bytes = Vec::new();
        for part in parts {
            let (part, times) = match part {
                Part::Text(text) => (text.into_bytes(), 1),
                Part::Made(made) => {
                    let part = match (made.text, made.hex) {
                        (Some(text), None) => text.into_bytes(),
                        (None, Some(hex)) => unhex(&hex)?,
                        _ => return Err("a part has either `text` or `hex`".into()),
                    };
                    (part, made.times.unwrap_or(1))
                }
            };
            bytes.extend(part.repeat(times));
        }
        Ok(Self(bytes))
    }
}

impl Bytes {
    /// The bytes as text.
    ///
    /// # Errors
    /// They are not valid UTF-8.
    pub fn text(&self) -> Result<&str, Trouble> {
        Ok(str::from_utf8(&self.0)?)
    }
}

fn unhex(hex: &str) -> Result<Vec<u8>, Trouble> {
    let digits: Vec<char> = hex.chars().filter(|digit| *digit != ' ').collect();
    let pair = |pair: &[char]| match pair {
        [high, low] => Some((high.to_digit(16)? * 16 + low.to_digit(16)?) as u8),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(pair).collect();
    bytes.ok_or_else(|| format!("`{hex}` is not made of pairs of hex digits").into())
}

const fn yes() -> bool {
    true
}

/// All files, sorted by name.
///
/// # Errors
/// A file cannot be read, breaks the form, or two cases have one name.
pub fn files() -> Result<Vec<File>, Trouble> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut paths = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            return Err(format!("{} is no vector file", path.display()).into());
        }
        paths.push(path);
    }
    paths.sort();
    let mut files: Vec<File> = Vec::new();
    for path in paths {
        let at = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| at(&error))?;
        let mut file: File = toml::from_str(&text).map_err(|error| at(&error))?;
        file.name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        file.check(&files).map_err(|error| at(&error))?;
        files.push(file);
    }
    Ok(files)
}

impl File {
    fn check(&self, others: &[Self]) -> Result<(), Trouble> {
        let mut names: Vec<&str> = others
            .iter()
            .flat_map(|file| &file.cases)
            .map(|case| case.name.as_str())
            .collect();
        for case in &self.cases {
            if names.contains(&case.name.as_str()) {
                return Err(format!("two cases have the name `{}`", case.name).into());
            }
            names.push(&case.name);
            if let Some(lane) = case
                .skip
                .keys()
                .find(|lane| !LANES.contains(&lane.as_str()))
            {
                return Err(format!("`{}` is skipped in `{lane}`, no lane", case.name).into());
            }
            if case.skip.values().any(|reason| reason.trim().is_empty()) {
                return Err(format!("`{}` is skipped without a reason", case.name).into());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Result<Vec<u8>, toml::de::Error> {
        #[derive(Deserialize)]
        struct Holder {
            it: Bytes,
        }
        toml::from_str::<Holder>(&format!("it = {text}")).map(|holder| holder.it.0)
    }

    #[test]
    fn parts_are_joined() {
        assert_eq!(bytes("'ab'").unwrap(), b"ab");
        assert_eq!(bytes("['a', 'b']").unwrap(), b"ab");
        assert_eq!(
            bytes("[{ text = 'ab', times = 2 }, { hex = 'ff 00' }]").unwrap(),
            b"abab\xff\x00"
        );
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for text in [
            "5",
            "[{ hex = 'f' }]",
            "[{ hex = 'xy' }]",
            "[{ text = 'a', hex = '00' }]",
            "[{ times = 2 }]",
            "[{ text = 'a', count = 2 }]",
        ] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn unknown_fields_are_refused() {
        let text = "[[case]]\nname = 'x'\ndo = 'redact'\nchunk = ['a']\n";
        assert!(toml::from_str::<File>(text).is_err());
    }
}
