//! The fold: events in, per-account state out. One [`Partial`] belongs to one object; partials join
//! in any order.

mod plan;
mod rejects;

use std::{collections::BTreeMap, collections::HashMap, net::IpAddr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    bill::{self, Bill},
    conversation::{Conversations, Parties, client, sift::Notes},
    coverage::Coverage,
    detector::{States, Watch, pool_contact::Contact, provider_alert},
    event::{Action, ApiCall, Endpoint, Event, Flow, Resource, Signal, Usage},
    id::{Account, AccountRef, ObjectId, Place, Provider},
    lookups::Lookups,
    names::{Names, Sighting},
    origin::{self, Origins},
    sink::{Gate, Reason, Sink},
    sketch,
    time::Span,
};

pub use plan::Plan;
pub use rejects::Rejects;

/// The version of [`AccountState`] as it is stored; states of another version are folded anew.
pub const STATE_VERSION: u32 = 4;

/// Everything that is kept for one account.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct AccountState {
    /// What could be read.
    pub coverage: Coverage,
    /// What was used and what it cost.
    pub bill: Bill,
    /// Who talks to whom, for long.
    pub conversations: Conversations,
    /// Who is who.
    pub names: Names,
    /// Questions for listed names.
    pub lookups: Lookups,
    /// Who made what.
    pub origins: Origins,
    /// What each detector keeps.
    pub detectors: States,
}

impl AccountState {
    /// Notes who is who, and what detectors share.
    fn note(&mut self, event: &Event<'_>, place: Place, watch: &Watch) {
        let provider = event.account().provider;
        match event {
            Event::Alert(alert) => {
                provider_alert::sightings(alert).iter().for_each(|one| self.names.see(one));
            }
            Event::Dns(query) => {
                if self.lookups.observe(query, place, &watch.indicators) {
                    self.names.see(&Sighting::of(provider, &query.client));
                }
            }
            Event::Metric(metric) => self.names.see(&Sighting::of(provider, &metric.resource)),
            Event::Process(process) => self.names.see(&Sighting::of(provider, &process.resource)),
            // Seen to by `Partial`.
            Event::Call(_) | Event::Flow(_) | Event::Usage(_) => {}
        }
    }

    /// Joins what two parts of the input gave.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            coverage: self.coverage.merge(other.coverage),
            bill: self.bill.merge(other.bill),
            conversations: self.conversations.merge(other.conversations),
            names: self.names.merge(other.names),
            lookups: self.lookups.merge(other.lookups),
            origins: self.origins.merge(other.origins),
            detectors: self.detectors.merge(other.detectors),
        }
    }
}

