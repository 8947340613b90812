//! Objects folded on all cores, each into a state of its own.

use std::{
    io,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::Result;
use firedamp_core::{
    fold::{Accounts, Partial, Plan, Rejects},
    format::Format,
    id::Account,
    time::Time,
};

use super::Arrival;
use crate::{
    object::{self, Outcome},
    store::{Folded, Object, Rejected},
};

/// How objects are looked at.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) plan: Arc<Plan>,
    pub(super) account: Option<Account>,
    pub(super) forced: Option<Format>,
    pub(super) threads: usize,
}

/// An object and what it gave.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) arrival: Arrival,
    pub(super) accounts: Accounts,
    outcome: Outcome,
    rejects: Rejects,
    has_traffic: bool,
    failure: Option<Failure>,
}

/// Why an object gave nothing.
#[derive(Debug)]
struct Failure {
    why: String,
    /// The system did not let it be read, and may the next time.
    may_pass: bool,
}

impl Failure {
    const fn lasting(why: String) -> Self {
        Self { why, may_pass: false }
    }

    fn of(error: &io::Error) -> Self {
        Self { why: error.to_string(), may_pass: object::is_of_system(error) }
    }
}

impl Fold {
    /// An object that this program broke on.
    fn broken(arrival: Arrival) -> Self {
        tracing::error!(address = crate::report::shown(&arrival.address), "reading it broke");
        Self {
            arrival,
            accounts: Accounts::default(),
            outcome: Outcome::default(),
            rejects: Rejects::default(),
            has_traffic: false,
            failure: Some(Failure::lasting(
                "this program broke on it: please report it".to_string(),
            )),
        }
    }

    /// Whether it could be read.
    pub(super) const fn is_read(&self) -> bool {
        self.failure.is_none()
    }

    /// Whether the system did not let it be read, and may the next time.
    pub(super) fn may_pass(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.may_pass)
    }

    /// What it was to be read from, and why it could not.
    pub(super) fn into_unread(self) -> (Arrival, String) {
        (self.arrival, self.failure.map(|failure| failure.why).unwrap_or_default())
    }

    /// What is written of it.
    pub(super) fn folded(&self, now: Time) -> Folded {
        let Self { arrival, outcome, .. } = self;
        let why = self.failure.as_ref().map(|failure| failure.why.clone());
        let object = Object {
            address: arrival.address.clone(),
            version: arrival.version.clone(),
            id: self.failure.is_none().then_some(outcome.id),
            path: arrival.path.display().to_string(),
            bytes: arrival.bytes,
            records: outcome.contents.records,
            rejects: self.rejects.total(),
            reasons: Rejected::most(&self.rejects),
            has_traffic: self.has_traffic,
            warning: why.or_else(|| outcome.warning.clone()),
            folded_at: arrival.folded_at.unwrap_or(now),
            newest: self.accounts.0.values().filter_map(|one| one.coverage.newest_steady()).max(),
        };
        let states = self.accounts.0.iter().filter_map(|(account, state)| {
            let one = Accounts([(account.clone(), state.clone())].into());
            // States can always be written; without memory nothing goes on anyway.
            Some((account.clone(), one.to_bytes().ok()?))
        });
        let newest = self.accounts.0.iter();
        let newest =
            newest.filter_map(|(account, one)| Some((account.clone(), one.coverage.newest()?)));
        Folded { states: states.collect(), newest: newest.collect(), object }
    }
}

/// Reads every object once.
pub(super) async fn look(work: &Work, arrivals: Vec<Arrival>) -> Result<Vec<Fold>> {
    let work = work.clone();
    Ok(tokio::task::spawn_blocking(move || all(&work, arrivals, one)).await?)
}

