//! A store that dies: at given calls, before or after they were carried out.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use firedamp::store::{
    Answered, AuthorisationFilter, Authorisations, By, Casework, Contact, Decision, Fact, Filed,
    Knowledge, Letter, Partner, Partners, Question, Sending, Taken, Topic,
};
use firedamp::{
    delivery,
    retention::Kind,
    store::{
        Access, AccountFile, AccountRow, Act, Addressee, AlertFile, AlertQuery, Alerts, Answers,
        Asked, Briefs, CalibrationRow, Calibrations, CaseFile, CaseRow, Cleanup, Cleanups,
        CustomerFilter, CustomerRow, Decided, Delivery, DetectorOutcome, Ending, Entry, Error,
        FeedRow, Feeds, Filter, Folded, Forgotten, Found, Heard, Holder, Judgement, KeptAnswer,
        Learnt, LearntDecision, LearntRow, Marks, Near, NewSession, NewUser, Notice, NoticeFilter,
        Object, Outbox, Outcomes, OwnNotice, Progress, Registration, Related, RequestRow, Result,
        Retention, SeenCase, Sent, ServiceRequest, ServiceRequestChange, ServiceRequests, Session,
        SessionRow, SourceRow, StepNote, Store, Subject, TokenRow, Totals, UserChange, UserRow,
        WebhookTest, Webhooks,
    },
    tree::Tree,
};
use firedamp_core::{
    authorisation::{Authorisation, Verdict},
    checklist::Mark,
    id::{Account, ObjectId},
    plan::{Plan, back::Former},
    time::Time,
};
use serde_json::Value;

pub(crate) struct Faulty {
    inner: Arc<dyn Store>,
    /// Each call is two: the moment before it, and the moment after.
    calls: Arc<AtomicUsize>,
    deadly: BTreeSet<usize>,
}

impl Faulty {
    pub(crate) fn new(inner: Arc<dyn Store>, deadly: usize) -> Self {
        Self::dying(inner, Arc::default(), BTreeSet::from([deadly]))
    }

