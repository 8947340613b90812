//! Copies of a data folder: all of it comes back, and what is no whole copy is refused before anything is
//! written.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use firedamp::store::{Sqlite, Store};
use firedamp_core::time::Time;
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};

use crate::{
    program::{Folder, Run, firedamp},
    store::case,
};

const DOCUMENT: &str = "documents/6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";

/// A data folder with one case and everything that a desk may keep beside it.
async fn desk() -> Folder {
    let folder = Folder::new();
    for (name, text) in [
        ("data/pushed/aws/111122223333/0a.log", "telemetry"),
        ("data/pulled/mail/1.eml", "a mail"),
        ("data/pushed/.half", "not written to its end"),
        ("data/spool/ab/cd", "fetched again when it is needed"),
        ("data/lock", ""),
    ] {
        folder.write(name, text);
    }
    folder.write(&format!("data/{DOCUMENT}"), "1");
    folder.secret("data/signing.key", "01234567890123456789012345678901");
    let store = Sqlite::open(&folder.path("data/firedamp.db")).await.expect("a store");
    store.judge(&case(1, 0.95, 10.0), Time::from_seconds(1_775_000_000)).await.expect("judged");
    folder
}

fn run(folder: &Folder, verb: &str, data: &str, more: &[&str]) -> Run {
    let data = folder.path(data).display().to_string();
    firedamp(&[&[verb, "--data", &data], more].concat())
}

fn backed_up(folder: &Folder, more: &[&str]) -> String {
    let copy = folder.path("copy").display().to_string();
    let done = run(folder, "backup", "data", &[more, &[copy.as_str()]].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    copy
}

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(root).expect("below").to_path_buf();
            (name, fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// Whether nothing was brought back.
fn is_left_alone(folder: &Folder, data: &str) -> bool {
    files(&folder.path(data)).is_empty()
}

#[tokio::test]
async fn all_that_a_desk_keeps_comes_back() {
    let folder = desk().await;
    let copy = backed_up(&folder, &[]);
    let copied = files(Path::new(&copy));
    let names: Vec<String> = copied.keys().map(|name| name.display().to_string()).collect();
    let expected = [
        "copy.json",
        DOCUMENT,
        "firedamp.db",
        "pulled/mail/1.eml",
        "pushed/aws/111122223333/0a.log",
        "signing.key",
    ];
    assert_eq!(names, expected);
    for name in copied.keys() {
        let path = Path::new(&copy).join(name);
        let mode = fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
    let done = run(&folder, "restore", "new", &[&copy]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.err.contains("brought 5 files back"), "{}", done.err);
    let back = files(&folder.path("new"));
    for name in &expected[1..] {
        let (before, after) = (&copied[Path::new(name)], back.get(Path::new(name)));
        assert!(after.is_some(), "{name}");
        // A database is opened once, and may note that.
        assert!(*name == "firedamp.db" || after == Some(before), "{name}");
    }
    assert_eq!(run(&folder, "check", "new", &[]).code, 0);
    let store = Sqlite::open(&folder.path("new/firedamp.db")).await.expect("a store");
    assert_eq!(store.case(1, None).await.expect("a case").row.probability, 0.95);
    let again = run(&folder, "restore", "new", &[&copy]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("is not empty"), "{}", again.err);
    let onto_it = run(&folder, "backup", "data", &[&copy]);
    assert!(onto_it.code == 2 && onto_it.err.contains("is not empty"), "{}", onto_it.err);
}

#[tokio::test]
async fn a_copy_that_is_not_what_was_copied_is_refused() {
    for (name, text, said) in [
        (
            "copy/pushed/aws/111122223333/0a.log",
            Some("other text"),
            "0a.log` is not what was copied",
        ),
        ("copy/firedamp.db", Some("no database"), "cannot open"),
        ("copy/signing.key", None, "signing.key"),
        ("copy/copy.json", None, "no whole copy"),
        ("copy/copy.json", Some("{"), "is damaged"),
        (
            "copy/copy.json",
            Some(r#"{"version":1,"files":[{"path":"pushed/../../x","bytes":1,"blake3":"0"}]}"#),
            "no part of a desk",
        ),
        ("copy/copy.json", Some(r#"{"version":2,"files":[]}"#), "in a form"),
    ] {
        let folder = desk().await;
        let copy = backed_up(&folder, &[]);
        match text {
            Some(text) => drop(folder.write(name, text)),
            None => fs::remove_file(folder.path(name)).expect("removed"),
        }
        fs::create_dir(folder.path("new")).expect("a folder");
        let refused = run(&folder, "restore", "new", &[&copy]);
        assert_eq!(refused.code, 2, "{name}: {}", refused.err);
        assert!(refused.err.contains(said), "{name}: {}", refused.err);
        assert!(is_left_alone(&folder, "new"), "{name}");
    }
}

#[tokio::test]
async fn a_database_alone_comes_back_and_one_of_a_newer_program_does_not() {
    let folder = desk().await;
    let copy = backed_up(&folder, &["--database-only"]);
    assert!(Path::new(&copy).is_file());
    assert_eq!(run(&folder, "restore", "new", &[&copy]).code, 0);
    assert_eq!(run(&folder, "check", "new", &[]).code, 0);
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&copy)).await;
    let pool = pool.expect("a pool");
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum,
                 execution_time) VALUES (7001, 'the future', 1, x'00', 0)";
    sqlx::query(newer).execute(&pool).await.expect("done");
    pool.close().await;
    let refused = run(&folder, "restore", "newer", &[&copy]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("a newer firedamp wrote the database"), "{}", refused.err);
    assert!(!folder.path("newer").exists());
}

#[tokio::test]
async fn tokens_are_listed_and_ended() {
    let folder = desk().await;
    let token = |verb: &[&str]| {
        let data = folder.path("data").display().to_string();
        firedamp(&[&["token", verb[0], "--data", &data], &verb[1..]].concat())
    };
    assert_eq!(token(&["add", "boss", "--role", "admin"]).code, 0);
    assert_eq!(token(&["add", "scanner", "--role", "analyst", "--days", "90"]).code, 0);
    let listed = token(&["list"]).out;
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains("scanner\tanalyst\tevery customer\tsince "), "{listed}");
    assert_eq!(token(&["end", "scanner"]).code, 0);
    assert_eq!(token(&["end", "scanner"]).code, 2, "it is gone");
    let listed = token(&["list"]).out;
    assert!(listed.starts_with("boss\t") && listed.lines().count() == 1, "{listed}");
}
