//! Which names led to an address, and for whom: found once for all conversations of an account, so that
//! a flood of clients beside a flood of conversations is not looked through for each of them.

use std::{collections::BTreeMap, net::IpAddr};

use crate::{
    detector::Context,
    time::{Span, Time},
};

/// By address, and there by listed name.
pub(super) struct Answers<'a>(BTreeMap<IpAddr, BTreeMap<&'a str, Answer>>);

/// What a listed name was answered with.
struct Answer {
    /// Whoever asked, asked for its pages alone.
    only_pages: bool,
    /// When clients got it, each from the first time to the last.
    anybody: Spans,
    /// The same of each resource; nothing for clients of which no resource is known.
    by_resource: BTreeMap<Option<String>, Spans>,
}

/// Clients' spans by their begin. Beside each stands the one that ended last of those up to it: what
/// one client got long ago and another one later is not joined, since nobody had it in between.
#[derive(Default)]
struct Spans(Vec<(Time, Span)>);

/// A listed name that led to an address.
pub(super) struct Led<'a> {
    pub(super) name: &'a str,
    pub(super) span: Span,
    /// Whether the resource asked itself, or somebody of whom nothing is known.
    pub(super) same: bool,
    /// Nobody asked for more than the name's pages.
    pub(super) only_pages: bool,
}

impl Answer {
    fn new() -> Self {
        Self { only_pages: true, anybody: Spans::default(), by_resource: BTreeMap::new() }
    }
}

impl Spans {
    fn add(&mut self, span: Span) {
        self.0.push((span.first, span));
    }

    fn seal(&mut self) {
        self.0.sort_by_key(|(first, span)| (*first, span.last));
        let mut latest: Option<Span> = None;
        for (_, span) in &mut self.0 {
            let longer = latest.filter(|latest| latest.last >= span.last).unwrap_or(*span);
            *span = longer;
            latest = Some(longer);
        }
    }

    /// The latest that began by then, or the first of all.
    fn best(&self, by: Time) -> Option<Span> {
        let begun = self.0.partition_point(|(first, _)| *first <= by);
        self.0.get(begun.saturating_sub(1)).map(|(_, span)| *span)
    }
}

impl<'a> Answers<'a> {
    pub(super) fn of(context: &Context<'a>) -> Self {
        let mut all: BTreeMap<IpAddr, BTreeMap<&str, Answer>> = BTreeMap::new();
        for (client, name, lookup) in context.lookups.iter() {
            let resource = if client.is_empty() { None } else { context.resources.id(client) };
            for (address, span) in lookup.answered_with() {
                let answer =
                    all.entry(address).or_default().entry(name).or_insert_with(Answer::new);
                answer.only_pages &= lookup.only_pages;
                answer.anybody.add(span);
                answer.by_resource.entry(resource.clone()).or_default().add(span);
            }
        }
        for answer in all.values_mut().flat_map(BTreeMap::values_mut) {
            answer.anybody.seal();
            answer.by_resource.values_mut().for_each(Spans::seal);
        }
        Self(all)
    }

    /// The names that led to `address` by a time: for this resource itself, and for anybody.
    pub(super) fn leading_to(
        &self,
        address: IpAddr,
        by: Time,
        resource: Option<&String>,
    ) -> impl Iterator<Item = Led<'a>> {
        let names = self.0.get(&address).into_iter().flatten();
        names.flat_map(move |(name, answer)| {
            let of = |who: &Option<String>| answer.by_resource.get(who)?.best(by);
            let own = resource.and_then(|own| of(&Some(own.clone())));
            let only_pages = answer.only_pages;
            let led = move |span, same| Led { name, span, same, only_pages };
            let own = own.into_iter().chain(of(&None)).map(move |span| led(span, true));
            own.chain(answer.anybody.best(by).map(|span| led(span, false)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_SECONDS: i64 = 86_400;

    #[test]
    fn what_clients_got_on_other_days_is_not_joined() {
        let day = |day: i64| Time::from_seconds(day * DAY_SECONDS);
        let of = |spans: &[(i64, i64)], by: i64| {
            let mut all = Spans::default();
            spans.iter().for_each(|(first, last)| all.add(Span::between(day(*first), day(*last))));
            all.seal();
            all.best(day(by)).map(|span| (span.first, span.last))
        };
        let span = |first: i64, last: i64| Some((day(first), day(last)));
        assert_eq!(of(&[(5, 5), (1, 1)], 3), span(1, 1), "long ago, and not yet");
        assert_eq!(of(&[(1, 4), (2, 2)], 3), span(1, 4), "the one that lasted");
        assert_eq!(of(&[(2, 2), (1, 1)], 3), span(2, 2), "the latest before");
        assert_eq!(of(&[(5, 6), (4, 9)], 3), span(4, 9), "all are late: the first");
        assert_eq!(of(&[], 3), None);
    }
}
