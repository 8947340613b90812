use std::collections::BTreeSet;

use fastrand::Rng;
use firedamp_core::{life::Status, time::Time};
use sqlx::Row;

use super::{
    super::super::{
        super::{Cursor, Store},
        Sqlite as File,
    },
    *,
};

const NOW: Time = Time::from_seconds(1_775_000_000);
const PROVIDERS: [&str; 2] = ["aws", "gcp"];
const SEVERITIES: [&str; 2] = ["high", "low"];
/// `top` is above `a` and `b`; nobody is named for the rest.
const PARTIES: [&str; 3] = ["a", "b", "top"];
const STATUSES: [Status; 3] = [Status::Active, Status::Investigating, Status::Resolved];
/// What names may hold, and what would be something else where it is not quoted.
const TEXTS: [&str; 14] = [
    "THE a", "7", "aws:", "nobody", "00", "p:00", "0000001", "99", "é", "\" OR \"", "0\"", "a\0",
    "", "The a*",
];

async fn store(folder: &tempfile::TempDir, cases: i64) -> File {
    let store = File::open(&folder.path().join("desk.db")).await.expect("a store");
    let mut dice = Rng::with_seed(130);
    let mut writing = store.begin().await.expect("begun");
    for (party, parent) in [("top", None), ("a", Some("top")), ("b", Some("top"))] {
        sqlx::query("INSERT INTO party VALUES (?, 'customer', ?, ?, '', '', '', '', '')")
            .bind(party)
            .bind(format!("The {party}"))
            .bind(parent)
            .execute(&mut *writing)
            .await
            .expect("planted");
    }
    for id in 1..=cases {
        let provider = PROVIDERS[dice.usize(..2)];
        let account = format!("{provider}:{id:012}");
        sqlx::query(
            "INSERT INTO \"case\" (id, account, provider, status, probability, severity, is_active,
             loss, first_observed, last_observed, opened_at, changed_at, life, assignee,
             snoozed_until, answer_due_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, 0, 0, ?, 0, '{}', ?, ?, ?)",
        )
        .bind(id)
        .bind(&account)
        .bind(provider)
        .bind(STATUSES[dice.usize(..3)].id())
        .bind(f64::from(dice.u32(10..100)) / 100.0)
        .bind(SEVERITIES[dice.usize(..2)])
        .bind(f64::from(dice.u32(..20)))
        .bind(NOW.plus_seconds(-dice.i64(0..1000)).millis())
        .bind(dice.bool().then_some("alice"))
        .bind(dice.bool().then(|| NOW.plus_seconds(dice.i64(-9..9)).millis()))
        .bind(dice.bool().then(|| NOW.plus_seconds(dice.i64(0..9)).millis()))
        .execute(&mut *writing)
        .await
        .expect("a case");
        if let Some(party) = PARTIES.get(dice.usize(..4)) {
            let own = sqlx::query("INSERT INTO owner VALUES (?, ?)").bind(&account).bind(party);
            own.execute(&mut *writing).await.expect("owned");
        }
        if dice.bool() {
            let label = sqlx::query("INSERT INTO label VALUES (?, 'night')").bind(id);
            label.execute(&mut *writing).await.expect("labelled");
        }
    }
    writing.commit().await.expect("written");
    store
}

/// Some of what may be asked for, at once.
fn wanted(dice: &mut Rng) -> Filter {
    let mut some = || dice.u8(..4) == 0;
    let kinds: Vec<bool> = (0..11).map(|_| some()).collect();
    Filter {
        status: kinds[0].then(|| STATUSES[dice.usize(..3)]),
        waiting_at: kinds[1].then_some(NOW),
        sleeping_at: None,
        provider: kinds[2].then(|| PROVIDERS[dice.usize(..2)].to_string()),
        severity: kinds[3].then(|| SEVERITIES[dice.usize(..2)].to_string()),
        opened_since: kinds[4].then(|| NOW.plus_seconds(-dice.i64(0..1000))),
        min_probability: kinds[5].then(|| f64::from(dice.u32(10..100)) / 100.0),
        assignee: kinds[6].then(|| "alice".to_string()),
        label: kinds[7].then(|| "night".to_string()),
        account: kinds[8].then(|| TEXTS[dice.usize(..TEXTS.len())].to_string()),
        account_begins: match kinds[9] {
            true => vec!["aws:0000000001".to_string(), "gcp:0000000000".to_string()],
            false => Vec::new(),
        },
        within: kinds[10].then(|| PARTIES[dice.usize(..3)].to_string()),
        answer_due: dice.u8(..6) == 0,
        after: None,
        limit: dice.u32(1..30),
    }
}

