//! What names, paths and messages are put together from.

use crate::random::Random;

/// Services.
pub(super) const SERVICES: [&str; 12] = [
    "billing",
    "checkout",
    "catalog",
    "gateway",
    "identity",
    "inventory",
    "mailer",
    "orders",
    "payments",
    "reports",
    "search",
    "shipping",
];

/// What a service says.
pub(super) const MESSAGES: [&str; 12] = [
    "request completed",
    "cache miss, loading from database",
    "connection pool exhausted, waiting for a free slot",
    "retrying after transient upstream error",
    "user session refreshed",
    "token bucket refilled, rate limit not reached",
    "webhook delivered to subscriber",
    "secret store lease renewed for another period",
    "background job finished",
    "password policy evaluated: all rules hold",
    "skipping duplicate event, key already processed",
    "slow query detected",
];

/// Paths below a service.
pub(super) const PATHS: [&str; 12] = [
    "/",
    "/api/v1/orders",
    "/api/v1/users/me",
    "/api/v2/search",
    "/assets/app.js",
    "/assets/style.css",
    "/favicon.ico",
    "/healthz",
    "/login",
    "/metrics",
    "/static/img/logo.svg",
    "/webhooks/incoming",
];

/// Browsers, programs and probes.
pub(super) const AGENTS: [&str; 6] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "curl/8.9.1",
    "kube-probe/1.31",
    "python-requests/2.32.3",
    "Go-http-client/2.0",
];

/// Regions of a cloud.
pub(super) const REGIONS: [&str; 4] = ["us-east-1", "eu-central-1", "eu-west-2", "ap-southeast-2"];

/// Variables that a credential is put into.
pub(super) const VARIABLES: [&str; 8] = [
    "API_TOKEN",
    "ACCESS_TOKEN",
    "DEPLOY_KEY",
    "SERVICE_TOKEN",
    "UPSTREAM_AUTH",
    "REGISTRY_TOKEN",
    "WEBHOOK_SECRET",
    "CLIENT_SECRET",
];

/// An address of a private network.
pub(super) fn address(random: &mut Random) -> String {
    format!(
        "10.{}.{}.{}",
        random.below(32),
        random.below(256),
        random.within(1, 255)
    )
}

/// A random UUID.
pub(super) fn uuid(random: &mut Random) -> String {
    [8, 4, 4, 4, 12].map(|length| random.hex(length)).join("-")
}
