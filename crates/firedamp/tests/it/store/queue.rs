//! What every store promises about cases that sleep, and about objects that can't be read.

use firedamp::store::{Action, Error, Filter, Folded, Object, Store};
use firedamp_core::life::Status;

use super::{NOW, act, after, object, opened};

pub(super) async fn what_cannot_be_read_is_listed_by_the_page(store: &dyn Store) {
    let whole = Object { rejects: 0, ..object("b", "1", NOW) };
    let cut = Object { warning: Some("it ends early".into()), ..whole.clone() };
    let cut = Object { address: "c".into(), ..cut };
    let objects = [object("a", "1", NOW), whole, cut];
    let folded = objects.map(|object| Folded { object, states: Vec::new() });
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
