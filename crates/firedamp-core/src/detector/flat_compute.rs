//! A machine works flat out, evenly and for hours, and moves next to no data.
//!
//! **What it sees**: processors or a GPU at nine tenths of what there is or more, with five-minute
//! means that hardly differ, for six hours or longer, while network and disk stay quiet.
//!
//! **Why it matters**: mining is work without data. A hash needs some bytes an hour from outside and
//! takes all that the machine has; people and their data come and go.
//!
//! **What it misses**: a miner that is throttled, that works by the night or shares the machine with
//! other work; machines whose metrics are coarser than five minutes; GPUs where nobody measures
//! them. An idle GPU clears nobody: most miners use processors.
//!
//! **What it clears**: machines that somebody made, of what bills and audit logs hold against them, while
//! their processors never work evenly for an hour (ADR 12).
//!
//! **What it mistakes**: simulations, renderings and searches for primes look the same, so alone it
//! is never worth a case. Work that ends within a day is taken for a job, and so is work that runs
//! at the hours at which it ran the days before. A stretch of a whole day can have no daily cycle.
//! Machines that work together are one program: the more there are, the less each of them says, so
//! that a cluster as a whole says no more than one machine.
//!
//! **What to do**: look at what runs there, and at what the machine talks to.

mod alibi;
mod days;
mod stretch;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use self::{
    days::{MINUTE_SECONDS, PIECE_SECONDS, Rates, Shares},
    stretch::Stretch,
};
use super::{Context, Detector, Info, State, Watch};
use crate::{
    event::{Event, Metric, MetricKind},
    finding::{Finding, Group, Scope, rounded},
    id::{ObjectId, Place},
    names::Sighting,
    saying::Saying,
    sketch::{self, Sample},
    time::Time,
    weights,
};

pub use self::alibi::Alibis;

/// The detector.
pub struct FlatCompute;

/// Machines, disks and GPUs kept for one account: some 30 kB each.
const RESOURCES_MAX: usize = 2000;
/// The longest time whose mean still shows a shape.
const SHARE_SECONDS_MAX: i64 = PIECE_SECONDS;
/// The longest time whose traffic is spread over its pieces.
const RATE_SECONDS_MAX: i64 = 3600;
const DAY_SECONDS: i64 = 86_400;

/// The load of everything in an account that was measured.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Loads(Sample<Load, RESOURCES_MAX>);

/// The load of one machine, disk or GPU.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
struct Load {
    sighting: Sighting,
    cpu: Shares,
    gpu: Shares,
    network: Rates,
    disk: Rates,
    /// The first record of each day that tells of processors or GPUs.
    records: BTreeMap<i64, (Time, Place)>,
}

impl State for Loads {
    fn merge(self, other: Self) -> Self {
        Self(self.0.merge(other.0, Load::merge))
    }

    fn seal(&mut self, object: ObjectId) {
        let records = self.0.values_mut().flat_map(|load| load.records.values_mut());
        records.for_each(|(_, place)| place.seal(object));
    }
}

impl Load {
    fn merge(self, other: Self) -> Self {
        let mut records = self.records;
        for (day, record) in other.records {
            let own = records.entry(day).or_insert(record);
            *own = record.min(*own);
        }
        days::latest(&mut records);
        Self {
            sighting: self.sighting.min(other.sighting),
            cpu: self.cpu.merge(other.cpu),
            gpu: self.gpu.merge(other.gpu),
            network: self.network.merge(other.network),
            disk: self.disk.merge(other.disk),
            records,
        }
    }

    fn take(&mut self, metric: &Metric<'_>, place: Place) {
        match metric.kind {
            MetricKind::Cpu => note_shares(&mut self.cpu, metric),
            MetricKind::Gpu => note_shares(&mut self.gpu, metric),
            MetricKind::Disk => note_rates(&mut self.disk, metric),
            MetricKind::Network => note_rates(&mut self.network, metric),
        }
        if is_share(metric) {
            let record = (metric.span.first, place);
            let day = metric.span.first.seconds().div_euclid(DAY_SECONDS);
            let own = self.records.entry(day).or_insert(record);
            *own = record.min(*own);
            days::latest(&mut self.records);
        }
    }
}

