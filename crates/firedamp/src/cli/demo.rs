//! `firedamp demo`: a small folder of telemetry, scanned and explained.

use std::process::ExitCode;
use anyhow::Result;
use clap::Args;

/// Write a small folder of telemetry, scan it and explain the cases
#[derive(Args, Debug)]
pub(super) struct Arguments {}

/// Runs the verb.
pub(super) fn run(_arguments: &Arguments) -> Result<ExitCode> { Ok(ExitCode::SUCCESS) }
