//! What stands in front of a name: the rest of its word, and what that stands in.
//!
//! # Promise
//! All of it is looked for in the name's line, and in the bytes that are kept behind what was released
//! ([`NAMED_AHEAD`](hushgate_detector::table::NAMED_AHEAD)).
//!
//! # Hazard
//! A label may stand where something else did. What is looked for here must not be found behind one
//! unless it was there before: a word ends at a label, and a name right behind one is that of another thing.

use hushgate_detector::table::Table;

use super::reader::BLANKS;

/// Most bytes of a word in front of a name: no label has more.
const FRONT: usize = 50;
/// Most bytes from `login` to the name of a password.
const LOGIN: usize = 64;

/// Most bytes from the first column of a list to the name of another one.
const LIST: usize = 80;

/// Most bytes in front of a word that begins a line, and most bytes of that word in front of the name.
const INDENT: usize = 40;
const NAME: usize = 24;

/// What stands in front of a name and makes it that of something public, or of none, by its last letter:
/// most words are ruled out by that.
const fn not_behind(last: u8) -> &'static [&'static str] {
    match last {
        b'a' => &["delta"],
        b'b' => &["pub"],
        b'c' => &["public", "sync"],
        b'd' => &["end"],
        b'e' => &["page", "resume", "change", "sequence", "csrfmiddleware"],
        b'f' => &["csrf", "xsrf"],
        b'g' => &["paging", "fencing"],
        b'k' => &["break", "lock", "bookmark"],
        b'l' => &["cancel", "scroll"],
        b'n' => &[
            "continuation",
            "pagination",
            "cancellation",
            "design",
            "verification",
            "creation",
            "correlation",
            "position",
        ],
        b'o' => &["no"],
        b'p' => &["skip", "stop"],
        b'r' => &["cursor", "iterator"],
        b't' => &["next", "start", "request"],
        b'x' => &["syntax"],
        // `publickey` is that of a .NET assembly.
        b'y' => &[
            "publickey",
            "authenticity",
            "antiforgery",
            "idempotency",
            "concurrency",
            "consistency",
        ],
        _ => &[],
    }
}

/// The same of tokens, with a blank in between: places in lists, and what keeps a form from being forged.
const NOT_BEFORE_TOKEN: [&str; 10] = [
    "next",
    "page",
    "pagination",
    "paging",
    "continuation",
    "sync",
    "cursor",
    "resume",
    "csrf",
    "xsrf",
];

/// What ends as one of those words does and opens something all the same.
const ALL_THE_SAME: [&str; 2] = ["unlock", "exchange"];

/// How labels without a name end, but for the one that ends as others do.
const ENDS_OF_LABELS: [&str; 4] = ["***", "*\u{bb}", "*\u{27e7}", "*\u{1d107}"];

/// What makes `pass` the end of another word.
const NOT_PASS: [&str; 6] = ["by", "com", "sur", "tres", "under", "buy"];

