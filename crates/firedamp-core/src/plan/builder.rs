//! The order that holds in every cloud, and what the evidence names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Because, Command, Hand, Kind, Left, Measure, Phase, Plan, SNAPSHOTS_MAX, STEPS_MAX, Step,
    Target, Word, access,
    past::{self, Past},
};
use crate::{
    event::{Action, CallerKind},
    grant::Grant,
    judged::{Done, Judged, Resource},
    time::Time,
};

/// What may be the customer's own and no evidence names: so much of it is asked about, that questions
/// leave room for what is done.
const ASKED_MAX: usize = 100;

/// How a step is done.
#[derive(Default)]
pub(super) struct Recipe {
    pub(super) commands: Vec<Command>,
    pub(super) undo: Vec<Command>,
}

/// What clouds differ in.
pub(super) trait Cloud {
    /// What kind of thing goes by this name; `done` is the call that made it.
    fn kind(&self, name: &str, done: Option<&Done>) -> Kind;

    /// How a measure is taken.
    ///
    /// # Errors
    /// Why a person takes it.
    fn recipe(&self, measure: Measure, target: &Target) -> Result<Recipe, Hand>;
}

pub(super) struct Builder<'a> {
    judged: &'a Judged,
    /// When the plan is made.
    pub(super) now: Time,
    plan: Plan,
}

/// A resource of the case.
struct Suspect {
    target: Target,
    past: Past,
}

/// What lies below a group that is removed goes with it.
fn without_parts(suspects: Vec<Suspect>) -> Vec<Suspect> {
    let is_removed = |one: &&Suspect| one.past == Past::Fresh && one.target.kind == Kind::Group;
    let groups = suspects.iter().filter(is_removed);
    let groups: Vec<String> = groups.map(|one| format!("{}/", one.target.name)).collect();
    let is_part =
        |one: &Suspect| groups.iter().any(|group| one.target.name.starts_with(group.as_str()));
    suspects.into_iter().filter(|one| !is_part(one)).collect()
}

/// Words that are no names.
pub(super) fn words(texts: &[&str]) -> Vec<Word> {
    texts.iter().map(|text| Word::Text((*text).to_string())).collect()
}

impl<'a> Builder<'a> {
    pub(super) fn new(judged: &'a Judged, now: Time) -> Self {
        let plan = Plan {
            provider: judged.cloud(),
            account: judged.account.clone(),
            steps: Vec::new(),
            left: Vec::new(),
            is_cut: false,
        };
        Self { judged, now, plan }
    }

