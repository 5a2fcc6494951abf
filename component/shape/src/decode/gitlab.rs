//! GitLab's routable tokens, which say where their owner lives.
//!
//! `PREFIX` + base64url + `.01.` + two digits for the length + seven for the checksum. In the base64 stand
//! lines such as `c:1`, then random bytes, then how many of them there are. Numbers are in base36.

use crate::{
    around::base64,
    shape::{Property, Shape},
};

/// What a line is about, by its letter.
const LINES: [(&str, &str, Property); 5] = [
    ("o", "", Property::Organisation),
    ("g", "group ", Property::Organisation),
    ("p", "", Property::Project),
    ("u", "", Property::User),
    ("c", "cell ", Property::Region),
];

/// Notes what the payload says.
pub(super) fn routable(text: &str, shape: &mut Shape) {
    let Some((head, _)) = text.split_once(".01.") else {
        return;
    };
    let payload = head.split_once('-').map_or("", |(_, it)| it);
    // Runner tokens say what made them: `t1_`.
    let payload = match payload.split_at_checked(3) {
        Some((mark, rest)) if mark.starts_with('t') && mark.ends_with('_') => rest,
        _ => payload,
    };
    let Some(bytes) = base64(payload) else {
        return;
    };
    let Some((&random, rest)) = bytes.split_last() else {
        return;
    };
    let lines = rest.len().checked_sub(usize::from(random));
    let lines = lines.and_then(|length| std::str::from_utf8(rest.get(..length)?).ok());
    for line in lines.unwrap_or_default().lines() {
        let Some((letter, number)) = line.split_once(':') else {
            continue;
        };
        let known = LINES.iter().find(|(known, ..)| *known == letter);
        let number = u64::from_str_radix(number, 36);
        if let (Some((_, word, property)), Ok(number), false) =
            (known, number, cfg!(sabotage = "payload-unread"))
        {
            shape.note(*property, format!("{word}{number}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{around::BASE64, shape::Ground};
    use base64::Engine as _;
    use hushgate_detector::document::nature::Kind;

    #[test]
    fn lines_of_the_payload() {
        let mut payload = b"c:1\no:a\nu:10".to_vec();
        payload.extend([0xAB; 16]);
        payload.push(16);
        let coded = BASE64[1].encode(payload);
        let coded = coded.trim_end_matches('=');
        let mut shape = Shape::new("test", Kind::AccessToken, Ground::Form);
        routable(&format!("glpat-{coded}.01.0a0000000"), &mut shape);
        assert_eq!(shape.fact(Property::Organisation), Some("10"));
        assert_eq!(shape.fact(Property::User), Some("36"));
        assert_eq!(shape.fact(Property::Region), Some("cell 1"));
    }
}
