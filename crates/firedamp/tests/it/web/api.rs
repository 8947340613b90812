//! What goes for every route of the API: it is described, tagged, paged, done once, and fails in one
//! way.

use std::{collections::BTreeSet, time::Duration};

use firedamp::web::access::Role;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{Desk, NOW, ROUTES};

/// Paths with what stands in the place of numbers and names.
pub(super) fn described() -> BTreeSet<(String, String)> {
    let document: Value =
        serde_json::from_str(&firedamp::api::text().expect("text")).expect("json");
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("operations").keys();
        methods.map(move |method| (method.to_uppercase(), path.clone()))
    });
    operations.collect()
}

#[test]
fn every_route_is_described_and_stands_in_the_table() {
    let described = described();
    let fits = |path: &str, route: &str| {
        let (path, route) = (path.split('/'), route.split('?').next().unwrap_or_default());
        let (path, route): (Vec<_>, Vec<_>) = (path.collect(), route.split('/').collect());
        let same = |(one, other): (&&str, &&str)| one == other || one.starts_with('{');
        path.len() == route.len() && path.iter().zip(&route).all(same)
    };
    let routes: Vec<(&Method, &str)> = ROUTES
        .iter()
        .map(|(method, path, ..)| (method, *path))
        .filter(|(_, path)| path.starts_with("/api/"))
        .collect();
    for (method, route) in &routes {
        let is_described =
            described.iter().any(|(known, path)| known == method.as_str() && fits(path, route));
        assert!(
            is_described,
            "{method} {route}: register it with `routes!` and describe it with `#[utoipa::path]`"
        );
    }
    for (known, path) in &described {
        let is_listed =
            routes.iter().any(|(method, route)| known == method.as_str() && fits(path, route));
        assert!(is_listed, "{known} {path} is missing in ROUTES of tests/it/web.rs");
    }
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    let document: Value =
        serde_json::from_str(&firedamp::api::text().expect("text")).expect("json");
    assert_eq!(document["openapi"], "3.1.0");
    let mut places = vec![&document];
    while let Some(place) = places.pop() {
        match place {
            Value::Object(fields) => {
                if let Some(Value::String(to)) = fields.get("$ref") {
                    let pointer = to.strip_prefix('#').expect("a place in this document");
                    assert!(document.pointer(pointer).is_some(), "{to}");
                }
                places.extend(fields.values());
            }
            Value::Array(values) => places.extend(values),
            _ => {}
        }
    }
}

impl Desk {
    async fn post(&self, path: &str, key: &str, once: &str, body: &Value) -> Response {
        let request = self.request(Method::POST, path, key).header("idempotency-key", once);
        request.json(body).send().await.expect("an answer")
    }
}

#[tokio::test]
async fn what_is_asked_for_twice_with_one_key_is_done_once() {
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Analyst).await;
    let path = "/api/v1/cases/1/actions";
    let comment = json!({"action": "comment", "text": "called them"});
    let first = desk.post(path, &key, "a-1", &comment).await;
    assert_eq!(
        (first.status(), first.headers().get("idempotent-replayed")),
        (StatusCode::OK, None)
    );
    let tag = first.headers()["etag"].clone();
    let first: Value = first.json().await.expect("json");
    let again = desk.post(path, &key, "a-1", &comment).await;
    assert_eq!((again.status(), &again.headers()["etag"]), (StatusCode::OK, &tag));
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.headers()["content-type"], "application/json");
    assert_eq!(again.json::<Value>().await.expect("json"), first);
    let other = desk.post(path, &key, "a-1", &json!({"action": "reopen"})).await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.json::<Value>().await.expect("json")["code"], "key_reused");
    let elses = desk.post(path, &desk.key(Role::Admin).await, "a-1", &comment).await;
    assert_eq!(elses.headers().get("idempotent-replayed"), None, "keys are each caller's own");
    for wrong in ["", "two words", &"x".repeat(129)] {
        let refused = desk.post(path, &key, wrong, &comment).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "`{wrong}`");
    }
    let (_, log) = desk.get("/api/v1/cases/1/activity", &key).await;
    let comments = log["entries"].as_array().expect("entries").iter();
    assert_eq!(comments.filter(|entry| entry["kind"] == "comment").count(), 2, "{log}");
    desk.close().await;
}

