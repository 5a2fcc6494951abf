//! Numbers that look random and are the same in every run.
//!
//! Written here and not imported, because the findings that definitions expect depend on each
//! number: no release of a library may change them.

/// A xorshift generator (Marsaglia, 64 bits).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator of the numbers of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        // Any state but zero will do; small seeds shall not begin alike.
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `bound`; 0 where that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // The high bits are the better ones, and no bound here comes near 2³².
        usize::try_from(self.number() >> 32).unwrap_or(0) % bound.max(1)
    }

    /// A number from `low` up to, not including, `high`.
    pub fn within(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low))
    }

    /// An item of a list; the type's default where the list is empty.
    pub fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items
            .get(self.below(items.len()))
            .copied()
            .unwrap_or_default()
    }

    /// `length` characters of `alphabet`, which is ASCII.
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .map(|_| char::from(self.pick(alphabet)))
            .collect()
    }

    /// `length` lower hex digits.
    pub fn hex(&mut self, length: usize) -> String {
        self.text(b"0123456789abcdef", length)
    }
}

/// Digits and letters.
pub const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Lower letters.
pub const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_numbers() {
        let numbers = |seed| {
            let mut random = Random::new(seed);
            [random.number(), random.number(), random.number()]
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
        // Definitions depend on the very numbers.
        assert_eq!(Random::new(7).hex(8), "0ae3ead6");
    }

    #[test]
    fn bounds_hold() {
        let mut random = Random::new(0);
        assert!((0..1000).all(|_| (3..9).contains(&random.within(3, 9))));
        assert_eq!(random.below(0), 0);
        assert_eq!(random.pick::<u8>(&[]), 0);
    }
}
