//! Tables: what the engine runs. Flat, so that the built-in ones are plain statics.
//!
//! # How a candidate is found
//! Each shape has an [`Anchor`]: four neighbouring bytes at a fixed distance from its start,
//! the first three of them a keyword's. The prefilter looks for all anchors in one pass. A hit
//! is looked up by its bytes in a hash table; what is found there is proven with a few bytes
//! more, and names the shapes to try and where they would begin.

use std::{borrow::Cow, collections::BTreeMap};

use hushgate_prefilter::{Buckets, ByteSet, Fingerprint, Masks};
use sha2::{Digest as _, Sha256};

use crate::{
    document::{Confidence, Detector, Lifetime, ValueKind, nature::Nature},
    name,
    pattern::{Shape as PatternShape, UNBOUNDED},
};

/// How many bytes from its anchor on are looked at before a shape is a candidate. More make
/// fewer candidates of near misses; each is held back until it is there.
pub const PROOF: usize = 8;

/// Farthest that an anchor may stand from its shape's start, in bytes. Keys of 64 bytes in base64
/// carry their mark at 76.
pub const MAX_OFFSET: usize = 80;

/// The most bytes that may have to stand in front of a match.
pub const MAX_AHEAD: usize = 64;

/// Most bytes from what is looked at in front of a name to its value.
pub const NAMED_AHEAD: u8 = 160;

/// Bytes of a value that a name gives away that are judged.
pub const NAMED_WINDOW: u32 = 256;

/// How a checksum is computed. A closed list, not a template language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// CRC-32 in base62, `0-9A-Za-z`, padded with `0` on the left.
    Crc32Base62,
    /// CRC-32 in lower hex.
    Crc32Hex,
    /// CRC-32 in upper hex.
    Crc32HexUpper,
    /// CRC-32, bytes swapped, in lower hex.
    Crc32HexSwapped,
    /// CRC-32, bytes swapped, in base64 without `=`.
    Crc32Base64Swapped,
    /// CRC-32 in base36, `0-9a-z`, padded with `0` on the left.
    Crc32Base36,
    /// BIP 173 over the whole string.
    Bech32,
}

impl Algorithm {
    /// All of them with their names in rule documents.
    pub const ALL: [(&'static str, Self); 7] = [
        ("crc32-base62", Self::Crc32Base62),
        ("crc32-hex", Self::Crc32Hex),
        ("crc32-hex-upper", Self::Crc32HexUpper),
        ("crc32-hex-swapped", Self::Crc32HexSwapped),
        ("crc32-base64-swapped", Self::Crc32Base64Swapped),
        ("crc32-base36", Self::Crc32Base36),
        ("bech32", Self::Bech32),
    ];
}

/// A checksum inside a credential: groups are bits, as in [`Step::groups`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// How it is computed.
    pub algorithm: Algorithm,
    /// Over the bytes of these groups.
    pub over: u8,
    /// What these groups must then spell.
    pub equals: u8,
}

/// What is known of a detector besides its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Stable name; the label in the output.
    pub id: Cow<'static, str>,
    /// One sentence.
    pub description: Cow<'static, str>,
    /// Where the issuer documents the form.
    pub source: Cow<'static, str>,
    /// The version of the rule set that brought it.
    pub since: Cow<'static, str>,
    /// How long such a credential lives.
    pub lifetime: Lifetime,
    /// What it is, beside its form.
    pub nature: Nature,
    /// How sure its findings are.
    pub confidence: Confidence,
    /// Bytes held back at most until a match is certain.
    pub window: u32,
    /// The names of its pattern's groups, in the order of their bits: see [`Step::groups`].
    pub groups: Cow<'static, [Cow<'static, str>]>,
    /// Its checksum.
    pub check: Option<Check>,
    /// Whether a wrong checksum is no finding.
    pub gate: bool,
    /// How much of what it finds is decided by what stands in front: nothing, a part (1), or all but
    /// what the value looks like (2). A rule with less says more of what it finds.
    pub context: u8,
    /// SHA-256 of its canonical form.
    pub digest: [u8; 32],
}

