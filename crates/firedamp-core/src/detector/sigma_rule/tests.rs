//! Rules, met through the whole pipeline.

use std::sync::Arc;

use super::*;
use crate::{
    case::Case,
    indicator::IndicatorSet,
    scan::{self, Options},
    sigma::RuleSet,
};

fn rule(title: &str, level: &str, tag: &str) -> String {
    format!(
        "title: {title}\nlogsource:\n  category: process_creation\ndetection:\n  selection:\n    \
         CommandLine|contains: ' --dig'\n  condition: selection\nlevel: {level}\ntags:\n  - {tag}\n"
    )
}

fn cases(rules: &[String], command: &str) -> Vec<Case> {
    let mut set = RuleSet::default();
    for rule in rules {
        set.add(rule).expect("a rule");
    }
    let record = format!(
        r#"{{"name":"p","hostIdentifier":"host-1","unixTime":1772359200,"action":"added","columns":{{"path":"/opt/a","cmdline":"{command}"}}}}"#
    );
    let options = Options {
        sigma: Arc::new(set),
        all: true,
        min_probability: 0.0,
        ..Options::new(Arc::new(IndicatorSet::empty()))
    };
    scan::scan(&[record.as_bytes()], &options)
}

fn probability(rules: &[String], command: &str) -> f64 {
    cases(rules, command).first().map_or(0.0, |case| case.probability)
}

#[test]
fn a_rule_about_mining_counts_by_its_level_and_never_beyond_its_cap() {
    let of = |level| probability(&[rule("Digging", level, "attack.t1496")], "a --dig");
    assert!(of("low") < of("medium") && of("medium") < of("high") && of("high") < of("critical"));
    assert!((0.5..=0.90).contains(&of("high")), "{}", of("high"));
    assert!(of("critical") <= 0.90);
    assert_eq!(probability(&[rule("Digging", "high", "attack.t1496")], "a"), 0.0);
}

#[test]
fn other_rules_open_no_case_however_many() {
    let rules: Vec<String> = (0..100)
        .map(|at| rule(&format!("Odd thing {at}"), "critical", "attack.execution"))
        .collect();
    let p = probability(&rules, "a --dig");
    assert!(p > 0.0 && p < 0.10, "{p}");
}

#[test]
fn a_rule_and_a_miner_are_told_together() {
    let rules = [rule("Crypto Mining of ours", "high", "attack.impact")];
    let cases = cases(&rules, "xmrig --dig");
    let case = cases.first().expect("a case");
    let detectors: Vec<&str> = case.findings.iter().map(|finding| finding.detector).collect();
    assert_eq!(detectors, ["miner_process", "sigma_rule"]);
    assert!(case.findings.iter().any(|finding| finding.summary.contains("Crypto Mining of ours")));
}

#[test]
fn states_join_in_any_order() {
    let place = Place::here(1);
    let state = |levels: &[Level]| {
        let mut met = Met::default();
        let own = met.0.entry(&Sighting::default(), false).expect("room");
        for (at, level) in levels.iter().enumerate() {
            let at = (Time::from_seconds(at as i64), place);
            let (title, id) = (format!("{level:?}"), String::new());
            let hit = Hit {
                names_mining: true,
                level: *level,
                title,
                id,
                is_call: false,
                first: at,
                last: at,
            };
            let _hit = own.entry(hit.hash(), || hit);
        }
        met
    };
    let one = state(&[Level::High, Level::Low]);
    let other = state(&[Level::Low, Level::High, Level::Critical]);
    let joined = one.clone().merge(other.clone());
    assert_eq!(joined, other.merge(one.clone()));
    assert_eq!(joined.clone().merge(one), joined);
}
