//! A person's day in a real browser, against the built program and a simulated day; and how soon the
//! queue of a hundred thousand cases is seen.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};

use firedamp::store::Sqlite;
use reqwest::Client;
use serde_json::Value;

use super::NOW;
use crate::{
    outside,
    program::{Folder, firedamp},
    service::Running,
};

/// Cases behind the queue that is measured.
const CASES: i64 = 100_000;
/// The bound holds for a release build on a machine at rest; an unoptimised one beside other tests has
/// five times as long, to catch what grows with the number of cases.
const FIRST_PAINT_MAX_MS: &str = if cfg!(debug_assertions) { "500" } else { "100" };
/// How long the simulated day may take to become cases.
const PATIENCE: Duration = Duration::from_secs(120);
/// Where pictures of the pages are put, when they are wanted: `cargo xtask screenshots` says so.
const PICTURES: &str = "FIREDAMP_PICTURES";

/// The browser and the folder of the scripts that drive it.
pub(crate) fn browser() -> Option<(PathBuf, PathBuf)> {
    outside::chromium().zip(outside::node_modules())
}

/// A script that drives the browser around a desk.
pub(crate) fn script(name: &str, base: &str, tools: &(PathBuf, PathBuf)) -> Command {
    let (chromium, modules) = tools;
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser"));
    let mut command = Command::new("node");
    command
        .arg(folder.join(name))
        .env("BASE", base)
        .env("CHROMIUM", chromium)
        .env("MODULES", modules);
    if let Some(folder) = std::env::var_os(PICTURES) {
        command.env("PICTURES", folder);
    }
    command
}

/// Walks through the pages; what is wrong is what it prints.
fn walk(running: &Running, tools: &(PathBuf, PathBuf), wanted: &str) -> Output {
    let mut command = script("walk.cjs", &running.base, tools);
    command
        .env("TOKEN", running.token.as_deref().expect("a token"))
        .env("WANTED", wanted)
        .env("FIRST_PAINT_MAX_MS", FIRST_PAINT_MAX_MS);
    command.output().expect("node runs")
}

fn assert_fine(walked: &Output) {
    let said = String::from_utf8_lossy(&walked.stdout);
    let errors = String::from_utf8_lossy(&walked.stderr);
    assert!(walked.status.success(), "{said}\n{errors}");
}

/// Four made-up accounts of two customers, all of which somebody mines in.
fn simulated(folder: &Folder) -> PathBuf {
    let world = folder.path("world");
    let place = world.to_str().expect("text");
    let mut arguments = vec!["simulate", place, "--hosts", "2"];
    for scenario in ["plain", "hijacked_subscription", "existing_host", "burst_fleet"] {
        arguments.extend(["--scenario", scenario]);
    }
    let made = firedamp(&arguments);
    assert_eq!(made.code, 0, "{}", made.err);
    world
}

async fn ask(running: &Running, client: &Client, path: &str) -> Value {
    let token = running.token.as_deref().expect("a token");
    let request = client.get(format!("{}/api/v1{path}", running.base)).bearer_auth(token);
    request.send().await.expect("an answer").json().await.expect("json")
}

/// Waits until the made-up day is cases, and says whose they are.
async fn settled(running: &Running) {
    let client = crate::service::client();
    let began = Instant::now();
    let accounts = loop {
        let page = ask(running, &client, "/cases").await;
        let cases = page["cases"].as_array().cloned().unwrap_or_default();
        if cases.len() == 4 {
            break cases;
        }
        assert!(began.elapsed() < PATIENCE, "only {} cases", cases.len());
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let owned = accounts.iter().zip(["contoso,Contoso", "contoso,Contoso", "fabrikam,Fabrikam"]);
    let lines = owned.map(|(case, of)| {
        format!("{},{of},partner-north\n", case["account"].as_str().unwrap_or(""))
    });
    let table = format!("account,customer,customer_name,reseller\n{}", lines.collect::<String>());
    let token = running.token.as_deref().expect("a token");
    let plant = client.put(format!("{}/api/v1/customers", running.base)).bearer_auth(token);
    let planted = plant.body(table).send().await.expect("an answer");
    assert!(planted.status().is_success(), "{planted:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_works_a_day_in_a_browser() {
    let Some(tools) = browser() else { return };
    let folder = Folder::new();
    let world = simulated(&folder);
    let running = Running::start(&folder.path("data"), Some(&world));
    settled(&running).await;
    assert_fine(&walk(&running, &tools, "work"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue_of_a_hundred_thousand_cases_is_seen_at_once() {
    let Some(tools) = browser() else { return };
    let folder = Folder::new();
    let data = folder.path("data");
    std::fs::create_dir_all(&data).expect("a folder");
    fill(&data.join("firedamp.db")).await;
    let running = Running::start(&data, None);
    let walked = walk(&running, &tools, "paint");
    eprint!("{}", String::from_utf8_lossy(&walked.stdout));
    assert_fine(&walked);
}

/// A database of many cases: one that is judged, and copies of it.
async fn fill(path: &Path) {
    use firedamp::store::Store;
    let store = Sqlite::open(path).await.expect("a store");
    let judged = store.judge(&crate::store::case(1, 0.95, 10.0), NOW).await;
    assert_eq!(judged.expect("judged"), Some(1));
    drop(store);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("the file");
    let number =
        "WITH RECURSIVE number(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < ?)";
    let copies = [
        format!(
            "{number} INSERT INTO \"case\" (id, account, provider, status, probability, severity,
             is_active, loss, per_day, currency, first_observed, last_observed, opened_at,
             changed_at, life)
             SELECT n, 'aws:copy-' || n, provider, status, probability, severity,
             is_active, loss + n % 977, per_day, currency, first_observed, last_observed, opened_at,
             changed_at, life FROM number, \"case\" WHERE id = 1"
        ),
        format!(
            "{number} INSERT INTO judgement (case_id, json, html, evidence)
             SELECT n, json, html, evidence FROM number, judgement WHERE case_id = 1"
        ),
    ];
    for copy in copies {
        let query = sqlx::query(sqlx::AssertSqlSafe(copy)).bind(CASES);
        query.execute(&pool).await.expect("copied");
    }
    pool.close().await;
}
