//! Stories of people and programs that do one thing to all that a filter finds.

use firedamp::{language::Language, tree::Tree, web::access::Role};
use firedamp_core::life::Status;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Desk, TREE, signed_in};

const FOUND: &str = "/api/v1/bulk-actions/found";

/// What stands in a hidden field of a form.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().expect("a value").replace("&#38;", "&")
}

impl Desk {
    /// A form of the queue, as our own page sends it.
    async fn bulk(&self, cookie: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let request = self.client.post(format!("{}/bulk", self.base)).header("cookie", cookie);
        let request = request.header("sec-fetch-site", "same-origin").form(fields);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("a page"))
    }

    /// Asks for all, and the page that says what that is.
    async fn asked(&self, cookie: &str, action: &str, back: &str) -> String {
        let fields = [("all", "yes"), ("action", action), ("value", ""), ("back", back)];
        let (status, page) = self.bulk(cookie, &fields).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        page
    }

    /// Presses the button of that page.
    async fn confirmed(&self, cookie: &str, page: &str) -> (StatusCode, String) {
        let names = ["all", "action", "value", "back", "only", "seen", "key"];
        let values = names.map(|name| hidden(page, name));
        let fields: Vec<(&str, &str)> =
            names.into_iter().zip(values.iter().map(String::as_str)).collect();
        self.bulk(cookie, &fields).await
    }

    async fn found(&self, key: &str, wanted: &Value) -> (StatusCode, Value) {
        let request = self.request(Method::POST, FOUND, key).json(wanted);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.json().await.expect("json"))
    }

    async fn entries(&self, case: i64, kind: &str) -> usize {
        let log = self.store.activity(case).await.expect("a log");
        log.iter().filter(|entry| entry.kind == kind).count()
    }
}

#[tokio::test]
async fn all_that_the_filter_finds_is_told_first_and_done_once() {
    let desk = Desk::open().await.with_cases(60).await;
    let key = desk.key(Role::Analyst).await;
    let cookie = signed_in(&desk, &key).await;
    let (_, some) = desk.seen("/?provider=aws", &key).await;
    assert!(!some.contains("name=\"all\""), "{some}");
    let (_, chosen) = desk.seen("/?provider=aws&chosen=all", &key).await;
    assert!(chosen.contains("not these alone: all 60 that the filter finds"), "{chosen}");
    let page = desk.asked(&cookie, "resolve:ignore", "/?provider=aws").await;
    for words in ["The filter finds 60 cases.", "resolve them: ignore", "And 55 more."] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(page.matches("<a href=\"/cases/").count(), 5, "{page}");
    let untouched = desk.store.case(1, None).await.expect("a case").row;
    assert_eq!(untouched.status, Status::Active, "who only asks does nothing");
    let (status, done) = desk.confirmed(&cookie, &page).await;
    assert!(status == StatusCode::OK && done.contains("Done to 60 cases"), "{done}");
    for case in [1, 37, 60] {
        let row = desk.store.case(case, None).await.expect("a case").row;
        assert_eq!(row.status, Status::Resolved, "{case}");
        let log = desk.store.activity(case).await.expect("a log");
        let last = log.last().map(|entry| (entry.kind.as_str(), entry.actor.as_str()));
        assert_eq!(last, Some(("resolved", "a analyst")), "each its own");
    }
    assert_eq!(desk.confirmed(&cookie, &page).await, (StatusCode::OK, done), "sent twice");
    assert_eq!(desk.entries(1, "resolved").await, 1);
    assert!(desk.store.check().await.expect("a check").is_empty(), "every chain holds");
    desk.close().await;
}

