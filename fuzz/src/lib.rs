//! What every target does with its bytes: read them, fold them, judge them; nothing may panic,
//! and reading in other pieces must give the same state.

use std::sync::{Arc, LazyLock};

use firedamp_core::{
    detector::Watch,
    fold::{Accounts, Partial, Plan},
    format,
    indicator::{self, IndicatorSet},
    scan::{self, Options},
};

/// The embedded list with an endpoint that mutated examples often hold.
static OPTIONS: LazyLock<Options> = LazyLock::new(|| {
    let mut indicators = IndicatorSet::embedded();
    let own = "203.0.113.9\n203.0.113.9:3333\npool.example\n2001:db8::9\n";
    indicators.layer(indicator::import(own).expect("a plain list").indicators);
    let mut options = Options::new(Arc::new(indicators));
    options.all = true;
    options
});

/// Without the first look at conversations, which would remember those of every input.
static PLAN: LazyLock<Arc<Plan>> = LazyLock::new(|| {
    let watch = Watch { indicators: OPTIONS.indicators.clone(), ..Watch::default() };
    Arc::new(Plan::new(watch, None))
});

/// Reads `bytes` as one object, with a format forced or not.
pub fn object(bytes: &[u8], forced: Option<&str>) {
    let whole = fold(bytes, forced, bytes.len());
    let pieces = fold(bytes, forced, 97);
    assert!(whole == pieces, "the size of the pieces shows");
    let twice = whole.clone().merge(pieces);
    assert!(twice == whole, "reading twice shows");
    for case in scan::judge(&whole, &OPTIONS) {
        assert!((0.0..=1.0).contains(&case.probability), "{case:?}");
    }
}

fn fold(bytes: &[u8], forced: Option<&str>, piece: usize) -> Accounts {
    let options = Options { forced: forced.and_then(format::by_id), ..OPTIONS.clone() };
    scan::read_object(bytes, piece, &PLAN, &options).into_accounts()
}

/// Reads `bytes` as a file, with everything that files are unpacked with.
pub fn file(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::io::Write::write_all(&mut file, bytes).expect("room for it");
    let mut partial = Partial::new(PLAN.clone(), None);
    let _outcome = firedamp::object::read(file.path(), None, &mut partial);
}
