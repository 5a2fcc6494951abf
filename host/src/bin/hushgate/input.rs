//! Where a stream comes from.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// An open input.
pub(crate) struct Input {
    reader: Box<dyn Read + Send>,
    name: PathBuf,
    metadata: Option<Metadata>,
    /// How much there is to read, where that is known.
    length: Option<u64>,
}

impl Input {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// The file cannot be read, or is a folder.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let (reader, length) = standard_input();
            return Ok(Self {
                reader,
                name: path.to_owned(),
                metadata: None,
                length,
            });
        }
        let unreadable = |error| Failure::unreadable(path, &error);
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self {
            reader: Box::new(file),
            name: path.to_owned(),
            length: metadata.is_file().then_some(metadata.len()),
            metadata: Some(metadata),
        })
    }

    /// The name as it was given, `-` for standard input.
    pub(crate) fn name(&self) -> &Path {
        &self.name
    }

    /// How many bytes there are to read, where it is a regular file.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// What is to be read, apart from its name.
    pub(crate) fn reader(&mut self) -> &mut (dyn Read + Send) {
        &mut self.reader
    }

    /// The number by which to find other names of the same file, where it has some.
    #[cfg(unix)]
    pub(crate) fn other_names(&self) -> Option<u64> {
        use std::os::unix::fs::MetadataExt;

        let metadata = self.metadata.as_ref()?;
        (metadata.nlink() > 1).then(|| metadata.ino())
    }

    /// The number by which to find other names of the same file. That cannot be told here.
    #[cfg(not(unix))]
    pub(crate) fn other_names(&self) -> Option<u64> {
        None
    }

    /// What the system knows of the file.
    pub(crate) fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_ref()
    }

    /// Reads what is there, at most a buffer full; 0 at the end.
    ///
    /// # Errors
    /// The file cannot be read any further.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        loop {
            match self.reader.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => {
                    return result.map_err(|error| Failure::unreadable(&self.name, &error));
                }
            }
        }
    }
}

/// Standard input, and how much there is to read where a regular file was led to it. Without the
/// buffer of the standard library: what is read here is read in large pieces.
#[cfg(unix)]
fn standard_input() -> (Box<dyn Read + Send>, Option<u64>) {
    use std::io::Seek;
    use std::os::fd::AsFd;

    let Ok(descriptor) = io::stdin().as_fd().try_clone_to_owned() else {
        return (Box::new(io::stdin()), None);
    };
    let mut file = File::from(descriptor);
    let length = match file.metadata() {
        // Somebody may have read its beginning.
        Ok(metadata) if metadata.is_file() => file
            .stream_position()
            .ok()
            .map(|position| metadata.len().saturating_sub(position)),
        _ => None,
    };
    (Box::new(file), length)
}

/// Standard input. How much there is to read cannot be told here.
#[cfg(not(unix))]
fn standard_input() -> (Box<dyn Read + Send>, Option<u64>) {
    (Box::new(io::stdin()), None)
}

/// Whether a path names the file that `metadata` is of.
#[cfg(unix)]
pub(crate) fn is_same_file(path: &Path, metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    fs::metadata(path)
        .is_ok_and(|other| (other.dev(), other.ino()) == (metadata.dev(), metadata.ino()))
}

/// Whether standard output leads to the file that `metadata` is of.
#[cfg(unix)]
pub(crate) fn is_standard_output(metadata: &Metadata) -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;

    let stdout = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    stdout
        .and_then(|stdout| stdout.metadata())
        .is_ok_and(|other| (other.dev(), other.ino()) == (metadata.dev(), metadata.ino()))
}

/// Whether standard output leads to the file that `metadata` is of. That cannot be told here.
#[cfg(not(unix))]
pub(crate) fn is_standard_output(_metadata: &Metadata) -> bool {
    false
}

/// Whether a path names the file that `metadata` is of. That cannot be told here.
#[cfg(not(unix))]
pub(crate) fn is_same_file(_path: &Path, _metadata: &Metadata) -> bool {
    false
}
