//! `hushgate redact`.

use std::fs::{self, Metadata};
use std::io::{self, IsTerminal};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use hushgate::{Allowed, Bulk, BulkError, Finding, Gate, Registry, Use};
use zeroize::Zeroizing;

use crate::cli::RedactArgs;
use crate::failure::{Exit, Failure};
use crate::input::{self, Input};
use crate::name::Name;
use crate::output::{self, Output, WriteError};
use crate::progress::Progress;
use crate::report::Report;
use crate::{allow, console, rules, style, values};

/// How much is read at once: few system calls, and little memory.
const BUFFER: usize = 64 << 10;

/// From this length on a file is redacted on several threads unless something else is asked for:
/// a shorter one is done before that would show.
const LONG: u64 = 8 << 20;

/// The most threads that are taken without being asked for: each needs some memory.
const MOST_JOBS: usize = 8;

/// How much of an input is redacted in the time in which a thread registers one value, in bytes: each
/// has a sandbox of its own, and takes part only where it saves more than that.
const BYTES_PER_VALUE: u64 = 32 << 10;

/// Redacts all that the arguments name.
///
/// # Errors
/// Nothing was begun, or the output cannot be written.
pub(crate) fn run(args: &RedactArgs) -> Result<Exit, Failure> {
    let files = match args.files.as_slice() {
        [] => vec![PathBuf::from("-")],
        files => files.to_vec(),
    };
    if args.in_place && files.iter().any(|file| file == Path::new("-")) {
        return Err(Failure::refused(
            "standard input cannot be redacted in place",
            "leave `-` out, or `--in-place`",
        ));
    }
    let output = args.output.as_deref();
    let output = output.filter(|output| !output::is_standard(output));
    refuse_overwriting(args, &files, output)?;
    values::register(args, &Registry::process())?;
    let gate = open_gate(args)?;
    let report = args.report.as_deref();
    let report = report.map(|path| Report::create(path, args.line_buffered));
    let mut report = report.transpose()?;
    remark(args, &gate, report.as_mut(), allow::is_known_at_once)?;
    if args.files.is_empty() && io::stdin().is_terminal() {
        console::tell(format_args!(
            "reading from the terminal; end with Ctrl-D, or name files"
        ));
    }
    let mut run = Run {
        args,
        output,
        gate,
        report,
        findings: 0,
        worst: Exit::Done,
    };
    let stopped = if args.in_place {
        run.in_place(&files)
    } else {
        run.joined(&files)
    };
    run.end(stopped)
}

fn open_gate(args: &RedactArgs) -> Result<Gate, Failure> {
    if args.detectors.iter().any(|id| id.trim().is_empty()) {
        return Err(Failure::refused(
            "`--detectors` names a detector without an id",
            "check its commas, or leave the option out to apply all detectors",
        ));
    }
    let (style, key) = style::of(args)?;
    let mut builder = Gate::builder()
        .style(style)
        .framing(args.records.into())
        .min_confidence(args.min_confidence.into())
        .detectors(args.detectors.iter().map(|id| id.trim()))
        // Places cost a count of all lines, so only for who asks: a report, the end of the
        // program, whether a file has to be replaced, the progress bar.
        .findings(
            args.report.is_some()
                || args.fail_on_findings
                || args.in_place
                || io::stderr().is_terminal(),
        );
    if let Some(key) = key {
        builder = builder.fingerprint_key(key);
    }
    let bundle = args.bundle.as_deref().map(rules::read).transpose()?;
    if let Some(text) = &bundle {
        builder = builder.bundle(text);
    }
    builder
        .open()
        .map_err(|error| rules::refused(error, args.bundle.as_deref(), bundle.as_deref()))
}

/// Says what there is to say of entries of the allowlist, of those that `which` names.
fn remark(
    args: &RedactArgs,
    gate: &Gate,
    mut report: Option<&mut Report>,
    which: impl Fn(&Allowed) -> bool,
) -> Result<(), Failure> {
    let Some(bundle) = &args.bundle else {
        return Ok(());
    };
    for entry in gate.allowlist().iter().filter(|entry| which(entry)) {
        allow::warn(bundle, entry);
        if let Some(report) = report.as_deref_mut() {
            report.remark(bundle, entry)?;
        }
    }
    Ok(())
}

