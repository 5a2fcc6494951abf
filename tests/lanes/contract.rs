//! The built files keep the contract: they import nothing, and export what `wit/` says.

#![allow(clippy::expect_used, reason = "a test reports by failing")]

use std::path::Path;

use wasmtime::{Engine, component::Component};

/// The component that the host library embeds, and the one without vector instructions.
fn components() -> [Vec<u8>; 2] {
    let scalar = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist/gate-scalar.wasm");
    let scalar = std::fs::read(scalar).expect("`cargo xtask build` makes dist/gate-scalar.wasm");
    [hushgate::component().to_vec(), scalar]
}

#[test]
fn the_components_import_nothing() {
    let engine = Engine::default();
    for bytes in components() {
        let component = Component::new(&engine, bytes).expect("a component");
        let kind = component.component_type();
        let imports: Vec<_> = kind
            .imports(&engine)
            .map(|(name, _)| name.to_owned())
            .collect();
        assert!(imports.is_empty(), "{imports:?}");
    }
}

#[test]
fn the_components_export_every_interface_of_the_world() {
    let engine = Engine::default();
    for bytes in components() {
        let component = Component::new(&engine, bytes).expect("a component");
        let kind = component.component_type();
        let mut exports: Vec<_> = kind
            .exports(&engine)
            .map(|(name, _)| name.to_owned())
            .collect();
        exports.sort();
        assert_eq!(
            exports,
            [
                "hushgate:gate/bundle@0.1.0",
                "hushgate:gate/redact@0.1.0",
                "hushgate:gate/shape@0.1.0",
                "hushgate:gate/types@0.1.0"
            ]
        );
    }
}
