//! Files to account states, on all cores.
//!
//! Each object is folded into a partial state of its own, which is sealed with the object's hash and
//! joined to the thread's total; an object whose hash was seen before is thrown away. Large text
//! objects are read by all threads together. Because states join in any order, nothing here decides
//! what comes out.
//!
//! When names were resolved to addresses that no list has, the objects that hold flows are looked at
//! a second time, for these addresses alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use firedamp_core::{
    fold::{Accounts, Partial, Plan, Rejects},
    id::ObjectId,
    scan::{self, Options},
    time::Time,
};

use crate::{
    object::{self, Outcome, Shared},
    source::Entry,
};

/// What to look for, and who does it.
pub struct Job<'a> {
    /// What to look for, and how.
    pub options: Options,
    /// How many threads.
    pub threads: usize,
    /// Told of bytes read.
    pub advance: &'a (dyn Fn(u64) + Sync),
    /// Told of bytes that will be read a second time.
    pub again: &'a (dyn Fn(u64) + Sync),
}

/// What was read, object by object, and the states that it gave.
#[derive(Debug, Default)]
pub struct Read {
    /// The states.
    pub accounts: Accounts,
    /// What each object was, by its place in the list of entries.
    pub objects: BTreeMap<usize, ObjectReport>,
}

/// What one object was.
#[derive(Debug, Default)]
pub struct ObjectReport {
    /// Hash, formats, records, warning.
    pub outcome: Outcome,
    /// What was rejected.
    pub rejects: Rejects,
    /// The same content was read under another name.
    pub is_duplicate: bool,
    /// It could not be read at all, and why.
    pub failure: Option<String>,
    /// Records that told of anything.
    pub told: u64,
    /// Whether one of them lies within what is looked at.
    pub is_within: bool,
    /// Records that lie outside of it.
    pub outside: u64,
    traffic_records: u64,
}

/// Reads every entry.
#[must_use]
pub fn read(entries: &[Entry], job: &Job<'_>) -> Read {
    let all: Vec<usize> = (0..entries.len()).collect();
    let first = Arc::new(scan::first_look(&job.options));
    let mut read = pass(entries, &all, &first, job);
    read.accounts.date(&dates(entries, &read.objects));
    if let Some(plan) = scan::second_look(read.accounts.answers(), &first, &job.options) {
        let with_traffic: Vec<usize> = read
            .objects
            .iter()
            .filter(|(_, object)| object.traffic_records > 0 && !object.is_duplicate)
            .map(|(at, _)| *at)
            .collect();
        let bytes = with_traffic.iter().filter_map(|at| entries.get(*at)).map(|entry| entry.bytes);
        (job.again)(bytes.sum());
        let again = pass(entries, &with_traffic, &Arc::new(plan), job);
        read.accounts = read.accounts.merge(again.accounts);
    }
    read
}

/// When each object was written: of copies of one content, the first.
fn dates(entries: &[Entry], objects: &BTreeMap<usize, ObjectReport>) -> BTreeMap<ObjectId, Time> {
    let mut dates = BTreeMap::new();
    for (at, report) in objects.iter().filter(|(_, report)| report.failure.is_none()) {
        if let Some(written) = entries.get(*at).and_then(Entry::written) {
            let date = dates.entry(report.outcome.id).or_insert(written);
            *date = written.min(*date);
        }
    }
    dates
}

/// Reads the entries at `wanted` once.
fn pass(entries: &[Entry], wanted: &[usize], plan: &Arc<Plan>, job: &Job<'_>) -> Read {
    let pass = Pass { entries, plan, job, seen: Mutex::default(), read: Mutex::default() };
    let (shared, single): (Vec<usize>, Vec<usize>) = wanted.iter().partition(|at| {
        entries.get(**at).is_some_and(|entry| object::is_worth_sharing(entry.bytes))
    });
    let left: Vec<usize> = shared.into_iter().filter(|at| !pass.read_together(*at)).collect();
    let mut queue: Vec<usize> = single.into_iter().chain(left).collect();
    // The largest first, so that no thread is left alone with one at the end.
    queue.sort_by_key(|at| std::cmp::Reverse(entries.get(*at).map_or(0, |entry| entry.bytes)));
    pass.read_apart(&queue);
    pass.read.into_inner().unwrap_or_else(PoisonError::into_inner)
}

struct Pass<'a> {
    entries: &'a [Entry],
    plan: &'a Arc<Plan>,
    job: &'a Job<'a>,
    seen: Mutex<BTreeSet<ObjectId>>,
    read: Mutex<Read>,
}

