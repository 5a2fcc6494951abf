//! Files that are being written, and do not outlive the program unfinished.
//!
//! # Promise
//! When the program ends, a temporary file was put in place or is gone; also where a signal ends
//! the program, such as Ctrl-C. Only what nobody can catch (`SIGKILL`, a power cut) leaves one.
//!
//! # Why it holds
//! A list names the files. Each change to the list and to the folder is made under one lock. Who
//! ends the program on a signal takes the lock, removes what is listed, and never gives it back.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that is being written.
pub(crate) struct Temporary {
    file: Option<NamedTempFile>,
}

impl Temporary {
    /// An empty file beside `path`. Where it `replaces` another one, nobody else can read it until
    /// it has that one's mode; a new one gets the mode that any new file gets.
    ///
    /// # Errors
    /// No file can be made there.
    pub(crate) fn beside(path: &Path, replaces: bool) -> io::Result<Self> {
        signals::watch()?;
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".hushgate-");
        #[cfg(unix)]
        if !replaces {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        #[cfg(not(unix))]
        let _ = replaces;
        let mut unfinished = unfinished();
        let file = builder.tempfile_in(folder)?;
        unfinished.push(file.path().to_owned());
        Ok(Self { file: Some(file) })
    }

    /// The open file.
    ///
    /// # Errors
    /// Never: only [`Temporary::put_in_place`] takes the file, and the value with it.
    pub(crate) fn file(&mut self) -> io::Result<&mut File> {
        let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        Ok(file.as_file_mut())
    }

    /// Gives the file the name `path`; what had that name is gone.
    ///
    /// # Errors
    /// It cannot be renamed. It is removed then.
    pub(crate) fn put_in_place(mut self, path: &Path) -> io::Result<()> {
        let mut unfinished = unfinished();
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        unfinished.retain(|listed| listed != file.path());
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut unfinished = unfinished();
            unfinished.retain(|listed| listed != file.path());
            // Where it cannot be removed, nobody is left to be told.
            let _ = file.close();
        }
    }
}

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
mod signals {
    //! Signals that end the program: first what is unfinished goes, then the program ends by the
    //! very signal, so that a shell sees what happened.

    use std::ffi::c_int;
    use std::sync::{Mutex, PoisonError};
    use std::{fs, io, ptr, thread};

    use signal_hook::consts::{
        SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU, SIGXFSZ,
    };
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// From now on a signal removes what is unfinished. Later calls do nothing.
    pub(super) fn watch() -> io::Result<()> {
        static WATCHED: Mutex<bool> = Mutex::new(false);
        let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
        if *watched {
            return Ok(());
        }
        // Who started the program may have decided that a signal is not to end it: `nohup`, or a
        // shell that runs it in the background.
        let heeded = [
            SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGXCPU,
            SIGXFSZ,
        ]
        .into_iter()
        .filter(|&signal| !is_ignored(signal));
        let mut signals = Signals::new(heeded)?;
        thread::Builder::new()
            .name("hushgate-signals".into())
            .spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    end(signal);
                }
            })?;
        *watched = true;
        Ok(())
    }

    fn end(signal: c_int) {
        let unfinished = super::unfinished();
        for file in unfinished.iter() {
            // It ends either way.
            let _ = fs::remove_file(file);
        }
        let _ = emulate_default_handler(signal);
    }

    fn is_ignored(signal: c_int) -> bool {
        let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: without a new action the call only writes the present one to `action`, which is
        // valid for that; and all zeros are a valid value of it, should the call fail.
        let action = unsafe {
            libc::sigaction(signal, ptr::null(), action.as_mut_ptr());
            action.assume_init()
        };
        action.sa_sigaction == libc::SIG_IGN
    }
}

#[cfg(not(unix))]
mod signals {
    /// Nothing is watched here: an unfinished file stays where the program is ended from outside.
    pub(super) fn watch() -> std::io::Result<()> {
        Ok(())
    }
}
