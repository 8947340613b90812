//! What hijackers come back with, though all that mines is gone: keys, passwords, rights, open doors.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, Measure, Target, name};
use crate::{
    event::{Action, CallerKind},
    grant::Grant,
    id::Provider,
    judged::{Done, Judged},
};

/// Whose keys they are, where it is known, and the keys.
type Keys = BTreeSet<(Option<String>, String)>;

/// A key as a step is about it.
pub(super) fn key((parent, name): (Option<String>, String)) -> Target {
    Target { kind: Kind::Key, name, place: None, parent }
}

/// What goes by its name alone, as a step is about it.
pub(super) fn named(name: String, kind: Kind) -> Target {
    Target { kind, name, place: None, parent: None }
}

/// A principal that a call of this name made.
pub(super) fn made_principal(name: String, operation: &str) -> Target {
    named(name, if operation.contains("Role") { Kind::Role } else { Kind::User })
}

/// What records of use put before the name of a key of Google's.
const GOOGLE_KEYS: &str = "//iam.googleapis.com/";

/// A key as its cloud names it; in Google Cloud its account may lie elsewhere or be everybody's, and
/// then a person deals with it.
fn key_in(name: &str) -> Option<&str> {
    let name = name.strip_prefix(GOOGLE_KEYS).unwrap_or(name);
    let is_google = name.contains("/serviceAccounts/") && name.contains("/keys/");
    (is_google || name::is_access_key(name)).then_some(name)
}

fn user_of(arn: &str) -> Option<String> {
    arn.split_once(":user/").and_then(|(_, path)| path.rsplit('/').next()).map(str::to_string)
}

/// The keys that a call made, with whose they are.
fn keys_of(done: &Done) -> Keys {
    let (own, users): (Vec<&String>, Vec<&String>) =
        done.resources.iter().partition(|name| key_in(name).is_some());
    let user = users.first().map(|name| (*name).clone()).or_else(|| user_of(&done.principal));
    own.into_iter().map(|key| (user.clone(), key.clone())).collect()
}

/// Keys and principals that hijackers made, and whether all calls that made one belong to the hijack:
/// no program removes the others for good.
pub(super) fn made(judged: &Judged, hijackers: &BTreeSet<&str>) -> BTreeMap<Target, bool> {
    let mut made = BTreeMap::new();
    for done in judged.deeds.iter().filter(|done| hijackers.contains(done.principal.as_str())) {
        let targets: Vec<Target> = match done.action {
            Action::CreateCredential => keys_of(done).into_iter().map(key).collect(),
            Action::CreatePrincipal => {
                let names = done.resources.iter().cloned();
                names.map(|name| made_principal(name, &done.operation)).collect()
            }
            _ => Vec::new(),
        };
        let is_of_hijack = judged.is_of_hijack(done);
        for target in targets {
            *made.entry(target).or_insert(true) &= is_of_hijack;
        }
    }
    made
}

/// Keys that hijackers made, with whose they are.
fn made_keys(judged: &Judged, hijackers: &BTreeSet<&str>) -> Keys {
    let made = judged.deeds.iter().filter(|done| {
        done.action == Action::CreateCredential && hijackers.contains(done.principal.as_str())
    });
    made.flat_map(keys_of).collect()
}

/// The same, and keys that machines were made with.
pub(super) fn keys(judged: &Judged, hijackers: &BTreeSet<&str>) -> Keys {
    let mut keys = made_keys(judged, hijackers);
    for maker in judged.resources.iter().filter_map(|one| one.created.as_ref()) {
        let key = maker.application.as_deref().and_then(key_in);
        if let Some(key) = key.filter(|_| hijackers.contains(maker.by.as_str())) {
            keys.insert((user_of(&maker.by), key.to_string()));
        }
    }
    keys
}

/// Hijackers who took rights over everything in a directory of Azure's, and what kind of principal they
/// are. What other clouds call so ends with its session.
pub(super) fn elevated<'a>(
    judged: &'a Judged,
    hijackers: &BTreeSet<&str>,
) -> BTreeMap<&'a str, CallerKind> {
    let deeds = judged.deeds.iter().filter(|done| {
        done.action == Action::ElevateAccess
            && judged.cloud() == Provider::Azure
            && hijackers.contains(done.principal.as_str())
    });
    deeds.map(|done| (done.principal.as_str(), done.kind)).collect()
}

