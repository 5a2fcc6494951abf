//! Commands and options. Their help is also the man page.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Replaces credentials in logs before anybody reads them.
#[derive(Debug, Parser)]
#[command(name = "hushgate", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

macro_rules! exit_codes {
    () => {
        "

Exit codes:
  0  done
  1  done, and there were findings (only with --fail-on-findings)
  2  bad usage or bad input; the message says what to do
  3  the gate itself failed; nothing unredacted was written"
    };
}

const EXAMPLES: &str = concat!(
    "\
Examples:
  make 2>&1 | hushgate redact --register-env DB_PASSWORD --line-buffered | tee build.log
  hushgate redact --in-place --report findings.jsonl old.log
  hushgate inspect --env API_TOKEN
  hushgate detectors list",
    exit_codes!()
);

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Redact(RedactArgs),
    Inspect(InspectArgs),
    /// Show the detectors, and check your own
    #[command(after_help = DETECTORS_EXAMPLES)]
    Detectors {
        #[command(subcommand)]
        command: DetectorsCommand,
    },
    /// Print versions, and digests of the component and the rule set
    Version(VersionArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the man page, or write all man pages to a folder
    Man(ManArgs),
}

#[derive(Debug, Args)]
#[command(
    about = "Replace credentials in files or in a stream",
    long_about = "\
Replace credentials in files or in a stream.

Copies the FILEs, or standard input where none is named, to standard output. Credentials of known \
issuers are found by their form, registered values wherever they appear, also encoded; each is \
replaced by a label. All other bytes are copied as they are. Each FILE is a stream of its own.

Values are never given as arguments, where other users of the machine could read them.",
    after_help = REDACT_EXAMPLES
)]
pub(crate) struct RedactArgs {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Write to OUT instead of standard output
    ///
    /// OUT is replaced at once when all is done, or left as it was; a symbolic link is followed.
    /// `-` is standard output.
    #[arg(short, long, value_name = "OUT", conflicts_with = "in_place")]
    pub(crate) output: Option<PathBuf>,

    /// Replace each FILE by its redacted self
    ///
    /// A FILE is replaced at once when it is done, and left untouched where nothing was found.
    /// Its mode is kept, and its owner where that is permitted; symbolic links are followed. Other
    /// hard links keep the old content, of which a warning tells.
    #[arg(short, long, requires = "files")]
    pub(crate) in_place: bool,

    /// Register the value of an environment variable
    ///
    /// May be repeated. An unset or empty variable only warns: secrets are empty in pull
    /// requests from forks.
    #[arg(long, value_name = "NAME")]
    pub(crate) register_env: Vec<String>,

    /// Register what is in a file as one value, without its last newline
    ///
    /// May be repeated. `-` is standard input, where that is no input to be redacted. Of key files, `.env` files, connection strings and the like the secrets are
    /// found alone too.
    #[arg(long, value_name = "FILE")]
    pub(crate) register_file: Vec<PathBuf>,

    /// Register each line of a file; empty lines do not count
    ///
    /// May be repeated. Blanks at the edges of a line belong to its value; a warning tells of them.
    /// `-` is standard input, where that is no input to be redacted.
    #[arg(long, value_name = "FILE")]
    pub(crate) register_list: Vec<PathBuf>,

    /// Write one JSON object for each finding to FILE
    ///
    /// Members: rule, file, line, column, span (bytes from the start of the file, the end not
    /// included), confidence and checksum; with `--fingerprint-key-env` also fingerprint, by which
    /// an entry of an allowlist names a credential; never the value. Entries of an allowlist that
    /// expired or allowed nothing have a line of their own, with notice in place of rule. FILE
    /// is replaced at once when all is done; with `--line-buffered` it grows line by line. Where a name is not UTF-8, file_bytes has
    /// its bytes in hexadecimal. With `--output OUT` or `--in-place`, `-` is standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// What to write in place of a finding
    #[arg(long, value_enum, default_value_t)]
    pub(crate) style: Style,

    /// Take the key of fingerprints from an environment variable
    ///
    /// At least 16 bytes, which should be random, such as `openssl rand -hex 32` prints. Lines
    /// about one credential have the same fingerprint wherever the same key is used. Whoever has
    /// the key can tell whether a guessed credential is the one; keep it as you keep a password. It
    /// serves the style `fingerprint`, the fingerprints in a report, and those in the allowlist of a
    /// bundle.
    #[arg(long, value_name = "NAME")]
    pub(crate) fingerprint_key_env: Option<String>,