#[tokio::test]
async fn a_key_of_which_nobody_knows_how_it_ended_is_not_used_again() {
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Analyst).await;
    let (path, comment) =
        ("/api/v1/cases/1/actions", json!({"action": "comment", "text": "called them"}));
    let (one, other) = tokio::join!(
        desk.post(path, &key, "both", &comment),
        desk.post(path, &key, "both", &comment)
    );
    let is_fine = |answer: &Response| matches!(answer.status().as_u16(), 200 | 409);
    assert!(is_fine(&one) && is_fine(&other), "{one:?} {other:?}");
    let (_, log) = desk.get("/api/v1/cases/1/activity", &key).await;
    assert_eq!(log["entries"].as_array().map(Vec::len), Some(2), "{log}");
    desk.close().await;
}

#[tokio::test]
async fn who_has_an_answer_is_told_so_until_it_changes() {
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Analyst).await;
    for path in ["/api/v1/cases/1", "/api/v1/cases", "/api/v1/cases/1/activity"] {
        let ask = async |tag: &str| {
            let request = desk.request(Method::GET, path, &key).header("if-none-match", tag);
            request.send().await.expect("an answer")
        };
        let first = ask("\"none\"").await;
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()["etag"].to_str().expect("text").to_string();
        let known = ask(&format!("\"x\", {tag}")).await;
        assert_eq!(
            (known.status(), known.headers()["etag"].to_str().ok()),
            (StatusCode::NOT_MODIFIED, Some(tag.as_str())),
            "{path}"
        );
        assert_eq!(known.bytes().await.expect("nothing").len(), 0);
        let comment = json!({"action": "comment", "text": format!("while reading {path}")});
        assert_eq!(desk.act(&key, comment).await.0, StatusCode::OK);
        assert_eq!(ask(&tag).await.status(), StatusCode::OK, "{path}");
    }
    let seen = desk.request(Method::GET, "/api/v1/cases/1", &key).send().await.expect("an answer");
    let tag = seen.headers()["etag"].to_str().expect("text").to_string();
    for wanted in [StatusCode::OK, StatusCode::PRECONDITION_FAILED] {
        let change = desk.request(Method::POST, "/api/v1/cases/1/actions", &key);
        let change = change.header("if-match", &tag).json(&json!({"action": "investigate"}));
        assert_eq!(
            change.send().await.expect("an answer").status(),
            wanted,
            "the tag as it was read"
        );
    }
    desk.close().await;
}

#[tokio::test]
async fn every_list_ends_where_it_ends() {
    let desk = Desk::open().await;
    for number in 1..=5 {
        let judged = desk.store.judge(&crate::store::case(number, 0.95, 10.0), NOW).await;
        judged.expect("judged");
    }
    let key = desk.key(Role::Viewer).await;
    for (path, lines) in [("cases", 5), ("notices", 5), ("customers", 0), ("deliveries", 0)] {
        let (mut seen, mut pages, mut cursor) = (BTreeSet::new(), 0, String::new());
        loop {
            let (status, page) = desk.get(&format!("/api/v1/{path}?limit=2{cursor}"), &key).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            seen.extend(page[path].as_array().expect("lines").iter().map(Value::to_string));
            pages += 1;
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (lines, lines / 2 + 1), "{path}");
        for limit in ["0", "201", "-1", "many"] {
            let (status, _) = desk.get(&format!("/api/v1/{path}?limit={limit}"), &key).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path} {limit}");
        }
    }
    desk.close().await;
}

