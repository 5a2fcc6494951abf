//! Words that the contract lists.

use std::fmt;

use crate::bindings::{bundle, shape};

/// An enum with the cases of one of the contract, and their names.
macro_rules! words {
    ($(#[$about:meta])* $name:ident is $wit:path { $($(#[$case_about:meta])* $case:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$case_about])* $case,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$case,)*];

            /// Its name, as files, reports and other languages have it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$case => $text,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl From<$wit> for $name {
            fn from(it: $wit) -> Self {
                match it {
                    $(<$wit>::$case => Self::$case,)*
                }
            }
        }

        impl From<$name> for $wit {
            fn from(it: $name) -> Self {
                match it {
                    $($name::$case => <$wit>::$case,)*
                }
            }
        }
    };
}

words! {
    /// What a credential is used as.
    Kind is bundle::Kind {
        /// Sent with a request, of a nature that nobody declared.
        Token = "token",
        /// Sent with a request; its issuer knows for whom it acts and what it may.
        AccessToken = "access-token",
        /// Buys access tokens.
        RefreshToken = "refresh-token",
        /// Names an account, project or application, and is sent with each request.
        ApiKey = "api-key",
        /// The public half of a pair: names the secret key that signs.
        KeyId = "key-id",
        /// The secret half of a pair: signs requests, or proves to be an application.
        SecretKey = "secret-key",
        /// Chosen by somebody or made for a log-in.
        Password = "password",
        /// What is left of a password: it can be guessed from it.
        PasswordHash = "password-hash",
        /// An address with a log-in in it.
        ConnectionString = "connection-string",
        /// A signed statement on who somebody is.
        IdentityToken = "identity-token",
        /// Stands for a log-in in a browser.
        SessionCookie = "session-cookie",
        /// An address that carries its own permission.
        SignedUrl = "signed-url",
        /// An address that anybody may post to who knows it.
        Webhook = "webhook",
        /// A file or a text of several credentials and what they are for.
        KeyFile = "key-file",
        /// The private half of a key pair.
        PrivateKey = "private-key",
        /// The public half of a key pair: no secret.
        PublicKey = "public-key",
        /// A public key that somebody signed: no secret.
        Certificate = "certificate",
        /// A key that both sides have.
        SymmetricKey = "symmetric-key",
        /// Words from which keys are derived.
        SeedPhrase = "seed-phrase",
    }
}

words! {
    /// Who acts by a credential.
    Principal is bundle::Principal {
        /// Somebody, with all that he or she may.
        Person = "person",
        /// A program that runs: a job, a service, a machine.
        Workload = "workload",
        /// A program as its maker registered it, whoever runs it.
        Application = "application",
    }
}

words! {
    /// Whether something real depends on a credential.
    Mode is bundle::Mode {
        /// The issuer marks it as one of a sandbox.
        Test = "test",
        /// The issuer marks it as one of the real thing.
        Live = "live",
    }
}

words! {
    /// Why a shape is as sure as it is.
    Ground is shape::Ground {
        /// The checksum is right.
        Checksum = "checksum",
        /// The form is distinctive.
        Form = "form",
        /// It can be read as what it claims to be.
        Structure = "structure",
        /// The form is common; much else has it.
        Common = "common",
        /// The form fits, but the checksum is wrong.
        WrongChecksum = "wrong-checksum",
        /// What must stand in front of it is not there.
        Bare = "bare",
        /// It begins as such a credential does, but cannot be read to its end.
        Broken = "broken",
    }
}

