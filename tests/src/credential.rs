//! Made-up credentials, drawn from the detectors' own patterns.
//!
//! # Promise
//! Every kind of every rule set can be made, in every shape that its pattern allows, with a
//! checksum that is right or wrong as asked. None of them was ever issued.
//!
//! # Why it holds
//! A pattern is a list of byte sets with counts, so a string of it is drawn set by set. Checksums
//! are computed here a second time, from their descriptions: the engine does not judge itself.

use hushgate_detector::{
    document::ValueKind,
    table::{Algorithm, Check, Name, Rule, Shape},
};
use hushgate_engine::{
    detect::{self, Checksum},
    rules::Rules,
};

use crate::random::Random;

/// Most bytes by which a repetition exceeds its minimum.
const EXTRA: u32 = 12;
/// How often a checksum is drawn again that is right by chance.
const TRIES: usize = 64;

const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// Makes credentials of a rule set's kinds.
#[derive(Debug)]
pub struct Credentials {
    rules: Rules,
    /// For each rule, the indices of its shapes.
    shapes: Vec<Vec<usize>>,
}

impl Credentials {
    /// Of all kinds of these rules.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        let mut shapes = vec![Vec::new(); rules.detectors().len()];
        for (index, shape) in rules.table().shapes.iter().enumerate() {
            if let Some(of_rule) = shapes.get_mut(usize::from(shape.rule)) {
                of_rule.push(index);
            }
        }
        Self {
            rules: rules.clone(),
            shapes,
        }
    }

    /// The rules, one for each kind.
    #[must_use]
    pub fn kinds(&self) -> &[Rule] {
        self.rules.detectors()
    }

    /// A credential of the kind with this index. Where the kind has a checksum, it is `right` or
    /// is not.
    #[must_use]
    pub fn make(&self, kind: usize, right: bool, random: &mut Random) -> Vec<u8> {
        self.make_behind_name(kind, right, random).0
    }

    /// The same, and how many of its first bytes are no part of it: the name in front.
    #[must_use]
    pub fn make_behind_name(
        &self,
        kind: usize,
        right: bool,
        random: &mut Random,
    ) -> (Vec<u8>, usize) {
        if let Some(named) = self.named(kind, random) {
            return named;
        }
        let shapes = self.shapes.get(kind).and_then(|shapes| random.pick(shapes));
        let shape = shapes.and_then(|&index| self.rules.table().shapes.get(index));
        let check = self.kinds().get(kind).and_then(|rule| rule.check);
        let Some(shape) = shape else {
            return (Vec::new(), 0);
        };
        let name = self.rules.table().steps_of(shape).iter();
        let name = name
            .take(usize::from(shape.skip))
            .map(|step| step.min as usize)
            .sum();
        for _ in 0..TRIES {
            let made = self.draw(shape, check, &|_| true, random);
            let Some(check) = check else {
                return (made.bytes, name);
            };
            if right {
                return (made.corrected(check.algorithm), name);
            }
            if made.says(check.algorithm) == Checksum::Wrong {
                return (made.bytes, name);
            }
        }
        (Vec::new(), 0)
    }

    /// What stands for a credential of the kind where none is: of two letters at most, where the form
    /// leaves a choice. Nothing for kinds that go by names.
    #[must_use]
    pub fn placeholder(&self, kind: usize, random: &mut Random) -> Vec<u8> {
        let shapes = self.shapes.get(kind).and_then(|shapes| random.pick(shapes));
        let shape = shapes.and_then(|&index| self.rules.table().shapes.get(index));
        let letters = [&b"aA"[..], b"xX", b"bBxX"];
        let letters = random.pick(&letters).copied().unwrap_or_default();
        let allowed = |byte: &u8| letters.contains(byte);
        shape.map_or_else(Vec::new, |shape| {
            self.draw(shape, None, &allowed, random).bytes
        })
    }

    /// A value of the kind behind one of its names, if it goes by names.
    fn named(&self, kind: usize, random: &mut Random) -> Option<(Vec<u8>, usize)> {
        let names = self.rules.table().names.iter();
        let names = names.filter(|it| usize::from(it.rule) == kind);
        // What stands behind a password in an address is no part of it, and each command has its own option.
        let is_plain =
            |it: &&Name| it.value != ValueKind::Login || it.text.trim_start().starts_with('-');
        let names: Vec<_> = names.filter(is_plain).collect();
        let name = random.pick(&names)?;
        if name.value == ValueKind::Lines {
            let (head, frame) = ("-----BEGIN RSA PRIVATE KEY-----", "\nweb-1  | ");
            let mut bytes = head.as_bytes().to_vec();
            for _ in 0..2 + random.below(3) {
                bytes.extend_from_slice(frame.as_bytes());
                bytes.extend(line_of_key(64, random));
            }
            return Some((bytes, head.len()));
        }
        let text = name.text.to_uppercase();
        let mut bytes = match name.value {
            ValueKind::Login => format!("{text} app:"),
            ValueKind::Password => format!("APP_{text}: "),
            ValueKind::Cookie => format!("{text}: session="),
            _ => format!("{text}: "),
        }
        .into_bytes();
        let length = bytes.len();
        for _ in 0..8 + random.below(8) {
            bytes.extend(random.pick(b"abcdefghijkmnopqrstuvwxyzABCDEFGH"));
            bytes.extend(random.pick(b"0123456789"));
        }
        Some((bytes, length))
    }

    /// Draws from the bytes of each set that are allowed, or from all where none is.
    fn draw(
        &self,
        shape: &Shape,
        check: Option<Check>,
        allowed: &dyn Fn(&u8) -> bool,
        random: &mut Random,
    ) -> Made {
        let table = self.rules.table();
        let mut made = Made::default();
        for step in table.steps_of(shape) {
            let mut set: Vec<u8> = table.set(step.set).iter().collect();
            if set.iter().any(allowed) {
                set.retain(allowed);
            }
            let from = made.bytes.len();
            let most = step.max.min(step.min.saturating_add(EXTRA));
            let length = step.min as usize + random.below((most - step.min) as usize + 1);
            made.bytes
                .extend((0..length).filter_map(|_| random.pick(&set).copied()));
            let Some(check) = check else { continue };
            if step.groups & check.over != 0 {
                made.over.extend(from..made.bytes.len());
            }
            if step.groups & check.equals != 0 {
                made.equals.extend(from..made.bytes.len());
            }
        }
        made
    }
}

