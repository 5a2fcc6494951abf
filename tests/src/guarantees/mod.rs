//! The guarantees as checks of one stream; see `docs/design.md` for what they promise.
//!
//! Property tests and fuzz targets make the streams up, and share these oracles. Each check says
//! what broke; a stream that a guarantee does not speak of passes.

pub mod records;
pub mod shapes;

use hushgate_engine::redact::{Finding, Framing, Style};

use crate::{
    Trouble, awkward, runner,
    stream::{Cuts, place, shown},
    subject::{Outcome, Subject},
};

/// Fails with a message unless something holds.
macro_rules! hold {
    ($that:expr, $($message:tt)+) => {
        if !$that {
            return Err(format!($($message)+).into());
        }
    };
}
pub(crate) use hold;

/// Bytes of a match that a fingerprint is made of at most: as many may be held.
const FINGERPRINTED: usize = 8192;

/// Two ways of running one stream came to the same.
///
/// # Errors
/// Where they part.
pub fn same(what: &str, expected: &Outcome, got: &Outcome) -> Result<(), Trouble> {
    if expected.bytes != got.bytes {
        return Err(runner::difference(what, &expected.bytes, &got.bytes).into());
    }
    let (findings, others) = (&expected.findings, &got.findings);
    hold!(
        findings == others,
        "{what}: findings\n{others:#?}\nexpected\n{findings:#?}"
    );
    Ok(())
}

/// Where the input is cut changes neither output nor findings: as given, and one byte at a time.
///
/// # Errors
/// A cut made a difference.
pub fn split_invariance(subject: &Subject<'_>) -> Result<(), Trouble> {
    cut(subject, &[Cuts::Given, Cuts::Everywhere])
}

/// The same for some ways of cutting it.
///
/// # Errors
/// A cut made a difference.
pub fn cut(subject: &Subject<'_>, ways: &[Cuts]) -> Result<(), Trouble> {
    let whole = subject.run(Cuts::Nowhere)?;
    ways.iter().try_for_each(|&way| {
        let what = format!("cut {way:?}").to_lowercase();
        let outcome = subject.run(way)?;
        same(&what, &whole, &outcome)
    })
}

/// The same for each place alone, up to an offset.
///
/// # Errors
/// A cut made a difference.
pub fn split_invariance_alone(subject: &Subject<'_>, most: usize) -> Result<(), Trouble> {
    let places = 0..=subject.stream.bytes.len().min(most);
    cut(subject, &places.map(Cuts::At).collect::<Vec<_>>())
}

/// No value that is registered throughout is in the output, nor its base64 where it is looked for.
///
/// # Errors
/// Which value is there.
pub fn no_leak(subject: &Subject<'_>) -> Result<(), Trouble> {
    let whole = subject.run(Cuts::Nowhere)?;
    let output = &whole.bytes;
    for value in subject.registered() {
        hold!(
            !runner::holds(output, value),
            "{} in {}",
            shown(value),
            shown(output)
        );
        if value.len() < hushgate_engine::values::MIN_DERIVED {
            continue;
        }
        for before in 0..3 {
            let encoded = awkward::inner_base64(value, before);
            hold!(
                !runner::holds(output, &encoded),
                "base64 of {} in {}",
                shown(value),
                shown(output)
            );
        }
    }
    Ok(())
}

/// Redacting the output again changes nothing, in whatever style. Nothing is said of a stream in
/// which values come or go, nor of records that a match joined: these were decided as text.
///
/// # Errors
/// What changed.
pub fn idempotence(subject: &Subject<'_>, again: &Style) -> Result<(), Trouble> {
    let stream = subject.stream;
    if !stream.changes.is_empty() {
        return Ok(());
    }
    let once = subject.run(Cuts::Given)?.bytes.clone();
    if stream.framing == Framing::Json && records::joined(&stream.bytes, &once) {
        return Ok(());
    }
    let twice = subject.again(&once, again)?;
    let expected = Outcome {
        bytes: once,
        findings: Vec::new(),
    };
    same("redacted again", &expected, &twice)
}

/// The length of the label at the beginning of `text`, if there is one.
#[must_use]
pub fn label_at(text: &[u8], rule: &str) -> Option<usize> {
    let named = format!("[{rule}");
    let labels = [
        &format!("{named}]"),
        "[redacted]",
        "***",
        "[*]",
        "«*»",
        "⟦*⟧",
        "𝄆*𝄇",
    ];
    let plain = labels
        .iter()
        .find(|label| text.starts_with(label.as_bytes()));
    plain.map(|label| label.len()).or_else(|| {
        let rest = text.strip_prefix(named.as_bytes())?.strip_prefix(b":")?;
        let (digits, rest) = rest.split_at_checked(6)?;
        let hex = digits
            .iter()
            .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        (hex && rest.starts_with(b"]")).then_some(named.len() + 8)
    })
}

