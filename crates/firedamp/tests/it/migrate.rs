//! Databases of other versions: brought to this one, left alone, refused.

use std::fs;

use firedamp::store::{Sqlite, Store};
use sqlx::{SqlitePool, migrate::Migrator, sqlite::SqliteConnectOptions};

use crate::{
    program::{Folder, Run, firedamp},
    service::Running,
};

static SHAPES: Migrator = sqlx::migrate!("./migrations");
/// A shape that people have by now.
const OLD: i64 = 50;

fn newest() -> i64 {
    SHAPES.iter().map(|one| one.version).max().expect("shapes")
}

/// A data folder whose database has an older shape.
async fn old(folder: &Folder) -> SqlitePool {
    fs::create_dir(folder.path("data")).expect("a folder");
    let options = SqliteConnectOptions::new().filename(folder.path("data/firedamp.db"));
    let pool = SqlitePool::connect_with(options.create_if_missing(true)).await.expect("a pool");
    SHAPES.run_to(OLD, &pool).await.expect("a shape");
    pool
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
    let way = format!("from shape {OLD} to {}", newest());
    assert!(would.out.contains("would be brought") && would.out.contains(&way), "{}", would.out);
    assert!(would.out.contains("0090 retention"), "{}", would.out);
    assert_eq!(fs::read(&database).expect("a file"), before, "nothing was written");
    let copy = folder.path("before.db");
    let done = migrate(&folder, &["--copy", copy.to_str().expect("text")]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("was brought") && done.out.contains(&way), "{}", done.out);
    assert_eq!(Sqlite::shape(&copy).await.expect("a shape").have, Some(OLD));
    let shape = Sqlite::shape(&database).await.expect("a shape");
    assert_eq!((shape.have, shape.missing.len()), (Some(newest()), 0));
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
    SHAPES.run(&pool).await.expect("a shape");
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
        let said =
            format!("a newer firedamp wrote the database (shape 7001; this one knows {}", newest());
        assert_eq!(run.err.matches(&said).count(), 1, "{verb:?}: {}", run.err);
    }
    assert_eq!(fs::read(folder.path("data/firedamp.db")).expect("a file"), before);
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
