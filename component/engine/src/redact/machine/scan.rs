//! Candidates in the bytes that are new.
//!
//! # Promise
//! Whatever may begin a match is a hit once its beginning is at hand; where too little is there to say
//! so, [`Stream::partial`](super::Stream) holds back.

use hushgate_prefilter::{SPAN, gather};

use super::{Redactor, Stream};
use crate::{
    detect::{Checksum, Hit, Hits, Matched, Place, What},
    named::{Named, Seen, Text},
    redact::encoded::{Content, Judge, Kind, Window, Wrapping},
    values::{SEEN, Values},
};

impl Redactor {
    /// Takes part in a change of the registered values before the next byte is read.
    pub(super) fn catch_up(&mut self, values: &Values) {
        let stream = &mut self.stream;
        if stream.generation == Some(values.generation()) {
            return;
        }
        if stream.generation.replace(values.generation()).is_some() {
            match &mut stream.open {
                Some(open) if open.written.is_some() => {
                    // What a removed value began stays hidden as far as it was read.
                    open.lives.retain(|live| match live.what {
                        Matched::Shape(_) | Matched::Wrapping(..) => true,
                        Matched::Form(form) => values.form(form).is_some(),
                    });
                }
                Some(open) => {
                    stream.decided = open.start;
                    stream.open = None;
                }
                // What is held was not decided yet, and what begins before it was released.
                None => {}
            }
        }
        stream.hits.clear();
        for &cut in &stream.cuts {
            stream.hits.push(Hit {
                start: cut,
                what: What::Cut,
            });
        }
        stream.scanned = stream.base;
        stream.encoded.restart(stream.base);
        stream.hits.skip_to(stream.decided);
    }

    /// Looks for candidates in what is new.
    pub(super) fn scan(&mut self, values: &Values, ended: bool) {
        let (rules, table) = (&self.rules, self.rules.table());
        let (enabled, places, names) = (&self.enabled, &mut self.places, rules.value_names());
        let allowed = &self.allowed;
        let stream = &mut self.stream;
        let (heads, has_tiny) = (table.heads(), values.has_tiny());
        let (bytes, base, decided) = (stream.bytes.as_slice(), stream.base, stream.decided);
        let (hits, runs, encoded) = (&mut stream.hits, &stream.runs, &mut stream.encoded);
        let seen = &mut stream.seen;
        let text = Text { bytes, base, ended };
        // The last windows are not whole, and a registered value may not be.
        let unseen = if values.is_empty() { 3 } else { SEEN };
        let mut again = bytes.len().saturating_sub(unseen);
        let mut partial = u64::MAX;
        let mut from = usize::try_from(stream.scanned.saturating_sub(base)).unwrap_or(0);
        // Both passes go over a block while it is in the nearest cache, and leave what they find
        // nearly in order.
        while from < bytes.len() {
            let to = (from + SPAN).min(bytes.len());
            gather(values.masks(), bytes, from, places);
            if has_tiny {
                places.retain(bytes, |four| {
                    heads.may_begin(four) | values.may_begin_tiny(four)
                });
            } else {
                places.retain(bytes, |four| heads.may_begin(four));
            }
            for at in places.iter() {
                let four = four(bytes, at);
                rules.anchors().at(table, bytes, at, four, |found| {
                    let from = base + found.start as u64;
                    let start = from + found.ahead as u64;
                    if start < decided || !enabled.anchor(usize::from(found.anchor)) {
                        return;
                    }
                    if !found.proven {
                        if !ended {
                            again = again.min(at);
                            partial = partial.min(start);
                        }
                        return;
                    }
                    let place = Place {
                        runs,
                        bytes: bytes.get(found.start..).unwrap_or_default(),
                        start: from,
                        ended,
                        edge: true,
                    };
                    if rules.trials().any(found.anchor, &place) {
                        let what = What::Anchor(found.anchor);
                        hits.push(Hit { start, what });
                    } else {
                        hits.push_failed(start);
                    }
                });
                if names.may_begin(four) {
                    names.at(table, text, (at, four), seen, |named| match named {
                        // Where that is decided, what stands in front of the name may be gone.
                        Named::Undecided(place) if base + (place as u64) < decided => {}
                        Named::Undecided(place) => {
                            again = again.min(at);
                            if !cfg!(sabotage = "named-value-not-held") {
                                partial = partial.min(base + place as u64);
                            }
                        }
                        Named::Value(value) => {
                            let start = base + value.start as u64;
                            if start >= decided && enabled.rule(value.rule) {
                                let whole = bytes.get(value.start..value.start + value.judged);
                                if allowed.value(value.rule, whole.unwrap_or_default()) {
                                    return;
                                }
                                encoded.note(
                                    start,
                                    Wrapping {
                                        kind: Kind::Named(value.quote),
                                        rule: Some(value.rule),
                                        checksum: Checksum::Absent,
                                        content: Content::Beginning(value.judged),
                                    },
                                );
                                hits.push(Hit {
                                    start,
                                    what: What::Wrapping,
                                });
                            }
                        }
                    });
                }
                if values.may_begin_tiny(four) {
                    candidate(values, bytes, base, decided, at, hits);
                }
            }
            values.scan(bytes, from, to, (base % 4) as usize, |at| {
                candidate(values, bytes, base, decided, at, hits);
            });
            from = to;
        }
        stream.partial = if cfg!(sabotage = "half-seen-candidate-forgotten") {
            u64::MAX
        } else {
            partial
        };
        stream.scanned = stream.scanned.max(base + again as u64);
        self.unwrap(values, ended);
    }

