//! `firedamp scan`: telemetry in, one case per account out.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use firedamp_core::{
    blocks::Blocks,
    case::Case,
    detector::DETECTORS,
    format::{self, FORMATS, Format},
    id::{Account, ObjectId},
    indicator::{self, IndicatorSet},
    language::Language,
    scan::{self, Options},
    time::{Span, Time},
    weights::Weights,
};

use super::user::parse_language;
use crate::{
    block_tables::Tables,
    language::english,
    pipeline::{self, Job, Read},
    progress::Progress,
    report::{self, Output, Report},
    source::Found,
    summary::{PLAIN, Summary, WARNING},
};

/// What is read and how it is judged; shared by the verbs that read telemetry.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Input {
    /// Files, folders, patterns, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The clock: nothing after it is looked at (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(super) now: Option<Time>,
    /// Nothing before it is looked at (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(super) since: Option<Time>,
    /// Read everything as this format (see `firedamp formats`)
    #[arg(long, value_name = "ID")]
    pub(super) format: Option<String>,
    /// The account of records that name none
    #[arg(long, value_name = "PROVIDER:ID", value_parser = parse_account)]
    pub(super) account: Option<Account>,
    /// Your own list of endpoints, laid over the embedded one; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(super) indicators: Vec<PathBuf>,
    /// Your own Sigma rules over started programs and calls, a file or a folder; may be given
    /// several times
    #[arg(long, value_name = "DIR")]
    pub(super) sigma: Vec<PathBuf>,
    /// When a chain had its blocks, one second since 1970 a line, over the time of the logs; may be given
    /// several times (docs/operating.md: how to fill it)
    #[arg(long, value_name = "COIN=FILE", value_parser = parse_blocks)]
    pub(super) blocks: Vec<(String, PathBuf)>,
    /// Switch a detector off; may be given several times
    #[arg(long, value_name = "DETECTOR", value_parser = parse_detector)]
    pub(super) without: Vec<String>,
    /// Your own weights, in the form of `firedamp backtest --print-weights`
    #[arg(long, value_name = "FILE")]
    pub(super) weights: Option<PathBuf>,
    /// How many threads read (default: one per core)
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Name every object with its format in the closing summary
    #[arg(long, short)]
    pub(super) verbose: bool,
}

/// Read telemetry and print one case per account
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp scan logs/                            a folder and all below it\n  firedamp scan 'logs/*.gz' --since 2026-03-01T00:00:00Z\n  zcat flow.gz | firedamp scan --account aws:111122223333 -\n  firedamp scan --output json logs/ | jq .probability\n  firedamp scan --language fr logs/\n  firedamp scan --output html --language de logs/ > bericht.html\n  firedamp scan --fail-on 0.5 logs/ || echo 'somebody mines'\n\nExit status: 0 ran; 1 ran, and a case is at or above --fail-on; 2 could not run, or a path that was\nnamed is not there (all else was judged and printed); with --fail-on also when there is no such case\nbut hardly anything could be judged: most records were rejected, nothing is telemetry that is read,\nor nothing lies between --since and --now. Without it that is a warning."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    view: View,
}

/// What of the cases is shown, and how.
#[derive(Args, Clone, Debug)]
pub(super) struct View {
    /// Cases below this probability are not shown
    #[arg(long, value_name = "P", default_value_t = MIN_P, value_parser = parse_probability)]
    pub(super) min_p: f64,
    /// Show weak findings, weak resources and sample alerts too
    #[arg(long)]
    pub(super) all: bool,
    /// Exit with status 1 if a case is at or above this probability, with 2 if hardly anything could
    /// be judged
    #[arg(long, value_name = "P", value_parser = parse_probability)]
    pub(super) fail_on: Option<f64>,
    /// How to print (default: table on a terminal, json otherwise)
    #[arg(long, value_enum)]
    pub(super) output: Option<Output>,
    /// The language of tables and pages: en, fr or de; the other outputs are for programs, in English
    #[arg(long, value_name = "LANGUAGE", value_parser = parse_language, default_value = "en")]
    pub(super) language: Language,
    /// Add the paths of the objects to the output
    #[arg(long)]
    pub(super) show_paths: bool,
}

/// From this probability on a case opens.
const MIN_P: f64 = 0.10;

impl Default for View {
    fn default() -> Self {
        Self {
            min_p: MIN_P,
            all: false,
            fail_on: None,
            output: None,
            language: Language::English,
            show_paths: false,
        }
    }
}

