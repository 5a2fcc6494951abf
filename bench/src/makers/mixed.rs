//! All logs in stretches, as a shipper that reads many files meets them.

use super::Maker;
use super::access::AccessLog;
use super::application::Application;
use super::cloud::Cloudtrail;
use super::job::{CiLog, Environment};
use super::kubernetes::Kubernetes;
use super::plan::TerraformPlan;
use super::traceback::Traceback;
use crate::random::Random;

/// Most records of one log in a row.
const STRETCH: usize = 200;

/// All logs in stretches.
#[derive(Debug)]
pub(super) struct Mixed {
    makers: [Box<dyn Maker>; 8],
    at: usize,
    left: usize,
}

impl Default for Mixed {
    fn default() -> Self {
        Self {
            makers: [
                Box::new(AccessLog::default()),
                Box::new(Application::default()),
                Box::new(Kubernetes::default()),
                Box::new(Cloudtrail::default()),
                Box::new(Traceback::default()),
                Box::new(CiLog::default()),
                Box::new(Environment),
                Box::new(TerraformPlan),
            ],
            at: 0,
            left: 0,
        }
    }
}

impl Maker for Mixed {
    fn record(&mut self, random: &mut Random, credential: Option<&str>, out: &mut Vec<u8>) {
        if self.left == 0 {
            self.at = random.below(self.makers.len());
            self.left = random.within(1, STRETCH);
        }
        self.left -= 1;
        if let Some(maker) = self.makers.get_mut(self.at) {
            maker.record(random, credential, out);
        }
    }
}
