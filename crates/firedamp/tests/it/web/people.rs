//! People with passwords: how they come in, what they see of themselves, and how they are kept out.

use std::{io::Write, process::Stdio};

use firedamp::{
    language::Language,
    store::{Access, Holder, NewUser, Sqlite, UserChange},
    web::{access::Role, password},
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{Desk, NOW, TREE, signed_in};
use crate::program::{Folder, Run, command};

pub(crate) const PASSWORD: &str = "correct horse battery";

impl Desk {
    /// A form as our own page sends it.
    async fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}{path}", self.base)).header("cookie", cookie);
        let request = request.header("sec-fetch-site", "same-origin").form(fields);
        request.send().await.expect("an answer")
    }

    pub(crate) async fn page(&self, path: &str, cookie: &str) -> (StatusCode, String) {
        let request = self.client.get(format!("{}{path}", self.base)).header("cookie", cookie);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("a page"))
    }

    /// Somebody with a password.
    pub(crate) async fn person(&self, name: &str, role: Role) {
        self.reader(name, role, Language::English).await;
    }

    /// The same in a language.
    pub(crate) async fn reader(&self, name: &str, role: Role, language: Language) {
        let holder = Holder { name: name.to_string(), role: role.id().to_string(), scope: None };
        let user = NewUser { holder, language };
        self.store.add_user(&user, NOW).await.expect("added");
        let kept = password::hash(PASSWORD.to_string()).await.expect("a hash");
        self.store.set_password(name, &kept, None).await.expect("set");
    }

    async fn try_to_sign_in(&self, name: &str, password: &str, cookie: &str) -> Response {
        self.form("/sign-in", cookie, &[("name", name), ("password", password)]).await
    }

    pub(crate) async fn sign_in(&self, name: &str) -> String {
        let answer = self.try_to_sign_in(name, PASSWORD, "").await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        cookie(&answer)
    }
}

fn cookie(answer: &Response) -> String {
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    cookie.split(';').next().expect("a cookie").to_string()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).expect(start).1;
    rest.split_once(end).expect(end).0
}

#[tokio::test]
async fn an_administrator_lets_somebody_in_who_chooses_a_password() {
    let desk = Desk::open().await;
    let admin = signed_in(&desk, &desk.key(Role::Admin).await).await;
    let fields = [("name", "alice"), ("role", "analyst"), ("language", "fr"), ("customer", "")];
    let made = desk.form("/users", &admin, &fields).await;
    assert_eq!(made.status(), StatusCode::OK);
    let made = made.text().await.expect("a page");
    let key = between(&made, "<p><code>", "</code>").to_string();
    let (_, again) = desk.page("/users", &admin).await;
    assert!(again.contains("alice") && !again.contains(&key), "shown once");
    assert!(again.contains("has no password yet"), "{again}");

    let choose = async |key: &str, password: &str, twice: &str| {
        let fields = [("key", key), ("password", password), ("again", twice)];
        desk.form("/password", "", &fields).await
    };
    for (password, twice) in [("short", "short"), (PASSWORD, "something else entirely")] {
        let refused = choose(&key, password, twice).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{password}");
    }
    assert_eq!(choose("firedamp_00", PASSWORD, PASSWORD).await.status(), StatusCode::BAD_REQUEST);
    let chosen = choose(&key, PASSWORD, PASSWORD).await;
    assert_eq!(chosen.status(), StatusCode::SEE_OTHER);
    let own = cookie(&chosen);
    let (status, page) = desk.page("/account", &own).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("<option value=\"fr\" lang=\"fr\" selected>"), "{page}");
    assert_eq!(choose(&key, PASSWORD, PASSWORD).await.status(), StatusCode::BAD_REQUEST, "once");
    assert_eq!(desk.page("/users", &own).await.0, StatusCode::FORBIDDEN);
    desk.close().await;
}