/// What the hijackers' calls of one kind name, and whether all of these belong to the hijack.
pub(super) fn named_by(
    judged: &Judged,
    hijackers: &BTreeSet<&str>,
    action: Action,
) -> BTreeMap<String, bool> {
    let mut named = BTreeMap::new();
    let own = judged.deeds.iter().filter(|done| done.action == action);
    for done in own.filter(|done| hijackers.contains(done.principal.as_str())) {
        let is_of_hijack = judged.is_of_hijack(done);
        for name in &done.resources {
            *named.entry(name.clone()).or_insert(true) &= is_of_hijack;
        }
    }
    named
}

/// Users and roles that hijackers made, with the call that made them.
pub(super) fn made_principals(
    judged: &Judged,
    hijackers: &BTreeSet<&str>,
) -> BTreeSet<(String, String)> {
    let deeds = judged.deeds.iter().filter(|done| {
        done.action == Action::CreatePrincipal && hijackers.contains(done.principal.as_str())
    });
    let named = deeds.flat_map(|done| done.resources.iter().map(move |name| (name, done)));
    named.map(|(name, done)| (name.clone(), done.operation.clone())).collect()
}

/// What stays when all is removed: logs that hijackers switched off, and quotas that they raised.
pub(super) fn left_behind(judged: &Judged, hijackers: &BTreeSet<&str>) -> Vec<(Measure, Target)> {
    let by_hijackers = |done: &&Done| hijackers.contains(done.principal.as_str());
    let own: Vec<&Done> = judged.deeds.iter().filter(by_hijackers).collect();
    let blinded = own.iter().filter(|done| done.action == Action::Blind);
    let logs: BTreeSet<(&str, &str)> =
        blinded.map(|done| (done.operation.as_str(), done.region.as_str())).collect();
    let raised = own.iter().filter(|done| done.action == Action::RaiseQuota);
    let quotas: BTreeSet<String> = raised.flat_map(|done| quotas(done)).collect();
    let logs = logs.into_iter().map(|(operation, region)| {
        let place = (!region.is_empty()).then(|| region.to_string());
        let name = operation.to_string();
        (Measure::RestoreLog, Target { kind: Kind::Log, name, place, parent: None })
    });
    let quotas = quotas.into_iter().map(|name| (Measure::LowerQuota, named(name, Kind::Quota)));
    logs.chain(quotas).collect()
}

/// What a call raised, and where, in one text: of some only the call is known.
fn quotas(done: &Done) -> Vec<String> {
    let names = match done.resources.as_slice() {
        [] => std::slice::from_ref(&done.operation),
        names => names,
    };
    let named = |name: &String| match done.region.as_str() {
        "" => name.clone(),
        region => format!("{name}, {region}"),
    };
    names.iter().map(named).collect()
}

/// Passwords that hijackers set, and what they opened or gave where no record names the grant itself:
/// the call that did it is told, for a person to look up. With each whether it belongs to the hijack: no program
/// takes back for good what the one who was robbed may have set or opened in good faith.
pub(super) fn doors(
    judged: &Judged,
    hijackers: &BTreeSet<&str>,
) -> BTreeMap<(Measure, Target), bool> {
    let mut doors = BTreeMap::new();
    let own = judged.deeds.iter().filter(|done| hijackers.contains(done.principal.as_str()));
    for done in own {
        let place = Some(done.region.clone()).filter(|region| !region.is_empty());
        let is_login = done.operation.ends_with("LoginProfile");
        let is_of_hijack = judged.is_of_hijack(done);
        if done.action == Action::CreateCredential && is_login {
            for name in &done.resources {
                let door = (Measure::DropLogin, named(name.clone(), Kind::User));
                // A password that hijackers set again is theirs, whoever set the one before.
                *doors.entry(door).or_insert(false) |= is_of_hijack;
            }
        }
        let names: Vec<String> = match done.action {
            Action::GrantAccess if done.resources.is_empty() => vec![done.operation.clone()],
            Action::OpenDoor if done.resources.is_empty() => vec![done.operation.clone()],
            // Where the record names what was opened, that is closed.
            Action::OpenDoor if done.resources.iter().any(|name| Grant::read(name).is_some()) => {
                let named = done.resources.iter().filter(|name| Grant::read(name).is_some());
                named.cloned().collect()
            }
            Action::OpenDoor => {
                done.resources.iter().map(|name| format!("{}: {name}", done.operation)).collect()
            }
            _ => Vec::new(),
        };
        for name in names {
            let target = Target { kind: Kind::Grant, name, place: place.clone(), parent: None };
            *doors.entry((Measure::CloseDoor, target)).or_insert(true) &= is_of_hijack;
        }
    }
    doors
}
