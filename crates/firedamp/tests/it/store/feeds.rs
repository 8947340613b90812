//! What every store promises about its sources.

use firedamp::{
    source::silence::Listener,
    store::{Folded, Heard, Object, Store},
};

use super::{NOW, SOME, UNREAD, account, after, folded, object};

const LOGS: &str = "s3://logs/";

/// An object of account 1, folded so many hours after [`NOW`].
fn at_hour(hour: i64) -> Folded {
    let address = format!("{LOGS}{hour}.log");
    let object: Object = object(&address, "1", after(hour * 3600));
    Folded { object, ..folded(&address, "1", &[(1, b"state")]) }
}

pub(super) async fn only_known_objects_have_a_version(store: &dyn Store) {
    store.fold(&[folded("a", "1", &[]), folded("b", "2", &[])]).await.expect("folded");
    let asked = ["b", "c", "it's"].map(String::from);
    let known = store.versions_of(&asked).await.expect("versions");
    assert_eq!(known, [("b".to_string(), "2".to_string())].into());
}

pub(super) async fn sources_say_how_they_fare(store: &dyn Store) {
    store.asked(LOGS, NOW, Ok(3)).await.expect("noted");
    store.asked(LOGS, after(60), Err("refused")).await.expect("noted");
    let [source] = &store.sources().await.expect("sources")[..] else { panic!("one source") };
    assert_eq!((source.taken, source.error.as_deref()), (3, Some("refused")));
    assert_eq!((source.asked_at, source.answered_at), (after(60), Some(NOW)));
    store.asked(LOGS, after(120), Ok(1)).await.expect("noted");
    let [source] = &store.sources().await.expect("sources")[..] else { panic!("one source") };
    assert_eq!((source.taken, source.error.as_deref()), (4, None));
}

pub(super) async fn who_is_heard_is_told_by_objects(store: &dyn Store) {
    store
        .fold(&[at_hour(1), at_hour(2), folded("elsewhere", "1", &[(2, b"x")])])
        .await
        .expect("ok");
    let heard = |since| store.heard(LOGS, after(since));
    let one = Heard { account: "aws:123456789012".to_string(), at: after(7200), newest: None };
    assert_eq!(heard(0).await.expect("heard"), [one]);
    assert_eq!(heard(7200).await.expect("heard"), []);
}

pub(super) async fn a_feed_that_falls_silent_asks_for_one_notice(store: &dyn Store) {
    let mut listener = Listener::new(vec![LOGS.to_string()], NOW);
    for hour in 0..40 {
        store.fold(&[at_hour(hour)]).await.expect("folded");
        assert_eq!(listener.listen(store, after(hour * 3600)).await.expect("listened"), 0);
    }
    for hour in [43, 45, 47, 60] {
        listener.listen(store, after(hour * 3600)).await.expect("listened");
    }
    let notices = store.notices(&UNREAD).await.expect("notices");
    let [notice] = &notices[..] else { panic!("one notice: {notices:?}") };
    assert_eq!((notice.kind.as_str(), notice.case), ("feed_silent", None));
    assert!(notice.body.contains("aws:123456789012"), "{}", notice.body);
    let [feed] = &store.feeds(Some("aws:123456789012")).await.expect("feeds")[..] else {
        panic!("one feed")
    };
    assert_eq!(feed.silent_since, Some(after(39 * 3600)));
    store.fold(&[at_hour(61)]).await.expect("folded");
    assert_eq!(listener.listen(store, after(61 * 3600)).await.expect("listened"), 0);
    assert_eq!(store.notices(&UNREAD).await.expect("notices"), []);
    assert_eq!(store.notices(&SOME).await.expect("notices").len(), 1);
}

/// The same, whose newest record is of another hour.
fn telling(hour: i64, newest: i64) -> Folded {
    let mut one = at_hour(hour);
    one.object.newest = Some(after(newest * 3600));
    one
}

