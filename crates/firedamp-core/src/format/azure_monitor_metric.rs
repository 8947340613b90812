//! Azure Monitor metrics: JSON records of diagnostic settings, and replies of the REST interface.
//!
//! A record has all statistics of one metric in one grain of time. A total is bytes in the grain,
//! not a rate. The grain is an ISO 8601 duration. A reply of the REST interface has its grain
//! outside of the records that it wraps, so there the distance of the points must do. Resource ids
//! are upper case in diagnostic records. A scale set's processors are the mean over its machines.

use serde::Deserialize;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    azure::account_of,
    metric::{self, NO_VALUE, Real, Sample},
};
use crate::{
    event::{MetricKind, Resource},
    json::{Head, Text},
    sink::{Reason, Sink},
    time::{Span, Time},
};

/// The format.
pub struct AzureMonitorMetric;

/// The reason for a duration that is none.
const NO_GRAIN: Reason = "unreadable time grain";

static DOC: Doc = Doc {
    id: "azure_monitor_metric",
    title: "Azure Monitor metrics",
    reads: "Records of diagnostic settings (storage, Event Hubs), rows of AzureMetrics as JSON, and \
            replies of the REST interface: processors and GPUs in percent, network and disk bytes. \
            Other metrics are read past.",
    specification: "https://learn.microsoft.com/azure/azure-monitor/essentials/resource-logs-schema",
    rejects: &[BROKEN_JSON, NO_GRAIN, NO_TIME, NO_VALUE],
    examples: &[
        Example {
            title: "processors and traffic in diagnostic records",
            input: concat!(
                r#"{"records":[{"count":1,"total":98,"minimum":98,"maximum":98,"average":98,"#,
                r#""resourceId":"/SUBSCRIPTIONS/5F6E/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.COMPUTE"#,
                r#"/VIRTUALMACHINES/VM","time":"2026-03-01T10:00:00.0000000Z","#,
                r#""metricName":"Percentage CPU","timeGrain":"PT1M"},"#,
                r#"{"count":1,"total":6000,"minimum":6000,"maximum":6000,"average":6000,"#,
                r#""resourceId":"/SUBSCRIPTIONS/5F6E/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.COMPUTE"#,
                r#"/VIRTUALMACHINES/VM","time":"2026-03-01T10:00:00.0000000Z","#,
                r#""metricName":"Network Out Total","timeGrain":"PT1M"}]}"#
            ),
            events: &[
                "metric azure:5F6E /SUBSCRIPTIONS/5F6E/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.COMPUTE\
                 /VIRTUALMACHINES/VM 2026-03-01T10:00:00Z..2026-03-01T10:01:00Z Cpu mean 98000 \
                 maximum 98000",
                "metric azure:5F6E /SUBSCRIPTIONS/5F6E/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.COMPUTE\
                 /VIRTUALMACHINES/VM 2026-03-01T10:00:00Z..2026-03-01T10:01:00Z Network mean 100000",
            ],
        },
        Example {
            title: "a reply of the REST interface",
            input: concat!(
                r#"{"timespan":"2026-03-01T10:00:00Z/2026-03-01T10:10:00Z","interval":"PT5M","#,
                r#""value":[{"id":"/subscriptions/5f6e/resourceGroups/g/providers"#,
                r#"/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Insights/metrics"#,
                r#"/Percentage CPU","type":"Microsoft.Insights/metrics","#,
                r#""name":{"value":"Percentage CPU"},"unit":"Percent","timeseries":[{"data":["#,
                r#"{"timeStamp":"2026-03-01T10:00:00Z","average":12.5},"#,
                r#"{"timeStamp":"2026-03-01T10:05:00Z","average":97}]}]}]}"#
            ),
            events: &[
                "metric azure:5f6e /subscriptions/5f6e/resourceGroups/g/providers\
                 /Microsoft.Compute/virtualMachines/vm \
                 2026-03-01T10:00:00Z..2026-03-01T10:05:00Z Cpu mean 12500",
                "metric azure:5f6e /subscriptions/5f6e/resourceGroups/g/providers\
                 /Microsoft.Compute/virtualMachines/vm \
                 2026-03-01T10:05:00Z..2026-03-01T10:10:00Z Cpu mean 97000",
            ],
        },
    ],
};

