//! `firedamp evaluate`: how good the verdicts are.

use std::{
    fs::{self, File},
    io::{self, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use firedamp_core::{indicator::IndicatorSet, scan::Options, text::printable};

use super::scan::{default_threads, parse_detector, read_indicators};
use crate::{
    evaluate::{
        Arm, Evaluation, Verdict,
        folder::{Folder, Reading},
        page, table, text,
        worlds::Worlds,
    },
    progress::Progress,
    simulate::{Captures, Signals},
};

/// Warnings about a folder that are told.
const NOTES_MAX: usize = 20;

/// Measure how good the verdicts are, on telemetry whose truth is known
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp evaluate --worlds 1                          a made-up world in every way of judging\n  firedamp evaluate --worlds 1 --arm flows --output html > evaluation.html\n  firedamp evaluate labelled/                           a folder with truth.jsonl, an account's truth a line\n  firedamp evaluate labelled/ --without pool_contact --verdicts verdicts.jsonl\n  firedamp evaluate --worlds 5 --innocents --rounds 20  innocence alone\n  firedamp evaluate --innocents --hours 120 --signals dns,audit,bill,metrics --arm logs\n                                                        innocence over days, without flows\n\nSeeds from 1000 on are for reports; whoever fits weights uses smaller ones. The same arguments give\nthe same numbers. Nothing mines: all traffic is made up or replayed."
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
    /// Seconds that a flow record counts: 60, 300 or 600 (default: 60; of a folder, not known)
    #[arg(long, value_name = "SECONDS")]
    record_seconds: Option<u32>,
    /// Accounts of each innocent scenario, cloud and world
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,
    /// Innocents alone
    #[arg(long)]
    innocents: bool,
    /// Which logs are written: flows, dns, audit, bill, alerts, runtime, metrics, inventory
    #[arg(long, default_value = super::simulate::ALL_SIGNALS, value_parser = super::simulate::parse_signals, value_name = "LIST")]
    signals: Signals,
    /// Real minutes that half of the miners replay
    #[arg(long, value_name = "FILE")]
    miner_minutes: Option<PathBuf>,
    /// A way of judging; may be given several times, all when nothing is said
    #[arg(long, value_name = "ID", value_parser = WAYS.map(|way| way.id))]
    arm: Vec<String>,
    /// Found accounts of each partner whose delay is measured (default: 2; of a folder, all)
    #[arg(long, value_name = "N")]
    delays: Option<usize>,
    /// Your own list of endpoints, laid over the embedded one; may be given several times
    #[arg(long, value_name = "FILE")]
    indicators: Vec<PathBuf>,
    /// Judge without any list
    #[arg(long, conflicts_with = "indicators")]
    no_lists: bool,
    /// Switch a detector off; may be given several times
    #[arg(long, value_name = "DETECTOR", value_parser = parse_detector)]
    without: Vec<String>,
    /// The part of resource-days with mining that precision is told for
    #[arg(long, value_name = "RATE", default_value_t = 1e-4, value_parser = parse_rate)]
    base_rate: f64,
    /// How many threads (default: one per core)
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// How to print (default: table on a terminal, markdown otherwise)
    #[arg(long, value_enum)]
    output: Option<Output>,
    /// Write every single verdict to this file too, one JSON object a line
    #[arg(long, value_name = "FILE")]
    verdicts: Option<PathBuf>,
}

/// A way of judging: what is known.
struct Way {
    id: &'static str,
    about: &'static str,
    /// The lists of pools.
    lists: bool,
    /// What sensors on machines saw.
    sensors: bool,
    /// What the clouds' own detectors say.
    alerts: bool,
    /// Nothing but flow logs.
    flows_only: bool,
    /// When chains had their blocks.
    blocks: bool,
}

/// Everything, or nothing but flows; the table below names what differs.
const EVERYTHING: Way = Way {
    id: "all",
    about: "all telemetry",
    lists: true,
    sensors: true,
    alerts: true,
    flows_only: false,
    blocks: false,
};
const LOGS: Way = Way {
    id: "logs",
    about: "the clouds' logs and metrics: neither sensors nor alerts",
    sensors: false,
    alerts: false,
    ..EVERYTHING
};
const FLOWS: Way =
    Way { id: "flows", about: "flow logs alone, no list", lists: false, flows_only: true, ..LOGS };

/// Every way of judging.
const WAYS: [Way; 8] = [
    EVERYTHING,
    Way {
        id: "all_blocks",
        about: "all telemetry and a table of blocks",
        blocks: true,
        ..EVERYTHING
    },
    Way { id: "no_runtime", about: "the same without sensors", sensors: false, ..EVERYTHING },
    Way {
        id: "no_alerts",
        about: "all telemetry without providers' alerts",
        alerts: false,
        ..EVERYTHING
    },
    LOGS,
    Way { id: "no_lists", about: "the same without any list", lists: false, ..LOGS },
    FLOWS,
    Way {
        id: "flows_blocks",
        about: "flow logs and a table of blocks, no list",
        blocks: true,
        ..FLOWS
    },
];

/// How to print.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// One page with plots that can be mailed
    Html,
    /// Everything as one JSON object, for programs
    Json,
    /// Tables for documents
    Markdown,
    /// The same tables for people
    Table,
}

