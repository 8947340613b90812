//! Customers beside their cases, and what a provider wants of one.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Desk, NOW, signed_in};
use firedamp::web::access::Role;

#[tokio::test]
async fn customers_are_imported_and_named_beside_their_cases() {
    let desk = Desk::open().await.with_a_case().await;
    let admin = desk.key(Role::Admin).await;
    let plant = async |body: &'static str| {
        let request = desk.request(Method::PUT, "/api/v1/customers", &admin).body(body);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.json::<Value>().await.expect("json"))
    };
    let text = "account,customer,customer_name,reseller\naws:123456789012,c/1 ?,<b>Contoso</b>,r\n";
    assert_eq!(plant(text).await, (StatusCode::OK, json!({"parties": 2, "accounts": 1})));
    let (status, problem) = plant("account,customer\nnonsense,a\n").await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("invalid")));
    assert!(problem["detail"].as_str().expect("text").starts_with("line 2:"), "{problem}");
    let (_, first) = desk.get("/api/v1/customers?limit=1", &admin).await;
    assert_eq!((&first["customers"][0]["id"], &first["next"]), (&json!("c/1 ?"), &json!("c/1 ?")));
    let (_, rest) = desk.get("/api/v1/customers?cursor=c/1%20?", &admin).await;
    assert_eq!((&rest["customers"][0]["id"], &rest["next"]), (&json!("r"), &Value::Null));
    let junk = desk.request(Method::PUT, "/api/v1/customers", &admin).body(vec![0xff, 0xfe, 0]);
    let junk = junk.send().await.expect("an answer");
    assert_eq!(junk.status(), StatusCode::BAD_REQUEST);
    assert_eq!(junk.headers()["content-type"], "application/problem+json");
    let (_, page) = desk.get("/api/v1/cases?customer=r", &admin).await;
    assert_eq!(page["cases"][0]["customer"], "c/1 ?");
    let cookie = signed_in(&desk, &admin).await;
    let page = async |path: &str| {
        let request = desk.client.get(format!("{}{path}", desk.base)).header("cookie", &cookie);
        request.send().await.expect("an answer").text().await.expect("a page")
    };
    for path in ["/", "/cases/1", "/customers", "/customers?q=contoso", "/customers/r"] {
        let text = page(path).await;
        assert!(text.contains("&#60;b&#62;Contoso") && !text.contains("<b>"), "{path}: {text}");
        assert!(text.contains("/customers/c%2F1%20%3F"), "{path}: {text}");
    }
    assert!(page("/customers/c%2F1%20%3F").await.contains("/cases/1"));
    assert!(page("/unassigned").await.contains("No account is named"));
    desk.close().await;
}

#[tokio::test]
async fn a_case_says_what_the_provider_allows_and_what_it_wants_to_hear() {
    let desk = Desk::open().await;
    let admin = desk.key(Role::Admin).await;
    let mut judgement = crate::store::case(1, 0.95, 10.0);
    judgement.case.id = "azure:0aaa0aaa-0000-4000-8000-00000000000a".to_string();
    judgement.case.provider = firedamp_core::id::Provider::Azure;
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let tree = "account,customer,customer_name,mail\n\
                azure:0aaa0aaa-0000-4000-8000-00000000000a,tenant-1,Contoso,it@contoso.example\n";
    let plant = desk.request(Method::PUT, "/api/v1/customers", &admin).body(tree);
    assert_eq!(plant.send().await.expect("an answer").status(), StatusCode::OK);
    let cookie = signed_in(&desk, &admin).await;
    let request = desk.client.get(format!("{}/cases/1", desk.base)).header("cookie", &cookie);
    let text = request.send().await.expect("an answer").text().await.expect("a page");
    for words in [
        "forbidden without the provider’s written approval",
        "A customer’s word is not enough",
        "answer the provider’s notice",
        "24 hours left",
        "ask for the money back",
        "60 days left",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let request = desk.client.get(format!("{}/cases/1/money", desk.base)).header("cookie", &cookie);
    let text = request.send().await.expect("an answer").text().await.expect("a page");
    for words in [
        "Adding or managing customers",
        "Cryptocurrency mining notification",
        "Customer tenant: tenant-1",
        "Contact at the customer: it@contoso.example",
        "Seen: talked with a pool",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    desk.close().await;
}

/// Detected six hours before the case was opened: the day of the answer counts from there, wherever it is
/// told.
#[tokio::test]
async fn a_duty_has_one_date_on_every_page_and_in_every_answer() {
    let desk = Desk::open().await;
    let admin = desk.key(Role::Admin).await;
    let mut judgement = crate::store::case(1, 0.95, 10.0);
    judgement.case.id = "azure:0aaa0aaa-0000-4000-8000-00000000000a".to_string();
    judgement.case.provider = firedamp_core::id::Provider::Azure;
    let by = NOW.plus_seconds(18 * 3600).to_string();
    let due = json!({"by": by, "who": "graph", "title": "Mining pool"});
    judgement.case.findings[0].evidence.insert("due".to_string(), due);
    desk.store.judge(&judgement, NOW).await.expect("judged");
    for section in ["", "/money"] {
        let request = desk.request(Method::GET, &format!("/cases/1{section}"), &admin);
        let text = request.send().await.expect("an answer").text().await.expect("a page");
        let said = text.matches("answer the provider’s notice").count();
        assert_eq!(said, 1, "{section}: {text}");
        assert!(text.contains("counted from that notice (graph: Mining pool)"), "{text}");
        assert!(text.contains("2026-04-01 17:33 UTC"), "{section}: {text}");
        assert!(!text.contains("2026-04-01 23:33"), "a day after the opening: {section}: {text}");
    }
    let (_, claim) = desk.get("/api/v1/cases/1/claim", &admin).await;
    let first = &claim["deadlines"][0];
    assert_eq!((&first["by"], &first["from"]), (&json!(by), &json!("notice")));
    let (_, case) = desk.get("/api/v1/cases/1", &admin).await;
    assert_eq!(case["answer_due"], by.as_str());
    desk.close().await;
}
