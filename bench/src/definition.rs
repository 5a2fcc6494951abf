//! The form of the files under `definitions/`.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::makers::Kind;
use crate::target::Target;
use crate::values;

/// Bytes of a haystack in a quick run.
const QUICK_BYTES: u64 = 1 << 20;
/// Registered values in a quick run.
const QUICK_VALUES: usize = 200;
/// By how much credentials lie closer together in a quick run.
const QUICK_DENSITY: u64 = 20;

/// One file: benches that answer one question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The file's name without its extension.
    #[serde(skip)]
    pub name: String,
    /// What is measured, what to expect, and which way we are biased.
    pub analysis: String,
    /// The benches.
    #[serde(rename = "bench")]
    pub benches: Vec<Bench>,
}

/// One bench.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Bench {
    /// Its name, different from all others'.
    pub name: String,
    /// What is timed.
    pub model: Model,
    /// What it is timed on.
    #[serde(default)]
    pub haystack: Option<Spec>,
    /// Bytes of each piece that the haystack is cut into.
    #[serde(default = "default_chunk")]
    pub chunk: usize,
    /// How many findings there are. A run with another number fails.
    pub findings: u64,
    /// How many random values are registered.
    #[serde(default)]
    pub registered: usize,
    /// Whether these values have a long beginning in common, instead of none.
    #[serde(default)]
    pub alike: bool,
    /// How many made-up detectors are added to the built-in ones.
    #[serde(default)]
    pub extra_detectors: usize,
    /// On how many threads the command line works; as many as it chooses where nothing is said.
    #[serde(default)]
    pub jobs: Option<u16>,
    /// The ways of running it.
    pub lanes: Vec<Lane>,
    /// What it should come to.
    #[serde(default, rename = "target")]
    pub targets: Vec<Target>,
}

fn default_chunk() -> usize {
    64 << 10
}

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// One redactor is fed the haystack piece by piece.
    RedactStream,
    /// Each piece of the haystack is redacted by a call of its own.
    Oneshot,
    /// The component is compiled from WebAssembly to machine code.
    Compile,
    /// A fresh sandbox with an open stream.
    Instantiate,
    /// Values are registered, for a gate with one sandbox.
    Register,
    /// A credential of each kind is looked at, each by a call of its own.
    Inspect,
    /// A whole run of the command line on one line.
    Startup,
    /// A whole run of the command line: file in, redacted file out.
    Cli,
}

/// A way of running the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// The engine, compiled for this machine, without a sandbox.
    Native,
    /// The component in wasmtime, through the host library as shipped.
    Wasmtime,
    /// The command line as shipped.
    Cli,
}

impl Lane {
    /// Its name in definitions and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Wasmtime => "wasmtime",
            Self::Cli => "cli",
        }
    }
}

/// A haystack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Who makes it.
    pub maker: Kind,
    /// Decides every byte of it.
    pub seed: u64,
    /// Its least size; it ends with the record that reaches it.
    pub bytes: u64,
    /// How many credentials there are in it.
    #[serde(default)]
    pub credentials: Density,
    /// Ids of the detectors whose credentials are used; empty means all.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// How many credentials there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Density {
    /// None.
    #[default]
    None,
    /// One in so many lines.
    OnePer(u64),
}

impl Bench {
    /// The values that are registered.
    #[must_use]
    pub fn values(&self) -> Vec<String> {
        if self.alike {
            values::alike(self.registered)
        } else {
            values::values(self.registered)
        }
    }

