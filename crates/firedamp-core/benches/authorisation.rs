//! How long judging a case by authorisations takes: `cargo bench -p firedamp-core --bench authorisation`.
//! Part of judging an account, it must not be seen in its time: under 50 microseconds a case.

use std::{collections::BTreeSet, hint::black_box, time::Instant};

use firedamp_core::{
    authorisation::{
        Authorisation, Covers, Endpoint, Limits, Purpose, Scope, Seen, Trace, Verdict, judge,
    },
    case::Grade,
    id::Provider,
    policy::{self, Subscription},
    time::{Span, Time},
};

const RUNS: u32 = 20_000;

fn main() {
    for (findings, authorisations) in [(4, 2), (40, 10)] {
        let seen = seen(findings);
        let all: Vec<Authorisation> = (0..authorisations).map(authorisation).collect();
        let began = Instant::now();
        let mut within = 0;
        for _ in 0..RUNS {
            let subscription = Subscription::new(seen.provider, seen.created);
            let rule = policy::at(subscription, seen.last_observed).rule;
            let verdict = judge(black_box(&seen), black_box(&all), rule);
            within += u32::from(matches!(verdict, Verdict::Within { .. }));
        }
        let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS);
        assert_eq!(within, RUNS);
        println!("{findings} findings, {authorisations} authorisations: {micros:.1} µs a case");
    }
}

fn seen(findings: u32) -> Seen {
    let span = Span::between(Time::from_seconds(1_772_359_200), Time::from_seconds(1_772_380_800));
    let trace = |number: u32| Trace {
        detector: "pool_contact".to_string(),
        resource: format!("i-{number}"),
        is_of_account: false,
        aliases: BTreeSet::from([format!("eni-{number}"), "10.0.0.4".to_string()]),
        parts: Vec::new(),
        span,
        grain_seconds: 0,
        endpoints: BTreeSet::from([Endpoint(BTreeSet::from([
            "203.0.113.9".to_string(),
            "eu.pool.example".to_string(),
        ]))]),
        wallets: BTreeSet::new(),
        regions: BTreeSet::new(),
        run_seconds: Some(21_600),
    };
    Seen {
        account: "aws:111122223333".to_string(),
        provider: Provider::Aws,
        created: None,
        probability: 0.95,
        severity: Grade::Low,
        is_active: true,
        first_observed: span.first,
        last_observed: span.last,
        usd_per_day: Some(10.0),
        traces: (0..findings).map(trace).collect(),
        is_cut: false,
    }
}

fn authorisation(number: i64) -> Authorisation {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_string()).collect();
    Authorisation {
        number,
        customer: "contoso".to_string(),
        asked_by: "x".to_string(),
        approved_by: "y".to_string(),
        approval: None,
        purpose: Purpose::SecurityResearch,
        covers: Covers::Customer,
        scope: Scope {
            accounts: names(&["aws:111122223333"]),
            resources: (0..40).map(|number| format!("i-{number}")).collect(),
            pools: names(&["other.example", "pool.example"]),
            wallets: BTreeSet::new(),
        },
        limits: Limits { usd_per_day: Some(20.0), ..Limits::default() },
        start: Time::from_seconds(1_772_300_000),
        end: Time::from_seconds(1_772_400_000),
    }
}
