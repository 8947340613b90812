//! Microsoft's services asked for alerts, played by a server on this machine.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use firedamp::{
    channel::Failure,
    source::{
        environment::Environment,
        pull::{PULLED, Puller},
    },
    store::{Sqlite, Store},
};
use serde_json::{Value, json};

use crate::{desk::NOW, program::Folder};

const GRAPH: &str = "graph:alerts";
const LIST: &str = "/beta/security/partner/securityAlerts";

/// What is answered to each request in turn, and what was asked.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<Vec<(u16, String)>>>,
    asked: Arc<Mutex<Vec<(String, HeaderMap)>>>,
    bodies: Arc<Mutex<Vec<String>>>,
}

async fn play(
    State(script): State<Script>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    script.bodies.lock().expect("a lock").push(body);
    script.asked.lock().expect("a lock").push((uri.to_string(), headers));
    let mut answers = script.answers.lock().expect("a lock");
    let (status, body) = if answers.is_empty() { (500, String::new()) } else { answers.remove(0) };
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [("retry-after", "120")], body).into_response()
}

/// A service that plays this script, and whoever asks it.
struct Story {
    folder: Folder,
    store: Arc<dyn Store>,
    script: Script,
    base: String,
    served: tokio::task::JoinHandle<()>,
}

impl Story {
    async fn open() -> Self {
        let script = Script::default();
        let routes = Router::new().fallback(play).with_state(script.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let served = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("served");
        });
        let folder = Folder::new();
        let store = Sqlite::open(&folder.path("desk.db")).await.expect("a store");
        Self { folder, store: Arc::new(store), script, base, served }
    }

    /// With the token in a file that another program may renew.
    fn environment(&self) -> Environment {
        let token = self.folder.secret("token", "a token");
        let variables = [
            ("GRAPH_ENDPOINT", self.base.as_str()),
            ("GRAPH_TOKEN_FILE", &token),
            ("PARTNER_CENTER_ENDPOINT", &self.base),
            ("PARTNER_CENTER_TOKEN_FILE", &token),
        ];
        Environment::of(variables.map(|(name, value)| (name.to_string(), value.to_string())))
            .expect("an environment")
    }

    fn puller(&self, pull: &str) -> Puller {
        let pull = pull.parse().expect("a pull");
        let store = self.store.clone();
        let puller = Puller::open(pull, self.folder.root(), store, &self.environment());
        puller.expect("a puller").with_attempts(1)
    }

    async fn round(&self, pull: &str, answers: &[(u16, Value)]) -> anyhow::Result<u64> {
        let answers = answers.iter().map(|(status, body)| (*status, body.to_string()));
        *self.script.answers.lock().expect("a lock") = answers.collect();
        self.script.asked.lock().expect("a lock").clear();
        self.puller(pull).round(NOW).await
    }

    fn asked(&self) -> Vec<String> {
        self.script.asked.lock().expect("a lock").iter().map(|(uri, _)| uri.clone()).collect()
    }

    fn kept(&self) -> usize {
        let walk = walkdir::WalkDir::new(self.folder.path(PULLED));
        walk.into_iter().filter_map(Result::ok).filter(|one| one.file_type().is_file()).count()
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        self.served.abort();
    }
}

fn alert(id: &str) -> Value {
    json!({"id": id, "displayName": "Mining pool", "status": "active",
        "alertType": "networkConnectionsToCryptoMiningPools", "confidenceLevel": "high",
        "customerTenantId": "t", "subscriptionId": "5f6e", "isTest": false,
        "detectedDateTime": "2026-03-01T10:03:33Z",
        "firstObservedDateTime": "2026-03-01T09:00:00Z",
        "lastObservedDateTime": "2026-03-01T10:00:00Z",
        "additionalDetails": {"MiningPool_IP": "[\"203.0.113.9\"]"}})
}

