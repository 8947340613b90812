//! Stories of the API and the pages, over real HTTP on this machine, and who may do what.

mod api;
pub(crate) mod browser;
mod cases;
mod customers;
mod found;
mod hostile;
pub(crate) mod languages;
mod live;
pub(crate) mod people;
mod privacy;
mod routes;

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use firedamp::{
    delivery::Book,
    heartbeat::{Heartbeat, LATE},
    partner::rung::Ear,
    store::{By, Holder, Sqlite, Store},
    web::{
        App, Served,
        access::{Role, new_key},
        serve,
    },
};
use firedamp_core::time::Time;
use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect::Policy};
use serde_json::{Value, json};

use crate::program::Folder;

pub(crate) const NOW: Time = Time::from_seconds(1_775_000_000);

pub(crate) struct Desk {
    pub(crate) folder: Folder,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) base: String,
    pub(crate) client: Client,
    turns: Arc<Heartbeat>,
    stop: tokio::sync::watch::Sender<bool>,
    served: Served,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::open_with(&Book::default()).await
    }

    /// A desk with receivers and a doorbell.
    pub(crate) async fn open_with(book: &Book) -> Self {
        Self::open_around(book, None).await
    }

    /// A desk that listens to Partner Center, too.
    pub(crate) async fn open_around(book: &Book, ear: Option<Arc<Ear>>) -> Self {
        Self::open_as(book, ear, || NOW, LATE).await
    }

    /// A desk that is late when no turn ends for so long.
    pub(crate) async fn open_late_after(late: Duration) -> Self {
        Self::open_as(&Book::default(), None, || NOW, late).await
    }

    /// A desk whose clock a story moves.
    pub(crate) async fn open_at(clock: fn() -> Time) -> Self {
        Self::open_as(&Book::default(), None, clock, LATE).await
    }

    async fn open_as(
        book: &Book,
        ear: Option<Arc<Ear>>,
        clock: fn() -> Time,
        late: Duration,
    ) -> Self {
        let folder = Folder::new();
        let store: Arc<dyn Store> =
            Arc::new(Sqlite::open(&folder.path("desk.db")).await.expect("a store"));
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let pushed = folder.path("pushed");
        let senders = ["post".to_string()].into();
        let doorbell = book.doorbell();
        let turns = Arc::new(Heartbeat::late_after(late));
        let own = turns.clone();
        let app =
            App { senders, doorbell, ear, turns: own, ..App::new(store.clone(), pushed, clock) };
        let served = serve(app, (Ipv4Addr::LOCALHOST, 0).into(), stopping).await.expect("served");
        let base = format!("http://{}", served.address);
        // Whoever serves has chosen this machine's only provider of cryptography.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let client =
            Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
        Self { folder, store, base, client, turns, stop, served }
    }

    pub(crate) async fn key(&self, role: Role) -> String {
        self.key_within(role, None).await
    }

    /// Lets somebody in, so that cases can be given to them.
    pub(crate) async fn let_in(&self, name: &str) {
        let role = Role::Analyst.id().to_string();
        let holder = Holder { name: name.to_string(), role, scope: None };
        let language = firedamp::language::Language::English;
        let user = firedamp::store::NewUser { holder, language };
        self.store.add_user(&user, NOW).await.expect("let in");
    }

    /// A key to a part of the tree.
    pub(crate) async fn key_within(&self, role: Role, scope: Option<&str>) -> String {
        let (key, hash) = new_key().expect("randomness");
        let of = scope.map(|scope| format!(" of {scope}")).unwrap_or_default();
        let (name, role) = (format!("a {}{of}", role.id()), role.id().to_string());
        let holder = Holder { name, role, scope: scope.map(str::to_string) };
        if self.store.add_token(&hash, &holder, NOW, None).await.is_err() {
            let another = Holder { name: format!("{} again", holder.name), ..holder };
            self.store.add_token(&hash, &another, NOW, None).await.expect("added");
        }
        key
    }

    pub(crate) fn request(&self, method: Method, path: &str, key: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(key)
    }

    pub(crate) async fn get(&self, path: &str, key: &str) -> (StatusCode, Value) {
        let answer = self.request(Method::GET, path, key).send().await.expect("an answer");
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    pub(crate) async fn act(&self, key: &str, action: Value) -> (StatusCode, Value) {
        let request = self.request(Method::POST, "/api/v1/cases/1/actions", key).json(&action);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    pub(crate) async fn with_a_case(self) -> Self {
        let judged = self.store.judge(&crate::store::case(1, 0.95, 10.0), NOW).await;
        assert_eq!(judged.expect("judged"), Some(1));
        self
    }

    pub(crate) async fn close(self) {
        self.stop.send(true).expect("a server");
        self.served.stopped().await.expect("stopped");
    }
}

#[tokio::test]
async fn a_case_is_worked_to_its_end_by_a_program() {
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Analyst).await;
    desk.let_in("bob").await;
    let (status, page) = desk.get("/api/v1/cases", &key).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(page["cases"][0]["account"], "aws:123456789012");
    assert_eq!(page["cases"][0]["opened_at"], NOW.to_string());
    assert_eq!(page["next"], Value::Null);
    for (action, field, value) in [
        (json!({"action": "assign", "to": "bob"}), "assignee", json!("bob")),
        (json!({"action": "label", "label": "vip"}), "labels", json!(["vip"])),
        (json!({"action": "unlabel", "label": "vip"}), "labels", json!([])),
        (json!({"action": "investigate"}), "status", json!("investigating")),
        (json!({"action": "comment", "text": "called them"}), "status", json!("investigating")),
        (
            json!({"action": "snooze", "until": "2026-06-01T00:00:00Z"}),
            "snoozed_until",
            json!("2026-06-01T00:00:00Z"),
        ),
        (json!({"action": "snooze", "until": null}), "snoozed_until", Value::Null),
        (json!({"action": "resolve_anyway", "why": "gone"}), "reason", json!("fraud")),
        (json!({"action": "reopen"}), "reason", Value::Null),
    ] {
        let (status, row) = desk.act(&key, action.clone()).await;
        assert_eq!((status, &row[field]), (StatusCode::OK, &value), "{action}: {row}");
    }
    let (_, shown) = desk.get("/api/v1/cases/1", &key).await;
    assert_eq!(shown["judgement"]["findings"][0]["detector"], "pool_contact");
    let (_, log) = desk.get("/api/v1/cases/1/activity", &key).await;
    let log = &log["entries"];
    assert_eq!(log.as_array().map(Vec::len), Some(10), "{log}");
    assert_eq!((&log[5]["text"], &log[5]["actor"]), (&json!("called them"), &json!("a analyst")));
    desk.close().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_as_a_problem() {
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Analyst).await;
    for (path, status, code) in [
        ("/api/v1/cases/99", 404, "not_found"),
        ("/api/v1/cases/none", 404, "not_found"),
        ("/api/v1/cases?status=nonsense", 400, "invalid"),
        ("/api/v1/cases?colour=red", 400, "invalid"),
        ("/api/v1/cases?cursor=junk", 400, "invalid"),
        ("/api/v1/cases?cursor=7ff8000000000000-1", 400, "invalid"),
    ] {
        let (seen, problem) = desk.get(path, &key).await;
        assert_eq!((seen.as_u16(), &problem["code"]), (status, &json!(code)), "{path}: {problem}");
    }
    for (action, status, code) in [
        (json!({"action": "dance"}), 400, "invalid"),
        (json!({"action": "resolve", "reason": "whim"}), 400, "invalid"),
        (json!({"action": "snooze", "until": "tomorrow"}), 400, "invalid"),
        (json!({"action": "snooze", "until": "2026-12-01T00:00:00Z"}), 422, "refused"),
        (json!({"action": "assign", "to": "zzz-nobody"}), 422, "refused"),
        (json!({"action": "snooze", "until": "2020-01-01T00:00:00Z"}), 422, "refused"),
        (json!({"action": "comment", "text": " "}), 422, "refused"),
        (json!({"action": "resolve", "reason": "fraud"}), 422, "refused"),
        (json!({"action": "resolve_anyway", "why": " "}), 422, "refused"),
        (json!([]), 400, "invalid"),
    ] {
        let (seen, problem) = desk.act(&key, action.clone()).await;
        assert_eq!((seen.as_u16(), &problem["code"]), (status, &json!(code)), "{action}");
    }
    let stale = desk
        .request(Method::POST, "/api/v1/cases/1/actions", &key)
        .header("if-match", "\"1\"")
        .json(&json!({"action": "reopen"}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(stale.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(stale.headers()["content-type"], "application/problem+json");
    desk.close().await;
}

/// Who sees what a route answers, of those whose role suffices.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Sees {
    /// Everybody, their own part of it.
    Part,
    /// Those alone in whose part of the tree it is.
    Own,
    /// Those alone who see all.
    All,
}

use Sees::{All, Own, Part};

/// The alert of case 1, and what stands in Azure's log of its account.
macro_rules! alert {
    () => {
        "123456789012-00000000-0000-8000-8000-000000000001"
    };
}
const LOG: &str = "/subscriptions/123456789012/providers/Microsoft.Insights/eventtypes/management/\
                   values?$filter=eventTimestamp%20ge%20'2026-01-01T00:00:00Z'";

/// Every route, with the lowest role that may use it.
const ROUTES: &[(Method, &str, Role, Sees)] = &[
    (Method::GET, "/api/v1/authorisations", Role::Viewer, Part),
    (Method::POST, "/api/v1/authorisations", Role::Analyst, Part),
    (Method::GET, "/api/v1/authorisations/1", Role::Viewer, Own),
    (Method::POST, "/api/v1/authorisations/1/decisions", Role::Approver, Own),
    (Method::GET, "/api/v1/cases/1/authorisations", Role::Viewer, Own),
    (Method::GET, "/api/v1/cases/1/checklist", Role::Viewer, Own),
    (Method::PUT, "/api/v1/cases/1/checklist/usage", Role::Analyst, Own),
    (Method::GET, "/api/v1/cases/1/letters", Role::Viewer, Own),
    (Method::POST, "/api/v1/cases/1/letters", Role::Analyst, Own),
    (Method::POST, "/api/v1/cases/1/letters/1/answer", Role::Analyst, Own),
    (Method::GET, "/api/v1/customers/a/posture", Role::Viewer, Own),
    (Method::GET, "/api/v1/customers/a/standing", Role::Viewer, Own),
    (Method::GET, "/api/v1/documents/x", Role::Viewer, Part),
    (Method::PUT, "/api/v1/documents/x", Role::Analyst, Part),
    (Method::PUT, "/api/v1/posture", Role::Admin, All),
    (Method::PUT, "/api/v1/standing", Role::Admin, All),
    (Method::GET, "/authorisations", Role::Viewer, Part),
    (Method::POST, "/authorisations", Role::Analyst, Part),
    (Method::GET, "/authorisations/new", Role::Analyst, Part),
    (Method::GET, "/authorisations/1", Role::Viewer, Own),
    (Method::POST, "/authorisations/1/decide", Role::Approver, Own),
    (Method::GET, "/documents/x", Role::Viewer, Part),
    (Method::POST, "/cases/1/checklist/take", Role::Analyst, Own),
    (Method::POST, "/cases/1/letters/answer", Role::Analyst, Own),
    (Method::POST, "/cases/1/letters/send", Role::Analyst, Own),
    (Method::GET, "/cases/1/authorisations", Role::Viewer, Own),
    (Method::GET, "/cases/1/checklist", Role::Viewer, Own),
    (Method::GET, "/cases/1/letters", Role::Viewer, Own),
    (Method::GET, "/cases/1/standing", Role::Viewer, Own),
    (Method::GET, "/api/v1/cases", Role::Viewer, Part),
    (Method::GET, "/api/v1/cases/1", Role::Viewer, Own),
    (Method::GET, "/api/v1/cases/1/activity", Role::Viewer, Own),
    (Method::POST, "/api/v1/cases/1/actions", Role::Analyst, Own),
    (Method::GET, "/api/v1/cases/1/related", Role::Viewer, Own),
    (Method::POST, "/api/v1/bulk-actions", Role::Analyst, Part),
    (Method::POST, "/api/v1/bulk-actions/found", Role::Analyst, Part),
    (Method::GET, "/api/v1/accounts/aws:123456789012", Role::Viewer, Own),
    (Method::GET, "/api/v1/detectors", Role::Viewer, Part),
    (Method::GET, "/api/v1/indicators", Role::Viewer, Part),
    (Method::GET, "/api/v1/indicators/learnt", Role::Viewer, All),
    (Method::POST, "/api/v1/indicators/learnt/1", Role::Approver, All),
    (Method::GET, "/api/v1/search", Role::Viewer, Part),
    (Method::GET, "/api/v1/cases/1/plan", Role::Viewer, Own),
    (Method::GET, "/api/v1/cases/1/proof", Role::Viewer, Own),
    (Method::GET, "/api/v1/cases/1/claim", Role::Viewer, Own),
    (Method::GET, "/api/v1/cases/1/pack", Role::Viewer, Own),
    (Method::POST, "/api/v1/cases/1/cleaned", Role::Analyst, Own),
    (Method::GET, "/api/v1/cases/1/cleanups", Role::Viewer, Own),
    (Method::POST, "/api/v1/cases/1/cleanups", Role::Analyst, Own),
    (Method::POST, "/api/v1/cases/1/cleanups/decision", Role::Analyst, Own),
    (Method::POST, "/api/v1/cases/1/cleanups/undo", Role::Approver, Own),
    (Method::GET, "/api/v1/cases/1/requests", Role::Viewer, All),
    (Method::POST, "/api/v1/cases/1/requests", Role::Analyst, All),
    (Method::GET, "/api/v1/customers", Role::Viewer, Part),
    (Method::PUT, "/api/v1/customers", Role::Admin, All),
    (Method::GET, "/api/v1/customers/a", Role::Viewer, Own),
    (Method::GET, "/api/v1/deliveries", Role::Viewer, All),
    (Method::POST, "/api/v1/deliveries/1/retry", Role::Analyst, All),
    (Method::GET, "/api/v1/notices", Role::Viewer, Part),
    (Method::GET, "/api/v1/sources", Role::Viewer, All),
    (Method::GET, "/api/v1/sources/unreadable", Role::Viewer, All),
    (Method::POST, "/api/v1/notices/1/read", Role::Viewer, Own),
    (Method::GET, "/api/v1/settings", Role::Admin, All),
    (Method::PUT, "/api/v1/settings/partner", Role::Admin, All),
    (Method::POST, "/api/v1/settings/receivers/nobody/test", Role::Admin, All),
    (Method::GET, "/api/v1/tokens", Role::Admin, All),
    (Method::POST, "/api/v1/tokens", Role::Admin, All),
    (Method::DELETE, "/api/v1/tokens/nobody", Role::Admin, All),
    (Method::GET, "/api/v1/totals", Role::Viewer, Part),
    (Method::GET, "/api/v1/users", Role::Admin, All),
    (Method::POST, "/api/v1/users", Role::Admin, All),
    (Method::PATCH, "/api/v1/users/nobody", Role::Admin, All),
    (Method::POST, "/api/v1/users/nobody/invitation", Role::Admin, All),
    (Method::POST, "/api/v1/telemetry", Role::Analyst, All),
    (Method::GET, "/api/v1/openapi.json", Role::Viewer, Part),
    (Method::GET, "/", Role::Viewer, Part),
    (Method::GET, "/account", Role::Viewer, Part),
    (Method::POST, "/account/language", Role::Viewer, Part),
    (Method::POST, "/account/password", Role::Viewer, Part),
    (Method::POST, "/account/sessions/1/end", Role::Viewer, Part),
    (Method::GET, "/cases/1", Role::Viewer, Own),
    (Method::POST, "/cases/1/act", Role::Analyst, Own),
    (Method::GET, "/cases/1/evidence", Role::Viewer, Own),
    (Method::GET, "/cases/1/usage", Role::Viewer, Own),
    (Method::GET, "/cases/1/related", Role::Viewer, Own),
    (Method::GET, "/cases/1/cleanup", Role::Viewer, Own),
    (Method::POST, "/cases/1/cleanup/act", Role::Analyst, Own),
    (Method::GET, "/cases/1/money", Role::Viewer, Own),
    (Method::POST, "/cases/1/money/act", Role::Analyst, All),
    (Method::GET, "/cases/1/pack", Role::Viewer, Own),
    (Method::GET, "/cases/1/log", Role::Viewer, Own),
    (Method::GET, "/cases/1/records/07070707070707070707070707070707/1", Role::Viewer, Own),
    (Method::POST, "/bulk", Role::Analyst, Part),
    (Method::GET, "/accounts/aws:123456789012", Role::Viewer, Own),
    (Method::GET, "/detectors", Role::Viewer, Part),
    (Method::GET, "/indicators", Role::Viewer, Part),
    (Method::POST, "/indicators/1/decide", Role::Approver, All),
    (Method::GET, "/search?q=x", Role::Viewer, Part),
    (Method::GET, "/customers", Role::Viewer, Part),
    (Method::GET, "/customers/a", Role::Viewer, Own),
    (Method::GET, "/deliveries", Role::Viewer, All),
    (Method::POST, "/deliveries/1/retry", Role::Analyst, All),
    (Method::GET, "/notices", Role::Viewer, Part),
    (Method::GET, "/notices/1", Role::Viewer, Own),
    (Method::POST, "/sign-out", Role::Viewer, Part),
    (Method::POST, "/tokens", Role::Admin, All),
    (Method::POST, "/tokens/nobody/end", Role::Admin, All),
    (Method::GET, "/sources", Role::Viewer, All),
    (Method::GET, "/settings", Role::Admin, All),
    (Method::POST, "/settings/partner", Role::Admin, All),
    (Method::POST, "/settings/receivers/nobody/test", Role::Admin, All),
    (Method::GET, "/unassigned", Role::Viewer, All),
    (Method::GET, "/users", Role::Admin, All),
    (Method::POST, "/users", Role::Admin, All),
    (Method::POST, "/users/nobody/act", Role::Admin, All),
    (Method::GET, "/metrics", Role::Viewer, All),
    (Method::GET, "/beta/security/partner/securityAlerts", Role::Viewer, Part),
    (Method::GET, "/beta/security/partner/securityAlerts/$count", Role::Viewer, Part),
    (Method::GET, concat!("/beta/security/partner/securityAlerts/", alert!()), Role::Viewer, Own),
    (
        Method::PATCH,
        concat!("/beta/security/partner/securityAlerts/", alert!()),
        Role::Analyst,
        Own,
    ),
    (Method::GET, "/beta/security/partner/securityScore", Role::Viewer, Part),
    (Method::GET, "/beta/security/partner/securityScore/requirements", Role::Viewer, Part),
    (Method::GET, "/beta/security/partner/securityScore/history", Role::Viewer, Part),
    (Method::GET, "/beta/security/partner/securityScore/customerInsights", Role::Viewer, Part),
    (Method::GET, "/v1/fraudEvents", Role::Viewer, Part),
    (Method::POST, "/v1/fraudEvents/subscription/123456789012/status", Role::Analyst, Own),
    (Method::GET, "/v1/usagesummary", Role::Viewer, Part),
    (Method::GET, "/v1/customers/a/usagesummary", Role::Viewer, Own),
    (Method::GET, LOG, Role::Viewer, Own),
    (Method::GET, "/api/v1/outcomes", Role::Viewer, Part),
    (Method::GET, "/api/v1/calibrations", Role::Viewer, All),
    (Method::POST, "/api/v1/calibrations", Role::Analyst, All),
    (Method::POST, "/api/v1/calibrations/1", Role::Approver, All),
    (Method::POST, "/outcomes/calibrations", Role::Analyst, All),
    (Method::GET, "/api/v1/outcomes/verdicts", Role::Viewer, Part),
    (Method::GET, "/outcomes", Role::Viewer, Part),
    (Method::GET, "/v1/servicerequests/supporttopics", Role::Viewer, Part),
    (Method::GET, "/v1/servicerequests", Role::Viewer, Part),
    (Method::POST, "/v1/servicerequests/en-US", Role::Analyst, Part),
    (Method::PATCH, "/v1/servicerequests/1", Role::Analyst, All),
    (Method::GET, "/v1/servicerequests/1", Role::Viewer, All),
    (Method::GET, "/webhooks/v1/registration", Role::Viewer, All),
    (Method::GET, "/webhooks/v1/registration/events", Role::Viewer, Part),
    (Method::GET, "/webhooks/v1/registration/validationEvents/1", Role::Viewer, All),
    (Method::POST, "/webhooks/v1/registration", Role::Admin, Part),
    (Method::PUT, "/webhooks/v1/registration", Role::Admin, Part),
    (Method::POST, "/webhooks/v1/registration/validationEvents", Role::Admin, Part),
];

#[tokio::test]
async fn each_role_may_do_what_it_may_and_nothing_else() {
    let desk = Desk::open().await.with_a_case().await;
    for role in Role::ALL {
        let key = desk.key(role).await;
        for (method, path, least, _) in ROUTES {
            let answer = desk.request(method.clone(), path, &key).send().await.expect("an answer");
            let is_forbidden = answer.status() == StatusCode::FORBIDDEN;
            assert_eq!(is_forbidden, role < *least, "{} {method} {path}", role.id());
            assert_ne!(answer.status(), StatusCode::UNAUTHORIZED, "{method} {path}");
        }
    }
    for (method, path, ..) in ROUTES {
        for key in ["", "firedamp_00", "nonsense"] {
            let request = desk.request(method.clone(), path, key);
            let answer = request.send().await.expect("an answer");
            let is_refused = match is_for_programs(path) {
                true => answer.status() == StatusCode::UNAUTHORIZED,
                false => answer.headers().get("location").is_some_and(|to| to == "/sign-in"),
            };
            assert!(is_refused, "{method} {path}: {}", answer.status());
        }
    }
    let health = desk.client.get(format!("{}/health", desk.base)).send().await;
    assert_eq!(health.expect("an answer").status(), StatusCode::OK, "watchdogs need no key");
    desk.close().await;
}

/// Whether a path is one that no browser is led to.
fn is_for_programs(path: &str) -> bool {
    ["/api/", "/beta/", "/v1/", "/webhooks/", "/subscriptions/", "/metrics"]
        .iter()
        .any(|one| path.starts_with(one))
}

/// Customer `a` has the account of case 1, customer `b` another.
const TREE: &str = "account,customer\naws:123456789012,a\naws:111122223333,b\n";

#[tokio::test]
async fn whoever_sees_a_part_sees_nothing_of_others() {
    let desk = Desk::open().await.with_a_case().await;
    let admin = desk.key(Role::Admin).await;
    let plant = desk.request(Method::PUT, "/api/v1/customers", &admin).body(TREE);
    assert_eq!(plant.send().await.expect("an answer").status(), StatusCode::OK);
    let by = By { who: "somebody".to_string(), at: NOW };
    let one = crate::store::casework::authorisation("a");
    assert_eq!(desk.store.propose(&one, &by).await.expect("proposed"), 1);
    let mut others = Vec::new();
    for role in Role::ALL {
        let (own, other) =
            (desk.key_within(role, Some("a")).await, desk.key_within(role, Some("b")).await);
        for (method, path, least, sees) in ROUTES.iter().filter(|(_, _, least, _)| role >= *least) {
            let ask = async |key: &str| {
                let answer = desk.request(method.clone(), path, key).send().await;
                answer.expect("an answer").status()
            };
            let (its, elses) = (ask(&own).await, ask(&other).await);
            let told = format!("{} ({}) {method} {path}: {its}, {elses}", role.id(), least.id());
            let is_kept = |status| matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
            assert_eq!(is_kept(its), *sees == All, "{told}");
            assert_eq!(is_kept(elses), *sees != Part, "{told}");
        }
        others.push(other);
    }
    let other = others.remove(0);
    for path in ["/api/v1/cases", "/api/v1/notices"] {
        let (_, list) = desk.get(path, &other).await;
        let lines = list.get("cases").or_else(|| list.get("notices"));
        assert_eq!(lines, Some(&json!([])), "{path}");
    }
    let (_, totals) = desk.get("/api/v1/totals", &other).await;
    assert_eq!((&totals["open_cases"], &totals["accounts"]), (&json!(0), &json!(1)), "{totals}");
    let (status, _) = desk.get("/api/v1/cases?customer=a", &other).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    desk.close().await;
}

pub(crate) async fn signed_in(desk: &Desk, key: &str) -> String {
    let answer = desk
        .client
        .post(format!("{}/sign-in", desk.base))
        .header("sec-fetch-site", "same-origin")
        .form(&[("token", key)])
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_string();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    cookie.split(';').next().expect("a cookie").to_string()
}

#[tokio::test]
async fn a_form_counts_only_from_our_own_page() {
    let desk = Desk::open().await.with_a_case().await;
    let cookie = signed_in(&desk, &desk.key(Role::Analyst).await).await;
    let send = |name: &'static str, value: String| {
        desk.client
            .post(format!("{}/cases/1/act", desk.base))
            .header("cookie", cookie.clone())
            .header(name, value)
            .form(&[("action", "take"), ("value", ""), ("revision", "2")])
            .send()
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site".to_string()),
        ("sec-fetch-site", "same-site".to_string()),
        ("origin", "https://elsewhere.example".to_string()),
        ("x-nothing", "at all".to_string()),
    ] {
        let answer = send(name, value.clone()).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let answer = send("origin", desk.base.clone()).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let row = desk.store.case(1, None).await.expect("a case").row;
    assert_eq!(row.assignee.as_deref(), Some("a analyst"));
    desk.close().await;
}

#[tokio::test]
async fn pages_say_what_was_judged_and_nothing_that_logs_smuggled_in() {
    let desk = Desk::open().await;
    let mut judgement = crate::store::case(1, 0.95, 10.0);
    judgement.case.id = "aws:<script>alert(1)</script>".to_string();
    judgement.html = "<article>the judgement</article>".to_string();
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let cookie = signed_in(&desk, &desk.key(Role::Viewer).await).await;
    for (path, words) in [
        ("/", "Mining, nearly certain"),
        ("/cases/1", "<article>the judgement</article>"),
        ("/notices", "Mining, nearly certain"),
        ("/?status=resolved", "No case is like that"),
    ] {
        let request = desk.client.get(format!("{}{path}", desk.base)).header("cookie", &cookie);
        let answer = request.send().await.expect("an answer");
        let policy = answer.headers()["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        let text = answer.text().await.expect("a page");
        assert!(text.contains(words), "{path}: {text}");
        assert!(!text.contains("<script"), "{path}: {text}");
    }
    let leave = desk.client.post(format!("{}/sign-out", desk.base));
    let leave = leave.header("cookie", &cookie).header("sec-fetch-site", "same-origin");
    assert_eq!(leave.send().await.expect("an answer").status(), StatusCode::SEE_OTHER);
    let again = desk.client.get(format!("{}/", desk.base)).header("cookie", &cookie);
    assert_eq!(
        again.send().await.expect("an answer").status(),
        StatusCode::SEE_OTHER,
        "signed out"
    );
    desk.close().await;
}
