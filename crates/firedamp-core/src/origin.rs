//! Who made what, when, from where and how: of each resource, and of the account itself.
//!
//! Kept of calls that made something and worked. Azure logs start and end of one operation; a start
//! whose end failed made nothing. Starting, resizing and updating what is there makes nothing either.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

use crate::{
    coverage::Coverage,
    event::{Action, ApiCall, CallOutcome, CallerKind, Signal},
    id::{AccountRef, ObjectId, Place, Provider},
    names::{Resolved, Sighting},
    net,
    saying::{Blank, Saying},
    sketch::{self, Sample},
    text,
    time::Time,
};

/// Resources of which the origin is kept.
const RESOURCES_MAX: usize = 20_000;
/// Calls kept that may have made one resource: the earliest.
const CALLS_MAX: usize = 4;
/// Operations kept that began and failed.
const FAILED_MAX: usize = 8192;
/// Calls kept that made or moved the account: the earliest.
const ACCOUNT_CALLS_MAX: usize = 16;
/// Bytes kept of a name.
const NAME_BYTES_MAX: usize = 256;
/// What was seen so soon after the audit log begins was there before.
const BEGINNING_SECONDS: i64 = 3600;

/// Verbs of operations that make nothing, whatever they ask for.
const CHANGES: [&str; 12] = [
    "modify", "patch", "poweron", "reboot", "redeploy", "resize", "resume", "restart", "scale",
    "set", "start", "update",
];

/// Who made each resource, and the account.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Origins {
    made: Sample<Made, RESOURCES_MAX>,
    failed: Sample<(), FAILED_MAX>,
    account: BTreeSet<Origin>,
}

/// The calls that may have made a resource.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Made {
    sighting: Sighting,
    calls: BTreeSet<Origin>,
}

/// One call that made something. The time comes first: the earliest call counts.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Origin {
    time: Time,
    /// Hash of the operation's id.
    key: u64,
    moved: bool,
    operation: String,
    principal: String,
    name: Option<String>,
    kind: CallerKind,
    application: Option<String>,
    address: Option<IpAddr>,
    mfa: Option<bool>,
    size: Option<String>,
    place: Place,
}

/// How something came to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Created {
    /// When.
    pub at: Time,
    /// By which principal; empty when the record has none.
    pub by: String,
    /// The principal's name for people, where it has one.
    pub name: Option<String>,
    /// What kind of principal.
    pub kind: CallerKind,
    /// The application that called for the principal.
    pub application: Option<String>,
    /// From where.
    pub address: Option<IpAddr>,
    /// Whether a second factor was used; `None` when the record does not say.
    pub mfa: Option<bool>,
    /// The operation as the provider calls it.
    pub operation: String,
    /// The size of machine that was asked for.
    pub size: Option<String>,
    /// Where the record stands.
    pub place: Place,
}

impl Serialize for Created {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let network = self.address.map(|address| net::customer_network(address).1);
        let record = serde_json::json!({
            "object": self.place.object.to_string(), "record": self.place.record,
        });
        let mut shape = serializer.serialize_struct("Created", 11)?;
        shape.serialize_field("at", &self.at.to_string())?;
        shape.serialize_field("by", &self.by)?;
        shape.serialize_field("name", &self.name)?;
        shape.serialize_field("kind", &self.kind)?;
        shape.serialize_field("application", &self.application)?;
        shape.serialize_field("address", &self.address)?;
        shape.serialize_field("network", &network)?;
        shape.serialize_field("mfa", &self.mfa)?;
        shape.serialize_field("operation", &self.operation)?;
        shape.serialize_field("size", &self.size)?;
        shape.serialize_field("records", &[record])?;
        shape.end()
    }
}

