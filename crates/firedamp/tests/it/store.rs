//! What every store promises. A new kind passes this suite as it stands: one line at the end.

mod access;
mod answers;
pub(crate) mod casework;
mod feeds;
mod learnt;
mod marks;
mod outbox;
mod partner;
mod queue;
mod totals;

use std::{collections::BTreeSet, sync::Arc};

use firedamp::{
    language::Language,
    store::{
        Act, Action, Addressee, Cursor, CustomerFilter, Ending, Error, Filter, Folded, Holder,
        Judgement, NoticeFilter, Object, Sqlite, Store,
    },
    tree::Tree,
};
use firedamp_core::{
    case::{Case, Details, Grade},
    finding::{Finding, Group, Scope},
    id::{Account, ObjectId, Place, Provider},
    life::{Reason, Status},
    money::Cost,
    saying::Saying,
    time::{Span, Time},
};

use crate::program::Folder;
use access::{
    a_session_ends_when_it_is_idle_and_when_it_is_old, an_ended_token_takes_its_sessions_with_it,
    an_invitation_is_taken_once_and_in_time, another_password_ends_what_was_open,
    keys_open_and_expire, what_a_person_may_counts_at_once,
};
use answers::a_key_is_taken_once_and_gives_its_answer_for_a_while;
use casework::*;
use feeds::{
    a_feed_that_falls_silent_asks_for_one_notice, an_object_takes_a_new_name_alone,
    objects_take_the_new_name_of_their_folder, only_known_objects_have_a_version,
    sources_say_how_they_fare, the_newest_record_of_an_account_is_kept,
    what_was_pulled_has_a_position, who_is_heard_is_told_by_objects,
    who_tells_only_what_is_old_is_silent,
};
use learnt::what_was_learnt_is_used_once_it_is_approved;
use marks::{
    accounts_are_told_with_whose_they_are, cases_that_name_the_same_are_related,
    everything_is_found_by_its_beginning, records_are_found_by_their_objects_hash,
};
use outbox::*;
use partner::{
    a_key_has_one_registration_and_tries_are_forgotten, alerts_are_cases_with_what_was_done,
    service_requests_are_filed_noted_and_closed, the_partner_is_named_and_named_anew,
};
use queue::{
    people_work_on_what_they_saw, what_cannot_be_read_is_listed_by_the_page,
    who_is_worked_on_does_not_sleep, why_records_were_rejected_is_kept_with_their_object,
};
use totals::totals_are_what_counting_gives;

const NOW: Time = Time::from_seconds(1_775_000_000);

pub(crate) const SOME: NoticeFilter =
    NoticeFilter { id: None, unread: false, within: None, after: None, limit: 10 };
const UNREAD: NoticeFilter = NoticeFilter { unread: true, ..SOME };

fn after(seconds: i64) -> Time {
    NOW.plus_seconds(seconds)
}

/// One less than the account of example number 1.
const BEFORE_FIRST: u64 = 123_456_789_011;

fn account(number: u32) -> Account {
    Account { provider: Provider::Aws, id: (BEFORE_FIRST + u64::from(number)).to_string() }
}

fn object(address: &str, version: &str, at: Time) -> Object {
    Object {
        address: address.to_string(),
        version: version.to_string(),
        id: Some(ObjectId([7; 16])),
        path: format!("watched/{address}"),
        bytes: 100,
        records: 10,
        rejects: 1,
        reasons: Vec::new(),
        has_traffic: true,
        warning: None,
        folded_at: at,
        newest: None,
    }
}

fn folded(address: &str, version: &str, states: &[(u32, &[u8])]) -> Folded {
    let states = states.iter().map(|(number, state)| (account(*number), state.to_vec()));
    Folded { object: object(address, version, NOW), states: states.collect(), newest: Vec::new() }
}

fn finding(detector: &'static str, resource: &str) -> Finding {
    Finding {
        detector,
        group: Group::Network,
        resource: resource.to_string(),
        scope: Scope::Resource,
        llr: 9.0,
        span: Span::at(NOW),
        summary: "talked with a pool".to_string(),
        said: Saying::default(),
        evidence: serde_json::Map::new(),
        places: vec![Place { object: ObjectId([7; 16]), record: 1 }],
        approximate: false,
        sample: false,
        ongoing: true,
    }
}

