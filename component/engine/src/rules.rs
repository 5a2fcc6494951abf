//! Rule sets: the built-in detectors, and those an organisation adds.

mod labels;

use std::sync::Arc;

use hushgate_detector::{
    Diagnostic,
    document::{Confidence, Document, allow::Allow},
    table::{Rule, Table},
};
use sha2::{Digest as _, Sha256};

use crate::{
    detect::{Anchors, Trials, Ways},
    named::Names,
    redact::{Finding, Options, Redactor, tail::Tail},
    values::Values,
};

mod builtin {
    //! Generated from `policies/detectors` by the build script.
    #![allow(missing_docs, clippy::all, reason = "generated")]
    include!(concat!(env!("OUT_DIR"), "/table.rs"));
}

/// How many places are named of an example that comes out otherwise.
const MOST_PLACES: usize = 4;

/// The label of registered values.
pub const REGISTERED: &str = "registered";

/// A checked rule set. Cloning is cheap.
#[derive(Clone)]
pub struct Rules {
    table: Source,
    digest: [u8; 32],
    /// What a stream has to hold back where all detectors are applied.
    tail: Arc<Tail>,
    anchors: Arc<Anchors>,
    trials: Arc<Trials>,
    names: Arc<Names>,
    ways: Arc<Ways>,
    /// The bundle's allowlist, each entry with the index of its rule.
    allowlist: Arc<[(u16, Allow)]>,
}

/// The built-in table is a static; a bundle's is shared.
#[derive(Clone)]
enum Source {
    Static(&'static Table),
    Shared(Arc<Table>),
}

impl Source {
    fn get(&self) -> &Table {
        match self {
            Self::Static(table) => table,
            Self::Shared(table) => table,
        }
    }
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rules")
            .field("rules", &self.table().rules.len())
            .finish_non_exhaustive()
    }
}

impl Rules {
    /// The built-in detectors.
    #[must_use]
    pub fn standard() -> Self {
        Self::of(Source::Static(&builtin::TABLE), Arc::default())
    }

