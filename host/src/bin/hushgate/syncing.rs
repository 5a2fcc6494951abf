//! A file that is brought to the disk while more of it is written.
//!
//! A file that replaces another one has to be on the disk before it does. A long one is brought there
//! in the meantime, on a thread of its own, so that little is left to wait for at the end.

use std::fs::File;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// So many new bytes are worth a call.
const STRETCH: u64 = 16 << 20;

/// What is known of a file that is being written.
#[derive(Default)]
pub(crate) struct Syncing {
    /// Bytes that were written since the last call.
    new: u64,
    worker: Option<Worker>,
}

struct Worker {
    /// Each message asks for a call.
    calls: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Syncing {
    /// Takes note of so many more bytes in `file`.
    pub(crate) fn wrote(&mut self, bytes: usize, file: &File) {
        self.new = self.new.saturating_add(bytes as u64);
        if self.new < STRETCH {
            return;
        }
        self.new = 0;
        if self.worker.is_none() {
            self.worker = Worker::start(file).ok();
        }
        if let Some(worker) = &self.worker {
            // One that is still busy will see these bytes too, or the last call does.
            let _ = worker.calls.try_send(());
        }
    }

    /// Waits until all of `file` is on the disk.
    ///
    /// # Errors
    /// It cannot be written. The system tells of a failure once, so the first one counts.
    pub(crate) fn finish(&mut self, file: &File) -> io::Result<()> {
        let early = self.worker.take().map(Worker::join);
        let all = file.sync_all();
        early.unwrap_or(Ok(())).and(all)
    }
}

impl Worker {
    fn start(file: &File) -> io::Result<Self> {
        let file = file.try_clone()?;
        let (calls, asked) = sync_channel(1);
        let sync = move || asked.iter().try_for_each(|()| file.sync_data());
        let thread = thread::Builder::new()
            .name(String::from("hushgate-sync"))
            .spawn(sync)?;
        Ok(Self { calls, thread })
    }

    fn join(self) -> io::Result<()> {
        drop(self.calls);
        let panicked = |_| Err(io::Error::other("the thread that syncs the file panicked"));
        self.thread.join().unwrap_or_else(panicked)
    }
}