pub(crate) fn case(number: u32, probability: f64, per_day: f64) -> Judgement {
    let account = account(number);
    let currency = "EUR".to_string();
    let case = Case {
        id: account.to_string(),
        provider: account.provider,
        account: account.id,
        probability,
        confidence: Grade::Medium,
        severity: Grade::Low,
        active: true,
        first_observed: NOW,
        last_observed: after(60),
        resources: Vec::new(),
        findings: vec![finding("pool_contact", "i-0abc")],
        account_created: None,
        account_created_unknown: None,
        account_moved: Vec::new(),
        cost: Some(Cost {
            spent: 1.0,
            per_day,
            forecast: 9.0,
            currency,
            estimated: false,
            refunded: None,
        }),
        links: Vec::new(),
        coverage: Vec::new(),
        absent: Vec::new(),
        calibration: None,
        details: Details::default(),
    };
    Judgement { case, html: format!("<article>{number}</article>") }
}

fn act(case: i64, action: Action) -> Act {
    Act { case, revision: None, actor: "alice".to_string(), at: after(100), action }
}

async fn opened(store: &dyn Store, number: u32) -> i64 {
    let judged = store.judge(&case(number, 0.95, 10.0), NOW).await;
    judged.expect("judged").expect("a case")
}

async fn states_belong_to_their_object(store: &dyn Store) {
    let first = folded("a", "1", &[(1, b"one"), (2, b"two")]);
    store.fold(&[first, folded("b", "1", &[(1, b"three")])]).await.expect("folded");
    assert_eq!(
        store.states(&account(1)).await.expect("states"),
        [b"one".to_vec(), b"three".to_vec()]
    );
    assert_eq!(store.count_states(&account(1)).await.expect("a count"), 2);
    assert_eq!(store.changed_accounts().await.expect("accounts"), [account(1), account(2)]);
    store.judged(&[account(1), account(2)]).await.expect("judged");
    assert_eq!(store.changed_accounts().await.expect("accounts"), []);
    // The same address again: what it said before is gone, and whom it spoke of is judged anew.
    store.fold(&[folded("a", "2", &[(3, b"four")])]).await.expect("folded");
    assert_eq!(store.states(&account(2)).await.expect("states"), Vec::<Vec<u8>>::new());
    let changed = store.changed_accounts().await.expect("accounts");
    assert_eq!(changed, [account(1), account(2), account(3)]);
    assert_eq!(store.accounts().await.expect("accounts"), [account(1), account(3)]);
    let versions = store.versions().await.expect("versions");
    assert_eq!(versions.get("a").map(String::as_str), Some("2"));
}

async fn objects_are_found_again_and_forgotten(store: &dyn Store) {
    let mut dull = folded("dull", "1", &[(1, b"x")]);
    dull.object.has_traffic = false;
    let mut old = folded("old", "1", &[(2, b"y")]);
    old.object.folded_at = after(-1000);
    store.fold(&[dull, old.clone(), folded("new", "1", &[(1, b"z")])]).await.expect("folded");
    let new = object("new", "1", NOW);
    let since = |seconds| store.traffic_after((after(seconds), ""), 9);
    assert_eq!(since(-1000).await.expect("objects"), [old.object.clone(), new.clone()]);
    assert_eq!(since(-999).await.expect("objects"), std::slice::from_ref(&new));
    let first = store.traffic_after((after(-1000), ""), 1).await.expect("objects");
    assert_eq!(first, [old.object.clone()]);
    let next = store.traffic_after((after(-1000), "old"), 1).await.expect("objects");
    assert_eq!(next, [new]);
    let of_two = store.traffic_objects(&[account(2)]).await.expect("objects");
    assert_eq!(of_two, [old.object]);
    store.judged(&[account(1), account(2)]).await.expect("judged");
    assert_eq!(store.forget_objects(after(-1)).await.expect("forgotten"), 1);
    assert_eq!(store.changed_accounts().await.expect("accounts"), [account(2)]);
    assert_eq!(store.totals(None).await.expect("totals").objects, 2);
}

