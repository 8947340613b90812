//! Which names mean one resource: an instance, its interface and its address, seen together.
//!
//! Sightings are a set, so that they join in any order. Which of them are one resource is decided
//! when a case is made: an instance id or interface id means itself; an address joins two of them
//! only while nothing else in the account claims it, because clouds give addresses out again.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use serde::{Deserialize, Serialize};

use crate::{event::Resource, id::Provider};

/// The longest name that is kept; ARM ids reach a few hundred bytes.
const NAME_BYTES_MAX: usize = 1024;

/// Sightings kept for one account; the account's largest fleets have some tens of thousands.
const SIGHTINGS_MAX: usize = 200_000;

/// The names under which one record knows a resource, owned.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Sighting {
    /// The machine.
    pub instance: Option<String>,
    /// The interface.
    pub interface: Option<String>,
    /// The address.
    pub address: Option<IpAddr>,
    /// The network in which the address means something.
    pub network: Option<String>,
}

impl Sighting {
    /// The names of `resource`, in the case in which its cloud compares them.
    #[must_use]
    pub fn of(provider: Provider, resource: &Resource<'_>) -> Self {
        let name = |text: Option<&str>| {
            let text = without_controls(text?);
            let text = crate::text::truncated(text.trim(), NAME_BYTES_MAX);
            let text =
                if provider == Provider::Azure { text.to_lowercase() } else { text.to_string() };
            (!text.is_empty()).then_some(text)
        };
        Self {
            instance: name(resource.instance),
            interface: name(resource.interface),
            address: resource.address.filter(|address| !address.is_unspecified()),
            network: name(resource.network),
        }
    }

    /// Whether it names nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.instance.is_none() && self.interface.is_none() && self.address.is_none()
    }

    /// The best name: instance, else interface, else address.
    #[must_use]
    pub fn best(&self) -> Option<String> {
        self.instance
            .clone()
            .or_else(|| self.interface.clone())
            .or_else(|| self.address.map(|address| address.to_string()))
    }
}

/// A text without control letters, which is nearly always the text itself.
fn without_controls(text: &str) -> Cow<'_, str> {
    // U+0080 to U+009F begin with 0xC2.
    let may_hold = text.bytes().any(|byte| byte.is_ascii_control() || byte == 0xc2);
    if may_hold {
        return text.chars().filter(|letter| !letter.is_control()).collect::<String>().into();
    }
    text.into()
}

/// Every sighting in an account, and which interfaces only pass others' traffic on.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Names {
    sightings: BTreeSet<Sighting>,
    /// A device and the address of a machine whose traffic it passed on.
    transit: BTreeSet<(String, IpAddr)>,
}

impl Names {
    /// Notes that these names were seen together.
    pub fn see(&mut self, sighting: &Sighting) {
        if !sighting.is_empty() && !self.sightings.contains(sighting) {
            self.sightings.insert(sighting.clone());
            self.trim();
        }
    }

    /// Notes that `device` passes on the traffic of the machine at `inner`.
    pub fn see_transit(&mut self, device: &str, inner: IpAddr) {
        self.transit.insert((device.to_string(), inner));
        self.trim();
    }

    /// Whether `device` is known to pass others' traffic on.
    #[must_use]
    pub fn is_transit(&self, device: &str) -> bool {
        self.transit.iter().any(|(known, _)| known == device)
    }

    /// The devices that were seen passing on the traffic of this resource.
    #[must_use]
    pub fn transit_of(&self, resource: &Sighting) -> Vec<String> {
        let inner = |(_, inner): &&(String, IpAddr)| Some(*inner) == resource.address;
        self.transit.iter().filter(inner).map(|(device, _)| device.clone()).collect()
    }

    /// Joins two accounts' worth of names.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.sightings.extend(other.sightings);
        self.transit.extend(other.transit);
        self.trim();
        self
    }

    /// Keeps the smallest: the same ones in any order of arrival.
    fn trim(&mut self) {
        while self.sightings.len() > SIGHTINGS_MAX {
            self.sightings.pop_last();
        }
        while self.transit.len() > SIGHTINGS_MAX {
            self.transit.pop_last();
        }
    }

    /// Decides which names mean one resource.
    #[must_use]
    pub fn resolve(&self) -> Resolved {
        let mut joiner = Joiner::default();
        for sighting in &self.sightings {
            joiner.link_ids(sighting);
        }
        joiner.link_addresses(&self.sightings);
        joiner.finish(&self.sightings)
    }
}

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
pub struct Resolved {
    by_sighting: BTreeMap<Sighting, usize>,
    resources: Vec<Named>,
}

