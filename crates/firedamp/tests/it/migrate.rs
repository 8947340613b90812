//! Databases of other versions: brought to this one, left alone, refused.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use firedamp::store::{Begin, Casework, Cleanups, Filter, Near, Outbox, Sqlite, Store};
use firedamp_core::time::Time;
use sqlx::{SqlitePool, migrate::Migrator, sqlite::SqliteConnectOptions};

use crate::{
    program::{Folder, Run, firedamp},
    service::Running,
};

/// A shape that people have by now.
const OLD: i64 = 50;

/// What the folder holds, whatever the program has of it.
async fn shapes() -> Migrator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    Migrator::new(folder).await.expect("shapes")
}

async fn newest() -> i64 {
    shapes().await.iter().map(|one| one.version).max().expect("shapes")
}

/// A data folder whose database has an older shape.
async fn old(folder: &Folder) -> SqlitePool {
    of_shape(folder, OLD).await
}

async fn of_shape(folder: &Folder, shape: i64) -> SqlitePool {
    fs::create_dir(folder.path("data")).expect("a folder");
    let options = SqliteConnectOptions::new().filename(folder.path("data/firedamp.db"));
    let pool = SqlitePool::connect_with(options.create_if_missing(true)).await.expect("a pool");
    shapes().await.run_to(shape, &pool).await.expect("a shape");
    pool
}

/// Cases that a change of shape has to go through, `many` thousand of them.
async fn add_cases(pool: &SqlitePool, many: u32) {
    let query = "WITH RECURSIVE number (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM number
                 WHERE id < ?)
                 INSERT INTO \"case\" (id, account, provider, status, probability, severity,
                 is_active, loss, first_observed, last_observed, opened_at, changed_at, life)
                 SELECT id, printf('aws:%012d', id * 7919), 'aws', 'active', 0.5, 'low', 1, id % 97,
                 0, 0, 0, 0, '{}' FROM number";
    sqlx::query(query).bind(many * 1000).execute(pool).await.expect("cases");
}

