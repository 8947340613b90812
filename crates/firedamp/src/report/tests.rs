use std::sync::Arc;

use firedamp_core::{
    case::Judge,
    detector::Watch,
    fold::{Partial, Plan},
    indicator::{self, IndicatorSet},
    weights::Weights,
};

use super::*;

/// Cases made from a log whose names an attacker wrote.
fn cases(account: &str, interface: &str) -> Vec<Case> {
    let mut indicators = IndicatorSet::embedded();
    indicators.layer(indicator::import("203.0.113.9:3333").expect("a list").indicators);
    let watch = Watch { indicators: Arc::new(indicators.clone()), ..Watch::default() };
    let mut partial = Partial::new(Arc::new(Plan::new(watch, None)), None);
    let mut reader = firedamp_core::container::Reader::new(None);
    let mut log = "account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes \
                   start end action\n"
        .to_string();
    for minute in 0..30 {
        let (start, end) = (1_772_359_200 + minute * 60, 1_772_359_260 + minute * 60);
        for ends in ["10.0.0.4 203.0.113.9 49152 3333", "203.0.113.9 10.0.0.4 3333 49152"] {
            log += &format!("{account} {interface} {ends} 6 8 1057 {start} {end} ACCEPT\n");
        }
    }
    reader.push(log.as_bytes(), &mut partial);
    let _contents = reader.finish(&mut partial);
    let weights = Weights::embedded();
    let judge = Judge { indicators: &indicators, weights: &weights, without: &[], all: true };
    let accounts = partial.into_accounts();
    accounts.0.iter().filter_map(|(account, state)| judge.judge(account, state)).collect()
}

fn written(cases: &[Case], output: Output) -> String {
    let report = Report {
        cases,
        now: Time::from_seconds(1_772_400_000),
        window: None,
        notes: &["read 1 object".to_string()],
        paths: &BTreeMap::new(),
        min_probability: 0.1,
        all: true,
    };
    let mut out = Vec::new();
    write(&report, output, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("reports are text")
}

#[test]
fn a_terminal_reads_verdict_place_time_and_reason() {
    let text = written(&cases("111122223333", "eni-0abc"), Output::Table);
    for wanted in [
        "Probably mining (86 %)",
        "aws:111122223333",
        "eni-0abc (10.0.0.4)",
        "2026-03-01T10:00:00Z",
        "Talked with 203.0.113.9:3333",
        "Not seen at all: provider alerts, DNS questions.",
    ] {
        assert!(text.contains(wanted), "{wanted:?} in {text}");
    }
    assert!(written(&[], Output::Table).starts_with("No case"));
}

#[test]
fn nothing_that_a_log_says_is_obeyed() {
    let escape = cases("=1+1", "<script>\u{1b}[2J");
    let page = written(&escape, Output::Html);
    assert!(!page.contains("<script"), "markup of a log in the page");
    let terminal = written(&escape, Output::Table);
    assert!(!terminal.contains("\u{1b}[2J"), "an escape of a log on the terminal");
    let sheet = written(&escape, Output::Csv);
    assert!(sheet.contains(",'=1+1,") || sheet.contains("aws:=1+1"), "{sheet}");
    assert!(!sheet.contains(",=1+1"), "a formula of a log in the sheet: {sheet}");
}

#[test]
fn json_is_one_object_a_line_and_nothing_else() {
    let text = written(&cases("111122223333", "eni-0abc"), Output::Json);
    let cases: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(cases[0]["id"], "aws:111122223333");
    assert_eq!(cases[0]["findings"][0]["detector"], "pool_contact");
    assert!(cases[0].get("paths").is_none());
    assert_eq!(written(&[], Output::Json), "");
}

#[test]
fn ocsf_has_what_its_class_requires() {
    let text = written(&cases("111122223333", "eni-0abc"), Output::Ocsf);
    let finding: serde_json::Value = serde_json::from_str(&text).expect("an object");
    assert_eq!(finding["class_uid"], 2004);
    assert_eq!(finding["type_uid"], 200_401);
    assert_eq!(finding["finding_info"]["uid"], "aws:111122223333");
    assert_eq!(finding["evidences"][0]["dst_endpoint"]["port"], 3333);
    for required in ["time", "severity_id", "metadata", "cloud", "activity_id", "category_uid"] {
        assert!(finding.get(required).is_some(), "{required}");
    }
}

#[test]
fn the_page_asks_nobody_for_anything() {
    let page = written(&cases("111122223333", "eni-0abc"), Output::Html);
    for foreign in ["http://", "https://", "<link", "<img", "src="] {
        assert!(!page.contains(foreign), "{foreign} in the page");
    }
}
