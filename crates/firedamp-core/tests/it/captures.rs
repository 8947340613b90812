//! Real miners' minutes, laid out as flow logs. Skipped where the measurements are not at hand.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf, sync::Arc};

use firedamp_core::{
    case::Case,
    indicator::IndicatorSet,
    scan::{Options, scan},
};

use crate::miner;

/// 2026-03-01T00:00:00Z.
const BEGIN_SECONDS: i64 = 1_772_323_200;

/// Bytes up and down, packets up and down.
type Minute = [u64; 4];

/// The connections by name, or `None` where there is no file.
fn connections() -> Option<BTreeMap<String, Vec<Minute>>> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/miner-minutes.csv");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: no measurements of miners beside this project");
        return None;
    };
    let mut connections: BTreeMap<String, Vec<Minute>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |at: usize| fields[at].parse().expect("a number");
        let minute = [number(3), number(4), number(5), number(6)];
        connections.entry(fields[0].to_string()).or_default().push(minute);
    }
    Some(connections)
}

/// One connection as the records of an interface, of `window` seconds each.
fn flow_lines(minutes: &[Minute], host: u8, server: &str, window: i64) -> String {
    let mut lines = String::new();
    let step = (window / 60) as usize;
    for (index, piece) in minutes.chunks(step).enumerate() {
        let start = BEGIN_SECONDS + index as i64 * window;
        let end = start + window;
        let sum = |at: usize| piece.iter().map(|minute| minute[at]).sum::<u64>();
        let head = format!("2 111122223333 eni-0{host:03}");
        let client = format!("10.0.0.{host}");
        for (from, to, ports, bytes, packets) in [
            (client.as_str(), server, "49152 443", sum(0), sum(2)),
            (server, client.as_str(), "443 49152", sum(1), sum(3)),
        ] {
            if packets > 0 {
                let _written = writeln!(
                    lines,
                    "{head} {from} {to} {ports} 6 {packets} {bytes} {start} {end} ACCEPT OK"
                );
            }
        }
    }
    lines
}

fn judge(lines: &str) -> Vec<Case> {
    let options = Options {
        min_probability: 0.0,
        all: true,
        ..Options::new(Arc::new(IndicatorSet::default()))
    };
    scan(&[lines.as_bytes()], &options)
}

#[test]
fn footprints_of_real_miners_fit() {
    let Some(connections) = connections() else {
        return;
    };
    for window in [60, 600] {
        let (mut found, mut all) = (0, 0);
        for (name, minutes) in connections.iter().filter(|(_, minutes)| minutes.len() > 60) {
            all += 1;
            let cases = judge(&flow_lines(minutes, 4, "203.0.113.9", window));
            let finding = cases.first().and_then(|case| {
                case.findings.iter().find(|finding| finding.detector == "stratum_profile")
            });
            println!(
                "{window} {name} {:?}",
                finding.map(|finding| (finding.llr, &finding.summary))
            );
            found += usize::from(finding.is_some());
        }
        println!("{window} s: {found} of {all} real connections of more than an hour");
        assert!(found * 10 >= all * 9, "{found} of {all}");
    }
}

/// Clocks that jump, minutes that are missing, objects delivered twice, and half of a conversation in
/// ten-minute records: what is left still has a miner's footprint.
#[test]
fn broken_telemetry_hides_no_footprint() {
    let minutes: Vec<Minute> = miner::minutes(1, 1, 3.5, 720)
        .into_iter()
        .map(|minute| [minute.up_bytes, minute.down_bytes, minute.up_packets, minute.down_packets])
        .collect();
    let lines = flow_lines(&minutes, 4, "203.0.113.9", 60);
    let jumped: String = lines.lines().enumerate().map(|(at, line)| shifted(line, at)).collect();
    let holes: String = lines
        .lines()
        .enumerate()
        .filter(|(at, _)| at % 90 > 20)
        .map(|(_, line)| with_end(line))
        .collect();
    let (early, late) = minutes.split_at(360);
    let mixed = flow_lines(early, 4, "203.0.113.9", 60)
        + &later(&flow_lines(late, 4, "203.0.113.9", 600), 360 * 60);
    for (what, telemetry) in [
        ("jumps", &jumped),
        ("holes", &holes),
        ("twice", &(lines.clone() + &lines)),
        ("mixed", &mixed),
    ] {
        let cases = judge(telemetry);
        let found = cases.iter().flat_map(|case| &case.findings);
        let llr = found.filter(|finding| finding.detector == "stratum_profile").map(|one| one.llr);
        assert!(llr.fold(0.0, f64::max) > 2.0, "{what}: {cases:?}");
    }
}

