//! Elements of XML between a name and its value.

use super::{
    parse::REACH,
    reader::{Reader, Stop},
};

impl Reader<'_> {
    /// The rest of a tag that opens an element, with one attribute at least.
    pub(super) fn tag(&mut self) -> Result<(), Stop> {
        let from = self.place();
        loop {
            match self.peek()? {
                b'>' => break,
                // Where a label is now something longer may have been, with what follows out of reach.
                b'[' | b']' | b'*' => return Err(Stop::Nothing),
                b' '..=b'~' if self.since_name() <= REACH => self.skip(1),
                _ => return Err(Stop::Nothing),
            }
        }
        let tag = self.since(from);
        self.skip(1);
        // An element without a text: what follows is that of another one.
        match tag.contains(&b'=') && !tag.contains(&b'<') && !tag.ends_with(b"/") {
            true => Ok(()),
            false => Err(Stop::Nothing),
        }
    }

    /// The end of an element and the beginning of the next one: `<key>…</key><string>`.
    pub(super) fn next_element(&mut self) -> Result<(), Stop> {
        for (name, value) in [
            ("</key>", "<string>"),
            ("</name>", "<value>"),
            ("</Name>", "<Value>"),
            ("</Key>", "<Value>"),
        ] {
            if self.take(name)? {
                self.blanks(true)?;
                return match self.take(value)? {
                    true => Ok(()),
                    false => Err(Stop::Nothing),
                };
            }
        }
        Err(Stop::Nothing)
    }
}
