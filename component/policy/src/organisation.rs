//! A checked organisation: its purposes, credentials and trust rules, and its policies with the guard-rails,
//! ready to decide.
//!
//! # Invariant
//! All policies passed strict validation against the schema, and every id that one part names is declared in
//! another. So a decision cannot meet a name that nobody declared.

use std::collections::{BTreeMap, HashMap};

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, Schema};
use hushgate_detector::{Diagnostic, document::nature::Kind};

use crate::{
    archive::File,
    calendar,
    data::{self, Credential, Located, Place, Purpose, Trust, is_word},
    fact::{Fact, Record},
    limits,
    policies::{self, Policies},
    slice::Slices,
    spelling,
};

/// The schema that all policies are checked against.
pub const SCHEMA: &str = include_str!("../../../policies/cedar/gate.cedarschema");
/// The guard-rails, which every bundle has.
pub const GUARDRAILS: &str = include_str!("../../../policies/cedar/guardrails.cedar");

/// Longest time in seconds for which anything is granted.
pub const MAX_TTL: u32 = 43_200;

/// A purpose and what policies read of it.
pub(crate) struct Reason {
    pub(crate) purpose: Purpose,
    pub(crate) place: Place,
    pub(crate) facts: Record,
    pub(crate) uid: EntityUid,
}

/// A credential and what policies read of it.
pub(crate) struct Held {
    pub(crate) credential: Credential,
    pub(crate) place: Place,
    pub(crate) facts: Record,
    pub(crate) uid: EntityUid,
}

/// A checked organisation.
pub struct Organisation {
    pub(crate) purposes: BTreeMap<String, Reason>,
    pub(crate) credentials: BTreeMap<String, Held>,
    pub(crate) trust: Vec<Trust>,
    pub(crate) trust_places: Vec<Place>,
    pub(crate) policies: Policies,
    pub(crate) slices: Slices,
}

impl std::fmt::Debug for Organisation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Organisation")
            .field("purposes", &self.purposes.len())
            .field("credentials", &self.credentials.len())
            .finish_non_exhaustive()
    }
}

impl Organisation {
    /// Opens the files of a bundle that are not detectors.
    ///
    /// # Errors
    /// Every fault of the files, with its place.
    pub fn open(files: &[File<'_>]) -> Result<Self, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let mut declared = data::Declared::default();
        let mut texts = Vec::new();
        for file in files {
            if file.path.ends_with(".cedar") {
                texts.push(*file);
            } else {
                match limits::check_toml(file.text) {
                    Ok(()) => data::read(file.path, file.text, &mut declared, &mut faults),
                    Err(fault) => faults.push(fault.within(file.path)),
                }
            }
        }
        let mut check = Check {
            faults: &mut faults,
        };
        let purposes = check.purposes(declared.purposes);
        let credentials = check.credentials(declared.credentials, &purposes);
        check.trust(&declared.trust);
        let schema = schema();
        let policies = policies::open(&schema, &texts, &mut faults);
        policies::check_names(&policies, &purposes, &credentials, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let (trust, trust_places) = declared
            .trust
            .into_iter()
            .map(|rule| (rule.item, rule.place))
            .unzip();
        Ok(Self {
            slices: Slices::new(&policies),
            purposes,
            credentials,
            trust,
            trust_places,
            policies,
        })
    }

    /// Purposes, in the order of their ids.
    pub fn purposes(&self) -> impl Iterator<Item = &Purpose> {
        self.purposes.values().map(|it| &it.purpose)
    }

    /// Credentials, in the order of their ids.
    pub fn credentials(&self) -> impl Iterator<Item = &Credential> {
        self.credentials.values().map(|it| &it.credential)
    }

    /// The credentials that serve a purpose, in the order of their ids.
    pub(crate) fn serving(&self, purpose: &str) -> impl Iterator<Item = &Held> {
        let serves = move |it: &&Held| it.credential.purposes.iter().any(|id| id == purpose);
        self.credentials.values().filter(serves)
    }
}

/// The schema, parsed. It is ours, and a test parses it.
fn schema() -> Schema {
    match Schema::from_cedarschema_str(SCHEMA) {
        Ok((schema, _)) => schema,
        // Without types no policy passes validation, so nothing is allowed.
        Err(_) => empty_schema(),
    }
}

fn empty_schema() -> Schema {
    Schema::from_schema_fragments([]).unwrap_or_else(|_| unreachable!("an empty schema is one"))
}

/// The uid of an entity of a type that the schema has.
pub(crate) fn uid(kind: &str, id: &str) -> EntityUid {
    let name = kind.parse::<EntityTypeName>();
    let name = name.unwrap_or_else(|_| unreachable!("types of the schema are names"));
    EntityUid::from_type_name_and_id(name, EntityId::new(id))
}

/// The facts of a record as attributes.
pub(crate) fn attributes(facts: &Record) -> HashMap<String, cedar_policy::RestrictedExpression> {
    let pairs = facts
        .iter()
        .map(|(name, fact)| (name.clone(), fact.expression()));
    pairs.collect()
}

struct Check<'f> {
    faults: &'f mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn fault(&mut self, fault: Diagnostic, subject: &str, place: &Place) {
        let mut fault = fault.subject(subject).within(&place.path);
        (fault.line, fault.column) = (place.line, place.column);
        self.faults.push(fault);
    }