/// One way through a rule's pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Index of its rule.
    pub rule: u16,
    /// Index of its first step.
    pub first: u32,
    /// How many steps.
    pub count: u16,
    /// How many of them stand in front of the match.
    pub skip: u16,
    /// Whether the byte in front of the first step must be no word byte.
    pub lead: bool,
    /// Whether the byte behind must be no word byte.
    pub trail: bool,
}

/// A run of bytes of one set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Index of the set.
    pub set: u16,
    /// The least number of bytes.
    pub min: u32,
    /// The greatest number of bytes; `u32::MAX` is without bound.
    pub max: u32,
    /// The named groups it lies in, a bit each.
    pub groups: u8,
}

/// Where the prefilter finds shapes: those whose first bytes are alike share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// Its four bytes, the first of them lowest; the highest is [`ANY`] where the fourth may be
    /// one of several.
    pub key: u32,
    /// Distance of these bytes from the shapes' first step.
    pub offset: u8,
    /// How many bytes stand in front of the match.
    pub ahead: u8,
    /// Index of the first of [`Table::proofs`]: the sets of the shapes' first bytes, as far as
    /// they have fixed places and are looked at before there is a candidate.
    pub proof: u32,
    /// How many sets.
    pub proven: u8,
    /// Index of the first of [`Table::members`].
    pub first: u32,
    /// How many shapes.
    pub count: u16,
}

/// Stands for the fourth byte of an anchor that may be one of several: no byte of ASCII.
pub const ANY: u8 = 0xFF;

/// A name that gives a value away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// In lower case, its words joined by `_`.
    pub text: Cow<'static, str>,
    /// Index of its rule.
    pub rule: u16,
    /// What the value is.
    pub value: ValueKind,
}

/// A word in front of a rule's names with which more of their values count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Small letters and digits.
    pub text: Cow<'static, str>,
    /// Index of the rule.
    pub rule: u16,
}

/// A compiled rule set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The rules, sorted by id.
    pub rules: Cow<'static, [Rule]>,
    /// The shapes of all rules.
    pub shapes: Cow<'static, [Shape]>,
    /// The steps of all shapes.
    pub steps: Cow<'static, [Step]>,
    /// The sets of all steps.
    pub sets: Cow<'static, [ByteSet]>,
    /// The anchors, sorted by key.
    pub anchors: Cow<'static, [Anchor]>,
    /// The sets that anchors are proven with.
    pub proofs: Cow<'static, [ByteSet]>,
    /// The shapes of the anchors.
    pub members: Cow<'static, [u16]>,
    /// Hash table over the anchors' keys: index of a key's first anchor, plus one; 0 is empty.
    pub slots: Cow<'static, [u16]>,
    /// The names of all rules.
    pub names: Cow<'static, [Name]>,
    /// The issuers of all rules, sorted by rule.
    pub issuers: Cow<'static, [Issuer]>,
    /// A bit for each hash of the first three bytes of an anchor or a name: see [`Table::heads`].
    pub heads: Cow<'static, [u64]>,
    /// Masks of the anchors for the prefilter.
    pub masks: Masks,
    /// The most bytes that stand in front of a match and are looked at, but for an edge.
    pub ahead: u8,
}

impl Table {
    /// A table without rules.
    pub const EMPTY: Self = Self {
        rules: Cow::Borrowed(&[]),
        shapes: Cow::Borrowed(&[]),
        steps: Cow::Borrowed(&[]),
        sets: Cow::Borrowed(&[]),
        anchors: Cow::Borrowed(&[]),
        proofs: Cow::Borrowed(&[]),
        members: Cow::Borrowed(&[]),
        slots: Cow::Borrowed(&[]),
        names: Cow::Borrowed(&[]),
        issuers: Cow::Borrowed(&[]),
        heads: Cow::Borrowed(&[]),
        masks: Masks::EMPTY,
        ahead: 0,
    };

