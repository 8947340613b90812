//! Stories of people who work many cases, look things up, and look behind what is said.

use firedamp::web::access::Role;
use firedamp_core::id::{ObjectId, Place};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{Desk, NOW, signed_in};

impl Desk {
    pub(super) async fn with_cases(self, count: u32) -> Self {
        for number in 1..=count {
            let judged = self.store.judge(&crate::store::case(number, 0.95, 10.0), NOW).await;
            judged.expect("judged");
        }
        self
    }

    pub(super) async fn seen(&self, path: &str, key: &str) -> (StatusCode, String) {
        let answer = self.request(Method::GET, path, key).send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("a page"))
    }
}

#[tokio::test]
async fn what_fails_for_one_case_stops_none_of_the_others() {
    let desk = Desk::open().await.with_cases(3).await;
    let key = desk.key(Role::Analyst).await;
    let path = "/api/v1/bulk-actions";
    let wanted = json!({"cases": [1, 99, 3], "action": {"action": "label", "label": "vip"}});
    let told = desk.request(Method::POST, path, &key).json(&wanted).send().await.expect("told");
    assert_eq!(told.status(), StatusCode::OK);
    let told: serde_json::Value = told.json().await.expect("json");
    assert_eq!(told["done"].as_array().map(Vec::len), Some(2), "{told}");
    assert_eq!(
        (&told["failed"][0]["case"], &told["failed"][0]["code"]),
        (&json!(99), &json!("not_found"))
    );
    for case in [1, 3] {
        let log = desk.store.activity(case).await.expect("a log");
        assert_eq!(log.last().map(|entry| entry.kind.as_str()), Some("labelled"), "each its own");
    }
    for cases in [vec![], (1..=201).collect::<Vec<i64>>()] {
        let wanted = json!({"cases": cases, "action": {"action": "reopen"}});
        let refused = desk.request(Method::POST, path, &key).json(&wanted).send().await;
        assert_eq!(refused.expect("told").status(), StatusCode::BAD_REQUEST);
    }
    assert!(desk.store.check().await.expect("a check").is_empty(), "every chain holds");
    desk.close().await;
}

#[tokio::test]
async fn several_cases_are_chosen_in_the_queue_and_resolved() {
    let desk = Desk::open().await.with_cases(3).await;
    let cookie = signed_in(&desk, &desk.key(Role::Analyst).await).await;
    let send = async |form: &[(&str, &str)]| {
        let request = desk.client.post(format!("{}/bulk", desk.base)).header("cookie", &cookie);
        let request = request.header("sec-fetch-site", "same-origin").form(form);
        request.send().await.expect("an answer")
    };
    let done = send(&[
        ("case", "1"),
        ("case", "2"),
        ("action", "resolve:ignore"),
        ("value", ""),
        ("back", "/?q=x"),
    ])
    .await;
    assert_eq!(
        (done.status(), &done.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/?q=x".parse().expect("text"))
    );
    let told = done.headers()["set-cookie"].to_str().expect("text").to_string();
    assert!(told.starts_with("firedamp_done=2; "), "{told}");
    let queue = async |cookies: String| {
        let request = desk.client.get(format!("{}/", desk.base)).header("cookie", cookies);
        request.send().await.expect("an answer")
    };
    let said = queue(format!("{cookie}; firedamp_done=2")).await;
    assert!(said.headers()["set-cookie"].to_str().expect("text").contains("Max-Age=0"));
    assert!(said.text().await.expect("a page").contains("Done to 2 cases."));
    assert!(!queue(cookie.clone()).await.text().await.expect("a page").contains("Done to"));
    for (case, status) in [(1, "resolved"), (2, "resolved"), (3, "active")] {
        let row = desk.store.case(case, None).await.expect("a case").row;
        assert_eq!(row.status.id(), status, "{case}");
    }
    let partly = send(&[("case", "3"), ("case", "77"), ("action", "take")]).await;
    let text = partly.text().await.expect("a page");
    assert!(text.contains("Done to 1 case, not to all") && text.contains("Case 77"), "{text}");
    assert_eq!(send(&[("action", "take")]).await.status(), StatusCode::BAD_REQUEST);
    desk.close().await;
}

#[tokio::test]
async fn all_cases_of_a_page_are_chosen_by_a_link() {
    let desk = Desk::open().await.with_cases(3).await;
    let key = desk.key(Role::Analyst).await;
    let (_, none) = desk.seen("/?provider=aws", &key).await;
    assert!(none.contains("href=\"/?provider=aws&#38;chosen=all\""), "{none}");
    assert!(!none.contains(" checked"), "{none}");
    let (_, all) = desk.seen("/?provider=aws&chosen=all", &key).await;
    assert_eq!(all.matches(" checked aria-label=").count(), 3, "{all}");
    assert!(all.contains("name=\"back\" value=\"/?provider=aws\""), "{all}");
    desk.close().await;
}

#[tokio::test]
async fn every_filter_lives_in_the_address() {
    let desk = Desk::open().await.with_cases(2).await;
    let key = desk.key(Role::Analyst).await;
    assert_eq!(desk.act(&key, json!({"action": "label", "label": "vip"})).await.0, StatusCode::OK);
    for (filter, count) in [
        ("", 2),
        ("label=vip", 1),
        ("severity=low", 2),
        ("severity=high", 0),
        ("provider=aws", 2),
        ("provider=gcp", 0),
        ("since=2026-03-01", 2),
        ("since=2026-12-01", 0),
        ("since=nonsense", 2),
        ("status=resolved", 0),
        ("q=12345678901", 2),
        ("q=000011112222", 0),
    ] {
        let (status, text) = desk.seen(&format!("/?{filter}"), &key).await;
        assert_eq!(status, StatusCode::OK, "{filter}");
        assert_eq!(text.matches("<td class=\"choose\">").count(), count, "{filter}");
    }
    let (status, _) = desk.seen("/?customer=nobody", &key).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "nobody is called so");
    desk.close().await;
}