/// What was asked for, held against each case.
fn fits(filter: &Filter, case: &CaseRow) -> bool {
    let text = filter.account.as_ref().map(|text| text.to_lowercase());
    let name = case.customer_name.as_ref().map(|name| name.to_lowercase()).unwrap_or_default();
    filter.status.is_none_or(|status| case.status == status)
        && filter.waiting_at.is_none_or(|now| {
            case.status != Status::Resolved && case.snoozed_until.is_none_or(|until| until <= now)
        })
        && filter.provider.as_ref().is_none_or(|one| case.provider == *one)
        && filter.severity.as_ref().is_none_or(|one| case.severity == *one)
        && filter.opened_since.is_none_or(|since| case.opened_at >= since)
        && filter.min_probability.is_none_or(|least| case.probability >= least)
        && filter.assignee.as_ref().is_none_or(|name| case.assignee.as_ref() == Some(name))
        && filter.label.as_ref().is_none_or(|label| case.labels.contains(label))
        && text.is_none_or(|text| case.account.contains(&text) || name.contains(&text))
        && (filter.account_begins.is_empty()
            || filter.account_begins.iter().any(|text| case.account.starts_with(text)))
        && filter.within.as_ref().is_none_or(|party| {
            let below = |own: &String| own == party || party == "top";
            case.customer.as_ref().is_some_and(below)
        })
        && (!filter.answer_due || case.answer_due.is_some())
}

fn numbers(cases: &[CaseRow]) -> Vec<i64> {
    cases.iter().map(|case| case.id).collect()
}

/// What goes through the whole list page by page, and through each way to find its first page.
#[tokio::test]
async fn every_way_finds_what_looking_at_each_case_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder, 150).await;
    let pool = &store.readers;
    let every = Filter { limit: PAGE_MAX, ..Filter::default() };
    let mut all = list(pool, &every).await.expect("cases");
    assert_eq!(all.len(), 150);
    assert!(all.iter().filter(|case| !case.labels.is_empty()).count() > 50);
    let mut dice = Rng::with_seed(7);
    let mut ways = BTreeSet::new();
    for _ in 0..300 {
        let filter = wanted(&mut dice);
        all.sort_by(|one, other| match filter.answer_due {
            true => (one.answer_due, one.id).cmp(&(other.answer_due, other.id)),
            false => other.loss.total_cmp(&one.loss).then(one.id.cmp(&other.id)),
        });
        let right: Vec<i64> =
            all.iter().filter(|case| fits(&filter, case)).map(|case| case.id).collect();
        let first: Vec<i64> = right.iter().take(filter.limit as usize).copied().collect();
        for way in all_ways(&filter) {
            let found = numbers(&found(pool, &filter, way).await.expect("cases"));
            match way {
                Way::Near => assert!(first.starts_with(&found), "{filter:?}"),
                _ => assert_eq!(found, first, "{way:?} {filter:?}"),
            }
            ways.insert(format!("{way:?}"));
        }
        assert_eq!(paged(pool, filter.clone()).await, right, "{filter:?}");
    }
    assert_eq!(ways.len(), 11, "{ways:?}");
}

fn all_ways(filter: &Filter) -> Vec<Way> {
    if filter.answer_due {
        return vec![Way::Due];
    }
    let few = Few::ALL.into_iter().filter(|few| few.is_asked_for(filter)).map(Way::Gather);
    let near = filter.within.is_some().then_some(Way::Near);
    few.chain(near).chain([Way::Walk]).collect()
}

async fn paged(pool: &SqlitePool, mut filter: Filter) -> Vec<i64> {
    let mut read = Vec::new();
    loop {
        let page = list(pool, &filter).await.expect("cases");
        read.extend(numbers(&page));
        let Some(last) = page.last() else { return read };
        let due = last.answer_due.filter(|_| filter.answer_due);
        let loss = due.map_or(last.loss, |due| due.millis() as f64);
        filter.after = Some(Cursor { loss, id: last.id });
    }
}