pub(super) fn parse_rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| *rate > 0.0 && *rate < 1.0);
    rate.ok_or_else(|| format!("`{text}` is no rate above 0 and below 1, such as 0.0001"))
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.record_seconds.is_some_and(|seconds| ![60, 300, 600].contains(&seconds)) {
        bail!("--record-seconds is 60, 300 or 600");
    }
    let arms = arguments.arms()?;
    let verdicts = match &arguments.folder {
        Some(folder) => arguments.judge_folder(folder, &arms)?,
        None => arguments.judge_worlds(&arms)?,
    };
    if let Some(path) = &arguments.verdicts {
        write_verdicts(&verdicts, path)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    print(&Evaluation::of(&verdicts, &arms, arguments.base_rate), arguments.output)?;
    Ok(ExitCode::SUCCESS)
}

fn print(evaluation: &Evaluation, output: Option<Output>) -> Result<()> {
    let terminal = io::stdout().is_terminal();
    let mut out = io::stdout().lock();
    match output.unwrap_or(if terminal { Output::Table } else { Output::Markdown }) {
        Output::Html => writeln!(out, "{}", page::html(evaluation)?)?,
        Output::Json => {
            let text = serde_json::to_string_pretty(evaluation)?;
            writeln!(out, "{text}")?;
        }
        Output::Markdown => out.write_all(text::markdown(evaluation).as_bytes())?,
        Output::Table => table::write(evaluation, &mut anstream::AutoStream::auto(out))?,
    }
    Ok(())
}

fn write_verdicts(verdicts: &[Verdict], path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for verdict in verdicts {
        serde_json::to_writer(&mut out, verdict)?;
        writeln!(out)?;
    }
    out.flush()
}

/// What is to be known of a folder, each once and not all of it.
fn tell(mut notes: Vec<String>) {
    notes.sort();
    notes.dedup();
    for note in notes.iter().take(NOTES_MAX) {
        let (warning, plain) = (crate::summary::WARNING, crate::summary::PLAIN);
        anstream::eprintln!("{warning}warning:{plain} {}", printable(note));
    }
    if notes.len() > NOTES_MAX {
        anstream::eprintln!("and {} more such warnings", notes.len() - NOTES_MAX);
    }
}

impl Arguments {
    fn threads(&self) -> usize {
        self.threads.unwrap_or_else(default_threads).max(1)
    }

    fn judge_folder(&self, path: &Path, arms: &[Arm]) -> Result<Vec<Verdict>> {
        let folder = Folder::open(path)?;
        let progress = Progress::new(folder.bytes() * arms.len() as u64);
        let reading = Reading {
            threads: self.threads(),
            record_seconds: self.record_seconds.unwrap_or(0),
            delays: self.delays.unwrap_or(usize::MAX),
            advance: &|bytes| progress.advance(bytes),
        };
        let mut verdicts = Vec::new();
        let mut notes = folder.notes.clone();
        for arm in arms {
            let (own, more) = folder.judge(arm, &reading)?;
            verdicts.extend(own);
            notes.extend(more);
        }
        progress.finish();
        tell(notes);
        Ok(verdicts)
    }

    fn judge_worlds(&self, arms: &[Arm]) -> Result<Vec<Verdict>> {
        let worlds = Worlds {
            seed: self.seed,
            count: self.worlds,
            hours: self.hours.clamp(1, 24 * 31),
            record_seconds: self.record_seconds.unwrap_or(60),
            rounds: self.rounds,
            innocents_only: self.innocents,
            captures: self.captures()?,
            signals: self.signals,
            delays: self.delays.unwrap_or(2),
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
        let arms = WAYS.iter().map(|way| {
            let listed = way.lists && !self.no_lists;
            let mut options = Options::new(if listed { lists.clone() } else { Arc::default() });
            options.without.clone_from(&self.without);
            let off = [("miner_process", way.sensors), ("provider_alert", way.alerts)];
            let off = off.into_iter().filter(|(_, wanted)| !wanted);
            options.without.extend(off.map(|(id, _)| id.to_string()));
            Arm {
                id: way.id,
                about: way.about,
                options,
                lists: listed,
                flows_only: way.flows_only,
                sensors: way.sensors,
                with_blocks: way.blocks,
                ablated: matches!(way.id, "all" | "flows"),
            }
        });
        Ok(arms.filter(wanted).collect())
    }
}