impl Pass<'_> {
    fn partial(&self, entry: &Entry) -> Partial {
        let fallback = entry.account.clone().or_else(|| self.job.options.account.clone());
        Partial::new(self.plan.clone(), fallback)
    }

    /// True the first time that a hash is seen.
    fn is_new(&self, id: ObjectId) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(id)
    }

    /// Every thread takes the next entry of the queue.
    fn read_apart(&self, queue: &[usize]) {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.job.threads.min(queue.len()) {
                scope.spawn(|| self.read_queue(queue, &next));
            }
        });
    }

    fn read_queue(&self, queue: &[usize], next: &AtomicUsize) {
        let mut own = Read::default();
        while let Some(at) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
            self.read_one(*at, &mut own);
        }
        self.join(own);
    }

    fn read_one(&self, at: usize, own: &mut Read) {
        let Some(entry) = self.entries.get(at) else {
            return;
        };
        let mut partial = self.partial(entry);
        let outcome = object::read(&entry.path, self.job.options.forced, &mut partial);
        (self.job.advance)(entry.bytes);
        let report = match outcome {
            Ok(outcome) => ObjectReport {
                is_duplicate: !self.is_new(outcome.id),
                rejects: partial.rejects().clone(),
                told: partial.told(),
                is_within: partial.is_within(),
                outside: partial.outside(),
                traffic_records: partial.traffic_records(),
                outcome,
                failure: None,
            },
            Err(error) => ObjectReport { failure: Some(error.to_string()), ..Default::default() },
        };
        if !report.is_duplicate && report.failure.is_none() {
            own.accounts = std::mem::take(&mut own.accounts).merge(partial.into_accounts());
        }
        own.objects.insert(at, report);
    }

    /// All threads read one large object together; false when it can't be divided.
    fn read_together(&self, at: usize) -> bool {
        let Some(entry) = self.entries.get(at) else {
            return false;
        };
        let Ok(Some(shared)) = Shared::open(&entry.path, self.job.options.forced) else {
            return false;
        };
        let partials: Vec<Partial> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..self.job.threads.max(1))
                .map(|_| {
                    scope.spawn(|| {
                        let mut partial = self.partial(entry);
                        shared.work(&mut partial, self.job.advance);
                        partial
                    })
                })
                .collect();
            workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
        });
        let Ok(outcome) = shared.finish() else {
            return false;
        };
        self.join(self.sealed(at, outcome, partials));
        true
    }

    fn sealed(&self, at: usize, outcome: Outcome, partials: Vec<Partial>) -> Read {
        let mut read = Read::default();
        let mut report =
            ObjectReport { is_duplicate: !self.is_new(outcome.id), ..Default::default() };
        for mut partial in partials {
            report.told += partial.told();
            report.is_within |= partial.is_within();
            report.outside += partial.outside();
            report.traffic_records += partial.traffic_records();
            report.rejects.merge(partial.rejects());
            partial.seal(outcome.id);
            if !report.is_duplicate {
                read.accounts = read.accounts.merge(partial.into_accounts());
            }
        }
        report.outcome = outcome;
        read.objects.insert(at, report);
        read
    }

    fn join(&self, other: Read) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.accounts = std::mem::take(&mut read.accounts).merge(other.accounts);
        read.objects.extend(other.objects);
    }
}

/// An object that could not be opened at all.
#[must_use]
pub fn is_unreadable(report: &ObjectReport) -> bool {
    report.failure.is_some()
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        time::{Duration, UNIX_EPOCH},
    };

    use firedamp_core::indicator::IndicatorSet;

    use super::*;

    const HEADER: &str = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodEnd,\
        ChargePeriodStart,ConsumedQuantity,ConsumedUnit,EffectiveCost,ProviderName,RegionId,\
        ResourceId,ServiceCategory,ServiceName,SubAccountId";

    #[test]
    fn of_two_bills_that_reach_as_far_the_file_written_later_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let entry = |name: &str, cost: u32, written: u64| {
            let line = format!(
                "{cost},USD,Usage,2026-03-01T01:00:00Z,2026-03-01T00:00:00Z,1,Hours,{cost},AWS,\
                 us-west-2,i-0abc,Compute,Amazon Elastic Compute Cloud,111122223333"
            );
            let path = folder.path().join(name);
            let text = format!("{HEADER}\n{line}\n");
            fs::write(&path, &text).expect("written");
            let changed = Some(UNIX_EPOCH + Duration::from_secs(written));
            let (name, bytes) = (name.to_string(), text.len() as u64);
            Entry { path, name, bytes, changed, account: None }
        };
        let cost = |entries: &[Entry]| {
            let options = Options::new(Arc::new(IndicatorSet::empty()));
            let job = Job { options, threads: 2, advance: &|_| (), again: &|_| () };
            let accounts = read(entries, &job).accounts.0;
            let ledger = accounts.into_values().next().expect("an account").bill.read();
            let amounts = ledger.series.values().flatten();
            amounts.map(|(_, amount)| amount.cost_micros).sum::<i64>()
        };
        assert_eq!(cost(&[entry("a", 3, 100), entry("b", 4, 200)]), 4_000_000);
        assert_eq!(cost(&[entry("a", 3, 200), entry("b", 4, 100)]), 3_000_000);
        // A copy of what was written first is no later delivery.
        let copied = [entry("a", 3, 100), entry("b", 4, 200), entry("c", 3, 300)];
        assert_eq!(cost(&copied), 4_000_000);
    }
}
