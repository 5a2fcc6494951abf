//! Percent-encoding, in its variants.

use super::digits::{hex_lower, hex_upper};
use super::{Buffer, Notation};

/// One variant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Percent {
    /// What stays as it is, beside letters and digits; nothing at all where there is nothing.
    kept: &'static [u8],
    upper: bool,
    /// A blank as `+`: forms.
    plus: bool,
}

/// What stays as it is: by RFC 3986; in JavaScript's encodeURIComponent; that with the slash, as
/// in paths; in forms, by WHATWG and Java; in a part of a path, by Go; all that an address may hold; that with the brackets of
/// IPv6.
const KEPT: [&[u8]; 7] = [
    b"-._~",
    b"-._~!'()*",
    b"-._~/",
    b"-._*",
    b"-._~$&+=:@",
    b"-._~!'()*;/?:@&=+$,#",
    b"-._~!'()*;/?:@&=+$,#[]",
];

/// As most libraries write it.
pub(super) const PLAIN: Percent = Percent {
    kept: b"-._~",
    upper: true,
    plus: false,
};

/// Every byte escaped.
pub(super) const ENTIRE: Percent = Percent {
    kept: b"",
    upper: true,
    plus: false,
};

/// The same in small letters.
pub(super) const ENTIRE_LOWER: Percent = Percent {
    kept: b"",
    upper: false,
    plus: false,
};

/// Others in which JSON is sent: by JavaScript, and in forms of either kind.
pub(super) const OTHERS: [Percent; 3] = [
    percent(b"-._~!'()*", false),
    percent(b"-._*", true),
    percent(b"-._~", true),
];

const fn percent(kept: &'static [u8], plus: bool) -> Percent {
    Percent {
        kept,
        upper: true,
        plus,
    }
}

/// All variants that escape what they have to, the commonest first.
pub(super) fn all() -> impl Iterator<Item = Percent> {
    KEPT.into_iter().flat_map(|kept| {
        [(true, false), (true, true), (false, false), (false, true)]
            .into_iter()
            .map(move |(upper, plus)| Percent { kept, upper, plus })
    })
}

impl Percent {
    /// Whether it writes a text otherwise than [`PLAIN`] does.
    pub(super) fn differs(self, text: &[u8]) -> bool {
        let differs = |byte: &u8| {
            self.plus && *byte == b' ' || self.kept.contains(byte) != PLAIN.kept.contains(byte)
        };
        text.iter().any(differs)
    }
}

impl Notation for Percent {
    fn write(&self, text: &[u8], out: &mut Buffer) -> bool {
        for &byte in text {
            let plain = !self.kept.is_empty()
                && (byte.is_ascii_alphanumeric() || self.kept.contains(&byte));
            if self.plus && byte == b' ' {
                out.push(b'+');
            } else if plain {
                out.push(byte);
            } else {
                out.push(b'%');
                out.extend(&if self.upper {
                    hex_upper(byte)
                } else {
                    hex_lower(byte)
                });
            }
        }
        true
    }
}
