//! Who acts together. In a large account somebody reads quotas, somebody else sets up machines and a
//! third locks something on any day; a hijack is what one actor does, under whatever names.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use super::history::{History, Kept, Novelty};
use crate::{event::Action, time::Time};

/// Who appears so soon after somebody made keys or principals may be his.
const OFFSPRING_SECONDS: i64 = 7200;
/// An address of which nothing is known, with more principals than these, is a company's.
const SHARING_MAX: usize = 4;
/// Makers that are looked at for one newcomer: the latest.
const MAKERS_MAX: usize = 16;

/// The steps of a window, by actor: principals that share an address which is not known to the
/// account, or of whom one made the other.
pub(super) fn actors<'a>(window: &'a [Kept], history: &History<'_>) -> Vec<Vec<&'a Kept>> {
    let mut joined = Joined::default();
    let members: Vec<usize> = window.iter().map(|kept| joined.member(&name(kept))).collect();
    let steps: Vec<(&Kept, usize)> = window.iter().zip(members).collect();
    join_addresses(&steps, history, &mut joined);
    join_offspring(&steps, history, &mut joined);
    let mut actors: BTreeMap<usize, Vec<&Kept>> = BTreeMap::new();
    for (kept, member) in steps {
        actors.entry(joined.root(member)).or_default().push(kept);
    }
    actors.into_values().collect()
}

/// The principal; where the record names none, the address.
fn name(kept: &Kept) -> String {
    let address = || kept.step.address.map_or_else(String::new, |address| address.to_string());
    if kept.step.principal.is_empty() { address() } else { kept.step.principal.clone() }
}

/// A company's own address is shared by everybody in it; one that is new, or of which nothing is
/// known but that few share, by one actor.
fn join_addresses(steps: &[(&Kept, usize)], history: &History<'_>, joined: &mut Joined) {
    let mut members: BTreeMap<IpAddr, (BTreeSet<usize>, bool)> = BTreeMap::new();
    for (kept, member) in steps {
        let novelty = history.network(&kept.step);
        let unknown = !matches!(novelty, Novelty::Known | Novelty::Settled);
        if let Some(address) = kept.step.address.filter(|_| unknown) {
            let (members, is_new) = members.entry(address).or_default();
            members.insert(*member);
            *is_new |= novelty == Novelty::New;
        }
    }
    let few = |members: &BTreeSet<usize>| members.len() <= SHARING_MAX;
    for (members, _) in members.values().filter(|(members, is_new)| *is_new || few(members)) {
        if let Some(first) = members.first() {
            members.iter().for_each(|other| joined.join(*first, *other));
        }
    }
}

/// A principal that was made in the window, by name; or that first appeared soon after keys or
/// principals were made.
fn join_offspring(steps: &[(&Kept, usize)], history: &History<'_>, joined: &mut Joined) {
    let mut makers: Vec<(Time, usize)> = Vec::new();
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    for (kept, member) in steps.iter().filter(|(kept, _)| makes_principals(kept)) {
        makers.push((kept.step.time(), *member));
        let names = kept.step.resources.iter().filter_map(|one| one.instance.as_deref());
        made.extend(names.map(|name| (short(name), *member)));
    }
    let newcomers: BTreeSet<(usize, &str)> =
        steps.iter().map(|(kept, member)| (*member, kept.step.principal.as_str())).collect();
    for (member, principal) in newcomers.into_iter().filter(|(_, name)| !name.is_empty()) {
        if let Some(maker) = made.get(&short(principal)) {
            joined.join(*maker, member);
        }
        let Some(since) = history.principal_since(principal) else { continue };
        let end = makers.partition_point(|(time, _)| *time <= since);
        let earlier = makers.get(..end).unwrap_or_default().iter().rev().take(MAKERS_MAX);
        for (_, maker) in
            earlier.take_while(|(time, _)| since.seconds_since(*time) <= OFFSPRING_SECONDS)
        {
            joined.join(*maker, member);
        }
    }
}

fn makes_principals(kept: &Kept) -> bool {
    let makes = matches!(
        kept.step.action,
        Action::CreateCredential | Action::CreatePrincipal | Action::GrantAccess
    );
    makes && kept.step.succeeded()
}

/// The last part of a path or an ARN.
fn short(name: &str) -> String {
    name.rsplit(['/', ':']).next().unwrap_or_default().to_lowercase()
}

/// Union-find.
#[derive(Default)]
struct Joined {
    members: BTreeMap<String, usize>,
    parents: Vec<usize>,
}

impl Joined {
    fn member(&mut self, name: &str) -> usize {
        if let Some(known) = self.members.get(name) {
            return *known;
        }
        let new = self.parents.len();
        self.parents.push(new);
        self.members.insert(name.to_string(), new);
        new
    }

    fn root(&mut self, member: usize) -> usize {
        let mut root = member;
        while let Some(parent) = self.parents.get(root).copied().filter(|parent| *parent != root) {
            root = parent;
        }
        if let Some(parent) = self.parents.get_mut(member) {
            *parent = root;
        }
        root
    }

    /// The earlier member becomes the root.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(parent) = self.parents.get_mut(one.max(other)) {
            *parent = one.min(other);
        }
    }
}