fn with_end(line: &str) -> String {
    format!("{line}\n")
}

/// One record in two hundred is a year early: a clock that jumped.
fn shifted(line: &str, at: usize) -> String {
    if at % 200 == 199 { line.replace(" 1772", " 1740") + "\n" } else { with_end(line) }
}

/// The same records `seconds` later.
fn later(lines: &str, seconds: i64) -> String {
    lines.lines().map(|line| with_end(&moved(line, seconds))).collect()
}

fn moved(line: &str, seconds: i64) -> String {
    let mut fields: Vec<String> = line.split(' ').map(ToString::to_string).collect();
    for at in [10, 11] {
        let second: i64 = fields[at].parse().expect("a number");
        fields[at] = (second + seconds).to_string();
    }
    fields.join(" ")
}

/// What a footprint weighs; 0 without one.
fn footprint(telemetry: &str) -> f64 {
    let cases = judge(telemetry);
    let found = cases.iter().flat_map(|case| &case.findings);
    let own = found.filter(|finding| finding.detector == "stratum_profile");
    own.map(|finding| finding.llr).fold(0.0, f64::max)
}

/// A second flow log of the interface, of ten minutes, with other boundaries or a second later, makes no
/// miner out of somebody else and hides none: seventeen shares a minute twice are more than pools let
/// pass.
#[test]
fn an_interface_that_is_logged_twice_weighs_the_same() {
    for shares in [0.5, 3.5, 17.0] {
        let minutes: Vec<Minute> = miner::minutes(1, 1, shares, 720)
            .into_iter()
            .map(|minute| {
                [minute.up_bytes, minute.down_bytes, minute.up_packets, minute.down_packets]
            })
            .collect();
        let lines = flow_lines(&minutes, 4, "203.0.113.9", 60);
        let ten = flow_lines(&minutes, 4, "203.0.113.9", 600);
        let alone = footprint(&lines);
        assert!(alone > 2.0, "{shares}: {alone}");
        for (what, other) in [
            ("ten minutes", &ten),
            ("ten minutes, aside", &later(&ten, 217)),
            ("a second later", &later(&lines, 1)),
        ] {
            let both = footprint(&(lines.clone() + other));
            assert!((both - alone).abs() < 1e-9, "{shares}, {what}: {alone} and {both}");
        }
    }
}

/// An attacker opens a million conversations of a minute beside the one that counts.
#[test]
fn a_crowd_hides_nobody() {
    let minutes: Vec<Minute> = miner::minutes(1, 1, 3.5, 400)
        .into_iter()
        .map(|minute| [minute.up_bytes, minute.down_bytes, minute.up_packets, minute.down_packets])
        .collect();
    let mut lines = flow_lines(&minutes, 4, "203.0.113.9", 60);
    for at in 0..1_000_000_i64 {
        let begin = BEGIN_SECONDS + at % 24_000;
        let _written = writeln!(
            lines,
            "2 111122223333 eni-0004 10.0.0.4 198.18.{}.{} 50000 {} 6 9 900 {begin} {} ACCEPT OK",
            at / 256 % 256,
            at % 256,
            443 + at / 65_536,
            begin + 60
        );
    }
    let cases = judge(&lines);
    let found = cases.iter().flat_map(|case| &case.findings);
    let found = found.filter(|finding| finding.detector == "stratum_profile").count();
    assert_eq!(found, 1);
}
