//! Which forms are prefixes of which.
//!
//! # Invariant
//! The *parent* of a form is the longest other form that is a prefix of it; of forms that are alike,
//! the one that stands in front of it in their order. So the forms that are prefixes of a form are
//! its parent, the parent of that, and so on.
//!
//! # Why it is of use
//! Of forms in the order of their bytes, all that are prefixes of a text are prefixes of the last one
//! that does not lie behind the text. Where many begin alike they are found without a look at the
//! others.

use crate::compare::starts_with;

/// Stands for no form.
const NONE: u32 = u32::MAX;

/// The parent of each form.
#[derive(Debug, Default)]
pub(super) struct Prefixes(Vec<u32>);

impl Prefixes {
    /// The longest other form that is a prefix of this one.
    pub(super) fn parent(&self, id: u32) -> Option<u32> {
        let parent = self.0.get(id as usize).copied();
        parent.filter(|&parent| parent != NONE)
    }

    /// Notes a form. `in_front` is the form in front of it in their order, and `behind` are those behind
    /// it, if they may have to do with it.
    pub(super) fn add<'f>(
        &mut self,
        id: u32,
        in_front: Option<u32>,
        behind: &[u32],
        bytes_of: impl Fn(u32) -> &'f [u8],
    ) {
        let bytes = bytes_of(id);
        let mut parent = in_front;
        while let Some(other) = parent.filter(|&other| !starts_with(bytes, bytes_of(other))) {
            parent = self.parent(other);
        }
        self.set(id, parent);
        let longer = behind.iter();
        for &other in longer.take_while(|&&other| starts_with(bytes_of(other), bytes)) {
            if self.parent(other) == parent {
                self.set(other, Some(id));
            }
        }
    }

    /// Forgets a form. `behind` are those behind it in their order.
    pub(super) fn remove<'f>(
        &mut self,
        id: u32,
        bytes: &[u8],
        behind: &[u32],
        bytes_of: impl Fn(u32) -> &'f [u8],
    ) {
        let parent = self.parent(id);
        let longer = behind.iter();
        for &other in longer.take_while(|&&other| starts_with(bytes_of(other), bytes)) {
            if self.parent(other) == Some(id) {
                self.set(other, parent);
            }
        }
        self.set(id, None);
    }

    fn set(&mut self, id: u32, parent: Option<u32>) {
        let index = id as usize;
        if self.0.len() <= index {
            self.0.resize(index + 1, NONE);
        }
        if let Some(place) = self.0.get_mut(index) {
            *place = parent.unwrap_or(NONE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever comes and goes, parents are what they are by definition.
    #[test]
    fn parents_follow_what_comes_and_goes() {
        let forms: Vec<Vec<u8>> = (0..120_u32)
            .map(|number| {
                let length = 1 + number as usize % 6;
                (0..length)
                    .map(|at| b'a' + (number >> at & 1) as u8)
                    .collect()
            })
            .collect();
        let bytes_of = |id: u32| forms[id as usize].as_slice();
        let mut prefixes = Prefixes::default();
        let mut order: Vec<u32> = Vec::new();
        let mut state = 7_u64;
        for _ in 0..4000 {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            let id = (state >> 40) as u32 % 120;
            if let Some(at) = order.iter().position(|&other| other == id) {
                order.remove(at);
                prefixes.remove(id, bytes_of(id), &order[at..], bytes_of);
            } else {
                let at = order.partition_point(|&other| bytes_of(other) < bytes_of(id));
                let in_front = at.checked_sub(1).map(|at| order[at]);
                prefixes.add(id, in_front, &order[at..], bytes_of);
                order.insert(at, id);
            }
            for (at, &id) in order.iter().enumerate() {
                let in_front = order[..at].iter().rev();
                let mut fits = in_front.filter(|&&other| bytes_of(id).starts_with(bytes_of(other)));
                assert_eq!(prefixes.parent(id), fits.next().copied());
            }
        }
    }
}