/// What the REST interface calls a metric, and what stands before it in a metric's id.
const METRICS: &str = "Microsoft.Insights/metrics";
const METRICS_SEGMENT: &str = "/providers/microsoft.insights/metrics/";
const MINUTE_SECONDS: i64 = 60;
/// The longest grain that Azure offers is a day.
const GRAIN_SECONDS_MAX: i64 = 86_400;
const PERCENT: f64 = 100.0;

/// Metrics that are percents, lower case: of machines, guests, service plans, clusters, endpoints.
const PROCESSORS: [&str; 6] = [
    "\\processor information(_total)\\% processor time",
    "cpupercentage",
    "cpuutilization",
    "cpuutilizationpercentage",
    "node_cpu_usage_percentage",
    "percentage cpu",
];
const GPUS: [&str; 2] = ["gpuutilization", "gpuutilizationpercentage"];
/// Metrics whose total is bytes.
const NETWORKS: [&str; 4] = ["network in", "network in total", "network out", "network out total"];
const DISKS: [&str; 2] = ["disk read bytes", "disk write bytes"];

/// A diagnostic record, or a reply's metric: either has what the other lacks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow, alias = "ResourceId")]
    resource_id: Option<Text<'a>>,
    #[serde(borrow, alias = "MetricName")]
    metric_name: Option<Text<'a>>,
    #[serde(borrow, default, alias = "TimeGrain")]
    time_grain: Text<'a>,
    #[serde(borrow, default, alias = "TimeGenerated")]
    time: Text<'a>,
    #[serde(default, alias = "Average")]
    average: Real,
    #[serde(default, alias = "Maximum")]
    maximum: Real,
    #[serde(default, alias = "Total")]
    total: Real,
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Name<'a>>,
    #[serde(borrow, default, rename = "timeseries")]
    series: Vec<Series<'a>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Name<'a> {
    Object {
        #[serde(borrow, default)]
        value: Text<'a>,
    },
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct Series<'a> {
    #[serde(borrow, default)]
    data: Vec<Point<'a>>,
}

#[derive(Deserialize)]
struct Point<'a> {
    #[serde(borrow, default, rename = "timeStamp")]
    time: Text<'a>,
    #[serde(default)]
    average: Real,
    #[serde(default)]
    maximum: Real,
    #[serde(default)]
    total: Real,
}

/// The statistics of one grain.
#[derive(Clone, Copy)]
struct Statistics {
    average: Real,
    maximum: Real,
    total: Real,
}

impl RecordFormat for AzureMonitorMetric {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["metricName", "timeGrain", "resourceId"])
            || head.is("type", METRICS) && head.has_all(&["id", "name", "timeseries"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let told = match (&record.resource_id, &record.metric_name, &record.id, &record.name) {
            (Some(resource), Some(name), ..) => record.diagnostic(resource, name, number, sink),
            (_, _, Some(id), Some(Name::Object { value })) => {
                record.reply(id, value, number, sink);
                Ok(())
            }
            _ => return Err(Fault::Foreign),
        };
        told.map_err(Fault::Rejected)
    }
}

