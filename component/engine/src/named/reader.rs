//! Reads on behind a name, byte by byte.
//!
//! # Promise
//! What is said of a text holds however it goes on: where that depends on bytes which are not at hand yet,
//! reading stops with [`Stop::More`].

use super::{
    Quote,
    front::{Front, is_word},
    parse::REACH,
};

/// Most bytes of a word behind a name.
pub(super) const WORD: usize = 24;
/// Most blanks in one place.
pub(super) const BLANKS: usize = 16;
/// Most blanks around an end of a line.
const INDENT: usize = 40;

/// Quotes as they are written in a text inside a text.
const QUOTES: [(&str, Quote); 6] = [
    (r#"\""#, Quote::Escaped),
    (r#"\\\""#, Quote::Nested),
    (r#"\\\\\\\""#, Quote::Deep),
    (r"\u0022", Quote::Unicode),
    ("&quot;", Quote::Entity),
    ("&#34;", Quote::Entity),
];

/// What begins the setting of a colour.
const ESCAPES: [&str; 7] = [
    "\x1b[", r"\u001b[", r"\u001B[", r"\x1b[", r"\x1B[", r"\033[", r"\e[",
];

/// Why reading ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Nothing,
    More,
}

/// Reads on, byte by byte.
pub(super) struct Reader<'t> {
    text: &'t [u8],
    place: usize,
    ended: bool,
    /// Where the name begins, and ends.
    at: usize,
    name_end: usize,
}

impl<'t> Reader<'t> {
    /// One that reads on at `place`, behind the name at `at`.
    pub(super) const fn new(text: &'t [u8], at: usize, place: usize, ended: bool) -> Self {
        Self {
            text,
            place,
            ended,
            at,
            name_end: place,
        }
    }

    /// Where it reads on.
    pub(super) const fn place(&self) -> usize {
        self.place
    }

    /// Goes to another place.
    pub(super) const fn go_to(&mut self, place: usize) {
        self.place = place;
    }

    /// The bytes from there on.
    pub(super) fn rest(&self) -> &[u8] {
        self.text.get(self.place..).unwrap_or_default()
    }

    /// The bytes that were read since it stood at `from`.
    pub(super) fn since(&self, from: usize) -> &'t [u8] {
        self.text.get(from..self.place).unwrap_or_default()
    }

    /// The next byte; behind the end of the input there is a zero.
    pub(super) fn peek(&self) -> Result<u8, Stop> {
        match self.rest().first() {
            Some(byte) => Ok(*byte),
            None if self.ended => Ok(0),
            None => Err(Stop::More),
        }
    }

    /// Passes over so many bytes.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.place += bytes;
    }

    /// Whether the rest begins with a text, which is skipped then.
    pub(super) fn take(&mut self, text: &str) -> Result<bool, Stop> {
        let rest = self.rest();
        let text = text.as_bytes();
        if rest.len() < text.len() && text.starts_with(rest) && !self.ended {
            return Err(Stop::More);
        }
        let is = rest.starts_with(text);
        if is {
            self.skip(text.len());
        }
        Ok(is)
    }

    /// Reads what may turn out to be the value itself: until that is known, it is held from here on.
    pub(super) fn ahead<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let from = self.place;
        let read = read(self);
        if matches!(read, Err(Stop::More)) && !cfg!(sabotage = "value-read-ahead-not-held") {
            self.place = from;
        }
        read
    }

    /// Skips blanks, and ends of lines where they count as such, and colours; how many, without the colours.
    pub(super) fn blanks(&mut self, lines: bool) -> Result<usize, Stop> {
        let mut blanks = 0;
        loop {
            match self.peek()? {
                b' ' | b'\t' => {}
                b'\r' | b'\n' if lines => {}
                b'\x1b' | b'\\' if self.colour()? => continue,
                _ => return Ok(blanks),
            }
            self.skip(1);
            blanks += 1;
            if blanks > if lines { INDENT } else { BLANKS } {
                return Err(Stop::Nothing);
            }
        }
    }

    /// Skips what sets a colour in terminals, as such or as a string writes it.
    fn colour(&mut self) -> Result<bool, Stop> {
        for escape in ESCAPES {
            if self.take(escape)? {
                while matches!(self.peek()?, b'0'..=b'9' | b';' | b':') {
                    self.skip(1);
                    if self.since_name() > 2 * REACH {
                        return Err(Stop::Nothing);
                    }
                }
                return match self.take("m")? || self.take("K")? {
                    true => Ok(true),
                    false => Err(Stop::Nothing),
                };
            }
        }
        Ok(false)
    }

    /// A quote, escaped or not.
    #[inline]
    pub(super) fn quote(&mut self) -> Result<Option<Quote>, Stop> {
        let quote = match self.peek()? {
            b'"' => Quote::Double,
            b'\'' => Quote::Single,
            b'`' => Quote::Back,
            b'\\' | b'&' => return self.written_quote(),
            _ => return Ok(None),
        };
        self.skip(1);
        Ok(Some(quote))
    }

    /// One that is written with more than its own byte.
    fn written_quote(&mut self) -> Result<Option<Quote>, Stop> {
        for (text, quote) in QUOTES {
            if self.take(text)? {
                return Ok(Some(quote));
            }
        }
        Ok(None)
    }

    /// The rest of a word.
    pub(super) fn word(&mut self) -> Result<&'t [u8], Stop> {
        let from = self.place;
        let rest = self.rest();
        let letters = rest.iter().take(WORD + 1);
        let length = letters.take_while(|&&byte| is_word(byte)).count();
        let is_all = length == rest.len();
        if length > WORD {
            return Err(Stop::Nothing);
        }
        self.skip(length);
        if is_all && !self.ended {
            return Err(Stop::More);
        }
        Ok(self.since(from))
    }

    /// How many bytes lie between the start of the name and the place.
    pub(super) const fn since_name(&self) -> usize {
        self.place - self.at
    }

    /// Whether no more bytes come.
    pub(super) const fn is_ended(&self) -> bool {
        self.ended
    }

    /// Whether the name is this one, in whatever case.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let here = self.text.get(self.at..self.name_end).unwrap_or_default();
        here.eq_ignore_ascii_case(name.as_bytes())
    }

    /// Whether the name has capital letters only.
    pub(super) fn is_capital(&self) -> bool {
        let here = self.text.get(self.at..self.name_end).unwrap_or_default();
        !here.iter().any(u8::is_ascii_lowercase)
    }

    /// Whether the last letter of the name is a capital one.
    pub(super) fn is_called_capital(&self) -> bool {
        let here = self.text.get(self.at..self.name_end).unwrap_or_default();
        here.last().is_some_and(u8::is_ascii_uppercase)
    }

    /// Passes over digits.
    pub(super) fn digits(&mut self) -> Result<(), Stop> {
        while self.peek()?.is_ascii_digit() {
            if self.since_name() > REACH {
                return Err(Stop::Nothing);
            }
            self.skip(1);
        }
        Ok(())
    }

    /// Whether what begins here goes on to the end of the line, without a blank.
    pub(super) fn fills_line(&self) -> Result<bool, Stop> {
        let rest = self.rest();
        let length = rest.iter().take(REACH);
        let length = length.take_while(|byte| byte.is_ascii_graphic()).count();
        match rest.get(length) {
            None if !self.ended && length < REACH => Err(Stop::More),
            next => Ok(length < REACH && matches!(next, None | Some(b'\r' | b'\n'))),
        }
    }

    /// What stands in front of the name.
    pub(super) const fn front(&self) -> Front<'t> {
        Front::new(self.text, self.at)
    }
}
