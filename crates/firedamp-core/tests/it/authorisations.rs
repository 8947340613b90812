//! The laws of authorisations, for any of them and any case: no order counts, what is taken away only
//! takes away, and what was seen stays judged as it was.

use std::collections::BTreeSet;

use firedamp_core::{
    authorisation::{
        Authorisation, Covers, Endpoint, Limits, Purpose, Scope, Seen, Trace, Verdict, judge,
    },
    case::Grade,
    id::Provider,
    policy::Rule,
    time::{Span, Time},
};
use proptest::prelude::*;

const HOUR: i64 = 3600;

fn at(hour: i64) -> Time {
    Time::from_seconds(1_772_323_200 + hour * HOUR)
}

fn some_of(names: &'static [&'static str]) -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set(prop::sample::select(names).prop_map(str::to_string), 0..3)
}

prop_compose! {
    fn trace()(
        resource in prop::sample::select(&["i-1", "i-2", "i-3"][..]),
        is_of_account in prop::bool::weighted(0.1),
        first in 0_i64..100,
        hours in 0_i64..30,
        pools in some_of(&["pool.example", "eu.pool.example", "other.example"]),
        wallets in some_of(&["wallet-a", "wallet-b"]),
        regions in some_of(&["here", "there"]),
    ) -> Trace {
        Trace {
            detector: "pool_contact".to_string(),
            resource: resource.to_string(),
            is_of_account,
            aliases: BTreeSet::new(),
            parts: Vec::new(),
            span: Span::between(at(first), at(first + hours)),
            grain_seconds: 0,
            endpoints: pools.into_iter().map(|pool| Endpoint([pool].into())).collect(),
            wallets,
            regions,
            run_seconds: None,
        }
    }
}

prop_compose! {
    fn seen()(
        traces in prop::collection::vec(trace(), 0..5),
        usd_per_day in prop::option::of(0.0..100.0),
    ) -> Seen {
        Seen {
            account: "aws:111122223333".to_string(),
            provider: Provider::Aws,
            created: None,
            probability: 0.95,
            severity: Grade::Low,
            is_active: true,
            first_observed: at(0),
            last_observed: at(130),
            usd_per_day,
            traces,
            is_cut: false,
        }
    }
}

prop_compose! {
    fn authorisation()(
        number in 1_i64..100,
        resources in some_of(&["i-1", "i-2", "i-3"]),
        pools in some_of(&["pool.example", "other.example"]),
        wallets in some_of(&["wallet-a", "wallet-b"]),
        regions in some_of(&["here", "there"]),
        usd_per_day in prop::option::of(0.0..100.0),
        start in 0_i64..60,
        hours in 1_i64..140,
    ) -> Authorisation {
        Authorisation {
            number,
            customer: "contoso".to_string(),
            asked_by: "x".to_string(),
            approved_by: "y".to_string(),
            approval: None,
            purpose: Purpose::Other,
            covers: Covers::Customer,
            scope: Scope { accounts: BTreeSet::new(), resources, pools, wallets },
            limits: Limits { usd_per_day, regions, hours: None },
            start: at(start),
            end: at(start + hours),
        }
    }
}

fn is_within(seen: &Seen, all: &[Authorisation]) -> bool {
    matches!(judge(seen, all, Rule::PaidOnly), Verdict::Within { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn neither_the_order_of_authorisations_nor_of_findings_counts(
        seen in seen(),
        all in prop::collection::vec(authorisation(), 0..5),
    ) {
        let (mut turned, mut back) = (all.clone(), seen.clone());
        turned.reverse();
        back.traces.reverse();
        prop_assert_eq!(is_within(&seen, &all), is_within(&seen, &turned));
        prop_assert_eq!(is_within(&seen, &all), is_within(&back, &all));
    }

    #[test]
    fn what_is_within_stays_within_when_less_is_seen(
        seen in seen(),
        all in prop::collection::vec(authorisation(), 1..5),
    ) {
        let traces = if is_within(&seen, &all) { seen.traces.len() } else { 0 };
        for left_out in 0..traces {
            let mut less = seen.clone();
            less.traces.remove(left_out);
            prop_assert!(less.traces.is_empty() || is_within(&less, &all));
        }
    }

    #[test]
    fn a_wider_scope_or_a_longer_term_of_the_only_one_takes_nothing_away(
        seen in seen(),
        one in authorisation(),
    ) {
        if !is_within(&seen, std::slice::from_ref(&one)) {
            return Ok(());
        }
        let wider = Authorisation { scope: Scope::default(), ..one.clone() };
        prop_assert!(is_within(&seen, &[wider]));
        let longer = Authorisation { end: one.end.plus_seconds(HOUR), ..one };
        prop_assert!(is_within(&seen, &[longer]));
    }

    #[test]
    fn a_stricter_limit_beside_it_never_allows_more(
        seen in seen(),
        all in prop::collection::vec(authorisation(), 1..4),
    ) {
        let limits = Limits { usd_per_day: Some(0.0), ..Limits::default() };
        let (start, end) = (at(-1), at(1000));
        let strict = Authorisation { limits, scope: Scope::default(), start, end, ..all[0].clone() };
        let with = [&all[..], &[strict]].concat();
        if seen.usd_per_day.is_some_and(|dollars| dollars > 0.0) && !seen.traces.is_empty() {
            prop_assert!(!is_within(&seen, &with));
        }
    }

    #[test]
    fn one_that_begins_after_everything_was_seen_changes_nothing(
        seen in seen(),
        all in prop::collection::vec(authorisation(), 1..4),
    ) {
        let (start, end) = (at(500), at(600));
        let later = Authorisation { start, end, ..all[0].clone() };
        let with = [&all[..], &[later]].concat();
        prop_assert_eq!(is_within(&seen, &all), is_within(&seen, &with));
    }
}