    /// The same bench in small. Its findings are those that were planted.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.registered = self.registered.min(QUICK_VALUES);
        if let Some(spec) = &mut self.haystack {
            spec.bytes = spec.bytes.min(QUICK_BYTES);
            if let Density::OnePer(lines) = &mut spec.credentials {
                *lines = (*lines / QUICK_DENSITY).max(1);
            }
        }
        self
    }

    fn check(&self) -> Result<()> {
        let needs_haystack = !matches!(
            self.model,
            Model::Compile | Model::Instantiate | Model::Register | Model::Inspect
        );
        if needs_haystack != self.haystack.is_some() {
            bail!(
                "`{}`: a haystack is needed where a log is redacted, and nowhere else",
                self.name
            );
        }
        if self.chunk == 0 {
            bail!("`{}`: a piece has at least one byte", self.name);
        }
        let fits = |lane: &Lane| match self.model {
            Model::RedactStream => *lane != Lane::Cli,
            Model::Oneshot
            | Model::Compile
            | Model::Instantiate
            | Model::Register
            | Model::Inspect => *lane == Lane::Wasmtime,
            Model::Startup | Model::Cli => *lane == Lane::Cli,
        };
        if self.jobs.is_some() && self.model != Model::Cli {
            bail!("`{}`: only the command line has jobs", self.name);
        }
        for target in &self.targets {
            target.check().with_context(|| format!("`{}`", self.name))?;
        }
        if self.lanes.is_empty() || !self.lanes.iter().all(fits) {
            bail!("`{}`: its lanes do not fit its model", self.name);
        }
        Ok(())
    }
}

/// All definitions of a folder, in the order of their files' names.
///
/// # Errors
/// Where a file cannot be read or is no definition, or two benches have one name.
pub fn load(folder: &Path) -> Result<Vec<Group>> {
    let read = || format!("cannot read {}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(read)? {
        let path = entry.with_context(read)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            paths.push(path);
        }
    }
    paths.sort();
    let mut names = std::collections::BTreeSet::new();
    let mut groups = Vec::new();
    for path in paths {
        let group = load_one(&path).with_context(|| format!("in {}", path.display()))?;
        for bench in &group.benches {
            bench
                .check()
                .with_context(|| format!("in {}", path.display()))?;
            if !names.insert(bench.name.clone()) {
                bail!("two benches have the name `{}`", bench.name);
            }
        }
        groups.push(group);
    }
    for bench in groups.iter().flat_map(|group| &group.benches) {
        let others = bench.targets.iter().filter_map(|target| target.of.as_ref());
        let mut unknown = others.filter(|other| !names.contains(*other));
        if let Some(other) = unknown.next() {
            bail!("`{}`: no bench has the name `{other}`", bench.name);
        }
    }
    Ok(groups)
}

fn load_one(path: &Path) -> Result<Group> {
    let text = std::fs::read_to_string(path)?;
    let mut group: Group = toml::from_str(&text)?;
    group.name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bench(text: &str) -> Result<Bench> {
        let bench: Bench = toml::from_str(text)?;
        bench.check()?;
        Ok(bench)
    }

    const WHOLE: &str = r#"
        name = "a"
        model = "redact-stream"
        haystack = { maker = "mixed", seed = 1, bytes = 67108864, credentials = { one-per = 2000 } }
        findings = 3
        lanes = ["native", "wasmtime"]
    "#;

    #[test]
    fn the_definitions_of_this_crate_are_right() {
        let groups = load(&crate::workspace::bench().join("definitions")).expect("right");
        assert!(groups.len() > 3);
        for group in groups {
            assert!(
                group.analysis.trim().len() > 80,
                "{}: say what to expect",
                group.name
            );
        }
    }

    #[test]
    fn a_quick_bench_is_small() {
        let quick = bench(WHOLE).expect("right").quick();
        let spec = quick.haystack.expect("there");
        assert_eq!(
            (spec.bytes, spec.credentials),
            (1 << 20, Density::OnePer(100))
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(bench(&WHOLE.replace("native", "cli")).is_err());
        assert!(bench(&WHOLE.replace("redact-stream", "compile")).is_err());
        assert!(bench(&WHOLE.replace("findings", "finding")).is_err());
        assert!(bench(&(WHOLE.to_owned() + "chunk = 0")).is_err());
    }
}
