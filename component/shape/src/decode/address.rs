//! Addresses and strings that say where to connect, and with which password.

use hushgate_detector::document::{Lifetime, nature::Kind};

use crate::{
    placeholder::is_placeholder,
    shape::{Ground, Property, Shape},
};

/// Longest connection string in bytes.
const MAX_LENGTH: usize = 4096;

/// Schemes of databases and queues, and what people call what they open.
const SCHEMES: [(&str, &str); 22] = [
    ("postgres", "PostgreSQL"),
    ("postgresql", "PostgreSQL"),
    ("mysql", "MySQL"),
    ("mysql2", "MySQL"),
    ("mariadb", "MariaDB"),
    ("mongodb", "MongoDB"),
    ("mongodb+srv", "MongoDB"),
    ("redis", "Redis"),
    ("rediss", "Redis"),
    ("amqp", "RabbitMQ"),
    ("amqps", "RabbitMQ"),
    ("mssql", "SQL Server"),
    ("sqlserver", "SQL Server"),
    ("oracle", "Oracle"),
    ("clickhouse", "ClickHouse"),
    ("snowflake", "Snowflake"),
    ("nats", "NATS"),
    ("mqtt", "MQTT"),
    ("mqtts", "MQTT"),
    ("smtp", "SMTP"),
    ("smtps", "SMTP"),
    ("ldap", "LDAP"),
];

pub(super) fn shape(text: &str) -> Option<Shape> {
    if text.len() > MAX_LENGTH || text.contains(['\n', '\r']) {
        return None;
    }
    let jdbc = text.strip_prefix("jdbc:").unwrap_or(text);
    url(jdbc).or_else(|| fields(jdbc))
}

/// What stands for a password where the user is a token.
const STAND_INS: [&str; 3] = ["", "x", "x-oauth-basic"];

/// `scheme://user:password@host:port/database?options`
fn url(text: &str) -> Option<Shape> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '.' | '-');
    if scheme.is_empty() || !scheme.chars().all(is_scheme) {
        return None;
    }
    // The driver of SQLAlchemy stands behind a plus.
    let plain = scheme.split('+').next().unwrap_or(scheme);
    let lower = scheme.to_ascii_lowercase();
    let known = SCHEMES
        .iter()
        .find(|(name, _)| *name == lower || *name == plain.to_ascii_lowercase());
    let (authority, path) = match end_of_authority(rest) {
        Some(at) => rest.split_at_checked(at)?,
        None => (rest, ""),
    };
    let path = path.strip_prefix('/').unwrap_or(path);
    let (login, host) = match authority.rsplit_once('@') {
        Some((login, host)) => (Some(login), host),
        None => (None, authority),
    };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    if login.is_none() && path.contains('@') {
        // A password with a slash in it: what looks like a host may be a part of it.
        return None;
    }
    let option = |names: &[&str]| {
        let options = query.split(['&', ';']);
        let mut options = options.filter_map(|it| it.split_once('='));
        options
            .find(|(name, _)| names.iter().any(|it| it.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value)
    };
    let (user, password) = match login {
        Some(login) => login.split_once(':').unwrap_or((login, "")),
        None => (
            option(&["user", "username"]).unwrap_or_default(),
            option(&["password", "pwd"]).unwrap_or_default(),
        ),
    };
    // A token alone may stand where the user is.
    if password.is_empty() && (login.is_none() || known.is_some()) {
        return None;
    }
    let mut shape = Shape::new(
        "connection-string",
        Kind::ConnectionString,
        Ground::Structure,
    );
    shape.lifetime = Some(Lifetime::Static);
    let is_token = STAND_INS.contains(&&*password.to_ascii_lowercase());
    shape.is_template = is_placeholder(if is_token { user } else { password })
        && !cfg!(sabotage = "address-of-a-template");
    if let Some((_, name)) = known {
        (*name).clone_into(&mut shape.issuer);
        let database = path.split('/').next().unwrap_or_default();
        shape.note(Property::Database, database);
    }
    shape.note(Property::Scheme, scheme);
    if !is_token || cfg!(sabotage = "token-told-as-a-user") {
        shape.note(Property::User, user);
    }
    shape.note(Property::Host, host);
    Some(shape)
}

/// Where an authority ends. What stands in braces is a template, which may have such signs in it.
fn end_of_authority(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let end = rest.find(|char: char| {
        match char {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(char, '/' | '?' | '#')
    });
    end.or_else(|| rest.find(['/', '?', '#']))
}

/// Names of a password, of a host, of a user and of a database, in small letters without blanks.
const PASSWORDS: [&str; 5] = ["password", "pwd", "accountkey", "sharedaccesskey", "apikey"];
const HOSTS: [&str; 8] = [
    "server",
    "host",
    "hostname",
    "datasource",
    "address",
    "endpoint",
    "accountendpoint",
    "networkaddress",
];
const USERS: [&str; 5] = ["userid", "uid", "user", "username", "sharedaccesskeyname"];
const DATABASES: [&str; 6] = [
    "database",
    "databasename",
    "initialcatalog",
    "dbname",
    "entitypath",
    "service",
];

/// Domains of Azure's services other than its SQL servers, which are that first.
const AZURE: [&str; 4] = [
    ".servicebus.windows.net",
    ".core.windows.net",
    ".documents.azure.com",
    ".azure-devices.net",
];

/// The fields of a text: a separator in quotes or braces is none, and between blanks none behind a
/// backslash.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut end = None;
    let mut last = '\0';
    let mut escaped = false;
    text.split(|char: char| {
        if std::mem::take(&mut escaped) {
            last = char;
            return false;
        }
        escaped = char == '\\' && separator == ' ';
        let is_cut = end.is_none() && char == separator;
        match (end, char) {
            (Some(until), char) if char == until => end = None,
            (None, '"' | '\'') if last == '=' => end = Some(char),
            (None, '{') if last == '=' => end = Some('}'),
            _ => {}
        }
        last = char;
        is_cut
    })
    .collect()
}

