//! Made-up worlds, judged in every way that is asked for.
//!
//! The mix of scenarios is fixed (see `simulate::mix`); seeds are numbers of worlds. A world's
//! accounts are dealt to partners of some forty customers each, who are read together, because a
//! fleet may span customers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use firedamp_core::{blocks::Blocks, fold::Accounts, id::Account, scan::Options, time::Time};

use super::{
    reading::{self, Piece, late_seconds},
    verdict::{self, Arm, Verdict},
    wait,
};
use crate::simulate::{self, Captures, Coin, Plan, Settings, Signals, Truth};

/// Where an account's sensors write.
const SENSORS: &str = "/runtime/";
/// Customers of one made-up partner.
const CUSTOMERS: usize = 40;
/// 2026-03-02T00:00:00Z, a Monday.
const START_SECONDS: i64 = 1_772_409_600;

/// Which worlds.
#[derive(Clone, Debug)]
pub struct Worlds {
    /// The first seed.
    pub seed: u64,
    /// How many.
    pub count: u64,
    /// How long each is.
    pub hours: u32,
    /// Seconds that a flow record counts.
    pub record_seconds: u32,
    /// Accounts of each innocent scenario, cloud and world.
    pub rounds: usize,
    /// Leave the miners out: for innocence alone.
    pub innocents_only: bool,
    /// Real minutes that every other partner's miners replay.
    pub captures: Option<Arc<Captures>>,
    /// Which logs there are.
    pub signals: Signals,
    /// Found accounts of each partner whose delay is measured, where arms are ablated.
    pub delays: usize,
}

/// One partner's customers in one world.
struct Partner {
    settings: Settings,
    plans: Vec<(u32, Plan)>,
}

struct Customer {
    files: Vec<(String, Vec<u8>)>,
    truth: Truth,
    account: Option<Account>,
}

impl Worlds {
    /// Judges every account of every world in each of these ways; `told` is called after each
    /// partner.
    #[must_use]
    pub fn judge(&self, arms: &[Arm], threads: usize, told: &(dyn Fn() + Sync)) -> Vec<Verdict> {
        let partners = self.partners();
        let (next, all) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || {
            while let Some(partner) = partners.get(next.fetch_add(1, Ordering::Relaxed)) {
                let verdicts = self.partner(partner, arms);
                all.lock().unwrap_or_else(PoisonError::into_inner).extend(verdicts);
                told();
            }
        };
        thread::scope(|scope| {
            for _ in 0..threads.clamp(1, partners.len().max(1)) {
                scope.spawn(work);
            }
        });
        let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        all.sort_by(|one, other| key(one).cmp(&key(other)));
        all
    }

    /// How many times `told` will be called.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.partners().len()
    }

    fn partners(&self) -> Vec<Partner> {
        let mut partners = Vec::new();
        for seed in self.seed..self.seed + self.count {
            let mut plans: Vec<(u32, Plan)> = (1..).zip(simulate::mix(self.rounds)).collect();
            plans.retain(|(_, plan)| !(self.innocents_only && plan.scenario.mines()));
            let hands = plans.len().div_ceil(CUSTOMERS).max(1);
            for hand in 0..hands {
                let own = plans.iter().skip(hand).step_by(hands).cloned().collect();
                let replays = hand % 2 == 1;
                let settings = self.settings(seed, replays);
                partners.push(Partner { settings, plans: own });
            }
        }
        partners
    }

    fn settings(&self, seed: u64, replays: bool) -> Settings {
        Settings {
            seed,
            start: Time::from_seconds(START_SECONDS),
            hours: self.hours,
            record_seconds: self.record_seconds,
            signals: self.signals,
            miner_minutes: self.captures.clone().filter(|_| replays),
        }
    }

    fn partner(&self, partner: &Partner, arms: &[Arm]) -> Vec<Verdict> {
        let customers: Vec<Customer> = partner
            .plans
            .iter()
            .map(|(number, plan)| {
                let (files, truth) = simulate::account(&partner.settings, plan, *number);
                let account = Account::parse(&truth.account);
                Customer { files, truth, account }
            })
            .collect();
        let mut known = Known::default();
        arms.iter().flat_map(|arm| self.arm(partner, &customers, arm, &mut known)).collect()
    }

    fn arm(
        &self,
        partner: &Partner,
        customers: &[Customer],
        arm: &Arm,
        known: &mut Known,
    ) -> Vec<Verdict> {
        let mut arm = arm.clone();
        if arm.with_blocks {
            arm.options.blocks = Arc::new(blocks(&partner.settings));
        }
        let pieces = |customer| self.pieces(customer, &arm);
        let accounts = known.of(&arm, |arm| {
            let pieces = |customer| self.pieces(customer, arm);
            customers.iter().flat_map(pieces).collect()
        });
        let truths: Vec<Truth> = customers.iter().map(|customer| customer.truth.clone()).collect();
        let mut verdicts = verdict::judge(&accounts, &truths, &arm, self.record_seconds);
        // Delays take many readings; they are measured where detectors are switched off in turn, too.
        let chosen = chosen(&verdicts, if arm.ablated { self.delays } else { 0 });
        for (verdict, customer) in verdicts.iter_mut().zip(customers) {
            if chosen.contains(&verdict.truth.account) {
                let own = pieces(customer);
                verdict.delay = wait::delay(&own, &verdict.truth, &arm.options);
            }
        }
        verdicts
    }

    /// The files that a way of judging reads.
    fn pieces<'a>(&self, customer: &'a Customer, arm: &Arm) -> Vec<Piece<'a>> {
        let is_wanted = |path: &str| match path {
            path if path.contains(SENSORS) => arm.sensors && !arm.flows_only,
            path => path.contains("flow") || !arm.flows_only,
        };
        let wanted = customer.files.iter().filter(|(path, _)| is_wanted(path));
        let piece = |(path, content): &'a (String, Vec<u8>)| Piece {
            content,
            account: customer.account.as_ref(),
            late_seconds: late_seconds(simulate::format_of(path), self.record_seconds),
            is_sensors: path.contains(SENSORS),
        };
        wanted.map(piece).collect()
    }
}

