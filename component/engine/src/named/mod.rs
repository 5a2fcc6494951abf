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

mod command;
mod counts;
mod front;
mod judge;
pub(crate) mod lines;
mod login;
mod markup;
mod opening;
mod parse;
mod reader;
mod seen;
mod tail;
mod texts;
mod value;
mod words;

use hushgate_detector::{
    document::ValueKind,
    name::{self, JOINTS, Stands},
    table::{NAMED_WINDOW, Name, Table},
};

use front::Front;
use judge::Facts;
pub(crate) use seen::Seen;
use texts::Among;
pub(crate) use value::Quote;

/// The names of a table, by their first three letters.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// A bit for each hash of such letters: most places that the prefilter reports are told apart
    /// here.
    heads: [u64; 4],
    /// The letters, the first of them lowest, and the names that begin with them.
    groups: Vec<(u32, Vec<Beginning>)>,
    /// For each hash where the groups that have it begin and end.
    slots: Vec<(u16, u16)>,
}

/// The first bytes of a name, compared at once: most names of a group are ruled out by them.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    /// The first byte lowest, letters small.
    bytes: u128,
    /// What makes letters small.
    case: u128,
    /// Which bytes there are: those up to a joint.
    mask: u128,
    /// The length of the name, where these are all of its bytes.
    whole: Option<usize>,
    /// How many bytes these are, and the letter behind the joint.
    next: (usize, u8),
    /// Its index.
    name: usize,
}

impl Beginning {
    fn new(name: usize, text: &str) -> Self {
        let joint = text.bytes().position(|byte| byte == b'_');
        let length = joint.unwrap_or(text.len()).min(16);
        let word = |of: fn(u8) -> u8| {
            let mut word = [0; 16];
            for (it, byte) in word.iter_mut().zip(text.bytes()).take(length) {
                *it = of(byte);
            }
            u128::from_le_bytes(word)
        };
        Self {
            bytes: word(|byte| byte),
            case: word(|byte| u8::from(byte.is_ascii_lowercase()) << 5),
            mask: word(|_| u8::MAX),
            whole: (length == text.len()).then_some(length),
            next: (
                length,
                text.as_bytes().get(length + 1).copied().unwrap_or_default(),
            ),
            name,
        }
    }

    /// What stands in a text that begins with these bytes, as far as they say.
    #[inline(always)]
    fn stands(&self, bytes: u128) -> Option<Stands> {
        if (bytes | self.case) & self.mask != self.bytes {
            return Some(Stands::No);
        }
        if let Some(length) = self.whole {
            return Some(Stands::Whole(length));
        }
        // Many names have their first word in common.
        let (length, letter) = self.next;
        if length + 2 > 16 {
            return None;
        }
        let [joint, behind, ..] = (bytes >> (8 * length)).to_le_bytes();
        let found = match JOINTS.contains(joint) {
            true => behind,
            false => joint,
        };
        (found.to_ascii_lowercase() != letter).then_some(Stands::No)
    }
}

/// `://`
const ADDRESS: u32 = u32::from_le_bytes([b':', b'/', b'/', 0]);

/// The first three of four bytes, as small letters if they are letters.
const fn letters(four: u32) -> u32 {
    (four | 0x0020_2020) & 0x00ff_ffff
}

/// Which bit of [`Names::heads`] letters have.
const fn head(letters: u32) -> (usize, u32) {
    let hash = hash(letters);
    ((hash >> 6) as usize, hash & 63)
}

