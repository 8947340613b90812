//! Pages in the language of whoever reads them: no sentence is missing, and none is left in English.

use std::collections::BTreeSet;

use firedamp::{language::Language, report, tree::Tree, web::access::Role};
use firedamp_core::saying::Saying;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{Desk, NOW};
use crate::cleanup::{ACCOUNT, hijack};

/// What is said alike in two languages, or has a name of its own.
const ALIKE: [&str; 56] = [
    "Verdict",
    "digitalocean",
    "oci",
    "ovh",
    "alibaba",
    "hetzner",
    "scaleway",
    "in",
    "Note",
    "Document",
    "Wallets",
    "Mail",
    "en",
    "USD",
    "aws",
    "azure",
    "gcp",
    "UTC",
    "Firedamp",
    "– Firedamp",
    "reader-en",
    "reader-fr",
    "reader-de",
    "Contoso",
    "Role",
    "DNS",
    "Pool",
    "Pools",
    "Wallet",
    "Ports",
    "Version",
    "Test",
    "Nats",
    "Point",
    "Cloud",
    "Name",
    "Status",
    "Sources",
    "Interval",
    "Document (SHA-256)",
    "Contact",
    "Détecteurs",
    "English",
    "Français",
    "Deutsch",
    "Source",
    "Pages",
    "Tier",
    "Token",
    "Person",
    "Limits",
    "Phone",
    "Budget",
    "Description",
    "Impact",
    "resource",
];

/// What people read of a page: texts outside of what is marked as English, names, code and fields.
fn texts(page: &str) -> BTreeSet<String> {
    const APART: [&str; 8] = [
        "<bdi",
        "<code",
        "<pre",
        "<textarea",
        "<svg",
        "<style",
        "<option value=\"firedamp",
        "<progress",
    ];
    let mut found = BTreeSet::new();
    let (mut skipped, mut depth) = (String::new(), 0);
    for part in page.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        if skipped.is_empty() {
            let opened = format!("<{tag}");
            let is_apart = APART.iter().any(|own| opened.starts_with(own));
            let is_foreign = tag.contains("lang=\"") && name != "html";
            if is_apart || is_foreign {
                (skipped, depth) = (name.to_string(), 1);
                continue;
            }
        } else {
            if name == skipped {
                depth += 1;
            } else if name.strip_prefix('/') == Some(&skipped) {
                depth -= 1;
                if depth == 0 {
                    skipped.clear();
                }
            }
            if !skipped.is_empty() {
                continue;
            }
        }
        let words = text.trim();
        let is_said = words.chars().filter(|letter| letter.is_alphabetic()).count() > 1;
        if is_said {
            found.insert(words.to_string());
        }
    }
    found
}

/// A desk with a customer, a hijacked account, a letter that was answered and a proposal.
async fn desk() -> Desk {
    let desk = Desk::open().await;
    let tree = format!(
        "account,customer,customer_name,language,contact,mail\naws:{ACCOUNT},contoso,Contoso,fr,\
         Mme Exemple,it@contoso.example\n"
    );
    desk.store.plant(&Tree::read(&tree).expect("a tree")).await.expect("planted");
    let judgement = hijack(firedamp_core::id::Provider::Aws, ACCOUNT, &["i-0abc"]);
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let admin = desk.key(Role::Admin).await;
    let sends = [
        (Method::PUT, "/api/v1/standing", "customer,overdue_days\ncontoso,45\n".to_string()),
        (
            Method::PUT,
            "/api/v1/posture",
            "customer,part,value\ncontoso,mfa_admins,no\n".to_string(),
        ),
    ];
    for (method, path, body) in sends {
        let sent = desk.request(method, path, &admin).body(body).send().await;
        assert_eq!(sent.expect("an answer").status(), StatusCode::OK, "{path}");
    }
    let proposal = json!({
        "customer": "contoso", "asked_by": "x", "approved_by": "y", "purpose": "security_research",
        "scope": {"pools": ["pool.example"]}, "limits": {"usd_per_day": 20.0},
        "start": "2026-03-01T00:00:00Z", "end": "2026-06-01T00:00:00Z",
    });
    let sent = desk.request(Method::POST, "/api/v1/authorisations", &admin).json(&proposal).send();
    assert_eq!(sent.await.expect("an answer").status(), StatusCode::CREATED);
    for action in [
        json!({"action": "label", "label": "vip"}),
        json!({"action": "comment", "text": "called them"}),
        json!({"action": "investigate"}),
    ] {
        assert_eq!(desk.act(&admin, action).await.0, StatusCode::OK);
    }
    let asked = json!({"language": "fr", "subject": "Q", "body": "B", "way": "copied"});
    let sent = desk.request(Method::POST, "/api/v1/cases/1/letters", &admin).json(&asked).send();
    assert!(sent.await.expect("an answer").status().is_success());
    desk
}

