//! The gate: rules, registered values and a pool of sandboxes.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::allow::{Allowed, Allowlist};
use crate::batch;
use crate::bindings::redact;
use crate::digest::{Digests, component_digest};
use crate::error::{Fault, GateError};
use crate::finding::{Confidence, Detector, Framing, Redacted};
use crate::instance::{Instance, Stream};
use crate::limits::Limits;
use crate::redactor::{self, Redactor};
use crate::registry::Registry;
use crate::runtime::Runtime;
use crate::spelling;
use crate::style::{Key, Options, Style};
use crate::writer::RedactingWriter;

/// An open gate: rules, registered values and a pool of sandboxes.
///
/// Clones are cheap and share all of it; use one gate from as many threads as you like.
///
/// ```
/// use hushgate::Gate;
///
/// # fn main() -> Result<(), hushgate::GateError> {
/// let gate = Gate::open()?;
/// // The parts are joined here, so that no scanner of this page meets a token.
/// let log = ["token=ghp_", "EXAMPLEneverEXAMPLEissuedEXAMP0Fs62F", "\n"].concat();
/// assert_eq!(gate.redact_text(&log)?, "token=[github-pat]\n");
/// assert_eq!(gate.redact_text("nothing secret here\n")?, "nothing secret here\n");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Gate {
    shared: Arc<Shared>,
    options: Arc<Options>,
}

struct Shared {
    runtime: Arc<Runtime>,
    bundle: Option<String>,
    allowlist: Allowlist,
    registry: Registry,
    limits: Limits,
    digests: Digests,
    idle: Mutex<Vec<Instance>>,
}

impl Gate {
    /// A gate with the built-in rules and the registry of the process.
    ///
    /// # Errors
    /// The component cannot be loaded on this machine.
    pub fn open() -> Result<Self, GateError> {
        Self::builder().open()
    }

    /// A gate with other rules, values or limits.
    pub fn builder() -> GateBuilder {
        GateBuilder::default()
    }

    /// A redactor for one stream.
    ///
    /// # Errors
    /// No sandbox could be set up.
    pub fn redactor(&self) -> Result<Redactor, GateError> {
        Redactor::open(self.clone())
    }

    /// A writer that redacts what is written to it and hands the rest on to `inner`.
    ///
    /// # Errors
    /// No sandbox could be set up.
    pub fn writer<W: std::io::Write>(&self, inner: W) -> Result<RedactingWriter<W>, GateError> {
        Ok(RedactingWriter::new(self.redactor()?, inner))
    }

    /// Redacts bytes that are all at hand.
    ///
    /// # Errors
    /// The gate failed; nothing was released.
    pub fn redact(&self, data: &[u8]) -> Result<Vec<u8>, GateError> {
        redactor::whole(self, data)
    }

    /// Redacts text that is all at hand.
    ///
    /// # Errors
    /// The gate failed; nothing was released.
    pub fn redact_text(&self, text: &str) -> Result<String, GateError> {
        let output = redactor::whole(self, text)?;
        String::from_utf8(output).map_err(|_| GateError::Failed {
            cause: String::from("text became invalid UTF-8"),
        })
    }

    /// Redacts many records at once, each as a stream of its own: far cheaper than a call for
    /// each, where records are short.
    ///
    /// ```
    /// use hushgate::{Framing, Gate, Registry};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = Registry::new();
    /// registry.add(b"hunter2hunter2")?;
    /// let gate = Gate::builder().registry(&registry).framing(Framing::Json).open()?;
    ///
    /// let records = [r#"{"password":"\u0068unter2hunter2"}"#, r#"{"id":17}"#];
    /// let redacted = gate.redact_batch(&records)?;
    /// assert_eq!(redacted[0].output, br#"{"password":"[registered]"}"#);
    /// assert_eq!(redacted[1].output, br#"{"id":17}"#);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The gate failed; nothing was released.
    pub fn redact_batch(&self, records: &[&str]) -> Result<Vec<Redacted>, GateError> {
        batch::redact(self, records)
    }

    /// The digests of the component and the rule set.
    #[must_use]
    pub fn digests(&self) -> &Digests {
        &self.shared.digests
    }

    /// The detectors of the rule set, sorted by id.
    ///
    /// # Errors
    /// No sandbox could be set up.
    pub fn detectors(&self) -> Result<Vec<Detector>, GateError> {
        self.ask(Instance::detectors)
    }

    /// The entries of the bundle's allowlist, and whether something was let through for them by this
    /// gate or one that shares its sandboxes.
    #[must_use]
    pub fn allowlist(&self) -> Vec<Allowed> {
        self.shared.allowlist.entries()
    }