    /// Compiles detectors; their ids are taken to be different.
    pub fn build(detectors: &[Detector]) -> Self {
        Self::build_in(detectors, &Buckets::default())
    }

    /// The same, for a first pass whose buckets were tuned.
    pub fn build_in(detectors: &[Detector], buckets: &Buckets) -> Self {
        let mut table = Self::EMPTY.with(detectors);
        table.masks = Masks::build_in(&table.fingerprints(), buckets);
        table
    }

    /// What the first pass looks for.
    pub fn fingerprints(&self) -> Vec<Fingerprint> {
        let anchors = self.anchors.iter().map(|anchor| self.fingerprint(anchor));
        let names = self.names.iter().map(|it| name::fingerprint(&it.text));
        anchors.chain(names).collect()
    }

    /// This table and more detectors, whose ids are taken to be new.
    #[must_use]
    pub fn with(&self, detectors: &[Detector]) -> Self {
        let mut builder = Builder {
            rules: self.rules.to_vec(),
            shapes: self.shapes.to_vec(),
            steps: self.steps.to_vec(),
            sets: self.sets.to_vec(),
            names: self.names.to_vec(),
            issuers: self.issuers.to_vec(),
            groups: BTreeMap::new(),
        };
        for anchor in self.anchors.iter() {
            let proof = self.proof(anchor).iter().map(ByteSet::words).collect();
            let group = builder
                .groups
                .entry((anchor.key, anchor.offset, anchor.ahead, proof))
                .or_default();
            group.extend_from_slice(self.members_of(anchor));
        }
        for detector in detectors {
            builder.add(detector);
        }
        let mut table = builder.finish();
        table.masks = self.masks.clone();
        for anchor in table.anchors.iter() {
            let fingerprint = table.fingerprint(anchor);
            let mut known = self
                .anchors_of(anchor.key)
                .map(|(_, known)| self.fingerprint(known));
            if !known.any(|known| known == fingerprint) {
                table.masks.add(&fingerprint);
            }
        }
        for name in table
            .names
            .iter()
            .filter(|name| !self.names.iter().any(|it| it.text == name.text))
        {
            table.masks.add(&name::fingerprint(&name.text));
        }
        table
    }

