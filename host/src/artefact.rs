//! The component's bytes, embedded when this crate was built.

include!(concat!(env!("OUT_DIR"), "/artefact.rs"));
