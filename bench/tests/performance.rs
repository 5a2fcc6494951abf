//! `docs/performance.md` is what the newest record gives.

#[test]
fn the_document_is_up_to_date() -> anyhow::Result<()> {
    hushgate_bench::report::run(true)
}
