//! The homework of a case over real HTTP: authorised research that is approved, limited, breached and
//! opened again; letters, checklists, standing and posture.

use std::process::Command;

use firedamp::{casework, delivery::Book, store::Judgement, tree::Tree, web::access::Role};
use firedamp_core::{
    checklist::{Tool, quoted},
    finding::Group,
    id::Provider,
    time::{Span, Time},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    channel::mail::Post,
    web::{Desk, NOW, signed_in},
};

const ACCOUNT: &str = "azure:0aaa0aaa-0000-4000-8000-00000000000a";
pub(crate) const MACHINE: &str =
    "/subscriptions/0aaa0aaa-0000-4000-8000-00000000000a/resourcegroups/lab/vm-1";
pub(crate) const TREE: &str = "account,customer,customer_name,language,contact,mail\n\
                    azure:0aaa0aaa-0000-4000-8000-00000000000a,tenant-1,Contoso,de,\
                    Frau Beispiel,it@contoso.example\n";

/// A machine in Azure that mines, and what it costs a day.
pub(crate) fn judgement(resource: &str, dollars: f64, hours: i64) -> Judgement {
    let mut judgement = crate::store::case(1, 0.95, dollars);
    judgement.case.id = ACCOUNT.to_string();
    judgement.case.provider = Provider::Azure;
    judgement.case.last_observed = NOW.plus_seconds(hours * 3600);
    let finding = &mut judgement.case.findings[0];
    finding.resource = resource.to_string();
    finding.span = Span::between(NOW, NOW.plus_seconds(hours * 3600));
    finding.evidence.insert("indicator".to_string(), "pool.example".into());
    judgement.case.cost.as_mut().expect("a cost").currency = "USD".to_string();
    judgement
}

async fn desk() -> Desk {
    let desk = Desk::open().await;
    desk.store.plant(&Tree::read(TREE).expect("a tree")).await.expect("planted");
    judged(&desk, &judgement(MACHINE, 10.0, 1)).await;
    desk
}

async fn judged(desk: &Desk, judgement: &Judgement) {
    desk.store.judge(judgement, NOW).await.expect("judged");
}

/// A browser that is signed in.
struct Browser<'a> {
    desk: &'a Desk,
    cookie: String,
}

impl<'a> Browser<'a> {
    async fn of(desk: &'a Desk, role: Role) -> Self {
        Self { desk, cookie: signed_in(desk, &desk.key(role).await).await }
    }

    async fn see(&self, path: &str) -> String {
        let request = self.desk.client.get(format!("{}{path}", self.desk.base));
        let answer = request.header("cookie", &self.cookie).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.expect("a page")
    }

    async fn send(&self, path: &str, form: &[(&str, &str)]) -> StatusCode {
        let request = self.desk.client.post(format!("{}{path}", self.desk.base));
        let request =
            request.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin");
        request.form(form).send().await.expect("an answer").status()
    }

    /// The form of a proposal, as a browser sends it.
    async fn propose(&self, fields: &[(&str, &str)], document: &[u8]) -> StatusCode {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let head = "--b\r\nContent-Disposition: form-data; name=\"document\"; \
                    filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n";
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(document);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = self.desk.client.post(format!("{}/authorisations", self.desk.base));
        let request =
            request.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "multipart/form-data; boundary=b");
        request.body(body).send().await.expect("an answer").status()
    }
}

async fn row(desk: &Desk, key: &str) -> (String, Value) {
    let (_, shown) = desk.get("/api/v1/cases/1", key).await;
    (shown["status"].as_str().expect("a status").to_string(), shown["reason"].clone())
}

const FIELDS: [(&str, &str); 15] = [
    ("customer", "tenant-1"),
    ("asked_by", "the research team"),
    ("approved_by", "the head of security"),
    ("purpose", "security_research"),
    ("covers", "customer"),
    ("reference", "TR-2026-17"),
    ("accounts", ACCOUNT),
    ("resources", MACHINE),
    ("pools", "pool.example\r\n"),
    ("wallets", ""),
    ("usd_per_day", "20"),
    ("regions", ""),
    ("hours_from", ""),
    ("start", "2026-03-31"),
    ("end", "2026-06-01"),
];

