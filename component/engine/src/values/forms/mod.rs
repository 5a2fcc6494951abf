//! The forms in which a value is looked for.
//!
//! A credential is seldom printed as it is: it stands in JSON, in a URL, in a shell command, in
//! a Python traceback, in base64 of something larger. Every way of writing that a common tool
//! has is applied to the value as a whole; those that write it alike are one form.
//!
//! What is not covered: text in which some characters are escaped that the tool need not have
//! escaped, and others not. Records that are decoded before they are searched cover that.

mod base64;
mod escape;
mod lines;

use zeroize::Zeroizing;

use super::{MIN_DERIVED, MIN_VALUE, trivial};

/// One form of a value.
pub(crate) struct Form {
    bytes: Zeroizing<Vec<u8>>,
    partial: bool,
}

impl Form {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether one more base64 character, and padding, may belong to it.
    pub(crate) fn partial(&self) -> bool {
        self.partial
    }
}

/// Forms, each once.
#[derive(Default)]
struct Forms(Vec<Form>);

impl Forms {
    fn add(&mut self, bytes: Vec<u8>, partial: bool) {
        let bytes = Zeroizing::new(bytes);
        let short = bytes.len() < MIN_VALUE || trivial(&bytes);
        if !short && !self.0.iter().any(|other| *other.bytes == *bytes) {
            self.0.push(Form { bytes, partial });
        }
    }

    /// A text, and the same in base64.
    fn add_with_base64(&mut self, bytes: Vec<u8>) {
        for (form, partial) in base64::forms(&bytes) {
            // Inside JSON some writers escape the slash.
            if form.contains(&b'/') {
                self.add(escape::slashes(&form), partial);
            }
            self.add(form, partial);
        }
        self.add(bytes, false);
    }
}

/// All forms of a value, each once, the value itself first.
pub(crate) fn of(value: &[u8]) -> Vec<Form> {
    let mut forms = Forms::default();
    forms.add(value.to_vec(), false);
    for text in lines::variants(value) {
        // Of a long value, only the whole is looked for in other notations, not each line.
        let derived = value.len() <= LONG || text == value.trim_ascii_end();
        if derived && text.len() >= MIN_DERIVED {
            derive(&mut forms, &text);
        }
        forms.add(text, false);
    }
    forms.0
}

/// Longer values are looked for in fewer notations: those that escape everything would be many
/// times as long, and nobody prints a key file so.
const LONG: usize = 1024;

fn derive(forms: &mut Forms, text: &[u8]) {
    forms.add_with_base64(text.to_vec());
    if text.len() > LONG {
        let common = escape::json(text)
            .into_iter()
            .take(2)
            .chain(escape::common(text));
        common.for_each(|escaped| forms.add(escaped, false));
        return;
    }
    for escaped in escape::json(text) {
        forms.add_with_base64(escaped);
    }
    for escaped in escape::all(text) {
        forms.add(escaped, false);
    }
    if let Ok(text) = std::str::from_utf8(text) {
        // PowerShell's -EncodedCommand.
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (form, partial) in base64::forms(&wide) {
            forms.add(form, partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                .skip(1)
                .any(|it| it.bytes() == b"first line\nsecond line\n\n")
        );
    }
}
