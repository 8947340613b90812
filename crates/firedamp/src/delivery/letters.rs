//! What is written without a case that asks for it: the day's summary to each receiver that wants one,
//! and deadlines that are near.

use firedamp_core::{
    policy::{self, Claim, Counted},
    time::Time,
};
use serde_json::{Value, json};

use super::{
    book::Book,
    when::{begun_between, summary_day},
};
use crate::{
    notice::letter::{Summary, SummaryCase},
    store::{Begin, CaseRow, Error, Filter, Near, OwnNotice, Result, Store},
};

/// Cases named in a summary.
const NAMED_MAX: u32 = 20;
/// Deadlines that are told at one look; the rest at the next.
const NEAR_MAX: u32 = 200;

/// Writes the summaries of days whose hour has come.
pub(super) async fn summarise(store: &dyn Store, book: &Book, now: Time) -> Result<()> {
    for (receiver, at) in book.summaries() {
        let Some(day) = summary_day(at, &receiver.zone, now) else { continue };
        let within = receiver.customer.clone();
        let count = store.totals(within.as_deref()).await?.open_cases;
        if count == 0 {
            continue;
        }
        let filter =
            Filter { waiting_at: Some(now), within, limit: NAMED_MAX, ..Filter::default() };
        let cases = store.cases(&filter).await?.into_iter().map(|row| SummaryCase {
            case: row.id,
            account: match row.customer_name {
                Some(customer) => format!("{} ({customer})", row.account),
                None => row.account,
            },
            probability: row.probability,
            status: row.status.id().to_string(),
            assignee: row.assignee,
        });
        let summary = Summary { day: day.to_string(), count, cases: cases.collect() };
        let letter = OwnNotice {
            key: format!("summary-{}-{day}", receiver.name),
            kind: "daily_summary".to_string(),
            case: None,
            recipient: Some(receiver.name.clone()),
            body: serde_json::to_string(&summary).unwrap_or_default(),
        };
        store.post(&letter, now).await?;
    }
    Ok(())
}

/// What a provider gives so much time for, where no notice of it says by when.
struct Term {
    what: &'static str,
    begin: Begin,
    seconds: i64,
}

impl Term {
    const fn counted(&self) -> Counted {
        match self.begin {
            Begin::Opened => Counted::Opened,
            Begin::FirstSeen => Counted::FirstUse,
        }
    }

    /// By when, for a case; the time that its page tells, too.
    fn by(&self, row: &CaseRow) -> Option<Time> {
        let mut all = row.deadlines().into_iter();
        all.find(|one| one.id == self.what && one.from == self.counted()).map(|one| one.by)
    }
}

fn terms(claim: &Claim) -> impl Iterator<Item = Term> {
    let answer = claim.answer_hours.map(|hours| Term {
        what: "answer",
        begin: Begin::Opened,
        seconds: i64::from(hours) * 3600,
    });
    let credit = claim.credit_days.map(|days| Term {
        what: "credit",
        begin: Begin::FirstSeen,
        seconds: i64::from(days) * 86_400,
    });
    answer.into_iter().chain(credit)
}

/// Writes a letter for each deadline that is near and has none yet.
pub(super) async fn remind(store: &dyn Store, now: Time) -> Result<()> {
    for claim in policy::claims() {
        for term in terms(claim) {
            let (after, until) = begun_between(term.seconds, now);
            let told_as = format!("deadline-{}", term.what);
            let near = Near {
                provider: &claim.provider,
                begin: term.begin,
                after,
                until,
                told_as: &told_as,
                limit: NEAR_MAX,
            };
            for case in store.near_deadline(&near).await? {
                let by = |row: &CaseRow| term.by(row);
                let key = |row: &CaseRow, _| incident_key(term.what, row);
                tell(store, case, (term.what, key), by, now).await?;
            }
        }
    }
    for case in store.near_answer(now, NEAR_MAX).await? {
        let key = |_: &CaseRow, by: Time| format!("notice-{}", by.millis());
        tell(store, case, ("notice", key), |row| row.answer_due, now).await?;
    }
    Ok(())
}

/// The same for the same deadline; a second incident has its own.
fn incident_key(what: &str, row: &CaseRow) -> String {
    match row.begun_at == row.opened_at {
        true => what.to_string(),
        false => format!("{what}-{}", row.begun_at.millis()),
    }
}

/// Writes the letter about one deadline; another time is another letter.
async fn tell(
    store: &dyn Store,
    case: i64,
    (what, key): (&str, impl Fn(&CaseRow, Time) -> String),
    by: impl Fn(&CaseRow) -> Option<Time>,
    now: Time,
) -> Result<()> {
    let file = match store.case(case, None).await {
        Ok(file) => file,
        Err(Error::Missing(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let Some(by) = by(&file.row) else { return Ok(()) };
    let mut body: Value = serde_json::from_str(&file.json).unwrap_or_default();
    if let Some(members) = body.as_object_mut() {
        let source =
            file.row.answer_due_to.clone().filter(|_| what == "notice").unwrap_or_default();
        let deadline = json!({"what": what, "by": by.to_string(), "source": source});
        members.insert("deadline".to_string(), deadline);
    }
    let letter = OwnNotice {
        key: format!("case-{case}-deadline-{}", key(&file.row, by)),
        kind: "deadline_near".to_string(),
        case: Some(case),
        recipient: None,
        body: body.to_string(),
    };
    store.post(&letter, now).await?;
    Ok(())
}
