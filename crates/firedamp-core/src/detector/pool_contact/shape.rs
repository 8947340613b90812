//! The shape of a conversation: how long it ran, how much went which way.
//!
//! A conversation is made of connections, told by the local port. Each is looked at by itself: one
//! that carries bulk is set aside, so that neither a page's download hides a miner beside it nor a
//! hundred miners behind one gateway look like a download.

use std::collections::BTreeMap;

use super::{Conversation, Counts, EPHEMERAL_PORT_MIN, Opener, Record};
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
    /// Connections by the ports that they were opened from.
    pub(super) connections: usize,
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

/// The records of one connection, by their end.
type Connection<'a> = Vec<Piece<'a>>;

/// A record, and what it covers.
#[derive(Clone, Copy)]
struct Piece<'a> {
    record: &'a Record,
    /// From its begin, or from the end of the record before it, where it tells of the time since.
    covers: Span,
    /// It tells of the time since a record that is not there.
    is_orphan: bool,
}

impl Shape {
    /// Looks at a conversation; `None` when it holds no record of a connection opened from here.
    /// `calls` says that more than ports tells who opened it: its name was asked for, or it is listed.
    pub(super) fn of(conversation: &Conversation, calls: bool, weights: &Contact) -> Option<Self> {
        let accepted = conversation.records.values().any(|record| record.accepted);
        let scale = conversation.records.scale();
        let mut connections = connections(conversation, accepted, calls);
        let quiet = |pieces: &Connection<'_>| !is_bulk(pieces, scale, weights);
        let is_busy = !connections.values().any(quiet);
        connections.retain(|_, pieces| is_busy || quiet(pieces));
        let pieces: Connection<'_> = connections.values().flatten().copied().collect();
        let stretches = stretches(&pieces);
        let span = stretches.iter().copied().reduce(Span::joined)?;
        // A sample of the records has longer silences than the records had.
        let gap_seconds = (weights.gap_seconds as f64 * scale.min(16.0)) as i64;
        let run = longest_run(&stretches, gap_seconds)?;
        let window_seconds = window_seconds(&pieces);
        let longest =
            connections.values().filter_map(|pieces| lasted(&self::stretches(pieces), gap_seconds));
        let mut shape = Self {
            fit: Fit::Rejected,
            short_lived: longest.max()? <= (2 * window_seconds).max(120),
            span,
            run,
            window_seconds,
            connections: connections.len(),
            out: traffic(&pieces, run, scale, |record| record.out),
            back: traffic(&pieces, run, scale, |record| record.back),
        };
        if accepted {
            let counted = pieces.iter().any(|piece| piece.record.counts());
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
fn connections(
    conversation: &Conversation,
    accepted: bool,
    calls: bool,
) -> BTreeMap<u16, Connection<'_>> {
    let mut records: BTreeMap<u16, Vec<&Record>> = BTreeMap::new();
    for record in conversation.records.values().filter(|record| record.accepted == accepted) {
        records.entry(record.local_port).or_default().push(record);
    }
    let shows = |own: &[&Record], opener| own.iter().any(|record| record.opener == Some(opener));
    records.retain(|_, own| !shows(own, Opener::Remote));
    // Who calls from one of two lower ports does from all: a service has one port, a client many.
    let calls = calls
        || records
            .iter()
            .any(|(local, own)| !serves(*local, conversation.port) || shows(own, Opener::Resource));
    records.retain(|local, _| calls || !serves(*local, conversation.port));
    records.into_iter().map(|(local, own)| (local, pieces(own))).collect()
}

/// Whether the resource rather serves on this port than calls from it, as far as ports tell.
const fn serves(local: u16, remote: u16) -> bool {
    local < EPHEMERAL_PORT_MIN && local < remote
}

fn pieces(mut records: Vec<&Record>) -> Connection<'_> {
    records.sort_by_key(|record| (record.span.last, record.since_previous));
    let mut previous: Option<Time> = None;
    let covered = |record: &&'_ Record| {
        let since = previous.replace(record.span.last).filter(|_| record.since_previous);
        let first = since.map_or(record.span.first, |since| since.min(record.span.first));
        let is_orphan = record.since_previous && since.is_none();
        (Span { first, last: record.span.last }, is_orphan)
    };
    let covered: Vec<(Span, bool)> = records.iter().map(covered).collect();
    let piece = |(record, (covers, is_orphan))| Piece { record, covers, is_orphan };
    records.into_iter().zip(covered).map(piece).collect()
}

/// Whether a connection carries more than any miner's: on average, or by bursts into the resource.
fn is_bulk(pieces: &Connection<'_>, scale: f64, weights: &Contact) -> bool {
    let minutes = stretches(pieces).into_iter().reduce(Span::joined).map_or(1.0, minutes);
    let sum = |bytes: fn(&Record) -> u64| {
        pieces.iter().map(|piece| bytes(piece.record) as f64).sum::<f64>() * scale
    };
    let busiest = sum(|record| record.out.bytes).max(sum(|record| record.back.bytes)) / minutes;
    busiest > weights.busy_bytes_per_minute || bursts(pieces, weights)
}

/// One burst that is too small for a page among hours of a miner's minutes does not hide them.
fn bursts(pieces: &Connection<'_>, weights: &Contact) -> bool {
    let bursts = || {
        pieces.iter().filter(|piece| {
            piece.record.back.bytes as f64 / piece.minutes() > weights.burst_bytes_per_minute
        })
    };
    bursts().count() as f64 > weights.burst_share * pieces.len() as f64
        || bursts().any(|piece| piece.record.back.bytes as f64 > weights.bulk_bytes)
}

impl Piece<'_> {
    /// The time that it may tell of: Azure's `C` and `E` records some five minutes where the record
    /// before them is not there.
    fn minutes(&self) -> f64 {
        if self.is_orphan { 5.0 } else { minutes(self.covers) }
    }
}

fn minutes(span: Span) -> f64 {
    (span.seconds() as f64 / 60.0).max(1.0)
}

/// How long one record may gather: as its source says, or, where records tell of the time since the one
/// before them, the middle of those times. One record of a day does not make the others so long.
fn window_seconds(pieces: &Connection<'_>) -> i64 {
    let told = pieces.iter().map(|piece| piece.record.span.seconds()).max().unwrap_or(0);
    let since = pieces.iter().filter(|piece| piece.record.since_previous);
    let mut between: Vec<i64> = since.map(|piece| piece.covers.seconds()).collect();
    between.retain(|seconds| *seconds > 0);
    between.sort_unstable();
    let middle = between.get(between.len().saturating_sub(1) / 2).copied().unwrap_or(0);
    told.max(middle).min(WINDOW_SECONDS_MAX)
}

fn traffic(
    pieces: &Connection<'_>,
    run: Span,
    scale: f64,
    counts: fn(&Record) -> Counts,
) -> Traffic {
    let mut traffic = Traffic::default();
    for Piece { record, .. } in pieces {
        let Counts { packets, bytes } = counts(record);
        traffic.packets += packets as f64 * scale;
        traffic.bytes += bytes as f64 * scale;
        if record.span.last >= run.first && record.span.last <= run.last {
            traffic.bytes_per_minute += bytes as f64 * scale / minutes(run);
        }
    }
    traffic
}

/// What records cover, by begin.
fn stretches(pieces: &Connection<'_>) -> Vec<Span> {
    let mut stretches: Vec<Span> = pieces.iter().map(|piece| piece.covers).collect();
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