impl Resolved {
    /// The resource that a sighting means.
    #[must_use]
    pub fn resource(&self, sighting: &Sighting) -> Option<&Named> {
        self.resources.get(*self.by_sighting.get(sighting)?)
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

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Name {
    Instance(String),
    Interface(String),
    Address(IpAddr, Option<String>),
}

impl Name {
    fn all_of(sighting: &Sighting) -> impl Iterator<Item = Self> + '_ {
        let address = |address| Self::Address(address, sighting.network.clone());
        let instance = sighting.instance.clone().map(Self::Instance);
        let interface = sighting.interface.clone().map(Self::Interface);
        instance.into_iter().chain(interface).chain(sighting.address.map(address))
    }

    const fn is_id(&self) -> bool {
        !matches!(self, Self::Address(..))
    }

    fn text(&self) -> String {
        match self {
            Self::Instance(text) | Self::Interface(text) => text.clone(),
            Self::Address(address, _) => address.to_string(),
        }
    }
}

/// Union-find over names.
#[derive(Default)]
struct Joiner {
    parents: BTreeMap<Name, Name>,
}

impl Joiner {
    fn root(&mut self, name: &Name) -> Name {
        let mut root = name.clone();
        while let Some(parent) = self.parents.get(&root).filter(|parent| **parent != root) {
            root = parent.clone();
        }
        self.parents.insert(name.clone(), root.clone());
        root
    }

    /// The smaller root wins, so that the result does not hang on the order.
    fn join(&mut self, one: &Name, other: &Name) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = if one < other { (one, other) } else { (other, one) };
        self.parents.insert(high, low);
    }

    fn link_ids(&mut self, sighting: &Sighting) {
        let names: Vec<Name> = Name::all_of(sighting).filter(Name::is_id).collect();
        for name in &names {
            self.root(name);
        }
        if let [one, other] = names.as_slice() {
            self.join(one, other);
        }
    }

    /// Joins an address with what claims it, when that is one resource.
    fn link_addresses(&mut self, sightings: &BTreeSet<Sighting>) {
        let mut claims: BTreeMap<IpAddr, Claims> = BTreeMap::new();
        for sighting in sightings {
            let Some(address) = sighting.address else { continue };
            let claim = claims.entry(address).or_default();
            claim.networks.extend(sighting.network.clone());
            claim.names.extend(Name::all_of(sighting));
        }
        for claim in claims.into_values() {
            let roots: BTreeSet<Name> = claim
                .names
                .iter()
                .filter(|name| name.is_id())
                .map(|name| self.root(name))
                .collect();
            if claim.is_one_resource(&roots) {
                let mut names = claim.names.iter();
                if let Some(first) = names.next() {
                    names.for_each(|name| self.join(first, name));
                }
            }
        }
    }

    fn finish(mut self, sightings: &BTreeSet<Sighting>) -> Resolved {
        let mut members: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        for name in sightings.iter().flat_map(Name::all_of) {
            members.entry(self.root(&name)).or_default().insert(name);
        }
        let mut resolved = Resolved::default();
        let mut index: BTreeMap<Name, usize> = BTreeMap::new();
        for (root, names) in members {
            let mut texts: Vec<String> = names.iter().map(Name::text).collect();
            texts.dedup();
            let id = texts.remove(0);
            index.insert(root, resolved.resources.len());
            resolved.resources.push(Named { id, aliases: texts });
        }
        for sighting in sightings {
            let first = Name::all_of(sighting).next().map(|name| self.root(&name));
            if let Some(at) = first.and_then(|root| index.get(&root)) {
                resolved.by_sighting.insert(sighting.clone(), *at);
            }
        }
        resolved
    }
}

#[derive(Default)]
struct Claims {
    networks: BTreeSet<String>,
    names: BTreeSet<Name>,
}

impl Claims {
    /// One network at most, and either one machine or nothing but the address itself.
    fn is_one_resource(&self, roots: &BTreeSet<Name>) -> bool {
        let instances = roots.iter().filter(|root| matches!(root, Name::Instance(_))).count();
        let interfaces = roots.len() - instances;
        self.networks.len() <= 1 && instances <= 1 && interfaces <= 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sighting(instance: &str, interface: &str, address: &str, network: &str) -> Sighting {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        Sighting {
            instance: some(instance),
            interface: some(interface),
            address: address.parse().ok(),
            network: some(network),
        }
    }

    fn resolve(sightings: &[Sighting]) -> Resolved {
        let mut names = Names::default();
        sightings.iter().for_each(|sighting| names.see(sighting));
        names.resolve()
    }

    #[test]
    fn an_instance_an_interface_and_an_address_are_one() {
        let dns = sighting("i-0abc", "", "10.0.0.4", "vpc-0abc");
        let flow = sighting("", "eni-0abc", "10.0.0.4", "");
        let resolved = resolve(&[dns.clone(), flow.clone()]);
        let named =
            Named { id: "i-0abc".into(), aliases: vec!["eni-0abc".into(), "10.0.0.4".into()] };
        assert_eq!(resolved.resource(&dns), Some(&named));
        assert_eq!(resolved.resource(&flow), Some(&named));
    }

    #[test]
    fn an_address_given_out_twice_joins_nobody() {
        let one = sighting("i-0aaa", "", "10.0.0.4", "vpc-0abc");
        let other = sighting("i-0bbb", "", "10.0.0.4", "vpc-0abc");
        let resolved = resolve(&[one.clone(), other.clone()]);
        assert_ne!(resolved.id(&one), resolved.id(&other));
    }

    #[test]
    fn one_address_in_two_networks_joins_nobody() {
        let one = sighting("", "eni-0aaa", "10.0.0.4", "vpc-0aaa");
        let other = sighting("i-0bbb", "", "10.0.0.4", "vpc-0bbb");
        let resolved = resolve(&[one.clone(), other.clone()]);
        assert_ne!(resolved.id(&one), resolved.id(&other));
    }
}
