//! Where in the input stands what the ordinary redactor reads: lines of the input, in which
//! parts were replaced.

use std::collections::VecDeque;

/// A part of the input that was replaced before the ordinary redactor read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where what was written for it begins, as the ordinary redactor counts.
    pub(super) at: u64,
    /// What was written for it.
    pub(super) text: String,
    /// Its input offsets.
    pub(super) raw: u64,
    /// Behind its last byte.
    pub(super) raw_end: u64,
}

impl Piece {
    fn end(&self) -> u64 {
        self.at + self.text.len() as u64
    }
}

/// Offsets of both sides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ledger {
    /// Where the ledger begins, as the ordinary redactor counts, and in the input.
    origin: (u64, u64),
    /// Where it ends.
    end: (u64, u64),
    /// In order.
    pieces: VecDeque<Piece>,
}

impl Ledger {
    /// An empty ledger that begins where `out` of the one side is `raw` of the other.
    pub(super) fn at(out: u64, raw: u64) -> Self {
        Self {
            origin: (out, raw),
            end: (out, raw),
            pieces: VecDeque::new(),
        }
    }

    /// Input offset up to which it goes.
    pub(super) fn raw_end(&self) -> u64 {
        self.end.1
    }

    /// This many bytes go on as they came.
    pub(super) fn copy(&mut self, bytes: u64) {
        self.end.0 += bytes;
        self.end.1 += bytes;
    }

    /// This many bytes of input go on as `text`.
    pub(super) fn replace(&mut self, bytes: u64, text: String) {
        let (at, raw) = self.end;
        let raw_end = raw + bytes;
        let piece = Piece {
            at,
            text,
            raw,
            raw_end,
        };
        self.end = (piece.end(), raw_end);
        self.pieces.push_back(piece);
    }

    /// The input offset of the byte at `out`; the start of what was replaced where it is a
    /// label's.
    pub(super) fn raw(&self, out: u64) -> u64 {
        let behind = self.pieces.partition_point(|piece| piece.at <= out);
        match behind.checked_sub(1).and_then(|last| self.pieces.get(last)) {
            Some(piece) if out < piece.end() => piece.raw,
            Some(piece) => piece.raw_end + (out - piece.end()),
            None => self.origin.1 + out.saturating_sub(self.origin.0),
        }
    }

    /// The input offset behind the byte in front of `out`; the end of what was replaced where
    /// that is a label's.
    pub(super) fn raw_behind(&self, out: u64) -> u64 {
        let behind = self.pieces.partition_point(|piece| piece.at < out);
        match behind.checked_sub(1).and_then(|last| self.pieces.get(last)) {
            Some(piece) if out <= piece.end() => piece.raw_end,
            Some(piece) => piece.raw_end + (out - piece.end()),
            None => self.origin.1 + out.saturating_sub(self.origin.0),
        }
    }

    /// Forgets what lies before `out`.
    pub(super) fn forget(&mut self, out: u64) {
        while let Some(piece) = self.pieces.pop_front_if(|piece| piece.end() <= out) {
            self.origin = (piece.end(), piece.raw_end);
        }
    }

    /// Where it begins, as the ordinary redactor counts and in the input; and all pieces.
    pub(super) fn parts(&self) -> ((u64, u64), impl Iterator<Item = &Piece>) {
        (self.origin, self.pieces.iter())
    }

    /// The last piece.
    pub(super) fn last(&self) -> Option<&Piece> {
        self.pieces.back()
    }

    /// Where the ordinary redactor's input stood when the input was at `raw`, which is the start
    /// of a piece or in none.
    pub(super) fn out(&self, raw: u64) -> u64 {
        let before = self.pieces.partition_point(|piece| piece.raw_end <= raw);
        let (out, from) = match before.checked_sub(1).and_then(|last| self.pieces.get(last)) {
            Some(piece) => (piece.end(), piece.raw_end),
            None => self.origin,
        };
        out + raw.saturating_sub(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Input `abcdefgh`, read as `ab[x]gh`.
    fn ledger() -> Ledger {
        let mut ledger = Ledger::at(100, 10);
        ledger.copy(2);
        ledger.replace(4, "[x]".to_owned());
        ledger.copy(2);
        ledger
    }

    #[test]
    fn offsets_of_both_sides() {
        let ledger = ledger();
        assert_eq!(ledger.raw_end(), 18);
        let raw: Vec<u64> = (100..108).map(|out| ledger.raw(out)).collect();
        assert_eq!(raw, [10, 11, 12, 12, 12, 16, 17, 18]);
        let behind: Vec<u64> = (101..108).map(|out| ledger.raw_behind(out)).collect();
        assert_eq!(behind, [11, 12, 16, 16, 16, 17, 18]);
        let out: Vec<u64> = [10, 12, 16, 18].map(|raw| ledger.out(raw)).to_vec();
        assert_eq!(out, [100, 102, 105, 107]);
    }

    #[test]
    fn what_is_forgotten_leaves_the_rest_as_it_was() {
        let mut ledger = ledger();
        ledger.forget(104);
        assert_eq!(ledger.raw(104), 12);
        ledger.forget(105);
        assert_eq!(ledger.last(), None);
        assert_eq!(
            (ledger.raw(105), ledger.raw(107), ledger.out(17)),
            (16, 18, 106)
        );
    }
}
