//! Totals, whatever was done in whatever order.

use fastrand::Rng;
use firedamp::{
    store::{Action, Filter, NoticeFilter, PAGE_MAX, Store, Totals},
    tree::Tree,
};
use firedamp_core::life::{Reason, Status};

use super::{NOW, UNREAD, account, act, after, case, folded};

/// Accounts that things happen to.
const ACCOUNTS: u32 = 6;
const STEPS: usize = 150;
/// `top` stands above `a` and `b`.
const PARTIES: [&str; 3] = ["a", "b", "top"];

pub(super) async fn totals_are_what_counting_gives(store: &dyn Store) {
    let mut dice = Rng::with_seed(80);
    let mut most = Totals::default();
    for step in 0..STEPS {
        something(store, &mut dice).await;
        let kept = store.totals(None).await.expect("totals");
        let counted = counted(store, None, &kept).await;
        assert_eq!(kept, counted, "step {step}");
        most.open_cases = most.open_cases.max(kept.open_cases);
        most.unread_notices = most.unread_notices.max(kept.unread_notices);
        most.warnings = most.warnings.max(kept.warnings);
        for party in PARTIES {
            let kept = store.totals(Some(party)).await.expect("totals");
            let of_party = Totals { accounts: kept.accounts, ..Totals::default() };
            let mut counted = self::counted(store, Some(party), &of_party).await;
            let row = store.customer(party, None).await;
            counted.accounts = row.map_or(0, |row| row.accounts);
            assert_eq!(kept, counted, "step {step}, {party}");
        }
        assert_eq!(store.check().await.expect("a check"), Vec::<String>::new(), "step {step}");
    }
    assert!(most.open_cases > 2 && most.unread_notices > 2 && most.warnings > 0, "{most:?}");
}

/// Cases and notices counted; all else as it is in `like`.
async fn counted(store: &dyn Store, party: Option<&str>, like: &Totals) -> Totals {
    let within = party.map(ToString::to_string);
    let filter = Filter { within: within.clone(), limit: PAGE_MAX, ..Filter::default() };
    let cases = store.cases(&filter).await.expect("cases");
    let unread = NoticeFilter { within, limit: PAGE_MAX, ..UNREAD };
    Totals {
        open_cases: cases.iter().filter(|case| case.status != Status::Resolved).count() as u64,
        unread_notices: store.notices(&unread).await.expect("notices").len() as u64,
        ..like.clone()
    }
}

/// One of the things that change what there is.
async fn something(store: &dyn Store, dice: &mut Rng) {
    let number = dice.u32(1..=ACCOUNTS);
    let object = ["x", "y", "z"][dice.usize(..3)];
    match dice.u8(..8) {
        0 => {
            let mut one = folded(object, &dice.u8(..).to_string(), &[(number, b"state")]);
            one.object.records = dice.u64(..9);
            one.object.warning = dice.bool().then(|| "cut off".to_string());
            store.fold(&[one]).await.expect("folded");
        }
        1 => {
            let mut old = folded(object, "old", &[(number, b"state")]);
            old.object.folded_at = after(-1000);
            store.fold(&[old]).await.expect("folded");
            assert!(store.forget_objects(after(-1)).await.expect("forgotten") > 0);
        }
        2 | 3 => {
            let more = f64::from(dice.u32(10..90));
            store.judge(&case(number, 0.95, more), NOW).await.expect("judged");
        }
        4 => worked_on(store, number, Action::Resolve(Reason::Fraud)).await,
        5 => worked_on(store, number, Action::Reopen(Status::Active)).await,
        6 => {
            let unread = NoticeFilter { limit: PAGE_MAX, ..UNREAD };
            if let Some(notice) = store.notices(&unread).await.expect("notices").first() {
                store.read_notice(notice.id, NOW).await.expect("read");
            }
        }
        _ => {
            let party = PARTIES[dice.usize(..3)];
            let above = if party == "top" { "" } else { "top" };
            let line = format!("{},{party},{above}", account(number));
            let tree = Tree::read(&format!("account,customer,reseller\n{line}\n"));
            store.plant(&tree.expect("a tree")).await.expect("planted");
        }
    }
}

/// Whatever can be done to a case that may not be there, or may be so already.
async fn worked_on(store: &dyn Store, number: u32, action: Action) {
    if let Ok(file) = store.case_of(&account(number).to_string()).await {
        drop(store.act(&act(file.row.id, action)).await);
    }
}