async fn a_fold_is_written_whole_or_not_at_all(store: &dyn Store) {
    let twice = folded("a", "1", &[(1, b"one"), (1, b"again")]);
    let failed = store.fold(&[folded("b", "1", &[(2, b"two")]), twice]).await;
    assert!(failed.is_err(), "an account has one state of an object");
    assert_eq!(store.versions().await.expect("versions").len(), 0);
    assert_eq!(store.changed_accounts().await.expect("accounts"), []);
}

async fn an_account_has_one_case(store: &dyn Store) {
    let id = opened(store, 1).await;
    assert_eq!(opened(store, 1).await, id);
    assert_ne!(opened(store, 2).await, id);
    let nothing = store.judge(&case(3, 0.05, 10.0), NOW).await.expect("judged");
    assert_eq!(nothing, None, "too little for a case");
    let file = store.case(id, None).await.expect("a case");
    assert_eq!(file.row.account, "aws:123456789012");
    assert_eq!(file.html, "<article>1</article>");
    assert!(file.json.contains("\"probability\":0.95"), "{}", file.json);
    assert_eq!(store.case_of("aws:123456789012").await.expect("a case").row, file.row);
    assert!(matches!(store.case(999, None).await, Err(Error::Missing("case"))));
    // Too little now, but it was a case: it keeps what it was.
    store.judge(&case(1, 0.05, 10.0), after(9)).await.expect("judged");
    assert!((store.case(id, None).await.expect("a case").row.probability - 0.95).abs() < 1e-9);
}

async fn judging_the_same_again_asks_for_nothing(store: &dyn Store) {
    let id = opened(store, 1).await;
    let (row, log) = (store.case(id, None).await.expect("a case").row, store.activity(id).await);
    for _ in 0..3 {
        opened(store, 1).await;
    }
    assert_eq!(store.case(id, None).await.expect("a case").row.revision, row.revision);
    assert_eq!(store.activity(id).await.expect("entries"), log.expect("entries"));
    assert_eq!(store.notices(&SOME).await.expect("notices").len(), 1);
}

async fn new_evidence_is_written_down_and_opens_again(store: &dyn Store) {
    let id = opened(store, 1).await;
    store.act(&act(id, Action::Resolve(Reason::Legitimate))).await.expect("resolved");
    let mut more = case(1, 0.99, 10.0);
    store.judge(&more, after(200)).await.expect("judged");
    assert_eq!(store.case(id, None).await.expect("a case").row.status, Status::Resolved);
    more.case.findings.push(finding("miner_process", "i-0def"));
    store.judge(&more, after(300)).await.expect("judged");
    assert_eq!(store.case(id, None).await.expect("a case").row.status, Status::Active);
    let log = store.activity(id).await.expect("entries");
    let kinds: Vec<&str> = log.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["opened", "resolved", "reopened", "evidence"]);
    assert_eq!(log[3].text, "miner_process on i-0def");
    let notices = store.notices(&SOME).await.expect("notices");
    let told: Vec<&str> = notices.iter().map(|notice| notice.kind.as_str()).collect();
    assert_eq!(told, ["case_reopened", "case_opened"], "newest first");
}

fn number_of(account: &str) -> u64 {
    account.trim_start_matches("aws:").parse::<u64>().expect("a number") - BEFORE_FIRST
}

