//! `hushgate inspect`: what a credential is, and whether it is what was declared.
//!
//! # Hazard
//! The value is read, handed to the sandbox and wiped. Nothing that is printed repeats it.

mod answer;
mod batch;
mod source;
mod table;
mod usage;

use std::time::SystemTime;

use hushgate::{Declaration, Gate, InspectError, Key, Named};

use self::answer::Answer;
pub(crate) use self::usage::usage;
use crate::cli::InspectArgs;
use crate::failure::{Exit, Failure};
use crate::{console, rules, style};

/// Looks at one value, or at many.
///
/// # Errors
/// There is nothing to read, or something that cannot be looked at.
pub(crate) fn run(args: &InspectArgs) -> Result<Exit, Failure> {
    let inspector = Inspector::open(args)?;
    if args.declarations {
        return inspector.list(args.json);
    }
    let declared = args.declared.as_deref();
    let declared = declared.map(|name| inspector.named(name)).transpose()?;
    if args.batch {
        return batch::run(args, &inspector, declared);
    }
    let value = source::read(args)?;
    let answer = inspector.answer(&value, declared).map_err(refused)?;
    let text = match args.json {
        true => console::json(&answer)?,
        false if value.trim().is_empty() => table::nothing(&answer),
        false => table::answer(&answer, inspector.now),
    };
    console::answer(text.as_bytes())?;
    Ok(answer.exit)
}

/// What is needed to look at a value.
struct Inspector {
    gate: Gate,
    names: Vec<Named>,
    now: SystemTime,
    key: Option<Key>,
}

impl Inspector {
    fn open(args: &InspectArgs) -> Result<Self, Failure> {
        let mut builder = Gate::builder();
        let bundle = args.bundle.as_deref();
        let text = bundle.map(rules::read).transpose()?;
        if let Some(text) = &text {
            builder = builder.bundle(text);
        }
        let gate = match (builder.open(), bundle) {
            (Ok(gate), _) => gate,
            (Err(error), Some(path)) => {
                return Err(rules::refused(error, Some(path), text.as_deref()));
            }
            (Err(error), None) => return Err(error.into()),
        };
        Ok(Self {
            names: gate.declarations()?,
            now: moment(args)?,
            key: args
                .fingerprint_key_env
                .as_deref()
                .map(style::key)
                .transpose()?,
            gate,
        })
    }

    /// The declaration with this name.
    fn named(&self, name: &str) -> Result<&Declaration, Failure> {
        self.declaration(name).ok_or_else(|| {
            Failure::refused(
                "no declaration has the name that `--declared` gives",
                "`hushgate inspect --declarations` lists them",
            )
        })
    }

    fn declaration(&self, name: &str) -> Option<&Declaration> {
        let found = self.names.iter().find(|it| it.name == name);
        found.map(|it| &it.declaration)
    }

    fn answer(&self, value: &str, declared: Option<&Declaration>) -> Result<Answer, InspectError> {
        let seen = self.gate.inspect(value, self.now)?;
        let violations = declared
            .map(|declared| self.gate.check(value, declared, self.now))
            .transpose()?;
        // What stands around it does not belong to it, so that findings have the same.
        let fingerprint = self
            .key
            .as_ref()
            .map(|key| self.gate.fingerprint(value.trim(), key))
            .transpose()?;
        Ok(Answer::new(seen, violations, fingerprint))
    }

    fn list(&self, json: bool) -> Result<Exit, Failure> {
        let text = match json {
            true => console::json(&answer::names(&self.names))?,
            false => table::names(&self.names),
        };
        console::answer(text.as_bytes())
    }
}

/// The moment to look at it: now, or another one.
fn moment(args: &InspectArgs) -> Result<SystemTime, Failure> {
    let moment = args.at.map(SystemTime::try_from).transpose();
    let moment = moment.map_err(|_| {
        Failure::refused(
            "this machine has no such moment as `--at` gives",
            "name one nearer to today",
        )
    })?;
    Ok(moment.unwrap_or_else(SystemTime::now))
}

fn refused(error: InspectError) -> Failure {
    match error {
        InspectError::Gate(error) => error.into(),
        error => Failure::refused(error, "a credential is shorter; look what was read"),
    }
}
