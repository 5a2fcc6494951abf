//! The secret parts of a registered value that has structure.
//!
//! Who registers a key file, a connection string or an `.env` file means the password in it: that
//! is what a program prints. So each part is looked for as if it had been registered itself.
//!
//! # What is a part
//! Names decide ([`names`]): the string of a JSON member or of an assignment that is called
//! `private_key` or `DB_PASSWORD`. Beside them places decide: the password of an address, the body
//! of a private key, what stands behind `Bearer`. Everything else stays readable: an e-mail
//! address, a project or a host name would mangle ordinary logs. For the same reason a part is
//! dropped where it would be refused as a value, and where it is a word that says nothing
//! ([`names::says_nothing`]). The whole is registered either way.
//!
//! # Why it is bounded
//! Each reader goes through its text once. What it finds is read again as a text of its own, at
//! most [`DEEPEST`] levels down. A text gives parts of at most about its own length twice, and the
//! registry counts parts like values.
//!
//! # Hazard
//! Every part is a credential. They are kept in buffers that are zeroed.

mod address;
mod assignment;
mod basic;
mod json;
mod names;
mod pem;

use super::{MIN_DERIVED, MIN_VALUE, buffer::Buffer, repetitive, trivial};

/// How often a part is looked into: a document, a string of it, what that is encoded in.
const DEEPEST: u32 = 3;

/// The secret parts of `value`, each once. The value itself is none of them.
pub(super) fn of(value: &[u8]) -> Vec<Buffer> {
    let mut parts = Parts { found: Vec::new() };
    parts.look_around(value, 0);
    let mut found = parts.found;
    found.sort_unstable_by(|one, other| one.cmp(other));
    found.dedup_by(|one, other| **one == **other);
    found.retain(|part| **part != *value);
    found
}

/// The parts that were found so far.
struct Parts {
    found: Vec<Buffer>,
}

impl Parts {
    /// Looks for parts in a text `depth` levels down, which itself is none.
    fn look_into(&mut self, text: &[u8], depth: u32) {
        let trimmed = text.trim_ascii();
        if depth >= DEEPEST || trimmed.len() < MIN_VALUE {
            return;
        }
        if json::is_document(trimmed) {
            json::read(trimmed, |name, string| self.named(name, string, depth + 1));
            return;
        }
        if let Some((scheme, credentials)) = basic::scheme(trimmed) {
            self.secret(credentials, depth + 1);
            if scheme == basic::Scheme::Basic {
                self.login(credentials, depth + 1);
            }
            return;
        }
        pem::read(trimmed, |body| self.secret(body, depth + 1));
        address::read(trimmed, |password| self.spelt(password, depth + 1));
        assignment::read(trimmed, |name, string| self.named(name, string, depth + 1));
    }

    /// A string with a name; none where it stands alone.
    fn named(&mut self, name: &[u8], string: &[u8], depth: u32) {
        match names::meaning(name, string) {
            names::Meaning::Secret => self.spelt(string, depth),
            names::Meaning::Login => self.login(string, depth),
            names::Meaning::Header => {
                if basic::scheme(string.trim_ascii()).is_some() {
                    self.look_into(string, depth);
                } else {
                    self.secret(string, depth);
                }
            }
            names::Meaning::Other => self.look_into(string, depth),
        }
    }

    /// A part as it stands in an address or a form, and as it is meant.
    fn spelt(&mut self, part: &[u8], depth: u32) {
        if let Some(meant) = address::decoded(part) {
            self.secret(&meant, depth);
        }
        self.secret(part, depth);
    }

    /// A part, and those in it.
    fn secret(&mut self, part: &[u8], depth: u32) {
        self.add(part);
        self.look_around(part, depth);
    }

    /// Looks for parts in a text that is secret as a whole: it may be in quotes or in base64, as a
    /// key file in a variable is, or what Kubernetes keeps.
    fn look_around(&mut self, text: &[u8], depth: u32) {
        if depth >= DEEPEST {
            return;
        }
        let trimmed = text.trim_ascii();
        if let Some(said) = assignment::unquoted(trimmed) {
            self.secret(&said, depth + 1);
            return;
        }
        self.look_into(trimmed, depth);
        if let Some(said) = basic::decoded(trimmed).filter(|it| it.len() >= MIN_DERIVED) {
            self.secret(&said, depth + 1);
        }
    }