impl Origins {
    /// Notes what a call made.
    pub fn observe(&mut self, call: &ApiCall<'_>, place: Place) {
        if call.action != Action::CreateCompute || !makes(&call.operation) {
            return;
        }
        let is_there = call.compute.as_ref().is_some_and(|compute| compute.is_there);
        if call.outcome != CallOutcome::Succeeded || is_there {
            self.fail(call);
            return;
        }
        for resource in &call.resources {
            let sighting = Sighting::of(call.account.provider, resource);
            if sighting.is_empty() {
                continue;
            }
            let new = || Made { sighting: sighting.clone(), calls: BTreeSet::new() };
            if let Some(made) = self.made.entry(sketch::hash(&sighting), new) {
                made.calls.insert(Origin::of(call, place));
                trim(&mut made.calls, CALLS_MAX);
            }
        }
    }

    /// Notes that a call made or moved the account.
    pub fn observe_account(&mut self, call: &ApiCall<'_>, place: Place) {
        if call.outcome == CallOutcome::Succeeded {
            self.account.insert(Origin::of(call, place));
            trim(&mut self.account, ACCOUNT_CALLS_MAX);
        } else {
            self.fail(call);
        }
    }

    /// Notes that an operation, which may have been logged as begun, failed or made nothing new.
    fn fail(&mut self, call: &ApiCall<'_>) {
        if !call.id.is_empty() {
            let _failed = self.failed.entry(key(call), || ());
        }
    }

    /// Joins two accounts' worth of origins.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.account.extend(other.account);
        trim(&mut self.account, ACCOUNT_CALLS_MAX);
        let join = |mut one: Made, other: Made| {
            one.calls.extend(other.calls);
            trim(&mut one.calls, CALLS_MAX);
            one
        };
        Self {
            made: self.made.merge(other.made, join),
            failed: self.failed.merge(other.failed, |(), ()| ()),
            account: self.account,
        }
    }

    /// Names the object that was being read.
    pub fn seal(&mut self, object: ObjectId) {
        let sets = self.made.values_mut().map(|made| &mut made.calls);
        for calls in sets.chain([&mut self.account]) {
            let sealed = std::mem::take(calls).into_iter().map(|mut origin| {
                origin.place.seal(object);
                origin
            });
            *calls = sealed.collect();
        }
    }

    /// How each resource came to be, by its id in the case.
    #[must_use]
    pub fn by_resource(&self, resolved: &Resolved<'_>) -> BTreeMap<String, Created> {
        let mut earliest: BTreeMap<String, &Origin> = BTreeMap::new();
        for made in self.made.values() {
            let origin = made.calls.iter().find(|origin| self.worked(origin));
            let id = resolved.id(&made.sighting);
            if let (Some(origin), Some(id)) = (origin, id) {
                earliest
                    .entry(id)
                    .and_modify(|known| *known = origin.min(*known))
                    .or_insert(origin);
            }
        }
        earliest.into_iter().map(|(id, origin)| (id, origin.created())).collect()
    }

    /// How the account came to be.
    #[must_use]
    pub fn account_created(&self) -> Option<Created> {
        self.of_account(false).next()
    }

    /// Who moved the account elsewhere.
    #[must_use]
    pub fn account_moved(&self) -> Vec<Created> {
        self.of_account(true).collect()
    }

    fn of_account(&self, moved: bool) -> impl Iterator<Item = Created> + '_ {
        let wanted = move |origin: &&Origin| origin.moved == moved && self.worked(origin);
        let mut seen = BTreeSet::new();
        let once = move |origin: &&Origin| seen.insert(origin.key);
        self.account.iter().filter(wanted).filter(once).map(Origin::created)
    }

    fn worked(&self, origin: &Origin) -> bool {
        self.failed.get(origin.key).is_none()
    }
}

fn trim(calls: &mut BTreeSet<Origin>, most: usize) {
    while calls.len() > most {
        calls.pop_last();
    }
}

/// Start and end of one operation share it; what one deployment makes differs in the resource.
fn key(call: &ApiCall<'_>) -> u64 {
    let first = call.resources.first().and_then(|resource| resource.instance);
    sketch::hash(&(&call.id, call.operation.to_lowercase(), first.map(str::to_lowercase)))
}