/// What was read for one way of judging and serves others: they differ in what is made of it.
#[derive(Default)]
struct Known(BTreeMap<(bool, bool, bool), Accounts>);

impl Known {
    /// The accounts of a way of judging. Sensors' files join what was read without them.
    fn of<'a>(&mut self, arm: &Arm, pieces: impl Fn(&Arm) -> Vec<Piece<'a>>) -> Accounts {
        let key = |sensors| (arm.lists, arm.flows_only, sensors);
        if let Some(known) = self.0.get(&key(arm.sensors)) {
            return known.clone();
        }
        // Detectors that are off judge nothing; they may read.
        let options = Options { without: Vec::new(), ..arm.options.clone() };
        let bare = Arm { sensors: false, ..arm.clone() };
        let without = match self.0.get(&key(false)) {
            Some(known) => known.clone(),
            None => reading::read(&pieces(&bare), &options, None),
        };
        let accounts = match arm.sensors && !arm.flows_only {
            true => {
                let mut sensed = pieces(arm);
                sensed.retain(|piece| piece.is_sensors);
                without.clone().merge(reading::read(&sensed, &options, None))
            }
            false => without.clone(),
        };
        self.0.insert(key(false), without);
        self.0.insert(key(arm.sensors), accounts.clone());
        accounts
    }
}

/// The found accounts whose delay is measured: `most` of them, drawn by the hashes of their names, so
/// that neither a scenario nor a cloud is preferred and the same ones are drawn each time.
fn chosen(verdicts: &[Verdict], most: usize) -> BTreeSet<String> {
    let found = verdicts.iter().filter(|verdict| verdict.truth.mines && verdict.is_found());
    let mut names: Vec<&str> = found.map(|verdict| verdict.truth.account.as_str()).collect();
    names.sort_by_cached_key(|name| *blake3::hash(name.as_bytes()).as_bytes());
    names.into_iter().take(most).map(str::to_string).collect()
}

fn key(verdict: &Verdict) -> (&str, u64, &str) {
    (verdict.arm, verdict.truth.seed, &verdict.truth.account)
}

fn blocks(settings: &Settings) -> Blocks {
    let mut blocks = Blocks::default();
    for coin in Coin::ALL {
        let seconds = simulate::blocks(settings, *coin);
        let table: String = seconds.iter().map(|second| format!("{second}\n")).collect();
        // What was written a line ago can be read; a small world may be without a block of a slow chain.
        let _added = blocks.add(coin.id(), &table);
    }
    blocks
}

#[cfg(test)]
pub(super) fn tests_arm() -> Arm {
    Arm {
        id: "all",
        about: "everything",
        options: Options::new(Arc::default()),
        lists: false,
        flows_only: false,
        sensors: true,
        with_blocks: false,
        ablated: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::verdict::tests::verdict;

    #[test]
    fn those_whose_delay_is_measured_are_drawn_the_same_each_time() {
        let mut verdicts: Vec<Verdict> = (0..100)
            .map(|number| {
                let mut verdict = verdict(if number < 80 { 0.9 } else { 0.1 }, true);
                verdict.truth.account = format!("aws:{number:02}");
                verdict
            })
            .collect();
        let drawn = chosen(&verdicts, 40);
        assert_eq!(drawn.len(), 40);
        let early = drawn.iter().filter(|account| account.as_str() < "aws:40").count();
        assert!((12..=28).contains(&early), "{early} of 40 from the first half");
        verdicts.reverse();
        assert_eq!(chosen(&verdicts, 40), drawn);
        assert_eq!(chosen(&verdicts, 99).len(), 80);
        assert!(chosen(&verdicts, 0).is_empty() && chosen(&[], 2).is_empty());
    }
}
