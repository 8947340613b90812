//! `firedamp evaluate` over labelled folders.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use crate::program::{Folder, HEADER, Run, firedamp, mining, question};

const MINER: &str = "111122223333";
const SHOP: &str = "444455556666";
const POOL: &str = "203.0.113.9";

/// An hour of somebody who fetches pages, without the header line.
fn shopping(account: &str) -> String {
    let mut log = String::new();
    for minute in 0..60 {
        let (start, end) = (1_772_359_200 + minute * 60, 1_772_359_260 + minute * 60);
        let port = 40_000 + minute;
        log += &format!(
            "2 {account} eni-0def 10.0.0.5 198.51.100.7 {port} 443 6 40 9000 {start} {end} ACCEPT OK\n\
             2 {account} eni-0def 198.51.100.7 10.0.0.5 443 {port} 6 90 {} {start} {end} ACCEPT OK\n",
            120_000 + minute * 7_001
        );
    }
    log
}

fn truth(account: &str, mines: bool) -> Value {
    json!({
        "account": format!("aws:{account}"),
        "scenario": if mines { "plain" } else { "web_shop" },
        "mines": mines,
        "coin": mines.then_some("xmr"),
        "resources": 1,
        "resource_days": 0.5,
        "mining_since": mines.then_some(1_772_359_200_000_i64),
        "dollars_per_hour": if mines { 2.0 } else { 0.0 },
    })
}

/// One account that mines with a listed pool, and one that does not mine.
fn labelled() -> Folder {
    let folder = Folder::new();
    folder.write("truth.jsonl", format!("{}\n{}\n", truth(MINER, true), truth(SHOP, false)));
    folder.write("a/flow.log", HEADER.to_string() + &mining(MINER, POOL, 443));
    folder.write("a/dns.json", question(MINER, POOL));
    folder.write("b/flow.log", HEADER.to_string() + &shopping(SHOP));
    folder
}

fn evaluate(folder: &Folder, more: &[&str]) -> Run {
    let root = folder.root().display().to_string();
    firedamp(&[&["evaluate", &root], more].concat())
}

fn measured(folder: &Folder, more: &[&str]) -> Value {
    let run = evaluate(folder, &[&["--output", "json"], more].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).expect("one JSON object")
}

#[test]
fn a_labelled_folder_is_measured() {
    let folder = labelled();
    let measured = measured(&folder, &["--record-seconds", "60"]);
    let arm = &measured["arms"][0];
    assert_eq!((&arm["accounts"], &arm["miners"]), (&json!(2), &json!(1)));
    let at_half = &arm["thresholds"][1];
    assert_eq!(at_half["recall"]["hits"], 1);
    assert_eq!(at_half["false_cases"]["count"], 0);
    // Half a resource-day without a false case: -ln(0.05) / 0.5 in a day at most.
    let bound = at_half["false_cases"]["bound"].as_f64().expect("a number");
    assert!((bound - 2.9957 / 0.5 * 10_000.0).abs() < 10.0, "{bound}");
    let delay = &arm["delays"][0];
    assert_eq!(delay["cases"], 1);
    let minutes = delay["median_minutes"].as_f64().expect("found within the hour");
    assert!((5.0..=60.0).contains(&minutes), "{delay}");
    assert!((delay["median_dollars"].as_f64().expect("dollars") - minutes / 30.0).abs() < 1e-9);
    let ablation = arm["ablation"].as_array().expect("a list");
    let contact = ablation.iter().find(|row| row["without"] == "pool_contact").expect("spoke");
    assert!(contact["nats_lost"].as_f64().expect("nats") > 1.0, "{contact}");
    assert_eq!(arm["by"]["records"][0]["name"], "60 s");
}

/// Where the values of a JSON text stand; shares with their intervals are one value, and so is who
/// spoke.
fn paths(value: &Value, path: &str, seen: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) if !object.contains_key("hits") && !path.ends_with(".spoke") => {
            for (key, value) in object {
                paths(value, &format!("{path}.{key}"), seen);
            }
        }
        Value::Array(array) if !array.is_empty() => {
            array.iter().for_each(|value| paths(value, &format!("{path}[]"), seen));
        }
        _ => drop(seen.insert(path.to_string())),
    }
}

#[test]
fn the_shape_is_stable() {
    let (missed, accused) = ("000011112222", "123456789012");
    let folder = labelled();
    let lines =
        [truth(MINER, true), truth(SHOP, false), truth(missed, true), truth(accused, false)];
    folder.write("truth.jsonl", lines.map(|line| line.to_string()).join("\n"));
    folder.write("c/flow.log", HEADER.to_string() + &mining(accused, POOL, 443));
    folder.write("c/dns.json", question(accused, POOL));
    let measured = measured(&folder, &[]);
    assert_eq!(measured["version"], 1);
    let mut seen = BTreeSet::new();
    paths(&measured, "", &mut seen);
    let seen = seen.into_iter().collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(seen, include_str!("evaluate.shape"), "with another shape goes another version");
}

