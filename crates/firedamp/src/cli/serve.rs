//! `firedamp serve`: the desk that never sleeps.

use std::{
    io::IsTerminal,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use clap::Args;
use firedamp_core::{id::Account, scan::Options};
use ipnet::IpNet;

use super::scan::{
    Input, default_threads, parse_account, parse_blocks, parse_detector, system_time,
};
use crate::{
    block_tables::Tables,
    cleanup::Clouds,
    delivery::Book,
    desk::Settings,
    partner::write_back::Side,
    retention::{DAYS_MAX, Keep, Kind, Wish},
    service::{Place, Service},
    source::{
        Watch, environment::Environment, pull::Pull, queue::QueueAddress, silence::Weekend,
        tasks::Sources,
    },
    web::{access, tls::Tls},
};

/// Watch telemetry all the time, keep a case for each account, and show them in a browser
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp serve --watch /var/log/flows\n  firedamp serve --data /srv/firedamp --watch flows/ --watch bills/\n  curl -H 'Authorization: Bearer firedamp_…' --data-binary @flows.log.gz \\\n       'http://127.0.0.1:8480/api/v1/telemetry?account=aws:111122223333'\n\nEverything is kept in the data folder; nothing else has to be installed. The first run prints a\ntoken to sign in with. Ctrl-C ends it at any time without loss."
)]
pub(super) struct Arguments {
    /// The folder that everything is kept in
    #[arg(long, value_name = "FOLDER", default_value = "firedamp-data")]
    data: PathBuf,
    /// A folder to watch, with all below it, or object storage: `s3://bucket/prefix`,
    /// `az://container/prefix`, `gs://bucket/prefix` (docs/sources.md); may be given several times
    #[arg(long, value_name = "FOLDER|URL")]
    watch: Vec<Watch>,
    /// Where to listen; on other addresses than this machine's own, serve over TLS or put it before it
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8480)))]
    listen: SocketAddr,
    /// Serve over TLS with this certificate and those that lead to its root, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Serve over TLS with a certificate for localhost that is made and kept in the data folder
    #[arg(long, conflicts_with = "tls_cert")]
    tls_self_made: bool,
    /// Telemetry is forgotten after so many days; cases are kept. The same as `--keep objects=N`
    /// and `--keep pushed=N`
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    keep_days: u32,
    /// How long another kind of thing is kept, as `notices=90` or `cases=ever` (docs/operating.md lists
    /// the kinds); may be given several times
    #[arg(long, value_name = "KIND=DAYS")]
    keep: Vec<Wish>,
    /// Look for new objects so often
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    poll_seconds: u64,
    /// A queue in which the cloud tells of new objects in watched buckets: `sqs://account/name`,
    /// `azq://name`, `pubsub://project/subscription`; may be given several times
    #[arg(long, value_name = "URL")]
    queue: Vec<QueueAddress>,
    /// What no cloud delivers as files: `azure-activity:SUBSCRIPTION`, `graph:alerts`,
    /// `partner-center:audit`, `:fraud-events`, `:usage`, or mails about abuse:
    /// `imaps://USER@HOST/MAILBOX` (docs/sources.md); may be given several times
    #[arg(long, value_name = "WHAT")]
    pull: Vec<Pull>,
    /// Tell Microsoft what people decide about its alerts: `graph:alerts`,
    /// `partner-center:fraud-events` (docs/partner-apis.md); may be given several times
    #[arg(long, value_name = "WHAT")]
    write_back: Vec<Side>,
    /// Ask buckets for new objects so often
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    bucket_seconds: u64,
    /// When those whose logs are read do not work, `sat-sun` or `fri-sat`: a new feed may be silent then
    #[arg(long, value_name = "DAYS", default_value = "sat-sun")]
    weekend: Weekend,
    /// How much of the disk objects of buckets may take
    #[arg(long, value_name = "MIB", default_value_t = 8192, value_parser = clap::value_parser!(u64).range(1..=16_777_216))]
    spool_mib: u64,
    /// The account of records that name none
    #[arg(long, value_name = "PROVIDER:ID", value_parser = parse_account)]
    account: Option<Account>,
    /// Your own list of endpoints, laid over the embedded one; may be given several times
    #[arg(long, value_name = "FILE")]
    indicators: Vec<PathBuf>,
    /// Your own Sigma rules, a file or a folder; may be given several times
    #[arg(long, value_name = "DIR")]
    sigma: Vec<PathBuf>,
    /// When a chain had its blocks, one second since 1970 a line, in a file that your own node or a cron
    /// job appends to: it is read again whenever it changed (docs/operating.md); may be given several
    /// times
    #[arg(long, value_name = "COIN=FILE", value_parser = parse_blocks)]
    blocks: Vec<(String, PathBuf)>,
    /// Switch a detector off; may be given several times
    #[arg(long, value_name = "DETECTOR", value_parser = parse_detector)]
    without: Vec<String>,
    /// Your own weights, in the form of `firedamp backtest --print-weights`
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Who is told of cases, and how: a file of settings (docs/notices.md); without it notices stand on
    /// the page alone
    #[arg(long, value_name = "FILE")]
    notify: Option<PathBuf>,
    /// A network of proxies that put TLS before the desk: what they say in X-Forwarded-For is believed;
    /// may be given several times
    #[arg(long, value_name = "NETWORK")]
    trust_proxy: Vec<IpNet>,
    /// The keys to clouds that approved clean-ups are carried out with: a file of settings
    /// (docs/cleanup.md); without it they are plans and scripts alone
    #[arg(long, value_name = "FILE")]
    clouds: Option<PathBuf>,
    /// How many threads read (default: one per core)
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Write the log as JSON lines
    #[arg(long)]
    log_json: bool,
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    log(arguments.log_json);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(arguments))?;
    Ok(ExitCode::SUCCESS)
}

