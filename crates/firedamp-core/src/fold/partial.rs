//! What one object gives, record by record.

use std::{net::IpAddr, sync::Arc};

use crate::{
    bill,
    conversation::{Parties, client, sift::Notes},
    detector::pool_contact::Contact,
    event::{Action, ApiCall, Charge, Endpoint, Event, Flow, Resource, Signal, Usage},
    format::IMPLAUSIBLE_TIME,
    id::{Account, AccountRef, ObjectId, Place, Provider},
    names::{self, Names, Sighting},
    origin,
    sink::{Gate, Reason, Sink},
    time::Span,
};

use super::{
    AccountState, Accounts, Plan, Rejects,
    held::{Held, HeldAccounts},
    outside::Outside,
};

/// The states that a part of the input gave.
#[derive(Debug, Default)]
pub struct Partial {
    plan: Arc<Plan>,
    fold: Fold,
}

/// All of a partial but its plan, so that the plan can be looked at while this changes.
#[derive(Debug, Default)]
struct Fold {
    /// Whose records are they that do not say?
    fallback: Option<Account>,
    accounts: HeldAccounts,
    rejects: Rejects,
    /// Records of flows and names seen, kept or not: whether a second look would find any.
    traffic_records: u64,
    /// Records that told of anything; of those outside the window some are not counted.
    told: u64,
    /// Whether one of them lies within the window.
    is_within: bool,
    /// Records that lie outside of it.
    outside: Outside,
    /// What the first look at conversations is told.
    notes: Notes,
}

impl Partial {
    /// An empty partial; records without account belong to `fallback`.
    #[must_use]
    pub fn new(plan: Arc<Plan>, fallback: Option<Account>) -> Self {
        Self { plan, fold: Fold { fallback, ..Fold::default() } }
    }

    /// Names the object that was read, in every place that says "here".
    pub fn seal(&mut self, object: ObjectId) {
        self.fold.accounts.iter_mut().for_each(|held| held.state.seal(object));
    }

    /// What was rejected.
    #[must_use]
    pub const fn rejects(&self) -> &Rejects {
        &self.fold.rejects
    }

    /// How many records of flows and names were read.
    #[must_use]
    pub const fn traffic_records(&self) -> u64 {
        self.fold.traffic_records
    }

    /// How many records told of anything; of those outside the window some are not counted.
    #[must_use]
    pub const fn told(&self) -> u64 {
        self.fold.told
    }

    /// Whether one of them lies within the window, where there is one.
    #[must_use]
    pub const fn is_within(&self) -> bool {
        self.fold.is_within
    }

    /// How many records lie outside the window; of those that a decoder passes over, some are not counted.
    #[must_use]
    pub const fn outside(&self) -> u64 {
        self.fold.outside.records
    }

    /// The states, by account.
    #[must_use]
    pub fn into_accounts(mut self) -> Accounts {
        if let Some(sift) = &self.plan.sift {
            self.fold.notes.tell(sift);
        }
        Accounts(self.fold.accounts.into_states().collect())
    }
}

impl Fold {
    #[inline]
    fn held(&mut self, account: AccountRef<'_>, host: impl Fn() -> String) -> &mut Held {
        if !account.id.is_empty() {
            return self.accounts.find(account);
        }
        match &self.fallback {
            Some(account) => self.accounts.find(account.as_ref()),
            None => self.accounts.find(AccountRef::new(Provider::Unknown, &host())),
        }
    }

    fn state(&mut self, account: AccountRef<'_>, event: &Event<'_>) -> &mut AccountState {
        &mut self.held(account, || best_name(event)).state
    }