    pub(super) fn account(&self) -> &'a str {
        &self.judged.account
    }

    /// The names that evidence of these groups speaks of.
    pub(super) fn named_in(&self, groups: &[&str]) -> BTreeSet<String> {
        let found = self.judged.findings.iter();
        let found = found.filter(|found| groups.contains(&found.group.as_str()));
        found.map(|found| found.resource.clone()).collect()
    }

    pub(super) fn finish(mut self) -> Plan {
        self.plan.left.sort();
        self.plan.left.dedup();
        self.plan
    }

    fn step(&mut self, cloud: &dyn Cloud, phase: Phase, measure: Measure, target: &Target) {
        self.push(phase, measure, target, cloud.recipe(measure, target));
    }

    fn push(&mut self, phase: Phase, measure: Measure, target: &Target, how: Result<Recipe, Hand>) {
        if self.plan.steps.len() >= STEPS_MAX {
            self.plan.is_cut = true;
            return;
        }
        let (recipe, hand) = match how {
            Ok(recipe) => (recipe, None),
            Err(hand) => (Recipe::default(), Some(hand)),
        };
        let number = u32::try_from(self.plan.steps.len() + 1).unwrap_or(u32::MAX);
        let Recipe { commands, undo } = recipe;
        let target = target.clone();
        self.plan.steps.push(Step { number, phase, measure, target, commands, undo, hand });
    }

    fn leave(&mut self, name: &str, because: Because) {
        if self.plan.left.len() < STEPS_MAX {
            self.plan.left.push(Left { name: name.to_string(), because });
        }
    }

    /// The whole plan, in the order that holds everywhere.
    pub(super) fn all(&mut self, cloud: &dyn Cloud) {
        let suspects = self.suspects(cloud);
        self.preserve(cloud, &suspects);
        self.cut_off(cloud);
        self.stop(cloud, &suspects);
        self.remove(cloud, &suspects);
        self.harden(cloud);
    }

    /// Where no cloud's tools are known.
    pub(super) fn all_by_hand(&mut self) {
        struct Unknown;
        impl Cloud for Unknown {
            fn kind(&self, _name: &str, _done: Option<&Done>) -> Kind {
                Kind::Other
            }

            fn recipe(&self, _measure: Measure, _target: &Target) -> Result<Recipe, Hand> {
                Err(Hand::NoCommand)
            }
        }
        self.all(&Unknown);
    }

    /// The resources of the case that can be dealt with; the others are left, with the reason.
    fn suspects(&mut self, cloud: &dyn Cloud) -> Vec<Suspect> {
        let judged = self.judged;
        let mut suspects = Vec::new();
        for resource in &judged.resources {
            if resource.id == judged.account {
                continue;
            }
            if resource.id.parse::<std::net::IpAddr>().is_ok() {
                self.leave(&resource.id, Because::AddressAlone);
                continue;
            }
            if self.passes_on(resource) {
                self.leave(&resource.id, Because::PassesOn);
                continue;
            }
            let places = past::places(judged, &resource.id).into_iter();
            suspects.extend(places.map(|place| self.suspect(cloud, resource, place)));
        }
        suspects.extend(self.made_besides(cloud));
        let suspects = without_parts(suspects);
        let is_own = |one: &&Suspect| matches!(one.past, Past::Grown | Past::Own);
        for suspect in suspects.iter().filter(is_own) {
            self.leave(&suspect.target.name, Because::CustomersOwn);
        }
        suspects
    }

    /// A resource in one of its places: another region may have one of the same name.
    fn suspect(&self, cloud: &dyn Cloud, resource: &Resource, place: Option<&str>) -> Suspect {
        let done = past::deed_on(self.judged, &resource.id, place);
        let past = past::of(self.judged, resource, done);
        let place = done.map(|done| done.region.clone()).filter(|region| !region.is_empty());
        let kind = cloud.kind(&resource.id, done);
        let target = Target { kind, name: resource.id.clone(), place, parent: None };
        Suspect { target, past }
    }

    /// What hijackers made and no finding names; of what may be the customer's own, so much as somebody
    /// can be asked about.
    fn made_besides(&mut self, cloud: &dyn Cloud) -> Vec<Suspect> {
        let mut asked = 0;
        let mut suspects = Vec::new();
        for ((name, _region), (done, past)) in past::made_besides(self.judged) {
            asked += usize::from(past == Past::Unclear);
            if past == Past::Unclear && asked > ASKED_MAX {
                self.plan.is_cut = true;
                continue;
            }
            let place = Some(done.region.clone()).filter(|region| !region.is_empty());
            let kind = cloud.kind(name, Some(done));
            let target = Target { kind, name: name.clone(), place, parent: None };
            suspects.push(Suspect { target, past });
        }
        suspects
    }

    /// Whether another machine's traffic was seen behind it.
    fn passes_on(&self, resource: &Resource) -> bool {
        let transits = self
            .judged
            .findings
            .iter()
            .filter_map(|found| found.evidence.get("transit").and_then(Value::as_array));
        let mut devices = transits.flatten().filter_map(Value::as_str);
        devices
            .any(|device| device == resource.id || resource.aliases.iter().any(|own| own == device))
    }

    fn preserve(&mut self, cloud: &dyn Cloud, suspects: &[Suspect]) {
        let machines = suspects.iter().filter(|one| one.target.kind == Kind::Machine);
        let machines = machines.filter(|one| one.past != Past::Unclear);
        for suspect in machines.take(SNAPSHOTS_MAX) {
            self.step(cloud, Phase::Preserve, Measure::Snapshot, &suspect.target);
        }
        // What is emptied takes its machines with it; others' groups are left as they are.
        let groups = suspects.iter().filter(|one| one.target.kind == Kind::Group);
        let fresh = groups.filter(|one| one.past == Past::Fresh);
        for suspect in fresh.take(SNAPSHOTS_MAX) {
            self.step(cloud, Phase::Preserve, Measure::Snapshot, &suspect.target);
        }
    }

    /// Who did it can do nothing any more.
    fn cut_off(&mut self, cloud: &dyn Cloud) {
        let hijackers = self.judged.hijackers();
        for key in access::keys(self.judged, &hijackers) {
            self.step(cloud, Phase::Contain, Measure::CutKey, &access::key(key));
        }
        for (name, kind) in self.principals() {
            let target = access::named(name.to_string(), Kind::User);
            match kind {
                CallerKind::Provider => self.leave(name, Because::ProvidersOwn),
                _ if !hijackers.contains(name) => {
                    self.step(cloud, Phase::Contain, Measure::AskOwner, &target);
                }
                _ => {
                    let target = Target { kind: cloud.kind(name, None).or_of(kind), ..target };
                    // Others take a role up again; a person has one account.
                    if target.kind != Kind::Role {
                        self.step(cloud, Phase::Contain, Measure::CutPrincipal, &target);
                    }
                    if cloud.recipe(Measure::EndSessions, &target).is_ok() {
                        self.step(cloud, Phase::Contain, Measure::EndSessions, &target);
                    }
                }
            }
        }
        for (name, operation) in access::made_principals(self.judged, &hijackers) {
            let target = access::made_principal(name, &operation);
            self.step(cloud, Phase::Contain, Measure::CutPrincipal, &target);
        }
        for ((measure, target), is_of_hijack) in access::doors(self.judged, &hijackers) {
            self.take_back(cloud, (measure, &target), is_of_hijack);
        }
        for (action, kind, measure) in [
            (Action::GrantAccess, Kind::Grant, Measure::DropGrant),
            (Action::Protect, Kind::Lock, Measure::DropLock),
        ] {
            for (name, is_of_hijack) in access::named_by(self.judged, &hijackers, action) {
                // What protects itself is a machine, and dealt with there.
                if kind == Kind::Lock && cloud.kind(&name, None) != Kind::Lock {
                    continue;
                }
                // What a trust was before no record says.
                let is_trust = matches!(Grant::read(&name), Some(Grant::Trust(_)));
                let measure = if is_trust { Measure::CloseDoor } else { measure };
                let target = Target { kind, name, place: None, parent: None };
                self.take_back(cloud, (measure, &target), is_of_hijack);
            }
        }
    }

    /// Takes back what was given. What is older than the hijack, the one who was robbed may have given, and a
    /// person judges it.
    fn take_back(&mut self, cloud: &dyn Cloud, what: (Measure, &Target), is_of_hijack: bool) {
        let how = cloud.recipe(what.0, what.1);
        let how = if is_of_hijack { how } else { how.and(Err(Hand::Judgement)) };
        self.push(Phase::Contain, what.0, what.1, how);
    }

    /// Who made things or is suspected, and what kind of principal they are.
    fn principals(&self) -> BTreeMap<&'a str, CallerKind> {
        let judged = self.judged;
        let mut principals = BTreeMap::new();
        let makers = judged.resources.iter().filter_map(|one| one.created.as_ref());
        let makers = makers.map(|maker| (maker.by.as_str(), maker.kind));
        let doers = judged.deeds.iter().map(|done| (done.principal.as_str(), done.kind));
        let suspected = judged.suspected();
        let doers = doers.filter(|(name, _)| suspected.contains(name));
        let named = suspected.iter().map(|name| (*name, CallerKind::Unknown));
        for (name, kind) in makers.chain(doers).chain(named).filter(|(name, _)| !name.is_empty()) {
            let known = principals.entry(name).or_insert(kind);
            if *known == CallerKind::Unknown {
                *known = kind;
            }
        }
        principals
    }

    /// What runs stops: groups first, or they make their machines anew. What the customer's own groups
    /// run is others' work as well: whoever owns them is asked.
    fn stop(&mut self, cloud: &dyn Cloud, suspects: &[Suspect]) {
        let of = |kind: Kind| suspects.iter().filter(move |one| one.target.kind == kind);
        for suspect in of(Kind::Group) {
            if suspect.past == Past::Fresh {
                self.step(cloud, Phase::Contain, Measure::HoldGroup, &suspect.target);
                self.step(cloud, Phase::Contain, Measure::EmptyGroup, &suspect.target);
            } else {
                self.step(cloud, Phase::Contain, Measure::Decide, &suspect.target);
            }
        }
        for suspect in of(Kind::Container).chain(of(Kind::Other)) {
            let recipe = cloud.recipe(Measure::Stop, &suspect.target);
            let is_for_good = recipe.is_ok_and(|recipe| recipe.undo.is_empty());
            let measure = match suspect.past {
                Past::Unclear => Measure::Decide,
                Past::Grown | Past::Own if is_for_good => Measure::Decide,
                _ => Measure::Stop,
            };
            self.step(cloud, Phase::Contain, measure, &suspect.target);
        }
        let protected = self.protected();
        for suspect in of(Kind::Machine) {
            let measure = match suspect.past {
                Past::Fresh | Past::Grown => Measure::Stop,
                Past::Own => Measure::Isolate,
                Past::Unclear => Measure::Decide,
            };
            if measure == Measure::Stop && protected.contains(&suspect.target.name) {
                self.step(cloud, Phase::Contain, Measure::LiftProtection, &suspect.target);
            }
            self.step(cloud, Phase::Contain, measure, &suspect.target);
        }
    }

    /// What was protected from being removed, by whomever.
    fn protected(&self) -> BTreeSet<String> {
        let deeds = self.judged.deeds.iter().filter(|done| done.action == Action::Protect);
        deeds.flat_map(|done| done.resources.iter().cloned()).collect()
    }

    fn remove(&mut self, cloud: &dyn Cloud, suspects: &[Suspect]) {
        for kind in [Kind::Group, Kind::Container, Kind::Other, Kind::Machine] {
            let is_fresh = |one: &&Suspect| one.past == Past::Fresh && one.target.kind == kind;
            for suspect in suspects.iter().filter(is_fresh) {
                self.step(cloud, Phase::Remove, Measure::Remove, &suspect.target);
            }
        }
        self.remove_access(cloud);
    }

    /// Keys and principals that hijackers made; they were switched off long before. Whether those go
    /// that are older than the hijack, a person judges.
    fn remove_access(&mut self, cloud: &dyn Cloud) {
        let hijackers = self.judged.hijackers();
        for (target, is_of_hijack) in access::made(self.judged, &hijackers) {
            if let Ok(recipe) = cloud.recipe(Measure::Remove, &target) {
                let how = if is_of_hijack { Ok(recipe) } else { Err(Hand::Judgement) };
                self.push(Phase::Remove, Measure::Remove, &target, how);
            }
        }
    }

    fn harden(&mut self, cloud: &dyn Cloud) {
        let hijackers = self.judged.hijackers();
        for (name, kind) in access::elevated(self.judged, &hijackers) {
            let kind = cloud.kind(name, None).or_of(kind);
            let target = access::named(name.to_string(), kind);
            self.step(cloud, Phase::Harden, Measure::DropElevation, &target);
        }
        for (measure, target) in access::left_behind(self.judged, &hijackers) {
            self.step(cloud, Phase::Harden, measure, &target);
        }
        let account = self.judged.account.clone();
        let target = Target { kind: Kind::Account, name: account, place: None, parent: None };
        self.step(cloud, Phase::Harden, Measure::Watch, &target);
    }
}

impl Kind {
    /// A principal whose name says no more is what its records say that it is.
    fn or_of(self, caller: CallerKind) -> Self {
        match (self, caller) {
            (Self::User | Self::Role | Self::Application, _) => self,
            (_, CallerKind::Application) => Self::Application,
            _ => Self::User,
        }
    }
}
