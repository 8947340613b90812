//! What one customer may be shown names no other: neither their name, nor an account, nor a resource,
//! on no page, in no answer and in no notice of any kind.

use std::sync::Arc;

use firedamp::{
    delivery::{Book, Carrier},
    store::Judgement,
    tree::Tree,
    web::access::Role,
};
use firedamp_core::id::Provider;
use rand::SeedableRng;
use rand_pcg::Pcg64;
use reqwest::Method;
use serde_json::json;

use super::{Desk, NOW, ROUTES};
use crate::{
    channel::{
        receiver::{Answer, Receiver},
        secret,
    },
    store::case,
};

/// Customer `a` has the case with an odd number, `b` the others.
const CASES: u32 = 24;

fn judgement(number: u32) -> Judgement {
    let mut judgement = case(number, 0.95, f64::from(number));
    let owner = if number % 2 == 1 { "contoso" } else { "fabrikam" };
    judgement.case.provider = Provider::Azure;
    judgement.case.id = format!("azure:{owner}-account-{number}");
    for finding in &mut judgement.case.findings {
        finding.resource = format!("{owner}-machine-{number}");
        finding.summary = format!("{owner}-machine-{number} talked with a pool");
    }
    judgement.html = format!("<article>{owner}-machine-{number}</article>");
    judgement
}

impl Desk {
    /// Two customers, whose cases came at once.
    async fn with_two_customers(self) -> Self {
        let mut table = "account,customer,customer_name,reseller,reseller_name,mail\n".to_string();
        for number in 1..=CASES {
            let judged = judgement(number);
            self.store.judge(&judged, NOW).await.expect("judged");
            let party = if number % 2 == 1 {
                "a,Contoso,r1,Northwind,it@contoso.example"
            } else {
                "b,Fabrikam,r2,Fabrikam Group,it@fabrikam.example"
            };
            table.push_str(&format!("{},{party}\n", judged.case.id));
        }
        self.store.plant(&Tree::read(&table).expect("a tree")).await.expect("planted");
        self
    }
}

/// The same address, of the other customer's case, notice or page.
fn of_the_other(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "1" => "2",
        "a" => "b",
        other => other,
    });
    segments.collect::<Vec<_>>().join("/")
}

fn is_named(text: &str) -> bool {
    text.to_lowercase().contains("fabrikam")
}

#[tokio::test]
async fn no_page_and_no_answer_names_another_customer() {
    let desk = Desk::open().await.with_two_customers().await;
    let mut own = 0;
    for role in Role::ALL {
        let key = desk.key_within(role, Some("a")).await;
        for (method, path, ..) in ROUTES {
            for path in [(*path).to_string(), of_the_other(path)] {
                let request = desk.request(method.clone(), &path, &key).json(&json!({}));
                let answer = request.send().await.expect("an answer");
                let headers = format!("{:?}", answer.headers());
                let text = answer.text().await.expect("text");
                own += usize::from(text.to_lowercase().contains("contoso"));
                assert!(!is_named(&text), "{} {method} {path}: {text}", role.id());
                assert!(!is_named(&headers), "{} {method} {path}: {headers}", role.id());
            }
        }
        for query in [
            "/?status=active",
            "/?account=account",
            "/api/v1/cases?limit=200",
            "/api/v1/cases?customer=b",
            "/api/v1/cases?customer=r2",
            "/api/v1/customers?limit=200",
            "/api/v1/notices?limit=200",
            "/customers?q=group",
        ] {
            let (_, value) = desk.get(query, &key).await;
            let answer = desk.request(Method::GET, query, &key).send().await.expect("an answer");
            let text = answer.text().await.expect("text");
            assert!(!is_named(&text) && !is_named(&value.to_string()), "{query}: {text}");
        }
    }
    assert!(own > 20, "their own is there: {own}");
    desk.close().await;
}

#[tokio::test]
async fn no_notice_of_any_kind_names_another_customer() {
    let desk = Desk::open().await.with_two_customers().await;
    let theirs = Receiver::open(Answer::Status(200)).await;
    let secret = secret(&desk.folder, "a secret");
    let one = |name: &str, setting: &str| {
        let url = theirs.url();
        format!(
            "[[receiver]]\nname = '{name}'\nchannel = 'webhook'\nurl = '{url}'\n\
             secret = '{secret}'\ncustomer = 'a'\n{setting}\n"
        )
    };
    let book = format!(
        "desk = 'https://desk.example'\nallow_internal = ['127.0.0.0/8']\n{}{}{}",
        one("all", "daily_summary = '00:00'\nlanguage = 'de'"),
        one("late", "escalation_minutes = 10"),
        one("few", "hourly_max = 2\nlanguage = 'fr'"),
    );
    let book = Arc::new(Book::parse(&book).expect("settings"));
    let mut carrier = Carrier::new(desk.store.clone(), book, Pcg64::seed_from_u64(1));
    for hours in 0..26 {
        let now = NOW.plus_seconds(hours * 3600);
        if hours < 4 {
            // One more of each, so that there are single notices, too.
            for number in [101, 102] {
                let number = number + 2 * u32::try_from(hours).expect("small");
                let mut judged = judgement(number);
                judged.case.id = judgement(1 + (number + 1) % 2).case.id;
                judged.case.probability = 0.5 + 0.1 * hours as f64;
                judged.case.cost.as_mut().expect("a cost").per_day = 1e3 * 3_f64.powi(hours as i32);
                desk.store.judge(&judged, now).await.expect("judged");
            }
        }
        carrier.turn(now).await.expect("a turn");
    }
    let got = theirs.got();
    let kinds: std::collections::BTreeSet<String> = got
        .iter()
        .map(|(_, body)| {
            let event: serde_json::Value = serde_json::from_str(body).expect("JSON");
            event["type"].as_str().expect("a type").to_string()
        })
        .collect();
    for kind in ["case_grew", "digest", "daily_summary", "deadlines"] {
        assert!(kinds.contains(&format!("firedamp.{kind}.v1")), "{kind}: {kinds:?}");
    }
    for (headers, body) in &got {
        assert!(!is_named(body) && !is_named(&format!("{headers:?}")), "{body}");
        assert!(body.to_lowercase().contains("contoso"), "{body}");
    }
    desk.close().await;
}
