//! Lines of the kubelet and of other Kubernetes components (klog).

use super::words::{SERVICES, VARIABLES, uuid};
use super::{Clock, Maker, put};
use crate::random::{LOWER, Random};

/// The kubelet's log.
#[derive(Debug, Default)]
pub(super) struct Kubernetes {
    clock: Clock,
}

impl Maker for Kubernetes {
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>) {
        let [hour, minute, second, milli, day] = self.clock.tick(random);
        put!(
            out,
            "{}11{day:02} {hour:02}:{minute:02}:{second:02}.{milli:03}{:03}    {:4} {}:{}] ",
            random.pick(&["I", "I", "I", "W", "E"]),
            random.below(1000),
            random.within(900, 4000),
            random.pick(&[
                "kubelet.go",
                "pod_workers.go",
                "reconciler_common.go",
                "prober.go",
                "event.go"
            ]),
            random.within(40, 2500),
        );
        let service = random.pick(&SERVICES);
        let pod = format!("{service}-{}-{}", random.hex(10), random.text(LOWER, 5));
        match (credential, random.below(4)) {
            (Some(credential), 0 | 1) => put!(
                out,
                "\"Container start failed\" pod=\"prod/{pod}\" env=\"{}={credential}\" err=\"exit status 1\"",
                random.pick(&VARIABLES),
            ),
            (Some(credential), _) => put!(
                out,
                "\"Exec probe failed\" pod=\"prod/{pod}\" command=[\"wget\",\"--header=Authorization: Bearer {credential}\",\"http://localhost:8080/ready\"]"
            ),
            (None, 0) => put!(
                out,
                "\"SyncLoop (PLEG): event for pod\" pod=\"prod/{pod}\" event={{\"ID\":\"{}\",\"Type\":\"ContainerStarted\",\"Data\":\"{}\"}}",
                uuid(random),
                random.hex(64),
            ),
            (None, 1) => put!(
                out,
                "\"operationExecutor.VerifyControllerAttachedVolume started for volume \\\"kube-api-access-{}\\\" (UniqueName: \\\"kubernetes.io/projected/{}-kube-api-access\\\")\" pod=\"prod/{pod}\"",
                random.text(LOWER, 5),
                uuid(random),
            ),
            (None, 2) => put!(
                out,
                "\"Pulled image\" image=\"registry.example.com/{service}@sha256:{}\" duration=\"{}.{:03}s\"",
                random.hex(64),
                random.below(40),
                random.below(1000),
            ),
            (None, _) => put!(
                out,
                "\"Probe failed\" probeType=\"Readiness\" pod=\"prod/{pod}\" podUID=\"{}\" containerName=\"{service}\" probeResult=\"failure\"",
                uuid(random),
            ),
        }
        out.push(b'\n');
    }
}