    fn purposes(&mut self, declared: Vec<Located<Purpose>>) -> BTreeMap<String, Reason> {
        let mut purposes = BTreeMap::new();
        for Located { item, place } in declared {
            let id = item.id.clone();
            self.purpose(&item, &place);
            let facts = purpose_facts(&item);
            let reason = Reason {
                uid: uid("Purpose", &id),
                facts,
                place: place.clone(),
                purpose: item,
            };
            if purposes.insert(id.clone(), reason).is_some() {
                let fault = Diagnostic::error("duplicate-id", "two purposes have this id");
                self.fault(fault.help("rename one"), &id, &place);
            }
        }
        purposes
    }

    fn purpose(&mut self, purpose: &Purpose, place: &Place) {
        let words = purpose.id.split('_').count();
        let known = data::purpose::CAPABILITIES.contains(&purpose.capability());
        if !is_word(&purpose.id, '_') || words < 2 || (words < 3 && !known) {
            let fault =
                Diagnostic::error("bad-purpose-id", "the id is not `system_object_capability`");
            let help = "write lower case words with `_` between, the last one what is done: \
                        `billing_report_read`";
            self.fault(fault.help(help), &purpose.id, place);
        } else if !known {
            let capabilities = data::purpose::CAPABILITIES;
            let fault = Diagnostic::error(
                "unknown-capability",
                format!("`{}` is no known capability", purpose.capability()),
            );
            let help = spelling::help(purpose.capability(), &capabilities);
            self.fault(fault.help(help), &purpose.id, place);
        }
        if purpose.max_ttl == 0 || purpose.max_ttl > MAX_TTL {
            let message = format!("`max-ttl` is not between 1 and {MAX_TTL} seconds");
            let fault = Diagnostic::error("bad-ttl", message);
            self.fault(
                fault.help("renew instead of asking for longer"),
                &purpose.id,
                place,
            );
        }
        if purpose.planes.is_empty() {
            let fault = Diagnostic::error("no-plane", "the purpose is allowed in no plane");
            self.fault(
                fault.help("list at least one in `planes`"),
                &purpose.id,
                place,
            );
        }
        if purpose.session_policy.len() > 2048 {
            let fault = Diagnostic::error("too-long", "`session-policy` has more than 2048 bytes");
            self.fault(fault.help("that is AWS's own bound"), &purpose.id, place);
        }
    }

