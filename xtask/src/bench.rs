//! `cargo xtask bench`: the release build measured against other programs on a made-up day of
//! flow logs, and its instructions counted.

mod answer;
mod azure;
mod conversations;
mod evidence;
mod gzip;
pub(crate) mod instructions;
mod measure;
mod peer;
mod report;
mod scan;
mod serve;
mod set;
mod vpc;
mod world;

use anyhow::Result;
use clap::Subcommand;

/// What to measure.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Count the instructions of a small scan and compare with the committed number.
    Instructions(instructions::Options),
    /// Scan ten million distinct conversations with every detector, beside `DuckDB`'s list join.
    Conversations(conversations::Options),
    /// Read made-up audit logs, bills and process records; bills are grouped by `DuckDB` too.
    Evidence(evidence::Options),
    /// Run the desk: folding beside a scan, memory at rest, answers with a million cases.
    Serve(serve::Options),
    /// Scan a made-up day; time, memory and answers beside those of other programs.
    Scan(scan::Options),
    /// Run one program and write down what it used (started by `scan`).
    #[command(hide = true)]
    Measure(measure::Options),
    /// Decompress gzip files and do nothing else (started by `scan`).
    #[command(hide = true)]
    Inflate(gzip::Options),
}

/// Runs one kind of measurement.
pub(crate) fn run(verb: Verb) -> Result<()> {
    match verb {
        Verb::Instructions(options) => instructions::run(&options),
        Verb::Conversations(options) => conversations::run(&options),
        Verb::Evidence(options) => evidence::run(&options),
        Verb::Serve(options) => serve::run(&options),
        Verb::Scan(options) => scan::run(&options),
        Verb::Measure(options) => measure::run(&options),
        Verb::Inflate(options) => gzip::inflate(&options),
    }
}
