//! Microsoft Azure: keys that carry the mark of their service, a checksum, or a date.
//!
//! What is known of them is what Microsoft publishes: <https://github.com/microsoft/security-utilities>
//! makes and proves such keys. Where it proves a key of a service by nothing but the checksum, another one
//! is wrong ([`Service::is_strict`]); elsewhere a checksum says something only if it is right.

use hushgate_detector::document::{
    Lifetime,
    nature::{Kind, Principal},
};
use hushgate_engine::detect::{Checksum, crc32};

use crate::{
    around::base64,
    decode::marvin,
    shape::{Ground, Property, Shape},
};

const ISSUER: &str = "Microsoft Azure";

/// Who writes a mark into the keys that it makes.
struct Service {
    /// Four characters in front of the checksum.
    mark: &'static str,
    name: &'static str,
    /// What a key may be for, and the seed of its checksum.
    seeds: &'static [(&'static str, &'static [u8; 8])],
    /// Whether all of its keys have one of these checksums.
    is_strict: bool,
}

const MESSAGING: &[(&str, &[u8; 8])] = &[
    ("send", b"Send0000"),
    ("listen", b"Listen00"),
    ("manage", b"Manage00"),
    ("", b"System00"),
    ("", b"Unknown0"),
];

const SERVICES: [Service; 12] = [
    service("+ASt", "Storage", &[("", b"Default0")], true),
    service("+ABa", "Batch", &[("", b"AbAcct00")], true),
    service(
        "ACDb",
        "Cosmos DB",
        &[
            ("read-write", b"MastRW00"),
            ("read-only", b"MastRO00"),
            ("", b"SysAll00"),
            ("", b"SystRW00"),
            ("", b"SystRO00"),
            ("", b"Resour00"),
            ("", b"Encryp00"),
        ],
        true,
    ),
    service("+ACR", "Container Registry", &[("", b"ACRDflt0")], true),
    service(
        "AzSe",
        "AI Search",
        &[("admin", b"PAdmin00"), ("query", b"Query000")],
        true,
    ),
    service(
        "AzFu",
        "Functions",
        &[
            ("function", b"Functi00"),
            ("system", b"System00"),
            ("master", b"Master00"),
        ],
        true,
    ),
    service("+ASb", "Service Bus", MESSAGING, false),
    service("+AEh", "Event Hubs", MESSAGING, false),
    service("+ARm", "Relay", MESSAGING, false),
    service(
        "AIoT",
        "IoT Hub",
        &[
            ("", b"IoTHub00"),
            ("provisioning", b"DpSKey00"),
            ("device", b"Device00"),
        ],
        false,
    ),
    service("AzCa", "Cache for Redis", &[("", b"Access00")], false),
    service("AZEG", "Event Grid", &[], false),
];

const fn service(
    mark: &'static str,
    name: &'static str,
    seeds: &'static [(&'static str, &'static [u8; 8])],
    is_strict: bool,
) -> Service {
    Service {
        mark,
        name,
        seeds,
        is_strict,
    }
}

/// The mark and the checksum are the last characters, beside padding.
const MARK: usize = 4;
const SUM: usize = 6;
/// Characters of the shortest and the longest key that bears a mark.
const LENGTHS: std::ops::RangeInclusive<usize> = 43..=88;

/// A key that bears the mark of its service, without a name in front.
pub(super) fn marked(text: &str) -> Option<Shape> {
    let id = identity(text)?;
    // Those of other lengths are no shared keys, which sign, but are sent.
    let (shape, kind) = match (text.len(), id.service.mark) {
        (44 | 88, _) => ("azure-shared-key", Kind::SecretKey),
        (_, "+ACR") => ("azure-service-key", Kind::Password),
        _ => ("azure-service-key", Kind::ApiKey),
    };
    let mut shape = Shape::new(shape, kind, Ground::Structure);
    ISSUER.clone_into(&mut shape.issuer);
    shape.lifetime = Some(Lifetime::Static);
    id.tell(&mut shape);
    Some(shape)
}

/// The service of a shared key that bears its mark.
pub(super) fn shared_key(text: &str, shape: &mut Shape) {
    let key = text
        .split_once('=')
        .filter(|(name, _)| name.ends_with("Key"));
    let key = key.map_or(text, |(_, key)| key);
    if let Some(id) = identity(key) {
        id.tell(shape);
    }
}

/// Whose a key is.
struct Identity {
    service: &'static Service,
    role: &'static str,
    checksum: Checksum,
}

impl Identity {
    fn tell(&self, shape: &mut Shape) {
        shape.note(Property::Service, self.service.name);
        shape.note(Property::Role, self.role);
        match self.checksum {
            Checksum::Absent => shape.is_read(),
            sum => shape.has_sum(sum == Checksum::Right),
        }
    }
}

