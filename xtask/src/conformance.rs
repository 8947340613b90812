//! `cargo xtask conformance`: what Firedamp says, judged by programs that others wrote.

mod clients;
mod ocsf;

use anyhow::Result;
use clap::Subcommand;

/// Who judges.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Microsoft's client packages, driven against a desk on a made-up day.
    Clients(clients::Options),
    /// Validators of OCSF findings.
    Ocsf(ocsf::Options),
}

/// Lets them judge; fails when one finds a difference.
pub(crate) fn run(verb: &Verb) -> Result<()> {
    match verb {
        Verb::Clients(options) => clients::run(options),
        Verb::Ocsf(options) => ocsf::run(options),
    }
}
