//! Debian's `rust-src` package, downloaded and not installed.
//!
//! The mirror is the one that the machine's own package sources name. The suite that carries the
//! compiler's version is often another one than the machine's, so apt is given a folder of its own
//! with that suite alone: it checks Debian's signature on the index and the digest of the package
//! against it, and the machine's package lists stay as they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{console, files, process};

/// Suites that carry current compilers.
const SUITES: [&str; 2] = ["trixie-backports", "sid"];
/// Debian's release names: entries of other suites point at other distributions' mirrors.
const RELEASES: [&str; 12] = [
    "buster",
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
    "duke",
    "sid",
    "oldstable",
    "stable",
    "testing",
    "unstable",
    "experimental",
];
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The package with the sources of a compiler, such as `1.95.0`; `folder` keeps it.
///
/// # Errors
/// Where the machine is no Debian, the mirror is out of reach, or no suite has that version.
pub(super) fn rust_src(release: &str, folder: &Path) -> Result<PathBuf> {
    let kept = folder.join(format!("rust-src-{release}.deb"));
    if kept.is_file() {
        return Ok(kept);
    }
    if !Path::new(KEYRING).is_file() {
        bail!("{KEYRING} is missing; install it with `apt-get install debian-archive-keyring`");
    }
    let mirror = mirror(&machine_sources()?)?;
    for suite in SUITES {
        let apt = Apt::new(&folder.join("apt").join(suite), &mirror, suite)?;
        process::run(apt.command("apt-get").arg("update"))?;
        let listing = process::output(apt.command("apt-cache").args(["madison", "rust-src"]))?;
        if let Some(version) = version_for(release, &listing) {
            let package = apt.download("rust-src", version)?;
            fs::rename(&package, &kept)?;
            files::remove_folder(&folder.join("apt"))?;
            return Ok(kept);
        }
        console::say(format_args!("  {suite} has no rust-src {release}"));
    }
    bail!(
        "{mirror} has no rust-src {release} in {}",
        SUITES.join(" or ")
    )
}

/// Apt with a folder of its own.
#[derive(Debug)]
struct Apt {
    folder: PathBuf,
}

impl Apt {
    fn new(folder: &Path, mirror: &str, suite: &str) -> Result<Self> {
        for part in ["lists/partial", "cache/archives/partial", "download"] {
            fs::create_dir_all(folder.join(part))?;
        }
        let entry = format!(
            "Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYRING}\n"
        );
        files::write_if_changed(&folder.join("suite.sources"), entry.as_bytes())?;
        files::write_if_changed(&folder.join("status"), b"")?;
        files::write_if_changed(&folder.join("apt.conf"), settings(folder).as_bytes())?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// One of apt's programs; the machine's own settings, such as a proxy, stay in force.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .arg("--config-file")
            .arg(self.folder.join("apt.conf"))
            .current_dir(self.folder.join("download"))
            .env("LC_ALL", "C.UTF-8");
        command
    }

    fn download(&self, package: &str, version: &str) -> Result<PathBuf> {
        process::run(
            self.command("apt-get")
                .arg("download")
                .arg(format!("{package}={version}")),
        )?;
        let files = files::list(&self.folder.join("download"))?;
        files
            .into_iter()
            .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
            .context("apt-get download left no package")
    }
}

/// Settings under which apt reads and writes in `folder` alone.
fn settings(folder: &Path) -> String {
    let own = |name: &str| folder.join(name).display().to_string();
    [
        ("Dir::State::Lists", own("lists")),
        ("Dir::State::Status", own("status")),
        ("Dir::Cache", own("cache")),
        ("Dir::Etc::SourceList", own("suite.sources")),
        ("Dir::Etc::SourceParts", "/dev/null".to_owned()),
        ("Dir::Etc::Preferences", "/dev/null".to_owned()),
        ("Dir::Etc::PreferencesParts", "/dev/null".to_owned()),
        // Apt's unprivileged user cannot enter a folder below somebody's home.
        ("APT::Sandbox::User", "root".to_owned()),
        ("Acquire::Languages", "none".to_owned()),
        ("Quiet", "2".to_owned()),
    ]
    .iter()
    .map(|(name, value)| format!("{name} \"{value}\";\n"))
    .collect()
}

/// All package sources of the machine: (is it in the one-line form, its text).
fn machine_sources() -> Result<Vec<(bool, String)>> {
    let etc = Path::new("/etc/apt");
    let mut paths = vec![etc.join("sources.list")];
    paths.extend(files::list(&etc.join("sources.list.d"))?);
    let mut sources = Vec::new();
    for path in paths {
        let Some(form) = path.extension() else {
            continue;
        };
        if path.is_file() && (form == "list" || form == "sources") {
            sources.push((form == "list", files::read_text(&path)?));
        }
    }
    Ok(sources)
}