    /// The same gate for streams of the file with this path, as entries of the allowlist name it, with
    /// `/` between names. It shares all else.
    #[must_use]
    pub fn at(&self, path: &str) -> Self {
        if self.shared.allowlist.is_empty() {
            return self.clone();
        }
        Self {
            shared: Arc::clone(&self.shared),
            options: Arc::new(self.options.at(path)),
        }
    }

    /// Whether the sandbox runs machine code that was made when this library was built. Where it
    /// does not, opening the first gate of a process takes about a second.
    #[must_use]
    pub fn is_precompiled(&self) -> bool {
        self.shared.runtime.is_precompiled()
    }

    pub(crate) fn options(&self) -> &redact::Options {
        self.options.get()
    }

    pub(crate) fn shared_options(&self) -> &Arc<Options> {
        &self.options
    }

    /// Notes for which entries of the allowlist a stream let something through.
    pub(crate) fn note_allowed(
        &self,
        instance: &mut Instance,
        stream: Stream,
    ) -> Result<(), Fault> {
        if !self.shared.allowlist.is_empty() {
            self.shared.allowlist.note(&instance.allowed(stream)?);
        }
        Ok(())
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.shared.registry
    }

    /// Asks a sandbox, and another one if that is lost: a question leaves nothing behind.
    pub(crate) fn ask<T>(
        &self,
        question: impl Fn(&mut Instance) -> Result<T, Fault>,
    ) -> Result<T, GateError> {
        let once = |instance: fn(&Self) -> Result<Instance, Fault>| {
            let mut instance = instance(self)?;
            let answer = question(&mut instance)?;
            self.give_back(instance);
            Ok(answer)
        };
        once(Self::instance)
            .or_else(|_lost: Fault| once(Self::fresh_instance))
            .map_err(GateError::from)
    }

    /// A sandbox that has followed the registry up to now.
    pub(crate) fn instance(&self) -> Result<Instance, Fault> {
        let idle = self
            .shared
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        if let Some(mut instance) = idle
            && instance.catch_up(&self.shared.registry).is_ok()
        {
            return Ok(instance);
        }
        self.fresh_instance()
    }

    /// A sandbox that never held a byte of any stream.
    pub(crate) fn fresh_instance(&self) -> Result<Instance, Fault> {
        let shared = &self.shared;
        // The bundle was accepted when the gate was opened, so this refusal is a fault.
        let mut instance =
            Instance::open(&shared.runtime, &shared.limits, shared.bundle.as_deref())?
                .map_err(|_| Fault::Trap(String::from("the rule set is refused")))?;
        instance.follow(&shared.registry)?;
        Ok(instance)
    }

    /// A stream at its start. The options were accepted when the gate was opened.
    pub(crate) fn start(&self, instance: &mut Instance) -> Result<Stream, Fault> {
        instance.start(&self.options)?.map_err(refused_options)
    }

    /// Takes back a sandbox that holds no stream.
    pub(crate) fn give_back(&self, instance: Instance) {
        let mut idle = self
            .shared
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.shared.limits.idle_instances() {
            idle.push(instance);
        }
    }
}

pub(crate) fn refused_options(error: redact::OpenError) -> Fault {
    Fault::Trap(match error {
        redact::OpenError::UnknownDetector(id) => format!("there is no detector `{id}`"),
        redact::OpenError::ForeignState => String::from("a checkpoint is refused"),
        redact::OpenError::KeyTooShort(_) => String::from("the fingerprint key is refused"),
    })
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("digests", &self.shared.digests)
            .finish_non_exhaustive()
    }
}

/// How a gate is to be opened.
///
/// ```
/// use hushgate::{Gate, Limits, Registry, Style};
///
/// # fn main() -> Result<(), hushgate::GateError> {
/// let gate = Gate::builder()
///     .registry(&Registry::new())
///     .style(Style::Stars)
///     .findings(true)
///     .limits(Limits::default().memory(64 << 20))
///     .open()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct GateBuilder {
    bundle: Option<String>,
    detectors: Vec<String>,
    registry: Option<Registry>,
    limits: Limits,
    style: Style,
    framing: Framing,
    least: Confidence,
    findings: bool,
    key: Option<Key>,
    now: Option<SystemTime>,
}

