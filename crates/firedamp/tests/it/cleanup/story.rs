//! The whole story, over HTTP: a hijacked account is planned for, tried dry, approved by somebody else,
//! cleaned up at moto, proven to have stopped, packed, reported and resolved.

use std::time::Duration;

use firedamp::{
    cleanup::{Cleaner, Clouds},
    pack::{Public, verify},
    store::{Act, Action as CaseAction, Progress, StepNote},
    web::access::Role,
};
use firedamp_core::{
    coverage::{Coverage, Covered},
    event::{Action, Signal},
    id::Provider,
    plan::{
        Measure, Phase,
        back::{Former, Stays},
    },
    time::{Span, Time},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    NOW, at,
    clouds::aws_settings,
    deed, hijack,
    moto::{Moto, case_of, intrude},
};
use crate::web::Desk;

async fn get(desk: &Desk, key: &str, path: &str) -> Value {
    desk.get(&format!("/api/v1/cases/1{path}"), key).await.1
}

async fn page(desk: &Desk, key: &str, path: &str) -> String {
    let asked = desk.request(Method::GET, &format!("/cases/1{path}"), key);
    asked.send().await.expect("an answer").text().await.expect("a page")
}

async fn post(desk: &Desk, key: &str, path: &str, body: Value) -> StatusCode {
    let asked = desk.request(Method::POST, &format!("/api/v1/cases/1{path}"), key);
    asked.json(&body).send().await.expect("an answer").status()
}

/// What was read for six hours and a bill of the next day after the clean-up.
fn covered() -> Vec<Covered> {
    let mut coverage = Coverage::default();
    let first = at(-86_400);
    coverage.see(Signal::Flow, Span { first, last: at(40_000) });
    coverage.see(Signal::Call, Span { first, last: at(40_000) });
    coverage.see(Signal::Usage, Span { first, last: at(3 * 86_400) });
    coverage.covered()
}

