//! Amazon `CloudWatch` metric streams: JSON lines, a metric of one minute each.
//!
//! A value is not one number but the statistics of the samples of its minute. What a sum means
//! hangs on the metric: EC2's byte counts are one sample a minute, five of them where the machine
//! is watched every five minutes only (basic monitoring), so the mean of the samples is the bytes
//! of one minute; a volume's byte counts have a sample for each operation, so their sum is. EC2
//! repeats its metrics for groups, images and types of machines, which are no machines.

use serde::Deserialize;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    metric::{self, NO_VALUE, Real, Sample},
};
use crate::{
    event::{MetricKind, Resource},
    id::{AccountRef, Provider},
    json::{Head, Text},
    sink::Sink,
    time::Span,
};

/// The format.
pub struct AwsCloudwatchMetric;

static DOC: Doc = Doc {
    id: "aws_cloudwatch_metric",
    title: "Amazon CloudWatch metric streams",
    reads: "JSON lines of a stream: EC2's CPUUtilization, NetworkIn and NetworkOut, bytes of disks \
            and volumes, and the agent's cpu_usage_active and nvidia_smi_utilization_gpu. Other \
            metrics are read past. OpenTelemetry streams are not read.",
    specification: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-metric-streams-formats-json.html",
    rejects: &[BROKEN_JSON, NO_TIME, NO_VALUE],
    examples: &[
        Example {
            title: "processors and traffic of a machine",
            input: concat!(
                r#"{"metric_stream_name":"s","account_id":"111122223333","region":"eu-west-1","#,
                r#""namespace":"AWS/EC2","metric_name":"CPUUtilization","#,
                r#""dimensions":{"InstanceId":"i-0abc"},"timestamp":1772359200000,"#,
                r#""value":{"count":1.0,"sum":99.5,"max":99.5,"min":99.5},"unit":"Percent"}"#,
                "\n",
                r#"{"metric_stream_name":"s","account_id":"111122223333","region":"eu-west-1","#,
                r#""namespace":"AWS/EC2","metric_name":"NetworkOut","#,
                r#""dimensions":{"InstanceId":"i-0abc"},"timestamp":1772359200000,"#,
                r#""value":{"count":5.0,"sum":30000.0,"max":9000.0,"min":3000.0},"unit":"Bytes"}"#,
                "\n"
            ),
            events: &[
                "metric aws:111122223333 i-0abc 2026-03-01T10:00:00Z..2026-03-01T10:01:00Z Cpu \
                 mean 99500 maximum 99500",
                "metric aws:111122223333 i-0abc 2026-03-01T10:00:00Z..2026-03-01T10:05:00Z Network \
                 mean 100000 maximum 150000",
            ],
        },
        Example {
            title: "a metric that is read past",
            input: concat!(
                r#"{"metric_stream_name":"s","account_id":"111122223333","region":"eu-west-1","#,
                r#""namespace":"AWS/EC2","metric_name":"StatusCheckFailed","#,
                r#""dimensions":{"InstanceId":"i-0abc"},"timestamp":1772359200000,"#,
                r#""value":{"count":1.0,"sum":0.0,"max":0.0,"min":0.0},"unit":"Count"}"#
            ),
            events: &[],
        },
    ],
};

const MINUTE_SECONDS: i64 = 60;
/// Samples of a minute each that one EC2 metric holds at most.
const EC2_SAMPLES_MAX: f64 = 5.0;
const PERCENT: f64 = 100.0;

/// What a metric measures and how its statistics are to be read.
#[derive(Clone, Copy)]
enum Meter {
    /// Percent: the mean of the samples.
    Share(MetricKind),
    /// Bytes: each sample is a minute's.
    MinuteBytes(MetricKind),
    /// Bytes: all samples together are the minute's.
    Bytes(MetricKind),
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, rename = "metric_stream_name")]
    stream: Option<Text<'a>>,
    #[serde(borrow, default)]
    account_id: Text<'a>,
    #[serde(borrow, default)]
    namespace: Text<'a>,
    #[serde(borrow, default, rename = "metric_name")]
    name: Text<'a>,
    #[serde(borrow, default)]
    dimensions: Dimensions<'a>,
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(default)]
    value: Statistics,
}

#[derive(Default, Deserialize)]
struct Dimensions<'a> {
    #[serde(borrow, rename = "InstanceId")]
    instance: Option<Text<'a>>,
    #[serde(borrow, rename = "VolumeId")]
    volume: Option<Text<'a>>,
    /// Of the agent: which processor.
    #[serde(borrow)]
    cpu: Option<Text<'a>>,
    /// Of the agent: which GPU.
    #[serde(borrow)]
    index: Option<Text<'a>>,
    /// Of the agent, where it was not told to send the machine's id.
    #[serde(borrow)]
    host: Option<Text<'a>>,
}