#[tokio::test]
async fn every_page_is_kept_once_and_becomes_a_case() {
    let story = Story::open().await;
    let next = format!("{}{LIST}?$skiptoken=2", story.base);
    let pages = [
        (200, json!({"value": [alert("a")], "@odata.nextLink": next})),
        (200, json!({"value": [alert("b")]})),
    ];
    for new in [2, 0] {
        assert_eq!(story.round(GRAPH, &pages).await.expect("a round"), new);
        let asked = vec![LIST.to_string(), format!("{LIST}?$skiptoken=2")];
        assert_eq!((story.kept(), story.asked()), (2, asked));
    }
    let (_, headers) = story.script.asked.lock().expect("a lock")[1].clone();
    assert_eq!(headers["authorization"], "Bearer a token");
    let pulled = story.folder.path(PULLED);
    let run =
        crate::program::firedamp(&["scan", "--output", "json", pulled.to_str().expect("a path")]);
    assert_eq!(run.cases[0]["id"], "azure:5f6e", "{}", run.err);
}

#[tokio::test]
async fn fraud_events_are_asked_for_by_number_until_a_page_is_short() {
    let story = Story::open().await;
    let event = json!({"eventId": "e", "subscriptionId": "5f6e", "eventStatus": "Active"});
    let pages = [(200, json!(vec![event.clone(); 200])), (200, json!([event]))];
    let round = story.round("partner-center:fraud-events", &pages).await.expect("a round");
    assert_eq!((round, story.kept()), (2, 2));
    let asked = story.asked();
    assert_eq!(asked, [1, 2].map(|page| format!("/v1/fraudEvents?PageSize=200&PageNumber={page}")));
    let (_, headers) = story.script.asked.lock().expect("a lock")[0].clone();
    assert_eq!(headers["x-neweventsmodel"], "true");
}

#[tokio::test]
async fn what_is_refused_is_explained_to_the_operator() {
    let story = Story::open().await;
    let mfa = json!({"error": {"code": "Unauthorized_MissingMFA", "message": "MFA is required"}});
    for (status, body, is_final, words) in [
        (403, mfa, true, "a person with a second factor"),
        (403, json!({"code": 900_329, "description": "x"}), true, "an application and a person"),
        (401, json!({}), false, "has ended"),
        (429, json!({}), false, "patience"),
        (404, json!({"error": {"code": "x", "message": "no segment"}}), true, "/beta alone"),
        (500, json!("<b>oops</b>"), false, "answered 500"),
    ] {
        // Whose token is refused asks once more with what its file holds by then.
        let answers = [(status, body.clone()), (status, body)];
        let failure = story.round(GRAPH, &answers).await.expect_err("refused");
        assert_eq!(story.asked().len(), if status == 401 { 2 } else { 1 }, "{status}");
        let failure = failure.downcast::<Failure>().expect("what a service said");
        assert_eq!(matches!(failure, Failure::Refused { .. }), is_final, "{status}: {failure}");
        assert!(failure.to_string().contains(words), "{status}: {failure}");
        if let Failure::Retry { after, .. } = failure {
            assert_eq!(after.map(|after| after.as_secs()), Some(120));
        }
    }
    assert_eq!(story.kept(), 0);
}

#[tokio::test]
async fn broken_pages_and_links_to_elsewhere_end_the_round_and_lose_nothing() {
    let story = Story::open().await;
    let link = |to: &str| json!({"value": [alert("a")], "@odata.nextLink": to});
    for to in
        ["https://elsewhere.example/list", "http://127.0.0.1:1/list", "file:///etc/passwd", "x"]
    {
        let failure = story.round(GRAPH, &[(200, link(to))]).await.expect_err("refused");
        assert!(failure.to_string().contains("elsewhere"), "{to}: {failure}");
        assert_eq!(story.asked().len(), 1, "nothing was asked elsewhere");
    }
    story.round(GRAPH, &[(200, json!({"value": [alert("a")]}))]).await.expect("a round");
    let kept = story.kept();
    assert_eq!(kept, 1);
    for page in [json!("no list"), json!({"value": 7}), json!(null)] {
        let failure = story.round(GRAPH, &[(200, page)]).await.expect_err("broken");
        assert!(failure.to_string().contains("can't be read"), "{failure}");
    }
    assert_eq!(story.round(GRAPH, &[(200, json!({"value": []}))]).await.expect("a round"), 0);
    let round_and_round = |at: usize| (200, link(&format!("{}{LIST}?at={at}", story.base)));
    let failure = story.round(GRAPH, &(0..1100).map(round_and_round).collect::<Vec<_>>()).await;
    assert!(failure.expect_err("no end").to_string().contains("more than 1000 pages"));
    let same = link(&format!("{}{LIST}", story.base));
    let failure = story.round(GRAPH, &[(200, same)]).await;
    assert!(failure.expect_err("no end").to_string().contains("the same again"));
}

