//! The laws for started programs: whatever their command lines hold, their order, repetition and
//! cut into objects do not show.

use std::sync::Arc;

use firedamp_core::{
    fold::Accounts,
    indicator::{self, IndicatorSet},
    scan::{self, Options},
    sigma::RuleSet,
};
use proptest::prelude::*;

use super::{CASES, json, json_without_places, world};

/// One rule about mining and one about anything.
const RULES: &str = "title: Crypto mining\nlogsource:\n  category: process_creation\ndetection:\n  \
    s:\n    CommandLine|contains: donate\n  condition: s\nlevel: high\n---\ntitle: A shell\nlogsource:\n  \
    category: process_creation\ndetection:\n  s:\n    Image|endswith: sh\n  condition: s\nlevel: low\n";

fn options() -> Options {
    let mut indicators = IndicatorSet::empty();
    indicators.layer(indicator::import(world::LIST).expect("a list").indicators);
    let mut sigma = RuleSet::default();
    assert!(sigma.add_file(RULES).is_empty());
    Options {
        all: true,
        min_probability: 0.0,
        sigma: Arc::new(sigma),
        ..Options::new(Arc::new(indicators))
    }
}

/// Command lines in which programs, options, pools, quotes and separators meet in every way.
fn command() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "xmrig",
        "/tmp/xmrig",
        "./upd",
        "sh -c",
        "bash",
        "sudo",
        "grep",
        "pkill",
        "docker run",
        "echo",
        "-o",
        "-u",
        "-p x",
        "--donate-level",
        "--algo=rx/0",
        "stratum+tcp://pool.example:3333",
        "pool.example:443",
        "203.0.113.10:3333",
        "0x00112233445566778899aabbccddeeff00112233",
        "eG1yaWcgLW8gcG9vbC5leGFtcGxlOjQ0Mw==",
        "|",
        "&&",
        ";",
        "'",
        "\\\"",
        "\\n",
        "url: ",
        "[",
        "]",
        "vm.nr_hugepages=1",
        "alice/xmrig:1",
    ]);
    let word = prop_oneof![6 => known.prop_map(str::to_string), 1 => "[a-z]{1,6}", 1 => "[ -~]{0,9}"
        .prop_map(|text| text.replace(['\\', '"'], ""))];
    prop::collection::vec(word, 0..9).prop_map(|words| words.join(" "))
}

fn start() -> impl Strategy<Value = String> {
    let program =
        prop::sample::select(vec!["/tmp/xmrig", "/bin/sh", "/usr/bin/upd", "xmrig (deleted)"]);
    let host = prop::sample::select(vec!["host-1", "host-2"]);
    (host, program, command(), 0_i64..9000).prop_map(|(host, program, command, at)| {
        let time = world::START + at;
        format!(
            "{{\"name\":\"p\",\"hostIdentifier\":\"{host}\",\"action\":\"added\",\"unixTime\":\"{time}\",\
             \"columns\":{{\"path\":\"{program}\",\"cmdline\":\"{command}\"}}}}\n"
        )
    })
}

fn read(objects: &[String], options: &Options) -> Accounts {
    let objects: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
    scan::read(&objects, options)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn starts_fold_in_any_order_and_cut(starts in prop::collection::vec(start(), 1..140), cut in 0_usize..140) {
        let options = options();
        let whole = read(&[starts.concat()], &options);
        let (one, other) = starts.split_at(cut.min(starts.len()));
        let parts = [other.concat(), one.concat()];
        let cases = scan::judge(&whole, &options);
        let apart = scan::judge(&read(&parts, &options), &options);
        prop_assert_eq!(json_without_places(&apart), json_without_places(&cases));
        for case in &cases {
            prop_assert!((0.0..=1.0).contains(&case.probability));
        }
        let again = whole.clone().merge(read(&[starts.concat()], &options));
        prop_assert_eq!(json(&scan::judge(&again, &options)), json(&cases));
        prop_assert_eq!(whole.clone().merge(again), whole);
    }
}
