//! The made-up day, played to a desk that serves it: an hour every few seconds.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use firedamp_core::{indicator::IndicatorSet, scan::Options};

use super::{MINUTES, alerts, bill, calls, flows, queries};
use crate::{
    block_tables::Tables,
    cli::{
        scan::{default_threads, system_time},
        serve::{Signals, greet},
    },
    delivery::Book,
    desk::Settings,
    retention::Keep,
    service::{Place, Service},
    source::tasks::Sources,
};

/// How long an hour of the day takes.
const HOUR: Duration = Duration::from_secs(4);

/// Serves a desk in a folder that goes away, and plays the day to it, until Ctrl-C.
pub(super) fn run() -> Result<()> {
    // A port of its own, so that it is in nobody's way.
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(listen))
}

async fn serve(listen: SocketAddr) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let logs = folder.path().join("logs");
    fs::create_dir_all(&logs)?;
    let options = Options::new(Arc::new(IndicatorSet::embedded()));
    let tables = Tables::default();
    let settings = Settings { options, tables, threads: default_threads(), keep_days: 1 };
    let place = Place {
        data: folder.path().join("data"),
        watch: vec![logs.clone()],
        sources: Sources::default(),
        listen,
        pause: Duration::from_secs(1),
        clock: system_time,
        tls: None,
        write_back: Vec::new(),
        proxies: Vec::new(),
        keep: Keep::default(),
        files_requests: false,
        switches: Vec::new(),
    };
    let service = Service::start(place, settings, Book::default()).await?;
    let signals = Signals::listen()?;
    greet(&service).await?;
    let day = async {
        play(&logs).await?;
        std::future::pending::<Result<()>>().await
    };
    tokio::select! {
        failed = day => failed?,
        stopped = signals.wait() => stopped?,
    }
    service.stop().await
}

/// Writes the logs of each hour, as they would arrive: the bill comes last.
async fn play(logs: &Path) -> Result<()> {
    let aws = logs.join("aws");
    fs::create_dir_all(&aws)?;
    fs::write(aws.join("cloudtrail.json"), calls())?;
    fs::write(aws.join("guardduty.json"), alerts())?;
    fs::write(aws.join("resolver-queries.json"), queries())?;
    for hour in 0..MINUTES / 60 {
        tokio::time::sleep(HOUR).await;
        fs::write(aws.join(format!("vpc-flow-{hour}.log")), flows(hour * 60..(hour + 1) * 60))?;
        anstream::println!("hour {} of {} has arrived", hour + 1, MINUTES / 60);
    }
    tokio::time::sleep(HOUR).await;
    fs::write(aws.join("bill.csv"), bill())?;
    anstream::println!("the bill has arrived; that is all there is");
    Ok(())
}
