//! What the desk tells of itself, in the text format of Prometheus.

use std::{
    collections::BTreeMap,
    sync::LazyLock,
    time::{Duration, Instant},
};

use axum::{
    Extension,
    extract::{MatchedPath, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use firedamp_core::time::Time;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{
    block_tables::Standing,
    desk::Turn,
    store::Totals,
    web::{App, Problem, access::Caller},
};

const OBJECTS: &str = "firedamp_objects_folded_total";
const BYTES: &str = "firedamp_bytes_folded_total";
const JUDGED: &str = "firedamp_accounts_judged_total";
const FAILED: &str = "firedamp_turns_failed_total";
const TURN: &str = "firedamp_turn_seconds";
const TURN_AGE: &str = "firedamp_turn_age_seconds";
const WAITING: &str = "firedamp_objects_waiting";
const UNREAD: &str = "firedamp_objects_unread";
const REQUEST: &str = "firedamp_request_seconds";
const CARRIED: &str = "firedamp_notices_sent_total";
const ANSWERS: &str = "firedamp_answers_total";
const SOURCE: &str = "firedamp_source_total";
const SOURCE_UP: &str = "firedamp_source_up";
const SILENT: &str = "firedamp_feeds_silent";
const SPOOL: &str = "firedamp_spool_bytes";
const BLOCKS_NEWEST: &str = "firedamp_blocks_newest_seconds";
const BLOCKS_UP: &str = "firedamp_blocks_table_up";

/// Upper bounds in seconds, from a quick page to a slow turn.
const BUCKETS: [f64; 10] = [0.005, 0.02, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 120.0];

/// One recorder for the program; `None` when another library has put its own there.
static RECORDER: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let mut named = [TURN, REQUEST].into_iter().map(|name| Matcher::Full(name.to_string()));
    let builder = named.try_fold(PrometheusBuilder::new(), |builder, name| {
        builder.set_buckets_for_metric(name, &BUCKETS)
    });
    let handle = builder.and_then(PrometheusBuilder::install_recorder).ok();
    describe();
    handle
});

fn describe() {
    describe_counter!(OBJECTS, "Objects folded");
    describe_counter!(BYTES, "Bytes in the objects folded");
    describe_counter!(JUDGED, "Accounts judged");
    describe_counter!(FAILED, "Turns that failed and are tried again");
    describe_histogram!(TURN, "Seconds of a turn that did something");
    describe_gauge!(TURN_AGE, "Seconds since the last turn ended that did not fail");
    describe_gauge!(WAITING, "Objects that wait for the next turn");
    describe_gauge!(UNREAD, "Objects that could not be read and are tried again");
    describe_histogram!(REQUEST, "Seconds of a request");
    describe_counter!(CARRIED, "Attempts to send a notice, by whether it arrived");
    describe_counter!(ANSWERS, "Answers by route and status");
    describe_counter!(
        SOURCE,
        "What buckets, queues and pulls gave, by source and what became of it"
    );
    describe_gauge!(SOURCE_UP, "Whether a bucket, queue or pull answered when it was last asked");
    describe_gauge!(SILENT, "Accounts that a source tells nothing of for longer than it should");
    describe_gauge!(SPOOL, "Bytes of objects of buckets that are kept on this machine");
    describe_gauge!(
        BLOCKS_NEWEST,
        "When the newest known block of a coin came, in seconds since 1970"
    );
    describe_gauge!(BLOCKS_UP, "Whether a coin's tables of blocks can be used as they are now");
}

/// Notes a turn that was made.
pub fn turned(turn: &Turn, took: Duration) {
    LazyLock::force(&RECORDER);
    gauge!(WAITING).set(turn.waiting as f64);
    gauge!(UNREAD).set(turn.unread as f64);
    if turn.is_idle() {
        return;
    }
    counter!(OBJECTS).increment(turn.folded as u64);
    counter!(BYTES).increment(turn.bytes);
    counter!(JUDGED).increment(turn.judged as u64);
    histogram!(TURN).record(took);
}

/// Notes a turn that failed.
pub fn failed() {
    LazyLock::force(&RECORDER);
    counter!(FAILED).increment(1);
}

/// Notes what became of objects, keys or messages of a source.
pub fn source(source: &str, outcome: &'static str, count: u64) {
    LazyLock::force(&RECORDER);
    counter!(SOURCE, "source" => source.to_string(), "outcome" => outcome).increment(count);
}

/// Notes whether a source answered.
pub fn source_up(source: &str, is_up: bool) {
    LazyLock::force(&RECORDER);
    gauge!(SOURCE_UP, "source" => source.to_string()).set(if is_up { 1.0 } else { 0.0 });
}

/// Notes how many feeds are silent for too long.
pub fn feeds_silent(count: usize) {
    LazyLock::force(&RECORDER);
    gauge!(SILENT).set(count as f64);
}

/// Notes how full the spool is.
pub fn spool(bytes: u64) {
    LazyLock::force(&RECORDER);
    gauge!(SPOOL).set(bytes as f64);
}

/// Notes an attempt to send a notice.
pub fn carried(arrived: bool) {
    LazyLock::force(&RECORDER);
    counter!(CARRIED, "arrived" => if arrived { "yes" } else { "no" }).increment(1);
}

/// Notes each request by its route; what was asked for in it is nobody's business.
pub async fn request(request: Request, next: Next) -> Response {
    LazyLock::force(&RECORDER);
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_string(), |path| path.as_str().to_string());
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    counter!(ANSWERS, "route" => route.clone(), "status" => status).increment(1);
    histogram!(REQUEST, "route" => route).record(began.elapsed());
    response
}

/// All of it, with what the store holds.
///
/// # Errors
/// When the store can't be read.
pub async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    caller.must_see_all()?;
    gauge!(TURN_AGE).set(app.turns.age().as_secs_f64());
    note_totals(&app.store.totals(None).await?);
    note_blocks(&app.blocks.standings());
    let text = RECORDER.as_ref().map(PrometheusHandle::render).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

fn note_blocks(tables: &[Standing]) {
    let mut coins: BTreeMap<&str, (i64, bool)> = BTreeMap::new();
    for table in tables {
        let newest = table.newest().map_or(0, Time::seconds);
        let (known, is_up) = coins.entry(&table.coin).or_insert((0, true));
        *known = newest.max(*known);
        *is_up &= table.error.is_none();
    }
    for (coin, (newest, is_up)) in coins {
        gauge!(BLOCKS_NEWEST, "coin" => coin.to_string()).set(newest as f64);
        gauge!(BLOCKS_UP, "coin" => coin.to_string()).set(if is_up { 1.0 } else { 0.0 });
    }
}

fn note_totals(totals: &Totals) {
    for (name, count) in [
        ("firedamp_objects", totals.objects),
        ("firedamp_records", totals.records),
        ("firedamp_records_rejected", totals.rejects),
        ("firedamp_objects_with_warning", totals.warnings),
        ("firedamp_accounts", totals.accounts),
        ("firedamp_cases_open", totals.open_cases),
        ("firedamp_notices_unread", totals.unread_notices),
        ("firedamp_deliveries_dead", totals.dead_deliveries),
    ] {
        gauge!(name).set(count as f64);
    }
}