words! {
    /// What a fact is about.
    Property is shape::Property {
        /// The account or tenant it belongs to.
        Account = "account",
        /// The project it belongs to.
        Project = "project",
        /// The organisation or group it belongs to.
        Organisation = "organisation",
        /// The workspace or team it belongs to.
        Workspace = "workspace",
        /// Whom it names: a user, a bot, a service account.
        User = "user",
        /// Whom an identity token or a certificate names, in its issuer's words.
        Subject = "subject",
        /// Whom it is meant for.
        Audience = "audience",
        /// Who made it, in its own words: an address or a name.
        Authority = "authority",
        /// The application it was made for.
        Client = "client",
        /// What it may do, in its issuer's words.
        Scope = "scope",
        /// The role it has.
        Role = "role",
        /// The name or number of the key it was made with, or that it is.
        Key = "key",
        /// Its own number.
        Identifier = "identifier",
        /// What signs, encrypts or derives.
        Algorithm = "algorithm",
        /// The size of a key in bits.
        Bits = "bits",
        /// The elliptic curve of a key.
        Curve = "curve",
        /// The SHA-256 of a public key: in lower hex over its DER form, or `SHA256:` and base64 for
        /// SSH.
        Fingerprint = "fingerprint",
        /// Whether a key is encrypted: `yes` or `no`.
        Encrypted = "encrypted",
        /// The host it opens, with the port where one is named.
        Host = "host",
        /// The database it opens.
        Database = "database",
        /// The scheme of an address.
        Scheme = "scheme",
        /// The region or cluster of the issuer.
        Region = "region",
        /// The service it is for.
        Service = "service",
        /// The repository that a workload runs for.
        Repository = "repository",
        /// The branch, tag or environment that a workload runs for.
        Reference = "reference",
        /// The namespace that a workload runs in.
        Namespace = "namespace",
        /// A remark in it.
        Comment = "comment",
        /// A condition that it carries.
        Caveat = "caveat",
        /// What its issuer calls its type.
        Type = "type",
        /// What it opens, where that is an address.
        Resource = "resource",
    }
}

words! {
    /// How a credential stands to a moment, by what it says itself.
    Phase is shape::Phase {
        /// It does not work yet.
        Early = "early",
        /// It is between its start and its end, or has none.
        Within = "within",
        /// It does not work any more.
        Over = "over",
    }
}

words! {
    /// Something around a credential that does not belong to it.
    Around is shape::Around {
        /// White space other than the end of a line.
        Space = "space",
        /// The end of a line.
        Newline = "newline",
        /// Quotes on both sides.
        Quotes = "quotes",
        /// The scheme of an `Authorization` header.
        Scheme = "scheme",
        /// Base64 of all of it. It may stand twice.
        Base64 = "base64",
    }
}

words! {
    /// What is wrong with a value. The name is the stable code.
    Code is shape::Code {
        /// There is nothing.
        Empty = "empty",
        /// It stands for a value that is still to be filled in.
        Placeholder = "placeholder",
        /// White space, ends of lines, quotes or the scheme of a header stand around it.
        Untidy = "untidy",
        /// It is in base64, though it need not be.
        Encoded = "encoded",
        /// It is in base64 twice.
        EncodedTwice = "encoded-twice",
        /// Nothing is known that looks like this.
        Unknown = "unknown",
        /// It is of another shape than declared.
        WrongShape = "wrong-shape",
        /// It is of another kind than declared.
        WrongKind = "wrong-kind",
        /// A private key, where something public was declared.
        PrivateForPublic = "private-for-public",
        /// Somebody else issues it.
        WrongIssuer = "wrong-issuer",
        /// It acts for somebody else than declared.
        WrongPrincipal = "wrong-principal",
        /// It lives longer than declared, by its nature.
        TooLasting = "too-lasting",
        /// It lives for more seconds than declared.
        TooLong = "too-long",
        /// It does not say until when it works, though it has to.
        Endless = "endless",
        /// It does not work any more.
        Expired = "expired",
        /// It does not work yet.
        Early = "early",
        /// Its checksum is wrong: a typing error, or a cut paste.
        WrongChecksum = "wrong-checksum",
        /// It cannot be read to its end.
        Broken = "broken",
        /// It is of a sandbox, where the real thing was declared.
        TestForLive = "test-for-live",
        /// Something real depends on it, where a sandbox was declared.
        LiveForTest = "live-for-test",
        /// It says something else than expected of a property.
        WrongFact = "wrong-fact",
        /// It says nothing of a property of which something is expected.
        MissingFact = "missing-fact",
    }
}
