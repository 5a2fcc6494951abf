//! What a string is, as far as it can be told offline.

mod declaration;
mod words;

use std::fmt;
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

pub use self::declaration::{Declaration, Expected, Named, Violation};
pub use self::words::{Around, Code, Ground, Kind, Mode, Phase, Principal, Property};
use crate::bindings::shape as wit;
use crate::error::{Fault, GateError};
use crate::finding::{Checksum, Confidence, Lifetime};
use crate::gate::Gate;
use crate::instance::Instance;
use crate::style::Key;

/// Something that can be read in a value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fact {
    /// What it is about.
    pub property: Property,
    /// What it says, without control characters, at most 512 bytes.
    pub text: String,
}

impl fmt::Debug for Fact {
    /// Facts are of a credential: only what they are about is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fact")
            .field("property", &self.property)
            .finish_non_exhaustive()
    }
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// The detector that finds it, or the name of a shape that no detector has.
    pub id: String,
    /// Who issues it, as people call it; empty where that is not known.
    pub issuer: String,
    /// What it is used as.
    pub kind: Kind,
    /// How long such a credential lives, where that is known.
    pub lifetime: Option<Lifetime>,
    /// Who acts by it, where that can be told.
    pub principal: Option<Principal>,
    /// Whether something real depends on it, where that can be told.
    pub mode: Option<Mode>,
    /// What its checksum says.
    pub checksum: Checksum,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why.
    pub ground: Ground,
    /// When it was made, where it says so.
    pub issued: Option<SystemTime>,
    /// From when on it works, where it says so.
    pub starts: Option<SystemTime>,
    /// From when on it does not work any more, where it says so.
    pub expires: Option<SystemTime>,
    /// How it stands to the moment that was given.
    pub phase: Phase,
    /// What else can be read in it.
    pub facts: Vec<Fact>,
}

impl Shape {
    /// What it says of a property first.
    #[must_use]
    pub fn fact(&self, property: Property) -> Option<&str> {
        let fact = self.facts.iter().find(|it| it.property == property);
        fact.map(|it| &*it.text)
    }
}

/// What is known of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// What it may be, the surest first; empty where it is unknown.
    pub shapes: Vec<Shape>,
    /// What stands around it, from the outside to the inside.
    pub around: Vec<Around>,
}

/// Why a value was not looked at. No case carries the value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// It is longer than this many bytes.
    #[error("the value is longer than {most} bytes")]
    TooLong {
        /// The most bytes.
        most: u32,
    },
    /// The gate failed.
    #[error(transparent)]
    Gate(#[from] GateError),
}

impl InspectError {
    /// Its stable code, the same in every language.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too-long",
            Self::Gate(error) => error.code(),
        }
    }
}

impl Gate {
    /// What a value may be, and what can be read in it at `now`. Nothing is asked of anybody, and no
    /// answer says that a credential works.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use hushgate::{Gate, Property};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let address = "postgres://app:hunter2@db.example.com/shop";
    /// let seen = Gate::open()?.inspect(address, SystemTime::now())?;
    /// assert_eq!(seen.shapes[0].id, "connection-string");
    /// assert_eq!(seen.shapes[0].fact(Property::Host), Some("db.example.com"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// It is longer than 1 MiB, or the gate failed.
    pub fn inspect(&self, value: &str, now: SystemTime) -> Result<Inspection, InspectError> {
        let now = seconds(now);
        let seen = self.ask(|instance| instance.inspect(value, now))?;
        Ok(seen.map_err(refusal)?.into())
    }

    /// Where a value is not what `declared` says at `now`, the gravest first. That there is nothing says that
    /// nothing contradicts the declaration, not that the value works.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use hushgate::{Code, Declaration, Gate, Kind};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let password = Declaration { kinds: vec![Kind::Password], ..Declaration::default() };
    /// let found = Gate::open()?.check("${DB_PASSWORD}", &password, SystemTime::now())?;
    /// assert_eq!(found[0].code, Code::Placeholder);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// It is longer than 1 MiB, or the gate failed.
    pub fn check(
        &self,
        value: &str,
        declared: &Declaration,
        now: SystemTime,
    ) -> Result<Vec<Violation>, InspectError> {
        let now = seconds(now);
        let declared = declared.clone().into();
        let found = self.ask(|instance| instance.check(value, &declared, now))?;
        let found = found.map_err(refusal)?;
        Ok(found.into_iter().map(Violation::from).collect())
    }

    /// The declarations that have a name.
    ///
    /// # Errors
    /// The gate failed.
    pub fn declarations(&self) -> Result<Vec<Named>, GateError> {
        let all = self.ask(Instance::declarations)?;
        Ok(all.into_iter().map(Named::from).collect())
    }

    /// The keyed fingerprint of a value, for inventories: 32 hex digits, those that a finding of it has
    /// under the same key.
    ///
    /// # Errors
    /// The gate failed.
    pub fn fingerprint(&self, value: &str, key: &Key) -> Result<String, InspectError> {
        let key = Zeroizing::new(key.bytes());
        self.ask(|instance| instance.fingerprint(value, &key))?
            .map_err(refusal)
    }
}

fn refusal(error: wit::InspectError) -> InspectError {
    match error {
        wit::InspectError::TooLong(most) => InspectError::TooLong { most },
        wit::InspectError::KeyTooShort(_) => {
            let cause = String::from("the fingerprint key is refused");
            InspectError::Gate(Fault::Trap(cause).into())
        }
    }
}

fn seconds(moment: SystemTime) -> i64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

/// A moment, if the clock of this machine reaches so far.
fn moment(seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    match seconds < 0 {
        true => SystemTime::UNIX_EPOCH.checked_sub(distance),
        false => SystemTime::UNIX_EPOCH.checked_add(distance),
    }
}

impl From<wit::Inspection> for Inspection {
    fn from(it: wit::Inspection) -> Self {
        Self {
            shapes: it.shapes.into_iter().map(Shape::from).collect(),
            around: it.around.into_iter().map(Around::from).collect(),
        }
    }
}

impl From<wit::Shape> for Shape {
    fn from(it: wit::Shape) -> Self {
        Self {
            id: it.id,
            issuer: it.issuer,
            kind: it.kind.into(),
            lifetime: it.lifetime.map(Lifetime::from),
            principal: it.principal.map(Principal::from),
            mode: it.mode.map(Mode::from),
            checksum: it.checksum.into(),
            confidence: it.confidence.into(),
            ground: it.ground.into(),
            issued: it.issued.and_then(moment),
            starts: it.starts.and_then(moment),
            expires: it.expires.and_then(moment),
            phase: it.phase.into(),
            facts: it.facts.into_iter().map(Fact::from).collect(),
        }
    }
}

impl From<wit::Fact> for Fact {
    fn from(it: wit::Fact) -> Self {
        Self {
            property: it.property.into(),
            text: it.text,
        }
    }
}
