//! nginx access logs in the combined format.

use super::words::{AGENTS, PATHS, address};
use super::{Clock, Maker, put};
use crate::random::Random;

/// nginx, combined format.
#[derive(Debug, Default)]
pub(super) struct AccessLog {
    clock: Clock,
}

impl Maker for AccessLog {
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>) {
        let [hour, minute, second, _, day] = self.clock.tick(random);
        put!(
            out,
            "{} - - [{day:02}/Nov/2026:{hour:02}:{minute:02}:{second:02} +0000] \"{} {}",
            address(random),
            random.pick(&["GET", "GET", "GET", "POST", "PUT", "HEAD"]),
            random.pick(&PATHS),
        );
        // In the query of this request, or in that of the page it came from.
        let (query, referer) = match random.below(3) {
            0 => (None, credential),
            _ => (credential, None),
        };
        match query {
            Some(credential) => put!(out, "?access_token={credential}"),
            None if random.below(3) == 0 => {
                put!(
                    out,
                    "?page={}&sort=created&id={}",
                    random.below(90),
                    random.hex(12)
                );
            }
            None => {}
        }
        put!(
            out,
            " HTTP/1.1\" {} {} \"",
            random.pick(&[200, 200, 200, 204, 301, 304, 404, 502]),
            random.below(60_000),
        );
        match referer {
            Some(credential) => put!(out, "https://shop.example.com/callback?code={credential}"),
            None if random.below(2) == 0 => put!(out, "-"),
            None => put!(out, "https://shop.example.com{}", random.pick(&PATHS)),
        }
        put!(out, "\" \"{}\"\n", random.pick(&AGENTS));
    }
}
