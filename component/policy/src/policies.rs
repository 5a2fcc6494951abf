//! The policies of an organisation and the guard-rails: parsed, named by their `@id`, strictly validated.
//!
//! # Invariant
//! Every policy has an id of its own, and the place where it stands. Ids that begin with `hushgate.` are those
//! of guard-rails, which no bundle can write.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr as _;

use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use hushgate_detector::Diagnostic;

use crate::{
    archive::File,
    data::Place,
    limits,
    organisation::{GUARDRAILS, Held, Reason},
    spelling,
};

/// What the ids of guard-rails begin with.
pub const GUARDRAIL: &str = "hushgate.";
/// The path under which guard-rails are known.
pub const GUARDRAIL_PATH: &str = "guardrails.cedar";

/// Annotations that mean something.
const ANNOTATIONS: [&str; 6] = ["id", "reason", "advice", "ttl", "audit", "alert"];

/// A policy and where it stands.
pub(crate) struct Rule {
    pub(crate) policy: Policy,
    pub(crate) place: Place,
}

impl Rule {
    pub(crate) fn id(&self) -> &str {
        self.policy.id().as_ref()
    }

    pub(crate) fn annotation(&self, name: &str) -> &str {
        self.policy.annotation(name).unwrap_or_default()
    }

    pub(crate) fn is_guardrail(&self) -> bool {
        self.id().starts_with(GUARDRAIL)
    }
}

/// All policies.
#[derive(Default)]
pub(crate) struct Policies {
    /// Guard-rails first, then in the order of files and texts.
    pub(crate) rules: Vec<Rule>,
    by_id: HashMap<PolicyId, usize>,
}

impl Policies {
    pub(crate) fn get(&self, id: &PolicyId) -> Option<&Rule> {
        self.rules.get(*self.by_id.get(id)?)
    }

    fn add(&mut self, rule: Rule) {
        self.by_id
            .insert(rule.policy.id().clone(), self.rules.len());
        self.rules.push(rule);
    }
}

