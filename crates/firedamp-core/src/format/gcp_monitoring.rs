//! Google Cloud Monitoring: time series as JSON, in replies of `timeSeries.list` or one by one.
//!
//! Points come newest first. Whole numbers are texts. Processor use is a ratio, but the duty cycle
//! of accelerators a percent. A gauge's interval has no length: its value stands for the minute
//! before it. Byte counts are the bytes of their interval (`DELTA`), unless the reader asked for
//! rates (`GAUGE`); running totals (`CUMULATIVE`) say nothing point by point and are read past.
//! Compute Engine's series name the machine in a label of the metric, and in the resource only by
//! number.

use serde::Deserialize;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    metric::{self, NO_VALUE, Real, Sample},
};
use crate::{
    event::{MetricKind, Resource},
    id::{AccountRef, Provider},
    json::{Head, Text},
    sink::{Reason, Sink},
    time::{Span, Time},
};

/// The format.
pub struct GcpMonitoring;

static DOC: Doc = Doc {
    id: "gcp_monitoring",
    title: "Google Cloud Monitoring time series",
    reads: "Replies of timeSeries.list, and time series alone: processors, network and disk bytes \
            of Compute Engine, processors of GKE nodes, use of accelerators. Other metrics, \
            distributions and running totals are read past.",
    specification: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries",
    rejects: &[BROKEN_JSON, NO_TIME, NO_VALUE],
    examples: &[Example {
        title: "processors and traffic of a machine",
        input: concat!(
            r#"{"timeSeries":[{"metric":{"type":"compute.googleapis.com/instance/cpu/utilization","#,
            r#""labels":{"instance_name":"vm-1"}},"resource":{"type":"gce_instance","labels":{"#,
            r#""project_id":"a-project","instance_id":"1234567890123456789","#,
            r#""zone":"europe-west1-b"}},"metricKind":"GAUGE","valueType":"DOUBLE","points":["#,
            r#"{"interval":{"startTime":"2026-03-01T10:01:00Z","endTime":"2026-03-01T10:01:00Z"},"#,
            r#""value":{"doubleValue":0.985}}]},"#,
            r#"{"metric":{"type":"compute.googleapis.com/instance/network/sent_bytes_count","#,
            r#""labels":{"instance_name":"vm-1"}},"resource":{"type":"gce_instance","labels":{"#,
            r#""project_id":"a-project","instance_id":"1234567890123456789","#,
            r#""zone":"europe-west1-b"}},"metricKind":"DELTA","valueType":"INT64","points":["#,
            r#"{"interval":{"startTime":"2026-03-01T10:00:00Z","endTime":"2026-03-01T10:01:00Z"},"#,
            r#""value":{"int64Value":"6000"}}]}]}"#
        ),
        events: &[
            "metric gcp:a-project vm-1 2026-03-01T10:00:00Z..2026-03-01T10:01:00Z Cpu mean 98500",
            "metric gcp:a-project vm-1 2026-03-01T10:00:00Z..2026-03-01T10:01:00Z Network \
             mean 100000",
        ],
    }],
};

const MINUTE_SECONDS: i64 = 60;

/// How a metric is read.
#[derive(Clone, Copy)]
enum Meter {
    /// A share, of which this is all.
    Share(MetricKind, f64),
    /// Bytes.
    Bytes(MetricKind),
}

/// What a metric's type ends in after the service's domain, and how it is read.
const METERS: [(&str, Meter); 11] = [
    ("agent.googleapis.com/gpu/utilization", Meter::Share(MetricKind::Gpu, 100.0)),
    ("compute.googleapis.com/instance/cpu/utilization", Meter::Share(MetricKind::Cpu, 1.0)),
    ("compute.googleapis.com/instance/disk/read_bytes_count", Meter::Bytes(MetricKind::Disk)),
    ("compute.googleapis.com/instance/disk/write_bytes_count", Meter::Bytes(MetricKind::Disk)),
    (
        "compute.googleapis.com/instance/network/received_bytes_count",
        Meter::Bytes(MetricKind::Network),
    ),
    ("compute.googleapis.com/instance/network/sent_bytes_count", Meter::Bytes(MetricKind::Network)),
    ("kubernetes.io/container/accelerator/duty_cycle", Meter::Share(MetricKind::Gpu, 100.0)),
    ("kubernetes.io/node/accelerator/duty_cycle", Meter::Share(MetricKind::Gpu, 100.0)),
    ("kubernetes.io/node/cpu/allocatable_utilization", Meter::Share(MetricKind::Cpu, 1.0)),
    ("ml.googleapis.com/training/accelerator/utilization", Meter::Share(MetricKind::Gpu, 1.0)),
    ("ml.googleapis.com/training/cpu/utilization", Meter::Share(MetricKind::Cpu, 1.0)),
];

/// A reply, or one series alone.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow)]
    time_series: Option<Vec<Series<'a>>>,
    #[serde(borrow)]
    metric: Option<Typed<'a>>,
    #[serde(borrow, default)]
    resource: Typed<'a>,
    #[serde(borrow, default)]
    metric_kind: Text<'a>,
    #[serde(borrow, default)]
    points: Vec<Point<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Series<'a> {
    #[serde(borrow, default)]
    metric: Typed<'a>,
    #[serde(borrow, default)]
    resource: Typed<'a>,
    #[serde(borrow, default)]
    metric_kind: Text<'a>,
    #[serde(borrow, default)]
    points: Vec<Point<'a>>,
}

