//! `firedamp evaluate`: how good the verdicts are.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use firedamp_core::{indicator::IndicatorSet, scan::Options};

use super::scan::{default_threads, parse_detector, read_indicators};
use crate::{
    evaluate::{Arm, Evaluation, folder, page, text, worlds::Worlds},
    progress::Progress,
    simulate::Captures,
};

/// Measure how good the verdicts are, on telemetry whose truth is known
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp evaluate --worlds 1                          a made-up world in every way of judging\n  firedamp evaluate --worlds 1 --arm flows --output html > evaluation.html\n  firedamp evaluate labelled/                           a folder with truth.jsonl, an account's truth a line\n  firedamp evaluate --worlds 5 --innocents --rounds 20  innocence alone\n\nSeeds from 1000 on are for reports; whoever fits weights uses smaller ones. The same arguments give\nthe same numbers. Nothing mines: all traffic is made up or replayed."
)]
pub(super) struct Arguments {
    /// A labelled folder; made-up worlds when nothing is said
    #[arg(value_name = "FOLDER", conflicts_with = "worlds")]
    folder: Option<PathBuf>,
    /// How many made-up worlds
    #[arg(long, value_name = "N", default_value_t = 1)]
    worlds: u64,
    /// The first world
    #[arg(long, value_name = "N", default_value_t = 1000)]
    seed: u64,
    /// How long each is
    #[arg(long, value_name = "H", default_value_t = 12)]
    hours: u32,
    /// Seconds that a flow record counts: 60, 300 or 600
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    record_seconds: u32,
    /// Accounts of each innocent scenario, cloud and world
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,
    /// Innocents alone
    #[arg(long)]
    innocents: bool,
    /// Real minutes that half of the miners replay
    #[arg(long, value_name = "FILE")]
    miner_minutes: Option<PathBuf>,
    /// A way of judging; may be given several times, all when nothing is said
    #[arg(long, value_name = "ID", value_parser = ["all", "no_alerts", "no_lists", "flows", "flows_blocks"])]
    arm: Vec<String>,
    /// Found accounts of each partner whose delay is measured
    #[arg(long, value_name = "N", default_value_t = 2)]
    delays: usize,
    /// Your own list of endpoints, laid over the embedded one; may be given several times
    #[arg(long, value_name = "FILE")]
    indicators: Vec<PathBuf>,
    /// Switch a detector off; may be given several times
    #[arg(long, value_name = "DETECTOR", value_parser = parse_detector)]
    without: Vec<String>,
    /// The part of resource-days with mining that precision is told for
    #[arg(long, value_name = "RATE", default_value_t = 1e-4)]
    base_rate: f64,
    /// How many threads (default: one per core)
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// How to print
    #[arg(long, value_enum, default_value = "markdown")]
    output: Output,
}

/// How to print.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// Tables, for people and documents
    Markdown,
    /// Everything, for programs
    Json,
    /// One page with plots
    Html,
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let arms = arguments.arms()?;
    let verdicts = match &arguments.folder {
        Some(folder) => {
            let mut verdicts = Vec::new();
            for arm in &arms {
                let (own, notes) = folder::judge(folder, arm, arguments.threads())?;
                verdicts.extend(own);
                notes.iter().for_each(|note| anstream::eprintln!("{note}"));
            }
            verdicts
        }
        None => arguments.judge_worlds(&arms)?,
    };
    let evaluation = Evaluation::of(&verdicts, &arms, arguments.base_rate);
    let mut out = io::stdout().lock();
    match arguments.output {
        Output::Markdown => out.write_all(text::markdown(&evaluation).as_bytes())?,
        Output::Html => out.write_all(page::html(&evaluation)?.as_bytes())?,
        Output::Json => {
            serde_json::to_writer_pretty(&mut out, &evaluation)?;
            writeln!(out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn threads(&self) -> usize {
        self.threads.unwrap_or_else(default_threads).max(1)
    }

    fn judge_worlds(&self, arms: &[Arm]) -> Result<Vec<crate::evaluate::Verdict>> {
        if ![60, 300, 600].contains(&self.record_seconds) {
            bail!("--record-seconds is 60, 300 or 600");
        }
        let worlds = Worlds {
            seed: self.seed,
            count: self.worlds,
            hours: self.hours.clamp(1, 24 * 31),
            record_seconds: self.record_seconds,
            rounds: self.rounds,
            innocents_only: self.innocents,
            captures: self.captures()?,
            delays: self.delays,
        };
        let progress = Progress::of_accounts(worlds.steps() as u64);
        let verdicts = worlds.judge(arms, self.threads(), &|| progress.advance(1));
        progress.finish();
        Ok(verdicts)
    }

    fn captures(&self) -> Result<Option<Arc<Captures>>> {
        let Some(path) = &self.miner_minutes else {
            return Ok(None);
        };
        let name = path.display();
        let table = fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
        let captures = Captures::parse(&table).map_err(anyhow::Error::msg);
        Ok(Some(Arc::new(captures.with_context(|| format!("cannot use `{name}`"))?)))
    }

    fn arms(&self) -> Result<Vec<Arm>> {
        let mut lists = IndicatorSet::embedded();
        for path in &self.indicators {
            lists.layer(read_indicators(path)?.indicators);
        }
        let lists = Arc::new(lists);
        let wanted = |arm: &Arm| match self.arm.as_slice() {
            // A labelled folder is judged as it is.
            [] => self.folder.is_none() || arm.id == "all",
            wanted => wanted.iter().any(|id| id == arm.id),
        };
        let all = [
            ("all", "all telemetry", true, false, false, false),
            ("no_alerts", "the same without providers' alerts", true, true, false, false),
            ("no_lists", "the same without any list and without alerts", false, true, false, false),
            ("flows", "flow logs alone, no list", false, true, true, false),
            ("flows_blocks", "flow logs and a table of blocks, no list", false, true, true, true),
        ];
        let arms =
            all.into_iter().map(|(id, about, listed, no_alerts, flows_only, with_blocks)| {
                let mut options = Options::new(if listed { lists.clone() } else { Arc::default() });
                options.without.clone_from(&self.without);
                if no_alerts {
                    options.without.push("provider_alert".to_string());
                }
                let ablated = matches!(id, "all" | "flows");
                Arm { id, about, options, flows_only, with_blocks, ablated }
            });
        Ok(arms.filter(wanted).collect())
    }
}
