//! Records whose times can't be: whoever may add a line to a log, and whatever cuts one off, must not
//! change what the other lines say.

use std::{fmt::Write, sync::Arc};

use firedamp_core::{
    case::Case,
    indicator::{self, IndicatorSet},
    scan::{self, Options},
};

/// 2026-03-01T10:00:00Z.
const START: i64 = 1_772_359_200;
const LIST: &str = "indicator,tier,freshness,flags\npool.example,A,fresh,\n";

fn question(time: &str) -> String {
    format!(
        r#"{{"version":"1.100000","account_id":"111122223333","query_timestamp":"{time}","query_name":"eu.pool.example.","query_type":"A","query_class":"IN","rcode":"NOERROR","answers":[{{"Rdata":"203.0.113.9","Type":"A","Class":"IN"}}],"srcaddr":"10.0.0.4","srcids":{{"instance":"i-0abc"}}}}"#
    ) + "\n"
}

/// Minutes of a miner, their times multiplied.
fn mining(minutes: i64, unit: i64) -> String {
    let mut lines = String::new();
    for minute in 0..minutes {
        let (start, end) = ((START + minute * 60) * unit, (START + minute * 60 + 60) * unit);
        let ends = ["10.0.0.4 203.0.113.9 49152 3333", "203.0.113.9 10.0.0.4 3333 49152"];
        for ends in ends {
            writeln!(lines, "2 111122223333 eni-0abc {ends} 6 8 1057 {start} {end} ACCEPT OK")
                .expect("memory");
        }
    }
    lines
}

fn line(start: &str, end: &str) -> String {
    let ends = "10.0.0.4 203.0.113.9 49152 3333";
    format!("2 111122223333 eni-0abc {ends} 6 8 1057 {start} {end} ACCEPT OK\n")
}

fn cases(objects: &[String]) -> Vec<Case> {
    let mut indicators = IndicatorSet::empty();
    indicators.layer(indicator::import(LIST).expect("a list").indicators);
    let objects: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
    scan::scan(&objects, &Options::new(Arc::new(indicators)))
}

/// What the cases say, without the places where it was read.
fn told(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        let Case { id, probability, first_observed, last_observed, active, .. } = case;
        writeln!(text, "{id} {probability} {first_observed} {last_observed} {active}")
            .expect("memory");
        let findings = case.findings.iter().map(|one| (&one.resource, &one.summary));
        findings.for_each(|one| writeln!(text, "{one:?}").expect("memory"));
    }
    text
}

#[test]
fn a_record_with_an_absurd_time_takes_nothing_from_the_others() {
    let honest = vec![question("2026-03-01T09:59:59Z"), mining(360, 1)];
    let expected = told(&cases(&honest));
    assert!(expected.contains("for 6.0 h"), "{expected}");
    for lie in [
        line("1772359200", "99999999999999"),
        line("1772359200", "1772359199"),
        line("1772359200", "177235926"),
        line("0", "1772359260"),
        line("1772359200", "1803895200"),
        question("1986-03-01T09:59:59Z"),
        question("5026-03-01T09:59:59Z"),
    ] {
        let mut objects = honest.clone();
        objects.push(lie.clone());
        assert_eq!(told(&cases(&objects)), expected, "{lie}");
    }
}

#[test]
fn milliseconds_are_not_read_as_seconds() {
    for (unit, expected) in [(1, true), (1000, false)] {
        let cases = cases(&[question("2026-03-01T09:59:59Z"), mining(360, unit)]);
        let mut findings = cases.iter().flat_map(|case| &case.findings);
        assert_eq!(findings.any(|one| one.detector == "pool_contact"), expected, "times {unit}");
    }
}
