use std::collections::BTreeMap;

use super::*;
use crate::net::Domain;

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

fn own(text: &str) -> Indicator {
    Indicator::operator(name(text))
}

fn set(names: &[&str]) -> IndicatorSet {
    let mut set = IndicatorSet::empty();
    set.layer(names.iter().map(|text| own(text)));
    set
}

fn found(set: &IndicatorSet, text: &str) -> Option<String> {
    let by_text = set.domain_text(text).map(|row| row.name.to_string());
    if let Some(domain) = Domain::parse(text) {
        let by_domain = set.domain(&domain).map(|row| row.name.to_string());
        assert_eq!(by_text, by_domain, "{text}");
    }
    by_text
}

#[test]
fn matches_whole_labels_only() {
    let set = set(&["moneropool.example"]);
    for text in [
        "moneropool.example",
        "MoneroPool.Example.",
        "a.b.moneropool.example",
        "_x.moneropool.example",
    ] {
        assert_eq!(found(&set, text).as_deref(), Some("moneropool.example"), "{text}");
    }
    for text in ["notmoneropool.example", "moneropool.example.test", "example", "", ".", "pool"] {
        assert_eq!(found(&set, text), None, "{text}");
    }
}

#[test]
fn finds_names_beyond_ascii() {
    let set = set(&["bücher.example"]);
    for text in ["Bücher.example.", "pool.bücher.example", "xn--bcher-kva.example"] {
        assert_eq!(found(&set, text).as_deref(), Some("xn--bcher-kva.example"), "{text}");
    }
}

#[test]
fn survives_names_that_cannot_be() {
    let set = set(&["pool.example"]);
    let dots = ".".repeat(100_000);
    let long = format!("{}pool.example", "a.".repeat(100_000));
    let upper = long.to_uppercase();
    for text in [dots.as_str(), &long, &upper, "\u{fffd}.example", "ß\u{200d}.", "\0.pool"] {
        assert_eq!(set.domain_text(text), None);
    }
}

#[test]
fn the_most_specific_row_wins() {
    let mut set = set(&["pool.example", "eu.pool.example"]);
    let weak = Indicator { tier: Tier::C, ..own("us.pool.example") };
    set.layer([weak]);
    assert_eq!(found(&set, "x.eu.pool.example").as_deref(), Some("eu.pool.example"));
    assert_eq!(found(&set, "x.asia.pool.example").as_deref(), Some("pool.example"));
    assert_eq!(set.domain_text("1.us.pool.example").map(|row| row.tier), Some(Tier::C));
}

#[test]
fn a_suppressed_name_is_silent_and_a_listed_one_below_it_is_not() {
    let rows = vec![own("pool.example"), own("mine.zone.pool.example")];
    let mut set = IndicatorSet::new(rows, vec![name("zone.pool.example")], Vec::new());
    assert_eq!(found(&set, "zone.pool.example"), None);
    assert_eq!(found(&set, "other.zone.pool.example"), None);
    assert_eq!(found(&set, "a.mine.zone.pool.example").as_deref(), Some("mine.zone.pool.example"));
    assert!(set.is_suppressed(&name("zone.pool.example")));
    set.layer([own("zone.pool.example")]);
    assert_eq!(found(&set, "other.zone.pool.example").as_deref(), Some("zone.pool.example"));
    assert!(!set.is_suppressed(&name("zone.pool.example")));
}