/// Whether a byte belongs to a word.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// What stands in front of the name at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Front<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Front<'t> {
    pub(super) const fn new(text: &'t [u8], at: usize) -> Self {
        Self { text, at }
    }

    /// The rest of the name's word.
    pub(super) fn word(&self) -> &'t [u8] {
        in_front(self.text, self.at).0
    }

    /// Whether no word stands in front of the name.
    pub(super) fn is_alone(&self) -> bool {
        in_front(self.text, self.at).0.is_empty()
    }

    /// Whether the name is that of an entry behind another one.
    pub(super) fn is_in_list(&self) -> bool {
        let before = self.at.checked_sub(1);
        before.and_then(|at| self.text.get(at)) == Some(&b';')
    }

    /// Whether the name is the first argument of a call, not one of a list.
    pub(super) fn is_argument(&self) -> bool {
        let front = self.text.get(..self.at).unwrap_or_default();
        let (word, _) = in_front(front, front.len());
        let before = front.len() - word.len();
        let pair = front.get(before.saturating_sub(2)..before);
        matches!(pair, Some([b'(', b'"' | b'\'' | b'`']))
    }

    /// Whether `login` and a word stand in front, as in `machine … login … password …`.
    pub(super) fn is_behind_login(&self) -> bool {
        let front = self.text.get(..self.at).unwrap_or_default();
        let front = without_blanks(front);
        let (user, _) = in_front(front, front.len());
        let front = front.get(..front.len() - user.len()).unwrap_or_default();
        let rest = without_blanks(front);
        let (word, before) = in_front(rest, rest.len());
        !user.is_empty()
            && rest.len() < front.len()
            && self.at - rest.len() + word.len() < LOGIN
            && word == b"login"
            && !user.eq_ignore_ascii_case(b"anonymous")
            && before.is_none_or(|byte| byte.is_ascii_whitespace())
    }

    /// Whether `:` stands in front, as in `arn:…:secret:name` and `AWS::ApiKey: …`, and the name is no symbol,
    /// such as `:token`.
    pub(super) fn is_behind_colon(&self) -> bool {
        let mut before = self.before();
        before.next() == Some(b':')
            && !matches!(
                before.next(),
                None | Some(b' ' | b'\t' | b'\n' | b'{' | b'(' | b',')
            )
            && !self.opens_tag()
    }

    /// Whether a command may begin with this, in front of the name: a path may stand in front of all.
    pub(super) fn begins_command(&self, beginning: &str) -> bool {
        let front = self.text.get(..self.at).unwrap_or_default();
        let front = front.strip_suffix(beginning.as_bytes());
        front.is_some_and(|front| {
            front.last().is_none_or(|byte| {
                let is_edge = matches!(byte, b'/' | b'"' | b'\'' | b'`' | b'(' | b';');
                is_edge || byte.is_ascii_whitespace()
            })
        })
    }

    /// Whether the name is that of a field in a list: `(token …)`, `:token …`.
    pub(super) fn is_field(&self) -> bool {
        matches!(self.before().next(), Some(b'(' | b':'))
    }

    /// Whether the name is that of an element of XML: `<token`, `<ns:token`.
    pub(super) fn opens_tag(&self) -> bool {
        let front = self.text.get(..self.at).unwrap_or_default();
        let front = match front {
            [space @ .., b':'] => space,
            _ => front,
        };
        in_front(front, front.len()).1 == Some(b'<')
    }

    /// The same, and the tag is no argument of a type, such as `Option<Token>`, and no word that stands for
    /// another one, such as `-<pass>`. A label may stand where such a word did.
    pub(super) fn opens_element(&self) -> bool {
        match self.before_tag() {
            [.., b'\\', b'n' | b'r' | b't', b'<'] => true,
            [.., byte, b'<'] => {
                let is_of_type =
                    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'?');
                let may_be_label = matches!(byte, b']' | b'*') || !byte.is_ascii();
                !is_of_type && !may_be_label
            }
            [b'<'] => true,
            _ => false,
        }
    }

    /// What stands in front of the name as a tag, with the space of names that it is in.
    fn before_tag(&self) -> &[u8] {
        let front = self.text.get(..self.at).unwrap_or_default();
        let before_word = |text: &[u8]| text.len() - in_front(text, text.len()).0.len();
        let front = front.get(..before_word(front)).unwrap_or_default();
        match front {
            [space @ .., b':'] => space.get(..before_word(space)).unwrap_or_default(),
            _ => front,
        }
    }

    /// Whether the name is that of an element of XML in a text of XML: `&lt;token`.
    pub(super) fn opens_written_element(&self) -> bool {
        self.before_tag().ends_with(b"&lt;")
    }

    /// Whether a command that sets a variable stands in front: `set -x`, `setx`, `ENV`.
    pub(super) fn is_set(&self) -> bool {
        let (word, _) = in_front(self.text, self.at);
        let front = self.text.get(..self.at - word.len()).unwrap_or_default();
        let rest = without_blanks(front);
        let (command, before) = in_front(rest, rest.len());
        let alone = before.is_none_or(|byte| byte.is_ascii_whitespace() || byte == b'>');
        let is_flag = || {
            let set = rest.get(..rest.len() - command.len()).unwrap_or_default();
            let set = without_blanks(set);
            matches!(command, [b'-', flags @ ..] if flags.contains(&b'x') && flags.len() < 4)
                && in_front(set, set.len()).0 == b"set"
        };
        let is_setter = command.eq_ignore_ascii_case(b"setx") || command == b"ENV" || is_flag();
        rest.len() < front.len() && alone && is_setter
    }

    /// Whether what a client sends follows, as its log shows it: `C: `, `> `.
    pub(super) fn is_behind_prompt(&self) -> bool {
        let front = self.text.get(..self.at).unwrap_or_default();
        front.ends_with(b"C: ") || front.ends_with(b"> ")
    }

    /// Whether its line is that of a change: `~ password = "…" -> "…"`.
    pub(super) fn is_changed(&self) -> bool {
        let (word, _) = in_front(self.text, self.at);
        let front = self.text.get(..self.at - word.len()).unwrap_or_default();
        let front = front.strip_suffix(b"\"").unwrap_or(front);
        let rest = without_blanks(front);
        rest.len() < front.len() && matches!(rest, [.., b' ' | b'\n' | b'm', b'~'] | [b'~'])
    }

    /// The how manieth the name is in a list of columns, counted from zero.
    pub(super) fn column_of_list(&self) -> Option<usize> {
        let front = self.before().take(LIST);
        let mut commas = 0;
        for byte in front {
            match byte {
                b'(' => return Some(commas),
                b',' => commas += 1,
                b' ' | b'`' => {}
                byte if is_word(byte) => {}
                _ => return None,
            }
        }
        None
    }

    /// Whether the name is the value of an attribute of XML.
    pub(super) fn is_attribute(&self) -> bool {
        let front = self.text.get(..self.at).unwrap_or_default();
        let (word, _) = in_front(front, front.len());
        let tag = front.get(..front.len() - word.len()).unwrap_or_default();
        [b"name=\"".as_slice(), b"key=\"", b"name='", b"key='"]
            .iter()
            .any(|attribute| tag.ends_with(attribute))
    }

    /// Whether what the name calls takes the value as its argument: `.token(…)`, `setToken(…)`.
    pub(super) fn takes_argument(&self) -> bool {
        let word = self.word();
        let verbs = [
            b"set".as_slice(),
            b"set_",
            b"with",
            b"with_",
            b"With",
            b"Set",
        ];
        word.ends_with(b".") || verbs.iter().any(|verb| word.ends_with(verb))
    }

    /// Whether an option such as `-passin` stands in front.
    pub(super) fn is_behind_pass_option(&self) -> bool {
        let front = self.text.get(..self.at).unwrap_or_default();
        let rest = without_blanks(front);
        rest.len() < front.len() && in_front(rest, rest.len()).0.starts_with(b"-pass")
    }

    /// How far its line is indented, if nothing but a mark of a list, a quote and a word are in front.
    pub(super) fn indent(&self) -> Option<usize> {
        let column = self.column();
        let front = self.text.get(..self.at).unwrap_or_default();
        let word = Some(self.word().len()).filter(|&word| word <= NAME)?;
        let line = front.get(front.len().checked_sub(column + word)?..)?;
        let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        let is_mark = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'-');
        let behind_line = front.len() - column - word;
        let is_start = behind_line == 0 || self.text.get(behind_line - 1) == Some(&b'\n');
        (is_start && line.iter().take(column).all(is_mark)).then(|| blanks.count())
    }

    /// Whether nothing but blanks is in front of the name in its line.
    pub(super) fn begins_line(&self) -> bool {
        self.is_alone() && self.indent() == Some(self.column())
    }

    /// How many bytes of its line stand in front of its word.
    fn column(&self) -> usize {
        let (word, _) = in_front(self.text, self.at);
        let front = self.text.get(..self.at - word.len()).unwrap_or_default();
        let before = front.iter().rev().take(INDENT + 1);
        before.take_while(|&&byte| byte != b'\n').count()
    }

    /// Whether the name is that of a variable of the environment, which is set to what stands at `start`:
    /// capital letters, `=` and no blank.
    pub(super) fn is_variable(&self, start: usize) -> bool {
        let (word, before) = in_front(self.text, self.at);
        let from = self.at - word.len();
        let assigned = self.text.get(from..start).unwrap_or_default();
        let assigned = match assigned {
            [assigned @ .., b'"' | b'\''] => assigned,
            _ => assigned,
        };
        let is_part =
            |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        before.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''))
            && matches!(assigned, [name @ .., b'='] if name.iter().all(is_part))
    }

    /// The bytes in front of the name, the nearest first.
    fn before(&self) -> impl Iterator<Item = u8> {
        let front = self.text.get(..self.at).unwrap_or_default();
        front.iter().rev().copied()
    }

    /// Whether the name is that of an option, such as `--api-token`.
    pub(super) fn is_option(&self) -> bool {
        let (word, before) = in_front(self.text, self.at);
        let alone = before.is_none_or(|byte| byte.is_ascii_whitespace());
        word.windows(2).any(|two| two == b"--") || word.starts_with(b"-") && alone
    }

    /// Whether it is what AWS calls a request by, so that it is not done twice. Vault writes its token
    /// `client_token`.
    fn is_of_request(&self) -> bool {
        let name = self.text.get(self.at..).unwrap_or_default();
        let word = self.word();
        name.starts_with(b"Token") && (word.ends_with(b"client") || word.ends_with(b"Client"))
    }

    /// Whether the word in front of `token` makes it a place in a list, as in `next page token`, or may have
    /// done so where a label is now.
    pub(super) fn is_behind_cursor(&self, table: &Table) -> bool {
        let name = self.text.get(self.at..self.at + 5).unwrap_or_default();
        let front = self.text.get(..self.at).unwrap_or_default();
        let rest = without_blanks(front);
        if rest.len() == front.len() || !name.eq_ignore_ascii_case(b"token") {
            return false;
        }
        let (word, before) = in_front(rest, rest.len());
        let is_word = |other: &&str| word.eq_ignore_ascii_case(other.as_bytes());
        let is_label = match cfg!(sabotage = "label-in-front-of-a-token-ignored") {
            true => false,
            false => ends_with_label(rest, table),
        };
        is_label
            || matches!(before, Some(b']')) && !word.is_empty()
            || NOT_BEFORE_TOKEN.iter().any(is_word)
    }

    /// Whether it makes the name that of something else.
    pub(super) fn makes_another(&self) -> bool {
        let (word, before) = in_front(self.text, self.at);
        let letters = || {
            let letters = word.iter().rev();
            letters.filter(|byte| byte.is_ascii_alphanumeric())
        };
        let last = letters().next().map_or(0, u8::to_ascii_lowercase);
        let ends_with = |other: &str| {
            let mut letters = letters();
            let ends = other.bytes().rev().all(|byte| {
                letters
                    .next()
                    .is_some_and(|it| it.eq_ignore_ascii_case(&byte))
            });
            // `casino` ends with `no`, and is not that.
            ends && (other.len() > 3 || letters.next().is_none())
        };
        let is_pass = || {
            let name = self.text.get(self.at..self.at + 4).unwrap_or_default();
            name.eq_ignore_ascii_case(b"pass") && word.last().is_some_and(u8::is_ascii_alphabetic)
        };
        match before {
            // What stood where a label is now may have made it that of another thing.
            Some(b']' | b'*' | 0xbb | 0xa7 | 0x87) => true,
            // A host of that name.
            Some(b'@') => true,
            _ if self.is_of_request() => true,
            _ if word.is_empty() => false,
            _ => {
                not_behind(last).iter().any(|other| ends_with(other))
                    && !ALL_THE_SAME.iter().any(|other| ends_with(other))
                    || is_pass() && NOT_PASS.iter().any(|other| ends_with(other))
            }
        }
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

/// Whether a text ends with what may have been written for a finding.
pub(super) fn ends_with_label(text: &[u8], table: &Table) -> bool {
    if let Some(front) = text.strip_suffix(b"]") {
        let name = front.iter().rev().take(FRONT);
        let name = name.take_while(|&&byte| byte != b'[').count();
        let name = front.get(front.len() - name..).unwrap_or_default();
        let end = name.iter().position(|&byte| byte == b':');
        let id = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
        let others = [b"registered".as_slice(), b"redacted", b"*"];
        return others.contains(&id) || table.rules.iter().any(|rule| rule.id.as_bytes() == id);
    }
    let is_end = |end: &&str| text.ends_with(end.as_bytes());
    ENDS_OF_LABELS.iter().any(is_end)
}

/// A text without the blanks at its end.
fn without_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take(BLANKS);
    let blanks = blanks.take_while(|byte| matches!(byte, b' ' | b'\t'));
    text.get(..text.len() - blanks.count()).unwrap_or_default()
}

/// The letters and digits of a word, whatever its case and its joints.
pub(super) fn plain(word: &[u8]) -> Vec<u8> {
    let letters = word.iter().filter(|byte| byte.is_ascii_alphanumeric());
    letters.map(u8::to_ascii_lowercase).collect()
}

/// Which letters stand beside each other in a word, by the lower five bits of both.
pub(super) struct Neighbours([u32; 32]);

impl Neighbours {
    pub(super) fn of(word: &[u8]) -> Self {
        let mut pairs = Self([0; 32]);
        for pair in word.windows(2) {
            if let &[one, other] = pair
                && let Some(row) = pairs.0.get_mut(usize::from(one & 31))
            {
                *row |= 1 << (other & 31);
            }
        }
        pairs
    }

    /// Whether a text may be in the word.
    pub(super) fn may_hold(&self, text: &[u8]) -> bool {
        text.windows(2).all(|pair| match pair {
            [one, other] => {
                let row = self.0.get(usize::from(one & 31));
                row.is_some_and(|row| row >> (other & 31) & 1 == 1)
            }
            _ => false,
        })
    }
}