#[tokio::test]
async fn what_no_approval_covers_is_legitimate_for_a_reason_alone() {
    const ALERTS: &str = "/beta/security/partner/securityAlerts";
    let desk = desk().await;
    let key = desk.key(Role::Analyst).await;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let (status, problem) =
        desk.act(&key, json!({"action": "resolve", "reason": "legitimate"})).await;
    assert_eq!((status, &problem["code"]), (refused, &json!("approval_missing")), "{problem}");
    assert!(problem["detail"].as_str().expect("words").contains("written approval"), "{problem}");

    // On the page, and for many at once.
    let analyst = Browser::of(&desk, Role::Analyst).await;
    let form = [("action", "resolve"), ("value", "legitimate"), ("revision", "1")];
    assert_eq!(analyst.send("/cases/1/act", &form).await, refused);
    let bulk = json!({"cases": [1], "action": {"action": "resolve", "reason": "legitimate"}});
    let request = desk.request(Method::POST, "/api/v1/bulk-actions", &key).json(&bulk);
    let told: Value = request.send().await.expect("an answer").json().await.expect("a body");
    assert_eq!(told["failed"][0]["code"], "approval_missing", "{told}");

    // Graph has no place for a reason; that it was tried is written down once.
    let (_, list) = desk.get(ALERTS, &key).await;
    let alert = format!("{ALERTS}/{}", list["value"][0]["id"].as_str().expect("an alert"));
    let wanted = json!({"status": "resolved", "resolvedReason": "legitimate"});
    for _ in 0..2 {
        let request = desk.request(Method::PATCH, &alert, &key).json(&wanted);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), refused);
        let told: Value = answer.json().await.expect("a body");
        let words = told["error"]["message"].as_str().expect("words");
        assert!(words.contains("written approval"), "{told}");
    }
    assert_eq!(row(&desk, &key).await.0, "active");

    let why = "a course of the university";
    let stated = json!({"action": "resolve", "reason": "legitimate", "why": why});
    let (status, told) = desk.act(&key, stated).await;
    assert_eq!((status, &told["reason"]), (StatusCode::OK, &json!("legitimate")), "{told}");
    let (_, log) = desk.get("/api/v1/cases/1/activity", &key).await;
    let entries = log["entries"].as_array().expect("entries");
    let kinds: Vec<&Value> = entries.iter().map(|entry| &entry["kind"]).collect();
    assert_eq!(kinds, ["opened", "refused", "resolved"], "{log}");
    for (entry, words) in entries[1..].iter().zip(["interface of Microsoft", why]) {
        let text = entry["text"].as_str().expect("words");
        assert!(text.contains("written approval") && text.contains(words), "{log}");
    }
    desk.close().await;
}

/// A bill tells the day: an approval of its last morning is on file for it, though not for the days before.
#[tokio::test]
async fn an_approval_of_the_last_day_of_a_bill_is_on_file() {
    let day = |text| Time::parse(text).expect("a day");
    let mut billed = judgement(MACHINE, 10.0, 1);
    billed.case.first_observed = day("2026-03-29");
    billed.case.last_observed = day("2026-03-31");
    let finding = &mut billed.case.findings[0];
    (finding.detector, finding.group) = ("spend_step", Group::Billing);
    finding.span = Span::between(day("2026-03-29"), day("2026-03-31"));
    let desk = Desk::open().await;
    desk.store.plant(&Tree::read(TREE).expect("a tree")).await.expect("planted");
    judged(&desk, &billed).await;
    let analyst = Browser::of(&desk, Role::Analyst).await;
    let approver = Browser::of(&desk, Role::Approver).await;
    let fields = FIELDS.map(|(name, value)| match name {
        "start" => (name, "2026-03-31T08:00"),
        _ => (name, value),
    });
    assert_eq!(analyst.propose(&fields, b"%PDF approved").await, StatusCode::SEE_OTHER);
    let approve = [("decision", "approve")];
    assert_eq!(approver.send("/authorisations/1/decide", &approve).await, StatusCode::SEE_OTHER);
    let key = desk.key(Role::Analyst).await;
    assert_eq!(row(&desk, &key).await.0, "active", "two days are not covered");
    let (status, told) = desk.act(&key, json!({"action": "resolve", "reason": "legitimate"})).await;
    assert_eq!((status, &told["reason"]), (StatusCode::OK, &json!("legitimate")), "{told}");
    desk.close().await;
}

