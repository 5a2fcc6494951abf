//! Cedar itself, without purposes and guard-rails: any schema, policies, entities and request, as in Cedar's own
//! test suites. Policies keep the ids that Cedar gives them.

use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, Schema, ValidationMode,
    Validator,
};
use hushgate_detector::Diagnostic;

use crate::{limits, policies::report};

/// Texts that decide.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    /// Policies in Cedar's syntax.
    pub policies: &'t str,
    /// A schema in Cedar's syntax or as JSON; empty for none.
    pub schema: &'t str,
    /// Entities as JSON.
    pub entities: &'t str,
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct Question<'t> {
    /// Who asks, as Cedar or JSON writes an entity.
    pub principal: &'t str,
    /// What is to be done.
    pub action: &'t str,
    /// With what.
    pub resource: &'t str,
    /// The context as JSON.
    pub context: &'t str,
    /// Whether the request has to be one that the schema allows.
    pub validate: bool,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Ids of the policies that made it so, in order.
    pub reason: Vec<String>,
    /// Ids of the policies that could not be evaluated, in order.
    pub errors: Vec<String>,
}

/// Policies, schema and entities that were read.
pub struct World {
    policies: PolicySet,
    schema: Option<Schema>,
    entities: Entities,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

impl World {
    /// Reads the texts.
    ///
    /// # Errors
    /// What cannot be read, and what goes deeper or is longer than it may.
    pub fn open(texts: &Texts<'_>) -> Result<Self, Diagnostic> {
        let bounds = [
            ("policies", texts.policies, limits::MAX_POLICIES_BYTES),
            ("schema", texts.schema, limits::MAX_SCHEMA_BYTES),
            ("entities", texts.entities, limits::MAX_ENTITIES_BYTES),
        ];
        for (name, text, most) in bounds {
            if text.len() > most {
                let message = format!("the {name} have {} bytes, more than {most}", text.len());
                return Err(Diagnostic::error("too-long", message));
            }
        }
        limits::check_cedar(texts.policies)?;
        limits::check_json(texts.entities)?;
        let policies = PolicySet::from_str(texts.policies)
            .map_err(|errors| report("bad-policy", &errors, "policies", texts.policies))?;
        let schema = match texts.schema.trim_start() {
            "" => None,
            json if json.starts_with('{') => {
                limits::check_json(json)?;
                Some(Schema::from_json_str(json).map_err(|error| bad("bad-schema", &error))?)
            }
            text => {
                limits::check_cedar(text)?;
                let read = Schema::from_cedarschema_str(text);
                Some(read.map_err(|error| bad("bad-schema", &error))?.0)
            }
        };
        let entities = Entities::from_json_str(texts.entities, schema.as_ref())
            .map_err(|error| bad("bad-entities", &error))?;
        Ok(Self {
            policies,
            schema,
            entities,
        })
    }

    /// Whether the policies pass strict validation; without a schema they do.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.schema.as_ref().is_none_or(|schema| {
            let validator = Validator::new(schema.clone());
            let result = validator.validate(&self.policies, ValidationMode::Strict);
            result.validation_passed()
        })
    }

    /// Decides.
    ///
    /// # Errors
    /// A request that cannot be read, or that the schema does not allow.
    pub fn decide(&self, question: &Question<'_>) -> Result<Answer, Diagnostic> {
        let uid = |text: &str| {
            if text.len() > limits::MAX_CLAIMS_BYTES {
                return Err(Diagnostic::error(
                    "too-long",
                    "the name of an entity is too long",
                ));
            }
            limits::check_cedar(text)?;
            EntityUid::from_str(text).map_err(|error| bad("bad-entity", &error))
        };
        let (principal, action) = (uid(question.principal)?, uid(question.action)?);
        let resource = uid(question.resource)?;
        if question.context.len() > limits::MAX_ENTITIES_BYTES {
            return Err(Diagnostic::error("too-long", "the context is too long"));
        }
        limits::check_json(question.context)?;
        let schema = self.schema.as_ref().filter(|_| question.validate);
        let typed = self.schema.as_ref().map(|schema| (schema, &action));
        let context = Context::from_json_str(question.context, typed.filter(|_| question.validate))
            .map_err(|error| bad("bad-context", &error))?;
        let request = Request::new(principal, action.clone(), resource, context, schema)
            .map_err(|error| bad("bad-request", &error))?;
        let response = Authorizer::new().is_authorized(&request, &self.policies, &self.entities);
        let reason = response.diagnostics().reason();
        let mut answer = Answer {
            allowed: response.decision() == Decision::Allow,
            reason: reason
                .map(|id| AsRef::<str>::as_ref(id).to_owned())
                .collect(),
            errors: Vec::new(),
        };
        for error in response.diagnostics().errors() {
            let cedar_policy::AuthorizationError::PolicyEvaluationError(error) = error;
            answer
                .errors
                .push(AsRef::<str>::as_ref(error.policy_id()).to_owned());
        }
        answer.reason.sort();
        answer.errors.sort();
        Ok(answer)
    }
}

fn bad(code: &'static str, error: &dyn std::error::Error) -> Diagnostic {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !message.contains(&inner_text) {
            message = format!("{message}: {inner_text}");
        }
        source = inner.source();
    }
    Diagnostic::error(code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_positions_and_errors_are_told() {
        let texts = Texts {
            policies: "@id(\"named\") permit(principal, action, resource);\n\
                       forbid(principal, action, resource) when { context.x == 1 };",
            schema: "",
            entities: "[]",
        };
        let question = Question {
            principal: "User::\"a\"",
            action: "Action::\"b\"",
            resource: "Thing::\"c\"",
            context: "{}",
            validate: false,
        };
        let world = World::open(&texts).expect("readable");
        let answer = world.decide(&question).expect("a request");
        assert_eq!(
            answer,
            Answer {
                allowed: true,
                reason: vec!["policy0".into()],
                errors: vec!["policy1".into()]
            }
        );
        let with = Question {
            context: r#"{"x":1}"#,
            ..question
        };
        let answer = world.decide(&with).expect("a request");
        assert_eq!(
            answer,
            Answer {
                allowed: false,
                reason: vec!["policy1".into()],
                errors: vec![]
            }
        );
    }

    #[test]
    fn deep_texts_are_refused_before_they_are_parsed() {
        let deep = "(".repeat(100_000);
        let chain = format!(
            "permit(principal, action, resource) when {{ 1{} == 1 }};",
            " + 1".repeat(100_000)
        );
        let lists = "[".repeat(100_000);
        for (policies, schema, entities) in [
            (&*deep, "", "[]"),
            (&*chain, "", "[]"),
            ("", &*deep, "[]"),
            ("", &*lists.replace('[', "{"), "[]"),
            ("", "", &*lists),
        ] {
            let refused = World::open(&Texts {
                policies,
                schema,
                entities,
            })
            .expect_err("too deep");
            assert_eq!(refused.code, "too-deep");
        }
    }
}
