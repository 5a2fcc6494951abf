//! The forms in which a value is looked for.
//!
//! A credential is seldom printed as it is: it stands in JSON, in a URL, in a shell command, in
//! a Python traceback, in base64 of something larger. Every way of writing that a common tool
//! has is applied to the value as a whole; those that write it alike are one form. One level of
//! nesting is covered: JSON in base64 and base64 in JSON, JSON in JSON, in a literal and in a URL,
//! what shells and literals write in JSON, as logs of logs have it.
//!
//! What is not covered: text in which some characters are escaped that the tool need not have
//! escaped, and others not. Records that are decoded before they are searched cover that.
//!
//! # Hazard
//! Everything here is a credential. It is written to [`Buffer`]s and kept in boxes that are zeroed;
//! no notation allocates for itself.

mod base64;
mod digits;
mod json;
mod literal;
mod markup;
mod percent;
mod shell;
mod variants;

use zeroize::Zeroizing;

use super::{MIN_DERIVED, MIN_VALUE, buffer::Buffer, trivial};

/// A line of fewer bytes than this is not looked for alone: `EOF` and `key:` are everywhere.
const MIN_LINE: usize = 8;

/// Longer values are looked for in fewer notations: those that escape everything would be many
/// times as long, and nobody prints a key file so.
const LONG: usize = 1024;

/// What stands for plus and slash of base64 in addresses, and in JSON by .NET.
const PUNCTUATION: &[(&str, &str)] = &[
    ("+", "\\/"),
    ("\\u002B", "/"),
    ("%2B", "%2F"),
    ("%2b", "%2f"),
    ("%2B", "/"),
];

/// The same in JSON by those that escape the slash.
const ESCAPED_SLASH: &[(&str, &str)] = &[("+", "\\/")];

/// One form of a value.
pub(crate) struct Form {
    bytes: Zeroizing<Box<[u8]>>,
    partial: bool,
    plain: bool,
}

impl Form {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether one more base64 character, and padding, may belong to it.
    pub(crate) fn partial(&self) -> bool {
        self.partial
    }

    /// Whether it is in no notation: the value as it is, or a line of it.
    pub(crate) fn plain(&self) -> bool {
        self.plain
    }
}

/// A way of writing a text.
trait Notation {
    /// Writes `text` to `out`; whether it can be written so at all.
    fn write(&self, text: &[u8], out: &mut Buffer) -> bool;
}

/// Forms, as they come.
#[derive(Default)]
struct Forms {
    all: Vec<Form>,
    /// Where the next form is written.
    room: Buffer,
    /// The same for a form inside another one.
    inner: Buffer,
}

impl Forms {
    fn add(&mut self, bytes: &[u8], partial: bool) {
        self.push(bytes, partial, false);
    }

    fn push(&mut self, bytes: &[u8], partial: bool, plain: bool) {
        if bytes.len() >= MIN_VALUE && !trivial(bytes) {
            let bytes = Zeroizing::new(Box::from(bytes));
            self.all.push(Form {
                bytes,
                partial,
                plain,
            });
        }
    }

    /// A text in a notation.
    fn write(&mut self, notation: &impl Notation, text: &[u8]) {
        let mut room = std::mem::take(&mut self.room);
        room.clear();
        if notation.write(text, &mut room) {
            self.add(&room, false);
        }
        self.room = room;
    }

    /// A text in a notation, and that in another one. Where the inner one changes nothing, the
    /// outer one was written already.
    fn nest(&mut self, outer: &impl Notation, inner: &impl Notation, text: &[u8]) {
        let mut room = std::mem::take(&mut self.inner);
        room.clear();
        let skipped = cfg!(sabotage = "nested-notation-skipped");
        if inner.write(text, &mut room) && *room != *text && !skipped {
            self.write(outer, &room);
        }
        self.inner = room;
    }

    /// A text in base64, at all alignments and in both alphabets, and that as it is written in
    /// `others`; `lines`, also broken into lines.
    fn base64(&mut self, text: &[u8], others: &[(&str, &str)], lines: bool) {
        let mut room = std::mem::take(&mut self.room);
        for alphabet in [base64::STANDARD, base64::URL_SAFE] {
            for alignment in 0..3 {
                if alignment == 1 && cfg!(sabotage = "base64-alignment-skipped") {
                    continue;
                }
                room.clear();
                let partial = base64::write(text, alignment, alphabet, &mut room);
                self.base64_in_others(&room, partial, others);
                self.add(&room, partial);
                if lines && alignment == 0 && alphabet == base64::STANDARD {
                    base64::broken(&room, |lines, last| self.add(lines, last && partial));
                }
            }
        }
        self.room = room;
    }