#[tokio::test]
async fn whatever_fails_is_a_problem_with_a_code() {
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Admin).await;
    let much = "x".repeat(300 << 10);
    for (method, path, kind, body, status, code) in [
        (Method::GET, "/api/v1/nothing", "", "", 404, "not_found"),
        (Method::GET, "/api/v1/cases/99999999999999999999", "", "", 404, "not_found"),
        (Method::PATCH, "/api/v1/cases/1", "", "", 405, "method_not_allowed"),
        (Method::DELETE, "/api/v1/cases", "", "", 405, "method_not_allowed"),
        (Method::POST, "/api/v1/cases/1/actions", "text/plain", "{}", 415, "media_type"),
        (Method::POST, "/api/v1/cases/1/actions", "application/json", "{", 400, "invalid"),
        (Method::POST, "/api/v1/cases/1/actions", "application/json", &much, 413, "too_large"),
    ] {
        let request = desk.request(method.clone(), path, &key).header("content-type", kind);
        let answer = request.body(body.to_string()).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{method} {path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
        assert_eq!(answer.headers().contains_key("allow"), status == 405, "{method} {path}");
        assert_eq!(answer.json::<Value>().await.expect("json")["code"], code, "{method} {path}");
    }
    desk.close().await;
}

#[tokio::test]
async fn telemetry_is_pushed_once() {
    let desk = Desk::open().await;
    let key = desk.key(Role::Analyst).await;
    let push = |account: &str| {
        let path = format!("/api/v1/telemetry?account={account}");
        desk.request(Method::POST, &path, &key).body("some lines\n").send()
    };
    for _ in 0..2 {
        let taken = push("aws:111122223333").await.expect("an answer");
        assert_eq!(taken.status(), StatusCode::ACCEPTED);
    }
    let folder = desk.folder.path("pushed/aws/111122223333");
    assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 1);
    for outside in ["aws:../../x", "aws:..", "aws:a/b", "mars:1", ""] {
        let refused = push(outside).await.expect("an answer");
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{outside}");
    }
    let empty = desk.request(Method::POST, "/api/v1/telemetry", &key).send().await;
    assert_eq!(empty.expect("an answer").status(), StatusCode::BAD_REQUEST);
    let much = vec![b'x'; (32 << 20) + 1];
    let much = desk.request(Method::POST, "/api/v1/telemetry", &key).body(much).send().await;
    // The server may hang up on what it will not read.
    assert!(much.is_err() || much.is_ok_and(|one| one.status() == StatusCode::PAYLOAD_TOO_LARGE));
    desk.close().await;
}

#[tokio::test]
async fn the_desk_tells_of_itself() {
    let desk = Desk::open().await.with_a_case().await;
    let key = desk.key(Role::Viewer).await;
    desk.get("/api/v1/cases/1", &key).await;
    let answer = desk.request(Method::GET, "/metrics", &key).send().await.expect("an answer");
    let text = answer.text().await.expect("text");
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).map(String::from);
    assert_eq!(line("firedamp_cases_open").as_deref(), Some("firedamp_cases_open 1"), "{text}");
    let answers = "firedamp_answers_total{route=\"/api/v1/cases/{id}\",status=\"200\"}";
    assert!(line(answers).is_some(), "routes, not addresses: {text}");
    let age = line("firedamp_turn_age_seconds").expect("the age of the last turn");
    let age: f64 = age.rsplit(' ').next().expect("a number").parse().expect("a number");
    assert!((0.0..60.0).contains(&age), "{age}");
    desk.close().await;
}

/// A desk without turns: as if the first one hung.
#[tokio::test]
async fn a_desk_whose_turn_hangs_says_so_and_is_not_ready() {
    let late = Duration::from_secs(3);
    let desk = Desk::open_late_after(late).await;
    let ask = async |path: &str| {
        let answer = desk.client.get(format!("{}{path}", desk.base)).send().await;
        let answer = answer.expect("an answer");
        (answer.status(), answer.text().await.expect("text"))
    };
    let (status, said) = ask("/ready").await;
    assert_eq!(status, StatusCode::OK);
    assert!(said.starts_with("ready\nthe last turn ended "), "{said}");
    tokio::time::sleep(late + Duration::from_millis(50)).await;
    let (status, said) = ask("/ready").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(said.contains("\"late\"") && said.contains("seconds ago"), "{said}");
    let (status, said) = ask("/health").await;
    assert_eq!(status, StatusCode::OK, "it is alive all the same: {said}");
    let age = said.lines().nth(1).and_then(|line| line.split(' ').nth(4)?.parse::<u64>().ok());
    assert!(age.is_some_and(|age| age >= late.as_secs()), "{said}");
    desk.turns.beat();
    assert_eq!(ask("/ready").await.0, StatusCode::OK);
    desk.close().await;
}
