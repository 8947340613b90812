//! Who is told when: quiet hours, those who are told when nobody else acts, summaries, full hours,
//! deadlines, turns; and that no kill between two calls loses or doubles any of it.

use std::{collections::BTreeSet, sync::Arc};

use firedamp::{
    delivery::{Book, Carrier},
    store::{Act, Action, Error, Store, Subject},
};
use firedamp_core::{case::Grade, id::Provider, life::Reason, time::Time};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use serde_json::Value;

use super::{NOW, Story};
use crate::{
    channel::{
        receiver::{Answer, Receiver},
        secret,
    },
    desk::faulty::Faulty,
    store::case,
};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

fn after(seconds: i64) -> Time {
    NOW.plus_seconds(seconds)
}

/// A carrier to receivers with these names and settings, and what stands behind them.
fn carrier(
    story: &Story,
    store: Arc<dyn Store>,
    told: &[(&str, &Receiver, &str)],
    more: &str,
) -> Carrier<Pcg64> {
    let secret = secret(&story.folder, "a secret");
    let one = |(name, receiver, setting): &(&str, &Receiver, &str)| {
        let url = receiver.url();
        format!(
            "[[receiver]]\nname = '{name}'\nchannel = 'webhook'\nurl = '{url}'\n\
             secret = '{secret}'\n{setting}\n"
        )
    };
    let receivers: String = told.iter().map(one).collect();
    let book = Book::parse(&format!(
        "desk = 'https://desk.example'\nallow_internal = ['127.0.0.0/8']\n{receivers}{more}"
    ));
    Carrier::new(store, Arc::new(book.expect("settings")), Pcg64::seed_from_u64(1))
}

/// The types and texts of what came.
fn said(receiver: &Receiver) -> Vec<(String, String)> {
    let event = |(_, body): &(_, String)| {
        let event: Value = serde_json::from_str(body).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_string();
        (text(&event["type"]), text(&event["data"]["text"]))
    };
    receiver.got().iter().map(event).collect()
}

async fn turn(carrier: &mut Carrier<Pcg64>, at: i64) -> usize {
    carrier.turn(after(at)).await.expect("a turn")
}

async fn act(store: &dyn Store, case: i64, action: Action, at: i64) {
    let act = Act { case, revision: None, actor: "alice".to_string(), at: after(at), action };
    store.act(&act).await.expect("done");
}

// NOW is 23:33:20 UTC: 07:00 is 26,800 seconds later.
const MORNING: i64 = 26_800;

