//! `firedamp backtest`: what a change would have done.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use firedamp_core::{language::Language, scan, weights};

use super::{
    authorisations,
    scan::{Input, parse_detector, parse_probability, read_indicators, read_weights},
};
use crate::{
    backtest::{Comparison, authorised},
    source::Found,
};

/// Try a change of weights, lists or detectors on past telemetry
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp backtest --print-weights > weights.toml          then change a number in it\n  firedamp backtest --try-weights weights.toml logs/\n  firedamp backtest --try-indicators new-list.txt logs/ more-logs/\n  firedamp backtest --try-without stratum_profile --min-p 0.5 logs/\n  firedamp backtest --try-authorisation research.toml logs/\n\nExit status: 0 when nothing would change, 1 when something would, 2 when it could not run."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// The weights to try, in the form of --print-weights
    #[arg(long, value_name = "FILE")]
    try_weights: Option<PathBuf>,
    /// A list of endpoints to try, over those in use; may be given several times
    #[arg(long, value_name = "FILE")]
    try_indicators: Vec<PathBuf>,
    /// A detector to try to do without; may be given several times
    #[arg(long, value_name = "DETECTOR", value_parser = parse_detector)]
    try_without: Vec<String>,
    /// Authorisations to try, in the form of `firedamp authorisations import`; may be given several
    /// times
    #[arg(long, value_name = "FILE")]
    try_authorisation: Vec<PathBuf>,
    /// From this probability on an account is a case
    #[arg(long, value_name = "P", default_value_t = 0.10, value_parser = parse_probability)]
    min_p: f64,
    /// From this probability on it is one after the change
    #[arg(long, value_name = "P", value_parser = parse_probability)]
    try_min_p: Option<f64>,
    /// Minutes that people spend on a case
    #[arg(long, value_name = "MINUTES", default_value_t = 30.0)]
    minutes_per_case: f64,
    /// Print the weights in use and stop
    #[arg(long, exclusive = true)]
    print_weights: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    output: Output,
}

/// How to print.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// For people
    Table,
    /// For programs
    Json,
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut out = io::stdout().lock();
    if arguments.print_weights {
        out.write_all(weights::EMBEDDED.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let comparison = arguments.compare()?;
    match arguments.output {
        Output::Table => out.write_all(comparison.table().as_bytes())?,
        Output::Json => {
            serde_json::to_writer_pretty(&mut out, &comparison)?;
            writeln!(out)?;
        }
    }
    let is_changed = !comparison.changes.is_empty()
        || comparison.authorised.iter().any(|tried| tried.is_covered);
    Ok(ExitCode::from(u8::from(is_changed)))
}

impl Arguments {
    fn compare(&self) -> Result<Comparison> {
        let now = self.input.options(false)?;
        let mut then = now.clone();
        if self.try_weights.is_some() {
            then.weights = read_weights(self.try_weights.as_deref())?;
        }
        then.without.extend(self.try_without.iter().cloned());
        if !self.try_indicators.is_empty() {
            let lists = Arc::make_mut(&mut then.indicators);
            for path in &self.try_indicators {
                lists.layer(read_indicators(path)?.indicators);
            }
        }
        let nothing = self.try_weights.is_none()
            && self.try_indicators.is_empty()
            && self.try_without.is_empty()
            && self.try_authorisation.is_empty()
            && self.try_min_p.is_none();
        if nothing {
            bail!(
                "nothing to try: give --try-weights, --try-indicators, --try-without, --try-min-p or --try-authorisation"
            );
        }
        let found = Found::under(&self.input.paths);
        let (read, summary) = self.input.read(&found, &now, Language::English)?;
        summary.write(self.input.verbose, Language::English, &mut anstream::stderr().lock())?;
        let before = scan::judge(&read.accounts, &now);
        // Another list looks at other records; everything else judges what was read.
        let after = match self.try_indicators.is_empty() {
            true => scan::judge(&read.accounts, &then),
            false => {
                scan::judge(&self.input.read(&found, &then, Language::English)?.0.accounts, &then)
            }
        };
        let threshold = self.min_p;
        let mut authorisations = Vec::new();
        for path in &self.try_authorisation {
            authorisations.extend(authorisations::read(path)?);
        }
        let asked = self.try_min_p.unwrap_or(threshold);
        let authorised = authorised::tried(&after, &authorisations, asked);
        let comparison = match self.try_min_p {
            None => Comparison::of(&before, &after, threshold, self.minutes_per_case),
            Some(other) => Comparison::of_thresholds(
                &before,
                &after,
                (threshold, other),
                self.minutes_per_case,
            ),
        };
        Ok(Comparison { authorised, ..comparison })
    }
}