/// `Server=…;Database=…;User Id=…;Password=…`, with `;` or blanks between fields.
fn fields(text: &str) -> Option<Shape> {
    let separator = if text.contains(';') { ';' } else { ' ' };
    // JDBC has the host in front of the fields.
    let head = text.split(separator).next().unwrap_or_default();
    let pairs: Vec<(String, &str)> = split(text, separator)
        .into_iter()
        .filter_map(|field| field.split_once('='))
        .map(|(name, value)| {
            let mut name = name.to_ascii_lowercase();
            name.retain(|char| char.is_ascii_alphanumeric());
            (name, value.trim().trim_matches(['\'', '"', '{', '}']))
        })
        .collect();
    let value = |names: &[&str]| {
        let mut pairs = pairs.iter();
        let found = pairs.find(|(name, value)| names.contains(&&**name) && !value.is_empty());
        found.map(|(_, value)| *value)
    };
    let password = value(&PASSWORDS)?;
    let account = value(&["accountname"]);
    let jdbc = head.split_once("://").filter(|_| !head.contains('='));
    let host = value(&HOSTS).or(jdbc.map(|(_, host)| host));
    host.or(account)?;
    // `tcp:db.example.com,1433`, `sb://acme.example.net/`
    let host = host.map(|host| {
        let host = host.split_once("://").map_or(host, |(_, host)| host);
        host.trim_end_matches('/').trim_start_matches("tcp:")
    });
    let mut shape = Shape::new(
        "connection-string",
        Kind::ConnectionString,
        Ground::Structure,
    );
    shape.lifetime = Some(Lifetime::Static);
    shape.is_template = is_placeholder(password);
    let scheme = jdbc.map(|(scheme, _)| scheme);
    let known = SCHEMES.iter().find(|(name, _)| scheme == Some(name));
    let has = |name: &str| pairs.iter().any(|(it, _)| it == name);
    let is_azure = |host: &str| AZURE.iter().any(|domain| host.contains(domain));
    let issuer = match known {
        Some((_, issuer)) => issuer,
        None if account.is_some() || host.is_some_and(is_azure) => "Microsoft Azure",
        None if has("initialcatalog") => "SQL Server",
        None if has("dbname") => "PostgreSQL",
        None => "",
    };
    issuer.clone_into(&mut shape.issuer);
    shape.note_some(Property::Scheme, scheme);
    shape.note_some(Property::Host, host);
    shape.note_some(Property::Account, account);
    shape.note_some(Property::User, value(&USERS));
    shape.note_some(Property::Database, value(&DATABASES));
    Some(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Option<[Option<String>; 3]> {
        let shape = shape(text)?;
        let of = |property| shape.fact(property).map(str::to_owned);
        Some([Property::Host, Property::User, Property::Database].map(of))
    }

    #[test]
    fn as_programs_write_them() {
        let all = |host: &str, user: &str, database: &str| {
            Some([host, user, database].map(|it| (!it.is_empty()).then(|| it.to_owned())))
        };
        for (text, expected) in [
            (
                "postgres://app:hunter2@db.example.com:5432/shop?sslmode=require",
                all("db.example.com:5432", "app", "shop"),
            ),
            (
                "postgresql+asyncpg://app:p%40ss@db/shop",
                all("db", "app", "shop"),
            ),
            (
                "mongodb+srv://app:hunter2@c0.example.net,c1.example.net/shop",
                all("c0.example.net,c1.example.net", "app", "shop"),
            ),
            ("redis://:hunter2@cache:6379/0", all("cache:6379", "", "0")),
            (
                "jdbc:postgresql://db/shop?user=app&password=hunter2",
                all("db", "app", "shop"),
            ),
            (
                "jdbc:sqlserver://db:1433;databaseName=shop;user=app;password=hunter2",
                all("db:1433", "app", "shop"),
            ),
            (
                "Server=tcp:db.example.com,1433;Initial Catalog=shop;User ID=app;Password=hunter2;",
                all("db.example.com,1433", "app", "shop"),
            ),
            (
                "host=db user=app password=hunter2 dbname=shop",
                all("db", "app", "shop"),
            ),
            (
                "https://app:hunter2@www.example.com/x",
                all("www.example.com", "app", ""),
            ),
        ] {
            assert_eq!(facts(text), expected, "{text}");
        }
    }

    #[test]
    fn no_part_of_a_password_is_a_fact() {
        for (text, expected) in [
            ("https://hunter2:x-oauth-basic@db/x", "db"),
            ("https://hunter2:X@db/x", "db"),
            ("https://hunter2@db/x", "db"),
            ("Server=db;Password=\"a;host=hunter2\";", "db"),
            ("Server=db;Pwd={a;uid=hunter2};", "db"),
            ("host=db password='a user=hunter2'", "db"),
            ("host=db password='a\\' user=hunter2'", "db"),
            ("host=db password=a\\ user=hunter2", "db"),
        ] {
            let [host, user, _] = facts(text).expect(text);
            assert_eq!(host.as_deref(), Some(expected), "{text}");
            assert_eq!(user, None, "{text}");
        }
    }

    #[test]
    fn what_has_no_password_is_none() {
        for text in [
            "https://app:hunt/er2@db?password=x",
            "postgres://db/shop",
            "postgres://app@db/shop",
            "https://www.example.com/?a=b",
            "host=db user=app",
            "a://",
            "",
        ] {
            assert_eq!(facts(text), None, "{text}");
        }
    }
}
