//! Tokens that carry JSON, types that beginnings tell, and marks of a sandbox.

use hushgate_detector::document::{Confidence, nature::Mode};
use serde_json::{Map, Value};

use crate::{
    around::base64,
    json,
    shape::{Ground, Property, Shape},
};

/// A token in which JSON stands in base64.
struct Carrier {
    id: &'static str,
    /// What stands in front of it.
    prefix: &'static str,
    /// What ends it.
    end: char,
    facts: &'static [(&'static str, Property)],
    /// The field that says when it was made.
    made: &'static str,
}

const CARRIERS: [Carrier; 6] = [
    Carrier {
        id: "sentry-org-token",
        prefix: "sntrys_",
        end: '_',
        facts: &[
            ("org", Property::Organisation),
            ("region_url", Property::Region),
            ("url", Property::Host),
        ],
        made: "iat",
    },
    Carrier {
        id: "grafana-cloud-token",
        prefix: "glc_",
        end: '\0',
        facts: &[
            ("o", Property::Organisation),
            ("n", Property::Comment),
            ("m/r", Property::Region),
        ],
        made: "",
    },
    Carrier {
        id: "grafana-api-key",
        prefix: "",
        end: '\0',
        facts: &[("n", Property::Comment), ("id", Property::Organisation)],
        made: "",
    },
    Carrier {
        id: "1password-service-account-token",
        prefix: "ops_",
        end: '\0',
        facts: &[
            ("signInAddress", Property::Host),
            ("email", Property::User),
            ("deviceUuid", Property::Identifier),
        ],
        made: "",
    },
    Carrier {
        id: "mapbox-token",
        prefix: "?k.",
        end: '.',
        facts: &[("u", Property::User), ("a", Property::Identifier)],
        made: "",
    },
    Carrier {
        id: "tinybird-token",
        prefix: "p.",
        end: '.',
        facts: &[
            ("u", Property::Workspace),
            ("id", Property::Identifier),
            ("host", Property::Region),
        ],
        made: "",
    },
];

/// What issuers call the type of a token that begins so, by whose it is.
const TYPES: [(&str, &str, &str); 15] = [
    ("GitHub", "ghp_", "classic personal access token"),
    (
        "GitHub",
        "github_pat_",
        "fine-grained personal access token",
    ),
    ("GitHub", "gho_", "OAuth access token"),
    ("GitHub", "ghu_", "user access token"),
    ("GitHub", "ghs_", "installation access token"),
    ("GitHub", "ghr_", "refresh token"),
    ("HashiCorp", "hvs.", "service"),
    ("HashiCorp", "hvb.", "batch"),
    ("HashiCorp", "hvr.", "recovery"),
    ("HashiCorp", "s.", "service"),
    ("HashiCorp", "b.", "batch"),
    ("HashiCorp", "r.", "recovery"),
    ("NATS", "SO", "operator"),
    ("NATS", "SA", "account"),
    ("NATS", "SU", "user"),
];

/// Reads the JSON in a token, or the type that its beginning tells.
pub(super) fn read(text: &str, shape: &mut Shape) {
    // A name may stand in front.
    let token = text.rsplit(['=', ' ', '"']).next().unwrap_or(text);
    let kind = TYPES
        .iter()
        .find(|(issuer, begin, _)| *issuer == shape.issuer && token.starts_with(begin))
        .filter(|_| !cfg!(sabotage = "type-untold"));
    shape.note_some(Property::Type, kind.map(|(.., kind)| *kind));
    if shape.id == "openbao-token" && shape.ground == Ground::Bare && token == text {
        // The name in front keeps it apart within a log. A letter and a dot in front of all that there is
        // are the issuer's.
        shape.ground = Ground::Common;
        shape.confidence = Confidence::Medium;
    }
    let Some(carrier) = CARRIERS.iter().find(|it| it.id == shape.id) else {
        return;
    };
    match object(text, carrier) {
        Some(object) => {
            if !cfg!(sabotage = "token-of-json-unread") {
                json::note(&object, shape, carrier.facts);
            }
            shape.issued = json::moment(&object, carrier.made);
            shape.is_read();
        }
        None => shape.is_broken(),
    }
}

/// The id of a key of Elasticsearch, which is base64 of `ID:SECRET`.
pub(super) fn elasticsearch(text: &str, shape: &mut Shape) {
    let coded = text.rsplit(' ').next().and_then(base64);
    let inner = coded.and_then(|it| String::from_utf8(it).ok());
    match inner.as_deref().and_then(|it| it.split_once(':')) {
        Some((id, _)) => {
            shape.note(Property::Identifier, id);
            shape.is_read();
        }
        None => shape.is_broken(),
    }
}

fn object(text: &str, carrier: &Carrier) -> Option<Map<String, Value>> {
    let rest = text.get(carrier.prefix.len()..)?;
    let coded = match carrier.end {
        '\0' => rest,
        end => rest.split(end).next()?,
    };
    json::object(&base64(coded)?)
}

/// Words that issuers put into what belongs to a sandbox, or to the real thing.
const MODES: [(&str, Mode); 9] = [
    ("_test_", Mode::Test),
    ("_TEST-", Mode::Test),
    ("-sandbox-", Mode::Test),
    ("_sdbx_", Mode::Test),
    ("_sandbox_", Mode::Test),
    ("TEST-", Mode::Test),
    ("_live_", Mode::Live),
    ("-production-", Mode::Live),
    ("_prod_", Mode::Live),
];

/// A prefix is not longer than this, in bytes.
const PREFIX: usize = 24;

/// Whether something real depends on it, as its beginning says.
pub(super) fn mode(text: &str, shape: &mut Shape) {
    let head = text
        .get(..text.floor_char_boundary(PREFIX))
        .unwrap_or_default();
    let found = MODES.iter().find(|(word, _)| head.contains(word));
    if shape.mode.is_none() && !shape.issuer.is_empty() && !cfg!(sabotage = "mode-untold") {
        shape.mode = found.map(|(_, mode)| *mode);
    }
}