    /// The rule set's digest: SHA-256 over its rules' digests in the order of their ids.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for rule in self.rules.iter() {
            hasher.update(rule.digest);
        }
        hasher.finalize().into()
    }

    /// Which bytes may begin an anchor or a name: most places that the prefilter reports by chance
    /// are told apart by it.
    #[inline]
    pub fn heads(&self) -> Heads<'_> {
        Heads(self.heads.first_chunk().unwrap_or(&[0; HEADS]))
    }

    /// The anchors with this key, each with its index.
    #[inline]
    pub fn anchors_of(&self, key: u32) -> impl Iterator<Item = (usize, &Anchor)> {
        let first = self.first_of(key).unwrap_or(self.anchors.len());
        let rest = self.anchors.get(first..).unwrap_or_default();
        rest.iter()
            .take_while(move |anchor| anchor.key == key)
            .zip(first..)
            .map(|(anchor, index)| (index, anchor))
    }

    #[inline]
    fn first_of(&self, key: u32) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = slot_of(key, self.slots.len());
        // At most half of the slots are taken, so an empty one ends the search.
        loop {
            let first = usize::from(*self.slots.get(slot)?).checked_sub(1)?;
            if self
                .anchors
                .get(first)
                .is_some_and(|anchor| anchor.key == key)
            {
                return Some(first);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The steps that a match of a shape consists of.
    #[inline]
    pub fn matched(&self, shape: &Shape) -> &[Step] {
        let steps = self.steps_of(shape);
        steps.get(usize::from(shape.skip)..).unwrap_or_default()
    }

    /// The steps of a shape, those in front of the match first.
    #[inline]
    pub fn steps_of(&self, shape: &Shape) -> &[Step] {
        let first = shape.first as usize;
        self.steps
            .get(first..first + usize::from(shape.count))
            .unwrap_or_default()
    }

    /// The sets of the first bytes of an anchor's shapes.
    #[inline]
    pub fn proof(&self, anchor: &Anchor) -> &[ByteSet] {
        let first = anchor.proof as usize;
        self.proofs
            .get(first..first + usize::from(anchor.proven))
            .unwrap_or_default()
    }

    /// The shapes of an anchor.
    #[inline]
    pub fn members_of(&self, anchor: &Anchor) -> &[u16] {
        let first = anchor.first as usize;
        self.members
            .get(first..first + usize::from(anchor.count))
            .unwrap_or_default()
    }

    /// The set of a step.
    #[inline]
    pub fn set(&self, index: u16) -> &ByteSet {
        self.sets.get(usize::from(index)).unwrap_or(&ByteSet::EMPTY)
    }

    /// The bytes by which the prefilter finds an anchor.
    #[must_use]
    pub fn fingerprint(&self, anchor: &Anchor) -> Fingerprint {
        let [a, b, c, fourth] = anchor.key.to_le_bytes();
        let any = self
            .proof(anchor)
            .get(usize::from(anchor.offset) + 3)
            .copied()
            .unwrap_or(ByteSet::FULL);
        let fourth = if fourth == ANY {
            any
        } else {
            ByteSet::single(fourth)
        };
        Fingerprint {
            sets: [
                ByteSet::single(a),
                ByteSet::single(b),
                ByteSet::single(c),
                fourth,
            ],
        }
    }
}

/// Where a key's search begins; `slots` is a power of two.
#[inline]
fn slot_of(key: u32, slots: usize) -> usize {
    let bits = slots.trailing_zeros();
    if bits == 0 {
        0
    } else {
        (key.wrapping_mul(0x9E37_79B1) >> (32 - bits)) as usize
    }
}

/// Words of [`Table::heads`]: 2 KiB, so that it stays in the nearest cache.
const HEADS: usize = 256;

/// A bit for each hash of the first three bytes of an anchor or a name.
#[derive(Debug, Clone, Copy)]
pub struct Heads<'t>(&'t [u64; HEADS]);

impl Heads<'_> {
    /// Whether an anchor or a name may have these four bytes, the first of them lowest.
    #[inline(always)]
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "the hash has as many bits as there are places"
    )]
    pub fn may_begin(self, four: u32) -> bool {
        let (word, bit) = head_of(four);
        self.0[word & (HEADS - 1)] >> bit & 1 != 0
    }
}

/// Where the first three bytes of a key are noted.
#[inline]
fn head_of(key: u32) -> (usize, u32) {
    let hash = (key << 8).wrapping_mul(0x9E37_79B1) >> (32 - HEADS.trailing_zeros() - 6);
    ((hash >> 6) as usize, hash & 63)
}

fn heads(anchors: &[Anchor], names: &[Name]) -> Vec<u64> {
    let mut heads = vec![0; HEADS];
    let anchors = anchors.iter().map(|anchor| anchor.key);
    for key in anchors.chain(names.iter().flat_map(|name| keys_of(&name.text))) {
        let (word, bit) = head_of(key);
        if let Some(word) = heads.get_mut(word) {
            *word |= 1 << bit;
        }
    }
    heads
}

/// The first three bytes of a name, in whatever case.
fn keys_of(name: &str) -> impl Iterator<Item = u32> + '_ {
    (0..8_u8).filter_map(|upper| {
        let mut key = 0;
        for (index, &byte) in name.as_bytes().first_chunk::<3>()?.iter().enumerate() {
            let byte = match upper >> index & 1 {
                1 => byte.to_ascii_uppercase(),
                _ => byte,
            };
            key |= u32::from(byte) << (8 * index);
        }
        Some(key)
    })
}

