//! `firedamp simulate`: made-up worlds on disk.

use std::{fs, path::Path};

use serde_json::Value;

use crate::program::{Folder, firedamp, scan};

fn make(folder: &Path, more: &[&str]) -> crate::program::Run {
    let folder = folder.to_str().expect("a path of text");
    firedamp(&[&["simulate", folder, "--hours", "2"], more].concat())
}

#[test]
fn a_world_is_scanned_and_known() {
    let folder = Folder::new();
    let world = folder.path("world");
    let run = make(&world, &["--scenario", "plain", "--scenario", "web_server", "--hosts", "1"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert!(run.err.contains("2 accounts, 1 of them mining"), "{}", run.err);
    let truths = fs::read_to_string(world.join("truth.jsonl")).expect("truths");
    let truths: Vec<Value> =
        truths.lines().map(|line| serde_json::from_str(line).expect("a truth")).collect();
    assert_eq!(truths.len(), 2);
    assert!(world.join("blocks/xmr.txt").exists());
    let cases = scan(&[&world.join("aws"), &world.join("azure")]).cases;
    let mining = cases.iter().find(|case| case["id"] == truths[0]["account"]).expect("a case");
    assert!(mining["probability"].as_f64().expect("a number") > 0.9);
}

#[test]
fn a_world_is_not_written_over() {
    let folder = Folder::new();
    folder.write("mine.txt", "dear to me");
    let run = make(folder.root(), &["--scenario", "plain"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("not empty"), "{}", run.err);
    assert_eq!(make(folder.root(), &["--scenario", "plain", "--force"]).code, 0);
    assert!(folder.path("truth.jsonl").exists());
}

#[test]
fn scenarios_and_evasions_are_listed() {
    let run = firedamp(&["simulate", "--list"]);
    assert_eq!(run.code, 0);
    for id in ["hijacked_subscription", "full_node_xmr", "padding_20k", "tor"] {
        assert!(run.out.contains(id), "{id}");
    }
    assert_eq!(firedamp(&["simulate", "w", "--scenario", "nonsense"]).code, 2);
    assert_eq!(firedamp(&["simulate", "w", "--record-seconds", "61"]).code, 2);
    assert_eq!(firedamp(&["simulate"]).code, 2);
}
