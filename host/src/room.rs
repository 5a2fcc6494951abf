//! How much address space this process may use.
//!
//! wasmtime reserves 4 GiB for the memory of each sandbox, so that no access needs a check of its
//! own. A reservation costs nothing but address space, and some machines limit that (`ulimit -v`).

use crate::error::Fault;

/// What a sandbox reserves: 4 GiB that its code can name, and what lies around them.
#[cfg(unix)]
const RESERVED: u64 = (4 << 30) + (96 << 20);

/// How many sandboxes a process should have room for: a registry has one, each open stream another.
#[cfg(unix)]
const SANDBOXES: u64 = 16;

/// With less no sandbox can be made at all: code and stacks alone take most of it.
#[cfg(unix)]
const LEAST: u64 = 64 << 20;

/// What sandboxes can afford. Limits are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// To reserve all that their code can name.
    Ample,
    /// Only the memory that they use.
    Scarce(u64),
    /// Nothing.
    None(u64),
}

impl Room {
    /// What sandboxes of this process can afford.
    #[cfg(unix)]
    pub(crate) fn of_process() -> Self {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: the call writes to `limit` alone, which is valid for that.
        let asked = unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) };
        if asked != 0 || limit.rlim_cur == libc::RLIM_INFINITY {
            return Self::Ample;
        }
        Self::under(limit.rlim_cur)
    }

    /// What sandboxes of this process can afford. There is no limit here that could be asked for.
    #[cfg(not(unix))]
    pub(crate) fn of_process() -> Self {
        Self::Ample
    }

    /// Why a sandbox could not be set up: where room is scarce, that is the reason.
    pub(crate) fn explain(self, fault: Fault) -> Fault {
        match (self, fault) {
            (Self::Scarce(limit) | Self::None(limit), Fault::Trap(_)) => Fault::Room(limit),
            (_, fault) => fault,
        }
    }

    #[cfg(unix)]
    fn under(limit: u64) -> Self {
        if limit < LEAST {
            Self::None(limit)
        } else if limit < RESERVED * SANDBOXES {
            Self::Scarce(limit)
        } else {
            Self::Ample
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_limit_decides_what_is_reserved() {
        assert_eq!(Room::under(u64::MAX - 1), Room::Ample);
        assert_eq!(Room::under(100 << 30), Room::Ample);
        assert_eq!(Room::under(5 << 30), Room::Scarce(5 << 30));
        assert_eq!(Room::under(256 << 20), Room::Scarce(256 << 20));
        assert_eq!(Room::under(20 << 20), Room::None(20 << 20));
    }

    #[test]
    fn a_sandbox_that_fails_for_want_of_room_says_so() {
        let fault = || Fault::Trap(String::from("out of memory"));
        assert!(matches!(Room::Ample.explain(fault()), Fault::Trap(_)));
        assert!(matches!(Room::Scarce(7).explain(fault()), Fault::Room(7)));
        assert!(matches!(
            Room::Scarce(7).explain(Fault::Stale),
            Fault::Stale
        ));
    }
}