#[tokio::test]
async fn a_hijacked_account_from_the_plan_to_the_end() {
    let Some(moto) = Moto::start() else { return };
    let loot = intrude(&moto).await;
    let desk = Desk::open().await;
    let mut judgement = case_of(&loot);
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let (alice, bob) = (desk.key(Role::Approver).await, desk.key(Role::Admin).await);

    let planned = get(&desk, &alice, "/plan").await;
    assert!(planned["script"].as_str().is_some_and(|script| script.starts_with("#!/bin/sh")));
    let cleanup = page(&desk, &alice, "/cleanup").await;
    for words in ["Keep the evidence", "Stop i-", "Nobody can tell yet", "Ask for the dry run"] {
        assert!(cleanup.contains(words), "{words}: {cleanup}");
    }

    // Asked by one, tried, approved by another.
    let asked = post(&desk, &alice, "/cleanups", json!({"until": "remove"})).await;
    assert_eq!(asked, StatusCode::ACCEPTED);
    let settings = aws_settings(&desk.folder, &moto.url);
    let turn = || async {
        let clouds = Clouds::parse(&settings).expect("settings");
        let cleaner = Cleaner::new(desk.store.clone(), clouds, || NOW);
        cleaner.with_patience(Duration::from_millis(1)).turn().await.expect("a turn")
    };
    turn().await;
    let tried = get(&desk, &alice, "/cleanups").await;
    assert_eq!(tried[0]["progress"], "tried", "{tried}");
    let decision = json!({"id": tried[0]["id"], "approve": tried[0]["digest"]});
    let own = post(&desk, &alice, "/cleanups/decision", decision.clone()).await;
    assert_eq!(own, StatusCode::UNPROCESSABLE_ENTITY, "who asks does not approve");
    let other = post(&desk, &bob, "/cleanups/decision", decision).await;
    assert_eq!(other, StatusCode::NO_CONTENT);
    turn().await;
    let done = get(&desk, &alice, "/cleanups").await;
    assert_eq!(done[0]["progress"], "done", "{done}");

    // Not proven yet: nothing after it was read.
    let resolve = json!({"action": "resolve", "reason": "fraud"});
    let early = post(&desk, &alice, "/actions", resolve.clone()).await;
    assert_eq!(early, StatusCode::UNPROCESSABLE_ENTITY);

    // Telemetry of the time after comes in: everything was stopped, and nothing costs any more.
    let case = &mut judgement.case;
    let named: Vec<String> = case.resources.iter().map(|one| one.id.clone()).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    case.details.deeds.push(deed(10, Action::DeleteCompute, "TerminateInstances", &named));
    case.findings.iter_mut().for_each(|finding| finding.span.last = at(0));
    (case.active, case.last_observed, case.coverage) = (false, at(0), covered());
    desk.store.judge(&judgement, at(4 * 86_400)).await.expect("judged");
    let proof = get(&desk, &alice, "/proof").await;
    assert_eq!(proof["verdict"], "stopped", "{proof}");
    let each = proof["resources"].as_array().expect("resources");
    let is_stopped = |one: &Value| one["verdict"] == "stopped" && one["control_plane"] == "ended";
    assert!(each.len() == named.len() && each.iter().all(is_stopped), "{proof}");

    // The pack, the request, the end.
    let pack = desk.request(Method::GET, "/api/v1/cases/1/pack", &alice).send().await;
    let pack = pack.expect("an answer");
    let pack = pack.bytes().await.expect("a pack");
    let money = page(&desk, &alice, "/money").await;
    let key = money.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next());
    let key = key.and_then(|key| Public::parse(&key.replace("&#43;", "+")));
    let findings = verify(&pack, Some(key.expect("the desk shows its key")));
    assert!(findings.iter().all(|one| one.is_right), "{findings:?}");
    let requests = get(&desk, &alice, "/requests").await;
    let text = requests["forms"][0]["description"].as_str().expect("a description");
    assert!(text.contains("It has stopped") && text.contains("Remove i-"), "{text}");
    let filed = json!({"kind": "report", "state": "filed", "reference": "171"});
    assert_eq!(post(&desk, &alice, "/requests", filed).await, StatusCode::NO_CONTENT);
    assert_eq!(post(&desk, &alice, "/actions", resolve).await, StatusCode::OK);
    let shown = get(&desk, &alice, "").await;
    assert_eq!((&shown["status"], &shown["reason"]), (&json!("resolved"), &json!("fraud")));
    assert_eq!(desk.store.check().await.expect("a check"), Vec::<String>::new());
    desk.close().await;
}

/// Flows and the bill have ended in sum; of the second machine nothing tells that it was stopped.
#[tokio::test]
async fn a_case_is_not_resolved_as_cleaned_while_one_resource_is_unproven() {
    let desk = Desk::open().await;
    let mut judgement = hijack(Provider::Aws, super::ACCOUNT, &["i-0abc", "i-0def"]);
    let case = &mut judgement.case;
    case.findings.retain(|finding| finding.resource != "i-0def");
    case.findings.iter_mut().for_each(|finding| finding.span.last = at(0));
    (case.active, case.last_observed, case.coverage) = (false, at(0), covered());
    case.details.charges[0].days = [("2026-03-30".to_string(), 96.0)].into_iter().collect();
    let stopped = |machine: &str| deed(10, Action::DeleteCompute, "TerminateInstances", &[machine]);
    case.details.deeds.push(stopped("i-0abc"));
    desk.store.judge(&judgement, at(4 * 86_400)).await.expect("judged");
    let alice = desk.key(Role::Analyst).await;
    let proof = get(&desk, &alice, "/proof").await;
    let says = |proof: &Value| {
        let each = proof["resources"].as_array().expect("resources").iter();
        each.map(|one| one["verdict"].as_str().unwrap_or_default().to_string()).collect::<Vec<_>>()
    };
    let parts: Vec<&Value> =
        proof["parts"].as_array().expect("parts").iter().map(|part| &part["says"]).collect();
    assert_eq!(parts, ["ended", "ended", "too_little"], "{proof}");
    assert_eq!(
        (says(&proof), &proof["verdict"]),
        (vec!["stopped".to_string(), "not_known".to_string()], &json!("not_known"))
    );

    let resolve = json!({"action": "resolve", "reason": "fraud"});
    let asked = desk.request(Method::POST, "/api/v1/cases/1/actions", &alice).json(&resolve);
    let refused = asked.send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let why = refused.text().await.expect("a problem");
    assert!(why.contains("does not prove yet that it stopped in i-0def;"), "{why}");
    let shown = page(&desk, &alice, "/cleanup").await;
    let row = shown.split("By resource").nth(1).and_then(|rest| rest.split("</tr>").nth(1));
    let row = row.expect("a row");
    assert!(row.contains("i-0def") && row.contains("Nobody can tell yet"), "first: {row}");

    judgement.case.details.deeds.push(stopped("i-0def"));
    desk.store.judge(&judgement, at(5 * 86_400)).await.expect("judged");
    assert_eq!(says(&get(&desk, &alice, "/proof").await), ["stopped", "stopped"]);
    assert_eq!(post(&desk, &alice, "/actions", resolve).await, StatusCode::OK);
    desk.close().await;
}

