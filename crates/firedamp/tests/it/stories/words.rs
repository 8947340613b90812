//! What the story of a clean-up shows, in French and German: pages, the pack's report and what stands
//! beside it. No word of English is left but in names, citations and what a form of the provider wants.

use std::collections::{BTreeMap, BTreeSet};

use firedamp::{
    language::Language,
    store::{Progress, StepNote},
    tree::Tree,
    web::access::Role,
};
use firedamp_core::{plan::back::Former, policy, time::Time};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{Logs, TREE, telemetry::NOTICED, telemetry::Part};
use crate::{
    cleanup::{moto::Loot, packs::files},
    web::{Desk, languages::PAGES},
};

/// Words that stand in nearly every English sentence and in none of ours in French or German.
const ENGLISH: [&str; 44] = [
    "the", "of", "and", "for", "were", "that", "with", "is", "to", "by", "than", "its", "made",
    "asked", "talked", "called", "not", "new", "from", "this", "which", "has", "have", "are",
    "done", "step", "about", "more", "only", "nobody", "somebody", "unknown", "known", "nothing",
    "what", "until", "since", "answered", "gone", "there", "still", "seconds", "days", "yes",
];
/// What is marked as English: the fields of Microsoft's own form.
const MARKED: [&str; 3] =
    ["Adding or managing customers", "Moderate", "Cryptocurrency mining notification"];

fn now() -> Time {
    Time::from_seconds(NOTICED)
}

/// The desk after the clean-up, with an entry of nearly every kind in the case's log.
async fn desk() -> Desk {
    let desk = Desk::open_at(now).await;
    desk.store.plant(&Tree::read(TREE).expect("a tree")).await.expect("planted");
    let loot = Loot {
        machine: "i-0123456789abcdef0".to_string(),
        key: "AKIAIOSFODNN7EXAMPLE".to_string(),
        service: "arn:aws:ecs:us-east-1:111122223333:service/c/s".to_string(),
    };
    let mut logs = Logs::open_at(&desk, now()).await;
    logs.arrive_at(&desk, "before", &Part::before(), &loot, now()).await;
    let admin = desk.key(Role::Admin).await;
    desk.let_in("anna").await;
    for action in [
        json!({"action": "investigate"}),
        json!({"action": "assign", "to": "anna"}),
        json!({"action": "snooze", "until": "2026-04-02T00:00:00Z"}),
        json!({"action": "snooze", "until": null}),
    ] {
        let (status, told) = desk.act(&admin, action).await;
        assert_eq!(status, StatusCode::OK, "{told}");
    }
    let sends = [
        (Method::PUT, "/api/v1/cases/1/checklist/usage", json!({"result": "found"})),
        (Method::PUT, "/api/v1/cases/1/checklist/mfa", json!({"result": "done", "note": "Anna"})),
        (Method::POST, "/api/v1/cases/1/cleanups", json!({"until": "remove"})),
    ];
    for (method, path, body) in sends {
        let sent = desk.request(method, path, &admin).json(&body).send().await.expect("an answer");
        assert!(sent.status().is_success(), "{path}: {}", sent.text().await.unwrap_or_default());
    }
    carried_out(&desk).await;
    desk
}

/// The clean-up's steps, tried and done, as a cloud answered.
async fn carried_out(desk: &Desk) {
    let run = desk.store.cleanups(1).await.expect("runs").remove(0);
    let answers = ["gone already", "kept as snap-1", "switched off", "there, running"];
    for is_dry in [true, false] {
        for (step, answer) in run.plan.steps.iter().zip(answers.iter().cycle()) {
            let state = if step.number % 3 == 0 { "by_hand" } else { "done" };
            if !is_dry {
                let former = Former::Names(vec!["sg-1".to_string()]);
                desk.store.keep_former(run.id, step.number, &former).await.expect("kept");
            }
            for state in ["begun", state] {
                let answer = if state == "begun" { "" } else { *answer };
                let (state, answer) = (state.to_string(), answer.to_string());
                let note = StepNote { number: step.number, is_dry, state, at: now(), answer };
                desk.store.note_step(run.id, &note).await.expect("noted");
            }
        }
        if is_dry {
            desk.store.end_cleanup(run.id, Progress::Tried, "", now()).await.expect("tried");
            let approved = Some(run.digest.as_str());
            desk.store.decide_cleanup(run.id, approved, "bruno", now()).await.expect("approved");
        }
    }
    let why = "step 2: tried 6 times: asked too often";
    desk.store.end_cleanup(run.id, Progress::Stopped, why, now()).await.expect("stopped");
    let undo = desk.store.ask_undo(run.id, None, "bruno", now()).await.expect("asked");
    desk.store.end_cleanup(undo, Progress::Tried, "", now()).await.expect("tried");
    desk.store.decide_cleanup(undo, None, "bruno", now()).await.expect("withdrawn");
}

/// What stands in a page: texts and what is read aloud, and apart what is marked as English.
#[derive(Default)]
struct Texts {
    own: Vec<String>,
    marked: BTreeSet<String>,
}

