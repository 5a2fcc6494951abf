//! Bodies of private keys.

use super::super::buffer::Buffer;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Calls `hit` with the base64 of each block that may be secret, line by line as it stands and on
/// one line. Line ends may be escaped, or blanks, as variables have them.
pub(super) fn read(text: &[u8], mut hit: impl FnMut(&[u8])) {
    let mut rest = text;
    while let Some(begin) = find(rest, BEGIN) {
        rest = rest.get(begin + BEGIN.len()..).unwrap_or_default();
        let Some(label) = find(rest, DASHES) else {
            return;
        };
        let (label, body) = rest.split_at_checked(label).unwrap_or_default();
        let body = body.get(DASHES.len()..).unwrap_or_default();
        // Without an end the rest may be the key all the same.
        let length = find(body, b"-----").unwrap_or(body.len());
        let (body, behind) = body.split_at_checked(length).unwrap_or_default();
        if !is_public(label) {
            for end in [&b"\n"[..], b""] {
                let joined = joined(body, end);
                hit(&joined);
            }
        }
        rest = behind.strip_prefix(END).unwrap_or(behind);
    }
}

fn is_public(label: &[u8]) -> bool {
    [
        &b"PUBLIC"[..],
        b"CERTIFICATE",
        b"PARAMETERS",
        b"CRL",
        b"SIGNATURE",
    ]
    .iter()
    .any(|word| find(label, word).is_some())
}

/// The lines of base64 in a body, without those of its header.
fn joined(body: &[u8], end: &[u8]) -> Buffer {
    let mut out = Buffer::default();
    let mut rest = body;
    let lines = body.contains(&b'\n') || find(body, b"\\n").is_some();
    let ends: &[u8] = if lines { b"\n\r\\" } else { b" " };
    while !rest.is_empty() {
        let length = rest.iter().position(|byte| ends.contains(byte));
        let (line, behind) = rest
            .split_at_checked(length.unwrap_or(rest.len()))
            .unwrap_or_default();
        // `\n` in two characters ends a line too.
        rest = match behind {
            [b'\\', b'n' | b'r', rest @ ..] | [_, rest @ ..] => rest,
            [] => behind,
        };
        let base64 = |&byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
        if line.is_empty() || !line.iter().all(base64) {
            continue;
        }
        if !out.is_empty() {
            out.extend(end);
        }
        out.extend(line);
    }
    out
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|it| it == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &str) -> Vec<String> {
        let mut bodies = Vec::new();
        read(text.as_bytes(), |body| {
            bodies.push(String::from_utf8(body.to_vec()).expect("text"));
        });
        bodies
    }

    #[test]
    fn lines_however_they_end() {
        let key = "-----BEGIN EC PRIVATE KEY-----\nTUlJRXZ3\nSUJB=\n-----END EC PRIVATE KEY-----\n";
        for end in ["\n", "\r\n", "\\n", "\\r\\n", " "] {
            let key = key.replace('\n', end);
            // The blanks of the armour stay blanks.
            assert_eq!(
                bodies(&key),
                ["TUlJRXZ3\nSUJB=", "TUlJRXZ3SUJB="],
                "{end:?}"
            );
        }
    }

    #[test]
    fn headers_and_public_blocks_are_left() {
        let text = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n\
            -----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n\
            TUlJRXZ3\n-----END RSA PRIVATE KEY-----\n";
        assert_eq!(bodies(text), ["TUlJRXZ3", "TUlJRXZ3"]);
    }
}