const fn hash(letters: u32) -> u32 {
    letters.wrapping_mul(0x9E37_79B1) >> 24
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

/// The bytes at hand.
#[derive(Clone, Copy)]
pub(crate) struct Text<'t> {
    pub(crate) bytes: &'t [u8],
    /// Input offset of the first of them.
    pub(crate) base: u64,
    /// Whether no more input comes.
    pub(crate) ended: bool,
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
                Some((_, names)) => names.push(Beginning::new(index, &name.text)),
                None => {
                    let name = Beginning::new(index, &name.text);
                    names.groups.push((letters, vec![name]));
                }
            }
        }
        names.groups.sort_by_key(|(letters, _)| hash(*letters));
        let ahead = |slot: u32| {
            let groups = &names.groups;
            let ahead = groups.partition_point(|(letters, _)| hash(*letters) < slot);
            u16::try_from(ahead).unwrap_or(u16::MAX)
        };
        let slots = 0..=u32::from(u8::MAX);
        names.slots = slots.map(|slot| (ahead(slot), ahead(slot + 1))).collect();
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

    /// Calls `found` with what the names at index `at` of a text lead to, where these four bytes are.
    /// `seen` is of the same stream.
    pub(crate) fn at(
        &self,
        table: &Table,
        text: Text<'_>,
        (at, four): (usize, u32),
        seen: &mut Seen,
        mut found: impl FnMut(Named),
    ) {
        let Text {
            bytes: text,
            base,
            ended,
        } = text;
        let letters = letters(four);
        // The most frequent name by far, and hardly ever one that leads to anything.
        if four >> 8 == ADDRESS && login::is_bare(text.get(at + 4..).unwrap_or_default()) {
            return;
        }
        let slot = self.slots.get(hash(letters) as usize);
        let &(first, end) = slot.unwrap_or(&(0, 0));
        let groups = self.groups.get(usize::from(first)..usize::from(end));
        let mut groups = groups.unwrap_or_default().iter();
        let Some((_, names)) = groups.find(|(known, _)| *known == letters) else {
            return;
        };
        let rest = text.get(at..).unwrap_or_default();
        let bytes = rest.first_chunk();
        let bytes = bytes.map(|bytes| u128::from_le_bytes(*bytes));
        for beginning in names {
            let stands = bytes.and_then(|bytes| beginning.stands(bytes));
            if stands == Some(Stands::No) {
                continue;
            }
            let Some(name) = table.names.get(beginning.name) else {
                continue;
            };
            let behind = match stands.unwrap_or_else(|| name::at(&name.text, rest)) {
                Stands::No => continue,
                Stands::Begins if ended => continue,
                Stands::Begins => {
                    found(Named::Undecided(text.len()));
                    continue;
                }
                Stands::Whole(length) => at + length,
            };
            if name.value == ValueKind::Lines {
                let start = match lines::head(text, at, behind, ended) {
                    None => continue,
                    Some(None) => {
                        found(Named::Undecided(behind));
                        continue;
                    }
                    Some(Some(length)) => behind + length,
                };
                let rest = text.get(start..).unwrap_or_default();
                match lines::first(table, rest, ended) {
                    lines::First::Nothing => {}
                    lines::First::More => found(Named::Undecided(start)),
                    lines::First::At(judged, _) => found(Named::Value(Value {
                        start,
                        judged,
                        quote: Quote::Lines,
                        rule: name.rule,
                    })),
                }
                continue;
            }
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
                    let offset = base + start as u64;
                    let judged = value::judged(rest, offset, quote, most, ended, seen);
                    let Some(length) = judged else {
                        found(Named::Undecided(start));
                        continue;
                    };
                    let (value, behind) = rest.split_at_checked(length).unwrap_or_default();
                    let next = behind.first().copied();
                    if !value::may_end(quote, length < most, next) {
                        continue;
                    }
                    let front = Front::new(text, at);
                    let in_base64 = if name.value == ValueKind::Secret {
                        let between = text.get(at..start).unwrap_or_default();
                        judge::in_base64(&name.text, between, value)
                    } else {
                        None
                    };
                    if in_base64.is_none() && judge::is_hopeless(value, name.value) {
                        continue;
                    }
                    let is_credential = if let Some(is_credential) = in_base64 {
                        is_credential
                    } else if quote == Quote::Address {
                        let is_user = text.get(..start).is_some_and(|it| it.ends_with(b"://"));
                        match is_user && !value.contains(&b':') {
                            true => judge::is_token_in_address(value),
                            false => judge::is_in_address(value),
                        }
                    } else if quote.has_several() {
                        // In brackets there may be a label.
                        let all = text.get(..=start + length).unwrap_or_default();
                        let issued = || is_issued(table, name, front);
                        (quote != Quote::Bares || !front::ends_with_label(all, table))
                            && judge::is_any(value, quote, name.value, issued)
                    } else {
                        let facts = Facts {
                            value,
                            quote,
                            counts: seen.counts(text, base, start..start + length),
                        };
                        let has_text = || seen.has_text(value, offset, Among::of(quote));
                        let issued = || is_issued(table, name, front);
                        let assigned = || front.is_variable(start);
                        judge::is_credential(&facts, name.value, has_text, issued, assigned)
                    };
                    if is_credential && !front.is_behind_cursor(table) {
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

/// Whether a name, with what stands in front of it, is that of an issuer of its rule.
fn is_issued(table: &Table, name: &Name, front: Front<'_>) -> bool {
    let mut word = front::plain(front.word());
    word.extend(front::plain(name.text.as_bytes()));
    let pairs = front::Neighbours::of(&word);
    let first = table.issuers.partition_point(|it| it.rule < name.rule);
    let issuers = table.issuers.get(first..).unwrap_or_default().iter();
    let mut issuers = issuers.take_while(|it| it.rule == name.rule);
    cfg!(sabotage = "issuer-not-looked-for")
        || issuers.any(|it| {
            // Most are ruled out by the pairs of letters that are nowhere in the word.
            let text = it.text.as_bytes();
            pairs.may_hold(text) && word.windows(text.len()).any(|part| part == text)
        })
}
