//! Doorbells: who registers is rung, once and signed, and nobody is led inside.

use std::{path::PathBuf, process::Command, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use firedamp::{
    delivery::{Book, Carrier},
    web::access::Role,
};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    channel::{
        receiver::{Answer, Receiver},
        secret,
    },
    outside,
    program::Folder,
    web::{Desk, NOW},
};

const REGISTRATION: &str = "/webhooks/v1/registration";

/// Settings with a doorbell whose key was just made; nothing where nobody can make one.
fn book(folder: &Folder, more: &str) -> Option<Book> {
    let openssl = outside::debian("openssl")?;
    let made = Command::new(openssl)
        .args(["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        .output()
        .expect("openssl runs");
    let pem = String::from_utf8(made.stdout).expect("text");
    let key = secret(folder, &pem);
    let book =
        Book::parse(&format!("desk = 'https://desk.example'\n{more}\n[doorbell]\nkey = '{key}'\n"));
    Some(book.expect("settings"))
}

async fn register(desk: &Desk, key: &str, url: &str, events: &[&str]) -> (StatusCode, Value) {
    let body = json!({"WebhookUrl": url, "webhookEvents": events});
    let answer = desk.request(Method::POST, REGISTRATION, key).json(&body).send().await;
    let answer = answer.expect("an answer");
    (answer.status(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn who_registers_is_rung_once_with_a_signature_that_holds() {
    let folder = Folder::new();
    let Some(settings) = book(&folder, "allow_internal = ['127.0.0.0/8']") else {
        return;
    };
    let desk = Desk::open_with(&settings).await;
    let receiver = Receiver::open(Answer::Status(503)).await;
    let key = desk.key(Role::Admin).await;
    let events = ["azure-fraud-event-detected", "test-created"];
    let (status, registration) = register(&desk, &key, &receiver.url(), &events).await;
    assert_eq!(status, StatusCode::OK, "{registration}");
    let (_, again) = register(&desk, &key, &receiver.url(), &events).await;
    assert_eq!(again["SubscriberId"], registration["SubscriberId"], "it is replaced");
    assert_eq!(desk.get(REGISTRATION, &key).await.1, registration);
    let desk = desk.with_a_case().await;
    let mut carrier = Carrier::new(desk.store.clone(), Arc::new(settings), Pcg64::seed_from_u64(1));
    assert_eq!(carrier.turn(NOW).await.expect("a turn"), 1);
    receiver.answer(Answer::Status(200));
    for later in [4000, 8000, 12000] {
        carrier.turn(NOW.plus_seconds(later)).await.expect("a turn");
    }
    let got = receiver.got();
    assert_eq!(got.len(), 2, "the first was refused, the second taken");
    let (headers, body) = &got[1];
    let told: Value = serde_json::from_str(body).expect("json");
    assert_eq!(told["EventName"], "azure-fraud-event-detected");
    let uri = "https://desk.example/v1/fraudEvents?SubscriptionId=123456789012&EventStatus=Active";
    assert_eq!((&told["ResourceUri"], body.contains("pool")), (&json!(uri), false));
    let signature = headers["authorization"].to_str().expect("text").strip_prefix("Signature ");
    let signature = STANDARD.decode(signature.expect("a scheme")).expect("base64");
    assert_eq!(headers["x-ms-signature-algorithm"], "rsa-sha256");
    let path = headers["x-ms-certificate-url"].to_str().expect("text");
    let path = path.strip_prefix("https://desk.example").expect("the desk's own");
    let certificate = desk.client.get(format!("{}{path}", desk.base)).send().await;
    let certificate = certificate.expect("an answer").bytes().await.expect("a certificate");
    assert!(holds(&folder, &certificate, body, &signature));
    assert!(!holds(&folder, &certificate, &body.replace("Active", "Closed"), &signature));
    receiver.close().await;
    desk.close().await;
}

/// Whether the signature over `body` holds, by openssl.
fn holds(folder: &Folder, certificate: &[u8], body: &str, signature: &[u8]) -> bool {
    let files: [PathBuf; 3] = [
        folder.write("certificate.cer", certificate),
        folder.write("body.json", body),
        folder.write("signature", signature),
    ];
    let run = |arguments: &[&str]| Command::new("openssl").args(arguments).output().expect("a run");
    let [certificate, body, signature] = files.each_ref().map(|one| one.to_str().expect("a path"));
    let key = run(&["x509", "-inform", "der", "-in", certificate, "-pubkey", "-noout"]).stdout;
    let key = folder.write("key.pem", key);
    let key = key.to_str().expect("a path");
    run(&["dgst", "-sha256", "-verify", key, "-signature", signature, body]).status.success()
}

#[tokio::test]
async fn tries_are_made_noted_and_held_back() {
    let folder = Folder::new();
    let Some(settings) = book(&folder, "allow_internal = ['127.0.0.0/8']") else {
        return;
    };
    let desk = Desk::open_with(&settings).await;
    let receiver = Receiver::open(Answer::Status(200)).await;
    let key = desk.key(Role::Admin).await;
    let path = format!("{REGISTRATION}/validationEvents");
    let ring = async || {
        let answer = desk.request(Method::POST, &path, &key).send().await.expect("an answer");
        (answer.status(), answer.json::<Value>().await.expect("json"))
    };
    assert_eq!(ring().await.0, StatusCode::NOT_FOUND, "nothing is registered");
    register(&desk, &key, &receiver.url(), &["test-created"]).await;
    let (_, first) = ring().await;
    receiver.answer(Answer::Status(500));
    let (_, second) = ring().await;
    assert_eq!(ring().await.0, StatusCode::TOO_MANY_REQUESTS);
    for (rung, response) in [(first, "OK"), (second, "Failed")] {
        let id = rung["correlationId"].as_str().expect("an id");
        let (_, told) = desk.get(&format!("{path}/{id}"), &key).await;
        assert_eq!(told["results"][0]["responseCode"], response, "{told}");
    }
    assert_eq!(receiver.got().len(), 2);
    receiver.close().await;
    desk.close().await;
}

#[tokio::test]
async fn nobody_is_led_inside_and_nothing_rings_without_a_key() {
    let folder = Folder::new();
    let plain = Desk::open().await;
    let key = plain.key(Role::Admin).await;
    let (status, problem) = register(&plain, &key, "https://hooks.example/", &[]).await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED, "{problem}");
    plain.close().await;
    let Some(settings) = book(&folder, "") else {
        return;
    };
    let desk = Desk::open_with(&settings).await;
    let key = desk.key(Role::Admin).await;
    for url in [
        "http://hooks.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "https://user:word@hooks.example/",
        "file:///etc/passwd",
        "nonsense",
    ] {
        let (status, problem) = register(&desk, &key, url, &["test-created"]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{url}: {problem}");
    }
    let (status, _) = register(&desk, &key, "https://hooks.example/", &["invoice-ready"]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "what is never rung is not promised");
    desk.close().await;
}
