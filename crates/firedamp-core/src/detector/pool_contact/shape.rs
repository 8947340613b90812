//! The shape of a conversation: how long it ran, how much went which way.
//!
//! A conversation is made of connections, told by the local port. Each is looked at by itself: one
//! that carries bulk is set aside, so that neither a page's download hides a miner beside it nor a
//! hundred miners behind one gateway look like a download.

use std::collections::BTreeMap;

use super::{Conversation, Counts, Record};
use crate::{
    time::{Span, Time},
    weights::Contact,
};

/// How a conversation fits a miner's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fit {
    /// Two-way, long and small.
    Long,
    /// Two-way and small, but short.
    Brief,
    /// The same on a port that web pages use.
    Visit,
    /// Two-way, but more than any miner sends.
    Busy,
    /// Never answered, or nothing was said.
    OneWay,
    /// Dropped by a firewall.
    Rejected,
    /// Seen by a firewall that counts no volume, again and again for long.
    LongUncounted,
    /// The same, but short.
    BriefUncounted,
}

/// What a conversation looked like.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) fit: Fit,
    /// No connection outlived its record or two, however long the conversation.
    pub(super) short_lived: bool,
    /// First and last record that counts for the fit.
    pub(super) span: Span,
    /// The longest stretch without a silence.
    pub(super) run: Span,
    /// The longest window of a record, in seconds: how late a start may be told.
    pub(super) window_seconds: i64,
    pub(super) out: Traffic,
    pub(super) back: Traffic,
}

/// What went one way: in all, and a minute of the run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Traffic {
    pub(super) packets: f64,
    pub(super) bytes: f64,
    pub(super) bytes_per_minute: f64,
}

/// Ports that web pages and their interfaces use.
pub(super) const WEB_PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// Packets of a TCP connection without payload have at most this many bytes: a SYN over IPv6, its
/// options included. The jobs that miners are sent have some four hundred.
const EMPTY_PACKET_BYTES_MAX: f64 = 80.0;

/// Records of one connection that follow each other are no further apart.
const TOUCHING_SECONDS: i64 = 60;

/// No cloud gathers flows for longer before it writes them.
const WINDOW_SECONDS_MAX: i64 = 600;

/// The records of one connection.
type Connection<'a> = Vec<&'a Record>;

impl Shape {
    /// Looks at a conversation; `None` when it holds no record of a connection opened from here.
    pub(super) fn of(conversation: &Conversation, weights: &Contact) -> Option<Self> {
        let accepted = conversation.records.values().any(|record| record.accepted);
        let scale = conversation.records.scale();
        let mut connections = connections(conversation, accepted);
        let quiet = |records: &Connection<'_>| !is_bulk(records, scale, weights);
        let is_busy = !connections.values().any(quiet);
        connections.retain(|_, records| is_busy || quiet(records));
        let by_connection: Vec<Vec<Span>> = connections.values_mut().map(stretches).collect();
        let mut stretches: Vec<Span> = by_connection.iter().flatten().copied().collect();
        stretches.sort_by_key(|span| (span.first, span.last));
        let span = stretches.iter().copied().reduce(Span::joined)?;
        // A sample of the records has longer silences than the records had.
        let gap_seconds = (weights.gap_seconds as f64 * scale.min(16.0)) as i64;
        let run = longest_run(&stretches, gap_seconds)?;
        let records: Connection<'_> = connections.values().flatten().copied().collect();
        let window_seconds = window_seconds(&records, &stretches);
        let longest = by_connection.iter().filter_map(|spans| lasted(spans, gap_seconds));
        let mut shape = Self {
            fit: Fit::Rejected,
            short_lived: longest.max()? <= (2 * window_seconds).max(120),
            span,
            run,
            window_seconds,
            out: traffic(&records, run, scale, |record| record.out),
            back: traffic(&records, run, scale, |record| record.back),
        };
        if accepted {
            let counted = records.iter().any(|record| record.counts());
            shape.fit = shape.fit(conversation.port, counted, is_busy, weights);
        }
        Some(shape)
    }

    fn fit(&self, port: u16, counted: bool, is_busy: bool, weights: &Contact) -> Fit {
        // A record tells of a packet within its window, not of how long there were packets.
        let long_seconds = weights.long_seconds.max(2 * self.window_seconds + 1);
        let long = self.run.seconds() >= long_seconds;
        match (long, WEB_PORTS.contains(&port)) {
            (true, _) if !counted => Fit::LongUncounted,
            (false, true) if !counted => Fit::Visit,
            (false, false) if !counted => Fit::BriefUncounted,
            _ if !self.has_payload() => Fit::OneWay,
            (false, true) => Fit::Visit,
            _ if is_busy => Fit::Busy,
            (true, _) => Fit::Long,
            (false, false) => Fit::Brief,
        }
    }