/// No list sorts more than its page or the few that fit it, and none reads rows that it does not show.
#[tokio::test]
async fn every_list_is_read_from_an_index_in_its_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder, 3).await;
    let mut dice = Rng::with_seed(9);
    for round in 0..300 {
        let mut filter = wanted(&mut dice);
        filter.after = (round % 2 == 0).then_some(Cursor { loss: 9.0, id: 4 });
        for way in all_ways(&filter) {
            let mut query = asked("EXPLAIN QUERY PLAN ", &filter, way);
            let rows = query.build().fetch_all(&store.readers).await.expect("a plan");
            let plan: Vec<String> =
                rows.iter().map(|row| row.try_get("detail").expect("a step")).collect();
            let sorts =
                plan.iter().filter(|step| step.contains("TEMP B-TREE FOR ORDER BY")).count();
            let most = if matches!(way, Way::Near | Way::Gather(_)) { 2 } else { 1 };
            assert!(sorts <= most, "{way:?} {filter:?} {plan:#?}");
            let reads = plan
                .iter()
                .filter(|step| step.starts_with("SCAN case") || step.starts_with("SEARCH case "));
            for step in reads {
                let is_walked = step.starts_with("SCAN case USING COVERING INDEX case_")
                    && matches!(way, Way::Walk | Way::Near);
                let is_bounded = is_walked
                    || step.starts_with("SEARCH case USING COVERING INDEX")
                    || step.contains("USING INTEGER PRIMARY KEY")
                    || step.contains("(account>? AND account<?)")
                    // What holds these letters, and what lies between two texts (0x600).
                    || step.starts_with("SCAN case_text VIRTUAL TABLE INDEX 0:M")
                    || step == "SCAN case_term VIRTUAL TABLE INDEX 1539:"
                    || step.contains("USING INDEX case_answer_due");
                assert!(is_bounded, "{way:?} {filter:?} {plan:#?}");
            }
            assert!(
                !plan.iter().any(|step| step.starts_with("SCAN label")),
                "{way:?} {filter:?} {plan:#?}"
            );
        }
    }
}

#[tokio::test]
async fn whose_a_case_is_follows_the_tree() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder, 40).await;
    let within = |party: &str| Filter {
        within: Some(party.to_string()),
        limit: PAGE_MAX,
        ..Filter::default()
    };
    let before = list(&store.readers, &within("a")).await.expect("cases");
    assert!(!before.is_empty());
    let moved = "UPDATE owner SET party = 'b' WHERE party = 'a'";
    sqlx::query(moved).execute(&store.writer).await.expect("moved");
    assert_eq!(list(&store.readers, &within("a")).await.expect("cases"), []);
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
    sqlx::query("DELETE FROM owner WHERE party = 'b'").execute(&store.writer).await.expect("gone");
    assert_eq!(list(&store.readers, &within("b")).await.expect("cases"), []);
    let forged = "UPDATE \"case\" SET owned_by = 'b' WHERE id = 1";
    sqlx::query(forged).execute(&store.writer).await.expect("forged");
    let found = store.check().await.expect("a check");
    assert!(found[0].contains("cases listed below another owner"), "{found:?}");
}

#[tokio::test]
async fn texts_are_found_of_what_there_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder, 40).await;
    let named = |text: &str| Filter {
        account: Some(text.to_string()),
        limit: PAGE_MAX,
        ..Filter::default()
    };
    for text in ["000000000007", "07", "7"] {
        let found = numbers(&list(&store.readers, &named(text)).await.expect("cases"));
        assert!(found.contains(&7), "{text}: {found:?}");
    }
    for query in ["DELETE FROM label WHERE case_id = 7", "DELETE FROM \"case\" WHERE id = 7"] {
        sqlx::query(query).execute(&store.writer).await.expect("gone");
    }
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM case_term WHERE doc = 7")
        .fetch_one(&store.readers)
        .await
        .expect("a count");
    assert_eq!(left, 0);
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
    sqlx::query("INSERT INTO case_text (case_text) VALUES ('delete-all')")
        .execute(&store.writer)
        .await
        .expect("forgotten");
    let found = store.check().await.expect("a check");
    assert_eq!(found, ["0 of 39 cases are found by a text of their account"]);
}
