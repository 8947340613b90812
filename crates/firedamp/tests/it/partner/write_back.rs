//! What people decide here is told to Microsoft, played by another desk: once, of its own alerts alone,
//! and only where somebody switched it on.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, extract::State, http::StatusCode};
use firedamp::{
    delivery::{Book, Carrier},
    partner::write_back::{Side, WriteBack},
    source::environment::Environment,
    store::{Act, Action, Sent, Sqlite, Store},
    web::access::Role,
};
use firedamp_core::{
    id::Provider,
    life::{Reason, Status},
    time::Time,
};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use serde_json::json;

use crate::{
    program::Folder,
    store::case,
    web::{Desk, NOW},
};

const OURS: &str = "0a1b-2c3d";
/// What the other desk calls the alert of its first case.
const ALERT: &str = "0a1b-2c3d-00000000-0000-8000-8000-000000000001";

fn after(seconds: i64) -> Time {
    NOW.plus_seconds(seconds)
}

/// A case of this subscription, in which alerts of a product spoke.
async fn judge(store: &dyn Store, subscription: &str, product: &str, alerts: &[&str]) -> i64 {
    let mut judgement = case(1, 0.95, 1.0);
    judgement.case.provider = Provider::Azure;
    judgement.case.id = format!("azure:{subscription}");
    judgement.case.account = subscription.to_string();
    let reports: Vec<_> = alerts
        .iter()
        .map(|id| json!({"product": product, "type": "x", "id": id}))
        .chain([json!({"product": "defender", "type": "x", "id": "another-product"})])
        .collect();
    judgement.case.findings[0].detector = "provider_alert";
    judgement.case.findings[0].evidence.insert("reports".to_string(), json!(reports));
    if product == "guardduty" {
        // Over there it is an account of Amazon's: nothing has to be on file to call it legitimate.
        judgement.case.provider = Provider::Aws;
        judgement.case.id = format!("aws:{subscription}");
    }
    store.judge(&judgement, NOW).await.expect("judged").expect("a case")
}

async fn resolve(store: &dyn Store, case: i64, reason: Reason, at: Time) {
    let action = match reason {
        Reason::Fraud => Action::ResolveAnyway("it was seen to stop".to_string()),
        other => Action::Resolve(other),
    };
    let act = Act { case, revision: None, actor: "bob".to_string(), at, action };
    store.act(&act).await.expect("resolved");
}

/// This desk's store, and whoever carries its notices.
struct Near {
    folder: Folder,
    store: Arc<dyn Store>,
}

impl Near {
    async fn open() -> Self {
        let folder = Folder::new();
        let store = Sqlite::open(&folder.path("desk.db")).await.expect("a store");
        Self { folder, store: Arc::new(store) }
    }

    fn carrier(&self, side: Option<&str>, base: &str, key: &str) -> Carrier<Pcg64> {
        let token = self.folder.secret("token", key);
        let variables = [
            ("GRAPH_ENDPOINT", base),
            ("GRAPH_TOKEN_FILE", &token),
            ("PARTNER_CENTER_ENDPOINT", base),
            ("PARTNER_CENTER_TOKEN_FILE", &token),
        ];
        let variables = variables.map(|(name, value)| (name.to_string(), value.to_string()));
        let environment = Environment::of(variables).expect("an environment");
        let side = side.map(|side| side.parse::<Side>().expect("a side"));
        let side = side.map(|side| WriteBack::open(side, &environment).expect("a service"));
        let book = Arc::new(Book::default());
        let carrier = Carrier::new(self.store.clone(), book, Pcg64::seed_from_u64(1));
        carrier.with_write_back(side.into_iter().collect())
    }

    async fn sent(&self, side: &str) -> Vec<Sent> {
        let to = format!("status to {side}");
        self.store.deliveries_to(&to, 50).await.expect("deliveries")
    }
}

/// The other side, with the case that we know an alert of, and somebody else's.
async fn far() -> (Desk, String) {
    let desk = Desk::open().await;
    for subscription in [OURS, "9f9e-8d8c"] {
        judge(&*desk.store, subscription, "guardduty", &[]).await;
    }
    let key = desk.key(Role::Analyst).await;
    (desk, key)
}

