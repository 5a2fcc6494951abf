//! Whether a value is what somebody declared it to be.
//!
//! # Promise
//! Each violation has a stable code, and says what to do. None repeats the value. That there is no
//! violation does not say that the value works.

use hushgate_detector::document::{
    Confidence, Lifetime,
    nature::{Kind, Mode, Principal},
};
use hushgate_engine::{detect::Checksum, rules::Rules};

use crate::{
    Around, InspectError, Phase, Property, Shape, inspect, placeholder::is_placeholder,
    shape::Ground,
};

/// What a value is declared to be. What is left open is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declaration {
    /// Shapes it may have, by their ids.
    pub shapes: Vec<String>,
    /// Kinds it may be.
    pub kinds: Vec<Kind>,
    /// Who issues it, as `issuer` of a shape; letter case does not matter.
    pub issuer: Option<String>,
    /// The longest lifetime it may have.
    pub lifetime: Option<Lifetime>,
    /// Who acts by it.
    pub principal: Option<Principal>,
    /// Whether something real may depend on it.
    pub mode: Option<Mode>,
    /// The most seconds it may live, from when it was made to its end.
    pub seconds: Option<u64>,
    /// What it must say.
    pub expected: Vec<Expected>,
}

/// What a value must say of a property: one of these texts, in which `*` stands for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What about.
    pub property: Property,
    /// What, one of them.
    pub texts: Vec<String>,
}

/// How grave a violation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Works perhaps, but not as declared.
    Warning,
    /// It is not what was declared.
    Error,
}

/// What is wrong. The name is the stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// There is nothing.
    Empty,
    /// It stands for a value that is still to be filled in.
    Placeholder,
    /// White space, ends of lines, quotes or the scheme of a header stand around it.
    Untidy,
    /// It is in base64, though it need not be.
    Encoded,
    /// It is in base64 twice.
    EncodedTwice,
    /// Nothing is known that looks like this.
    Unknown,
    /// It is of another shape than declared.
    WrongShape,
    /// It is of another kind than declared.
    WrongKind,
    /// A private key, where something public was declared.
    PrivateForPublic,
    /// Somebody else issues it.
    WrongIssuer,
    /// It acts for somebody else than declared.
    WrongPrincipal,
    /// It lives longer than declared, by its nature.
    TooLasting,
    /// It lives for more seconds than declared.
    TooLong,
    /// It does not say until when it works, though it has to.
    Endless,
    /// It does not work any more.
    Expired,
    /// It does not work yet.
    Early,
    /// Its checksum is wrong: a typing error, or a cut paste.
    WrongChecksum,
    /// It cannot be read to its end.
    Broken,
    /// It is of a sandbox, where the real thing was declared.
    TestForLive,
    /// Something real depends on it, where a sandbox was declared.
    LiveForTest,
    /// It says something else than expected of a property.
    WrongFact,
    /// It says nothing of a property of which something is expected.
    MissingFact,
}

impl Code {
    /// Their names, as people write them.
    pub const ALL: [(&'static str, Self); 22] = [
        ("empty", Self::Empty),
        ("placeholder", Self::Placeholder),
        ("untidy", Self::Untidy),
        ("encoded", Self::Encoded),
        ("encoded-twice", Self::EncodedTwice),
        ("unknown", Self::Unknown),
        ("wrong-shape", Self::WrongShape),
        ("wrong-kind", Self::WrongKind),
        ("private-for-public", Self::PrivateForPublic),
        ("wrong-issuer", Self::WrongIssuer),
        ("wrong-principal", Self::WrongPrincipal),
        ("too-lasting", Self::TooLasting),
        ("too-long", Self::TooLong),
        ("endless", Self::Endless),
        ("expired", Self::Expired),
        ("early", Self::Early),
        ("wrong-checksum", Self::WrongChecksum),
        ("broken", Self::Broken),
        ("test-for-live", Self::TestForLive),
        ("live-for-test", Self::LiveForTest),
        ("wrong-fact", Self::WrongFact),
        ("missing-fact", Self::MissingFact),
    ];

    /// Its name, as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, it)| *it == self);
        found.map_or("", |(name, _)| *name)
    }

