//! Credentials that were encoded as a whole: in base64, in hexadecimal, percent-encoded, or two of
//! these, one around the other.
//!
//! # Promise
//! A run of bytes that such an encoding may consist of is decoded, where it may say something in
//! ASCII; where that holds a credential, all of the run is replaced. What is found depends on the
//! run alone, and a run that is cut short holds no more than all of it: so redacting again changes
//! nothing.
//!
//! # Why it holds
//! A *run* is as long as can be: up to a byte of no encoding. It is looked at once all of it is
//! there, which holds it back; of one that is longer than [`MOST`], the beginning decides. In the
//! decoded text a match needs no edge behind it, so none can come about where a label cuts a run.
//! No run begins right behind a label, or inside one (see `classes`).
//!
//! # Bounds
//! Each byte of a run is decoded at most twice at each of two depths, and most are not: four
//! groups of base64 in a row, or [`PAIRS`](hushgate_prefilter::PAIRS) bytes of hexadecimal, have to say ASCII first. Chance
//! does that once in some thousand.
//!
//! # Limits
//! Not found are credentials whose encoding was broken into lines, and what begins behind the first
//! [`MOST`] bytes of a run.

mod classes;
mod decode;
mod judge;
mod scan;

pub(crate) use classes::Kind;
pub(crate) use judge::{Content, Judge, Wrapping};
pub(crate) use scan::{PADDING, Scan, Window};

/// The greatest number of bytes of a run that are looked at, and held.
pub(crate) const MOST: usize = 64 << 10;

/// How often text is decoded.
const DEPTH: u32 = 2;

/// Shortest run of base64 or hexadecimal that is looked at: 18 bytes of what it says.
pub(crate) const LEAST: usize = 24;