#[tokio::test]
async fn what_was_not_told_or_is_not_found_any_more_is_left_as_it_is() {
    let desk = Desk::open().await.with_cases(3).await;
    let key = desk.key(Role::Analyst).await;
    let cookie = signed_in(&desk, &key).await;
    let page = desk.asked(&cookie, "resolve:ignore", "/?").await;
    assert_eq!(desk.act(&key, json!({"action": "investigate"})).await.0, StatusCode::OK);
    let gone = json!({"action": "resolve", "reason": "ignore"});
    assert_eq!(desk.act(&key, gone).await.0, StatusCode::OK);
    let desk = desk.with_cases(4).await;
    let (_, done) = desk.confirmed(&cookie, &page).await;
    assert!(done.contains("Done to 2 cases"), "{done}");
    assert!(done.contains("1 case was left as it is: the filter does not find it"), "{done}");
    assert_eq!(desk.entries(1, "resolved").await, 1, "by who did it alone");
    let late = desk.store.case(4, None).await.expect("a case").row;
    assert_eq!(late.status, Status::Active, "nobody was told of it");
    for (action, back, status) in [
        ("resolve:ignore", "/?q=nothing", StatusCode::BAD_REQUEST),
        ("resolve:ignore", "/?q=a&q=b", StatusCode::BAD_REQUEST),
        ("resolve:whim", "/?", StatusCode::NOT_FOUND),
        ("comment", "/?", StatusCode::BAD_REQUEST),
    ] {
        let fields = [("all", "yes"), ("action", action), ("back", back)];
        assert_eq!(desk.bulk(&cookie, &fields).await.0, status, "{action} {back}");
    }
    desk.close().await;
}

#[tokio::test]
async fn what_changed_since_it_was_told_is_left_as_it_is() {
    let desk = Desk::open().await.with_cases(3).await;
    let key = desk.key(Role::Analyst).await;
    let cookie = signed_in(&desk, &key).await;
    let page = desk.asked(&cookie, "resolve:ignore", "/?").await;
    let label = json!({"filter": {}, "action": {"action": "label", "label": "x"}});
    let (_, told) = desk.found(&key, &label).await;
    let comment = json!({"action": "comment", "text": "wait for me"});
    assert_eq!(desk.act(&key, comment).await.0, StatusCode::OK);
    let (_, done) = desk.confirmed(&cookie, &page).await;
    assert!(done.contains("Done to 2 cases") && done.contains("<strong>1 case</strong>"), "{done}");
    assert!(done.contains("changed it since you were told of it"), "{done}");
    assert_eq!(desk.entries(1, "resolved").await, 0);
    assert_eq!(desk.entries(2, "resolved").await, 1);
    let mut wanted = label.clone();
    wanted["expected"] = told["found"].clone();
    wanted["which"] = told["which"].clone();
    assert_eq!(desk.found(&key, &wanted).await.0.as_u16(), 412);
    assert_eq!(desk.entries(3, "labelled").await, 0);
    desk.close().await;
}

#[tokio::test]
async fn what_is_refused_is_told_with_its_number_and_reason() {
    let desk = Desk::open().await.with_cases(7).await;
    let key = desk.key(Role::Analyst).await;
    let cookie = signed_in(&desk, &key).await;
    let anyway = json!({"action": "resolve_anyway", "why": "gone"});
    assert_eq!(desk.act(&key, anyway).await.0, StatusCode::OK);
    let page = desk.asked(&cookie, "resolve:fraud", "/?status=all").await;
    let (_, done) = desk.confirmed(&cookie, &page).await;
    assert!(done.contains("Done to no case"), "{done}");
    assert!(done.contains("1 case was so already"), "{done}");
    assert!(done.contains("<strong>6 cases</strong>") && done.contains("And 1 more."), "{done}");
    assert_eq!(done.matches("<a href=\"/cases/").count(), 5, "{done}");
    for case in 2..=7 {
        assert_eq!(desk.entries(case, "resolved").await, 0, "{case}");
    }
    let wanted = json!({"filter": {}, "expected": 7,
        "action": {"action": "resolve", "reason": "fraud"}});
    let (status, told) = desk.found(&key, &wanted).await;
    assert_eq!((status, &told["done"]), (StatusCode::OK, &json!([])), "{told}");
    assert_eq!(told["unchanged"], json!([1]));
    let refused = told["refused"].as_array().expect("reasons");
    assert_eq!((refused.len(), &refused[0]["code"]), (1, &json!("refused")), "{told}");
    assert_eq!(refused[0]["cases"].as_array().map(Vec::len), Some(6));
    desk.close().await;
}

