//! What a string is: which credential it may be, what can be read in it offline, and whether it is what
//! somebody declared it to be.
//!
//! Pure: no input or output, no clock, no randomness. The time is an argument.
//!
//! - [`inspect`]: every shape that a value may have, the surest first.
//! - [`check`]: where a value is not what was declared.
//! - [`declared`]: declarations that have a name.
//!
//! # What it does not say
//! Whether a credential works. Forms, checksums and claims are read; signatures are not verified,
//! and nobody is asked. A claim is what the value says of itself.
//!
//! # Hazard
//! The value is a credential. No part of it is in an error, a message or a `Debug` output; what facts
//! repeat of it, such as the name of an account, opens nothing.
//!
//! # Example
//! ```
//! use hushgate_engine::rules::Rules;
//! use hushgate_shape::{Property, inspect};
//!
//! let value = format!("AKIA{}", "QYYYYYYYEXAMPLE2");
//! let seen = inspect(&Rules::standard(), &value).expect("short enough");
//! let shape = seen.shapes.first().expect("a shape");
//! assert_eq!(shape.id, "aws-access-key-id");
//! assert!(shape.fact(Property::Account).is_some());
//! ```

#![forbid(unsafe_code)]

mod around;
mod check;
pub mod declared;
mod decode;
mod inspect;
mod json;
mod moment;
mod placeholder;
mod shape;

pub use around::Around;
pub use check::{Code, Declaration, Expected, Severity, Violation, check};
pub use inspect::{InspectError, Inspection, MAX_LENGTH, inspect};
pub use shape::{Fact, Ground, Phase, Property, Shape};