pub(crate) const PAGES: [&str; 28] = [
    "/cases/1",
    "/cases/1/evidence",
    "/cases/1/usage",
    "/cases/1/related",
    "/cases/1/standing",
    "/cases/1/letters",
    "/cases/1/authorisations",
    "/cases/1/checklist",
    "/cases/1/cleanup",
    "/cases/1/money",
    "/cases/1/log",
    "/",
    "/?q=nothing",
    "/account",
    "/accounts/aws:111122223333",
    "/customers",
    "/customers/contoso",
    "/notices",
    "/deliveries",
    "/authorisations",
    "/authorisations/new",
    "/authorisations/1",
    "/search?q=i-0",
    "/sources",
    "/settings",
    "/outcomes",
    "/users",
    "/indicators?q=nanopool",
];

async fn read(desk: &Desk, language: Language) -> Vec<String> {
    let name = format!("reader-{language}");
    desk.reader(&name, Role::Admin, language).await;
    let cookie = desk.sign_in(&name).await;
    let mut pages = Vec::new();
    for path in PAGES {
        let (status, page) = desk.page(path, &cookie).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        assert!(page.contains(&format!("<html lang=\"{language}\">")), "{path}");
        let hole = page.split('[').skip(1).find(|rest| {
            let word = rest.split(']').next().unwrap_or_default();
            word.contains('-')
                && word.chars().all(|one| one.is_ascii_lowercase() || "-_.".contains(one))
        });
        assert_eq!(hole.map(|rest| rest.get(..40)), None, "{path}: a sentence is missing");
        pages.push(page);
    }
    pages
}

#[tokio::test]
async fn every_page_is_read_in_three_languages_and_no_english_is_left() {
    let desk = desk().await;
    let english = read(&desk, Language::English).await;
    let mut left = BTreeSet::new();
    for language in [Language::French, Language::German] {
        let own = read(&desk, language).await;
        for ((path, english), own) in PAGES.iter().zip(&english).zip(&own) {
            let (english, own) = (texts(english), texts(own));
            assert!(own.len() > 5, "{path}: {own:?}");
            let same = own.intersection(&english).filter(|text| !is_alike(text));
            left.extend(same.map(|text| format!("{path} in {language}: {text}")));
        }
    }
    assert!(left.is_empty(), "{left:#?}");
    desk.close().await;
}

