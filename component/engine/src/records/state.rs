//! A stream of records as bytes, so that another instance can go on with it.
//!
//! # Invariant
//! The state holds offsets, labels, names of rules and the ordinary redactor's own state; no
//! input byte that was not released. A held line is read again. What stands before it and was not
//! yet released is read again too, and replaced as it was: values that came or went in between
//! do not change it.

use hushgate_detector::document::Confidence;

use super::{
    Line, Records, Replay,
    ledger::{Ledger, Piece},
};
use crate::{
    detect::Checksum,
    redact::{Checkpoint, Finding, OpenError, Options, Position, Reader, Redactor, Writer, seal},
    rules::Rules,
};

/// Tells these states from those of the ordinary redactor, which begin with a lower number.
const VERSION: u8 = 0x81;
/// Most parts of lines that wait for release: a record has no more.
const MAX_PIECES: u64 = 4 * super::MAX_RECORD as u64;
/// Longest text of a part: a label in quotes that are escaped at every level of nesting.
const MAX_TEXT: u64 = 256;

impl Records {
    /// From where another redactor can go on.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        let inner = self.text.checkpoint();
        let read = self.ledger.raw_end() - self.replay.swallow;
        let mut offset = self.ledger.raw(inner.offset);
        if offset > read {
            // In the middle of a piece that is being done again.
            offset = self.ledger.last().map_or(read, |piece| piece.raw);
        }
        let out = self.ledger.out(offset);
        let (origin, pieces) = self.ledger.parts();
        let mut state = Writer(Vec::with_capacity(inner.state.len() + 128));
        state.0.push(VERSION);
        [origin.0, origin.1, offset]
            .into_iter()
            .for_each(|it| state.number(it));
        state.number(inner.offset.saturating_sub(out));
        state.number(self.ledger.raw_end().max(self.replay.until));
        state.0.push(u8::from(self.kind == Line::Text));
        state.number(self.number);
        match self.open {
            None => state.0.push(0),
            Some((start, raw, column)) => {
                state.0.push(1);
                [start, raw, column]
                    .into_iter()
                    .for_each(|it| state.number(it));
            }
        }
        let pieces: Vec<&Piece> = pieces.chain(self.replay.pieces.iter().rev()).collect();
        state.number(pieces.len() as u64);
        for piece in pieces {
            state.number(piece.raw);
            state.number(piece.raw_end);
            state.text(piece.text.as_bytes());
        }
        state.number(self.pending.len() as u64);
        self.pending
            .iter()
            .for_each(|it| write_finding(&mut state, it));
        state.text(&inner.state);
        let seal = seal(&state.0);
        state.0.extend_from_slice(&seal);
        Checkpoint {
            offset,
            state: state.0,
        }
    }

    /// Whether nothing that was pushed matters any more: a stream that begins here goes on as this one
    /// does, but counts from here. It holds as long as no value comes or goes.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        let replayed = self.replay.pieces.is_empty()
            && self.replay.swallow == 0
            && self.replay.skip == 0
            && self.replay.until <= self.ledger.raw_end();
        let at_line_start = self.kind == Line::Held && self.held.is_empty();
        replayed
            && (at_line_start || cfg!(sabotage = "fresh-inside-a-line"))
            && self.pending.is_empty()
            && self.text.is_fresh()
    }

    /// A redactor that goes on where another one took a checkpoint: push the input from the
    /// checkpoint's offset on.
    ///
    /// # Errors
    /// Where the state was not taken with these rules and options, or `options` is faulty.
    pub fn resume(rules: &Rules, options: &Options, state: &[u8]) -> Result<Self, OpenError> {
        let (body, end) = state
            .split_last_chunk::<8>()
            .ok_or(OpenError::ForeignState)?;
        if seal(body) != *end {
            return Err(OpenError::ForeignState);
        }
        let (place, inner) = read(Reader(body)).ok_or(OpenError::ForeignState)?;
        let mut records = Self::around(rules, options, Redactor::resume(rules, options, inner)?)?;
        records.ledger = place.ledger;
        records.kind = place.kind;
        records.number = place.number;
        records.open = place.open;
        records.replay = place.replay;
        records.pending = place.pending;
        Ok(records)
    }
}

/// All that a state says beside the ordinary redactor's state.
struct Place {
    ledger: Ledger,
    kind: Line,
    number: u64,
    open: Option<(u64, u64, u64)>,
    replay: Replay,
    pending: Vec<Finding>,
}

