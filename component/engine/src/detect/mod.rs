//! One candidate against bytes that may still be arriving.

mod anchors;
mod checksum;
mod escape;
mod hits;
mod live;
mod runs;
mod trials;
mod variety;
mod whole;
mod within;

pub(crate) use anchors::{Anchors, Found};
pub use checksum::{Checksum, crc32, verify};
pub(crate) use escape::{LOOK, is_edge, may_begin_behind, may_end_escape};
pub(crate) use hits::{Hit, Hits, What};
pub(crate) use live::{Context, Live, LiveState, Matched, is_word};
pub(crate) use runs::Runs;
pub(crate) use trials::{Place, Trials};
pub(crate) use whole::Ways;
pub use whole::{Whole, whole};
pub(crate) use within::Within;
