//! The engine and the loaded component, shared by every gate of the process.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, EngineWeak, StoreLimits};

use crate::artefact;
use crate::bindings::GatePre;
use crate::config::config;
use crate::error::Fault;
use crate::limits::TICK;
use crate::room::Room;

/// What every instance of the component has in common.
pub(crate) struct Runtime {
    engine: Engine,
    component: GatePre<StoreLimits>,
    precompiled: bool,
    room: Room,
}

/// The runtime that is in use, if any is: the last gate that is dropped frees it.
static SHARED: Mutex<Weak<Runtime>> = Mutex::new(Weak::new());

impl Runtime {
    /// The runtime of this process. The first call loads the component.
    pub(crate) fn shared() -> Result<Arc<Self>, Fault> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = shared.upgrade() {
            return Ok(runtime);
        }
        let room = Room::of_process();
        let runtime = Self::load(room, artefact::MACHINE_CODE);
        let runtime = Arc::new(runtime.map_err(|fault| room.explain(fault))?);
        *shared = Arc::downgrade(&runtime);
        Ok(runtime)
    }

    fn load(room: Room, machine_code: Option<&'static [u8]>) -> Result<Self, Fault> {
        let (engine, machine_code) = match room {
            Room::Ample => (Engine::new(&config(None)?)?, machine_code),
            Room::Scarce(_) => (Engine::new(&compact()?)?, None),
            Room::None(limit) => return Err(Fault::Room(limit)),
        };
        let loaded = machine_code.and_then(|code| load_machine_code(&engine, code));
        let precompiled = loaded.is_some();
        let component = match loaded {
            Some(component) => component,
            None => Component::from_binary(&engine, artefact::COMPONENT)?,
        };
        // The component imports nothing, so there is nothing to link.
        let component = Linker::new(&engine).instantiate_pre(&component)?;
        let component = GatePre::new(component)?;
        start_clock(engine.weak())?;
        Ok(Self {
            engine,
            component,
            precompiled,
            room,
        })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn component(&self) -> &GatePre<StoreLimits> {
        &self.component
    }

    /// What a sandbox may reserve.
    pub(crate) fn room(&self) -> Room {
        self.room
    }

    /// Whether the embedded machine code is in use, so that nothing was compiled at run time.
    pub(crate) fn is_precompiled(&self) -> bool {
        self.precompiled
    }
}

/// The configuration where address space is scarce: a sandbox reserves little more than it uses,
/// and each access to its memory is checked. Such code is a third slower, and has to be compiled
/// here: precompiled code relies on the reservation.
fn compact() -> wasmtime::Result<Config> {
    let mut config = config(None)?;
    config
        .memory_reservation(1 << 20)
        .memory_reservation_for_growth(1 << 20)
        .memory_guard_size(64 << 10);
    Ok(config)
}

/// The component from machine code, unless it is for another CPU or another wasmtime.
///
/// The code is copied once into fresh pages, as it must become executable; at 10 MB that takes
/// a few milliseconds. wasmtime can use memory in place only for an embedder that changes page
/// permissions itself.
fn load_machine_code(engine: &Engine, code: &'static [u8]) -> Option<Component> {
    // SAFETY: the bytes are those that this crate's build script embedded. The precompiler made
    // them from `gate.wasm` with `Engine::precompile_component`, and nothing changed them since:
    // they are immutable data of this program. That they fit this engine and this CPU is
    // checked by wasmtime itself.
    unsafe { Component::deserialize(engine, code) }.ok()
}

/// Advances the engine's clock until the engine is gone.
fn start_clock(engine: EngineWeak) -> Result<(), Fault> {
    thread::Builder::new()
        .name("hushgate-clock".into())
        .spawn(move || {
            loop {
                thread::sleep(TICK);
                match engine.upgrade() {
                    Some(engine) => engine.increment_epoch(),
                    None => break,
                }
            }
        })
        .map(drop)
        .map_err(|error| Fault::Trap(format!("no thread for the clock: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_machine_code_is_used() {
        let runtime = Runtime::shared().unwrap();
        assert_eq!(
            runtime.is_precompiled(),
            artefact::MACHINE_CODE.is_some(),
            "wasmtime refused the embedded code: is it from another version or configuration?"
        );
    }

    #[test]
    fn the_component_alone_is_enough() {
        assert!(!Runtime::load(Room::Ample, None).unwrap().is_precompiled());
    }

    #[test]
    fn machine_code_that_relies_on_reserved_room_is_not_used_where_there_is_none() {
        let runtime = Runtime::load(Room::Scarce(1 << 30), artefact::MACHINE_CODE).unwrap();
        assert!(!runtime.is_precompiled());
        let nowhere = Runtime::load(Room::None(1 << 20), artefact::MACHINE_CODE);
        assert!(matches!(nowhere, Err(Fault::Room(_))));
    }

    #[test]
    fn the_runtime_is_shared() {
        let first = Runtime::shared().unwrap();
        assert!(Arc::ptr_eq(&first, &Runtime::shared().unwrap()));
    }
}
