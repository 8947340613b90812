//! What is pulled: from a server that speaks as Azure's management and Partner Center do, on good
//! days and on bad ones.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{Response, StatusCode, header},
};
use firedamp::{
    desk::{Desk, Watched},
    source::{
        environment::Environment,
        pull::{PULLED, Pull, Puller},
    },
    store::{Sqlite, Store},
};
use serde_json::{Value, json};

use crate::{
    desk::{NOW, settings, settle},
    program::Folder,
};

/// A secret that must not be seen anywhere.
const SECRET: &str = "a-secret-that-nobody-sees";
const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";

/// How the server answers; gets the path with its query, and the number of the request.
type Script = fn(&str, usize) -> (StatusCode, Vec<(&'static str, String)>, String);

#[derive(Clone)]
struct Played {
    script: Script,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

async fn play(State(played): State<Played>, request: Request) -> Response<Body> {
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let headers = format!("{:?}", request.headers());
    let number = {
        let mut asked = played.asked.lock().expect("nobody panicked");
        asked.push((path.clone(), headers));
        asked.len()
    };
    if path.contains("slow") {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    let host = request.headers()[header::HOST].to_str().expect("text").to_string();
    let (status, headers, body) = (played.script)(&path, number);
    let mut response = Response::new(Body::from(body.replace("HOST", &host)));
    *response.status_mut() = status;
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().expect("a value"));
    }
    response
}

struct Rig {
    folder: Folder,
    store: Arc<dyn Store>,
    environment: Environment,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

impl Rig {
    async fn new(script: Script) -> Self {
        let played = Played { script, asked: Arc::default() };
        let asked = played.asked.clone();
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(play).with_state(played);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let folder = Folder::new();
        let store = Sqlite::open(&folder.path("desk.db")).await.expect("a store");
        let variables = [
            ("AZURE_MANAGEMENT_ENDPOINT", base.as_str()),
            ("PARTNER_CENTER_ENDPOINT", &base),
            ("AZURE_AUTHORITY_HOST", &base),
            ("AZURE_TENANT_ID", "tenant"),
            ("AZURE_CLIENT_ID", "client"),
            ("AZURE_CLIENT_SECRET", SECRET),
            ("PARTNER_CENTER_TOKEN", SECRET),
        ];
        let variables = variables.map(|(name, value)| (name.to_string(), value.to_string()));
        let environment = Environment::of(variables).expect("an environment");
        Self { folder, store: Arc::new(store), environment, asked }
    }

    fn puller(&self, pull: &str) -> Puller {
        let pull: Pull = pull.parse().expect("a pull");
        let opened = Puller::open(pull, self.folder.root(), self.store.clone(), &self.environment);
        opened.expect("a puller").with_patience(Duration::from_millis(500))
    }

    fn activity(&self) -> Puller {
        self.puller(&format!("azure-activity:{SUBSCRIPTION}"))
    }

    fn files(&self) -> Vec<String> {
        let walk = walkdir::WalkDir::new(self.folder.path(PULLED)).sort_by_file_name();
        let files = walk.into_iter().filter_map(Result::ok).filter(|one| one.file_type().is_file());
        files.map(|one| one.file_name().to_string_lossy().into_owned()).collect()
    }

    fn asked(&self) -> usize {
        self.asked.lock().expect("nobody panicked").len()
    }

    async fn folded(&self) -> firedamp::store::Totals {
        let watched = Watched::new(vec![self.folder.path(PULLED)]);
        let desk = Desk::open(self.store.clone(), settings(), watched, NOW).await;
        let mut desk = desk.expect("a desk");
        settle(&mut desk, NOW.plus_seconds(86_400)).await.expect("rest");
        self.store.totals(None).await.expect("totals")
    }
}

fn record(number: usize, at: &str) -> Value {
    json!({
        "caller": "someone@customer.example", "eventDataId": format!("event-{number}"),
        "eventTimestamp": at, "submissionTimestamp": at,
        "operationName": {"value": "Microsoft.Compute/virtualMachines/write"},
        "status": {"value": "Succeeded"}, "category": {"value": "Administrative"},
        "resourceId": format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/vm-{number}"),
        "subscriptionId": SUBSCRIPTION, "level": "Informational",
    })
}

type Said = (StatusCode, Vec<(&'static str, String)>, String);

fn ok(body: Value) -> Said {
    (StatusCode::OK, Vec::new(), body.to_string())
}

fn token() -> Said {
    ok(json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "given"}))
}

/// Two pages for each hour.
fn good(path: &str, _: usize) -> Said {
    if path.contains("/oauth2/") {
        return token();
    }
    if path.contains("page=2") {
        return ok(json!({"value": [record(2, "9999-12-31T23:59:59.9999999Z")]}));
    }
    let next = format!("http://HOST{}&page=2", path.replace('\'', "%27"));
    ok(json!({"value": [record(1, "2026-03-31T23:10:00Z")], "nextLink": next}))
}

#[tokio::test]
async fn hours_are_pulled_once_and_late_ones_again() {
    let rig = Rig::new(good).await;
    let mut puller = rig.activity();
    let hours = 7 * 24 + 1;
    assert_eq!(puller.round(NOW).await.expect("pulled"), 2 * hours);
    let asked = rig.asked();
    assert_eq!(asked as u64, 2 * hours + 1, "one token for all");
    assert_eq!(puller.round(NOW).await.expect("pulled"), 0, "nothing is another one");
    assert_eq!(rig.asked() - asked, 2 * 3, "the last hours may still grow");
    let mut later = rig.activity();
    later.round(NOW).await.expect("pulled");
    assert_eq!(rig.asked() - asked, 2 * 2 * 3 + 1, "it goes on where it was");
    let totals = rig.folded().await;
    assert_eq!((totals.objects, totals.accounts), (2 * hours, 1), "{totals:?}");
    let asked = rig.asked.lock().expect("nobody panicked");
    assert!(asked.iter().all(|(path, _)| !path.contains(SECRET)));
    let gap = "59%3A59";
    assert!(asked.iter().all(|(path, _)| !path.contains(gap)), "no call is between two hours");
}

#[tokio::test]
async fn a_server_without_time_is_asked_again_later() {
    let rig = Rig::new(|path, number| match number {
        2 => (StatusCode::TOO_MANY_REQUESTS, vec![("retry-after", "1".to_string())], String::new()),
        _ => good(path, number),
    });
    let rig = rig.await;
    let began = std::time::Instant::now();
    rig.activity().round(NOW).await.expect("pulled");
    assert!(began.elapsed() >= Duration::from_secs(1));
}

/// A token, and one page with this link to the next.
fn linked(path: &str, link: &str) -> Said {
    if path.contains("/oauth2/") {
        return token();
    }
    ok(json!({"value": [], "nextLink": link}))
}

fn refused(_: &str, _: usize) -> Said {
    (StatusCode::UNAUTHORIZED, Vec::new(), "bad\nsecret".to_string())
}

fn wrong(path: &str, _: usize) -> Said {
    if path.contains("/oauth2/") {
        return token();
    }
    (StatusCode::OK, Vec::new(), "<html>".to_string())
}

/// How a server answers, and what is said of it.
const HOSTILE: [(Script, &str); 6] = [
    (|path, _| linked(path, "https://elsewhere.example/next"), "elsewhere"),
    (|path, _| linked(path, "http://HOST/same"), "the same again"),
    (|path, number| linked(path, &format!("http://HOST/{number}")), "more than 1000 pages"),
    (|path, _| linked(path, "http://HOST/slow"), "no answer in time"),
    (refused, "401"),
    (wrong, "no page of records"),
];

#[tokio::test]
async fn hostile_answers_end_and_keep_their_secrets() {
    for (script, words) in HOSTILE {
        let rig = Rig::new(script).await;
        let error = rig.activity().round(NOW).await.expect_err(words);
        let error = format!("{error:#}");
        assert!(error.contains(words), "{words}: {error}");
        assert!(!error.contains(SECRET) && !error.contains('\n'), "{words}: {error}");
        let position = rig.store.position(&format!("azure-activity:{SUBSCRIPTION}")).await;
        assert_eq!(position.expect("readable"), None, "{words}: it is asked for again");
    }
}

/// Partner Center: records by the day, two pages each, the second by a header.
fn partner_center(path: &str, _: usize) -> Said {
    if path.contains("lineitems") {
        return ok(json!({"totalCount": 0, "items": [], "links": {"self": {"uri": path}}}));
    }
    let next = json!({"uri": "/auditrecords?size=500", "method": "GET",
                      "headers": [{"key": "MS-ContinuationToken", "value": "two"}]});
    let links = if path.contains("size=500") { json!({}) } else { json!({"next": next}) };
    ok(json!({"totalCount": 1, "items": [{
        "partnerId": "p", "customerId": SUBSCRIPTION, "userPrincipalName": "someone@partner.example",
        "resourceType": "order", "operationType": "create_order", "operationStatus": "succeeded",
        "operationDate": "2026-03-31T10:00:00.0000000Z"}], "links": links}))
}

#[tokio::test]
async fn partner_center_is_asked_by_the_day_with_its_own_headers() {
    let rig = Rig::new(partner_center).await;
    let mut audit = rig.puller("partner-center:audit");
    audit.round(NOW).await.expect("pulled");
    assert!(rig.files().contains(&"2026-03-31-0001.json".to_string()), "{:?}", rig.files());
    {
        let asked = rig.asked.lock().expect("nobody panicked");
        let second = asked.iter().find(|(path, _)| path == "/v1/auditrecords?size=500");
        let (_, headers) = second.expect("a second page");
        assert!(headers.contains("\"ms-continuationtoken\": \"two\""), "{headers}");
        assert!(headers.contains("\"ms-contract-version\": \"v1\""), "{headers}");
    }
    let mut usage = rig.puller("partner-center:usage");
    assert_eq!(usage.round(NOW).await.expect("pulled"), 1);
    assert!(rig.files().contains(&"2026-03-0000.json".to_string()), "{:?}", rig.files());
    assert!(rig.folded().await.objects > 30);
}