#[tokio::test]
async fn a_program_says_how_many_it_was_told_of() {
    let desk = Desk::open().await.with_cases(3).await;
    let (key, viewer) = (desk.key(Role::Analyst).await, desk.key(Role::Viewer).await);
    let label = json!({"action": "label", "label": "vip"});
    let asked = json!({"filter": {"provider": "aws", "status": "active"}, "action": label});
    let (status, told) = desk.found(&key, &asked).await;
    assert_eq!((status, &told["found"]), (StatusCode::OK, &json!(3)), "{told}");
    assert_eq!((&told["is_more"], &told["done"]), (&json!(false), &json!([])));
    assert_eq!(told["first"].as_array().map(Vec::len), Some(3));
    assert_eq!(desk.entries(1, "labelled").await, 0, "who only asks does nothing");
    let expecting = |number: u32| {
        let mut wanted = asked.clone();
        wanted["expected"] = json!(number);
        wanted
    };
    let (status, problem) = desk.found(&key, &expecting(2)).await;
    assert_eq!((status.as_u16(), &problem["code"]), (412, &json!("changed")));
    for wrong in [0, 1001] {
        let (status, _) = desk.found(&key, &expecting(wrong)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(desk.found(&viewer, &expecting(3)).await.0, StatusCode::FORBIDDEN);
    let (_, told) = desk.found(&key, &expecting(3)).await;
    assert_eq!(told["done"].as_array().map(Vec::len), Some(3), "{told}");
    let (_, again) = desk.found(&key, &expecting(3)).await;
    assert_eq!(
        (&again["done"], again["unchanged"].as_array().map(Vec::len)),
        (&json!([]), Some(3))
    );
    assert_eq!(desk.entries(1, "labelled").await, 1, "nothing is written down twice");
    for wrong in [
        json!({"filter": {"colour": "red"}, "action": label}),
        json!({"filter": {"severity": "huge"}, "action": label}),
        json!({"action": label}),
    ] {
        assert_eq!(desk.found(&key, &wrong).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
    desk.close().await;
}

#[tokio::test]
async fn as_many_other_cases_are_not_those_that_a_program_was_told_of() {
    let desk = Desk::open().await.with_cases(3).await;
    let key = desk.key(Role::Analyst).await;
    let mut wanted = json!({"filter": {"status": "active"},
        "action": {"action": "resolve", "reason": "ignore"}});
    let (_, told) = desk.found(&key, &wanted).await;
    let gone = json!({"action": "resolve", "reason": "ignore"});
    assert_eq!(desk.act(&key, gone).await.0, StatusCode::OK);
    let desk = desk.with_cases(4).await;
    wanted["expected"] = told["found"].clone();
    wanted["which"] = told["which"].clone();
    let (status, problem) = desk.found(&key, &wanted).await;
    assert_eq!((status.as_u16(), &problem["code"]), (412, &json!("changed")), "{problem}");
    assert!(problem["detail"].as_str().is_some_and(|why| why.contains("other cases")), "{problem}");
    let late = desk.store.case(4, None).await.expect("a case").row;
    assert_eq!(late.status, Status::Active, "nobody was told of it");
    wanted["expected"] = Value::Null;
    let (_, told) = desk.found(&key, &wanted).await;
    wanted["expected"] = told["found"].clone();
    wanted["which"] = told["which"].clone();
    let (_, told) = desk.found(&key, &wanted).await;
    assert_eq!((&told["found"], told["done"].as_array().map(Vec::len)), (&json!(3), Some(3)));
    desk.close().await;
}

#[tokio::test]
async fn nothing_is_done_to_cases_of_others() {
    let desk = Desk::open().await.with_cases(3).await;
    desk.store.plant(&Tree::read(TREE).expect("a tree")).await.expect("planted");
    let own = desk.key_within(Role::Analyst, Some("a")).await;
    let wanted = json!({"filter": {}, "action": {"action": "reopen"}});
    let (_, told) = desk.found(&own, &wanted).await;
    assert_eq!((&told["found"], &told["first"][0]["id"]), (&json!(1), &json!(1)), "{told}");
    let of_another = json!({"filter": {"customer": "b"}, "action": {"action": "reopen"}});
    assert_eq!(desk.found(&own, &of_another).await.0, StatusCode::NOT_FOUND);
    let cookie = signed_in(&desk, &own).await;
    let page = desk.asked(&cookie, "take", "/?").await;
    assert!(page.contains("The filter finds 1 case."), "{page}");
    let fields = [("all", "yes"), ("action", "take"), ("back", "/?customer=b")];
    assert_eq!(desk.bulk(&cookie, &fields).await.0, StatusCode::NOT_FOUND);
    // A form that names cases of others does nothing to them.
    let forged = page.replace("name=\"only\" value=\"1\"", "name=\"only\" value=\"1,2,3\"");
    let (_, done) = desk.confirmed(&cookie, &forged).await;
    assert!(done.contains("Done to 1 case"), "{done}");
    for case in [2, 3] {
        let row = desk.store.case(case, None).await.expect("a case").row;
        assert_eq!(row.assignee, None, "{case}");
    }
    desk.close().await;
}

#[tokio::test]
async fn of_more_than_are_acted_on_at_once_the_first_are_taken_and_the_rest_is_told() {
    let desk = Desk::open().await.with_cases(1001).await;
    let key = desk.key(Role::Analyst).await;
    let (_, chosen) = desk.seen("/?chosen=all", &key).await;
    assert!(chosen.contains("not these alone: the first 1000 that the filter finds"), "{chosen}");
    let cookie = signed_in(&desk, &key).await;
    let page = desk.asked(&cookie, "investigate", "/?status=active").await;
    assert!(page.contains("It finds more than that; this is done to 1000 cases"), "{page}");
    let (_, done) = desk.confirmed(&cookie, &page).await;
    assert!(done.contains("Done to 1000 cases"), "{done}");
    let rest = json!({"filter": {"status": "active"}, "action": {"action": "investigate"}});
    let (_, told) = desk.found(&key, &rest).await;
    assert_eq!((&told["found"], &told["is_more"]), (&json!(1), &json!(false)), "{told}");
    desk.close().await;
}

#[tokio::test]
async fn who_was_told_is_acted_on_though_a_dearer_case_came_before_them() {
    let desk = Desk::open().await.with_cases(1001).await;
    let key = desk.key(Role::Analyst).await;
    let cookie = signed_in(&desk, &key).await;
    let page = desk.asked(&cookie, "investigate", "/?status=active").await;
    let dearer = crate::store::case(1002, 0.95, 1000.0);
    desk.store.judge(&dearer, super::NOW).await.expect("judged");
    let (_, done) = desk.confirmed(&cookie, &page).await;
    assert!(done.contains("Done to 1000 cases"), "{done}");
    let late = desk.store.case(1002, None).await.expect("a case").row;
    assert_eq!(late.status, Status::Active, "nobody was told of it");
    desk.close().await;
}

#[tokio::test]
async fn what_is_told_of_all_is_told_in_the_readers_language() {
    let desk = Desk::open().await.with_cases(3).await;
    for (language, sentences) in [
        (
            Language::German,
            ["Der Filter findet 3 Fälle.", "abschließen: ", "Bei keinem Fall getan"],
        ),
        (
            Language::French,
            ["Le filtre trouve 3 dossiers.", "les clore", "Fait pour aucun dossier"],
        ),
    ] {
        let [found, wanted, done] = sentences;
        let name = format!("reader-{language}");
        desk.reader(&name, Role::Analyst, language).await;
        let cookie = desk.sign_in(&name).await;
        let page = desk.asked(&cookie, "resolve:fraud", "/?").await;
        assert!(page.contains(found) && page.contains(wanted), "{page}");
        let (_, told) = desk.confirmed(&cookie, &page).await;
        assert!(told.contains(done), "{told}");
        for page in [&page, &told] {
            assert!(!page.contains("[bulk-") && !page.contains("telemetry does not"), "{page}");
        }
    }
    desk.close().await;
}
