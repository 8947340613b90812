//! The fold: events in, per-account state out. One [`Partial`] belongs to one object; partials join
//! in any order.

use std::{collections::BTreeMap, collections::HashMap, net::IpAddr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    coverage::Coverage,
    detector::{States, Watch, pool_contact::Contact, provider_alert},
    event::{Event, Flow, Resource, Signal},
    id::{Account, AccountRef, ObjectId, Place, Provider},
    lookups::Lookups,
    names::{Names, Sighting},
    sink::{Gate, Reason, Sink},
    time::Span,
};

/// The version of [`AccountState`] as it is stored; states of another version are folded anew.
pub const STATE_VERSION: u32 = 1;

/// Everything that is kept for one account.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct AccountState {
    /// What could be read.
    pub coverage: Coverage,
    /// Who is who.
    pub names: Names,
    /// Questions for listed names.
    pub lookups: Lookups,
    /// What each detector keeps.
    pub detectors: States,
}

impl AccountState {
    /// Joins what two parts of the input gave.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            coverage: self.coverage.merge(other.coverage),
            names: self.names.merge(other.names),
            lookups: self.lookups.merge(other.lookups),
            detectors: self.detectors.merge(other.detectors),
        }
    }
}

/// How events are looked at.
#[derive(Debug, Default)]
pub struct Plan {
    /// The addresses and names that matter.
    pub watch: Watch,
    /// The same addresses, for decoders.
    pub gate: Arc<Gate>,
    /// Events outside are passed over.
    pub window: Option<Span>,
}

impl Plan {
    /// A plan for `watch` within `window`.
    #[must_use]
    pub fn new(watch: Watch, window: Option<Span>) -> Self {
        let mut gate = Gate::default();
        watch.answered.iter().for_each(|address| gate.admit(*address));
        if !watch.second_look {
            watch.indicators.addresses().for_each(|address| gate.admit(address));
        }
        Self { watch, gate: Arc::new(gate), window }
    }
}

/// The states that a part of the input gave.
#[derive(Debug, Default)]
pub struct Partial {
    plan: Arc<Plan>,
    /// Whose records are they that do not say?
    fallback: Option<Account>,
    index: HashMap<Provider, HashMap<String, usize>>,
    states: Vec<(Account, AccountState)>,
    rejects: Rejects,
    /// Flow records seen, kept or not: whether a second look would find any.
    flow_records: u64,
}

impl Partial {
    /// An empty partial; records without account belong to `fallback`.
    #[must_use]
    pub fn new(plan: Arc<Plan>, fallback: Option<Account>) -> Self {
        Self { plan, fallback, ..Self::default() }
    }

    /// Names the object that was read, in every place that says "here".
    pub fn seal(&mut self, object: ObjectId) {
        for (_, state) in &mut self.states {
            state.lookups.seal(object);
            state.detectors.seal(object);
        }
    }

    /// What was rejected.
    #[must_use]
    pub const fn rejects(&self) -> &Rejects {
        &self.rejects
    }

    /// How many flow records were read.
    #[must_use]
    pub const fn flow_records(&self) -> u64 {
        self.flow_records
    }

    /// The states, by account.
    #[must_use]
    pub fn into_accounts(self) -> Accounts {
        Accounts(self.states.into_iter().collect())
    }

    fn state(&mut self, account: AccountRef<'_>, host: &Event<'_>) -> &mut AccountState {
        let at = self.find(account, || best_name(host));
        // `find` gives an index that it has just seen or made.
        &mut self.states[at].1
    }

    fn find(&mut self, account: AccountRef<'_>, host: impl Fn() -> String) -> usize {
        if account.id.is_empty() {
            let account = match &self.fallback {
                Some(account) => account.clone(),
                None => AccountRef::new(Provider::Unknown, &host()).to_owned(),
            };
            return self.find_named(account.as_ref());
        }
        self.find_named(account)
    }

    fn find_named(&mut self, account: AccountRef<'_>) -> usize {
        let known = self.index.get(&account.provider).and_then(|ids| ids.get(account.id));
        if let Some(at) = known {
            return *at;
        }
        let owned = account.to_owned();
        let at = self.states.iter().position(|(other, _)| *other == owned).unwrap_or_else(|| {
            self.states.push((owned, AccountState::default()));
            self.states.len() - 1
        });
        self.index.entry(account.provider).or_default().insert(account.id.to_string(), at);
        at
    }

    fn is_outside(&self, span: Span) -> bool {
        self.plan.window.is_some_and(|window| span.last < window.first || span.first > window.last)
    }

    fn flow(&mut self, flow: &Flow<'_>, event: &Event<'_>, place: Place) {
        let plan = self.plan.clone();
        let Some(contact) = Contact::of(flow, &plan.watch) else {
            return;
        };
        let state = self.state(flow.account, event);
        state.names.see(&contact.resource(flow));
        let device = flow.resource.interface.or(flow.resource.instance);
        if let (true, Some(device)) = (flow.transit, device) {
            state.names.see_transit(device, contact.local.address);
        }
        state.detectors.observe(event, place, &plan.watch);
    }
}