fn read(mut reader: Reader<'_>) -> Option<(Place, &[u8])> {
    if reader.byte()? != VERSION {
        return None;
    }
    let mut ledger = Ledger::at(reader.number()?, reader.number()?);
    let offset = reader.number()?;
    let (skip, until) = (reader.number()?, reader.number()?);
    let kind = match reader.byte()? {
        0 => Line::Held,
        1 => Line::Text,
        _ => return None,
    };
    let number = reader.number()?;
    let open = match reader.byte()? {
        0 => None,
        1 => Some((reader.number()?, reader.number()?, reader.number()?)),
        _ => return None,
    };
    let mut pieces = Vec::new();
    for _ in 0..reader.length(MAX_PIECES)? {
        let piece = Piece {
            at: 0,
            raw: reader.number()?,
            raw_end: reader.number()?,
            text: text(&mut reader)?,
        };
        if piece.raw_end <= offset {
            ledger.copy(piece.raw.checked_sub(ledger.raw_end())?);
            ledger.replace(piece.raw_end.checked_sub(piece.raw)?, piece.text);
        } else if !cfg!(sabotage = "resume-forgets-labels") {
            pieces.push(piece);
        }
    }
    ledger.copy(offset.checked_sub(ledger.raw_end())?);
    pieces.reverse();
    let mut pending = Vec::new();
    for _ in 0..reader.length(MAX_PIECES)? {
        pending.push(finding(&mut reader)?);
    }
    let length = reader.length(u64::MAX)?;
    let inner = reader.take(length)?;
    let replay = Replay {
        pieces,
        swallow: 0,
        until,
        skip,
    };
    let place = Place {
        ledger,
        kind,
        number,
        open,
        replay,
        pending,
    };
    reader.0.is_empty().then_some((place, inner))
}

fn text(reader: &mut Reader<'_>) -> Option<String> {
    let length = reader.length(MAX_TEXT)?;
    Some(std::str::from_utf8(reader.take(length)?).ok()?.to_owned())
}

fn write_finding(state: &mut Writer, finding: &Finding) {
    state.text(finding.rule.as_bytes());
    state.number(finding.start);
    state.number(finding.end);
    state.number(finding.position.line);
    state.number(finding.position.column);
    state.0.push(match finding.confidence {
        Confidence::Low => 0,
        Confidence::Medium => 1,
        Confidence::High => 2,
    });
    state.0.push(match finding.checksum {
        Checksum::Absent => 0,
        Checksum::Right => 1,
        Checksum::Wrong => 2,
    });
    state.fingerprint(finding.fingerprint.as_deref());
}

fn finding(reader: &mut Reader<'_>) -> Option<Finding> {
    Some(Finding {
        rule: text(reader)?,
        start: reader.number()?,
        end: reader.number()?,
        position: Position {
            line: reader.number()?,
            column: reader.number()?,
        },
        confidence: match reader.byte()? {
            0 => Confidence::Low,
            1 => Confidence::Medium,
            2 => Confidence::High,
            _ => return None,
        },
        checksum: match reader.byte()? {
            0 => Checksum::Absent,
            1 => Checksum::Right,
            2 => Checksum::Wrong,
            _ => return None,
        },
        fingerprint: reader.fingerprint()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{redact::Framing, values::Values};

    #[test]
    fn what_was_replaced_and_is_read_again_is_replaced_again() {
        let rules = Rules::standard();
        let options = Options {
            framing: Framing::Json,
            ..Options::default()
        };
        let mut values = Values::new(&rules);
        values.add(b"hunter2").expect("long enough");
        // It may begin behind the label, so the label's last byte is still looked at.
        values.add(b"\"\nsecond line").expect("long enough");
        let input = b"\"\\u0068\\u0075nter2\"\n[7]\n";
        let cut = b"\"\\u0068\\u0075nter2\"\n".len();

        let mut records = Records::open(&rules, &options).expect("no detector is named");
        let mut out = Vec::new();
        records.push(&values, &input[..cut], &mut out);
        let checkpoint = records.checkpoint();
        let from = usize::try_from(checkpoint.offset).expect("a short input");
        assert!(from < cut - 2, "the label is read again");

        // Nothing finds it a second time.
        values.remove(b"hunter2");
        let resumed = Records::resume(&rules, &options, &checkpoint.state);
        let mut resumed = resumed.expect("a state of these rules and options");
        resumed.push(&values, &input[from..], &mut out);
        resumed.finish(&values, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "\"[registered]\"\n[7]\n");
    }
}
