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
    partner::pull::{Puller, Pulls, Round},
};
use serde_json::{Value, json};

use crate::{channel::secret, program::Folder};

/// What is answered to each request in turn, and what was asked.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<Vec<(u16, String)>>>,
    asked: Arc<Mutex<Vec<(String, HeaderMap)>>>,
}

async fn play(State(script): State<Script>, uri: Uri, headers: HeaderMap) -> Response {
    script.asked.lock().expect("a lock").push((uri.to_string(), headers));
    let mut answers = script.answers.lock().expect("a lock");
    let (status, body) = if answers.is_empty() { (500, String::new()) } else { answers.remove(0) };
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [("retry-after", "120")], body).into_response()
}

/// A service that plays this script, and whoever asks it.
struct Story {
    folder: Folder,
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
        Self { folder: Folder::new(), script, base, served }
    }

    fn puller(&self, kind: &str) -> Puller {
        let token = secret(&self.folder, "a token");
        let pulls = Pulls::parse(&format!(
            "allow_internal = ['127.0.0.0/8']\n[[alerts]]\nname = 'it'\nkind = '{kind}'\n\
             url = '{}/list'\ntoken = '{token}'\n",
            self.base
        ));
        let mut pulls = pulls.expect("settings");
        let pull = pulls.pulls.remove(0);
        let woken = pulls.wake.subscribe();
        Puller::new(pull, pulls.outside, self.folder.path("data/pushed"), woken)
    }

    async fn round(&self, kind: &str, answers: &[(u16, Value)]) -> Result<Round, Failure> {
        let answers = answers.iter().map(|(status, body)| (*status, body.to_string()));
        *self.script.answers.lock().expect("a lock") = answers.collect();
        self.script.asked.lock().expect("a lock").clear();
        self.puller(kind).round().await
    }

    fn asked(&self) -> Vec<String> {
        self.script.asked.lock().expect("a lock").iter().map(|(uri, _)| uri.clone()).collect()
    }

    fn kept(&self) -> usize {
        std::fs::read_dir(self.folder.path("data/pushed")).map_or(0, Iterator::count)
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
    let next = format!("{}/list?$skiptoken=2", story.base);
    let pages = [
        (200, json!({"value": [alert("a")], "@odata.nextLink": next})),
        (200, json!({"value": [alert("b")]})),
    ];
    for _ in 0..2 {
        let round = story.round("graph", &pages).await.expect("a round");
        assert_eq!(round, Round { pages: 2, alerts: 2 });
        assert_eq!(
            (story.kept(), story.asked()),
            (2, vec!["/list".into(), "/list?$skiptoken=2".into()])
        );
    }
    let (_, headers) = story.script.asked.lock().expect("a lock")[1].clone();
    assert_eq!(headers["authorization"], "Bearer a token");
    let pushed = story.folder.path("data/pushed");
    let run =
        crate::program::firedamp(&["scan", "--output", "json", pushed.to_str().expect("a path")]);
    assert_eq!(run.cases[0]["id"], "azure:5f6e", "{}", run.err);
}

#[tokio::test]
async fn fraud_events_are_asked_for_by_number_until_a_page_is_short() {
    let story = Story::open().await;
    let event = json!({"eventId": "e", "subscriptionId": "5f6e", "eventStatus": "Active"});
    let pages = [(200, json!(vec![event.clone(); 200])), (200, json!([event]))];
    let round = story.round("fraud_events", &pages).await.expect("a round");
    assert_eq!(round, Round { pages: 2, alerts: 201 });
    let asked = story.asked();
    assert_eq!(asked[1], "/list?PageSize=200&PageNumber=2");
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
        let failure = story.round("graph", &[(status, body)]).await.expect_err("refused");
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
        let failure = story.round("graph", &[(200, link(to))]).await.expect_err("refused");
        assert!(failure.to_string().contains("another service"), "{to}: {failure}");
        assert_eq!(story.asked().len(), 1, "nothing was asked elsewhere");
    }
    let round = story.round("graph", &[(200, json!({"value": [alert("a")]}))]).await;
    assert_eq!(round.expect("a round").alerts, 1);
    let kept = story.kept();
    for page in [json!("no list"), json!({"value": 7}), json!(null)] {
        let failure = story.round("graph", &[(200, page)]).await.expect_err("broken");
        assert!(failure.to_string().contains("can't be read"), "{failure}");
    }
    let round_and_round = link(&format!("{}/list", story.base));
    let failure = story.round("graph", &vec![(200, round_and_round); 600]).await;
    assert!(failure.expect_err("no end").to_string().contains("pages"));
    assert_eq!(story.kept(), kept + 1);
}

#[test]
fn settings_that_lead_inside_or_hold_a_token_are_refused() {
    let folder = Folder::new();
    let token = secret(&folder, "a token");
    let parse = |url: &str, token: &str| {
        Pulls::parse(&format!(
            "[[alerts]]\nname = 'it'\nkind = 'graph'\nurl = '{url}'\ntoken = '{token}'\n"
        ))
    };
    let graph = "https://graph.example/beta/security/partner/securityAlerts";
    assert!(parse(graph, &token).is_ok());
    for (url, token) in [
        ("http://graph.example/", token.as_str()),
        ("https://127.0.0.1/", token.as_str()),
        ("https://169.254.169.254/", token.as_str()),
        (graph, "a token"),
        (graph, "env:FIREDAMP_NO_SUCH_VARIABLE"),
    ] {
        assert!(parse(url, token).is_err(), "{url} {token}");
    }
}
