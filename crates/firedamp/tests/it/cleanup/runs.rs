//! What the store promises of clean-ups and requests, and runs that are killed half-way.

use std::time::Duration;

use firedamp::{
    cleanup::{Cleaner, Clouds},
    store::{Act, Action, Error, Progress, RequestRow, StepNote},
};
use firedamp_core::{
    id::Provider,
    life::{Reason, Status},
    plan::{Kind, Phase},
};

use super::{
    ACCOUNT, NOW, at,
    clouds::{Odd, Recorded, azure_settings},
    hijack, plan_of, store_with,
};

fn request(case: i64, kind: &str, state: &str, reference: &str) -> RequestRow {
    let (kind, state) = (kind.to_string(), state.to_string());
    let (reference, by) = (reference.to_string(), "alice".to_string());
    let why = String::new();
    RequestRow { case, incident: NOW, kind, state, reference, by, filed_at: NOW, why }
}

#[tokio::test]
async fn who_asks_does_not_approve_and_what_is_approved_is_what_was_seen() {
    let judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    let (_folder, store, case) = store_with(&judgement).await;
    let plan = plan_of(&judgement);
    let id = store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
    let twice = store.ask_cleanup(case, &plan, "bob", NOW).await;
    assert!(matches!(twice, Err(Error::Refused(_))), "one at a time: {twice:?}");
    let digest = store.cleanups(case).await.expect("runs")[0].digest.clone();
    let early = store.decide_cleanup(id, Some(&digest), "bob", NOW).await;
    assert!(matches!(early, Err(Error::Refused(_))), "before the dry run: {early:?}");
    store.end_cleanup(id, Progress::Tried, "", NOW).await.expect("tried");
    for (by, seen) in [("alice", digest.as_str()), ("bob", "another plan")] {
        let refused = store.decide_cleanup(id, Some(seen), by, NOW).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{by}: {refused:?}");
    }
    assert!(store.waiting_cleanups().await.expect("runs").is_empty());
    store.decide_cleanup(id, Some(&digest), "bob", NOW).await.expect("approved");
    assert_eq!(store.waiting_cleanups().await.expect("runs").len(), 1);
    store.decide_cleanup(id, None, "alice", NOW).await.expect("withdrawn");
    store.end_cleanup(id, Progress::Done, "", NOW).await.expect("too late");
    assert_eq!(store.cleanups(case).await.expect("runs")[0].progress, Progress::Withdrawn);
    assert_eq!(store.cleaned(case).await.expect("none"), None, "nothing was done");
    let log = store.activity(case).await.expect("entries");
    let kinds: Vec<&str> = log.iter().map(|entry| entry.kind.as_str()).collect();
    let told = ["cleanup_asked", "cleanup_tried", "cleanup_approved", "cleanup_withdrawn"];
    assert_eq!(kinds[1..], told);
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test]
async fn requests_are_kept_and_a_credit_is_asked_for_once_a_customer() {
    let (_folder, store, first) =
        store_with(&hijack(Provider::Aws, "111122223333", &["i-0abc"])).await;
    let other = hijack(Provider::Aws, "444455556666", &["i-0def"]);
    let second = store.judge(&other, NOW).await.expect("judged").expect("a case");
    let tree = "account,customer\naws:111122223333,a\naws:444455556666,a\n";
    store.plant(&firedamp::tree::Tree::read(tree).expect("a tree")).await.expect("planted");
    assert!(!store.credit_before(second).await.expect("none"));
    store.note_request(&request(first, "credit", "filed", "616"), NOW).await.expect("noted");
    store.note_request(&request(first, "credit", "answered", ""), at(60)).await.expect("noted");
    let kept = store.requests(first).await.expect("requests");
    assert_eq!((kept[0].state.as_str(), kept[0].reference.as_str()), ("answered", "616"));
    assert!(store.credit_before(second).await.expect("one"));
    assert!(!store.credit_before(first).await.expect("its own"));
    let act =
        |action| Act { case: first, revision: None, actor: "alice".into(), at: at(90), action };
    let why = "the customer removed the machine";
    store.act(&act(Action::ResolveAnyway(why.into()))).await.expect("resolved");
    let mut again = hijack(Provider::Aws, "111122223333", &["i-0abc"]);
    again.case.last_observed = at(90_000);
    store.judge(&again, at(90_000)).await.expect("judged");
    assert!(store.credit_before(first).await.expect("a second incident"), "once a customer");
    for (kind, state) in [("gift", "filed"), ("credit", "eaten")] {
        let refused = store.note_request(&request(first, kind, state, ""), NOW).await;
        assert!(matches!(refused, Err(Error::Missing(_))), "{refused:?}");
    }
    let long = store.note_request(&request(first, "report", "filed", &"x".repeat(300)), NOW).await;
    assert!(matches!(long, Err(Error::Refused(_))), "{long:?}");
}

