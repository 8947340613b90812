//! Somebody who may send from addresses that are not his floods the logs to hide a miner among clients
//! and resources that there are not.

use std::{fmt::Write, sync::Arc};

use firedamp_core::{
    case::Case,
    indicator::{self, IndicatorSet},
    scan::{self, Options},
};

/// More than is kept of one account.
const FORGED: u32 = 20_500;
/// 2026-03-01T10:00:00Z.
const START: i64 = 1_772_359_200;
const LIST: &str = "indicator,tier,freshness,flags\npool.example,A,fresh,\n";

fn forged(number: u32) -> String {
    std::net::Ipv4Addr::from(0x0a64_0000 + number).to_string()
}

fn question(instance: &str, address: &str) -> String {
    format!(
        r#"{{"version":"1.100000","account_id":"111122223333","query_timestamp":"2026-03-01T09:59:59Z","query_name":"eu.pool.example.","query_type":"A","query_class":"IN","rcode":"NOERROR","answers":[{{"Rdata":"203.0.113.9","Type":"A","Class":"IN"}}],"srcaddr":"{address}","srcids":{{{instance}}}}}"#
    ) + "\n"
}

/// The miner's telemetry, and what somebody made up around it.
fn objects() -> Vec<String> {
    let mut questions = String::new();
    let mut flows = String::from(
        "version account-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n",
    );
    for address in (0..FORGED).map(forged) {
        questions += &question("", &address);
        let end = START + 60;
        let line = format!("2 111122223333 {address} 203.0.113.9 40000 443 6 8 1057 {START} {end}");
        writeln!(flows, "{line} ACCEPT OK").expect("memory");
    }
    let mut mining = String::from(
        "version account-id interface-id instance-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n",
    );
    for minute in 0..60 {
        let (start, end) = (START + minute * 60, START + minute * 60 + 60);
        for ends in ["10.0.0.4 203.0.113.9 49152 443", "203.0.113.9 10.0.0.4 443 49152"] {
            let who = "2 111122223333 eni-0abc i-0abc";
            writeln!(mining, "{who} {ends} 6 8 1057 {start} {end} ACCEPT OK").expect("memory");
        }
    }
    vec![questions, flows, question(r#""instance":"i-0abc""#, "10.0.0.4"), mining]
}

fn scanned(objects: &[String]) -> Vec<Case> {
    let mut indicators = IndicatorSet::empty();
    indicators.layer(indicator::import(LIST).expect("a list").indicators);
    let options = Options::new(Arc::new(indicators));
    let objects: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
    scan::scan(&objects, &options)
}

#[test]
fn a_miner_is_found_in_a_flood_of_made_up_clients_and_it_is_told_that_not_all_are_kept() {
    let mut objects = objects();
    let cases = scanned(&objects);
    let case = cases.first().expect("a case");
    for detector in ["pool_contact", "pool_lookup"] {
        let mut own = case.findings.iter().filter(|one| one.detector == detector);
        let found = own.find(|one| one.resource == "i-0abc");
        assert!(found.expect(detector).approximate, "{detector}");
    }
    let contact = |one: &&firedamp_core::finding::Finding| one.detector == "pool_contact";
    assert!(case.findings.iter().filter(contact).count() < FORGED as usize);
    objects.reverse();
    let json = |cases: &[Case]| serde_json::to_string(cases).expect("JSON");
    assert_eq!(json(&scanned(&objects)), json(&cases), "in any order");
}
