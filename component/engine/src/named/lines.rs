//! Keys of which each line stands behind something: the time and the name that a log puts there, or what a
//! program writes around its texts.
//!
//! # How one is found
//! Behind the head of a block, such as `-----BEGIN … PRIVATE KEY-----`, the first line that holds a line of
//! base64 shows what stands in front of the key and behind it: its [`Frame`]. What follows is the key's as far as it
//! stands in the same frame, in which digits may differ. Lines between that do not, such as those of another
//! container, are part of the finding where the key goes on behind them.
//!
//! A key with nothing around its lines, or a sign, is bare. The form of the whole block finds it, up to the first
//! line of something else; so here it counts only once it goes on behind one.
//!
//! # Promise
//! The finding begins right behind the head and ends with the last line of the key, in front of what stands
//! behind that, whether an end follows or not. Redacting again changes nothing.
//!
//! # Why it holds
//! Whether a line is taken depends on it and the lines in front, all of which are in the finding, and none of
//! which holds a label. So what is a finding in the output was one in the input.
//!
//! # Bounds
//! A line has at most [`LINE`] bytes; at most [`BETWEEN`] bytes without a line of the key are waited for.

use hushgate_detector::table::Table;
use hushgate_prefilter::{ByteSet, Class, ENCODED};

use super::front;

/// Most bytes of a line.
const LINE: usize = 512;
/// Most bytes of other lines in a row; of those in front of the first line of the key too.
const BETWEEN: usize = 2048;
/// How long the first line of a key is at least and at most: tools break lines at 64, 70 or 76.
const WIDTH: std::ops::RangeInclusive<usize> = 60..=128;
/// At how many places of a line a key is looked for.
const TRIES: u32 = 32;
/// How a line begins that ends a bare key, or begins another block.
const ENDS: [&str; 4] = ["-----END ", "-----BEGIN ", "---- END ", "---- BEGIN "];
/// How lines begin that belong to a block though they are no base64.
const HEADERS: [&str; 7] = [
    "Proc-Type: ",
    "DEK-Info: ",
    "Version: ",
    "Comment: ",
    "Hash: ",
    "Charset: ",
    "Subject: ",
];
/// Most bytes of the words in a head.
const WORDS: usize = 24;

/// Base64 as keys are written in.
static BASE64: Class = Class::new(
    &ENCODED.intersection(
        &ByteSet::single(b'-')
            .union(&ByteSet::single(b'_'))
            .complement(),
    ),
);

/// What stands around each line of a key, and how long its lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    front: u32,
    back: u32,
    width: u32,
    /// Whether nothing but blanks or signs stands around it.
    bare: bool,
    /// Whether a line of something else stands between it and the head.
    apart: bool,
}

/// Stand for [`Frame::bare`] and [`Frame::apart`] beside a width.
const MARKS: [u32; 2] = [1 << 31, 1 << 30];

/// The first line of a key, and where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum First {
    Nothing,
    More,
    At(usize, Frame),
}

/// How a key goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Next {
    /// Where its last line ends that is at hand.
    pub(crate) end: usize,
    /// Whether that was a short one.
    pub(crate) short: bool,
    /// Whether it is more than the form of the block finds.
    pub(crate) beyond: bool,
    /// Whether it is certain that no more follow.
    pub(crate) over: bool,
}

impl Frame {
    /// Both numbers of a state.
    pub(crate) fn numbers(self) -> (u32, u64) {
        let marks = MARKS.into_iter().zip([self.bare, self.apart]);
        let marks = marks.map(|(mark, is)| if is { mark } else { 0 });
        let width = self.width | marks.sum::<u32>();
        (self.front, u64::from(width) << 32 | u64::from(self.back))
    }

    pub(crate) fn numbered(front: u32, rest: u64) -> Self {
        let low = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or(0);
        let width = low(rest >> 32);
        let [bare, apart] = MARKS.map(|mark| width & mark != 0);
        Self {
            front,
            back: low(rest),
            width: width & !MARKS.iter().sum::<u32>(),
            bare,
            apart,
        }
    }
}

