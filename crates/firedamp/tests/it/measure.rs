//! From a made-up world to numbers: simulate, evaluate, backtest.

use std::fs;

use serde_json::Value;

use crate::program::{Folder, Run, firedamp};

/// A world of one listed miner and one web server of Amazon's.
fn world(folder: &Folder) -> String {
    let path = folder.path("world").display().to_string();
    let run = firedamp(&[
        "simulate",
        &path,
        "--scenario",
        "plain",
        "--scenario",
        "web_server",
        "--cloud",
        "aws",
        "--hours",
        "3",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    path
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err))
}

#[test]
fn a_labelled_folder_is_measured() {
    let folder = Folder::new();
    let world = world(&folder);
    let run = firedamp(&["evaluate", &world, "--output", "json"]);
    let arm = json(&run)["arms"][0].clone();
    assert_eq!((arm["miners"].as_u64(), arm["accounts"].as_u64()), (Some(1), Some(2)));
    assert_eq!(arm["thresholds"][1]["recall"]["hits"], 1);
    assert_eq!(arm["false_cases"].as_array().map(Vec::len), Some(0));
    let page = firedamp(&["evaluate", &world, "--output", "html"]);
    assert!(page.out.contains("No miner was missed"), "{}", page.err);
    let table = firedamp(&["evaluate", &world]);
    assert!(table.out.starts_with("| judged by |"), "{}", table.err);
}

#[test]
fn truth_without_telemetry_and_telemetry_without_truth_are_told() {
    let folder = Folder::new();
    let world = world(&folder);
    let path = folder.path("world/truth.jsonl");
    let truths = fs::read_to_string(&path).expect("truths");
    let (first, rest) = truths.split_once('\n').expect("two truths");
    let own = first.split('"').find(|text| text.starts_with("aws:")).expect("an account");
    let other = first.replace(own, "aws:111122223333");
    fs::write(&path, format!("{other}\n{rest}")).expect("a file");
    let run = firedamp(&["evaluate", &world]);
    assert!(run.err.contains("aws:111122223333: a truth, but no telemetry"), "{}", run.err);
    assert!(run.err.contains(&format!("{own}: telemetry, but no truth")), "{}", run.err);
    fs::write(&path, "{\"account\": 7}\n").expect("a file");
    let run = firedamp(&["evaluate", &world]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("truth.jsonl`, line 1"), "{}", run.err);
}

#[test]
fn a_change_is_tried_before_it_is_made() {
    let folder = Folder::new();
    let world = world(&folder);
    let none = firedamp(&["backtest", &world]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("nothing to try"), "{}", none.err);
    let same = firedamp(&["backtest", &world, "--try-without", "miner_process"]);
    assert_eq!(same.code, 0, "{}", same.err);
    assert!(same.out.contains("no account is judged differently"));
    let off = ["pool_contact", "provider_alert", "stratum_profile", "fleet_pulse", "spend_step"];
    let mut arguments = vec!["backtest", &world, "--output", "json"];
    arguments.extend(off.iter().flat_map(|id| ["--try-without", id]));
    let lost = firedamp(&arguments);
    assert_eq!(lost.code, 1, "{}", lost.err);
    let comparison = json(&lost);
    assert_eq!(comparison["changes"][0]["fate"], "lost");
    assert_eq!(comparison["minutes"], -30.0);
}

#[test]
fn weights_are_printed_changed_and_tried() {
    let folder = Folder::new();
    let world = world(&folder);
    let weights = firedamp(&["backtest", "--print-weights"]).out;
    let harsher = weights.replacen("resource = -9.21", "resource = -60.0", 1);
    let path = folder.write("weights.toml", harsher).display().to_string();
    let run = firedamp(&["backtest", &world, "--try-weights", &path]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("lost"), "{}", run.out);
    let path = folder.write("broken.toml", "version = 1").display().to_string();
    let run = firedamp(&["backtest", &world, "--try-weights", &path]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("missing field"), "{}", run.err);
}
