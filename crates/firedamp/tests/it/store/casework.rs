//! What every store promises of authorisations, of what is known of customers, and of the work on cases.

use firedamp::{
    store::{
        Action, Answer, Answered, AuthorisationFilter, By, COPIED, Decision, Error, Fact, Filter,
        Judgement, Question, RequestRow, Sending, Standing, Store, Topic,
    },
    tree::Tree,
};
use firedamp_core::{
    authorisation::{Authorisation, Covers, Limits, Purpose, Scope, Verdict},
    checklist::Mark,
    life::{Reason, Status},
    time::{Span, Time},
};

use super::{NOW, UNREAD, account, act, after, case, finding, opened};

/// The customer `a` below the reseller `r` has the account of case 1.
async fn with_tree(store: &dyn Store) {
    let (first, second) = (account(1), account(2));
    let text =
        format!("account,customer,reseller,mail\n{first},a,r,it@contoso.example\n{second},b,,\n");
    store.plant(&Tree::read(&text).expect("a tree")).await.expect("planted");
}

fn by(who: &str, seconds: i64) -> By {
    By { who: who.to_string(), at: after(seconds) }
}

/// A day from just before the case was seen.
pub(crate) fn authorisation(customer: &str) -> Authorisation {
    Authorisation {
        number: 0,
        customer: customer.to_string(),
        asked_by: "a researcher".to_string(),
        approved_by: "the head of security".to_string(),
        approval: None,
        purpose: Purpose::SecurityResearch,
        covers: Covers::Customer,
        scope: Scope::default(),
        limits: Limits::default(),
        start: after(-60),
        end: after(86_400),
    }
}

async fn approved(store: &dyn Store, one: &Authorisation) -> i64 {
    let number = store.propose(one, &by("alice", 10)).await.expect("proposed");
    store.decide(number, Decision::Approve, &by("bob", 20)).await.expect("approved");
    number
}

/// The judgement of case 1, seen until then.
fn seen_until(last: Time) -> Judgement {
    let mut judgement = case(1, 0.95, 10.0);
    judgement.case.last_observed = last;
    judgement.case.findings[0].span = Span::between(NOW, last);
    judgement
}

async fn status(store: &dyn Store) -> (Status, Option<Reason>) {
    let row = store.case(1, None).await.expect("a case").row;
    (row.status, row.reason)
}

const LEGITIMATE: (Status, Option<Reason>) = (Status::Resolved, Some(Reason::Legitimate));

pub(super) async fn what_is_authorised_is_legitimate_by_record(store: &dyn Store) {
    with_tree(store).await;
    opened(store, 1).await;
    let unread = store.notices(&UNREAD).await.expect("notices").len();
    let one = authorisation("a");
    let number = store.propose(&one, &by("alice", 10)).await.expect("proposed");
    assert_eq!(status(store).await.0, Status::Active, "a proposal covers nothing");
    let own = store.decide(number, Decision::Approve, &by("alice", 20)).await;
    assert!(matches!(own, Err(Error::Refused(_))), "{own:?}");
    let filed = store.decide(number, Decision::Approve, &by("bob", 20)).await.expect("approved");
    assert_eq!((filed.state, filed.decided), (Standing::Approved, Some(by("bob", 20))));
    assert_eq!(status(store).await, LEGITIMATE, "at once");
    for _ in 0..2 {
        store.judge(&seen_until(after(3600)), after(3600)).await.expect("judged");
        assert_eq!(status(store).await, LEGITIMATE);
    }
    assert_eq!(store.notices(&UNREAD).await.expect("notices").len(), unread, "nobody is told");
    let queue = Filter { waiting_at: Some(after(3600)), limit: 10, ..Filter::default() };
    assert!(store.cases(&queue).await.expect("cases").is_empty());
    let all = Filter { limit: 10, ..Filter::default() };
    assert_eq!(store.cases(&all).await.expect("cases")[0].probability, 0.95, "as it was");
    let log = store.activity(1).await.expect("activity");
    let kinds: Vec<&str> = log.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["opened", "authorisation", "authorisation", "authorised"]);
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
}

