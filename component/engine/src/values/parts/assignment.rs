//! Values with names in front: `.env` and INI files, lists of variables, connection strings of
//! ADO, JDBC and ODBC, forms, headers, options of commands, `.netrc`.
//!
//! A line is read as one assignment, up to its end. Where it holds several, with `;`, `&`, `,` or
//! blanks between them, it is read as these too: whether a `;` belongs to a password cannot be
//! told, so both are parts.

use super::super::buffer::Buffer;
use super::json::unescaped;

/// What stands between the assignments of a line, tried in this order.
const SEPARATORS: [&[u8]; 4] = [b";", b"&", b",", b" \t"];

/// Calls `hit` with names and values. Values of unknown names may be left out.
pub(super) fn read(text: &[u8], mut hit: impl FnMut(&[u8], &[u8])) {
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let line = line.trim_ascii();
        if !line.iter().any(|byte| matches!(byte, b'=' | b':')) {
            continue;
        }
        let mut whole = Line::new(line, &[]);
        if let Some(item) = whole.next() {
            item.say(&mut hit);
        }
        for separators in SEPARATORS {
            let mut count = 0;
            let mut options = false;
            for item in Line::new(line, separators) {
                count += 1;
                options |= item.option;
            }
            let blanks = separators.contains(&b' ');
            let ended = separators.contains(&b';') && line.ends_with(b";");
            if count >= 2 || count == 1 && (ended || blanks && options) {
                Line::new(line, separators).for_each(|item| item.say(&mut hit));
                break;
            }
        }
    }
    words(text, hit);
}

/// `machine host login user password word`.
fn words(text: &[u8], mut hit: impl FnMut(&[u8], &[u8])) {
    let mut words = text
        .split(u8::is_ascii_whitespace)
        .filter(|it| !it.is_empty());
    let mut file = false;
    while let Some(word) = words.next() {
        match word {
            b"machine" | b"login" => file = true,
            b"password" | b"passwd" if file => hit(word, words.next().unwrap_or_default()),
            _ => {}
        }
    }
}

/// What stands between the quotes around a text, if it is one string.
pub(super) fn unquoted(text: &[u8]) -> Option<Buffer> {
    let (&quote, rest) = text.split_first()?;
    let inner = rest.strip_suffix(&[quote])?;
    let one = matches!(quote, b'"' | b'\'') && closing(text, 1, quote) == Some(text.len() - 1);
    one.then(|| unescaped(inner))
}

/// Where the next such quote stands that no backslash escapes.
fn closing(text: &[u8], from: usize, quote: u8) -> Option<usize> {
    let rest = text.get(from..)?;
    let found = rest.iter().enumerate().position(|(index, &byte)| {
        let before = rest.get(..index).unwrap_or_default();
        let slashes = before.iter().rev().take_while(|&&byte| byte == b'\\');
        byte == quote && slashes.count() % 2 == 0
    });
    found.map(|at| from + at)
}

/// One assignment.
struct Item<'l> {
    name: &'l [u8],
    value: &'l [u8],
    quoted: bool,
    /// Whether the name begins with a dash, as options do.
    option: bool,
}

impl Item<'_> {
    fn say(&self, hit: &mut impl FnMut(&[u8], &[u8])) {
        if self.quoted && self.value.contains(&b'\\') {
            hit(self.name, &unescaped(self.value));
        }
        hit(self.name, self.value);
        // What may be a comment may be a part of the password.
        let comment = self.value.windows(2).position(|pair| pair == b" #");
        if let Some(at) = comment.filter(|_| !self.quoted) {
            hit(self.name, self.value.get(..at).unwrap_or_default());
        }
    }
}

/// The assignments of a line.
struct Line<'l> {
    line: &'l [u8],
    separators: &'static [u8],
    at: usize,
    /// The next double quote, single quote and brace that were found, so that a line is searched
    /// once for each.
    closings: [Option<usize>; 3],
}

impl<'l> Line<'l> {
    fn new(line: &'l [u8], separators: &'static [u8]) -> Self {
        Self {
            line,
            separators,
            at: 0,
            closings: [Some(0); 3],
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.line.get(at).copied().unwrap_or(b'\n')
    }

    fn part(&self, from: usize, to: usize) -> &'l [u8] {
        self.line.get(from..to).unwrap_or_default()
    }

    fn is_separator(&self, at: usize) -> bool {
        self.separators.contains(&self.byte(at))
    }

    /// Whether a value follows.
    fn assigns(&self, at: usize) -> bool {
        match self.byte(at) {
            b'=' => true,
            b':' => matches!(self.byte(at + 1), b' ' | b'\t' | b'"' | b'\'' | b'='),
            _ => false,
        }
    }

    /// The name that ends in front of `at`, and where it begins.
    fn name(&self, from: usize, at: usize) -> (&'l [u8], usize) {
        let before = self.part(from, at).trim_ascii_end();
        let before = before
            .strip_suffix(b"\"")
            .or(before.strip_suffix(b"'"))
            .unwrap_or(before);
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
        let length = before.iter().rev().take_while(is_name).count();
        let start = before.len() - length;
        (before.get(start..).unwrap_or_default(), from + start)
    }

