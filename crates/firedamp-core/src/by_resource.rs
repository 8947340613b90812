//! What is kept of each resource of an account: of so many resources, in any order of arrival, and of
//! those with something serious before all others. Pods and functions have a new name every minute.

use serde::{Deserialize, Serialize};

use crate::{
    names::Sighting,
    sketch::{self, Sample},
};

/// Resources kept of one account.
const RESOURCES_MAX: usize = 20_000;

/// At most `MAX` entries of `V` of each resource.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct ByResource<V, const MAX: usize>(Sample<Of<V, MAX>, RESOURCES_MAX>);

/// What is kept of one resource; what is serious and what is not stand apart.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Of<V, const MAX: usize> {
    resource: Sighting,
    kept: Sample<V, MAX>,
}

impl<V, const MAX: usize> Default for ByResource<V, MAX> {
    fn default() -> Self {
        Self(Sample::default())
    }
}

impl<V, const MAX: usize> ByResource<V, MAX> {
    /// What is kept of a resource; `None` when there are too many and it is not among them.
    pub(crate) fn entry(
        &mut self,
        resource: &Sighting,
        is_serious: bool,
    ) -> Option<&mut Sample<V, MAX>> {
        let hash = sketch::hash(resource) >> 1 | u64::from(!is_serious) << 63;
        let new = || Of { resource: resource.clone(), kept: Sample::default() };
        self.0.entry(hash, new).map(|of| &mut of.kept)
    }

    /// Joins what two parts of the input say.
    pub(crate) fn merge(self, other: Self, join: impl Fn(V, V) -> V) -> Self {
        let joined = |one: Of<V, MAX>, other: Of<V, MAX>| Of {
            resource: one.resource,
            kept: one.kept.merge(other.kept, &join),
        };
        Self(self.0.merge(other.0, joined))
    }

    /// The resources and what is kept of them, by hash; one resource may come twice.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Sighting, &Sample<V, MAX>)> {
        self.0.values().map(|of| (&of.resource, &of.kept))
    }

    /// Everything kept, to be changed in place.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.values_mut().flat_map(|of| of.kept.values_mut())
    }

    /// Whether there were more resources.
    pub(crate) const fn is_approximate(&self) -> bool {
        self.0.is_approximate()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{event::Resource, id::Provider};

    fn sighting(number: usize) -> Sighting {
        let name = format!("pod-{number}");
        Sighting::of(Provider::Aws, &Resource { instance: Some(&name), ..Resource::default() })
    }

    fn filled(numbers: impl Iterator<Item = usize>) -> ByResource<usize, 4> {
        let mut all = ByResource::default();
        for number in numbers {
            if let Some(kept) = all.entry(&sighting(number), number == 7) {
                let _admitted = kept.entry(number as u64, || number);
            }
        }
        all
    }

    #[test]
    fn a_flood_of_names_has_an_end_and_washes_nothing_serious_away() {
        let all = filled(0..RESOURCES_MAX + 500);
        assert!(all.is_approximate());
        assert_eq!(all.iter().count(), RESOURCES_MAX);
        assert!(all.iter().any(|(resource, _)| *resource == sighting(7)));
        let halves = filled(9000..RESOURCES_MAX + 500).merge(filled(0..11_000), |one, _| one);
        assert!(halves == all);
    }
}
