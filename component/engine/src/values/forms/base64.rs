//! Base64 of data that holds a value.
//!
//! It depends on how many bytes stand in front of the value, modulo three, and on what they are.
//! So for each of the three alignments the characters that the value decides alone are looked
//! for; the one that it shares with what follows, and padding, are taken along by the matcher.
//!
//! Tools that break base64 into lines count from its beginning. Where the value is all that was
//! encoded, the breaks are known: behind 76 characters (coreutils, MIME) or 64 (PEM, OpenSSL).
//! Inside larger data they may stand anywhere, which would take a form for each place; that is not
//! looked for.

use super::{Buffer, LONG, MIN_LINE};

pub(super) const STANDARD: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
pub(super) const URL_SAFE: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Characters of a line, as tools break it.
const WIDTHS: [usize; 2] = [64, 76];

/// The characters that the value decides alone when `alignment` bytes stand in front of it;
/// whether it shares one more with what follows.
pub(super) fn write(value: &[u8], alignment: usize, alphabet: &[u8; 64], out: &mut Buffer) -> bool {
    // Bits in front of the first character that begins inside the value.
    let skipped = [0, 4, 2].get(alignment).copied().unwrap_or(0);
    let bits = (value.len() * 8).saturating_sub(skipped);
    // The bits that were read and not written yet, the last one lowest.
    let (mut held, mut count) = (0_u32, 0);
    for (index, &byte) in value.iter().enumerate() {
        held = held << 8 | u32::from(byte);
        count += if index == 0 { 8 - skipped } else { 8 };
        while count >= 6 {
            count -= 6;
            let sextet = (held >> count) & 63;
            out.push(alphabet.get(sextet as usize).copied().unwrap_or(b'A'));
        }
    }
    !bits.is_multiple_of(6)
}

/// Calls `hit` with base64 broken into lines, with either line end, and with each line alone: a
/// log puts a time in front of each. The second argument says whether the text's end is in it.
///
/// A long text is not looked for as a whole, since its lines are; but a last line that is too short
/// to stand alone goes with the one before it.
pub(super) fn broken(encoded: &[u8], mut hit: impl FnMut(&[u8], bool)) {
    for width in WIDTHS {
        if encoded.len() <= width || cfg!(sabotage = "base64-breaks-skipped") {
            continue;
        }
        let last = (encoded.len() - 1) / width * width;
        let from = match encoded.len() {
            ..=LONG => 0,
            _ => last - width,
        };
        let joined = encoded.get(from..).unwrap_or_default();
        for end in [&b"\n"[..], b"\r\n"] {
            let mut text = Buffer::default();
            for (index, line) in joined.chunks(width).enumerate() {
                if index > 0 {
                    text.extend(end);
                }
                text.extend(line);
            }
            hit(&text, true);
        }
        let lines = encoded.chunks(width).enumerate();
        lines
            .filter(|(_, line)| line.len() >= MIN_LINE)
            .for_each(|(index, line)| hit(line, index * width == last));
    }
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
            let mut form = Buffer::default();
            write(b"hunter2-hunter2", alignment, STANDARD, &mut form);
            let found = encoded.windows(form.len()).any(|it| it == &*form);
            assert!(found, "alignment {alignment}");
        }
    }

    #[test]
    fn lines_are_broken_where_tools_break_them() {
        let encoded: Vec<u8> = (0..150).map(|index| b'a' + index % 26).collect();
        let mut found = Vec::new();
        broken(&encoded, |text, last| found.push((text.to_vec(), last)));
        let joined = |width: usize, end: &str| {
            let lines: Vec<_> = encoded.chunks(width).map(<[u8]>::to_vec).collect();
            (lines.join(end.as_bytes()), true)
        };
        for (width, end) in [(64, "\n"), (64, "\r\n"), (76, "\n"), (76, "\r\n")] {
            assert!(found.contains(&joined(width, end)), "{width} {end:?}");
        }
        assert!(found.contains(&(encoded[..76].to_vec(), false)));
        assert!(found.contains(&(encoded[128..].to_vec(), true)));
        broken(&encoded[..64], |_, _| panic!("one line"));
    }
}
