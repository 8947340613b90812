//! Whether a scope names what was seen: accounts, resources and paths, wallets, pools and all below them.

use std::{borrow::Cow, collections::BTreeSet};

use super::{Authorisation, Dimension, Endpoint, Scope, Seen, Trace};
use crate::id::Provider;

/// Whether a scope names the account of what was seen.
pub(super) fn names_account(scope: &Scope, seen: &Seen) -> bool {
    let is_it = |account: &String| match seen.provider {
        Provider::Azure => account.eq_ignore_ascii_case(&seen.account),
        _ => *account == seen.account,
    };
    scope.accounts.is_empty() || scope.accounts.iter().any(is_it)
}

/// A name as its cloud compares it.
fn folded(name: &str, provider: Provider) -> Cow<'_, str> {
    match provider {
        Provider::Azure => Cow::Owned(name.to_ascii_lowercase()),
        _ => Cow::Borrowed(name),
    }
}

/// An authorisation with the resources that it names in order, since every finding asks for them.
pub(super) struct Reach<'a> {
    pub(super) one: &'a Authorisation,
    resources: Vec<Cow<'a, str>>,
}

impl<'a> Reach<'a> {
    pub(super) fn of(one: &'a Authorisation, provider: Provider) -> Self {
        let named = one.scope.resources.iter().map(|own| own.trim_end_matches('/'));
        let named = named.filter(|own| !own.is_empty());
        let mut resources: Vec<_> = named.map(|own| folded(own, provider)).collect();
        resources.sort_unstable();
        Self { one, resources }
    }

    /// Whether a name is one of its resources, or a path below one.
    fn names(&self, name: &str) -> bool {
        let ends = name.match_indices('/').map(|(at, _)| at);
        let mut above = ends.chain([name.len()]).filter_map(|end| name.get(..end));
        above.any(|path| self.resources.binary_search_by(|own| (**own).cmp(path)).is_ok())
    }

    /// What of its scope a finding lies outside of, with what was seen.
    pub(super) fn outside(&self, trace: &Trace, named: &Named<'_>) -> Option<(Dimension, String)> {
        let scope = &self.one.scope;
        match scope.resources.is_empty() {
            true => None,
            false => self.outside_of_resources(trace, named),
        }
        .or_else(|| outside_of_payment(scope, trace))
    }

    fn outside_of_resources(
        &self,
        trace: &Trace,
        named: &Named<'_>,
    ) -> Option<(Dimension, String)> {
        if trace.is_of_account {
            return Some((Dimension::WholeAccount, trace.detector.clone()));
        }
        let names = |all: &[Cow<'_, str>]| all.iter().any(|name| self.names(name));
        if let Some(at) = named.parts.iter().position(|part| !names(part)) {
            let part = trace.parts.get(at).and_then(BTreeSet::first);
            return Some((Dimension::Resource, part.cloned().unwrap_or_default()));
        }
        let is_outside = named.parts.is_empty() && !names(&named.whole);
        is_outside.then(|| (Dimension::Resource, trace.resource.clone()))
    }
}

/// What a finding is about, by all its names as their cloud compares them.
pub(super) struct Named<'a> {
    whole: Vec<Cow<'a, str>>,
    parts: Vec<Vec<Cow<'a, str>>>,
}

impl<'a> Named<'a> {
    pub(super) fn of(trace: &'a Trace, provider: Provider) -> Self {
        let own = std::iter::once(&trace.resource).chain(&trace.aliases);
        let part = |names: &'a BTreeSet<String>| {
            names.iter().map(|name| folded(name, provider)).collect::<Vec<_>>()
        };
        Self {
            whole: own.map(|name| folded(name, provider)).collect(),
            parts: trace.parts.iter().map(part).collect(),
        }
    }
}

/// What of the wallets and pools of a scope a finding lies outside of.
fn outside_of_payment(scope: &Scope, trace: &Trace) -> Option<(Dimension, String)> {
    let is_paid = |wallet: &&String| !scope.wallets.contains(*wallet);
    if !scope.wallets.is_empty()
        && let Some(wallet) = trace.wallets.iter().find(is_paid)
    {
        return Some((Dimension::Wallet, wallet.clone()));
    }
    let is_foreign = |endpoint: &&Endpoint| !is_named(endpoint, &scope.pools);
    if !scope.pools.is_empty()
        && let Some(endpoint) = trace.endpoints.iter().find(is_foreign)
    {
        return Some((Dimension::Pool, endpoint.shown()));
    }
    None
}

/// Whether one of an endpoint's names is one of the pools', or below one, label by label.
fn is_named(endpoint: &Endpoint, pools: &BTreeSet<String>) -> bool {
    endpoint.0.iter().any(|name| pools.iter().any(|pool| is_of_pool(name, pool)))
}

fn is_of_pool(name: &str, pool: &str) -> bool {
    let (name, pool) = (name.trim_end_matches('.'), pool.trim_end_matches('.'));
    let Some(above) = name.len().checked_sub(pool.len()) else {
        return false;
    };
    let Some((rest, tail)) = name.split_at_checked(above) else {
        return false;
    };
    let is_label = rest.is_empty() || (rest.ends_with('.') && pool.contains('.'));
    !pool.is_empty() && tail.eq_ignore_ascii_case(pool) && is_label
}

impl Endpoint {
    /// The name that says most to people: one with a letter before an address.
    fn shown(&self) -> String {
        let has_letter = |name: &&String| name.contains(|c: char| c.is_alphabetic());
        let name = self.0.iter().filter(has_letter).max_by_key(|name| name.len());
        name.or_else(|| self.0.first()).cloned().unwrap_or_default()
    }
}