/// A case whose first finding can be told in every language, and whose others an older program kept.
async fn told_case(desk: &Desk) {
    let mut judgement = hijack(firedamp_core::id::Provider::Aws, ACCOUNT, &["i-0abc"]);
    let often = Saying::of("found-lookup.often").number("questions", 1200.0, 0);
    let said = Saying::of("found-lookup").count("names", 3).text("first", "pool.example");
    judgement.case.findings[0].say(said.say("often", often).say("blocked", None));
    judgement.html = report::article(&judgement.case);
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let admin = desk.key(Role::Admin).await;
    desk.let_in("bob").await;
    let act = json!({"action": "assign", "to": "bob"});
    assert_eq!(desk.act(&admin, act).await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_detectors_say_and_what_to_do_and_the_log_are_in_the_readers_language() {
    let desk = Desk::open().await;
    told_case(&desk).await;
    let wanted = [
        (
            Language::German,
            [
                (
                    "/cases/1/evidence",
                    "<h3><bdi>hat 3 Pool-Namen abgefragt, darunter pool.example, 1.200-mal</bdi>",
                ),
                ("/cases/1/evidence", "<h3 lang=\"en\"><bdi>hijack_sequence speaks of"),
                ("/cases/1", "<bdi>Hat 3 Pool-Namen abgefragt, darunter pool.example"),
                ("/cases/1", "Klären Sie es mit dem Kunden, bevor etwas angehalten wird"),
                ("/cases/1/log", "mit einer Wahrscheinlichkeit von 99 %"),
                ("/cases/1/log", "<bdi>an bob</bdi>"),
            ],
        ),
        (
            Language::French,
            [
                (
                    "/cases/1/evidence",
                    "<bdi>a demandé 3 noms de pools, dont pool.example, 1\u{202f}200 fois</bdi>",
                ),
                ("/cases/1/evidence", "<h3 lang=\"en\"><bdi>hijack_sequence speaks of"),
                ("/cases/1", "<bdi>A demandé 3 noms de pools, dont pool.example"),
                ("/cases/1", "Confirmez avec le client avant d’arrêter quoi que ce soit"),
                ("/cases/1/log", "avec une probabilité de 99 %"),
                ("/cases/1/log", "<bdi>à bob</bdi>"),
            ],
        ),
        (
            Language::English,
            [
                (
                    "/cases/1/evidence",
                    "<bdi>asked for 3 pool names, pool.example among them, 1200 times</bdi>",
                ),
                ("/cases/1/evidence", "<h3 lang=\"en\"><bdi>hijack_sequence speaks of"),
                ("/cases/1", "<bdi>Asked for 3 pool names, pool.example among them"),
                ("/cases/1", "Confirm with the customer before anything is stopped"),
                ("/cases/1/log", "with a probability of 99 %"),
                ("/cases/1/log", "<bdi>to bob</bdi>"),
            ],
        ),
    ];
    for (language, wanted) in wanted {
        let name = format!("reader-{language}");
        desk.reader(&name, Role::Admin, language).await;
        let cookie = desk.sign_in(&name).await;
        for (path, sentence) in wanted {
            let (status, page) = desk.page(path, &cookie).await;
            assert_eq!(status, StatusCode::OK, "{path}: {page}");
            assert!(page.contains(sentence), "{sentence} in {path}: {page}");
            assert!(!page.contains("data-say"), "{path}");
        }
    }
    desk.close().await;
}

/// Names, times and amounts, whatever marks stand around them.
fn is_alike(text: &str) -> bool {
    let is_time = text.starts_with("2026-") || text.ends_with("– Firedamp");
    let bare = text.trim_matches(|one: char| !one.is_alphabetic() && !"()".contains(one));
    is_time || ALIKE.contains(&text) || ALIKE.contains(&bare)
}

#[tokio::test]
async fn who_is_not_known_yet_reads_what_the_browser_asks_for() {
    let desk = Desk::open().await;
    for (accepted, words) in [
        ("de-AT,de;q=0.9,en;q=0.8", "Anmelden"),
        ("fr", "Se connecter"),
        ("nl,xx;q=0.5", "Sign in"),
        ("", "Sign in"),
    ] {
        let asked = desk.client.get(format!("{}/sign-in", desk.base));
        let answer = asked.header("accept-language", accepted).send().await.expect("an answer");
        let page = answer.text().await.expect("a page");
        assert!(page.contains(words), "{accepted}: {page}");
    }
    let cookie = {
        desk.reader("claire", Role::Viewer, Language::French).await;
        desk.sign_in("claire").await
    };
    let (status, page) = desk.page("/cases/99", &cookie).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(page.contains("<h1>Introuvable</h1>"), "{page}");
    desk.close().await;
}
