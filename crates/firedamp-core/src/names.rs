//! Which names mean one resource: an instance, its interface and its address, seen together.
//!
//! Sightings are a set, so that they join in any order. Which of them are one resource is decided
//! when a case is made: an instance id or interface id means itself; an address joins two of them
//! only while nothing else in the account claims it, because clouds give addresses out again.

use std::{borrow::Cow, collections::BTreeSet, net::IpAddr};

use serde::{Deserialize, Serialize};

pub use self::resolved::{Named, Resolved};
use crate::{
    event::{Flow, Resource, Side},
    id::Provider,
    net,
};

mod resolved;

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

    /// Whether it has a name that a cloud or a sensor gave it. An address alone is what whoever sends
    /// wrote down as his.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        self.instance.is_some() || self.interface.is_some()
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

/// The machine of a sensor that tells of its own connection, by name and by address.
pub(crate) fn of_sensor(flow: &Flow<'_>) -> Option<Sighting> {
    let own = flow.resource.address.unwrap_or(flow.source.address);
    let is_own = net::is_internal(own) && !own.is_loopback();
    let is_told = flow.initiator == Some(Side::Source) && flow.resource.instance.is_some();
    let machine = Resource { address: Some(own), ..flow.resource };
    (is_own && is_told).then(|| Sighting::of(flow.account.provider, &machine))
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
    /// There were more than are kept.
    shed: bool,
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
        self.shed |= other.shed;
        self.trim();
        self
    }

    /// Keeps the largest, the same ones in any order of arrival: bare addresses, which join nothing,
    /// are the smallest.
    fn trim(&mut self) {
        while self.sightings.len() > SIGHTINGS_MAX {
            self.sightings.pop_first();
            self.shed = true;
        }
        while self.transit.len() > SIGHTINGS_MAX {
            self.transit.pop_first();
            self.shed = true;
        }
    }

    /// Whether there were more names than are kept, so that some resources may stand apart under two.
    #[must_use]
    pub const fn is_approximate(&self) -> bool {
        self.shed
    }

    /// Decides which names mean one resource.
    #[must_use]
    pub fn resolve(&self) -> Resolved<'_> {
        Resolved::of(&self.sightings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_names_those_that_join_others_stay_and_it_is_told() {
        let bare = |number: u32| Sighting {
            address: Some(std::net::Ipv4Addr::from(0x0a00_0000 + number).into()),
            ..Sighting::default()
        };
        let joined = Sighting { interface: Some("eni-0abc".to_string()), ..bare(7) };
        let mut names = Names::default();
        names.see(&joined);
        for number in 0..u32::try_from(SIGHTINGS_MAX).expect("a few") - 1 {
            names.see(&bare(number));
        }
        assert!(!names.is_approximate());
        names.see(&bare(u32::MAX >> 8));
        assert!(names.is_approximate());
        assert!(names.sightings.contains(&joined));
    }
}