/// Whether an operation makes something new: `RunInstances` does, `StartInstances` does not.
#[must_use]
pub fn makes(operation: &str) -> bool {
    let lower = operation.to_ascii_lowercase();
    let mut parts = lower.rsplit(['/', '.']);
    let last = parts.next().unwrap_or_default();
    // Azure ends in what kind of call it was, and says what it does before.
    let verb = if last == "action" { parts.next().unwrap_or_default() } else { last };
    !CHANGES.iter().any(|change| verb.starts_with(change))
}

impl Origin {
    fn of(call: &ApiCall<'_>, place: Place) -> Self {
        let kept = |name: &str| text::printable(text::truncated(name.trim(), NAME_BYTES_MAX));
        let caller = &call.caller;
        let some = |name: &Option<std::borrow::Cow<'_, str>>| name.as_deref().map(kept);
        Self {
            time: call.time,
            key: key(call),
            moved: call.action == Action::MoveAccount,
            operation: kept(&call.operation),
            principal: kept(&caller.principal),
            name: some(&caller.name),
            kind: caller.kind,
            application: some(&caller.application),
            address: caller.address,
            mfa: caller.mfa,
            size: call.compute.as_ref().and_then(|compute| some(&compute.size)),
            place,
        }
    }

    fn created(&self) -> Created {
        Created {
            at: self.time,
            by: self.principal.clone(),
            name: self.name.clone(),
            kind: self.kind,
            application: self.application.clone(),
            address: self.address,
            mfa: self.mfa,
            operation: self.operation.clone(),
            size: self.size.clone(),
            place: self.place,
        }
    }
}

/// The accounts that a call made or moved: those that it names, else the one that it was logged in.
/// A management account logs how the others came to be.
#[must_use]
pub fn accounts_of<'a>(call: &'a ApiCall<'_>) -> Vec<AccountRef<'a>> {
    if !matches!(call.action, Action::CreateAccount | Action::MoveAccount) {
        return Vec::new();
    }
    let provider = call.account.provider;
    let names = call.resources.iter().filter_map(|resource| resource.instance);
    let ids = names.filter_map(|name| name.rsplit(['/', ':']).next());
    let named: Vec<AccountRef<'_>> =
        ids.filter(|id| is_account(provider, id)).map(|id| AccountRef::new(provider, id)).collect();
    let own = AccountRef::new(provider, call.account.id);
    if named.is_empty() && is_of_itself(call) { vec![own] } else { named }
}

/// Whether a call that names no account is about the one in whose log it stands. Amazon logs most of
/// them in the organisation's own account, which was not made then.
fn is_of_itself(call: &ApiCall<'_>) -> bool {
    call.account.provider != Provider::Aws
        || matches!(&*call.operation, "AcceptHandshake" | "LeaveOrganization")
}

/// Whether a name is an account's: names of orders and aliases stand in the same place.
fn is_account(provider: Provider, id: &str) -> bool {
    let all = |wanted: fn(u8) -> bool| id.bytes().all(wanted);
    match provider {
        Provider::Aws => id.len() == 12 && all(|byte| byte.is_ascii_digit()),
        Provider::Azure => id.len() == 36 && all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
        _ => {
            let allowed =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            (6..=30).contains(&id.len()) && all(allowed)
        }
    }
}

/// Why it is not known who made something that was first seen at `first`.
#[must_use]
pub fn unknown(origins: &Origins, coverage: &Coverage, first: Time) -> Saying {
    match coverage.of(Signal::Call) {
        Some(_) if origins.made.is_approximate() => Saying::of("origin-too-many"),
        None => Saying::of("origin-no-log"),
        Some(log) if first.seconds_since(log.first) <= BEGINNING_SECONDS => {
            Saying::of("origin-older").with("begins", Blank::Instant(log.first))
        }
        Some(_) => Saying::of("origin-unnamed"),
    }
}

/// Why it is not known who made the account. Another account's log would tell, so that its own says
/// nothing of its age.
#[must_use]
pub fn account_unknown(coverage: &Coverage) -> Saying {
    unknown(&Origins::default(), coverage, Time::MAX)
}

#[cfg(test)]
mod tests;
