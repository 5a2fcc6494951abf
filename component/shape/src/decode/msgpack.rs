//! MessagePack, as far as tokens are written in it.
//!
//! # Bounds
//! Each item takes at least a byte of the input, and nothing is read by recursion.

/// An item; of lists and maps the head alone, the items in them follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item<'b> {
    /// A whole number; what is below zero or out of range is the nearest that is not.
    Number(u64),
    /// Text or bytes.
    Bytes(&'b [u8]),
    /// A list of so many items.
    List(usize),
    /// A map of so many pairs.
    Map(usize),
    /// Nothing, a flag, a fraction, something of somebody's own.
    Other,
}

/// Reads item by item.
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) fn new(rest: &'b [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next item; nothing where the input ends too early.
    pub(super) fn item(&mut self) -> Option<Item<'b>> {
        let head = *self.take(1)?.first()?;
        let low = usize::from(head);
        Some(match head {
            0x00..=0x7F => Item::Number(u64::from(head)),
            0x80..=0x8F => Item::Map(low & 15),
            0x90..=0x9F => Item::List(low & 15),
            0xA0..=0xBF => Item::Bytes(self.take(low & 31)?),
            0xC4..=0xC6 => self.bytes(1 << (low - 0xC4))?,
            // An extension has a type in front of its bytes.
            0xC7..=0xC9 => {
                let length = self.number(1 << (low - 0xC7))?;
                self.take(usize::try_from(length).ok()?.checked_add(1)?)?;
                Item::Other
            }
            0xCA => self.other(4)?,
            0xCB => self.other(8)?,
            0xCC..=0xCF => Item::Number(self.number(1 << (low - 0xCC))?),
            0xD0..=0xD3 => {
                let width = 1 << (low - 0xD0);
                let number = self.number(width)?;
                let is_negative = number >> (8 * width - 1) == 1;
                Item::Number(if is_negative { 0 } else { number })
            }
            0xD4..=0xD8 => self.other((1 << (low - 0xD4)) + 1)?,
            0xD9..=0xDB => self.bytes(1 << (low - 0xD9))?,
            0xDC | 0xDD => Item::List(self.length(2 << (low - 0xDC))?),
            0xDE | 0xDF => Item::Map(self.length(2 << (low - 0xDE))?),
            0xE0.. => Item::Number(0),
            0xC0..=0xC3 => Item::Other,
        })
    }

    /// Passes over the next item and all that is in it.
    pub(super) fn skip(&mut self) -> Option<()> {
        let mut left = 1_u64;
        while left > 0 {
            left -= 1;
            let inside = match self.item()? {
                Item::List(count) => count as u64,
                Item::Map(count) => 2 * count as u64,
                _ => 0,
            };
            left = left.saturating_add(inside);
        }
        Some(())
    }

    /// The bytes of the next item, passed over whatever it is.
    pub(super) fn raw(&mut self) -> Option<&'b [u8]> {
        let from = self.rest;
        self.skip()?;
        from.get(..from.len() - self.rest.len())
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self, width: usize) -> Option<u64> {
        let bytes = self.take(width)?.iter();
        Some(bytes.fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn length(&mut self, width: usize) -> Option<usize> {
        usize::try_from(self.number(width)?).ok()
    }

    fn bytes(&mut self, width: usize) -> Option<Item<'b>> {
        let length = self.length(width)?;
        Some(Item::Bytes(self.take(length)?))
    }

    fn other(&mut self, length: usize) -> Option<Item<'b>> {
        self.take(length)?;
        Some(Item::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_each_kind() {
        for (bytes, expected) in [
            (&b"\x07"[..], Item::Number(7)),
            (b"\xCD\x01\x02", Item::Number(258)),
            (b"\xCF\0\0\0\0\0\0\0\x05", Item::Number(5)),
            (b"\xD0\xFF", Item::Number(0)),
            (b"\xD2\0\0\x01\0", Item::Number(256)),
            (b"\xFF", Item::Number(0)),
            (b"\xA2ab", Item::Bytes(b"ab")),
            (b"\xC4\x02ab", Item::Bytes(b"ab")),
            (b"\xDA\0\x02ab", Item::Bytes(b"ab")),
            (b"\x92\x01\x02", Item::List(2)),
            (b"\xDC\0\x10", Item::List(16)),
            (b"\x81\x01\x02", Item::Map(1)),
            (b"\xDE\0\x01", Item::Map(1)),
            (b"\xC0", Item::Other),
            (b"\xCB\0\0\0\0\0\0\0\0", Item::Other),
            (b"\xD4\x01\0", Item::Other),
            (b"\xC7\x02\x01ab", Item::Other),
        ] {
            assert_eq!(Reader::new(bytes).item(), Some(expected), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_passed_over_is_passed_over_whole() {
        let mut reader = Reader::new(b"\x92\x81\xA1a\x91\x01\xC4\x01b\x07");
        assert_eq!(reader.raw().map(<[u8]>::len), Some(9));
        assert_eq!(reader.item(), Some(Item::Number(7)));
        assert!(reader.is_empty());
    }

    #[test]
    fn lengths_that_lie_end_at_the_end() {
        for bytes in [
            &b"\xDD\xFF\xFF\xFF\xFF"[..],
            b"\xDF\xFF\xFF\xFF\xFF\x01",
            b"\xC6\xFF\xFF\xFF\xFFab",
            b"\xC9\xFF\xFF\xFF\xFF",
            b"\xCD\x01",
            b"",
        ] {
            assert_eq!(Reader::new(bytes).skip(), None, "{bytes:?}");
        }
        let deep = [0x91; 100_000];
        assert_eq!(Reader::new(&deep).skip(), None);
    }
}
