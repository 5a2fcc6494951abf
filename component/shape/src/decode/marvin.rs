//! Marvin, the keyed hash of 32 bits that Microsoft puts into its keys as a checksum.
//!
//! It is published with .NET, and in <https://github.com/microsoft/security-utilities> with the seeds of
//! each service.

/// The checksum of some bytes under a seed.
pub(super) fn checksum(seed: u64, bytes: &[u8]) -> u32 {
    let (high, low) = state(seed, bytes);
    high ^ low
}

/// A seed is the name of what it is for, eight letters and digits, the last one first.
pub(super) const fn seed(name: &[u8; 8]) -> u64 {
    u64::from_be_bytes(*name)
}

fn state(seed: u64, bytes: &[u8]) -> (u32, u32) {
    let [low, high] = [seed, seed >> 32].map(|it| (it & u64::from(u32::MAX)) as u32);
    let mut state = (low, high);
    let mut words = bytes.chunks_exact(4);
    for word in words.by_ref() {
        mix(&mut state, number(word));
    }
    // What is left, and a byte that says where it ends.
    let rest = words.remainder();
    mix(&mut state, number(rest) | 0x80 << (8 * rest.len()));
    mix(&mut state, 0);
    (state.1, state.0)
}

/// Up to four bytes, the lowest first.
fn number(bytes: &[u8]) -> u32 {
    let bytes = bytes.iter().rev();
    bytes.fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn mix((low, high): &mut (u32, u32), word: u32) {
    *low = low.wrapping_add(word);
    *high ^= *low;
    *low = low.rotate_left(20).wrapping_add(*high);
    *high = high.rotate_left(9) ^ *low;
    *low = low.rotate_left(27).wrapping_add(*high);
    *high = high.rotate_left(19);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the tests of .NET's runtime say.
    #[test]
    fn known_answers() {
        for (seed, bytes, expected) in [
            (0x4F_B61A_001B_DBCC, &b""[..], 0x30ED_35C1_00CD_3C7D_u64),
            (0x4F_B61A_001B_DBCC, b"\xAF", 0x48E7_3FC7_7D75_DDC1),
            (0x4F_B61A_001B_DBCC, b"\xE7\x0F", 0xB5F6_E1FC_485D_BFF8),
            (0x4F_B61A_001B_DBCC, b"\x37\xF4\x95", 0xF0B0_7C78_9B8C_F7E8),
            (
                0x4F_B61A_001B_DBCC,
                b"\x86\x42\xDC\x59",
                0x7008_F2E8_7E9C_F556,
            ),
            (
                0x804F_B61A_001B_DBCC,
                b"\xAB\x42\x7E\xA8\xD1\x0F\xC7",
                0xE203_987D_BA25_2FB3,
            ),
        ] {
            let (high, low) = state(seed, bytes);
            assert_eq!(
                u64::from(high) << 32 | u64::from(low),
                expected,
                "{bytes:?}"
            );
            assert_eq!(checksum(seed, bytes), high ^ low);
        }
        assert_eq!(seed(b"AadPwd00"), 0x4161_6450_7764_3030);
    }
}
