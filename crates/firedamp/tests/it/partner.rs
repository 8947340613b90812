//! Stories of Microsoft's interfaces for partners, spoken by the desk over its own cases.

mod filters;
mod outcomes;
mod pull;
mod rung;
#[cfg(unix)]
mod tls;
mod webhooks;
mod write_back;

use firedamp::web::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::web::Desk;

const ALERTS: &str = "/beta/security/partner/securityAlerts";
/// The alert of case 1.
const ALERT: &str = "123456789012-00000000-0000-8000-8000-000000000001";

/// Whose the accounts are: customer `a` below reseller `r` has that of case 1.
const TREE: &str = "account,customer,customer_name,reseller\n\
                    aws:123456789012,a,Contoso,r\naws:111122223333,b,Fabrikam,\n";

/// A desk with cases 1 to `count`.
async fn desk(count: u32) -> Desk {
    let desk = Desk::open().await;
    for number in 1..=count {
        let likely = if number % 2 == 1 { 0.95 } else { 0.6 };
        let judgement = crate::store::case(number, likely, f64::from(number));
        desk.store.judge(&judgement, crate::web::NOW).await.expect("judged");
    }
    let admin = desk.key(Role::Admin).await;
    let plant = desk.request(Method::PUT, "/api/v1/customers", &admin).body(TREE);
    assert_eq!(plant.send().await.expect("an answer").status(), StatusCode::OK);
    desk
}

