//! Who asked for which listed name, and what the answers were: the facts that link a name to the
//! flows that follow.
//!
//! Of a flood of clients so many are kept, in any order of arrival, and those with a name before bare
//! addresses: whoever may send from addresses that are not his makes up those alone.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{
    by_resource::ByResource,
    event::{DnsOutcome, DnsQuery},
    id::{ObjectId, Place},
    indicator::{Indicator, IndicatorSet, Name},
    names::Sighting,
    net,
    sketch::{self, Sample},
    time::{Span, Time},
};

/// Answered addresses kept for one listed name and client: pools have some tens.
const ADDRESSES_MAX: usize = 256;

/// Listed names kept for one client; lists have some thousands.
const NAMES_MAX: usize = 4096;

/// Distinct questions counted exactly.
const QUESTIONS_MAX: usize = 256;

/// First labels of hosts that serve pages, and what pages ask.
const PAGE_LABELS: [&str; 8] = ["www", "api", "docs", "blog", "help", "support", "forum", "status"];

/// Every question of an account for a listed name, by client and by the listed name.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Lookups(ByResource<Asked, NAMES_MAX>);

/// A listed name that a client asked for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Asked {
    listed: String,
    lookup: Lookup,
}

impl Asked {
    fn merge(mut self, other: Self) -> Self {
        self.lookup.join(other.lookup);
        self
    }
}

/// One client's questions for one listed name and the names under it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Lookup {
    /// First and last question.
    pub span: Span,
    /// A name that was asked for, as it was asked (the first in order, of several).
    pub queried: String,
    /// Some question was answered.
    pub answered: bool,
    /// Some question was stopped by a DNS firewall.
    pub blocked: bool,
    /// The name was not asked for but was an alias (CNAME) of what was asked for.
    pub only_as_alias: bool,
    /// Every name that was asked for is one of pages and their interfaces (`www.`, `api.`).
    pub only_pages: bool,
    /// The first question's record.
    pub first: (Time, Place),
    questions: Sample<(), QUESTIONS_MAX>,
    addresses: Sample<(IpAddr, Span), ADDRESSES_MAX>,
}

impl Lookup {
    /// How many distinct questions; an estimate above 256.
    #[must_use]
    pub fn question_count(&self) -> u64 {
        (self.questions.values().count() as f64 * self.questions.scale()).round() as u64
    }

    /// Whether the counts are estimates.
    #[must_use]
    pub const fn is_approximate(&self) -> bool {
        self.questions.is_approximate() || self.addresses.is_approximate()
    }

    /// The addresses that it was answered with, and when.
    pub fn answered_with(&self) -> impl Iterator<Item = (IpAddr, Span)> + '_ {
        self.addresses.values().copied()
    }

    fn join(&mut self, other: Self) {
        let join = |one: (IpAddr, Span), other: (IpAddr, Span)| (one.0, one.1.joined(other.1));
        self.span = self.span.joined(other.span);
        self.queried = std::mem::take(&mut self.queried).min(other.queried);
        self.answered |= other.answered;
        self.blocked |= other.blocked;
        self.only_as_alias &= other.only_as_alias;
        self.only_pages &= other.only_pages;
        self.first = self.first.min(other.first);
        self.questions = std::mem::take(&mut self.questions).merge(other.questions, |(), ()| ());
        self.addresses = std::mem::take(&mut self.addresses).merge(other.addresses, join);
    }
}

impl Lookups {
    /// Notes a question, if it or its answer names a listed domain; false when neither does.
    pub fn observe(
        &mut self,
        query: &DnsQuery<'_>,
        place: Place,
        indicators: &IndicatorSet,
    ) -> bool {
        let asked = indicators.domain_text(query.name);
        let row =
            asked.or_else(|| query.aliases.iter().find_map(|alias| indicators.domain_text(alias)));
        let Some(Indicator { name: Name::Domain(listed), .. }) = row else {
            return false;
        };
        let client = Sighting::of(query.account.provider, &query.client);
        let lookup = single(query, place, asked.is_none());
        if let Some(names) = self.0.entry(&client, client.is_named()) {
            let new = || Asked { listed: listed.as_str().to_string(), lookup: lookup.clone() };
            if let Some(known) = names.entry(sketch::hash(&listed.as_str()), new) {
                known.lookup.join(lookup);
            }
        }
        true
    }

