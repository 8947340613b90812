//! `firedamp simulate`: a made-up world on disk, with what is true of it.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use firedamp_core::{id::Provider, time::Time};

use crate::{
    progress::Progress,
    simulate::{
        CLOUDS, Captures, Coin, Evasion, Plan, Scenario, Settings, Signals, Truth, write_and_tell,
    },
};

/// Write made-up telemetry whose miners and innocents are known
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp simulate --list\n  firedamp simulate world && firedamp scan --all world\n  firedamp simulate world --scenario plain --scenario web_server --cloud azure --hours 24\n  firedamp simulate world --scenario own_proxy --evasion delay_30s --hosts 4 --signals flows\n\nThe folder gets a folder for each cloud and account, truth.jsonl with what is true of each\naccount, and blocks/ with the times of the coins' blocks. The same arguments give the same bytes.\nNothing mines: all traffic is made up, and all addresses are kept for documents and measurements."
)]
pub(super) struct Arguments {
    /// The folder to write
    #[arg(required_unless_present = "list", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// What chance begins with; another seed gives another world
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// When the window begins, UTC
    #[arg(long, default_value = "2026-03-02T00:00:00Z", value_parser = parse_time, value_name = "TIME")]
    start: Time,
    /// How long the window is
    #[arg(long, default_value_t = 12, value_name = "H", value_parser = clap::value_parser!(u32).range(1..=HOURS_MAX))]
    hours: u32,
    /// Seconds that a flow record counts: 60, 300 or 600
    #[arg(long, default_value_t = 60, value_parser = parse_record_seconds, value_name = "SECONDS")]
    record_seconds: u32,
    /// What goes on, an account for each cloud; all scenarios when nothing is said
    #[arg(long, value_parser = parse_scenario, value_name = "ID")]
    scenario: Vec<Scenario>,
    /// What miners do not to be seen; where it does not fit, it is left out
    #[arg(long, value_parser = parse_evasion, value_name = "ID")]
    evasion: Vec<Evasion>,
    /// aws, azure or gcp; the three in turn when nothing is said
    #[arg(long, value_parser = parse_cloud, value_name = "CLOUD")]
    cloud: Vec<Provider>,
    /// What is mined: xmr, btc, ltc, etc or rvn
    #[arg(long, default_value = "xmr", value_parser = parse_coin, value_name = "ID")]
    coin: Coin,
    /// Hosts that mine, or do what the scenario tells of, beside the ordinary ones
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = parse_hosts)]
    hosts: usize,
    /// Which logs are written: flows, dns, audit, bill, alerts, runtime, metrics,
    /// inventory
    #[arg(long, default_value = ALL_SIGNALS, value_parser = parse_signals, value_name = "LIST")]
    signals: Signals,
    /// Replay real minutes from this table where one host mines Monero
    #[arg(long, value_name = "FILE")]
    miner_minutes: Option<PathBuf>,
    /// Write into a folder that is not empty
    #[arg(long)]
    force: bool,
    /// Print the scenarios and evasions, one a line
    #[arg(long)]
    list: bool,
}

/// A month: an account is made up in memory.
pub(super) const ALL_SIGNALS: &str = "flows,dns,audit,bill,alerts,runtime,metrics,inventory";
const HOURS_MAX: i64 = 24 * 31;
const HOSTS_MAX: usize = 200;

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Some(folder) = arguments.folder.as_deref().filter(|_| !arguments.list) else {
        list(&mut io::stdout().lock())?;
        return Ok(ExitCode::SUCCESS);
    };
    if !arguments.force && !is_empty(folder)? {
        bail!("`{}` is not empty; --force writes into it all the same", folder.display());
    }
    let plans = plans(arguments);
    let progress = Progress::of_accounts(plans.len() as u64);
    let told = || progress.advance(1);
    let truths = write_and_tell(&settings(arguments)?, &plans, folder, &told)
        .with_context(|| format!("cannot write `{}`", folder.display()))?;
    progress.finish();
    anstream::eprintln!("{}", summary(&truths, folder));
    Ok(ExitCode::SUCCESS)
}

fn settings(arguments: &Arguments) -> Result<Settings> {
    let read = |path: &PathBuf| -> Result<Arc<Captures>> {
        let what = || format!("cannot read `{}`", path.display());
        let text = fs::read_to_string(path).with_context(what)?;
        let captures = Captures::parse(&text).map_err(anyhow::Error::msg);
        Ok(Arc::new(captures.with_context(what)?))
    };
    Ok(Settings {
        seed: arguments.seed,
        start: arguments.start,
        hours: arguments.hours,
        record_seconds: arguments.record_seconds,
        signals: arguments.signals,
        miner_minutes: arguments.miner_minutes.as_ref().map(read).transpose()?,
    })
}

