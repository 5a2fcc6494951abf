//! What may be printed of a value as it is: whole, with either line end, line by line, in parts
//! where PowerShell breaks it.

use super::{Buffer, LONG, MIN_LINE, MIN_VALUE, trivial};

/// Shorter sections beside an ampersand are not looked for alone.
const MIN_SECTION: usize = 6;

/// Calls `hit` with each, and whether other notations of it are looked for too. A value of several
/// lines is printed whole, with LF and with CRLF, without a newline at its end, and line by line.
pub(super) fn of(value: &[u8], mut hit: impl FnMut(&[u8], bool)) {
    let trimmed = value.trim_ascii_end();
    hit(value, value.len() <= LONG || value.len() == trimmed.len());
    // Of a long value, only the whole is looked for in other notations, not each line.
    let short = value.len() <= LONG;
    if trimmed.len() < value.len() && trimmed.len() >= MIN_VALUE {
        hit(trimmed, true);
    }
    sections(trimmed, &mut hit);
    if !trimmed.contains(&b'\n') {
        return;
    }
    for end in [&b"\n"[..], b"\r\n"] {
        let mut joined = Buffer::default();
        for (index, line) in lines(trimmed).enumerate() {
            if index > 0 {
                joined.extend(end);
            }
            joined.extend(line);
        }
        hit(&joined, short);
    }
    // A line is masked as a person would see it; armour around a key is no secret.
    let alone = lines(trimmed).map(<[u8]>::trim_ascii).filter(|line| {
        line.len() >= MIN_LINE
            && !trivial(line)
            && !(line.starts_with(b"-----") && line.ends_with(b"-----"))
    });
    alone.for_each(|line| hit(line, short));
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Where a value that holds an ampersand is taken for a command, PowerShell's error prints what
/// stands in front of it and what stands behind it apart, with colours between them. Behind `&+`
/// the colours take the next character along.
fn sections(value: &[u8], hit: &mut impl FnMut(&[u8], bool)) {
    let marked = value.windows(2).position(|pair| pair == b"&+");
    let last = value.iter().rposition(|&byte| byte == b'&');
    let (front, behind) = match (marked, last) {
        (Some(at), _) => (at + 2, at + 3),
        (None, Some(at)) => (at + 1, at + 1),
        (None, None) => return,
    };
    for section in [value.get(..front), value.get(behind..)] {
        let section = section.unwrap_or_default();
        if section.len() >= MIN_SECTION && !trivial(section) {
            hit(section, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variants(value: &[u8]) -> Vec<Vec<u8>> {
        let mut variants = Vec::new();
        of(value, |variant, _| variants.push(variant.to_vec()));
        variants
    }

    #[test]
    fn sections_beside_an_ampersand() {
        for (value, sections) in [
            ("first-part&second-part", ["first-part&", "second-part"]),
            ("first&second&third-part", ["first&second&", "third-part"]),
            ("first-part&+second&third", ["first-part&+", "econd&third"]),
        ] {
            let variants = variants(value.as_bytes());
            assert_eq!(
                variants,
                [value, sections[0], sections[1]].map(str::as_bytes)
            );
        }
        assert_eq!(variants(b"a&b").len(), 1, "too short to stand alone");
    }
}
