//! Real samples, where the folder is at hand: they are not part of the project.

use std::path::PathBuf;

use crate::program::scan;

/// The folder of samples: named by `FIREDAMP_CORPUS`, or beside the project.
fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let named = std::env::var_os("FIREDAMP_CORPUS").map(PathBuf::from);
    named.or(Some(beside)).filter(|folder| folder.is_dir())
}

/// The first file of a folder of samples whose name ends so.
pub(crate) fn file(under: &str, end: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder()?.join(under)).ok()?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.into_iter().find(|path| path.to_string_lossy().ends_with(end))
}

#[test]
fn real_samples_give_the_mining_cases_and_no_others() {
    let Some(folder) = folder() else {
        return eprintln!("skipped: no folder of real samples at hand");
    };
    let run = scan(&[&folder]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    let likely: Vec<&str> = run
        .cases
        .iter()
        .filter(|case| case["probability"].as_f64() >= Some(0.5))
        .filter_map(|case| case["findings"][0]["evidence"]["reports"][0]["product"].as_str())
        .collect();
    assert_eq!(likely, ["partner_center", "graph"], "the mining records without a test flag");
    let defender = run
        .cases
        .iter()
        .find(|case| case["findings"][0]["evidence"]["reports"][0]["product"] == "defender");
    let defender = defender.expect("the sample alerts are shown");
    assert!(defender["probability"].as_f64() < Some(0.1));
    assert_eq!(defender["findings"][0]["evidence"]["sample"], true);
}