    fn credentials(
        &mut self,
        declared: Vec<Located<Credential>>,
        purposes: &BTreeMap<String, Reason>,
    ) -> BTreeMap<String, Held> {
        let mut credentials = BTreeMap::new();
        for Located { item, place } in declared {
            let id = item.id.clone();
            self.credential(&item, &place, purposes);
            let facts = credential_facts(&item);
            let held = Held {
                uid: uid("Credential", &id),
                facts,
                place: place.clone(),
                credential: item,
            };
            if credentials.insert(id.clone(), held).is_some() {
                let fault = Diagnostic::error("duplicate-id", "two credentials have this id");
                self.fault(fault.help("rename one"), &id, &place);
            }
        }
        credentials
    }

    fn credential(
        &mut self,
        credential: &Credential,
        place: &Place,
        purposes: &BTreeMap<String, Reason>,
    ) {
        let id = &credential.id;
        if !is_word(id, '-') {
            let fault = Diagnostic::error("bad-id", "the id is not in kebab case");
            self.fault(
                fault.help("write lower case words with `-` between"),
                id,
                place,
            );
        }
        let kinds: Vec<&str> = Kind::ALL.iter().map(|(name, _)| *name).collect();
        if !kinds.contains(&&*credential.kind) {
            let message = format!("`{}` is no kind of credential", credential.kind);
            let fault = Diagnostic::error("unknown-kind", message);
            self.fault(
                fault.help(spelling::help(&credential.kind, &kinds)),
                id,
                place,
            );
        }
        let sources = data::credential::SOURCES;
        match sources
            .iter()
            .find(|(scheme, _)| *scheme == credential.scheme())
        {
            Some((scheme, form)) if credential.source.len() <= scheme.len() + 1 => {
                let fault = Diagnostic::error("bad-source", "`source` names nothing");
                self.fault(fault.help(format!("write {form}")), id, place);
            }
            Some(_) => {}
            None => {
                // The text is not repeated: somebody may have put the value there.
                let names: Vec<&str> = sources.iter().map(|(scheme, _)| *scheme).collect();
                let fault = Diagnostic::error("bad-source", "`source` begins with no known scheme");
                self.fault(
                    fault.help(format!("known are: {}", names.join(", "))),
                    id,
                    place,
                );
            }
        }
        if credential.purposes.is_empty() {
            let fault = Diagnostic::error("no-purpose", "the credential serves no purpose");
            self.fault(fault.help("list at least one in `purposes`"), id, place);
        }
        for purpose in &credential.purposes {
            if !purposes.contains_key(purpose) {
                let known: Vec<&str> = purposes.keys().map(String::as_str).collect();
                let message = format!("no purpose `{purpose}` is declared");
                let fault = Diagnostic::error("unknown-purpose", message);
                self.fault(fault.help(spelling::help(purpose, &known)), id, place);
            }
        }
        let last = credential.rotation.as_ref().and_then(|it| it.last.as_ref());
        let days = [
            ("created", credential.created.as_ref()),
            ("expires", credential.expires.as_ref()),
            ("last", last),
        ];
        for (name, day) in days {
            if day.is_some_and(|day| calendar::first_second(day).is_none()) {
                let fault = Diagnostic::error("bad-date", format!("`{name}` is no date"));
                self.fault(fault.help("write YYYY-MM-DD"), id, place);
            }
        }
        let most = credential.max_ttl.unwrap_or(MAX_TTL);
        if credential.min_ttl == 0 || credential.min_ttl > most || most > MAX_TTL {
            let message = format!("`min-ttl` and `max-ttl` are not 1 ≤ min ≤ max ≤ {MAX_TTL}");
            let fault = Diagnostic::error("bad-ttl", message);
            self.fault(fault.help("both are in seconds"), id, place);
        }
        if credential.rotation.as_ref().is_some_and(|it| it.days == 0) {
            let fault = Diagnostic::error("bad-rotation", "`rotation.days` is 0");
            self.fault(
                fault.help("write how many days are between two versions"),
                id,
                place,
            );
        }
    }

