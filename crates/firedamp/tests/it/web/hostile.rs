//! The API against a program that reads its description and tries everything that fits it, and much
//! that does not.

use std::{fs, process::Command};

use firedamp::{
    language::Language,
    store::{Addressee, By, Ending, Holder, NewUser, Store},
    web::access::Role,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Desk, NOW};
use crate::{outside, store::casework::authorisation};

/// A document, and the hash of its bytes.
const DOCUMENT: &str = "Mining is approved.";
const HASH: &str = "2f5fde05225b29dc316dbfd4abf0596ce0cd528492f4350a9bf3312194f4f983";
/// Examples for each operation and phase; more find more and take longer.
const EXAMPLES: &str = "12";

/// What the checks expect beyond their defaults: a case may have changed since (412), and the desk may
/// refuse what no schema can tell, such as a table without a column or a whole number written `1.0`. Most
/// requests are about what there is; the rest is made up.
fn configuration() -> String {
    let steps: Vec<&str> = firedamp_core::checklist::ids().collect();
    let known = [
        ("path.id", json!([1])),
        ("path.letter", json!([1])),
        ("path.step", json!(steps)),
        ("path.sha256", json!([HASH])),
        ("path.name", json!(["alice", "spare"])),
        ("body.subject", json!(["A question"])),
        ("body.body", json!(["Is this yours?"])),
        ("body.way", json!(["copied", "post"])),
        ("body.text", json!(["It is not ours."])),
        ("body.who", json!(["Bob"])),
        ("body.note", json!(["done", ""])),
        ("body.customer", json!(["a"])),
    ];
    let accepted = r#"["2xx", "400", "401", "403", "404", "409", "412", "422"]"#;
    let checks = format!("[checks.positive_data_acceptance]\nexpected-statuses = {accepted}\n");
    known.iter().enumerate().fold(checks, |text, (number, (place, values))| {
        text + &format!(
            "[dictionaries.known{number}]\nvalues = {values}\n\
             [parameters.\"{place}\"]\ndictionary = \"known{number}\"\nprobability = 0.8\n"
        )
    })
}

/// What some request of the run must have been answered well; routes of which no data are at hand are
/// not among them.
const ANSWERED: [(&str, &str); 16] = [
    ("GET", "/documents/{}"),
    ("POST", "/deliveries/{}/retry"),
    ("POST", "/indicators/learnt/{}"),
    ("POST", "/calibrations/{}"),
    ("GET", "/cases/{}/letters"),
    ("POST", "/cases/{}/letters"),
    ("POST", "/cases/{}/letters/{}/answer"),
    ("GET", "/cases/{}/checklist"),
    ("PUT", "/cases/{}/checklist/{}"),
    ("POST", "/cases/{}/actions"),
    ("GET", "/cases/{}/authorisations"),
    ("GET", "/authorisations/{}"),
    ("POST", "/authorisations/{}/decisions"),
    ("PATCH", "/users/{}"),
    ("POST", "/users/{}/invitation"),
    ("DELETE", "/tokens/{}"),
];

/// Whether a path is of this form, each `{}` one segment of it.
fn is_of(path: &str, form: &str) -> bool {
    let (mut path, mut form) = (path.split('/'), form.split('/'));
    let same = (&mut path).zip(&mut form).all(|(one, of)| of == "{}" || of == one);
    same && path.next().is_none() && form.next().is_none()
}

/// Which of [`ANSWERED`] no request of the run was answered well at.
fn never_answered(run: &Value, root: &str) -> Vec<(&'static str, &'static str)> {
    let entries = run["log"]["entries"].as_array().expect("requests");
    let good: Vec<(&str, &str)> = entries
        .iter()
        .filter(|one| (200..300).contains(&one["response"]["status"].as_i64().unwrap_or(0)))
        .filter_map(|one| {
            let url = one["request"]["url"].as_str()?.strip_prefix(root)?;
            Some((one["request"]["method"].as_str()?, url.split('?').next()?))
        })
        .collect();
    assert!(!good.is_empty(), "no request was answered well");
    let is_answered = |(method, form): &(&str, &str)| {
        good.iter().any(|(asked, path)| asked == method && is_of(path, form))
    };
    ANSWERED.into_iter().filter(|one| !is_answered(one)).collect()
}