    /// Take each line for a record of this form
    ///
    /// Strings and keys of a record are searched as what they say, however they are escaped, JSON
    /// inside strings too; a record stays one, and all else in it stays as it was. Lines that are
    /// no records, or longer than 1 MiB, are text. A record is held until its line ends.
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    pub(crate) records: Records,

    /// Apply only these detectors, separated by commas
    ///
    /// Registered values are always looked for. `hushgate detectors list` names all detectors.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) detectors: Vec<String>,

    /// Replace only what is found with at least this confidence
    ///
    /// Each detector says how sure it is; a right checksum makes its findings high, a wrong one a step
    /// less sure. What is less sure is treated as if nothing were found. Registered values are
    /// always high.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub(crate) min_confidence: Level,

    /// Apply the detectors of a bundle (TOML) beside the built-in ones, and its allowlist
    ///
    /// `[[allow]]` entries name matches that stay, by detector and fingerprint, pattern or path. A
    /// warning tells of those that expired, and at the end of those that allowed nothing.
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,

    /// Redact a long file on N threads
    ///
    /// The output is the same whatever N is. Without this option files of 8 MiB or more are redacted
    /// on as many threads as there are processors, 8 at most, and on fewer where thousands of values are
    /// registered, as each thread registers them all. Input that is no regular file, and
    /// `--line-buffered`, take one.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,

    /// Write after each read what an interactive prompt needs to show
    #[arg(long)]
    pub(crate) line_buffered: bool,

    /// Exit with 1 where there are findings
    #[arg(long)]
    pub(crate) fail_on_findings: bool,
}

const REDACT_EXAMPLES: &str = concat!(
    "\
Examples:
  Redact the output of a build while it runs:
    make 2>&1 | hushgate redact --register-env DB_PASSWORD --line-buffered

  Redact files where they lie, and note what was found where:
    hushgate redact --in-place --report findings.jsonl *.log

  Redact JSON lines, so that they stay JSON:
    hushgate redact --records json -o clean.jsonl app.jsonl

  Tell which lines are about one credential, without showing it:
    hushgate redact --style fingerprint --fingerprint-key-env LOG_KEY app.log

  Note the fingerprints of findings, to allow some of them in a bundle:
    hushgate redact --report - --fingerprint-key-env LOG_KEY -o clean.log app.log | jq .fingerprint
    hushgate redact --bundle ours.toml --fingerprint-key-env LOG_KEY app.log

  Fail a job whose log has credentials:
    hushgate redact --fail-on-findings -o clean.log build.log",
    exit_codes!()
);

#[derive(Debug, Args)]
#[command(
    about = "Tell what a credential is, without showing it and without asking anybody",
    long_about = "\
Tell what a credential is, without showing it and without asking anybody.

Reads one value from FILE, from standard input where none is named, or from an environment variable. \
Says what it may be and what can be read in it: who issued it, for whom, for how long, whether its \
checksum is right. Forms, checksums and claims are read; signatures are not verified, and no \
answer says that a credential works. The value itself is never printed.

With `--declared` it is compared with what it ought to be; what is wrong is told with what to do, \
and the exit code is 1.",
    after_help = INSPECT_EXAMPLES
)]
pub(crate) struct InspectArgs {
    /// File with the value; `-` is standard input. A key in DER may be one
    #[arg(value_name = "FILE", conflicts_with = "env")]
    pub(crate) file: Option<PathBuf>,

    /// Take the value of an environment variable
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,

    /// Compare with a declaration that has this name
    ///
    /// `--declarations` lists them.
    #[arg(long, value_name = "NAME")]
    pub(crate) declared: Option<String>,

    /// List the declarations that have a name, and read no value
    #[arg(long, conflicts_with_all = ["file", "env", "declared", "batch"])]
    pub(crate) declarations: bool,

    /// Read lines of JSON, each an object with `value`, and write one for each
    ///
    /// A line may also have `declared`, the name of a declaration, and `id`, which is written back.
    /// For a line that cannot be answered an `error` is written, with its number; then the exit code
    /// is 2.
    #[arg(long, conflicts_with = "env")]
    pub(crate) batch: bool,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Print the keyed fingerprint too; take the key from an environment variable
    ///
    /// Equal credentials have equal fingerprints under one key, and nothing can be guessed from one.
    /// It is the fingerprint that `hushgate redact` reports. At least 16 bytes, which should be random.
    #[arg(long, value_name = "NAME")]
    pub(crate) fingerprint_key_env: Option<String>,