    /// `user:password` in base64.
    fn login(&mut self, credentials: &[u8], depth: u32) {
        let text = basic::decoded(credentials.trim_ascii()).unwrap_or_default();
        if let Some(at) = text.iter().position(|&byte| byte == b':') {
            self.secret(text.get(at + 1..).unwrap_or_default(), depth);
        }
    }

    fn add(&mut self, part: &[u8]) {
        let part = part.trim_ascii();
        let refused = part.len() < MIN_VALUE || trivial(part) || repetitive(part);
        if !refused && !names::says_nothing(part) && !cfg!(sabotage = "parts-skipped") {
            self.found.push(Buffer::from(part));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(value: &str) -> Vec<String> {
        let parts = of(value.as_bytes());
        let text = |part: &Buffer| String::from_utf8(part.to_vec()).expect("text");
        parts.iter().map(text).collect()
    }

    #[test]
    fn a_plain_value_has_no_parts() {
        for value in [
            "hunter2-hunter2",
            "correct horse battery staple",
            "Xq8\"LeKv2'Tn5&wR9bYc3/dHs7",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "a=b",
            "{}",
            "[]",
            "https://host.example/path?x=1",
            "git@host.example:org/repo.git",
        ] {
            assert!(parts(value).is_empty(), "{value}: {:?}", parts(value));
        }
    }

    #[test]
    fn documents() {
        let key = "{\"type\": \"service_account\", \"project_id\": \"some-project\", \
            \"private_key\": \"-----BEGIN PRIVATE KEY-----\\nMIIEvQIB\\nADANBgkq\\n-----END PRIVATE KEY-----\\n\", \
            \"client_email\": \"robot@some-project.example\", \"private_key_id\": \"0123456789abcdef\"}";
        assert_eq!(
            parts(key),
            [
                "-----BEGIN PRIVATE KEY-----\nMIIEvQIB\nADANBgkq\n-----END PRIVATE KEY-----",
                "MIIEvQIB\nADANBgkq",
                "MIIEvQIBADANBgkq",
            ]
        );
        assert_eq!(
            parts(r#"{"log": "{\"user\": \"bob\", \"password\": \"hunter2-9\"}"}"#),
            ["hunter2-9"],
            "JSON in a string"
        );
        assert_eq!(
            parts(r#"{"auths": {"registry.example": {"auth": "Ym9iOmh1bnRlcjItOQ=="}}}"#),
            ["hunter2-9"],
            "the file of container tools"
        );
        assert_eq!(
            parts("eyJ0b2tlbiI6ICJodW50ZXIyLTkifQ=="),
            ["hunter2-9", r#"{"token": "hunter2-9"}"#],
            "JSON in base64"
        );
        assert_eq!(parts("\"hunter2-9\""), ["hunter2-9"], "a JSON string");
    }

    #[test]
    fn files_of_assignments() {
        let file = "# made up\nexport HOST=db.example\nPORT=5432\nDB_PASSWORD='hunter2 9'\n\
            [default]\naws_access_key_id = AKIA\naws_secret_access_key = wJalr/XUtn+FEMI=\n\
            DATABASE_URL=\"postgres://app:pa%40ss-9@db.example/x?sslmode=require\"\n";
        assert_eq!(
            parts(file),
            ["hunter2 9", "pa%40ss-9", "pa@ss-9", "wJalr/XUtn+FEMI="]
        );
    }

    #[test]
    fn headers() {
        assert_eq!(parts("Bearer abcd.efgh"), ["abcd.efgh"]);
        assert_eq!(
            parts("Authorization: Basic Ym9iOmh1bnRlcjItOQ=="),
            ["Ym9iOmh1bnRlcjItOQ==", "bob:hunter2-9", "hunter2-9"]
        );
    }

    /// Work that grows with the square of the length would take minutes here.
    #[test]
    fn hostile_values_are_read_once() {
        for part in [
            "{\"token\":",
            "[",
            "{\"a\":\"",
            "\\\"",
            "token=",
            "token='",
            "token={",
            "a=\"",
            "://a:b/",
            "://a:b@",
            "Bearer ",
            "-----BEGIN PRIVATE KEY-----\n",
            "-----BEGIN A KEY-----a-----END ",
            "password ",
            "login password ",
            "token=a;",
            "&a=",
            "\"",
            "eyJ",
            "%41",
            "\\u0041",
            "'\"{",
        ] {
            let value = part.repeat(64 * 1024 / part.len());
            let parts = of(value.as_bytes());
            let size: usize = parts.iter().map(|part| part.len()).sum();
            assert!(size <= 8 * value.len(), "{part}: {size} bytes of parts");
        }
    }
}
