//! Lane `native`: the engine, without a sandbox.

use hushgate_detector::document::{
    Confidence, Lifetime,
    nature::{Kind, Mode, Principal},
};
use hushgate_engine::{
    detect::Checksum,
    redact::{self, OpenError, Options},
    rules::Rules,
    stream::Machine,
    values::{ValueError, Values},
};
use hushgate_shape as engine;

use crate::{
    Trouble,
    lane::{self, Found, Lane, Refusal, Relay, Session, Setup},
    shape::{self, Answer, Declaration, Question, Read, Seen, Violation},
    vector::{Diagnostic, Level, Records, Style},
};

/// Lifetimes by their names.
const LIFETIMES: [(&str, Lifetime); 4] = [
    ("session", Lifetime::Session),
    ("short", Lifetime::Short),
    ("long", Lifetime::Long),
    ("static", Lifetime::Static),
];

/// The lane.
#[derive(Debug)]
pub struct Native;

impl Lane for Native {
    type Session = NativeSession;

    fn name(&self) -> &'static str {
        "native"
    }

    fn open(&self, setup: &Setup) -> Result<Result<NativeSession, Refusal>, Trouble> {
        let rules = match setup.bundle.as_deref().map(Rules::open) {
            None => Rules::standard(),
            Some(Ok(rules)) => rules,
            Some(Err(faults)) => {
                return Ok(Err(Refusal {
                    code: "rules-refused".to_owned(),
                    diagnostics: faults.into_iter().map(diagnostic).collect(),
                    ..Refusal::default()
                }));
            }
        };
        let key = match setup.key.as_deref().map(redact::Key::new).transpose() {
            Ok(key) => key,
            Err(error) => return Ok(Err(refusal(error))),
        };
        let style = match (setup.style, &key) {
            (Style::Label, _) => redact::Style::Label,
            (Style::Stars, _) => redact::Style::Stars,
            (Style::Fingerprint, Some(key)) => redact::Style::Fingerprint(key.clone()),
            (Style::Fingerprint, None) => return Err("a fingerprint without a key".into()),
            (Style::Partial, _) => redact::Style::Partial,
        };
        let options = Options {
            style,
            framing: match setup.records {
                Records::None => redact::Framing::Text,
                Records::Json => redact::Framing::Json,
            },
            detectors: setup.detectors.clone(),
            least: match setup.least {
                Level::Low => Confidence::Low,
                Level::Medium => Confidence::Medium,
                Level::High => Confidence::High,
            },
            report: true,
            key,
            now: setup.now,
            path: setup.path.clone(),
        };
        Ok(match Machine::open(&rules, &options) {
            Ok(redactor) => Ok(NativeSession {
                values: Values::new(&rules),
                rules,
                options,
                redactor,
            }),
            Err(error) => Err(refusal(error)),
        })
    }

    fn inspect(&self, question: &Question<'_>) -> Answer<Seen> {
        let rules = rules(question)?;
        let seen = engine::inspect(&rules, question.value);
        Ok(seen.map_err(too_long).map(|seen| Seen {
            shapes: seen
                .shapes
                .into_iter()
                .map(|it| read(it, question.now))
                .collect(),
            around: seen.around.into_iter().map(around).collect(),
        }))
    }

    fn check(&self, question: &Question<'_>, declared: &Declaration) -> Answer<Vec<Violation>> {
        let rules = rules(question)?;
        let declared = of_declaration(declared)?;
        let found = engine::check(&rules, question.value, &declared, question.now);
        let found = found.map(|all| all.into_iter().map(violation).collect());
        Ok(found.map_err(too_long))
    }

    fn declaration(&self, name: &str) -> Result<Option<Declaration>, Trouble> {
        let named = engine::declared::all().iter().find(|it| it.name == name);
        Ok(named.map(|it| declaration(it.declaration())))
    }
}

fn rules(question: &Question<'_>) -> Result<Rules, Trouble> {
    let Some(bundle) = question.bundle else {
        return Ok(Rules::standard());
    };
    Rules::open(bundle).map_err(|_| "the bundle is refused".into())
}

