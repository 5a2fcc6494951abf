//! Fly.io's macaroons: MessagePack in base64, one token or several that go together.
//!
//! A token is a list: a nonce, a location, conditions, a signature. Conditions are a list as well, in which
//! each number says of what kind what follows is. <https://github.com/superfly/macaroon> has the numbers.

use hushgate_detector::document::{Lifetime, nature::Kind};

use crate::{
    around::base64,
    decode::msgpack::{Item, Reader},
    shape::{Ground, Property, Shape},
};

const LABELS: [&str; 3] = ["fm2_", "fm1r_", "fm1a_"];

/// Most tokens of one header, and most conditions of one token, that are read.
const MAX_TOKENS: usize = 16;
const MAX_CAVEATS: usize = 64;

/// Tokens as `Authorization` and `FLY_API_TOKEN` have them: `FlyV1 fm2_…,fm2_…`. One alone is what a
/// detector finds.
pub(super) fn tokens(text: &str) -> Option<Shape> {
    let inner = text.strip_prefix("FlyV1 ");
    let tokens = inner.unwrap_or(text);
    if inner.is_none() && !tokens.contains(',') {
        return None;
    }
    let is_token = |token: &str| LABELS.iter().any(|label| token.starts_with(label));
    if !tokens.split(',').all(is_token) {
        return None;
    }
    let mut shape = Shape::new("fly-access-token", Kind::AccessToken, Ground::Structure);
    "Fly.io".clone_into(&mut shape.issuer);
    shape.lifetime = Some(Lifetime::Long);
    shape.note_some(Property::Scheme, inner.map(|_| "FlyV1"));
    for token in tokens.split(',').take(MAX_TOKENS) {
        self::token(token, &mut shape);
    }
    Some(shape)
}

/// The location and the conditions of one token.
pub(super) fn token(text: &str, shape: &mut Shape) {
    let coded = text.split_once('_').map(|(_, coded)| coded);
    match coded.and_then(base64).and_then(|it| read(&it, shape)) {
        Some(()) if shape.ground != Ground::Broken => shape.is_read(),
        _ if cfg!(sabotage = "rest-of-a-token-ignored") => shape.is_read(),
        _ => shape.is_broken(),
    }
}

fn read(bytes: &[u8], shape: &mut Shape) -> Option<()> {
    let mut reader = Reader::new(bytes);
    let Item::List(4) = reader.item()? else {
        return None;
    };
    let Item::List(2 | 3) = Reader::new(reader.raw()?).item()? else {
        return None;
    };
    let Item::Bytes(location) = reader.item()? else {
        return None;
    };
    shape.note(Property::Authority, String::from_utf8_lossy(location));
    let Item::List(count) = reader.item()? else {
        return None;
    };
    for place in 0..count / 2 {
        let Item::Number(kind) = reader.item()? else {
            return None;
        };
        let body = reader.raw()?;
        if place < MAX_CAVEATS {
            caveat(kind, body, shape);
        }
    }
    let Item::Bytes(_) = reader.item()? else {
        return None;
    };
    reader.is_empty().then_some(())
}

/// What people call conditions that say nothing more here.
const NAMES: [(u64, &str); 9] = [
    (2, "volumes"),
    (5, "features"),
    (6, "mutations"),
    (7, "machines"),
    (12, "bound to another token"),
    (13, "if present"),
    (14, "features of machines"),
    (16, "clusters"),
    (22, "no features of administrators"),
];

fn caveat(kind: u64, body: &[u8], shape: &mut Shape) {
    let mut reader = Reader::new(body);
    // What has one field may stand alone.
    let first = match reader.item() {
        Some(Item::List(_)) => reader.item(),
        first => first,
    };
    match (kind, first) {
        (0 | 9, Some(Item::Number(id))) => shape.note(Property::Organisation, id.to_string()),
        (8 | 10 | 23, Some(Item::Number(id))) => shape.note(Property::User, id.to_string()),
        (3, Some(Item::Map(apps))) => {
            for _ in 0..apps.min(MAX_CAVEATS) {
                let app = reader.item();
                if let (Some(Item::Number(id)), Some(())) = (app, reader.skip()) {
                    shape.note(Property::Project, id.to_string());
                }
            }
        }
        (4, Some(Item::Number(start))) => {
            let moment = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            // All conditions must hold, of all tokens.
            shape.starts = shape.starts.max(Some(moment(start)));
            if let Some(Item::Number(end)) = reader.item() {
                let end = moment(end);
                shape.expires = Some(shape.expires.map_or(end, |it| {
                    match cfg!(sabotage = "latest-end-counts") {
                        true => it.max(end),
                        false => it.min(end),
                    }
                }));
            }
        }
        (11, Some(Item::Bytes(location))) => {
            let location = String::from_utf8_lossy(location);
            shape.note(Property::Caveat, format!("confirmed by {location}"));
        }
        (15, Some(Item::Bytes(machine))) => {
            let machine = String::from_utf8_lossy(machine);
            shape.note(Property::Caveat, format!("from machine {machine}"));
        }
        _ => {
            let known = NAMES.iter().find(|(it, _)| *it == kind);
            let name =
                known.map_or_else(|| format!("condition {kind}"), |(_, name)| (*name).into());
            shape.note(Property::Caveat, name);
        }
    }
}