    fn trust(&mut self, rules: &[Located<Trust>]) {
        for (index, Located { item, place }) in rules.iter().enumerate() {
            if !is_word(&item.id, '-') {
                let fault = Diagnostic::error("bad-id", "the id is not in kebab case");
                self.fault(
                    fault.help("write lower case words with `-` between"),
                    &item.id,
                    place,
                );
            }
            let before = rules.get(..index).unwrap_or_default();
            if before.iter().any(|other| other.item.id == item.id) {
                let fault = Diagnostic::error("duplicate-id", "two trust rules have this id");
                self.fault(fault.help("rename one"), &item.id, place);
            }
            if item.runtime.is_token() && !item.issuer.starts_with("https://") {
                let fault = Diagnostic::error("bad-issuer", "`issuer` is no https address");
                let help = "write the `iss` of its tokens, exactly";
                self.fault(fault.help(help), &item.id, place);
            }
            let has_token = !item.issuer.is_empty() || !item.audience.is_empty();
            if has_token && !item.runtime.is_token() {
                let message = format!("`{}` comes without a token", item.runtime.name());
                let fault = Diagnostic::error("no-token", message);
                self.fault(
                    fault.help("leave out `issuer` and `audience`"),
                    &item.id,
                    place,
                );
            }
        }
    }
}

fn purpose_facts(purpose: &Purpose) -> Record {
    Record::from([
        ("system".into(), purpose.system().into()),
        ("capability".into(), purpose.capability().into()),
        ("owner".into(), Fact::Text(purpose.owner.clone())),
        ("sensitivity".into(), purpose.sensitivity.name().into()),
        ("production".into(), Fact::Flag(purpose.production)),
        (
            "planes".into(),
            Fact::texts(purpose.planes.iter().map(|plane| plane.name())),
        ),
        ("maximum".into(), Fact::Number(purpose.max_ttl.into())),
    ])
}

fn credential_facts(credential: &Credential) -> Record {
    let mut facts = Record::from([
        ("kind".into(), Fact::Text(credential.kind.clone())),
        ("issuer".into(), Fact::Text(credential.issuer.clone())),
        ("plane".into(), credential.plane.name().into()),
        ("lifetime".into(), credential.lifetime.name().into()),
        ("source".into(), credential.scheme().into()),
        ("principal".into(), credential.principal.name().into()),
        ("owner".into(), Fact::Text(credential.owner.clone())),
        ("cloud".into(), Fact::Flag(credential.cloud)),
        (
            "scope".into(),
            Fact::texts(credential.scope.iter().cloned()),
        ),
        (
            "consumers".into(),
            Fact::texts(credential.consumers.iter().cloned()),
        ),
        ("minimum".into(), Fact::Number(credential.min_ttl.into())),
        (
            "maximum".into(),
            Fact::Number(credential.max_ttl.unwrap_or(MAX_TTL).into()),
        ),
        ("revoked".into(), Fact::Flag(credential.revoked)),
    ]);
    let day = |day: &Option<String>, at: fn(&str) -> Option<i64>| day.as_deref().and_then(at);
    if let Some(created) = day(&credential.created, calendar::first_second) {
        facts.insert("created".into(), Fact::Number(created));
    }
    if let Some(expires) = day(&credential.expires, calendar::end) {
        facts.insert("expires".into(), Fact::Number(expires));
    }
    facts
}

/// An entity with these facts.
pub(crate) fn entity(uid: &EntityUid, facts: &Record, parent: Option<&EntityUid>) -> Entity {
    let parents = parent.into_iter().cloned().collect();
    // Facts are values: there is nothing to evaluate that could fail.
    Entity::new(uid.clone(), attributes(facts), parents).unwrap_or_else(|_| {
        Entity::new_no_attrs(uid.clone(), parent.into_iter().cloned().collect())
    })
}