async fn the_queue_is_ordered_filtered_and_paged(store: &dyn Store) {
    for (number, probability, per_day) in
        [(1, 0.5, 10.0), (2, 0.99, 100.0), (3, 0.9, 1.0), (4, 0.9, 1.0)]
    {
        store.judge(&case(number, probability, per_day), NOW).await.expect("judged");
    }
    let numbers = |filter: Filter| async move {
        let rows = store.cases(&filter).await.expect("cases");
        rows.iter().map(|row| number_of(&row.account)).collect::<Vec<u64>>()
    };
    let every = || Filter { limit: 10, ..Filter::default() };
    assert_eq!(numbers(every()).await, [2, 1, 3, 4]);
    assert_eq!(numbers(Filter { min_probability: Some(0.9), ..every() }).await, [2, 3, 4]);
    assert_eq!(numbers(Filter { account: Some("9014".into()), ..every() }).await, [3]);
    let azure = Filter { provider: Some("azure".into()), ..every() };
    assert_eq!(numbers(azure).await, Vec::<u64>::new());
    let mut paged = Vec::new();
    let mut page = Filter { limit: 1, ..Filter::default() };
    while let [row] = store.cases(&page).await.expect("cases").as_slice() {
        paged.push(row.id);
        page.after = Some(Cursor { loss: row.loss, id: row.id });
    }
    assert_eq!(paged.iter().collect::<BTreeSet<_>>().len(), 4, "each once: {paged:?}");
    store.act(&act(paged[0], Action::Assign(Some("bob".into())))).await.expect("done");
    store.act(&act(paged[1], Action::Label("vip".into()))).await.expect("done");
    store.act(&act(paged[2], Action::Snooze(Some(after(1000))))).await.expect("done");
    store.act(&act(paged[3], Action::ResolveAnyway("gone".into()))).await.expect("done");
    assert_eq!(numbers(Filter { assignee: Some("bob".into()), ..every() }).await, [2]);
    assert_eq!(numbers(Filter { label: Some("vip".into()), ..every() }).await, [1]);
    assert_eq!(numbers(Filter { waiting_at: Some(after(999)), ..every() }).await, [2, 1]);
    assert_eq!(numbers(Filter { waiting_at: Some(after(1000)), ..every() }).await, [2, 1, 3]);
    assert_eq!(numbers(Filter { status: Some(Status::Resolved), ..every() }).await, [4]);
}

async fn a_notice_reaches_each_recipient_once(store: &dyn Store) {
    opened(store, 1).await;
    let people =
        ["desk", "chat"].map(|name| Addressee { name: name.to_string(), ..Addressee::default() });
    assert_eq!(store.address(&people, NOW).await.expect("addressed"), 2);
    assert_eq!(store.address(&people, NOW).await.expect("addressed"), 0, "once");
    let due = store.lease(NOW, 60, 10).await.expect("due");
    assert_eq!(due.len(), 2);
    assert_eq!(due[0].attempts, 0);
    assert_eq!(store.lease(after(59), 60, 10).await.expect("due"), [], "leased");
    let again = Ending::Again { at: after(300), why: "busy".to_string() };
    store.deliver(&[due[0].id], &again, after(10)).await.expect("written");
    let there = Ending::Delivered { message: "m".to_string() };
    store.deliver(&[due[1].id], &there, after(10)).await.expect("written");
    assert_eq!(store.lease(after(299), 60, 10).await.expect("due"), [], "not yet");
    let due = store.lease(after(300), 60, 10).await.expect("due");
    assert_eq!((due.len(), due[0].attempts), (1, 1));
    // Whoever had it died: the lease ends, and somebody else is given it.
    let due = store.lease(after(361), 60, 10).await.expect("due");
    assert_eq!((due.len(), due[0].attempts), (1, 2));
    let dead = Ending::Dead { why: "no such address".to_string() };
    store.deliver(&[due[0].id], &dead, after(400)).await.expect("written");
    assert_eq!(store.lease(after(9999), 60, 10).await.expect("due"), []);
    assert_eq!(store.totals(None).await.expect("totals").dead_deliveries, 1);
}

async fn notices_are_read(store: &dyn Store) {
    opened(store, 1).await;
    let notice = store.notices(&UNREAD).await.expect("notices").remove(0);
    assert_eq!((notice.kind.as_str(), notice.is_read), ("case_opened", false));
    store.read_notice(notice.id, NOW).await.expect("read");
    assert_eq!(store.notices(&UNREAD).await.expect("notices"), []);
    assert!(store.notices(&SOME).await.expect("notices")[0].is_read);
    assert!(matches!(store.read_notice(99, NOW).await, Err(Error::Missing("notice"))));
}

