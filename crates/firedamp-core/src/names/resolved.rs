//! Union-find over the names of an account.
//!
//! Names are numbered in their order, so that "the smallest name" is the smallest number, and what
//! comes out does not hang on the order in which names are joined.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use super::Sighting;

/// One resource and its other names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Named {
    /// The id in the case.
    pub id: String,
    /// Every other name: instances, interfaces, then addresses.
    pub aliases: Vec<String>,
}

/// Names resolved to resources.
#[derive(Clone, Debug, Default)]
pub struct Resolved<'a> {
    /// In the order of sightings, each with its resource.
    by_sighting: Vec<(&'a Sighting, usize)>,
    resources: Vec<Named>,
}

impl<'a> Resolved<'a> {
    /// Decides which names in `sightings` mean one resource.
    pub(super) fn of(sightings: &'a BTreeSet<Sighting>) -> Self {
        let mut joiner = Joiner::new(sightings);
        joiner.link_ids();
        joiner.link_host_names();
        joiner.link_addresses();
        joiner.finish()
    }

    /// The resource that a sighting means.
    #[must_use]
    pub fn resource(&self, sighting: &Sighting) -> Option<&Named> {
        let at = self.by_sighting.binary_search_by(|(known, _)| (*known).cmp(sighting)).ok()?;
        self.resources.get(self.by_sighting.get(at)?.1)
    }

    /// The id of the resource that a sighting means, or the sighting's own best name.
    #[must_use]
    pub fn id(&self, sighting: &Sighting) -> Option<String> {
        self.resource(sighting).map(|named| named.id.clone()).or_else(|| sighting.best())
    }

    /// The other names of a resource.
    #[must_use]
    pub fn aliases(&self, id: &str) -> &[String] {
        let named = self.resources.iter().find(|named| named.id == id);
        named.map_or(&[], |named| &named.aliases)
    }
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Name<'a> {
    Instance(&'a str),
    Interface(&'a str),
    Address(IpAddr, Option<&'a str>),
}

impl<'a> Name<'a> {
    fn all_of(sighting: &'a Sighting) -> impl Iterator<Item = Self> {
        let address = |address| Self::Address(address, sighting.network.as_deref());
        let instance = sighting.instance.as_deref().map(Self::Instance);
        let interface = sighting.interface.as_deref().map(Self::Interface);
        instance.into_iter().chain(interface).chain(sighting.address.map(address))
    }

    const fn is_id(self) -> bool {
        !matches!(self, Self::Address(..))
    }

    /// The name in the id of an Azure virtual machine, lower case.
    fn azure_machine(self) -> Option<String> {
        let Self::Instance(id) = self else { return None };
        let (group, machine) = id.rsplit_once('/')?;
        let suffix = group.len().checked_sub(AZURE_MACHINES.len())?;
        let is_machine = group.get(suffix..)?.eq_ignore_ascii_case(AZURE_MACHINES);
        (is_machine && !machine.is_empty()).then(|| machine.to_lowercase())
    }

    /// The first label of a host's name, lower case.
    fn host_name(self) -> Option<String> {
        let Self::Instance(name) = self else { return None };
        let label = name.split('.').next()?;
        (!label.is_empty() && !name.contains('/')).then(|| label.to_lowercase())
    }

    fn text(self) -> String {
        match self {
            Self::Instance(text) | Self::Interface(text) => text.to_string(),
            Self::Address(address, _) => address.to_string(),
        }
    }
}

/// What stands before the name in the id of an Azure virtual machine.
const AZURE_MACHINES: &str = "/virtualmachines";

/// A sighting and the numbers of its names, best name first.
struct Seen<'a> {
    sighting: &'a Sighting,
    names: Vec<usize>,
}

/// Union-find over names: each name's parent is itself or a smaller one.
struct Joiner<'a> {
    names: Vec<Name<'a>>,
    seen: Vec<Seen<'a>>,
    parents: Vec<usize>,
}

impl<'a> Joiner<'a> {
    fn new(sightings: &'a BTreeSet<Sighting>) -> Self {
        let mut names: Vec<Name<'_>> = sightings.iter().flat_map(Name::all_of).collect();
        names.sort_unstable();
        names.dedup();
        let number = |name| names.binary_search(&name).ok();
        let seen = sightings
            .iter()
            .map(|sighting| {
                let names = Name::all_of(sighting).filter_map(number).collect();
                Seen { sighting, names }
            })
            .collect();
        Self { seen, parents: (0..names.len()).collect(), names }
    }