fn parse_time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| format!("`{text}` is no time such as 2026-03-01T00:00:00Z"))
}

pub(super) fn parse_account(text: &str) -> Result<Account, String> {
    let expected = "no account such as aws:111122223333, azure:<subscription> or gcp:<project>";
    Account::parse(text).ok_or_else(|| format!("`{text}` is {expected}"))
}

pub(super) fn parse_blocks(text: &str) -> Result<(String, PathBuf), String> {
    let parts = text.split_once('=').filter(|(coin, file)| !coin.is_empty() && !file.is_empty());
    let (coin, file) =
        parts.ok_or_else(|| format!("`{text}` is not COIN=FILE, such as xmr=blocks.txt"))?;
    Ok((coin.to_string(), PathBuf::from(file)))
}

pub(super) fn parse_detector(text: &str) -> Result<String, String> {
    if DETECTORS.iter().any(|detector| detector.id == text) {
        return Ok(text.to_string());
    }
    let known: Vec<&str> = DETECTORS.iter().map(|detector| detector.id).collect();
    Err(format!("`{text}` is no detector; there are {}", known.join(", ")))
}

pub(super) fn parse_probability(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| format!("`{text}` is no probability between 0 and 1"))
}

/// The weights in a file, or the embedded ones.
pub(super) fn read_weights(path: Option<&Path>) -> Result<Weights> {
    let Some(path) = path else {
        return Ok(Weights::embedded());
    };
    let name = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
    Weights::parse(&text).with_context(|| format!("cannot use `{name}`"))
}

/// Telemetry read and judged.
pub(super) struct Scanned {
    /// Every case, sorted, weak ones too.
    pub(super) cases: Vec<Case>,
    /// What was read.
    pub(super) summary: Summary,
    /// The paths of each object.
    pub(super) paths: BTreeMap<ObjectId, Vec<String>>,
    /// The clock.
    pub(super) now: Time,
    /// What was looked at.
    pub(super) window: Option<Span>,
    /// Of what was named, what is not there.
    missing: Vec<String>,
}

impl Input {
    /// How telemetry is read and judged.
    pub(super) fn options(&self, all: bool) -> Result<Options> {
        if let (Some(since), Some(now)) = (self.since, self.now)
            && since > now
        {
            bail!("--since {since} is after --now {now}: nothing lies between them");
        }
        Ok(Options {
            without: self.without.clone(),
            all,
            min_probability: 0.0,
            window: self.window(),
            forced: self.format.as_deref().map(format_by_id).transpose()?,
            account: self.account.clone(),
            sigma: Arc::new(super::sigma::rules(&self.sigma)?),
            blocks: Arc::new(self.block_tables()?),
            weights: read_weights(self.weights.as_deref())?,
            ..Options::new(Arc::new(self.indicator_set()?))
        })
    }

    /// Reads telemetry, and fails when there is none, which is told in a language.
    pub(super) fn read(
        &self,
        found: &Found,
        options: &Options,
        language: Language,
    ) -> Result<(Read, Summary)> {
        let began = Instant::now();
        let progress = Progress::new(found.entries.iter().map(|entry| entry.bytes).sum());
        let job = Job {
            options: options.clone(),
            threads: self.threads.unwrap_or_else(default_threads).max(1),
            advance: &|bytes| progress.advance(bytes),
            again: &|bytes| progress.extend(bytes),
        };
        let read = pipeline::read(&found.entries, &job);
        progress.finish();
        let summary = Summary::new(found, &read, options, began.elapsed());
        let nothing =
            found.entries.is_empty() || read.objects.values().all(pipeline::is_unreadable);
        if nothing {
            summary.write(self.verbose, language, &mut anstream::stderr().lock())?;
            let tried: Vec<String> =
                self.paths.iter().map(|path| path.display().to_string()).collect();
            bail!("nothing readable under {}", tried.join(", "));
        }
        Ok((read, summary))
    }

    /// Reads and judges.
    pub(super) fn scan(&self, all: bool, language: Language) -> Result<Scanned> {
        let options = self.options(all)?;
        let found = Found::under(&self.paths);
        let (read, summary) = self.read(&found, &options, language)?;
        let cases = scan::judge(&read.accounts, &options);
        let now = self.now.unwrap_or_else(system_time);
        Ok(Scanned {
            cases,
            summary,
            paths: paths(&found, &read),
            now,
            window: options.window,
            missing: found.missing,
        })
    }

