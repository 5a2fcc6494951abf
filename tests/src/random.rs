//! Numbers that look random and are the same in every run.

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

    fn step(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `bound`, which is not zero.
    pub fn below(&mut self, bound: usize) -> usize {
        // The high bits are the better ones, and a bound is far below 2³².
        usize::try_from(self.step() >> 32).unwrap_or(0) % bound.max(1)
    }

    /// An item of a list; none where it is empty.
    pub fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }
}
