//! What stands between a name and its value.

use hushgate_detector::document::ValueKind;

use super::{
    Quote,
    front::{Front, is_word, plain},
    reader::{Reader, Stop, WORD},
    tail,
};

/// Most bytes from a name to its value.
pub(super) const REACH: usize = 64;

/// What the names of cookies that open something have in them.
const COOKIES: [&str; 10] = [
    "sess",
    "sid",
    "auth",
    "token",
    "jwt",
    "login",
    "loggedin",
    "wordpresssec",
    "aspnetcore",
    "remember",
];

/// What keeps a form from being forged opens nothing.
const OF_FORMS: [&str; 3] = ["csrf", "xsrf", "antiforgery"];

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
        let is_plural = matches!(tail, [.., byte, b's' | b'S'] if !matches!(byte, b's' | b'S'))
            || matches!(tail, [b's' | b'S'])
            || self.is_called("credentials");
        let opening = self.quote()?;
        let quoted = opening.is_some();
        if quoted {
            self.take("]")?;
        }
        let blanks = self.blanks(false)?;
        let mut needs_quotes = false;
        let mut is_text = false;
        let mut notation = None;
        let mut lines = false;
        if self.front().is_behind_colon() && !matches!(self.peek()?, b'=' | b'>' | b'(') {
            return Err(Stop::Nothing);
        }
        match self.peek()? {
            b'=' => {
                self.skip(1);
                if matches!(self.peek()?, b'=' | b'~') {
                    return Err(Stop::Nothing);
                }
                // `PWD=/` is where a shell stands.
                if self.is_called("pwd") && self.peek()? == b'/' {
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
                let is_field = !self.is_capital() && self.front().begins_line();
                needs_quotes = !(is_field && self.fills_line()?);
            }
            b':' => {
                while self.peek()? == b':' {
                    self.skip(1);
                }
                if !self.take("=")? {
                    self.blanks(false)?;
                    match self.peek()? {
                        b'|' | b'>' => self.block()?,
                        b'\r' | b'\n' if is_plural && !quoted => {
                            self.dash()?;
                            notation = Some(Quote::Dashes);
                        }
                        _ => {}
                    }
                }
            }
            b'?' | b'.' | b'+' => {
                self.skip(1);
                if !self.take("=")? {
                    return Err(Stop::Nothing);
                }
            }
            // `(name, password) VALUES ('…', '…')`
            b',' | b')' if matches!(opening, None | Some(Quote::Back)) => {
                let column = self.front().column_of_list().ok_or(Stop::Nothing)?;
                self.values(column)?;
                needs_quotes = true;
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
            // The part of a form.
            b'\r' | b'\n' if quoted && self.front().is_attribute() => {
                if !self.take("\r\n\r\n")? && !self.take("\n\n")? {
                    return Err(Stop::Nothing);
                }
                return Ok(Quote::Line);
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
                && (self.is_capital() || self.front().is_field() || self.is_of_redis()) => {}
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
                if self.ahead(|reader| reader.take("PLAIN"))? {
                    if self.blanks(false)? == 0 {
                        return Err(Stop::Nothing);
                    }
                } else if !self.is_of_client(kind)? {
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
                    || self.front().is_set()
                    || self.is_of_redis()
                    || kind == ValueKind::Password && self.front().is_behind_login()
                    || self.is_of_client(kind)?) => {}
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
        if kind == ValueKind::Password && self.front().is_in_list() && self.take("{")? {
            return Ok(Quote::Brace);
        }
        let is_list = !is_text
            && !matches!(kind, ValueKind::Cookie | ValueKind::Login)
            && self.peek()? == b'['
            && self.ahead(Self::bracket)?;
        let quote = match is_text && self.take("<![CDATA[")? {
            true => Quote::Data,
            false => self.opened(needs_quotes)?,
        };
        let quote = match quote {
            Quote::None if is_text => Quote::Text,
            quote if is_list => quote.several(),
            Quote::None if is_plural && notation.is_none() => Quote::Commas,
            Quote::Double if self.front().is_changed() => Quote::Change,
            quote => notation.unwrap_or(quote),
        };
        match kind {
            ValueKind::Cookie => self.cookie(),
            _ => Ok(quote),
        }
    }

    /// `[` and what is in front of the first of several values.
    fn bracket(&mut self) -> Result<bool, Stop> {
        self.skip(1);
        self.blanks(true)?;
        let byte = self.peek()?;
        match byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'\'' | b'\\') {
            true => Ok(true),
            false => Err(Stop::Nothing),
        }
    }

    /// The end of the line and `- `: the first of several values, no less indented than their name.
    fn dash(&mut self) -> Result<(), Stop> {
        let outer = self.front().indent().ok_or(Stop::Nothing)?;
        let from = self.place();
        self.blanks(true)?;
        let blanks = self.since(from).iter().rev();
        let inner = blanks.take_while(|&&byte| byte == b' ').count();
        match self.take("- ")? && inner >= outer {
            true => Ok(()),
            false => Err(Stop::Nothing),
        }
    }

    /// What follows the columns of a statement, up to the value of this column.
    fn values(&mut self, column: usize) -> Result<(), Stop> {
        let between = |byte: u8| is_word(byte) || matches!(byte, b',' | b' ' | b'`' | b'"');
        while between(self.peek()?) && self.since_name() <= REACH {
            self.skip(1);
        }
        if !self.take(")")? {
            return Err(Stop::Nothing);
        }
        self.blanks(true)?;
        if !self.take("VALUES")? && !self.take("values")? {
            return Err(Stop::Nothing);
        }
        self.blanks(false)?;
        if !self.take("(")? {
            return Err(Stop::Nothing);
        }
        for _ in 0..column {
            self.blanks(false)?;
            let ends = match self.take("'")? {
                true => b'\'',
                false => b',',
            };
            while self.peek()? != ends {
                // Where a label is now something longer may have been.
                let is_label = matches!(self.peek()?, b'[' | b']' | b'*');
                if is_label || !matches!(self.peek()?, b' '..=b'~') || self.since_name() > REACH {
                    return Err(Stop::Nothing);
                }
                self.skip(1);
            }
            if ends == b'\'' {
                self.skip(1);
            }
            self.blanks(false)?;
            if !self.take(",")? {
                return Err(Stop::Nothing);
            }
        }
        Ok(())
    }

    /// Whether the name is that of a setting of Redis, which a blank parts from its value.
    fn is_of_redis(&self) -> bool {
        let word = self.front().word();
        let (one, other) = (self.is_called("pass"), self.is_called("auth"));
        one && word.eq_ignore_ascii_case(b"require") || other && word == b"master"
    }

    /// Whether it is a command that a client sends, alone in its line: `PASS …`, `AUTH …`.
    fn is_of_client(&self, kind: ValueKind) -> Result<bool, Stop> {
        let front = self.front();
        let is_command = self.is_capital() && (self.is_called("pass") || self.is_called("auth"));
        let begins = front.begins_line() && (kind == ValueKind::Password || is_command)
            || front.is_behind_prompt() && is_command;
        Ok(begins && self.fills_line()?)
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
            while is_word(self.peek()?) && self.since_name() <= REACH {
                self.skip(1);
            }
            let name = plain(self.since(from));
            let has = |part: &&str| name.windows(part.len()).any(|it| it == part.as_bytes());
            let opens = COOKIES.iter().any(has) && !OF_FORMS.iter().any(has);
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
