//! The command line, run as a user runs it.

#[cfg(test)]
mod allowlist;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod files;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod jobs;
#[cfg(test)]
#[cfg(unix)]
mod signals;
#[cfg(test)]
mod streams;
mod styles;
#[cfg(test)]
mod support;
#[cfg(test)]
mod values;
