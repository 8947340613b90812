//! What is forgotten and what stays, over simulated years.

use std::{
    collections::BTreeMap,
    fs::File,
    path::Path,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use firedamp::{
    desk::{Desk, Watched},
    retention::{Keep, Keeper, Wish},
    store::{Act, Action, Addressee, Ending, FeedRow, Filter, Heard, NoticeFilter, Sqlite, Store},
};
use firedamp_core::{life::Reason, time::Time};
use sqlx::SqlitePool;

use crate::{
    desk::{settings, settle},
    program::{Folder, HEADER, firedamp, mining, question},
    store::{SOME, case},
    web::NOW,
};

const DAY: i64 = 86_400;

fn day(days: i64) -> Time {
    NOW.plus_seconds(days * DAY)
}

fn keep(wishes: &[&str]) -> Keep {
    let wishes: Vec<Wish> = wishes.iter().map(|wish| wish.parse().expect("a wish")).collect();
    Keep::new(30, &wishes).expect("sense")
}

struct Office {
    folder: Folder,
    store: Arc<dyn Store>,
}

impl Office {
    async fn new() -> Self {
        let folder = Folder::new();
        let store = Sqlite::open(&folder.path("firedamp.db")).await.expect("a store");
        Self { store: Arc::new(store), folder }
    }

    fn keeper(&self, wishes: &[&str]) -> Keeper {
        let folders = vec![self.folder.path("pushed")];
        Keeper { store: self.store.clone(), keep: keep(wishes), folders, intake: None }
    }

    async fn act(&self, case: i64, action: Action, at: Time) {
        let act = Act { case, revision: None, actor: "alice".to_string(), at, action };
        self.store.act(&act).await.expect("done");
    }

    /// Cases 1 to 4; the first two are resolved.
    async fn with_cases(self) -> Self {
        for number in 1..=4 {
            self.store.judge(&case(number, 0.95, 10.0), NOW).await.expect("judged");
        }
        for case in [1, 2] {
            self.act(case, Action::Resolve(Reason::Legitimate), day(1)).await;
        }
        self
    }

    async fn cases(&self) -> Vec<i64> {
        let filter = Filter { limit: 10, ..Filter::default() };
        let rows = self.store.cases(&filter).await.expect("cases");
        let mut ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids
    }

    async fn keys(&self) -> Vec<String> {
        let all = NoticeFilter { limit: 100, ..SOME };
        let mut notices = self.store.notices(&all).await.expect("notices");
        notices.sort_by_key(|notice| notice.id);
        notices.into_iter().map(|notice| notice.key).collect()
    }

    async fn read_all(&self, at: Time) {
        for notice in self.store.notices(&NoticeFilter { limit: 100, ..SOME }).await.expect("some")
        {
            self.store.read_notice(notice.id, at).await.expect("read");
        }
    }

    async fn is_whole(&self) {
        assert_eq!(self.store.check().await.expect("a check"), Vec::<String>::new());
    }
}

#[tokio::test]
async fn cases_stay_for_ever_unless_somebody_says_otherwise_and_open_ones_always() {
    let office = Office::new().await.with_cases().await;
    office.read_all(day(1)).await;
    office.keeper(&[]).sweep(day(9000)).await.expect("swept");
    assert_eq!(office.cases().await, [1, 2, 3, 4]);
    // The second one is taken up again.
    office.act(2, Action::Reopen(firedamp_core::life::Status::Active), day(380)).await;
    let keeper = office.keeper(&["cases=400"]);
    keeper.sweep(day(401)).await.expect("swept");
    assert_eq!(office.cases().await, [1, 2, 3, 4], "not 400 days after it was resolved");
    keeper.sweep(day(402)).await.expect("swept");
    assert_eq!(office.cases().await, [2, 3, 4]);
    office.is_whole().await;
    let gone = office.store.activity(1).await.expect("entries");
    assert_eq!(gone.len(), 0, "its log went with it, whole");
    assert!(!office.store.activity(2).await.expect("entries").is_empty());
    // A number is given once, also when the newest case is old and resolved.
    for number in [3, 4] {
        office.act(number, Action::Resolve(Reason::Legitimate), day(403)).await;
    }
    keeper.sweep(day(9000)).await.expect("swept");
    office.store.judge(&case(5, 0.95, 10.0), day(9000)).await.expect("judged");
    assert_eq!(office.cases().await, [2, 4, 5]);
    office.is_whole().await;
}

#[tokio::test]
async fn a_case_with_a_letter_on_its_way_stays() {
    let office = Office::new().await.with_cases().await;
    let question = firedamp::store::Question {
        case: 1,
        language: "en".to_string(),
        subject: "a question".to_string(),
        body: "was it you?".to_string(),
        way: "post".to_string(),
        due: day(10),
    };
    let by = firedamp::store::By { who: "alice".to_string(), at: day(2) };
    office.store.ask_customer(&question, &by).await.expect("asked");
    office.keeper(&["cases=40"]).sweep(day(100)).await.expect("swept");
    assert_eq!(office.cases().await, [1, 3, 4]);
}

#[tokio::test]
async fn notices_that_were_read_go_and_no_key_is_given_twice() {
    let office = Office::new().await.with_cases().await;
    let before = office.keys().await;
    assert_eq!(before, ["case-1-1", "case-2-1", "case-3-1", "case-4-1"]);
    let keeper = office.keeper(&["notices=30"]);
    keeper.sweep(day(100)).await.expect("swept");
    assert_eq!(office.keys().await, before, "nobody has read them");
    office.read_all(day(2)).await;
    // Two more about the first case, one about a case that is open.
    let mut more = case(1, 0.99, 10.0);
    for (detector, at) in [("stratum_profile", 3), ("fleet_pulse", 5)] {
        let mut finding = more.case.findings[0].clone();
        finding.detector = detector;
        more.case.findings.push(finding);
        office.store.judge(&more, day(at)).await.expect("judged");
        office.act(1, Action::Resolve(Reason::Legitimate), day(at + 1)).await;
    }
    let asked = office.keys().await;
    let of_first: Vec<&String> = asked.iter().filter(|key| key.starts_with("case-1-")).collect();
    assert!(of_first.len() >= 2, "{asked:?}");
    office.read_all(day(7)).await;
    keeper.sweep(day(100)).await.expect("swept");
    let left = office.keys().await;
    let last = (*of_first.last().expect("one")).clone();
    let of_first: Vec<&String> = left.iter().filter(|key| key.starts_with("case-1-")).collect();
    assert_eq!(of_first, [&last], "the next key counts on from the last");
    assert!(left.contains(&"case-3-1".to_string()), "of an open case: {left:?}");
    let mut finding = more.case.findings[0].clone();
    finding.detector = "miner_process";
    more.case.findings.push(finding);
    office.store.judge(&more, day(101)).await.expect("judged");
    let new = office.keys().await;
    let new: Vec<&String> = new.iter().filter(|key| !left.contains(key)).collect();
    assert_eq!(new.len(), 1);
    assert!(!asked.contains(new[0]), "{new:?} is new among {asked:?}");
    office.is_whole().await;
}

#[tokio::test]
async fn deliveries_go_once_they_are_over() {
    let office = Office::new().await.with_cases().await;
    let to = |name: &str| Addressee {
        name: name.to_string(),
        within: None,
        quiet_until: None,
        patience_seconds: None,
    };
    office.store.address(&[to("soc")], NOW).await.expect("addressed");
    let leased = office.store.lease(NOW, 300, 10).await.expect("leased");
    let arrived = Ending::Delivered { message: "a".to_string() };
    let dead = Ending::Dead { why: "refused".to_string() };
    office.store.deliver(&[leased[0].id, leased[3].id], &arrived, NOW).await.expect("noted");
    office.store.deliver(&[leased[1].id], &dead, NOW).await.expect("noted");
    let keeper = office.keeper(&[]);
    keeper.sweep(day(89)).await.expect("swept");
    assert_eq!(office.store.deliveries(None, 10).await.expect("some").len(), 4);
    keeper.sweep(day(91)).await.expect("swept");
    let left = office.store.deliveries(None, 10).await.expect("some");
    let left: Vec<i64> = left.iter().map(|sent| sent.id).collect();
    assert_eq!(left, [leased[3].id, leased[2].id], "what waits, and the newest number");
    office.is_whole().await;
}

#[tokio::test]
async fn feeds_and_sources_that_are_no_more_are_forgotten() {
    let office = Office::new().await;
    let account = "aws:111122223333".to_string();
    let feed = FeedRow::first("logs/", &Heard { account, at: NOW, newest: None });
    office.store.note_feeds(&[feed], NOW).await.expect("noted");
    office.store.asked("s3://logs/", NOW, Ok(1)).await.expect("noted");
    let keeper = office.keeper(&["feeds=40"]);
    let count = async || {
        let feeds = office.store.feeds(None).await.expect("feeds").len();
        (feeds, office.store.sources().await.expect("sources").len())
    };
    keeper.sweep(day(39)).await.expect("swept");
    assert_eq!(count().await, (1, 1));
    keeper.sweep(day(41)).await.expect("swept");
    assert_eq!(count().await, (0, 1));
    keeper.sweep(day(91)).await.expect("swept");
    assert_eq!(count().await, (0, 0));
}

fn written_at(path: &Path, at: Time) {
    let moment = UNIX_EPOCH + Duration::from_secs(u64::try_from(at.seconds()).expect("after 1970"));
    let file = File::options().write(true).open(path).expect("a file");
    file.set_modified(moment).expect("a time");
}

#[tokio::test]
async fn pushed_files_go_with_their_age_and_nothing_beside_them() {
    let office = Office::new().await;
    let old = office.folder.write("pushed/aws/111122223333/old", "old");
    let new = office.folder.write("pushed/new", "new");
    let elsewhere = office.folder.write("watched/old", "somebody else's");
    std::os::unix::fs::symlink(&elsewhere, office.folder.path("pushed/link")).expect("a link");
    for (path, at) in [(&old, 0), (&new, 20), (&elsewhere, 0)] {
        written_at(path, day(at));
    }
    let keeper = office.keeper(&["pushed=10"]);
    keeper.sweep(day(9)).await.expect("swept");
    assert!(old.exists());
    keeper.sweep(day(11)).await.expect("swept");
    assert!(!old.exists() && new.exists() && elsewhere.exists());
}

#[tokio::test]
async fn what_was_forgotten_is_not_read_again_until_it_changes() {
    let office = Office::new().await;
    let flows = HEADER.to_string() + &mining("111122223333", "203.0.113.9", 443);
    office.folder.write("watched/dns.json", question("111122223333", "203.0.113.9"));
    let log = office.folder.write("watched/flow.log", &flows);
    let watched = Watched::new(vec![office.folder.path("watched")]);
    let mut desk =
        Desk::open(office.store.clone(), settings(), watched, NOW).await.expect("a desk");
    settle(&mut desk, NOW).await.expect("rest");
    assert_eq!(office.store.totals(None).await.expect("totals").objects, 2);
    settle(&mut desk, day(31)).await.expect("rest");
    assert_eq!(office.store.totals(None).await.expect("totals").objects, 0);
    let turn = desk.turn(day(32)).await.expect("a turn");
    assert!(turn.is_idle(), "{turn:?}");
    assert_eq!(office.cases().await.len(), 1, "the case stays");
    // The keeper forgets what is gone; what stands there stays known.
    let keeper = office.keeper(&[]);
    keeper.sweep(day(33)).await.expect("swept");
    assert_eq!(office.store.forgotten().await.expect("some").len(), 2);
    std::fs::remove_file(office.folder.path("watched/dns.json")).expect("removed");
    keeper.sweep(day(34)).await.expect("swept");
    let left = office.store.forgotten().await.expect("some");
    let left: BTreeMap<_, _> = left.into_iter().map(|one| (one.path, one.version)).collect();
    assert_eq!(left.keys().collect::<Vec<_>>(), [log.to_str().expect("text")]);
    std::fs::write(&log, flows + "more\n").expect("changed");
    let turn = desk.turn(day(35)).await.expect("a turn");
    assert_eq!(turn.folded, 1);
    assert_eq!(office.store.forgotten().await.expect("some").len(), 0, "it is here again");
}

#[tokio::test]
async fn older_cases_are_found_once_their_marks_are_written() {
    let office = Office::new().await.with_cases().await;
    // As a database from before the search is brought to this shape.
    let path = office.folder.path("firedamp.db");
    let pool = SqlitePool::connect(path.to_str().expect("text")).await.expect("a pool");
    for query in ["DELETE FROM mark", "INSERT INTO unmarked SELECT id FROM \"case\" WHERE id < 4"] {
        sqlx::query(query).execute(&pool).await.expect("done");
    }
    let found = async || {
        let found = office.store.search("i-0abc", None, 10).await.expect("found");
        let mut found: Vec<i64> = found.marked.iter().map(|one| one.case.id).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(found().await.len(), 0);
    // One is judged anew before its turn comes, one is damaged.
    office.store.judge(&case(2, 0.95, 10.0), day(1)).await.expect("judged");
    let spoil = "UPDATE judgement SET json = x'00' WHERE case_id = 1";
    sqlx::query(spoil).execute(&pool).await.expect("done");
    assert_eq!(office.store.mark_some(1).await.expect("marked"), 1);
    assert_eq!(office.store.mark_some(10).await.expect("marked"), 1);
    assert_eq!(office.store.mark_some(10).await.expect("marked"), 0);
    assert_eq!(found().await, [2, 3]);
}

#[test]
fn what_makes_no_sense_is_refused_before_the_start() {
    let folder = Folder::new();
    let data = folder.path("data").display().to_string();
    for (wishes, words) in [
        (&["--keep", "letters=3"][..], "is none of cases, deliveries"),
        (&["--keep", "notices=3"], "are kept for 30 to 36500 days"),
        (&["--keep", "cases=20"], "cases are kept longer than objects"),
    ] {
        let run = firedamp(&[&["serve", "--data", &data], wishes].concat());
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(words), "{}", run.err);
    }
}