/// A line of the base64 of a key.
fn line_of_key(length: usize, random: &mut Random) -> Vec<u8> {
    let drawn = (3..length).filter_map(|_| random.pick(BASE64).copied());
    [b'a', b'B', b'3'].into_iter().chain(drawn).collect()
}

/// A private key of which a log puts something in front of each line, with lines between that are not the
/// key's, and perhaps without its end.
#[must_use]
pub fn prefixed_key(random: &mut Random) -> Vec<u8> {
    let frames = [
        ("web-1  | ", "\n"),
        ("2026-01-02T03:04:#Z ", "\r\n"),
        ("host app[#]: ", "\n"),
        ("\u{1b}[36mw#|\u{1b}[0m", "\n"),
        ("{\"log\":\"", "\\n\",\"n\":#}\n"),
        ("> ", "\n"),
        ("[t-tail] ", "\n"),
        ("", "\n"),
    ];
    let (front, back) = random.pick(&frames).copied().unwrap_or_default();
    let width = random.pick(&[64, 70, 76]).copied().unwrap_or(64);
    let kinds = ["RSA PRIVATE KEY", "PRIVATE KEY", "PGP PRIVATE KEY BLOCK"];
    let kind = random.pick(&kinds).copied().unwrap_or_default();
    let mut lines = vec![format!("-----BEGIN {kind}-----").into_bytes()];
    for _ in 0..random.below(5) {
        lines.push(line_of_key(width, random));
    }
    if random.below(2) == 0 {
        lines.push(line_of_key(4 * (1 + random.below(width / 4)), random));
    }
    if random.below(3) > 0 {
        lines.push(format!("-----END {kind}-----").into_bytes());
    }
    lines.push(b"done".to_vec());
    let mut out = Vec::new();
    for line in lines {
        let number = random.below(120).to_string();
        out.extend_from_slice(front.replace('#', &number).as_bytes());
        out.extend(line);
        out.extend_from_slice(back.replace('#', &number).as_bytes());
        let others = [
            "db-1   | ok\n",
            "token=a1B2c3D4e5F6g7H8i9J0\n",
            "[private-key-lines]\n",
            "web-1  | ok\n",
        ];
        if random.below(8) == 0 {
            let other = random.pick(&others).copied().unwrap_or_default();
            out.extend_from_slice(other.as_bytes());
        }
    }
    out
}

/// A credential, and the places that its checksum is about.
#[derive(Default)]
struct Made {
    bytes: Vec<u8>,
    over: Vec<usize>,
    equals: Vec<usize>,
}

impl Made {
    fn at(&self, places: &[usize]) -> Vec<u8> {
        let bytes = places.iter().filter_map(|&place| self.bytes.get(place));
        bytes.copied().collect()
    }

    fn says(&self, algorithm: Algorithm) -> Checksum {
        detect::verify(algorithm, &self.at(&self.over), &self.at(&self.equals))
    }

    /// The same with the checksum that it demands.
    fn corrected(mut self, algorithm: Algorithm) -> Vec<u8> {
        let digits = digits(algorithm, &self.at(&self.over), self.equals.len());
        for (&place, digit) in self.equals.iter().zip(digits) {
            if let Some(byte) = self.bytes.get_mut(place) {
                *byte = digit;
            }
        }
        self.bytes
    }
}