struct Builder {
    names: Vec<Name>,
    issuers: Vec<Issuer>,
    rules: Vec<Rule>,
    shapes: Vec<Shape>,
    steps: Vec<Step>,
    sets: Vec<ByteSet>,
    groups: BTreeMap<Group, Vec<u16>>,
}

/// What shapes of one anchor have in common: key, offset, bytes in front of the match, and the
/// proof's sets as words, which have an order.
type Group = (u32, u8, u8, Vec<[u64; 4]>);

impl Builder {
    fn add(&mut self, detector: &Detector) {
        let rule = index16(self.rules.len());
        self.rules.push(Rule {
            id: Cow::Owned(detector.id.clone()),
            description: Cow::Owned(detector.description.clone()),
            source: Cow::Owned(detector.source.clone()),
            since: Cow::Owned(detector.since.clone()),
            lifetime: detector.lifetime,
            nature: detector.nature.clone(),
            confidence: detector.confidence,
            window: match detector.names.is_empty() {
                true => detector.pattern.window(),
                false => NAMED_WINDOW,
            },
            groups: detector
                .pattern
                .groups
                .iter()
                .cloned()
                .map(Cow::Owned)
                .collect(),
            check: detector.check,
            gate: detector.gate,
            context: match detector.names.is_empty() {
                false => 2,
                true => u8::from(detector.pattern.shapes.iter().any(|shape| shape.skip > 0)),
            },
            digest: Sha256::digest(detector.canonical()).into(),
        });
        self.names.extend(detector.names.iter().map(|name| Name {
            text: Cow::Owned(name.clone()),
            rule,
            value: detector.value,
        }));
        self.issuers
            .extend(detector.issuers.iter().map(|issuer| Issuer {
                text: Cow::Owned(issuer.clone()),
                rule,
            }));
        for (shape, place) in detector.pattern.shapes.iter().zip(&detector.places) {
            let index = index16(self.shapes.len());
            self.shapes.push(Shape {
                rule,
                first: u32::try_from(self.steps.len()).unwrap_or(u32::MAX),
                count: index16(shape.steps.len()),
                skip: index16(shape.skip),
                lead: detector.pattern.lead,
                trail: detector.pattern.trail
                    && shape.steps.last().is_some_and(|step| step.max != UNBOUNDED),
            });
            for step in &shape.steps {
                let set = self.set(step.set);
                self.steps.push(Step {
                    set,
                    min: step.min,
                    max: step.max,
                    groups: step.groups,
                });
            }
            self.anchor(index, shape, *place);
        }
    }

    fn anchor(&mut self, index: u16, shape: &PatternShape, place: usize) {
        let ahead = shape.ahead();
        let proof = shape.fixed((place + PROOF).max(ahead as usize));
        let ahead = u8::try_from(ahead).unwrap_or(u8::MAX);
        let at = |position: usize| proof.get(place + position).copied();
        let (Some(a), Some(b), Some(c)) = (at(0), at(1), at(2)) else {
            return;
        };
        // A fourth byte of few values is part of the key.
        let fourth = match at(3).filter(|set| set.len() <= 2) {
            Some(set) => set.iter().collect(),
            None => vec![ANY],
        };
        let words: Vec<[u64; 4]> = proof.iter().map(ByteSet::words).collect();
        for a in a.iter() {
            for b in b.iter() {
                for c in c.iter() {
                    for &fourth in &fourth {
                        let key = u32::from_le_bytes([a, b, c, fourth]);
                        let offset = u8::try_from(place).unwrap_or(u8::MAX);
                        self.groups
                            .entry((key, offset, ahead, words.clone()))
                            .or_default()
                            .push(index);
                    }
                }
            }
        }
    }

