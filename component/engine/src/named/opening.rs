//! What opens a value: types, wrappers, quotes, and the schemes of headers.

use hushgate_prefilter::ByteSet;

use super::{
    Quote,
    reader::{Reader, Stop},
};

/// What stands in front of a value in a header.
const SCHEMES: [&str; 14] = [
    "bearer",
    "basic",
    "token",
    "apikey",
    "bot",
    "key",
    "api-token",
    "api-key",
    "apitoken",
    "splunk",
    "geniekey",
    "dpop",
    "negotiate",
    "ntlm",
];

/// What they begin with, in small letters.
const SCHEME: ByteSet = {
    let mut first = ByteSet::new();
    let mut rest = SCHEMES.as_slice();
    while let [scheme, others @ ..] = rest {
        if let [byte, ..] = scheme.as_bytes() {
            first.insert(*byte);
        }
        rest = others;
    }
    first
};

/// What programs wrap a string in when they show what it is.
const WRAPPERS: [&str; 3] = ["Some(", "String(", "Ok("];

impl Reader<'_> {
    /// A type and `=`, as in `var token string = "…"`.
    pub(super) fn type_and_sign(&mut self) -> Result<(), Stop> {
        self.take("&")?;
        let is_type = self.take("string")? || self.take("String")? || self.take("str")?;
        if is_type && self.blanks(false).is_ok_and(|blanks| blanks > 0) && self.take("=")? {
            return Ok(());
        }
        match self.rest() {
            [] if is_type && !self.is_ended() => Err(Stop::More),
            _ => Err(Stop::Nothing),
        }
    }

    /// What opens a value, and the scheme in front of it.
    pub(super) fn opened(&mut self, needs_quotes: bool) -> Result<Quote, Stop> {
        let needs_quotes = self.wrapper()? || needs_quotes;
        if matches!(self.peek()?, b'b' | b'u' | b'r' | b'f' | b'N' | b'@') {
            let next = match self.rest().get(1) {
                Some(byte) => *byte,
                None if self.is_ended() => 0,
                None => return Err(Stop::More),
            };
            if matches!(next, b'"' | b'\'') {
                self.skip(1);
            }
        }
        let quote = self.quote()?;
        // Three of them, as Python has them around lines.
        match quote {
            Some(Quote::Double) => self.take("\"\"")?,
            Some(Quote::Single) => self.take("''")?,
            _ => false,
        };
        if quote.is_none() && needs_quotes {
            return Err(Stop::Nothing);
        }
        // `Authorization: Bearer …`
        let first = self.peek()?.to_ascii_lowercase();
        let may_be = |scheme: &&&str| scheme.as_bytes().first() == Some(&first);
        let schemes = match SCHEME.contains(first) {
            true => SCHEMES.as_slice(),
            false => &[],
        };
        for scheme in schemes.iter().filter(may_be) {
            let rest = self.rest();
            let same = rest
                .iter()
                .zip(scheme.bytes())
                .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
                .count();
            if same == rest.len() && same <= scheme.len() && !self.is_ended() {
                return Err(Stop::More);
            }
            if same == scheme.len() && rest.get(same) == Some(&b' ') {
                self.skip(same);
                self.blanks(false)?;
                break;
            }
        }
        Ok(quote.unwrap_or(Quote::None))
    }

    /// What a value in quotes is wrapped in: `Some("…")`, `string(8) "…"`, `(string) (len=8) "…"`; whether
    /// it is in anything.
    fn wrapper(&mut self) -> Result<bool, Stop> {
        match self.peek()? {
            b'S' | b'O' => {
                for wrapper in WRAPPERS {
                    if self.take(wrapper)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            b's' => Ok(self.take("string(")? && self.length()?),
            b'(' => Ok(self.take("(string) (len=")? && self.length()?),
            _ => Ok(false),
        }
    }

    /// `8) `, behind the type that is so long. It must be there.
    fn length(&mut self) -> Result<bool, Stop> {
        self.digits()?;
        match self.take(") ")? {
            true => Ok(true),
            false => Err(Stop::Nothing),
        }
    }

    /// `s:8:`, as PHP writes a string.
    pub(super) fn serialized(&mut self) -> Result<(), Stop> {
        if !self.take("s:")? {
            return Err(Stop::Nothing);
        }
        self.digits()?;
        match self.take(":")? {
            true => Ok(()),
            false => Err(Stop::Nothing),
        }
    }

    /// `|`, `>-` or their like and the end of the line: a block of YAML, indented farther than its name.
    pub(super) fn block(&mut self) -> Result<(), Stop> {
        self.skip(1);
        while matches!(self.peek()?, b'+' | b'-' | b'1'..=b'9') {
            self.skip(1);
        }
        self.blanks(false)?;
        let outer = self.front().indent().ok_or(Stop::Nothing)?;
        if !matches!(self.peek()?, b'\r' | b'\n') {
            return Err(Stop::Nothing);
        }
        let from = self.place();
        self.blanks(true)?;
        let blanks = self.since(from).iter().rev();
        let inner = blanks.take_while(|&&byte| byte == b' ').count();
        match inner > outer || cfg!(sabotage = "block-not-indented") {
            true => Ok(()),
            false => Err(Stop::Nothing),
        }
    }
}
