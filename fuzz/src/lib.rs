//! What every target does with its bytes: read them, fold them, judge them; nothing may panic,
//! and reading in other pieces must give the same state.

use std::sync::{Arc, LazyLock};

use firedamp_core::{
    case::Judge,
    container::Reader,
    detector::Watch,
    fold::{Accounts, Partial, Plan},
    format,
    indicator::{self, IndicatorSet},
    weights::Weights,
};

/// The embedded list with an endpoint that mutated examples often hold.
static PLAN: LazyLock<(Arc<Plan>, Weights)> = LazyLock::new(|| {
    let mut indicators = IndicatorSet::embedded();
    let own = "203.0.113.9\n203.0.113.9:3333\npool.example\n2001:db8::9\n";
    indicators.layer(indicator::import(own).expect("a plain list").indicators);
    let watch = Watch { indicators: Arc::new(indicators), ..Watch::default() };
    (Arc::new(Plan::new(watch, None)), Weights::embedded())
});

/// Reads `bytes` as one object, with a format forced or not.
pub fn object(bytes: &[u8], forced: Option<&str>) {
    let whole = fold(bytes, forced, bytes.len().max(1));
    let pieces = fold(bytes, forced, 97);
    assert!(whole == pieces, "the size of the pieces shows");
    let twice = whole.clone().merge(pieces);
    assert!(twice == whole, "reading twice shows");
    let (plan, weights) = &*PLAN;
    let indicators = &plan.watch.indicators;
    let judge = Judge { indicators, weights, without: &[], all: true };
    for (account, state) in &whole.0 {
        if let Some(case) = judge.judge(account, state) {
            assert!((0.0..=1.0).contains(&case.probability), "{case:?}");
        }
    }
}

fn fold(bytes: &[u8], forced: Option<&str>, piece: usize) -> Accounts {
    let mut partial = Partial::new(PLAN.0.clone(), None);
    let mut reader = Reader::new(forced.and_then(format::by_id));
    bytes.chunks(piece).for_each(|piece| reader.push(piece, &mut partial));
    let _contents = reader.finish(&mut partial);
    partial.into_accounts()
}

/// Reads `bytes` as a file, with everything that files are unpacked with.
pub fn file(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::io::Write::write_all(&mut file, bytes).expect("room for it");
    let mut partial = Partial::new(PLAN.0.clone(), None);
    let _outcome = firedamp::object::read(file.path(), None, &mut partial);
}
