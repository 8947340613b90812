//! Prometheus text: scrapes, `/federate` replies and exports, a sample a line.
//!
//! A sample stands on its own line and may have a timestamp. What an exporter answers to a scrape
//! has none: the time is the scraper's business, so from a saved scrape nothing can be placed in
//! time, and its lines are rejected for that reason. `/federate` and exports have them: whole
//! milliseconds in Prometheus's own format, seconds with a fraction in `OpenMetrics`.
//!
//! Lines are read one by one, so only gauges can be used. Node exporter's processor seconds are a
//! counter: one line of it tells no load, and is rejected with that reason; the usual recording
//! rules over it (`instance:node_cpu_utilisation:rate5m`) are gauges and are read.
//!
//! DCGM writes `9223372036854775794` and its neighbours where a GPU did not tell. The names and the
//! case of its labels change with its versions (`hostname`, `Hostname`).

use std::borrow::Cow;

use super::{
    Doc, Example, LineDecoder, LineFormat, NO_TIME,
    metric::{self, Sample},
};
use crate::{
    event::{MetricKind, Resource},
    id::{AccountRef, Provider},
    sink::{Reason, Sink},
    time::{Span, Time},
};

/// The format.
pub struct PrometheusText;

/// The reason for a line that is no sample.
const NO_SAMPLE: Reason = "no Prometheus sample";
/// The reason for a sample that can't be placed in time.
const NO_STAMP: Reason = "sample without a timestamp";
/// The reason for a counter.
const COUNTER: Reason = "counter: one line of it tells no load";

static DOC: Doc = Doc {
    id: "prometheus_text",
    title: "Prometheus text with timestamps",
    reads: "Replies of /federate and exports: DCGM's DCGM_FI_DEV_GPU_UTIL and \
            DCGM_FI_PROF_GR_ENGINE_ACTIVE, other exporters' use of NVIDIA GPUs, and the node mixin's \
            recording rules for processors and network. Other metrics are read past. Samples \
            without timestamps and node exporter's counters are rejected.",
    specification: "https://prometheus.io/docs/instrumenting/exposition_formats/",
    rejects: &[COUNTER, NO_SAMPLE, NO_STAMP, NO_TIME],
    examples: &[
        Example {
            title: "a GPU and the processors of a machine",
            input: concat!(
                "# TYPE DCGM_FI_DEV_GPU_UTIL gauge\n",
                "DCGM_FI_DEV_GPU_UTIL{gpu=\"0\", UUID=\"GPU-0abc\", Hostname=\"node-1\"} 99 ",
                "1772359200000\n",
                "# TYPE instance:node_cpu_utilisation:rate5m untyped\n",
                "instance:node_cpu_utilisation:rate5m{instance=\"node-1:9100\"} 0.985 ",
                "1772359200000\n"
            ),
            events: &[
                "metric unknown: node-1,GPU-0abc 2026-03-01T10:00:00Z Gpu mean 99000",
                "metric unknown: node-1 2026-03-01T10:00:00Z Cpu mean 98500",
            ],
        },
        Example {
            title: "a scrape, which has no timestamps",
            input: concat!(
                "# HELP DCGM_FI_DEV_GPU_UTIL GPU utilization (in %).\n",
                "# TYPE DCGM_FI_DEV_GPU_UTIL gauge\n",
                "DCGM_FI_DEV_GPU_UTIL{gpu=\"0\",UUID=\"GPU-0abc\",Hostname=\"node-1\"} 99\n",
            ),
            events: &["reject: sample without a timestamp"],
        },
    ],
};

/// How a metric is read.
#[derive(Clone, Copy)]
enum Meter {
    /// A share, of which this is all.
    Share(MetricKind, f64),
    /// Bytes a second.
    Rate(MetricKind),
}

const METERS: [(&str, Meter); 10] = [
    ("DCGM_FI_DEV_GPU_UTIL", Meter::Share(MetricKind::Gpu, 100.0)),
    ("DCGM_FI_PROF_GR_ENGINE_ACTIVE", Meter::Share(MetricKind::Gpu, 1.0)),
    ("instance:node_cpu_utilisation:rate1m", Meter::Share(MetricKind::Cpu, 1.0)),
    ("instance:node_cpu_utilisation:rate5m", Meter::Share(MetricKind::Cpu, 1.0)),
    ("instance:node_network_receive_bytes_excluding_lo:rate1m", Meter::Rate(MetricKind::Network)),
    ("instance:node_network_receive_bytes_excluding_lo:rate5m", Meter::Rate(MetricKind::Network)),
    ("instance:node_network_transmit_bytes_excluding_lo:rate1m", Meter::Rate(MetricKind::Network)),
    ("instance:node_network_transmit_bytes_excluding_lo:rate5m", Meter::Rate(MetricKind::Network)),
    ("nvidia_gpu_duty_cycle", Meter::Share(MetricKind::Gpu, 100.0)),
    ("nvidia_smi_utilization_gpu_ratio", Meter::Share(MetricKind::Gpu, 1.0)),
];

