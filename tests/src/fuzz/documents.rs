//! Target `detectors`: rule documents, and the rules that they make.
//!
//! An input whose first byte is even is a document. Of any other one the lines are the pattern, the
//! keywords and the checksum of a detector that is right in all else; what follows them is made into
//! text of its shapes.

use hushgate_detector::{
    Diagnostic, Severity,
    document::{Confidence, Detector, Document},
    pattern::Pattern,
    table::Table,
};
use hushgate_engine::rules::Rules;

use super::{LONG, case::quoted, script::NOTHING, stream_of};
use crate::{
    Trouble,
    awkward::credential,
    guarantees::hold,
    stream::{Cuts, Stream, shown, style},
    subject::Subject,
};

/// The id of the detector that is made up.
const ID: &str = "t-fuzz";

/// Finds fault with what becomes of a document.
///
/// # Errors
/// What does not hold.
pub fn check(input: &[u8]) -> Result<(), Trouble> {
    let (first, rest) = input.split_first().unwrap_or((&0, &[]));
    let kept: Vec<u8> = rest.iter().copied().filter(|&it| it != NOTHING).collect();
    if first % 2 == 0 {
        let text = String::from_utf8_lossy(&kept);
        return document(&text).map_err(|broken| format!("{broken}\n\n{text}").into());
    }
    let mut parts = kept.splitn(4, |&byte| byte == b'\n');
    let mut line = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (pattern, keywords, checksum) = (line(), line(), line());
    let draft = Draft {
        pattern: &pattern,
        keywords: &keywords,
        checksum: &checksum,
    };
    let seeds = parts.next().unwrap_or_default();
    made_up(&draft, seeds).map_err(|broken| {
        let text = draft.document("", "");
        format!("{broken}\n\n{text}").into()
    })
}

fn document(text: &str) -> Result<(), Trouble> {
    let rules = match Rules::open(text) {
        Err(faults) => return refused(text, &faults),
        Ok(rules) => rules,
    };
    let document = Document::parse(text).map_err(|_| "it opens, and is refused alone")?;
    if !document.allowlist.is_empty() {
        // It may let an example through.
        return Ok(());
    }
    for detector in &document.detectors {
        examples(&rules, detector)?;
    }
    Ok(())
}

/// Whatever is refused comes with a reason, in one line each, and a place in the document.
fn refused(text: &str, faults: &[Diagnostic]) -> Result<(), Trouble> {
    hold!(!faults.is_empty(), "refused without a diagnostic");
    for fault in faults {
        let code = fault.code.as_bytes();
        let kebab = code.iter().all(|it| matches!(it, b'a'..=b'z' | b'-'));
        let one_line = |text: &str| !text.chars().any(char::is_control);
        let before = usize::try_from(fault.line)?.checked_sub(1);
        let line = before.and_then(|before| text.split('\n').nth(before));
        let column = usize::try_from(fault.column)?;
        let placed = line.is_some_and(|line| (1..=line.len() + 1).contains(&column));
        hold!(
            fault.severity == Severity::Error
                && kebab
                && !fault.message.is_empty()
                && one_line(&fault.to_string())
                && placed,
            "a poor diagnostic: {fault:?}"
        );
    }
    Ok(())
}

/// Examples come out as they say, however they are cut.
fn examples(rules: &Rules, detector: &Detector) -> Result<(), Trouble> {
    let examples = detector.examples.iter();
    let examples = examples.map(|it| (&it.text, &it.redacted));
    let counter = detector.counter_examples.iter();
    let counter = counter.map(|it| (&it.text, &it.text));
    for (text, redacted) in examples.chain(counter) {
        let bytes = text.as_bytes().to_vec();
        let stream = Stream {
            cuts: vec![bytes.len() / 2],
            bytes,
            // As when the document was opened.
            least: Confidence::Low,
            ..Stream::default()
        };
        let whole = Subject::new(rules, &stream).run(Cuts::Nowhere)?;
        hold!(
            whole.bytes == redacted.as_bytes(),
            "{text:?} becomes {}",
            shown(&whole.bytes)
        );
        stream_of(rules, &stream)?;
    }
    Ok(())
}

/// A detector that is right but for what is tried.
struct Draft<'d> {
    pattern: &'d str,
    keywords: &'d str,
    checksum: &'d str,
}

