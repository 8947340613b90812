//! What clouds measure of machines without being asked: processors, network and disk, five minutes at
//! a time. Amazon `CloudWatch` metric streams (basic monitoring), replies of Azure Monitor's REST
//! interface, and replies of Google Cloud Monitoring. Of functions nobody measures this.

use std::fmt::Write as _;

use firedamp_core::{id::Provider, time::Time};
use serde_json::json;

use crate::simulate::{
    dice::Dice,
    estate::{Estate, Host},
    load,
};

/// How long a value covers.
const STEP_SECONDS: i64 = 300;
const MINUTE_SECONDS: i64 = 60;
/// Minutes of a step.
const STEP_MINUTES: i64 = STEP_SECONDS / MINUTE_SECONDS;

/// One host's values, a step after the other; `None` while it is not there.
struct Series {
    percent: Vec<f64>,
    received: Vec<u64>,
    sent: Vec<u64>,
    written: Vec<u64>,
    steps: std::ops::Range<usize>,
}

/// The account's file.
pub(super) fn values(estate: &Estate) -> Vec<u8> {
    let mut text = String::new();
    for (index, series) in all(estate).iter().enumerate() {
        let Some(host) = estate.hosts.get(index).filter(|host| !host.machine.serverless) else {
            continue;
        };
        match estate.provider {
            Provider::Azure => azure(&mut text, estate, host, series),
            Provider::Gcp => gcp(&mut text, estate, host, series),
            _ => aws(&mut text, estate, host, series),
        }
    }
    text.into_bytes()
}

fn all(estate: &Estate) -> Vec<Series> {
    let window = estate.window;
    let steps = (window.seconds() / STEP_SECONDS as f64).floor() as usize;
    let step = STEP_SECONDS as f64;
    let series = |(index, host): (usize, &Host)| {
        let mut dice: Dice = estate.dice("load", index);
        let (from, to) = estate.life(index);
        let alive = (from / step).ceil() as usize..((to / step).floor() as usize).min(steps);
        let percent =
            load::percents(host.load, host.mining, window.start, (steps, step), &mut dice);
        let written = (0..steps).map(|_| load::disk_bytes(host.load, step, &mut dice) as u64);
        Series {
            percent,
            received: vec![0; steps],
            sent: vec![0; steps],
            written: written.collect(),
            steps: alive,
        }
    };
    let mut all: Vec<Series> = estate.hosts.iter().enumerate().map(series).collect();
    count(estate, &mut all);
    all
}

/// Adds up what flow logs count too.
fn count(estate: &Estate, all: &mut [Series]) {
    let window = estate.window;
    for conversation in &estate.conversations {
        let Some(series) = all.get_mut(conversation.host) else { continue };
        for (offset, cell) in conversation.cells.iter().enumerate() {
            let second = window.begin(conversation.first + offset) - window.start;
            let step = (second / STEP_SECONDS).max(0) as usize;
            if let Some(sent) = series.sent.get_mut(step) {
                *sent += cell.sent_bytes;
            }
            if let Some(received) = series.received.get_mut(step) {
                *received += cell.received_bytes;
            }
        }
    }
}

impl Series {
    /// Percent, bytes in, bytes out and bytes written in each step that the host was there.
    fn rows(&self) -> impl Iterator<Item = (usize, f64, [u64; 3])> + '_ {
        self.steps.clone().filter_map(|step| {
            let bytes = [&self.received, &self.sent, &self.written];
            let [Some(received), Some(sent), Some(written)] =
                bytes.map(|bytes| bytes.get(step).copied())
            else {
                return None;
            };
            Some((step, *self.percent.get(step)?, [received, sent, written]))
        })
    }
}

fn begin(estate: &Estate, step: usize) -> i64 {
    estate.window.start + step as i64 * STEP_SECONDS
}

