//! What goes out: what every store promises of letters, acknowledgements, digests and deadlines.

use firedamp::{
    delivery::Heard,
    store::{
        Action, Addressee, Begin, Cursor, Ending, Filter, Judgement, Near, OwnNotice, Store,
        Subject,
    },
};
use serde_json::json;

use firedamp_core::{
    finding::Group,
    time::{Span, Time},
};

use super::{NOW, SOME, act, after, case, opened};

fn letter(key: &str, recipient: Option<&str>) -> OwnNotice {
    OwnNotice {
        key: key.to_string(),
        kind: "test".to_string(),
        case: None,
        recipient: recipient.map(str::to_string),
        body: "{}".to_string(),
    }
}

fn there(message: &str) -> Ending {
    Ending::Delivered { message: message.to_string() }
}

fn soc() -> Addressee {
    Addressee { name: "soc".to_string(), ..Addressee::default() }
}

pub(super) async fn a_letter_is_written_once_and_is_in_nobodys_inbox(store: &dyn Store) {
    assert!(store.post(&letter("summary-1", Some("soc")), NOW).await.expect("written"));
    assert!(!store.post(&letter("summary-1", Some("soc")), NOW).await.expect("written"));
    assert_eq!(store.notices(&SOME).await.expect("notices"), []);
    assert_eq!(store.totals(None).await.expect("totals").unread_notices, 0);
    let other = Addressee { name: "other".to_string(), ..Addressee::default() };
    assert_eq!(store.address(&[soc(), other], NOW).await.expect("addressed"), 0);
    let due = store.lease(NOW, 60, 10).await.expect("due");
    assert_eq!((due.len(), due[0].recipient.as_str()), (1, "soc"));
    store.deliver(&[due[0].id], &there("summary-1"), after(1)).await.expect("written");
    let sent = store.deliveries_to("soc", 5).await.expect("deliveries").remove(0);
    assert_eq!((sent.kind.as_str(), sent.state.as_str()), ("test", "delivered"));
    assert_eq!(store.deliveries_to("other", 5).await.expect("deliveries"), []);
}

pub(super) async fn what_somebody_works_on_is_acknowledged(store: &dyn Store) {
    let (one, two) = (opened(store, 1).await, opened(store, 2).await);
    let open = async || {
        let notices = store.notices(&SOME).await.expect("notices");
        let open = notices.iter().filter(|notice| notice.acknowledged_by.is_none());
        open.filter_map(|notice| notice.case).collect::<Vec<_>>()
    };
    store.act(&act(one, Action::Assign(None))).await.expect("done");
    assert_eq!(open().await, [two, one], "given back is not taken up");
    store.act(&act(one, Action::Comment("on it".to_string()))).await.expect("done");
    assert_eq!(open().await, [two]);
    store.acknowledge(Subject::Case(two), "bob", NOW).await.expect("done");
    store.acknowledge(Subject::Case(two), "carol", NOW).await.expect("done");
    let notices = store.notices(&SOME).await.expect("notices");
    let by = |case| notices.iter().find(|one| one.case == Some(case)).expect("a notice");
    assert_eq!(by(two).acknowledged_by.as_deref(), Some("bob"), "the first");
    assert!(by(two).is_read);
}

pub(super) async fn a_digest_stays_together_and_is_heard_as_one(store: &dyn Store) {
    for number in 1..=4 {
        opened(store, number).await;
    }
    store.address(&[soc()], NOW).await.expect("addressed");
    let due = store.lease(NOW, 60, 10).await.expect("due");
    let ids: Vec<i64> = due.iter().map(|one| one.id).collect();
    store.bind(&ids[..3], "digest-1").await.expect("bound");
    let again = Ending::Again { at: after(100), why: "busy".to_string() };
    store.deliver(&ids[..3], &again, after(1)).await.expect("written");
    store.deliver(&ids[3..], &Ending::Held { until: after(90) }, after(1)).await.expect("written");
    let due = store.lease(after(100), 60, 2).await.expect("due");
    assert_eq!(due.len(), 4, "more than asked for, but whole");
    let bound = due.iter().filter(|one| one.bound.as_deref() == Some("digest-1"));
    assert_eq!(bound.count(), 3);
    let held = due.iter().find(|one| one.bound.is_none()).expect("the one that was held");
    assert_eq!(held.attempts, 0, "to be held is no attempt");
    store.deliver(&ids[..3], &there("digest-1"), after(110)).await.expect("written");
    store.deliver(&ids[3..], &there("case-4-1"), after(120)).await.expect("written");
    let heard = store.told("soc", after(0)).await.expect("heard");
    let both = Heard { messages: 2, first: Some(after(110)), last: Some(after(120)) };
    assert_eq!(heard, both);
    assert_eq!(store.told("soc", after(110)).await.expect("heard").messages, 1);
    assert_eq!(store.told("nobody", NOW).await.expect("heard"), Heard::default());
}

