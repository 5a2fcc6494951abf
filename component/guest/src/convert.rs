//! Between the engine's types and the contract's.

use hushgate_detector::{
    Diagnostic, Severity,
    document::{
        Confidence,
        allow::{Allow, AllowedBy},
    },
    table::{Algorithm, Rule, Table},
};
use hushgate_engine::{detect::Checksum, redact, stream, values::ValueError};
use zeroize::Zeroizing;

use crate::bindings::exports::hushgate::gate::{
    bundle,
    redact::{Finding, Framing, OpenError, Options, Outcome, RegisterError, Released, Style},
    types,
};
use crate::shape;

pub(crate) fn diagnostic(it: Diagnostic) -> types::Diagnostic {
    types::Diagnostic {
        severity: match it.severity {
            Severity::Note => types::Severity::Note,
            Severity::Warning => types::Severity::Warning,
            Severity::Error => types::Severity::Error,
        },
        code: it.code.to_owned(),
        message: it.message,
        subject: it.subject,
        line: it.line,
        column: it.column,
        help: it.help,
    }
}

pub(crate) fn allowed(entry: &Allow) -> bundle::Allowed {
    bundle::Allowed {
        detector: entry.detector.clone(),
        by: match entry.by {
            AllowedBy::Fingerprint(_) => bundle::Allowance::Fingerprint,
            AllowedBy::Pattern(_) => bundle::Allowance::Pattern,
            AllowedBy::Path(_) => bundle::Allowance::Path,
        },
        reason: entry.reason.clone(),
        expires: entry.expires,
        line: entry.place.0,
        column: entry.place.1,
    }
}

/// The rule with this index.
pub(crate) fn detector(table: &Table, index: usize, rule: &Rule) -> bundle::Detector {
    let names = table.names.iter();
    let names = names.filter(|name| usize::from(name.rule) == index);
    bundle::Detector {
        id: rule.id.clone().into_owned(),
        description: rule.description.clone().into_owned(),
        lifetime: shape::lifetime(rule.lifetime),
        issuer: rule.nature.issuer.clone().into_owned(),
        kind: shape::kind(rule.nature.kind),
        principal: rule.nature.principal.map(shape::principal),
        mode: rule.nature.mode.map(shape::mode),
        since: rule.since.clone().into_owned(),
        confidence: confidence(rule.confidence),
        checksum: rule.check.map(|check| match check.algorithm {
            Algorithm::Crc32Base62 => bundle::Algorithm::Crc32Base62,
            Algorithm::Crc32Hex => bundle::Algorithm::Crc32Hex,
            Algorithm::Crc32HexUpper => bundle::Algorithm::Crc32HexUpper,
            Algorithm::Crc32HexSwapped => bundle::Algorithm::Crc32HexSwapped,
            Algorithm::Crc32Base64Swapped => bundle::Algorithm::Crc32Base64Swapped,
            Algorithm::Crc32Base36 => bundle::Algorithm::Crc32Base36,
            Algorithm::Bech32 => bundle::Algorithm::Bech32,
        }),
        gate: rule.gate,
        names: names.map(|name| name.text.clone().into_owned()).collect(),
        window: rule.window,
        source: rule.source.clone().into_owned(),
    }
}

pub(crate) fn confidence(confidence: Confidence) -> types::Confidence {
    match confidence {
        Confidence::Low => types::Confidence::Low,
        Confidence::Medium => types::Confidence::Medium,
        Confidence::High => types::Confidence::High,
    }
}

/// The host's copy is wiped as soon as the engine has its own.
fn key(key: Vec<u8>) -> Result<redact::Key, redact::OpenError> {
    redact::Key::new(&Zeroizing::new(key))
}

pub(crate) fn options(options: Options) -> Result<redact::Options, redact::OpenError> {
    Ok(redact::Options {
        key: options.key.map(key).transpose()?,
        style: match options.style {
            Style::Label => redact::Style::Label,
            Style::Stars => redact::Style::Stars,
            Style::Fingerprint(of_labels) => redact::Style::Fingerprint(key(of_labels)?),
            Style::Partial => redact::Style::Partial,
        },
        framing: match options.framing {
            Framing::Text => redact::Framing::Text,
            Framing::Json => redact::Framing::Json,
        },
        detectors: options.detectors,
        least: match options.least {
            types::Confidence::Low => Confidence::Low,
            types::Confidence::Medium => Confidence::Medium,
            types::Confidence::High => Confidence::High,
        },
        report: options.report,
        now: options.now,
        path: options.path,
    })
}

fn number(it: usize) -> u32 {
    u32::try_from(it).unwrap_or(u32::MAX)
}

pub(crate) fn open_error(error: redact::OpenError) -> OpenError {
    match error {
        redact::OpenError::UnknownDetector(id) => OpenError::UnknownDetector(id),
        redact::OpenError::ForeignState => OpenError::ForeignState,
        redact::OpenError::KeyTooShort { least } => OpenError::KeyTooShort(number(least)),
    }
}

pub(crate) fn value_error(error: ValueError) -> RegisterError {
    match error {
        ValueError::TooShort { least } => RegisterError::TooShort(number(least)),
        ValueError::TooLong { most } => RegisterError::TooLong(number(most)),
        ValueError::TooMany { most } => RegisterError::TooMany(number(most)),
        ValueError::TooMuch { most } => RegisterError::TooMuch(number(most)),
        ValueError::Trivial => RegisterError::Trivial,
    }
}

/// Bytes that are final; `text` says whether all input was.
pub(crate) fn released(output: Vec<u8>, text: bool) -> Released {
    if !text {
        return Released::Bytes(output);
    }
    match String::from_utf8(output) {
        Ok(text) => Released::Text(text),
        Err(error) => Released::Bytes(error.into_bytes()),
    }
}

pub(crate) fn outcome(outcome: stream::Outcome) -> Outcome {
    Outcome {
        output: released(outcome.output, true),
        findings: outcome.findings.into_iter().map(finding).collect(),
    }
}

pub(crate) fn checksum(checksum: Checksum) -> types::Checksum {
    match checksum {
        Checksum::Absent => types::Checksum::Absent,
        Checksum::Right => types::Checksum::Right,
        Checksum::Wrong => types::Checksum::Wrong,
    }
}

pub(crate) fn finding(finding: redact::Finding) -> Finding {
    Finding {
        rule: finding.rule,
        span: types::Span {
            start: finding.start,
            end: finding.end,
        },
        line: finding.position.line,
        column: finding.position.column,
        confidence: confidence(finding.confidence),
        checksum: checksum(finding.checksum),
        fingerprint: finding.fingerprint,
    }
}