#[tokio::test]
async fn each_sign_in_has_a_new_key_and_ends_the_old_one() {
    let desk = Desk::open().await;
    desk.person("alice", Role::Viewer).await;
    let first = desk.sign_in("alice").await;
    let answer = desk.try_to_sign_in("ALICE", PASSWORD, &first).await;
    let second = cookie(&answer);
    assert_ne!(first, second);
    assert_eq!(desk.page("/", &first).await.0, StatusCode::SEE_OTHER, "ended");
    assert_eq!(desk.page("/", &second).await.0, StatusCode::OK);
    let planted = "firedamp_session=firedamp_chosen-by-somebody-else";
    let answer = desk.try_to_sign_in("alice", PASSWORD, planted).await;
    assert_ne!(cookie(&answer), planted);
    desk.close().await;
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_look_the_same_and_are_soon_too_many() {
    let desk = Desk::open().await;
    desk.person("alice", Role::Viewer).await;
    let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let answer = desk.try_to_sign_in("alice", "not my password", "").await;
        wrong.push((answer.status(), answer.text().await.expect("a page")));
        let answer = desk.try_to_sign_in("nobody", "not my password", "").await;
        unknown.push((answer.status(), answer.text().await.expect("a page")));
    }
    assert_eq!(wrong[0].0, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong, unknown);
    let answer = desk.try_to_sign_in("alice", PASSWORD, "").await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "even the right one");
    let wait: u64 =
        answer.headers()["retry-after"].to_str().expect("text").parse().expect("a number");
    assert!((1..=61).contains(&wait), "{wait}");
    assert!(answer.text().await.expect("a page").contains("too many tries to sign in; wait"));
    desk.person("bob", Role::Viewer).await;
    desk.sign_in("bob").await;
    desk.close().await;
}

#[tokio::test]
async fn another_role_and_the_door_count_at_once() {
    let desk = Desk::open().await;
    desk.person("alice", Role::Admin).await;
    desk.person("bob", Role::Admin).await;
    let (alice, bob) = (desk.sign_in("alice").await, desk.sign_in("bob").await);
    assert_eq!(desk.page("/users", &bob).await.0, StatusCode::OK);
    let act = async |action: &str, role: &str| {
        desk.form("/users/bob/act", &alice, &[("action", action), ("role", role)]).await.status()
    };
    assert_eq!(act("role", "viewer").await, StatusCode::SEE_OTHER);
    assert_eq!(desk.page("/users", &bob).await.0, StatusCode::FORBIDDEN);
    assert_eq!(act("role", "emperor").await, StatusCode::BAD_REQUEST);
    assert_eq!(act("disable", "").await, StatusCode::SEE_OTHER);
    assert_eq!(desk.page("/", &bob).await.0, StatusCode::SEE_OTHER, "his session is ended");
    let answer = desk.try_to_sign_in("bob", PASSWORD, "").await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let own = desk.form("/users/alice/act", &alice, &[("action", "disable")]).await;
    assert_eq!(own.status(), StatusCode::UNPROCESSABLE_ENTITY, "the last one stays");
    assert_eq!(act("enable", "").await, StatusCode::SEE_OTHER);
    desk.sign_in("bob").await;
    desk.close().await;
}

#[tokio::test]
async fn whoever_changes_the_password_keeps_this_session_alone() {
    let desk = Desk::open().await;
    desk.person("alice", Role::Viewer).await;
    let (here, elsewhere) = (desk.sign_in("alice").await, desk.sign_in("alice").await);
    let change = async |old: &str, new: &str| {
        let fields = [("old", old), ("password", new), ("again", new)];
        desk.form("/account/password", &here, &fields).await.status()
    };
    let another = "staple some other battery";
    assert_eq!(change("a wrong guess of it", another).await, StatusCode::FORBIDDEN);
    assert_eq!(change(PASSWORD, "alice alice").await, StatusCode::BAD_REQUEST);
    assert_eq!(change(PASSWORD, another).await, StatusCode::OK);
    assert_eq!(desk.page("/", &here).await.0, StatusCode::OK);
    assert_eq!(desk.page("/", &elsewhere).await.0, StatusCode::SEE_OTHER);
    let language = desk.form("/account/language", &here, &[("language", "de")]).await;
    assert_eq!(language.status(), StatusCode::SEE_OTHER);
    assert_eq!(desk.store.users().await.expect("users")[0].language, Language::German);
    desk.close().await;
}