pub(super) async fn who_tells_only_what_is_old_is_silent(store: &dyn Store) {
    let mut listener = Listener::new(vec![LOGS.to_string()], NOW);
    for hour in 0..40 {
        store.fold(&[telling(hour, hour - 1)]).await.expect("folded");
        assert_eq!(listener.listen(store, after(hour * 3600)).await.expect("listened"), 0);
    }
    for hour in 40..50 {
        store.fold(&[telling(hour, 3)]).await.expect("folded");
        let silent = listener.listen(store, after(hour * 3600)).await.expect("listened");
        assert_eq!(silent, usize::from(hour > 43), "more than four hours, at {hour}");
    }
    let [feed] = &store.feeds(None).await.expect("feeds")[..] else { panic!("one feed") };
    assert_eq!((feed.heard_at, feed.newest_record), (after(39 * 3600), Some(after(38 * 3600))));
    assert_eq!(feed.silent_since, Some(after(39 * 3600)));
    // A record that is dated after it arrived is of then.
    store.fold(&[telling(50, 9000)]).await.expect("folded");
    assert_eq!(listener.listen(store, after(50 * 3600)).await.expect("listened"), 0);
    let [feed] = &store.feeds(None).await.expect("feeds")[..] else { panic!("one feed") };
    assert_eq!(feed.newest_record, Some(after(50 * 3600)));
}

pub(super) async fn the_newest_record_of_an_account_is_kept(store: &dyn Store) {
    let fold = async |address: &str, newest: Option<i64>| {
        let mut one = folded(address, "1", &[(1, b"state")]);
        one.newest = newest.map(|seconds| (account(1), after(seconds))).into_iter().collect();
        store.fold(&[one]).await.expect("folded");
        let file = store.account(&account(1).to_string(), None).await.expect("an account");
        file.row.newest_record
    };
    assert_eq!(fold("a", None).await, None, "an inventory has no time");
    assert_eq!(fold("b", Some(-7200)).await, Some(after(-7200)));
    assert_eq!(fold("c", Some(-9000)).await, Some(after(-7200)), "older ones do not count");
    assert_eq!(fold("d", None).await, Some(after(-7200)));
    assert_eq!(fold("e", Some(-60)).await, Some(after(-60)));
    assert_eq!(fold("f", Some(86_400)).await, Some(NOW), "of when it arrived");
}

pub(super) async fn what_was_pulled_has_a_position(store: &dyn Store) {
    assert_eq!(store.position("a").await.expect("none"), None);
    for position in ["1", "2"] {
        store.set_position("a", position).await.expect("noted");
        assert_eq!(store.position("a").await.expect("one").as_deref(), Some(position));
    }
}

pub(super) async fn objects_take_the_new_name_of_their_folder(store: &dyn Store) {
    let at = |address: &str, number: u32| {
        let mut one = folded(address, "1", &[(number, b"state")]);
        one.object.path = address.to_string();
        one
    };
    let objects = [
        at("logs/a", 1),
        at("logs/sub/b", 2),
        at("logs2/c", 3),
        at("/srv/logs/a", 1),
        at("s3://logs/d", 4),
    ];
    store.fold(&objects).await.expect("folded");
    let all: Vec<_> = (1..=4).map(account).collect();
    store.judged(&all).await.expect("judged");
    assert_eq!(store.rename_objects("logs/", "/srv/logs/").await.expect("renamed"), 1);
    let names: Vec<String> = store.versions().await.expect("versions").into_keys().collect();
    assert_eq!(names, ["/srv/logs/a", "/srv/logs/sub/b", "logs2/c", "s3://logs/d"]);
    let moved = store.traffic_objects(&[account(2)]).await.expect("objects");
    assert_eq!((&*moved[0].address, &*moved[0].path), ("/srv/logs/sub/b", "/srv/logs/sub/b"));
    assert_eq!(store.states(&account(1)).await.expect("states").len(), 1, "not twice");
    assert_eq!(store.changed_accounts().await.expect("accounts"), [account(1)]);
    assert_eq!(store.totals(None).await.expect("totals").objects, 4);
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
    assert_eq!(store.rename_objects("logs/", "/srv/logs/").await.expect("renamed"), 0);
}

pub(super) async fn an_object_takes_a_new_name_alone(store: &dyn Store) {
    let objects = ["a.log", "a.log.1", "a.log/b", "a.logs"].map(|name| folded(name, "1", &[]));
    store.fold(&objects).await.expect("folded");
    assert_eq!(store.rename_objects("a.log", "/srv/a.log").await.expect("renamed"), 1);
    let names: Vec<String> = store.versions().await.expect("versions").into_keys().collect();
    assert_eq!(names, ["/srv/a.log", "a.log.1", "a.log/b", "a.logs"]);
    assert_eq!(store.rename_objects("a.log", "/srv/a.log").await.expect("renamed"), 0);
}
