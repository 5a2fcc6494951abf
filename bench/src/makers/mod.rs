//! Who makes which haystack.
//!
//! Logs imitate what their tools print, field by field; nothing of them was copied from a real
//! one. Credentials stand where such things get into logs: a query string, a header, an echoed
//! command, a dumped environment.

mod access;
mod adversarial;
mod application;
mod cloud;
mod job;
mod kubernetes;
mod mixed;
mod plan;
mod traceback;
mod words;

use std::fmt::Debug;

use serde::Deserialize;

use crate::credential::Credentials;
use crate::random::Random;

/// Makes one kind of haystack.
pub trait Maker: Debug {
    /// Appends one record with its line end, and a credential in a place that suits it.
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>);
}

/// Which maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// nginx, combined format.
    AccessLog,
    /// A service that logs one JSON object a line.
    Application,
    /// The kubelet's and other Kubernetes components' lines.
    Kubernetes,
    /// API events as `CloudTrail` delivers them, one JSON object a line.
    Cloudtrail,
    /// Python exceptions between ordinary lines.
    Traceback,
    /// A continuous-integration job.
    CiLog,
    /// Environments, one variable a line.
    Environment,
    /// The output of `terraform plan`.
    TerraformPlan,
    /// All of the above, in stretches.
    Mixed,
    /// The beginnings of all credentials, and never a whole one.
    Beginnings,
    /// Base64 of base64 of base64.
    NestedBase64,
    /// Private keys without a body.
    NearMissKeys,
    /// `eyJ` without end.
    JwtPrefixes,
    /// The fixed beginning of a JWT again and again, without ever a dot.
    JwtHeads,
    /// Equals signs without end.
    EqualsSigns,
    /// Letters and digits without end.
    Word,
    /// Escapes of percent-encoding without end.
    PercentSigns,
    /// The first words of a marker again and again.
    MarkerHeads,
    /// The first marker of a private key again and again.
    KeyHeads,
    /// A name of a password again and again, each of them the value of the one in front.
    Names,
    /// The name of a header that holds a credential, and never one.
    Headers,
    /// Registered values but for their last byte.
    NearMissValues,
    /// NUL bytes, not one line break.
    Zeros,
    /// Random bytes.
    Noise,
}

impl Kind {
    /// Those that imitate logs.
    pub const LOGS: [Self; 9] = [
        Self::AccessLog,
        Self::Application,
        Self::Kubernetes,
        Self::Cloudtrail,
        Self::Traceback,
        Self::CiLog,
        Self::Environment,
        Self::TerraformPlan,
        Self::Mixed,
    ];
}

/// The maker of a kind.
#[must_use]
pub fn new(
    kind: Kind,
    random: &mut Random,
    credentials: &Credentials<'_>,
    registered: &[String],
) -> Box<dyn Maker> {
    match kind {
        Kind::AccessLog => Box::new(access::AccessLog::default()),
        Kind::Application => Box::new(application::Application::default()),
        Kind::Kubernetes => Box::new(kubernetes::Kubernetes::default()),
        Kind::Cloudtrail => Box::new(cloud::Cloudtrail::default()),
        Kind::Traceback => Box::new(traceback::Traceback::default()),
        Kind::CiLog => Box::new(job::CiLog::default()),
        Kind::Environment => Box::new(job::Environment),
        Kind::TerraformPlan => Box::new(plan::TerraformPlan),
        Kind::Mixed => Box::new(mixed::Mixed::default()),
        Kind::Beginnings => Box::new(adversarial::Texts::lines(credentials.beginnings(random))),
        Kind::NestedBase64 => Box::new(adversarial::NestedBase64::default()),
        Kind::NearMissKeys => Box::new(adversarial::NearMissKeys),
        Kind::JwtPrefixes => Box::new(adversarial::Repeated("eyJ")),
        Kind::JwtHeads => Box::new(adversarial::Repeated(concat!("eyJ", "hbGciO"))),
        Kind::EqualsSigns => Box::new(adversarial::EqualsSigns),
        Kind::Word => Box::new(adversarial::Word),
        Kind::PercentSigns => Box::new(adversarial::PercentSigns),
        Kind::MarkerHeads => Box::new(adversarial::Repeated("-----BEGIN ")),
        Kind::KeyHeads => Box::new(adversarial::Repeated(concat!(
            "-----BEGIN PRIV",
            "ATE KEY-----"
        ))),
        Kind::Names => Box::new(adversarial::Repeated("password=")),
        Kind::Headers => Box::new(adversarial::Repeated("Authorization: Bearer ")),
        Kind::NearMissValues => Box::new(adversarial::Texts::near_misses(registered)),
        Kind::Zeros => Box::new(adversarial::Repeated("\0")),
        Kind::Noise => Box::new(adversarial::Noise),
    }
}

/// Appends formatted text to bytes.
macro_rules! put {
    ($out:expr, $($arguments:tt)*) => {{
        use std::io::Write as _;
        // Writing to a `Vec` does not fail.
        let _ = write!($out, $($arguments)*);
    }};
}
pub(crate) use put;

/// A clock that goes forward by some milliseconds at each look, from one fixed day on.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    milliseconds: usize,
}

impl Clock {
    /// Hours, minutes, seconds, milliseconds, and the day of a month, from the first on.
    pub(crate) fn tick(&mut self, random: &mut Random) -> [usize; 5] {
        self.milliseconds += random.below(90);
        let seconds = self.milliseconds / 1000;
        [
            seconds / 3600 % 24,
            seconds / 60 % 60,
            seconds % 60,
            self.milliseconds % 1000,
            1 + seconds / 86_400 % 28,
        ]
    }
}