/// A line a value. A byte count of basic monitoring holds five samples, one of each minute.
fn aws(text: &mut String, estate: &Estate, host: &Host, series: &Series) {
    let (id, region, name) = (&estate.id, host.region, &host.name);
    for (step, percent, bytes) in series.rows() {
        let millis = begin(estate, step) * 1000;
        let mut line = |metric: &str, sum: f64, most: f64, unit: &str| {
            // A String takes whatever is written to it.
            let _written = writeln!(
                text,
                r#"{{"metric_stream_name":"all","account_id":"{id}","region":"{region}","namespace":"AWS/EC2","metric_name":"{metric}","dimensions":{{"InstanceId":"{name}"}},"timestamp":{millis},"value":{{"count":{STEP_MINUTES}.0,"sum":{sum:.3},"max":{most:.3},"min":0.0}},"unit":"{unit}"}}"#
            );
        };
        line("CPUUtilization", percent * STEP_MINUTES as f64, percent, "Percent");
        for (metric, bytes) in ["NetworkIn", "NetworkOut", "EBSWriteBytes"].iter().zip(bytes) {
            line(metric, bytes as f64, bytes as f64 / STEP_MINUTES as f64, "Bytes");
        }
    }
}

/// A reply for each machine.
fn azure(text: &mut String, estate: &Estate, host: &Host, series: &Series) {
    let id = &estate.id;
    let machine = format!(
        "/subscriptions/{id}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/{}",
        host.name
    );
    let mut percents = Vec::new();
    let mut totals = [Vec::new(), Vec::new(), Vec::new()];
    for (step, percent, bytes) in series.rows() {
        let time = Time::from_seconds(begin(estate, step)).to_string();
        percents.push(json!({"timeStamp": time, "average": (percent * 100.0).round() / 100.0}));
        for (total, bytes) in totals.iter_mut().zip(bytes) {
            total.push(json!({"timeStamp": time, "total": bytes}));
        }
    }
    let metric = |name: &str, unit: &str, data: Vec<serde_json::Value>| {
        json!({
            "id": format!("{machine}/providers/Microsoft.Insights/metrics/{name}"),
            "type": "Microsoft.Insights/metrics",
            "name": {"value": name},
            "unit": unit,
            "timeseries": [{"data": data}],
        })
    };
    let [received, sent, written] = totals;
    let reply = json!({
        "interval": "PT5M",
        "value": [
            metric("Percentage CPU", "Percent", percents),
            metric("Network In Total", "Bytes", received),
            metric("Network Out Total", "Bytes", sent),
            metric("Disk Write Bytes", "Bytes", written),
        ],
    });
    text.push_str(&reply.to_string());
    text.push('\n');
}

/// A reply for each machine; processors are measured each minute.
fn gcp(text: &mut String, estate: &Estate, host: &Host, series: &Series) {
    let mut percents = Vec::new();
    let mut counts = [Vec::new(), Vec::new(), Vec::new()];
    for (step, percent, bytes) in series.rows() {
        let first = begin(estate, step);
        for minute in 1..=STEP_MINUTES {
            let at = Time::from_seconds(first + minute * MINUTE_SECONDS).to_string();
            let share = (percent * 100.0).round() / 10_000.0;
            percents.push(json!({
                "interval": {"startTime": at, "endTime": at},
                "value": {"doubleValue": share},
            }));
        }
        let span = json!({
            "startTime": Time::from_seconds(first).to_string(),
            "endTime": Time::from_seconds(first + STEP_SECONDS).to_string(),
        });
        for (count, bytes) in counts.iter_mut().zip(bytes) {
            count.push(json!({"interval": span, "value": {"int64Value": bytes.to_string()}}));
        }
    }
    let one = |name: &str, kind: &str, points: Vec<serde_json::Value>| {
        json!({
            "metric": {
                "type": format!("compute.googleapis.com/instance/{name}"),
                "labels": {"instance_name": host.name},
            },
            "resource": {
                "type": "gce_instance",
                "labels": {"project_id": estate.id, "zone": format!("{}-b", host.region)},
            },
            "metricKind": kind,
            "points": points,
        })
    };
    let [received, sent, written] = counts;
    let reply = json!({"timeSeries": [
        one("cpu/utilization", "GAUGE", percents),
        one("network/received_bytes_count", "DELTA", received),
        one("network/sent_bytes_count", "DELTA", sent),
        one("disk/write_bytes_count", "DELTA", written),
    ]});
    text.push_str(&reply.to_string());
    text.push('\n');
}
