//! Jobs of continuous integration, and the environments that they dump.

use super::words::{SERVICES, VARIABLES};
use super::{Clock, Maker, put};
use crate::random::{LOWER, Random};

const CRATES: [&str; 8] = [
    "serde",
    "tokio",
    "regex-automata",
    "hyper",
    "rustls",
    "wasmtime-environ",
    "syn",
    "memchr",
];
const SETTINGS: [(&str, &str); 10] = [
    ("CI", "true"),
    ("HOME", "/home/runner"),
    ("LANG", "C.UTF-8"),
    ("SHELL", "/bin/bash"),
    ("RUNNER_OS", "Linux"),
    (
        "PATH",
        "/home/runner/.local/bin:/opt/hostedtoolcache/node/22/bin:/usr/local/bin:/usr/bin:/bin",
    ),
    ("JAVA_HOME_21_X64", "/usr/lib/jvm/temurin-21-jdk-amd64"),
    ("GITHUB_REPOSITORY", "acme/site"),
    ("PIP_INDEX_URL", "https://pypi.example.com/simple"),
    ("npm_config_cache", "/home/runner/.npm"),
];

/// The log of a job.
#[derive(Debug, Default)]
pub(super) struct CiLog {
    clock: Clock,
}

impl Maker for CiLog {
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>) {
        let [hour, minute, second, milli, day] = self.clock.tick(random);
        put!(
            out,
            "2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}{:04}Z ",
            random.below(10_000),
        );
        match (credential, random.below(3)) {
            (Some(credential), 0) => put!(
                out,
                "+ curl -fsS -H \"Authorization: Bearer {credential}\" https://api.example.com/v1/deploy"
            ),
            (Some(credential), 1) => {
                put!(
                    out,
                    "+ git push https://deploy:{credential}@git.example.com/acme/site.git HEAD:main"
                );
            }
            (Some(credential), _) => put!(out, "  {}: {credential}", random.pick(&VARIABLES)),
            (None, _) => output(random, out),
        }
        out.push(b'\n');
    }
}

/// A line that a tool of the job printed.
fn output(random: &mut Random, out: &mut Vec<u8>) {
    let version = [random.below(4), random.below(30), random.below(12)];
    let [major, minor, patch] = version;
    match random.below(8) {
        0 => put!(
            out,
            "\u{1b}[1m\u{1b}[32m   Compiling\u{1b}[0m {} v{major}.{minor}.{patch}",
            random.pick(&CRATES)
        ),
        1 => put!(
            out,
            "\u{1b}[1m\u{1b}[32m  Downloaded\u{1b}[0m {} v{major}.{minor}.{patch}",
            random.pick(&CRATES)
        ),
        2 => put!(
            out,
            "test {}::tests::{}_{} ... ok",
            random.pick(&SERVICES),
            random.text(LOWER, 7),
            random.text(LOWER, 9)
        ),
        3 => put!(
            out,
            "npm warn deprecated {}@{major}.{minor}.{patch}: this package is no longer supported",
            random.text(LOWER, 8)
        ),
        4 => put!(
            out,
            "#{} sha256:{} {}.{}MB / 48.2MB",
            random.within(4, 30),
            random.hex(64),
            random.below(48),
            random.below(10)
        ),
        5 => put!(out, "Collecting {}>={major}.{minor}", random.text(LOWER, 9)),
        6 => put!(out, "##[group]Run actions/checkout@{}", random.hex(40)),
        _ => put!(
            out,
            "{}: {} passed, {} skipped in {}.{:02}s",
            random.pick(&SERVICES),
            random.below(400),
            random.below(9),
            random.below(90),
            random.below(100)
        ),
    }
}

/// Dumps of the environment.
#[derive(Debug)]
pub(super) struct Environment;

impl Maker for Environment {
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>) {
        match (credential, random.below(4)) {
            (Some(credential), _) => put!(out, "{}={credential}\n", random.pick(&VARIABLES)),
            (None, 0) => put!(
                out,
                "{}_SERVICE_HOST=10.0.{}.{}\n",
                random.text(b"ABCDEFGHIKLMNOPRSTUW", 9),
                random.below(256),
                random.below(256)
            ),
            (None, 1) => put!(out, "GITHUB_SHA={}\n", random.hex(40)),
            (None, _) => {
                let (name, value) = random.pick(&SETTINGS);
                put!(out, "{name}={value}\n");
            }
        }
    }
}