/// Elements that hold what is the same in every language.
const APART: [&str; 6] = ["code", "pre", "textarea", "style", "script", "option"];
const READ: [&str; 4] = ["aria-label=\"", "data-label=\"", "title=\"", "placeholder=\""];

fn texts(page: &str) -> Texts {
    let mut texts = Texts::default();
    let mut open: Option<(String, bool)> = None;
    for part in page.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        if let Some((closes, is_marked)) = &open {
            if name.strip_prefix('/') == Some(closes) {
                open = None;
            } else {
                if *is_marked {
                    texts.marked.insert(plain(text));
                }
                continue;
            }
        } else if APART.contains(&name) {
            open = Some((name.to_string(), false));
            continue;
        } else if tag.contains("lang=\"en\"") {
            texts.marked.insert(plain(text));
            open = Some((name.to_string(), true));
            continue;
        }
        for attribute in READ {
            let read = tag.split(attribute).nth(1).and_then(|rest| rest.split('"').next());
            texts.own.extend(read.map(plain));
        }
        texts.own.push(plain(text));
    }
    texts.marked.remove("");
    texts
}

fn plain(text: &str) -> String {
    let letters = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    let text = letters.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to));
    text.trim().to_string()
}

/// Texts with a word of English in them.
fn english(text: &str) -> Vec<String> {
    let mut left = text.to_string();
    // Citations stay as they are.
    for one in policy::all() {
        left = left.replace(&one.source, "");
    }
    let is_of_word = |letter: char| letter.is_alphanumeric() || "-_.’'/:@".contains(letter);
    let words = left.split(|letter| !is_of_word(letter));
    let bare = words.map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()));
    bare.filter(|word| ENGLISH.contains(word)).map(ToString::to_string).collect()
}

fn check(place: &str, page: &str, left: &mut Vec<String>) {
    let texts = texts(page);
    for text in texts.own {
        let words = english(&text);
        if !words.is_empty() {
            left.push(format!("{place}: {words:?} in {text}"));
        }
    }
    let marked = texts.marked.iter().filter(|text| !MARKED.contains(&text.as_str()));
    left.extend(marked.map(|text| format!("{place}: marked as English: {text}")));
}

fn parts(pack: &[u8]) -> BTreeMap<String, String> {
    let text = |content: Vec<u8>| String::from_utf8_lossy(&content).into_owned();
    files(pack).into_iter().map(|(name, content)| (name, text(content))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_english_is_left_in_what_the_story_shows() {
    let desk = desk().await;
    let mut left = Vec::new();
    for language in [Language::French, Language::German] {
        let name = format!("reader-{language}");
        desk.reader(&name, Role::Admin, language).await;
        let cookie = desk.sign_in(&name).await;
        let wrong = ["/cases/99", "/nothing", "/cases/1/records/0/1"];
        for path in PAGES.iter().chain(&wrong) {
            let (_, page) = desk.page(path, &cookie).await;
            check(&format!("{path} in {language}"), &page, &mut left);
        }
        let get = desk.client.get(format!("{}/cases/1/pack", desk.base)).header("cookie", &cookie);
        let pack = get.send().await.expect("an answer").bytes().await.expect("a pack");
        let parts = parts(&pack);
        check(&format!("report.html in {language}"), &parts["report.html"], &mut left);
        let readme = format!("<p>{}</p>", parts["README.txt"]);
        check(&format!("README.txt in {language}"), &readme, &mut left);
        let (_, money) = desk.page("/cases/1/money", &cookie).await;
        for form in money.split("<textarea readonly").skip(1) {
            let form = form.split("</textarea>").next().expect("a form");
            check(&format!("request in {language}"), &format!("<p{form}</p>"), &mut left);
        }
    }
    left.sort();
    left.dedup();
    assert!(left.is_empty(), "{left:#?}");
    desk.close().await;
}

/// Programs read what the log says by its id, whatever its sentence is called by now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_program_wrote_into_the_log_has_an_id() {
    let desk = desk().await;
    let key = desk.key(Role::Viewer).await;
    let (_, log) = desk.get("/api/v1/cases/1/activity?limit=200", &key).await;
    let entries = log["entries"].as_array().expect("entries");
    let said = |kind: &str| {
        let entry = entries.iter().find(|entry| entry["kind"] == kind);
        entry.unwrap_or_else(|| panic!("no {kind} in {log}"))["said"].clone()
    };
    assert_eq!(said("status")["id"], "status-investigating");
    let usage = &said("step")["blanks"]["step"]["sayings"][0]["id"];
    assert_eq!(usage, "step-usage");
    let step = said("cleanup_step");
    assert_eq!(step["id"], "log-cleanup-step");
    assert_eq!(step["blanks"]["state"]["sayings"][0]["id"], "log-cleanup-step.begun");
    assert_eq!(said("cleanup_stopped")["blanks"]["why"]["sayings"][0]["id"], "answer-step");
    for entry in entries {
        assert!(
            entry["said"]["id"].is_string() && !entry["text"].as_str().expect("text").is_empty()
        );
    }
    desk.close().await;
}