    fn parent(&self, name: usize) -> usize {
        self.parents.get(name).copied().unwrap_or(name)
    }

    fn adopt(&mut self, name: usize, parent: usize) {
        if let Some(slot) = self.parents.get_mut(name) {
            *slot = parent;
        }
    }

    /// The root of a name; what was passed on the way is hung half as deep.
    fn root(&mut self, mut name: usize) -> usize {
        while self.parent(name) != name {
            self.adopt(name, self.parent(self.parent(name)));
            name = self.parent(name);
        }
        name
    }

    /// The smaller root wins.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.adopt(one.max(other), one.min(other));
    }

    fn name(&self, number: usize) -> Option<Name<'a>> {
        self.names.get(number).copied()
    }

    fn is_id(&self, number: usize) -> bool {
        self.name(number).is_some_and(Name::is_id)
    }

    /// Joins an instance with the interface that was seen with it.
    fn link_ids(&mut self) {
        for at in 0..self.seen.len() {
            if let Some([one, other, ..]) = self.seen.get(at).map(|seen| seen.names.as_slice()) {
                let (one, other) = (*one, *other);
                if self.is_id(one) && self.is_id(other) {
                    self.join(one, other);
                }
            }
        }
    }

    /// Joins what a sensor calls a machine (its host name) with the Azure machine of that name, where
    /// the account has one such.
    fn link_host_names(&mut self) {
        let mut machines: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (number, name) in self.names.iter().enumerate() {
            if let Some(machine) = name.azure_machine() {
                let known = machines.entry(machine);
                known.and_modify(|other| *other = None).or_insert(Some(number));
            }
        }
        for at in 0..self.names.len() {
            let host = self.name(at).and_then(Name::host_name);
            if let Some(machine) = host.and_then(|host| machines.get(&host).copied()?) {
                self.join(at, machine);
            }
        }
    }

    /// Joins each address with what claims it, when that is one resource.
    fn link_addresses(&mut self) {
        for claim in self.claims().into_values() {
            if self.is_one_resource(&claim) {
                let first = claim.names.first().copied().unwrap_or_default();
                claim.names.iter().for_each(|name| self.join(first, *name));
            }
        }
    }

    /// One network at most, and either one machine or nothing but the address itself.
    fn is_one_resource(&mut self, claim: &Claims<'_>) -> bool {
        let mut roots = BTreeSet::new();
        for name in &claim.names {
            if self.is_id(*name) {
                roots.insert(self.root(*name));
            }
        }
        let is_instance = |root: &&usize| matches!(self.name(**root), Some(Name::Instance(_)));
        let instances = roots.iter().filter(is_instance).count();
        let interfaces = roots.len() - instances;
        claim.networks.len() <= 1 && instances <= 1 && interfaces <= 1
    }

    fn claims(&self) -> BTreeMap<IpAddr, Claims<'a>> {
        let mut claims: BTreeMap<IpAddr, Claims<'_>> = BTreeMap::new();
        for seen in &self.seen {
            if let Some(address) = seen.sighting.address {
                let claim = claims.entry(address).or_default();
                claim.networks.extend(seen.sighting.network.as_deref());
                claim.names.extend(&seen.names);
            }
        }
        claims
    }

    fn finish(mut self) -> Resolved<'a> {
        let mut resources: Vec<Named> = Vec::new();
        // A root comes before the names that hang from it.
        let mut at_root: Vec<usize> = Vec::with_capacity(self.names.len());
        for number in 0..self.names.len() {
            let root = self.root(number);
            let text = self.name(number).map(Name::text).unwrap_or_default();
            let at = at_root.get(root).copied().unwrap_or(resources.len());
            at_root.push(at);
            match resources.get_mut(at) {
                Some(named) => named.also(text),
                None => resources.push(Named { id: text, aliases: Vec::new() }),
            }
        }
        let resource = |seen: &Seen<'a>| {
            let at = at_root.get(*seen.names.first()?)?;
            Some((seen.sighting, *at))
        };
        let by_sighting = self.seen.iter().filter_map(resource).collect();
        Resolved { by_sighting, resources }
    }
}

