use std::fs;

use super::*;
use crate::store::{Feeds, Folded, Sqlite};

struct Office {
    folder: tempfile::TempDir,
    store: Sqlite,
    watched: Watched,
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Sqlite::open(&folder.path().join("desk.db")).await.expect("a store");
        fs::create_dir(folder.path().join("in")).expect("made");
        let watched = Watched::new(vec![folder.path().join("in")]);
        Self { folder, store, watched }
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join("in").join(name), text).expect("written");
    }

    /// Names of what arrives, and how many more there are.
    async fn arrivals(&mut self) -> (Vec<Arrival>, Vec<String>, usize) {
        self.arrivals_at(0).await
    }

    async fn arrivals_at(&mut self, seconds: i64) -> (Vec<Arrival>, Vec<String>, usize) {
        let now = Time::from_seconds(seconds);
        let (arrivals, more) = self.watched.arrivals(&self.store, now).await.expect("arrivals");
        let name = |one: &Arrival| one.path.file_name().map(|name| name.display().to_string());
        let names = arrivals.iter().filter_map(name).collect();
        (arrivals, names, more)
    }

    fn object(one: &Arrival) -> Object {
        Object {
            address: one.address.clone(),
            version: one.version.clone(),
            id: None,
            path: one.path.display().to_string(),
            bytes: one.bytes,
            records: 0,
            rejects: 0,
            reasons: Vec::new(),
            has_traffic: false,
            warning: None,
            folded_at: Time::from_seconds(0),
            newest: None,
        }
    }

    async fn fold(&mut self, arrivals: &[Arrival]) {
        let folded = |one: &Arrival| Folded {
            object: Self::object(one),
            states: Vec::new(),
            newest: Vec::new(),
        };
        let folded: Vec<_> = arrivals.iter().map(folded).collect();
        self.store.fold(&folded).await.expect("folded");
        self.watched.note_folded(&arrivals.iter().map(Arrival::mark).collect());
    }
}

#[tokio::test]
async fn a_backlog_is_walked_once_and_comes_in_the_order_of_names() {
    let mut office = Office::open().await;
    let count = BATCH_MAX + 3;
    (0..count).for_each(|number| office.write(&format!("{number:04}"), "x"));
    let (first, names, more) = office.arrivals().await;
    assert_eq!((names.len(), more), (BATCH_MAX, 3));
    assert_eq!(names.first().map(String::as_str), Some("0000"));
    let walked = office.watched.walked;
    office.fold(&first).await;
    let (rest, names, more) = office.arrivals().await;
    assert_eq!(
        (names.as_slice(), more),
        (["0256", "0257", "0258"].map(String::from).as_slice(), 0)
    );
    assert_eq!(office.watched.walked, walked, "the folders were not looked at again");
    // What is not folded comes again; what is new comes as soon as nothing waits.
    assert_eq!(office.arrivals().await.1.len(), 3);
    office.fold(&rest).await;
    office.write("new", "x");
    assert_eq!(office.arrivals().await.1, ["new"]);
    assert_ne!(office.watched.walked, walked);
}

#[tokio::test]
async fn what_is_folded_again_keeps_the_date_of_its_file() {
    let mut office = Office::open().await;
    office.write("a", "x");
    let (arrivals, ..) = office.arrivals().await;
    let mut object = Office::object(&arrivals[0]);
    assert!(arrivals[0].written.is_some());
    assert_eq!(Arrival::of(&object).written, arrivals[0].written);
    // A copy has the date when it was fetched.
    object.address = "s3://bucket.example/a".to_string();
    assert_eq!(Arrival::of(&object).written, None);
}

#[tokio::test]
async fn what_changed_or_went_while_it_waited_comes_as_it_is() {
    let mut office = Office::open().await;
    office.write("a", "x");
    office.write("b", "x");
    assert_eq!(office.arrivals().await.1, ["a", "b"]);
    fs::remove_file(office.folder.path().join("in/a")).expect("gone");
    office.write("b", "longer");
    office.watched.walked = None;
    let (arrivals, names, _) = office.arrivals().await;
    assert_eq!(names, ["b"]);
    assert_eq!(arrivals[0].bytes, 6);
    office.fold(&arrivals).await;
    assert_eq!(office.arrivals().await.1, Vec::<String>::new());
    // Another program that starts knows it by the store.
    office.watched = Watched::new(vec![office.folder.path().join("in")]);
    assert_eq!(office.arrivals().await.1, Vec::<String>::new());
    let known = office.store.versions_of(&[arrivals[0].address.clone()]).await.expect("versions");
    assert_eq!(known.values().collect::<Vec<_>>(), [&arrivals[0].version]);
}