pub(super) async fn quiet_hours_and_patience_decide_when_it_is_due(store: &dyn Store) {
    opened(store, 1).await;
    let quiet = Addressee { quiet_until: Some(after(600)), ..soc() };
    let boss =
        Addressee { name: "boss".to_string(), patience_seconds: Some(60), ..Addressee::default() };
    store.address(&[quiet], NOW).await.expect("addressed");
    assert_eq!(store.lease(after(599), 60, 10).await.expect("due"), []);
    assert_eq!(store.address(std::slice::from_ref(&boss), after(659)).await.expect("addressed"), 0);
    assert_eq!(store.lease(after(600), 60, 10).await.expect("due").len(), 1);
    assert_eq!(store.address(std::slice::from_ref(&boss), after(660)).await.expect("addressed"), 1);
    opened(store, 2).await;
    store.acknowledge(Subject::Case(2), "bob", NOW).await.expect("done");
    assert_eq!(store.address(std::slice::from_ref(&boss), after(700)).await.expect("addressed"), 0);
}

pub(super) async fn deadlines_are_found_until_they_are_told(store: &dyn Store) {
    let case = opened(store, 1).await;
    let near = |after_seconds: i64, until: i64| Near {
        provider: "aws",
        begin: Begin::Opened,
        after: after(after_seconds),
        until: after(until),
        told_as: "deadline-answer",
        limit: 10,
    };
    let found = async |near: Near<'static>| store.near_deadline(&near).await.expect("cases");
    assert_eq!(found(near(-1, 0)).await, [case]);
    assert_eq!(found(near(0, 10)).await, Vec::<i64>::new(), "over");
    assert_eq!(found(near(-10, -1)).await, Vec::<i64>::new(), "not near");
    assert_eq!(found(Near { provider: "gcp", ..near(-1, 0) }).await, Vec::<i64>::new());
    let told = OwnNotice { case: Some(case), ..letter("case-1-deadline-answer", None) };
    store.post(&told, NOW).await.expect("written");
    assert_eq!(found(near(-1, 0)).await, Vec::<i64>::new(), "told");
    let first_seen = Near { begin: Begin::FirstSeen, told_as: "deadline-credit", ..near(-1, 0) };
    assert_eq!(found(first_seen).await, [case]);
    assert_eq!(store.notices(&SOME).await.expect("notices").len(), 2, "it is in the inbox");
    let why = Action::ResolveAnyway("the customer removed it".to_string());
    store.act(&act(case, why)).await.expect("resolved");
    assert_eq!(found(first_seen).await, [case], "money is asked back after the clean-up");
    assert_eq!(found(Near { told_as: "deadline-else", ..near(-1, 0) }).await, Vec::<i64>::new());
    let filed = firedamp::store::RequestRow {
        case,
        incident: NOW,
        kind: "credit".to_string(),
        state: "filed".to_string(),
        reference: String::new(),
        by: "alice".to_string(),
        filed_at: after(60),
        why: String::new(),
    };
    store.note_request(&filed, after(60)).await.expect("noted");
    assert_eq!(found(first_seen).await, Vec::<i64>::new(), "it was asked for");
}

