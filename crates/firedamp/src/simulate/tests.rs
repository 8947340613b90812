use std::net::{IpAddr, Ipv4Addr};

use firedamp_core::{
    id::Provider,
    indicator::IndicatorSet,
    scan::{self, Options},
};

use super::*;

fn settings(hours: u32) -> Settings {
    Settings {
        seed: 7,
        start: Time::from_seconds(1_772_409_600),
        hours,
        record_seconds: 60,
        signals: Signals::ALL,
        miner_minutes: None,
    }
}

fn plan(scenario: Scenario, cloud: Provider) -> Plan {
    Plan { scenario, cloud, evasions: Vec::new(), coin: None, hosts: 1 }
}

fn options() -> Options {
    Options { all: true, min_probability: 0.0, ..Options::new(IndicatorSet::embedded().into()) }
}

#[test]
fn show() {
    for cloud in CLOUDS {
        let (files, truth) = account(&settings(6), &plan(Scenario::Plain, cloud), 1);
        println!("{truth:?}");
        for (path, content) in &files {
            println!("-- {path} {}", content.len());
            println!("{}", String::from_utf8_lossy(&content[..content.len().min(1500)]));
        }
        let objects: Vec<&[u8]> = files.iter().map(|(_, content)| content.as_slice()).collect();
        for case in scan::scan(&objects, &options()) {
            println!(
                "{}",
                serde_json::to_string_pretty(&case).unwrap().chars().take(6000).collect::<String>()
            );
        }
    }
}