    /// Base64 with these for plus and slash.
    fn base64_in_others(&mut self, encoded: &[u8], partial: bool, others: &[(&str, &str)]) {
        if !encoded.iter().any(|byte| b"+/".contains(byte)) {
            return;
        }
        let mut room = Buffer::default();
        for (plus, slash) in others {
            room.clear();
            for &byte in encoded {
                match byte {
                    b'+' => room.extend(plus.as_bytes()),
                    b'/' => room.extend(slash.as_bytes()),
                    _ => room.push(byte),
                }
            }
            self.add(&room, partial);
        }
    }

    /// A text in base64 of a notation.
    fn base64_of(&mut self, inner: &impl Notation, text: &[u8]) {
        let mut room = std::mem::take(&mut self.inner);
        room.clear();
        if inner.write(text, &mut room) && *room != *text {
            self.base64(&room, &[], false);
        }
        self.inner = room;
    }

    /// A text in UTF-16 and base64: PowerShell's -EncodedCommand.
    fn base64_wide(&mut self, text: &[u8]) {
        let Ok(text) = std::str::from_utf8(text) else {
            return;
        };
        let mut room = std::mem::take(&mut self.inner);
        room.clear();
        for unit in text.encode_utf16() {
            room.extend(&unit.to_le_bytes());
        }
        self.base64(&room, &[], false);
        self.inner = room;
    }

    /// All notations of a text.
    fn derive(&mut self, text: &[u8]) {
        if text.len() > LONG {
            self.base64(text, ESCAPED_SLASH, true);
            let [plain, wide, ..] = json::ALL;
            self.write(&plain, text);
            self.write(&wide, text);
            self.nest(&json::PLAIN, &plain, text);
            self.nest(&json::PLAIN, &wide, text);
            self.write(&digits::HEX, text);
            let [plain, hex, ..] = literal::ALL;
            self.write(&plain, text);
            self.write(&hex, text);
            self.write(&percent::PLAIN, text);
            return;
        }
        self.base64(text, PUNCTUATION, true);
        json::UNREADABLE.iter().for_each(|it| self.write(it, text));
        digits::ALL.iter().for_each(|it| self.write(it, text));
        markup::NUMBERS.iter().for_each(|it| self.write(it, text));
        self.write(&percent::ENTIRE, text);
        self.write(&percent::ENTIRE_LOWER, text);
        self.base64_wide(text);
        // What no notation has to escape is the same in all others; most values are so.
        if !text.iter().all(|&byte| never_escaped(byte)) {
            self.escape(text);
        }
    }

    /// The notations of a text that escape only what they have to.
    fn escape(&mut self, text: &[u8]) {
        json::ALL.iter().for_each(|it| self.write(it, text));
        for json in json::ALL.iter().take(json::COMMON) {
            self.base64_of(json, text);
            self.nest(&json::PLAIN, json, text);
            self.nest(&literal::SINGLE, json, text);
        }
        self.nest(&percent::PLAIN, &json::PLAIN, text);
        // What all of these write alike is found by decoding.
        for percent in percent::OTHERS.into_iter().filter(|it| it.differs(text)) {
            for json in json::ALL.iter().take(json::COMMON) {
                self.nest(&percent, json, text);
            }
        }
        for literal in literal::ALL {
            self.write(&literal, text);
            self.nest(&json::PLAIN, &literal, text);
        }
        for shell in shell::ALL {
            self.write(&shell, text);
        }
        for shell in shell::ALL.iter().take(shell::COMMON) {
            self.nest(&json::PLAIN, shell, text);
        }
        percent::all().for_each(|it| self.write(&it, text));
        markup::all().for_each(|it| self.write(&it, text));
    }
}