const fn is_share(metric: &Metric<'_>) -> bool {
    matches!(metric.kind, MetricKind::Cpu | MetricKind::Gpu)
}

/// Whether the metric tells enough of when something was so.
fn is_fine(metric: &Metric<'_>) -> bool {
    metric.span.seconds() <= if is_share(metric) { SHARE_SECONDS_MAX } else { RATE_SECONDS_MAX }
}

/// How many times `step` a metric covers, at least one.
fn steps(metric: &Metric<'_>, step_seconds: i64) -> i64 {
    ((metric.span.seconds() + step_seconds / 2) / step_seconds).max(1)
}

fn note_shares(shares: &mut Shares, metric: &Metric<'_>) {
    let first = metric.span.first.seconds();
    for step in 0..steps(metric, MINUTE_SECONDS) {
        let second = if step == 0 { first.rem_euclid(MINUTE_SECONDS) } else { 0 };
        let reading = days::share(metric.mean_milli, second);
        shares.note(first.div_euclid(MINUTE_SECONDS).saturating_add(step), reading);
    }
}

fn note_rates(rates: &mut Rates, metric: &Metric<'_>) {
    let first = metric.span.first.seconds().div_euclid(PIECE_SECONDS);
    for step in 0..steps(metric, PIECE_SECONDS) {
        rates.note(first.saturating_add(step), days::rate(metric.mean_milli));
    }
}

impl Detector for FlatCompute {
    type State = Loads;

    const INFO: Info = Info {
        id: "flat_compute",
        group: Group::Compute,
        says: "a machine works flat out, evenly, for hours, on next to no data; weak alone",
    };

    fn observe(state: &mut Self::State, event: &Event<'_>, place: Place, _watch: &Watch) {
        let Event::Metric(metric) = event else {
            return;
        };
        let sighting = Sighting::of(metric.account.provider, &metric.resource);
        if sighting.is_empty() || !is_fine(metric) {
            return;
        }
        let hash = sketch::hash(&sighting);
        if let Some(load) = state.0.entry(hash, || Load { sighting, ..Load::default() }) {
            load.take(metric, place);
        }
    }

    fn findings(state: &Self::State, context: &Context<'_>) -> Vec<Finding> {
        let mut machines: BTreeMap<String, Vec<&Load>> = BTreeMap::new();
        for load in state.0.values() {
            let id = context.resources.id(&load.sighting).unwrap_or_default();
            machines.entry(id).or_default().push(load);
        }
        let weights = &context.weights.flat_compute;
        let flat: Vec<Flat<'_>> = machines
            .into_iter()
            .filter_map(|(resource, loads)| Flat::of(resource, loads, weights))
            .collect();
        // An account is judged by the root of the number of its machines times their odds: this
        // takes it back, since machines that work alike are no independent witnesses.
        let shared = 0.5 * (flat.len().max(1) as f64).ln();
        let count = flat.len();
        let approximate = state.0.is_approximate();
        flat.iter()
            .map(|flat| Finding {
                llr: (flat.llr - shared).max(0.0),
                approximate,
                ..flat.finding(count)
            })
            .collect()
    }
}

/// A machine that works flat out.
struct Flat<'a> {
    resource: String,
    loads: Vec<&'a Load>,
    kind: MetricKind,
    stretch: Stretch,
    network: Option<f64>,
    disk: Option<f64>,
    llr: f64,
}

