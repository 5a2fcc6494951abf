//! The allowlist of a bundle: paths to hold against it, and what to say of its entries.

use std::path::Path;

use hushgate::{Allowed, Use};

use crate::console;
use crate::name::Name;

/// A path as entries name it: as it was given, without `./` in front, with `/` between names. Standard
/// input and what is no UTF-8 have none.
pub(crate) fn path(file: &Path) -> Option<String> {
    if file == Path::new("-") {
        return None;
    }
    let mut path = file.to_str()?;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    Some(if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    })
}

/// What is to be said of an entry before anything is read.
pub(crate) fn is_known_at_once(entry: &Allowed) -> bool {
    matches!(entry.state, Use::Expired | Use::Keyless)
}

/// The code of what is to be said of an entry, and the same for people; nothing where all is well.
pub(crate) fn remark(entry: &Allowed) -> Option<(&'static str, &'static str)> {
    match entry.state {
        Use::Expired => Some(("allow-expired", "has expired and allows nothing any more")),
        Use::Keyless => Some((
            "allow-without-key",
            "needs the key of its fingerprint: `--fingerprint-key-env`",
        )),
        Use::Unused => Some(("allow-unused", "allowed nothing")),
        _ => None,
    }
}

/// Warns of an entry of the bundle at `path`.
pub(crate) fn warn(path: &Path, entry: &Allowed) {
    if let Some((_, message)) = remark(entry) {
        let Allowed {
            detector,
            line,
            column,
            by,
            ..
        } = entry;
        console::warn(format_args!(
            "{}:{line}:{column}: the entry for `{detector}` by {by} {message}",
            Name(path)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_as_they_were_given() {
        for (file, expected) in [
            ("a/b.log", Some("a/b.log")),
            ("./a.log", Some("a.log")),
            ("././/a.log", Some("a.log")),
            ("/var/log/a.log", Some("/var/log/a.log")),
            ("-", None),
        ] {
            assert_eq!(path(Path::new(file)).as_deref(), expected, "{file}");
        }
    }
}
