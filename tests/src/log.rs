//! A made-up log in which much can go wrong: credentials, registered values, bytes that are no
//! text, and halves of all of these.

use crate::random::Random;

/// What is put into the lines.
#[derive(Debug, Clone, Default)]
pub struct Ingredients {
    /// Texts that hold a credential, or nearly.
    pub credentials: Vec<String>,
    /// Values that are registered.
    pub values: Vec<Vec<u8>>,
}

/// A log of at least `bytes` bytes, the same for the same arguments.
#[must_use]
pub fn mixed(seed: u64, bytes: usize, ingredients: &Ingredients) -> Vec<u8> {
    let mut maker = Maker {
        random: Random::new(seed),
        ingredients,
        out: Vec::new(),
    };
    while maker.out.len() < bytes {
        maker.line();
    }
    maker.out
}

struct Maker<'i> {
    random: Random,
    ingredients: &'i Ingredients,
    out: Vec<u8>,
}

impl Maker<'_> {
    fn line(&mut self) {
        match self.random.below(10) {
            0 | 1 => self.access(),
            2 | 3 => self.json(),
            4 => self.syslog(),
            5 => self.shell(),
            6 => self.binary(),
            7 => self.glued(),
            8 => self.blob(),
            _ => self.trace(),
        }
        let ends: [&[u8]; 4] = [b"\n", b"\n", b"\n", b"\r\n"];
        let end = self.random.pick(&ends).copied().unwrap_or(b"\n");
        self.out.extend_from_slice(end);
    }

    fn access(&mut self) {
        let (host, status, size) = (self.number(255), self.number(600), self.number(90_000));
        self.text(&format!("10.0.{host}.7 - - \"GET /v1/items?key="));
        self.something();
        self.text(&format!(" HTTP/1.1\" {status} {size}"));
    }

    fn json(&mut self) {
        let request = self.number(1_000_000);
        self.text(&format!(
            "{{\"level\":\"info\",\"request\":{request},\"headers\":{{\"authorization\":\"Bearer "
        ));
        self.something();
        self.text("\"}}");
    }

    fn syslog(&mut self) {
        let process = self.number(32_768);
        self.text(&format!(
            "<34>1 2026-11-23T10:00:00Z host app {process} - - token "
        ));
        self.something();
        self.text(" accepted");
    }

    fn shell(&mut self) {
        self.text("+ export TOKEN=");
        self.something();
        self.text(" && curl -u user:");
        self.something();
        self.text(" https://api.example/");
    }

    fn trace(&mut self) {
        let line = self.number(900);
        self.text(&format!(
            "  File \"app.py\", line {line}, in connect\r\n    password=\""
        ));
        self.something();
        self.text("\", é = '→'");
    }

    /// No text at all, with something in the middle.
    fn binary(&mut self) {
        for _ in 0..self.random.below(40) {
            let byte = u8::try_from(self.random.below(256)).unwrap_or(0);
            self.out.push(byte);
        }
        self.out.extend_from_slice(b"\0\0\xff\xfe");
        self.something();
        self.out.extend_from_slice(b"\xc3\0");
    }

    /// Several things without anything between them.
    fn glued(&mut self) {
        for _ in 0..self.random.below(5) {
            self.something();
        }
    }

    /// Base64 of something.
    fn blob(&mut self) {
        let from = self.out.len();
        for _ in 0..self.random.below(3) {
            self.out.push(b'x');
        }
        self.something();
        let inner = self.out.split_off(from);
        self.text("data:;base64,");
        let url_safe = self.random.below(2) == 0;
        self.out.extend(base64(&inner, url_safe));
    }

    /// A credential, a value, a half of one of them, or a word.
    fn something(&mut self) {
        let ingredients = self.ingredients;
        let whole = match self.random.below(8) {
            0..3 => self
                .random
                .pick(&ingredients.credentials)
                .map(|it| it.as_bytes()),
            3..6 => self.random.pick(&ingredients.values).map(Vec::as_slice),
            _ => self
                .random
                .pick(&["nothing", "-", "[registered]", "***", "sk_live", "aa"])
                .map(|it| it.as_bytes()),
        };
        let whole = whole.unwrap_or_default();
        let part = match self.random.below(6) {
            0 => whole.get(..self.random.below(whole.len() + 1)),
            1 => whole.get(self.random.below(whole.len() + 1)..),
            _ => Some(whole),
        };
        self.out.extend_from_slice(part.unwrap_or_default());
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, bound: usize) -> usize {
        self.random.below(bound)
    }
}

/// Base64 with padding, in either alphabet.
#[must_use]
pub fn base64(bytes: &[u8], url_safe: bool) -> Vec<u8> {
    let character = |sextet: u32| match u8::try_from(sextet & 63).unwrap_or(0) {
        it @ 0..26 => b'A' + it,
        it @ 26..52 => b'a' + (it - 26),
        it @ 52..62 => b'0' + (it - 52),
        62 => {
            if url_safe {
                b'-'
            } else {
                b'+'
            }
        }
        _ => {
            if url_safe {
                b'_'
            } else {
                b'/'
            }
        }
    };
    let mut out = Vec::new();
    for group in bytes.chunks(3) {
        let sum = group
            .iter()
            .fold(0, |sum, &byte| (sum << 8) | u32::from(byte));
        let sum = sum << (8 * (3 - group.len()));
        let characters = [18, 12, 6, 0].map(|shift| character(sum >> shift));
        out.extend(characters.iter().take(group.len() + 1));
        out.extend(std::iter::repeat_n(b'=', 3 - group.len()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 4648.
    #[test]
    fn known_base64() {
        for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(base64(plain.as_bytes(), false), encoded.as_bytes());
        }
        assert_eq!(base64(b"\xfb\xff", false), b"+/8=");
        assert_eq!(base64(b"\xfb\xff", true), b"-_8=");
    }

    #[test]
    fn the_same_seed_makes_the_same_log() {
        let ingredients = Ingredients {
            credentials: vec!["one".to_owned()],
            values: vec![b"two".to_vec()],
        };
        let log = mixed(7, 5000, &ingredients);
        assert!(log.len() >= 5000);
        assert_eq!(log, mixed(7, 5000, &ingredients));
        assert_ne!(log, mixed(8, 5000, &ingredients));
    }
}
