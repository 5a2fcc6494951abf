//! The checksums that formats carry. They set confidence; they gate only where a rule says so.

use hushgate_detector::{
    document::Confidence,
    table::{Algorithm, Rule},
};

/// What a checksum says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// The form carries none that can be computed offline.
    Absent,
    /// It is the one that the body demands.
    Right,
    /// It is another one.
    Wrong,
}

impl Checksum {
    /// How sure a match of a rule is that has such a checksum.
    pub(crate) fn confidence(self, rule: &Rule) -> Confidence {
        match self {
            Self::Absent => rule.confidence,
            Self::Right => Confidence::High,
            Self::Wrong => rule.confidence.lowered(),
        }
    }
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// Compares the checksum that `over` demands with the one that is there.
///
/// ```
/// use hushgate_detector::table::Algorithm;
/// use hushgate_engine::detect::{Checksum, verify};
/// assert_eq!(verify(Algorithm::Crc32Hex, b"123456789", b"cbf43926"), Checksum::Right);
/// assert_eq!(verify(Algorithm::Crc32Hex, b"123456780", b"cbf43926"), Checksum::Wrong);
/// ```
#[must_use]
pub fn verify(algorithm: Algorithm, over: &[u8], equals: &[u8]) -> Checksum {
    let right = match algorithm {
        Algorithm::Crc32Base62 => digits(crc32(over).into(), BASE62, equals.len()) == equals,
        Algorithm::Crc32Base36 => digits(crc32(over).into(), BASE36, equals.len()) == equals,
        Algorithm::Crc32Hex => format!("{:08x}", crc32(over)).as_bytes() == equals,
        Algorithm::Crc32HexUpper => format!("{:08X}", crc32(over)).as_bytes() == equals,
        Algorithm::Crc32HexSwapped => {
            format!("{:08x}", crc32(over).swap_bytes()).as_bytes() == equals
        }
        Algorithm::Crc32Base64Swapped => {
            // Six digits have 36 bits, so four zeros stand behind.
            let sum = u64::from(crc32(over).swap_bytes()) << 4;
            digits(sum, BASE64, 6) == equals
        }
        Algorithm::Bech32 => bech32(over),
    };
    if right {
        Checksum::Right
    } else {
        Checksum::Wrong
    }
}

/// CRC-32 as in IEEE 802.3, four bits at a time: candidates are rare and short.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    const NIBBLES: [u32; 16] = {
        let mut table = [0_u32; 16];
        let mut index = 0;
        while index < 16 {
            let mut value = index as u32;
            let mut bit = 0;
            while bit < 4 {
                value = if value & 1 == 1 {
                    (value >> 1) ^ 0xEDB8_8320
                } else {
                    value >> 1
                };
                bit += 1;
            }
            #[expect(clippy::indexing_slicing, reason = "evaluated at build time")]
            {
                table[index] = value;
            }
            index += 1;
        }
        table
    };
    let step = |crc: u32, nibble: u32| {
        let index = ((crc ^ nibble) & 15) as usize;
        (crc >> 4) ^ NIBBLES.get(index).copied().unwrap_or(0)
    };
    let crc = bytes.iter().fold(!0_u32, |crc, &byte| {
        let crc = step(crc, u32::from(byte));
        step(crc, u32::from(byte >> 4))
    });
    !crc
}

/// A number in some base, padded with the alphabet's zero.
fn digits(mut value: u64, alphabet: &[u8], width: usize) -> Vec<u8> {
    let base = u64::try_from(alphabet.len()).unwrap_or(1);
    let mut out = Vec::new();
    while value > 0 || out.len() < width {
        let digit = (value % base) as usize;
        out.push(alphabet.get(digit).copied().unwrap_or(b'0'));
        value /= base;
    }
    out.reverse();
    out
}

/// BIP 173: the last `1` divides the human-readable part from the data.
fn bech32(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    let mixed = text.iter().any(u8::is_ascii_lowercase) && text.iter().any(u8::is_ascii_uppercase);
    let Some(divider) = lower.iter().rposition(|&byte| byte == b'1') else {
        return false;
    };
    let (prefix, data) = lower.split_at(divider);
    let data = data.get(1..).unwrap_or_default();
    if mixed || prefix.is_empty() || data.len() < 6 {
        return false;
    }
    let mut sum = 1_u32;
    let mut feed = |value: u32| {
        let top = sum >> 25;
        sum = ((sum & 0x01FF_FFFF) << 5) ^ value;
        let generators = [
            0x3B6A_57B2,
            0x2650_8E6D,
            0x1EA1_19FA,
            0x3D42_33DD,
            0x2A14_62B3,
        ];
        for (bit, generator) in generators.into_iter().enumerate() {
            if (top >> bit) & 1 == 1 {
                sum ^= generator;
            }
        }
    };
    prefix.iter().for_each(|&byte| feed(u32::from(byte >> 5)));
    feed(0);
    prefix.iter().for_each(|&byte| feed(u32::from(byte & 31)));
    for byte in data {
        match BECH32.iter().position(|it| it == byte) {
            Some(value) => feed(u32::try_from(value).unwrap_or(0)),
            None => return false,
        }
    }
    sum == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // The check value that every description of CRC-32 gives.
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
        assert_eq!(digits(0xCBF4_3926, BASE62, 6), b"3jZRME".as_slice());
        assert_eq!(digits(1, BASE36, 7), b"0000001".as_slice());
        // `123456789` again: the bytes 26 39 f4 cb in base64.
        let check = verify(Algorithm::Crc32Base64Swapped, b"123456789", b"Jjn0yw");
        assert_eq!(check, Checksum::Right);
        // Test vectors of BIP 173.
        assert!(bech32(b"A12UEL5L"));
        assert!(bech32(b"abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"));
        assert!(!bech32(b"A12UEL5M"));
        assert!(!bech32(b"a12UEL5L"));
        assert!(!bech32(b"1pzry9x0s0muk"));
    }
}
