//! A byte buffer that leaves nothing behind.
//!
//! A vector that grows moves its bytes and gives the old place back as it is. Where the bytes are
//! a credential, they would stay there until something else is written over them.

use std::ops::Deref;

use zeroize::Zeroizing;

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
        if bytes.len() > self.0.capacity() - self.0.len() {
            self.grow(bytes.len());
        }
        self.0.extend_from_slice(bytes);
    }

    #[cold]
    fn grow(&mut self, by: usize) {
        if cfg!(sabotage = "copies-left-behind") {
            return;
        }
        let needed = self.0.len().saturating_add(by);
        let room = needed.max(self.0.capacity().saturating_mul(2)).max(64);
        let mut larger = Zeroizing::new(Vec::with_capacity(room));
        larger.extend_from_slice(&self.0);
        self.0 = larger;
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
