//! Who may use which credential, for what, from where and for how long: Cedar policies over declared purposes
//! and credentials, decided and explained offline.
//!
//! Pure: no input or output, no clock, no randomness. The time and the claims are arguments.
//!
//! - [`organisation`]: what a bundle declares, checked.
//! - [`decide()`]: the answer to a request; [`explain()`]: why, and what would change it.
//! - [`lint()`]: what works, but probably not as meant.
//! - [`case`]: tests of policies, and what they cover.
//! - [`plain`]: Cedar itself, for its own test suites.
//! - [`archive`]: the text form of a bundle.

#![forbid(unsafe_code)]

pub mod archive;
mod calendar;
pub mod case;
pub mod claims;
pub mod data;
mod decide;
mod explain;
mod fact;
pub mod limits;
mod lint;
pub mod organisation;
pub mod plain;
mod policies;
mod slice;
mod spelling;

pub use decide::{
    Action, Decision, Delivery, Determining, Failure, Obligations, Refusal, Request, decide,
    entities,
};
pub use explain::{Change, Clause, Explanation, Near, Subject, explain};
pub use fact::{Fact, Record};
pub use lint::lint;
pub use organisation::Organisation;