/// What a checksum over these bytes spells in `width` characters.
fn digits(algorithm: Algorithm, over: &[u8], width: usize) -> Vec<u8> {
    let sum = crc32(over);
    match algorithm {
        Algorithm::Crc32Base62 => in_base(sum, BASE62, width),
        Algorithm::Crc32Base36 => in_base(sum, BASE36, width),
        Algorithm::Crc32Hex => format!("{sum:08x}").into_bytes(),
        Algorithm::Crc32HexUpper => format!("{sum:08X}").into_bytes(),
        Algorithm::Crc32HexSwapped => format!("{:08x}", sum.swap_bytes()).into_bytes(),
        Algorithm::Crc32Base64Swapped => in_base64(&sum.to_le_bytes()),
        Algorithm::Bech32 => bech32(over, width),
    }
}

/// Six bits at a time, the last filled up with zeros.
fn in_base64(bytes: &[u8]) -> Vec<u8> {
    let bits = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1));
    let bits: Vec<u8> = bits.collect();
    let digit = |six: &[u8]| {
        let value = (0..6).fold(0_u8, |sum, bit| {
            sum * 2 + six.get(bit).copied().unwrap_or(0)
        });
        BASE64.get(usize::from(value)).copied().unwrap_or(b'A')
    };
    bits.chunks(6).map(digit).collect()
}

/// CRC-32 of IEEE 802.3, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = !0_u32;
    for &byte in bytes {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            let low = sum & 1;
            sum >>= 1;
            sum ^= 0xEDB8_8320 * low;
        }
    }
    !sum
}

fn in_base(mut number: u32, alphabet: &[u8], width: usize) -> Vec<u8> {
    let base = u32::try_from(alphabet.len()).unwrap_or(1);
    let mut digits = Vec::new();
    while number > 0 || digits.len() < width {
        let digit = usize::try_from(number % base).unwrap_or(0);
        digits.push(alphabet.get(digit).copied().unwrap_or(b'0'));
        number /= base;
    }
    digits.reverse();
    digits
}

/// BIP 173: the checksum of a text whose last `width` characters are to be it.
fn bech32(text: &[u8], width: usize) -> Vec<u8> {
    let upper = text.iter().any(u8::is_ascii_uppercase);
    let text = text.to_ascii_lowercase();
    let divider = text.iter().rposition(|&byte| byte == b'1').unwrap_or(0);
    let (prefix, data) = text.split_at(divider);
    let data = data
        .get(1..data.len().saturating_sub(width))
        .unwrap_or_default();
    let value = |byte: &u8| BECH32.iter().position(|it| it == byte).unwrap_or(0) as u32;
    let expanded = prefix.iter().map(|&byte| u32::from(byte >> 5));
    let expanded = expanded
        .chain([0])
        .chain(prefix.iter().map(|&byte| u32::from(byte & 31)));
    let values = expanded
        .chain(data.iter().map(value))
        .chain(std::iter::repeat_n(0, width));
    let sum = values.fold(1_u32, |sum, value| {
        let generators = [
            0x3B6A_57B2,
            0x2650_8E6D,
            0x1EA1_19FA,
            0x3D42_33DD,
            0x2A14_62B3,
        ];
        let next = ((sum & 0x01FF_FFFF) << 5) ^ value;
        let top = generators.iter().enumerate();
        top.filter(|(bit, _)| (sum >> (25 + bit)) & 1 == 1)
            .fold(next, |next, (_, generator)| next ^ generator)
    }) ^ 1;
    let digit = |place: usize| {
        let shift = 5 * (width - 1 - place);
        let value = (sum.checked_shr(shift as u32).unwrap_or(0) & 31) as usize;
        BECH32.get(value).copied().unwrap_or(b'q')
    };
    let digits: Vec<u8> = (0..width).map(digit).collect();
    if upper {
        digits.to_ascii_uppercase()
    } else {
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(in_base(0xCBF4_3926, BASE62, 6), b"3jZRME");
        // Test vectors of BIP 173.
        assert_eq!(bech32(b"A1______", 6), b"2UEL5L");
        assert_eq!(
            bech32(b"abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7l______", 6),
            b"mqqqxw"
        );
    }

    #[test]
    fn checksums_are_as_asked() {
        let rules = Rules::standard();
        let credentials = Credentials::new(&rules);
        let mut random = Random::new(3);
        let mut checked = 0;
        for (kind, rule) in credentials.kinds().iter().enumerate() {
            let Some(check) = rule.check else { continue };
            checked += 1;
            for right in [true, false] {
                let credential = credentials.make(kind, right, &mut random);
                assert!(!credential.is_empty(), "{}: {check:?}", rule.id);
            }
        }
        assert!(checked > 10, "{checked}");
    }
}