/// The log goes to standard error; `RUST_LOG` chooses what is in it.
fn log(json: bool) {
    let chosen = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = chosen.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(std::io::stderr);
    match json {
        true => log.json().init(),
        false => log.with_target(false).init(),
    }
}

async fn serve(arguments: &Arguments) -> Result<()> {
    let keep = Keep::new(arguments.keep_days, &arguments.keep).map_err(anyhow::Error::msg)?;
    let settings = settings(arguments, &keep)?;
    let clouds = arguments.clouds.as_deref().map(Clouds::read).transpose()?.unwrap_or_default();
    let place = Place {
        files_requests: clouds.files_requests(),
        tls: tls(arguments)?,
        write_back: arguments.write_back.clone(),
        data: arguments.data.clone(),
        watch: folders(arguments),
        sources: sources(arguments)?,
        listen: arguments.listen,
        pause: Duration::from_secs(arguments.poll_seconds),
        clock: system_time,
        proxies: arguments.trust_proxy.clone(),
        switches: switches(arguments, &keep),
        keep,
    };
    let book = arguments.notify.as_deref().map(Book::read).transpose()?.unwrap_or_default();
    let mut service = Service::start(place, settings, book).await?;
    service.clean_up_in(clouds, system_time);
    let signals = Signals::listen()?;
    greet(&service).await?;
    tokio::select! {
        told = signals.wait() => told?,
        () = service.broken() => {}
    }
    tracing::info!("stopping");
    service.stop().await
}

/// The certificate that was asked for.
fn tls(arguments: &Arguments) -> Result<Option<Tls>> {
    match (&arguments.tls_cert, &arguments.tls_key) {
        (Some(certificate), Some(key)) => Tls::read(certificate, key).map(Some),
        _ if arguments.tls_self_made => {
            let (tls, path) = Tls::self_made(&arguments.data)?;
            anstream::println!("Clients trust this desk by `{}`.", path.display());
            Ok(Some(tls))
        }
        _ => Ok(None),
    }
}

fn folders(arguments: &Arguments) -> Vec<PathBuf> {
    let folder = |one: &Watch| match one {
        Watch::Folder(folder) => Some(folder.clone()),
        Watch::Prefix(_) => None,
    };
    arguments.watch.iter().filter_map(folder).collect()
}

fn sources(arguments: &Arguments) -> Result<Sources> {
    let prefix = |one: &Watch| match one {
        Watch::Folder(_) => None,
        Watch::Prefix(prefix) => Some(prefix.clone()),
    };
    Ok(Sources {
        prefixes: arguments.watch.iter().filter_map(prefix).collect(),
        queues: arguments.queue.clone(),
        pulls: arguments.pull.clone(),
        pause: Duration::from_secs(arguments.bucket_seconds),
        spool_bytes: arguments.spool_mib << 20,
        weekend: arguments.weekend,
        environment: Environment::of_process()?,
    })
}

