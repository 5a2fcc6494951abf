//! Values that a name gives away: `API_TOKEN=…`, `"password": "…"`, `--secret …`.
//!
//! # How one is found
//! The first pass reports where a [name](hushgate_detector::name) may stand. What follows is read
//! once, forward: the rest of the word, an operator, quotes, and the value ([`parse`]), of which at most
//! [`NAMED_WINDOW`](hushgate_detector::table::NAMED_WINDOW) bytes are judged ([`judge`]): most values
//! are names of other things, paths, or nothing at all.
//!
//! # Promise
//! What is found depends on the input alone: until a value is over, or long enough to be judged, nothing
//! from its start on is decided. Redacting again changes nothing.
//!
//! # Why it holds
//! No value is found that holds a label, begins with one, or ends where one begins, and none whose name
//! stands right behind one; what follows a name inside a label is too short. So a value in the
//! output, its name, and all in between was in the input.

mod front;
mod judge;
mod login;
mod parse;
mod reader;
mod value;
mod words;

use hushgate_detector::{
    document::ValueKind,
    name::{self, Stands},
    table::{NAMED_WINDOW, Name, Table},
};

use front::Front;
pub(crate) use value::Quote;

/// The names of a table, by their first three letters.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// A bit for each hash of such letters: most places that the prefilter reports are told apart
    /// here.
    heads: [u64; 4],
    /// The letters, the first of them lowest, and indices of the names that begin with them.
    groups: Vec<(u32, Vec<usize>)>,
}

/// `://`
const ADDRESS: u32 = u32::from_le_bytes([b':', b'/', b'/', 0]);

/// The first three of four bytes, as small letters if they are letters.
const fn letters(four: u32) -> u32 {
    (four | 0x0020_2020) & 0x00ff_ffff
}

/// Which bit of [`Names::heads`] letters have.
const fn head(letters: u32) -> (usize, u32) {
    let hash = letters.wrapping_mul(0x9E37_79B1) >> 24;
    ((hash >> 6) as usize, hash & 63)
}

/// What a name at a place leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// A value to be redacted: where it begins, and what it ends with.
    Value(Value),
    /// More bytes are needed; a value begins here at the earliest.
    Undecided(usize),
}

/// A value that a name gives away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value {
    /// Index of its first byte.
    pub(crate) start: usize,
    /// How many bytes were judged.
    pub(crate) judged: usize,
    pub(crate) quote: Quote,
    pub(crate) rule: u16,
}

impl Names {
    pub(crate) fn new(table: &Table) -> Self {
        let mut names = Self::default();
        for (index, name) in table.names.iter().enumerate() {
            let Some(&[a, b, c]) = name.text.as_bytes().first_chunk() else {
                continue;
            };
            let letters = u32::from_le_bytes([a, b, c, 0]);
            let (word, bit) = head(letters);
            if let Some(word) = names.heads.get_mut(word) {
                *word |= 1 << bit;
            }
            match names.groups.iter_mut().find(|(known, _)| *known == letters) {
                Some((_, indices)) => indices.push(index),
                None => names.groups.push((letters, vec![index])),
            }
        }
        names
    }

    /// Whether a name may begin with these four bytes, the first of them lowest.
    #[inline]
    pub(crate) fn may_begin(&self, four: u32) -> bool {
        let (word, bit) = head(letters(four));
        self.heads
            .get(word)
            .is_some_and(|word| word >> bit & 1 == 1)
    }

    /// Calls `found` with what the names at index `at` lead to, where these four bytes are. `ended`
    /// says that no more input comes.
    pub(crate) fn at(
        &self,
        table: &Table,
        text: &[u8],
        (at, four): (usize, u32),
        ended: bool,
        mut found: impl FnMut(Named),
    ) {
        let letters = letters(four);
        // The most frequent name by far, and hardly ever one that leads to anything.
        if four >> 8 == ADDRESS && login::is_bare(text.get(at + 4..).unwrap_or_default()) {
            return;
        }
        let Some((_, indices)) = self.groups.iter().find(|(known, _)| *known == letters) else {
            return;
        };
        for name in indices.iter().filter_map(|&index| table.names.get(index)) {
            let rest = text.get(at..).unwrap_or_default();
            let behind = match name::at(&name.text, rest) {
                Stands::No => continue,
                Stands::Begins if ended => continue,
                Stands::Begins => {
                    found(Named::Undecided(text.len()));
                    continue;
                }
                Stands::Whole(length) => at + length,
            };
            let parsed = match name.value {
                ValueKind::Login => login::behind(text, &name.text, at, behind, ended),
                kind => parse::value_behind(text, at, behind, kind, ended),
            };
            match parsed {
                parse::Parsed::Nothing => {}
                parse::Parsed::Undecided(place) => found(Named::Undecided(place)),
                parse::Parsed::Value(start, quote) => {
                    let rest = text.get(start..).unwrap_or_default();
                    let most = usize::try_from(NAMED_WINDOW).unwrap_or(usize::MAX);
                    let Some(length) = value::judged(rest, quote, most, ended) else {
                        found(Named::Undecided(start));
                        continue;
                    };
                    let (value, behind) = rest.split_at_checked(length).unwrap_or_default();
                    if value::may_end(quote, length < most, behind.first().copied())
                        && is_credential(table, name, Front::new(text, at), value, quote)
                    {
                        found(Named::Value(Value {
                            start,
                            judged: length,
                            quote,
                            rule: name.rule,
                        }));
                    }
                }
            }
        }
    }
}

/// Whether nothing in front of this place matters to a name behind it, if this is the last byte there: what
/// is looked at in front of a name stands in its line.
pub(crate) fn is_apart(last: Option<u8>) -> bool {
    matches!(last, None | Some(b'\n')) || cfg!(sabotage = "fresh-in-front-of-a-name")
}

/// Whether a value is one, behind what stands in front of its name.
fn is_credential(table: &Table, name: &Name, front: Front<'_>, value: &[u8], quote: Quote) -> bool {
    if quote == Quote::Address {
        return judge::is_in_address(value);
    }
    judge::is_credential(value, name.value, quote, || {
        let mut word = front::plain(front.word());
        word.extend(front::plain(name.text.as_bytes()));
        let first = table.issuers.partition_point(|it| it.rule < name.rule);
        let issuers = table.issuers.get(first..).unwrap_or_default().iter();
        let mut issuers = issuers.take_while(|it| it.rule == name.rule);
        cfg!(sabotage = "issuer-not-looked-for")
            || issuers.any(|it| {
                word.windows(it.text.len())
                    .any(|part| part == it.text.as_bytes())
            })
    })
}
