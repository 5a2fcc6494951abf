//! Types and calls generated from the contract in `wit/`.

wasmtime::component::bindgen!({ path: "wit", world: "gate" });

pub(crate) use self::exports::hushgate::gate::{bundle, redact, shape, types};
