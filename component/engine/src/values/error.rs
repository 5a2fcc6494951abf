//! Why a value was not registered.

/// Why a value was not registered. No variant carries the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// It would mask ordinary text.
    #[error("the value is shorter than {least} bytes")]
    TooShort {
        /// The least length in bytes.
        least: usize,
    },
    /// It is longer than a match may be.
    #[error("the value is longer than {most} bytes")]
    TooLong {
        /// The greatest length in bytes.
        most: usize,
    },
    /// There are enough of them, or enough of them and their parts together.
    #[error("there would be more than {most} values and parts of values")]
    TooMany {
        /// The greatest number of values.
        most: usize,
    },
    /// All values together would be too much.
    #[error("all values together would exceed {most} bytes")]
    TooMuch {
        /// The greatest number of bytes.
        most: usize,
    },
    /// It is white space or punctuation alone, or one part again and again.
    #[error(
        "the value is white space or punctuation alone, or begins with more than 64 repetitions"
    )]
    Trivial,
}
