//! Redaction of a byte stream that arrives in chunks.
//!
//! # Invariant
//! For any way of cutting the same input, the joined output and the findings are the same; read
//! as plain text, the output holds no match. So redacting it again changes nothing.
//!
//! # Why it holds
//! Candidates are decided in the order of their starts, each from the bytes alone; where more
//! bytes are needed, everything from there on waits. A match is judged as it stands in the
//! output: it may begin where a span ends, and end where a candidate begins. No match contains
//! a part of a label (see `label`), and what registered values could make of a label's edge is
//! swallowed or avoided (see `values::edges`). What is shown of a finding is text like that in
//! front of it: no match may end where it ends (see `misses`).
//!
//! # Hazard
//! Held bytes may be half a credential: they are in no error and no `Debug` output. Dropping a
//! redactor unfinished discards them.

mod allowed;
pub(crate) mod enabled;
pub(crate) mod encoded;
mod finding;
mod key;
pub(crate) mod label;
mod lines;
mod machine;
mod misses;
pub(crate) mod open;
mod prefix;
mod state;
mod style;
pub(crate) mod tail;

pub use finding::Finding;
pub use key::{Key, MIN_KEY};
pub use lines::Position;
pub use machine::{Checkpoint, Framing, OpenError, Options, Redactor};
pub(crate) use state::{Reader, Writer, seal};
pub use style::Style;