/// The length of what belongs to the head of a block behind a name that stands at `at` and ends at `behind`;
/// nothing where that is no head, and no length where too little is there to say so.
pub(super) fn head(text: &[u8], at: usize, behind: usize, ended: bool) -> Option<Option<usize>> {
    let (front, rest) = (text.get(..at)?, text.get(behind..)?);
    let takes = |end: &str| match rest.len() < end.len() && !ended {
        true => end.as_bytes().starts_with(rest).then_some(None),
        false => rest.starts_with(end.as_bytes()).then_some(Some(end.len())),
    };
    match text.get(at..behind)? {
        b"PRIVATE KEY" => {
            let is_word =
                |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ';
            let words = front.iter().rev().take(WORDS);
            let words = words.take_while(|byte| is_word(byte)).count();
            let (dashes, words) = front.split_at(front.len() - words);
            if words.starts_with(b"BEGIN ") && dashes.ends_with(b"-----") {
                takes("-----").or_else(|| takes(" BLOCK-----"))
            } else if words.starts_with(b" BEGIN SSH2 ") && dashes.ends_with(b"----") {
                takes(" ----")
            } else {
                None
            }
        }
        b"Private-Lines" => {
            let digits = rest.iter().skip(2).take(3);
            let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
            match takes(": ")? {
                None => Some(None),
                Some(_) if rest.len() == 2 + digits && !ended => Some(None),
                Some(_) => (digits > 0).then_some(Some(2 + digits)),
            }
        }
        _ => None,
    }
}

/// The first line of the key in `rest`, which begins right behind the head of its block.
pub(crate) fn first(table: &Table, rest: &[u8], ended: bool) -> First {
    let (mut from, mut apart, mut is_about) = (0, false, false);
    loop {
        // Another block begins, or this one ends: heads without keys are read once, one up to the next.
        let near = rest.get(from..).unwrap_or_default();
        let near = near.get(..LINE).unwrap_or(near);
        let mut stops = near.windows(4).enumerate();
        let stop = stops.find(|(_, it)| it.first() == Some(&b'\n') || *it == b"----");
        if stop.is_some_and(|(at, _)| near.get(at) == Some(&b'-')) {
            return First::Nothing;
        }
        let line = match line(rest, from, ended) {
            Line::Whole(line) => line,
            Line::Part => return First::More,
            Line::Long => return First::Nothing,
        };
        if begins_another(line) || holds_label(table, line) {
            return First::Nothing;
        }
        let run = match from {
            0 => None,
            _ => widest(line),
        };
        if let Some((start, width)) = run {
            let (front, rest_of_line) = line.split_at_checked(start).unwrap_or_default();
            let end = width + padding(rest_of_line.get(width..).unwrap_or_default());
            let back = rest_of_line.get(end..).unwrap_or_default();
            let bare = front.iter().all(is_sign) && back.trim_ascii().is_empty();
            // A message about keys, and something else behind it.
            if bare && is_about {
                return First::Nothing;
            }
            let frame = Frame {
                front: look(front),
                back: look(back.trim_ascii_end()),
                width: u32::try_from(width).unwrap_or(0),
                bare,
                apart,
            };
            return First::At(from + start + end, frame);
        }
        let is_header = || HEADERS.iter().any(|it| line.starts_with(it.as_bytes()));
        let is_other = !line.iter().all(is_sign) && !is_header();
        is_about |= is_other && from == 0;
        apart |= is_other;
        from += line.len() + 1;
        if from > BETWEEN || from > rest.len() {
            return First::Nothing;
        }
    }
}

/// How a key goes on in `rest`, which begins right behind one of its lines; `short` says that this was one, so
/// that at most a checksum follows.
pub(crate) fn next(table: &Table, frame: Frame, rest: &[u8], mut short: bool, ended: bool) -> Next {
    let (mut end, mut from) = (0, 0);
    // Whether a line of something else stands behind the last one of the key, and where a line of it ends that
    // may be its last: nothing but the end of the block says so.
    let (mut alone, mut last) = (false, None);
    // How far it goes without such lines.
    let (mut beyond, mut broken) = (!frame.bare || frame.apart, false);
    let mut is_rest = true;
    let over = loop {
        let line = match line(rest, from, ended) {
            Line::Whole(line) => line,
            Line::Part => break false,
            Line::Long => break true,
        };
        if !is_rest {
            if holds_label(table, line) {
                break true;
            }
            let part = part(frame, line);
            broken |= matches!(part, Part::Other | Part::Alike);
            match part {
                Part::Other if cfg!(sabotage = "key-ends-at-a-line-of-another") => break true,
                Part::Other => {}
                Part::End => {
                    if let Some(last) = last {
                        (end, short, beyond) = (last, true, true);
                    }
                    break true;
                }
                // Where nothing stands in front, a short line may be one of something else.
                Part::Alike if short && !frame.bare => break true,
                Part::Alike => (alone, last) = (true, None),
                // A short line behind it may be anything.
                Part::Key {
                    length, is_short, ..
                } if alone && is_short => last = Some(from + length),
                Part::Key {
                    is_mixed: false, ..
                } if alone && frame.bare => {}
                Part::Key {
                    is_short: false,
                    is_mixed: true,
                    length,
                    ..
                } if frame.bare => {
                    broken |= short;
                    (end, short, alone, beyond) = (from + length, false, false, beyond || broken);
                    last = None;
                }
                Part::Key { is_sum: false, .. } if short => break true,
                Part::Key {
                    length, is_short, ..
                } => {
                    (end, short, alone) = (from + length, is_short, false);
                }
            }
        }
        is_rest = false;
        from += line.len() + 1;
        if from.saturating_sub(end) > BETWEEN {
            break true;
        }
        if from >= rest.len() {
            break ended;
        }
    };
    Next {
        end,
        short,
        beyond,
        over,
    }
}

