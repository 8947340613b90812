//! How a subscription is paid for, how old it is and where it is: what a sentence of the terms may
//! hang on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{standing::Fact, time::Time};

/// What a sentence of the terms may hang on: how a subscription is paid for, and where it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// It is in a region that China's law governs.
    China,
    /// Credits pay for it.
    Credits,
    /// It uses what is free.
    FreeTier,
    /// It is a trial, a pass or a sponsorship.
    Trial,
}

impl Offer {
    /// The offer with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        match id {
            "china" => Some(Self::China),
            "credits" => Some(Self::Credits),
            "free_tier" => Some(Self::FreeTier),
            "trial" => Some(Self::Trial),
            _ => None,
        }
    }
}

/// What sources say of how a subscription is paid for and where it is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Offers {
    /// What is so.
    pub is: BTreeSet<Offer>,
    /// What is not so.
    pub is_not: BTreeSet<Offer>,
    /// When it was made, as exports say.
    pub created: Option<Time>,
}

impl Offers {
    /// What facts about standing say of an account.
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a Fact>, account: &str) -> Self {
        let mut offers = Self::default();
        for fact in facts {
            let is_of_it = fact.account.as_deref().is_none_or(|own| own == account);
            // A customer's age is not that of each of its subscriptions. Of two days the later one
            // counts: younger subscriptions come under new terms at once.
            if fact.part == "created" && fact.account.as_deref() == Some(account) {
                offers.created = offers.created.max(Time::parse(&fact.value));
            }
            let Some(offer) = Offer::from_id(&fact.part).filter(|_| is_of_it) else {
                continue;
            };
            match fact.value.as_str() {
                "yes" => offers.is.insert(offer),
                "no" => offers.is_not.insert(offer),
                _ => false,
            };
        }
        offers
    }

    /// Learns from regions, names of resources and endpoints that were seen where it is.
    pub fn note_places<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        if names.into_iter().any(is_in_china) {
            self.is.insert(Offer::China);
        }
    }
}

/// Whether a region, an ARN or an endpoint belongs to what AWS and Azure run in China.
fn is_in_china(name: &str) -> bool {
    const BEGINNINGS: [&str; 5] =
        ["cn-north-", "cn-northwest-", "chinaeast", "chinanorth", "arn:aws-cn:"];
    const ENDPOINTS: [&str; 4] =
        [".amazonaws.com.cn", ".chinacloudapi.cn", ".azure.cn", ".windowsazure.cn"];
    let name = name.to_ascii_lowercase().replace(' ', "");
    let host = name.split_once("://").map_or(&*name, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    BEGINNINGS.iter().any(|begin| name.starts_with(begin))
        || ENDPOINTS.iter().any(|end| host.ends_with(end))
}
