//! One sandbox: a store, the component in it, and an open rule set.
//!
//! # Hazard
//! After any fault an instance is in an unknown state. Every call consumes nothing on success,
//! but whoever meets a [`Fault`] must drop the instance and not call it again.

use std::sync::Arc;

use wasmtime::component::ResourceAny;
use wasmtime::{Store, StoreLimits, StoreLimitsBuilder};
use zeroize::Zeroizing;

use crate::bindings::{self, bundle, redact, shape};
use crate::diagnostic::Diagnostic;
use crate::error::{Fault, RegisterError};
use crate::finding::{Detector, Finding, Redacted};
use crate::limits::Limits;
use crate::registry::{Change, Cursor, Registry};
use crate::runtime::Runtime;
use crate::style::Options;

/// A redactor inside an instance.
#[derive(Clone, Copy)]
pub(crate) struct Stream(ResourceAny);

/// One sandbox.
pub(crate) struct Instance {
    store: Store<StoreLimits>,
    exports: bindings::Gate,
    limits: Limits,
    rules: ResourceAny,
    values: ResourceAny,
    cursor: Option<Cursor>,
    /// A redactor that stands at the start of a stream, for whoever needs one with these options
    /// next.
    idle: Option<(Stream, Arc<Options>)>,
}

impl Instance {
    /// A new sandbox with the built-in rules and those of `bundle`.
    ///
    /// The inner error says what is wrong with the bundle.
    pub(crate) fn open(
        runtime: &Runtime,
        limits: &Limits,
        bundle: Option<&str>,
    ) -> Result<Result<Self, Vec<Diagnostic>>, Fault> {
        Self::set_up(runtime, limits, bundle).map_err(|fault| runtime.room().explain(fault))
    }

    fn set_up(
        runtime: &Runtime,
        limits: &Limits,
        bundle: Option<&str>,
    ) -> Result<Result<Self, Vec<Diagnostic>>, Fault> {
        let cap = StoreLimitsBuilder::new()
            .memory_size(limits.memory_bytes())
            .build();
        let mut store = Store::new(runtime.engine(), cap);
        store.limiter(|cap| cap);
        store.set_epoch_deadline(limits.ticks());
        let exports = runtime.component().instantiate(&mut store)?;

        let guest = exports.hushgate_gate_bundle().bundle();
        store.set_epoch_deadline(limits.ticks());
        let rules = match bundle {
            None => guest.call_constructor(&mut store)?,
            Some(text) => match guest.call_open(&mut store, text)? {
                Ok(rules) => rules,
                Err(faults) => {
                    return Ok(Err(faults.into_iter().map(Diagnostic::from).collect()));
                }
            },
        };
        store.set_epoch_deadline(limits.ticks());
        let values = exports
            .hushgate_gate_redact()
            .registry()
            .call_constructor(&mut store, rules)?;
        Ok(Ok(Self {
            store,
            exports,
            limits: limits.clone(),
            rules,
            values,
            cursor: None,
            idle: None,
        }))
    }

    /// Registers every value of `registry`, and follows it from now on.
    pub(crate) fn follow(&mut self, registry: &Registry) -> Result<(), Fault> {
        let (cursor, values) = registry.subscribe();
        self.cursor = Some(cursor);
        for value in values {
            self.add(&value)?.map_err(Fault::Value)?;
        }
        Ok(())
    }

    /// Follows a registry from this change on: all values that it had then are here.
    pub(crate) fn follow_from(&mut self, cursor: Cursor) {
        self.cursor = Some(cursor);
    }

    /// Takes over what changed in `registry` since the last call.
    pub(crate) fn catch_up(&mut self, registry: &Registry) -> Result<(), Fault> {
        let Some(cursor) = &self.cursor else {
            return self.follow(registry);
        };
        let Some(changes) = registry.since(cursor)? else {
            return Ok(());
        };
        for change in changes {
            match change {
                Change::Added(value) => self.add(&value)?.map_err(Fault::Value)?,
                Change::Removed(value) => {
                    self.remove(&value)?;
                }
            }
        }
        Ok(())
    }

