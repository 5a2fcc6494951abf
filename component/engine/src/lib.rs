//! The rules of Hushgate: which bytes are a credential, and how a stream is redacted.
//!
//! Pure: no input or output, no clock, no randomness, no global state. The same bytes in give
//! the same bytes out, in every host.
//!
//! - [`rules`]: a rule set, built in or an organisation's own.
//! - [`detect`]: one detector's shape against bytes that may still be arriving.
//! - [`values`]: registered values, the forms in which they are looked for.
//! - [`redact`]: the stream machine that holds the guarantees.
//! - [`records`]: the same for lines of JSON, whose strings are searched in decoded form.
//! - [`stream`]: a stream of either kind.
//!
//! # Example
//! ```
//! use hushgate_engine::{redact::{Options, Redactor}, rules::Rules, values::Values};
//!
//! let rules = Rules::standard();
//! let mut values = Values::new(&rules);
//! values.add(b"hunter2-hunter2").expect("long enough");
//! let mut redactor = Redactor::open(&rules, &Options::default()).expect("known detectors");
//! let mut out = Vec::new();
//! redactor.push(&values, b"password is hunter2-hun", &mut out);
//! redactor.push(&values, b"ter2, said aHVudGVyMi1odW50ZXIy", &mut out);
//! redactor.finish(&values, &mut out);
//! assert_eq!(out, b"password is [registered], said [registered]");
//! ```

#![forbid(unsafe_code)]

mod compare;
pub mod detect;
mod named;
pub mod records;
pub mod redact;
pub mod rules;
pub mod stream;
pub mod values;
mod wiped;