/// Kills a change of shape as soon as its journal has this length; whether it came to that.
fn kill_at(folder: &Folder, journal_bytes: u64) -> bool {
    let mut change = Command::new(env!("CARGO_BIN_EXE_firedamp"))
        .args(["migrate", "--data"])
        .arg(folder.path("data"))
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let journal = folder.path("data/firedamp.db-wal");
    let until = Instant::now() + Duration::from_secs(60);
    while fs::metadata(&journal).map_or(0, |journal| journal.len()) < journal_bytes {
        assert!(Instant::now() < until, "it takes too long");
        if change.try_wait().expect("a child").is_some() {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    change.kill().expect("killed");
    let ended = change.wait().expect("ended");
    !ended.success()
}

fn migrate(folder: &Folder, more: &[&str]) -> Run {
    let data = folder.path("data").display().to_string();
    firedamp(&[&["migrate", "--data", &data], more].concat())
}

#[tokio::test]
async fn an_older_database_is_brought_to_this_version_and_said_from_where() {
    let folder = Folder::new();
    old(&folder).await.close().await;
    let database = folder.path("data/firedamp.db");
    let before = fs::read(&database).expect("a file");
    let would = migrate(&folder, &["--dry-run"]);
    assert_eq!(would.code, 1, "{}", would.err);
    let way = format!("from shape {OLD} to {}", newest().await);
    assert!(would.out.contains("would be brought") && would.out.contains(&way), "{}", would.out);
    assert!(would.out.contains("0090 retention"), "{}", would.out);
    assert_eq!(fs::read(&database).expect("a file"), before, "nothing was written");
    let copy = folder.path("before.db");
    let done = migrate(&folder, &["--copy", copy.to_str().expect("text")]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("was brought") && done.out.contains(&way), "{}", done.out);
    assert_eq!(Sqlite::shape(&copy).await.expect("a shape").have, Some(OLD));
    let shape = Sqlite::shape(&database).await.expect("a shape");
    assert_eq!((shape.have, shape.missing.len()), (Some(newest().await), 0));
    let store = Sqlite::open(&database).await.expect("a store");
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
    let again = migrate(&folder, &[]);
    assert_eq!(again.code, 0);
    assert!(again.out.contains("nothing to do"), "{}", again.out);
}

#[tokio::test]
async fn a_newer_database_is_refused_by_all_and_left_alone() {
    let folder = Folder::new();
    let pool = old(&folder).await;
    shapes().await.run(&pool).await.expect("a shape");
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum,
                 execution_time) VALUES (7001, 'the future', 1, x'00', 0)";
    sqlx::query(newer).execute(&pool).await.expect("done");
    pool.close().await;
    let data = folder.path("data").display().to_string();
    let before = fs::read(folder.path("data/firedamp.db")).expect("a file");
    for verb in [
        &["migrate"][..],
        &["migrate", "--dry-run"],
        &["check"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let run = firedamp(&[verb, &["--data", &data]].concat());
        assert_eq!(run.code, 2, "{verb:?}: {}", run.out);
        let said = format!(
            "a newer firedamp wrote the database (shape 7001; this one knows {}",
            newest().await
        );
        assert_eq!(run.err.matches(&said).count(), 1, "{verb:?}: {}", run.err);
    }
    assert_eq!(fs::read(folder.path("data/firedamp.db")).expect("a file"), before);
}

/// A change is written whole or not at all, wherever it ends.
#[tokio::test]
async fn a_change_of_shape_that_is_killed_is_made_at_the_next_start() {
    const BEFORE: i64 = 120;
    let folder = Folder::new();
    let pool = of_shape(&folder, BEFORE).await;
    add_cases(&pool, 40).await;
    pool.close().await;
    let database = folder.path("data/firedamp.db");
    let mut seen = Vec::new();
    for journal_bytes in [100_000, 1_000_000, 4_000_000, 9_000_000] {
        let was_killed = kill_at(&folder, journal_bytes);
        let have = Sqlite::shape(&database).await.expect("a shape").have;
        let whole: String = {
            let options = SqliteConnectOptions::new().filename(&database).read_only(true);
            let pool = SqlitePool::connect_with(options).await.expect("a pool");
            sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&pool).await.expect("a look")
        };
        assert_eq!(whole, "ok", "killed at {journal_bytes}");
        seen.push((was_killed, have));
    }
    assert!(seen.contains(&(true, Some(BEFORE))), "one was killed in the middle: {seen:?}");
    let done = migrate(&folder, &[]);
    assert_eq!(done.code, 0, "{}", done.err);
    let journal = fs::metadata(folder.path("data/firedamp.db-wal"));
    assert!(journal.map_or(0, |journal| journal.len()) < 100_000, "what it took is given back");
    let store = Sqlite::open(&database).await.expect("a store");
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
    let named = Filter { account: Some("316752".to_string()), limit: 9, ..Filter::default() };
    let found = store.cases(&named).await.expect("cases");
    let accounts: Vec<&str> = found.iter().map(|case| case.account.as_str()).collect();
    let account = format!("aws:{:012}", 316_752_081);
    assert_eq!(accounts, [account]);
}

/// Requests of before belong to the incident in which they were made, as notices and the case tell.
#[tokio::test]
async fn older_requests_are_given_to_the_incident_in_which_they_were_made() {
    let folder = Folder::new();
    let pool = of_shape(&folder, 140).await;
    add_cases(&pool, 1).await;
    for change in [
        "UPDATE \"case\" SET opened_at = 100, begun_at = iif(id = 1, 300, 100)",
        "INSERT INTO notice (key, case_id, kind, asked_at, body) VALUES
         ('case-1-1', 1, 'case_opened', 100, ''), ('case-1-2', 1, 'case_reopened', 200, ''),
         ('case-1-3', 1, 'case_reopened', 300, '')",
        "INSERT INTO request (case_id, kind, state, reference, by, filed_at, changed_at) VALUES
         (1, 'report', 'filed', '616', 'alice', 150, 400),
         (1, 'credit', 'granted', '617', 'alice', 250, 400),
         (2, 'credit', 'filed', '618', 'alice', 120, 120)",
        "INSERT INTO step (case_id, step, result, note, by, at) VALUES
         (1, 'usage', 'found', '', 'alice', 299), (1, 'support', 'done', '', 'alice', 300)",
    ] {
        sqlx::query(change).execute(&pool).await.expect("as it was");
    }
    pool.close().await;
    let store = Sqlite::open(&folder.path("data/firedamp.db")).await.expect("a store");
    let mut told = Vec::new();
    for case in [1, 2] {
        let rows = store.requests(case).await.expect("requests");
        told.extend(rows.into_iter().map(|row| (row.reference, row.incident.millis())));
    }
    let wanted = [("616", 100), ("617", 200), ("618", 100)];
    assert_eq!(told, wanted.map(|(reference, began)| (reference.to_string(), began)));
    let steps = store.steps(1).await.expect("steps");
    let steps: Vec<&str> = steps.iter().map(|taken| taken.step.as_str()).collect();
    assert_eq!(steps, ["support"], "the other one was taken in the incident before");
}

/// Who asked again in the next incident wrote over the request of the one before, but not over its time.
#[tokio::test]
async fn what_was_asked_again_before_belongs_to_the_incident_that_asked_last() {
    let folder = Folder::new();
    let pool = of_shape(&folder, 140).await;
    add_cases(&pool, 1).await;
    for change in [
        "UPDATE \"case\" SET opened_at = 100, begun_at = 300",
        "INSERT INTO request (case_id, kind, state, reference, by, filed_at, changed_at) VALUES
         (1, 'report', 'asked', '1', 'alice', 150, 400),
         (1, 'credit', 'failed', '2', 'alice', 150, 300),
         (2, 'report', 'filed', '3', 'alice', 150, 400),
         (2, 'credit', 'granted', '4', 'alice', 150, 400),
         (3, 'report', 'asked', '5', 'alice', 150, 299),
         (3, 'credit', 'refused', '6', 'alice', 350, 400)",
        "INSERT INTO activity (case_id, number, at, actor, kind, text, hash) VALUES
         (2, 1, 150, 'alice', 'request', '', x'00'), (2, 2, 400, 'alice', 'request', '', x'00')",
    ] {
        sqlx::query(change).execute(&pool).await.expect("as it was");
    }
    pool.close().await;
    let store = Sqlite::open(&folder.path("data/firedamp.db")).await.expect("a store");
    let mut told = Vec::new();
    for case in [1, 2, 3] {
        let rows = store.requests(case).await.expect("requests");
        told.extend(rows.into_iter().map(|row| (row.reference, row.incident.millis())));
    }
    told.sort();
    let wanted = [("1", 300), ("2", 300), ("3", 300), ("4", 100), ("5", 100), ("6", 300)];
    assert_eq!(told, wanted.map(|(reference, began)| (reference.to_string(), began)));
}

/// Rows of before may still have the time that a notice of an earlier incident set.
#[tokio::test]
async fn what_was_due_before_this_incident_holds_no_reminder_back() {
    let folder = Folder::new();
    let pool = of_shape(&folder, 140).await;
    add_cases(&pool, 1).await;
    for change in [
        "UPDATE \"case\" SET opened_at = 100, begun_at = 300, answer_due_at = 200 WHERE id = 1",
        "UPDATE \"case\" SET opened_at = 100, begun_at = 300, answer_due_at = 900 WHERE id = 2",
        "UPDATE \"case\" SET opened_at = 300, begun_at = 300, answer_due_at = 200 WHERE id = 3",
        "UPDATE \"case\" SET opened_at = 100, begun_at = 300 WHERE id = 4",
    ] {
        sqlx::query(change).execute(&pool).await.expect("as it was");
    }
    pool.close().await;
    let store = Sqlite::open(&folder.path("data/firedamp.db")).await.expect("a store");
    let near = Near {
        provider: "aws",
        begin: Begin::Opened,
        after: Time::from_millis(250),
        until: Time::from_millis(350),
        told_as: "deadline-answer",
        limit: 10,
    };
    assert_eq!(store.near_deadline(&near).await.expect("cases"), [1, 4]);
}

#[tokio::test]
async fn nothing_is_changed_under_a_desk_that_serves() {
    let folder = Folder::new();
    let running = Running::start(&folder.path("data"), None);
    let options = SqliteConnectOptions::new().filename(folder.path("data/firedamp.db"));
    let pool = SqlitePool::connect_with(options).await.expect("a pool");
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 90")
        .execute(&pool)
        .await
        .expect("as if");
    pool.close().await;
    let run = migrate(&folder, &[]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("another firedamp serves"), "{}", run.err);
    assert_eq!(running.end("-TERM"), Some(0));
    let nobody = Folder::new();
    let run = migrate(&nobody, &[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no desk in"), "{}", run.err);
}
