//! The API against a program that reads its description and tries everything that fits it, and much
//! that does not.

use std::{fs, process::Command};

use firedamp::web::access::Role;
use reqwest::{Method, StatusCode};

use super::Desk;
use crate::outside;

/// Examples for each operation and phase; more find more and take longer.
const EXAMPLES: &str = "12";

/// What the checks expect beyond their defaults: a case may have changed since (412), and the desk may
/// refuse what no schema can tell, such as a table without a column or a whole number written `1.0`.
const SETTINGS: &str = r#"
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "412", "422"]
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_is_what_its_description_says() {
    let Some(schemathesis) = outside::python("schemathesis") else { return };
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Admin).await;
    let tree = "account,customer\naws:123456789012,a\n";
    let plant = desk.request(Method::PUT, "/api/v1/customers", &key).body(tree);
    assert_eq!(plant.send().await.expect("an answer").status(), StatusCode::OK);
    let settings = desk.folder.path("schemathesis.toml");
    fs::write(&settings, SETTINGS).expect("settings");
    let mut command = Command::new(schemathesis);
    command
        .current_dir(desk.folder.root())
        .env("NO_COLOR", "1")
        .arg("--config-file")
        .arg(&settings)
        .args(["run", &format!("{}/api/v1/openapi.json", desk.base)])
        .args(["--header", &format!("Authorization: Bearer {key}")])
        .args(["--checks", "all", "--max-examples", EXAMPLES, "--seed", "1"])
        .args(["--generation-database", "none", "--suppress-health-check", "all"]);
    let run = tokio::task::spawn_blocking(move || command.output()).await;
    let run = run.expect("a thread").expect("a program that starts");
    let said = String::from_utf8_lossy(&run.stdout);
    eprintln!("{said}");
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
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