async fn patch(desk: &Desk, key: &str, id: &str, body: &Value) -> (StatusCode, Value) {
    let request = desk.request(Method::PATCH, &format!("{ALERTS}/{id}"), key).json(body);
    let answer = request.send().await.expect("an answer");
    (answer.status(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn a_status_that_a_program_sets_is_the_status_of_the_case() {
    let desk = desk(1).await;
    let key = desk.key(Role::Analyst).await;
    let (status, list) = desk.get(ALERTS, &key).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let alert = &list["value"][0];
    assert_eq!(alert["id"], ALERT);
    assert_eq!(alert["alertType"], "networkConnectionsToCryptoMiningPools");
    assert_eq!((&alert["status"], &alert["confidenceLevel"]), (&json!("active"), &json!("high")));
    assert_eq!(
        (&alert["customerTenantId"], &alert["valueAddedResellerTenantId"]),
        (&json!("a"), &json!("r"))
    );
    let (status, alert) = patch(&desk, &key, ALERT, &json!({"status": "investigating"})).await;
    assert_eq!((status, &alert["status"]), (StatusCode::OK, &json!("investigating")), "{alert}");
    let fraud = json!({"status": "resolved", "resolvedReason": "fraud"});
    for _ in 0..2 {
        let (status, alert) = patch(&desk, &key, ALERT, &fraud).await;
        assert_eq!((status, &alert["resolvedReason"]), (StatusCode::OK, &json!("fraud")));
        assert_eq!(alert["resolvedBy"], "a analyst");
    }
    let (_, log) = desk.get("/api/v1/cases/1/activity", &key).await;
    let kinds: Vec<&Value> =
        log["entries"].as_array().expect("a list").iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["opened", "status", "resolved"], "twice is once: {log}");
    assert_eq!(log["entries"][2]["actor"], "a analyst");
    let (status, _) = desk.act(&key, json!({"action": "reopen"})).await;
    assert_eq!(status, StatusCode::OK);
    let (_, alert) = desk.get(&format!("{ALERTS}/{ALERT}"), &key).await;
    assert_eq!((&alert["status"], &alert["resolvedOnDateTime"]), (&json!("active"), &Value::Null));
    let moves: Vec<(&Value, &Value)> = alert["activityLogs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|change| (&change["statusFrom"], &change["statusTo"]))
        .collect();
    let (active, investigating, resolved) =
        (json!("active"), json!("investigating"), json!("resolved"));
    assert_eq!(
        moves,
        [(&active, &investigating), (&investigating, &resolved), (&resolved, &active)]
    );
    desk.close().await;
}

#[tokio::test]
async fn pages_lead_on_to_every_alert_once() {
    let desk = desk(7).await;
    let key = desk.key(Role::Viewer).await;
    for query in [
        "$top=2",
        "$top=3&$orderby=severity%20desc,lastObservedDateTime",
        "$top=2&$filter=status%20eq%20'active'&$count=true",
    ] {
        let mut next = format!("{ALERTS}?{query}");
        let mut seen = Vec::new();
        loop {
            let (status, page) = desk.get(&next, &key).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            let ids =
                page["value"].as_array().expect("a list").iter().map(|one| one["id"].to_string());
            seen.extend(ids);
            let Some(link) = page["@odata.nextLink"].as_str() else {
                break;
            };
            next =
                link.strip_prefix(&desk.base).expect("an absolute link to this desk").to_string();
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((count, seen.len()), (7, 7), "{query}");
    }
    let (_, chosen) =
        desk.get(&format!("{ALERTS}?$select=id,status&$top=1&$count=true"), &key).await;
    assert_eq!(chosen["value"][0].as_object().expect("an alert").len(), 2, "{chosen}");
    assert_eq!(chosen["@odata.count"], 7);
    let count =
        desk.request(Method::GET, &format!("{ALERTS}/$count?$filter=severity%20ne%20null"), &key);
    assert_eq!(count.send().await.expect("an answer").text().await.expect("text"), "7");
    desk.close().await;
}

#[tokio::test]
async fn errors_are_told_as_each_interface_tells_them() {
    let desk = desk(1).await;
    let key = desk.key(Role::Analyst).await;
    for (path, status, code) in [
        (format!("{ALERTS}/none"), 404, "ResourceNotFound"),
        (format!("{ALERTS}/{}", ALERT.replacen("123456789012", "x", 1)), 404, "ResourceNotFound"),
        (format!("{ALERTS}?$filter=colour%20eq%20'red'"), 400, "BadRequest"),
        ("/beta/users/me".to_string(), 404, "ResourceNotFound"),
        ("/v1.0/security/partner/securityAlerts".to_string(), 404, "ResourceNotFound"),
    ] {
        let request = desk.request(Method::GET, &path, &key).header("client-request-id", "c-1");
        let answer = request.send().await.expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["client-request-id"]),
            (status, &"c-1".parse().expect("a value")),
            "{path}"
        );
        let body: Value = answer.json().await.expect("json");
        assert_eq!(
            (&body["error"]["code"], &body["error"]["innerError"]["client-request-id"]),
            (&json!(code), &json!("c-1")),
            "{path}: {body}"
        );
    }
    for body in [
        json!({}),
        json!({"status": "resolved"}),
        json!({"status": "asleep"}),
        json!({"status": "active", "severity": "low"}),
        json!([]),
    ] {
        let (status, problem) = patch(&desk, &key, ALERT, &body).await;
        assert_eq!(
            (status, &problem["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("BadRequest")),
            "{body}"
        );
    }
    for (path, status, code) in
        [("/v1/fraudEvents?EventStatus=Asleep", 400, "900126"), ("/v1/nothing", 404, "1000")]
    {
        let (seen, body) = newer(&desk, path, &key).await;
        assert_eq!((seen.as_u16(), &body["code"]), (status, &json!(code)), "{path}: {body}");
    }
    let (status, body) = desk.get(ALERTS, "firedamp_00").await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (StatusCode::UNAUTHORIZED, &json!("InvalidAuthenticationToken"))
    );
    let (status, body) = desk.get("/v1/fraudEvents", "firedamp_00").await;
    assert_eq!((status, &body["code"]), (StatusCode::UNAUTHORIZED, &json!("400")));
    desk.close().await;
}

#[tokio::test]
async fn whoever_asks_too_much_is_told_when_to_come_again() {
    let desk = desk(1).await;
    let key = desk.key(Role::Viewer).await;
    let path = "/beta/security/partner/securityScore/history";
    let mut refused = None;
    for _ in 0..600 {
        let answer = desk.request(Method::GET, path, &key).send().await.expect("an answer");
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the five hundred and first is refused");
    assert!(refused.headers().contains_key("retry-after"));
    let body: Value = refused.json().await.expect("json");
    assert_eq!(body["error"]["code"], "TooManyRequests");
    let other = desk.key_within(Role::Viewer, Some("a")).await;
    assert_eq!(desk.get(path, &other).await.0, StatusCode::OK, "others go on");
    desk.close().await;
}

#[tokio::test]
async fn fraud_events_are_told_in_both_models_and_resolved() {
    let desk = desk(3).await;
    let key = desk.key(Role::Analyst).await;
    let (_, old) = desk.get("/v1/fraudEvents", &key).await;
    assert_eq!(old.as_array().map(Vec::len), Some(3), "{old}");
    assert_eq!(
        (&old[0]["eventStatus"], &old[0]["resolvedReason"]),
        (&json!("Active"), &json!("None"))
    );
    assert_eq!(old[0]["resolvedOn"], "9999-12-31T23:59:59.9970000");
    assert_eq!(old[0].get("eventType"), None);
    let (_, new) = newer(&desk, "/v1/fraudEvents?PageSize=2&PageNumber=2", &key).await;
    assert_eq!(new.as_array().map(Vec::len), Some(1), "{new}");
    assert_eq!(new[0]["eventType"], "NetworkConnectionsToCryptoMiningPools");
    assert!(new[0]["activityLogs"].is_string());
    let set = async |subscription: &str, body: Value| {
        let path = format!("/v1/fraudEvents/subscription/{subscription}/status");
        let request = desk.request(Method::POST, &path, &key).json(&body);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.json::<Value>().await.expect("json"))
    };
    let ignore = json!({"EventStatus": "Resolved", "ResolvedReason": "Ignore"});
    let (status, events) = set("123456789012", ignore.clone()).await;
    assert_eq!(
        (status, &events[0]["eventStatus"]),
        (StatusCode::OK, &json!("Resolved")),
        "{events}"
    );
    assert_eq!(events[0]["resolvedBy"], "a analyst");
    let (_, row) = desk.get("/api/v1/cases/1", &key).await;
    assert_eq!((&row["status"], &row["reason"]), (&json!("resolved"), &json!("ignore")));
    let (_, active) = desk.get("/v1/fraudEvents?eventstatus=active", &key).await;
    assert_eq!(active.as_array().map(Vec::len), Some(2));
    let (status, body) = set("000011112222", ignore.clone()).await;
    assert_eq!((status, &body["code"]), (StatusCode::NOT_FOUND, &json!("20003")));
    let other = json!({"EventIds": ["none"], "EventStatus": "Active", "ResolvedReason": "None"});
    assert_eq!(set("123456789012", other).await.0, StatusCode::NOT_FOUND);
    let own = json!({"eventIds": [ALERT], "eventStatus": "Active"});
    assert_eq!(set("123456789012", own).await.1[0]["eventStatus"], "Active");
    desk.close().await;
}

#[tokio::test]
async fn what_is_served_reads_back_as_a_providers_alert() {
    let desk = desk(1).await;
    let key = desk.key(Role::Viewer).await;
    for path in [ALERTS, "/v1/fraudEvents"] {
        let request = desk.request(Method::GET, path, &key).header("x-neweventsmodel", "true");
        let body = request.send().await.expect("an answer").text().await.expect("text");
        let file = desk.folder.write("served.json", &body);
        let file = file.to_str().expect("a path");
        let run = crate::program::firedamp(&["scan", "--output", "json", file]);
        let case = run.cases.first().unwrap_or_else(|| panic!("{path}: {}", run.err));
        assert_eq!(case["id"], "azure:123456789012", "{path}");
        assert!(case["probability"].as_f64().is_some_and(|p| p >= 0.9), "{path}: {case}");
    }
    desk.close().await;
}

/// A request in the newer model of fraud events.
async fn newer(desk: &Desk, path: &str, key: &str) -> (StatusCode, Value) {
    let request = desk.request(Method::GET, path, key).header("x-neweventsmodel", "true");
    let answer = request.send().await.expect("an answer");
    (answer.status(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn a_service_request_is_filed_noted_and_closed_and_seen_by_its_own() {
    let desk = desk(1).await;
    let key = desk.key(Role::Analyst).await;
    let own = desk.key_within(Role::Analyst, Some("a")).await;
    let send = async |method: Method, path: &str, key: &str, body: Value| {
        let answer = desk.request(method, path, key).json(&body).send().await.expect("an answer");
        (answer.status(), answer.json::<Value>().await.unwrap_or_default())
    };
    let filed = json!({"title": "Cryptocurrency mining notification", "description": "Which?",
        "severity": "Moderate", "supportTopicId": "1"});
    let (status, made) = send(Method::POST, "/v1/servicerequests/en-US", &own, filed).await;
    assert_eq!((status, &made["severity"]), (StatusCode::CREATED, &json!("moderate")), "{made}");
    let path = format!("/v1/servicerequests/{}", made["id"].as_str().expect("an id"));
    let note = json!({"newNote": {"text": "Done."}, "status": 2});
    let (_, changed) = send(Method::PATCH, &path, &key, note).await;
    assert_eq!(
        (&changed["status"], &changed["notes"][0]["text"]),
        (&json!("closed"), &json!("Done."))
    );
    let other = desk.key_within(Role::Analyst, Some("b")).await;
    assert_eq!(desk.get(&path, &other).await.0, StatusCode::NOT_FOUND);
    assert_eq!(desk.get("/v1/servicerequests", &other).await.1["totalCount"], 0);
    assert_eq!(desk.get("/v1/servicerequests", &own).await.1["totalCount"], 1);
    for wrong in [
        json!({}),
        json!({"title": " ", "description": "x"}),
        json!({"title": "x".repeat(301), "description": "x"}),
        json!({"title": "x", "description": "x", "severity": "awful"}),
        json!({"title": "x", "description": "x", "supportTopicId": 7}),
    ] {
        let (status, _) =
            send(Method::POST, "/v1/servicerequests/en-US", &key, wrong.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    desk.close().await;
}

#[tokio::test]
async fn a_partner_that_an_administrator_named_stands_in_fraud_events_and_requests() {
    const TENANT: &str = "00001111-2222-3333-4444-aaaabbbbcccc";
    let desk = desk(1).await;
    let admin = desk.key(Role::Admin).await;
    let set = async |partner: Value| {
        let request = desk.request(Method::PUT, "/api/v1/settings/partner", &admin).json(&partner);
        request.send().await.expect("an answer").status()
    };
    assert_eq!(set(json!({"tenant": "contoso"})).await, StatusCode::BAD_REQUEST);
    assert_eq!(set(json!({"mail": "nobody"})).await, StatusCode::BAD_REQUEST);
    let (_, events) = desk.get("/v1/fraudEvents", &admin).await;
    assert_eq!(events[0]["partnerTenantId"], "", "nothing that was refused is kept");
    let (_, requests) = desk.get("/api/v1/cases/1/requests", &admin).await;
    let before = requests["forms"][0]["description"].as_str().expect("a text").to_string();
    assert!(before.contains("Contact at the partner: a admin"), "{before}");
    let partner = json!({
        "tenant": TENANT.to_uppercase(), "name": "Fabrikam Cloud", "contact": "Ada Byron",
        "mail": "desk@partner.example",
    });
    assert_eq!(set(partner).await, StatusCode::NO_CONTENT);
    let (_, settings) = desk.get("/api/v1/settings", &admin).await;
    assert_eq!(settings["partner"]["tenant"], TENANT);
    assert_eq!(settings["files_requests"], false);
    let (_, events) = desk.get("/v1/fraudEvents", &admin).await;
    assert_eq!(
        (&events[0]["partnerTenantId"], &events[0]["partnerFriendlyName"]),
        (&json!(TENANT), &json!("Fabrikam Cloud"))
    );
    let (_, requests) = desk.get("/api/v1/cases/1/requests", &admin).await;
    let text = requests["forms"][0]["description"].as_str().expect("a text");
    assert!(text.contains(&format!("Partner tenant: {TENANT}")), "{text}");
    assert!(text.contains("Contact at the partner: Ada Byron, desk@partner.example"), "{text}");
    desk.close().await;
}

#[tokio::test]
async fn alerts_count_connections_and_name_the_resource_and_its_type() {
    const VM: &str =
        "/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/vm";
    let desk = Desk::open().await;
    let mut judgement = crate::store::case(1, 0.95, 10.0);
    let evidence = &mut judgement.case.findings[0].evidence;
    evidence.insert("connections".to_string(), json!(7));
    judgement.case.resources.push(firedamp_core::case::CaseResource {
        id: "10.0.0.4".to_string(),
        aliases: vec![VM.to_string()],
        probability: 0.95,
        first_observed: crate::web::NOW,
        last_observed: crate::web::NOW,
        created: None,
        created_unknown: None,
        reckoning: Vec::new(),
    });
    desk.store.judge(&judgement, crate::web::NOW).await.expect("judged");
    let key = desk.key(Role::Viewer).await;
    let (_, events) = newer(&desk, "/v1/fraudEvents", &key).await;
    assert_eq!(events[0]["hitCount"], "7", "{events}");
    let details = &events[0]["additionalDetails"];
    assert_eq!((&details["connectionCount"], &details["resourceid"]), (&json!("7"), &json!(VM)));
    assert_eq!(details["resourcetype"], "microsoft.compute/virtualmachines");
    let (_, alert) = desk.get(&format!("{ALERTS}/{ALERT}"), &key).await;
    let details = &alert["additionalDetails"];
    assert_eq!((&details["ConnectionCount"], &details["resourceid"]), (&json!("7"), &json!(VM)));
    desk.close().await;
}

#[tokio::test]
async fn filing_is_offered_where_it_can_work_and_else_it_is_said_what_to_set() {
    let desk = Desk::open().await;
    let admin = desk.key(Role::Admin).await;
    let mut judgement = crate::store::case(1, 0.95, 10.0);
    judgement.case.id = "azure:0aaa0aaa-0000-4000-8000-00000000000a".to_string();
    judgement.case.provider = firedamp_core::id::Provider::Azure;
    desk.store.judge(&judgement, crate::web::NOW).await.expect("judged");
    let cookie = crate::web::signed_in(&desk, &admin).await;
    let page = async || {
        let request = desk.client.get(format!("{}/cases/1/money", desk.base));
        let answer = request.header("cookie", &cookie).send().await.expect("an answer");
        answer.text().await.expect("a page")
    };
    let before = page().await;
    assert!(!before.contains("File it through Partner Center"), "{before}");
    assert!(before.contains("has a section partner_center"), "{before}");
    assert!(before.contains("when an administrator has entered"), "{before}");
    let set = async |tenant: &str| {
        let request = desk.client.post(format!("{}/settings/partner", desk.base));
        let request = request.header("cookie", &cookie).header("sec-fetch-site", "same-origin");
        let form = [("tenant", tenant), ("contact", "Ada"), ("phone", "+1 555 0100")];
        request.form(&form).send().await.expect("an answer").status()
    };
    assert_eq!(set("contoso").await, StatusCode::BAD_REQUEST);
    assert_eq!(set("00001111-2222-3333-4444-555566667777").await, StatusCode::SEE_OTHER);
    let after = page().await;
    assert!(!after.contains("when an administrator has entered"), "{after}");
    assert!(after.contains("has a section partner_center"), "{after}");
    desk.close().await;
}