#[tokio::test]
async fn what_is_decided_here_is_the_status_there_once() {
    for (side, product, reason, there) in [
        ("graph:alerts", "graph", Reason::Fraud, Reason::Fraud),
        ("graph:alerts", "graph", Reason::Legitimate, Reason::Legitimate),
        ("partner-center:fraud-events", "partner_center", Reason::Fraud, Reason::Fraud),
        ("partner-center:fraud-events", "partner_center", Reason::Legitimate, Reason::Ignore),
    ] {
        let ((desk, key), near) = (far().await, Near::open().await);
        let mut carrier = near.carrier(Some(side), &desk.base, &key);
        let case = judge(&*near.store, OURS, product, &[ALERT]).await;
        carrier.turn(NOW).await.expect("a turn");
        assert_eq!(near.sent(side).await.len(), 0, "nobody has decided");
        resolve(&*near.store, case, reason, after(10)).await;
        for seconds in [20, 40, 60, 3600] {
            carrier.turn(after(seconds)).await.expect("a turn");
        }
        let told = desk.store.case(1, None).await.expect("a case").row;
        assert_eq!((told.status, told.reason), (Status::Resolved, Some(there)), "{side}");
        let other = desk.store.case(2, None).await.expect("a case").row;
        assert_eq!(other.status, Status::Active, "{side}: another's stays as it is");
        let log = desk.store.activity(1).await.expect("a log");
        let times = log.iter().filter(|entry| entry.kind == "resolved").count();
        assert_eq!((times, near.sent(side).await.len()), (1, 1), "{side}: once");
        // Opened again and decided anew, it is told anew.
        let open = Action::Reopen(Status::Active);
        let act = Act { case, revision: None, actor: "bob".into(), at: after(4000), action: open };
        near.store.act(&act).await.expect("opened");
        resolve(&*near.store, case, Reason::Ignore, after(4010)).await;
        carrier.turn(after(4020)).await.expect("a turn");
        let told = desk.store.case(1, None).await.expect("a case").row;
        assert_eq!(told.reason, Some(Reason::Ignore), "{side}");
        desk.close().await;
    }
}

#[tokio::test]
async fn nothing_is_told_unless_it_is_switched_on_and_asked_of_the_right_alerts() {
    let ((desk, key), near) = (far().await, Near::open().await);
    let store = &*near.store;
    let side = "partner-center:fraud-events";
    let mine = judge(store, OURS, "partner_center", &[ALERT]).await;
    resolve(store, mine, Reason::Fraud, after(1)).await;
    let mut off = near.carrier(None, &desk.base, &key);
    off.turn(after(10)).await.expect("a turn");
    assert_eq!(near.sent(side).await.len(), 0, "it is off");
    // Of the wrong service, without any alert, with what is no id, and of another cloud: an empty list
    // would mean all alerts of the subscription.
    for (subscription, product, alerts) in [
        ("1", "graph", &["x"][..]),
        ("2", "partner_center", &[]),
        ("3", "partner_center", &["../../x", "a b", ""]),
        ("4/../5", "partner_center", &["x"]),
    ] {
        let case = judge(store, subscription, product, alerts).await;
        resolve(store, case, Reason::Fraud, after(1)).await;
    }
    let mut late = near.carrier(Some(side), &desk.base, &key);
    late.turn(after(8 * 86_400)).await.expect("a turn");
    assert_eq!(near.sent(side).await.len(), 0, "decided long before it was switched on");
    let mut on = near.carrier(Some(side), &desk.base, &key);
    on.turn(after(60)).await.expect("a turn");
    assert_eq!(near.sent(side).await.len(), 1, "the one that is ours");
    let told = desk.store.case(1, None).await.expect("a case").row;
    assert_eq!(told.reason, Some(Reason::Fraud));
    desk.close().await;
}

type Script = (Arc<AtomicUsize>, Vec<u16>);

async fn play(State((count, statuses)): State<Script>) -> StatusCode {
    let number = count.fetch_add(1, Ordering::Relaxed);
    let status = statuses.get(number).or(statuses.last()).copied().unwrap_or(200);
    StatusCode::from_u16(status).expect("a status")
}

/// A service that answers so in turn; where it is, and how often it was asked.
async fn scripted(statuses: &[u16]) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let routes = Router::new().fallback(play).with_state((count.clone(), statuses.to_vec()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        axum::serve(listener, routes).await.expect("served");
    });
    (base, count)
}

#[tokio::test]
async fn a_service_that_fails_is_told_later_and_one_that_refuses_no_more() {
    // A token that has ended is read again from its file: two questions in one attempt.
    for (statuses, asked, is_there) in [
        (&[500, 429, 200][..], 3, true),
        (&[401, 200], 2, true),
        (&[401, 401, 200], 3, true),
        (&[403], 1, false),
        (&[404], 1, false),
    ] {
        let near = Near::open().await;
        let (base, count) = scripted(statuses).await;
        let mut carrier = near.carrier(Some("graph:alerts"), &base, "a token");
        let case = judge(&*near.store, OURS, "graph", &[ALERT]).await;
        resolve(&*near.store, case, Reason::Fraud, NOW).await;
        for turn in 0..6 {
            carrier.turn(after(20 + turn * 4000)).await.expect("a turn");
        }
        assert_eq!(count.load(Ordering::Relaxed), asked, "{statuses:?}");
        let sent = near.sent("graph:alerts").await;
        assert_eq!(sent[0].state == "delivered", is_there, "{statuses:?}: {sent:?}");
    }
}