fn too_long(error: engine::InspectError) -> Refusal {
    let engine::InspectError::TooLong { most } = error;
    Refusal {
        code: "too-long".to_owned(),
        limit: Some(most as u64),
        diagnostics: Vec::new(),
    }
}

fn read(it: engine::Shape, now: i64) -> Read {
    Read {
        phase: match it.phase(now) {
            engine::Phase::Early => "early",
            engine::Phase::Within => "within",
            engine::Phase::Over => "over",
        }
        .to_owned(),
        id: it.id,
        issuer: it.issuer,
        kind: it.kind.name().to_owned(),
        lifetime: it.lifetime.map(lifetime),
        principal: it.principal.map(|it| it.name().to_owned()),
        mode: it.mode.map(|it| it.name().to_owned()),
        checksum: checksum(it.checksum).to_owned(),
        confidence: confidence(it.confidence).to_owned(),
        ground: match it.ground {
            engine::Ground::Checksum => "checksum",
            engine::Ground::Form => "form",
            engine::Ground::Structure => "structure",
            engine::Ground::Common => "common",
            engine::Ground::WrongChecksum => "wrong-checksum",
            engine::Ground::Bare => "bare",
            engine::Ground::Broken => "broken",
        }
        .to_owned(),
        issued: it.issued,
        starts: it.starts,
        expires: it.expires,
        facts: it
            .facts
            .into_iter()
            .map(|it| (it.property.name().to_owned(), it.text))
            .collect(),
    }
}

fn around(it: engine::Around) -> String {
    match it {
        engine::Around::Space => "space",
        engine::Around::Newline => "newline",
        engine::Around::Quotes => "quotes",
        engine::Around::Scheme => "scheme",
        engine::Around::Base64 => "base64",
    }
    .to_owned()
}

fn violation(it: engine::Violation) -> Violation {
    Violation {
        code: it.code.name().to_owned(),
        severity: match it.severity {
            engine::Severity::Note => "note",
            engine::Severity::Warning => "warning",
            engine::Severity::Error => "error",
        }
        .to_owned(),
        message: it.message,
        help: it.help.to_owned(),
        property: it.property.map(|it| it.name().to_owned()),
    }
}

fn of_declaration(it: &Declaration) -> Result<engine::Declaration, Trouble> {
    let kinds = it.kinds.iter().map(|kind| shape::named(&Kind::ALL, kind));
    let expected = it.expected.iter().map(|(property, texts)| {
        Ok(engine::Expected {
            property: shape::named(&engine::Property::ALL, property)?,
            texts: texts.clone(),
        })
    });
    let lifetime = it.lifetime.as_ref();
    let principal = it.principal.as_ref();
    let mode = it.mode.as_ref();
    Ok(engine::Declaration {
        shapes: it.shapes.clone(),
        kinds: kinds.collect::<Result<_, _>>()?,
        issuer: it.issuer.clone(),
        lifetime: lifetime
            .map(|it| shape::named(&LIFETIMES, it))
            .transpose()?,
        principal: principal
            .map(|it| shape::named(&Principal::ALL, it))
            .transpose()?,
        mode: mode.map(|it| shape::named(&Mode::ALL, it)).transpose()?,
        seconds: it.seconds,
        expected: expected.collect::<Result<_, Trouble>>()?,
    })
}

fn declaration(it: engine::Declaration) -> Declaration {
    let expected = it.expected.into_iter();
    Declaration {
        shapes: it.shapes,
        kinds: it.kinds.iter().map(|it| it.name().to_owned()).collect(),
        issuer: it.issuer,
        lifetime: it.lifetime.map(lifetime),
        principal: it.principal.map(|it| it.name().to_owned()),
        mode: it.mode.map(|it| it.name().to_owned()),
        seconds: it.seconds,
        expected: expected
            .map(|it| (it.property.name().to_owned(), it.texts))
            .collect(),
    }
}