#[tokio::test]
async fn fraud_is_resolved_with_proof_or_with_a_reason() {
    let judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    let (_folder, store, case) = store_with(&judgement).await;
    let act = |action| Act { case, revision: None, actor: "alice".into(), at: at(9), action };
    let refused = store.act(&act(Action::Resolve(Reason::Fraud))).await;
    assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("does not prove")));
    let silent = store.act(&act(Action::ResolveAnyway("  ".into()))).await;
    assert!(matches!(silent, Err(Error::Refused(_))), "a reason is some text");
    let why = "the customer removed the account";
    let row = store.act(&act(Action::ResolveAnyway(why.into()))).await.expect("resolved");
    assert_eq!((row.status, row.reason), (Status::Resolved, Some(Reason::Fraud)));
    let last = store.activity(case).await.expect("entries").pop().expect("an entry");
    assert!(last.text.contains(why) && last.text.contains("without proof"), "{last:?}");
    // It starts again: the case opens by itself.
    let mut again = judgement;
    again.case.last_observed = at(90_000);
    store.judge(&again, at(90_000)).await.expect("judged");
    let row = store.case(case, None).await.expect("a case").row;
    assert_eq!(row.status, Status::Active);
}

/// A machine that stops only when it is asked to; the run is dropped in the middle and taken up.
#[tokio::test]
async fn a_run_that_is_killed_goes_on_where_it_was() {
    let cloud = Recorded::azure().await;
    let judgement =
        hijack(Provider::Azure, super::clouds::SUBSCRIPTION, &[&cloud.vm("a"), &cloud.vm("b")]);
    let (folder, store, case) = store_with(&judgement).await;
    let cleaner = || {
        let clouds = Clouds::parse(&azure_settings(&folder, &cloud.url())).expect("settings");
        Cleaner::new(store.clone(), clouds, || NOW).with_patience(Duration::from_millis(5))
    };
    let mut plan = plan_of(&judgement);
    plan.steps.retain(|step| step.measure == firedamp_core::plan::Measure::Stop);
    let id = store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
    cleaner().turn().await.expect("tried");
    assert_eq!(cloud.changes(), Vec::<String>::new(), "a dry run changes nothing");
    let digest = store.cleanups(case).await.expect("runs")[0].digest.clone();
    store.decide_cleanup(id, Some(&digest), "bob", NOW).await.expect("approved");
    cloud.hang_on("virtualmachines/b/deallocate");
    let killed = tokio::time::timeout(Duration::from_millis(1500), cleaner().turn()).await;
    assert!(killed.is_err(), "it hangs at the second machine");
    let half = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(half.progress, Progress::Approved);
    cloud.answer_again();
    cleaner().turn().await.expect("done");
    let run = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(run.progress, Progress::Done, "{run:?}");
    let of = |name: &str| {
        let end = format!("virtualmachines/{name}/deallocate");
        cloud.changes().iter().filter(|change| change.contains(&end)).count()
    };
    assert_eq!((of("a"), of("b")), (1, 2), "the first once; the second was asked again");
    assert!(store.cleaned(case).await.expect("cleaned").is_some());
    let log = store.activity(case).await.expect("entries");
    assert!(log.iter().filter(|entry| entry.kind == "cleanup_step").count() >= 4, "{log:?}");
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
}

/// A case counts as cleaned up when everything that computes was stopped, and not before.
#[tokio::test]
async fn only_what_stopped_everything_is_a_clean_up() {
    for (until, by_hand, wanted) in [
        (Phase::Preserve, false, false),
        (Phase::Contain, true, false),
        (Phase::Contain, false, true),
    ] {
        let judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
        let (_folder, store, case) = store_with(&judgement).await;
        let mut plan = plan_of(&judgement);
        plan.steps.retain(|step| step.phase <= until);
        let id = store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
        store.end_cleanup(id, Progress::Tried, "", NOW).await.expect("tried");
        let digest = store.cleanups(case).await.expect("runs")[0].digest.clone();
        store.decide_cleanup(id, Some(&digest), "bob", NOW).await.expect("approved");
        for step in &plan.steps {
            let is_left = by_hand && step.target.kind == Kind::Machine;
            let note = StepNote {
                number: step.number,
                is_dry: false,
                state: if is_left { "by_hand" } else { "done" }.to_string(),
                at: NOW,
                answer: String::new(),
            };
            store.note_step(id, &note).await.expect("noted");
        }
        store.end_cleanup(id, Progress::Done, "", NOW).await.expect("done");
        let cleaned = store.cleaned(case).await.expect("an answer").is_some();
        assert_eq!(cleaned, wanted, "{until:?}, left to people: {by_hand}");
        let last = store.activity(case).await.expect("entries").pop().expect("an entry");
        assert_eq!(last.text.contains("people have still to"), !wanted, "{last:?}");
    }
}

