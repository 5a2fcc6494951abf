//! A map from numbers that are secret, in order.
//!
//! The numbers are the first bytes of forms. A tree of the standard library would leave them in
//! what it gives back; here every place is zeroed that a number leaves.
//!
//! # Why it is fast enough
//! Numbers lie in blocks of at most [`ROOM`], each in order and behind the one before it. To find a
//! block is a binary search, and to add a number moves no more than a block.

use std::fmt;

use zeroize::Zeroize as _;

/// Most numbers of a block.
const ROOM: usize = 128;

/// Numbers, and what each stands for.
#[derive(Default)]
pub(super) struct Order {
    /// None of them is empty.
    blocks: Vec<Block>,
}

/// Numbers in order. It never grows beyond the room that it has from the start.
struct Block(Vec<(u128, Vec<u32>)>);

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order").finish_non_exhaustive()
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if !cfg!(sabotage = "numbers-left-behind") {
            self.0.iter_mut().for_each(|(number, _)| number.zeroize());
        }
    }
}

impl Block {
    fn new() -> Self {
        Self(Vec::with_capacity(ROOM))
    }

    fn place(&self, number: u128) -> Result<usize, usize> {
        self.0.binary_search_by_key(&number, |(number, _)| *number)
    }

    /// Moves the second half to a block of its own.
    fn split(&mut self) -> Self {
        let mut other = Self::new();
        for (number, ids) in self.0.iter_mut().skip(ROOM / 2) {
            other.0.push((*number, std::mem::take(ids)));
            number.zeroize();
        }
        self.0.truncate(ROOM / 2);
        other
    }

    fn remove(&mut self, at: usize) {
        if let Some(behind) = self.0.get_mut(at..) {
            // So that the place that is left is the one that is zeroed.
            behind.rotate_left(1);
        }
        if let Some((number, _)) = self.0.last_mut() {
            number.zeroize();
        }
        self.0.pop();
    }
}

impl Order {
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The block in which the number is, if it is in any.
    fn block(&self, number: u128) -> usize {
        let first = |block: &Block| block.0.first().is_some_and(|(first, _)| *first <= number);
        self.blocks.partition_point(first).saturating_sub(1)
    }

    /// What the number stands for.
    pub(super) fn get(&self, number: u128) -> &[u32] {
        let find = || {
            let block = self.blocks.get(self.block(number))?;
            block.0.get(block.place(number).ok()?)
        };
        find().map_or(&[], |(_, ids)| ids)
    }

    /// Changes what the number stands for. One that stands for nothing is forgotten.
    pub(super) fn change(&mut self, number: u128, change: impl FnOnce(&mut Vec<u32>)) {
        let mut index = self.block(number);
        if self.blocks.is_empty() {
            self.blocks.push(Block::new());
        }
        if self
            .blocks
            .get(index)
            .is_some_and(|block| block.0.len() == ROOM)
        {
            let other = self.blocks.get_mut(index).map(Block::split);
            self.blocks.splice(index + 1..index + 1, other);
            index = self.block(number);
        }
        let Some(block) = self.blocks.get_mut(index) else {
            return;
        };
        let at = match block.place(number) {
            Ok(at) => at,
            Err(at) => {
                block.0.insert(at, (number, Vec::new()));
                at
            }
        };
        if let Some((_, ids)) = block.0.get_mut(at) {
            change(ids);
            if ids.is_empty() {
                block.remove(at);
            }
        }
        if block.0.is_empty() {
            self.blocks.remove(index);
        }
    }

    /// What the numbers from `low` up to and including `high` stand for, in order.
    pub(super) fn range(&self, low: u128, high: u128) -> impl Iterator<Item = &u32> {
        let blocks = self.blocks.get(self.block(low)..).unwrap_or_default();
        let entries = blocks.iter().flat_map(|block| &block.0);
        entries
            .skip_while(move |(number, _)| *number < low)
            .take_while(move |(number, _)| *number <= high)
            .flat_map(|(_, ids)| ids)
    }

    /// What all numbers stand for, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &u32> {
        self.blocks
            .iter()
            .flat_map(|block| &block.0)
            .flat_map(|(_, ids)| ids)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// It does what a tree of the standard library does.
    #[test]
    fn it_is_a_map() {
        let (mut order, mut tree) = (Order::default(), BTreeMap::<u128, Vec<u32>>::new());
        let mut state = 1_u64;
        for step in 0..40_000_u32 {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            let number = u128::from(state >> 52) << 100;
            // More come than go, then more go than come.
            if (state >> 20) % 5 < if step < 20_000 { 3 } else { 1 } {
                order.change(number, |ids| ids.push(step));
                tree.entry(number).or_default().push(step);
            } else {
                order.change(number, |ids| ids.truncate(ids.len().saturating_sub(1)));
                if let Some(ids) = tree.get_mut(&number) {
                    ids.pop();
                    if ids.is_empty() {
                        tree.remove(&number);
                    }
                }
            }
            assert_eq!(
                order.get(number),
                tree.get(&number).map_or(&[][..], |ids| ids)
            );
            if step % 64 == 0 {
                let high = number | u128::MAX >> 8;
                let expected = tree.range(number..=high).flat_map(|(_, ids)| ids);
                assert!(order.range(number, high).eq(expected));
                assert!(order.all().eq(tree.values().flatten()));
                assert_eq!(order.is_empty(), tree.is_empty());
            }
        }
        for (number, _) in tree {
            order.change(number, Vec::clear);
        }
        assert!(order.is_empty());
    }
}