/// Something of each kind that routes are about.
async fn furnish(desk: &Desk, key: &str) {
    let tree = "account,customer\naws:123456789012,a\n";
    let plant = desk.request(Method::PUT, "/api/v1/customers", key).body(tree);
    assert_eq!(plant.send().await.expect("an answer").status(), StatusCode::OK);
    let store = &desk.store;
    let bob = By { who: "bob".to_string(), at: NOW };
    store.propose(&authorisation("a"), &bob).await.expect("proposed");
    let alice = Holder { name: "alice".into(), role: "viewer".into(), scope: None };
    let alice = NewUser { holder: alice, language: Language::English };
    store.add_user(&alice, NOW).await.expect("added");
    let spare = Holder { name: "spare".into(), role: "viewer".into(), scope: None };
    store.add_token(&[9; 32], &spare, NOW, None).await.expect("added");
    let letter =
        json!({"language": "en", "subject": "A question", "body": "Is it yours?", "way": "copied"});
    let letter = desk.request(Method::POST, "/api/v1/cases/1/letters", key).json(&letter);
    assert_eq!(letter.send().await.expect("an answer").status(), StatusCode::CREATED);
    let document = format!("/api/v1/documents/{HASH}");
    let kept = desk.request(Method::PUT, &document, key).body(DOCUMENT).send().await;
    assert_eq!(kept.expect("an answer").status(), StatusCode::NO_CONTENT);
    furnish_what_waits(&**store).await;
}

/// What waits for somebody's decision: a dead delivery, a learnt indicator, a calibration that was tried.
async fn furnish_what_waits(store: &dyn Store) {
    let someone = Addressee {
        name: "someone".to_string(),
        within: None,
        quiet_until: None,
        patience_seconds: None,
    };
    store.address(&[someone], NOW).await.expect("addressed");
    let dead = Ending::Dead { why: "nobody is there".to_string() };
    store.deliver(&[1], &dead, NOW).await.expect("given up");
    store.propose_learnt("aws:1", &["pool.example".to_string()], NOW).await.expect("proposed");
    let bob = By { who: "bob".to_string(), at: NOW };
    let asked = store.ask_calibration(0.5, &json!({}), &bob).await.expect("asked");
    store.tried_calibration(asked, &json!({}), NOW).await.expect("tried");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_is_what_its_description_says() {
    let Some(schemathesis) = outside::python("schemathesis") else { return };
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Admin).await;
    furnish(&desk, &key).await;
    let settings = desk.folder.path("schemathesis.toml");
    fs::write(&settings, configuration()).expect("settings");
    let requests = desk.folder.path("requests.har");
    let mut command = Command::new(schemathesis);
    command
        .current_dir(desk.folder.root())
        .env("NO_COLOR", "1")
        .arg("--config-file")
        .arg(&settings)
        .args(["run", &format!("{}/api/v1/openapi.json", desk.base)])
        .args(["--header", &format!("Authorization: Bearer {key}")])
        .args(["--checks", "all", "--max-examples", EXAMPLES, "--seed", "1"])
        .args(["--generation-database", "none", "--suppress-health-check", "all"])
        .args(["--report", "har", "--report-har-path"])
        .arg(&requests);
    let run = tokio::task::spawn_blocking(move || command.output()).await;
    let run = run.expect("a thread").expect("a program that starts");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    let requests = fs::read(&requests).expect("what was asked");
    let requests = serde_json::from_slice(&requests).expect("a list of requests");
    let root = format!("{}/api/v1", desk.base);
    assert_eq!(never_answered(&requests, &root), [], "{said}");
    desk.close().await;
}

/// A stranger who sends half a head and no more.
#[tokio::test]
async fn half_a_request_keeps_no_desk_from_stopping() {
    use tokio::io::AsyncWriteExt;
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Viewer).await;
    let address = desk.base.trim_start_matches("http://").to_string();
    let mut stranger = tokio::net::TcpStream::connect(address).await.expect("connected");
    stranger.write_all(b"GET / HT").await.expect("sent");
    assert_eq!(desk.get("/api/v1/cases/1", &key).await.0, StatusCode::OK, "others are answered");
    let began = std::time::Instant::now();
    desk.close().await;
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}