#[test]
fn a_costly_look_is_followed_by_a_pause_that_keeps_the_promise() {
    assert_eq!(pause_after(Duration::from_millis(50)), Duration::ZERO);
    assert_eq!(pause_after(Duration::from_millis(450)), Duration::from_millis(3600));
    assert_eq!(pause_after(Duration::from_secs(30)), PAUSE_MAX);
}

#[tokio::test]
async fn while_the_pause_lasts_nothing_is_looked_at() {
    let mut office = Office::open().await;
    office.watched.walked = Some((Instant::now(), Duration::from_secs(3600)));
    office.write("a", "x");
    assert_eq!(office.arrivals().await.1, Vec::<String>::new());
    office.watched.walked = Some((Instant::now(), Duration::ZERO));
    assert_eq!(office.arrivals().await.1, ["a"]);
}

#[tokio::test]
async fn what_was_forgotten_stays_so_when_states_are_written_another_way() {
    let mut office = Office::open().await;
    office.write("a", "x");
    let (mut arrivals, ..) = office.arrivals().await;
    for arrival in &mut arrivals {
        arrival.version = format!("0-{}", of_file(&arrival.version));
    }
    office.fold(&arrivals).await;
    office.store.forget_objects(Time::from_seconds(1)).await.expect("forgotten");
    office.watched = Watched::new(vec![office.folder.path().join("in")]);
    assert_eq!(office.arrivals().await.1, [""; 0]);
    office.write("a", "more");
    office.watched = Watched::new(vec![office.folder.path().join("in")]);
    assert_eq!(office.arrivals().await.1, ["a"]);
}

#[tokio::test]
async fn what_could_not_be_read_comes_again_as_it_is_and_is_no_backlog() {
    let mut office = Office::open().await;
    office.write("a", "x");
    let (arrivals, ..) = office.arrivals().await;
    let unread: Vec<_> = arrivals.iter().map(|one| (one.clone(), "no right".to_string())).collect();
    for (at, due, other) in [(0, 10, "x"), (10, 30, "xx"), (30, 70, "xxx")] {
        office.watched.note_unread(&unread, Time::from_seconds(at));
        office.write("b", other);
        let (others, names, more) = office.arrivals_at(due - 1).await;
        assert_eq!((names, more), (vec!["b".to_string()], 0), "{due}");
        office.fold(&others).await;
        assert_eq!(office.watched.unread(), 1);
        let (again, names, _) = office.arrivals_at(due).await;
        assert_eq!((names, &again[0].version), (vec!["a".to_string()], &arrivals[0].version));
    }
    office.fold(&arrivals).await;
    assert_eq!(office.watched.unread(), 0);
    assert_eq!(office.arrivals_at(100_000).await.1, [""; 0]);
}

#[tokio::test]
async fn what_is_hidden_is_left_out_but_for_what_is_watched_by_itself() {
    let mut office = Office::open().await;
    let folder = office.folder.path().join("in");
    fs::create_dir_all(folder.join("data/pushed")).expect("made");
    for name in ["flows", "data/firedamp.db", "data/pushed/object", "data.log"] {
        office.write(name, "x");
    }
    let watched = vec![folder.clone(), folder.join("data/pushed")];
    office.watched = Watched::new(watched).hiding(vec![folder.join("data")]);
    let (arrivals, names, more) = office.arrivals().await;
    assert_eq!((names, more), (vec!["object".into(), "data.log".into(), "flows".into()], 0));
    office.fold(&arrivals).await;
    office.write("data/firedamp.db", "it grew");
    assert_eq!(office.arrivals().await.1, Vec::<String>::new(), "nothing feeds itself");
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_hidden_is_left_out_by_whatever_link_it_is_reached() {
    use std::os::unix::fs::symlink;

    let mut office = Office::open().await;
    let at = |name: &str| office.folder.path().join(name);
    fs::create_dir_all(at("data/pushed")).expect("made");
    for name in ["data/firedamp.db", "data/pushed/object", "beside"] {
        fs::write(at(name), "x").expect("written");
    }
    fs::create_dir(at("in/links")).expect("made");
    symlink(at("data"), at("in/links/data")).expect("a link to the folder");
    symlink(at("data/firedamp.db"), at("in/links/file")).expect("a link to a file of it");
    symlink(at("beside"), at("in/links/beside")).expect("a link to another file");
    symlink(at("data/firedamp.db"), at("data/pushed/up"))
        .expect("a link out of what is watched by itself");
    let (watched, data) = (vec![at("in"), at("data/pushed")], at("data"));
    office.watched = Watched::new(watched).hiding(vec![data.clone()]);
    office.write("flows", "x");
    let (arrivals, names, more) = office.arrivals().await;
    assert_eq!((names, more), (vec!["object".into(), "flows".into(), "beside".into()], 0));
    office.fold(&arrivals).await;
    fs::write(data.join("firedamp.db"), "it grew").expect("written");
    assert_eq!(office.arrivals().await.1, Vec::<String>::new(), "nothing feeds itself");
}
