//! The contract in `wit/`: read, checked for documentation, and rendered for readers.

mod markdown;

use std::path::Path;

use anyhow::{Context, Result, bail};
use wit_parser::{
    Docs, Function, FunctionKind, Interface, PackageId, Resolve, Stability, Type, TypeDef,
    TypeDefKind, TypeOwner,
};

/// The package in `wit/`, resolved.
#[derive(Debug)]
pub(crate) struct Contract {
    resolve: Resolve,
    package: PackageId,
}

impl Contract {
    /// Reads a folder of WIT files.
    ///
    /// # Errors
    /// Where they do not resolve; with file, line and column.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let mut resolve = Resolve::default();
        let (package, _files) = resolve
            .push_dir(folder)
            .with_context(|| format!("cannot read the contract in {}", folder.display()))?;
        if resolve.packages.get(package).is_none() {
            bail!("{} holds no package", folder.display());
        }
        Ok(Self { resolve, package })
    }

    /// The generated reference.
    pub(crate) fn markdown(&self) -> String {
        markdown::render(self)
    }

    /// What has no documentation, or, for worlds and interfaces, no `@since`.
    pub(crate) fn undocumented(&self) -> Vec<String> {
        let mut missing = Missing::default();
        let Some(package) = self.resolve.packages.get(self.package) else {
            return missing.items;
        };
        missing.documented(&package.docs, &package.name.to_string());
        for (name, id) in &package.worlds {
            if let Some(world) = self.resolve.worlds.get(*id) {
                missing.documented(&world.docs, name);
                missing.since(&world.stability, name);
            }
        }
        for (name, interface) in self.interfaces() {
            missing.documented(&interface.docs, name);
            missing.since(&interface.stability, name);
            for (type_name, definition) in self.own_types(interface) {
                missing.type_definition(definition, &format!("{name}.{type_name}"));
            }
            for function in interface.functions.values() {
                missing.documented(&function.docs, &format!("{name}.{}", function.name));
            }
        }
        missing.items
    }

    /// The interfaces, by name.
    fn interfaces(&self) -> Vec<(&str, &Interface)> {
        let Some(package) = self.resolve.packages.get(self.package) else {
            return Vec::new();
        };
        let mut interfaces: Vec<_> = package
            .interfaces
            .iter()
            .filter_map(|(name, id)| Some((name.as_str(), self.resolve.interfaces.get(*id)?)))
            .collect();
        interfaces.sort_by_key(|(name, _)| *name);
        interfaces
    }

    /// The types that an interface defines itself, in the order of the file.
    fn own_types<'a>(&'a self, interface: &'a Interface) -> Vec<(&'a str, &'a TypeDef)> {
        self.types(interface)
            .filter(|(_, definition)| self.origin(definition).is_none())
            .collect()
    }

    /// The types that an interface takes from others: (name, the other interface).
    fn used_types<'a>(&'a self, interface: &'a Interface) -> Vec<(&'a str, &'a str)> {
        self.types(interface)
            .filter_map(|(name, definition)| Some((name, self.origin(definition)?)))
            .collect()
    }

    fn types<'a>(
        &'a self,
        interface: &'a Interface,
    ) -> impl Iterator<Item = (&'a str, &'a TypeDef)> {
        let named = interface.types.iter();
        named.filter_map(|(name, id)| Some((name.as_str(), self.resolve.types.get(*id)?)))
    }

    /// The interface that a type was taken from with `use`.
    fn origin(&self, definition: &TypeDef) -> Option<&str> {
        let TypeDefKind::Type(Type::Id(target)) = definition.kind else {
            return None;
        };
        let target = self.resolve.types.get(target)?;
        let TypeOwner::Interface(owner) = target.owner else {
            return None;
        };
        if target.owner == definition.owner {
            return None;
        }
        self.resolve.interfaces.get(owner)?.name.as_deref()
    }
}

/// The functions of an interface that belong to a resource, or to none.
fn functions_of<'a>(
    interface: &'a Interface,
    resource: Option<&'a str>,
) -> impl Iterator<Item = &'a Function> {
    interface.functions.values().filter(move |function| {
        let owner = function.kind.resource().and_then(|id| {
            interface
                .types
                .iter()
                .find(|(_, own)| **own == id)
                .map(|(name, _)| name.as_str())
        });
        owner == resource
    })
}

/// A function's name without its resource.
fn short_name(function: &Function) -> &str {
    match function.kind {
        FunctionKind::Constructor(_) => "constructor",
        _ => function.name.rsplit('.').next().unwrap_or(&function.name),
    }
}

/// Collects the names of what is not documented.
#[derive(Debug, Default)]
struct Missing {
    items: Vec<String>,
}

impl Missing {
    fn documented(&mut self, docs: &Docs, name: &str) {
        if docs
            .contents
            .as_deref()
            .is_none_or(|text| text.trim().is_empty())
        {
            self.items.push(name.to_owned());
        }
    }

    fn since(&mut self, stability: &Stability, name: &str) {
        if stability.is_unknown() {
            self.items.push(format!("{name} (@since)"));
        }
    }

    fn type_definition(&mut self, definition: &TypeDef, name: &str) {
        self.documented(&definition.docs, name);
        match &definition.kind {
            TypeDefKind::Record(record) => {
                for field in &record.fields {
                    self.documented(&field.docs, &format!("{name}.{}", field.name));
                }
            }
            TypeDefKind::Variant(variant) => {
                for case in &variant.cases {
                    self.documented(&case.docs, &format!("{name}.{}", case.name));
                }
            }
            TypeDefKind::Enum(cases) => {
                for case in &cases.cases {
                    self.documented(&case.docs, &format!("{name}.{}", case.name));
                }
            }
            TypeDefKind::Flags(flags) => {
                for flag in &flags.flags {
                    self.documented(&flag.docs, &format!("{name}.{}", flag.name));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn contract(text: &str) -> Contract {
        let mut resolve = Resolve::default();
        let package = resolve.push_source("test.wit", text).expect("it resolves");
        Contract { resolve, package }
    }

    #[test]
    fn every_kind_of_item_is_looked_at() {
        let contract = contract(
            "package a:b@0.1.0;\n\
             interface i { record r { f: u8 } enum e { c } variant v { d(string) } flags g { h }\n\
             resource s { constructor(); m: func(); } n: func(); type t = u32; }\n\
             world w { export i; }",
        );
        let expected = [
            "a:b@0.1.0",
            "w",
            "w (@since)",
            "i",
            "i (@since)",
            "i.r",
            "i.r.f",
            "i.e",
            "i.e.c",
            "i.v",
            "i.v.d",
            "i.g",
            "i.g.h",
            "i.s",
            "i.t",
            "i.[constructor]s",
            "i.[method]s.m",
            "i.n",
        ];
        assert_eq!(contract.undocumented(), expected);
    }

    #[test]
    fn a_used_type_belongs_to_its_own_interface() {
        let contract = contract(
            "package a:b@0.1.0;\ninterface one { type t = u32; }\n\
             interface two { use one.{t}; type mine = list<t>; }",
        );
        let interfaces = contract.interfaces();
        let (_, two) = interfaces.last().expect("two interfaces");
        assert_eq!(contract.used_types(two), [("t", "one")]);
        let own: Vec<_> = contract
            .own_types(two)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(own, ["mine"]);
    }
}