    /// Where what opens with `open` in front of `from` closes, if the value is over there.
    fn closes(&mut self, open: u8, from: usize) -> Option<usize> {
        let (slot, close) = match open {
            b'"' => (0, b'"'),
            b'\'' => (1, b'\''),
            b'{' => (2, b'}'),
            _ => return None,
        };
        let known = self.closings.get_mut(slot)?;
        if known.is_some_and(|at| at < from) {
            *known = closing(self.line, from, close);
        }
        let at = (*known)?;
        let over = at + 1 >= self.line.len() || b" \t,;)}]#".contains(&self.byte(at + 1));
        (over || self.is_separator(at + 1)).then_some(at)
    }
}

impl<'l> Iterator for Line<'l> {
    type Item = Item<'l>;

    fn next(&mut self) -> Option<Item<'l>> {
        let mut begin = self.at;
        let mut at = self.at;
        while at < self.line.len() {
            if self.is_separator(at) {
                begin = at + 1;
            }
            let (name, start) = if self.assigns(at) {
                self.name(begin, at)
            } else {
                (&[][..], at)
            };
            at += 1;
            if name.is_empty() {
                continue;
            }
            // `=>`, `:=`, `==`
            while matches!(self.byte(at), b'=' | b'>') {
                at += 1;
            }
            while matches!(self.byte(at), b' ' | b'\t') && !self.is_separator(at) {
                at += 1;
            }
            // A quote in front of the name, and none behind it: `"Authorization: Bearer x"`.
            let outer = start.checked_sub(1).map(|before| self.byte(before));
            let outer = outer.filter(|&it| it != b'{' && self.byte(start + name.len()) != it);
            let first = self.byte(at);
            let (value, end) = if let Some(end) = self.closes(first, at + 1) {
                (self.part(at + 1, end), end + 1)
            } else if let Some(end) = outer.and_then(|quote| self.closes(quote, at)) {
                (self.part(at, end), end + 1)
            } else {
                let length = (at..self.line.len()).position(|at| self.is_separator(at));
                let end = length.map_or(self.line.len(), |length| at + length);
                (self.part(at, end).trim_ascii(), end)
            };
            self.at = end;
            return Some(Item {
                name,
                value,
                quoted: end > at && matches!(first, b'"' | b'\'') && !value.starts_with(&[first]),
                option: name.starts_with(b"-"),
            });
        }
        self.at = self.line.len();
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assignments(text: &str) -> Vec<(String, String)> {
        let mut all = Vec::new();
        let text_of = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        read(text.as_bytes(), |name, value| {
            all.push((text_of(name), text_of(value)))
        });
        all
    }

    #[track_caller]
    fn holds(text: &str, name: &str, value: &str) {
        let all = assignments(text);
        let wanted = (name.to_owned(), value.to_owned());
        assert!(all.contains(&wanted), "{text}: {all:?}");
    }

    #[test]
    fn one_to_a_line() {
        holds("DB_PASSWORD=hunter2", "DB_PASSWORD", "hunter2");
        holds("export A_TOKEN=\"hunter 2\"", "A_TOKEN", "hunter 2");
        holds("a = 1\nb = 'x y'  # why", "b", "x y");
        holds("password: hunter2", "password", "hunter2");
        holds("  \"password\": \"hun\\\"ter2\",", "password", "hun\"ter2");
        holds("$env:A_TOKEN = 'hunter2';", "A_TOKEN", "hunter2");
        holds("//registry.example/:_authToken=abc=", "_authToken", "abc=");
        holds(
            "PASSPHRASE=correct horse battery",
            "PASSPHRASE",
            "correct horse battery",
        );
        holds("PASS=abc #def", "PASS", "abc #def");
        holds("PASS=abc #def", "PASS", "abc");
        holds("PASS=ab;cd", "PASS", "ab;cd");
    }

    #[test]
    fn several_in_a_line() {
        let text = "Server=tcp:db,1433;User ID=app;Password=\"a;b\";Encrypt=True";
        holds(text, "Password", "a;b");
        holds("Driver={SQL Server};Uid=app;Pwd={a;b}", "Pwd", "a;b");
        holds("Password=hunter2;", "Password", "hunter2");
        holds(
            "cache:6380,password=hunter2,ssl=True",
            "password",
            "hunter2",
        );
        holds("host=db user=app password='a b'", "password", "a b");
        holds("https://h/p?api_key=hunter2&x=1", "api_key", "hunter2");
        holds("mysql --password=hunter2 -u app", "--password", "hunter2");
        holds(
            "curl -H \"X-Api-Key: hunter2\" https://h",
            "X-Api-Key",
            "hunter2",
        );
    }

    #[test]
    fn words_of_netrc() {
        holds(
            "machine h login bob password hunter2",
            "password",
            "hunter2",
        );
        holds(
            "machine h\n  login bob\n  password hunter2\n",
            "password",
            "hunter2",
        );
        assert!(assignments("my password hunter2").is_empty());
    }

    #[test]
    fn strings() {
        let text = |text: &str| unquoted(text.as_bytes()).map(|it| it.to_vec());
        assert_eq!(text("\"a\\\"b\"").as_deref(), Some(&b"a\"b"[..]));
        assert_eq!(text("'ab'").as_deref(), Some(&b"ab"[..]));
        assert_eq!(text("'a' 'b'"), None);
        assert_eq!(text("'"), None);
        assert_eq!(text("ab"), None);
    }
}
