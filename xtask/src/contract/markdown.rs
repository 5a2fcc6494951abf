//! The contract as a page that is pleasant to read: `wit/gate.md`.

use wit_parser::{
    Docs, Function, FunctionKind, Handle, Interface, Resolve, Stability, Type, TypeDef,
    TypeDefKind, World, WorldItem,
};

use super::{Contract, functions_of, short_name};

/// Renders the whole contract.
pub(super) fn render(contract: &Contract) -> String {
    let resolve = &contract.resolve;
    let Some(package) = resolve.packages.get(contract.package) else {
        return String::new();
    };
    let mut page = Page::default();
    page.block(&format!("# {}", package.name));
    page.block("<!-- Generated from wit/*.wit by `cargo xtask check --fix`. Do not edit. -->");
    page.docs(&package.docs);
    for id in package.worlds.values() {
        if let Some(world) = resolve.worlds.get(*id) {
            page.world(resolve, world);
        }
    }
    for (name, interface) in contract.interfaces() {
        page.interface(contract, name, interface);
    }
    page.text
}

/// Blocks of Markdown with an empty line between them.
#[derive(Debug, Default)]
struct Page {
    text: String,
}

impl Page {
    fn block(&mut self, block: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(block.trim_end());
        self.text.push('\n');
    }

    fn docs(&mut self, docs: &Docs) {
        if let Some(text) = &docs.contents {
            self.block(text);
        }
    }

    fn table(&mut self, heading: &[&str], rows: impl Iterator<Item = Vec<String>>) {
        let mut block = format!(
            "| {} |\n|{}\n",
            heading.join(" | "),
            "---|".repeat(heading.len())
        );
        for row in rows {
            block.push_str(&format!("| {} |\n", row.join(" | ")));
        }
        self.block(&block);
    }

    fn world(&mut self, resolve: &Resolve, world: &World) {
        self.block(&format!("## World `{}`", world.name));
        self.since(&world.stability);
        self.docs(&world.docs);
        if world.imports.is_empty() {
            self.block("It imports nothing.");
        }
        for (verb, items) in [("imports", &world.imports), ("exports", &world.exports)] {
            let rows = items.iter().map(|(key, item)| {
                let name = resolve.name_world_key(key);
                let interface = match item {
                    WorldItem::Interface { id, .. } => resolve.interfaces.get(*id),
                    _ => None,
                };
                match interface.and_then(|interface| Some((interface.name.as_ref()?, interface))) {
                    Some((short, interface)) => vec![
                        format!("[`{short}`](#interface-{short})"),
                        first_sentence(&interface.docs),
                    ],
                    None => vec![format!("`{name}`"), String::new()],
                }
            });
            if !items.is_empty() {
                self.table(&[verb, "which holds"], rows);
            }
        }
    }

    fn since(&mut self, stability: &Stability) {
        if let Stability::Stable { since, .. } = stability {
            self.block(&format!("*Since {since}.*"));
        }
    }

    fn interface(&mut self, contract: &Contract, name: &str, interface: &Interface) {
        self.block(&format!("## Interface `{name}`"));
        self.since(&interface.stability);
        self.docs(&interface.docs);
        let used: Vec<_> = contract
            .used_types(interface)
            .into_iter()
            .map(|(name, from)| format!("`{name}` of [`{from}`](#interface-{from})"))
            .collect();
        if !used.is_empty() {
            self.block(&format!("It uses {}.", used.join(", ")));
        }
        let types = contract.own_types(interface);
        for (name, definition) in &types {
            self.type_definition(&contract.resolve, name, definition);
            if matches!(definition.kind, TypeDefKind::Resource) {
                self.functions(&contract.resolve, interface, Some(name));
            }
        }
        self.functions(&contract.resolve, interface, None);
    }