fn refusal(error: OpenError) -> Refusal {
    let (code, limit) = match error {
        OpenError::UnknownDetector(_) => ("unknown-detector", None),
        OpenError::ForeignState => ("foreign-state", None),
        OpenError::KeyTooShort { least } => ("key-too-short", Some(least as u64)),
    };
    Refusal {
        code: code.to_owned(),
        limit,
        diagnostics: Vec::new(),
    }
}

fn diagnostic(fault: hushgate_detector::Diagnostic) -> Diagnostic {
    Diagnostic {
        code: fault.code.to_owned(),
        subject: fault.subject,
        line: fault.line,
        column: fault.column,
    }
}

/// A redactor of the engine.
#[derive(Debug)]
pub struct NativeSession {
    rules: Rules,
    options: Options,
    values: Values,
    redactor: Machine,
}

impl Session for NativeSession {
    fn add(&mut self, value: &[u8]) -> Result<Result<(), Refusal>, Trouble> {
        Ok(self.values.add(value).map_err(|error| {
            let (code, limit) = match error {
                ValueError::TooShort { least } => ("too-short", Some(least)),
                ValueError::TooLong { most } => ("too-long", Some(most)),
                ValueError::TooMany { most } => ("too-many", Some(most)),
                ValueError::TooMuch { most } => ("too-much", Some(most)),
                ValueError::Trivial => ("trivial", None),
            };
            Refusal {
                code: code.to_owned(),
                limit: limit.map(|limit| limit as u64),
                diagnostics: Vec::new(),
            }
        }))
    }

    fn remove(&mut self, value: &[u8]) -> Result<bool, Trouble> {
        Ok(self.values.remove(value))
    }

    fn clear(&mut self) -> Result<(), Trouble> {
        self.values = Values::new(&self.rules);
        Ok(())
    }

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble> {
        self.redactor.push(&self.values, chunk, out);
        Ok(())
    }

    fn push_text(&mut self, chunk: &str, out: &mut Vec<u8>) -> Result<(), Trouble> {
        self.push(chunk.as_bytes(), out)
    }

    fn settle(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble> {
        self.redactor.settle(&self.values, out);
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Trouble> {
        self.redactor.finish(&self.values, out);
        Ok(())
    }

    fn findings(&mut self) -> Result<Vec<Found>, Trouble> {
        Ok(self.redactor.findings().into_iter().map(found).collect())
    }

    fn allowed(&mut self) -> Result<Vec<u32>, Trouble> {
        let allowed = self.redactor.allowed().into_iter();
        Ok(allowed.map(u32::try_from).collect::<Result<_, _>>()?)
    }

    fn is_fresh(&mut self) -> Result<bool, Trouble> {
        Ok(self.redactor.is_fresh())
    }
}

impl Relay for NativeSession {
    fn checkpoint(&mut self) -> Result<u64, Trouble> {
        Ok(self.redactor.checkpoint().offset)
    }

    fn relay(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble> {
        let checkpoint = self.redactor.checkpoint();
        self.redactor = Machine::resume(&self.rules, &self.options, &checkpoint.state)?;
        self.push(lane::behind(input, checkpoint.offset)?, out)
    }
}

fn found(finding: redact::Finding) -> Found {
    Found {
        rule: finding.rule,
        span: [finding.start, finding.end],
        line: finding.position.line,
        column: finding.position.column,
        confidence: confidence(finding.confidence),
        checksum: checksum(finding.checksum),
        fingerprint: finding.fingerprint,
    }
}

fn lifetime(it: Lifetime) -> String {
    let found = LIFETIMES.iter().find(|(_, known)| *known == it);
    found.map_or_else(String::new, |(name, _)| (*name).to_owned())
}

fn confidence(it: Confidence) -> &'static str {
    match it {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

fn checksum(it: Checksum) -> &'static str {
    match it {
        Checksum::Absent => "absent",
        Checksum::Right => "right",
        Checksum::Wrong => "wrong",
    }
}