impl Record<'_> {
    fn diagnostic(
        &self,
        resource: &str,
        name: &str,
        number: u64,
        sink: &mut dyn Sink,
    ) -> Result<(), Reason> {
        let Some(kind) = kind(name) else {
            return Ok(());
        };
        let time = Time::parse(&self.time).ok_or(NO_TIME)?;
        let seconds = grain_seconds(&self.time_grain).ok_or(NO_GRAIN)?;
        let Self { average, maximum, total, .. } = *self;
        let statistics = Statistics { average, maximum, total };
        send(resource, kind, (time, seconds), statistics, number, sink).ok_or(NO_VALUE)
    }

    /// Points that can't be read harm no others; those without a value are how a reply writes that
    /// nothing was measured.
    fn reply(&self, id: &str, name: &str, number: u64, sink: &mut dyn Sink) {
        let Some(kind) = kind(name) else {
            return;
        };
        let end = id.to_ascii_lowercase().find(METRICS_SEGMENT).unwrap_or(id.len());
        let resource = id.get(..end).unwrap_or(id);
        for series in &self.series {
            let times = || series.data.iter().filter_map(|point| Time::parse(&point.time));
            let steps = times().zip(times().skip(1)).map(|(one, next)| next.seconds_since(one));
            let step = steps.filter(|seconds| *seconds > 0).min();
            let seconds = step.unwrap_or(MINUTE_SECONDS).min(GRAIN_SECONDS_MAX);
            for point in &series.data {
                let Point { average, maximum, total, .. } = *point;
                let statistics = Statistics { average, maximum, total };
                match Time::parse(&point.time) {
                    Some(time) => {
                        let _told = send(resource, kind, (time, seconds), statistics, number, sink);
                    }
                    None => sink.reject(number, NO_TIME, point.time.as_bytes()),
                }
            }
        }
    }
}

/// Sends the event of one grain; `None` when it has no value.
fn send(
    resource: &str,
    kind: MetricKind,
    (time, seconds): (Time, i64),
    statistics: Statistics,
    number: u64,
    sink: &mut dyn Sink,
) -> Option<()> {
    let Statistics { average, maximum, total } = statistics;
    let share = |value: Real| value.0.and_then(|value| metric::share_milli(value, PERCENT));
    let (mean_milli, maximum_milli) = match kind {
        MetricKind::Cpu | MetricKind::Gpu => (share(average)?, share(maximum)),
        MetricKind::Disk | MetricKind::Network => {
            (metric::rate_milli(total.0?, seconds as f64)?, None)
        }
    };
    Sample {
        account: account_of(resource),
        resource: Resource { instance: Some(resource), ..Resource::default() },
        span: Span { first: time, last: time.plus_seconds(seconds) },
        kind,
        mean_milli,
        maximum_milli,
    }
    .send(number, sink);
    Some(())
}

fn kind(name: &str) -> Option<MetricKind> {
    let name = name.trim().to_ascii_lowercase();
    let among = |names: &[&str]| names.contains(&name.as_str());
    [
        (among(&PROCESSORS), MetricKind::Cpu),
        (among(&GPUS), MetricKind::Gpu),
        (among(&NETWORKS), MetricKind::Network),
        (among(&DISKS), MetricKind::Disk),
    ]
    .into_iter()
    .find_map(|(is_among, kind)| is_among.then_some(kind))
}

/// Reads `PT1M`, `PT30S`, `PT1H`, `P1D`: a duration of one unit, as Azure writes them.
fn grain_seconds(text: &str) -> Option<i64> {
    let rest = text.trim().strip_prefix('P')?;
    let (clock, unit_seconds) = match (rest.strip_prefix('T'), rest.strip_suffix('D')) {
        (Some(clock), _) => {
            let (number, unit) = clock.split_at_checked(clock.len().checked_sub(1)?)?;
            (number, [("S", 1), ("M", 60), ("H", 3600)].into_iter().find(|it| it.0 == unit)?.1)
        }
        (None, Some(days)) => (days, GRAIN_SECONDS_MAX),
        (None, None) => return None,
    };
    let seconds = metric::number::<i64>(clock)?.checked_mul(unit_seconds)?;
    (1..=GRAIN_SECONDS_MAX).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grains_are_durations_of_one_unit() {
        let grains = ["PT30S", "PT1M", "PT1H", "P1D"].map(grain_seconds);
        assert_eq!(grains, [Some(30), Some(60), Some(3600), Some(86_400)]);
        for junk in ["", "P", "PT", "PTM", "PTé", "PT0M", "1M", "P2D", "PT99999999999999999999S"] {
            assert_eq!(grain_seconds(junk), None, "{junk}");
        }
    }
}
