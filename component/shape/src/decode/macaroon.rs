//! Macaroons in their second binary format, as PyPI has them.
//!
//! A version byte, then packets: a type, a length, as many bytes. Sections end with a zero.

use crate::{
    around::base64,
    json, moment,
    shape::{Property, Shape},
};

/// Most packets that are read.
const MAX_PACKETS: usize = 256;

const LOCATION: u64 = 1;
const IDENTIFIER: u64 = 2;

/// The index, the user and the conditions of a token of PyPI.
pub(super) fn pypi(text: &str, shape: &mut Shape) {
    let Some(bytes) = text.strip_prefix("pypi-").and_then(base64) else {
        return shape.is_broken();
    };
    let Some(packets) = packets(&bytes) else {
        return shape.is_broken();
    };
    let mut section = 0;
    for packet in packets {
        match packet {
            None => section += 1,
            Some((LOCATION, body)) if section == 0 => {
                shape.note(Property::Host, String::from_utf8_lossy(body));
            }
            Some((IDENTIFIER, body)) if section == 0 => {
                shape.note(Property::Identifier, String::from_utf8_lossy(body));
            }
            Some((IDENTIFIER, body)) if !cfg!(sabotage = "caveats-unread") => caveat(body, shape),
            _ => {}
        }
    }
    shape.is_read();
}

/// A condition of PyPI: a list whose first number says of what kind, or an object in older ones.
fn caveat(body: &[u8], shape: &mut Shape) {
    let text = String::from_utf8_lossy(body);
    shape.note(Property::Caveat, &*text);
    let Ok(list) = serde_json::from_slice::<Vec<serde_json::Value>>(body) else {
        if let Some(object) = json::object(body) {
            json::note(
                &object,
                shape,
                &[("permissions/projects", Property::Project)],
            );
        }
        return;
    };
    let number = |at: usize| list.get(at).and_then(serde_json::Value::as_i64);
    let texts = |at: usize| {
        let all = list.get(at).and_then(serde_json::Value::as_array);
        all.into_iter()
            .flatten()
            .filter_map(serde_json::Value::as_str)
    };
    match number(0) {
        // Expiration: not after, not before.
        Some(0) => {
            shape.expires = number(1).map(moment::number);
            shape.starts = number(2).map(moment::number);
        }
        Some(1) => texts(1).for_each(|name| shape.note(Property::Project, name)),
        Some(3) => shape.note_some(
            Property::User,
            list.get(1).and_then(serde_json::Value::as_str),
        ),
        _ => {}
    }
}

/// A type and a body; nothing where a section ends.
type Packet<'b> = Option<(u64, &'b [u8])>;

/// The packets; `None` where a section ends.
fn packets(bytes: &[u8]) -> Option<Vec<Packet<'_>>> {
    let (&version, mut rest) = bytes.split_first()?;
    let mut packets = Vec::new();
    if version != 2 {
        return None;
    }
    while !rest.is_empty() && packets.len() < MAX_PACKETS {
        let (kind, behind) = number(rest)?;
        rest = behind;
        if kind == 0 {
            packets.push(None);
            continue;
        }
        let (length, behind) = number(rest)?;
        let (body, behind) = behind.split_at_checked(usize::try_from(length).ok()?)?;
        packets.push(Some((kind, body)));
        rest = behind;
    }
    Some(packets)
}

/// A number in seven bits a byte, the lowest first.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (at, &byte) in bytes.iter().enumerate().take(9) {
        number |= u64::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{around::BASE64, shape::Ground};
    use base64::Engine as _;
    use hushgate_detector::document::nature::Kind;

    fn token() -> Vec<u8> {
        let mut bytes = vec![2];
        for (kind, body) in [
            (1, "pypi.org"),
            (2, "0f0f"),
            (0, ""),
            (2, "[1,[\"acme\"]]"),
            (0, ""),
        ] {
            bytes.push(kind);
            if kind > 0 {
                bytes.push(u8::try_from(body.len()).expect("short"));
                bytes.extend(body.bytes());
            }
        }
        bytes.extend([0, 6, 4, 1, 2, 3, 4]);
        bytes
    }

    #[test]
    fn what_pypi_writes() {
        let mut shape = Shape::new("test", Kind::AccessToken, Ground::Form);
        pypi(&format!("pypi-{}", BASE64[1].encode(token())), &mut shape);
        assert_eq!(shape.fact(Property::Host), Some("pypi.org"));
        assert_eq!(shape.fact(Property::Project), Some("acme"));
    }

    #[test]
    fn cut_ones_are_broken() {
        for length in 0..12 {
            let mut shape = Shape::new("test", Kind::AccessToken, Ground::Form);
            let coded = BASE64[1].encode(&token()[..length]);
            pypi(&format!("pypi-{coded}"), &mut shape);
        }
        assert_eq!(number(&[0xFF; 12]), None);
    }
}
