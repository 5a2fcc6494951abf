//! Amazon Web Services.

use hushgate_detector::document::{Lifetime, nature::Kind};

use crate::{
    around::base64,
    decode::signed,
    shape::{Ground, Property, Shape},
};

/// The letters of base32 in RFC 4648.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The account in the id of an access key.
///
/// AWS does not document it; that `sts:GetAccessKeyInfo` answers without the key being used says that it is
/// in the id. It is so in ids that were made since March 2019, whose first bit is set; older ones hold none.
pub(super) fn key_id(text: &str, shape: &mut Shape) {
    let Some(coded) = text.get(4..).filter(|it| it.len() == 16) else {
        return;
    };
    let digits = coded.bytes().map(|byte| {
        let digit = BASE32.iter().position(|&it| it == byte)?;
        u64::try_from(digit).ok()
    });
    // The first ten digits are 50 bits, of which the account's number takes 40 behind the first.
    let bits = digits
        .take(10)
        .try_fold(0_u64, |bits, digit| Some(bits << 5 | digit?));
    let Some(bits) = bits else {
        return;
    };
    let first_six_bytes = bits >> 2;
    let account = (first_six_bytes & 0x7FFF_FFFF_FF80) >> 7;
    let is_new = (first_six_bytes >> 47 == 1 || cfg!(sabotage = "account-of-old-keys"))
        && !cfg!(sabotage = "account-unread");
    if is_new && account < 1_000_000_000_000 {
        shape.note(Property::Account, format!("{account:012}"));
    }
}

/// What the ids of IAM are of, by how they begin, where that is no key that signs.
const IDS: [(&str, &str); 9] = [
    ("ACCA", "context-specific credential"),
    ("AGPA", "group"),
    ("AIDA", "IAM user"),
    ("AIPA", "instance profile"),
    ("ANPA", "managed policy"),
    ("ANVA", "version of a managed policy"),
    ("APKA", "public key"),
    ("AROA", "role"),
    ("ASCA", "certificate"),
];

/// An id of IAM that opens nothing, and is taken for that of an access key now and then.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
pub(super) fn unique_id(text: &str) -> Option<Shape> {
    let (begin, rest) = text.split_at_checked(4)?;
    let (_, name) = IDS.iter().find(|(known, _)| *known == begin)?;
    let is_id = (16..=17).contains(&rest.len())
        && rest
            .bytes()
            .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    if !is_id {
        return None;
    }
    let mut shape = Shape::new("aws-unique-id", Kind::KeyId, Ground::Form);
    "AWS".clone_into(&mut shape.issuer);
    shape.lifetime = Some(Lifetime::Static);
    shape.note(Property::Type, *name);
    Some(shape)
}

/// The IAM user of a long-term key for Bedrock, and its account.
pub(super) fn bedrock(text: &str, shape: &mut Shape) {
    let inner = text.strip_prefix("ABSK").and_then(base64);
    let inner = inner.as_deref().map(String::from_utf8_lossy);
    // `BedrockAPIKey-NAME-at-ACCOUNT:SECRET`
    let user = inner.as_deref().and_then(|it| it.split_once(':'));
    let Some((user, account)) = user.and_then(|(user, _)| user.rsplit_once("-at-")) else {
        return;
    };
    if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) {
        shape.note(Property::Account, account);
        shape.note(Property::User, format!("{user}-at-{account}"));
        shape.is_read();
    }
}

/// A short-term key for Bedrock is a request that was signed in advance.
pub(super) fn bedrock_session(text: &str, shape: &mut Shape) {
    let inner = text.strip_prefix("bedrock-api-key-").and_then(base64);
    let Some(address) = inner.and_then(|it| String::from_utf8(it).ok()) else {
        return;
    };
    signed::aws(&format!("https://{address}"), shape);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> Option<String> {
        let mut shape = Shape::new("test", Kind::KeyId, Ground::Form);
        key_id(id, &mut shape);
        shape.fact(Property::Account).map(str::to_owned)
    }

    #[test]
    fn the_account_of_a_key() {
        // Made from the number 123456789012, as the shifts of `key_id` are read backwards.
        let bits = (123_456_789_012_u64 << 7 | 1 << 47) << 2;
        let coded: String = (0..10)
            .rev()
            .map(|place| char::from(BASE32[(bits >> (5 * place) & 31) as usize]))
            .collect();
        let id = format!("ASIA{coded}EXMPLE");
        assert_eq!(account(&id).as_deref(), Some("123456789012"));
        assert_eq!(account("AKIA"), None);
        let old = ["AKIA", "I77EXAMPLE77EXAM"].concat();
        assert_eq!(account(&old), None);
    }
}
