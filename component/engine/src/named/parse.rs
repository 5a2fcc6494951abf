//! What stands between a name and its value.

use super::Quote;

/// Most bytes of a word behind a name.
const WORD: usize = 24;
/// Most bytes of a word in front of a name: no label has more.
const FRONT: usize = 50;
/// Most blanks in one place.
const BLANKS: usize = 16;
/// Most bytes from a name to its value.
const REACH: usize = 64;

/// What stands in front of a name and makes it that of something public, or of none.
const NOT_BEHIND: [&str; 24] = [
    "public",
    "csrf",
    "xsrf",
    "next",
    "page",
    "continuation",
    "cancellation",
    "cancel",
    "sync",
    "cursor",
    "design",
    "syntax",
    "break",
    "start",
    "end",
    "pub",
    "no",
    // `bypass`, `compass` and their like.
    "by",
    "com",
    "sur",
    "tres",
    "under",
    "buy",
    "request",
];

/// What may stand behind a name; anything else makes it that of another thing, as in `token_url`.
const BEHIND: [&str; 34] = [
    "",
    "s",
    "key",
    "keys",
    "token",
    "tokens",
    "secret",
    "secrets",
    "value",
    "val",
    "string",
    "str",
    "text",
    "base",
    "raw",
    "plain",
    "plaintext",
    "prod",
    "production",
    "staging",
    "dev",
    "development",
    "test",
    "live",
    "main",
    "default",
    "admin",
    "root",
    "user",
    "password",
    "pass",
    "old",
    "new",
    "basic",
];

/// What stands in front of a value in a header.
const SCHEMES: [&str; 6] = ["bearer", "basic", "token", "apikey", "bot", "key"];

/// What follows a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parsed {
    Nothing,
    /// More bytes are needed; a value begins here at the earliest.
    Undecided(usize),
    /// A value begins here.
    Value(usize, Quote),
}

/// Why reading ends.
enum Stop {
    Nothing,
    More,
}

/// Reads on, byte by byte.
struct Reader<'t> {
    text: &'t [u8],
    place: usize,
    ended: bool,
    /// Where the name begins.
    at: usize,
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