    /// Dies more than once; `calls` go on over all its lives.
    pub(crate) fn dying(
        inner: Arc<dyn Store>,
        calls: Arc<AtomicUsize>,
        deadly: BTreeSet<usize>,
    ) -> Self {
        Self { inner, calls, deadly }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn moment(&self) -> Result<()> {
        match self.deadly.contains(&self.calls.fetch_add(1, Ordering::Relaxed)) {
            true => Err(Error::Refused("killed".to_string())),
            false => Ok(()),
        }
    }
}

macro_rules! through {
    ($part:ident: $($name:ident($($argument:ident: $kind:ty),*) -> $out:ty;)*) => {
        #[async_trait]
        impl $part for Faulty {
            $(async fn $name(&self, $($argument: $kind),*) -> Result<$out> {
                self.moment()?;
                let done = self.inner.$name($($argument),*).await?;
                self.moment()?;
                Ok(done)
            })*
        }
    };
}

through! { Alerts:
    alerts(query: &AlertQuery) -> Vec<AlertFile>;
    count_alerts(query: &AlertQuery) -> u64;
    response(since: Time, now: Time, within: Option<&str>) -> (u64, Option<f64>);
}

through! { Briefs:
    briefs(version: &str) -> BTreeMap<Account, Vec<u8>>;
    keep_briefs(version: &str, briefs: &[(Account, Vec<u8>)]) -> ();
}

through! { Answers:
    ask_once(key: &[u8; 32], request: &[u8; 32], at: Time, old: Time) -> Asked;
    keep_answer(key: &[u8; 32], answer: &KeptAnswer) -> ();
    drop_key(key: &[u8; 32]) -> ();
}

through! { Marks:
    related(case: i64, within: Option<&str>, limit: u32) -> Related;
    search(text: &str, within: Option<&str>, limit: u32) -> Found;
    mark_some(limit: u32) -> u64;
}

through! { Feeds:
    versions_of(addresses: &[String]) -> BTreeMap<String, String>;
    asked(source: &str, at: Time, gave: std::result::Result<u64, &str>) -> ();
    sources() -> Vec<SourceRow>;
    heard(source: &str, since: Time) -> Vec<Heard>;
    feeds(account: Option<&str>) -> Vec<FeedRow>;
    note_feeds(feeds: &[FeedRow], at: Time) -> ();
    position(source: &str) -> Option<String>;
    set_position(source: &str, position: &str) -> ();
}

through! { Cleanups:
    ask_cleanup(case: i64, plan: &Plan, by: &str, at: Time) -> i64;
    cleanups(case: i64) -> Vec<Cleanup>;
    waiting_cleanups() -> Vec<Cleanup>;
    decide_cleanup(id: i64, approved: Option<&str>, by: &str, at: Time) -> ();
    ask_undo(run: i64, step: Option<u32>, by: &str, at: Time) -> i64;
    keep_former(id: i64, number: u32, former: &Former) -> ();
    note_step(id: i64, note: &StepNote) -> ();
    end_cleanup(id: i64, progress: Progress, why: &str, at: Time) -> ();
    note_cleaned(case: i64, by: &str, at: Time) -> ();
    cleaned(case: i64) -> Option<(Time, String)>;
    requests(case: i64) -> Vec<RequestRow>;
    asked_requests() -> Vec<RequestRow>;
    note_request(request: &RequestRow, at: Time) -> ();
    credit_before(case: i64) -> bool;
    object_paths(ids: &[ObjectId]) -> Vec<(ObjectId, String)>;
}

through! { Authorisations:
    propose(one: &Authorisation, by: &By) -> i64;
    decide(number: i64, decision: Decision, by: &By) -> Filed;
    authorisations(filter: &AuthorisationFilter) -> Vec<Filed>;
    verdict(case: i64) -> Verdict;
    remind(now: Time) -> u64;
}

through! { Casework:
    ask_customer(question: &Question, by: &By) -> i64;
    letters(now: Time) -> Vec<Letter>;
    sent(contact: i64, sending: &Sending, at: Time) -> ();
    answered(contact: i64, answered: &Answered) -> ();
    contacts(case: i64) -> Vec<Contact>;
    take_step(case: i64, step: &str, result: Option<(Mark, &str)>, by: &By) -> ();
    steps(case: i64) -> Vec<Taken>;
}

through! {
    Partners:
    partner() -> Partner;
    set_partner(partner: &Partner, by: &By) -> ();
}

through! { Knowledge:
    strangers(parties: &[String]) -> Vec<String>;
    learn(subject: Topic, facts: &[Fact]) -> u64;
    known(subject: Topic, party: &str) -> Vec<Fact>;
}

through! { Outcomes:
    detector_outcomes(within: Option<&str>) -> Vec<DetectorOutcome>;
    seen(within: Option<&str>) -> Vec<SeenCase>;
    rows_of(ids: &[i64], within: Option<&str>) -> Vec<CaseRow>;
    decided(within: Option<&str>, limit: u32) -> Vec<Decided>;
}

through! { Retention:
    forget(kind: Kind, before: Time, limit: u32) -> u64;
    forgotten() -> Vec<Forgotten>;
    forgotten_of(addresses: &[String]) -> BTreeMap<String, String>;
    drop_forgotten(addresses: &[String]) -> ();
}

through! { Webhooks:
    register(registration: &Registration) -> ();
    registrations(at: Time) -> Vec<Registration>;
    note_test(test: &WebhookTest) -> ();
    tests(holder: &str, since: Time) -> Vec<WebhookTest>;
}

through! { ServiceRequests:
    file_request(request: &ServiceRequest) -> i64;
    service_requests(within: Option<&str>, limit: u32) -> Vec<ServiceRequest>;
    service_request(id: i64, within: Option<&str>) -> ServiceRequest;
    change_request(change: &ServiceRequestChange) -> ();
}

through! { Store:
    versions() -> BTreeMap<String, String>;
    fold(folded: &[Folded]) -> ();
    forget_objects(before: Time) -> u64;
    rename_objects(from: &str, to: &str) -> u64;
    changed_accounts() -> Vec<Account>;
    accounts() -> Vec<Account>;
    states(account: &Account) -> Vec<Vec<u8>>;
    count_states(account: &Account) -> u64;
    traffic_objects(accounts: &[Account]) -> Vec<Object>;
    traffic_after(after: (Time, &str), limit: u32) -> Vec<Object>;
    object(id: ObjectId) -> Option<Object>;
    judge(judgement: &Judgement, at: Time) -> Option<i64>;
    judged(accounts: &[Account]) -> ();
    cases(filter: &Filter) -> Vec<CaseRow>;
    case(id: i64, within: Option<&str>) -> CaseFile;
    case_of(account: &str) -> CaseFile;
    activity(case: i64) -> Vec<Entry>;
    act(act: &Act) -> CaseRow;
    notices(filter: &NoticeFilter) -> Vec<Notice>;
    read_notice(id: i64, at: Time) -> ();
    address(recipients: &[Addressee], at: Time) -> u64;
    lease(at: Time, lease_seconds: i64, limit: u32) -> Vec<Delivery>;
    deliver(deliveries: &[i64], ending: &Ending, at: Time) -> ();
    deliveries(after: Option<i64>, limit: u32) -> Vec<Sent>;
    revive(delivery: i64, at: Time) -> ();
    plant(tree: &Tree) -> ();
    customers(filter: &CustomerFilter) -> Vec<CustomerRow>;
    customer(id: &str, within: Option<&str>) -> CustomerRow;
    accounts_of(customer: Option<&str>, limit: u32) -> Vec<AccountRow>;
    account(account: &str, within: Option<&str>) -> AccountFile;
    sleeping(within: Option<&str>, now: Time) -> u64;
    unreadable(after: Option<&str>, limit: u32) -> Vec<Object>;
    unreadable_of(account: &str, after: Option<&str>, limit: u32) -> Vec<Object>;
    totals(within: Option<&str>) -> Totals;
    backup(path: &Path) -> ();
    check() -> Vec<String>;
}

through! { Access:
    add_token(hash: &[u8; 32], holder: &Holder, at: Time, until: Option<Time>) -> ();
    is_claimed() -> bool;
    token(hash: &[u8; 32], at: Time) -> Option<Holder>;
    tokens() -> Vec<TokenRow>;
    end_token(name: &str) -> ();
    set_back_tokens(at: Time) -> u64;
    add_user(user: &NewUser, at: Time) -> ();
    users() -> Vec<UserRow>;
    change_user(name: &str, change: &UserChange) -> ();
    password(name: &str) -> Option<String>;
    set_password(name: &str, password: &str, but: Option<i64>) -> ();
    invite(name: &str, hash: &[u8; 32], until: Time) -> ();
    accept(hash: &[u8; 32], password: &str, at: Time) -> Option<String>;
    open_session(session: &NewSession<'_>) -> ();
    session(hash: &[u8; 32], at: Time, idle_since: Time) -> Option<Session>;
    touch_session(id: i64, at: Time) -> ();
    sessions(user: &str, at: Time, idle_since: Time) -> Vec<SessionRow>;
    end_session(hash: &[u8; 32]) -> ();
    end_session_of(user: &str, id: i64) -> ();
    forget_sessions(at: Time, idle_since: Time) -> u64;
}

through! { Calibrations:
    ask_calibration(scale: f64, basis: &Value, by: &By) -> i64;
    calibrations(limit: u32) -> Vec<CalibrationRow>;
    tried_calibration(id: i64, tried: &Value, at: Time) -> ();
    switch_calibration(id: i64, on: bool, by: &By) -> ();
    use_calibration(id: Option<i64>) -> ();
}

through! { Learnt:
    propose_learnt(account: &str, names: &[String], at: Time) -> ();
    learnt(limit: u32) -> Vec<LearntRow>;
    decide_learnt(decision: &LearntDecision) -> ();
    approved(at: Time) -> BTreeSet<String>;
    in_use() -> BTreeSet<String>;
    use_learnt(names: &BTreeSet<String>) -> ();
    accounts_that_met(names: &BTreeSet<String>) -> Vec<Account>;
}

through! { Outbox:
    post(letter: &OwnNotice, at: Time) -> bool;
    acknowledge(subject: Subject, by: &str, at: Time) -> ();
    bind(deliveries: &[i64], message: &str) -> ();
    told(recipient: &str, since: Time) -> delivery::Heard;
    near_deadline(near: &Near<'_>) -> Vec<i64>;
    latest_notice() -> Option<i64>;
    tree_revision() -> i64;
    near_answer(now: Time, limit: u32) -> Vec<i64>;
    decided_alerts(told_as: &str, since: Time, limit: u32) -> Vec<(i64, i64)>;
    deliveries_to(recipient: &str, limit: u32) -> Vec<Sent>;
}