#[tokio::test]
async fn one_ends_ones_own_sessions_and_nobody_elses() {
    let desk = Desk::open().await;
    desk.person("alice", Role::Viewer).await;
    desk.person("bob", Role::Viewer).await;
    let (alice, lost) = (desk.sign_in("alice").await, desk.sign_in("alice").await);
    let bob = desk.sign_in("bob").await;
    let (_, page) = desk.page("/account", &alice).await;
    let other = between(&page, "/account/sessions/", "/end").to_string();
    let end = format!("/account/sessions/{other}/end");
    assert_eq!(desk.form(&end, &bob, &[]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(desk.page("/", &lost).await.0, StatusCode::OK);
    assert_eq!(desk.form(&end, &alice, &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(desk.page("/", &lost).await.0, StatusCode::SEE_OTHER);
    assert_eq!(desk.page("/", &alice).await.0, StatusCode::OK);
    desk.close().await;
}

#[tokio::test]
async fn programs_let_in_and_end_tokens() {
    let desk = Desk::open().await;
    let admin = desk.key(Role::Admin).await;
    let send = async |method: Method, path: &str, body: Value| {
        let answer =
            desk.request(method, path, &admin).json(&body).send().await.expect("an answer");
        (answer.status(), answer.json::<Value>().await.unwrap_or_default())
    };
    let (status, made) =
        send(Method::POST, "/api/v1/users", json!({"name": "carol", "role": "viewer"})).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert!(made["key"].as_str().expect("a key").starts_with("firedamp_"));
    for wrong in [
        json!({"name": "carol", "role": "viewer"}),
        json!({"name": "dave", "role": "viewer", "customer": "nobody"}),
        json!({"name": "dave", "role": "emperor"}),
        json!({"name": "dave", "role": "viewer", "password": "of mine"}),
    ] {
        let (status, problem) = send(Method::POST, "/api/v1/users", wrong.clone()).await;
        assert!(status.is_client_error(), "{wrong}: {status} {problem}");
    }
    let change = json!({"role": "analyst", "is_disabled": true});
    let (status, _) = send(Method::PATCH, "/api/v1/users/carol", change).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (_, users) = desk.get("/api/v1/users", &admin).await;
    assert_eq!((&users[0]["role"], &users[0]["is_disabled"]), (&json!("analyst"), &json!(true)));
    assert!(!users.to_string().contains("argon2"), "{users}");

    let wished = json!({"name": "scanner", "role": "analyst", "days": 1});
    let (status, made) = send(Method::POST, "/api/v1/tokens", wished).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let key = made["key"].as_str().expect("a key").to_string();
    assert_eq!(desk.get("/api/v1/totals", &key).await.0, StatusCode::OK);
    let (_, tokens) = desk.get("/api/v1/tokens", &admin).await;
    assert!(tokens.to_string().contains("scanner") && !tokens.to_string().contains(&key));
    let (status, _) = send(Method::DELETE, "/api/v1/tokens/scanner", Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(desk.get("/api/v1/totals", &key).await.0, StatusCode::UNAUTHORIZED);
    let endless = json!({"name": "x", "role": "viewer", "days": 0});
    assert_eq!(send(Method::POST, "/api/v1/tokens", endless).await.0, StatusCode::BAD_REQUEST);
    desk.close().await;
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait() {
    let desk = Desk::open().await;
    let (busy, calm) = (desk.key(Role::Viewer).await, desk.key(Role::Analyst).await);
    let path = "/api/v1/notices/nothing/read";
    let ask = |key: &str| desk.request(Method::POST, path, key).send();
    let mut held = None;
    for _ in 0..200 {
        let answers = futures_util::future::join_all((0..50).map(|_| ask(&busy))).await;
        let mut refused = answers.into_iter().filter_map(Result::ok);
        held = refused.find(|one| one.status() == StatusCode::TOO_MANY_REQUESTS);
        if held.is_some() {
            break;
        }
    }
    let held = held.expect("held up");
    assert!(held.headers().contains_key("retry-after"));
    let problem: Value = held.json().await.expect("a problem");
    assert_eq!(problem["code"], "too_many_requests");
    assert_eq!(ask(&calm).await.expect("an answer").status(), StatusCode::NOT_FOUND);
    desk.close().await;
}

#[tokio::test]
async fn every_answer_is_closed_to_other_sites_and_large_requests_are_refused() {
    let desk = Desk::open().await;
    let answer = desk.client.get(format!("{}/sign-in", desk.base)).send().await.expect("an answer");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.headers()[name], value, "{name}");
    }
    let much = "x".repeat(300 << 10);
    let key = desk.key(Role::Admin).await;
    let answer = desk.request(Method::POST, "/api/v1/users", &key).body(much.clone());
    let answer = answer.header("content-type", "application/json").send().await;
    assert!(answer.is_err() || answer.is_ok_and(|one| one.status().is_client_error()));
    let name = "n".repeat(100);
    let change = UserChange { role: Some("viewer".to_string()), ..UserChange::default() };
    assert!(desk.store.change_user(&name, &change).await.is_err());
    let login = desk.try_to_sign_in("alice", &much, "").await;
    assert!(login.status().is_client_error(), "{}", login.status());
    desk.close().await;
}

/// Runs `firedamp user` in a folder, with a password on standard input.
fn user(folder: &Folder, arguments: &[&str], password: &str) -> Run {
    let data = folder.root().to_str().expect("text");
    let mut child = command()
        .arg("user")
        .args(arguments)
        .args(["--data", data])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // Whoever needs no password does not read it.
    let _written = child.stdin.take().expect("a pipe").write_all(password.as_bytes());
    child.wait_with_output().expect("the program ends").into()
}

#[tokio::test]
async fn people_are_let_in_from_the_command_line_by_a_password_on_standard_input() {
    let folder = Folder::new();
    let store = Sqlite::open(&folder.path("firedamp.db")).await.expect("a store");
    let add = ["add", "alice", "--role", "admin", "--language", "de"];
    let refused = user(&folder, &add, "too short\n");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("15 letters or more"), "{}", refused.err);
    assert_eq!(store.users().await.expect("users"), [], "nobody is half let in");
    let added = user(&folder, &add, &format!("{PASSWORD}\n"));
    assert_eq!(added.code, 0, "{}", added.err);
    assert!(!(added.out + &added.err).contains(PASSWORD));
    let kept = store.password("alice").await.expect("an answer");
    assert!(password::verify(PASSWORD.to_string(), kept).await.expect("done"));
    let twice = user(&folder, &add, PASSWORD);
    assert!(twice.code == 2 && twice.err.contains("called `alice` already"), "{}", twice.err);
    let listed = user(&folder, &["list"], "");
    assert_eq!(listed.out, "alice\tadmin\tevery customer\tde\tcomes in\tnever seen\n");
    let last = user(&folder, &["disable", "alice"], "");
    assert!(last.code == 2 && last.err.contains("nobody would be left"), "{}", last.err);
    let changed = user(&folder, &["password", "alice"], "another long password");
    assert_eq!(changed.code, 0, "{}", changed.err);
    let kept = store.password("alice").await.expect("an answer");
    assert!(!password::verify(PASSWORD.to_string(), kept).await.expect("done"));
    let spoken = user(&folder, &["add", "bob", "--role", "viewer", "--language", "xx"], PASSWORD);
    assert_eq!(spoken.code, 2, "{}", spoken.err);
}

/// Whoever looks without working cases takes nothing out of the desk's inbox.
#[tokio::test]
async fn a_viewer_reads_and_the_inbox_stays_as_it_was() {
    let desk = Desk::open().await.with_a_case().await;
    let admin = desk.key(Role::Admin).await;
    let plant = desk.request(Method::PUT, "/api/v1/customers", &admin).body(TREE);
    assert_eq!(plant.send().await.expect("an answer").status(), StatusCode::OK);
    let (viewer, analyst) =
        (desk.key_within(Role::Viewer, Some("a")).await, desk.key(Role::Analyst).await);
    for (key, left) in [(&viewer, 1), (&analyst, 0)] {
        let read = desk.request(Method::POST, "/api/v1/notices/1/read", key).send().await;
        assert_eq!(read.expect("an answer").status(), StatusCode::NO_CONTENT);
        let page = desk.request(Method::GET, "/notices/1", key).send().await;
        assert_eq!(
            page.expect("an answer").status(),
            StatusCode::SEE_OTHER,
            "it leads to its case"
        );
        let (_, unread) = desk.get("/api/v1/notices?unread=true", &admin).await;
        assert_eq!(unread["notices"].as_array().map(Vec::len), Some(left), "{unread}");
    }
    desk.close().await;
}