impl Reader<'_> {
    fn rest(&self) -> &[u8] {
        self.text.get(self.place..).unwrap_or_default()
    }

    /// The next byte; behind the end of the input there is a zero.
    fn peek(&self) -> Result<u8, Stop> {
        match self.rest().first() {
            Some(byte) => Ok(*byte),
            None if self.ended => Ok(0),
            None => Err(Stop::More),
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.place += bytes;
    }

    /// Whether the rest begins with a text, which is skipped then.
    fn take(&mut self, text: &str) -> Result<bool, Stop> {
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

    /// Skips blanks, and ends of lines where they count as such; how many.
    fn blanks(&mut self, lines: bool) -> Result<usize, Stop> {
        let from = self.place;
        while matches!(self.peek()?, b' ' | b'\t') || lines && matches!(self.peek()?, b'\r' | b'\n')
        {
            self.skip(1);
            if self.place - from > BLANKS {
                return Err(Stop::Nothing);
            }
        }
        Ok(self.place - from)
    }

    /// A quote, escaped or not.
    fn quote(&mut self) -> Result<Option<Quote>, Stop> {
        for (text, quote) in [
            ("\\\"", Quote::Escaped),
            ("\"", Quote::Double),
            ("'", Quote::Single),
            ("`", Quote::Back),
        ] {
            if self.take(text)? {
                return Ok(Some(quote));
            }
        }
        Ok(None)
    }

    /// The rest of a word.
    fn word(&mut self) -> Result<&[u8], Stop> {
        let from = self.place;
        while is_word(self.peek()?) {
            self.skip(1);
            if self.place - from > WORD {
                return Err(Stop::Nothing);
            }
        }
        Ok(self.text.get(from..self.place).unwrap_or_default())
    }

    fn value(&mut self) -> Result<Quote, Stop> {
        let tail = self.word()?;
        let letters = || tail.iter().filter(|byte| byte.is_ascii_alphabetic());
        let is = |allowed: &&str| {
            let bytes = letters().map(u8::to_ascii_lowercase);
            bytes.eq(allowed.bytes())
        };
        if !tail.is_empty() && !BEHIND.iter().any(is) {
            return Err(Stop::Nothing);
        }
        let quoted = self.quote()?.is_some();
        if quoted {
            self.take("]")?;
        }
        let blanks = self.blanks(false)?;
        let mut needs_quotes = false;
        let mut lines = false;
        match self.peek()? {
            b'=' => {
                self.skip(1);
                if matches!(self.peek()?, b'=' | b'~') {
                    return Err(Stop::Nothing);
                }
                self.take(">")?;
            }
            b':' => {
                while self.peek()? == b':' {
                    self.skip(1);
                }
                self.take("=")?;
            }
            b'?' | b'.' | b'+' => {
                self.skip(1);
                if !self.take("=")? {
                    return Err(Stop::Nothing);
                }
            }
            b',' if quoted => {
                self.skip(1);
                self.blanks(false)?;
                needs_quotes = true;
                let from = self.place;
                if self.quote()?.is_some() && self.take("value")? && self.quote()?.is_some() {
                    self.blanks(false)?;
                    if !self.take(":")? {
                        return Err(Stop::Nothing);
                    }
                } else {
                    self.place = from;
                }
            }
            b'v' if quoted && blanks > 0 => {
                if !self.take("value=")? {
                    return Err(Stop::Nothing);
                }
                needs_quotes = true;
            }
            b'>' if !quoted && blanks == 0 => {
                self.skip(1);
                lines = true;
            }
            b's' | b'S' | b'&' if blanks > 0 && !quoted => {
                self.type_and_sign()?;
            }
            byte if blanks > 0 && byte != b'-' && byte > b' ' && self.is_option() => {}
            _ => return Err(Stop::Nothing),
        }
        self.blanks(lines)?;
        // `token: string = "…"`
        if matches!(self.peek()?, b's' | b'S' | b'&') {
            let from = self.place;
            match self.type_and_sign() {
                Ok(()) => {
                    self.blanks(false)?;
                }
                Err(Stop::Nothing) => self.place = from,
                Err(Stop::More) => return Err(Stop::More),
            }
        }
        self.opened(needs_quotes)
    }

    /// Whether the name is that of an option, such as `--api-token`.
    fn is_option(&self) -> bool {
        let (word, before) = in_front(self.text, self.at);
        let alone = before.is_none_or(|byte| byte.is_ascii_whitespace());
        word.windows(2).any(|two| two == b"--") || word == b"-" && alone
    }

    /// A type and `=`, as in `var token string = "…"`.
    fn type_and_sign(&mut self) -> Result<(), Stop> {
        self.take("&")?;
        let is_type = self.take("string")? || self.take("String")? || self.take("str")?;
        if is_type && self.blanks(false).is_ok_and(|blanks| blanks > 0) && self.take("=")? {
            return Ok(());
        }
        match self.rest() {
            [] if is_type && !self.ended => Err(Stop::More),
            _ => Err(Stop::Nothing),
        }
    }

    /// What opens a value, and the scheme in front of it.
    fn opened(&mut self, needs_quotes: bool) -> Result<Quote, Stop> {
        if matches!(self.peek()?, b'b' | b'u' | b'r' | b'f' | b'@') {
            let next = match self.rest().get(1) {
                Some(byte) => *byte,
                None if self.ended => 0,
                None => return Err(Stop::More),
            };
            if matches!(next, b'"' | b'\'') {
                self.skip(1);
            }
        }
        let quote = self.quote()?;
        if quote.is_none() && needs_quotes {
            return Err(Stop::Nothing);
        }
        // `Authorization: Bearer …`
        for scheme in SCHEMES {
            let rest = self.rest();
            let same = rest
                .iter()
                .zip(scheme.bytes())
                .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
                .count();
            if same == rest.len() && same <= scheme.len() && !self.ended {
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
}

/// What the name from `at` up to `behind` is that of.
pub(super) fn value_behind(text: &[u8], at: usize, behind: usize, ended: bool) -> Parsed {
    let mut reader = Reader {
        text,
        place: behind,
        ended,
        at,
    };
    let read = reader.value();
    let place = reader.place;
    match read {
        Err(Stop::Nothing) => Parsed::Nothing,
        _ if place > behind + REACH || is_of_another(text, at) => Parsed::Nothing,
        Ok(quote) => Parsed::Value(place, quote),
        Err(Stop::More) => Parsed::Undecided(place),
    }
}

/// The word in front of a name, and what stands in front of that.
fn in_front(text: &[u8], at: usize) -> (&[u8], Option<u8>) {
    let front = text.get(..at).unwrap_or_default();
    let letters = front.iter().rev().take(FRONT);
    let length = letters.take_while(|&&byte| is_word(byte)).count();
    let (before, word) = front.split_at(front.len() - length);
    (word, before.last().copied())
}

/// Whether what stands in front of a name makes it that of something else.
fn is_of_another(text: &[u8], at: usize) -> bool {
    let (word, before) = in_front(text, at);
    let ends_with = |other: &str| {
        let mut letters = word
            .iter()
            .rev()
            .filter(|byte| byte.is_ascii_alphanumeric());
        other.bytes().rev().all(|byte| {
            letters
                .next()
                .is_some_and(|it| it.eq_ignore_ascii_case(&byte))
        })
    };
    match before {
        // What stood where a label is now may have made it that of another thing.
        Some(b']' | b'*' | 0xbb | 0xa7 | 0x87) => true,
        // `arn:…:secret:name`, `AWS::ApiKey: …`
        Some(b':') if word.is_empty() => true,
        _ => NOT_BEHIND.iter().any(|other| ends_with(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Parsed {
        let at = text.to_ascii_lowercase().find("token").expect("a name");
        value_behind(text.as_bytes(), at, at + 5, false)
    }

    #[test]
    fn values_in_many_notations() {
        for text in [
            "TOKEN=|",
            "export API_TOKEN=\"|",
            "token: |",
            "  \"token\": \"|",
            "{\\\"token\\\":\\\"|",
            "'token' => '|",
            "token := `|",
            "var token string = \"|",
            "let token: &str = \"|",
            "token ?= |",
            "token ::= |",
            "$token .= \"|",
            "setProperty(\"TOKEN\", \"|",
            "{\"name\": \"TOKEN\", \"value\": \"|",
            "<add key=\"Token\" value=\"|",
            "<token>\n    |",
            "--token |",
            "--token=|",
            "X-Auth-Token: |",
            "token: Bearer |",
            "os.environ[\"TOKEN\"] = b'|",
            "TOKEN_PROD2=|",
            "[token: |",
        ] {
            let (before, _) = text.split_once('|').expect("a place");
            let whole = format!("{before}abc123!");
            match parsed(&whole) {
                Parsed::Value(place, _) => assert_eq!(place, before.len(), "{text}"),
                other => panic!("{text}: {other:?}"),
            }
            for end in before.find(['t', 'T']).map_or(0, |_| before.len() - 1)..before.len() {
                if let Parsed::Value(place, _) = parsed(before.get(..=end).unwrap_or(before)) {
                    assert_eq!(place, before.len(), "{text} {end}");
                }
            }
        }
    }

    #[test]
    fn what_has_no_value() {
        for text in [
            "token_url = abc ",
            "tokenizer = abc ",
            "if token == abc ",
            "public_token = abc ",
            "csrf-token=abc ",
            "a token, abc ",
            "[x-token]=abc ",
            "the token is abc ",
        ] {
            assert_eq!(parsed(text), Parsed::Nothing, "{text}");
        }
    }
}