/// The first mirror of a Debian release.
fn mirror(sources: &[(bool, String)]) -> Result<String> {
    sources
        .iter()
        .find_map(|(one_line, text)| {
            if *one_line {
                from_lines(text)
            } else {
                from_stanzas(text)
            }
        })
        .context("the machine's package sources name no Debian mirror; is this a Debian?")
}

/// `deb [option=value] https://mirror/debian bookworm main`
fn from_lines(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix("deb ")?.trim_start();
        let rest = match rest.strip_prefix('[') {
            Some(options) => options.split_once(']')?.1,
            None => rest,
        };
        let mut words = rest.split_whitespace();
        let (address, suite) = (words.next()?, words.next()?);
        (is_web(address) && is_release(suite)).then(|| address.to_owned())
    })
}

/// The deb822 form: stanzas of `Field: value`, whose values may go on in indented lines.
fn from_stanzas(text: &str) -> Option<String> {
    let text: String = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    text.split("\n\n").find_map(|stanza| {
        let disabled = field(stanza, "enabled").iter().any(|word| word == "no");
        let packages = field(stanza, "types").iter().any(|word| word == "deb");
        let release = field(stanza, "suites")
            .iter()
            .any(|suite| is_release(suite));
        if disabled || !packages || !release {
            return None;
        }
        field(stanza, "uris")
            .into_iter()
            .find(|address| is_web(address))
    })
}

/// The words of a field.
fn field(stanza: &str, name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut inside = false;
    for line in stanza.lines() {
        let value = if line.starts_with([' ', '\t']) {
            Some(line).filter(|_| inside)
        } else {
            let (key, value) = line.split_once(':').unwrap_or((line, ""));
            inside = key.trim().eq_ignore_ascii_case(name);
            Some(value).filter(|_| inside)
        };
        words.extend(
            value
                .into_iter()
                .flat_map(str::split_whitespace)
                .map(str::to_owned),
        );
    }
    words
}

fn is_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

/// Whether a suite is a release on the main mirror; security updates lie on another one.
fn is_release(suite: &str) -> bool {
    let suite = suite
        .trim_end_matches("-updates")
        .trim_end_matches("-backports");
    RELEASES.contains(&suite)
}

/// The package version whose upstream part is `release`, from `apt-cache madison`.
fn version_for<'a>(release: &str, listing: &'a str) -> Option<&'a str> {
    listing
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .find(|version| {
            let upstream = version
                .split_once(':')
                .map_or(*version, |(_epoch, rest)| rest);
            upstream
                .strip_prefix(release)
                .is_some_and(|rest| rest.starts_with(['+', '-']))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_line_form_is_read() {
        let text = "# deb https://old.example/debian buster main\n\
                    deb-src https://src.example/debian bookworm main\n\
                    deb https://other.example/node nodistro main\n\
                    deb [arch=amd64 signed-by=/k] https://mirror.example/debian bookworm main\n";
        assert_eq!(
            from_lines(text).as_deref(),
            Some("https://mirror.example/debian")
        );
    }

    #[test]
    fn the_stanza_form_is_read() {
        let text = "Types: deb\nURIs: http://sec.example/s\nSuites: bookworm-security\n\n\
                    Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: bookworm\n\n\
                    # made by the installer\nTypes: deb deb-src\nURIs:\n cdrom:x\n \
                    http://mirror.example/debian\nSuites: bookworm bookworm-updates\n";
        assert_eq!(
            from_stanzas(text).as_deref(),
            Some("http://mirror.example/debian")
        );
    }

    #[test]
    fn another_distribution_is_refused() {
        let sources = [(
            true,
            "deb http://mirror.example/ubuntu noble main".to_owned(),
        )];
        assert!(mirror(&sources).is_err());
    }

    #[test]
    fn the_version_of_the_compiler_is_picked() {
        let listing = " rust-src | 1.96.1+dfsg1-2~bpo13+1 | http://m suite/main amd64 Packages\n \
                       rust-src | 1.95.0+dfsg1-2~bpo13+1 | http://m suite/main amd64 Packages\n";
        assert_eq!(
            version_for("1.95.0", listing),
            Some("1.95.0+dfsg1-2~bpo13+1")
        );
        assert_eq!(version_for("1.9", listing), None);
        assert_eq!(version_for("1.94.0", listing), None);
    }
}