/// The states that a part of the input gave.
#[derive(Debug, Default)]
pub struct Partial {
    plan: Arc<Plan>,
    /// Whose records are they that do not say?
    fallback: Option<Account>,
    index: HashMap<Provider, HashMap<String, usize>>,
    /// Whom the record before was of.
    recent: usize,
    states: Vec<(Account, AccountState)>,
    /// A hash of each account, in the order of the states.
    hashes: Vec<u64>,
    rejects: Rejects,
    /// Records of flows and names seen, kept or not: whether a second look would find any.
    traffic_records: u64,
    /// What the first look at conversations is told.
    notes: Notes,
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
            state.bill.seal(object);
            state.conversations.seal(object);
            state.lookups.seal(object);
            state.origins.seal(object);
            state.detectors.seal(object);
        }
    }

    /// What was rejected.
    #[must_use]
    pub const fn rejects(&self) -> &Rejects {
        &self.rejects
    }

    /// How many records of flows and names were read.
    #[must_use]
    pub const fn traffic_records(&self) -> u64 {
        self.traffic_records
    }

    /// The states, by account.
    #[must_use]
    pub fn into_accounts(mut self) -> Accounts {
        if let Some(sift) = &self.plan.sift {
            self.notes.tell(sift);
        }
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
        if self.states.get(self.recent).is_some_and(|(recent, _)| recent.as_ref() == account) {
            return self.recent;
        }
        self.recent = self.find_indexed(account);
        self.recent
    }

    fn find_indexed(&mut self, account: AccountRef<'_>) -> usize {
        if let Some(at) = self.index.get(&account.provider).and_then(|ids| ids.get(account.id)) {
            return *at;
        }
        let owned = account.to_owned();
        let at = self.states.iter().position(|(other, _)| *other == owned).unwrap_or_else(|| {
            self.hashes.push(sketch::hash(&owned));
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
        self.conversation(flow, event, place, &plan);
        let is_listed = |end: Endpoint| plan.listed.passes(end.address);
        if flow.name.is_none() && !is_listed(flow.source) && !is_listed(flow.destination) {
            return;
        }
        let Some(contact) = Contact::of(flow, &plan.watch) else {
            return;
        };
        let state = self.state(flow.account, event);
        state.names.see(&contact.resource(flow));
        see_transit(&mut state.names, flow, contact.local.address);
        state.detectors.observe(event, place, &plan.watch);
    }

    /// Whoever talks to whom: a note at the first look, the record at the second.
    fn conversation(&mut self, flow: &Flow<'_>, event: &Event<'_>, place: Place, plan: &Plan) {
        if plan.sift.is_none() && plan.gated.is_empty() {
            return;
        }
        let Some(parties) = Parties::of(flow) else {
            return;
        };
        let at = self.find(flow.account, || best_name(event));
        // `find` gives an index that it has just seen or made.
        let account = self.hashes[at];
        if let Some(sift) = &plan.sift {
            self.notes.add(sift, flow, &parties, account);
        }
        if plan.gated.contains(parties.key(account)) {
            let state = &mut self.states[at].1;
            if state.conversations.observe(flow, &parties, place) {
                state.names.see(&client(flow, &parties));
                see_transit(&mut state.names, flow, parties.client.address);
            }
        }
    }

    fn call(&mut self, call: &ApiCall<'_>, event: &Event<'_>, place: Place) {
        let plan = self.plan.clone();
        for account in origin::accounts_of(call) {
            self.state(account, event).origins.observe_account(call, place);
        }
        let state = self.state(call.account, event);
        if call.action != Action::Other {
            for resource in &call.resources {
                state.names.see(&Sighting::of(call.account.provider, resource));
            }
        }
        state.origins.observe(call, place);
        state.detectors.observe(event, place, &plan.watch);
    }
}

impl Partial {
    /// Flows that matter now, and the names that led to them. What was read is known already.
    fn second_look(&mut self, event: &Event<'_>, place: Place) {
        match event {
            Event::Flow(flow) => self.flow(flow, event, place),
            Event::Dns(query) if !self.plan.gated.is_empty() => {
                let plan = self.plan.clone();
                let state = self.state(query.account, event);
                state.conversations.hear(query, &plan.gated.servers);
                if query.client != Resource::default() {
                    state.names.see(&Sighting::of(query.account.provider, &query.client));
                }
            }
            _ => {}
        }
    }

    fn usage(&mut self, usage: &Usage<'_>, event: &Event<'_>) {
        let state = self.state(usage.account, event);
        let is_new = state.bill.observe(usage);
        if let (true, Some(resource)) = (is_new, &usage.resource) {
            let name = bill::resource_name(resource);
            let resource = Resource { instance: Some(&name), ..Resource::default() };
            state.names.see(&Sighting::of(usage.account.provider, &resource));
        }
    }
}

/// Notes that the reporter passes on the traffic of the machine at `inner`.
fn see_transit(names: &mut Names, flow: &Flow<'_>, inner: IpAddr) {
    let device = flow.resource.interface.or(flow.resource.instance);
    if let (true, Some(device)) = (flow.transit, device) {
        names.see_transit(device, inner);
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
        let is_traffic = matches!(event, Event::Dns(_) | Event::Flow(_));
        self.traffic_records += u64::from(is_traffic);
        if self.is_outside(span) {
            return;
        }
        if self.plan.watch.second_look {
            return self.second_look(event, Place::here(record));
        }
        self.state(event.account(), event).coverage.see(event.signal(), span);
        let place = Place::here(record);
        match event {
            Event::Call(call) => return self.call(call, event, place),
            Event::Flow(flow) => return self.flow(flow, event, place),
            Event::Usage(usage) => return self.usage(usage, event),
            _ => {}
        }
        let plan = self.plan.clone();
        let state = self.state(event.account(), event);
        state.note(event, place, &plan.watch);
        state.detectors.observe(event, place, &plan.watch);
    }

    fn skipped(&mut self, account: AccountRef<'_>, signal: Signal, span: Span, records: u64) {
        if signal == Signal::Flow {
            self.traffic_records += records;
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
