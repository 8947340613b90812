//! Views that stay up to date without a script, and what was not looked at, said where people look.

use std::sync::Arc;

use firedamp::{
    language::Language,
    store::{Folded, Holder, NewSession, NewUser, Object, Owner},
    tree::Tree,
    web::access::{Role, hash},
};
use firedamp_core::{
    event::Signal,
    fold::{AccountState, Accounts},
    id::ObjectId,
    indicator::IndicatorSet,
    scan::{self, Options},
    time::{Span, Time},
};
use reqwest::{Method, Response, StatusCode};

use super::{Desk, NOW};

/// When the session was used last.
const BEFORE: Time = NOW.plus_seconds(-3600);
const KEY: &str = "a key of a session";

impl Desk {
    /// Keeps these states as those of one object.
    async fn fold(&self, accounts: Accounts) {
        let object = Object {
            address: "flow.log".to_string(),
            version: "1".to_string(),
            id: Some(ObjectId([7; 16])),
            path: "flow.log".to_string(),
            bytes: 1,
            records: 1,
            rejects: 0,
            reasons: Vec::new(),
            has_traffic: true,
            warning: None,
            folded_at: NOW,
            newest: None,
        };
        let states = accounts.0.into_iter().map(|(name, state)| {
            let bytes = Accounts([(name.clone(), state)].into()).to_bytes().expect("memory");
            (name, bytes)
        });
        let folded = Folded { object, states: states.collect(), newest: Vec::new() };
        self.store.fold(&[folded]).await.expect("folded");
    }

    async fn view(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.base));
        let request = request.header("cookie", format!("firedamp_session={KEY}"));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        answer
    }

    /// Somebody who was here an hour ago.
    async fn with_a_person(self) -> Self {
        let role = Role::Analyst.id().to_string();
        let holder = Holder { name: "alice".to_string(), role, scope: None };
        let user = NewUser { holder, language: Language::English };
        self.store.add_user(&user, BEFORE).await.expect("added");
        let session = NewSession {
            hash: hash(KEY),
            owner: Owner::User("alice"),
            at: BEFORE,
            until: NOW.plus_seconds(3600),
            address: "192.0.2.1".to_string(),
            browser: "a browser".to_string(),
        };
        self.store.open_session(&session).await.expect("opened");
        self
    }

    async fn seen_at(&self) -> Time {
        let sessions = self.store.sessions("alice", NOW, BEFORE.plus_seconds(-1)).await;
        sessions.expect("sessions")[0].seen_at
    }
}

#[tokio::test]
async fn a_queue_is_shown_anew_when_somebody_wants_it() {
    let desk = Desk::open().await.with_a_case().await.with_a_person().await;
    let still = desk.view("/?status=active").await;
    assert!(!still.headers().contains_key("refresh"));
    let page = still.text().await.expect("a page");
    assert!(
        page.contains("/?status=active&amp;live=1") || page.contains("/?status=active&#38;live=1")
    );
    assert!(page.contains("class=\"bulk\""));
    let live = desk.view("/?status=active&live=1").await;
    assert_eq!(live.headers()["refresh"], "30");
    let page = live.text().await.expect("a page");
    assert!(page.contains("every 30 seconds") && page.contains("href=\"/?status=active\""));
    assert!(!page.contains("class=\"bulk\""), "nobody chooses what may change under their hand");
    let other = desk.view("/customers?live=1").await;
    assert!(!other.headers().contains_key("refresh"));
    desk.close().await;
}

