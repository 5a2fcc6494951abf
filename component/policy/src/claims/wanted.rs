//! Whether claims are what a trust rule asks for.

use serde_json::{Map, Value};

use super::{Condition, Met};
use crate::data::Trust;

/// The claim at a name, where a dot goes into a nested one. A name that has dots itself, as `kubernetes.io`
/// has, counts before what is nested.
pub(super) fn claim<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    name.match_indices('.').find_map(|(dot, _)| {
        let (first, rest) = (name.get(..dot)?, name.get(dot + 1..)?);
        claim(claims.get(first)?.as_object()?, rest)
    })
}

/// A claim as text. Numbers and booleans count as they are written: issuers write ids in both ways.
pub(super) fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    plain(claim(claims, name)?)
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A claim as a list: one text is a list of one.
pub(super) fn list(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    match claim(claims, name) {
        Some(Value::Array(items)) => items.iter().filter_map(plain).collect(),
        Some(value) => plain(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// How a rule met claims.
pub(super) fn met(rule: &Trust, claims: &Map<String, Value>, audience: &[String]) -> Met {
    let mut conditions = Vec::new();
    if !rule.audience.is_empty() {
        conditions.push(Condition {
            claim: String::from("aud"),
            wanted: rule.audience.clone(),
            is: (!audience.is_empty()).then(|| audience.join(", ")),
            holds: rule.audience.iter().any(|one| audience.contains(one)),
        });
    }
    for (name, wanted) in &rule.claims {
        let is = list(claims, name);
        conditions.push(Condition {
            claim: name.clone(),
            wanted: wanted.all().map(str::to_owned).collect(),
            holds: wanted
                .all()
                .any(|pattern| is.iter().any(|text| fits(pattern, text))),
            is: (!is.is_empty()).then(|| is.join(", ")),
        });
    }
    Met {
        trust: rule.id.clone(),
        conditions,
    }
}

/// Whether a text is what a pattern says, in which `*` stands for any characters.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        for (pattern, text, is) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("a*", "a", true),
            ("*b", "ab", true),
            ("a*c", "abc", true),
            ("a*c", "ab", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "acb", false),
        ] {
            assert_eq!(fits(pattern, text), is, "{pattern} {text}");
        }
    }

    #[test]
    fn dots_go_into_nested_claims() {
        let text = r#"{"kubernetes.io":{"namespace":"shop","pod":{"name":"a"}},"n":7}"#;
        let claims: Map<String, Value> = serde_json::from_str(text).expect("JSON");
        let claim = |name| super::text(&claims, name);
        assert_eq!(claim("kubernetes.io.namespace").as_deref(), Some("shop"));
        assert_eq!(claim("kubernetes.io.pod.name").as_deref(), Some("a"));
        assert_eq!(claim("n").as_deref(), Some("7"));
        assert_eq!(claim("kubernetes.io.pod"), None);
    }
}
