//! Who asked for which listed name, and what the answers were: the facts that link a name to the
//! flows that follow.

use std::{collections::BTreeMap, net::IpAddr};

use serde::{Deserialize, Serialize};

use crate::{
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

/// Distinct questions counted exactly.
const QUESTIONS_MAX: usize = 256;

/// Every question of an account for a listed name, by client and by the listed name.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Lookups {
    by_client: BTreeMap<Sighting, BTreeMap<String, Lookup>>,
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

    fn merge(self, other: Self) -> Self {
        let join = |one: (IpAddr, Span), other: (IpAddr, Span)| (one.0, one.1.joined(other.1));
        Self {
            span: self.span.joined(other.span),
            queried: self.queried.min(other.queried),
            answered: self.answered | other.answered,
            blocked: self.blocked | other.blocked,
            only_as_alias: self.only_as_alias & other.only_as_alias,
            first: self.first.min(other.first),
            questions: self.questions.merge(other.questions, |(), ()| ()),
            addresses: self.addresses.merge(other.addresses, join),
        }
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
        let by_name = self.by_client.entry(client).or_default();
        let merged = match by_name.remove(listed.as_str()) {
            Some(known) => known.merge(lookup),
            None => lookup,
        };
        by_name.insert(listed.as_str().to_string(), merged);
        true
    }

    /// Joins two accounts' worth of lookups.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (client, lookups) in other.by_client {
            let own = self.by_client.entry(client).or_default();
            for (name, lookup) in lookups {
                let merged = match own.remove(&name) {
                    Some(known) => known.merge(lookup),
                    None => lookup,
                };
                own.insert(name, merged);
            }
        }
        self
    }

    /// Names the object that was being read.
    pub fn seal(&mut self, object: ObjectId) {
        let lookups = self.by_client.values_mut().flat_map(BTreeMap::values_mut);
        lookups.for_each(|lookup| lookup.first.1.seal(object));
    }

    /// Every lookup: client, listed name, facts.
    pub fn iter(&self) -> impl Iterator<Item = (&Sighting, &str, &Lookup)> {
        self.by_client.iter().flat_map(|(client, lookups)| {
            lookups.iter().map(move |(name, lookup)| (client, name.as_str(), lookup))
        })
    }

    /// Every address that a listed name was resolved to.
    pub fn answers(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.iter()
            .flat_map(|(_, _, lookup)| lookup.addresses.values())
            .map(|(address, _)| *address)
    }

    /// The lookups that were answered with `address`: client, listed name, when it was answered so.
    pub fn leading_to(&self, address: IpAddr) -> impl Iterator<Item = (&Sighting, &str, Span)> {
        self.iter().filter_map(move |(client, name, lookup)| {
            let answer = lookup.addresses.values().find(|(answer, _)| *answer == address)?;
            Some((client, name, answer.1))
        })
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
