//! The component: conversions between the contract and the engine, nothing else.

mod convert;
mod shape;

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use hushgate_engine::{redact, rules::Rules, stream::Machine, values};
use zeroize::Zeroizing;

use bindings::exports::hushgate::gate::{
    bundle::{
        self, Allowed, BundleBorrow, Detector, Diagnostic, Guest as BundleGuest, GuestBundle,
    },
    redact::{
        Checkpoint, Finding, Guest as RedactGuest, GuestRedactor, GuestRegistry, OpenError,
        Options, Outcome, RegisterError, RegistryBorrow, Released,
    },
};

mod bindings {
    #![allow(
        missing_docs,
        unsafe_op_in_unsafe_fn,
        clippy::all,
        clippy::undocumented_unsafe_blocks,
        reason = "generated"
    )]
    wit_bindgen::generate!({ path: "../../wit", world: "gate" });
}

struct Gate;

impl BundleGuest for Gate {
    type Bundle = Bundle;
}

impl RedactGuest for Gate {
    type Registry = Registry;
    type Redactor = Redactor;
}

struct Bundle(Rules);

impl GuestBundle for Bundle {
    fn new() -> Self {
        Self(Rules::standard())
    }

    fn open(text: String) -> Result<bundle::Bundle, Vec<Diagnostic>> {
        match Rules::open(&text) {
            Ok(rules) => Ok(bundle::Bundle::new(Self(rules))),
            Err(faults) => Err(faults.into_iter().map(convert::diagnostic).collect()),
        }
    }

    fn digest(&self) -> String {
        self.0.digest_text()
    }

    fn detectors(&self) -> Vec<Detector> {
        let table = self.0.table();
        let rules = table.rules.iter().enumerate();
        rules
            .map(|(index, rule)| convert::detector(table, index, rule))
            .collect()
    }

    fn allowlist(&self) -> Vec<Allowed> {
        let entries = self.0.allowlist().iter();
        entries.map(|(_, entry)| convert::allowed(entry)).collect()
    }
}

/// Shared by all redactors that were opened with it.
struct Registry(Rc<RefCell<values::Values>>);

impl GuestRegistry for Registry {
    fn new(rules: BundleBorrow<'_>) -> Self {
        let rules = &rules.get::<Bundle>().0;
        Self(Rc::new(RefCell::new(values::Values::new(rules))))
    }

    fn add(&self, value: Vec<u8>) -> Result<(), RegisterError> {
        // The engine keeps copies of its own, which it wipes; this one goes at once.
        let value = Zeroizing::new(value);
        self.0
            .borrow_mut()
            .add(&value)
            .map_err(convert::value_error)
    }

    fn remove(&self, value: Vec<u8>) -> bool {
        let value = Zeroizing::new(value);
        self.0.borrow_mut().remove(&value)
    }

    fn count(&self) -> u32 {
        u32::try_from(self.0.borrow().len()).unwrap_or(u32::MAX)
    }
}

struct Redactor {
    values: Rc<RefCell<values::Values>>,
    redactor: RefCell<Machine>,
    /// Opens the machine that batches run through, once there is one.
    opening: (Rules, redact::Options),
    batches: RefCell<Option<Machine>>,
    /// Whether all input of this stream came as text.
    text: RefCell<bool>,
}

impl Redactor {
    /// A redactor around the machine that `open` makes with these rules and options.
    fn new(
        rules: BundleBorrow<'_>,
        values: RegistryBorrow<'_>,
        options: Options,
        open: impl FnOnce(&Rules, &redact::Options) -> Result<Machine, redact::OpenError>,
    ) -> Result<Self, redact::OpenError> {
        let rules = rules.get::<Bundle>().0.clone();
        let options = convert::options(options)?;
        Ok(Self {
            values: Rc::clone(&values.get::<Registry>().0),
            redactor: RefCell::new(open(&rules, &options)?),
            opening: (rules, options),
            batches: RefCell::new(None),
            text: RefCell::new(true),
        })
    }

