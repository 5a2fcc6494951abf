//! The interface `shape`.

use hushgate_detector::document::{Lifetime, nature};
use hushgate_engine::{redact::Key, rules::Rules};
use hushgate_shape as engine;
use zeroize::Zeroizing;

use crate::{
    Bundle, Gate,
    bindings::exports::hushgate::gate::{
        bundle::{self, BundleBorrow},
        shape as wit, types,
    },
    convert,
};

/// The same cases in both directions.
macro_rules! same {
    ($to:ident: $engine:path => $wit:path { $($case:ident),* $(,)? }) => {
        pub(crate) fn $to(it: $engine) -> $wit {
            use $engine as From;
            match it {
                $(From::$case => <$wit>::$case,)*
            }
        }
    };
    ($to:ident, $from:ident: $engine:path => $wit:path { $($case:ident),* $(,)? }) => {
        same!($to: $engine => $wit { $($case),* });

        fn $from(it: $wit) -> $engine {
            use $engine as To;
            match it {
                $(<$wit>::$case => To::$case,)*
            }
        }
    };
}

same!(lifetime, of_lifetime: Lifetime => bundle::Lifetime { Session, Short, Long, Static });
same!(kind, of_kind: nature::Kind => bundle::Kind {
    Token, AccessToken, RefreshToken, ApiKey, KeyId, SecretKey, Password, PasswordHash,
    ConnectionString, IdentityToken, SessionCookie, SignedUrl, Webhook, KeyFile, PrivateKey,
    PublicKey, Certificate, SymmetricKey, SeedPhrase,
});
same!(principal, of_principal: nature::Principal => bundle::Principal { Person, Workload, Application });
same!(mode, of_mode: nature::Mode => bundle::Mode { Test, Live });
same!(ground: engine::Ground => wit::Ground {
    Checksum, Form, Structure, Common, WrongChecksum, Bare, Broken,
});
same!(property, of_property: engine::Property => wit::Property {
    Account, Project, Organisation, Workspace, User, Subject, Audience, Authority, Client, Scope,
    Role, Key, Identifier, Algorithm, Bits, Curve, Fingerprint, Encrypted, Host, Database, Scheme,
    Region, Service, Repository, Reference, Namespace, Comment, Caveat, Type, Resource,
});
same!(around: engine::Around => wit::Around { Space, Newline, Quotes, Scheme, Base64 });
same!(severity: engine::Severity => types::Severity { Note, Warning, Error });
same!(code: engine::Code => wit::Code {
    Empty, Placeholder, Untidy, Encoded, EncodedTwice, Unknown, WrongShape, WrongKind,
    PrivateForPublic, WrongIssuer, WrongPrincipal, TooLasting, TooLong, Endless, Expired, Early,
    WrongChecksum, Broken, TestForLive, LiveForTest, WrongFact, MissingFact,
});
same!(phase: engine::Phase => wit::Phase { Early, Within, Over });

fn shape(it: engine::Shape, now: i64) -> wit::Shape {
    wit::Shape {
        phase: phase(it.phase(now)),
        id: it.id,
        issuer: it.issuer,
        kind: kind(it.kind),
        lifetime: it.lifetime.map(lifetime),
        principal: it.principal.map(principal),
        mode: it.mode.map(mode),
        checksum: convert::checksum(it.checksum),
        confidence: convert::confidence(it.confidence),
        ground: ground(it.ground),
        issued: it.issued,
        starts: it.starts,
        expires: it.expires,
        facts: it.facts.into_iter().map(fact).collect(),
    }
}

fn fact(it: engine::Fact) -> wit::Fact {
    wit::Fact {
        property: property(it.property),
        text: it.text,
    }
}

fn error(it: engine::InspectError) -> wit::InspectError {
    match it {
        engine::InspectError::TooLong { most } => {
            wit::InspectError::TooLong(u32::try_from(most).unwrap_or(u32::MAX))
        }
    }
}

fn of_declaration(it: wit::Declaration) -> engine::Declaration {
    engine::Declaration {
        shapes: it.shapes,
        kinds: it.kinds.into_iter().map(of_kind).collect(),
        issuer: it.issuer,
        lifetime: it.lifetime.map(of_lifetime),
        principal: it.principal.map(of_principal),
        mode: it.mode.map(of_mode),
        seconds: it.seconds,
        expected: it
            .expected
            .into_iter()
            .map(|it| engine::Expected {
                property: of_property(it.property),
                texts: it.texts,
            })
            .collect(),
    }
}

fn declaration(it: engine::Declaration) -> wit::Declaration {
    wit::Declaration {
        shapes: it.shapes,
        kinds: it.kinds.into_iter().map(kind).collect(),
        issuer: it.issuer,
        lifetime: it.lifetime.map(lifetime),
        principal: it.principal.map(principal),
        mode: it.mode.map(mode),
        seconds: it.seconds,
        expected: it
            .expected
            .into_iter()
            .map(|it| wit::Expected {
                property: property(it.property),
                texts: it.texts,
            })
            .collect(),
    }
}

fn violation(it: engine::Violation) -> wit::Violation {
    wit::Violation {
        code: code(it.code),
        severity: severity(it.severity),
        message: it.message,
        help: it.help.to_owned(),
        property: it.property.map(property),
    }
}

impl wit::Guest for Gate {
    fn inspect(
        rules: BundleBorrow<'_>,
        value: String,
        now: i64,
    ) -> Result<wit::Inspection, wit::InspectError> {
        let value = Zeroizing::new(value);
        let rules: &Rules = &rules.get::<Bundle>().0;
        let seen = engine::inspect(rules, &value).map_err(error)?;
        Ok(wit::Inspection {
            shapes: seen.shapes.into_iter().map(|it| shape(it, now)).collect(),
            around: seen.around.into_iter().map(around).collect(),
        })
    }

    fn check(
        rules: BundleBorrow<'_>,
        value: String,
        declared: wit::Declaration,
        now: i64,
    ) -> Result<Vec<wit::Violation>, wit::InspectError> {
        let value = Zeroizing::new(value);
        let rules: &Rules = &rules.get::<Bundle>().0;
        let declared = of_declaration(declared);
        let found = engine::check(rules, &value, &declared, now).map_err(error)?;
        Ok(found.into_iter().map(violation).collect())
    }

    fn declarations() -> Vec<wit::Named> {
        let all = engine::declared::all().iter();
        all.map(|it| wit::Named {
            name: it.name.to_owned(),
            description: it.description.to_owned(),
            declaration: declaration(it.declaration()),
        })
        .collect()
    }

    fn fingerprint(value: String, key: Vec<u8>) -> Result<String, wit::InspectError> {
        let (value, key) = (Zeroizing::new(value), Zeroizing::new(key));
        let least = u32::try_from(hushgate_engine::redact::MIN_KEY).unwrap_or(u32::MAX);
        let key = Key::new(&key).map_err(|_| wit::InspectError::KeyTooShort(least))?;
        Ok(key.fingerprint_of(value.as_bytes()))
    }
}