#[tokio::test]
async fn authorised_research_is_approved_limited_breached_and_opened_again() {
    let desk = desk().await;
    let key = desk.key(Role::Viewer).await;
    let analyst = Browser::of(&desk, Role::Analyst).await;
    let approver = Browser::of(&desk, Role::Approver).await;

    // The customer is asked in its language, and says that it is theirs; that is not enough.
    let page = analyst.see("/cases/1/letters").await;
    assert!(page.contains("Guten Tag Frau Beispiel"), "{page}");
    let letter = [("language", "de"), ("subject", "Eine Frage"), ("body", "Ist es Ihres?")];
    let sent = [&letter[..], &[("way", "copied")]].concat();
    assert_eq!(analyst.send("/cases/1/letters/send", &sent).await, StatusCode::SEE_OTHER);
    let back = [("letter", "1"), ("answer", "ours"), ("who", "Frau Beispiel"), ("text", "Ja.")];
    assert_eq!(analyst.send("/cases/1/letters/answer", &back).await, StatusCode::SEE_OTHER);
    let page = analyst.see("/cases/1/letters").await;
    assert!(page.contains("It is theirs") && page.contains("Still missing"), "{page}");
    assert!(page.contains("written approval, with its reference"), "{page}");

    // Proposed by one with the provider's letter, approved by another.
    let proposed = analyst.propose(&FIELDS, b"%PDF approved").await;
    assert_eq!(proposed, StatusCode::SEE_OTHER);
    assert_eq!(row(&desk, &key).await.0, "active", "a proposal covers nothing");
    let approve = [("decision", "approve")];
    assert_eq!(analyst.send("/authorisations/1/decide", &approve).await, StatusCode::FORBIDDEN);
    assert!(approver.see("/authorisations/1").await.contains("TR-2026-17"));
    assert_eq!(approver.send("/authorisations/1/decide", &approve).await, StatusCode::SEE_OTHER);
    assert_eq!(row(&desk, &key).await, ("resolved".to_string(), json!("legitimate")));
    let page = analyst.see("/cases/1/authorisations").await;
    assert!(page.contains("legitimate by record") && page.contains("approved"), "{page}");

    // Within the limit it stays so; the same case, no notice, the same probability.
    judged(&desk, &judgement(MACHINE, 19.0, 20)).await;
    assert_eq!(row(&desk, &key).await.0, "resolved");
    let (_, shown) = desk.get("/api/v1/cases/1", &key).await;
    assert_eq!(shown["probability"], json!(0.95));

    // Over it the case is open again, with the reason, and people are told.
    judged(&desk, &judgement(MACHINE, 55.0, 30)).await;
    assert_eq!(row(&desk, &key).await, ("active".to_string(), Value::Null));
    let (_, file) = desk.get("/api/v1/cases/1/authorisations", &key).await;
    assert_eq!(file["verdict"]["Outside"]["breaches"][0]["kind"], "spend", "{file}");
    let reasons = file["reasons"][0].as_str().expect("a reason");
    assert!(reasons.contains("55.00") && reasons.contains("20.00"), "{reasons}");
    let (_, log) = desk.get("/api/v1/cases/1/activity", &key).await;
    let kinds: Vec<&str> = log["entries"]
        .as_array()
        .expect("a log")
        .iter()
        .filter_map(|entry| entry["kind"].as_str())
        .collect();
    let wanted = [
        "opened",
        "asked the customer",
        "the customer answered",
        "authorisation",
        "authorisation",
        "authorised",
        "reopened",
    ];
    assert_eq!(kinds, wanted);
    let (_, notices) = desk.get("/api/v1/notices", &key).await;
    assert_eq!(notices["notices"][0]["kind"], "case_breached", "{notices}");
    assert_eq!(desk.store.check().await.expect("a check"), Vec::<String>::new());
    desk.close().await;
}

#[tokio::test]
async fn another_machine_or_pool_leaves_the_scope() {
    for (machine, pool) in [("/subscriptions/s/vm-2", "pool.example"), (MACHINE, "other.example")] {
        let desk = desk().await;
        let key = desk.key(Role::Viewer).await;
        let analyst = Browser::of(&desk, Role::Analyst).await;
        let approver = Browser::of(&desk, Role::Approver).await;
        analyst.propose(&FIELDS, b"%PDF approved").await;
        approver.send("/authorisations/1/decide", &[("decision", "approve")]).await;
        assert_eq!(row(&desk, &key).await.0, "resolved");
        let mut more = judgement(machine, 10.0, 2);
        more.case.findings[0].evidence.insert("indicator".to_string(), pool.into());
        judged(&desk, &more).await;
        assert_eq!(row(&desk, &key).await.0, "active", "{machine} {pool}");
        desk.close().await;
    }
}

