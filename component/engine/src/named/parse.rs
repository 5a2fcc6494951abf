//! What stands between a name and its value.

use hushgate_detector::document::ValueKind;

use super::{
    Quote,
    front::{Front, plain},
    reader::{Reader, Stop, WORD},
    tail,
};

/// Most bytes from a name to its value.
pub(super) const REACH: usize = 64;

/// What the names of cookies that open something have in them.
const COOKIES: [&str; 7] = ["sess", "sid", "auth", "token", "jwt", "login", "remember"];

/// What follows a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parsed {
    Nothing,
    /// More bytes are needed; a value begins here at the earliest.
    Undecided(usize),
    /// A value begins here.
    Value(usize, Quote),
}

impl<'t> Reader<'t> {
    fn value(&mut self, kind: ValueKind) -> Result<Quote, Stop> {
        let first = self.peek()?;
        let second = || self.rest().get(1).copied().unwrap_or(0);
        if first.is_ascii_alphabetic() && !tail::may_begin_behind(first, second()) {
            return Err(Stop::Nothing);
        }
        let tail = self.word()?;
        if !tail.is_empty() {
            let mut letters = [0; WORD];
            let mut length = 0;
            let small = tail.iter().filter(|byte| byte.is_ascii_alphabetic());
            for (letter, byte) in letters.iter_mut().zip(small) {
                *letter = byte.to_ascii_lowercase();
                length += 1;
            }
            if !tail::may_stand_behind(letters.get(..length).unwrap_or_default()) {
                return Err(Stop::Nothing);
            }
        }
        let quoted = self.quote()?.is_some();
        if quoted {
            self.take("]")?;
        }
        let blanks = self.blanks(false)?;
        let mut needs_quotes = false;
        let mut is_text = false;
        let mut lines = false;
        if self.front().is_behind_colon() && !matches!(self.peek()?, b'=' | b'>' | b'(') {
            return Err(Stop::Nothing);
        }
        match self.peek()? {
            // `PWD=` is where a shell stands, but for `;PWD=` in a list.
            b'=' if self.is_called("pwd")
                && self.front().is_alone()
                && !self.front().is_in_list() =>
            {
                return Err(Stop::Nothing);
            }
            b'=' => {
                self.skip(1);
                if matches!(self.peek()?, b'=' | b'~') {
                    return Err(Stop::Nothing);
                }
                let arrow = self.take(">")?;
                // `["token"]=>` and `string(8) "…"` below.
                if arrow && quoted && matches!(self.peek()?, b'\r' | b'\n') {
                    lines = true;
                    needs_quotes = true;
                }
            }
            // `PASS: the name of a test`
            b':' if !quoted
                && tail.is_empty()
                && self.is_called("pass")
                && self.front().is_alone()
                && !self.front().is_behind_pass_option() =>
            {
                self.skip(1);
                self.blanks(false)?;
                needs_quotes = true;
            }
            b':' => {
                while self.peek()? == b':' {
                    self.skip(1);
                }
                if !self.take("=")? {
                    self.blanks(false)?;
                    if matches!(self.peek()?, b'|' | b'>') {
                        self.block()?;
                    }
                }
            }
            b'?' | b'.' | b'+' => {
                self.skip(1);
                if !self.take("=")? {
                    return Err(Stop::Nothing);
                }
            }
            b',' if quoted => {
                self.skip(1);
                self.blanks(true)?;
                needs_quotes = true;
                let from = self.place();
                if self.ahead(Self::quoted_value)? {
                    self.blanks(false)?;
                    if !self.take(":")? {
                        return Err(Stop::Nothing);
                    }
                } else if self.front().is_argument() {
                    self.go_to(from);
                } else {
                    return Err(Stop::Nothing);
                }
            }
            b'v' if quoted && blanks > 0 => {
                if !self.take("value=")? {
                    return Err(Stop::Nothing);
                }
                needs_quotes = true;
            }
            b' '..=b'~' if quoted && blanks > 0 && self.front().is_attribute() => {
                self.tag()?;
                (lines, is_text) = (true, true);
            }
            // `s:5:"token";s:8:"…"`
            b';' if quoted && blanks == 0 => {
                self.skip(1);
                self.serialized()?;
                needs_quotes = true;
            }
            // `- name: TOKEN` and `  value: …` below.
            b'\r' | b'\n' => {
                self.blanks(true)?;
                if !self.called_value()? || !self.take(":")? {
                    return Err(Stop::Nothing);
                }
            }
            // `PASSWORD '…'`
            b'\''
                if blanks > 0
                    && !quoted
                    && kind == ValueKind::Password
                    && !self.is_called("pass") => {}
            b'"' if blanks > 0
                && !quoted
                && kind == ValueKind::Password
                && (self.is_capital() || self.front().is_field()) => {}
            b'>' if blanks == 0
                && match quoted {
                    true => self.front().is_attribute(),
                    false => self.front().opens_element(),
                } =>
            {
                self.skip(1);
                (lines, is_text) = (true, true);
            }
            b'&' if !quoted && blanks == 0 && self.front().opens_written_element() => {
                if !self.take("&gt;")? {
                    return Err(Stop::Nothing);
                }
                is_text = true;
            }
            b'<' if !quoted && blanks == 0 => {
                self.next_element()?;
                (lines, is_text) = (true, true);
            }
            b' '..=b'~' if !quoted && blanks > 0 && self.front().opens_tag() => {
                self.tag()?;
                (lines, is_text) = (true, true);
            }
            b'(' if !quoted
                && blanks == 0
                && tail.is_empty()
                && (self.front().takes_argument()
                    || kind == ValueKind::Password && self.is_capital()) =>
            {
                self.skip(1);
                needs_quotes = true;
            }
            // A client of SMTP or IMAP.
            b'P' if blanks > 0 && !quoted && self.is_called("auth") => {
                if !self.take("PLAIN")? || self.blanks(false)? == 0 {
                    return Err(Stop::Nothing);
                }
            }
            b's' | b'S' | b'&' if blanks > 0 && !quoted => {
                self.type_and_sign()?;
            }
            byte if blanks > 0
                && byte != b'-'
                && byte > b' '
                && (self.front().is_option()
                    || kind == ValueKind::Password
                        && (self.front().is_behind_login()
                            || self.front().begins_line() && self.fills_line()?)) => {}
            _ => return Err(Stop::Nothing),
        }
        self.blanks(lines)?;
        // `token: string = "…"`
        if matches!(self.peek()?, b's' | b'S' | b'&') {
            let from = self.place();
            match self.ahead(Self::type_and_sign) {
                Ok(()) => {
                    self.blanks(false)?;
                }
                Err(Stop::Nothing) => self.go_to(from),
                Err(Stop::More) => return Err(Stop::More),
            }
        }
        let quote = match is_text && self.take("<![CDATA[")? {
            true => Quote::Data,
            false => self.opened(needs_quotes)?,
        };
        let quote = match quote {
            Quote::None if is_text => Quote::Text,
            quote => quote,
        };
        match kind {
            ValueKind::Cookie => self.cookie(),
            _ => Ok(quote),
        }
    }