/// Refuses to empty an input by writing to it while it is being read.
fn refuse_overwriting(
    args: &RedactArgs,
    files: &[PathBuf],
    output: Option<&Path>,
) -> Result<(), Failure> {
    let Some(report) = &args.report else {
        return Ok(());
    };
    let to_standard_output = output::is_standard(report);
    if to_standard_output && output.is_none() && !args.in_place {
        return Err(Failure::refused(
            "standard output carries the redacted text, so the report cannot go there",
            "name a file for the report, or for the text with `--output`",
        ));
    }
    let metadata = if to_standard_output {
        output::standard_metadata()
    } else {
        report.metadata().ok()
    };
    let metadata = metadata.filter(Metadata::is_file);
    let spelt = |file: &Path| place_of(file).unwrap_or_else(|| file.to_owned());
    let also_used = files
        .iter()
        .chain(&args.register_file)
        .chain(&args.register_list)
        .chain(&args.bundle)
        .map(PathBuf::as_path)
        .chain(output)
        .any(|file| {
            let same = |metadata| input::is_same_file(file, metadata);
            spelt(file) == spelt(report) || metadata.as_ref().is_some_and(same)
        });
    // Standard output may lead to the same file.
    let redirected =
        !to_standard_output && metadata.as_ref().is_some_and(input::is_standard_output);
    if also_used || redirected {
        return Err(Failure::refused(
            format_args!("`{}` is both the report and another file", Name(report)),
            "write the report to a file of its own",
        ));
    }
    Ok(())
}

/// Where a file lies or would lie, whatever way it is spelt.
fn place_of(file: &Path) -> Option<PathBuf> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    Some(folder.canonicalize().ok()?.join(file.file_name()?))
}

/// Why no further file is read.
enum Stop {
    /// The reader of the output went away.
    Closed,
    /// The input failed. The next one may still be read.
    Input(Failure),
    /// The gate or the output failed.
    Failure(Failure),
}

impl From<WriteError> for Stop {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Closed => Self::Closed,
            WriteError::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// How many threads save more time than it takes each to register so many values.
fn worthwhile(length: u64, values: usize) -> usize {
    let values = u64::try_from(values).unwrap_or(u64::MAX);
    let threads = length / BYTES_PER_VALUE.saturating_mul(values).max(1);
    usize::try_from(threads).unwrap_or(usize::MAX)
}

/// One run over all files.
struct Run<'a> {
    args: &'a RedactArgs,
    /// The file to be written, where it is neither standard output nor each input.
    output: Option<&'a Path>,
    gate: Gate,
    report: Option<Report>,
    findings: u64,
    worst: Exit,
}

