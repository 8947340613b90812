//! The shape of a conversation: how long it ran, how much went which way.

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
    /// Short, on a port that web pages use.
    Visit,
    /// Two-way, but more than any miner sends.
    Busy,
    /// Never answered.
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
const WEB_PORTS: [u16; 4] = [80, 443, 8080, 8443];

impl Shape {
    /// Looks at a conversation; `None` when it holds no record.
    pub(super) fn of(conversation: &Conversation, weights: &Contact) -> Option<Self> {
        let accepted = conversation.records.values().any(|record| record.accepted);
        let scale = conversation.records.scale();
        let records: Vec<&Record> =
            conversation.records.values().filter(|record| record.accepted == accepted).collect();
        let stretches = stretches(&records);
        let span = stretches.iter().copied().reduce(Span::joined)?;
        // A sample of the records has longer silences than the records had.
        let gap_seconds = (weights.gap_seconds as f64 * scale.min(16.0)) as i64;
        let run = longest_run(&stretches, gap_seconds)?;
        let minutes = (run.seconds() as f64 / 60.0).max(1.0);
        let traffic = |counts: fn(&Record) -> Counts| {
            let within = |record: &&&Record| record.span.last >= run.first && record.span.last <= run.last;
            let bytes = |records: &mut dyn Iterator<Item = &&Record>| {
                records.map(|record| counts(record).bytes as f64).sum::<f64>() * scale
            };
            Traffic {
                packets: records.iter().map(|record| counts(record).packets as f64).sum::<f64>() * scale,
                bytes: bytes(&mut records.iter()),
                bytes_per_minute: bytes(&mut records.iter().filter(within)) / minutes,
            }
        };
        let (out, back) = (traffic(|record| record.out), traffic(|record| record.back));
        let window_seconds = records.iter().map(|record| record.span.seconds()).max().unwrap_or(0);
        let mut shape = Self { fit: Fit::Rejected, span, run, window_seconds, out, back };
        if accepted {
            shape.fit = shape.fit(conversation.port, records.iter().any(|record| record.counts()), weights);
        }
        Some(shape)
    }

    fn fit(&self, port: u16, counted: bool, weights: &Contact) -> Fit {
        let long = self.run.seconds() >= weights.long_seconds;
        if !counted {
            return match (long, WEB_PORTS.contains(&port)) {
                (true, _) => Fit::LongUncounted,
                (false, true) => Fit::Visit,
                (false, false) => Fit::BriefUncounted,
            };
        }
        let busiest = self.out.bytes_per_minute.max(self.back.bytes_per_minute);
        let web = WEB_PORTS.contains(&port);
        if self.out.packets == 0.0 || self.back.packets == 0.0 {
            Fit::OneWay
        } else if web && !long {
            Fit::Visit
        } else if busiest > weights.busy_bytes_per_minute {
            Fit::Busy
        } else if long {
            Fit::Long
        } else {
            Fit::Brief
        }
    }
}

/// The time that each record covers, by begin. Azure's `C` and `E` records cover the time since the
/// record before them of the same connection.
fn stretches(records: &[&Record]) -> Vec<Span> {
    let mut by_port: BTreeMap<u16, Vec<&Record>> = BTreeMap::new();
    for record in records {
        by_port.entry(record.local_port).or_default().push(record);
    }
    let mut stretches = Vec::with_capacity(records.len());
    for records in by_port.values_mut() {
        records.sort_by_key(|record| (record.span.last, record.since_previous));
        let mut previous: Option<Time> = None;
        for record in records.iter() {
            let first = previous.filter(|_| record.since_previous).unwrap_or(record.span.first);
            stretches.push(Span { first: first.min(record.span.first), last: record.span.last });
            previous = Some(record.span.last);
        }
    }
    stretches.sort_by_key(|span| (span.first, span.last));
    stretches
}

/// The longest stretch without a silence of more than `gap_seconds`.
fn longest_run(stretches: &[Span], gap_seconds: i64) -> Option<Span> {
    let mut longest = *stretches.first()?;
    let mut run = longest;
    for stretch in stretches {
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