#[tokio::test]
async fn who_sleeps_is_counted_in_the_queue_and_found_by_a_link() {
    let desk = Desk::open().await.with_cases(1).await;
    let key = desk.key(Role::Analyst).await;
    assert!(!desk.seen("/", &key).await.1.contains("status=asleep"));
    let sleep = json!({"action": "snooze", "until": "2026-06-01T00:00:00Z"});
    assert_eq!(desk.act(&key, sleep).await.0, StatusCode::OK);
    let over = json!({"action": "snooze", "until": "2020-01-01T00:00:00Z"});
    let (status, problem) = desk.act(&key, over).await;
    assert_eq!((status.as_u16(), &problem["code"]), (422, &json!("refused")));
    let (_, queue) = desk.seen("/", &key).await;
    assert!(queue.contains("<a href=\"/?status=asleep\">1 sleeps</a>"), "{queue}");
    assert!(!queue.contains("/cases/1"), "{queue}");
    let (_, page) = desk.get("/api/v1/cases?asleep=true", &key).await;
    assert_eq!(page["cases"].as_array().map(Vec::len), Some(1), "{page}");
    let (_, asleep) = desk.seen("/?status=asleep", &key).await;
    assert!(asleep.contains("/cases/1"), "{asleep}");
    for action in [json!({"action": "resolve_anyway", "why": "gone"}), json!({"action": "reopen"})]
    {
        assert_eq!(desk.act(&key, action).await.0, StatusCode::OK);
    }
    let (_, queue) = desk.seen("/", &key).await;
    assert!(queue.contains("/cases/1") && !queue.contains("status=asleep"), "{queue}");
    assert!(!queue.contains("– now"), "{queue}");
    assert!(queue.contains("still running when the telemetry ends"), "{queue}");
    desk.close().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_named_with_its_reason() {
    let desk = Desk::open().await;
    let key = desk.key(Role::Viewer).await;
    assert!(desk.seen("/sources", &key).await.1.contains("Every record was read."));
    let object = |number: u32| firedamp::store::Object {
        address: format!("in/<b>{number:02}&x.log"),
        version: "1".into(),
        id: None,
        path: "in".into(),
        bytes: 9,
        records: 7,
        rejects: 3,
        reasons: Vec::new(),
        has_traffic: false,
        warning: (number == 1).then(|| "it ends <i>early".into()),
        folded_at: NOW,
        newest: None,
    };
    let folded = |number| firedamp::store::Folded {
        object: object(number),
        states: Vec::new(),
        newest: Vec::new(),
    };
    desk.store.fold(&(1..=51).map(folded).collect::<Vec<_>>()).await.expect("folded");
    let (_, first) = desk.seen("/sources", &key).await;
    assert!(first.contains("&#60;b&#62;01&#38;x.log") && !first.contains("<b>"), "{first}");
    assert!(
        first.contains("it ends &#60;i&#62;early") && !first.contains("51&#38;x.log"),
        "{first}"
    );
    assert!(first.contains("after=in%2F%3Cb%3E50%26x.log#unreadable"), "{first}");
    let (_, second) = desk.seen("/sources?after=in%2F%3Cb%3E50%26x.log", &key).await;
    assert!(second.contains("51&#38;x.log") && !second.contains("50&#38;x.log"), "{second}");
    let (_, page) = desk.get("/api/v1/sources/unreadable?limit=50", &key).await;
    assert_eq!(page["objects"].as_array().map(Vec::len), Some(50));
    let one = &page["objects"][0];
    assert_eq!((&one["rejects"], &one["warning"]), (&json!(3), &json!("it ends <i>early")));
    assert_eq!(page["next"], "in/<b>50&x.log");
    desk.close().await;
}

#[tokio::test]
async fn why_single_records_were_rejected_is_told_to_those_who_see_all() {
    let desk = Desk::open().await;
    let account = "aws:111122223333";
    desk.store.plant(&firedamp::tree::Tree::read(super::TREE).expect("a tree")).await.expect("set");
    let reason = "no <b> time".to_string();
    let object = firedamp::store::Object {
        address: "in/a.log".into(),
        version: "1".into(),
        id: None,
        path: "in".into(),
        bytes: 9,
        records: 7,
        rejects: 4,
        reasons: vec![firedamp::store::Rejected { reason, records: 3, first: 17 }],
        has_traffic: false,
        warning: Some("it ends early".into()),
        folded_at: NOW,
        newest: None,
    };
    let name = firedamp_core::id::Account::parse(account).expect("an account");
    let folded =
        firedamp::store::Folded { object, states: vec![(name, b"x".to_vec())], newest: Vec::new() };
    desk.store.fold(&[folded]).await.expect("folded");
    let key = desk.key(Role::Viewer).await;
    let told = "<br>3 records: <bdi lang=\"en\">no &#60;b&#62; time</bdi> \
                <span class=\"soft\">(first: record 17)</span>";
    for path in ["/sources".to_string(), format!("/accounts/{account}")] {
        let (_, page) = desk.seen(&path, &key).await;
        assert!(page.contains(told) && page.contains("it ends early"), "{path}: {page}");
    }
    let (status, own) = desk
        .seen(&format!("/accounts/{account}"), &desk.key_within(Role::Viewer, Some("b")).await)
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(!own.contains("in/a.log"), "an object may tell of others: {own}");
    for (asked, count) in [("", 1), ("?account=aws:111122223333", 1), ("?account=aws:1", 0)] {
        let (_, page) = desk.get(&format!("/api/v1/sources/unreadable{asked}"), &key).await;
        assert_eq!(page["objects"].as_array().map(Vec::len), Some(count), "{asked}: {page}");
        let reasons = json!([{"reason": "no <b> time", "records": 3, "first": 17}]);
        assert!(count == 0 || page["objects"][0]["reasons"] == reasons, "{page}");
    }
    desk.close().await;
}

#[tokio::test]
async fn a_delivery_names_its_case_and_uses_the_words_of_its_verdict() {
    let desk = Desk::open().await.with_cases(2).await;
    let tree =
        firedamp::tree::Tree::read("account,customer,customer_name\naws:123456789012,c1,Conto\n");
    desk.store.plant(&tree.expect("a tree")).await.expect("planted");
    let to = firedamp::store::Addressee { name: "soc".into(), ..Default::default() };
    desk.store.address(&[to], NOW).await.expect("addressed");
    let (_, page) = desk.seen("/deliveries", &desk.key(Role::Viewer).await).await;
    assert!(page.contains("href=\"/cases/1\"><bdi>aws:123456789012 (Conto)</bdi>"), "{page}");
    let second = 123_456_789_012_u64 + 1;
    assert!(page.contains(&format!("href=\"/cases/2\"><bdi>aws:{second}</bdi>")), "{page}");
    assert!(page.contains("Mining, nearly certain") && !page.contains("Probably mining"), "{page}");
    desk.close().await;
}

#[tokio::test]
async fn a_raw_record_is_shown_as_it_was_written_without_its_secrets() {
    let desk = Desk::open().await;
    let text = "{\"records\":[{\"a\":1},{\"password\":\"hunter2\",\"b\":\"<b>\"}]}";
    let path = desk.folder.write("object.json", text);
    let id = ObjectId(blake3::hash(text.as_bytes()).as_bytes()[..16].try_into().expect("16 bytes"));
    let place = Place { object: id, record: 2 };
    let mut judgement = crate::store::case(1, 0.95, 10.0);
    judgement.case.findings[0].places = vec![place];
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let object = firedamp::store::Object {
        address: "a".into(),
        version: "1".into(),
        id: Some(id),
        path: path.display().to_string(),
        bytes: text.len() as u64,
        records: 2,
        rejects: 0,
        reasons: Vec::new(),
        has_traffic: false,
        warning: None,
        folded_at: NOW,
        newest: None,
    };
    let folded = firedamp::store::Folded { object, states: Vec::new(), newest: Vec::new() };
    desk.store.fold(&[folded]).await.expect("folded");
    let key = desk.key(Role::Viewer).await;
    let (_, evidence) = desk.seen("/cases/1/evidence", &key).await;
    let address = format!("/cases/1/records/{id}/2");
    assert!(evidence.contains(&address), "{evidence}");
    let (status, page) = desk.seen(&address, &key).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("&#34;b&#34;: &#34;&#60;b&#62;&#34;"), "{page}");
    assert!(!page.contains("hunter2") && page.contains("password"), "{page}");
    for other in [format!("/cases/1/records/{id}/1"), "/cases/1/records/00/2".to_string()] {
        assert_eq!(desk.seen(&other, &key).await.0, StatusCode::NOT_FOUND, "{other}");
    }
    std::fs::write(&path, "another thing").expect("written");
    let (_, page) = desk.seen(&address, &key).await;
    assert!(page.contains("Another object lies where it was."), "{page}");
    std::fs::remove_file(&path).expect("removed");
    let (_, page) = desk.seen(&address, &key).await;
    assert!(page.contains("The object is not where it was read."), "{page}");
    desk.close().await;
}

