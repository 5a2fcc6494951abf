//! Whether letters are those of words, or as chance makes them.
//!
//! In words, and so in the names of programs, few pairs of neighbouring letters make up nearly all. Of
//! letters drawn by chance fewer than half are among them.

/// For each first letter the second ones, a bit each: of the 676 pairs those 287 that make up 95 % of the
/// pairs in words of English and of source code.
const USUAL: [u32; 26] = [
    0x1be_bd6e, 0x116_4911, 0x01e_4db5, 0x116_4919, 0x1ef_f97f, 0x01e_4979, 0x016_6991, 0x01a_4111,
    0x2ae_f87f, 0x000_0010, 0x004_0111, 0x11c_c939, 0x01c_d913, 0x13c_6d7d, 0x07e_fd7f, 0x11e_c991,
    0x010_0000, 0x13e_fd7d, 0x11e_fdd5, 0x15e_d9bd, 0x00e_b97f, 0x000_4111, 0x006_6191, 0x008_8115,
    0x00c_e000, 0x000_0010,
];

/// Pairs of neighbouring letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pairs {
    /// Those that words consist of.
    pub(super) usual: usize,
    pub(super) all: usize,
}

impl Pairs {
    /// Whether they are those of words.
    pub(super) const fn are_words(self) -> bool {
        self.all >= 4 && 4 * self.usual >= 3 * self.all
    }

    /// Whether hardly any words would have them.
    pub(super) const fn are_chance(self) -> bool {
        self.all >= 8 && 2 * self.usual <= self.all
    }
}

/// The same for each first byte, by the lower five bits of the second one.
static ROWS: [u32; 256] = {
    let mut rows = [0; 256];
    let mut rest: &mut [u32] = &mut rows;
    let mut byte = 0_u8;
    while let Some((row, others)) = rest.split_first_mut() {
        let letter = byte.to_ascii_lowercase().wrapping_sub(b'a');
        let (_, usual) = USUAL.split_at(if letter < 26 { letter as usize } else { 26 });
        if let [usual, ..] = usual {
            *row = *usual << 1;
        }
        byte = byte.wrapping_add(1);
        rest = others;
    }
    rows
};

/// With which letters words go on behind a byte: a bit for each, by its lower five bits.
#[inline]
pub(super) fn row(byte: u8) -> u32 {
    ROWS.get(usize::from(byte)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{super::counts::Counts, *};

    fn pairs(text: &[u8]) -> Pairs {
        Counts::of(text).pairs()
    }

    #[test]
    fn words_and_chance() {
        for text in [
            "authentication",
            "ultraPictureBox1",
            "ACCESS_TOKEN_SECRET",
            "rootpasswd",
            "getElementById",
        ] {
            let pairs = pairs(text.as_bytes());
            assert!(pairs.are_words() && !pairs.are_chance(), "{text} {pairs:?}");
        }
        for text in ["qkzvxjwbpf", "hnvwqpzkdtrx4gbnmw", "ZKQVBXWTHGF"] {
            let pairs = pairs(text.as_bytes());
            assert!(pairs.are_chance() && !pairs.are_words(), "{text} {pairs:?}");
        }
        // A single pair says nothing.
        let pairs = pairs(b"ab12cd");
        assert!(!pairs.are_words() && !pairs.are_chance());
    }
}