    fn set(&mut self, set: ByteSet) -> u16 {
        let known = self.sets.iter().position(|other| *other == set);
        index16(known.unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        }))
    }

    fn finish(mut self) -> Table {
        // Rules in the order of their ids: the digest and the priority depend on it.
        let mut order: Vec<usize> = (0..self.rules.len()).collect();
        order.sort_by(|&a, &b| {
            let id = |index: usize| self.rules.get(index).map(|rule| rule.id.clone());
            id(a).cmp(&id(b))
        });
        let mut rank = vec![0_u16; order.len()];
        for (new, &old) in order.iter().enumerate() {
            if let Some(slot) = rank.get_mut(old) {
                *slot = index16(new);
            }
        }
        let rules = order
            .iter()
            .filter_map(|&old| self.rules.get(old).cloned())
            .collect();
        for shape in &mut self.shapes {
            shape.rule = rank
                .get(usize::from(shape.rule))
                .copied()
                .unwrap_or(shape.rule);
        }
        for name in &mut self.names {
            let rule = usize::from(name.rule);
            name.rule = rank.get(rule).copied().unwrap_or(name.rule);
        }
        for issuer in &mut self.issuers {
            let rule = usize::from(issuer.rule);
            issuer.rule = rank.get(rule).copied().unwrap_or(issuer.rule);
        }
        self.issuers
            .sort_by(|one, other| (one.rule, &one.text).cmp(&(other.rule, &other.text)));
        self.names
            .sort_by(|one, other| (&one.text, one.rule).cmp(&(&other.text, other.rule)));
        let mut anchors = Vec::new();
        let mut proofs: Vec<ByteSet> = Vec::new();
        let mut members: Vec<u16> = Vec::new();
        for ((key, offset, ahead, proof), mut shapes) in self.groups {
            shapes.sort_unstable();
            shapes.dedup();
            anchors.push(Anchor {
                key,
                offset,
                ahead,
                proof: index32(proofs.len()),
                proven: u8::try_from(proof.len()).unwrap_or(u8::MAX),
                first: index32(members.len()),
                count: index16(shapes.len()),
            });
            proofs.extend(proof.into_iter().map(ByteSet::from_words));
            members.extend(shapes);
        }
        let ahead = anchors.iter().map(|anchor| anchor.ahead).max().unwrap_or(0);
        let ahead = match self.names.is_empty() {
            true => ahead,
            false => ahead.max(NAMED_AHEAD),
        };
        Table {
            rules: Cow::Owned(rules),
            shapes: Cow::Owned(self.shapes),
            steps: Cow::Owned(self.steps),
            sets: Cow::Owned(self.sets),
            slots: Cow::Owned(slots(&anchors)),
            heads: Cow::Owned(heads(&anchors, &self.names)),
            names: Cow::Owned(self.names),
            issuers: Cow::Owned(self.issuers),
            anchors: Cow::Owned(anchors),
            proofs: Cow::Owned(proofs),
            members: Cow::Owned(members),
            masks: Masks::EMPTY,
            ahead,
        }
    }
}

/// Indices are 16 bits wide; documents are bounded far below that.
fn index16(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

fn index32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn slots(anchors: &[Anchor]) -> Vec<u16> {
    if anchors.is_empty() {
        return Vec::new();
    }
    let size = (anchors.len() * 2 + 2).next_power_of_two();
    let mut slots = vec![0_u16; size];
    let mut previous = None;
    for (index, anchor) in anchors.iter().enumerate() {
        if previous.replace(anchor.key) == Some(anchor.key) {
            continue;
        }
        let mut slot = slot_of(anchor.key, size);
        while slots.get(slot).is_some_and(|&taken| taken != 0) {
            slot = (slot + 1) & (size - 1);
        }
        if let Some(free) = slots.get_mut(slot) {
            *free = index16(index + 1);
        }
    }
    slots
}
