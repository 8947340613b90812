//! What every store promises about cases that people work on, and about objects that can't be read.

use firedamp::store::{Act, Action, Error, Filter, Folded, Object, Rejected, Store};
use firedamp_core::life::{Reason, Status};

use super::{NOW, account, act, after, folded, object, opened};

pub(super) async fn what_cannot_be_read_is_listed_by_the_page(store: &dyn Store) {
    let whole = Object { rejects: 0, ..object("b", "1", NOW) };
    let cut = Object { warning: Some("it ends early".into()), ..whole.clone() };
    let cut = Object { address: "c".into(), ..cut };
    let objects = [object("a", "1", NOW), whole, cut];
    let folded = objects.map(|object| Folded { object, states: Vec::new(), newest: Vec::new() });
    store.fold(&folded).await.expect("folded");
    let addresses = async |after: Option<&str>, limit: u32| {
        let found = store.unreadable(after, limit).await.expect("objects");
        found.into_iter().map(|one| one.address).collect::<Vec<_>>()
    };
    assert_eq!(addresses(None, 10).await, ["a", "c"]);
    assert_eq!(addresses(None, 1).await, ["a"]);
    assert_eq!(addresses(Some("a"), 10).await, ["c"]);
    assert_eq!(addresses(Some("c"), 10).await, Vec::<String>::new());
}

pub(super) async fn why_records_were_rejected_is_kept_with_their_object(store: &dyn Store) {
    let why = |reason: &str, records, first| Rejected { reason: reason.into(), records, first };
    let reasons = vec![why("no readable time", 5, 3), why("broken JSON", 1, 40)];
    let read = |address: &str, state: u32| {
        let mut one = folded(address, "1", &[(state, b"state")]);
        one.object.rejects = 0;
        one
    };
    let mut some = read("b", 1);
    (some.object.rejects, some.object.reasons) = (6, reasons.clone());
    let of_another = folded("z", "1", &[(2, b"state")]);
    store.fold(&[read("a", 1), some, of_another]).await.expect("folded");
    let (own, other) = (account(1).to_string(), account(2).to_string());
    let found = store.unreadable_of(&own, None, 10).await.expect("objects");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].address.as_str(), &found[0].reasons), ("b", &reasons));
    assert_eq!(store.unreadable(None, 1).await.expect("objects"), found);
    assert_eq!(store.unreadable_of(&own, Some("b"), 10).await.expect("objects"), []);
    let found = store.unreadable_of(&other, None, 10).await.expect("objects");
    assert_eq!((found.len(), found[0].reasons.len()), (1, 0), "an older desk kept none");
    store.fold(&[read("b", 1)]).await.expect("mended");
    assert_eq!(store.unreadable_of(&own, None, 10).await.expect("objects"), []);
}

pub(super) async fn who_is_worked_on_does_not_sleep(store: &dyn Store) {
    let id = opened(store, 1).await;
    let sleep = Action::Snooze(Some(after(1000)));
    for action in [
        Action::Reopen(Status::Investigating),
        Action::ResolveAnyway("gone".into()),
        Action::Reopen(Status::Active),
    ] {
        let row = store.act(&act(id, sleep.clone())).await.expect("it sleeps");
        assert_eq!(row.snoozed_until, Some(after(1000)));
        let row = store.act(&act(id, action.clone())).await.expect("done");
        assert_eq!(row.snoozed_until, None, "{action:?}");
    }
    for until in [NOW, after(100)] {
        let refused = store.act(&act(id, Action::Snooze(Some(until)))).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{until} is over");
    }
    store.act(&act(id, sleep)).await.expect("it sleeps");
    let asked = |sleeping_at| Filter { sleeping_at: Some(sleeping_at), ..Filter::default() };
    assert_eq!(store.cases(&asked(after(999))).await.expect("cases").len(), 1);
    assert_eq!(store.cases(&asked(after(1000))).await.expect("cases").len(), 0);
    assert_eq!(store.sleeping(None, after(999)).await.expect("a count"), 1);
    assert_eq!(store.sleeping(Some("nobody"), after(999)).await.expect("a count"), 0);
    assert_eq!(store.sleeping(None, after(1000)).await.expect("a count"), 0);
}

pub(super) async fn people_work_on_what_they_saw(store: &dyn Store) {
    let id = opened(store, 1).await;
    let seen = store.case(id, None).await.expect("a case").row.revision;
    let wanted = |action| Act { revision: Some(seen), ..act(id, action) };
    let row = store.act(&wanted(Action::Reopen(Status::Investigating))).await.expect("done");
    assert_eq!((row.status, row.revision), (Status::Investigating, seen + 1));
    let late = store.act(&wanted(Action::Resolve(Reason::Ignore))).await;
    assert!(matches!(late, Err(Error::Changed { .. })), "{late:?}");
    for refused in [
        Action::Comment("  ".to_string()),
        Action::Comment("x".repeat(10_001)),
        Action::Label(String::new()),
        Action::Assign(Some("x".repeat(81))),
        Action::Reopen(Status::Resolved),
    ] {
        let done = store.act(&act(id, refused.clone())).await;
        assert!(matches!(done, Err(Error::Refused(_))), "{refused:?}: {done:?}");
    }
    let missing = store.act(&act(id, Action::Unlabel("none".into()))).await;
    assert!(matches!(missing, Err(Error::Missing("label"))));
    assert!(matches!(store.act(&act(9, Action::Assign(None))).await, Err(Error::Missing("case"))));
    let log = store.activity(id).await.expect("entries");
    assert_eq!(log.len(), 2, "what was refused is not written down: {log:?}");
    assert_eq!((log[1].actor.as_str(), log[1].text.as_str()), ("alice", "investigating"));
}