impl Run<'_> {
    /// All files, one behind the other, to one output.
    fn joined(&mut self, files: &[PathBuf]) -> Result<(), Stop> {
        let mut output = match self.output {
            None => Output::standard(),
            Some(path) => Output::replacing(path).map_err(Stop::Failure)?,
        };
        let standard = match self.output {
            None => output::standard_metadata(),
            Some(_) => None,
        };
        for file in files {
            let done = open(file, standard.as_ref())
                .map_err(Stop::Input)
                .and_then(|mut input| self.copy(&mut input, &mut output));
            self.go_on(done)?;
        }
        if self.worst > Exit::Findings && self.output.is_some() {
            // Something is missing: the file stays as it was.
            return Ok(());
        }
        Ok(output.finish()?)
    }

    /// Each file to itself.
    fn in_place(&mut self, files: &[PathBuf]) -> Result<(), Stop> {
        for file in files {
            let done = self.replace(file);
            self.go_on(done)?;
        }
        Ok(())
    }

    fn replace(&mut self, file: &Path) -> Result<(), Stop> {
        // Before it is opened: that would wait for somebody to write to a pipe.
        let metadata = fs::metadata(file);
        let metadata = metadata.map_err(|error| Stop::Input(Failure::unreadable(file, &error)))?;
        if !metadata.is_file() && !metadata.is_dir() {
            return Err(Stop::Input(Failure::refused(
                format_args!("`{}` is not a regular file", Name(file)),
                "leave `--in-place` out, or name a file",
            )));
        }
        let mut input = Input::open(file).map_err(Stop::Input)?;
        let mut output = Output::replacing(file).map_err(Stop::Input)?;
        let before = self.findings;
        self.copy(&mut input, &mut output)?;
        if self.findings == before {
            return Ok(());
        }
        // The next file has a folder and permissions of its own.
        output.finish().map_err(|error| match Stop::from(error) {
            Stop::Failure(failure) => Stop::Input(failure),
            other => other,
        })?;
        if let Some(number) = input.other_names() {
            console::warn(format_args!(
                "`{}` has other names (hard links), which keep the old content; \
                 `find -xdev -inum {number}` in their folders names them",
                Name(file)
            ));
        }
        Ok(())
    }

    /// Notes that an input failed, and goes on with the next one.
    fn go_on(&mut self, done: Result<(), Stop>) -> Result<(), Stop> {
        match done {
            Err(Stop::Input(failure)) => {
                self.worst = self.worst.max(failure.report());
                Ok(())
            }
            other => other,
        }
    }

    /// One stream from its start to its end.
    fn copy(&mut self, input: &mut Input, output: &mut Output) -> Result<(), Stop> {
        let to_standard_output = self.output.is_none() && !self.args.in_place;
        let mut progress = Progress::of(input, to_standard_output);
        let jobs = self.jobs(input);
        let gate = match allow::path(input.name()) {
            Some(path) => self.gate.at(&path),
            None => self.gate.clone(),
        };
        if jobs > NonZeroUsize::MIN {
            return self.copy_in_bulk(&gate, input, output, &mut progress, jobs);
        }
        let mut redactor = gate.redactor().map_err(failed)?;
        let mut buffer = Zeroizing::new(vec![0; BUFFER]);
        let mut redacted = Vec::with_capacity(BUFFER);
        loop {
            let read = input.read(&mut buffer).map_err(Stop::Input)?;
            let chunk = buffer.get(..read).unwrap_or_default();
            let done = if chunk.is_empty() {
                redactor.finish(&mut redacted)
            } else if self.args.line_buffered {
                let pushed = redactor.push(chunk, &mut redacted);
                pushed.and_then(|()| redactor.settle(&mut redacted))
            } else {
                redactor.push(chunk, &mut redacted)
            };
            // A redactor that failed has left a marker, which is to be written.
            let findings = self.hand_on(input.name(), &redactor.findings(), &redacted, output)?;
            done.map_err(failed)?;
            redacted.clear();
            progress.advance(read, findings);
            if chunk.is_empty() {
                return Ok(());
            }
        }
    }

    /// On how many threads an input is redacted.
    fn jobs(&self, input: &Input) -> NonZeroUsize {
        let asked = self
            .args
            .jobs
            .and_then(|jobs| NonZeroUsize::new(jobs.into()));
        let most = match (asked, input.length()) {
            // What shows each line at once reads it alone, and so does what has no known end: there
            // may be somebody who waits for its beginning.
            _ if self.args.line_buffered => None,
            (_, None) => None,
            (None, Some(length)) if length < LONG => None,
            (None, Some(length)) => {
                let processors = thread::available_parallelism();
                let most = processors.map_or(1, NonZeroUsize::get).min(MOST_JOBS);
                NonZeroUsize::new(most.min(worthwhile(length, Registry::process().len())))
            }
            (Some(asked), Some(_)) => Some(asked),
        };
        most.unwrap_or(NonZeroUsize::MIN)
    }

    /// One stream on several threads.
    fn copy_in_bulk(
        &mut self,
        gate: &Gate,
        input: &mut Input,
        output: &mut Output,
        progress: &mut Progress,
        jobs: NonZeroUsize,
    ) -> Result<(), Stop> {
        let bulk = Bulk::new(gate, jobs);
        let name = input.name().to_owned();
        let redacted = bulk.redact(input.reader(), |part| {
            let findings = self.hand_on(&name, part.findings, part.output, output)?;
            progress.advance(part.read, findings);
            Ok(())
        });
        redacted.map_err(|error| match error {
            BulkError::Input(error) => Stop::Input(Failure::unreadable(&name, &error)),
            BulkError::Gate(error) => failed(error),
            BulkError::Output(stop) => stop,
        })
    }

    /// Notes what was found, and writes what was redacted; how many findings there were.
    fn hand_on(
        &mut self,
        name: &Path,
        findings: &[Finding],
        redacted: &[u8],
        output: &mut Output,
    ) -> Result<usize, Stop> {
        self.findings = self.findings.saturating_add(findings.len() as u64);
        if let Some(report) = &mut self.report {
            report.add(name, findings).map_err(Stop::Failure)?;
        }
        output.write(redacted)?;
        if self.args.line_buffered {
            output.flush()?;
            if let Some(report) = &mut self.report {
                report.flush().map_err(Stop::Failure)?;
            }
        }
        Ok(findings.len())
    }

    fn end(mut self, stopped: Result<(), Stop>) -> Result<Exit, Failure> {
        // Of entries that allowed nothing it is said only where all was read.
        let remarked = match stopped {
            Ok(()) if self.worst <= Exit::Findings => {
                let unused = |entry: &Allowed| entry.state == Use::Unused;
                remark(self.args, &self.gate, self.report.as_mut(), unused)
            }
            _ => Ok(()),
        };
        let reported = self.report.take().map_or(Ok(()), Report::finish);
        match stopped {
            Ok(()) | Err(Stop::Closed) => {}
            Err(Stop::Input(failure) | Stop::Failure(failure)) => return Err(failure),
        }
        remarked.and(reported)?;
        let found = if self.args.fail_on_findings && self.findings > 0 {
            Exit::Findings
        } else {
            Exit::Done
        };
        Ok(self.worst.max(found))
    }
}

fn open(file: &Path, output: Option<&Metadata>) -> Result<Input, Failure> {
    let input = Input::open(file)?;
    let endless = output.is_some_and(|output| {
        output.is_file()
            && output.len() > 0
            && input.metadata().is_some()
            && input::is_same_file(file, output)
    });
    if endless {
        return Err(Failure::refused(
            format_args!("`{}` is both input and output", Name(file)),
            "use `--in-place`",
        ));
    }
    Ok(input)
}

fn failed(error: hushgate::GateError) -> Stop {
    Stop::Failure(error.into())
}