/// The input bytes of a finding, and those between the one before and it, if that is where findings
/// may be: in order, apart and inside the input; with the right line and column.
fn located<'b>(
    bytes: &'b [u8],
    at: &mut usize,
    finding: &Finding,
) -> Result<(&'b [u8], &'b [u8]), Trouble> {
    let (start, end) = (
        usize::try_from(finding.start)?,
        usize::try_from(finding.end)?,
    );
    let (gap, found) = bytes
        .get(*at..start)
        .zip(bytes.get(start..end))
        .filter(|(_, found)| !found.is_empty())
        .ok_or_else(|| format!("{finding:?} lies outside the input, or in another finding"))?;
    *at = end;
    let (lines, columns) = place(bytes.get(..start).unwrap_or_default());
    let position = finding.position;
    hold!(
        (position.line, position.column) == (lines + 1, columns + 1),
        "{finding:?} is in line {}, column {}",
        lines + 1,
        columns + 1
    );
    Ok((gap, found))
}

/// Text outside findings is unchanged, a label stands for each finding, and positions are right.
///
/// # Errors
/// What is otherwise.
pub fn fidelity(subject: &Subject<'_>) -> Result<(), Trouble> {
    let outcome = subject.run(Cuts::Given)?;
    let input = &subject.stream.bytes;
    let partial = matches!(subject.stream.style, Style::Partial);
    let mut rest = outcome.bytes.as_slice();
    let mut at = 0;
    for finding in &outcome.findings {
        let (gap, found) = located(input, &mut at, finding)?;
        let behind = rest.strip_prefix(gap);
        let behind = behind.ok_or_else(|| format!("gap {} in {}", shown(gap), shown(rest)))?;
        // In this style what is shown is how the finding begins.
        let alike = behind.iter().zip(found).take_while(|(a, b)| a == b).count();
        let most = if partial { alike.min(16) } else { 0 };
        let label = (0..=most).find_map(|shown| {
            let length = label_at(behind.get(shown..)?, &finding.rule)?;
            behind.get(shown + length..)
        });
        rest = label.ok_or_else(|| format!("no label at {}", shown(behind)))?;
    }
    let expected = input.get(at..).unwrap_or_default();
    hold!(
        rest == expected,
        "the rest is {}, not {}",
        shown(rest),
        shown(expected)
    );
    Ok(())
}

/// Other instances go on from checkpoints as if nothing had happened. Nothing is said of a stream in
/// which values come or go: what is read again is read with the values of now.
///
/// # Errors
/// What is otherwise.
pub fn checkpoints(subject: &Subject<'_>, cuts: Cuts) -> Result<(), Trouble> {
    if !subject.stream.changes.is_empty() {
        return Ok(());
    }
    let undisturbed = subject.run(cuts)?;
    same(
        "over to other instances",
        &undisturbed,
        &subject.relay(cuts)?,
    )
}

/// Where a stream is fresh, another one that begins there goes on as if it were the same, as long as
/// no value comes or goes.
///
/// # Errors
/// What is otherwise.
pub fn fresh_streams(subject: &Subject<'_>, cuts: Cuts) -> Result<(), Trouble> {
    if !subject.stream.changes.is_empty() {
        return Ok(());
    }
    let undisturbed = subject.run(cuts)?;
    same("begun anew", &undisturbed, &subject.restart(cuts)?)
}

/// The bytes of the longest word that may be the encoding of something, up to what is held of one.
#[must_use]
pub fn longest_word(text: &[u8]) -> usize {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_.~%".contains(byte);
    let words = text.split(|byte| !part(byte)).map(<[u8]>::len);
    words.max().unwrap_or(0).min(64 << 10)
}

/// What is held back of text is bounded by what a match may need. Nothing is said of a stream in
/// which values come or go.
///
/// # Errors
/// How much was held.
pub fn bounds(subject: &Subject<'_>) -> Result<(), Trouble> {
    let stream = subject.stream;
    if !stream.changes.is_empty() || stream.framing != Framing::Text {
        return Ok(());
    }
    let longest = subject.registered().map(<[u8]>::len).max().unwrap_or(0);
    let windows = subject.rules.detectors().iter().map(|rule| rule.window);
    let window = match stream.style {
        Style::Fingerprint(_) => FINGERPRINTED,
        // What may be allowed is looked at as a whole.
        _ if !subject.rules.allowlist().is_empty() => FINGERPRINTED,
        _ => windows.max().unwrap_or(0) as usize,
    };
    // The longest notation of a value is base64 of six bytes for one.
    let most = window
        .max(longest * 8 + 16)
        .max(longest_word(&stream.bytes))
        + 80;
    let held = subject.most_held()?;
    hold!(held <= most, "{held} bytes are held back, more than {most}");
    Ok(())
}
