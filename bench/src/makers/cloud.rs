//! API events of a cloud account, in `CloudTrail`'s form, one JSON object a line.

use super::words::{AGENTS, REGIONS, SERVICES, address, uuid};
use super::{Clock, Maker, put};
use crate::random::Random;

const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// API events.
#[derive(Debug, Default)]
pub(super) struct Cloudtrail {
    clock: Clock,
}

impl Maker for Cloudtrail {
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>) {
        let [hour, minute, second, _, day] = self.clock.tick(random);
        let service = random.pick(&SERVICES);
        // Ids of roles look like ids of access keys, and have to stay.
        put!(
            out,
            "{{\"eventVersion\":\"1.11\",\"userIdentity\":{{\"type\":\"AssumedRole\",\
             \"principalId\":\"AROA{}:{service}\",\
             \"arn\":\"arn:aws:sts::123456789012:assumed-role/{service}/{service}\",\
             \"accountId\":\"123456789012\"}},\
             \"eventTime\":\"2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}Z\",",
            random.text(UPPER, 17),
        );
        put!(
            out,
            "\"eventSource\":\"{}.amazonaws.com\",\"eventName\":\"{}\",\"awsRegion\":\"{}\",\
             \"sourceIPAddress\":\"{}\",\"userAgent\":\"{}\",",
            random.pick(&["s3", "ssm", "sts", "lambda", "kms"]),
            random.pick(&[
                "GetObject",
                "PutParameter",
                "AssumeRole",
                "UpdateFunctionConfiguration",
                "Decrypt"
            ]),
            random.pick(&REGIONS),
            address(random),
            random.pick(&AGENTS),
        );
        match credential {
            Some(credential) => put!(
                out,
                "\"requestParameters\":{{\"name\":\"/{service}/token\",\"value\":\"{credential}\",\"overwrite\":true}},"
            ),
            None => put!(
                out,
                "\"requestParameters\":{{\"bucketName\":\"example-{service}\",\"key\":\"2026/{}.parquet\"}},",
                random.hex(24),
            ),
        }
        put!(
            out,
            "\"responseElements\":null,\"requestID\":\"{}\",\"eventID\":\"{}\",\"readOnly\":{}}}\n",
            uuid(random),
            uuid(random),
            random.below(2) == 0,
        );
    }
}