#[tokio::test]
async fn what_was_learnt_is_decided_on_the_page_and_shown_to_nobody_with_a_scope() {
    let desk = Desk::open().await.with_a_case().await;
    let name = "pool<b>.example".to_string();
    let names = ["pool.example".to_string(), name];
    desk.store.propose_learnt("azure:0a1b", &names, NOW).await.expect("proposed");
    let (approver, viewer) = (desk.key(Role::Approver).await, desk.key(Role::Viewer).await);
    let page = async |key: &str| desk.seen("/indicators", key).await.1;
    let (may, may_not) = (page(&approver).await, page(&viewer).await);
    assert!(may.contains("pool.example") && may.contains("value=\"approve\""), "{may}");
    assert!(may_not.contains("pool.example") && !may_not.contains("value=\"approve\""));
    assert!(!may.contains("0a1b") && !may.contains("pool<b>"), "{may}");
    let tree = desk.request(Method::PUT, "/api/v1/customers", &desk.key(Role::Admin).await);
    let planted = tree.body("account,customer\naws:123456789012,a\n").send().await;
    assert_eq!(planted.expect("an answer").status(), StatusCode::OK);
    let scoped = page(&desk.key_within(Role::Admin, Some("a")).await).await;
    assert!(!scoped.contains("pool.example"), "it tells of another's alert");
    let decide = async |decision: serde_json::Value| {
        let path = "/api/v1/indicators/learnt/1";
        let request = desk.request(Method::POST, path, &approver).json(&decision);
        request.send().await.expect("an answer").status().as_u16()
    };
    for (decision, status) in [
        (json!({"decision": "dance"}), 400),
        (json!({"decision": "approve", "days": 0}), 400),
        (json!({"decision": "approve", "days": 366}), 400),
        (json!({"decision": "withdraw"}), 422),
        (json!({"decision": "approve", "days": 7}), 204),
        (json!({"decision": "withdraw"}), 204),
    ] {
        assert_eq!(decide(decision.clone()).await, status, "{decision}");
    }
    let (_, all) = desk.get("/api/v1/indicators/learnt", &viewer).await;
    let first = all["indicators"].as_array().expect("a list");
    let first = first.iter().find(|one| one["id"] == 1).expect("it");
    assert_eq!((&first["standing"], &first["accounts"]), (&json!("withdrawn"), &json!(1)));
    assert_eq!(first["decided_by"], "a approver");
    desk.close().await;
}

