//! What the forms of a value are written to.

use std::ops::Deref;

use zeroize::Zeroizing;

use crate::wiped;

/// A buffer that is zeroed when it is dropped, and whose old place is zeroed where it grows.
#[derive(Default)]
pub(super) struct Buffer(Zeroizing<Vec<u8>>);

impl Buffer {
    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        self.extend(&[byte]);
    }

    #[inline]
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        wiped::append(&mut self.0, bytes);
    }

    pub(super) fn extend_char(&mut self, character: char) {
        let mut room = Zeroizing::new([0; 4]);
        self.extend(character.encode_utf8(&mut *room).as_bytes());
    }

    /// Forgets the bytes and keeps the place, for what is written next.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl From<&[u8]> for Buffer {
    fn from(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows() {
        let mut buffer = Buffer::default();
        for byte in 0..=255 {
            buffer.push(byte);
            buffer.extend(b"ab");
        }
        buffer.extend_char('é');
        assert_eq!(buffer.len(), 256 * 3 + 2);
        assert_eq!(buffer.get(3..6), Some(&b"\x01ab"[..]));
        buffer.clear();
        buffer.push(b'x');
        assert_eq!(&*buffer, b"x");
    }
}