#[derive(Default, Deserialize)]
struct Statistics {
    #[serde(default)]
    count: Real,
    #[serde(default)]
    sum: Real,
    #[serde(default)]
    max: Real,
}

impl RecordFormat for AwsCloudwatchMetric {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["metric_stream_name", "namespace", "metric_name", "timestamp", "value"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        if record.stream.is_none() {
            return Err(Fault::Foreign);
        }
        let (Some(meter), Some(machine)) = (record.meter(), record.dimensions.machine()) else {
            return Ok(());
        };
        let millis = metric::number(&record.timestamp);
        let time = millis.and_then(metric::instant).ok_or(Fault::Rejected(NO_TIME))?;
        let statistics = &record.value;
        let (kind, mean_milli) = statistics.mean(meter).ok_or(Fault::Rejected(NO_VALUE))?;
        let gpu = record.dimensions.gpu(kind);
        Sample {
            account: AccountRef::new(Provider::Aws, &record.account_id),
            resource: Resource {
                instance: Some(machine),
                interface: gpu.as_deref(),
                ..Resource::default()
            },
            span: Span {
                first: time,
                last: time.plus_seconds(statistics.seconds(&record.namespace)),
            },
            kind,
            mean_milli,
            maximum_milli: statistics.maximum(meter),
        }
        .send(number, sink);
        Ok(())
    }
}

impl Record<'_> {
    fn meter(&self) -> Option<Meter> {
        let all_processors = || self.dimensions.cpu.as_deref() == Some("cpu-total");
        match (&*self.namespace, &*self.name) {
            ("AWS/EC2", "CPUUtilization") => Some(Meter::Share(MetricKind::Cpu)),
            ("AWS/EC2", "NetworkIn" | "NetworkOut") => {
                Some(Meter::MinuteBytes(MetricKind::Network))
            }
            ("AWS/EC2", "DiskReadBytes" | "DiskWriteBytes" | "EBSReadBytes" | "EBSWriteBytes") => {
                Some(Meter::MinuteBytes(MetricKind::Disk))
            }
            ("AWS/EBS", "VolumeReadBytes" | "VolumeWriteBytes") => {
                Some(Meter::Bytes(MetricKind::Disk))
            }
            // The agent's namespace can be chosen; the names can't.
            (_, "cpu_usage_active") if all_processors() => Some(Meter::Share(MetricKind::Cpu)),
            (_, "nvidia_smi_utilization_gpu") => Some(Meter::Share(MetricKind::Gpu)),
            _ => None,
        }
    }
}

impl Dimensions<'_> {
    /// What was measured; nothing for sums over several machines.
    fn machine(&self) -> Option<&str> {
        [&self.instance, &self.volume, &self.host]
            .into_iter()
            .find_map(|name| name.as_ref().and_then(Text::known))
    }

    /// A name for one GPU among several of its machine.
    fn gpu(&self, kind: MetricKind) -> Option<String> {
        let index = self.index.as_ref().and_then(Text::known)?;
        let machine = self.machine().filter(|_| kind == MetricKind::Gpu)?;
        Some(format!("{machine}/gpu{index}"))
    }
}

impl Statistics {
    fn mean(&self, meter: Meter) -> Option<(MetricKind, i64)> {
        let sum = self.sum.0?;
        let mean = || self.count.0.filter(|count| *count > 0.0).map(|count| sum / count);
        let minute = MINUTE_SECONDS as f64;
        match meter {
            Meter::Share(kind) => Some((kind, metric::share_milli(mean()?, PERCENT)?)),
            Meter::MinuteBytes(kind) => Some((kind, metric::rate_milli(mean()?, minute)?)),
            Meter::Bytes(kind) => Some((kind, metric::rate_milli(sum, minute)?)),
        }
    }

    fn maximum(&self, meter: Meter) -> Option<i64> {
        match meter {
            Meter::Share(_) => metric::share_milli(self.max.0?, PERCENT),
            Meter::MinuteBytes(_) => metric::rate_milli(self.max.0?, MINUTE_SECONDS as f64),
            // The largest operation is no rate.
            Meter::Bytes(_) => None,
        }
    }

    /// How much time the samples cover: EC2's are a minute each, the agent's and the volumes' all
    /// of one minute.
    fn seconds(&self, namespace: &str) -> i64 {
        let samples = self.count.0.filter(|_| namespace == "AWS/EC2").unwrap_or(1.0);
        samples.clamp(1.0, EC2_SAMPLES_MAX) as i64 * MINUTE_SECONDS
    }
}