    /// Whether a credential may begin in `text`, and go on behind it; where none may, none does.
    pub(crate) fn may_begin_in(&self, values: &Values, text: &[u8]) -> bool {
        let (rules, table) = (&self.rules, self.rules.table());
        let (heads, mut any) = (table.heads(), false);
        let mut seen = Seen::default();
        hushgate_prefilter::scan(values.masks(), text, 0, |at| {
            let four = four(text, at);
            any |= values.may_begin_tiny(four);
            if !any && heads.may_begin(four) {
                let anchors = rules.anchors();
                anchors.at(table, text, at, four, |_| any = true);
                if rules.value_names().may_begin(four) {
                    let names = rules.value_names();
                    let text = Text {
                        bytes: text,
                        base: 0,
                        ended: false,
                    };
                    names.at(table, text, (at, four), &mut seen, |_| any = true);
                }
            }
        });
        any
    }

    /// Looks for credentials in encoded text that is new.
    fn unwrap(&mut self, values: &Values, ended: bool) {
        let judge = Judge {
            rules: &self.rules,
            enabled: &self.enabled,
            values,
        };
        let Stream {
            bytes,
            base,
            decided,
            hits,
            encoded,
            ..
        } = &mut self.stream;
        let window = Window {
            bytes,
            base: *base,
            ended,
        };
        encoded.advance(judge, window, |start| {
            if start >= *decided {
                hits.push(Hit {
                    start,
                    what: What::Wrapping,
                });
            }
        });
    }

    /// Whether encoded text in `text`, of which all is at hand, holds a credential.
    pub(crate) fn any_encoded_in(&self, values: &Values, text: &[u8]) -> bool {
        let judge = Judge {
            rules: &self.rules,
            enabled: &self.enabled,
            values,
        };
        judge.any_in(text)
    }
}

/// The four bytes at an index, the first of them lowest.
#[inline]
fn four(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>);
    four.map_or(0, |four| u32::from_le_bytes(*four))
}

/// Notes the registered values that may begin at index `at`.
fn candidate(values: &Values, bytes: &[u8], base: u64, decided: u64, at: usize, hits: &mut Hits) {
    let start = base + at as u64;
    let rest = bytes.get(at..).unwrap_or_default();
    if start >= decided && !values.is_empty() && values.begins(rest) {
        if values.any_at(rest) {
            hits.push(Hit {
                start,
                what: What::Value,
            });
        } else {
            hits.push_failed(start);
        }
    }
}
