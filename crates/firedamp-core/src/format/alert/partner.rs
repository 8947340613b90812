//! What Partner Center and Graph tell alike, in keys of other cases.

use super::{addresses, by_address, kind_by_name, texts};
use crate::{
    event::{AlertKind, AlertState, Level, Resource},
    id::{AccountRef, Provider},
    json::fields::Fields,
    net::Domain,
};

pub(in crate::format) fn account<'a>(event: Fields<'a>) -> AccountRef<'a> {
    AccountRef::new(Provider::Azure, event.text("subscriptionId").unwrap_or_default())
}

pub(in crate::format) fn confidence(event: Fields<'_>) -> Level {
    event.text("confidenceLevel").and_then(Level::parse).unwrap_or(Level::High)
}

/// What the kinds of both interfaces say; new ones are added with little notice.
pub(in crate::format) fn kind(type_name: &str) -> AlertKind {
    if type_name.to_ascii_lowercase().contains("anomal") {
        AlertKind::ComputeAnomaly
    } else {
        kind_by_name(type_name)
    }
}

/// Closed as legitimate or to be ignored; fraud stays what it is.
pub(in crate::format) fn state(event: Fields<'_>, status: &str) -> AlertState {
    let is = |path, value: &str| {
        event.text(path).is_some_and(|text| text.eq_ignore_ascii_case(value))
    };
    let dismissed = is("resolvedReason", "ignore") || is("resolvedReason", "legitimate");
    if is(status, "resolved") && dismissed { AlertState::Dismissed } else { AlertState::Open }
}

/// What `additionalDetails` tells.
pub(in crate::format) struct Details<'a> {
    machines: Vec<String>,
    pub(in crate::format) pools: Vec<String>,
    pub(in crate::format) domain: Option<&'a str>,
}

impl<'a> Details<'a> {
    pub(in crate::format) fn of(event: Fields<'a>) -> Self {
        let details = event.at("additionalDetails");
        let list = |name| texts(details.and_then(|details| details.at(name)));
        let domain = details.and_then(|details| details.text("cryptoCurrencyMiningPoolDomainName"));
        Self {
            machines: list("vM_IP"),
            pools: list("miningPool_IP"),
            domain: domain.filter(|domain| Domain::parse(domain).is_some()),
        }
    }

    /// The resources that the alert names, then the addresses of its machines.
    pub(in crate::format) fn resources(&self, event: Fields<'a>, id: &str) -> Vec<Resource<'a>> {
        let named = event.elements("affectedResources").filter_map(|resource| resource.text(id));
        let named = named.map(|name| Resource { instance: Some(name), ..Resource::default() });
        named.chain(by_address(addresses(&self.machines))).collect()
    }
}