/// Mining that begins again after it was cleaned up: the provider's days begin again, too.
pub(super) async fn a_second_incident_has_deadlines_of_its_own(store: &dyn Store) {
    const MONTHS: i64 = 200 * 86_400;
    let case = opened(store, 1).await;
    let near = |at: i64| Near {
        provider: "aws",
        begin: Begin::Opened,
        after: after(at - 60),
        until: after(at + 60),
        told_as: "deadline-answer",
        limit: 10,
    };
    let seen = |near: Near<'static>| Near { begin: Begin::FirstSeen, ..near };
    let found = async |near: Near<'static>| store.near_deadline(&near).await.expect("cases");
    let told = OwnNotice { case: Some(case), ..letter("case-1-deadline-answer", None) };
    store.post(&told, NOW).await.expect("written");
    let why = Action::ResolveAnyway("the customer removed it".to_string());
    store.act(&act(case, Action::Snooze(Some(after(86_400))))).await.expect("done");
    store.act(&act(case, why)).await.expect("resolved");
    let mut again = crate::store::case(1, 0.95, 1.0);
    // The telemetry of the first is still at hand; a machine of the second began later.
    let span = Span { first: after(MONTHS - 600), last: after(MONTHS) };
    again.case.findings[0].span = span;
    // The bill of that day says no more than that it was that day.
    let mut billed = again.case.findings[0].clone();
    (billed.detector, billed.group) = ("spend_step", Group::Billing);
    let midnight = span.first.seconds().div_euclid(86_400) * 86_400;
    billed.span = Span::at(Time::from_seconds(midnight));
    again.case.findings.push(billed);
    again.case.last_observed = span.last;
    for at in [MONTHS, MONTHS + 30] {
        store.judge(&again, after(at)).await.expect("judged");
    }
    let row = store.case(case, None).await.expect("a case").row;
    assert_eq!((row.opened_at, row.begun_at), (NOW, after(MONTHS)));
    assert_eq!(row.snoozed_until, None, "who slept over the first is not to sleep over this");
    assert_eq!(row.first_observed, span.first, "and not of the first");
    assert_eq!(found(near(MONTHS)).await, [case], "the first one's letter is not for this");
    assert_eq!(found(near(0)).await, Vec::<i64>::new());
    assert_eq!(found(seen(near(MONTHS - 600))).await, [case]);
    let key = format!("case-1-deadline-answer-{}", after(MONTHS).millis());
    let told = OwnNotice { case: Some(case), ..letter(&key, None) };
    store.post(&told, after(MONTHS)).await.expect("written");
    assert_eq!(found(near(MONTHS)).await, Vec::<i64>::new(), "told");
}

/// A judgement whose notice wants an answer so many hours after now.
fn waited_for(number: u32, hours: i64) -> Judgement {
    let mut judgement = case(number, 0.95, 10.0);
    let by = after(hours * 3600).to_string();
    let due = json!({"by": by, "who": "abuse notice of AWS", "title": "Your report"});
    judgement.case.findings[0].evidence.insert("due".to_string(), due);
    judgement
}