#[tokio::test]
async fn pages_tell_of_accounts_detectors_and_indicators() {
    let desk = Desk::open().await.with_cases(1).await;
    let key = desk.key(Role::Viewer).await;
    for (path, words) in [
        ("/accounts/aws:123456789012", "Mining, nearly certain"),
        ("/cases/1/usage", "tells of no long conversation"),
        ("/cases/1/related", "No other case names"),
        ("/detectors", "pool_contact"),
        ("/indicators?q=nanopool", "anopool"),
        ("/indicators?q=%3Cb%3E", "Nothing on the list is called like that"),
        ("/search?q=1234567", "/cases/1"),
        ("/search?q=i-0a", "resource <bdi>i-0abc</bdi>"),
        ("/search?q=%3Cscript%3E", "Nothing is called like that"),
        ("/notices?unread=yes", "Mining, nearly certain"),
    ] {
        let (status, text) = desk.seen(path, &key).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(text.contains(words), "{path}: {text}");
        assert!(!text.contains("<script"), "{path}");
    }
    for missing in ["/accounts/aws:000011112222", "/cases/1/nothing", "/cases/2/evidence"] {
        assert_eq!(desk.seen(missing, &key).await.0, StatusCode::NOT_FOUND, "{missing}");
    }
    desk.close().await;
}