#[tokio::test]
async fn a_document_is_what_its_hash_says() {
    let desk = desk().await;
    let (analyst, approver) = (desk.key(Role::Analyst).await, desk.key(Role::Approver).await);
    let hash = "f3c8a2e0".repeat(8);
    let put = async |name: &str, body: &'static str| {
        let path = format!("/api/v1/documents/{name}");
        let request = desk.request(Method::PUT, &path, &analyst).body(body);
        request.send().await.expect("an answer").status()
    };
    assert_eq!(put(&hash, "not that").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(put("../x", "not that").await, StatusCode::NOT_FOUND);
    let proposal = json!({
        "customer": "tenant-1", "asked_by": "x", "approved_by": "y", "purpose": "security_research",
        "approval": {"reference": "TR-1", "document": hash},
        "start": "2026-03-01T00:00:00Z", "end": "2026-06-01T00:00:00Z",
    });
    let propose = desk.request(Method::POST, "/api/v1/authorisations", &analyst).json(&proposal);
    assert_eq!(propose.send().await.expect("an answer").status(), StatusCode::CREATED);
    let decide = desk.request(Method::POST, "/api/v1/authorisations/1/decisions", &approver);
    let decide = decide.json(&json!({"decision": "approve"})).send().await.expect("an answer");
    assert_eq!(decide.status(), StatusCode::NOT_FOUND, "it is not here");
    let mut wrong = proposal.clone();
    wrong["end"] = json!("9999-12-31T23:59:59Z");
    let propose = desk.request(Method::POST, "/api/v1/authorisations", &analyst).json(&wrong);
    let refused = propose.send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let why = refused.text().await.expect("a problem");
    assert!(why.contains("means that it never ends"), "{why}");
    desk.close().await;
}

#[tokio::test]
async fn a_checklist_is_worked_step_by_step() {
    let desk = desk().await;
    let analyst = Browser::of(&desk, Role::Analyst).await;
    let page = analyst.see("/cases/1/checklist").await;
    assert!(page.contains("az monitor activity-log list --subscription 0aaa0aaa"), "{page}");
    let taken = [("step", "usage"), ("result", "found"), ("note", "two regions")];
    assert_eq!(analyst.send("/cases/1/checklist/take", &taken).await, StatusCode::SEE_OTHER);
    let page = analyst.see("/cases/1/checklist").await;
    assert!(page.contains("something was found") && page.contains("two regions"), "{page}");
    let unknown = [("step", "dance"), ("result", "done")];
    assert_eq!(analyst.send("/cases/1/checklist/take", &unknown).await, StatusCode::NOT_FOUND);
    let key = desk.key(Role::Viewer).await;
    let (_, list) = desk.get("/api/v1/cases/1/checklist?language=fr", &key).await;
    let usage = list.as_array().expect("steps").iter().find(|step| step["id"] == "usage");
    let usage = usage.expect("a step");
    assert_eq!((&usage["taken"]["result"], &usage["is_seed"]), (&json!("found"), &json!(true)));
    assert!(usage["title"].as_str().is_some_and(|title| title.contains("Examinez")), "{usage}");
    desk.close().await;
}

#[tokio::test]
async fn standing_and_posture_are_imported_and_shown_with_their_sources() {
    let desk = desk().await;
    let admin = desk.key(Role::Admin).await;
    let put = async |path: &str, body: &'static str| {
        let request = desk.request(Method::PUT, path, &admin).body(body);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.json::<Value>().await.expect("json"))
    };
    let receivables =
        "customer,overdue_days,owed,currency,source\ntenant-1,45,340.00,EUR,our books\n";
    assert_eq!(put("/api/v1/standing", receivables).await.1, json!({"facts": 2, "new": 2}));
    let validation = r#"{"type": "account", "status": "Allowed"}"#;
    assert_eq!(put("/api/v1/standing?customer=tenant-1", validation).await.0, StatusCode::OK);
    assert_eq!(put("/api/v1/standing", validation).await.0, StatusCode::BAD_REQUEST);
    let posture = "customer,part,value,source\ntenant-1,mfa_admins,no,an audit\n";
    assert_eq!(put("/api/v1/posture", posture).await.0, StatusCode::OK);
    let foreign = "customer,part,value\nnobody,mfa_admins,no\n";
    assert_eq!(put("/api/v1/posture", foreign).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let ledger = "customer,overdue_days,source\nnobody,3,a ledger\ntenant-1,40,a ledger\n\
                  somebody,0,a ledger\nnobody,4,a ledger\n";
    let (status, learnt) = put("/api/v1/standing", ledger).await;
    let unknown =
        ["line 2: there is no customer `nobody`", "line 4: there is no customer `somebody`"];
    let wanted = json!({"facts": 1, "new": 1, "unknown": unknown});
    assert_eq!((status, learnt), (StatusCode::OK, wanted), "the known one is taken");
    let (_, standing) = desk.get("/api/v1/customers/tenant-1/standing", &admin).await;
    assert_eq!(standing["verdict"], "bad", "{standing}");
    let unknown = standing["unknown"].as_array().expect("a list");
    assert!(unknown.contains(&json!("subscription")), "{standing}");
    let (_, posture) = desk.get("/api/v1/customers/tenant-1/posture", &admin).await;
    assert_eq!((&posture[0]["id"], &posture[0]["state"]), (&json!("mfa_admins"), &json!("bad")));
    let viewer = Browser::of(&desk, Role::Viewer).await;
    for path in ["/cases/1/standing", "/customers/tenant-1"] {
        let page = viewer.see(path).await;
        for words in ["Standing: bad", "our books", "an audit", "mend this", "not known"] {
            assert!(page.contains(words), "{path}: {words}: {page}");
        }
    }
    desk.close().await;
}

