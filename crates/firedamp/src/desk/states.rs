//! The states of accounts: joined ones of those that were needed last, as many as fit; of every
//! account what others are judged by. The store has all that they are joined from.

use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use anyhow::Result;
use firedamp_core::{
    detector::fleet_pulse::Members,
    fold::{AccountState, Accounts, STATE_VERSION},
    id::Account,
    sketch,
    time::Span,
    weights::Weights,
};
use serde::{Deserialize, Serialize};

use crate::store::Store;

/// Joined states held in memory, by the bytes that they are written in; in memory they take three to
/// five times as many.
const BYTES_MAX: usize = 16 << 20;

/// The version of [`Brief`] as it is stored; those of another are made anew from the states.
const BRIEF_VERSION: u32 = 3;

/// What is at hand of every account.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct Brief {
    /// Addresses that listed names were resolved to.
    answers: Vec<IpAddr>,
    /// Conversations that other accounts' are compared with.
    members: Members,
}

impl Brief {
    fn of(account: &Account, state: &AccountState, weights: &Weights) -> Self {
        let answers = state.lookups.answers().collect();
        Self { answers, members: Members::of(account, state, weights) }
    }
}

/// A state in memory.
struct Joined {
    state: AccountState,
    bytes: usize,
    /// When it was needed last, in steps of [`States::steps`].
    used: u64,
}

/// What is known of every account.
pub(super) struct States {
    store: Arc<dyn Store>,
    version: String,
    bytes_max: usize,
    briefs: BTreeMap<Account, Brief>,
    joined: BTreeMap<Account, Joined>,
    /// The joined ones, those that were needed last at the end.
    order: BTreeMap<u64, Account>,
    bytes: usize,
    steps: u64,
    /// Whether fleets may be others than when they were looked for last.
    pub(super) members_changed: bool,
}

impl States {
    /// Reads what was kept of each account, and the states of those of which nothing was.
    pub(super) async fn open(store: Arc<dyn Store>, weights: &Weights) -> Result<Self> {
        let version =
            format!("{STATE_VERSION}.{BRIEF_VERSION}-{:x}", sketch::hash(&format!("{weights:?}")));
        let mut kept = store.briefs(&version).await?;
        let accounts = store.accounts().await?;
        let mut states = Self {
            store,
            version,
            bytes_max: BYTES_MAX,
            briefs: BTreeMap::new(),
            joined: BTreeMap::new(),
            order: BTreeMap::new(),
            bytes: 0,
            steps: 0,
            members_changed: true,
        };
        for account in accounts {
            let brief = kept.remove(&account).and_then(|body| postcard::from_bytes(&body).ok());
            match brief {
                Some(brief) => drop(states.briefs.insert(account, brief)),
                None => drop(states.brief(&account, weights).await?),
            }
        }
        Ok(states)
    }

    /// Holds so many bytes of states at most.
    pub(super) fn limit(&mut self, bytes: usize) {
        self.bytes_max = bytes;
        self.trim();
    }

