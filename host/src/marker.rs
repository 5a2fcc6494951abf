//! What is written in place of input that is withheld.
//!
//! # Promise
//! No registered value stands in it, and none comes about where another one follows.
//!
//! # Why it holds
//! The sandbox is gone, so nobody redacts a marker. It is written only if no value stands in two of
//! them, one behind the other, and none ends where one begins: what was released in front of it may be the
//! beginning, where a finding or the end of an earlier stream let it go. Else a shorter one is written, and at
//! worst none: the error tells in any case.
//!
//! # Hazard
//! Values are looked for as they were added, and not as they may be written or for the parts they have.

use crate::registry::Registry;

/// Appends the marker that stands for so many bytes of input, if there are any.
pub(crate) fn withheld(bytes: u64, registry: &Registry, output: &mut Vec<u8>) {
    if bytes == 0 {
        return;
    }
    let full = format!("[hushgate: {bytes} bytes withheld]\n");
    let markers = [full.as_str(), "*\n"];
    let free = markers.iter().find(|marker| {
        !registry.stands_in(marker.repeat(2).as_bytes()) && !registry.ends_in(marker.as_bytes())
    });
    output.extend_from_slice(free.copied().unwrap_or_default().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(values: &[&str]) -> String {
        let registry = Registry::new();
        for value in values {
            registry.add(value.as_bytes()).unwrap();
        }
        let mut output = Vec::new();
        withheld(43, &registry, &mut output);
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn a_marker_holds_no_value() {
        assert_eq!(marker(&[]), "[hushgate: 43 bytes withheld]\n");
        assert_eq!(marker(&["held"]), "*\n");
        assert_eq!(marker(&["d]\n[h"]), "*\n");
        assert_eq!(marker(&["held", "bytes"]), "*\n");
        assert_eq!(marker(&["unheld"]), "[hushgate: 43 bytes withheld]\n");
        assert_eq!(marker(&["aa[["]), "*\n", "`aa[` may stand in front");
        assert_eq!(marker(&["aa[[", "bcd*"]), "");
    }

    #[test]
    fn nothing_stands_for_nothing() {
        let mut output = Vec::new();
        withheld(0, &Registry::new(), &mut output);
        assert!(output.is_empty());
    }
}
