//! What a credential of a kind is, beside its form: what looks at a credential needs it, what
//! redacts does not.

use std::borrow::Cow;

/// What a credential is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Kind {
    /// Sent with a request, of a nature that nobody declared.
    #[default]
    Token,
    /// Sent with a request; its issuer knows for whom it acts and what it may.
    AccessToken,
    /// Buys access tokens.
    RefreshToken,
    /// Names an account, project or application, and is sent with each request.
    ApiKey,
    /// The public half of a pair: names the secret key that signs.
    KeyId,
    /// The secret half of a pair: signs requests, or proves to be an application.
    SecretKey,
    /// Chosen by somebody or made for a log-in.
    Password,
    /// What is left of a password: it can be guessed from it.
    PasswordHash,
    /// An address with a log-in in it.
    ConnectionString,
    /// A signed statement on who somebody is.
    IdentityToken,
    /// Stands for a log-in in a browser.
    SessionCookie,
    /// An address that carries its own permission.
    SignedUrl,
    /// An address that anybody may post to who knows it.
    Webhook,
    /// A file or a text of several credentials and what they are for.
    KeyFile,
    /// The private half of a key pair.
    PrivateKey,
    /// The public half of a key pair: no secret.
    PublicKey,
    /// A public key that somebody signed: no secret.
    Certificate,
    /// A key that both sides have.
    SymmetricKey,
    /// Words from which keys are derived.
    SeedPhrase,
}

impl Kind {
    /// Their names in files.
    pub const ALL: [(&'static str, Self); 19] = [
        ("token", Self::Token),
        ("access-token", Self::AccessToken),
        ("refresh-token", Self::RefreshToken),
        ("api-key", Self::ApiKey),
        ("key-id", Self::KeyId),
        ("secret-key", Self::SecretKey),
        ("password", Self::Password),
        ("password-hash", Self::PasswordHash),
        ("connection-string", Self::ConnectionString),
        ("identity-token", Self::IdentityToken),
        ("session-cookie", Self::SessionCookie),
        ("signed-url", Self::SignedUrl),
        ("webhook", Self::Webhook),
        ("key-file", Self::KeyFile),
        ("private-key", Self::PrivateKey),
        ("public-key", Self::PublicKey),
        ("certificate", Self::Certificate),
        ("symmetric-key", Self::SymmetricKey),
        ("seed-phrase", Self::SeedPhrase),
    ];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        name(&Self::ALL, self)
    }
}

/// Who acts by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// Somebody, with all that he or she may.
    Person,
    /// A program that runs: a job, a service, a machine.
    Workload,
    /// A program as its maker registered it, whoever runs it.
    Application,
}

impl Principal {
    /// Their names in files.
    pub const ALL: [(&'static str, Self); 3] = [
        ("person", Self::Person),
        ("workload", Self::Workload),
        ("application", Self::Application),
    ];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        name(&Self::ALL, self)
    }
}

/// Whether something real depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// The issuer marks it as one of a sandbox.
    Test,
    /// The issuer marks it as one of the real thing.
    Live,
}

impl Mode {
    /// Their names in files.
    pub const ALL: [(&'static str, Self); 2] = [("test", Self::Test), ("live", Self::Live)];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        name(&Self::ALL, self)
    }
}

pub(super) fn name<T: Copy + PartialEq>(all: &[(&'static str, T)], one: T) -> &'static str {
    let found = all.iter().find(|(_, it)| *it == one);
    found.map_or("", |(name, _)| *name)
}

/// What a credential of a kind is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nature {
    /// Who issues it, as people call it; empty where anybody may.
    pub issuer: Cow<'static, str>,
    /// What it is used as.
    pub kind: Kind,
    /// Who acts by it, where its form tells.
    pub principal: Option<Principal>,
    /// Whether something real depends on it, where its form tells.
    pub mode: Option<Mode>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = Kind::ALL.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), Kind::ALL.len());
        assert!(Kind::ALL.iter().all(|(name, kind)| kind.name() == *name));
        assert_eq!(Mode::Live.name(), "live");
        assert_eq!(Principal::Workload.name(), "workload");
    }
}