    fn severity(self) -> Severity {
        match self {
            Self::Encoded | Self::Endless => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// Where a value is not what was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// One line, lower case, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
    /// The property it is about.
    pub property: Option<Property>,
}

/// Where `value` is not what `declared` says at `now`, in seconds since 1970.
///
/// # Errors
/// Where it is too long to be looked at.
pub fn check(
    rules: &Rules,
    value: &str,
    declared: &Declaration,
    now: i64,
) -> Result<Vec<Violation>, InspectError> {
    let seen = inspect(rules, value)?;
    let mut found = Found(Vec::new());
    if value.trim().is_empty() {
        found.add(
            Code::Empty,
            "there is nothing".into(),
            "set the value; an unset variable often becomes an empty one",
        );
        return Ok(found.0);
    }
    let shape = best(&seen.shapes, declared);
    // A key file ends with a newline, as files do.
    let is_block = shape.is_some_and(|it| {
        matches!(
            it.kind,
            Kind::PrivateKey | Kind::PublicKey | Kind::Certificate | Kind::KeyFile
        )
    });
    found.around(&seen.around, is_block);
    let sure = shape.filter(|it| it.confidence > Confidence::Low || it.ground == Ground::Broken);
    if sure.is_none() && is_placeholder(value.trim()) {
        found.add(
            Code::Placeholder,
            "it stands for a value that is still to be filled in".into(),
            "put the credential in its place",
        );
        return Ok(found.0);
    }
    if sure.is_some_and(|it| it.is_template) {
        found.add(
            Code::Placeholder,
            "the password in it is still to be filled in".into(),
            "put the password in its place",
        );
    }
    match sure.or(shape.filter(|it| named(it, declared))) {
        Some(shape) => {
            found.compare(shape, declared, now);
            // A file may hold both halves.
            let private =
                |it: &Shape| it.kind == Kind::PrivateKey && it.confidence > Confidence::Low;
            if shape.kind != Kind::PrivateKey
                && wants_public(declared)
                && seen.shapes.iter().any(private)
            {
                found.private_for_public("a private key stands beside it");
            }
        }
        None if declared.kinds.iter().all(|kind| has_form(*kind)) => found.add(
            Code::Unknown,
            "nothing is known that looks like this".into(),
            "look whether it is the right value, and all of it",
        ),
        // A password may be anything.
        None => {}
    }
    found.0.sort_by_key(|it| std::cmp::Reverse(it.severity));
    Ok(found.0)
}

/// Whether values of a kind can be told from others by their form.
fn has_form(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Password | Kind::Token | Kind::SecretKey | Kind::SessionCookie | Kind::SymmetricKey
    )
}

fn named(shape: &Shape, declared: &Declaration) -> bool {
    declared.shapes.contains(&shape.id)
}

/// The shape to compare: what was declared, if it may be that, or else the surest.
fn best<'s>(shapes: &'s [Shape], declared: &Declaration) -> Option<&'s Shape> {
    let sure = |it: &&Shape| it.confidence > Confidence::Low;
    shapes
        .iter()
        .find(|it| named(it, declared) && !cfg!(sabotage = "surest-is-compared"))
        .or_else(|| {
            let fits = |it: &&Shape| declared.kinds.contains(&it.kind) && is_issuer(it, declared);
            shapes.iter().filter(sure).find(fits)
        })
        .or_else(|| shapes.first())
}

/// Whether nothing but what anybody may see was declared.
fn wants_public(declared: &Declaration) -> bool {
    let is_public = |kind: &Kind| matches!(kind, Kind::PublicKey | Kind::Certificate);
    !declared.kinds.is_empty() && declared.kinds.iter().all(is_public)
}

fn is_issuer(shape: &Shape, declared: &Declaration) -> bool {
    let issuer = declared.issuer.as_ref();
    issuer.is_none_or(|issuer| issuer.eq_ignore_ascii_case(&shape.issuer))
}

struct Found(Vec<Violation>);

impl Found {
    fn add(&mut self, code: Code, message: String, help: &'static str) {
        self.0.push(Violation {
            code,
            severity: code.severity(),
            message,
            help,
            property: None,
        });
    }

    fn around(&mut self, around: &[Around], is_block: bool) {
        let layers = around.iter().filter(|it| **it == Around::Base64).count();
        match layers.saturating_sub(usize::from(cfg!(sabotage = "once-is-twice"))) {
            0 => {}
            1 => self.add(
                Code::Encoded,
                "it is in base64".into(),
                "decode it, unless whoever reads it does; Kubernetes decodes `data`, and not `stringData`",
            ),
            _ => self.add(
                Code::EncodedTwice,
                "it is in base64 twice".into(),
                "encode it once: `data` of a Kubernetes Secret takes base64 of the value itself",
            ),
        }
        for (one, what, help) in [
            (
                Around::Newline,
                "an end of line stands around it",
                "write it without: `printf %s` in place of `echo`",
            ),
            (
                Around::Space,
                "white space stands around it",
                "remove the blanks; they are sent with the credential",
            ),
            (
                Around::Quotes,
                "quotes stand around it",
                "remove them: not every reader of `.env` files does",
            ),
            (
                Around::Scheme,
                "the scheme of a header stands in front of it",
                "keep the credential alone; who sends it adds the scheme",
            ),
        ] {
            let counts = !(is_block && one == Around::Newline);
            if around.contains(&one) && counts && !cfg!(sabotage = "untidy-passes") {
                self.add(Code::Untidy, what.into(), help);
            }
        }
    }

