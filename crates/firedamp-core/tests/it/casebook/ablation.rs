//! What each detector adds: every story judged again with one detector switched off.
//!
//! `docs/ablation.md` is this module's output; `cargo xtask bless` writes it anew.

use std::{fs, path::PathBuf};

use firedamp_core::{detector::DETECTORS, indicator::IndicatorSet, scan::Options};

use super::{options, pages, scan_story};

/// From here on a case is open.
const OPEN: f64 = 0.10;
/// From here on it is probable.
const PROBABLE: f64 = 0.5;

#[test]
fn the_ablation_table_is_fresh() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/ablation.md");
    let table = table();
    if std::env::var_os("BLESS").is_some() {
        return fs::write(&path, table).expect("docs/ablation.md can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == table, "docs/ablation.md is stale: cargo xtask bless");
}

/// A story with an open case: its probability, and those without each detector.
struct Row {
    title: String,
    all: f64,
    without: Vec<f64>,
}

fn table() -> String {
    let rows = rows();
    let mut text = "# What each detector adds\n\nEvery story of the casebook that opens a case, \
                    judged again with one detector switched off (`--without ID`). Written by \
                    `cargo xtask bless`; checked by the tests.\n\n| without | cases lost (p < 0.10) | \
                    cases no longer probable (p < 0.5) |\n| --- | --: | --: |\n"
        .to_string();
    for (at, detector) in DETECTORS.iter().enumerate() {
        let count = |limit: f64| {
            let falls = |row: &&Row| row.all >= limit && row.without[at] < limit;
            rows.iter().filter(falls).count()
        };
        text += &format!("| `{}` | {} | {} |\n", detector.id, count(OPEN), count(PROBABLE));
    }
    text += &format!(
        "\n{} stories open a case, {} of them at p ≥ 0.5.\n\n| story | p | without |\n| --- | --: | \
         --- |\n",
        rows.len(),
        rows.iter().filter(|row| row.all >= PROBABLE).count()
    );
    rows.iter().for_each(|row| text += &line(row));
    text
}

fn line(row: &Row) -> String {
    let changed =
        DETECTORS.iter().zip(&row.without).filter(|(_, p)| (**p - row.all).abs() >= 0.005);
    let changed: Vec<String> =
        changed.map(|(detector, p)| format!("`{}` {p:.2}", detector.id)).collect();
    let changed = if changed.is_empty() { "no change".to_string() } else { changed.join(", ") };
    format!("| {} | {:.2} | {changed} |\n", row.title.replace('|', "/"), row.all)
}

fn rows() -> Vec<Row> {
    let embedded = IndicatorSet::embedded();
    let mut rows = Vec::new();
    for (page, stories) in pages() {
        for story in stories {
            let options = options(&story, &embedded);
            let p = |options: &Options| {
                let cases = scan_story(&story, options);
                cases.iter().map(|case| case.probability).fold(0.0, f64::max)
            };
            let all = p(&options);
            if all < OPEN {
                continue;
            }
            let without = DETECTORS
                .iter()
                .map(|off| p(&Options { without: vec![off.id.to_string()], ..options.clone() }))
                .collect();
            rows.push(Row { title: format!("{page}: {}", story.title), all, without });
        }
    }
    rows
}
