//! Detectors against labels.
//!
//! # Invariant
//! No detector matches inside a label of any style, whatever digits a fingerprint has, so redacting
//! twice changes nothing. What a partly shown finding shows is cut accordingly instead: see
//! `redact::prefix`.

use hushgate_detector::{Diagnostic, document::Document};

use super::Rules;
use crate::{detect::Within, redact::label};

/// The label of what must not be named, because a registered value is in its name.
const REDACTED: &str = "redacted";

impl Rules {
    /// Refuses detectors of `document` that match inside a label, and ids that make such a label.
    pub(super) fn check_labels(
        &self,
        document: &Document,
        text: &str,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let ours = |id: &str| document.detectors.iter().any(|it| it.id == id);
        let rules = self.table().rules.iter();
        let new: Vec<bool> = rules.map(|rule| ours(&rule.id)).collect();
        let all = Within::new(self.table(), |_| true);
        let added = Within::new(self.table(), |rule| {
            new.get(usize::from(rule)) == Some(&true)
        });
        for name in self.names().chain([REDACTED]) {
            // A test holds the built-in ones against each other.
            let within = if ours(name) { &all } else { &added };
            let Some(rule) = self.rule_inside_label(name, within) else {
                continue;
            };
            // Either of the two may be the new one.
            let mut ours = document
                .detectors
                .iter()
                .filter(|it| it.id == rule || it.id == name);
            let fault =
                Diagnostic::error("matches-label", format!("it matches the label of `{name}`"))
                    .subject(rule)
                    .help("rename one of the two, or narrow the pattern");
            faults.push(match ours.next() {
                Some(detector) => fault.at(text, detector.offset),
                None => fault,
            });
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// The rule that matches in a label with this name, with or without a fingerprint.
    fn rule_inside_label(&self, name: &str, within: &Within<'_>) -> Option<&str> {
        // The label without one is a part of it.
        let inside = label::Template::fingerprint(name).inside();
        let rule = within.rule_in(&inside)?;
        let rule = self.table().rules.get(usize::from(rule));
        rule.map(|rule| rule.id.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_built_in_detector_matches_inside_a_label() {
        let rules = Rules::standard();
        let all = Within::new(rules.table(), |_| true);
        for name in rules.names().chain([REDACTED]) {
            assert_eq!(rules.rule_inside_label(name, &all), None, "{name}");
        }
    }
}