/// What a plan has no room for goes on.
#[tokio::test]
async fn a_plan_that_does_not_hold_everything_cleans_nothing_up() {
    for (is_cut, wanted) in [(true, false), (false, true)] {
        let judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
        let (_folder, store, case) = store_with(&judgement).await;
        let mut plan = plan_of(&judgement);
        plan.steps.retain(|step| step.phase == Phase::Contain);
        plan.is_cut = is_cut;
        let id = store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
        store.end_cleanup(id, Progress::Tried, "", NOW).await.expect("tried");
        let digest = store.cleanups(case).await.expect("runs")[0].digest.clone();
        store.decide_cleanup(id, Some(&digest), "bob", NOW).await.expect("approved");
        for step in &plan.steps {
            let (number, state, answer) = (step.number, "done".to_string(), String::new());
            let note = StepNote { number, is_dry: false, state, at: NOW, answer };
            store.note_step(id, &note).await.expect("noted");
        }
        store.end_cleanup(id, Progress::Done, "", NOW).await.expect("done");
        let cleaned = store.cleaned(case).await.expect("an answer").is_some();
        assert_eq!(cleaned, wanted, "cut: {is_cut}");
    }
}

/// The cloud has no time, the program waits, and somebody thinks better of it.
#[tokio::test]
async fn what_was_withdrawn_is_not_tried_again() {
    let cloud = Recorded::azure().await;
    let judgement =
        hijack(Provider::Azure, super::clouds::SUBSCRIPTION, &[&cloud.vm("a"), &cloud.vm("b")]);
    let (folder, store, case) = store_with(&judgement).await;
    let clouds = || Clouds::parse(&azure_settings(&folder, &cloud.url())).expect("settings");
    let cleaner = || Cleaner::new(store.clone(), clouds(), || NOW);
    let mut plan = plan_of(&judgement);
    plan.steps.retain(|step| step.measure == firedamp_core::plan::Measure::Stop);
    let id = store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
    cleaner().turn().await.expect("tried");
    let digest = store.cleanups(case).await.expect("runs")[0].digest.clone();
    store.decide_cleanup(id, Some(&digest), "bob", NOW).await.expect("approved");
    cloud.odd("/deallocate", Odd::Say(503, serde_json::json!({}), 1));
    let patient = cleaner().with_patience(Duration::from_millis(400));
    let turning = tokio::spawn(async move { patient.turn().await });
    while cloud.changes().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    store.decide_cleanup(id, None, "alice", NOW).await.expect("withdrawn");
    turning.await.expect("a turn").expect("a store");
    assert_eq!(cloud.changes().len(), 1, "the second attempt is not made: {:?}", cloud.changes());
    let run = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(run.progress, Progress::Withdrawn);
    let last = store.activity(case).await.expect("entries").pop().expect("an entry");
    assert!(last.text.contains("failed: somebody withdrew it"), "{last:?}");
}

#[tokio::test]
async fn what_was_under_way_when_it_was_withdrawn_is_written_down() {
    let judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    let (_folder, store, case) = store_with(&judgement).await;
    let id = store.ask_cleanup(case, &plan_of(&judgement), "alice", NOW).await.expect("asked");
    store.end_cleanup(id, Progress::Tried, "", NOW).await.expect("tried");
    let digest = store.cleanups(case).await.expect("runs")[0].digest.clone();
    store.decide_cleanup(id, Some(&digest), "bob", NOW).await.expect("approved");
    let note = |number, state: &str| StepNote {
        number,
        is_dry: false,
        state: state.to_string(),
        at: NOW,
        answer: "terminated".to_string(),
    };
    store.note_step(id, &note(1, "begun")).await.expect("begun");
    store.decide_cleanup(id, None, "alice", NOW).await.expect("withdrawn");
    for refused in [note(1, "begun"), note(2, "begun"), note(2, "done")] {
        let said = store.note_step(id, &refused).await;
        assert!(matches!(said, Err(Error::Refused(_))), "{refused:?}: {said:?}");
    }
    store.note_step(id, &note(1, "done")).await.expect("it has happened");
    let last = store.activity(case).await.expect("entries").pop().expect("an entry");
    assert!(last.text.ends_with("done: terminated"), "{last:?}");
    assert!(store.note_step(id, &note(1, "failed")).await.is_err(), "once");
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test]
async fn without_keys_nothing_is_tried() {
    let judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    let (_folder, store, case) = store_with(&judgement).await;
    store.ask_cleanup(case, &plan_of(&judgement), "alice", NOW).await.expect("asked");
    Cleaner::new(store.clone(), Clouds::default(), || NOW).turn().await.expect("a turn");
    let run = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(run.progress, Progress::Stopped);
    assert!(run.why.is_some_and(|why| why.contains("no keys")));
    store.note_request(&request(case, "report", "asked", ""), NOW).await.expect("asked");
    Cleaner::new(store.clone(), Clouds::default(), || NOW).turn().await.expect("a turn");
    assert_eq!(store.requests(case).await.expect("requests")[0].state, "failed");
}