/// What a host is called in records that name no account.
fn best_name(event: &Event<'_>) -> String {
    let resource = match event {
        Event::Alert(alert) => alert.resources.first().copied().unwrap_or_default(),
        Event::Call(call) => call.resources.first().copied().unwrap_or_default(),
        Event::Dns(query) => query.client,
        Event::Flow(flow) => flow.resource,
        Event::Metric(metric) => metric.resource,
        Event::Process(process) => process.resource,
        Event::Usage(usage) => {
            Resource { instance: usage.resource.as_deref(), ..Resource::default() }
        }
    };
    let sighting = Sighting::of(Provider::Unknown, &resource);
    sighting.best().unwrap_or_else(|| "unnamed".to_string())
}

impl Sink for Partial {
    fn gate(&self) -> Arc<Gate> {
        self.plan.gate.clone()
    }

    fn window(&self) -> Option<Span> {
        self.plan.window
    }

    fn event(&mut self, record: u64, event: &Event<'_>) {
        let span = event.span();
        let is_flow = event.signal() == Signal::Flow;
        self.flow_records += u64::from(is_flow);
        if self.is_outside(span) || (self.plan.watch.second_look && !is_flow) {
            return;
        }
        self.state(event.account(), event).coverage.see(event.signal(), span);
        let place = Place::here(record);
        let plan = self.plan.clone();
        match event {
            Event::Flow(flow) => self.flow(flow, event, place),
            Event::Dns(query) => {
                let state = self.state(query.account, event);
                if state.lookups.observe(query, place, &plan.watch.indicators) {
                    state.names.see(&Sighting::of(query.account.provider, &query.client));
                }
                state.detectors.observe(event, place, &plan.watch);
            }
            Event::Alert(alert) => {
                let state = self.state(alert.account, event);
                for sighting in provider_alert::sightings(alert) {
                    state.names.see(&sighting);
                }
                state.detectors.observe(event, place, &plan.watch);
            }
            Event::Process(process) => {
                let state = self.state(process.account, event);
                state.names.see(&Sighting::of(process.account.provider, &process.resource));
                state.detectors.observe(event, place, &plan.watch);
            }
            Event::Call(_) | Event::Metric(_) | Event::Usage(_) => {
                self.state(event.account(), event).detectors.observe(event, place, &plan.watch);
            }
        }
    }

    fn skipped(&mut self, account: AccountRef<'_>, signal: Signal, span: Span, records: u64) {
        if signal == Signal::Flow {
            self.flow_records += records;
        }
        let unnamed = account.id.is_empty() && self.fallback.is_none();
        if !self.is_outside(span) && !unnamed {
            let at = self.find(account, String::new);
            self.states[at].1.coverage.see(signal, clipped(span, self.plan.window));
        }
    }

    fn gap(&mut self, account: AccountRef<'_>, span: Span, lost: bool) {
        let unnamed = account.id.is_empty() && self.fallback.is_none();
        if !self.is_outside(span) && !unnamed {
            let at = self.find(account, String::new);
            let coverage = &mut self.states[at].1.coverage;
            coverage.see(Signal::Flow, span);
            if lost {
                coverage.lose(span);
            }
        }
    }

    fn reject(&mut self, record: u64, reason: Reason, excerpt: &[u8]) {
        self.rejects.add(record, reason, excerpt);
    }
}

fn clipped(span: Span, window: Option<Span>) -> Span {
    window.map_or(span, |window| Span {
        first: span.first.max(window.first),
        last: span.last.min(window.last),
    })
}

/// Account states joined from any number of partials.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Accounts(pub BTreeMap<Account, AccountState>);

impl Accounts {
    /// Joins two sets of states.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (account, state) in other.0 {
            let merged = match self.0.remove(&account) {
                Some(known) => known.merge(state),
                None => state,
            };
            self.0.insert(account, merged);
        }
        self
    }

    /// Every address that a listed name was resolved to, in any account.
    pub fn answers(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.0.values().flat_map(|state| state.lookups.answers())
    }

    /// The states as bytes, behind their version.
    ///
    /// # Errors
    /// When memory runs out; the states themselves can always be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&(STATE_VERSION, self))
    }

    /// Reads what [`Accounts::to_bytes`] wrote; `None` for another version and for junk.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = postcard::take_from_bytes::<u32>(bytes).ok()?;
        (version == STATE_VERSION).then(|| postcard::from_bytes(rest).ok())?
    }
}

/// Excerpts kept of rejected records, for people.
const EXCERPTS_MAX: usize = 3;
/// Bytes kept of one.
const EXCERPT_BYTES_MAX: usize = 120;

/// What was rejected, by reason.
#[derive(Clone, Debug, Default)]
pub struct Rejects {
    /// How many records, by reason.
    pub counts: BTreeMap<Reason, u64>,
    /// The first few: record number, reason, beginning.
    pub excerpts: Vec<(u64, Reason, String)>,
}

impl Rejects {
    fn add(&mut self, record: u64, reason: Reason, excerpt: &[u8]) {
        *self.counts.entry(reason).or_default() += 1;
        if self.excerpts.len() < EXCERPTS_MAX {
            let beginning = excerpt.get(..EXCERPT_BYTES_MAX).unwrap_or(excerpt);
            let text = crate::text::printable(&String::from_utf8_lossy(beginning));
            self.excerpts.push((record, reason, text));
        }
    }

    /// Adds what another part of the same object rejected.
    pub fn merge(&mut self, other: &Self) {
        for (reason, count) in &other.counts {
            *self.counts.entry(reason).or_default() += count;
        }
        self.excerpts.extend(other.excerpts.iter().cloned());
        self.excerpts.sort();
        self.excerpts.truncate(EXCERPTS_MAX);
    }

    /// How many records in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}