    fn flow(&mut self, plan: &Plan, flow: &Flow<'_>, event: &Event<'_>, place: Place) {
        self.sensor(flow, event);
        self.conversation(plan, flow, event, place);
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

    /// A sensor that tells of its own machine's connection knows the machine by name and by address.
    #[inline]
    fn sensor(&mut self, flow: &Flow<'_>, event: &Event<'_>) {
        // Sensors know no account, clouds do: their flows, of which there are many, end here.
        if flow.account.id.is_empty()
            && let Some(machine) = names::of_sensor(flow)
        {
            self.state(flow.account, event).names.see(&machine);
        }
    }

    /// Whoever talks to whom: a note at the first look, the record at the second.
    #[inline]
    fn conversation(&mut self, plan: &Plan, flow: &Flow<'_>, event: &Event<'_>, place: Place) {
        if plan.sift.is_none() && plan.gated.is_empty() {
            return;
        }
        let Some(parties) = Parties::of(flow) else {
            return;
        };
        let account = self.held(flow.account, || best_name(event)).hash;
        if let Some(sift) = &plan.sift {
            self.notes.add(sift, flow, &parties, account);
        }
        if !plan.gated.is_empty() && plan.gated.contains(parties.key(account)) {
            let state = self.state(flow.account, event);
            if state.conversations.observe(flow, &parties, place) {
                state.names.see(&client(flow, &parties));
                see_transit(&mut state.names, flow, parties.client.address);
            }
        }
    }

    fn call(&mut self, plan: &Plan, call: &ApiCall<'_>, event: &Event<'_>, place: Place) {
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

    fn usage(&mut self, usage: &Usage<'_>, event: &Event<'_>) {
        let state = self.state(usage.account, event);
        let is_new = state.bill.observe(usage);
        if let (true, Some(resource)) = (is_new, &usage.resource) {
            let name = bill::resource_name(resource);
            let resource = Resource { instance: Some(&name), ..Resource::default() };
            state.names.see(&Sighting::of(usage.account.provider, &resource));
        }
    }

    /// Flows that matter now, and the names that led to them. What was read is known already.
    fn second_look(&mut self, plan: &Plan, event: &Event<'_>, place: Place) {
        if plan.gated.is_approximate() {
            self.state(event.account(), event).coverage.crowd();
        }
        match event {
            Event::Flow(flow) => self.flow(plan, flow, event, place),
            Event::Dns(query) if !plan.gated.is_empty() => {
                let state = self.state(query.account, event);
                state.conversations.hear(query, &plan.gated.servers);
                if query.client != Resource::default() {
                    state.names.see(&Sighting::of(query.account.provider, &query.client));
                }
            }
            _ => {}
        }
    }

    fn event(&mut self, plan: &Plan, record: u64, event: &Event<'_>) {
        let span = event.span();
        let is_traffic = matches!(event, Event::Dns(_) | Event::Flow(_));
        self.traffic_records += u64::from(is_traffic);
        let is_outside = self.is_passed_over(plan, span, 1);
        if plan.window.is_some() {
            self.outside.note(record, is_outside);
        }
        if is_outside {
            return;
        }
        let place = Place::here(record);
        if plan.watch.second_look {
            return self.second_look(plan, event, place);
        }
        if let Event::Flow(flow) = event {
            self.held(flow.account, || best_name(event)).hear(span);
            return self.flow(plan, flow, event, place);
        }
        self.state(event.account(), event).coverage.see(event.signal(), told(event, span));
        match event {
            Event::Call(call) => return self.call(plan, call, event, place),
            Event::Usage(usage) => return self.usage(usage, event),
            _ => {}
        }
        let state = self.state(event.account(), event);
        state.note(event, place, &plan.watch);
        state.detectors.observe(event, place, &plan.watch);
    }

    /// Counts records; whether they lie outside the window.
    #[inline]
    fn is_passed_over(&mut self, plan: &Plan, span: Span, records: u64) -> bool {
        self.told += records;
        let is_outside = is_outside(plan, span);
        self.is_within |= !is_outside;
        is_outside
    }

    /// Whether records without an account are nobody's.
    fn is_unnamed(&self, account: AccountRef<'_>) -> bool {
        account.id.is_empty() && self.fallback.is_none()
    }
}

fn is_outside(plan: &Plan, span: Span) -> bool {
    plan.window.is_some_and(|window| span.last < window.first || span.first > window.last)
}

/// The time that an event tells of. Fees and taxes are billed for whole months ahead: they say nothing
/// of how far use was billed.
fn told(event: &Event<'_>, span: Span) -> Span {
    match event {
        Event::Usage(usage) if matches!(usage.charge, Charge::Adjustment | Charge::Fee) => {
            Span { first: span.first, last: span.first }
        }
        _ => span,
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
        if !event.span().is_plausible() {
            return self.reject(record, IMPLAUSIBLE_TIME, b"");
        }
        self.fold.event(&self.plan, record, event);
    }

    fn names(&mut self, _record: u64, account: AccountRef<'_>, resource: &Resource<'_>) {
        // Who is who holds at any time.
        if !self.plan.watch.second_look && !self.fold.is_unnamed(account) {
            let sighting = Sighting::of(account.provider, resource);
            self.fold.held(account, String::new).state.names.see(&sighting);
        }
    }

    fn skipped(&mut self, account: AccountRef<'_>, signal: Signal, span: Span, records: u64) {
        if signal == Signal::Flow {
            self.fold.traffic_records += records;
        }
        let is_outside = self.fold.is_passed_over(&self.plan, span, records);
        self.fold.outside.records += if is_outside { records } else { 0 };
        if !is_outside && !self.fold.is_unnamed(account) {
            let span = clipped(span, self.plan.window);
            let coverage = &mut self.fold.held(account, String::new).state.coverage;
            coverage.see(signal, span);
            if self.plan.gated.is_approximate() {
                coverage.crowd();
            }
        }
    }

    fn gap(&mut self, account: AccountRef<'_>, span: Span, lost: bool) {
        let is_outside = self.fold.is_passed_over(&self.plan, span, 1);
        self.fold.outside.records += u64::from(is_outside);
        if !is_outside && !self.fold.is_unnamed(account) {
            let coverage = &mut self.fold.held(account, String::new).state.coverage;
            coverage.see(Signal::Flow, span);
            if lost {
                coverage.lose(span);
            }
        }
    }

    fn reject(&mut self, record: u64, reason: Reason, excerpt: &[u8]) {
        self.fold.rejects.add(record, reason, excerpt);
    }
}

fn clipped(span: Span, window: Option<Span>) -> Span {
    window.map_or(span, |window| Span {
        first: span.first.max(window.first),
        last: span.last.min(window.last),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_for_the_month_does_not_tell_that_the_month_was_billed() {
        let usage = bill::tests::line("i-0abc", "us-east-1", 0, (0, 24), 24);
        let fee = Usage { charge: Charge::Fee, ..usage.clone() };
        let told = |usage| {
            let event = Event::Usage(usage);
            told(&event, event.span())
        };
        assert_eq!(told(usage.clone()), usage.span);
        assert_eq!(told(fee).last, usage.span.first);
    }
}