    /// Such a name in quotes.
    fn quoted_value(&mut self) -> Result<bool, Stop> {
        Ok(self.quote()?.is_some() && self.called_value()? && self.quote()?.is_some())
    }

    /// The name of a field for values.
    fn called_value(&mut self) -> Result<bool, Stop> {
        Ok(self.take("value")? || self.take("Value")?)
    }

    /// The value of the first cookie that opens something.
    fn cookie(&mut self) -> Result<Quote, Stop> {
        loop {
            let from = self.place();
            self.word()?;
            let name = plain(self.since(from));
            let has = |part: &&str| name.windows(part.len()).any(|it| it == part.as_bytes());
            // What keeps a form from being forged opens nothing.
            let opens = COOKIES.iter().any(has) && !["csrf", "xsrf"].iter().any(has);
            if !self.take("=")? {
                return Err(Stop::Nothing);
            }
            if opens {
                return Ok(Quote::None);
            }
            while !matches!(self.peek()?, b';') {
                let byte = self.peek()?;
                // Where a label is now something longer may have been, with what follows out of reach.
                let is_label =
                    matches!(byte, b'[' | b']' | b'*') && !cfg!(sabotage = "cookie-behind-a-label");
                if self.since_name() > REACH || !byte.is_ascii_graphic() || is_label {
                    return Err(Stop::Nothing);
                }
                self.skip(1);
            }
            self.skip(1);
            self.blanks(false)?;
        }
    }
}

/// What the name from `at` up to `behind` is that of.
pub(super) fn value_behind(
    text: &[u8],
    at: usize,
    behind: usize,
    kind: ValueKind,
    ended: bool,
) -> Parsed {
    let mut reader = Reader::new(text, at, behind, ended);
    let read = reader.value(kind);
    let place = reader.place();
    match read {
        Err(Stop::Nothing) => Parsed::Nothing,
        _ if place > behind + REACH || Front::new(text, at).makes_another() => Parsed::Nothing,
        Ok(quote) => Parsed::Value(place, quote),
        Err(Stop::More) => Parsed::Undecided(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Parsed {
        let at = text.to_ascii_lowercase().find("token").expect("a name");
        value_behind(text.as_bytes(), at, at + 5, ValueKind::Secret, false)
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
            "{\"Name\": \"TOKEN\",\n      \"Value\": \"|",
            "- name: TOKEN\n  value: \"|",
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
            "\"trust\", \"token\", \"abc\" ",
            "user@token:abc ",
            "the token is abc ",
        ] {
            assert_eq!(parsed(text), Parsed::Nothing, "{text}");
        }
    }
}