#[tokio::test]
async fn a_view_that_nobody_touches_keeps_no_session_open() {
    let desk = Desk::open().await.with_a_case().await.with_a_person().await;
    for _ in 0..3 {
        desk.view("/?q=x&live=1").await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(desk.seen_at().await, BEFORE);
    desk.view("/?q=x").await;
    let began = std::time::Instant::now();
    while desk.seen_at().await != NOW {
        assert!(began.elapsed().as_secs() < 10, "a person who asks is there");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    desk.close().await;
}

#[tokio::test]
async fn what_was_too_much_to_look_at_is_said_of_account_and_case() {
    let desk = Desk::open().await;
    let mut judgement = crate::store::case(1, 0.95, 10.0);
    let account = judgement.case.id.clone();
    let mut state = AccountState::default();
    state.coverage.see(Signal::Flow, Span::at(NOW));
    state.coverage.crowd();
    judgement.case.coverage = state.coverage.covered();
    judgement.html = firedamp::report::article(&judgement.case);
    let name = firedamp_core::id::Account::parse(&account).expect("an account");
    desk.fold(Accounts([(name, state)].into())).await;
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let key = desk.key(Role::Viewer).await;
    let page = async |path: String| {
        let answer = desk.request(Method::GET, &path, &key).send().await.expect("an answer");
        answer.text().await.expect("a page")
    };
    for path in [format!("/accounts/{account}"), "/cases/1/usage".to_string()] {
        let page = page(path.clone()).await;
        assert!(
            page.contains("network flows held more conversations than are looked at"),
            "{path}"
        );
    }
    let summary = page("/cases/1".to_string()).await;
    assert!(summary.contains("miners on no list may be missed"), "{summary}");
    desk.close().await;
}

/// The account has a case of another kind, or else the mail would show nowhere but on its own page.
#[tokio::test]
async fn a_mail_about_a_hijack_is_shown_of_its_account_and_opens_no_case() {
    let desk = Desk::open().await;
    let judgement = crate::store::case(1, 0.95, 10.0);
    let id = judgement.case.id.clone();
    let (provider, number) = id.split_once(':').expect("an account");
    assert_eq!(provider, "aws");
    let mail = format!(
        "From: <abuse@aws.example>\r\nSubject: Your <b>Abuse</b> Report\r\n\
         Date: Sun, 01 Mar 2026 12:00:00 +0000\r\nMessage-ID: <h1@aws.example>\r\n\r\n\
         Hello, AWS has received a report that your account may be compromised.\r\n\
         AWS Account ID: {number}\r\nPlease reply within 24 hours.\r\n"
    );
    let options = Options::new(Arc::new(IndicatorSet::empty()));
    let accounts = scan::read(&[mail.as_bytes()], &options);
    assert_eq!(scan::judge(&accounts, &options).len(), 0, "no case");
    desk.fold(accounts).await;
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let key = desk.key(Role::Viewer).await;
    let asked = desk.request(Method::GET, &format!("/accounts/{id}"), &key).send();
    let page = asked.await.expect("an answer").text().await.expect("a page");
    for words in [
        "The provider wrote of a hijack",
        "2026-03-01 12:00 UTC",
        "Your &#60;b&#62;Abuse&#60;/b&#62; Report (a mail that nobody verified",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    desk.close().await;
}

#[tokio::test]
async fn the_newest_record_stands_beside_the_last_arrival() {
    let desk = Desk::open().await;
    desk.store.plant(&Tree::read(super::TREE).expect("a tree")).await.expect("planted");
    let name = firedamp_core::id::Account::parse("aws:111122223333").expect("an account");
    let fold = async |address: &str, newest: Time| {
        let object = Object {
            address: address.to_string(),
            version: "1".to_string(),
            id: None,
            path: address.to_string(),
            bytes: 1,
            records: 1,
            rejects: 0,
            reasons: Vec::new(),
            has_traffic: false,
            warning: None,
            folded_at: NOW,
            newest: Some(newest),
        };
        let states = vec![(name.clone(), b"x".to_vec())];
        let folded = Folded { object, states, newest: vec![(name.clone(), newest)] };
        desk.store.fold(&[folded]).await.expect("folded");
    };
    let three_days_ago = NOW.plus_seconds(-3 * 86_400);
    fold("old.log", three_days_ago).await;
    fold("older.log", three_days_ago.plus_seconds(-60)).await;
    let key = desk.key(Role::Viewer).await;
    let (_, file) = desk.get("/api/v1/accounts/aws:111122223333", &key).await;
    assert_eq!(file["newest_record"], three_days_ago.to_string(), "{file}");
    assert_eq!(file["last_seen"], NOW.to_string());
    for (path, words) in [
        ("/accounts/aws:111122223333", "<dt>Newest record</dt><dd class=\"time\">2026-03-28 23:33"),
        ("/customers/b", "data-label=\"Newest record (UTC)\">2026-03-28 23:33</td>"),
    ] {
        let answer = desk.request(Method::GET, path, &key).send().await.expect("an answer");
        let page = answer.text().await.expect("a page");
        assert!(page.contains(words), "{path}: {page}");
    }
    desk.close().await;
}