impl Draft<'_> {
    fn document(&self, text: &str, redacted: &str) -> String {
        let window = Pattern::parse(self.pattern).map_or(8, |pattern| pattern.window());
        let keywords: Vec<String> = self.keywords.split(' ').map(quoted).collect();
        let checksum = self.checksum.split(' ').collect::<Vec<_>>();
        let checksum = match checksum.as_slice() {
            [algorithm, over, equals] => format!(
                "checksum = {{ algorithm = {}, over = {}, equals = {} }}\n",
                quoted(algorithm),
                quoted(over),
                quoted(equals)
            ),
            _ => String::new(),
        };
        format!(
            "[[detector]]\nid = '{ID}'\nsince = '0.1.0'\ndescription = 'Made up.'\n\
             pattern = {}\nkeywords = [{}]\nmax-len = {window}\n{checksum}lifetime = 'static'\n\
             source = 'https://docs.forge.example/'\n\
             [[detector.example]]\ntext = {}\nredacted = {}\n\
             [[detector.counter-example]]\ntext = 'nothing'\nwhy = 'a word'\n",
            quoted(self.pattern),
            keywords.join(", "),
            quoted(text),
            quoted(redacted),
        )
    }
}

/// A detector that is made up finds what its pattern describes, and its findings keep the guarantees.
fn made_up(draft: &Draft<'_>, seeds: &[u8]) -> Result<(), Trouble> {
    let text = draft.document("example", "example");
    let alone = match Document::parse(&text) {
        Err(faults) => return refused(&text, &faults),
        Ok(document) => Table::build(&document.detectors),
    };
    let seed = |index: usize| seeds.get(index).map_or(0, |&seed| usize::from(seed));
    let number = seed(0) % alone.shapes.len().max(1);
    let shaped = String::from_utf8(credential(&alone, number, seed(1) as u64))?;
    // What has to stand in front stays.
    let ahead = alone.shapes.get(number).map_or(0, |shape| {
        let steps = alone.steps_of(shape).iter().take(shape.skip.into());
        steps.map(|step| step.min as usize).sum()
    });
    let front = shaped.get(..ahead).unwrap_or_default();
    let text = draft.document(&shaped, &format!("{front}[{ID}]"));
    let rules = match Rules::open(&text) {
        Ok(rules) => rules,
        Err(faults) => {
            refused(&text, &faults)?;
            // A built-in detector may find as much or more.
            let is_found = |message: &str| {
                let mut parts = message.split("is found in bytes ").skip(1);
                parts.any(|part| {
                    let numbers = part.split(|it: char| !it.is_ascii_digit());
                    let mut numbers = numbers.filter_map(|it| it.parse::<usize>().ok());
                    numbers.next().is_some_and(|from| from <= ahead + 1)
                        && numbers.next().is_some_and(|to| to >= shaped.len())
                })
            };
            let missed = faults
                .iter()
                .find(|it| it.code == "wrong-example" && !is_found(&it.message));
            return match missed {
                Some(fault) => Err(format!("{shaped:?} is not found: {fault}").into()),
                None => Ok(()),
            };
        }
    };
    let stream = Stream {
        bytes: text_of(&alone, rules.table(), &shaped, draft, seeds),
        style: style(seed(2)),
        cuts: seeds.iter().map(|&seed| usize::from(seed)).collect(),
        ..Stream::default()
    };
    let stream = Stream {
        cuts: stream.within(),
        ..stream
    };
    stream_of(&rules, &stream)
}

/// Text made of what the detector finds, and of what only looks like it.
fn text_of(alone: &Table, all: &Table, shaped: &str, draft: &Draft<'_>, seeds: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, &seed) in seeds.iter().enumerate() {
        let number = usize::from(seed / 16);
        let own = || credential(alone, number % alone.shapes.len().max(1), index as u64);
        let piece = match seed % 16 {
            0..=2 => own(),
            3 => shaped.as_bytes().to_vec(),
            4..=6 => {
                let whole = own();
                let length = whole.len() * (number + 1) / 17;
                whole.get(..length).unwrap_or_default().to_vec()
            }
            7 => credential(
                all,
                (number * 16 + index) % all.shapes.len().max(1),
                seed.into(),
            ),
            8 => format!("[{ID}]").into_bytes(),
            9 => b"***".to_vec(),
            10 => draft.keywords.as_bytes().to_vec(),
            11 => b"_".to_vec(),
            12 => b"a".to_vec(),
            13 => b"\n".to_vec(),
            _ => vec![seed],
        };
        if bytes.len() + piece.len() <= LONG {
            bytes.extend(piece);
        }
    }
    bytes
}
