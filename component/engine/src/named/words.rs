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
    usual: usize,
    all: usize,
}

impl Pairs {
    /// Those of a text; a capital letter behind a small one begins a word.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut pairs = Self { usual: 0, all: 0 };
        for pair in text.windows(2) {
            let &[one, other] = pair else { continue };
            if one.is_ascii_lowercase() && other.is_ascii_uppercase() {
                continue;
            }
            let (Some(one), Some(other)) = (letter(one), letter(other)) else {
                continue;
            };
            let row = USUAL.get(usize::from(one)).copied().unwrap_or(0);
            pairs.all += 1;
            pairs.usual += usize::from(row >> other & 1 == 1);
        }
        pairs
    }

    /// Whether they are those of words.
    pub(super) const fn are_words(self) -> bool {
        self.all >= 4 && 4 * self.usual >= 3 * self.all
    }

    /// Whether hardly any words would have them.
    pub(super) const fn are_chance(self) -> bool {
        self.all >= 8 && 2 * self.usual <= self.all
    }
}

/// Which letter of the alphabet a byte is.
fn letter(byte: u8) -> Option<u8> {
    let small = byte.to_ascii_lowercase();
    small.is_ascii_lowercase().then(|| small - b'a')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_chance() {
        for text in [
            "authentication",
            "ultraPictureBox1",
            "ACCESS_TOKEN_SECRET",
            "rootpasswd",
            "getElementById",
        ] {
            let pairs = Pairs::of(text.as_bytes());
            assert!(pairs.are_words() && !pairs.are_chance(), "{text} {pairs:?}");
        }
        for text in ["qkzvxjwbpf", "hnvwqpzkdtrx4gbnmw", "ZKQVBXWTHGF"] {
            let pairs = Pairs::of(text.as_bytes());
            assert!(pairs.are_chance() && !pairs.are_words(), "{text} {pairs:?}");
        }
        // A single pair says nothing.
        let pairs = Pairs::of(b"ab12cd");
        assert!(!pairs.are_words() && !pairs.are_chance());
    }
}
