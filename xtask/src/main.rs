//! The workshop's one door: `cargo xtask <verb>`. Every verb is a module; none of them is part of
//! the product.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what a tool prints is its product")]

mod bench;
mod bless;
mod calibrate;
mod ci;
mod conformance;
mod docs;
mod fuzz;
mod outside;
mod screenshots;
mod shell;
mod tidy;
mod venv;

use std::process::ExitCode;

use clap::Parser;

/// The tools of the Firedamp workshop.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Verb {
    /// Measure the release build against other programs, or count its instructions.
    #[command(subcommand)]
    Bench(bench::Verb),
    /// Write the golden files again from what the program says.
    Bless,
    /// Fit the calibration to made-up worlds that no report uses.
    Calibrate(calibrate::Options),
    /// Every check in order, cheapest first.
    Ci,
    /// Let programs of others judge what Firedamp says.
    #[command(subcommand)]
    Conformance(conformance::Verb),
    /// Write the generated documents.
    Docs(docs::Options),
    /// Run the fuzz targets for a while.
    Fuzz(fuzz::Options),
    /// Install the programs of others that tests talk to.
    Outside,
    /// Take pictures of the desk's pages for the documents.
    Screenshots,
    /// Check sizes, direction, completeness, fixtures and links.
    Tidy,
}

fn main() -> ExitCode {
    match run(Verb::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Bench(verb) => bench::run(verb),
        Verb::Bless => bless::run(),
        Verb::Calibrate(options) => calibrate::run(&options),
        Verb::Ci => ci::run(),
        Verb::Conformance(verb) => conformance::run(&verb),
        Verb::Docs(options) => docs::run(&options),
        Verb::Fuzz(options) => fuzz::run(&options),
        Verb::Outside => outside::run(),
        Verb::Screenshots => screenshots::run(),
        Verb::Tidy => tidy::run(),
    }
}
