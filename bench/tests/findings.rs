//! A bench is a test too: each one in small, on the lanes that run within a process. The lane
//! `cli` runs the same component, and the host's own tests start it.

use anyhow::{Result, ensure};
use hushgate_bench::definition::{Lane, Model, load};
use hushgate_bench::runner::{Effort, run};
use hushgate_bench::workspace;

fn check(lane: Lane) -> Result<()> {
    let effort = Effort {
        iterations: 1,
        quick: true,
    };
    let mut count = 0;
    for group in load(&workspace::bench().join("definitions"))? {
        for bench in group.benches {
            // Compiling takes seconds and finds nothing.
            if bench.model != Model::Compile && bench.lanes.contains(&lane) {
                run(&bench, lane, effort)?;
                count += 1;
            }
        }
    }
    ensure!(count > 10, "only {count} benches");
    Ok(())
}

#[test]
fn native() -> Result<()> {
    check(Lane::Native)
}

#[test]
fn wasmtime() -> Result<()> {
    check(Lane::Wasmtime)
}