/// The machine was stopped, telemetry proves it, and then somebody has it started again.
#[tokio::test]
async fn what_was_read_before_an_undo_does_not_resolve_a_case() {
    let desk = Desk::open().await;
    let store = &desk.store;
    let mut judgement = hijack(Provider::Aws, super::ACCOUNT, &["i-0abc"]);
    let case = &mut judgement.case;
    case.findings.iter_mut().for_each(|finding| finding.span.last = at(0));
    (case.active, case.last_observed, case.coverage) = (false, at(0), covered());
    case.details.charges[0].days = [("2026-03-30".to_string(), 96.0)].into_iter().collect();
    case.details.deeds.push(deed(10, Action::DeleteCompute, "StopInstances", &["i-0abc"]));
    store.judge(&judgement, at(4 * 86_400)).await.expect("judged");
    let mut plan = super::plan_of(&judgement);
    plan.steps.retain(|step| step.phase == Phase::Contain);
    let of = |measure: Measure| plan.steps.iter().find(|step| step.measure == measure);
    let stop = of(Measure::Stop).expect("a step").number;
    let note = |number: u32, state: &str, at: Time| {
        let (state, answer) = (state.to_string(), String::new());
        StepNote { number, is_dry: false, state, at, answer }
    };

    // It is contained, and telemetry says so.
    let run = store.ask_cleanup(1, &plan, "alice", NOW).await.expect("asked");
    approved(&desk, run).await;
    store.keep_former(run, stop, &Former::There).await.expect("kept");
    for step in &plan.steps {
        store.note_step(run, &note(step.number, "done", NOW)).await.expect("noted");
    }
    store.end_cleanup(run, Progress::Done, "", NOW).await.expect("done");
    assert!(store.cleaned(1).await.expect("cleaned").is_some());
    let alice = desk.key(Role::Analyst).await;
    assert_eq!(get(&desk, &alice, "/proof").await["verdict"], "stopped");

    // An undo begins and is killed: nobody knows whether the machine was started.
    let undo = store.ask_undo(run, Some(stop), "alice", NOW).await.expect("asked");
    approved(&desk, undo).await;
    assert_eq!(get(&desk, &alice, "/proof").await["verdict"], "stopped", "nothing was begun");
    store.note_step(undo, &note(stop, "begun", at(39_000))).await.expect("noted");
    assert_eq!(store.cleaned(1).await.expect("none"), None);
    let proof = get(&desk, &alice, "/proof").await;
    let since = at(39_000).to_string();
    assert_eq!((&proof["verdict"], &proof["since"]), (&json!("not_known"), &json!(since)));
    let resolve = json!({"action": "resolve", "reason": "fraud"});
    let refused = post(&desk, &alice, "/actions", resolve).await;
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);

    // A person who looked says that it is stopped: the proof counts from then.
    store.note_cleaned(1, "bob", at(39_500)).await.expect("noted");
    let proof = get(&desk, &alice, "/proof").await;
    assert_eq!(proof["since"], at(39_500).to_string());
    desk.close().await;
}