/// Counters that people would expect to be read.
const COUNTERS: [&str; 2] = ["node_cpu", "node_cpu_seconds_total"];
/// What the exporters' metrics begin with that need no description to be known by.
const KNOWN_PREFIXES: [&str; 4] = ["DCGM_FI_", "instance:node_", "node_cpu", "nvidia_"];
/// Labels that name the machine, best first, in lower case.
const MACHINE_LABELS: [&str; 4] = ["hostname", "node", "kubernetes_node", "instance"];
/// Labels of one sample that are looked at.
const LABELS_MAX: usize = 64;
/// Lines that are looked at to tell the format.
const HEAD_LINES_MAX: usize = 32;

impl LineFormat for PrometheusText {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    /// Most of the first lines are comments and samples, and one of them can only be from
    /// Prometheus.
    fn open(&self, head: &[u8]) -> Option<Box<dyn LineDecoder>> {
        let whole = memchr::memrchr(b'\n', head).map_or(head.len(), |at| at + 1);
        let lines = head.get(..whole)?.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let (mut certain, mut samples, mut others) = (false, 0_usize, 0_usize);
        for line in lines.filter(|line| !line.is_empty()).take(HEAD_LINES_MAX) {
            let known = match line.strip_prefix(b"#") {
                Some(comment) => Some(is_description(comment)),
                None => std::str::from_utf8(line)
                    .ok()
                    .and_then(Line::parse)
                    .map(|line| KNOWN_PREFIXES.iter().any(|prefix| line.name.starts_with(prefix))),
            };
            certain |= known.unwrap_or_default();
            samples += usize::from(known.is_some());
            others += usize::from(known.is_none());
        }
        (certain && others < samples).then(|| Box::new(Decoder) as Box<dyn LineDecoder>)
    }
}

/// ` HELP name …` or ` TYPE name …`.
fn is_description(comment: &[u8]) -> bool {
    [&b" HELP "[..], b" TYPE "].iter().any(|word| comment.starts_with(word))
}

struct Decoder;

impl LineDecoder for Decoder {
    fn decode(&self, lines: &[u8], first_record: u64, sink: &mut dyn Sink) {
        let lines = lines.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        for (line, number) in lines.zip(first_record..) {
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let sample = std::str::from_utf8(line).ok().and_then(Line::parse);
            let told = sample.ok_or(NO_SAMPLE).and_then(|line| line.send(number, sink));
            if let Err(reason) = told {
                sink.reject(number, reason, line);
            }
        }
    }
}

/// Names and values, as they come.
type Labels<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// One sample, taken apart.
struct Line<'a> {
    name: &'a str,
    labels: Labels<'a>,
    value: f64,
    stamp: Option<&'a str>,
}

impl<'a> Line<'a> {
    /// `name{label="value", …} value [timestamp]`, perhaps with an exemplar behind ` # `.
    fn parse(line: &'a str) -> Option<Self> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
        let (name, rest) = line.split_at_checked(line.find(|c| !is_part(c))?)?;
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (labels, rest) = match rest.trim_start().strip_prefix('{') {
            Some(rest) => labels(rest)?,
            None => (Vec::new(), rest.strip_prefix([' ', '\t'])?),
        };
        let mut words = rest.split_ascii_whitespace();
        let value = words.next()?.parse().ok()?;
        let mut words = words.take_while(|word| *word != "#");
        let stamp = words.next();
        words.next().is_none().then_some(Self { name, labels, value, stamp })
    }

    fn send(&self, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
        if COUNTERS.contains(&self.name) {
            return Err(COUNTER);
        }
        let Some((_, meter)) = METERS.iter().find(|(name, _)| *name == self.name) else {
            return Ok(());
        };
        let time = instant(self.stamp.ok_or(NO_STAMP)?).ok_or(NO_TIME)?;
        let Some((kind, mean_milli)) = reading(*meter, self.value) else {
            return Ok(());
        };
        let machine = MACHINE_LABELS.iter().find_map(|name| self.label(name)).map(without_port);
        let gpu = (kind == MetricKind::Gpu).then(|| self.gpu(machine)).flatten();
        Sample {
            account: AccountRef::new(Provider::Unknown, ""),
            resource: Resource {
                instance: machine,
                interface: gpu.as_deref(),
                ..Resource::default()
            },
            span: Span::at(time),
            kind,
            mean_milli,
            maximum_milli: None,
        }
        .send(number, sink);
        Ok(())
    }