fn identity(key: &str) -> Option<Identity> {
    if !LENGTHS.contains(&key.len()) || !key.is_ascii() {
        return None;
    }
    let digits = key.trim_end_matches('=');
    let mark_at = digits.len().checked_sub(MARK + SUM)?;
    let mark = digits.get(mark_at..mark_at + MARK)?;
    let service = SERVICES.iter().find(|it| it.mark == mark)?;
    let bytes = base64(key)?;
    let (body, sum) = bytes.split_last_chunk()?;
    let sum = u32::from_le_bytes(*sum);
    let fits = |seed: &[u8; 8]| {
        marvin::checksum(marvin::seed(seed), body) == sum || cfg!(sabotage = "marked-key-unproven")
    };
    let found = service.seeds.iter().find(|(_, seed)| fits(seed));
    Some(Identity {
        service,
        role: found.map_or("", |(role, _)| role),
        checksum: match found {
            Some(_) => Checksum::Right,
            None if service.is_strict => Checksum::Wrong,
            None => Checksum::Absent,
        },
    })
}

/// The digits of the checksum in a client secret.
const DIGITS: &[u8; 66] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";

/// The checksum of an Entra client secret: its last three characters. Those that say `7Q~` have none.
pub(super) fn client_secret(text: &str, shape: &mut Shape) {
    let Some((body, there)) = text.split_at_checked(37) else {
        return;
    };
    if body.get(3..6) != Some("8Q~") {
        return;
    }
    let mut sum = marvin::checksum(marvin::seed(b"AadPwd00"), body.as_bytes()) as usize;
    let mut digits: Vec<u8> = Vec::new();
    while sum > 0 {
        digits.extend(DIGITS.get(sum % DIGITS.len()));
        sum /= DIGITS.len();
    }
    // The first three of those that there would be.
    let right = digits.iter().rev().take(3).eq(there.as_bytes());
    shape.has_sum(right || cfg!(sabotage = "client-secret-unproven"));
}

/// A key in the form that Microsoft's services share: 52 random characters, `JQQJ9`, what made it, year
/// and month, what platform and service put into it, the mark of the service, a checksum.
pub(super) fn annotated(text: &str) -> Option<Shape> {
    let digits = text.strip_suffix("==").unwrap_or(text);
    let is_long = text.len() == 88 && digits.len() == 86;
    if !(is_long || text.len() == 84) || !digits.bytes().all(|it| it.is_ascii_alphanumeric()) {
        return None;
    }
    let mark = digits.get(76..80)?;
    let is_devops = mark.eq_ignore_ascii_case("AZDO");
    let made = digits.get(52..60)?.strip_prefix("JQQJ9");
    let (made, date) = match made.and_then(|it| it.split_at_checked(1)) {
        Some((made @ ("9" | "D" | "H"), date)) => (made, date),
        _ if is_devops && !is_long => ("", ""),
        _ => return None,
    };
    let mut shape = if is_devops {
        devops()
    } else {
        let mut shape = Shape::new("azure-annotated-key", Kind::ApiKey, Ground::Form);
        ISSUER.clone_into(&mut shape.issuer);
        shape.lifetime = Some(Lifetime::Static);
        shape.note(Property::Type, mark);
        shape
    };
    match made {
        "D" => shape.note(Property::Comment, "derived from another key"),
        "H" => shape.note(Property::Comment, "a hash of a key"),
        _ => {}
    }
    if let [year @ b'A'..=b'Z', month @ b'A'..=b'L'] = date.as_bytes()
        && !cfg!(sabotage = "annotated-key-undated")
    {
        let (year, month) = (2024 + u32::from(year - b'A'), month - b'A' + 1);
        shape.note(Property::Comment, format!("made in {year}-{month:02}"));
    }
    let bytes = base64(text)?;
    let (body, sum) = bytes.split_at_checked(60)?;
    let right = marvin::checksum(marvin::seed(b"Default0"), body).to_le_bytes();
    if made == "9" && right.starts_with(sum) {
        shape.has_sum(true);
    }
    Some(shape)
}

fn devops() -> Shape {
    let mut shape = Shape::new("azure-devops-pat", Kind::AccessToken, Ground::Form);
    "Azure DevOps".clone_into(&mut shape.issuer);
    shape.lifetime = Some(Lifetime::Long);
    shape.principal = Some(Principal::Person);
    shape
}

/// What the checksums of the old tokens of Azure DevOps are changed by, and who acts by such a token.
const DEVOPS: [(u32, Principal); 2] = [
    (0xE0B9_692D, Principal::Person),
    (0x1019_F92E, Principal::Application),
];
/// Where the bytes of the checksum stand, the highest first.
const PLACES: [usize; 4] = [2, 7, 8, 22];

/// An old token of Azure DevOps: 32 bytes in small letters of base32, which nothing but the checksum
/// tells from others.
pub(super) fn old_devops(text: &str) -> Option<Shape> {
    if text.len() != 52 {
        return None;
    }
    let mut bytes = Vec::with_capacity(33);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let digit = match byte {
            b'a'..=b'z' => byte - b'a',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(digit)) & 0xFFFF;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    let there = PLACES.iter().try_fold(0_u32, |sum, &place| {
        Some(sum << 8 | u32::from(*bytes.get(place)?))
    })?;
    let body: Vec<u8> = (0..)
        .zip(&bytes)
        .filter(|(place, _)| !PLACES.contains(place))
        .map(|(_, byte)| *byte)
        .collect();
    let sum = crc32(&body);
    let (_, principal) = DEVOPS
        .iter()
        .find(|(change, _)| sum ^ change == there || cfg!(sabotage = "old-token-unproven"))?;
    let mut shape = devops();
    shape.principal = Some(*principal);
    shape.has_sum(true);
    Some(shape)
}