/// A run that was tried and that somebody else approved.
async fn approved(desk: &Desk, id: i64) {
    desk.store.end_cleanup(id, Progress::Tried, "", NOW).await.expect("tried");
    let digest = desk.store.cleanups(1).await.expect("runs").remove(0).digest;
    desk.store.decide_cleanup(id, Some(&digest), "carol", NOW).await.expect("approved");
}

/// What a customer may be shown: their own, and nothing that the desk writes to itself.
#[tokio::test]
async fn a_customer_sees_plan_and_pack_and_no_requests() {
    let desk = Desk::open().await;
    desk.store
        .judge(&hijack(Provider::Aws, super::ACCOUNT, &["i-0abc"]), NOW)
        .await
        .expect("judged");
    let tree = format!("account,customer\naws:{},a\n", super::ACCOUNT);
    desk.store.plant(&firedamp::tree::Tree::read(&tree).expect("a tree")).await.expect("planted");
    let key = desk.key_within(Role::Viewer, Some("a")).await;
    let money = page(&desk, &key, "/money").await;
    assert!(money.contains("Evidence pack") && !money.contains("Support requests"), "{money}");
    let cleanup = page(&desk, &key, "/cleanup").await;
    assert!(!cleanup.contains("Ask for the dry run"), "a viewer asks for nothing: {cleanup}");
    let copied = cleanup.split("Copy the disks of i-0abc").nth(1).expect("a step");
    let copied = copied.split("</li>").next().unwrap_or_default();
    let is_told = copied.contains("the copies stay, and cost, until somebody deletes them");
    assert!(is_told && !copied.contains("cannot be undone"), "{copied}");
}

/// What an approver reads is what is approved, and it is what the evidence says today.
#[tokio::test]
async fn a_plan_of_yesterdays_evidence_is_not_approved() {
    let desk = Desk::open().await;
    let mut judgement = hijack(Provider::Aws, super::ACCOUNT, &["i-0abc", "i-0def"]);
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let (alice, bob) = (desk.key(Role::Analyst).await, desk.key(Role::Approver).await);
    post(&desk, &alice, "/cleanups", json!({"until": "remove"})).await;
    desk.store.end_cleanup(1, Progress::Tried, "", NOW).await.expect("tried");
    let decision = json!({"id": 1, "approve": get(&desk, &bob, "/cleanups").await[0]["digest"]});
    // Older logs come in: the one machine has long been the customer's.
    judgement.case.details.deeds[0].resources = vec!["i-0abc".to_string()];
    desk.store.judge(&judgement, at(60)).await.expect("judged");
    let shown = page(&desk, &bob, "/cleanup").await;
    let run = shown.split("Carry it out").nth(1).expect("the run");
    assert!(run.contains("Remove i-0def for ever (us-east-1)"), "the run's own steps: {run}");
    let early = post(&desk, &bob, "/cleanups/decision", decision.clone()).await;
    assert_eq!(early, StatusCode::UNPROCESSABLE_ENTITY);
    let known = desk.store.cleanups(1).await.expect("runs").remove(0);
    assert_eq!(known.progress, Progress::Tried);
    judgement.case.details.deeds[0].resources.push("i-0def".to_string());
    desk.store.judge(&judgement, at(90)).await.expect("judged");
    assert_eq!(post(&desk, &bob, "/cleanups/decision", decision).await, StatusCode::NO_CONTENT);
    desk.close().await;
}