    /// Every account.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.briefs.keys()
    }

    /// Every address that a listed name was resolved to, in any account.
    pub(super) fn answers(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.briefs.values().flat_map(|brief| brief.answers.iter().copied())
    }

    /// The same of one account.
    pub(super) fn answers_of(&self, account: &Account) -> &[IpAddr] {
        self.briefs.get(account).map_or(&[], |brief| &brief.answers)
    }

    /// What fleets are found among, by account.
    pub(super) fn members(&self) -> impl Iterator<Item = (&Account, &Members)> {
        self.briefs.iter().map(|(account, brief)| (account, &brief.members))
    }

    /// Accounts of which somebody talked as miners do in one of these times.
    pub(super) fn talking_in(&self, times: &[Span]) -> impl Iterator<Item = &Account> {
        self.members()
            .filter(move |(_, members)| times.iter().any(|time| members.touches(*time)))
            .map(|(account, _)| account)
    }

    /// Joins what an object gave, which is `bytes` long when written and is in the store already.
    pub(super) fn take_in(&mut self, account: Account, state: AccountState, bytes: usize) {
        let is_known = self.briefs.contains_key(&account);
        let brief = self.briefs.entry(account.clone()).or_default();
        brief.answers.extend(state.lookups.answers());
        brief.answers.sort_unstable();
        brief.answers.dedup();
        let joined = match self.remove(&account) {
            Some(known) => {
                Joined { state: known.state.merge(state), bytes: known.bytes + bytes, used: 0 }
            }
            // The rest of it stays in the store until it is needed.
            None if is_known => return,
            None => Joined { state, bytes, used: 0 },
        };
        self.insert(account, joined);
    }

    /// The state of an account, from the store if need be; none if nothing is known of it.
    pub(super) async fn get(&mut self, account: &Account) -> Result<Option<&AccountState>> {
        let joined = match self.remove(account) {
            Some(joined) => Some(joined),
            None => self.load(account).await?,
        };
        let Some(joined) = joined else {
            let gone = self.briefs.remove(account);
            self.members_changed |= gone.is_some_and(|brief| !brief.members.is_empty());
            return Ok(None);
        };
        self.insert(account.clone(), joined);
        Ok(self.joined.get(account).map(|joined| &joined.state))
    }

    /// Reads an account anew: what an object gave before was taken back.
    pub(super) async fn reload(&mut self, account: &Account) -> Result<()> {
        drop(self.remove(account));
        let answers = self.get(account).await?.map(|state| state.lookups.answers().collect());
        if let Some(answers) = answers {
            self.briefs.entry(account.clone()).or_default().answers = answers;
        }
        Ok(())
    }

    /// Looks again at what others are judged by; what is to be kept of it.
    pub(super) async fn brief(&mut self, account: &Account, weights: &Weights) -> Result<Vec<u8>> {
        let brief = self.get(account).await?.map(|state| Brief::of(account, state, weights));
        let Some(brief) = brief else {
            return Ok(Vec::new());
        };
        let body = postcard::to_stdvec(&brief)?;
        let known = self.briefs.get(account).map(|known| &known.members);
        self.members_changed |= known != Some(&brief.members);
        self.briefs.insert(account.clone(), brief);
        Ok(body)
    }

    /// Keeps what [`States::brief`] gave, for the next start.
    pub(super) async fn keep(&self, briefs: &[(Account, Vec<u8>)]) -> Result<()> {
        Ok(self.store.keep_briefs(&self.version, briefs).await?)
    }

    async fn load(&self, account: &Account) -> Result<Option<Joined>> {
        let mut joined: Option<Joined> = None;
        for bytes in self.store.states(account).await? {
            // A state of another version is none: its object has another version, too, and is
            // folded again.
            let read = Accounts::from_bytes(&bytes).and_then(|mut read| read.0.remove(account));
            let Some(state) = read else {
                continue;
            };
            joined = Some(match joined {
                Some(known) => {
                    let bytes = known.bytes + bytes.len();
                    Joined { state: known.state.merge(state), bytes, used: 0 }
                }
                None => Joined { state, bytes: bytes.len(), used: 0 },
            });
        }
        Ok(joined)
    }

    fn remove(&mut self, account: &Account) -> Option<Joined> {
        let joined = self.joined.remove(account)?;
        self.order.remove(&joined.used);
        self.bytes -= joined.bytes;
        Some(joined)
    }

    fn insert(&mut self, account: Account, joined: Joined) {
        self.steps += 1;
        self.bytes += joined.bytes;
        self.order.insert(self.steps, account.clone());
        self.joined.insert(account, Joined { used: self.steps, ..joined });
        self.trim();
    }

    /// Lets go of those that were not needed for the longest time; the last one stays.
    fn trim(&mut self) {
        while self.bytes > self.bytes_max && self.joined.len() > 1 {
            let Some((_, oldest)) = self.order.pop_first() else {
                return;
            };
            drop(self.remove(&oldest));
        }
    }

    /// Lets go of all: they are read again when they are needed.
    pub(super) fn rest(&mut self) {
        self.joined.clear();
        self.order.clear();
        self.bytes = 0;
    }

    /// All of them at once: for checks.
    pub(super) async fn all(&self) -> Result<Accounts> {
        let mut all = Accounts::default();
        for account in self.briefs.keys() {
            if let Some(joined) = self.load(account).await? {
                all.0.insert(account.clone(), joined.state);
            }
        }
        Ok(all)
    }
}