/// Reads those with traffic a second time, and joins what they give.
pub(super) async fn look_again(work: &Work, folds: &mut [Fold]) -> Result<()> {
    let with_traffic = folds.iter_mut().filter(|fold| fold.has_traffic);
    let (arrivals, mut first): (Vec<Arrival>, Vec<&mut Fold>) =
        with_traffic.map(|fold| (fold.arrival.clone(), fold)).unzip();
    for (fold, again) in first.iter_mut().zip(look(work, arrivals).await?) {
        if again.may_pass() && fold.arrival.path.exists() {
            // Half of what it says would be taken for all of it.
            fold.failure = again.failure;
        } else if again.outcome.id == fold.outcome.id {
            // One that was exchanged between the looks is seen as changed at the next turn.
            fold.accounts = std::mem::take(&mut fold.accounts).merge(again.accounts);
        }
    }
    Ok(())
}

/// What `work` gives; nothing when the program breaks on what it was given, which others wrote.
pub(super) fn unbroken<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Every thread takes the next object of the list, and reads it. One that this program breaks on can't
/// be read; those beside it can.
fn all(work: &Work, arrivals: Vec<Arrival>, read: fn(&Work, Arrival) -> Fold) -> Vec<Fold> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(arrivals.len()));
    std::thread::scope(|scope| {
        for _ in 0..work.threads.clamp(1, arrivals.len().max(1)) {
            scope.spawn(|| {
                while let Some((at, arrival)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    arrivals.get(at).map(|arrival| (at, arrival))
                } {
                    let fold = unbroken(|| read(work, arrival.clone()));
                    let fold = fold.unwrap_or_else(|| Fold::broken(arrival.clone()));
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, fold));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, fold)| fold).collect()
}

fn one(work: &Work, arrival: Arrival) -> Fold {
    let account = arrival.account.clone().or_else(|| work.account.clone());
    let mut partial = Partial::new(work.plan.clone(), account);
    let read = match &arrival.refused {
        Some(why) => Err(Failure::lasting(why.clone())),
        None => object::read(&arrival.path, work.forced, &mut partial)
            .map_err(|error| Failure::of(&error)),
    };
    let (outcome, failure) = match read {
        Ok(outcome) => (outcome, None),
        Err(failure) => (Outcome::default(), Some(failure)),
    };
    let (rejects, has_traffic) = (partial.rejects().clone(), partial.traffic_records() > 0);
    let mut accounts = Accounts::default();
    if failure.is_none() {
        accounts = partial.into_accounts();
        let written = arrival.written.map(|written| (outcome.id, written));
        accounts.date(&written.into_iter().collect());
    }
    Fold { rejects, has_traffic, accounts, arrival, outcome, failure }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use firedamp_core::{
        indicator::IndicatorSet,
        scan::{self, Options},
    };

    use super::*;

    fn read(work: &Work, arrival: Arrival) -> Fold {
        assert!(!arrival.address.contains("poison"), "as hostile bytes would have it");
        one(work, arrival)
    }

    #[test]
    fn a_log_that_breaks_the_program_is_unreadable_and_the_others_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.log");
        std::fs::write(&path, "nothing that anybody knows\n").expect("written");
        let arrival = |address: &str| Arrival {
            address: address.to_string(),
            version: "1".to_string(),
            path: PathBuf::from(&path),
            bytes: 1,
            account: None,
            written: None,
            folded_at: None,
            refused: None,
        };
        let options = Options::new(Arc::new(IndicatorSet::embedded()));
        let plan = Arc::new(scan::first_look(&options));
        let work = Work { plan, account: None, forced: None, threads: 2 };
        let arrivals = ["a", "poison", "b", "c"].map(arrival).to_vec();
        let folds = crate::quiet::while_quiet(|| all(&work, arrivals, read));
        let told: Vec<_> = folds
            .iter()
            .map(|fold| {
                (fold.arrival.address.as_str(), fold.folded(Time::from_seconds(0)).object.warning)
            })
            .collect();
        assert_eq!(told.len(), 4);
        for (address, warning) in told {
            let is_broken = warning.is_some_and(|why| why.contains("broke on it"));
            assert_eq!(is_broken, address == "poison", "{address}");
        }
    }
}