/// A clean-up that copied a disk and stopped a machine, and went no further; the numbers of both steps.
async fn half_done(desk: &Desk) -> (u32, u32) {
    let run = desk.store.cleanups(1).await.expect("runs").remove(0);
    desk.store.end_cleanup(run.id, Progress::Tried, "", NOW).await.expect("tried");
    let digest = Some(run.digest.as_str());
    desk.store.decide_cleanup(run.id, digest, "carol", NOW).await.expect("approved");
    let of = |measure: Measure| {
        let step = run.plan.steps.iter().find(|step| step.measure == measure);
        step.expect("a step").number
    };
    let (copy, stop) = (of(Measure::Snapshot), of(Measure::Stop));
    for (number, former) in [(copy, Former::Never(Stays::Copy)), (stop, Former::There)] {
        desk.store.keep_former(run.id, number, &former).await.expect("kept");
        let state = "done".to_string();
        let note = StepNote { number, is_dry: false, state, at: NOW, answer: String::new() };
        desk.store.note_step(run.id, &note).await.expect("noted");
    }
    desk.store.end_cleanup(run.id, Progress::Stopped, "no", NOW).await.expect("stopped");
    (copy, stop)
}

/// The way back of a step, as the API tells it.
fn way_of(ways: &Value, step: u32) -> &Value {
    let mut ways = ways.as_array().expect("ways").iter();
    ways.find(|way| way["step"] == step).expect("a way")
}

