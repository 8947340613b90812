//! Which names led to an address, and for whom: found once for all conversations of an account, so that
//! a flood of clients beside a flood of conversations is not looked through for each of them.

use std::{collections::BTreeMap, net::IpAddr};

use crate::{detector::Context, time::Span};

/// By address, and there by listed name.
pub(super) struct Answers<'a>(BTreeMap<IpAddr, BTreeMap<&'a str, Answer>>);

/// What a listed name was answered with.
struct Answer {
    /// When any client got it first, and last.
    anybody: Span,
    /// The same of each resource; nothing for clients of which no resource is known.
    by_resource: BTreeMap<Option<String>, Span>,
}

/// A listed name that led to an address.
pub(super) struct Led<'a> {
    pub(super) name: &'a str,
    pub(super) span: Span,
    /// Whether the resource asked itself, or somebody of whom nothing is known.
    pub(super) same: bool,
}

impl<'a> Answers<'a> {
    pub(super) fn of(context: &Context<'a>) -> Self {
        let mut all: BTreeMap<IpAddr, BTreeMap<&str, Answer>> = BTreeMap::new();
        for (client, name, lookup) in context.lookups.iter() {
            let resource = if client.is_empty() { None } else { context.resources.id(client) };
            for (address, span) in lookup.answered_with() {
                let named = all.entry(address).or_default();
                let answer = named
                    .entry(name)
                    .or_insert_with(|| Answer { anybody: span, by_resource: BTreeMap::new() });
                answer.anybody = answer.anybody.joined(span);
                let own = answer.by_resource.entry(resource.clone()).or_insert(span);
                *own = own.joined(span);
            }
        }
        Self(all)
    }

    /// The names that led to `address`: for this resource itself, and for anybody. Of others it
    /// matters alone who was first.
    pub(super) fn leading_to(
        &self,
        address: IpAddr,
        resource: Option<&String>,
    ) -> impl Iterator<Item = Led<'a>> {
        let names = self.0.get(&address).into_iter().flatten();
        names.flat_map(move |(name, answer)| {
            let of = |who: &Option<String>| answer.by_resource.get(who).copied();
            let own = resource.and_then(|own| of(&Some(own.clone())));
            let led = |span, same| Led { name: *name, span, same };
            let own = own.into_iter().chain(of(&None)).map(move |span| led(span, true));
            own.chain([led(answer.anybody, false)])
        })
    }
}