/// A metric or a monitored resource.
#[derive(Default, Deserialize)]
struct Typed<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    labels: Labels<'a>,
}

#[derive(Default, Deserialize)]
struct Labels<'a> {
    #[serde(borrow, default)]
    project_id: Text<'a>,
    #[serde(borrow, default)]
    instance_name: Text<'a>,
    #[serde(borrow, default)]
    instance_id: Text<'a>,
    #[serde(borrow, default)]
    node_name: Text<'a>,
    #[serde(borrow, default)]
    pod_name: Text<'a>,
    #[serde(borrow, default)]
    job_id: Text<'a>,
    #[serde(borrow, default)]
    accelerator_id: Text<'a>,
    #[serde(borrow, default)]
    uuid: Text<'a>,
}

#[derive(Deserialize)]
struct Point<'a> {
    #[serde(borrow, default)]
    interval: Interval<'a>,
    #[serde(default)]
    value: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Interval<'a> {
    #[serde(borrow, default)]
    start_time: Text<'a>,
    #[serde(borrow, default)]
    end_time: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Value {
    double_value: Option<Real>,
    int64_value: Option<Real>,
    distribution_value: Option<serde::de::IgnoredAny>,
}

impl RecordFormat for GcpMonitoring {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let is_list = |name: &str| head.raw(name).is_some_and(|raw| raw.get().starts_with('['));
        let typed = |name: &str| head.object(name).is_some_and(|inner| inner.has("type"));
        is_list("timeSeries") || is_list("points") && typed("metric") && typed("resource")
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let Record { time_series, metric, resource, metric_kind, points } = record;
        let series = match (time_series, metric) {
            (Some(series), _) => series,
            (None, Some(metric)) if !metric.kind.is_empty() => {
                vec![Series { metric, resource, metric_kind, points }]
            }
            _ => return Err(Fault::Foreign),
        };
        series.iter().for_each(|series| series.send(number, sink));
        Ok(())
    }
}

impl Series<'_> {
    /// Sends an event for each point. A point that can't be read harms no other.
    fn send(&self, number: u64, sink: &mut dyn Sink) {
        let named = METERS.iter().find(|(name, _)| *name == &*self.metric.kind);
        let Some((_, meter)) =
            named.filter(|_| !self.metric_kind.eq_ignore_ascii_case("CUMULATIVE"))
        else {
            return;
        };
        let machine = self.machine();
        let gpu = self.gpu(machine, *meter);
        let resource =
            Resource { instance: machine, interface: gpu.as_deref(), ..Resource::default() };
        for point in &self.points {
            if let Err(reason) = self.point(point, *meter, resource, number, sink) {
                sink.reject(number, reason, point.interval.end_time.as_bytes());
            }
        }
    }

    fn point(
        &self,
        point: &Point<'_>,
        meter: Meter,
        resource: Resource<'_>,
        number: u64,
        sink: &mut dyn Sink,
    ) -> Result<(), Reason> {
        if point.value.distribution_value.is_some() {
            return Ok(());
        }
        let span = point.interval.span().ok_or(NO_TIME)?;
        let value = point.value.number().ok_or(NO_VALUE)?;
        let is_rate = self.metric_kind.eq_ignore_ascii_case("GAUGE");
        let (kind, mean_milli) = match meter {
            Meter::Share(kind, full) => (kind, metric::share_milli(value, full)),
            Meter::Bytes(kind) if is_rate => (kind, metric::rate_milli(value, 1.0)),
            Meter::Bytes(kind) => (kind, metric::rate_milli(value, span.seconds() as f64)),
        };
        let project = self.resource.labels.project_id.known().unwrap_or_default();
        Sample {
            account: AccountRef::new(Provider::Gcp, project),
            resource,
            span,
            kind,
            mean_milli: mean_milli.ok_or(NO_VALUE)?,
            maximum_milli: None,
        }
        .send(number, sink);
        Ok(())
    }

    /// The machine's name, as flow logs write it, else its number or what else runs.
    fn machine(&self) -> Option<&str> {
        let Labels { instance_name, .. } = &self.metric.labels;
        let Labels { instance_id, node_name, pod_name, job_id, .. } = &self.resource.labels;
        [instance_name, node_name, instance_id, pod_name, job_id].into_iter().find_map(Text::known)
    }

    /// A name for one GPU among several of its machine.
    fn gpu(&self, machine: Option<&str>, meter: Meter) -> Option<String> {
        let Labels { accelerator_id, uuid, .. } = &self.metric.labels;
        let id = [uuid, accelerator_id].into_iter().find_map(Text::known)?;
        let is_gpu = matches!(meter, Meter::Share(MetricKind::Gpu, _));
        is_gpu.then(|| match machine {
            Some(machine) if !id.starts_with("GPU-") => format!("{machine}/gpu{id}"),
            _ => id.to_string(),
        })
    }
}

impl Interval<'_> {
    fn span(&self) -> Option<Span> {
        let last = Time::parse(&self.end_time)?;
        let minute_before = last.plus_seconds(-MINUTE_SECONDS);
        let first = Time::parse(&self.start_time).filter(|first| *first < last);
        Some(Span { first: first.unwrap_or(minute_before), last })
    }
}

impl Value {
    fn number(&self) -> Option<f64> {
        self.double_value.or(self.int64_value)?.0
    }
}