    /// The value of a label, in any case, unless it is empty.
    fn label(&self, name: &str) -> Option<&str> {
        let same = |label: &&(&str, Cow<'_, str>)| label.0.eq_ignore_ascii_case(name);
        let (_, value) = self.labels.iter().find(same)?;
        (!value.is_empty()).then_some(value)
    }

    /// A name for one GPU among several of its machine.
    fn gpu(&self, machine: Option<&str>) -> Option<String> {
        let numbered = || Some(format!("{}/gpu{}", machine?, self.label("gpu")?));
        self.label("uuid").map(ToString::to_string).or_else(numbered)
    }
}

/// The labels after `{`, and what follows `}`.
fn labels(mut rest: &str) -> Option<(Labels<'_>, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if let Some(rest) = rest.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, after) = rest.split_once('=')?;
        let quoted = after.trim_start().strip_prefix('"')?;
        let (value, after) = quoted.split_at_checked(end_of_text(quoted)?)?;
        if labels.len() < LABELS_MAX {
            labels.push((name.trim(), unescaped(value)));
        }
        rest = after.strip_prefix('"')?;
    }
}

/// Where the quote is that is not escaped.
fn end_of_text(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.extend(match letter {
            '\\' => letters.next().map(|letter| if letter == 'n' { '\n' } else { letter }),
            other => Some(other),
        });
    }
    Cow::Owned(plain)
}

/// The value in the event's unit; nothing for values that stand for "not told".
fn reading(meter: Meter, value: f64) -> Option<(MetricKind, i64)> {
    match meter {
        // Shares never exceed all here, DCGM's blanks do by far.
        Meter::Share(kind, full) if value <= full => {
            Some((kind, metric::share_milli(value, full)?))
        }
        Meter::Share(..) => None,
        Meter::Rate(kind) => Some((kind, metric::rate_milli(value, 1.0)?)),
    }
}

/// Whole milliseconds, or seconds with a fraction.
fn instant(stamp: &str) -> Option<Time> {
    let seconds = || metric::number::<f64>(stamp).filter(|_| stamp.contains('.'));
    let millis = metric::number(stamp).or_else(|| Some((seconds()? * 1000.0).round() as i64));
    metric::instant(millis?)
}

/// `node-1` of `node-1:9100`; addresses in brackets too.
fn without_port(machine: &str) -> &str {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match machine.rsplit_once(':') {
        Some((host, port)) if is_port(port) && (!host.contains(':') || host.ends_with(']')) => host,
        _ => machine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_may_hold_anything() {
        let line = Line::parse(r#"a{b="x\"},{",c="\\",} 1e3 5.5 # {t="1"} 2"#).expect("a sample");
        assert_eq!(line.labels, [("b", "x\"},{".into()), ("c", "\\".into())]);
        assert_eq!((line.value, line.stamp), (1000.0, Some("5.5")));
        for junk in ["", "a", "a{", "a{b}", "a{b=\"} 1", "a{} x", "1a 1", "a 1 2 3", "é 1", "a\"1"]
        {
            assert!(Line::parse(junk).is_none(), "{junk}");
        }
    }

    #[test]
    fn stamps_are_milliseconds_or_fractions_of_seconds() {
        let text = |stamp: &str| instant(stamp).map(|time| time.to_string());
        assert_eq!(text("1772359200000").as_deref(), Some("2026-03-01T10:00:00Z"));
        assert_eq!(text("1772359200.5").as_deref(), Some("2026-03-01T10:00:00.5Z"));
        assert_eq!(
            [text("1772359200"), text("x"), text("1e400."), text("-1")],
            [const { None }; 4]
        );
    }

    #[test]
    fn ports_are_no_part_of_a_machine() {
        let hosts = ["node-1:9100", "192.0.2.1:9100", "[2001:db8::1]:9100", "2001:db8::1", "a:b"];
        let expected = ["node-1", "192.0.2.1", "[2001:db8::1]", "2001:db8::1", "a:b"];
        assert_eq!(hosts.map(without_port), expected);
    }

    #[test]
    fn other_text_is_not_prometheus() {
        let opens = |text: &str| PrometheusText.open(text.as_bytes()).is_some();
        assert!(opens("\n# HELP up Is it up.\nup 1\n"));
        assert!(opens("node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 5\n"));
        for other in
            ["", "up 1\n", "# TYPE a gauge\n{\"a\":1}\n", "#separator x\n", "# TYPE \na,b\n"]
        {
            assert!(!opens(other), "{other}");
        }
    }
}
