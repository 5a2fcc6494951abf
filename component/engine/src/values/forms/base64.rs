//! Base64 of data that holds a value.
//!
//! It depends on how many bytes stand in front of the value, modulo three, and on what they are.
//! So for each of the three alignments the characters that the value decides alone are looked
//! for; the one that it shares with what follows, and padding, are taken along by the matcher.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The characters that the value decides alone, at each alignment and in either alphabet; and
/// whether it shares one more with what follows.
pub(super) fn forms(value: &[u8]) -> impl Iterator<Item = (Vec<u8>, bool)> {
    [STANDARD, URL_SAFE].into_iter().flat_map(move |alphabet| {
        (0..3)
            .filter(|&alignment| alignment != 1 || !cfg!(sabotage = "base64-alignment-skipped"))
            .map(move |alignment| aligned(value, alignment, alphabet))
    })
}

/// The same when `alignment` bytes stand in front.
fn aligned(value: &[u8], alignment: usize, alphabet: &[u8; 64]) -> (Vec<u8>, bool) {
    // Bits in front of the first character that begins inside the value.
    let skipped = [0, 4, 2].get(alignment).copied().unwrap_or(0);
    let bits = (value.len() * 8).saturating_sub(skipped);
    let character = |index: usize| {
        let start = skipped + index * 6;
        let byte = |index: usize| u16::from(value.get(index).copied().unwrap_or(0));
        let pair = (byte(start / 8) << 8) | byte(start / 8 + 1);
        let sextet = (pair >> (10 - start % 8)) & 63;
        alphabet.get(usize::from(sextet)).copied().unwrap_or(b'A')
    };
    (
        (0..bits / 6).map(character).collect(),
        !bits.is_multiple_of(6),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_alignments() {
        // Behind no, one and two `x`, encoded by coreutils' base64.
        for (encoded, alignment) in [
            (b"aHVudGVyMi1odW50ZXIyeXl5".as_slice(), 0),
            (b"eGh1bnRlcjItaHVudGVyMnl5eQ==", 1),
            (b"eHhodW50ZXIyLWh1bnRlcjJ5eXk=", 2),
        ] {
            let (form, _) = aligned(b"hunter2-hunter2", alignment, STANDARD);
            let found = encoded.windows(form.len()).any(|it| it == form);
            assert!(found, "alignment {alignment}");
        }
    }
}