    /// Look at it as if it were this moment: `2026-11-25T14:30:00Z`
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<jiff::Timestamp>,

    /// Know the detectors of a bundle (TOML) too
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,
}

const INSPECT_EXAMPLES: &str = "\
Examples:
  What is in this variable, and until when does it work?
    hushgate inspect --env API_TOKEN

  Fail a job where a variable has something else than an identity token of GitHub:
    hushgate inspect --env ID_TOKEN --declared github-oidc

  A key file:
    hushgate inspect --json key.pem | jq -r '.shapes[0].facts.bits'

  Many at once:
    jq -c '{id: .name, value: .value}' secrets.json | hushgate inspect --batch

Exit codes:
  0  done
  1  done, and something is not as declared
  2  bad usage or bad input; the message says what to do
  3  the gate itself failed";

/// What to write in place of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Style {
    /// The detector's id in square brackets: `[github-pat]`
    #[default]
    Label,
    /// Three stars, whatever was found
    Stars,
    /// The id and a keyed digest, so that lines about one credential can be joined:
    /// `[github-pat:9f2c41]`
    Fingerprint,
    /// What all credentials of the kind begin with, then three stars: `ghp_***`
    Partial,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Level {
    /// Anything that looks like a credential
    Low,
    /// What has the form of one
    #[default]
    Medium,
    /// A distinctive form or a right checksum
    High,
}

impl From<Level> for hushgate::Confidence {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
        }
    }
}

/// What the lines of a stream are.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Records {
    /// Text
    #[default]
    None,
    /// One JSON array, object or string each
    Json,
}

impl From<Records> for hushgate::Framing {
    fn from(records: Records) -> Self {
        match records {
            Records::None => Self::Text,
            Records::Json => Self::Json,
        }
    }
}

const DETECTORS_EXAMPLES: &str = "\
Examples:
  hushgate detectors list
  hushgate detectors list --json | jq -r '.[] | select(.lifetime == \"static\") | .id'
  hushgate detectors show github-pat
  hushgate detectors check our-tokens.toml";

#[derive(Debug, Subcommand)]
pub(crate) enum DetectorsCommand {
    /// List the detectors with what they find
    List(ListArgs),
    /// Print all that is known of detectors
    Show(ShowArgs),
    /// Check files of your own detectors: their examples and counter-examples too
    ///
    /// A FILE is a bundle (TOML), as `hushgate redact --bundle` takes it. All detectors are applied to its
    /// examples, which must come out as they say. What is wrong is told with line and column, and
    /// the exit code is 2. What an example holds is never shown.
    Check(CheckArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hushgate detectors list
  hushgate detectors list --bundle our-tokens.toml --json | jq -r '.[].id'")]
pub(crate) struct ListArgs {
    /// Print a JSON array
    #[arg(long)]
    pub(crate) json: bool,

    /// List the detectors of a bundle (TOML) beside the built-in ones
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hushgate detectors show github-pat
  hushgate detectors show --bundle our-tokens.toml --json our-token | jq -r '.[].confidence'")]
pub(crate) struct ShowArgs {
    /// Ids of the detectors; `hushgate detectors list` names all
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,

    /// Print a JSON array
    #[arg(long)]
    pub(crate) json: bool,

    /// Show also detectors of a bundle (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hushgate detectors check our-tokens.toml
  hushgate detectors check --json *.toml | jq -r '.[].diagnostics[].message'")]
pub(crate) struct CheckArgs {
    /// Files to check, each by itself; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Print a JSON array
    ///
    /// An object for each FILE: file, detectors and allowed (how many; null where it is refused) and
    /// diagnostics, each with severity, code, message, detector, line, column and help.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hushgate version
  hushgate version --json | jq -r .rules")]
pub(crate) struct VersionArgs {
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hushgate completions bash > /etc/bash_completion.d/hushgate
  hushgate completions zsh > ~/.zfunc/_hushgate")]
pub(crate) struct CompletionsArgs {
    /// The shell that is to complete
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hushgate man | man -l -
  hushgate man /usr/local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write one page for each command to this folder
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn options_fit_together() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn no_option_takes_a_secret() {
        // A value on the command line is there for every user of the machine to read.
        let command = super::Cli::command();
        let redact = command.find_subcommand("redact").unwrap();
        for argument in redact.get_arguments() {
            let name = argument.get_id().as_str();
            assert!(!["register", "secret", "value"].contains(&name), "{name}");
        }
    }
}