    /// Whether something was said. Data flows over no connection that was not accepted, so that one
    /// direction tells of both where only one is logged.
    fn has_payload(&self) -> bool {
        [self.out, self.back]
            .into_iter()
            .any(|traffic| traffic.bytes > traffic.packets * EMPTY_PACKET_BYTES_MAX)
    }
}

/// The records that were accepted, or not, by connection, without those that the remote opened.
fn connections(conversation: &Conversation, accepted: bool) -> BTreeMap<u16, Connection<'_>> {
    let mut connections: BTreeMap<u16, Connection<'_>> = BTreeMap::new();
    for record in conversation.records.values().filter(|record| record.accepted == accepted) {
        connections.entry(record.local_port).or_default().push(record);
    }
    connections.retain(|_, records| !records.iter().any(|record| record.opened_by_remote));
    connections
}

/// Whether a connection carries more than any miner's: on average, or at once into the resource.
fn is_bulk(records: &Connection<'_>, scale: f64, weights: &Contact) -> bool {
    let spans = records.iter().map(|record| record.span);
    let minutes = spans.reduce(Span::joined).map_or(1.0, minutes);
    let sum = |bytes: fn(&Record) -> u64| {
        records.iter().map(|record| bytes(record) as f64).sum::<f64>() * scale
    };
    let busiest = sum(|record| record.out.bytes).max(sum(|record| record.back.bytes)) / minutes;
    let burst = records.iter().any(|record| {
        record.back.bytes as f64 / minutes_of(record) > weights.burst_bytes_per_minute
    });
    busiest > weights.busy_bytes_per_minute || burst
}

/// The time that a record may tell of: Azure's `C` and `E` records some five minutes.
fn minutes_of(record: &Record) -> f64 {
    if record.since_previous { 5.0 } else { minutes(record.span) }
}

fn minutes(span: Span) -> f64 {
    (span.seconds() as f64 / 60.0).max(1.0)
}

/// How long one record may gather: as its source says, or, where records tell of the time since the one
/// before them, the middle of those times.
fn window_seconds(records: &Connection<'_>, stretches: &[Span]) -> i64 {
    let told = records.iter().map(|record| record.span.seconds()).max().unwrap_or(0);
    if !records.iter().any(|record| record.since_previous) {
        return told;
    }
    let mut between: Vec<i64> = stretches.iter().copied().map(Span::seconds).collect();
    between.retain(|seconds| *seconds > 0);
    between.sort_unstable();
    let middle = between.get(between.len().saturating_sub(1) / 2).copied().unwrap_or(0);
    told.max(middle.min(WINDOW_SECONDS_MAX))
}

fn traffic(
    records: &Connection<'_>,
    run: Span,
    scale: f64,
    counts: fn(&Record) -> Counts,
) -> Traffic {
    let mut traffic = Traffic::default();
    for record in records {
        let Counts { packets, bytes } = counts(record);
        traffic.packets += packets as f64 * scale;
        traffic.bytes += bytes as f64 * scale;
        if record.span.last >= run.first && record.span.last <= run.last {
            traffic.bytes_per_minute += bytes as f64 * scale / minutes(run);
        }
    }
    traffic
}

/// The time that each record of a connection covers, in order of begin. Azure's `C` and `E` records
/// cover the time since the record before them.
fn stretches(records: &mut Connection<'_>) -> Vec<Span> {
    records.sort_by_key(|record| (record.span.last, record.since_previous));
    let mut stretches = Vec::with_capacity(records.len());
    let mut previous: Option<Time> = None;
    for record in records.iter() {
        let first = previous.filter(|_| record.since_previous).unwrap_or(record.span.first);
        stretches.push(Span { first: first.min(record.span.first), last: record.span.last });
        previous = Some(record.span.last);
    }
    stretches.sort_by_key(|span| (span.first, span.last));
    stretches
}

/// How many seconds a connection lasted. One silence alone lies rather between two connections that got
/// the same local port.
fn lasted(stretches: &[Span], gap_seconds: i64) -> Option<i64> {
    let silences = || stretches.windows(2).filter(|pair| is_silent_between(pair)).take(2);
    let gap_seconds = if silences().count() == 1 { TOUCHING_SECONDS } else { gap_seconds };
    longest_run(stretches, gap_seconds).map(Span::seconds)
}

fn is_silent_between(pair: &[Span]) -> bool {
    let [one, next] = pair else { return false };
    next.first.seconds_since(one.last) > TOUCHING_SECONDS
}

/// The longest stretch without a silence of more than `gap_seconds`.
fn longest_run(stretches: &[Span], gap_seconds: i64) -> Option<Span> {
    let (mut longest, rest) = stretches.split_first().map(|(first, rest)| (*first, rest))?;
    let mut run = longest;
    for stretch in rest {
        if stretch.first.seconds_since(run.last) > gap_seconds {
            run = *stretch;
        }
        run.last = run.last.max(stretch.last);
        if run.seconds() > longest.seconds() {
            longest = run;
        }
    }
    Some(longest)
}