/// What a line is.
enum Part {
    /// None in the frame.
    Other,
    /// One in the frame that holds no line of a key.
    Alike,
    /// The end of the block.
    End,
    /// A line of the key, where that ends, and whether it is shorter than the first or a checksum.
    Key {
        length: usize,
        is_short: bool,
        is_sum: bool,
        /// Whether it has small and capital letters and digits.
        is_mixed: bool,
    },
}

fn part(frame: Frame, line: &[u8]) -> Part {
    let mut found = Part::Other;
    let mut look = Look::default();
    let mut tries = TRIES;
    for at in 0..=line.len() {
        let rest = line.get(at..).unwrap_or_default();
        if look.hash == frame.front {
            // Digits are alike, so of a long number each one ends what looks like the front.
            if tries == 0 {
                return Part::Other;
            }
            tries -= 1;
            let is_end = match frame.bare {
                true => ENDS.iter().any(|end| rest.starts_with(end.as_bytes())),
                false => rest.starts_with(b"----"),
            };
            if is_end || rest.starts_with(b"Private-MAC: ") {
                return Part::End;
            }
            if let Some((length, is_short, is_sum)) = body(frame, rest) {
                return Part::Key {
                    length: at + length,
                    is_short,
                    is_sum,
                    is_mixed: rest.get(..length).is_some_and(is_mixed),
                };
            }
            found = match found {
                // What ends the frame may begin as a key does.
                _ if !frame.bare && rest.windows(4).any(|it| it == b"----") => Part::End,
                _ => Part::Alike,
            };
        }
        match rest.first() {
            Some(&byte) => look.add(byte),
            None => break,
        }
    }
    found
}

/// The length of the line of a key at the start of `rest`, if it goes up to what stands behind it.
fn body(frame: Frame, rest: &[u8]) -> Option<(usize, bool, bool)> {
    let sum = usize::from(rest.first() == Some(&b'='));
    let run = run(rest.get(sum..)?);
    let width = usize::try_from(frame.width).unwrap_or(0);
    let signs = padding(rest.get(sum + run..)?);
    let length = sum + run + signs;
    let back = rest.get(length..)?.trim_ascii_end();
    let fits = match sum {
        1 => run == 4,
        // What is encoded has groups of four characters, and all lines but the last as many.
        _ => {
            (1..=width).contains(&run)
                && (!width.is_multiple_of(4) || (run + signs).is_multiple_of(4))
        }
    };
    (fits && look(back) == frame.back).then_some((length, run < width || signs > 0, sum == 1))
}

/// Where a line of base64 begins in a line, and how long it is.
fn widest(line: &[u8]) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| rest.len() >= *WIDTH.start()) {
        let length = run(rest);
        let here = rest.get(..length).unwrap_or_default();
        if WIDTH.contains(&length) && is_mixed(here) {
            return Some((at, length));
        }
        at += length + 1;
    }
    None
}

/// Whether it has small and capital letters and digits, as a line of a key has.
fn is_mixed(line: &[u8]) -> bool {
    line.iter().any(u8::is_ascii_lowercase)
        && line.iter().any(u8::is_ascii_uppercase)
        && line.iter().any(u8::is_ascii_digit)
}

/// What stands alone in front of the lines of keys that are quoted or commented out.
fn is_sign(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'#' | b'>' | b'<' | b'|' | b';' | b'%')
}

/// How many bytes of base64 stand at the start.
fn run(text: &[u8]) -> usize {
    BASE64.run(text)
}

fn padding(text: &[u8]) -> usize {
    let signs = text.iter().take(2);
    signs.take_while(|&&byte| byte == b'=').count()
}

/// A line that begins at an index.
enum Line<'t> {
    Whole(&'t [u8]),
    /// Its end is not at hand.
    Part,
    Long,
}