    /// Adds a value to this sandbox alone.
    pub(crate) fn add(&mut self, value: &[u8]) -> Result<Result<(), RegisterError>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().registry();
        let added = guest.call_add(&mut self.store, self.values, value)?;
        Ok(added.map_err(RegisterError::from))
    }

    /// Removes a value from this sandbox alone; whether it was there.
    pub(crate) fn remove(&mut self, value: &[u8]) -> Result<bool, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().registry();
        Ok(guest.call_remove(&mut self.store, self.values, value)?)
    }

    pub(crate) fn digest(&mut self) -> Result<String, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_bundle().bundle();
        Ok(guest.call_digest(&mut self.store, self.rules)?)
    }

    pub(crate) fn detectors(&mut self) -> Result<Vec<Detector>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_bundle().bundle();
        let detectors = guest.call_detectors(&mut self.store, self.rules)?;
        Ok(detectors.into_iter().map(Detector::from).collect())
    }

    /// The entries of the bundle's allowlist.
    pub(crate) fn allowlist(&mut self) -> Result<Vec<bundle::Allowed>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_bundle().bundle();
        Ok(guest.call_allowlist(&mut self.store, self.rules)?)
    }

    /// The entries of the allowlist, by place, for which something was let through.
    pub(crate) fn allowed(&mut self, stream: Stream) -> Result<Vec<u32>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        Ok(guest.call_allowed(&mut self.store, stream.0)?)
    }

    /// A redactor at the start of a stream.
    pub(crate) fn start(
        &mut self,
        options: &Arc<Options>,
    ) -> Result<Result<Stream, redact::OpenError>, Fault> {
        if let Some((idle, its)) = self.idle.take() {
            if Arc::ptr_eq(&its, options) {
                return Ok(Ok(idle));
            }
            self.arm();
            idle.0.resource_drop(&mut self.store)?;
        }
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        let opened = guest.call_open(&mut self.store, self.rules, self.values, options.get())?;
        Ok(opened.map(Stream))
    }

    /// A redactor that goes on from a checkpoint.
    pub(crate) fn resume(
        &mut self,
        options: &redact::Options,
        state: &[u8],
    ) -> Result<Result<Stream, redact::OpenError>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        let opened = guest.call_resume(&mut self.store, self.rules, self.values, options, state)?;
        Ok(opened.map(Stream))
    }

    pub(crate) fn push(&mut self, stream: Stream, chunk: &[u8]) -> Result<Vec<u8>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        Ok(bytes(guest.call_push(&mut self.store, stream.0, chunk)?))
    }

    pub(crate) fn push_text(&mut self, stream: Stream, chunk: &str) -> Result<Vec<u8>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        Ok(bytes(guest.call_push_text(
            &mut self.store,
            stream.0,
            chunk,
        )?))
    }

    pub(crate) fn settle(&mut self, stream: Stream) -> Result<Vec<u8>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        Ok(bytes(guest.call_settle(&mut self.store, stream.0)?))
    }

    pub(crate) fn finish(&mut self, stream: Stream) -> Result<Vec<u8>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        Ok(bytes(guest.call_finish(&mut self.store, stream.0)?))
    }

    /// Feeds the last chunk and ends the stream.
    pub(crate) fn last(&mut self, stream: Stream, chunk: &[u8]) -> Result<Vec<u8>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        Ok(bytes(guest.call_last(&mut self.store, stream.0, chunk)?))
    }

    pub(crate) fn findings(&mut self, stream: Stream) -> Result<Vec<Finding>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        let findings = guest.call_findings(&mut self.store, stream.0)?;
        Ok(findings.into_iter().map(Finding::from).collect())
    }

    /// Redacts each record as a stream of its own, apart from `stream`.
    pub(crate) fn batch(
        &mut self,
        stream: Stream,
        records: &[&str],
    ) -> Result<Vec<Redacted>, Fault> {
        self.arm();
        let records: Vec<String> = records.iter().map(|&record| record.to_owned()).collect();
        let records = Zeroizing::new(records);
        let guest = self.exports.hushgate_gate_redact().redactor();
        let outcomes = guest.call_batch(&mut self.store, stream.0, &records)?;
        if outcomes.len() != records.len() {
            return Err(Fault::Trap(String::from("a batch came back incomplete")));
        }
        let redacted = outcomes.into_iter().map(|outcome| Redacted {
            output: bytes(outcome.output),
            findings: outcome.findings.into_iter().map(Finding::from).collect(),
        });
        Ok(redacted.collect())
    }

    pub(crate) fn checkpoint(&mut self, stream: Stream) -> Result<redact::Checkpoint, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        Ok(guest.call_checkpoint(&mut self.store, stream.0)?)
    }

    /// What a value may be at `now`, in seconds since 1970.
    pub(crate) fn inspect(
        &mut self,
        value: &str,
        now: i64,
    ) -> Result<Result<shape::Inspection, shape::InspectError>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_shape();
        Ok(guest.call_inspect(&mut self.store, self.rules, value, now)?)
    }

    /// Where a value is not what is declared, at `now` in seconds since 1970.
    pub(crate) fn check(
        &mut self,
        value: &str,
        declared: &shape::Declaration,
        now: i64,
    ) -> Result<Result<Vec<shape::Violation>, shape::InspectError>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_shape();
        Ok(guest.call_check(&mut self.store, self.rules, value, declared, now)?)
    }

    /// The declarations that have a name.
    pub(crate) fn declarations(&mut self) -> Result<Vec<shape::Named>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_shape();
        Ok(guest.call_declarations(&mut self.store)?)
    }

    /// The keyed fingerprint of a value.
    pub(crate) fn fingerprint(
        &mut self,
        value: &str,
        key: &[u8],
    ) -> Result<Result<String, shape::InspectError>, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_shape();
        Ok(guest.call_fingerprint(&mut self.store, value, key)?)
    }

    /// Whether a stream that begins here would go on as this one.
    pub(crate) fn fresh(&mut self, stream: Stream) -> Result<bool, Fault> {
        self.arm();
        let guest = self.exports.hushgate_gate_redact().redactor();
        Ok(guest.call_fresh(&mut self.store, stream.0)?)
    }

    /// Takes back a redactor of these options that stands at the start of a stream.
    pub(crate) fn put_back(&mut self, stream: Stream, options: &Arc<Options>) {
        self.idle = Some((stream, Arc::clone(options)));
    }

    /// Sets the deadline of the next call.
    fn arm(&mut self) {
        self.store.set_epoch_deadline(self.limits.ticks());
    }
}

fn bytes(released: redact::Released) -> Vec<u8> {
    match released {
        redact::Released::Text(text) => text.into_bytes(),
        redact::Released::Bytes(bytes) => bytes,
    }
}