pub(super) async fn what_leaves_an_authorisation_is_opened_again(store: &dyn Store) {
    with_tree(store).await;
    opened(store, 1).await;
    approved(store, &authorisation("a")).await;
    let mut more = seen_until(after(3600));
    more.case.cost = None;
    more.case.findings.push(finding("miner_process", "i-0def"));
    store.judge(&more, after(3600)).await.expect("judged");
    assert_eq!(status(store).await, LEGITIMATE, "all of the account is in scope");
    store.judge(&seen_until(after(90_000)), after(90_000)).await.expect("judged");
    assert_eq!(status(store).await, (Status::Active, None), "seen after its end");
    let log = store.activity(1).await.expect("activity");
    let reopened = log.iter().find(|entry| entry.kind == "reopened").expect("an entry");
    assert!(reopened.text.contains("no authorisation for it was in force"), "{}", reopened.text);
    let notices = store.notices(&UNREAD).await.expect("notices");
    assert_eq!(notices[0].kind, "case_breached");
    let verdict = store.verdict(1).await.expect("a verdict");
    assert!(matches!(verdict, Verdict::Outside { .. }), "{verdict:?}");
    store.act(&act(1, Action::Resolve(Reason::Ignore))).await.expect("resolved");
    store.judge(&seen_until(after(95_000)), after(95_000)).await.expect("judged");
    assert_eq!(status(store).await.1, Some(Reason::Ignore), "people decide");
}

pub(super) async fn an_end_replays_nothing_old(store: &dyn Store) {
    with_tree(store).await;
    opened(store, 1).await;
    let number = approved(store, &authorisation("a")).await;
    let long_after = after(40 * 86_400);
    store.judge(&seen_until(after(3600)), long_after).await.expect("judged");
    assert_eq!(status(store).await, LEGITIMATE, "it was seen in force");
    let ended = by("carol", 7200);
    let filed = store.decide(number, Decision::Withdraw, &ended).await.expect("withdrawn");
    assert_eq!((filed.state, filed.withdrawn), (Standing::Withdrawn, Some(ended.clone())));
    assert_eq!(status(store).await, LEGITIMATE, "seen before it was withdrawn");
    store.judge(&seen_until(after(7300)), long_after).await.expect("judged");
    assert_eq!(status(store).await, (Status::Active, None));
    let again = store.decide(number, Decision::Withdraw, &ended).await;
    assert!(matches!(again, Err(Error::Refused(_))));
    assert!(matches!(store.decide(99, Decision::Decline, &ended).await, Err(Error::Missing(_))));
}

pub(super) async fn an_authorisation_covers_whom_it_names(store: &dyn Store) {
    with_tree(store).await;
    opened(store, 1).await;
    approved(store, &authorisation("b")).await;
    approved(store, &authorisation("r")).await;
    assert_eq!(status(store).await.0, Status::Active, "neither is its customer's");
    let users = Authorisation { covers: Covers::CustomerAndUsers, ..authorisation("r") };
    let number = approved(store, &users).await;
    assert_eq!(status(store).await, LEGITIMATE, "who is below the reseller is covered, too");
    let within = |party: &str| AuthorisationFilter {
        within: Some(party.to_string()),
        limit: 10,
        ..AuthorisationFilter::default()
    };
    assert_eq!(store.authorisations(&within("a")).await.expect("a list").len(), 0);
    assert_eq!(store.authorisations(&within("r")).await.expect("a list").len(), 2);
    let account = Some("aws:123456789012".to_string());
    let of_account = AuthorisationFilter { account, limit: 10, ..AuthorisationFilter::default() };
    let named = store.authorisations(&of_account).await.expect("a list");
    assert!(named.iter().any(|filed| filed.authorisation.number == number), "{named:?}");
    let nobody = store.propose(&authorisation("nobody"), &by("alice", 10)).await;
    assert!(matches!(nobody, Err(Error::Missing(_))), "{nobody:?}");
}

