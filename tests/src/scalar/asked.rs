//! The interface `shape`, called without generated types: names and cases as the component itself has
//! them, which is what a runner in another language sees.

use wasmtime::{
    Store,
    component::{Instance, Val},
};

use crate::{
    Trouble,
    lane::Refusal,
    shape::{Answer, Declaration, Question, Read, Seen, Violation},
};

const BUNDLE: &str = "hushgate:gate/bundle@0.1.0";
const SHAPE: &str = "hushgate:gate/shape@0.1.0";

/// An instance that is asked one thing.
pub(super) struct Asked {
    pub(super) store: Store<()>,
    pub(super) instance: Instance,
}

impl Asked {
    fn call(&mut self, interface: &str, name: &str, arguments: &[Val]) -> Result<Val, Trouble> {
        let (store, instance) = (&mut self.store, &self.instance);
        let export = instance.get_export_index(&mut *store, None, interface);
        let export = export.ok_or("the component has no such interface")?;
        let function = instance.get_export_index(&mut *store, Some(&export), name);
        let function = function.ok_or("the interface has no such function")?;
        let function = instance.get_func(&mut *store, function);
        let function = function.ok_or("it is no function")?;
        let mut results = [Val::Bool(false)];
        function.call(&mut *store, arguments, &mut results)?;
        let [result] = results;
        Ok(result)
    }

    fn rules(&mut self, bundle: Option<&str>) -> Result<Val, Trouble> {
        match bundle {
            None => self.call(BUNDLE, "[constructor]bundle", &[]),
            Some(text) => {
                let opened = self.call(BUNDLE, "[static]bundle.open", &[string(text)])?;
                match opened {
                    Val::Result(Ok(Some(rules))) => Ok(*rules),
                    _ => Err("the bundle is refused".into()),
                }
            }
        }
    }
}

pub(super) fn inspect(mut asked: Asked, question: &Question<'_>) -> Answer<Seen> {
    let rules = asked.rules(question.bundle)?;
    let arguments = [rules, string(question.value), Val::S64(question.now)];
    let answer = asked.call(SHAPE, "inspect", &arguments)?;
    answered(answer, |seen| {
        let seen = fields(seen)?;
        Ok(Seen {
            shapes: list(seen.get("shapes")?)?
                .into_iter()
                .map(read)
                .collect::<Result<_, _>>()?,
            around: words(seen.get("around")?)?,
        })
    })
}

pub(super) fn check(
    mut asked: Asked,
    question: &Question<'_>,
    declared: &Declaration,
) -> Answer<Vec<Violation>> {
    let rules = asked.rules(question.bundle)?;
    let arguments = [
        rules,
        string(question.value),
        of_declaration(declared),
        Val::S64(question.now),
    ];
    let answer = asked.call(SHAPE, "check", &arguments)?;
    answered(answer, |found| {
        list(found)?.into_iter().map(violation).collect()
    })
}

pub(super) fn declaration(mut asked: Asked, name: &str) -> Result<Option<Declaration>, Trouble> {
    let all = list(asked.call(SHAPE, "declarations", &[])?)?;
    for named in all {
        let named = fields(named)?;
        if word(named.get("name")?)? == name {
            return Ok(Some(declaration_of(named.get("declaration")?)?));
        }
    }
    Ok(None)
}

/// The answer in a result, or the case of its error with the number that it carries.
fn answered<T>(answer: Val, read: impl FnOnce(Val) -> Result<T, Trouble>) -> Answer<T> {
    match answer {
        Val::Result(Ok(Some(answer))) => Ok(Ok(read(*answer)?)),
        Val::Result(Err(Some(error))) => match *error {
            Val::Variant(code, limit) => Ok(Err(Refusal {
                code,
                limit: match limit.map(|it| *it) {
                    Some(Val::U32(limit)) => Some(u64::from(limit)),
                    _ => None,
                },
                diagnostics: Vec::new(),
            })),
            _ => Err("an error that is no variant".into()),
        },
        _ => Err("an answer that is no result".into()),
    }
}

