//! The desk: telemetry arrives, is folded once, and the accounts that it tells of are judged.
//!
//! A turn looks for new objects, folds a batch of them, writes each with its states in one
//! transaction, and judges what changed. All that a turn knows can be had again from the store and
//! the objects, so it may be killed anywhere; what it did half is done again, to the same end.
//!
//! Conversations are looked at twice (ADR 4). The table of the first look lives in memory; what
//! passes it later than the objects that told of it is caught up with by folding these again.

mod arrival;
mod blocks;
mod calibrating;
mod folding;
mod judging;
mod late;
mod learnt;
mod states;
mod unread;

pub use arrival::{Arrival, Watched};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::{Context, Result};
use firedamp_core::{
    case::Case,
    conversation::sift::Gated,
    detector::fleet_pulse::Fleets,
    fold::Plan,
    id::Account,
    indicator::IndicatorSet,
    scan::{self, Options},
    time::Time,
    weights::Weights,
};

use crate::{block_tables::Tables, store::Store};
use folding::{Fold, Work};
use states::States;

/// Objects folded in one turn: few, so that the first case does not wait for the last object.
const BATCH_MAX: usize = 256;
/// Bytes folded in one turn, unless one object alone is larger.
const BATCH_BYTES_MAX: u64 = 512 << 20;
/// While more objects wait, accounts are judged so often.
const JUDGE_SECONDS: i64 = 4;
/// What the first look remembers of conversations that ended; its bitmaps hold sixteen hours.
const SIFT_SECONDS: i64 = 24 * 3600;
/// The same of those that did not last ten minutes, which are most.
const SIFT_BRIEF_SECONDS: i64 = 6 * 3600;
/// How often is looked for what is too old.
const FORGET_SECONDS: i64 = 3600;
/// When nothing came for so long, states leave memory.
const REST_SECONDS: i64 = 60;

/// How a desk works.
#[derive(Clone)]
pub struct Settings {
    /// How telemetry is read and judged.
    pub options: Options,
    /// Tables of blocks that may grow; [`Settings::options`] has what was read of them.
    pub tables: Tables,
    /// How many threads fold.
    pub threads: usize,
    /// Objects are forgotten after so many days.
    pub keep_days: u32,
}

/// What a turn did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Turn {
    /// Objects folded.
    pub folded: usize,
    /// Bytes in them.
    pub bytes: u64,
    /// Objects that wait for the next turn.
    pub waiting: usize,
    /// Accounts judged.
    pub judged: usize,
    /// Objects that could not be read, and are tried again.
    pub unread: usize,
}

impl Turn {
    /// Whether there was nothing to do.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.folded == 0 && self.waiting == 0 && self.judged == 0
    }
}

/// Folds and judges. There is one for each data folder.
pub struct Desk {
    store: Arc<dyn Store>,
    settings: Settings,
    /// The lists without what was learnt, and what was learnt and is laid over them.
    listed: Arc<IndicatorSet>,
    learnt: Option<BTreeSet<String>>,
    /// Accounts that are judged anew though nothing arrived: they met what is listed no longer, or are
    /// judged by other weights or blocks.
    relisted: BTreeSet<Account>,
    /// The weights with what is switched on of calibrations, and which one that is.
    judging: Weights,
    calibration: Option<i64>,
    /// Whether the store knows that everybody was judged by what is learnt and switched on.
    is_settled: bool,
    watched: Watched,
    first: Arc<Plan>,
    states: States,
    /// What was said of the accounts' fleets when they were judged.
    fleets: Fleets,
    /// What had passed the first look when the objects were last looked at.
    gated: Gated,
    /// Accounts with conversations that passed late.
    late: BTreeSet<Account>,
    /// Those of them that are being caught up with.
    catching: BTreeSet<Account>,
    /// What the store knows of both: who is killed before an account was caught up with goes on there.
    late_kept: BTreeSet<Account>,
    caught_up: BTreeMap<Account, Time>,
    judged_at: Option<Time>,
    forgot_at: Option<Time>,
    /// When there was something to do last.
    busy_at: Time,
    is_resting: bool,
}