pub(super) async fn people_are_reminded_once(store: &dyn Store) {
    with_tree(store).await;
    opened(store, 1).await;
    opened(store, 2).await;
    approved(store, &authorisation("a")).await;
    let question = Question {
        case: 2,
        language: "en".to_string(),
        subject: "Is it\r\nyours?".to_string(),
        body: "Please tell us.".to_string(),
        way: COPIED.to_string(),
        due: after(86_400),
    };
    store.ask_customer(&question, &by("alice", 30)).await.expect("asked");
    assert_eq!(store.remind(after(60)).await.expect("reminded"), 1, "it ends within two weeks");
    assert_eq!(store.remind(after(90)).await.expect("reminded"), 0);
    assert_eq!(store.remind(after(86_400)).await.expect("reminded"), 1, "no answer");
    assert_eq!(store.remind(after(86_500)).await.expect("reminded"), 0);
    let kinds: Vec<String> =
        store.notices(&UNREAD).await.expect("notices").into_iter().map(|one| one.kind).collect();
    assert!(kinds.contains(&"authorisation_ends".to_string()), "{kinds:?}");
    assert!(kinds.contains(&"customer_silent".to_string()), "{kinds:?}");
}

pub(super) async fn a_question_is_sent_answered_and_written_down(store: &dyn Store) {
    with_tree(store).await;
    let case = opened(store, 1).await;
    let question = Question {
        case,
        language: "fr".to_string(),
        subject: "Est-ce le vôtre ?".to_string(),
        body: "Merci de nous dire.".to_string(),
        way: "post".to_string(),
        due: after(86_400),
    };
    let id = store.ask_customer(&question, &by("alice", 10)).await.expect("asked");
    let empty = Question { body: " ".to_string(), ..question };
    assert!(matches!(store.ask_customer(&empty, &by("alice", 10)).await, Err(Error::Refused(_))));
    let letters = store.letters(after(20)).await.expect("letters");
    assert_eq!((letters.len(), letters[0].to.as_str()), (1, "it@contoso.example"));
    let again = Sending::Again { at: after(60), why: "busy".to_string() };
    store.sent(id, &again, after(20)).await.expect("noted");
    assert_eq!(store.letters(after(30)).await.expect("letters"), []);
    assert_eq!(store.letters(after(60)).await.expect("letters")[0].attempts, 1);
    store.sent(id, &Sending::Sent, after(60)).await.expect("noted");
    assert_eq!(store.letters(after(99)).await.expect("letters"), []);
    let answered = Answered {
        answer: Answer::NotOurs,
        text: "Never heard of it.".to_string(),
        who: "the head of IT".to_string(),
        noted: by("bob", 90),
    };
    store.answered(id, &answered).await.expect("noted");
    let contacts = store.contacts(case).await.expect("contacts");
    assert_eq!(
        (contacts[0].state.as_str(), &contacts[0].answered),
        ("sent", &Some(answered.clone()))
    );
    assert!(matches!(store.answered(99, &answered).await, Err(Error::Missing(_))));
    let log = store.activity(case).await.expect("activity");
    let kinds: Vec<&str> = log.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["opened", "asked the customer", "mail", "the customer answered"]);
}

pub(super) async fn steps_are_taken_and_taken_back(store: &dyn Store) {
    let case = opened(store, 1).await;
    for (result, note) in [(Mark::Found, "two more machines"), (Mark::Done, "")] {
        let taken = store.take_step(case, "usage", Some((result, note)), &by("alice", 10)).await;
        taken.expect("taken");
        let steps = store.steps(case).await.expect("steps");
        assert_eq!((steps.len(), steps[0].result, steps[0].note.as_str()), (1, result, note));
    }
    store.take_step(case, "usage", None, &by("alice", 20)).await.expect("taken back");
    assert_eq!(store.steps(case).await.expect("steps"), []);
    assert_eq!(store.activity(case).await.expect("activity").len(), 4);
}

