//! Databases that somebody or something damaged: it is named, nothing panics, nothing is written over,
//! and what is whole goes on.

use std::{fs, path::Path};

use firedamp::store::{Sqlite, Store};
use reqwest::StatusCode;
use serde_json::Value;

use crate::{
    program::{Folder, firedamp},
    service::{Running, client},
    store::case,
    web::NOW,
};

/// Bytes of a page, unless somebody chose otherwise.
const PAGE_BYTES: usize = 4096;
/// Cases enough for tables of several pages.
const CASES: u32 = 40;
/// Every so many pages one is damaged, the first ones all.
const STRIDE: usize = 5;

/// The database of a desk with cases, as it is when nobody serves it.
async fn database(folder: &Folder) -> Vec<u8> {
    let path = folder.path("whole/firedamp.db");
    fs::create_dir_all(folder.path("whole")).expect("a folder");
    let store = Sqlite::open(&path).await.expect("a store");
    for number in 1..=CASES {
        store.judge(&case(number, 0.95, 10.0), NOW).await.expect("judged");
    }
    store.backup(&folder.path("copy.db")).await.expect("a copy");
    fs::read(folder.path("copy.db")).expect("a file")
}

/// The page that a table begins with.
async fn root(path: &Path, table: &str) -> usize {
    let pool = sqlx::SqlitePool::connect(path.to_str().expect("text")).await.expect("a pool");
    let query = "SELECT rootpage FROM sqlite_master WHERE name = ?";
    let page: i64 = sqlx::query_scalar(query).bind(table).fetch_one(&pool).await.expect("a table");
    usize::try_from(page).expect("a number")
}

fn damaged(whole: &[u8], page: usize) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let from = (page - 1) * PAGE_BYTES;
    bytes[from..from + PAGE_BYTES].iter_mut().for_each(|byte| *byte ^= 0x55);
    bytes
}

#[tokio::test]
async fn a_damaged_page_is_named_wherever_it_is() {
    let folder = Folder::new();
    let whole = database(&folder).await;
    let pages = whole.len() / PAGE_BYTES;
    assert!(pages > 100, "{pages} pages");
    for page in (1..=5).chain((6..=pages).step_by(STRIDE)) {
        let path = folder.write(&format!("{page}/firedamp.db"), damaged(&whole, page));
        let said = match Sqlite::open(&path).await {
            Ok(store) => match store.check().await {
                Ok(damage) => damage,
                Err(error) => vec![error.to_string()],
            },
            Err(error) => vec![error.to_string()],
        };
        assert!(!said.is_empty(), "page {page} of {pages}");
    }
}

#[tokio::test]
async fn a_desk_with_a_damaged_page_serves_what_is_whole_and_check_names_the_rest() {
    let folder = Folder::new();
    let whole = database(&folder).await;
    let page = root(&folder.path("copy.db"), "judgement").await;
    folder.write("data/firedamp.db", damaged(&whole, page));
    let data = folder.path("data");
    let running = Running::start(&data, None);
    let (client, token) = (client(), running.token.clone().expect("a token"));
    let get = async |path: &str| {
        let asked = client.get(format!("{}{path}", running.base)).bearer_auth(&token);
        let answer = asked.send().await.expect("an answer");
        (answer.status(), answer.json::<Value>().await.unwrap_or_default())
    };
    let (status, page) = get("/api/v1/cases?limit=200").await;
    assert_eq!((status, page["cases"].as_array().map(Vec::len)), (StatusCode::OK, Some(40)));
    let (status, problem) = get("/api/v1/cases/1").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{problem}");
    assert_eq!(problem["code"], "unavailable");
    assert!(!problem.to_string().contains("malformed"), "the log says it, the answer does not");
    assert_eq!(running.end("-TERM"), Some(0));
    let check = firedamp(&["check", "--data", data.to_str().expect("text")]);
    assert_eq!(check.code, 1, "{}", check.err);
    assert!(check.out.contains("page") || check.out.contains("malformed"), "{}", check.out);
}

#[test]
fn what_is_no_database_is_said_once_and_not_written_over() {
    let folder = Folder::new();
    let text = "no database at all, but somebody's text";
    let database = folder.write("data/firedamp.db", text);
    let data = folder.path("data").display().to_string();
    for verb in [&["serve", "--listen", "127.0.0.1:0"][..], &["check"], &["migrate"]] {
        let run = firedamp(&[verb, &["--data", &data]].concat());
        assert_eq!(run.code, 2, "{verb:?}: {}", run.err);
        assert!(run.err.contains("cannot open"), "{verb:?}: {}", run.err);
        assert_eq!(run.err.matches("not a database").count(), 1, "{verb:?}: {}", run.err);
        assert_eq!(fs::read_to_string(&database).expect("the file"), text);
    }
}