#[test]
fn without_its_evidence_the_miner_is_missed_and_told_first() {
    let folder = labelled();
    for more in [
        vec!["--without", "pool_contact", "--without", "pool_lookup", "--no-lists"],
        vec!["--arm", "flows", "--without", "stratum_profile"],
    ] {
        let run = evaluate(&folder, &[&["--output", "table"], more.as_slice()].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        let missed = run.out.find("Missed:").unwrap_or_else(|| panic!("{}", run.out));
        assert!(missed < run.out.find("Brier").expect("calibration"), "{}", run.out);
    }
}

#[test]
fn pages_and_documents_are_written() {
    let folder = labelled();
    let page = evaluate(&folder, &["--output", "html"]);
    assert!(page.out.starts_with("<!doctype html>") && page.out.ends_with("</html>\n"));
    let document = evaluate(&folder, &[]);
    assert!(document.out.starts_with("| judged by |"), "{}", document.out);
}

#[test]
fn every_verdict_can_be_had() {
    let folder = labelled();
    let file = folder.path("verdicts.jsonl");
    let elsewhere = Folder::new();
    let path = elsewhere.path("verdicts.jsonl");
    let run = evaluate(&folder, &["--verdicts", &path.display().to_string()]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(!file.exists());
    let text = fs::read_to_string(path).expect("a file");
    let verdicts: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a verdict")).collect();
    assert_eq!(verdicts.len(), 2);
    assert_eq!(verdicts[0]["truth"]["account"], "aws:111122223333");
    assert!(verdicts[0]["probability"].as_f64().expect("a number") > 0.9);
    assert!(verdicts[0]["delay"]["seconds"].is_i64(), "{}", verdicts[0]);
}

#[test]
fn accounts_of_which_half_is_known_are_told() {
    let folder = labelled();
    let unread = truth("000011112222", true);
    folder.write("truth.jsonl", format!("{}\n{unread}\n", truth(MINER, true)));
    let run = evaluate(&folder, &["--output", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("aws:000011112222: a truth, but no telemetry"), "{}", run.err);
    assert!(run.err.contains("aws:444455556666: telemetry, but no truth"), "{}", run.err);
    let measured: Value = serde_json::from_str(&run.out).expect("one JSON object");
    assert_eq!(measured["arms"][0]["thresholds"][1]["recall"]["of"], 2);
    // An innocent of whom nothing is known proves nothing.
    let silent = truth("000011112222", false);
    folder.write("truth.jsonl", format!("{}\n{silent}\n", truth(MINER, true)));
    assert_eq!(self::measured(&folder, &[])["arms"][0]["accounts"], 1);
}

#[test]
fn what_cannot_be_judged_is_told_with_a_remedy() {
    let folder = labelled();
    let root = folder.root().display().to_string();
    for (truths, wanted) in [
        ("", "truth.jsonl` is empty"),
        ("{}", "line 1"),
        (
            &truth("000011112222", true).to_string(),
            "telemetry is of accounts such as `aws:111122223333`",
        ),
    ] {
        folder.write("truth.jsonl", truths);
        let run = evaluate(&folder, &[]);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains(wanted), "{wanted:?} in {}", run.err);
    }
    for wrong in [
        vec!["evaluate", "/nowhere/at/all"],
        vec!["evaluate", &root, "--base-rate", "0"],
        vec!["evaluate", &root, "--base-rate", "NaN"],
        vec!["evaluate", &root, "--record-seconds", "61"],
        vec!["evaluate", &root, "--without", "nonsense"],
        vec!["evaluate", &root, "--worlds", "1"],
    ] {
        let run = firedamp(&wrong);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{wrong:?}: {}", run.err);
        assert!(!run.err.is_empty());
    }
}

#[test]
fn a_fit_is_proposed_from_verdicts_and_never_from_those_of_reports() {
    let folder = Folder::new();
    let line = |account: &str, mines: bool, probability: f64, seed: u64| {
        let mut truth = truth(account, mines);
        truth["seed"] = json!(seed);
        json!({"truth": truth, "arm": "all", "probability": probability}).to_string() + "\n"
    };
    let fitting = |seed| {
        let pairs = (0..20).map(|_| line(MINER, true, 0.97, seed) + &line(SHOP, false, 0.0, seed));
        pairs.collect::<String>()
    };
    let run = |name: &str, text: String| {
        let path = folder.write(name, text);
        firedamp(&["calibrate", &path.display().to_string()])
    };
    let run_well = run("fitting.jsonl", fitting(1) + &fitting(2));
    assert_eq!(run_well.code, 0, "{}", run_well.err);
    for words in ["40 verdicts about miners, 40 about others", "held out by seed", "proposal:"] {
        assert!(run_well.out.contains(words), "{words}: {}", run_well.out);
    }
    for (name, text, words) in [
        ("report.jsonl", fitting(1000), "world 1000 is for reports"),
        ("miners.jsonl", line(MINER, true, 0.97, 1), "accounts that do not"),
        ("broken.jsonl", line(MINER, true, 0.97, 1) + "nonsense\n", "line 2"),
        ("none.jsonl", String::new(), "no verdict of the way of judging `all`"),
    ] {
        let refused = run(name, text);
        assert_eq!(refused.code, 2, "{name}: {}", refused.out);
        assert!(refused.err.contains(words), "{name}: {}", refused.err);
    }
}
