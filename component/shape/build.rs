//! Compiles the declarations that have a name to statics, and passes on a fault to build in.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a build script reads files, and reports by failing"
)]

use std::{env, fmt::Write as _, fs, path::Path};

use hushgate_detector::document::{
    Lifetime,
    nature::{Kind, Mode, Principal},
};
use toml::Table;

const PATH: &str = "::hushgate_detector::document";

const FIELDS: [&str; 9] = [
    "name",
    "description",
    "shapes",
    "kinds",
    "issuer",
    "lifetime",
    "principal",
    "mode",
    "seconds",
];

fn main() {
    println!("cargo:rerun-if-env-changed=HUSHGATE_SABOTAGE");
    if let Ok(fault) = env::var("HUSHGATE_SABOTAGE")
        && !fault.is_empty()
    {
        println!("cargo:rustc-cfg=sabotage=\"{fault}\"");
    }

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/declarations.toml");
    println!("cargo:rerun-if-changed={}", file.display());
    let text = fs::read_to_string(&file).expect("policies/declarations.toml is readable");
    let document: Table = text.parse().expect("policies/declarations.toml is TOML");
    let all = document.get("declaration").and_then(|it| it.as_array());
    let mut out = String::from("static DECLARATIONS: &[Named] = &[\n");
    for table in all.expect("declarations").iter() {
        let table = table.as_table().expect("a declaration is a table");
        for field in table.keys() {
            assert!(FIELDS.contains(&&**field), "declarations have no `{field}`");
        }
        declaration(&mut out, table);
    }
    out.push_str("];\n");
    let target =
        Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("declarations.rs");
    fs::write(target, out).expect("OUT_DIR is writable");
}

fn declaration(out: &mut String, table: &Table) {
    let text = |name: &str| table.get(name).and_then(|it| it.as_str());
    let list = |name: &str| -> Vec<&str> {
        let list = table.get(name).and_then(|it| it.as_array());
        let list = list.into_iter().flatten();
        list.map(|it| it.as_str().expect("a list of strings"))
            .collect()
    };
    let kinds: String = list("kinds")
        .iter()
        .map(|kind| format!("{PATH}::nature::Kind::{:?}, ", one_of(&Kind::ALL, kind)))
        .collect();
    let option = |value: Option<String>| value.map_or("None".into(), |it| format!("Some({it})"));
    let lifetime =
        text("lifetime").map(|it| format!("{PATH}::Lifetime::{:?}", one_of(&Lifetime::ALL, it)));
    let principal = text("principal").map(|it| {
        format!(
            "{PATH}::nature::Principal::{:?}",
            one_of(&Principal::ALL, it)
        )
    });
    let mode = text("mode").map(|it| format!("{PATH}::nature::Mode::{:?}", one_of(&Mode::ALL, it)));
    let seconds = table.get("seconds").and_then(|it| it.as_integer());
    writeln!(
        out,
        "Named {{ name: {:?}, description: {:?}, shapes: &{:?}, kinds: &[{kinds}], issuer: {:?}, \
         lifetime: {}, principal: {}, mode: {}, seconds: {} }},",
        text("name").expect("a declaration has a name"),
        text("description").expect("a declaration has a description"),
        list("shapes"),
        text("issuer"),
        option(lifetime),
        option(principal),
        option(mode),
        option(seconds.map(|it| it.to_string())),
    )
    .expect("writing to a string");
}

fn one_of<T: Copy>(all: &[(&str, T)], name: &str) -> T {
    let found = all.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("unknown: {name}")).1
}