    fn type_definition(&mut self, resolve: &Resolve, name: &str, definition: &TypeDef) {
        self.block(&format!("### {} `{name}`", kind_name(definition)));
        self.docs(&definition.docs);
        match &definition.kind {
            TypeDefKind::Record(record) => {
                let rows = record.fields.iter().map(|field| {
                    let ty = type_name(resolve, &field.ty);
                    vec![code(&field.name), code(&ty), one_line(&field.docs)]
                });
                self.table(&["field", "type", "means"], rows);
            }
            TypeDefKind::Variant(variant) => {
                let rows = variant.cases.iter().map(|case| {
                    let ty = case.ty.as_ref().map(|ty| code(&type_name(resolve, ty)));
                    vec![
                        code(&case.name),
                        ty.unwrap_or_default(),
                        one_line(&case.docs),
                    ]
                });
                self.table(&["case", "carries", "means"], rows);
            }
            TypeDefKind::Enum(cases) => {
                let rows = cases.cases.iter();
                let rows = rows.map(|case| vec![code(&case.name), one_line(&case.docs)]);
                self.table(&["case", "means"], rows);
            }
            TypeDefKind::Flags(flags) => {
                let rows = flags.flags.iter();
                let rows = rows.map(|flag| vec![code(&flag.name), one_line(&flag.docs)]);
                self.table(&["flag", "means"], rows);
            }
            TypeDefKind::Resource => {}
            _ => self.block(&format!(
                "```wit\ntype {name} = {};\n```",
                definition_name(resolve, definition)
            )),
        }
    }