impl fmt::Debug for GateBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whoever writes a bundle may have pasted a credential that works, so it is not shown.
        f.debug_struct("GateBuilder")
            .field("bundle", &self.bundle.as_ref().map(String::len))
            .field("detectors", &self.detectors)
            .field("registry", &self.registry)
            .field("limits", &self.limits)
            .field("style", &self.style)
            .field("framing", &self.framing)
            .field("least", &self.least)
            .field("findings", &self.findings)
            .field("key", &self.key)
            .field("now", &self.now)
            .finish()
    }
}

impl GateBuilder {
    /// Adds the rules of `text`, a TOML document of `[[detector]]` and `[[allow]]` tables, to the
    /// built-in ones.
    pub fn bundle(mut self, text: impl Into<String>) -> Self {
        self.bundle = Some(text.into());
        self
    }

    /// Applies only the detectors with these ids; none named means all of them. Registered
    /// values are always looked for.
    pub fn detectors(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.detectors = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Replaces only what is found with this confidence or more; medium where nothing is said. What a
    /// detector matches with less is treated as if it did not match. Registered values are high.
    pub fn min_confidence(mut self, least: Confidence) -> Self {
        self.least = least;
        self
    }

    /// Looks for the values of this registry instead of the process's.
    pub fn registry(mut self, registry: &Registry) -> Self {
        self.registry = Some(registry.clone());
        self
    }

    /// Sets what one sandbox may use.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what is written in place of a finding.
    pub fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// Sets what streams consist of.
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Whether redactors keep findings, with line and column, for `Redactor::findings`.
    pub fn findings(mut self, keep: bool) -> Self {
        self.findings = keep;
        self
    }

    /// Sets the key of the fingerprints that findings have, and that entries of the allowlist name.
    /// Without it no such entry applies.
    ///
    /// Labels are then written once all of a credential is known, or 8 KiB of it.
    pub fn fingerprint_key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// Sets the time by which entries of the allowlist expire; where nothing is said it is that at which the gate
    /// is opened.
    pub fn now(mut self, now: SystemTime) -> Self {
        self.now = Some(now);
        self
    }

    /// Opens the gate.
    ///
    /// # Errors
    /// The bundle is refused, a detector is unknown, the key of fingerprints is too short, a
    /// registered value is refused under these rules, or the component cannot be loaded.
    pub fn open(self) -> Result<Gate, GateError> {
        let runtime = Runtime::shared()?;
        let registry = self.registry.unwrap_or_else(Registry::process);
        let as_checked = self.bundle.is_none() && self.limits.are_default();
        let mut instance = match as_checked.then(|| registry.take_checker()).flatten() {
            Some(checker) => checker,
            None => {
                let mut new = Instance::open(&runtime, &self.limits, self.bundle.as_deref())?
                    .map_err(GateError::RulesRefused)?;
                new.follow(&registry)?;
                new
            }
        };
        let digests = Digests {
            component: component_digest().to_owned(),
            rules: instance.digest()?,
        };
        let now = self.now.unwrap_or_else(SystemTime::now);
        let now = now.duration_since(UNIX_EPOCH).ok();
        let now = now.map(|since| since.as_secs());
        let allowlist = match self.bundle {
            Some(_) => instance.allowlist()?,
            None => Vec::new(),
        };
        let allowlist = Allowlist::new(allowlist, now, self.key.is_some());
        let options = Arc::new(Options::new(redact::Options {
            style: self.style.into(),
            framing: self.framing.into(),
            detectors: self.detectors,
            least: self.least.into(),
            report: self.findings,
            key: self.key.as_ref().map(Key::bytes),
            now,
            path: None,
        }));
        match instance.start(&options)? {
            Ok(stream) => instance.put_back(stream, &options),
            Err(redact::OpenError::UnknownDetector(id)) => {
                let known = instance.detectors()?;
                let nearest = spelling::nearest(&id, known.iter().map(|known| known.id.as_str()));
                let nearest = nearest.map(str::to_owned);
                return Err(GateError::UnknownDetector { id, nearest });
            }
            Err(redact::OpenError::KeyTooShort(least)) => {
                return Err(GateError::KeyTooShort { least });
            }
            Err(other) => return Err(refused_options(other).into()),
        }
        let gate = Gate {
            shared: Arc::new(Shared {
                runtime,
                bundle: self.bundle,
                allowlist,
                registry,
                limits: self.limits,
                digests,
                idle: Mutex::default(),
            }),
            options,
        };
        gate.give_back(instance);
        Ok(gate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_shared_between_threads() {
        fn check<T: Send + Sync + Clone>() {}
        check::<Gate>();
        fn check_send<T: Send>() {}
        check_send::<Redactor>();
    }
}