#[tokio::test]
async fn a_token_that_has_ended_is_read_again_from_its_file() {
    let story = Story::open().await;
    let mut puller = story.puller(GRAPH);
    let page = json!({"value": [alert("a")]}).to_string();
    *story.script.answers.lock().expect("a lock") = vec![(401, String::new()), (200, page)];
    story.folder.secret("token", "another token");
    assert_eq!(puller.round(NOW).await.expect("a round"), 1);
    story.folder.secret("token", "a third one");
    *story.script.answers.lock().expect("a lock") = vec![(401, String::new()); 2];
    let failure = puller.round(NOW.plus_seconds(1)).await.expect_err("refused twice");
    assert!(failure.to_string().contains("has ended"), "{failure}");
    let asked = story.script.asked.lock().expect("a lock");
    let tokens: Vec<&str> =
        asked.iter().map(|(_, one)| one["authorization"].to_str().expect("text")).collect();
    let wanted = ["another token", "another token", "a third one", "a third one"];
    assert_eq!(tokens, wanted.map(|token| format!("Bearer {token}")));
}

#[tokio::test]
async fn what_a_person_left_who_signed_in_gives_tokens_for_both_services() {
    let story = Story::open().await;
    let left = story.folder.secret("left", "what she left");
    let variables = [
        ("AZURE_AUTHORITY_HOST", story.base.as_str()),
        ("GRAPH_ENDPOINT", &story.base),
        ("PARTNER_CENTER_TENANT_ID", "tenant"),
        ("PARTNER_CENTER_CLIENT_ID", "client"),
        ("PARTNER_CENTER_CLIENT_SECRET", "its secret"),
        ("PARTNER_CENTER_REFRESH_TOKEN_FILE", &left),
    ];
    let variables = variables.map(|(name, value)| (name.to_string(), value.to_string()));
    let environment = Environment::of(variables).expect("an environment");
    let pull = GRAPH.parse().expect("a pull");
    let puller = Puller::open(pull, story.folder.root(), story.store.clone(), &environment);
    let given = |token: &str| json!({"access_token": token, "expires_in": 3600}).to_string();
    *story.script.answers.lock().expect("a lock") = vec![
        (200, given("one")),
        (401, String::new()),
        (200, given("two")),
        (200, json!({"value": [alert("a")]}).to_string()),
    ];
    assert_eq!(puller.expect("a puller").round(NOW).await.expect("a round"), 1);
    let token = "/tenant/oauth2/v2.0/token";
    assert_eq!(story.asked(), [token, LIST, token, LIST], "asked for anew when it was refused");
    let asked = story.script.asked.lock().expect("a lock");
    assert_eq!(asked[3].1["authorization"], "Bearer two");
    let form = story.script.bodies.lock().expect("a lock")[0].clone();
    for part in ["grant_type=refresh_token", "refresh_token=what+she+left", "graph.microsoft.com"] {
        assert!(form.contains(part), "{form}");
    }
}

#[test]
fn endpoints_that_speak_plainly_and_tokens_that_others_can_read_are_refused() {
    let folder = Folder::new();
    let (token, open) = (folder.secret("token", "a token"), folder.path("open"));
    folder.write("open", "a token");
    let read = |variables: &[(&str, &str)]| -> anyhow::Result<Option<_>> {
        let owned = variables.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Environment::of(owned)?.endpoint(&["GRAPH_ENDPOINT"])
    };
    let graph = ("GRAPH_ENDPOINT", "https://graph.example/");
    assert!(read(&[graph, ("GRAPH_TOKEN_FILE", &token)]).is_ok());
    for (endpoint, file) in [
        ("http://graph.example/", token.as_str()),
        ("http://169.254.169.254/", token.as_str()),
        ("https://somebody:secret@graph.example/", token.as_str()),
        (graph.1, open.to_str().expect("text")),
        (graph.1, "/no/such/file"),
    ] {
        let read = read(&[("GRAPH_ENDPOINT", endpoint), ("GRAPH_TOKEN_FILE", file)]);
        assert!(read.is_err(), "{endpoint} {file}");
    }
}
