//! Addresses that carry their own permission: whose key signed them, for what, and until when.

use hushgate_detector::document::{Lifetime, nature::Kind};

use crate::{
    moment,
    shape::{Ground, Property, Shape},
};

/// More parameters are no signed address.
const MAX_PARAMETERS: usize = 64;

/// The parameters of an address or a query.
fn parameters(text: &str) -> Vec<(String, String)> {
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    let pairs = query.split('&').take(MAX_PARAMETERS);
    pairs
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_ascii_lowercase(), decoded(value)))
        .collect()
}

/// Percent signs and what stands behind them as bytes.
fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let hex = behind.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        match hex.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(value) if byte == b'%' => {
                out.push(value);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

pub(super) fn shape(text: &str) -> Option<Shape> {
    if text.contains(char::is_whitespace) || !text.contains('=') {
        return None;
    }
    let parameters = parameters(text);
    let has = |name: &str| parameters.iter().any(|(it, _)| it == name);
    let mut shape = Shape::new("signed-url", Kind::SignedUrl, Ground::Structure);
    if has("x-amz-signature") && has("x-amz-credential") {
        aws(text, &mut shape);
    } else if has("x-goog-signature") && has("x-goog-credential") {
        signed(text, "x-goog-", "Google", &mut shape);
    } else if has("sig") && (has("se") || has("si")) && has("sv") {
        azure(text, &mut shape);
    } else {
        return None;
    }
    let seconds = shape.expires.zip(shape.starts).map(|(to, from)| to - from);
    shape.lifetime = Some(match seconds {
        Some(..=86_400) => Lifetime::Session,
        Some(..=604_800) => Lifetime::Short,
        _ => Lifetime::Long,
    });
    Some(shape)
}

/// A request of AWS.
pub(super) fn aws(text: &str, shape: &mut Shape) {
    signed(text, "x-amz-", "AWS", shape);
    let Some(key) = shape.fact(Property::Key).map(str::to_owned) else {
        return;
    };
    super::aws::key_id(&key, shape);
}

/// A request that is signed as AWS and Google do it: `KEY/DATE/REGION/SERVICE/…`.
fn signed(text: &str, prefix: &str, issuer: &str, shape: &mut Shape) {
    let parameters = parameters(text);
    let value = |name: &str| {
        let mut all = parameters.iter();
        let found = all.find(|(it, _)| it.strip_prefix(prefix) == Some(name));
        found.map(|(_, value)| &**value)
    };
    issuer.clone_into(&mut shape.issuer);
    let credential = value("credential").unwrap_or_default();
    // An e-mail address has no slash, and neither has the id of a key.
    let mut parts = credential.split('/');
    let owner = if issuer == "Google" {
        Property::User
    } else {
        Property::Key
    };
    shape.note_some(owner, parts.next());
    let mut behind = parts.skip(1);
    shape.note_some(Property::Region, behind.next());
    shape.note_some(Property::Service, behind.next());
    shape.note_some(Property::Algorithm, value("algorithm"));
    shape.note_some(Property::Host, host(text));
    shape.starts = value("date").and_then(moment::parse);
    let seconds = value("expires").and_then(|it| it.parse::<i64>().ok());
    shape.expires = shape
        .starts
        .zip(seconds)
        .and_then(|(from, seconds)| from.checked_add(seconds));
    shape.is_read();
}

/// A shared access signature of Azure.
fn azure(text: &str, shape: &mut Shape) {
    "Microsoft Azure".clone_into(&mut shape.issuer);
    let parameters = parameters(text);
    let value = |name: &str| {
        let found = parameters.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| &**value)
    };
    shape.note_some(Property::Scope, value("sp"));
    shape.note_some(Property::Type, value("sr").or(value("srt")));
    shape.note_some(Property::Service, value("ss"));
    shape.note_some(Property::Key, value("skoid").or(value("si")));
    shape.note_some(Property::Account, value("sktid"));
    shape.note_some(Property::Host, host(text));
    shape.starts = value("st").and_then(moment::parse);
    let end = value("se").filter(|_| !cfg!(sabotage = "presigned-without-an-end"));
    shape.expires = end.and_then(moment::parse);
}

fn host(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    // A log-in in front is none of anybody's business.
    Some(
        authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_signed_and_until_when() {
        let text = "https://acme.s3.amazonaws.com/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLEEXAMPLE77%2F20261125%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261125T143000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=00";
        let shape = shape(text).expect("a signed address");
        assert_eq!(shape.issuer, "AWS");
        assert_eq!(shape.fact(Property::Region), Some("eu-west-1"));
        assert_eq!(shape.fact(Property::Service), Some("s3"));
        assert_eq!(shape.facts(Property::Key).count(), 1);
        assert_eq!(shape.expires, Some(1_795_617_900));
        assert_eq!(shape.lifetime, Some(Lifetime::Session));
    }

    #[test]
    fn of_azure() {
        let text = "https://acme.blob.core.windows.net/c/b?sv=2024-11-04&st=2026-11-25T14%3A30%3A00Z&se=2026-11-26T14%3A30%3A00Z&sr=b&sp=r&sig=abc%3D";
        let shape = shape(text).expect("a signed address");
        assert_eq!(shape.fact(Property::Scope), Some("r"));
        assert_eq!(shape.expires, Some(1_795_703_400));
    }

    #[test]
    fn others_are_none() {
        assert!(shape("https://www.example.com/?a=b").is_none());
        assert!(shape("=").is_none());
    }
}