/// Parses and checks these files and the guard-rails.
pub(crate) fn open(schema: &Schema, files: &[File<'_>], faults: &mut Vec<Diagnostic>) -> Policies {
    let mut policies = Policies::default();
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    if bytes > limits::MAX_POLICIES_BYTES {
        let message = format!(
            "the policies have {bytes} bytes, more than {}",
            limits::MAX_POLICIES_BYTES
        );
        faults.push(Diagnostic::error("policies-too-long", message).help("leave out what repeats"));
        return policies;
    }
    let guardrails = File {
        path: GUARDRAIL_PATH,
        text: GUARDRAILS,
    };
    let mut count = 0;
    for (file, is_ours) in
        std::iter::once((&guardrails, true)).chain(files.iter().map(|it| (it, false)))
    {
        if let Err(fault) = limits::check_cedar(file.text) {
            faults.push(fault.within(file.path));
            continue;
        }
        let set = match PolicySet::from_str(file.text) {
            Ok(set) => set,
            Err(errors) => {
                faults.extend(
                    errors
                        .iter()
                        .take(20)
                        .map(|error| report("bad-policy", error, file.path, file.text)),
                );
                continue;
            }
        };
        for template in set.templates() {
            let fault = Diagnostic::error("template", "templates are not linked in a bundle");
            let place = place(template_offset(template), file);
            faults.push(located(fault.help("write a policy for each"), &place));
        }
        let mut found: Vec<(usize, Policy)> = set
            .policies()
            .map(|policy| (offset(policy), policy.clone()))
            .collect();
        found.sort_by_key(|(offset, _)| *offset);
        count += found.len();
        for (offset, policy) in found {
            let place = place(offset, file);
            name(&mut policies, policy, place, is_ours, faults);
        }
    }
    if count > limits::MAX_POLICIES {
        let message = format!("there are more than {} policies", limits::MAX_POLICIES);
        faults.push(Diagnostic::error("too-many-policies", message));
        return policies;
    }
    validate(schema, &policies, files, faults);
    policies
}

/// Gives a policy its id and adds it.
fn name(
    policies: &mut Policies,
    policy: Policy,
    place: Place,
    is_ours: bool,
    faults: &mut Vec<Diagnostic>,
) {
    let Some(id) = policy.annotation("id").map(str::to_owned) else {
        let fault = Diagnostic::error("missing-id", "the policy has no `@id`");
        let help = "write `@id(\"name\")` above it: decisions and audit lines name it";
        faults.push(located(fault.help(help), &place));
        return;
    };
    let good = id.len() <= 100
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && !id.is_empty();
    if !good {
        let fault = Diagnostic::error(
            "bad-id",
            "`@id` has other characters than letters, digits, `-`, `_` and `.`",
        );
        faults.push(located(
            fault.help("write a name such as `ci-deploys-from-main`"),
            &place,
        ));
        return;
    }
    if !is_ours && id.starts_with(GUARDRAIL) {
        let fault = Diagnostic::error(
            "reserved-id",
            format!("ids that begin with `{GUARDRAIL}` are those of guard-rails"),
        );
        faults.push(located(
            fault.subject(&id).help("choose another id"),
            &place,
        ));
        return;
    }
    for (key, value) in policy.annotations() {
        let fault = match key {
            _ if !ANNOTATIONS.contains(&key) => {
                let fault =
                    Diagnostic::error("unknown-annotation", format!("`@{key}` means nothing"));
                Some(fault.help(spelling::help(key, &ANNOTATIONS)))
            }
            "ttl" if value.parse::<u32>().ok().is_none_or(|it| it == 0) => {
                let fault = Diagnostic::error("bad-annotation", "`@ttl` is no number of seconds");
                Some(fault.help("write `@ttl(\"900\")`: the longest time that is granted"))
            }
            "audit" if !["basic", "full"].contains(&value) => {
                let fault =
                    Diagnostic::error("bad-annotation", "`@audit` is neither `basic` nor `full`");
                Some(fault.help("write `@audit(\"full\")` to have the claims in the audit line"))
            }
            _ => None,
        };
        faults.extend(fault.map(|fault| located(fault.subject(&id), &place)));
    }
    let policy = policy.new_id(PolicyId::new(&id));
    if let Some(other) = policies.get(policy.id()) {
        let at = format!("{}:{}", other.place.path, other.place.line);
        let fault = Diagnostic::error("duplicate-id", "two policies have this id");
        faults.push(located(
            fault.subject(&id).help(format!("the other is at {at}")),
            &place,
        ));
        return;
    }
    policies.add(Rule { policy, place });
}

fn validate(
    schema: &Schema,
    policies: &Policies,
    files: &[File<'_>],
    faults: &mut Vec<Diagnostic>,
) {
    let all = policies.rules.iter().map(|rule| rule.policy.clone());
    let Ok(set) = PolicySet::from_policies(all) else {
        faults.push(Diagnostic::error(
            "bad-policy",
            "the policies do not make up a set",
        ));
        return;
    };
    let result = Validator::new(schema.clone()).validate(&set, ValidationMode::Strict);
    let mut found: Vec<Diagnostic> = result
        .validation_errors()
        .take(100)
        .map(|error| {
            let rule = policies.get(error.policy_id());
            let path = rule.map_or("", |rule| &rule.place.path);
            let file = files.iter().find(|file| file.path == path);
            let text = file.map_or(GUARDRAILS, |file| file.text);
            let id: &str = error.policy_id().as_ref();
            report("invalid-policy", error, path, text).subject(id)
        })
        .collect();
    found.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    faults.extend(found);
}

/// Checks that purposes and credentials that policies name are declared.
pub(crate) fn check_names(
    policies: &Policies,
    purposes: &BTreeMap<String, Reason>,
    credentials: &BTreeMap<String, Held>,
    faults: &mut Vec<Diagnostic>,
) {
    for rule in policies.rules.iter().filter(|rule| !rule.is_guardrail()) {
        for uid in rule.policy.entity_literals() {
            let id = uid.id().unescaped();
            let (what, known): (_, Vec<&str>) = match uid.type_name().basename() {
                "Purpose" => ("purpose", purposes.keys().map(String::as_str).collect()),
                "Credential" => (
                    "credential",
                    credentials.keys().map(String::as_str).collect(),
                ),
                _ => continue,
            };
            if !known.contains(&id) {
                let code = if what == "purpose" {
                    "unknown-purpose"
                } else {
                    "unknown-credential"
                };
                let fault = Diagnostic::error(code, format!("no {what} `{id}` is declared"));
                let fault = fault.help(spelling::help(id, &known)).subject(rule.id());
                faults.push(located(fault, &rule.place));
            }
        }
    }
}

/// A remark of Cedar's in our form.
pub(crate) fn report(
    code: &'static str,
    error: &impl miette::Diagnostic,
    path: &str,
    text: &str,
) -> Diagnostic {
    let labels = error.labels().into_iter().flatten().next();
    let offset = labels.map_or(0, |label| label.offset());
    let help = error
        .help()
        .map(|help| help.to_string())
        .unwrap_or_default();
    let mut message = error.to_string();
    if let Some(prefix) = message.strip_prefix("for policy `") {
        message = prefix
            .split_once("`, ")
            .map_or(message.clone(), |(_, rest)| rest.to_owned());
    }
    Diagnostic::error(code, message)
        .help(help)
        .at(text, offset)
        .within(path)
}

fn located(mut fault: Diagnostic, place: &Place) -> Diagnostic {
    fault = fault.within(&place.path);
    (fault.line, fault.column) = (place.line, place.column);
    fault
}

fn place(offset: usize, file: &File<'_>) -> Place {
    Place::of(file.path, file.text, offset)
}

fn offset(policy: &Policy) -> usize {
    let policy: &cedar_policy_core::ast::Policy = policy.as_ref();
    policy
        .loc()
        .map_or(0, cedar_policy_core::parser::Loc::start)
}

fn template_offset(template: &cedar_policy::Template) -> usize {
    let template: &cedar_policy_core::ast::Template = template.as_ref();
    template
        .loc()
        .map_or(0, cedar_policy_core::parser::Loc::start)
}
