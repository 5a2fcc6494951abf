//! Values of several lines: whole with either line end, and line by line.

use super::{MIN_VALUE, trivial};

/// A line of fewer bytes than this is not looked for alone: `EOF` and `key:` are everywhere.
const MIN_LINE: usize = 8;

/// The value as it may be printed: whole, with LF and with CRLF, without a newline at its end,
/// and each of its lines.
pub(super) fn variants(value: &[u8]) -> Vec<Vec<u8>> {
    let mut variants = vec![value.to_vec()];
    let trimmed = value.trim_ascii_end();
    if trimmed.len() < value.len() && trimmed.len() >= MIN_VALUE {
        variants.push(trimmed.to_vec());
    }
    if !trimmed.contains(&b'\n') {
        return variants;
    }
    let lines: Vec<&[u8]> = trimmed
        .split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .collect();
    variants.push(lines.join(&b"\n"[..]));
    variants.push(lines.join(&b"\r\n"[..]));
    // A line is masked as a person would see it; armour around a key is no secret.
    let alone = lines.iter().map(|line| line.trim_ascii()).filter(|line| {
        line.len() >= MIN_LINE
            && !trivial(line)
            && !(line.starts_with(b"-----") && line.ends_with(b"-----"))
    });
    variants.extend(alone.map(<[u8]>::to_vec));
    variants
}