impl<'a> Flat<'a> {
    fn of(
        resource: String,
        mut loads: Vec<&'a Load>,
        weights: &weights::FlatCompute,
    ) -> Option<Self> {
        loads.sort_by(|one, other| one.sighting.cmp(&other.sighting));
        let cpu = loads.iter().map(|load| (MetricKind::Cpu, &load.cpu));
        let gpu = loads.iter().map(|load| (MetricKind::Gpu, &load.gpu));
        let stretches = cpu
            .chain(gpu)
            .filter_map(|(kind, shares)| Some((kind, stretch::longest(shares, weights)?)));
        let (kind, stretch) = stretches
            .reduce(|one, other| if other.1.seconds() > one.1.seconds() { other } else { one })?;
        let network = stretch::traffic(loads.iter().map(|load| &load.network), &stretch);
        let disk = stretch::traffic(loads.iter().map(|load| &load.disk), &stretch);
        let llr = weight(weights, &stretch, network, disk)?;
        Some(Self { resource, loads, kind, stretch, network, disk, llr })
    }

    fn finding(&self, machine_count: usize) -> Finding {
        let Self { stretch, network, disk, .. } = self;
        let said = self.said();
        let span = stretch.span();
        let mut evidence = Map::new();
        evidence.insert("metric".into(), json!(self.kind));
        evidence.insert("mean_percent".into(), rounded(stretch.mean, 1).into());
        evidence.insert("spread_points".into(), rounded(stretch.spread, 1).into());
        evidence.insert("seconds".into(), stretch.seconds().into());
        evidence.insert("network_bytes_per_minute".into(), json!(network.map(f64::round)));
        evidence.insert("disk_bytes_per_minute".into(), json!(disk.map(f64::round)));
        evidence.insert("machines".into(), machine_count.into());
        let days = span.first.seconds().div_euclid(DAY_SECONDS)..;
        let days = days.take_while(|day| day * DAY_SECONDS < span.last.seconds());
        let records = days.filter_map(|day| {
            self.loads.iter().filter_map(|load| load.records.get(&day)).min().map(|it| it.1)
        });
        let mut places: Vec<Place> = records.collect();
        places.sort_unstable();
        places.dedup();
        Finding {
            detector: FlatCompute::INFO.id,
            group: FlatCompute::INFO.group,
            resource: self.resource.clone(),
            scope: Scope::Resource,
            llr: self.llr,
            span,
            summary: said.english(),
            said,
            evidence,
            places,
            approximate: false,
            sample: false,
            ongoing: !stretch.ended,
        }
    }

    fn said(&self) -> Saying {
        let Self { stretch, network, disk, .. } = self;
        let is_gpu = self.kind == MetricKind::Gpu;
        let a_minute = |known: &'static str, unknown: &'static str, rate: &Option<f64>| match rate {
            Some(bytes) => Saying::of(known).bytes("rate", *bytes),
            None => Saying::of(unknown),
        };
        Saying::of("found-flat")
            .say("what", Saying::of(if is_gpu { "found-flat.gpu" } else { "found-flat.cpu" }))
            .number("mean", stretch.mean, 0)
            .seconds("lasted", stretch.seconds())
            .number("spread", stretch.spread, 1)
            .say("network", a_minute("found-flat.network", "found-flat.network-unknown", network))
            .say("disk", a_minute("found-flat.disk", "found-flat.disk-unknown", disk))
    }
}

/// What a stretch is worth; nothing when the machine moves data.
fn weight(
    weights: &weights::FlatCompute,
    stretch: &Stretch,
    network: Option<f64>,
    disk: Option<f64>,
) -> Option<f64> {
    let above = |rate: Option<f64>, limit: f64| rate.is_some_and(|rate| rate > limit);
    if above(network, weights.network_busy_bytes_per_minute)
        || above(disk, weights.disk_busy_bytes_per_minute)
    {
        return None;
    }
    let some_data = above(network, weights.network_quiet_bytes_per_minute)
        || above(disk, weights.disk_quiet_bytes_per_minute);
    let base = match network {
        _ if some_data => weights.some_data,
        None => weights.unknown,
        Some(_) => weights.quiet,
    };
    let whole_day = stretch.seconds() >= weights.day_seconds;
    Some(base + if whole_day { weights.day_bonus } else { 0.0 })
}