    fn of(table: Source, allowlist: Arc<[(u16, Allow)]>) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"hushgate rule set 1\n");
        hasher.update(table.get().digest());
        for (_, entry) in allowlist.iter() {
            hasher.update(entry.canonical());
        }
        Self {
            digest: hasher.finalize().into(),
            tail: Arc::new(Tail::new(table.get(), |_| true)),
            anchors: Arc::new(Anchors::new(table.get())),
            trials: Arc::new(Trials::new(table.get())),
            names: Arc::new(Names::new(table.get())),
            ways: Arc::new(Ways::new(table.get())),
            allowlist,
            table,
        }
    }

    /// The built-in detectors and those of a rule document.
    ///
    /// # Errors
    /// Every fault of the document, with its place.
    pub fn open(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let document = Document::parse(text)?;
        let mut faults = Vec::new();
        for detector in &document.detectors {
            if builtin::TABLE
                .rules
                .iter()
                .any(|rule| rule.id == detector.id)
            {
                let fault = Diagnostic::error("duplicate-id", "a built-in detector has this id");
                faults.push(
                    fault
                        .subject(&detector.id)
                        .help("choose another id")
                        .at(text, detector.offset),
                );
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let table = Arc::new(builtin::TABLE.with(&document.detectors));
        let allowlist = allowlist(&table, &document, text)?;
        let rules = Self::of(Source::Shared(table), allowlist);
        rules.check_labels(&document, text)?;
        rules.check_examples(&document, text)?;
        Ok(rules)
    }

    /// The compiled rules.
    #[must_use]
    pub fn table(&self) -> &Table {
        self.table.get()
    }

    /// Where candidates begin.
    pub(crate) fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// Names that give values away.
    pub(crate) fn value_names(&self) -> &Names {
        &self.names
    }

    /// How a text as a whole may have the form of a shape.
    pub(crate) fn ways(&self) -> &Ways {
        &self.ways
    }

    /// How candidates are tried.
    pub(crate) fn trials(&self) -> &Trials {
        &self.trials
    }

    /// What a stream has to hold back where all detectors are applied.
    pub(crate) fn tail(&self) -> &Tail {
        &self.tail
    }

    /// The detectors, sorted by id.
    #[must_use]
    pub fn detectors(&self) -> &[Rule] {
        &self.table().rules
    }

    /// The allowlist: each entry with the index of its rule.
    #[must_use]
    pub fn allowlist(&self) -> &[(u16, Allow)] {
        &self.allowlist
    }

    /// SHA-256 over the rule set.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// [`digest`](Self::digest) as `sha256:` and hex.
    #[must_use]
    pub fn digest_text(&self) -> String {
        let hex: Vec<String> = self
            .digest()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("sha256:{}", hex.concat())
    }

    /// All that a redactor may write for a finding.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.table()
            .rules
            .iter()
            .map(|rule| rule.id.as_ref())
            .chain([REGISTERED])
    }

    /// Examples are asserted when a bundle is opened, not only when it is tested.
    fn check_examples(&self, document: &Document, text: &str) -> Result<(), Vec<Diagnostic>> {
        let mut faults = Vec::new();
        // What the allowlist lets through is found all the same.
        let bare = Self {
            allowlist: Arc::default(),
            ..self.clone()
        };
        for detector in &document.detectors {
            let mut check = |what: String, example: &str, expected: &str, offset: usize| {
                // Also what is off unless it is asked for.
                let (out, findings) = bare.one_shot(example, Confidence::Low);
                let Some(differs) = first_difference(&out, expected.as_bytes()) else {
                    return;
                };
                // Never the texts themselves: the author may have pasted a credential that works.
                let message = format!("{what}: {}", places(&findings));
                let help = format!(
                    "all detectors are applied to it; what comes out differs from what should at \
                     byte {}",
                    differs + 1
                );
                let it = Diagnostic::error("wrong-example", message).help(help);
                faults.push(it.subject(&detector.id).at(text, offset));
            };
            for (index, example) in detector.examples.iter().enumerate() {
                let what = format!("example {} is not redacted as it says", index + 1);
                check(what, &example.text, &example.redacted, example.offset);
            }
            for (index, example) in detector.counter_examples.iter().enumerate() {
                let what = format!("counter-example {} does not come out unchanged", index + 1);
                check(what, &example.text, &example.text, example.offset);
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// Redacts a text in one go with all detectors and no registered values; what is found with little
    /// confidence stays.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let (out, _) = self.one_shot(text, Confidence::default());
        String::from_utf8_lossy(&out).into_owned()
    }

    fn one_shot(&self, text: &str, least: Confidence) -> (Vec<u8>, Vec<Finding>) {
        let options = Options {
            least,
            report: true,
            ..Options::default()
        };
        let values = Values::new(self);
        let mut out = Vec::new();
        let Ok(mut redactor) = Redactor::open(self, &options) else {
            return (out, Vec::new());
        };
        redactor.push(&values, text.as_bytes(), &mut out);
        redactor.finish(&values, &mut out);
        (out, redactor.findings())
    }
}

/// The entries of a document's allowlist, each with the index of its rule.
fn allowlist(
    table: &Table,
    document: &Document,
    text: &str,
) -> Result<Arc<[(u16, Allow)]>, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let mut entries = Vec::with_capacity(document.allowlist.len());
    for entry in &document.allowlist {
        let mut rules = (0..).zip(table.rules.iter());
        match rules.find(|(_, rule)| rule.id == entry.detector) {
            Some((rule, _)) => entries.push((rule, entry.clone())),
            None => {
                let it = Diagnostic::error("unknown-detector", "no detector has this id");
                let it = it.help("`hushgate detectors list` names all of them");
                faults.push(it.subject(&entry.detector).at(text, entry.offset));
            }
        }
    }
    if faults.is_empty() {
        Ok(entries.into())
    } else {
        Err(faults)
    }
}

/// Where two outputs part, if they do.
fn first_difference(out: &[u8], expected: &[u8]) -> Option<usize> {
    if out == expected {
        return None;
    }
    let same = out.iter().zip(expected).take_while(|(a, b)| a == b);
    Some(same.count())
}

/// Which rule was found where in an example, and never what.
fn places(findings: &[Finding]) -> String {
    let shown: Vec<String> = findings
        .iter()
        .take(MOST_PLACES)
        .map(|it| {
            format!(
                "`{}` is found in bytes {} to {}",
                it.rule,
                it.start + 1,
                it.end
            )
        })
        .collect();
    match findings.len().saturating_sub(shown.len()) {
        _ if shown.is_empty() => String::from("nothing is found in it"),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a detector for `exf_` and 16 hexadecimal digits with one faulty example.
    fn remark(example: &str) -> Diagnostic {
        let text = [
            "[[detector]]\nid = 'exf-token'\nsince = '0.1.0'\ndescription = 'Example Forge token.'\n",
            "pattern = '\\bexf_[0-9a-f]{16}\\b'\nkeywords = ['exf_']\nmax-len = 20\n",
            "lifetime = 'static'\nsource = 'https://docs.forge.example/tokens'\n",
            example,
        ]
        .concat();
        let faults = Rules::open(&text).expect_err("the example is wrong");
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults.into_iter().next().expect("one")
    }

    const COUNTER: &str = "[[detector.counter-example]]\ntext = 'exf_helper'\nwhy = 'a name'\n";

    #[test]
    fn a_wrong_example_says_what_was_found_where_and_never_what() {
        let example = "[[detector.example]]\ntext = ['key exf_', '0123456789abcdef', ' and more']\n\
                       redacted = 'key [exf-token]'\n";
        let it = remark(&[example, COUNTER].concat());
        assert_eq!(
            it.message,
            "example 1 is not redacted as it says: `exf-token` is found in bytes 5 to 24"
        );
        assert!(it.help.ends_with("at byte 16"), "{}", it.help);

        let example =
            "[[detector.example]]\ntext = 'exf_0123456789abcde'\nredacted = '[exf-token]'\n";
        let it = remark(&[example, COUNTER].concat());
        assert!(
            it.message.ends_with("nothing is found in it"),
            "{}",
            it.message
        );
        assert!(!it.to_string().contains("0123"), "{it}");
    }

    #[test]
    fn many_places_are_counted() {
        let text = "exf_0123456789abcdef ".repeat(6);
        let example = format!(
            "[[detector.example]]\ntext = 'exf_0123456789abcdef'\nredacted = '[exf-token]'\n\
             [[detector.counter-example]]\ntext = '{text}'\nwhy = 'a mistake'\n"
        );
        let it = remark(&example);
        assert!(
            it.message.ends_with("bytes 64 to 83 and 2 more"),
            "{}",
            it.message
        );
    }
}