#[test]
fn an_address_matches_in_every_notation() {
    let set = set(&["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.2"]);
    for text in ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8:0::1", "192.0.2.2"] {
        let address = text.parse().expect("an address");
        assert!(set.address(address).is_some(), "{text}");
    }
    let watched: Vec<_> = set.addresses().map(|address| address.to_string()).collect();
    assert_eq!(watched, ["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
    assert_eq!(set.address("192.0.2.3".parse().expect("an address")), None);
}

#[test]
fn an_endpoint_needs_its_port() {
    let mut set = set(&["192.0.2.1:3333", "192.0.2.1:4444", "[2001:db8::1]:3333", "192.0.2.9:1"]);
    set.layer([Indicator { ports: vec![3333, 5555], ..own("192.0.2.2") }, own("192.0.2.9")]);
    let ask = |address: &str, port| {
        set.endpoint(address.parse().expect("an address"), port).map(|row| row.name.to_string())
    };
    assert_eq!(ask("192.0.2.1", 4444).as_deref(), Some("192.0.2.1:4444"));
    assert_eq!(ask("::ffff:192.0.2.1", 3333).as_deref(), Some("192.0.2.1:3333"));
    assert_eq!(ask("2001:db8::1", 3333).as_deref(), Some("[2001:db8::1]:3333"));
    assert_eq!(ask("192.0.2.2", 5555).as_deref(), Some("192.0.2.2"));
    assert_eq!(ask("192.0.2.9", 1).as_deref(), Some("192.0.2.9:1"));
    for (address, port) in [("192.0.2.1", 443), ("192.0.2.2", 443), ("192.0.2.9", 2)] {
        assert_eq!(ask(address, port), None, "{address} {port}");
    }
    let address = |text: &str| {
        let row = set.address(text.parse().expect("an address")).expect("a row");
        row.name.to_string()
    };
    assert_eq!(address("192.0.2.1"), "192.0.2.1:3333", "the lowest port stands for the address");
    assert_eq!(address("192.0.2.9"), "192.0.2.9", "an address row comes first");
    assert_eq!(set.addresses().count(), 4);
}

#[test]
fn an_operators_row_overrides_and_keeps_what_lists_cannot_say() {
    let listed =
        Indicator { tier: Tier::C, web: true, pool: "XMR/Example".into(), ..own("pool.example") };
    let mut set = set(&[]);
    set.layer([Indicator { origin: Origin::Embedded, freshness: Freshness::Stale, ..listed }]);
    set.layer([own("pool.example")]);
    let row = set.domain_text("pool.example").expect("a row");
    assert_eq!(
        (row.tier, row.freshness, row.origin),
        (Tier::A, Freshness::Fresh, Origin::Operator)
    );
    assert!(row.web);
    assert_eq!(row.pool, "XMR/Example");
    assert_eq!(set.iter().count(), 1);
}

#[test]
fn layering_is_the_same_in_one_step_or_many() {
    let rows = ["b.example", "a.example", "*:3333", "192.0.2.1", "192.0.2.1:3333"];
    let at_once = set(&rows);
    let mut one_by_one = IndicatorSet::empty();
    for text in rows.iter().rev() {
        one_by_one.layer([own(text)]);
    }
    assert!(at_once.iter().eq(one_by_one.iter()));
    assert!(at_once.iter().is_sorted_by(|one, next| one.name < next.name));
    assert!(at_once.port_hint(3333) && !at_once.port_hint(443));
}

#[test]
fn names_survive_their_text() {
    for text in
        ["pool.example", "192.0.2.1", "2001:db8::1", "192.0.2.1:3333", "[2001:db8::1]:1", "*:3333"]
    {
        assert_eq!(name(text).to_string(), text);
        let json = serde_json::to_string(&name(text)).expect("a text");
        assert_eq!(serde_json::from_str::<Name>(&json).expect("a name"), name(text));
    }
    for text in ["", "pool", "192.0.2.1:0", "*:0", "*:65536", "3333"] {
        assert!(text.parse::<Name>().is_err(), "{text}");
    }
}

#[test]
fn the_embedded_list_has_its_counts() {
    let set = IndicatorSet::embedded();
    let mut counts: BTreeMap<(Kind, Tier), usize> = BTreeMap::new();
    for row in set.iter() {
        *counts.entry((row.name.kind(), row.tier)).or_default() += 1;
        assert_eq!(row.origin, Origin::Embedded);
        assert!(!row.sources.is_empty(), "{}", row.name);
    }
    let expected = [
        ((Kind::Domain, Tier::A), 716),
        ((Kind::Domain, Tier::B), 610),
        ((Kind::Domain, Tier::C), 1162),
        ((Kind::Domain, Tier::M), 815),
        ((Kind::Address, Tier::B), 494),
        ((Kind::Address, Tier::C), 101),
        ((Kind::Address, Tier::M), 1524),
        ((Kind::Port, Tier::C), 13),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
    assert!(set.iter().is_sorted_by(|one, next| one.name < next.name));
}

#[test]
fn the_embedded_list_knows_its_pools() {
    let set = IndicatorSet::embedded();
    for text in ["pool.supportxmr.com", "xmr-eu1.nanopool.org.", "Pool.HashVault.pro"] {
        assert_eq!(set.domain_text(text).map(|row| row.tier), Some(Tier::A), "{text}");
    }
    for text in ["f2pool.com", "antpool.com", "2miners.com", "nicehash.com", "unmineable.com"] {
        assert!(set.domain_text(text).is_some_and(|row| row.web), "{text}");
    }
    assert_eq!(set.domain_text("monero.net").map(|row| row.tier), Some(Tier::C));
    assert_eq!(set.domain_text("us.epicmine.io").map(|row| row.tier), Some(Tier::A));
    let derived = set.domain_text("asia.epicmine.io").expect("a row");
    assert_eq!((derived.tier, derived.sources.as_str()), (Tier::B, "derived"));
}

#[test]
fn the_embedded_list_is_silent_on_broad_names() {
    let set = IndicatorSet::embedded();
    for text in
        ["mooo.com", "x.mooo.com", "binance.com", "stream.binance.com", "duckdns.org", "com"]
    {
        assert_eq!(set.domain_text(text), None, "{text}");
    }
    assert!(set.domain_text("maaapi.mooo.com").is_some_and(|row| row.dynamic_dns));
    assert_eq!(set.domain_text("www.minexmr.com"), None, "a page under a listed pool");
    assert_eq!(set.domain_text("notmoneropool.ru"), None);
    assert!(set.domain_text("a.moneropool.ru").is_some());
}

#[test]
fn the_embedded_list_knows_shared_addresses() {
    let set = IndicatorSet::embedded();
    // Ends of a published range, and a suppressed address in a cloud.
    for text in ["104.16.0.0", "104.27.255.255", "2606:4700::1", "151.101.1.1", "52.31.186.94"] {
        assert!(set.is_shared(text.parse().expect("an address")), "{text}");
    }
    for text in ["104.15.255.255", "104.28.0.0", "192.0.2.1", "2001:db8::1"] {
        assert!(!set.is_shared(text.parse().expect("an address")), "{text}");
    }
    assert!(set.addresses().is_sorted_by(|one, next| one < next));
    assert!(set.addresses().all(|address| !set.is_suppressed(&Name::Address(address))));
}

#[test]
fn an_operators_address_in_a_shared_range_is_flagged() {
    let mut set = IndicatorSet::embedded();
    set.layer([own("104.16.1.1:3333"), own("52.31.186.94")]);
    let in_range = "104.16.1.1".parse().expect("an address");
    assert!(set.endpoint(in_range, 3333).is_some_and(|row| row.shared));
    let lifted = "52.31.186.94".parse().expect("an address");
    assert!(set.address(lifted).is_some() && !set.is_shared(lifted));
}

#[test]
fn the_embedded_list_loads_quickly() {
    let start = std::time::Instant::now();
    let set = IndicatorSet::embedded();
    // Unoptimised and on a busy machine; optimised it takes a few milliseconds.
    assert!(start.elapsed().as_millis() < 1000, "{:?}", start.elapsed());
    assert!(set.iter().count() > 5000);
}

#[test]
fn validity_falls_with_age() {
    let validity = Freshness::ALL.map(Freshness::validity);
    assert!(validity.is_sorted_by(|fresher, older| fresher > older), "{validity:?}");
}

#[test]
fn ids_are_read_in_any_case() {
    for tier in Tier::ALL {
        assert_eq!(Tier::parse(&tier.to_string().to_lowercase()), Some(tier));
    }
    for state in Freshness::ALL {
        assert_eq!(Freshness::parse(&state.to_string().to_uppercase()), Some(state));
    }
    assert_eq!((Tier::parse("D"), Freshness::parse("old")), (None, None));
}

fn sample() -> Vec<Indicator> {
    let rows = [
        Indicator {
            ports: vec![3333, 5555],
            pool: "XMR/\"A, B\" #1".into(),
            ..own("pool.example")
        },
        Indicator { tier: Tier::M, freshness: Freshness::Stale, ..own("192.0.2.1") },
        Indicator { web: true, dynamic_dns: true, shared: true, ..own("web.pool.example") },
        Indicator { sources: "one,two".into(), ports: vec![4444], ..own("2001:db8::1") },
        Indicator { tier: Tier::C, ..own("198.51.100.1:3333") },
        Indicator { freshness: Freshness::Maintained, ..own("[2001:db8::2]:9000") },
        own("*:3333"),
    ];
    let mut set = IndicatorSet::empty();
    set.layer(rows);
    set.iter().cloned().collect()
}

#[test]
fn what_is_exported_can_be_imported() {
    let rows = sample();
    for format in [ExportFormat::Csv, ExportFormat::Misp, ExportFormat::Stix] {
        let text = export(rows.iter(), format);
        let back = import(&text).expect("a list");
        assert_eq!(back.rejects, [], "{text}");
        assert_eq!(back.indicators, rows, "{text}");
    }
}

#[test]
fn a_plain_list_keeps_the_names() {
    let rows = sample();
    let back = import(&export(rows.iter(), ExportFormat::Plain)).expect("a list");
    assert_eq!(back.rejects, []);
    assert!(back.indicators.iter().map(|row| &row.name).eq(rows.iter().map(|row| &row.name)));
}

#[test]
fn the_embedded_list_survives_each_format() {
    let set = IndicatorSet::embedded();
    for format in ExportFormat::ALL {
        let back = import(&export(set.iter(), format)).expect("a list");
        assert_eq!(back.rejects, [], "{}", format.id());
        assert!(back.indicators.iter().map(|row| &row.name).eq(set.iter().map(|row| &row.name)));
        if format == ExportFormat::Plain {
            continue;
        }
        let owned = set.iter().map(|row| Indicator { origin: Origin::Operator, ..row.clone() });
        assert!(back.indicators.into_iter().eq(owned), "{}", format.id());
    }
}

#[test]
fn exported_ids_are_stable_and_well_formed() {
    let text = export([own("pool.example")].iter(), ExportFormat::Stix);
    assert_eq!(text, export([own("pool.example")].iter(), ExportFormat::Stix));
    let bundle: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let id = bundle["objects"][0]["id"].as_str().expect("an id");
    let id = id.strip_prefix("indicator--").expect("its type");
    let parts: Vec<_> = id.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12]);
    assert_eq!(id.as_bytes().get(14), Some(&b'5'));
    assert!(matches!(id.as_bytes().get(19), Some(b'8' | b'9' | b'a' | b'b')));
}
