//! The laws for command lines that a sensor wrote in several records: however they are cut over
//! objects, in whatever order they come and however often, they are one command.

use firedamp_core::{case::Case, scan};
use proptest::prelude::*;

use super::{json, options};

/// A miner behind a long first argument: the kernel writes what is longer than 7,500 bytes in
/// several records, and the pool's address is cut in two.
fn records() -> Vec<String> {
    let line =
        |rest: &str| format!("node=host-1 type=EXECVE msg=audit(1772359200.250:479): {rest}\n");
    vec![
        "node=host-1 type=SYSCALL msg=audit(1772359200.250:479): arch=c000003e syscall=59 success=yes \
         exit=0 ppid=7 pid=8 uid=0 comm=\"upd\" exe=\"/opt/upd\"\n"
            .to_string(),
        line(&format!("argc=6 a0=\"/opt/upd\" a1=\"{}\" a2=\"-o\"", "x".repeat(7000))),
        line("a3_len=33 a3[0]=\"stratum+tcp://poo\""),
        line("a3[1]=\"l.example:3333\" a4=\"-p\" a5=\"x\""),
        // Somebody else's start, in between.
        "node=host-1 type=EXECVE msg=audit(1772359200.250:480): argc=2 a0=\"ls\" a1=\"-l\"\n".to_string(),
    ]
}

fn judged(objects: &[String]) -> Vec<Case> {
    let objects: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
    scan::scan(&objects, &options())
}

fn probability(cases: &[Case]) -> f64 {
    cases.iter().map(|case| case.probability).fold(0.0, f64::max)
}

#[test]
fn only_all_parts_together_are_a_miner() {
    let whole = records();
    assert!(probability(&judged(&[whole.concat()])) >= 0.97);
    for missing in 1..4 {
        let mut rest = whole.clone();
        rest.remove(missing);
        let p = probability(&judged(&[rest.concat()]));
        let is_told_by_what_is_left = missing == 1;
        assert_eq!(p >= 0.5, is_told_by_what_is_left, "without record {missing}: {p}");
    }
    // The parts of two starts are no start.
    let mixed = whole.concat().replacen("479): a3[1]", "481): a3[1]", 1);
    assert!(probability(&judged(&[mixed])) < 0.5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn parts_in_any_order_cut_anywhere_and_repeated_are_one_command(
        order in Just(records()).prop_shuffle(),
        cuts in prop::collection::vec(any::<bool>(), 5),
        again in 0_usize..5,
    ) {
        let mut objects = vec![String::new()];
        for (record, cut) in order.iter().zip(&cuts) {
            if *cut {
                objects.push(String::new());
            }
            objects.last_mut().expect("one at least").push_str(record);
        }
        objects.retain(|object| !object.is_empty());
        objects.push(order[again].clone());
        let whole = judged(&[records().concat()]);
        let apart = judged(&objects);
        prop_assert_eq!(apart.len(), whole.len());
        let told = |cases: &[Case]| -> Vec<String> {
            let findings = cases.iter().flat_map(|case| &case.findings);
            findings.map(|one| format!("{} {} {:.6} {}", one.detector, one.resource, one.llr, one.summary)).collect()
        };
        prop_assert_eq!(told(&apart), told(&whole));
        prop_assert_eq!(json(&judged(&objects)), json(&apart));
    }
}
