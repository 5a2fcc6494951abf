//! Where and what was measured.

use std::io::Write as _;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

/// Facts without which a figure means nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// When the run began, in seconds since 1970.
    pub time: u64,
    /// The processor's name.
    pub processor: String,
    /// How many processors this process may use.
    pub cores: usize,
    /// Kernel and its release.
    pub kernel: String,
    /// Processes that wanted a processor when the run began, averaged over a minute: what else
    /// was going on.
    pub load: String,
    /// The compiler.
    pub rustc: String,
    /// Whether the host ran machine code that was made at build time.
    pub precompiled: bool,
    /// The component's digest.
    pub component: String,
    /// Bytes of the component.
    pub size: u64,
    /// Bytes of the component in gzip.
    pub gzip: u64,
    /// The rule set's digest.
    pub rules: String,
    /// How many detectors are built in.
    pub detectors: usize,
}

impl Machine {
    /// This one, now.
    ///
    /// # Errors
    /// Where the component does not run here.
    pub fn now() -> Result<Self> {
        let gate = hushgate::Gate::open()?;
        let component = hushgate::component();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(component)?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(Self {
            time: since.context("the clock stands before 1970")?.as_secs(),
            processor: processor(),
            cores: std::thread::available_parallelism().map_or(0, Into::into),
            kernel: format!(
                "{} {}",
                std::env::consts::OS,
                first_line("/proc/sys/kernel/osrelease")
            ),
            load: first_line("/proc/loadavg")
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_owned(),
            rustc: rustc(),
            precompiled: gate.is_precompiled(),
            component: hushgate::component_digest().to_owned(),
            size: component.len() as u64,
            gzip: gzip.finish()?.len() as u64,
            rules: gate.digests().rules.clone(),
            detectors: gate.detectors()?.len(),
        })
    }
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = name
        .unwrap_or("unknown")
        .trim_start_matches([' ', '\t', ':']);
    name.to_owned()
}

fn first_line(path: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}

fn rustc() -> String {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let answer = Command::new(program).arg("--version").output();
    answer.map_or_else(
        |_| "unknown".to_owned(),
        |answer| String::from_utf8_lossy(&answer.stdout).trim().to_owned(),
    )
}