    /// Joins two accounts' worth of lookups.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self(self.0.merge(other.0, Asked::merge))
    }

    /// Names the object that was being read.
    pub fn seal(&mut self, object: ObjectId) {
        self.0.values_mut().for_each(|asked| asked.lookup.first.1.seal(object));
    }

    /// Whether more clients asked than are kept, or one for more names.
    #[must_use]
    pub fn is_approximate(&self) -> bool {
        self.0.is_approximate() || self.0.iter().any(|(_, names)| names.is_approximate())
    }

    /// Every lookup: client, listed name, facts; by client and name.
    pub fn iter(&self) -> impl Iterator<Item = (&Sighting, &str, &Lookup)> {
        let mut all: Vec<_> = self.all().collect();
        all.sort_unstable_by_key(|(client, name, _)| (*client, *name));
        all.into_iter()
    }

    fn all(&self) -> impl Iterator<Item = (&Sighting, &str, &Lookup)> {
        self.0.iter().flat_map(|(client, names)| {
            names.values().map(move |asked| (client, asked.listed.as_str(), &asked.lookup))
        })
    }

    /// Every address that a listed name was resolved to.
    pub fn answers(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.all().flat_map(|(_, _, lookup)| lookup.addresses.values()).map(|(address, _)| *address)
    }
}

fn single(query: &DnsQuery<'_>, place: Place, only_as_alias: bool) -> Lookup {
    let span = Span::at(query.time);
    let answered = query.outcome == DnsOutcome::Answered;
    let mut lookup = Lookup {
        span,
        queried: crate::text::printable(query.name.trim_end_matches('.')).to_lowercase(),
        answered,
        blocked: query.outcome == DnsOutcome::Blocked,
        only_as_alias,
        only_pages: is_of_pages(query.name),
        first: (query.time, place),
        questions: Sample::default(),
        addresses: Sample::default(),
    };
    let _question = lookup.questions.entry(sketch::hash(&(query.time, query.name)), || ());
    // A DNS firewall answers with a sinkhole, often an internal address: no pool is there.
    let real = |address: &&IpAddr| !net::is_internal(**address) && !address.is_unspecified();
    for address in query.addresses.iter().filter(real).filter(|_| answered) {
        let _answer = lookup.addresses.entry(sketch::hash(address), || (*address, span));
    }
    lookup
}

/// Whether a host serves pages or their interface by its first label. Of a name that is a pool's own, such a
/// host is no miner's server.
fn is_of_pages(name: &str) -> bool {
    let label = name.split('.').next().unwrap_or_default();
    PAGE_LABELS.iter().any(|pages| label.eq_ignore_ascii_case(pages))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::{
        event::Resource,
        id::{AccountRef, Provider},
    };

    const CLIENTS: u32 = 21_000;

    fn indicators() -> IndicatorSet {
        let mut indicators = IndicatorSet::empty();
        let list = "indicator,tier,freshness,flags\npool.example,A,fresh,\n";
        indicators.layer(crate::indicator::import(list).expect("a list").indicators);
        indicators
    }

    /// Questions from addresses that are not the sender's, around one from a machine with a name.
    fn flood(numbers: impl Iterator<Item = u32>) -> Lookups {
        let (mut lookups, indicators) = (Lookups::default(), indicators());
        for number in numbers {
            let address = Ipv4Addr::from(0x0a00_0000 + number);
            let instance = (number == 7).then_some("i-0abc");
            let query = DnsQuery {
                account: AccountRef::new(Provider::Aws, "111122223333"),
                client: Resource { instance, address: Some(address.into()), ..Resource::default() },
                time: Time::from_seconds(1_772_359_200 + i64::from(number)),
                name: "eu.pool.example.",
                outcome: DnsOutcome::Answered,
                addresses: &[IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9))],
                aliases: &[],
            };
            assert!(lookups.observe(&query, Place::here(u64::from(number)), &indicators));
        }
        lookups
    }

    #[test]
    fn clients_that_anybody_can_make_up_crowd_out_no_machine() {
        let all = flood(0..CLIENTS);
        assert!(all.is_approximate());
        assert!(all.iter().count() < CLIENTS as usize);
        let is_machine = |client: &Sighting| client.instance.as_deref() == Some("i-0abc");
        assert!(all.iter().any(|(client, ..)| is_machine(client)));
        assert_eq!(flood((0..CLIENTS).rev()), all, "in any order");
        let halves = flood(9_000..CLIENTS).merge(flood(0..12_000));
        assert_eq!(halves.clone().merge(all.clone()), all, "in any parts, any number of times");
        assert_eq!(halves, all);
    }
}