    fn compare(&mut self, shape: &Shape, declared: &Declaration, now: i64) {
        self.form(shape);
        let is_it = self.nature(shape, declared);
        self.phase(shape, now);
        if is_it {
            self.times(shape, declared, now);
            self.facts(shape, declared);
        }
    }

    fn form(&mut self, shape: &Shape) {
        if shape.checksum == Checksum::Wrong && !cfg!(sabotage = "wrong-checksum-is-no-violation") {
            self.add(
                Code::WrongChecksum,
                format!("the checksum in this `{}` is wrong", shape.id),
                "copy it again: a character is missing or mistyped, or it was made up",
            );
        }
        if shape.ground == Ground::Broken && !cfg!(sabotage = "broken-is-no-violation") {
            self.add(
                Code::Broken,
                format!("this `{}` cannot be read to its end", shape.id),
                "copy all of it, with the ends of its lines",
            );
        }
    }

    fn private_for_public(&mut self, what: &str) {
        self.add(
            Code::PrivateForPublic,
            what.into(),
            "replace the key pair if this went anywhere, and hand out the public half alone",
        );
    }

    /// Compares what it is; whether it is what was declared.
    fn nature(&mut self, shape: &Shape, declared: &Declaration) -> bool {
        let before = self.0.len();
        if shape.kind == Kind::PrivateKey
            && wants_public(declared)
            && !cfg!(sabotage = "private-for-public-is-a-kind")
        {
            self.private_for_public("it is a private key, and a public one was declared");
        } else if !declared.kinds.is_empty() && !declared.kinds.contains(&shape.kind) {
            let wanted: Vec<&str> = declared.kinds.iter().map(|kind| kind.name()).collect();
            self.add(
                Code::WrongKind,
                format!(
                    "it looks like `{}`, kind {}; declared is {}",
                    shape.id,
                    shape.kind.name(),
                    wanted.join(" or ")
                ),
                "look which credential belongs here",
            );
        } else if !declared.shapes.is_empty() && !named(shape, declared) {
            self.add(
                Code::WrongShape,
                format!(
                    "it looks like `{}`; declared is {}",
                    shape.id,
                    declared.shapes.join(" or ")
                ),
                "look which credential belongs here",
            );
        }
        if !is_issuer(shape, declared) {
            let issuer = if shape.issuer.is_empty() {
                "somebody unknown"
            } else {
                &shape.issuer
            };
            self.add(
                Code::WrongIssuer,
                format!(
                    "{issuer} issued it; declared is {}",
                    declared.issuer.as_deref().unwrap_or_default()
                ),
                "look which credential belongs here",
            );
        }
        let is_it = self.0.len() == before;
        if let (Some(is), Some(wanted)) = (shape.principal, declared.principal)
            && is != wanted
            && !cfg!(sabotage = "principals-are-alike")
        {
            self.add(
                Code::WrongPrincipal,
                format!(
                    "a {} acts by it; declared is a {}",
                    is.name(),
                    wanted.name()
                ),
                "use a credential that was made for whom it acts",
            );
        }
        match (shape.mode, declared.mode) {
            (Some(Mode::Test), Some(Mode::Live)) if !cfg!(sabotage = "sandbox-passes") => self.add(
                Code::TestForLive,
                "it is of a sandbox".into(),
                "use the key of the real account",
            ),
            (Some(Mode::Live), Some(Mode::Test)) => self.add(
                Code::LiveForTest,
                "something real depends on it".into(),
                "use a key of the sandbox, and replace this one if others could read it",
            ),
            _ => {}
        }
        is_it
    }

    /// Whether it works now, whatever it is.
    fn phase(&mut self, shape: &Shape, now: i64) {
        match shape.phase(now) {
            Phase::Over => self.add(
                Code::Expired,
                "it does not work any more".into(),
                "get a new one",
            ),
            Phase::Early => self.add(
                Code::Early,
                "it does not work yet".into(),
                "wait, or look at the clocks",
            ),
            Phase::Within => {}
        }
    }