pub(super) async fn answers_that_are_due_come_first_and_are_told_once(store: &dyn Store) {
    for (number, hours) in [(1, 100), (2, 24), (3, 48)] {
        store.judge(&waited_for(number, hours), NOW).await.expect("judged");
    }
    opened(store, 4).await;
    let urgent = Filter { answer_due: true, limit: 2, ..Filter::default() };
    let first = store.cases(&urgent).await.expect("cases");
    assert_eq!(first.iter().map(|row| row.id).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(first[0].answer_due, Some(after(24 * 3600)));
    assert_eq!(first[0].answer_due_to.as_deref(), Some("abuse notice of AWS: Your report"));
    let rank = after(48 * 3600).millis() as f64;
    let rest = Filter { after: Some(Cursor { loss: rank, id: 3 }), ..urgent };
    let rest = store.cases(&rest).await.expect("cases");
    assert_eq!(rest.iter().map(|row| row.id).collect::<Vec<_>>(), [1], "without the fourth");
    let near = async |hours: i64| store.near_answer(after(hours * 3600), 10).await.expect("cases");
    assert_eq!(near(17).await, Vec::<i64>::new(), "there is time");
    assert_eq!(near(18).await, [2], "six hours are left, or a quarter");
    assert_eq!(near(36).await, [3], "the first one is over");
    let key = format!("case-3-deadline-notice-{}", after(48 * 3600).millis());
    store.post(&OwnNotice { case: Some(3), ..letter(&key, None) }, NOW).await.expect("written");
    assert_eq!(near(36).await, Vec::<i64>::new(), "told");
    store.judge(&waited_for(3, 50), NOW).await.expect("judged");
    assert_eq!(near(45).await, [3], "another time is told anew");
    store.judge(&case(3, 0.95, 10.0), NOW).await.expect("judged");
    assert_eq!(near(45).await, [3], "what is forgotten of the notice is still due");
    let opened = Near {
        provider: "aws",
        begin: Begin::Opened,
        after: after(-1),
        until: NOW,
        told_as: "deadline-answer",
        limit: 10,
    };
    let opened = store.near_deadline(&opened).await.expect("cases");
    assert_eq!(opened, [4], "a notice has its own clock, and the opening is none beside it");
}

/// A mail about an incident that is over stays among the findings, and is not about the next one.
pub(super) async fn a_notice_of_an_earlier_incident_stops_no_clock(store: &dyn Store) {
    const HOUR: i64 = 3600;
    const AGAIN: i64 = 200 * 86_400;
    store.judge(&waited_for(1, 120), NOW).await.expect("judged");
    let why = Action::ResolveAnyway("the customer removed it".to_string());
    store.act(&act(1, why)).await.expect("resolved");
    let mut again = waited_for(1, 120);
    again.case.findings[0].span = Span { first: after(AGAIN - 600), last: after(AGAIN) };
    again.case.last_observed = after(AGAIN);
    let opened = Near {
        provider: "aws",
        begin: Begin::Opened,
        after: after(AGAIN - 60),
        until: after(AGAIN + 60),
        told_as: "deadline-answer",
        limit: 10,
    };
    for at in [AGAIN, AGAIN + 30] {
        store.judge(&again, after(at)).await.expect("judged");
        let row = store.case(1, None).await.expect("a case").row;
        assert_eq!((row.begun_at, row.answer_due, row.answer_due_to), (after(AGAIN), None, None));
        assert_eq!(store.near_deadline(&opened).await.expect("cases"), [1], "somebody is told");
    }
    let mut mail = waited_for(1, 200 * 24 + 120).case.findings.remove(0);
    mail.detector = "provider_alert";
    again.case.findings.push(mail);
    let due = Some(after(AGAIN + 120 * HOUR));
    store.judge(&again, after(AGAIN + 60)).await.expect("judged");
    let row = store.case(1, None).await.expect("a case").row;
    assert_eq!((row.begun_at, row.answer_due), (after(AGAIN), due), "the one of this incident");
    assert_eq!(store.near_deadline(&opened).await.expect("cases"), Vec::<i64>::new());
    let near = store.near_answer(after(AGAIN + 119 * HOUR), 10).await.expect("cases");
    assert_eq!(near, [1]);
}

/// Of the first incident a notice counts, also one that was over when it came.
pub(super) async fn a_notice_that_came_too_late_is_over(store: &dyn Store) {
    store.judge(&waited_for(1, -5), NOW).await.expect("judged");
    let row = store.case(1, None).await.expect("a case").row;
    assert_eq!(row.answer_due, Some(after(-5 * 3600)));
    let answers: Vec<Time> =
        row.deadlines().iter().filter(|one| one.id == "answer").map(|one| one.by).collect();
    assert_eq!(answers, [after(-5 * 3600)]);
}

/// A bill tells the day, and flows that are read later tell the moment.
pub(super) async fn a_moment_takes_the_place_of_its_day(store: &dyn Store) {
    const DAY: i64 = 86_400;
    let midnight = NOW.seconds().div_euclid(DAY) * DAY;
    for (first, wanted, why) in [
        (0, 0, "the bill"),
        (18, 18, "the flows of that day"),
        (20, 18, "what is forgotten of them was seen"),
        (-24, -24, "a bill of the day before"),
        (0, -24, "another day"),
    ] {
        let mut judgement = case(1, 0.95, 10.0);
        judgement.case.first_observed = Time::from_seconds(midnight + first * 3600);
        store.judge(&judgement, NOW).await.expect("judged");
        let row = store.case(1, None).await.expect("a case").row;
        assert_eq!(row.first_observed, Time::from_seconds(midnight + wanted * 3600), "{why}");
    }
}
