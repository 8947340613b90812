//! `firedamp calibrate`: a proposal of how far evidence is to be believed.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use firedamp_core::weights::Weights;

use crate::evaluate::fit::{self, Fit, Judged, REPORT_SEED_MIN};

/// Propose how far evidence is to be believed, from verdicts whose truth is known
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp evaluate --seed 11 --worlds 2 --arm all --verdicts verdicts.jsonl\n  firedamp calibrate verdicts.jsonl\n  firedamp backtest --print-weights > weights.toml     then write the proposed scale into it\n  firedamp backtest --try-weights weights.toml logs/   what it would have changed\n\nNothing is switched on. Worlds with seeds from 1000 on are for reports and are refused."
)]
pub(super) struct Arguments {
    /// Verdicts, as `firedamp evaluate --verdicts` writes them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The way of judging that is fitted
    #[arg(long, value_name = "ID", default_value = "all")]
    arm: String,
    /// The part of resource-days with mining in the world
    #[arg(long, value_name = "RATE", default_value_t = 1e-4, value_parser = super::evaluate::parse_rate)]
    base_rate: f64,
    /// The weights that gave the verdicts; the embedded ones when nothing is said
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    output: Output,
}

/// How to print.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// For programs
    Json,
    /// For people
    Table,
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let weights = super::scan::read_weights(arguments.weights.as_deref())?;
    ensure!(
        weights.calibration.scale == 1.0,
        "these weights are calibrated already: fit with scale = 1.0"
    );
    let fit = arguments.fit(&weights)?;
    let mut out = io::stdout().lock();
    match arguments.output {
        Output::Json => {
            serde_json::to_writer_pretty(&mut out, &fit)?;
            writeln!(out)?;
        }
        Output::Table => write(&fit, &mut out)?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn fit(&self, weights: &Weights) -> Result<Fit> {
        let mut judged = Vec::new();
        for path in &self.files {
            let name = path.display();
            read(path, &mut judged).with_context(|| format!("cannot use `{name}`"))?;
        }
        judged.retain(|one| one.arm == self.arm);
        if judged.is_empty() {
            bail!("no verdict of the way of judging `{}`", self.arm);
        }
        fit::fit(&judged, weights, self.base_rate)
            .context("a fit needs accounts that mine and accounts that do not")
    }
}

fn read(path: &Path, judged: &mut Vec<Judged>) -> Result<()> {
    for (number, line) in BufReader::new(File::open(path)?).lines().enumerate() {
        let line = line?;
        let one: Judged =
            serde_json::from_str(&line).with_context(|| format!("line {}", number + 1))?;
        let seed = one.truth.seed;
        ensure!(
            seed < REPORT_SEED_MIN,
            "world {seed} is for reports; fit to seeds below {REPORT_SEED_MIN}"
        );
        judged.push(one);
    }
    Ok(())
}

fn write(fit: &Fit, out: &mut impl Write) -> io::Result<()> {
    let Fit { anchored: (low, high), bounds: (low_by, high_by), loss, .. } = fit;
    writeln!(out, "{} verdicts about miners, {} about others", fit.miners, fit.innocents)?;
    writeln!(out, "least loss anywhere       scale {:.2}", fit.free)?;
    writeln!(out, "verdict anchors allow     {low:.3} ({low_by}) to {high:.3} ({high_by})")?;
    writeln!(out, "least loss within them    scale {:.2}", fit.scale)?;
    writeln!(
        out,
        "loss with scale 1.00      {:.3e} nats, with {:.2}: {:.3e}",
        loss.0, fit.scale, loss.1
    )?;
    for one in &fit.held_out {
        let by = format!("held out by {}", one.by);
        let (from, to) = one.scales;
        let (before, after) = one.loss;
        writeln!(
            out,
            "{by:<25} {} groups, scale {from:.2} to {to:.2}: {before:.3e} to {after:.3e}",
            one.groups
        )?;
    }
    match fit.is_better {
        true => writeln!(out, "proposal: [calibration] scale = {:.2}", fit.scale),
        false => writeln!(
            out,
            "proposal: none; scale = 1.00 stays (no gain on everything that was held out)"
        ),
    }
}
