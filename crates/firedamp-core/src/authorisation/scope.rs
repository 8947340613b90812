//! Whether a scope names what was seen: accounts, resources and paths, wallets, pools and all below them.

use std::collections::BTreeSet;

use super::{Dimension, Endpoint, Scope, Seen, Trace};
use crate::id::Provider;

/// Whether a scope names the account of what was seen.
pub(super) fn names_account(scope: &Scope, seen: &Seen) -> bool {
    let is_it = |account: &String| match seen.provider {
        Provider::Azure => account.eq_ignore_ascii_case(&seen.account),
        _ => *account == seen.account,
    };
    scope.accounts.is_empty() || scope.accounts.iter().any(is_it)
}

/// What of a scope a finding lies outside of, with what was seen.
pub(super) fn outside(
    scope: &Scope,
    trace: &Trace,
    provider: Provider,
) -> Option<(Dimension, String)> {
    if !scope.resources.is_empty() {
        if trace.is_of_account {
            return Some((Dimension::WholeAccount, trace.detector.clone()));
        }
        let is_named =
            |name: &String| scope.resources.iter().any(|own| is_below(name, own, provider));
        if let Some(part) = trace.parts.iter().find(|part| !part.iter().any(is_named)) {
            return Some((Dimension::Resource, part.first().cloned().unwrap_or_default()));
        }
        let mut names = std::iter::once(&trace.resource).chain(&trace.aliases);
        if trace.parts.is_empty() && !names.any(is_named) {
            return Some((Dimension::Resource, trace.resource.clone()));
        }
    }
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

/// Whether a name is `own` or a path below it, in the way in which the cloud compares.
fn is_below(name: &str, own: &str, provider: Provider) -> bool {
    let own = own.trim_end_matches('/');
    let Some((head, rest)) = name.split_at_checked(own.len()) else {
        return false;
    };
    let is_same = match provider {
        Provider::Azure => head.eq_ignore_ascii_case(own),
        _ => head == own,
    };
    is_same && !own.is_empty() && (rest.is_empty() || rest.starts_with('/'))
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
