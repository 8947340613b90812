//! A bucket of very many keys, listed whole by the program: what it holds of the listing is a page.
//!
//! `FIREDAMP_KEYS=10000000 cargo test --workspace --test it trouble::listing -- --nocapture` lists ten
//! million and prints the peak.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Query, State},
};

use crate::{
    program::{Folder, command},
    service::{Running, client},
};

/// Keys of the bucket, unless somebody wants more.
const KEYS: u64 = 500_000;
const PAGE_KEYS: u64 = 1000;
/// Pages after which the program is warm.
const WARM_KEYS: u64 = 20_000;
/// By how much more may be held at the end of the listing than after its first pages.
const GROWTH_KIB_MAX: u64 = 16 << 10;
/// How long a listing may take that goes on.
const PAGE_PATIENCE: Duration = Duration::from_secs(30);

/// A bucket whose keys are numbers, written long ago: so that they are listed and none is fetched.
struct Endless {
    keys: u64,
    /// How many were listed so far.
    listed: AtomicU64,
}

async fn open(keys: u64) -> (Arc<Endless>, SocketAddr) {
    let bucket = Arc::new(Endless { keys, listed: AtomicU64::new(0) });
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().fallback(page).with_state(bucket.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (bucket, address)
}

async fn page(
    State(bucket): State<Arc<Endless>>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> String {
    let token = asked.get("continuation-token").or_else(|| asked.get("start-after"));
    let last = token.and_then(|key| key.rsplit('/').next()).and_then(|key| key.parse::<u64>().ok());
    let first = last.map_or(0, |last| last + 1);
    let end = (first + PAGE_KEYS).min(bucket.keys);
    let mut xml = String::from("<ListBucketResult>");
    for number in first..end {
        let key = format!("AWSLogs/111122223333/vpcflowlogs/{number:012}");
        write!(
            xml,
            "<Contents><Key>{key}</Key><LastModified>2020-03-31T23:00:00.000Z</LastModified>\
             <ETag>&quot;0123456789abcdef&quot;</ETag><Size>3</Size></Contents>"
        )
        .expect("memory");
    }
    if end < bucket.keys {
        let key = format!("AWSLogs/111122223333/vpcflowlogs/{:012}", end - 1);
        write!(xml, "<NextContinuationToken>{key}</NextContinuationToken>").expect("memory");
    }
    bucket.listed.fetch_max(end, Ordering::Relaxed);
    xml + "</ListBucketResult>"
}

/// The most memory that a program ever held.
fn peak_kib(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("a program that runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

/// Waits until so many keys were listed; longer only while there are more from time to time.
async fn wait_for(bucket: &Endless, keys: u64) {
    let (mut seen, mut since) = (0, Instant::now());
    while seen < keys {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let listed = bucket.listed.load(Ordering::Relaxed);
        if listed > seen {
            (seen, since) = (listed, Instant::now());
        }
        assert!(since.elapsed() < PAGE_PATIENCE, "it stopped at {seen} of {keys} keys");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_is_listed_whole_and_held_by_the_page() {
    let keys = std::env::var("FIREDAMP_KEYS").ok().and_then(|keys| keys.parse().ok());
    let keys = keys.unwrap_or(KEYS);
    let (bucket, address) = open(keys).await;
    let folder = Folder::new();
    let mut start = command();
    start
        .args(["serve", "--listen", "127.0.0.1:0", "--watch", "s3://logs/", "--data"])
        .arg(folder.path("data"))
        .env("AWS_ENDPOINT_URL", format!("http://{address}"))
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI-EXAMPLEKEY");
    let began = Instant::now();
    let running = Running::start_as(start);
    wait_for(&bucket, WARM_KEYS).await;
    let warm = peak_kib(running.id());
    wait_for(&bucket, keys).await;
    let peak = peak_kib(running.id());
    eprintln!("{keys} keys in {:?}: {warm} KiB at first, {peak} KiB at most", began.elapsed());
    assert!(peak - warm < GROWTH_KIB_MAX, "{warm} KiB grew to {peak} KiB");
    let health = client().get(format!("{}/health", running.base)).send().await;
    assert!(health.expect("an answer").status().is_success());
    assert_eq!(running.end("-TERM"), Some(0));
}