impl Named {
    /// Adds a name, unless it reads like the last: one address in two networks.
    fn also(&mut self, text: String) {
        if *self.aliases.last().unwrap_or(&self.id) != text {
            self.aliases.push(text);
        }
    }
}

/// What was seen with an address.
#[derive(Default)]
struct Claims<'a> {
    networks: BTreeSet<&'a str>,
    names: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Names;

    fn sighting(instance: &str, interface: &str, address: &str, network: &str) -> Sighting {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        Sighting {
            instance: some(instance),
            interface: some(interface),
            address: address.parse().ok(),
            network: some(network),
        }
    }

    fn seen(sightings: &[&Sighting]) -> Names {
        let mut names = Names::default();
        sightings.iter().for_each(|sighting| names.see(sighting));
        names
    }

    #[test]
    fn an_instance_an_interface_and_an_address_are_one() {
        let dns = sighting("i-0abc", "", "10.0.0.4", "vpc-0abc");
        let flow = sighting("", "eni-0abc", "10.0.0.4", "");
        let names = seen(&[&dns, &flow]);
        let resolved = names.resolve();
        let named =
            Named { id: "i-0abc".into(), aliases: vec!["eni-0abc".into(), "10.0.0.4".into()] };
        assert_eq!(resolved.resource(&dns), Some(&named));
        assert_eq!(resolved.resource(&flow), Some(&named));
    }

    #[test]
    fn a_host_name_is_the_azure_machine_of_that_name_where_there_is_one_such() {
        let id = |group: &str| {
            format!(
                "/subscriptions/0/resourcegroups/{group}/providers/microsoft.compute/virtualmachines/vm-1"
            )
        };
        let sensor = sighting("VM-1.corp.example", "", "10.0.0.4", "");
        let metric = sighting(&id("g"), "", "", "");
        let card = sighting("", "00224800000a", "10.0.0.4", "");
        let names = seen(&[&sensor, &metric, &card]);
        let resolved = names.resolve();
        assert_eq!(resolved.id(&sensor), resolved.id(&metric));
        assert_eq!(resolved.id(&card), resolved.id(&metric));
        let other = sighting(&id("h"), "", "", "");
        let names = seen(&[&sensor, &metric, &other]);
        let resolved = names.resolve();
        assert_ne!(resolved.id(&sensor), resolved.id(&metric), "two are called vm-1");
        let disk = sighting("/subscriptions/0/providers/microsoft.compute/disks/vm-1", "", "", "");
        let names = seen(&[&sensor, &disk]);
        assert_ne!(names.resolve().id(&sensor), names.resolve().id(&disk));
    }

    #[test]
    fn an_address_given_out_twice_joins_nobody() {
        let one = sighting("i-0aaa", "", "10.0.0.4", "vpc-0abc");
        let other = sighting("i-0bbb", "", "10.0.0.4", "vpc-0abc");
        let names = seen(&[&one, &other]);
        let resolved = names.resolve();
        assert_ne!(resolved.id(&one), resolved.id(&other));
    }

    #[test]
    fn one_address_in_two_networks_joins_nobody() {
        let one = sighting("", "eni-0aaa", "10.0.0.4", "vpc-0aaa");
        let other = sighting("i-0bbb", "", "10.0.0.4", "vpc-0bbb");
        let names = seen(&[&one, &other]);
        let resolved = names.resolve();
        assert_ne!(resolved.id(&one), resolved.id(&other));
    }
}