fn never_escaped(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// All forms of a value, each once.
pub(crate) fn of(value: &[u8]) -> Vec<Form> {
    let mut forms = Forms::default();
    forms.push(value, false, true);
    variants::of(value, |text, derived| {
        if derived && text.len() >= MIN_DERIVED {
            forms.derive(text);
        }
        forms.push(text, false, true);
    });
    // Most notations change little: many forms are written more than once.
    let mut forms = forms.all;
    forms.sort_unstable_by(|one, other| {
        let order = one.bytes().cmp(other.bytes());
        order.then(other.partial.cmp(&one.partial))
    });
    forms.dedup_by(|one, other| {
        let alike = one.bytes() == other.bytes();
        other.plain |= alike && one.plain;
        alike
    });
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left out for such values would add nothing.
    #[test]
    fn what_is_never_escaped() {
        for byte in (0..=u8::MAX).filter(|&byte| never_escaped(byte)) {
            let text = [b'a', byte, b'1', b'x', b'y', b'z', b'0', b'Q', byte, byte];
            let count = of(&text).len();
            let mut forms = Forms::default();
            forms.derive(&text);
            forms.escape(&text);
            let mut all: Vec<Vec<u8>> = forms.all.iter().map(|it| it.bytes().to_vec()).collect();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count, "{byte}");
        }
    }

    fn holds(value: &[u8], form: &str) -> bool {
        of(value).iter().any(|it| it.bytes() == form.as_bytes())
    }

    /// Each right side was printed by the tool that the comment names.
    #[test]
    fn what_common_tools_print() {
        let value = "pa\"ss'w/o\\rd&<é\n1".as_bytes();
        for (form, tool) in [
            (r#"pa\"ss'w/o\\rd&<\u00e9\n1"#, "python3 json.dumps"),
            (r#"pa\"ss'w/o\\rd&<é\n1"#, "jq"),
            (r#"pa\"ss'w\/o\\rd&<\u00e9\n1"#, "php json_encode"),
            (r#"pa\"ss'w/o\\rd\u0026\u003cé\n1"#, "go encoding/json"),
            (r#"pa"ss\'w/o\\rd&<é\n1"#, "python3 repr"),
            (r#"pa"ss\'w/o\\rd&<\xc3\xa9\n1"#, "python3 repr of bytes"),
            (r#"pa\"ss'w/o\\rd&<é\n1"#, "go %q"),
            (
                "pa%22ss%27w%2Fo%5Crd%26%3C%C3%A9%0A1",
                "python3 urllib.parse.quote safe=''",
            ),
            (
                "pa%22ss'w%2Fo%5Crd%26%3C%C3%A9%0A1",
                "javascript encodeURIComponent",
            ),
            (
                "pa%22ss%27w/o%5Crd%26%3C%C3%A9%0A1",
                "python3 urllib.parse.quote",
            ),
            (
                "pa&quot;ss&#x27;w/o\\rd&amp;&lt;é\n1",
                "python3 html.escape",
            ),
            ("pa&#34;ss&#39;w/o\\rd&amp;&lt;é\n1", "go html.EscapeString"),
            ("7061227373", "xxd -p, of the first bytes"),
        ] {
            let found = of(value)
                .iter()
                .any(|it| it.bytes() == form.as_bytes() || it.bytes().starts_with(form.as_bytes()));
            assert!(found, "{tool}: {form}");
        }
        assert!(holds(b"it's-a-secret", r"it'\''s-a-secret"), "shell");
        assert!(
            holds(b"it's-a-secret", r"it''s-a-secret"),
            "YAML, PowerShell and expressions"
        );
        assert!(
            holds(b"a$b`c\"d\\e-f", r#"a\$b\`c\"d\\e-f"#),
            "shell, double quotes"
        );
        assert!(holds(b"one two three", "one+two+three"), "form");
        assert!(
            holds(b"one two three", r"one\ two\ three"),
            "shell, printf %q"
        );
    }

    #[test]
    fn short_values_have_one_form() {
        assert_eq!(of(b"short").len(), 1);
    }

    #[test]
    fn nested_once() {
        // {"k":"pa\"ss-word"} in base64, by coreutils.
        let encoded = "eyJrIjoicGFcInNzLXdvcmQifQ==";
        let forms = of(b"pa\"ss-word");
        assert!(forms.iter().any(|form| {
            encoded
                .as_bytes()
                .windows(form.bytes().len())
                .any(|it| it == form.bytes())
        }));
    }

    #[test]
    fn lines_of_a_value() {
        let forms = of(b"first line\nsecond line\n");
        for form in [
            "first line",
            "second line",
            "first line\r\nsecond line",
            r"first line\nsecond line",
            r"first line\r\nsecond line",
        ] {
            assert!(
                forms.iter().any(|it| it.bytes() == form.as_bytes()),
                "{form}"
            );
        }
        // The newline at the end belongs to the file, not to the value.
        assert!(
            !forms
                .iter()
                .any(|it| it.bytes() == b"first line\nsecond line\n\n")
        );
    }
}