    fn times(&mut self, shape: &Shape, declared: &Declaration, now: i64) {
        if let (Some(is), Some(most)) = (shape.lifetime, declared.lifetime)
            && rank(is) > rank(most)
            && !cfg!(sabotage = "lifetimes-are-alike")
        {
            self.add(
                Code::TooLasting,
                format!("it is {}; declared is {}", lasting(is), lasting(most)),
                "exchange an identity for a credential that ends by itself",
            );
        }
        let Some(most) = declared.seconds else {
            return;
        };
        let from = shape.issued.or(shape.starts).unwrap_or(now);
        match shape.expires {
            Some(end) => {
                let seconds = u64::try_from(end.saturating_sub(from)).unwrap_or(0);
                if seconds > most + u64::from(cfg!(sabotage = "a-second-too-long")) {
                    self.add(
                        Code::TooLong,
                        format!("it lives {seconds} seconds; declared are {most} at most"),
                        "ask its issuer for a shorter life",
                    );
                }
            }
            None => self.add(
                Code::Endless,
                "it does not say until when it works".into(),
                "look up its end where it was made",
            ),
        }
    }

    fn facts(&mut self, shape: &Shape, declared: &Declaration) {
        for expected in &declared.expected {
            let name = expected.property.name();
            let mut said = shape.facts(expected.property).peekable();
            if said.peek().is_none() && cfg!(sabotage = "missing-facts-pass") {
                continue;
            }
            let (code, message, help) = if said.peek().is_none() {
                (
                    Code::MissingFact,
                    format!("it says nothing of its {name}"),
                    "look whether it is the right credential, or leave this open",
                )
            } else if said.any(|text| expected.texts.iter().any(|it| matches(it, text))) {
                continue;
            } else {
                (
                    Code::WrongFact,
                    format!("its {name} is not {}", expected.texts.join(" or ")),
                    "look where it was made, and for whom",
                )
            };
            self.add(code, message, help);
            if let Some(last) = self.0.last_mut() {
                last.property = Some(expected.property);
            }
        }
    }
}

fn rank(lifetime: Lifetime) -> u8 {
    match lifetime {
        Lifetime::Session => 0,
        Lifetime::Short => 1,
        Lifetime::Long => 2,
        Lifetime::Static => 3,
    }
}

fn lasting(lifetime: Lifetime) -> &'static str {
    match lifetime {
        Lifetime::Session => "of a session",
        Lifetime::Short => "short-lived",
        Lifetime::Long => "long-lived",
        Lifetime::Static => "static",
    }
}

/// Whether `text` is `pattern`, in which `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty() || cfg!(sabotage = "one-text-for-all");
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text) in [
            ("a", "a"),
            ("*", ""),
            ("a*", "abc"),
            ("*c", "abc"),
            ("a*c*e", "abcde"),
            ("repo:acme/*:ref:*", "repo:acme/site:ref:refs/heads/main"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("a*b", "a"), ("ab*ba", "aba"), ("", "a")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    fn codes(value: &str, declared: &Declaration) -> Vec<&'static str> {
        let found = check(&Rules::standard(), value, declared, 1_795_617_000).expect("short");
        found.iter().map(|it| it.code.name()).collect()
    }

    #[test]
    fn what_was_declared_is_no_violation() {
        let key = format!("ASIA{}", "QYYYYYYYEXAMPLE2");
        let session = Declaration {
            shapes: vec!["aws-session-key-id".into()],
            lifetime: Some(Lifetime::Session),
            ..Declaration::default()
        };
        assert_eq!(codes(&key, &session), Vec::<&str>::new());
        assert_eq!(codes(&format!("{key}\n"), &session), ["untidy"]);
        let static_key = key.replace("ASIA", "AKIA");
        assert_eq!(codes(&static_key, &session), ["wrong-shape"]);
        assert_eq!(codes("", &session), ["empty"]);
        assert_eq!(codes("${AWS_KEY}", &session), ["placeholder"]);
        assert_eq!(codes("what is this", &session), ["unknown"]);
    }

    #[test]
    fn a_password_may_be_anything() {
        let password = Declaration {
            kinds: vec![Kind::Password],
            ..Declaration::default()
        };
        assert_eq!(codes("tr0ub4dor&3", &password), Vec::<&str>::new());
        assert_eq!(codes("\"tr0ub4dor&3\"", &password), ["untidy"]);
        assert_eq!(codes("changeme", &password), ["placeholder"]);
    }
}