/// A request of case `case`, with the seconds after now at which its incident began.
fn request(case: i64, incident: i64, (kind, state, reference): (&str, &str, &str)) -> RequestRow {
    RequestRow {
        case,
        incident: after(incident),
        kind: kind.to_string(),
        state: state.to_string(),
        reference: reference.to_string(),
        by: "alice".to_string(),
        filed_at: after(incident + 60),
        why: String::new(),
    }
}

/// Mining that begins again after it was cleaned up: what was asked and done about the first incident
/// stays as it was, and none of it counts for the second.
pub(super) async fn requests_and_steps_belong_to_their_incident(store: &dyn Store) {
    const MONTHS: i64 = 40 * 86_400;
    let case = opened(store, 1).await;
    let filed = request(case, 0, ("credit", "filed", "616"));
    store.note_request(&filed, after(60)).await.expect("noted");
    let found = Some((Mark::Found, "two more machines"));
    store.take_step(case, "usage", found, &by("alice", 70)).await.expect("taken");
    let why = "the customer removed it".to_string();
    store.act(&act(case, Action::ResolveAnyway(why))).await.expect("resolved");
    store.judge(&seen_until(after(MONTHS)), after(MONTHS)).await.expect("judged");
    let row = store.case(case, None).await.expect("a case").row;
    assert_eq!((row.status, row.begun_at), (Status::Active, after(MONTHS)));
    assert_eq!(
        store.requests(case).await.expect("requests"),
        std::slice::from_ref(&filed),
        "of the first"
    );
    assert_eq!(store.steps(case).await.expect("steps"), [], "the list begins anew");

    let asked = request(case, MONTHS, ("credit", "asked", ""));
    store.note_request(&asked, asked.filed_at).await.expect("asked");
    store
        .take_step(case, "usage", Some((Mark::Done, "")), &by("bob", MONTHS))
        .await
        .expect("taken");
    // The answer to the first comes later than the second began.
    let granted = request(case, 0, ("credit", "granted", ""));
    store.note_request(&granted, after(MONTHS + 90)).await.expect("noted");
    let granted = RequestRow { state: "granted".to_string(), ..filed };
    assert_eq!(store.requests(case).await.expect("requests"), [granted, asked.clone()]);
    assert_eq!(store.asked_requests().await.expect("requests"), [asked]);
    assert_eq!(store.steps(case).await.expect("steps")[0].by.who, "bob");
    for unknown in [
        request(case, 0, ("report", "filed", "617")),
        request(case, 7, ("credit", "granted", "")),
        request(case + 1, 0, ("credit", "filed", "")),
    ] {
        let noted = store.note_request(&unknown, after(MONTHS)).await;
        assert!(matches!(noted, Err(Error::Missing(_))), "{unknown:?}: {noted:?}");
    }
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
}

pub(super) async fn the_latest_word_of_a_source_counts(store: &dyn Store) {
    with_tree(store).await;
    let fact = |source: &str, value: &str, at| Fact {
        party: "a".to_string(),
        account: None,
        part: "validation".to_string(),
        value: value.to_string(),
        source: source.to_string(),
        observed_at: after(at),
    };
    let learn = async |one: Fact| store.learn(Topic::Standing, &[one]).await;
    assert_eq!(learn(fact("partner center", "allowed", 10)).await.expect("learnt"), 1);
    assert_eq!(learn(fact("partner center", "allowed", 10)).await.expect("learnt"), 0, "twice");
    assert_eq!(learn(fact("partner center", "denied", 5)).await.expect("learnt"), 0, "older");
    assert_eq!(learn(fact("partner center", "under_review", 20)).await.expect("learnt"), 1);
    assert_eq!(learn(fact("our own books", "allowed", 7)).await.expect("learnt"), 1);
    let known = store.known(Topic::Standing, "a").await.expect("known");
    let told: Vec<&str> = known.iter().map(|fact| fact.value.as_str()).collect();
    assert_eq!(told, ["under_review", "allowed"]);
    assert_eq!(store.known(Topic::Posture, "a").await.expect("known"), []);
    let foreign = Fact { party: "nobody".to_string(), ..fact("x", "y", 1) };
    assert!(matches!(learn(foreign).await, Err(Error::Refused(_))));
}