#[tokio::test]
async fn a_letter_goes_to_the_customer_through_the_book_and_is_given_up_in_words() {
    let desk = desk().await;
    let analyst = Browser::of(&desk, Role::Analyst).await;
    let post = Post::open(Vec::new()).await;
    let settings = format!(
        "desk = 'https://desk.example'\n[[receiver]]\nname = 'post'\nchannel = 'mail'\n{}\n",
        post.settings()
    );
    let book = Book::parse(&settings).expect("settings");
    assert_eq!(book.senders().to_vec(), ["post"]);
    let letter = [("language", "de"), ("subject", "Eine Frage"), ("body", "Ist es Ihres?")];
    let by = |way| [&letter[..], &[("way", way)]].concat();
    assert_eq!(analyst.send("/cases/1/letters/send", &by("nobody")).await, StatusCode::BAD_REQUEST);
    assert_eq!(analyst.send("/cases/1/letters/send", &by("post")).await, StatusCode::SEE_OTHER);
    for tried in [1, 0] {
        let carried = casework::carry(&*desk.store, &book, NOW.plus_seconds(1)).await;
        assert_eq!(carried.expect("carried"), tried);
    }
    let got = post.got();
    assert_eq!(got.len(), 1, "once: {got:?}");
    assert_eq!(got[0].0, ["it@contoso.example"], "to the customer, not to the receiver");
    assert!(got[0].1.contains("Subject: Eine Frage") && got[0].1.contains("Ist es Ihres?"));
    let empty = Book::default();
    analyst.send("/cases/1/letters/send", &by("post")).await;
    casework::carry(&*desk.store, &empty, NOW.plus_seconds(1)).await.expect("carried");
    let page = analyst.see("/cases/1/letters").await;
    assert!(page.contains("not sent: there is no receiver"), "{page}");
    desk.close().await;
}

#[test]
fn a_real_shell_takes_a_quoted_name_for_one_word() {
    let mut random = fastrand::Rng::with_seed(50);
    let letters: Vec<char> = "ab /-_.$`'\"\\;&|<>(){}[]*?!#~=%\u{e9}\u{4e2d}".chars().collect();
    for _ in 0..200 {
        let name: String =
            (0..random.usize(1..30)).filter_map(|_| random.choice(&letters)).collect();
        let Some(word) = quoted(Tool::Sh, &name) else {
            assert!(name.starts_with('-'), "{name:?}");
            continue;
        };
        let shell = Command::new("sh").arg("-c").arg(format!("printf %s {word}")).output();
        assert_eq!(shell.expect("a shell").stdout, name.as_bytes(), "{word}");
    }
}

#[tokio::test]
async fn where_machines_run_decides_what_holds_and_where_commands_look() {
    for (region, is_asked) in [("cn-north-1", true), ("eu-west-1", false)] {
        let desk = Desk::open().await;
        let mut judgement = crate::store::case(1, 0.95, 10.0);
        judgement.case.findings[0].evidence.insert("regions".to_string(), json!([region]));
        judged(&desk, &judgement).await;
        let key = desk.key(Role::Viewer).await;
        let (_, list) = desk.get("/api/v1/cases/1/checklist", &key).await;
        let steps = list.as_array().expect("steps");
        let step = |id: &str| steps.iter().find(|step| step["id"] == id);
        assert_eq!(step("approval").is_some(), is_asked, "{region}: China has rules of its own");
        let respawn = &step("respawn").expect("a step")["commands"][0]["run"];
        let named = format!("describe-auto-scaling-groups --region {region} ");
        assert!(respawn.as_str().is_some_and(|run| run.contains(&named)), "{respawn}");
        let standing = step("standing").expect("a step");
        let by_hand = standing["by_hand"].as_str().expect("a reason");
        assert!(by_hand.contains("pages of this case"), "{by_hand}");
        desk.close().await;
    }
}
