//! Services that log one JSON object a line.

use super::words::{MESSAGES, PATHS, SERVICES, uuid};
use super::{Clock, Maker, put};
use crate::random::Random;

/// A service's own log.
#[derive(Debug, Default)]
pub(super) struct Application {
    clock: Clock,
}

impl Maker for Application {
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>) {
        let [hour, minute, second, milli, day] = self.clock.tick(random);
        put!(
            out,
            "{{\"time\":\"2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z\",\
             \"level\":\"{}\",\"service\":\"{}\",\"trace_id\":\"{}\",\"span_id\":\"{}\"",
            random.pick(&["info", "info", "info", "debug", "warn", "error"]),
            random.pick(&SERVICES),
            random.hex(32),
            random.hex(16),
        );
        match (credential, random.below(3)) {
            (Some(credential), 0) => {
                put!(
                    out,
                    ",\"request\":{{\"headers\":{{\"authorization\":\"Bearer {credential}\"}}}}"
                );
            }
            (Some(credential), 1) => put!(
                out,
                ",\"config\":{{\"api_key\":\"{credential}\",\"retries\":3}}"
            ),
            (Some(credential), _) => {
                put!(
                    out,
                    ",\"error\":\"upstream refused token {credential} with status 401\""
                );
            }
            (None, 0) => put!(
                out,
                ",\"http\":{{\"method\":\"GET\",\"path\":\"{}\",\"status\":{},\"duration_ms\":{}}}",
                random.pick(&PATHS),
                random.pick(&[200, 201, 404, 500]),
                random.below(3000),
            ),
            (None, 1) => put!(
                out,
                ",\"user\":{{\"id\":\"{}\",\"plan\":\"team\"}}",
                uuid(random)
            ),
            (None, _) => put!(
                out,
                ",\"queue\":{{\"depth\":{},\"lag_ms\":{}}}",
                random.below(500),
                random.below(9000)
            ),
        }
        put!(out, ",\"msg\":\"{}\"}}\n", random.pick(&MESSAGES));
    }
}
