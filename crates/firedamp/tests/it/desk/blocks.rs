//! Tables of blocks beside a desk: they grow, break and mend while it runs, and while it does not.

use std::{path::Path, sync::Arc};

use firedamp::{
    block_tables::Tables,
    desk::{Desk, Settings, Watched},
};
use firedamp_core::scan::Options;

use super::{NOW, Office, settings, settle};
use crate::program::{proxied, table};

/// The simulator's first account of Amazon's.
fn account() -> String {
    format!("aws:{:012}", 11_100_001)
}

/// A desk that watches the world of an office with a table of blocks.
async fn desk_with(office: &Office, path: &Path) -> Desk {
    let tables = Tables::read(&[("xmr".to_string(), path.to_path_buf())]).expect("tables");
    let blocks = Arc::new(tables.blocks());
    let settings = settings();
    let options = Options { blocks, ..settings.options };
    let settings = Settings { options, tables, ..settings };
    let watched = Watched::new(vec![office.folder.path("world/aws")]);
    Desk::open(office.store.clone(), settings, watched, NOW).await.expect("a desk")
}

async fn probability(office: &Office) -> f64 {
    let judgements = office.judgements().await;
    judgements.get(&account()).and_then(|case| case["probability"].as_f64()).unwrap_or_default()
}

#[tokio::test]
async fn a_table_that_grows_is_taken_up_and_whom_it_concerns_is_judged_again() {
    let office = Office::new().await;
    let blocks = proxied(&office.folder.path("world"));
    let old = table(&blocks.iter().map(|at| at - 3 * 86_400).collect::<Vec<i64>>());
    let path = office.folder.write("xmr.txt", &old);
    let mut desk = desk_with(&office, &path).await;
    settle(&mut desk, NOW).await.expect("rest");
    let before = probability(&office).await;
    assert!(before < 0.5, "the table ended three days before: {before}");

    let whole = old + &table(&blocks);
    office.folder.write("xmr.txt", &whole);
    let turn = desk.turn(NOW.plus_seconds(100_000)).await.expect("a turn");
    assert_eq!((turn.folded, turn.judged), (0, 1));
    let after = probability(&office).await;
    assert!(after >= 0.9, "{after}");

    office.folder.write("xmr.txt", whole.clone() + "1772359200000\n");
    let turn = desk.turn(NOW.plus_seconds(100_010)).await.expect("a turn");
    assert!(turn.is_idle(), "a bad table changes nothing: {turn:?}");
    office.folder.write("xmr.txt", whole + "1772539200\n");
    let turn = desk.turn(NOW.plus_seconds(100_020)).await.expect("a turn");
    assert!(turn.is_idle(), "a block of the next day concerns nobody: {turn:?}");
    assert!(probability(&office).await >= 0.9);
}

#[tokio::test]
async fn a_table_that_grew_while_the_desk_was_away_is_judged_by() {
    let office = Office::new().await;
    let blocks = proxied(&office.folder.path("world"));
    let old: Vec<i64> = blocks.iter().map(|at| at - 3 * 86_400).collect();
    let path = office.folder.write("xmr.txt", table(&old));
    let mut desk = desk_with(&office, &path).await;
    settle(&mut desk, NOW).await.expect("rest");
    drop(desk);
    office.folder.write("xmr.txt", table(&blocks));
    let mut desk = desk_with(&office, &path).await;
    settle(&mut desk, NOW.plus_seconds(100_000)).await.expect("rest");
    let after = probability(&office).await;
    assert!(after >= 0.9, "{after}");
}

/// A file that keeps so many blocks of late, as `tail` writes it.
#[tokio::test]
async fn a_table_that_loses_its_oldest_block_as_it_grows_has_nobody_judged_again() {
    let office = Office::new().await;
    let blocks = proxied(&office.folder.path("world"));
    let old = table(&blocks.iter().map(|at| at - 3 * 86_400).collect::<Vec<i64>>());
    let whole = old + &table(&blocks);
    let path = office.folder.write("xmr.txt", &whole);
    let mut desk = desk_with(&office, &path).await;
    settle(&mut desk, NOW).await.expect("rest");
    assert!(probability(&office).await >= 0.9);
    let (_, late) = whole.split_once('\n').expect("blocks");
    // Of the day after; three days before nobody was heard.
    office.folder.write("xmr.txt", late.to_string() + "1772539200\n");
    let turn = desk.turn(NOW.plus_seconds(100_000)).await.expect("a turn");
    assert_eq!((turn.folded, turn.judged), (0, 0));
    assert!(probability(&office).await >= 0.9);
}