fn read(shape: Val) -> Result<Read, Trouble> {
    let shape = fields(shape)?;
    let text = |name: &str| word(shape.get(name)?);
    let may_be = |name: &str| option(shape.get(name)?)?.map(word).transpose();
    let moment = |name: &str| match option(shape.get(name)?)? {
        None => Ok(None),
        Some(Val::S64(seconds)) => Ok(Some(seconds)),
        Some(_) => Err(Trouble::from("a moment that is no number")),
    };
    let facts = list(shape.get("facts")?)?.into_iter().map(|fact| {
        let fact = fields(fact)?;
        Ok((word(fact.get("property")?)?, word(fact.get("text")?)?))
    });
    Ok(Read {
        id: text("id")?,
        issuer: text("issuer")?,
        kind: text("kind")?,
        lifetime: may_be("lifetime")?,
        principal: may_be("principal")?,
        mode: may_be("mode")?,
        checksum: text("checksum")?,
        confidence: text("confidence")?,
        ground: text("ground")?,
        issued: moment("issued")?,
        starts: moment("starts")?,
        expires: moment("expires")?,
        phase: text("phase")?,
        facts: facts.collect::<Result<_, Trouble>>()?,
    })
}

fn violation(it: Val) -> Result<Violation, Trouble> {
    let it = fields(it)?;
    Ok(Violation {
        code: word(it.get("code")?)?,
        severity: word(it.get("severity")?)?,
        message: word(it.get("message")?)?,
        help: word(it.get("help")?)?,
        property: option(it.get("property")?)?.map(word).transpose()?,
    })
}

fn declaration_of(it: Val) -> Result<Declaration, Trouble> {
    let it = fields(it)?;
    let may_be = |name: &str| option(it.get(name)?)?.map(word).transpose();
    let expected = list(it.get("expected")?)?.into_iter().map(|one| {
        let one = fields(one)?;
        Ok((word(one.get("property")?)?, words(one.get("texts")?)?))
    });
    Ok(Declaration {
        shapes: words(it.get("shapes")?)?,
        kinds: words(it.get("kinds")?)?,
        issuer: may_be("issuer")?,
        lifetime: may_be("lifetime")?,
        principal: may_be("principal")?,
        mode: may_be("mode")?,
        seconds: match option(it.get("seconds")?)? {
            None => None,
            Some(Val::U64(seconds)) => Some(seconds),
            Some(_) => return Err("seconds that are no number".into()),
        },
        expected: expected.collect::<Result<_, Trouble>>()?,
    })
}

fn of_declaration(it: &Declaration) -> Val {
    let case = |text: &String| Val::Enum(text.clone());
    let some = |it: Option<Val>| Val::Option(it.map(Box::new));
    let texts = |all: &[String]| Val::List(all.iter().map(|it| string(it)).collect());
    let expected = it.expected.iter().map(|(property, all)| {
        Val::Record(vec![
            ("property".to_owned(), case(property)),
            ("texts".to_owned(), texts(all)),
        ])
    });
    let fields = [
        ("shapes", texts(&it.shapes)),
        ("kinds", Val::List(it.kinds.iter().map(case).collect())),
        ("issuer", some(it.issuer.as_ref().map(|it| string(it)))),
        ("lifetime", some(it.lifetime.as_ref().map(case))),
        ("principal", some(it.principal.as_ref().map(case))),
        ("mode", some(it.mode.as_ref().map(case))),
        ("seconds", some(it.seconds.map(Val::U64))),
        ("expected", Val::List(expected.collect())),
    ];
    let fields = fields.into_iter();
    Val::Record(fields.map(|(name, it)| (name.to_owned(), it)).collect())
}

/// A record's fields by name.
struct Fields(Vec<(String, Val)>);

impl Fields {
    fn get(&self, name: &str) -> Result<Val, Trouble> {
        let found = self.0.iter().find(|(field, _)| field == name);
        let found = found.map(|(_, it)| it.clone());
        found.ok_or_else(|| format!("a record without `{name}`").into())
    }
}

fn fields(it: Val) -> Result<Fields, Trouble> {
    match it {
        Val::Record(fields) => Ok(Fields(fields)),
        _ => Err("what should be a record is none".into()),
    }
}

fn list(it: Val) -> Result<Vec<Val>, Trouble> {
    match it {
        Val::List(all) => Ok(all),
        _ => Err("what should be a list is none".into()),
    }
}

fn option(it: Val) -> Result<Option<Val>, Trouble> {
    match it {
        Val::Option(it) => Ok(it.map(|it| *it)),
        _ => Err("what should be an option is none".into()),
    }
}

/// A text, or the name of a case.
fn word(it: Val) -> Result<String, Trouble> {
    match it {
        Val::String(text) | Val::Enum(text) => Ok(text),
        _ => Err("what should be a text is none".into()),
    }
}

fn words(it: Val) -> Result<Vec<String>, Trouble> {
    list(it)?.into_iter().map(word).collect()
}

fn string(text: &str) -> Val {
    Val::String(text.to_owned())
}
