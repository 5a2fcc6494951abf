//! Where the redacted stream goes.
//!
//! # Invariant
//! A file is replaced at once, by a complete one, or not at all. Until then the output lies in a
//! temporary file in the same folder, which holds redacted bytes only.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::name::Name;
use crate::syncing::Syncing;
use crate::temporary::Temporary;

/// How many symbolic links may follow each other; the same as on Linux.
const MOST_LINKS: usize = 40;

/// An open output.
pub(crate) struct Output {
    target: Target,
    name: String,
}

enum Target {
    /// Standard output, or a file that is no regular one, such as a device or a pipe.
    Stream(Box<dyn Write>),
    /// A file that is replaced when all is done.
    Replacement(Box<Replacement>),
}

/// A file that is being written, to replace another one.
struct Replacement {
    written: Temporary,
    path: PathBuf,
    original: Option<Metadata>,
    syncing: Syncing,
}

/// Why a write failed.
pub(crate) enum WriteError {
    /// The reader of a pipe went away.
    Closed,
    /// Anything else.
    Failure(Failure),
}

impl Output {
    /// Standard output.
    pub(crate) fn standard() -> Self {
        Self {
            target: Target::Stream(standard_output()),
            name: String::from("standard output"),
        }
    }

    /// A file that is replaced, or made, by [`Output::finish`].
    ///
    /// # Errors
    /// The file is a folder, or nothing can be written beside it.
    pub(crate) fn replacing(path: &Path) -> Result<Self, Failure> {
        let name = format!("`{}`", Name(path));
        Self::open(path, &name).map_err(|error| Failure::unwritable(&name, &error))
    }

    /// A file that is emptied now and grows as it is written.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn growing(path: &Path) -> Result<Self, Failure> {
        let name = format!("`{}`", Name(path));
        let file = File::create(path).map_err(|error| Failure::unwritable(&name, &error))?;
        Ok(Self {
            target: Target::Stream(Box::new(file)),
            name,
        })
    }

    fn open(path: &Path, name: &str) -> io::Result<Self> {
        let original = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if original.as_ref().is_some_and(Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let target = if original
            .as_ref()
            .is_some_and(|original| !original.is_file())
        {
            let device = File::options().write(true).open(path)?;
            Target::Stream(Box::new(device))
        } else {
            // A symbolic link stays one: what it points to is replaced, or made.
            let path = match &original {
                Some(_) => fs::canonicalize(path)?,
                None => behind_links(path)?,
            };
            Target::Replacement(Box::new(Replacement {
                written: Temporary::beside(&path, original.is_some())?,
                path,
                original,
                syncing: Syncing::default(),
            }))
        };
        Ok(Self {
            target,
            name: name.to_owned(),
        })
    }

    /// Writes redacted bytes.
    ///
    /// # Errors
    /// They cannot be written.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let written = match &mut self.target {
            Target::Stream(stream) => stream.write_all(bytes),
            Target::Replacement(replacement) => replacement.write(bytes),
        };
        written.map_err(|error| self.failed(&error))
    }

    /// Shows what was written so far.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn flush(&mut self) -> Result<(), WriteError> {
        let flushed = match &mut self.target {
            Target::Stream(stream) => stream.flush(),
            Target::Replacement(_) => Ok(()),
        };
        flushed.map_err(|error| self.failed(&error))
    }

    /// Ends the output: a file is replaced now.
    ///
    /// # Errors
    /// The rest cannot be written, or the file cannot be replaced.
    pub(crate) fn finish(mut self) -> Result<(), WriteError> {
        self.flush()?;
        let Self { target, name } = self;
        match target {
            Target::Stream(_) => Ok(()),
            Target::Replacement(replacement) => replacement
                .put_in_place()
                .map_err(|error| WriteError::Failure(Failure::unwritable(name, &error))),
        }
    }

    fn failed(&self, error: &io::Error) -> WriteError {
        match (&self.target, error.kind()) {
            (Target::Stream(_), io::ErrorKind::BrokenPipe) => WriteError::Closed,
            _ => WriteError::Failure(Failure::unwritable(&self.name, error)),
        }
    }
}

/// Where a file would lie that is not there yet: a symbolic link may already point to it.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&place) else {
            return Ok(place);
        };
        place = match place.parent() {
            Some(folder) => folder.join(target),
            None => target,
        };
    }
    Err(io::Error::other("too many symbolic links"))
}

impl Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written.write_all(bytes)?;
        self.syncing.wrote(bytes.len(), self.written.file()?);
        Ok(())
    }

    fn put_in_place(mut self) -> io::Result<()> {
        let file = self.written.file()?;
        if let Some(original) = &self.original {
            keep_owner(file, original)?;
            file.set_permissions(original.permissions())?;
        }
        // Otherwise a power cut could leave the new name on a file without content.
        self.syncing.finish(file)?;
        self.written.put_in_place(&self.path)
    }
}

/// Gives the file the owner and group of the one it replaces, as far as that is permitted.
#[cfg(unix)]
fn keep_owner(file: &File, original: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let current = file.metadata()?;
    if (current.uid(), current.gid()) != (original.uid(), original.gid())
        && fchown(file, Some(original.uid()), Some(original.gid())).is_err()
    {
        // Only root may give files away; the group may still be one of the caller's. Where it
        // is not, the file stays the caller's own.
        let _ = fchown(file, None, Some(original.gid()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _original: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Whether a path that was asked for means standard output. Opening the names that systems have for
/// it would start again at the beginning of a file that standard output is led to.
pub(crate) fn is_standard(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path == Path::new(name))
}

/// Standard output without the line buffer of the standard library.
#[cfg(unix)]
pub(crate) fn standard_output() -> Box<dyn Write> {
    use std::os::fd::AsFd;

    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(File::from(descriptor)),
        Err(_) => Box::new(io::stdout().lock()),
    }
}

#[cfg(not(unix))]
pub(crate) fn standard_output() -> Box<dyn Write> {
    Box::new(io::stdout().lock())
}

/// What standard output is, where that can be told.
#[cfg(unix)]
pub(crate) fn standard_metadata() -> Option<Metadata> {
    use std::os::fd::AsFd;

    let descriptor = io::stdout().as_fd().try_clone_to_owned().ok()?;
    File::from(descriptor).metadata().ok()
}

#[cfg(not(unix))]
pub(crate) fn standard_metadata() -> Option<Metadata> {
    None
}