/// Reseller `r` has the customers `a` and `b`; `c` is the partner's own.
fn tree() -> Tree {
    let mut text = "account,customer,customer_name,reseller\n".to_string();
    for (number, customer, reseller) in [(1, "a", "r"), (2, "b", "r"), (3, "c", "")] {
        let name = customer.to_uppercase();
        text += &format!("{},{customer},Customer {name},{reseller}\n", account(number));
    }
    Tree::read(&text).expect("a tree")
}

async fn a_part_of_the_tree_shows_its_own_alone(store: &dyn Store) {
    store.plant(&tree()).await.expect("planted");
    let mut ids = Vec::new();
    for number in 1..=4 {
        ids.push(opened(store, number).await);
    }
    for (scope, numbers) in [("r", &[1, 2][..]), ("a", &[1]), ("c", &[3]), ("nobody", &[])] {
        let within = Some(scope.to_string());
        let filter = Filter { within: within.clone(), limit: 10, ..Filter::default() };
        let cases = store.cases(&filter).await.expect("cases");
        let mut seen: Vec<String> = cases.into_iter().map(|case| case.account).collect();
        seen.sort();
        let wanted: Vec<String> = numbers.iter().map(|one| account(*one).to_string()).collect();
        assert_eq!(seen, wanted, "{scope}");
        assert_eq!(page_by_page(store, scope).await, wanted, "{scope}");
        let filter = NoticeFilter { within: within.clone(), ..SOME };
        assert_eq!(store.notices(&filter).await.expect("notices").len(), wanted.len(), "{scope}");
        let totals = store.totals(Some(scope)).await.expect("totals");
        let count = wanted.len() as u64;
        assert_eq!((totals.open_cases, totals.accounts), (count, count), "{scope}");
        assert_eq!((totals.unread_notices, totals.objects), (count, 0), "{scope}");
        for (at, id) in ids.iter().enumerate() {
            let is_seen = store.case(*id, Some(scope)).await.is_ok();
            assert_eq!(is_seen, numbers.contains(&(at as u32 + 1)), "{scope}: case {id}");
        }
        let name = format!("of {scope}");
        let made = store
            .address(&[Addressee { name, within, ..Addressee::default() }], NOW)
            .await
            .expect("addressed");
        assert_eq!(made, count, "{scope}");
    }
    let everything = Filter { limit: 10, ..Filter::default() };
    assert_eq!(store.cases(&everything).await.expect("cases").len(), 4, "also those of nobody");
    let named = Filter { account: Some("customer b".to_string()), ..everything };
    assert_eq!(store.cases(&named).await.expect("cases")[0].customer.as_deref(), Some("b"));
}

/// The accounts of a part, found in the smallest pages.
async fn page_by_page(store: &dyn Store, scope: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let within = Some(scope.to_string());
        let filter = Filter { within, after, limit: 1, ..Filter::default() };
        let mut page = store.cases(&filter).await.expect("cases");
        let Some(case) = page.pop() else {
            return seen;
        };
        after = Some(Cursor { loss: case.loss, id: case.id });
        seen.push(case.account);
    }
}

