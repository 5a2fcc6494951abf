//! Keys of PuTTY: a text of lines, of which the public half and a remark are in the clear.

use hushgate_detector::document::{Lifetime, nature::Kind};

use crate::{
    around::base64,
    shape::{Ground, Property, Shape},
};

const BEGIN: &str = "PuTTY-User-Key-File-";

/// More lines of a public key are none.
const MAX_LINES: u64 = 64;

pub(super) fn shape(text: &str) -> Option<Shape> {
    let first = text.lines().next()?;
    let (version, algorithm) = first.strip_prefix(BEGIN)?.split_once(": ")?;
    let mut shape = Shape::new("putty-private-key", Kind::PrivateKey, Ground::Structure);
    shape.lifetime = Some(Lifetime::Static);
    shape.note(Property::Type, format!("version {version}"));
    let field = |name: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    shape.note_some(Property::Comment, field("Comment"));
    shape.note_some(
        Property::Encrypted,
        field("Encryption").map(|it| if it == "none" { "no" } else { "yes" }),
    );
    // As wide in the sandbox as elsewhere: what is no number here must be none there.
    let count = field("Public-Lines").and_then(|it| it.parse::<u64>().ok());
    let count = count.and_then(|it| usize::try_from(it.min(MAX_LINES)).ok());
    let Some(count) = count else {
        shape.is_broken();
        return Some(shape);
    };
    let lines = text.lines();
    let behind = lines.skip_while(|line| !line.starts_with("Public-Lines: "));
    let public: String = behind.skip(1).take(count).collect();
    let read = base64(&public).and_then(|blob| super::ssh::note(&blob, &mut shape));
    if read.is_none() {
        shape.note(Property::Algorithm, algorithm);
    }
    if field("Private-Lines").is_none() {
        shape.is_broken();
    }
    Some(shape)
}
