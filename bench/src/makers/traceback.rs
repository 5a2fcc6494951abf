//! Python exceptions between ordinary lines of `logging`.

use super::words::{MESSAGES, SERVICES};
use super::{Clock, Maker, put};
use crate::random::Random;

const FRAMES: [(&str, &str, &str); 6] = [
    (
        "app/worker.py",
        "run_job",
        "return handler(payload, timeout=self.timeout)",
    ),
    (
        "app/handlers/sync.py",
        "sync_account",
        "session = client.connect(region=region)",
    ),
    (
        "/usr/lib/python3.13/site-packages/requests/sessions.py",
        "request",
        "resp = self.send(prep, **send_kwargs)",
    ),
    (
        "/usr/lib/python3.13/site-packages/urllib3/connectionpool.py",
        "urlopen",
        "response = self._make_request(",
    ),
    (
        "/usr/lib/python3.13/site-packages/sqlalchemy/engine/base.py",
        "_execute_context",
        "self.dialect.do_execute(",
    ),
    (
        "/usr/lib/python3.13/concurrent/futures/thread.py",
        "run",
        "result = self.fn(*self.args, **self.kwargs)",
    ),
];

/// Python exceptions.
#[derive(Debug, Default)]
pub(super) struct Traceback {
    clock: Clock,
}

impl Maker for Traceback {
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>) {
        for _ in 0..random.within(1, 6) {
            self.line(random, "INFO", out);
        }
        self.line(random, "ERROR", out);
        put!(out, "Traceback (most recent call last):\n");
        for _ in 0..random.within(3, 9) {
            let (file, function, code) = random.pick(&FRAMES);
            put!(
                out,
                "  File \"{file}\", line {}, in {function}\n    {code}\n",
                random.within(10, 900)
            );
            if random.below(2) == 0 {
                put!(out, "    {}\n", "^".repeat(random.within(8, 40)));
            }
        }
        match (credential, random.below(2)) {
            (Some(credential), 0) => put!(
                out,
                "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://api.example.com/v1/sync?token={credential}\n"
            ),
            (Some(credential), _) => {
                put!(
                    out,
                    "ValueError: invalid settings: {{'api_token': '{credential}', 'retries': 3}}\n"
                );
            }
            (None, 0) => put!(
                out,
                "sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection to server at \"10.0.3.7\", port 5432 failed: Connection refused\n"
            ),
            (None, _) => put!(out, "KeyError: 'account_{}'\n", random.hex(8)),
        }
    }
}

impl Traceback {
    fn line(&mut self, random: &mut Random, level: &str, out: &mut Vec<u8>) {
        let [hour, minute, second, milli, day] = self.clock.tick(random);
        put!(
            out,
            "2026-11-{day:02} {hour:02}:{minute:02}:{second:02},{milli:03} {level:<7} app.{} [worker-{}] {}\n",
            random.pick(&SERVICES),
            random.below(16),
            random.pick(&MESSAGES),
        );
    }
}