fn plans(arguments: &Arguments) -> Vec<Plan> {
    let scenarios = if arguments.scenario.is_empty() { Scenario::ALL } else { &arguments.scenario };
    let plan = |scenario: Scenario, cloud: Provider| Plan {
        scenario,
        cloud,
        evasions: fitting(scenario, &arguments.evasion),
        coin: scenario.mines().then_some(arguments.coin),
        hosts: arguments.hosts,
    };
    let scenarios = scenarios.iter().copied();
    if arguments.cloud.is_empty() {
        return scenarios
            .zip(CLOUDS.into_iter().cycle())
            .map(|(one, cloud)| plan(one, cloud))
            .collect();
    }
    scenarios.flat_map(|one| arguments.cloud.iter().map(move |cloud| plan(one, *cloud))).collect()
}

fn fitting(scenario: Scenario, evasions: &[Evasion]) -> Vec<Evasion> {
    evasions.iter().copied().filter(|evasion| scenario.fits(*evasion)).collect()
}

fn summary(truths: &[Truth], folder: &Path) -> String {
    let mining = truths.iter().filter(|truth| truth.mines).count();
    let days: f64 = truths.iter().map(|truth| truth.resource_days).sum();
    format!(
        "wrote {} accounts, {mining} of them mining, with {days:.1} resource days, into {}",
        truths.len(),
        folder.display()
    )
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Scenarios")?;
    for scenario in Scenario::ALL {
        let kind = if scenario.mines() { "mines" } else { "innocent" };
        writeln!(out, "  {:22} {kind:9} {}", scenario.id(), scenario.about())?;
    }
    writeln!(out, "Evasions")?;
    for evasion in Evasion::ALL {
        writeln!(out, "  {:22} {:9} {}", evasion.id(), "", evasion.about())?;
    }
    out.flush()
}

/// Whether nothing is in a folder, or there is none.
fn is_empty(folder: &Path) -> Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => {
            Err(error).with_context(|| format!("cannot look into `{}`", folder.display()))
        }
    }
}

fn parse_time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "no time like 2026-03-02T00:00:00Z".to_owned())
}

fn parse_record_seconds(text: &str) -> Result<u32, String> {
    let seconds = text.parse().ok().filter(|seconds| [60, 300, 600].contains(seconds));
    seconds.ok_or_else(|| "must be 60, 300 or 600".to_owned())
}

fn parse_hosts(text: &str) -> Result<usize, String> {
    let hosts = text.parse().ok().filter(|hosts| (1..=HOSTS_MAX).contains(hosts));
    hosts.ok_or_else(|| format!("must be from 1 to {HOSTS_MAX}"))
}

fn parse_scenario(text: &str) -> Result<Scenario, String> {
    Scenario::from_id(text).ok_or_else(|| "no scenario; --list names them".to_owned())
}

fn parse_evasion(text: &str) -> Result<Evasion, String> {
    Evasion::from_id(text).ok_or_else(|| "no evasion; --list names them".to_owned())
}

fn parse_cloud(text: &str) -> Result<Provider, String> {
    let cloud = Provider::from_id(text).filter(|cloud| CLOUDS.contains(cloud));
    cloud.ok_or_else(|| "must be aws, azure or gcp".to_owned())
}

fn parse_coin(text: &str) -> Result<Coin, String> {
    Coin::from_id(text).ok_or_else(|| "must be xmr, btc, ltc, etc or rvn".to_owned())
}

pub(super) fn parse_signals(text: &str) -> Result<Signals, String> {
    let mut signals = Signals::NONE;
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        match name {
            "flows" => signals.flows = true,
            "dns" => signals.dns = true,
            "audit" => signals.audit = true,
            "bill" => signals.bill = true,
            "alerts" => signals.alerts = true,
            "runtime" => signals.runtime = true,
            "metrics" => signals.metrics = true,
            "inventory" => signals.inventory = true,
            _ => {
                return Err(format!(
                    "`{name}` is none of flows, dns, audit, bill, alerts, runtime, metrics and \
                     inventory"
                ));
            }
        }
    }
    Ok(signals)
}