impl Desk {
    /// Takes up the work where it was left.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn open(
        store: Arc<dyn Store>,
        settings: Settings,
        watched: Watched,
        now: Time,
    ) -> Result<Self> {
        let first = Arc::new(scan::first_look(&settings.options));
        let mut states = States::open(store.clone(), &settings.options.weights).await?;
        // What is at hand of them is older than what was folded last.
        for account in store.changed_accounts().await? {
            states.reload(&account).await?;
        }
        let late = late::before(&*store).await?;
        let mut desk = Self {
            store,
            listed: settings.options.indicators.clone(),
            learnt: None,
            relisted: BTreeSet::new(),
            judging: settings.options.weights.clone(),
            calibration: None,
            is_settled: true,
            settings,
            watched,
            first,
            states,
            fleets: Fleets::default(),
            gated: Gated::default(),
            late_kept: late.clone(),
            late,
            catching: BTreeSet::new(),
            caught_up: BTreeMap::new(),
            judged_at: None,
            forgot_at: Some(now),
            busy_at: now,
            is_resting: false,
        };
        desk.judge_by_blocks_anew();
        desk.remember_conversations(now).await?;
        Ok(desk)
    }

    /// Fills the table of the first look from the objects of the last day.
    async fn remember_conversations(&mut self, now: Time) -> Result<()> {
        let Some(sift) = self.first.sift.clone() else {
            return Ok(());
        };
        let work = self.work(self.first.clone());
        let mut read = (now.plus_seconds(-SIFT_SECONDS), String::new());
        let mut count = 0;
        while let Some(batch) = self.traffic_after(&mut read).await? {
            count += batch.len();
            self.watched.bring_back(&batch).await;
            folding::look(&work, batch).await?;
        }
        if count > 0 {
            tracing::info!(objects = count, "the last day's traffic was read again");
        }
        self.gated = sift.gated();
        Ok(())
    }

    /// A batch of objects with traffic that were folded later than those that were read.
    async fn traffic_after(&self, read: &mut (Time, String)) -> Result<Option<Vec<Arrival>>> {
        let (folded_at, address) = read;
        let batch = self.store.traffic_after((*folded_at, address), BATCH_MAX as u32).await?;
        if let Some(last) = batch.last() {
            *read = (last.folded_at, last.address.clone());
        }
        Ok((!batch.is_empty()).then(|| batch.iter().map(Arrival::of).collect()))
    }

    fn work(&self, plan: Arc<Plan>) -> Work {
        let Settings { options, threads, .. } = &self.settings;
        Work { plan, account: options.account.clone(), forced: options.forced, threads: *threads }
    }

    /// Looks for new telemetry, folds some of it, and judges what changed.
    ///
    /// # Errors
    /// When the store can't be read or written. Objects that can't be read are no error: they
    /// are tried again, or noted with their reason where that lies in them.
    pub async fn turn(&mut self, now: Time) -> Result<Turn> {
        self.take_up_blocks();
        self.relist(now).await?;
        self.calibrate(now).await?;
        let (mut arrivals, more) = self.watched.arrivals(&*self.store, now).await?;
        let waiting = more + arrivals.split_off(batch_length(&arrivals)).len();
        let mut turn = Turn { waiting, ..Turn::default() };
        if !arrivals.is_empty() {
            let addresses = arrival::addresses(&arrivals);
            let replaced = self.store.versions_of(&addresses).await?.into_keys().collect();
            let folds = self.fold(arrivals).await?;
            let (unread, folds): (Vec<Fold>, Vec<Fold>) =
                folds.into_iter().partition(Fold::may_pass);
            let marks = folds.iter().map(|fold| fold.arrival.mark()).collect();
            turn.folded = folds.len();
            turn.bytes = folds.iter().map(|fold| fold.arrival.bytes).sum();
            self.keep(folds, &replaced, now).await?;
            self.watched.note_folded(&marks);
            let unread: Vec<_> = unread.into_iter().map(Fold::into_unread).collect();
            self.watched.note_unread(&unread, now);
        }
        turn.unread = self.watched.unread();
        if waiting == 0 {
            self.catch_up(now).await?;
            self.forget(now).await?;
        }
        let is_time = now.is_due(self.judged_at, JUDGE_SECONDS);
        if waiting == 0 || is_time {
            turn.judged = self.judge(now).await?;
            self.judged_at = Some(now);
        }
        if !turn.is_idle() {
            (self.busy_at, self.is_resting) = (now, false);
        } else if !self.is_resting && now.is_due(Some(self.busy_at), REST_SECONDS) {
            self.is_resting = true;
            self.states.rest();
            self.forget_conversations(now);
        }
        Ok(turn)
    }

    /// Folds objects, and looks a second time at those with traffic.
    async fn fold(&mut self, arrivals: Vec<Arrival>) -> Result<Vec<Fold>> {
        let mut folds = folding::look(&self.work(self.first.clone()), arrivals).await?;
        self.note_answers(&folds);
        let fresh = folds.iter().flat_map(|fold| fold.accounts.answers());
        let answers = self.states.answers().chain(fresh);
        if let Some(plan) = scan::second_look(answers, &self.first, &self.settings.options) {
            self.note_conversations(&plan.gated);
            folding::look_again(&self.work(Arc::new(plan)), &mut folds).await?;
        }
        Ok(folds)
    }

    /// Writes objects with their states, and joins these to what is known.
    async fn keep(
        &mut self,
        folds: Vec<Fold>,
        replaced: &BTreeSet<String>,
        now: Time,
    ) -> Result<()> {
        self.keep_late().await?;
        let folded: Vec<_> = folds.iter().map(|fold| fold.folded(now)).collect();
        self.store.fold(&folded).await.context("cannot write what was folded")?;
        let mut stale = BTreeSet::new();
        for (fold, written) in folds.into_iter().zip(folded) {
            if replaced.contains(&fold.arrival.address) {
                stale.extend(fold.accounts.0.into_keys());
                continue;
            }
            let bytes: BTreeMap<Account, usize> =
                written.states.into_iter().map(|(account, state)| (account, state.len())).collect();
            for (account, state) in fold.accounts.0 {
                let bytes = bytes.get(&account).copied().unwrap_or_default();
                self.states.take_in(account, state, bytes);
            }
        }
        if !replaced.is_empty() {
            // An account that a replaced object tells of no longer is among the changed ones.
            stale.extend(self.store.changed_accounts().await?);
        }
        for account in &stale {
            self.states.reload(account).await?;
        }
        Ok(())
    }

    /// Folds objects again in place of what they gave.
    async fn refold(&mut self, again: Vec<Arrival>, now: Time) -> Result<()> {
        self.watched.bring_back(&again).await;
        let replaced = again.iter().map(|one| one.address.clone()).collect();
        let mut folds = self.fold(again).await?;
        folds.retain(Fold::is_read);
        self.keep(folds, &replaced, now).await
    }

    /// Forgets what is too old, once an hour.
    async fn forget(&mut self, now: Time) -> Result<()> {
        if !now.is_due(self.forgot_at, FORGET_SECONDS) {
            return Ok(());
        }
        self.forgot_at = Some(now);
        let days = i64::from(self.settings.keep_days);
        let gone = self.store.forget_objects(now.plus_seconds(-days * 86_400)).await?;
        self.forget_conversations(now);
        if gone > 0 {
            for account in self.store.changed_accounts().await? {
                self.states.reload(&account).await?;
            }
        }
        Ok(())
    }

    fn forget_conversations(&self, now: Time) {
        if let Some(sift) = &self.first.sift {
            let before = |seconds: i64| now.plus_seconds(-seconds);
            sift.forget_before(before(SIFT_SECONDS), before(SIFT_BRIEF_SECONDS));
        }
    }

    /// Every account as it stands, judged: for checks.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn cases(&self) -> Result<Vec<Case>> {
        Ok(scan::judge(&self.states.all().await?, &self.settings.options))
    }

    /// Holds states of so many bytes in memory at most, as they are written.
    pub fn limit_states(&mut self, bytes: usize) {
        self.states.limit(bytes);
    }
}

/// How many of the arrivals one turn folds.
fn batch_length(arrivals: &[Arrival]) -> usize {
    let mut bytes = 0;
    let fits = arrivals.iter().take(BATCH_MAX).take_while(|one| {
        bytes += one.bytes;
        bytes <= BATCH_BYTES_MAX
    });
    fits.count().max(1).min(arrivals.len())
}
