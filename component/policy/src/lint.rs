//! What works, but probably not as meant: remarks on purposes, credentials and trust rules.

use hushgate_detector::Diagnostic;

use crate::{
    Organisation,
    data::{Credential, Place, Purpose, Trust, credential::Lifetime, purpose::CAPABILITIES},
};

/// Words that say where something is, not what for.
const ENVIRONMENTS: [&str; 12] = [
    "prod",
    "production",
    "prd",
    "live",
    "stage",
    "staging",
    "stg",
    "dev",
    "development",
    "test",
    "qa",
    "uat",
];
/// Words that say that something is a credential, which every one is.
const HOLDERS: [&str; 14] = [
    "token",
    "key",
    "secret",
    "password",
    "credential",
    "credentials",
    "apikey",
    "main",
    "misc",
    "default",
    "shared",
    "common",
    "master",
    "admin",
];

/// All remarks, in the order of files and lines.
#[must_use]
pub fn lint(organisation: &Organisation) -> Vec<Diagnostic> {
    let mut remarks = Remarks(Vec::new());
    for reason in organisation.purposes.values() {
        remarks.purpose(organisation, &reason.purpose, &reason.place);
    }
    for held in organisation.credentials.values() {
        remarks.credential(&held.credential, &held.place);
    }
    for (rule, place) in organisation.trust.iter().zip(&organisation.trust_places) {
        remarks.trust(rule, place);
    }
    let mut all = remarks.0;
    all.sort_by(|a, b| {
        (&a.path, a.line, a.column, a.code).cmp(&(&b.path, b.line, b.column, b.code))
    });
    all
}

/// A better id for a purpose whose id hides what it is for, where one can be told; nothing where it hides nothing.
#[must_use]
pub fn hidden_purpose(id: &str) -> Option<String> {
    let lower = id.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(['_', '-', '.'])
        .filter(|word| !word.is_empty())
        .collect();
    let says_nothing = |word: &&str| ENVIRONMENTS.contains(word) || HOLDERS.contains(word);
    let telling: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !says_nothing(word))
        .collect();
    let last = words.last().copied().unwrap_or_default();
    // `system_object_capability` may have an environment's name inside, never instead.
    if telling.len() >= 2 && CAPABILITIES.contains(&last) {
        return None;
    }
    let (system, object) = (
        telling.first().copied().unwrap_or("billing"),
        telling
            .get(1)
            .copied()
            .filter(|word| !CAPABILITIES.contains(word))
            .unwrap_or("report"),
    );
    let capability = telling
        .iter()
        .copied()
        .find(|word| CAPABILITIES.contains(word));
    Some(format!(
        "{system}_{object}_{}",
        capability.unwrap_or("read")
    ))
}

struct Remarks(Vec<Diagnostic>);

impl Remarks {
    fn add(&mut self, remark: Diagnostic, subject: &str, place: &Place) {
        let mut remark = remark.subject(subject).within(&place.path);
        (remark.line, remark.column) = (place.line, place.column);
        self.0.push(remark);
    }

    fn purpose(&mut self, organisation: &Organisation, purpose: &Purpose, place: &Place) {
        if let Some(better) = hidden_purpose(&purpose.id) {
            let remark = Diagnostic::warning(
                "hidden-purpose",
                "the id says where or with what, not what for",
            );
            let help = format!("name the system, the object and what is done, such as `{better}`");
            self.add(remark.help(help), &purpose.id, place);
        }
        if organisation.serving(&purpose.id).next().is_none() {
            let remark = Diagnostic::warning(
                "purpose-without-credential",
                "no credential serves the purpose",
            );
            self.add(
                remark.help("declare one, or remove the purpose"),
                &purpose.id,
                place,
            );
        }
        if purpose.owner.trim().is_empty() {
            let remark = Diagnostic::warning("no-owner", "nobody answers for the purpose");
            self.add(remark.help("write a team in `owner`"), &purpose.id, place);
        }
    }

    fn credential(&mut self, credential: &Credential, place: &Place) {
        let id = &credential.id;
        if credential.owner.trim().is_empty() {
            let remark = Diagnostic::warning("no-owner", "nobody answers for the credential");
            self.add(remark.help("write a team in `owner`"), id, place);
        }
        let lives_on = matches!(credential.lifetime, Lifetime::Long | Lifetime::Static);
        if lives_on && credential.rotation.is_none() {
            let remark = Diagnostic::warning(
                "no-rotation",
                "the credential lives on, and nothing says when it is rotated",
            );
            self.add(remark.help("add `rotation = { days = 90 }`"), id, place);
        }
        if credential.lifetime == Lifetime::Long && credential.expires.is_none() {
            let remark = Diagnostic::warning(
                "no-expiry",
                "the lifetime is `long`, and no end is declared",
            );
            self.add(
                remark.help("add `expires`, or say that it is `static`"),
                id,
                place,
            );
        }
        if credential.revocation.is_empty() && lives_on {
            let remark = Diagnostic::warning(
                "no-revocation",
                "nothing says how the credential is revoked",
            );
            self.add(
                remark.help("list the steps in `revocation`: they are read in a hurry"),
                id,
                place,
            );
        }
    }

    fn trust(&mut self, rule: &Trust, place: &Place) {
        if rule.runtime.is_token() && rule.audience.is_empty() {
            let remark = Diagnostic::warning(
                "no-audience",
                "tokens that were made for anybody are believed",
            );
            let help = "write in `audience` what your jobs ask their tokens for";
            self.add(remark.help(help), &rule.id, place);
        }
        if rule.claims.is_empty() {
            let remark = Diagnostic::warning(
                "no-conditions",
                "everybody with a token of this issuer is believed",
            );
            let help = format!("ask for a claim that names you, such as `{}`", owner(rule));
            self.add(remark.help(help), &rule.id, place);
        } else if !rule
            .runtime
            .owners()
            .iter()
            .any(|name| rule.claims.contains_key(*name))
        {
            let remark = Diagnostic::warning(
                "no-owner-id",
                "no claim names an owner for good: names can be taken over",
            );
            self.add(
                remark.help(format!("ask for `{}` too", owner(rule))),
                &rule.id,
                place,
            );
        }
        for (claim, wanted) in &rule.claims {
            for pattern in wanted.all().filter(|pattern| pattern.contains('*')) {
                let head = pattern.split('*').next().unwrap_or_default();
                let ends_at_a_part = head.ends_with([':', '/', '.']) && head.len() > 1;
                if !ends_at_a_part || claim == "sub" {
                    let message = format!("`*` in `{claim}` takes in what begins alike");
                    let remark = Diagnostic::warning("open-pattern", message);
                    let help = "end what stands before `*` with `/` or `:`, or list what is meant; for a \
                                subject, ask for the claims it is made of";
                    self.add(remark.help(help), &rule.id, place);
                }
            }
        }
    }
}

fn owner(rule: &Trust) -> &'static str {
    rule.runtime.owners().first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_hide_their_purpose_are_told() {
        for id in [
            "prod",
            "PROD_TOKEN",
            "main_key",
            "misc",
            "staging",
            "github_token",
            "prod_read",
        ] {
            assert!(hidden_purpose(id).is_some(), "{id}");
        }
        for id in [
            "billing_report_read",
            "terraform_state_plan",
            "shop_prod_database_migrate",
        ] {
            assert_eq!(hidden_purpose(id), None, "{id}");
        }
        assert_eq!(
            hidden_purpose("PROD_BILLING_TOKEN").as_deref(),
            Some("billing_report_read")
        );
    }
}