    fn functions(&mut self, resolve: &Resolve, interface: &Interface, resource: Option<&str>) {
        let mark = if resource.is_some() { "####" } else { "###" };
        for function in functions_of(interface, resource) {
            let name = short_name(function);
            let title = match (resource, &function.kind) {
                (Some(resource), FunctionKind::Constructor(_)) => format!("new `{resource}`"),
                (Some(resource), _) => format!("`{resource}.{name}`"),
                (None, _) => format!("func `{name}`"),
            };
            self.block(&format!("{mark} {title}"));
            self.block(&format!("```wit\n{}\n```", signature(resolve, function)));
            self.docs(&function.docs);
        }
    }
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// Documentation on one line, fit for a table.
fn one_line(docs: &Docs) -> String {
    let text = docs.contents.as_deref().unwrap_or_default();
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', r"\|")
}

fn first_sentence(docs: &Docs) -> String {
    let text = docs.contents.as_deref().unwrap_or_default();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let line = one_line(&Docs {
        contents: Some(paragraph.to_owned()),
    });
    line.split_once(". ")
        .map_or(line.clone(), |(sentence, _)| format!("{sentence}."))
}

fn kind_name(definition: &TypeDef) -> &'static str {
    match definition.kind {
        TypeDefKind::Record(_)
        | TypeDefKind::Variant(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Flags(_)
        | TypeDefKind::Resource => definition.kind.as_str(),
        _ => "type",
    }
}

/// A function as it stands in the contract.
fn signature(resolve: &Resolve, function: &Function) -> String {
    let is_method = matches!(
        function.kind,
        FunctionKind::Method(_) | FunctionKind::AsyncMethod(_)
    );
    let parameters = function
        .params
        .iter()
        // The handle that a method is called on is not written down in WIT.
        .skip(usize::from(is_method))
        .map(|parameter| format!("{}: {}", parameter.name, type_name(resolve, &parameter.ty)))
        .collect::<Vec<_>>()
        .join(", ");
    let kind = match function.kind {
        FunctionKind::Constructor(_) => return format!("constructor({parameters})"),
        FunctionKind::Static(_) => "static func",
        FunctionKind::AsyncStatic(_) => "static async func",
        FunctionKind::AsyncFreestanding | FunctionKind::AsyncMethod(_) => "async func",
        _ => "func",
    };
    let result = function
        .result
        .as_ref()
        .map(|result| format!(" -> {}", type_name(resolve, result)))
        .unwrap_or_default();
    format!("{}: {kind}({parameters}){result}", short_name(function))
}

fn type_name(resolve: &Resolve, ty: &Type) -> String {
    let name = match ty {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "s8",
        Type::S16 => "s16",
        Type::S32 => "s32",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext => "error-context",
        Type::Id(id) => {
            return resolve
                .types
                .get(*id)
                .map_or_else(String::new, |definition| {
                    definition
                        .name
                        .clone()
                        .unwrap_or_else(|| definition_name(resolve, definition))
                });
        }
    };
    name.to_owned()
}

fn definition_name(resolve: &Resolve, definition: &TypeDef) -> String {
    let name = |ty: &Type| type_name(resolve, ty);
    let optional = |ty: &Option<Type>| ty.as_ref().map(name);
    let with = |outer: &str, inner: Option<String>| match inner {
        Some(inner) => format!("{outer}<{inner}>"),
        None => outer.to_owned(),
    };
    match &definition.kind {
        TypeDefKind::Type(ty) => name(ty),
        TypeDefKind::List(ty) => with("list", Some(name(ty))),
        TypeDefKind::FixedLengthList(ty, length) => format!("list<{}, {length}>", name(ty)),
        TypeDefKind::Map(key, value) => format!("map<{}, {}>", name(key), name(value)),
        TypeDefKind::Option(ty) => with("option", Some(name(ty))),
        TypeDefKind::Future(ty) => with("future", optional(ty)),
        TypeDefKind::Stream(ty) => with("stream", optional(ty)),
        TypeDefKind::Handle(Handle::Own(id)) => name(&Type::Id(*id)),
        TypeDefKind::Handle(Handle::Borrow(id)) => with("borrow", Some(name(&Type::Id(*id)))),
        TypeDefKind::Tuple(tuple) => {
            let types = tuple.types.iter().map(name).collect::<Vec<_>>();
            with("tuple", Some(types.join(", ")))
        }
        TypeDefKind::Result(result) => with(
            "result",
            match (optional(&result.ok), optional(&result.err)) {
                (ok, None) => ok,
                (ok, Some(error)) => {
                    Some(format!("{}, {error}", ok.unwrap_or_else(|| "_".to_owned())))
                }
            },
        ),
        other => other.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::contract;

    #[test]
    fn a_contract_reads_as_it_was_written() {
        let page = contract(
            "/// Of all.\npackage a:b@0.1.0;\n\
             /// First one. More of it.\n@since(version = 0.1.0)\ninterface i {\n\
             /// A pair | of numbers.\nrecord r {\n/// One,\n/// in two lines.\nf: option<u8>,\n}\n\
             /// A thing.\nresource s {\n/// Opens.\nopen: static func(v: borrow<s>) -> \
             result<s, r>;\n/// Asks.\nask: func(n: list<tuple<u8, string>>) -> result<_, r>;\n}\n\
             /// Alone.\nalone: func();\n}\n\
             /// All.\n@since(version = 0.1.0)\nworld w { export i; }",
        )
        .markdown();
        for part in [
            "# a:b@0.1.0\n",
            "\nOf all.\n",
            "## World `w`\n\n*Since 0.1.0.*\n\nAll.\n\nIt imports nothing.\n",
            "| [`i`](#interface-i) | First one. |\n",
            "### record `r`\n\nA pair | of numbers.\n\n| field | type | means |\n|---|---|---|\n\
             | `f` | `option<u8>` | One, in two lines. |\n",
            "#### `s.open`\n\n```wit\nopen: static func(v: borrow<s>) -> result<s, r>\n```\n",
            "ask: func(n: list<tuple<u8, string>>) -> result<_, r>\n",
            "### func `alone`\n\n```wit\nalone: func()\n```\n\nAlone.\n",
        ] {
            assert!(page.contains(part), "{part}\nis not in\n{page}");
        }
    }
}