    fn run(
        &self,
        act: impl FnOnce(&mut Machine, Ref<'_, values::Values>, &mut Vec<u8>),
    ) -> Released {
        let mut out = Vec::new();
        act(
            &mut self.redactor.borrow_mut(),
            self.values.borrow(),
            &mut out,
        );
        convert::released(out, *self.text.borrow())
    }
}

impl GuestRedactor for Redactor {
    fn open(
        rules: BundleBorrow<'_>,
        values: RegistryBorrow<'_>,
        options: Options,
    ) -> Result<bindings::exports::hushgate::gate::redact::Redactor, OpenError> {
        Self::new(rules, values, options, Machine::open)
            .map(bindings::exports::hushgate::gate::redact::Redactor::new)
            .map_err(convert::open_error)
    }

    fn resume(
        rules: BundleBorrow<'_>,
        values: RegistryBorrow<'_>,
        options: Options,
        state: Vec<u8>,
    ) -> Result<bindings::exports::hushgate::gate::redact::Redactor, OpenError> {
        let resume =
            |rules: &Rules, options: &redact::Options| Machine::resume(rules, options, &state);
        Self::new(rules, values, options, resume)
            .map(bindings::exports::hushgate::gate::redact::Redactor::new)
            .map_err(convert::open_error)
    }

    fn push(&self, chunk: Vec<u8>) -> Released {
        *self.text.borrow_mut() = false;
        self.run(|redactor, values, out| {
            out.reserve(chunk.len());
            redactor.push(&values, &chunk, out);
        })
    }

    fn push_text(&self, chunk: String) -> Released {
        self.run(|redactor, values, out| {
            out.reserve(chunk.len());
            redactor.push(&values, chunk.as_bytes(), out);
        })
    }

    fn settle(&self) -> Released {
        self.run(|redactor, values, out| redactor.settle(&values, out))
    }

    fn finish(&self) -> Released {
        let released = self.run(|redactor, values, out| redactor.finish(&values, out));
        *self.text.borrow_mut() = true;
        released
    }

    fn last(&self, chunk: Vec<u8>) -> Released {
        *self.text.borrow_mut() = false;
        let released = self.run(|redactor, values, out| {
            out.reserve(chunk.len());
            redactor.last(&values, &chunk, out);
        });
        *self.text.borrow_mut() = true;
        released
    }

    fn findings(&self) -> Vec<Finding> {
        self.redactor
            .borrow_mut()
            .findings()
            .into_iter()
            .map(convert::finding)
            .collect()
    }

    fn allowed(&self) -> Vec<u32> {
        let mut allowed = self.redactor.borrow().allowed();
        allowed.extend(self.batches.borrow().iter().flat_map(Machine::allowed));
        allowed.sort_unstable();
        allowed.dedup();
        let allowed = allowed.into_iter();
        allowed.filter_map(|it| u32::try_from(it).ok()).collect()
    }

    fn batch(&self, records: Vec<String>) -> Vec<Outcome> {
        let mut batches = self.batches.borrow_mut();
        let machine = match batches.take() {
            Some(machine) => Ok(machine),
            None => Machine::open(&self.opening.0, &self.opening.1),
        };
        // The same options opened the stream at hand, so there is a machine.
        let Ok(machine) = machine else {
            return Vec::new();
        };
        let records = records.iter().map(String::as_bytes);
        let outcomes = batches
            .insert(machine)
            .batch(&self.values.borrow(), records);
        outcomes.into_iter().map(convert::outcome).collect()
    }

    fn fresh(&self) -> bool {
        self.redactor.borrow().is_fresh()
    }

    fn checkpoint(&self) -> Checkpoint {
        let checkpoint = self.redactor.borrow().checkpoint();
        Checkpoint {
            offset: checkpoint.offset,
            state: checkpoint.state,
        }
    }
}

bindings::export!(Gate with_types_in bindings);
