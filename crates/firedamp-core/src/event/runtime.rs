//! What ran on a machine and how hard it worked.

use std::borrow::Cow;

use super::Resource;
use crate::{
    id::AccountRef,
    time::{Span, Time},
};

/// A program was started.
#[derive(Clone, Debug)]
pub struct ProcessStart<'a> {
    /// Whose machine; the id is empty where the sensor does not know its cloud.
    pub account: AccountRef<'a>,
    /// The machine: host name, node, instance id.
    pub resource: Resource<'a>,
    /// When.
    pub time: Time,
    /// The path of the program, or its name where the path is not known.
    pub executable: Cow<'a, str>,
    /// The whole command line, arguments separated by blanks.
    pub command_line: Cow<'a, str>,
    /// The program that started it.
    pub parent: Option<Cow<'a, str>>,
    /// As whom it runs.
    pub user: Option<Cow<'a, str>>,
    /// The container: its id or its pod.
    pub container: Option<Cow<'a, str>>,
    /// The container's image.
    pub image: Option<Cow<'a, str>>,
    /// Hashes of the program, lower-case hexadecimal.
    pub hashes: Vec<Cow<'a, str>>,
    /// The name of the sensor's own rule that reported it, when it is a report and not just a
    /// record.
    pub rule: Option<Cow<'a, str>>,
    /// Which part of the command line this is, where the sensor wrote it in several records.
    pub part: Option<Part<'a>>,
}

impl<'a> ProcessStart<'a> {
    /// A program that was started on a machine, of which nothing more is known yet.
    #[must_use]
    pub const fn new(account: AccountRef<'a>, resource: Resource<'a>, time: Time) -> Self {
        Self {
            account,
            resource,
            time,
            executable: Cow::Borrowed(""),
            command_line: Cow::Borrowed(""),
            parent: None,
            user: None,
            container: None,
            image: None,
            hashes: Vec::new(),
            rule: None,
            part: None,
        }
    }
}

/// A part of a command line.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// What all parts of one start have in common, and no other start on the machine has.
    pub start: &'a str,
    /// The arguments: number, piece of it, text.
    pub arguments: Vec<(u32, u32, Cow<'a, str>)>,
}

/// How hard something worked in a while.
#[derive(Clone, Copy, Debug)]
pub struct Metric<'a> {
    /// Whose.
    pub account: AccountRef<'a>,
    /// What.
    pub resource: Resource<'a>,
    /// When; `last` is the exclusive end.
    pub span: Span,
    /// What was measured.
    pub kind: MetricKind,
    /// The mean in thousandths: of a percent for [`MetricKind::Cpu`] and [`MetricKind::Gpu`]
    /// (100,000 is full), of a byte a second for the others.
    pub mean_milli: i64,
    /// The largest sample, in the same unit, when it is known.
    pub maximum_milli: Option<i64>,
}

/// What was measured.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum MetricKind {
    /// Processors in use.
    Cpu,
    /// Disk traffic, read and written.
    Disk,
    /// GPUs in use.
    Gpu,
    /// Network traffic, in and out.
    Network,
}