/// What was asked for that is not the same for every desk, in words.
fn switches(arguments: &Arguments, keep: &Keep) -> Vec<String> {
    let count = |count: usize, what: &str| (count > 0).then(|| format!("{what}: {count}."));
    let off = (!arguments.without.is_empty())
        .then(|| format!("Detectors that are switched off: {}.", arguments.without.join(", ")));
    let weights = arguments.weights.is_some().then(|| "Weights are the desk's own.".to_string());
    let said = [
        off.or_else(|| Some("Every detector is on.".to_string())),
        count(arguments.indicators.len(), "Own lists of indicators"),
        count(arguments.sigma.len(), "Own files or folders of Sigma rules"),
        count(arguments.blocks.len(), "Chains whose blocks are known"),
        weights,
        keep.told(),
        count(arguments.trust_proxy.len(), "Networks of proxies that are trusted"),
    ];
    said.into_iter().flatten().collect()
}

fn settings(arguments: &Arguments, keep: &Keep) -> Result<Settings> {
    let input = Input {
        account: arguments.account.clone(),
        indicators: arguments.indicators.clone(),
        sigma: arguments.sigma.clone(),
        without: arguments.without.clone(),
        weights: arguments.weights.clone(),
        ..Input::default()
    };
    let threads = arguments.threads.unwrap_or_else(default_threads).max(1);
    let keep_days = keep.days(Kind::Objects).unwrap_or(DAYS_MAX);
    let tables = Tables::read(&arguments.blocks)?;
    for doubt in tables.blocks().doubts() {
        tracing::warn!("{doubt}");
    }
    let options = Options { blocks: Arc::new(tables.blocks()), ..input.options(false)? };
    Ok(Settings { options, tables, threads, keep_days })
}

/// Says where to look, and the first time what to sign in with.
pub(super) async fn greet(service: &Service) -> Result<()> {
    let address = service.address;
    if let Some(token) = access::first_token(&*service.store, system_time()).await? {
        anstream::println!("Sign in with this token; it is shown this once:\n\n    {token}\n");
    }
    let reach = if address.ip().is_loopback() { ", from this machine alone" } else { "" };
    let scheme = if service.is_secure { "https" } else { "http" };
    anstream::println!("Firedamp is at {scheme}://{address}/{reach}. Ctrl-C ends it.");
    if let Some(warning) = bareness(service.is_secure, address.ip()) {
        tracing::warn!("{warning}");
    }
    Ok(())
}

/// What whoever listens to others without TLS has to know.
fn bareness(is_secure: bool, listens_at: IpAddr) -> Option<&'static str> {
    (!is_secure && !listens_at.is_loopback()).then_some(
        "others can reach this desk, and it serves without TLS: passwords and tokens go over the network \
         for all to read. Give it a certificate (--tls-cert, --tls-key), or let it listen on 127.0.0.1 \
         behind a proxy with TLS",
    )
}

/// What ends a desk in order. Listened to before anybody is told where it is: who presses Ctrl-C at
/// once must not kill it halfway.
pub(super) struct Signals {
    #[cfg(unix)]
    interrupted: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminated: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    pub(super) fn listen() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupted = signal(SignalKind::interrupt())?;
        Ok(Self { interrupted, terminated: signal(SignalKind::terminate())? })
    }

    #[cfg(not(unix))]
    pub(super) const fn listen() -> Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    pub(super) async fn wait(mut self) -> Result<()> {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
        Ok(())
    }

    #[cfg(not(unix))]
    pub(super) async fn wait(self) -> Result<()> {
        Ok(tokio::signal::ctrl_c().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_serves_others_without_tls_is_warned() {
        let is_warned =
            |is_secure, ip: &str| bareness(is_secure, ip.parse().expect("an address")).is_some();
        assert!(is_warned(false, "0.0.0.0"));
        assert!(is_warned(false, "192.0.2.1"));
        assert!(is_warned(false, "::"));
        assert!(!is_warned(true, "0.0.0.0"));
        assert!(!is_warned(false, "127.0.0.1"));
        assert!(!is_warned(false, "::1"));
    }
}