async fn customers_are_counted_with_all_below_them(store: &dyn Store) {
    store.plant(&tree()).await.expect("planted");
    store.plant(&tree()).await.expect("planted again");
    opened(store, 1).await;
    opened(store, 2).await;
    let reseller = store.customer("r", None).await.expect("a reseller");
    assert_eq!((reseller.accounts, reseller.open_cases), (2, 2));
    assert!(reseller.loss > 500.0, "{reseller:?}");
    let own = store.customer("a", Some("r")).await.expect("a customer");
    assert_eq!((own.party.name.as_str(), own.parent_name.as_deref()), ("Customer A", Some("r")));
    assert!(matches!(store.customer("c", Some("r")).await, Err(Error::Missing("customer"))));
    let all = CustomerFilter { limit: 3, ..CustomerFilter::default() };
    let first = store.customers(&all).await.expect("customers");
    let last = first.last().map(|row| row.party.id.clone());
    let rest = CustomerFilter { after: last, ..all };
    let rest = store.customers(&rest).await.expect("customers");
    let ids = |rows: &[firedamp::store::CustomerRow]| {
        rows.iter().map(|row| row.party.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (ids(&first), ids(&rest)),
        (vec!["a".into(), "b".into(), "c".into()], vec!["r".into()])
    );
    let accounts = store.accounts_of(Some("a"), 10).await.expect("accounts");
    assert_eq!(accounts[0].case, Some(1));
    assert_eq!(store.accounts_of(Some("r"), 10).await.expect("accounts"), [], "only its own");
    store.fold(&[folded("a", "1", &[(9, b"one")])]).await.expect("folded");
    let nobodys = store.accounts_of(None, 10).await.expect("accounts");
    assert_eq!(nobodys[0].account, account(9).to_string());
}

async fn what_a_later_file_says_counts_and_what_it_leaves_out_stays(store: &dyn Store) {
    let text = |language: &str, mail: &str| {
        format!("customer,customer_name,reseller,language,mail\na,Contoso,r,{language},{mail}\n")
    };
    for (file, language, mail) in [
        (text("de", "it@contoso.example"), Some(Language::German), "it@contoso.example"),
        (text("", ""), Some(Language::German), "it@contoso.example"),
        (text("en", "desk@contoso.example"), Some(Language::English), "desk@contoso.example"),
        ("customer\na\n".to_string(), Some(Language::English), "desk@contoso.example"),
    ] {
        store.plant(&Tree::read(&file).expect("a tree")).await.expect("planted");
        let party = store.customer("a", None).await.expect("a customer").party;
        assert_eq!((party.language, party.mail.as_str()), (language, mail), "{file}");
        assert_eq!(
            (party.name.as_str(), party.parent.as_deref()),
            ("Contoso", Some("r")),
            "{file}"
        );
    }
    assert_eq!(store.customer("r", None).await.expect("a reseller").party.language, None);
}

async fn who_answers_for_itself_is_refused(store: &dyn Store) {
    let text = "customer,reseller\na,b\nb,a\n";
    let looped = store.plant(&Tree::read(text).expect("a tree")).await;
    assert!(matches!(looped, Err(Error::Refused(_))), "{looped:?}");
    let customers = CustomerFilter { limit: 10, ..CustomerFilter::default() };
    assert_eq!(
        store.customers(&customers).await.expect("customers"),
        [],
        "nothing is half planted"
    );
    let scope = Some("nobody".to_string());
    let holder = Holder { name: "x".to_string(), role: "viewer".to_string(), scope };
    let added = store.add_token(&[1; 32], &holder, NOW, None).await;
    assert!(matches!(added, Err(Error::Missing(_))), "{added:?}");
}

async fn a_copy_is_a_whole_store(store: &dyn Store) {
    let id = opened(store, 1).await;
    let folder = Folder::new();
    let path = folder.path("copy.db");
    store.backup(&path).await.expect("a copy");
    assert!(matches!(store.backup(&path).await, Err(Error::Refused(_))), "nothing is overwritten");
    let copy = Sqlite::open(&path).await.expect("a store");
    assert_eq!(
        copy.case(id, None).await.expect("a case").row,
        store.case(id, None).await.expect("a case").row
    );
    assert_eq!(copy.check().await.expect("a check"), Vec::<String>::new());
}

macro_rules! store_suite {
    ($kind:ident, $open:expr, [$($promise:ident),* $(,)?]) => {
        mod $kind {
            $(#[tokio::test]
            async fn $promise() {
                let folder = crate::program::Folder::new();
                let store = $open(&folder).await;
                super::$promise(&*store).await;
            })*
        }
    };
}

store_suite!(
    sqlite,
    super::in_a_file,
    [
        a_copy_is_a_whole_store,
        a_feed_that_falls_silent_asks_for_one_notice,
        only_known_objects_have_a_version,
        sources_say_how_they_fare,
        what_was_pulled_has_a_position,
        who_is_heard_is_told_by_objects,
        a_digest_stays_together_and_is_heard_as_one,
        a_letter_is_written_once_and_is_in_nobodys_inbox,
        a_second_incident_has_deadlines_of_its_own,
        a_notice_of_an_earlier_incident_stops_no_clock,
        a_notice_that_came_too_late_is_over,
        a_moment_takes_the_place_of_its_day,
        answers_that_are_due_come_first_and_are_told_once,
        what_was_learnt_is_used_once_it_is_approved,
        deadlines_are_found_until_they_are_told,
        quiet_hours_and_patience_decide_when_it_is_due,
        what_somebody_works_on_is_acknowledged,
        a_fold_is_written_whole_or_not_at_all,
        objects_take_the_new_name_of_their_folder,
        an_object_takes_a_new_name_alone,
        a_key_is_taken_once_and_gives_its_answer_for_a_while,
        a_key_has_one_registration_and_tries_are_forgotten,
        a_notice_reaches_each_recipient_once,
        a_part_of_the_tree_shows_its_own_alone,
        a_question_is_sent_answered_and_written_down,
        a_session_ends_when_it_is_idle_and_when_it_is_old,
        accounts_are_told_with_whose_they_are,
        alerts_are_cases_with_what_was_done,
        an_account_has_one_case,
        an_authorisation_covers_whom_it_names,
        an_end_replays_nothing_old,
        an_ended_token_takes_its_sessions_with_it,
        an_invitation_is_taken_once_and_in_time,
        another_password_ends_what_was_open,
        cases_that_name_the_same_are_related,
        customers_are_counted_with_all_below_them,
        everything_is_found_by_its_beginning,
        judging_the_same_again_asks_for_nothing,
        keys_open_and_expire,
        new_evidence_is_written_down_and_opens_again,
        notices_are_read,
        objects_are_found_again_and_forgotten,
        people_are_reminded_once,
        people_work_on_what_they_saw,
        what_cannot_be_read_is_listed_by_the_page,
        who_is_worked_on_does_not_sleep,
        records_are_found_by_their_objects_hash,
        requests_and_steps_belong_to_their_incident,
        service_requests_are_filed_noted_and_closed,
        states_belong_to_their_object,
        steps_are_taken_and_taken_back,
        the_latest_word_of_a_source_counts,
        the_newest_record_of_an_account_is_kept,
        the_partner_is_named_and_named_anew,
        the_queue_is_ordered_filtered_and_paged,
        totals_are_what_counting_gives,
        what_a_later_file_says_counts_and_what_it_leaves_out_stays,
        what_a_person_may_counts_at_once,
        what_is_authorised_is_legitimate_by_record,
        what_leaves_an_authorisation_is_opened_again,
        who_answers_for_itself_is_refused,
        who_tells_only_what_is_old_is_silent,
        why_records_were_rejected_is_kept_with_their_object,
    ]
);

async fn in_a_file(folder: &Folder) -> Arc<dyn Store> {
    Arc::new(Sqlite::open(&folder.path("desk.db")).await.expect("a store"))
}

#[tokio::test]
async fn a_changed_word_in_the_file_is_found() {
    let folder = Folder::new();
    let store = in_a_file(&folder).await;
    let id = opened(&*store, 1).await;
    store.act(&act(id, Action::Comment("call them".into()))).await.expect("done");
    let forge = |change: &'static str| {
        let path = folder.path("desk.db");
        async move {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let pool = sqlx::SqlitePool::connect_with(options).await.expect("the file");
            sqlx::query(change).execute(&pool).await.expect("forged");
        }
    };
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
    forge("UPDATE activity SET text = 'do not call them' WHERE number = 2").await;
    let found = store.check().await.expect("a check");
    assert_eq!(found, ["case 1: entry 2 of its activity was changed or is gone"]);
    forge("DELETE FROM activity WHERE number = 2").await;
    let found = store.check().await.expect("a check");
    assert_eq!(found, ["case 1: its activity does not end where it should"]);
}
