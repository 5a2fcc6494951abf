//! The output of `terraform plan`.

use super::words::{REGIONS, SERVICES, uuid};
use super::{Maker, put};
use crate::random::Random;

/// One resource a record.
#[derive(Debug)]
pub(super) struct TerraformPlan;

impl Maker for TerraformPlan {
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>) {
        let service = random.pick(&SERVICES);
        let kind = random.pick(&[
            "aws_ssm_parameter",
            "aws_lambda_function",
            "kubernetes_secret",
            "aws_instance",
        ]);
        put!(
            out,
            "\n  # {kind}.{service} will be created\n  + resource \"{kind}\" \"{service}\" {{\n"
        );
        put!(out, "      + arn              = (known after apply)\n");
        put!(out, "      + id               = \"{}\"\n", uuid(random));
        put!(
            out,
            "      + region           = \"{}\"\n",
            random.pick(&REGIONS)
        );
        put!(out, "      + source_code_hash = \"{}\"\n", random.hex(64));
        match (credential, random.below(2)) {
            (Some(credential), 0) => put!(out, "      + value            = \"{credential}\"\n"),
            (Some(credential), _) => put!(
                out,
                "      + environment {{\n          + variables = {{\n              + \"API_TOKEN\" = \"{credential}\"\n            }}\n        }}\n"
            ),
            (None, _) => put!(out, "      + value            = (sensitive value)\n"),
        }
        put!(
            out,
            "      + tags             = {{\n          + \"Environment\" = \"prod\"\n          + \"Owner\"       = \"{service}\"\n        }}\n    }}\n"
        );
    }
}
