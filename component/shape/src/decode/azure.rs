//! Microsoft Azure.

use crate::shape::{Property, Shape};

/// What services write into the keys that they make, where it stands, and whose it is.
const SIGNATURES: [(&str, &str); 4] = [
    ("+ASt", "Storage"),
    ("+ABa", "Batch"),
    ("ACDb", "Cosmos DB"),
    ("+ACR", "Container Registry"),
];

/// The service of a shared key that bears its mark.
pub(super) fn shared_key(text: &str, shape: &mut Shape) {
    let key = text
        .split_once('=')
        .filter(|(name, _)| name.ends_with("Key"));
    let key = key.map_or(text, |(_, key)| key);
    let found = SIGNATURES
        .iter()
        .find(|(mark, _)| key.get(76..80) == Some(mark) || key.get(42..46) == Some(mark));
    if let Some((_, service)) = found {
        shape.note(Property::Service, *service);
        shape.is_read();
    }
}
