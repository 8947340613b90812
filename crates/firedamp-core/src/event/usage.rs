//! What was used and what it costs, in one vocabulary for all bills.

use std::borrow::Cow;

use crate::{
    id::AccountRef,
    time::{Span, Time},
};

/// One line of a bill.
///
/// Amounts are integers, in millionths, so that sums do not hang on their order.
#[derive(Clone, Debug)]
pub struct Usage<'a> {
    /// Who used it (not who pays).
    pub account: AccountRef<'a>,
    /// When; `last` is the exclusive end of the line's period.
    pub span: Span,
    /// What was used, as billed: an ARN, an instance id, an ARM id, a resource name.
    pub resource: Option<Cow<'a, str>>,
    /// The service as the provider calls it: `AmazonEC2`, `Virtual Machines`, `Compute Engine`.
    pub service: Cow<'a, str>,
    /// The meter: usage type, meter name, SKU description.
    pub meter: Cow<'a, str>,
    /// The region, lower case; empty for global services.
    pub region: Cow<'a, str>,
    /// What kind of thing the meter measures.
    pub class: UsageClass,
    /// The size of machine, when the line tells.
    pub size: Option<Cow<'a, str>>,
    /// How much, in millionths of the unit; unit multiples (`100 Hours`) are multiplied out.
    pub quantity_micros: i64,
    /// Of what: `hours`, `gb-month` …, lower case.
    pub unit: Cow<'a, str>,
    /// What is owed for it, in millionths of `currency`: without what a commitment or credits of the
    /// line itself pay. Credits with lines of their own are adjustments.
    pub cost_micros: i64,
    /// ISO 4217 code, upper case; empty when the bill has none.
    pub currency: Cow<'a, str>,
    /// What kind of line.
    pub charge: Charge,
    /// True once the line stands on an invoice.
    pub settled: bool,
    /// When the provider wrote the line, where it says so.
    pub exported: Option<Time>,
}

/// What a meter measures, as far as mining is concerned.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum UsageClass {
    /// Processor time: machines, containers, batch, functions, clusters.
    Compute,
    /// Time on machines with GPUs or other accelerators, and machine learning.
    Accelerator,
    /// Storage, traffic, requests, support and everything else.
    Other,
}

/// What kind of line a bill's line is.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// A credit, a refund, a discount, a correction: money without usage.
    Adjustment,
    /// Usage that a reservation or a savings plan pays for: used, whatever it costs here.
    Covered,
    /// A purchase, a fee, a tax: money without usage.
    Fee,
    /// Usage.
    Usage,
}