    fn window(&self) -> Option<Span> {
        (self.now.is_some() || self.since.is_some()).then(|| Span {
            first: self.since.unwrap_or(Time::MIN),
            last: self.now.unwrap_or(Time::MAX),
        })
    }

    fn block_tables(&self) -> Result<Blocks> {
        let blocks = Tables::read(&self.blocks)?.blocks();
        blocks.doubts().iter().for_each(|doubt| warn(doubt));
        Ok(blocks)
    }

    fn indicator_set(&self) -> Result<IndicatorSet> {
        let mut set = IndicatorSet::embedded();
        for path in &self.indicators {
            set.layer(read_indicators(path)?.indicators);
        }
        Ok(set)
    }
}

/// Reads an operator's list and says on standard error what of it could not be read.
pub(super) fn read_indicators(path: &PathBuf) -> Result<indicator::Imported> {
    let name = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
    let imported = indicator::import(&text).with_context(|| format!("cannot use `{name}`"))?;
    for (line, reason) in imported.rejects.iter().take(5) {
        warn(&format!("{name}: line {line}: {reason}"));
    }
    if imported.rejects.len() > 5 {
        anstream::eprintln!("{name}: {} more lines could not be read", imported.rejects.len() - 5);
    }
    Ok(imported)
}

fn warn(what: &str) {
    anstream::eprintln!("{WARNING}warning:{PLAIN} {what}");
}

fn format_by_id(id: &str) -> Result<Format> {
    let known = || FORMATS.iter().map(|format| format.doc().id).collect::<Vec<_>>().join(", ");
    format::by_id(id).with_context(|| format!("`{id}` is no format; there are {}", known()))
}

pub(super) fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

pub(super) fn system_time() -> Time {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = since_epoch.map_or(0, |elapsed| elapsed.as_secs());
    Time::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

fn paths(found: &Found, read: &Read) -> BTreeMap<ObjectId, Vec<String>> {
    let mut paths: BTreeMap<ObjectId, Vec<String>> = BTreeMap::new();
    for (at, object) in &read.objects {
        if let Some(entry) = found.entries.get(*at) {
            paths.entry(object.outcome.id).or_default().push(entry.name.clone());
        }
    }
    paths
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    show(&arguments.input, &arguments.view)
}

/// Reads, judges and prints.
pub(super) fn show(input: &Input, view: &View) -> Result<ExitCode> {
    let scanned = input.scan(view.all, view.language)?;
    let min_probability = if view.all { 0.0 } else { view.min_p };
    let shown: Vec<Case> =
        scanned.cases.iter().filter(|case| case.probability >= min_probability).cloned().collect();
    let nothing = BTreeMap::new();
    let notes = scanned.summary.notes(view.language);
    let report = Report {
        cases: &shown,
        now: scanned.now,
        window: scanned.window,
        notes: &notes,
        paths: if view.show_paths { &scanned.paths } else { &nothing },
        min_probability,
        all: view.all,
        is_unjudged: scanned.summary.is_unjudged(),
        language: view.language,
    };
    let printed = print(&report, view.output);
    scanned.summary.write(input.verbose, view.language, &mut anstream::stderr().lock())?;
    printed?;
    status(&scanned, view.fail_on)
}

/// How a scan ends whose cases were printed. Whoever hears of no case must be able to rely on it.
fn status(scanned: &Scanned, fail_on: Option<f64>) -> Result<ExitCode> {
    if !scanned.missing.is_empty() {
        let missing = scanned.missing.join(", ");
        bail!("no such file or folder: {missing}; what else was named was read and judged");
    }
    let Some(limit) = fail_on else {
        return Ok(ExitCode::SUCCESS);
    };
    if scanned.cases.iter().any(|case| case.probability >= limit) {
        return Ok(ExitCode::from(1));
    }
    match scanned.summary.doubt().map(|said| english(&said)) {
        Some(doubt) => bail!("no case at or above --fail-on, but that says nothing: {doubt}"),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn print(report: &Report<'_>, output: Option<Output>) -> io::Result<()> {
    let terminal = io::stdout().is_terminal();
    let output = output.unwrap_or(if terminal { Output::Table } else { Output::Json });
    let mut text = Vec::new();
    report::write(report, output, &mut text)?;
    match output {
        // Colours are for terminals; other outputs are passed on byte by byte.
        Output::Table => anstream::stdout().lock().write_all(&text),
        _ => io::stdout().lock().write_all(&text),
    }
}