#[tokio::test]
async fn quiet_hours_hold_all_but_high_cases() {
    let story = Story::open(Answer::Status(200), 2).await;
    let mut high = case(3, 0.95, 5.0);
    high.case.severity = Grade::High;
    story.store.judge(&high, NOW).await.expect("judged");
    let told = [("soc", &story.receiver, "quiet = '22:00-07:00'")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    assert_eq!(turn(&mut carrier, 0).await, 1);
    assert_eq!(story.ids(), ["case-3-1"]);
    assert_eq!(turn(&mut carrier, MORNING - 1).await, 0);
    assert_eq!(turn(&mut carrier, MORNING).await, 2);
    let ids: BTreeSet<String> = story.ids().into_iter().collect();
    assert_eq!(ids.len(), 3, "each once: {ids:?}");
}

#[tokio::test]
async fn what_nobody_takes_up_goes_to_the_next() {
    let story = Story::open(Answer::Status(200), 2).await;
    let boss = Receiver::open(Answer::Status(200)).await;
    let told = [("soc", &story.receiver, ""), ("boss", &boss, "escalation_minutes = 30")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    assert_eq!(turn(&mut carrier, 0).await, 2);
    assert_eq!(turn(&mut carrier, 29 * MINUTE).await, 0);
    act(&*story.store, 1, Action::Assign(Some("alice".to_string())), 29 * MINUTE).await;
    act(&*story.store, 2, Action::Assign(None), 29 * MINUTE).await;
    assert_eq!(turn(&mut carrier, 30 * MINUTE).await, 1);
    assert_eq!(turn(&mut carrier, 90 * MINUTE).await, 0, "once");
    let told = said(&boss);
    assert_eq!(told.len(), 1);
    assert!(told[0].1.starts_with("Nobody has taken this up within 30 minutes"), "{}", told[0].1);
    assert!(told[0].1.contains("cases/2"), "{}", told[0].1);
    assert!(!said(&story.receiver)[0].1.contains("Nobody"), "the first is told as ever");
}

#[tokio::test]
async fn who_waits_for_the_morning_calls_nobody_at_night() {
    let story = Story::open(Answer::Status(200), 1).await;
    let boss = Receiver::open(Answer::Status(200)).await;
    let quiet = ("soc", &story.receiver, "quiet = '22:00-07:00'");
    let told = [quiet, ("boss", &boss, "escalation_minutes = 30")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    for at in (0..MORNING).step_by(600) {
        assert_eq!(turn(&mut carrier, at).await, 0, "{at}");
    }
    assert_eq!(turn(&mut carrier, MORNING).await, 1);
    assert_eq!(turn(&mut carrier, MORNING + 29 * MINUTE).await, 0);
    assert_eq!(turn(&mut carrier, MORNING + 30 * MINUTE).await, 1);
    assert_eq!((story.ids().len(), said(&boss).len()), (1, 1));
}

#[tokio::test]
async fn a_first_receiver_that_is_down_does_not_stop_the_next() {
    let story = Story::open(Answer::Status(503), 1).await;
    let boss = Receiver::open(Answer::Status(200)).await;
    let told = [("soc", &story.receiver, ""), ("boss", &boss, "escalation_minutes = 5")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    turn(&mut carrier, 0).await;
    turn(&mut carrier, 5 * MINUTE).await;
    assert_eq!(said(&boss).len(), 1);
    story.store.acknowledge(Subject::Case(1), "bob", after(6 * MINUTE)).await.expect("seen");
    let notice = story.store.notices(&crate::store::SOME).await.expect("notices").remove(0);
    assert_eq!(notice.acknowledged_by.as_deref(), Some("bob"));
}

#[tokio::test]
async fn each_day_has_one_summary_with_one_key() {
    let story = Story::open(Answer::Status(200), 30).await;
    let told = [("soc", &story.receiver, "daily_summary = '07:00'\nlanguage = 'fr'")];
    let mut first = carrier(&story, story.store.clone(), &told, "");
    turn(&mut first, 0).await;
    let before = story.ids().len();
    for at in [MORNING, MORNING + 20, MORNING + HOUR] {
        turn(&mut first, at).await;
        // Whoever is started anew knows what was written.
        turn(&mut carrier(&story, story.store.clone(), &told, ""), at + 1).await;
    }
    assert_eq!(story.ids()[before..], ["summary-soc-2026-04-01"]);
    let (kind, text) = said(&story.receiver).remove(before);
    assert_eq!(kind, "firedamp.daily_summary.v1");
    assert!(text.contains("Dossiers ouverts le 01/04/2026\u{202f}: 30"), "{text}");
    assert!(text.contains("et 10 de plus") && text.contains("cases/30"), "{text}");
    for id in 1..=30 {
        act(&*story.store, id, Action::Resolve(Reason::Ignore), MORNING).await;
    }
    turn(&mut first, MORNING + 24 * HOUR).await;
    assert_eq!(story.ids().len(), before + 1, "nothing is open");
}

#[tokio::test]
async fn nobody_hears_more_in_an_hour_than_they_want() {
    let story = Story::open(Answer::Status(200), 0).await;
    let told = [("soc", &story.receiver, "hourly_max = 3")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    for number in 1..=20_u32 {
        let at = i64::from(number) * 120;
        story.store.judge(&case(number, 0.95, 1.0), after(at)).await.expect("judged");
        turn(&mut carrier, at).await;
    }
    assert_eq!(story.ids().len(), 3, "{:?}", story.ids());
    let mut high = case(21, 0.95, 5.0);
    high.case.severity = Grade::High;
    story.store.judge(&high, after(2500)).await.expect("judged");
    turn(&mut carrier, 2500).await;
    assert_eq!(story.ids().len(), 4, "a high case goes out");
    assert!(said(&story.receiver)[3].1.contains("cases/21"));
    turn(&mut carrier, 2500 + 2 * HOUR).await;
    assert_eq!(story.ids().len(), 5);
    assert!(said(&story.receiver)[4].1.contains("17 accounts"), "{}", said(&story.receiver)[4].1);
    assert!(story.states().await.iter().all(|state| state == "delivered"));
}

#[tokio::test]
async fn a_digest_that_fails_is_sent_again_as_it_was() {
    let story = Story::open(Answer::Status(503), 50).await;
    let told = [("soc", &story.receiver, "")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    turn(&mut carrier, 0).await;
    story.store.judge(&case(51, 0.95, 1.0), after(10)).await.expect("judged");
    for at in 1..20 {
        turn(&mut carrier, at * 30).await;
    }
    story.receiver.answer(Answer::Status(200));
    turn(&mut carrier, 3 * HOUR).await;
    let digests: Vec<(String, String)> = story
        .ids()
        .into_iter()
        .zip(said(&story.receiver))
        .filter(|(_, (kind, _))| kind == "firedamp.digest.v1")
        .map(|(id, (_, text))| (id, text))
        .collect();
    assert!(digests.len() > 2, "{}", digests.len());
    assert!(digests.iter().all(|digest| *digest == digests[0]), "one key, one text");
    assert!(story.states().await.iter().all(|state| state == "delivered"));
}

#[tokio::test]
async fn a_receiver_that_hangs_keeps_nobody_waiting_for_long() {
    let story = Story::open(Answer::Silence, 8).await;
    let other = Receiver::open(Answer::Status(200)).await;
    let told = [("soc", &story.receiver, ""), ("other", &other, "")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    let began = std::time::Instant::now();
    assert_eq!(turn(&mut carrier, 0).await, 9, "one to the one, eight to the other");
    assert!(began.elapsed() < std::time::Duration::from_secs(25), "{:?}", began.elapsed());
    assert_eq!((story.ids().len(), said(&other).len()), (1, 8));
    story.receiver.answer(Answer::Status(200));
    turn(&mut carrier, 16).await;
    assert!(story.ids().len() >= 8, "the rest was not counted as tried: {:?}", story.ids());
}

#[tokio::test]
async fn a_deadline_that_is_near_is_told_once_and_to_the_inbox() {
    let story = Story::open(Answer::Status(200), 0).await;
    for (number, id) in [(1, "1"), (2, "2")] {
        let mut judgement = case(number, 0.95, 1.0);
        judgement.case.provider = Provider::Azure;
        judgement.case.id = format!("azure:{id}");
        story.store.judge(&judgement, NOW).await.expect("judged");
    }
    let told = [("soc", &story.receiver, "quiet = '12:00-23:00'")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    turn(&mut carrier, 0).await;
    act(&*story.store, 2, Action::Resolve(Reason::Legitimate), 10).await;
    for at in [17 * HOUR, 18 * HOUR, 18 * HOUR + 20, 23 * HOUR, 30 * HOUR] {
        turn(&mut carrier, at).await;
    }
    let ids = story.ids();
    let deadlines: Vec<&String> = ids.iter().filter(|id| id.contains("deadline")).collect();
    assert_eq!(deadlines, ["case-1-deadline-answer"], "also in quiet hours");
    let (kind, text) = said(&story.receiver).pop().expect("a message");
    assert_eq!(kind, "firedamp.deadline_near.v1");
    assert!(text.contains("azure:1") && text.contains("by 2026-04-01 23:33 UTC"), "{text}");
    assert!(text.contains("counts from the opening of the case"), "{text}");
    let inbox = story.store.notices(&crate::store::SOME).await.expect("notices");
    assert_eq!(inbox[0].kind, "deadline_near");
    // Cleaned up; and months later it begins again.
    const MONTHS: i64 = 200 * 24 * HOUR;
    let why = "the customer removed it".to_string();
    act(&*story.store, 1, Action::ResolveAnyway(why), 31 * HOUR).await;
    let mut again = case(1, 0.95, 1.0);
    again.case.provider = Provider::Azure;
    again.case.id = "azure:1".to_string();
    again.case.last_observed = NOW.plus_seconds(MONTHS);
    story.store.judge(&again, NOW.plus_seconds(MONTHS)).await.expect("judged");
    for at in [MONTHS, MONTHS + 18 * HOUR, MONTHS + 18 * HOUR + 20] {
        turn(&mut carrier, at).await;
    }
    let ids = story.ids();
    let deadlines = ids.iter().filter(|id| id.contains("deadline-answer"));
    assert_eq!(deadlines.count(), 2, "another incident, another day to answer: {ids:?}");
    let (kind, text) = said(&story.receiver).pop().expect("a message");
    assert_eq!(kind, "firedamp.deadline_near.v1");
    assert!(text.contains("by 2026-10-18 23:33 UTC"), "{text}");
}

#[tokio::test]
async fn what_a_notice_wants_is_told_in_its_own_words() {
    let story = Story::open(Answer::Status(200), 0).await;
    let mut judgement = case(1, 0.95, 1.0);
    let due = serde_json::json!({"by": after(24 * HOUR).to_string(), "who": "abuse notice of AWS",
        "title": "Your report\u{202e} (a mail that nobody verified)"});
    judgement.case.findings[0].evidence.insert("due".to_string(), due);
    story.store.judge(&judgement, NOW).await.expect("judged");
    let told = [("soc", &story.receiver, "")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    for at in [0, 17 * HOUR, 18 * HOUR, 20 * HOUR, 25 * HOUR] {
        turn(&mut carrier, at).await;
    }
    let ids = story.ids();
    let deadlines = ids.iter().filter(|id| id.contains("deadline-notice")).count();
    assert_eq!(deadlines, 1, "{ids:?}");
    let told = said(&story.receiver);
    let (_, text) = told.iter().find(|(kind, _)| kind.contains("deadline")).expect("a message");
    assert!(text.contains("wants an answer by 2026-04-01 23:33 UTC"), "{text}");
    assert!(text.contains("abuse notice of AWS: Your report"), "{text}");
    assert!(!text.contains('\u{202e}'), "{text}");
}

/// Detected twelve hours before the case was opened: the day counts from there, and from there alone.
#[tokio::test]
async fn an_alert_has_its_own_day_and_is_told_of_once() {
    let story = Story::open(Answer::Status(200), 0).await;
    let mut judgement = case(1, 0.95, 1.0);
    judgement.case.provider = Provider::Azure;
    judgement.case.id = "azure:1".to_string();
    let by = after(12 * HOUR).to_string();
    let due = serde_json::json!({"by": by, "who": "graph", "title": "Mining pool"});
    judgement.case.findings[0].evidence.insert("due".to_string(), due);
    story.store.judge(&judgement, NOW).await.expect("judged");
    let told = [("soc", &story.receiver, "")];
    let mut carrier = carrier(&story, story.store.clone(), &told, "");
    for at in [0, 6 * HOUR, 7 * HOUR, 18 * HOUR, 19 * HOUR] {
        turn(&mut carrier, at).await;
    }
    let ids = story.ids();
    let told: Vec<&String> = ids.iter().filter(|id| id.contains("deadline")).collect();
    assert_eq!(told.len(), 1, "{ids:?}");
    assert!(told[0].starts_with("case-1-deadline-notice-"), "{told:?}");
    let told = said(&story.receiver);
    let (_, text) = told.iter().find(|(kind, _)| kind.contains("deadline")).expect("a message");
    assert!(text.contains("wants an answer by 2026-04-01 11:33 UTC"), "{text}");
}

#[tokio::test]
async fn whose_turn_it_is_is_told_and_nobody_twice() {
    let story = Story::open(Answer::Status(200), 1).await;
    let bob = Receiver::open(Answer::Status(200)).await;
    let told = [("alice", &story.receiver, "quiet = '00:00-23:59'"), ("bob", &bob, "")];
    // NOW is in the first turn's last hour.
    let turns = "[[rotation]]\nname = 'on call'\nreceivers = ['alice', 'bob']\n\
                 since = '2026-03-31T00:00'\ndays = 1";
    let mut carrier = carrier(&story, story.store.clone(), &told, turns);
    assert_eq!(turn(&mut carrier, 0).await, 1);
    story.store.judge(&case(2, 0.95, 1.0), after(HOUR)).await.expect("judged");
    assert_eq!(turn(&mut carrier, HOUR).await, 1);
    assert_eq!(story.ids(), ["case-1-1"]);
    assert!(said(&bob)[0].1.contains("cases/2"));
    assert_eq!(said(&bob).len(), 1);
}

#[tokio::test]
async fn wishes_that_cannot_be_meant_are_named() {
    let receiver = "[[receiver]]\nname = 'a'\nchannel = 'mail'\nserver = 'plain://127.0.0.1:25'\n\
                    from = 'a@a.example'\nto = ['b@b.example']\n";
    for (setting, named) in [
        ("quiet = '22-07'", "22"),
        ("time_zone = 'Mars/Olympus'", "Mars/Olympus"),
        ("daily_summary = '8 am'", "8 am"),
        ("hourly_max = 0", "hourly_max"),
        ("escalation_minutes = 100000", "escalation_minutes"),
        (
            "[[rotation]]\nname = 'r'\nreceivers = ['x']\nsince = '2026-01-01T00:00'\ndays = 1",
            "`x`",
        ),
        (
            "[[rotation]]\nname = 'a'\nreceivers = ['a']\nsince = '2026-01-01T00:00'\ndays = 1",
            "two",
        ),
        ("[[rotation]]\nname = 'r'\nreceivers = ['a']\nsince = 'soon'\ndays = 1", "soon"),
    ] {
        let text = format!("desk = 'https://desk.example'\n{receiver}{setting}");
        let error = Book::parse(&text).err().expect(setting);
        assert!(format!("{error:#}").contains(named), "{setting}: {error:#}");
    }
}

/// The day of the story: a storm, a quiet night, somebody who does not answer, a summary.
async fn day(
    store: Arc<dyn Store>,
    story: &Story,
    boss: &Receiver,
    from: usize,
) -> Result<(), Error> {
    let quiet = "quiet = '22:00-07:00'\ndaily_summary = '07:00'\nhourly_max = 5";
    let told = [("soc", &story.receiver, quiet), ("boss", boss, "escalation_minutes = 30")];
    let mut carrier = carrier(story, store, &told, "");
    let moments = [0, 301, MORNING, MORNING + 301, MORNING + 31 * MINUTE, MORNING + 2 * HOUR];
    for at in &moments[from..] {
        carrier.turn(after(*at)).await?;
    }
    Ok(())
}

/// The moments of a kill are so far apart: each run is a day of a desk.
const STEP: usize = 1;

#[tokio::test]
async fn no_kill_between_two_calls_loses_a_message_or_gives_it_two_keys() {
    let mut deadly = 0;
    loop {
        let story = Story::open(Answer::Status(200), 14).await;
        let boss = Receiver::open(Answer::Status(200)).await;
        let mut high = case(15, 0.95, 5.0);
        high.case.severity = Grade::High;
        story.store.judge(&high, NOW).await.expect("judged");
        let faulty = Arc::new(Faulty::new(story.store.clone(), deadly));
        let died = day(faulty.clone(), &story, &boss, 0).await.is_err();
        // Whoever comes after goes over the day again, and waits until leases have ended.
        day(story.store.clone(), &story, &boss, 0).await.expect("a day");
        day(story.store.clone(), &story, &boss, 5).await.expect("an hour");
        for receiver in [&story.receiver, &boss] {
            let told = said(receiver).into_iter().filter(|(kind, _)| !kind.contains("summary"));
            let told: String = told.map(|(_, text)| text).collect();
            for number in 1..=15 {
                assert!(told.contains(&format!("cases/{number}\n")), "{deadly}: {number}: {told}");
            }
            // The same key always says the same.
            let mut by_key = std::collections::BTreeMap::new();
            for (headers, body) in receiver.got() {
                let key = headers["webhook-id"].to_str().expect("text").to_string();
                assert_eq!(by_key.entry(key.clone()).or_insert(body.clone()), &body, "{key}");
            }
        }
        let ids: Vec<String> = story.ids();
        let summaries: BTreeSet<&String> =
            ids.iter().filter(|id| id.starts_with("summary")).collect();
        assert_eq!(summaries.len(), 1, "{deadly}: {ids:?}");
        let states = story.states().await;
        assert!(states.iter().all(|state| state == "delivered"), "{deadly}: {states:?}");
        if !died {
            break;
        }
        deadly += STEP;
    }
    assert!(deadly > 40, "{deadly}");
}