#[tokio::test]
async fn an_approver_asks_for_the_undo_and_another_approves_it() {
    let desk = Desk::open().await;
    let judgement = hijack(Provider::Aws, super::ACCOUNT, &["i-0abc"]);
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let (alice, bob) = (desk.key(Role::Approver).await, desk.key(Role::Admin).await);
    let analyst = desk.key(Role::Analyst).await;
    let asked = post(&desk, &alice, "/cleanups", json!({"until": "remove"})).await;
    assert_eq!(asked, StatusCode::ACCEPTED);
    let (copy, stop) = half_done(&desk).await;

    // What can be undone, before and after.
    let planned = get(&desk, &alice, "/plan").await;
    let removed = planned["ways_back"].as_array().expect("ways").iter();
    let removed = removed.filter(|way| way["because"] == "removed").collect::<Vec<_>>();
    let why = "cannot be undone: what is removed is gone for ever";
    assert!(!removed.is_empty() && removed.iter().all(|way| way["why"] == why), "{planned}");
    let runs = get(&desk, &alice, "/cleanups").await;
    let ways = &runs[0]["ways_back"];
    let can = json!({"step": stop, "can_be_undone": true, "because": null, "why": null});
    assert_eq!(way_of(ways, stop), &can);
    assert_eq!(way_of(ways, copy)["because"], "copy");
    let removed = removed[0]["step"].as_u64().and_then(|step| u32::try_from(step).ok());
    assert_eq!(way_of(ways, removed.expect("a step"))["because"], "not_done");
    let button = format!("Ask for the undo of step {stop}");
    let shown = page(&desk, &alice, "/cleanup").await;
    for words in ["can be undone", "takes nothing away", "Ask for the undo of clean-up 1", &button]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let shown = page(&desk, &analyst, "/cleanup").await;
    assert!(shown.contains("can be undone") && !shown.contains("Ask for the undo"), "{shown}");

    // Through the page, and thought better of.
    let form = [("action", "undo"), ("run", "1")];
    let sent = desk.request(Method::POST, "/cases/1/cleanup/act", &alice).form(&form).send().await;
    let status = sent.expect("an answer").status();
    assert!(status.is_success() || status.is_redirection(), "{status}");
    let withdrawn = post(&desk, &analyst, "/cleanups/decision", json!({"id": 2})).await;
    assert_eq!(withdrawn, StatusCode::NO_CONTENT);

    // Through the API, one step of it.
    for (key, body, status) in [
        (&analyst, json!({"id": 1, "step": stop}), StatusCode::FORBIDDEN),
        (&alice, json!({"id": 1, "step": copy}), StatusCode::UNPROCESSABLE_ENTITY),
        (&alice, json!({"id": 1, "step": 99}), StatusCode::NOT_FOUND),
        (&alice, json!({"id": 99}), StatusCode::NOT_FOUND),
        (&alice, json!({"id": 1, "steps": [stop]}), StatusCode::BAD_REQUEST),
        (&alice, json!({"id": 1, "step": stop}), StatusCode::ACCEPTED),
        (&alice, json!({"id": 1}), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(post(&desk, key, "/cleanups/undo", body.clone()).await, status, "{body}");
    }
    let undo = get(&desk, &alice, "/cleanups").await[0].clone();
    assert_eq!((&undo["undoes"], &undo["ways_back"]), (&json!(1), &json!([])), "{undo}");
    let id = undo["id"].as_i64().expect("a number");
    desk.store.end_cleanup(id, Progress::Tried, "", NOW).await.expect("tried");
    // Other evidence makes another plan; the way back is the same.
    let mut other = judgement;
    other.case.details.deeds.clear();
    desk.store.judge(&other, at(60)).await.expect("judged");
    let decision = json!({"id": id, "approve": undo["digest"]});
    for (key, status) in
        [(&alice, StatusCode::UNPROCESSABLE_ENTITY), (&bob, StatusCode::NO_CONTENT)]
    {
        assert_eq!(post(&desk, key, "/cleanups/decision", decision.clone()).await, status);
    }
    let shown = page(&desk, &alice, "/cleanup").await;
    assert!(shown.contains("Undo of clean-up 1") && !shown.contains("Ask for the undo"), "{shown}");

    // What was undone is no more told to the provider as something that was done.
    let state = "done".to_string();
    let note = StepNote { number: stop, is_dry: false, state, at: NOW, answer: String::new() };
    desk.store.note_step(id, &note).await.expect("noted");
    let requests = get(&desk, &alice, "/requests").await;
    let text = requests["forms"][0]["description"].as_str().expect("a description");
    assert!(text.contains("Copy the disks of i-0abc") && !text.contains("Stop i-0abc"), "{text}");
    let runs = get(&desk, &alice, "/cleanups").await;
    assert_eq!(way_of(&runs[2]["ways_back"], stop)["because"], "undone", "{runs}");
    desk.close().await;
}

#[tokio::test]
async fn money_is_asked_of_those_alone_of_whom_a_rule_is_known() {
    for (provider, account, begins) in [
        (Provider::Azure, "0aaa0aaa-0000-4000-8000-00000000000a", Some("We ask for a one-time ")),
        (Provider::Aws, "111122223333", Some("We ask for a credit ")),
        (Provider::Ovh, "project-1", None),
    ] {
        let desk = Desk::open().await;
        let judgement = hijack(provider, account, &["machine-1"]);
        desk.store.judge(&judgement, NOW).await.expect("judged");
        let key = desk.key(Role::Approver).await;
        let requests = get(&desk, &key, "/requests").await;
        let forms = requests["forms"].as_array().expect("forms");
        let credit = forms.iter().find(|form| form["kind"] == "credit");
        let text = credit.and_then(|form| form["description"].as_str());
        assert_eq!(text.is_some(), begins.is_some(), "{provider}: {requests}");
        let is_right = text.zip(begins).is_none_or(|(text, begins)| text.starts_with(begins));
        assert!(is_right, "{provider}: {text:?}");
        let report = forms[0]["description"].as_str().expect("a report");
        assert!(report.starts_with("Cryptocurrency mining was found"), "{provider}: {report}");
        desk.close().await;
    }
}

#[tokio::test]
async fn a_credit_that_no_rule_gives_is_asked_for_only_with_a_reason() {
    let desk = Desk::open().await;
    desk.store.judge(&hijack(Provider::Ovh, "project-1", &["vm-1"]), NOW).await.expect("judged");
    let alice = desk.key(Role::Analyst).await;
    let noted = async |body: Value| {
        let asked = desk.request(Method::POST, "/api/v1/cases/1/requests", &alice).json(&body);
        let answer = asked.send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("a text"))
    };
    for why in ["", "  "] {
        let (status, problem) =
            noted(json!({"kind": "credit", "state": "filed", "why": why})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(problem.contains("no rule is known by which this provider gives"), "{problem}");
    }
    assert_eq!(get(&desk, &alice, "/requests").await["requests"], json!([]));
    let money = page(&desk, &alice, "/money").await;
    assert!(money.contains("name=\"why\"") && money.contains("asked for all the same"), "{money}");
    let report = json!({"kind": "report", "state": "filed"});
    assert_eq!(noted(report).await.0, StatusCode::NO_CONTENT, "that needs no rule");

    let why = "their support promised one";
    let insisted = json!({"kind": "credit", "state": "filed", "reference": "7", "why": why});
    assert_eq!(noted(insisted).await.0, StatusCode::NO_CONTENT);
    let answered = json!({"kind": "credit", "state": "granted"});
    assert_eq!(noted(answered).await.0, StatusCode::NO_CONTENT, "it was said once");
    let known = get(&desk, &alice, "/requests").await;
    let credit = known["requests"].as_array().expect("requests").iter();
    let credit = credit.into_iter().find(|row| row["kind"] == "credit").expect("a credit");
    assert_eq!((&credit["why"], &credit["state"]), (&json!(why), &json!("granted")));
    let log = page(&desk, &alice, "/log").await;
    assert!(log.contains("though no rule is known") && log.contains(why), "{log}");
    let money = page(&desk, &alice, "/money").await;
    assert!(!money.contains("name=\"why\""), "{money}");
    desk.close().await;
}

/// What was asked in the first incident stays readable and can be answered; the second begins without.
#[tokio::test]
async fn a_second_incident_writes_over_no_request_of_the_first() {
    let desk = Desk::open().await;
    let mut judgement = hijack(Provider::Aws, super::ACCOUNT, &["i-0abc"]);
    desk.store.judge(&judgement, NOW).await.expect("judged");
    let alice = desk.key(Role::Analyst).await;
    let filed = json!({"kind": "credit", "state": "filed", "reference": "616"});
    assert_eq!(post(&desk, &alice, "/requests", filed).await, StatusCode::NO_CONTENT);
    let action = CaseAction::ResolveAnyway("the customer removed it".to_string());
    let resolve = Act { case: 1, revision: None, actor: "alice".to_string(), at: at(90), action };
    desk.store.act(&resolve).await.expect("resolved");
    judgement.case.last_observed = at(90_000);
    desk.store.judge(&judgement, at(90_000)).await.expect("judged");

    let known = get(&desk, &alice, "/requests").await;
    assert_eq!(known["requests"], json!([]), "{known}");
    let first = known["earlier"][0].clone();
    assert_eq!((&first["reference"], &first["state"]), (&json!("616"), &json!("filed")));
    assert_eq!(first["incident"], json!(NOW.to_string()));
    let answer =
        |incident: &str| json!({"kind": "credit", "state": "granted", "incident": incident});
    let began = NOW.to_string();
    for (incident, status) in [
        ("yesterday", StatusCode::BAD_REQUEST),
        ("2020-01-01T00:00:00Z", StatusCode::NOT_FOUND),
        (began.as_str(), StatusCode::NO_CONTENT),
    ] {
        assert_eq!(post(&desk, &alice, "/requests", answer(incident)).await, status, "{incident}");
    }
    let again = json!({"kind": "credit", "state": "filed", "reference": "999"});
    assert_eq!(post(&desk, &alice, "/requests", again).await, StatusCode::NO_CONTENT);
    let known = get(&desk, &alice, "/requests").await;
    assert_eq!(known["requests"][0]["reference"], "999");
    assert_eq!(known["earlier"][0]["reference"], "616", "the answer named no other number");
    assert_eq!(known["earlier"][0]["state"], "granted");
    let money = page(&desk, &alice, "/money").await;
    let (present, history) =
        money.split_once("History: requests of earlier incidents").expect("both");
    assert!(present.contains("<bdi>999</bdi>") && !present.contains("<bdi>616</bdi>"), "{present}");
    assert!(history.contains("<bdi>616</bdi>") && history.contains("granted, by"), "{history}");
    desk.close().await;
}