fn line(text: &[u8], from: usize, ended: bool) -> Line<'_> {
    let rest = text.get(from..).unwrap_or_default();
    let near = rest.get(..LINE).unwrap_or(rest);
    match near.iter().position(|&byte| byte == b'\n') {
        Some(length) => Line::Whole(near.get(..length).unwrap_or_default()),
        None if near.len() == LINE => Line::Long,
        None if ended => Line::Whole(near),
        None => Line::Part,
    }
}

/// Whether the head of a key of PuTTY is in it.
fn begins_another(line: &[u8]) -> bool {
    let head = b"Private-Lines: ";
    line.windows(head.len()).any(|it| it == head)
}

/// Whether what may have been written for a finding is in it.
fn holds_label(table: &Table, line: &[u8]) -> bool {
    let is_end = |byte: u8| matches!(byte, b']' | b'*') || !byte.is_ascii();
    let ends = line.iter().enumerate().filter(|(_, byte)| is_end(**byte));
    let mut fronts = ends.map(|(at, _)| line.get(..=at).unwrap_or_default());
    fronts.any(|text| front::ends_with_label(text, table)) && !cfg!(sabotage = "key-behind-a-label")
}

/// How a text looks: words with a digit in them, numbers and times are alike, and so are blanks.
fn look(text: &[u8]) -> u32 {
    let mut look = Look::default();
    text.iter().for_each(|&byte| look.add(byte));
    look.hash
}

/// The same, byte by byte.
struct Look {
    hash: u32,
    /// The hash in front of the word at hand.
    before: u32,
    last: Last,
}

/// What was seen last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Other,
    Blank,
    /// A word without a digit so far.
    Word,
    /// One with a digit.
    Number,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            hash: 0x811c_9dc5,
            before: 0,
            last: Last::Other,
        }
    }
}

impl Look {
    fn add(&mut self, byte: u8) {
        let next = match byte {
            b'0'..=b'9' => Last::Number,
            b'a'..=b'z' | b'A'..=b'Z' if self.last != Last::Number => Last::Word,
            b'a'..=b'z' | b'A'..=b'Z' | b'.' | b',' | b':' if self.last == Last::Number => {
                Last::Number
            }
            b' ' | b'\t' => Last::Blank,
            _ => Last::Other,
        };
        let kind = match next {
            Last::Number => b'0',
            Last::Blank => b' ',
            Last::Word | Last::Other => byte,
        };
        match (self.last, next) {
            (Last::Number, Last::Number) | (Last::Blank, Last::Blank) => return,
            // Whatever the word began with.
            (Last::Word, Last::Number) => self.hash = self.before,
            (Last::Word, Last::Word) => {}
            (_, Last::Word) => self.before = self.hash,
            _ => {}
        }
        self.hash = (self.hash ^ u32::from(kind)).wrapping_mul(0x0100_0193);
        self.last = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    const BODY: &str = "MIIEexampleONLYexampleONLY0exampleONLYexampleONLYexample0nlyEXAM";

    fn end_of_first(rest: &str, ended: bool) -> Option<usize> {
        match first(Rules::standard().table(), rest.as_bytes(), ended) {
            First::At(end, _) => Some(end),
            _ => None,
        }
    }

    #[test]
    fn the_first_line_shows_the_frame() {
        let text = format!("\nweb-1  | {BODY}\n");
        assert_eq!(end_of_first(&text, false), Some(text.len() - 1));
        let text = format!("\\n\"}}\n{{\"log\":\"{BODY}\\n\"}}\n");
        assert_eq!(end_of_first(&text, false), Some(text.len() - 5));
        for text in [
            format!("\nweb-1 | -----BEGIN X-----\nweb-1 | {BODY}\n"),
            format!("[private-key-lines]\nweb-1 | {BODY}\n"),
            format!("\nweb-1 | {}\n", BODY.to_lowercase()),
        ] {
            assert_eq!(end_of_first(&text, true), None, "{text}");
        }
    }

    #[test]
    fn looks_differ_in_more_than_numbers() {
        for (one, other) in [
            ("2026-01-02T03:04:05.1Z ", "2026-01-02T03:04:06Z "),
            ("Jan  2 03:04 app[7]: ", "Jan 12 13:04 app[71]: "),
            ("[a1b2c3] x", "[9f8e7d] x"),
            ("pod/web-7f9c ", "pod/web-d2 "),
        ] {
            assert_eq!(look(one.as_bytes()), look(other.as_bytes()), "{one}");
        }
        for (one, other) in [("web-1 | ", "db-1 | "), ("a ", "a"), ("a1-", "a1+")] {
            assert_ne!(look(one.as_bytes()), look(other.as_bytes()), "{one}");
        }
    }
}
